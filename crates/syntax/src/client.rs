//! Client files of pgsql:, mysql:, ldap:, sqlite: and memcache: tables of
//! Postfix: `name = value`; and the names by which the external files of
//! Dovecot 2.3 are told from them.

use crate::{Parsed, Region, dovecot, main_cf};

/// Reads a client file of Postfix; its grammar is that of main.cf. Dovecot's
/// external files are read by [`dovecot::parse`].
pub fn parse(region: &Region, bytes: &[u8]) -> Parsed<main_cf::MainCf> {
    main_cf::parse(region, bytes)
}

/// What external files of Dovecot 2.3 set.
// db-sql.c, db-ldap.c, db-dict.c, db-oauth2.c, dict-sql-settings.c
const EXTERNAL: &[&str] = &[
    "active_attribute",
    "active_value",
    "base",
    "blocking",
    "client_id",
    "client_secret",
    "debug",
    "debug_level",
    "deref",
    "dn",
    "driver",
    "force_introspection",
    "grant_url",
    "hosts",
    "introspection_mode",
    "issuers",
    "iterate_disable",
    "iterate_prefix",
    "ldap_version",
    "ldaprc_path",
    "max_idle_time_msecs",
    "max_parallel_connections",
    "max_pipelined_requests",
    "openid_configuration_url",
    "rawlog_dir",
    "sasl_authz_id",
    "sasl_mech",
    "sasl_realm",
    "scope",
    "send_auth_headers",
    "timeout_msecs",
    "tls",
    "tls_allow_invalid_cert",
    "tls_ca_cert_dir",
    "tls_ca_cert_file",
    "tls_cert_file",
    "tls_cipher_suite",
    "tls_key_file",
    "tls_require_cert",
    "uri",
    "use_grant_password",
    "username_attribute",
    "username_format",
];

/// Those that neither a client file of Postfix nor dovecot.conf has.
const SIGNATURE: &[&str] = &[
    "auth_bind",
    "auth_bind_userdn",
    "connect",
    "default_pass_scheme",
    "dnpass",
    "introspection_url",
    "iterate_attrs",
    "iterate_filter",
    "iterate_query",
    "local_validation_key_dict",
    "pass_attrs",
    "pass_filter",
    "passdb_objects",
    "password_query",
    "sasl_bind",
    "tokeninfo_url",
    "update_query",
    "uris",
    "user_attrs",
    "user_filter",
    "user_query",
    "userdb_objects",
    "userdb_warning_disable",
];

/// Whether a text read as Dovecot's is one of its external files: it sets
/// something that only they have, and more of their names than others.
pub fn is_dovecot_external(tree: &dovecot::Dovecot) -> bool {
    let mut own = 0_usize;
    let mut other = 0_usize;
    let mut signed = false;
    for setting in tree.settings() {
        let Some(outer) = setting.path.first() else {
            let is_signature = SIGNATURE.contains(&setting.name.as_str());
            signed |= is_signature;
            if is_signature || EXTERNAL.contains(&setting.name.as_str()) {
                own += 1
            } else {
                other += 1
            }
            continue;
        };
        if !matches!(outer.name.as_str(), "map" | "key" | "passdb_fields" | "userdb_fields") {
            return false;
        }
        // A dictionary in SQL may have its `connect` in another file.
        if outer.name == "map" && setting.name == "pattern" {
            signed = true;
            own += 1;
        }
    }
    signed && own > other
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_diag::FileId;

    fn is_external(text: &str) -> bool {
        let region = Region::whole(FileId(0), text.as_bytes());
        is_dovecot_external(&dovecot::parse(&region, text.as_bytes()).tree)
    }

    #[test]
    fn external_files_are_told_by_their_names() {
        assert!(is_external("driver = mysql\nconnect = host=db\npassword_query = SELECT \\\n  1\n"));
        assert!(is_external("connect = host=db\nmap {\n  pattern = priv/quota\n}\n"));
        assert!(is_external("map {\n  pattern = priv/quota\n  table = quota\n}\n"));
        assert!(!is_external("hosts = db\nuser = postfix\npassword = x\nquery = SELECT 1\n"));
        assert!(!is_external("passdb {\n  driver = sql\n  args = x\n}\n"));
        assert!(!is_external("mail_location = maildir:~/Maildir\n"));
    }
}
