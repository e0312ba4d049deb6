//! Cases of the rules about logins that their pages do not show.

mod common;

use common::{check, silent};
use postproof_engine::diag::{Safety, Severity};

const PLAIN: &str = "sasl-plaintext-without-tls";
const SPOOF: &str = "spoof-no-sender-ownership";

#[test]
fn only_the_service_that_overrides_nothing_is_open() {
    let found = check(
        "==> /etc/postfix/main.cf <==
smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = may
#                          ^^^ sasl-plaintext-without-tls
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
smtps inet n - y - - smtpd
  -o smtpd_tls_wrappermode=yes
",
    );
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((fix.safety, fix.edits[0].replacement.as_str()), (Safety::Safe, "smtpd_tls_auth_only = yes\n"));
    assert!(!found[0].message.en.contains("assuming"), "{}", found[0].message.en);
}

#[test]
fn logins_that_only_enforcing_services_switch_on_are_safe() {
    silent(
        PLAIN,
        "==> /etc/postfix/main.cf <==
smtpd_tls_security_level = may
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
",
    );
}

#[test]
fn a_service_with_its_own_level_gets_its_own_option() {
    let found = check(
        "==> /etc/postfix/main.cf <==
compatibility_level = 3.6
==> /etc/postfix/master.cf <==
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=may
#                             ^^^ sasl-plaintext-without-tls
  -o smtpd_sasl_auth_enable=yes
",
    );
    assert_eq!(found[0].fix.as_ref().unwrap().edits[0].replacement, " -o smtpd_tls_auth_only=yes");
}

#[test]
fn a_server_without_tls_gets_no_fix_that_would_end_logins() {
    let found = check(
        "==> /etc/postfix/main.cf <==
smtpd_sasl_auth_enable = yes
#                        ^^^ sasl-plaintext-without-tls
",
    );
    assert!(found[0].fix.is_none());
}

#[test]
fn an_excerpt_without_tls_settings_proves_nothing() {
    silent(PLAIN, "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n");
}

#[test]
fn a_quoted_paste_gets_no_line_outside_the_quotation() {
    let found = check(
        "> smtpd_sasl_auth_enable = yes
> smtpd_tls_security_level = may
#                            ^^^ sasl-plaintext-without-tls
> smtpd_tls_cert_file = /etc/ssl/mx.pem
",
    );
    assert!(found[0].fix.is_none());
}

#[test]
fn what_is_assumed_is_said() {
    let found = check(
        "smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = may
#                          ^^^ sasl-plaintext-without-tls
",
    );
    assert!(found[0].message.en.contains("assuming"), "{}", found[0].message.en);
}

#[test]
fn a_loopback_listener_needs_no_tls() {
    silent(
        PLAIN,
        "==> /etc/postfix/main.cf <==
smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = may
==> /etc/postfix/master.cf <==
127.0.0.1:587 inet n - y - - smtpd
",
    );
}

#[test]
fn a_service_for_own_networks_alone_has_no_users_outside() {
    for rule in [PLAIN, SPOOF] {
        silent(
            rule,
            "==> /etc/postfix/main.cf <==
compatibility_level = 3.6
smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = may
==> /etc/postfix/master.cf <==
590 inet n - n - - smtpd
  -o smtpd_client_restrictions=permit_mynetworks,reject
",
        );
    }
}

#[test]
fn a_policy_server_may_test_ownership() {
    let found = check(
        "smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = check_policy_service inet:127.0.0.1:7777, permit_sasl_authenticated
#                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^ spoof-no-sender-ownership
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
",
    );
    assert_eq!(found[0].severity, Severity::Info);
    assert!(found[0].message.en.contains("`check_policy_service`"));
    assert_eq!(found[0].missing.len(), 1);
}

#[test]
fn a_policy_server_behind_the_permit_tests_nothing() {
    let found = check(
        "smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = permit_sasl_authenticated, check_policy_service inet:127.0.0.1:7777
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^ spoof-no-sender-ownership
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
",
    );
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn a_test_in_a_class_or_in_the_recipient_list_counts() {
    silent(
        SPOOF,
        "smtpd_sasl_auth_enable = yes
smtpd_sender_login_maps = hash:/etc/postfix/senders
smtpd_restriction_classes = own
own = reject_authenticated_sender_login_mismatch
smtpd_recipient_restrictions = own, permit_sasl_authenticated, reject_unauth_destination
",
    );
}

#[test]
fn a_test_that_only_warns_does_not_count() {
    check(
        "smtpd_sasl_auth_enable = yes
smtpd_sender_login_maps = hash:/etc/postfix/senders
smtpd_sender_restrictions = warn_if_reject, reject_sender_login_mismatch, permit_sasl_authenticated
#                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^ spoof-no-sender-ownership
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
",
    );
}

#[test]
fn the_test_for_known_addresses_needs_a_table() {
    let found = check(
        "==> /etc/postfix/main.cf <==
compatibility_level = 3.6
smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = reject_known_sender_login_mismatch, permit_sasl_authenticated
#                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^ spoof-no-sender-ownership
",
    );
    assert!(found[0].message.en.contains("smtpd_sender_login_maps"));
}

#[test]
fn a_late_test_is_the_defect_of_another_rule() {
    silent(
        SPOOF,
        "smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = permit_sasl_authenticated, reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
",
    );
}

#[test]
fn users_who_may_not_relay_have_nothing_to_abuse() {
    silent(
        SPOOF,
        "==> /etc/postfix/main.cf <==
smtpd_sasl_auth_enable = yes
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = reject_unauth_destination
",
    );
}

#[test]
fn a_service_that_clears_the_sender_list_is_open() {
    check(
        "==> /etc/postfix/main.cf <==
smtpd_sender_login_maps = hash:/etc/postfix/senders
smtpd_sender_restrictions = reject_sender_login_mismatch
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sender_restrictions=
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^ spoof-no-sender-ownership
",
    );
}

#[test]
fn the_outdated_announcement_is_switched_off() {
    let found = check(
        "broken_sasl_auth_clients = yes
#                          ^^^ sasl-broken-clients
smtpd_sasl_auth_enable = yes
",
    );
    assert_eq!(found[0].fix.as_ref().unwrap().edits[0].replacement, "no");
    silent("sasl-broken-clients", "broken_sasl_auth_clients = no\nsmtpd_sasl_auth_enable = yes\n");
}
