//! Cases of the rules about names and classes that their pages do not show.

mod common;

use common::{check, silent};
use postproof_engine::diag::Severity;

const UNKNOWN: &str = "cfg-unknown-parameter";
const UNUSED: &str = "cfg-unused-parameter";
const TWICE: &str = "cfg-duplicate-parameter";
const CLASS: &str = "class-mydest-vmailbox";

#[test]
fn a_name_that_the_given_master_cf_does_not_use_is_unknown() {
    check(
        "==> /etc/postfix/main.cf <==
mua_client_restrictions = permit_sasl_authenticated, reject
#~~~~~~~~~~~~~~~~~~~~~~ cfg-unknown-parameter
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
",
    );
}

#[test]
fn a_name_that_master_cf_uses_is_known() {
    for rule in [UNKNOWN, UNUSED] {
        silent(
            rule,
            "==> /etc/postfix/main.cf <==
mua_client_restrictions = permit_sasl_authenticated, reject
==> /etc/postfix/master.cf <==
submission inet n - y - - smtpd
  -o smtpd_client_restrictions=$mua_client_restrictions
",
        );
    }
}

#[test]
fn without_master_cf_a_name_is_unused_and_the_missing_file_is_named() {
    let found = check(
        "==> /etc/postfix/main.cf <==
mua_client_restrictions = permit_sasl_authenticated, reject
#~~~~~~~~~~~~~~~~~~~~~~ cfg-unused-parameter
",
    );
    assert_eq!(found[0].severity, Severity::Info);
    let commands: Vec<_> = found[0].missing.iter().filter_map(|one| one.command.as_deref()).collect();
    assert_eq!(commands, ["postconf -Mf"]);
}

#[test]
fn names_of_services_belong_to_master_cf() {
    // postconf 3.7.11 calls the second one unused and not the first.
    check(
        "==> /etc/postfix/main.cf <==
dovecot_destination_recipient_limit = 1
maildrop_destination_recipient_limit = 1
#~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ cfg-unknown-parameter
==> /etc/postfix/master.cf <==
dovecot unix - n n - - pipe flags=DRhu user=vmail argv=/usr/lib/dovecot/deliver
",
    );
    for rule in [UNKNOWN, UNUSED] {
        silent(rule, "==> /etc/postfix/main.cf <==\ndovecot_destination_recipient_limit = 1\n");
    }
}

#[test]
fn client_parameters_of_a_table_are_known() {
    check(
        "==> /etc/postfix/main.cf <==
virtual_alias_maps = proxy:ldap:accounts
accounts_server_host = ldap.example.org
accounts_sever_port = 389
#~~~~~~~~~~~~~~~~~~ cfg-unknown-parameter
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
",
    );
}

#[test]
fn classes_are_known_by_the_list_of_classes() {
    for rule in [UNKNOWN, UNUSED] {
        silent(rule, "smtpd_restriction_classes = greylist\ngreylist = check_policy_service unix:private/postgrey\n");
    }
}

#[test]
fn a_letter_too_few_is_a_mistake_without_any_other_file() {
    let found = check(
        "smtpd_helo_require = yes
#~~~~~~~~~~~~~~~~~ cfg-unknown-parameter
smtpd_banner = $myhostname ESMTP
",
    );
    assert_eq!(found[0].fix.as_ref().unwrap().edits[0].replacement, "smtpd_helo_required");
}

#[test]
fn a_name_that_begins_with_a_service_is_no_misspelt_parameter() {
    silent(UNKNOWN, "smtps_client_restrictions = permit_sasl_authenticated, reject\nsmtpd_helo_required = yes\n");
}

#[test]
fn an_option_of_master_cf_is_judged_too() {
    check(
        "==> /etc/postfix/master.cf <==
127.0.0.1:10025 inet n - n - - smtpd
  -o smtpd_bind_address=127.0.0.1
#    ^^^^^^^^^^^^^^^^^^ cfg-unknown-parameter
",
    );
}

#[test]
fn the_same_value_again_is_silent_and_a_return_to_the_first_is_not() {
    silent(TWICE, "mynetworks = 127.0.0.0/8\nmynetworks = 127.0.0.0/8\n");
    let found = check(
        "relayhost = a.example
relayhost = b.example
relayhost = a.example
#~~~~~~~~ cfg-duplicate-parameter
",
    );
    assert_eq!(found[0].related.len(), 2);
}

#[test]
fn two_dumps_of_a_host_are_two_states() {
    silent(
        TWICE,
        "==> /etc/postfix/main.cf <==
relayhost = a.example
myhostname = mx.example.org
==> /etc/postfix/main.cf <==
relayhost = b.example
myhostname = mx.example.org
",
    );
}

#[test]
fn excerpts_of_one_paste_are_one_file() {
    check(
        "The first part:
```
relayhost = a.example
myhostname = mx.example.org
```
and the second:
```
relayhost = b.example
#~~~~~~~~ cfg-duplicate-parameter
mydestination = localhost
```
",
    );
}

#[test]
fn a_domain_in_both_lists_is_an_error_at_its_word() {
    let found = check(
        "mydomain = example.org
mydestination = $myhostname, localhost, $mydomain
#                                       ^^^^^^^^^ class-mydest-vmailbox
virtual_mailbox_domains = Example.ORG
",
    );
    assert_eq!(found[0].severity, Severity::Error);
}

#[test]
fn a_table_that_was_not_given_decides() {
    let found = check(
        "mydestination = localhost, $mydomain
#                          ^^^^^^^^^ class-mydest-vmailbox
virtual_mailbox_domains = proxy:mysql:/etc/postfix/domains.cf
",
    );
    assert_eq!(found[0].severity, Severity::Info);
    let command = found[0].missing[0].command.as_deref();
    assert_eq!(command, Some("postmap -q \"$(postconf -h mydomain)\" mysql:/etc/postfix/domains.cf"));
}

#[test]
fn names_of_the_host_and_other_domains_are_no_overlap() {
    silent(
        CLASS,
        "myhostname = mx.example.org
mydestination = $myhostname, localhost.$mydomain, localhost, mx
virtual_mailbox_domains = mysql:/etc/postfix/domains.cf
",
    );
    silent(CLASS, "mydestination = example.net\nvirtual_mailbox_domains = example.org\n");
    silent(CLASS, "mydestination = example.net\nvirtual_mailbox_maps = hash:/etc/postfix/vmaps\n");
}

#[test]
fn a_test_certificate_counts_only_where_tls_is_on() {
    let off = "==> /etc/postfix/main.cf <==
smtpd_tls_cert_file = /etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_use_tls = no
";
    silent("tls-snakeoil", off);
    let found = check(
        "==> /etc/postfix/main.cf <==
smtpd_tls_chain_files = /etc/ssl/private/ssl-cert-snakeoil.key, /etc/ssl/certs/ssl-cert-snakeoil.pem
#                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ tls-snakeoil
smtpd_tls_security_level = may
",
    );
    assert_eq!(found.len(), 1);
}
