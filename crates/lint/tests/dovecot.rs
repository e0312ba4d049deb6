//! Dovecot alone: all faults at once, both dialects, files that include others,
//! external files, and what must stay silent.

mod common;

/// The rules that speak of a dovecot.conf, sorted, each as often as it does.
fn rules(text: &str) -> Vec<&'static str> {
    let mut found: Vec<&str> =
        common::findings(text).into_iter().map(|one| one.rule).filter(|rule| rule.starts_with("dv-")).collect();
    found.sort_unstable();
    found
}

fn main_file(text: &str) -> String {
    format!("==> /etc/dovecot/dovecot.conf <==\n{text}")
}

#[test]
fn every_fault_is_named_in_one_pass() {
    let found = rules(&main_file(
        "protocols = imap\ndisable_plaintex_auth = yes\nverbose_proctitle = true\nauth_cache_ttl = 60\n\
         login_greeting hello\nssl_min_protocol = TLS1.2\nauth_mechanisms = plian\nmail_location = maildir:~/Maildir\n\
         service auth {\n  unix_listener x {\n    mode = 660\n  }\n}\n",
    ));
    let wanted = [
        "dv-bad-value",
        "dv-bad-value",
        "dv-mech-unknown",
        "dv-mode-decimal",
        "dv-ssl-min",
        "dv-syntax",
        "dv-unknown-setting",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn settings_of_2_3_in_2_4_are_told_as_such() {
    let text = main_file(
        "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\nprotocols = imap\n\
         mail_location = maildir:~/Maildir\nplugin {\n}\npassdb {\n  driver = pam\n}\n",
    );
    let found = common::findings(&text);
    let message = |rule: &str, word: &str| {
        found.iter().any(|one| one.rule == rule && one.message.en.contains(word) && one.message.ko.contains(word))
    };
    assert!(message("dv-unknown-setting", "`mail_location`") && message("dv-unknown-setting", "`plugin`"));
    assert!(message("dv-filter-nesting", "`passdb`"));
    assert!(found.iter().any(|one| one.message.en.contains("is a setting of Dovecot 2.3")));
}

#[test]
fn a_fragment_without_version_lines_is_read_in_its_own_dialect() {
    let new = "==> /etc/dovecot/conf.d/10-auth.conf <==\npassdb sql {\n  query = SELECT password FROM u WHERE n = '%{user}'\n}\n\
               mail_driver = maildir\nmail_path = ~/Maildir\nauth_allow_cleartext = no\n";
    assert_eq!(rules(new), [""; 0]);
    let old = "==> /etc/dovecot/conf.d/10-auth.conf <==\npassdb {\n  driver = pam\n}\nmail_location = maildir:~/Maildir\n\
               disable_plaintext_auth = yes\n";
    assert_eq!(rules(old), [""; 0]);
}

#[test]
fn absence_is_no_fault_where_files_are_missing() {
    // No userdb, no protocols, no inbox: another file may have them.
    let part = "==> /etc/dovecot/conf.d/15-mailboxes.conf <==\nnamespace inbox {\n  mailbox Drafts {\n    special_use = \\Drafts\n  }\n}\n\
                passdb {\n  driver = pam\n}\n";
    assert_eq!(rules(part), [""; 0]);
    let main = main_file("protocols = imap lmtp\n!include_try conf.d/*.conf\nuserdb {\n  driver = prefetch\n}\n");
    assert_eq!(rules(&main), ["dv-prefetch-only"]);
}

#[test]
fn an_included_file_counts_where_it_stands() {
    let files = |after: &str| {
        format!(
            "==> /etc/dovecot/dovecot.conf <==\nprotocols = imap\nssl = required\n!include conf.d/*.conf\n{after}\
             ==> /etc/dovecot/conf.d/10-ssl.conf <==\nssl = no\nssl_cert = </etc/ssl/mail.pem\nssl_key = </etc/ssl/mail.key\n"
        )
    };
    assert!(rules(&files("")).contains(&"dv-ssl-off"));
    assert!(!rules(&files("ssl = required\n")).contains(&"dv-ssl-off"));
}

#[test]
fn templates_that_were_not_filled_in_are_left_alone() {
    let text = main_file(
        "protocols = {{ protocols }}\nauth_cache_ttl = {{ ttl }}\nssl_min_protocol = {{ tls }}\nmail_location = maildir:~/M\n",
    );
    assert_eq!(rules(&text), [""; 0]);
}

#[test]
fn external_files_are_read_by_dovecots_grammar() {
    // Lines continue with a backslash, indented or not.
    let text = "==> /etc/dovecot/dovecot-sql.conf.ext <==\ndriver = mysql\nconnect = host=localhost \\\ndbname=mail\n\
                password_query = SELECT password \\\nFROM users \\\nWHERE email = '%u'\n";
    assert!(common::findings(text).iter().all(|one| one.rule == "dv-external-keys" || !one.rule.starts_with("dv-")));
    assert!(!common::findings(text).iter().any(|one| one.rule == "cfg-syntax"));
    let ldap = "==> /etc/dovecot/dovecot-ldap.conf.ext <==\nuris = ldaps://ldap.example.org\nbase = dc=example,dc=org\n\
                pass_filter = (uid=admin)\nuser_filter = (uid=%n)\n";
    assert_eq!(rules(ldap), ["dv-sql-no-where"]);
}

#[test]
fn a_comment_allows_a_finding() {
    let text = main_file(
        "protocols = imap\n# postproof: allow(dv-cleartext-auth) a lab without users\ndisable_plaintext_auth = no\n",
    );
    assert_eq!(rules(&text), [""; 0]);
}
