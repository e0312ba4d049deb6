//! Cases of the chain rules that their pages do not show.

mod common;

use common::{check, silent};
use postproof_engine::diag::{Safety, Severity};

const PERMIT: &str = "chain-after-permit";
const REJECT: &str = "chain-after-reject";
const TRAILING: &str = "chain-trailing-permit";
const UNKNOWN: &str = "chain-unknown-restriction";
const LATE: &str = "chain-sender-login-after-permit";
const HELO: &str = "chain-helo-not-required";

#[test]
fn all_entries_behind_a_permit_are_one_finding() {
    let found = check(
        "smtpd_sender_restrictions = permit, reject_non_fqdn_sender, reject_unknown_sender_domain
#                                   ^^^^^^^^^^^^^^^^^^^^^^ chain-after-permit
",
    );
    assert_eq!(found[0].related.len(), 2);
}

#[test]
fn a_permit_in_a_class_ends_the_list_around_it() {
    check(
        "smtpd_restriction_classes = open
open = permit
smtpd_sender_restrictions = open, reject_unknown_sender_domain
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ chain-after-permit
",
    );
}

#[test]
fn a_class_that_may_come_to_its_end_ends_nothing() {
    silent(
        PERMIT,
        "smtpd_restriction_classes = some
some = permit_mynetworks, reject_unauth_pipelining
smtpd_sender_restrictions = some, reject_unknown_sender_domain
",
    );
}

#[test]
fn entries_of_a_class_behind_its_permit_are_dead_and_said_once() {
    check(
        "smtpd_restriction_classes = open
open = permit, reject_unauth_pipelining
#              ^^^^^^^^^^^^^^^^^^^^^^^^ chain-after-permit
smtpd_sender_restrictions = reject_non_fqdn_sender, open
smtpd_client_restrictions = open
",
    );
}

#[test]
fn a_list_that_two_services_share_is_reported_once() {
    check(
        "==> /etc/postfix/main.cf <==
smtpd_client_restrictions = reject, permit_mynetworks
#                                   ^^^^^^^^^^^^^^^^^ chain-after-reject
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
",
    );
}

#[test]
fn an_option_of_master_cf_has_its_own_list() {
    check(
        "==> /etc/postfix/master.cf <==
submission inet n - y - - smtpd
  -o smtpd_client_restrictions=reject,permit_sasl_authenticated
#                                     ^^^^^^^^^^^^^^^^^^^^^^^^^ chain-after-reject
",
    );
}

#[test]
fn a_refusal_that_is_only_logged_ends_nothing() {
    silent(
        REJECT,
        "smtpd_restriction_classes = none
none = reject
smtpd_client_restrictions = warn_if_reject, none, permit_mynetworks
",
    );
}

#[test]
fn defer_ends_a_list_and_defer_if_permit_does_not() {
    check(
        "smtpd_client_restrictions = defer_if_permit, defer, permit_mynetworks
#                                                   ^^^^^^^^^^^^^^^^^ chain-after-reject
",
    );
}

#[test]
fn a_trailing_permit_is_taken_out_with_its_separator() {
    let found = check(
        "smtpd_sender_restrictions =
    reject_non_fqdn_sender,
    permit
#   ^^^^^^ chain-trailing-permit
myhostname = mx.example.org
",
    );
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!(fix.safety, Safety::Safe);
    assert_eq!(fix.edits[0].span.len() as usize, ",\n    permit".len());
}

#[test]
fn a_list_that_is_just_permit_and_a_dead_permit_are_left_alone() {
    silent(TRAILING, "smtpd_client_restrictions = permit\n");
    silent(TRAILING, "smtpd_client_restrictions = permit_mynetworks, reject, permit\n");
}

#[test]
fn an_unknown_word_is_corrected_to_the_nearest_name() {
    let found = check(
        "==> /etc/postfix/main.cf <==
smtpd_recipient_restrictions = permit_mynetwork, reject_unauth_destination
#                              ^^^^^^^^^^^^^^^^ chain-unknown-restriction
",
    );
    assert_eq!(found[0].severity, Severity::Error);
    assert_eq!(found[0].fix.as_ref().unwrap().edits[0].replacement, "permit_mynetworks");
}

#[test]
fn a_word_that_lines_not_given_may_list_as_a_class_is_no_error() {
    let found = check(
        "myhostname = mx.example.org
smtpd_recipient_restrictions = reject_unauth_destination, local_policy
#                                                         ^^^^^^^^^^^^ chain-unknown-restriction
smtpd_helo_required = yes
",
    );
    assert_eq!(found[0].severity, Severity::Info);
    assert_eq!(found[0].missing.len(), 1);
}

#[test]
fn a_comment_in_a_list_is_one_finding() {
    check(
        "==> /etc/postfix/main.cf <==
smtpd_recipient_restrictions = reject_unauth_destination # the most important one
#                                                        ^ chain-unknown-restriction
",
    );
}

#[test]
fn backslashes_at_line_ends_are_one_finding() {
    check(
        r"==> /etc/postfix/main.cf <==
smtpd_recipient_restrictions = permit_mynetworks, \
#                                                 ^ chain-unknown-restriction
  reject_unauth_pipelining, \
  reject_unauth_destination
",
    );
}

#[test]
fn placeholders_of_templates_are_no_restrictions() {
    silent(
        UNKNOWN,
        "==> /etc/postfix/main.cf <==
smtpd_recipient_restrictions = {{ extra }}, reject_unauth_destination
",
    );
}

#[test]
fn a_test_that_another_list_does_in_time_is_not_missed() {
    silent(
        LATE,
        "smtpd_sasl_auth_enable = yes
smtpd_sender_login_maps = hash:/etc/postfix/senders
smtpd_sender_restrictions = permit_sasl_authenticated, reject_sender_login_mismatch
smtpd_recipient_restrictions = reject_authenticated_sender_login_mismatch, permit_sasl_authenticated, reject
",
    );
}

#[test]
fn the_test_for_clients_without_login_may_stand_behind_the_permit() {
    silent(
        LATE,
        "smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = permit_sasl_authenticated, reject_unauthenticated_sender_login_mismatch
",
    );
}

#[test]
fn a_permit_for_trusted_networks_does_not_hide_the_test_from_users() {
    silent(
        LATE,
        "smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = permit_mynetworks, reject_sender_login_mismatch, permit_sasl_authenticated
",
    );
}

#[test]
fn the_fix_writes_the_test_before_the_permit() {
    let found = check(
        "smtpd_sasl_auth_enable = yes
smtpd_sender_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_sender_login_mismatch
#                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ chain-sender-login-after-permit
",
    );
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!(fix.edits[0].replacement, "reject_sender_login_mismatch, ");
    assert_eq!(fix.edits[1].span.len() as usize, ", reject_sender_login_mismatch".len());
}

#[test]
fn without_logins_a_late_test_is_no_fault_of_this_kind() {
    silent(
        LATE,
        "==> /etc/postfix/main.cf <==
smtpd_sasl_auth_enable = no
smtpd_sender_restrictions = permit_sasl_authenticated, reject_sender_login_mismatch
",
    );
}

#[test]
fn helo_lists_that_refuse_nothing_are_not_reported() {
    silent(HELO, "smtpd_helo_restrictions = permit_mynetworks, permit\n");
    silent(HELO, "smtpd_helo_restrictions = warn_if_reject, reject_invalid_helo_hostname\n");
}

#[test]
fn a_service_of_this_host_may_skip_helo() {
    silent(
        HELO,
        "==> /etc/postfix/main.cf <==
smtpd_helo_restrictions = reject_invalid_helo_hostname
==> /etc/postfix/master.cf <==
127.0.0.1:10025 inet n - n - - smtpd
smtp inet n - n - - smtpd
  -o smtpd_helo_restrictions=
",
    );
}

#[test]
fn helo_required_that_is_switched_off_is_switched_on_by_the_fix() {
    let found = check(
        "smtpd_helo_restrictions = reject_invalid_helo_hostname
#~~~~~~~~~~~~~~~~~~~~~~ chain-helo-not-required
smtpd_helo_required = no
",
    );
    assert_eq!(found[0].fix.as_ref().unwrap().edits[0].replacement, "yes");
}

#[test]
fn without_main_cf_nothing_is_said_of_helo_required() {
    silent(
        HELO,
        "==> /etc/postfix/master.cf <==
smtp inet n - n - - smtpd
  -o smtpd_helo_restrictions=reject_invalid_helo_hostname
",
    );
}
