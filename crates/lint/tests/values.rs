//! Cases of the rules about values that their pages do not show.

mod common;

use common::{check, report, silent};
use postproof_engine::diag::Severity;

#[test]
fn a_comment_behind_a_number_is_one_finding() {
    let found = check(
        "smtpd_recipient_limit = 300 # at most
#                           ^^^^^^^^^ cfg-inline-comment
smtpd_banner = $myhostname ESMTP
",
    );
    assert_eq!(found[0].severity, Severity::Error);
    assert_eq!(found[0].fix.as_ref().unwrap().edits[0].replacement, "");
    silent("cfg-bad-number", "smtpd_recipient_limit = 300 # at most\nsmtpd_banner = $myhostname ESMTP\n");
}

#[test]
fn an_option_can_make_a_value_of_main_cf_faulty() {
    check(
        "==> /etc/postfix/main.cf <==
limit = 10
smtpd_recipient_limit = $limit
#                       ^^^^^^ cfg-bad-number
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o limit=many
",
    );
}

#[test]
fn the_parameters_of_a_transport_are_numbers_too() {
    check(
        "==> /etc/postfix/main.cf <==
maildrop_destination_recipient_limit = one
#                                      ^^^ cfg-bad-number
==> /etc/postfix/master.cf <==
maildrop unix - n n - - pipe flags=DRhu user=vmail argv=/usr/bin/maildrop
",
    );
}

#[test]
fn a_value_that_a_missing_line_decides_is_left_alone() {
    silent("cfg-bad-boolean", "smtpd_helo_required = $strict\nsmtpd_banner = $myhostname ESMTP\n");
    check(
        "==> /etc/postfix/main.cf <==
myhostname = mx.example.com
smtpd_helo_required = $strict
#                     ^^^^^^^ cfg-bad-boolean
mydestination = localhost
",
    );
}

#[test]
fn a_line_that_is_joined_owns_what_it_spoils() {
    let text = "==> /etc/postfix/main.cf <==
smtpd_helo_required = yes
  # a remark
  smtpd_delay_reject = yes
mynetworks = 127.0.0.0/8
";
    assert_eq!(report(text).diagnostics().filter(|one| one.rule == "cfg-accidental-continuation").count(), 1);
    silent("cfg-bad-boolean", text);
}

#[test]
fn values_that_hold_an_equals_sign_are_no_joined_lines() {
    silent(
        "cfg-accidental-continuation",
        "import_environment = MAIL_CONFIG\n  TZ=Europe/Berlin\n  LANG=C\nsmtpd_helo_required = yes\n",
    );
}

#[test]
fn a_circle_is_reported_once_and_what_leads_into_it_is_not() {
    let found = check(
        "mydomain = $myorigin
#          ^^^^^^^^^ cfg-recursive-variable
myorigin = $mydomain
mydestination = $mydomain
",
    );
    assert_eq!(found[0].related.len(), 1);
    silent("cfg-syntax", "mydomain = $myorigin\nmyorigin = $mydomain\n");
}

#[test]
fn names_of_other_releases_have_one_owner_each() {
    let old = "smtp_tlsrpt_enable = yes\nsmtpd_tls_cipherlist = HIGH\nsmtpd_helo_required = yes\n";
    let rules: Vec<_> = report(old).diagnostics().map(|one| one.rule).collect();
    assert!(!rules.contains(&"cfg-unknown-parameter"), "{rules:?}");
    let of_3_7 = format!("{old}mail_version = 3.7.11\n");
    let found: Vec<_> = report(&of_3_7).diagnostics().map(|one| (one.rule, one.severity)).collect();
    assert!(found.contains(&("cfg-param-too-new", Severity::Warning)), "{found:?}");
    assert!(found.contains(&("cfg-param-removed", Severity::Warning)), "{found:?}");
}

#[test]
fn a_package_beside_the_configuration_names_the_release() {
    let text = "# dpkg -l postfix
ii  postfix  3.5.25-0+deb11u1 amd64  High-performance mail transport agent

# postconf -n
compatibility_level = 3.6
myhostname = mx.example.com
mynetworks = 127.0.0.0/8
";
    let report = report(text);
    let target = &report.hosts[0].model.target;
    assert_eq!(target.postfix.value.to_string(), "3.5.25");
    assert_eq!(report.sources.slice(target.postfix.span.unwrap()), b"3.5.25");
    // Before 3.6 the level is a whole number.
    assert!(report.diagnostics().any(|one| one.rule == "cfg-compat-too-new" && one.severity == Severity::Error));
}

#[test]
fn two_releases_in_the_text_name_none() {
    let text = "postfix 3.5.25-0+deb11u1\npostfix 3.7.11-0+deb12u1\n\n# postconf -n\nmyhostname = mx.example.com\nmynetworks = 127.0.0.0/8\n";
    assert!(report(text).hosts[0].model.target.assumes_postfix());
}

#[test]
fn patterns_of_every_address_list_are_judged() {
    check(
        "==> /etc/postfix/main.cf <==
trusted = 192.0.2.1/24
smtpd_authorized_xclient_hosts = 127.0.0.1, !10.1.2.3/8
#                                            ^^^^^^^^^^ relay-mynetworks-host-bits
mynetworks = 127.0.0.0/8, 10.0.0.0/33
#                         ^^^^^^^^^^^ relay-mynetworks-host-bits
",
    );
    silent(
        "relay-mynetworks-host-bits",
        "mynetworks = 127.0.0.0/8 [2001:db8::1] hash:/etc/postfix/n, mx.example.com\n",
    );
}
