//! Pairs of Postfix and Dovecot files in both dialects: a right pair gives no
//! cross finding, each single fault gives exactly one, with both places.

mod common;

use postproof_engine::diag::Diagnostic;

const MAIN: &str = "\
compatibility_level = 3.6
myhostname = mail.example.org
mydestination = localhost
virtual_mailbox_domains = example.org, example.net
virtual_mailbox_maps = mysql:/etc/postfix/mailboxes.cf
virtual_alias_domains =
relay_domains =
virtual_transport = lmtp:unix:private/dovecot-lmtp
recipient_delimiter = +
message_size_limit = 20971520
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_tls_auth_only = yes
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/ssl/mail.pem
smtpd_tls_key_file = /etc/ssl/private/mail.key
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, check_policy_service unix:private/quota-status
";

const MASTER: &str = "\
smtp      inet  n       -       n       -       -       smtpd
10465     inet  n       -       n       -       -       smtpd
  -o smtpd_tls_wrappermode=yes
lmtp      unix  -       -       n       -       -       lmtp
dovecot   unix  -       n       n       -       -       pipe
  flags=DRhu user=vmail:vmail argv=/usr/lib/dovecot/dovecot-lda -f ${sender} -d ${recipient}
";

const MAPS: &str = "\
hosts = localhost
dbname = mail
query = SELECT 1 FROM users WHERE email = '%s' AND active = 1
";

const SERVICES: &str = "\
postmaster_address = postmaster@example.org
recipient_delimiter = +
auth_mechanisms = plain login
ssl = required
ssl_min_protocol = TLSv1.2
submission_relay_host = 127.0.0.1
submission_relay_trusted = yes
service auth {
  client_limit = 2000
  unix_listener /var/spool/postfix/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
  unix_listener auth-userdb {
    mode = 0600
    user = vmail
  }
}
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}
service quota-status {
  executable = quota-status -p postfix
  unix_listener /var/spool/postfix/private/quota-status {
    user = postfix
  }
}
";

const OLD: &str = "\
protocols = imap lmtp submission
mail_plugins = quota
ssl_cert = </etc/ssl/mail.pem
ssl_key = </etc/ssl/private/mail.key
mail_location = maildir:~/Maildir
passdb {
  driver = sql
  args = /etc/dovecot/dovecot-sql.conf.ext
}
userdb {
  driver = sql
  args = /etc/dovecot/dovecot-sql.conf.ext
}
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=1G
  quota_max_mail_size = 50M
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
}
";

const OLD_SQL: &str = "\
driver = mysql
connect = host=localhost dbname=mail
password_query = SELECT email AS user, password FROM users WHERE email = '%u' AND active = 1
user_query = SELECT home FROM users WHERE email = '%u' AND active = 1
";

const NEW: &str = "\
protocols = imap lmtp submission
mail_plugins = quota
ssl_server_cert_file = /etc/ssl/mail.pem
ssl_server_key_file = /etc/ssl/private/mail.key
mail_driver = maildir
mail_path = ~/Maildir
sql_driver = mysql
passdb sql {
  query = SELECT email AS user, password FROM users WHERE email = '%{user}' AND active = 1
}
userdb sql {
  query = SELECT home FROM users WHERE email = '%{user}' AND active = 1
}
quota user {
  driver = count
}
quota_storage_size = 1G
quota_mail_size = 50M
quota_status_success = DUNNO
quota_status_nouser = DUNNO
";

/// Where Dovecot's part of the paste begins.
const BORDER: &str = "==> /etc/dovecot/dovecot.conf <==";

fn old() -> String {
    format!(
        "==> /etc/postfix/main.cf <==\n{MAIN}==> /etc/postfix/master.cf <==\n{MASTER}==> /etc/postfix/mailboxes.cf <==\n{MAPS}\
         {BORDER}\n{OLD}{SERVICES}==> /etc/dovecot/dovecot-sql.conf.ext <==\n{OLD_SQL}"
    )
}

fn new() -> String {
    format!(
        "==> /etc/postfix/main.cf <==\n{MAIN}==> /etc/postfix/master.cf <==\n{MASTER}==> /etc/postfix/mailboxes.cf <==\n{MAPS}\
         {BORDER}\ndovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n{NEW}{SERVICES}"
    )
}

fn cross(text: &str) -> Vec<Diagnostic> {
    common::findings(text).into_iter().filter(|found| found.rule.starts_with("x-")).collect()
}

fn names(found: &[Diagnostic]) -> Vec<(&str, &str)> {
    found.iter().map(|one| (one.rule, one.message.en.as_ref())).collect()
}

/// The changes on each text give exactly that finding, at a place on each side.
/// A change that one text does not have is tried on the other alone.
fn fault(rule: &str, changes: &[(&str, &str)]) {
    let mut tried = 0;
    for text in [old(), new()] {
        if changes.iter().all(|(from, _)| text.contains(from)) {
            fault_in(&text, rule, changes);
            tried += 1;
        }
    }
    assert!(tried > 0, "{rule}: no text has {changes:?}");
}

fn fault_in(text: &str, rule: &str, changes: &[(&str, &str)]) {
    let mut broken = text.to_owned();
    for (from, to) in changes {
        assert!(broken.contains(from), "{from}");
        broken = broken.replacen(from, to, 1);
    }
    let found = cross(&broken);
    assert_eq!(found.len(), 1, "{rule}: {:#?}\n{broken}", names(&found));
    let Some(only) = found.first() else { return };
    assert_eq!(only.rule, rule, "{}", only.message.en);
    let border = broken.find(BORDER).map_or(0, |at| at as u32);
    let places: Vec<u32> = std::iter::once(&only.primary).chain(&only.related).map(|label| label.span.start).collect();
    assert!(places.iter().any(|at| *at < border) && places.iter().any(|at| *at > border), "{rule}: one side only");
}

#[test]
fn a_right_pair_gives_no_cross_finding() {
    for text in [old(), new()] {
        let found = common::findings(&text);
        let bad: Vec<_> =
            found.iter().filter(|one| one.rule.starts_with("x-") || one.rule.starts_with("dv-")).collect();
        assert!(bad.is_empty(), "{bad:#?}");
    }
}

#[test]
fn sockets_for_logins() {
    fault("x-auth-socket-path", &[("private/auth {", "private/dovecot-auth {")]);
    fault("x-auth-socket-path", &[("smtpd_sasl_path = private/auth", "smtpd_sasl_path = private/sasl")]);
    fault("x-auth-socket-path", &[("unix_listener /var/spool/postfix/private/auth", "unix_listener private/auth")]);
    fault("x-auth-socket-path", &[("service auth {", "service auth-worker {")]);
    let listener = "    mode = 0660\n    user = postfix\n    group = postfix\n";
    fault("x-auth-socket-access", &[(listener, "    mode = 0600\n    user = dovecot\n")]);
    fault("x-auth-socket-access", &[(listener, "")]);
    fault("x-auth-socket-access", &[(listener, "    mode = 0440\n    user = postfix\n")]);
    fault(
        "x-auth-socket-chroot",
        &[
            ("smtpd_sasl_path = private/auth", "smtpd_sasl_path = /var/spool/postfix/private/auth"),
            ("smtp      inet  n       -       n", "smtp      inet  n       -       y"),
        ],
    );
    fault("x-auth-inet", &[("smtpd_sasl_path = private/auth", "smtpd_sasl_path = inet:127.0.0.1:12345")]);
    fault("x-auth-not-enabled", &[("smtpd_sasl_type = dovecot\n", "")]);
    fault("x-auth-not-enabled", &[("smtpd_sasl_auth_enable = yes", "smtpd_sasl_auth_enable = no")]);
}

#[test]
fn mechanisms_and_clear_text() {
    fault("x-sasl-mechs", &[("= noanonymous", "= noanonymous, noplaintext")]);
    fault("x-sasl-mechs", &[("= noanonymous\n", "= noanonymous\nsmtpd_sasl_mechanism_filter = cram-md5\n")]);
    fault_in(&old(), "x-cleartext-differs", &[("ssl = required", "disable_plaintext_auth = no")]);
    fault_in(&new(), "x-cleartext-differs", &[("ssl = required", "auth_allow_cleartext = yes")]);
    fault("x-cleartext-differs", &[("smtpd_tls_auth_only = yes", "smtpd_tls_auth_only = no")]);
}

#[test]
fn delivery_by_lmtp() {
    fault("x-lmtp-socket-path", &[("private/dovecot-lmtp {", "private/lmtp {")]);
    fault("x-lmtp-socket-path", &[("lmtp:unix:private/dovecot-lmtp", "lmtp:unix:dovecot-lmtp")]);
    fault(
        "x-lmtp-socket-access",
        &[("    mode = 0600\n    user = postfix\n    group = postfix\n", "    mode = 0600\n")],
    );
    fault("x-lmtp-port", &[("lmtp:unix:private/dovecot-lmtp", "lmtp:inet:127.0.0.1:24")]);
    fault("x-lmtp-not-enabled", &[("protocols = imap lmtp", "protocols = imap")]);
    fault("x-recipient-delimiter", &[("recipient_delimiter = +\nmessage", "recipient_delimiter = -\nmessage")]);
    fault("x-recipient-delimiter", &[("recipient_delimiter = +\nmessage", "message")]);
    let format = |value: &str| format!("auth_mechanisms = plain login\nauth_username_format = {value}");
    fault_in(&old(), "x-username-format", &[("auth_mechanisms = plain login", &format("%Ln"))]);
    fault_in(&new(), "x-username-format", &[("auth_mechanisms = plain login", &format("%{user | username | lower}"))]);
}

#[test]
fn delivery_by_lda() {
    let lda = ("virtual_transport = lmtp:unix:private/dovecot-lmtp", "virtual_transport = dovecot");
    fault("x-lda-recipient-limit", &[lda]);
    let limited = (lda.0, "virtual_transport = dovecot\ndovecot_destination_recipient_limit = 1");
    fault("x-lda-userdb-socket", &[limited, ("    user = vmail", "    user = dovecot")]);
}

#[test]
fn quotas() {
    let policy = ", check_policy_service unix:private/quota-status";
    fault("x-quota-policy-port", &[("unix:private/quota-status\n", "inet:127.0.0.1:12340\n")]);
    fault("x-quota-policy-port", &[(policy, "")]);
    fault("x-quota-policy-port", &[("  executable = quota-status -p postfix\n", "  executable = other\n")]);
    fault(
        "x-quota-policy-order",
        &[(
            "reject_unauth_destination, check_policy_service unix:private/quota-status",
            "check_policy_service unix:private/quota-status, reject_unauth_destination",
        )],
    );
    fault(
        "x-quota-policy-order",
        &[
            ("unix:private/quota-status\n", "unix:private/quota-status, reject_rbl_client zen.example.org\n"),
            ("quota_status_success = DUNNO", "quota_status_success = OK"),
        ],
    );
    fault("x-size-quota", &[("message_size_limit = 20971520", "message_size_limit = 104857600")]);
    let service = SERVICES.split_once("service quota-status").unwrap().1;
    let service = format!("service quota-status{service}");
    fault("x-quota-bounce", &[(policy, ""), (&service, "")]);
}

#[test]
fn submission_and_ports() {
    fault("x-submission-twice", &[("10465     inet", "submission inet")]);
    fault("x-port-twice", &[("10465     inet", "993       inet")]);
    fault("x-submission-xclient", &[("smtpd_authorized_xclient_hosts = 127.0.0.1\n", "")]);
}

#[test]
fn tls() {
    fault("x-tls-minimum-differs", &[("ssl_min_protocol = TLSv1.2", "ssl_min_protocol = TLSv1.3")]);
    fault(
        "x-tls-certificates-differ",
        &[("smtpd_tls_cert_file = /etc/ssl/mail.pem", "smtpd_tls_cert_file = /etc/ssl/other.pem")],
    );
    fault(
        "x-tls-certificates-differ",
        &[("smtpd_tls_key_file = /etc/ssl/private/mail.key", "smtpd_tls_key_file = /etc/ssl/private/other.key")],
    );
}

#[test]
fn users_and_limits() {
    let virtual_8 = ("virtual_transport = lmtp:unix:private/dovecot-lmtp", "virtual_uid_maps = static:5000");
    fault(
        "x-uid-gid",
        &[virtual_8, ("auth_mechanisms = plain login", "auth_mechanisms = plain login\nmail_uid = 1000")],
    );
    fault(
        "x-uid-gid",
        &[virtual_8, ("auth_mechanisms = plain login", "auth_mechanisms = plain login\nfirst_valid_uid = 6000")],
    );
    fault("x-process-limits", &[("client_limit = 2000", "client_limit = 50")]);
    fault("x-postmaster-address", &[("postmaster@example.org", "postmaster@example.com")]);
}

#[test]
fn queries_of_both_sides() {
    fault("x-active-flag", &[("'%s' AND active = 1", "'%s'")]);
    fault_in(&old(), "x-active-flag", &[("email = '%u' AND active = 1\nuser", "email = '%u'\nuser")]);
    fault_in(&new(), "x-active-flag", &[("'%{user}' AND active = 1", "'%{user}'")]);
    fault("x-recipient-sources-differ", &[("SELECT 1 FROM users", "SELECT 1 FROM mailbox")]);
    fault("x-recipient-sources-differ", &[("FROM users WHERE email = '%s'", "FROM users WHERE address = '%s'")]);
}

#[test]
fn what_was_not_given_is_not_missing() {
    // Parts of Dovecot that include others: no listener is said to be absent.
    let main = format!("==> /etc/postfix/main.cf <==\n{MAIN}");
    let dovecot = "==> /etc/dovecot/dovecot.conf <==\nprotocols = imap lmtp\n!include conf.d/*.conf\n";
    let found = cross(&format!("{main}{dovecot}"));
    assert!(found.is_empty(), "{:#?}", names(&found));
    // A listener in the included file counts.
    let auth = "==> /etc/dovecot/conf.d/10-master.conf <==\nservice auth {\n  unix_listener /var/spool/postfix/private/login {\n    mode = 0666\n  }\n}\n";
    let found = cross(&format!("{main}{dovecot}{auth}"));
    assert!(found.iter().any(|one| one.rule == "x-auth-socket-path"), "{:#?}", names(&found));
}
