//! Cases of the relay rules that their pages do not show.

mod common;

use common::{check, findings, silent};
use postproof_engine::diag::{Safety, Severity};

#[test]
fn permit_in_a_class_hides_the_guard_of_that_class_from_the_startup_check() {
    // Postfix 3.7.11 does not start with this configuration.
    check(
        r"smtpd_restriction_classes = k
k = permit, reject
smtpd_relay_restrictions = k
#~~~~~~~~~~~~~~~~~~~~~~~ relay-guard-missing
smtpd_recipient_restrictions = permit_mynetworks
",
    );
}

#[test]
fn a_low_level_without_lists_leaves_no_guard() {
    // Postfix 3.7.11 does not start with this configuration.
    let text = r"==> /etc/postfix/main.cf <==
compatibility_level = 0
#                     ^ relay-guard-missing
mydestination = localhost
";
    assert_eq!(check(text)[0].severity, Severity::Error);
}

#[test]
fn lines_that_were_not_given_may_hold_the_guard() {
    let text = r"myhostname = mx.example.com
smtpd_relay_restrictions = permit_mynetworks
#~~~~~~~~~~~~~~~~~~~~~~~ relay-guard-missing
mynetworks = 127.0.0.0/8
";
    let found = check(text);
    assert_eq!(found[0].severity, Severity::Info);
    assert_eq!(found[0].missing.len(), 1);
}

#[test]
fn a_list_named_by_an_unknown_parameter_is_not_judged() {
    silent(
        "relay-guard-missing",
        r"==> /etc/postfix/master.cf <==
submission inet n - y - - smtpd
  -o smtpd_relay_restrictions=$mua_relay_restrictions
",
    );
}

#[test]
fn a_service_that_empties_both_lists_is_named_once() {
    let text = r"==> /etc/postfix/main.cf <==
compatibility_level = 3.6
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd -o smtpd_relay_restrictions= -o smtpd_recipient_restrictions=
#                                  ^^^^^^^^^^^^^^^^^^^^^^^^ relay-guard-missing
";
    check(text);
}

#[test]
fn the_fix_takes_warn_if_reject_out() {
    let text = r"smtpd_relay_restrictions = permit_mynetworks, warn_if_reject reject_unauth_destination
#                                             ^^^^^^^^^^^^^^ relay-warn-if-reject-guard
smtpd_recipient_restrictions =
";
    let found = check(text);
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!(fix.safety, Safety::Safe);
    let [edit] = fix.edits.as_slice() else { panic!("one edit: {fix:?}") };
    assert_eq!((edit.span.len() as usize, edit.replacement.as_str()), ("warn_if_reject ".len(), ""));
    silent("relay-guard-missing", text);
}

#[test]
fn a_guard_in_the_other_list_makes_an_allowlist_harmless() {
    let table = "==> /etc/postfix/senders <==\nexample.org OK\n";
    let lists =
        "smtpd_recipient_restrictions = check_sender_access hash:/etc/postfix/senders, reject_unauth_destination";
    let text =
        |relay: &str| format!("==> /etc/postfix/main.cf <==\nsmtpd_relay_restrictions = {relay}\n{lists}\n{table}");
    silent("relay-sender-allowlist", &text("permit_mynetworks, reject_unauth_destination"));
    for open in ["", "check_sender_access hash:/etc/postfix/senders, reject_unauth_destination", "permit_mynetworks"] {
        let found = findings(&text(open));
        assert!(found.iter().any(|one| one.rule == "relay-sender-allowlist"), "{open}: {found:#?}");
    }
}

#[test]
fn results_of_digits_and_permit_are_ok_and_a_code_with_text_is_not() {
    for (result, is_ok) in [("550", true), ("permit", true), ("relay", true), ("550 no", false), ("DUNNO", false)] {
        let text = format!(
            "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = check_client_access inline:{{ {{ 192.0.2.1 = {result} }} }}, reject_unauth_destination\n"
        );
        let found = findings(&text).iter().any(|one| one.rule == "relay-access-ok-before-guard");
        assert_eq!(found, is_ok, "{result}");
    }
}

#[test]
fn a_client_allowlist_may_be_meant_and_a_helo_allowlist_may_not() {
    let severity = |name: &str| {
        let text = format!(
            "smtpd_relay_restrictions = {name} static:OK, reject_unauth_destination\nsmtpd_recipient_restrictions =\n"
        );
        findings(&text).iter().find(|one| one.rule == "relay-access-ok-before-guard").map(|one| one.severity)
    };
    assert_eq!(severity("check_client_access"), Some(Severity::Warning));
    assert_eq!(severity("check_helo_access"), Some(Severity::Error));
}

#[test]
fn the_fix_moves_the_policy_server_behind_the_guard() {
    let text = "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks,\n  check_policy_service unix:private/policy,\n  reject_unauth_destination\n";
    let found = findings(text);
    let finding = found.iter().find(|one| one.rule == "relay-policy-before-guard").unwrap();
    let mut fixed = text.to_owned();
    for edit in finding.fix.as_ref().unwrap().edits.iter().rev() {
        fixed.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    let list = "permit_mynetworks,\n  reject_unauth_destination, check_policy_service unix:private/policy\n";
    assert_eq!(fixed, format!("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = {list}"));
    silent("relay-policy-before-guard", &fixed);
}

#[test]
fn what_warn_if_reject_covers_is_not_moved() {
    let text = "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = warn_if_reject check_policy_service unix:private/policy, reject_unauth_destination\n";
    let found = findings(text);
    assert!(found.iter().all(|one| one.rule != "relay-policy-before-guard" || one.fix.is_none()));
}

#[test]
fn an_unknown_table_is_asked_for_once() {
    let text = r"smtpd_relay_restrictions = check_client_access hash:/etc/postfix/clients, check_helo_access hash:/etc/postfix/clients, reject_unauth_destination
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ relay-access-ok-before-guard
smtpd_recipient_restrictions = permit_mynetworks
";
    let found = check(text);
    assert_eq!(found[0].severity, Severity::Info);
    assert_eq!(found[0].missing[0].command.as_deref(), Some("cat /etc/postfix/clients"));
}

#[test]
fn an_excluded_network_is_not_trusted() {
    let lists = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";
    silent("relay-mynetworks-world", &format!("mynetworks = !0.0.0.0/0, 0.0.0.0/0\n{lists}"));
    silent("relay-mynetworks-world", &format!("mynetworks = [fe80::]/10, [::1]/128, [::ffff:127.0.0.0]/104\n{lists}"));
}

#[test]
fn mynetworks_that_no_list_uses_gives_no_right() {
    let text = "mynetworks = 0.0.0.0/0\nsmtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\nsmtpd_recipient_restrictions =\n";
    silent("relay-mynetworks-world", text);
}

#[test]
fn networks_of_one_value_are_reported_once_for_all_services() {
    let text = r"==> /etc/postfix/main.cf <==
compatibility_level = 3.6
mynetworks = 127.0.0.0/8, 192.168.0.0/16
#                         ^^^^^^^^^^^^^^ relay-mynetworks-rfc1918-blanket
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
127.0.0.1:10025 inet n - y - - smtpd -o mynetworks=10.0.0.0/8
";
    let found = check(text);
    let note = found[0].related[0].note.as_ref().unwrap();
    assert!(note.en.contains("`smtp (port 25)`, `submission (port 587)`"), "{}", note.en);
}

#[test]
fn smtpd_behind_postscreen_is_as_open_as_postscreen() {
    let text = |interfaces: &str| {
        format!(
            "==> /etc/postfix/main.cf <==\ncompatibility_level = 3.6\ninet_interfaces = {interfaces}\nmynetworks = 0.0.0.0/0\n\
             ==> /etc/postfix/master.cf <==\nsmtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\n"
        )
    };
    silent("relay-mynetworks-world", &text("loopback-only"));
    assert!(findings(&text("all")).iter().any(|one| one.rule == "relay-mynetworks-world"));
}

#[test]
fn the_level_makes_subnet_only_where_all_of_main_cf_was_given() {
    let lists = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";
    silent("relay-mynetworks-style-subnet", &format!("compatibility_level = 1\n{lists}"));
}

#[test]
fn a_listener_before_the_filter_is_no_reinjection_listener() {
    silent(
        "relay-reinject-exposed",
        r"==> /etc/postfix/main.cf <==
compatibility_level = 3.6
content_filter = scan:127.0.0.1:10024
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd -o receive_override_options=no_address_mappings
submission inet n - y - - smtpd -o content_filter= -o smtpd_client_restrictions=permit_sasl_authenticated,reject
",
    );
}

#[test]
fn a_comment_with_a_reason_allows_a_finding() {
    let text = r"mynetworks = 127.0.0.0/8
# postproof: allow(relay-mynetworks-world) test host without a route
mynetworks = 0.0.0.0/0
";
    silent("relay-mynetworks-world", text);
    silent("cfg-suppression", text);
}

#[test]
fn a_network_of_all_is_said_even_where_smtpd_does_not_start() {
    let found = common::findings("root@mx:~# postconf -n\nmyhostname = mx.example.org\nmynetworks = 0.0.0.0/0\n");
    for rule in ["relay-guard-missing", "relay-mynetworks-world"] {
        assert!(found.iter().any(|finding| finding.rule == rule), "{rule}");
    }
}
