//! Checks of one block.

use super::sections::{exporters, metric, section, unreachable_sections};
use super::{Fault, View};
use crate::{NodeId, Step};

/// Lists that take only these words, and what a word is called there.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("imap_client_workarounds", "workaround", &["delay-newmail", "tb-extra-mailbox-sep", "tb-lsub-flags"]),
    ("pop3_client_workarounds", "workaround", &["outlook-no-nuls", "oe-ns-eoh"]),
    ("lmtp_client_workarounds", "workaround", &["whitespace-before-path", "mailbox-for-path"]),
    (
        "submission_client_workarounds",
        "workaround",
        &["whitespace-before-path", "mailbox-for-path", "implicit-auth-external", "exotic-backend"],
    ),
    ("pop3c_features", "feature", &["no-pipelining"]),
];

/// The same of the plugin mail_log of 2.4.
const MAIL_LOG: &[(&str, &str, &[&str])] = &[
    ("mail_log_fields", "field", &["uid", "box", "msgid", "size", "vsize", "flags", "from", "subject"]),
    (
        "mail_log_events",
        "event",
        &[
            "delete",
            "undelete",
            "expunge",
            "save",
            "copy",
            "mailbox_create",
            "mailbox_delete",
            "mailbox_rename",
            "flag_change",
        ],
    ),
];

/// `imapc_features` of 2.3, and of 2.4.
const IMAPC: (&[&str], &[&str]) = (
    &[
        "rfc822.size",
        "guid-forced",
        "fetch-headers",
        "gmail-migration",
        "search",
        "zimbra-workarounds",
        "no-examine",
        "proxyauth",
        "fetch-msn-workarounds",
        "fetch-fix-broken-mails",
        "modseq",
        "delay-login",
        "fetch-bodystructure",
        "send-id",
        "fetch-empty-is-expunged",
        "no-msn-updates",
        "acl",
    ],
    &[
        "no-fetch-size",
        "guid-forced",
        "no-fetch-headers",
        "gmail-migration",
        "no-search",
        "zimbra-workarounds",
        "no-examine",
        "proxyauth",
        "fetch-msn-workarounds",
        "fetch-fix-broken-mails",
        "no-modseq",
        "no-delay-login",
        "no-fetch-bodystructure",
        "send-id",
        "fetch-empty-is-expunged",
        "no-msn-updates",
        "no-acl",
        "no-metadata",
        "no-qresync",
    ],
);

/// `dsync_features`; 2.4 has the second too.
const DSYNC: &[&str] = &["empty-header-workaround", "no-header-hashes"];

/// Names of `syslog_facility`.
// syslog-util.c
const FACILITIES: &[&str] = &[
    "auth", "authpriv", "cron", "daemon", "ftp", "kern", "local0", "local1", "local2", "local3", "local4", "local5",
    "local6", "local7", "lpr", "mail", "news", "syslog", "user", "uucp",
];

/// Settings that must not be 0: name, what is said.
const NOT_ZERO: &[(&str, &str)] = &[
    ("mailbox_idle_check_interval", "mailbox_idle_check_interval must not be 0"),
    ("imapc_max_idle_time", "imapc_max_idle_time must not be 0"),
    ("auth_worker_max_count", "auth_worker_max_count must be above zero"),
    ("imapc_max_line_length", "imapc_max_line_length must not be 0"),
    ("lmtp_user_concurrency_limit", "lmtp_user_concurrency_limit must not be 0 (did you mean \"unlimited\"?)"),
    ("http_client_request_max_attempts", "request_max_attempts must not be 0"),
    ("http_client_max_pipelined_requests", "http_client_max_pipelined_requests must not be 0"),
    ("http_client_max_parallel_connections", "http_client_max_parallel_connections must not be 0"),
    ("http_client_connect_backoff_time", "http_client_connect_backoff_time_msecs must not be 0"),
    ("http_client_request_timeout", "http_client_request_timeout_msecs must not be 0"),
    ("fts_search_timeout", "fts_search_timeout must not be 0"),
    ("quota_storage_percentage", "quota_storage_percentage must not be 0"),
    ("quota_message_percentage", "quota_message_percentage must not be 0"),
];

/// All checks of a block.
pub(super) fn block(view: &View<'_>, faults: &mut Vec<Fault>) {
    let step = view.reading.node(view.id).map_or(&Step::Root, |node| &node.step);
    match step {
        Step::Section { kind, name } if !view.newer() => section(view, kind, name.as_deref(), faults),
        _ => {
            auth(view, faults);
            tls(view, faults);
            storage(view, faults);
            lists(view, faults);
            numbers(view, faults);
            if view.newer() {
                oauth2(view, faults);
                unreachable_sections(view, faults);
                metric(view, faults);
                if let Step::Section { kind, name } = step {
                    section(view, kind, name.as_deref(), faults);
                }
            } else {
                exporters(view, faults);
            }
        }
    }
}

/// Whether a text stands for another, so that its value is not known.
pub(super) fn is_open(text: &str) -> bool {
    text.contains("%{") || text.contains("$SET:") || text.contains("$ENV:")
}

/// The text that the checks of 2.4 see.
// settings-parser.c, set_value_unknown
fn known_text<'r>(view: &View<'r>, name: &str) -> &'r str {
    let text = view.text(name);
    if view.newer() && is_open(text) { "UNKNOWN_VALUE_WITH_VARIABLES" } else { text }
}

// auth-settings.c, auth_settings_check and auth_settings_ext_check
fn auth(view: &View<'_>, faults: &mut Vec<Fault>) {
    if view.sets("auth_cache_size")
        && let Some(size) = view.number("auth_cache_size").filter(|size| (1..1024).contains(size))
    {
        faults.push(view.fault("auth_cache_size", format!("auth_cache_size value is too small ({size} bytes)")));
    }
    if view.sets("auth_verbose_passwords") {
        let text = known_text(view, "auth_verbose_passwords");
        let (word, number) = text.split_once(':').map_or((text, None), |(word, number)| (word, Some(number)));
        let wrong = number.filter(|number| {
            crate::values::uint(number).is_ok_and(|number| number == 0) || crate::values::uint(number).is_err()
        });
        if let Some(number) = wrong {
            let words = format!("auth_verbose_passwords: Invalid truncation number: '{number}'");
            faults.push(view.fault("auth_verbose_passwords", words));
        } else if !matches!(word, "no" | "plain" | "sha1" | "yes") {
            faults.push(view.fault("auth_verbose_passwords", "auth_verbose_passwords: Invalid value"));
        }
    }
    if view.sets("auth_policy_server_url") && !view.text("auth_policy_server_url").is_empty() {
        policy(view, faults);
    }
}

fn policy(view: &View<'_>, faults: &mut Vec<Fault>) {
    let name = "auth_policy_server_url";
    if view.text("auth_policy_hash_nonce").is_empty() {
        return faults.push(view.fault(name, "auth_policy_hash_nonce must be set when policy server is used"));
    }
    // hash-method.c
    let bits = match view.text("auth_policy_hash_mech") {
        "md4" | "md5" => 128,
        "sha1" => 160,
        "sha256" | "sha3-256" => 256,
        "sha384" => 384,
        "sha512" | "sha3-512" => 512,
        "size" => return,
        _ => return faults.push(view.fault("auth_policy_hash_mech", "invalid auth_policy_hash_mech given")),
    };
    if let Some(cut) = view.number("auth_policy_hash_truncate").filter(|cut| *cut >= bits) {
        let words = format!("policy_hash_truncate is not smaller than digest size ({cut} >= {bits})");
        faults.push(view.fault("auth_policy_hash_truncate", words));
    }
}

// master-service-ssl-settings.c (2.3); ssl-settings.c (2.4); login-settings.c
fn tls(view: &View<'_>, faults: &mut Vec<Fault>) {
    let on = view.text("ssl") != "no";
    if !view.newer() && !on {
        return;
    }
    if view.newer() {
        let (client, ca) = ("ssl_server_request_client_cert", "ssl_server_ca_file");
        if on && view.is_yes(client) && view.text(ca).is_empty() {
            let words = "ssl_server_request_client_cert set, but ssl_server_ca_file not";
            faults.push(view.fault(client, words));
        }
        if view.text("ssl") == "required" && view.is_yes("auth_allow_cleartext") {
            let words = "auth_allow_cleartext=yes has no effect with ssl=required";
            faults.push(view.fault("auth_allow_cleartext", words));
        }
    } else if view.is_yes("ssl_verify_client_cert") && view.text("ssl_ca").is_empty() {
        faults.push(view.fault("ssl_verify_client_cert", "ssl_verify_client_cert set, but ssl_ca not"));
    }
    if !view.sets("ssl_options") || is_open(view.text("ssl_options")) {
        return;
    }
    let known = |word: &str| {
        ["compression", "no_ticket"].iter().any(|known| word.eq_ignore_ascii_case(known))
            || !view.newer() && word.eq_ignore_ascii_case("no_compression")
    };
    if let Some(odd) = view.words("ssl_options").iter().find(|word| !known(word)) {
        faults.push(view.fault("ssl_options", format!("ssl_options: unknown flag: '{odd}'")));
    }
}

// mail-storage-settings.c; master-service-settings.c
fn storage(view: &View<'_>, faults: &mut Vec<Fault>) {
    if view.sets("syslog_facility") && !FACILITIES.contains(&view.text("syslog_facility")) {
        let words = format!("Unknown syslog_facility: {}", known_text(view, "syslog_facility"));
        faults.push(view.fault("syslog_facility", words));
    }
    if view.is_yes("mail_nfs_index") {
        if !view.is_yes("mmap_disable") {
            faults.push(view.fault("mail_nfs_index", "mail_nfs_index=yes requires mmap_disable=yes"));
        } else if view.text("mail_fsync") != "always" {
            faults.push(view.fault("mail_nfs_index", "mail_nfs_index=yes requires mail_fsync=always"));
        }
    }
    if view.number("mail_cache_max_size").is_some_and(|size| size > 1 << 30) {
        faults.push(view.fault("mail_cache_max_size", "mail_cache_max_size can't be over 1 GB"));
    }
    if view.number("mail_cache_purge_delete_percentage").is_some_and(|size| size > 100) {
        let words = "mail_cache_purge_delete_percentage can't be over 100";
        faults.push(view.fault("mail_cache_purge_delete_percentage", words));
    }
    if view.sets("pop3_uidl_format")
        && let Some(words) = uidl(view.text("pop3_uidl_format"), view.newer())
    {
        faults.push(view.fault("pop3_uidl_format", words));
    }
    let hash = if view.newer() { "mail_ext_attachment_hash" } else { "mail_attachment_hash" };
    for sign in ['/', '-'] {
        if view.sets(hash) && view.text(hash).contains(sign) {
            let words = format!("mail_attachment_hash setting must not contain '{sign}' characters");
            faults.push(view.fault(hash, words));
            break;
        }
    }
    for name in ["mail_cache_fields", "mail_always_cache_fields", "mail_never_cache_fields"] {
        if let Some(words) = cache_fields(view, name) {
            faults.push(view.fault(name, words));
        }
    }
    for (first, last) in [("first_valid_uid", "last_valid_uid"), ("first_valid_gid", "last_valid_gid")] {
        let both = view.number(first).zip(view.number(last));
        let here = view.sets(first) || view.sets(last);
        if here && both.is_some_and(|(first, last)| last != 0 && first > last) {
            faults.push(view.fault(first, format!("{first} can't be larger than {last}")));
        }
    }
    if view.newer() {
        storage_names(view, faults);
    }
    if view.text("listen").is_empty() && !view.newer() && view.id == NodeId::ROOT {
        faults.push(view.fault("listen", "listen can't be set empty"));
    }
}

// mail-storage-settings.c of 2.4, mail_storage_settings_ext_check
fn storage_names(view: &View<'_>, faults: &mut Vec<Fault>) {
    let set = |name: &str| view.sets(name).then(|| view.text(name)).filter(|text| !is_open(text));
    if set("mailbox_list_index_prefix").is_some_and(|prefix| prefix.contains('/') && !prefix.starts_with('/'))
        && view.text("mail_index_path").is_empty()
    {
        let words = "mailbox_list_index_prefix directory is relative, but mail_index_path is empty";
        faults.push(view.fault("mailbox_list_index_prefix", words));
    }
    if set("mailbox_root_directory_name").is_some_and(|name| name.contains('/')) {
        let words = "mailbox_root_directory_name must not contain '/'";
        faults.push(view.fault("mailbox_root_directory_name", words));
    }
    for name in ["mailbox_list_visible_escape_char", "mailbox_list_storage_escape_char"] {
        if set(name).is_some_and(|text| text.len() > 1) {
            faults.push(view.fault(name, format!("{name} value must be a single character")));
        }
    }
    let separator = set("namespace_separator").unwrap_or_default();
    if separator.len() > 1 {
        let name = view.reading.stored(view.id, "namespace_name").map_or("", |stored| stored.text.as_str());
        let words = format!("Namespace {name}: Hierarchy separator must be only one character long");
        faults.push(view.fault("namespace_separator", words));
    }
}

fn uidl(format: &str, newer: bool) -> Option<String> {
    if newer {
        let names: Vec<&str> =
            format.split("%{").skip(1).map(|rest| rest.split(['}', '|', ' ']).next().unwrap_or_default()).collect();
        let known = |name: &&&str| !matches!(**name, "uidvalidity" | "uid" | "md5" | "filename" | "guid");
        return match names.iter().find(known) {
            Some(odd) => Some(format!("Unknown pop3_uidl_format variable: %{{{odd}}}")),
            None if names.is_empty() => Some("pop3_uidl_format setting doesn't contain any %{variables}.".to_owned()),
            None => None,
        };
    }
    let mut any = false;
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let letter = rest.get(at + 1..).unwrap_or_default().trim_start_matches(|ch: char| {
            ch.is_ascii_digit()
                || ch == '.'
                || ch == '-'
                || matches!(ch, 'L' | 'U' | 'E' | 'H' | 'N' | 'X' | 'R' | 'T' | 'D' | 'M')
        });
        let Some(key) = letter.chars().next() else { break };
        match key {
            'v' | 'u' | 'm' | 'f' | 'g' => any = true,
            '%' => {}
            // Long names are left to the real program.
            '{' => return None,
            other => return Some(format!("Unknown pop3_uidl_format variable: %{other}")),
        }
        rest = letter.get(key.len_utf8()..).unwrap_or_default();
    }
    (!any).then(|| "pop3_uidl_format setting doesn't contain any %% variables.".to_owned())
}

fn cache_fields(view: &View<'_>, name: &str) -> Option<String> {
    if !view.sets(name) {
        return None;
    }
    let words = view.words(name);
    // message-header-parser.c, message_header_name_is_valid
    let valid = |header: &str| header.bytes().all(|byte| (33..=126).contains(&byte) && byte != b':');
    let header = |word: &String| word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("hdr."));
    for word in words.iter().filter(|word| header(word)) {
        let header = word.get(4..).unwrap_or_default();
        if !valid(header) {
            let shown = if view.newer() { header } else { word };
            return Some(format!("Invalid {name}: {shown} is not a valid header name"));
        }
    }
    let star = view.newer() && words.len() > 1 && words.iter().any(|word| word == "*");
    star.then(|| format!("Invalid {name}: has multiple values while having \"*\" set"))
}

fn lists(view: &View<'_>, faults: &mut Vec<Fault>) {
    for (name, noun, known) in WORDS {
        unknown_word(view, name, noun, known, faults);
    }
    unknown_word(view, "imapc_features", "feature", if view.newer() { IMAPC.1 } else { IMAPC.0 }, faults);
    if view.newer() {
        for (name, noun, known) in MAIL_LOG {
            if !view.sets(name) {
                continue;
            }
            if let Some(odd) = view.words(name).iter().find(|word| !known.contains(&word.as_str())) {
                faults.push(view.fault(name, format!("Unknown {noun} in {name}: '{odd}'")));
            }
        }
    }
    let dsync = if view.newer() { DSYNC } else { DSYNC.get(..1).unwrap_or_default() };
    unknown_word(view, "dsync_features", "feature", dsync, faults);
    let options = &["add-flags", "add-flags-on-save", "no-flags-on-fetch", "exclude-inlined"];
    unknown_word(view, "mail_attachment_detection_options", "option", options, faults);
}

fn unknown_word(view: &View<'_>, name: &str, noun: &str, known: &[&str], faults: &mut Vec<Fault>) {
    if !view.sets(name) {
        return;
    }
    let free = |word: &str| {
        word.starts_with("content-type=") && noun == "option"
            || name == "imapc_features" && word.to_ascii_lowercase().starts_with("throttle:")
    };
    let fits = |word: &str| match noun {
        "option" => known.contains(&word),
        _ => known.iter().any(|known| word.eq_ignore_ascii_case(known)),
    };
    if let Some(odd) = view.words(name).iter().find(|word| !fits(word) && !free(word)) {
        faults.push(view.fault(name, format!("{name}: Unknown {noun}: {odd}")));
    }
}

fn numbers(view: &View<'_>, faults: &mut Vec<Fault>) {
    for (name, words) in NOT_ZERO {
        if view.sets(name) && view.number(name) == Some(0) {
            faults.push(view.fault(name, *words));
        }
    }
    if view.number("director_user_expire").is_some_and(|secs| secs < 10) && view.sets("director_user_expire") {
        faults.push(view.fault("director_user_expire", "director_user_expire is too low"));
    }
    // program-client.c; a name holds host and port where no host is set
    if view.text("execute_driver") == "tcp"
        && view.number("execute_tcp_port") == Some(0)
        && (view.text("execute_name").is_empty() || !view.text("execute_tcp_host").is_empty())
    {
        let words = "execute_tcp_port must not be 0 with execute_driver=tcp";
        faults.push(view.fault("execute_driver", words));
    }
    if view.text("pop3_delete_type") == "flag" && view.text("pop3_deleted_flag").is_empty() {
        faults.push(view.fault("pop3_delete_type", "pop3_delete_type=flag, but pop3_deleted_flag not set"));
    }
}

// db-oauth2.c, auth_oauth2_settings_check
fn oauth2(view: &View<'_>, faults: &mut Vec<Fault>) {
    let set = |name: &str| !view.text(name).is_empty();
    let mode = view.text("oauth2_introspection_mode");
    let urls = ["oauth2_tokeninfo_url", "oauth2_introspection_url"];
    if mode.is_empty() {
        if let Some(url) = ["oauth2_grant_url"].iter().chain(&urls).find(|name| set(name)) {
            return faults.push(view.fault(url, "Missing oauth2_introspection_mode"));
        }
    } else if matches!(mode, "auth" | "get" | "post") && !urls.iter().any(|name| set(name)) {
        let words = "Need at least one of oauth2_tokeninfo_url or oauth2_introspection_url";
        return faults.push(view.fault("oauth2_introspection_mode", words));
    }
    if set("oauth2_grant_url") && !set("oauth2_client_id") {
        return faults.push(view.fault("oauth2_grant_url", "oauth2_client_id is required with oauth2_grant_url"));
    }
    if set("oauth2_client_id") != set("oauth2_client_secret") {
        let name = if set("oauth2_client_id") { "oauth2_client_id" } else { "oauth2_client_secret" };
        let words = "oauth2_client_id and oauth2_client_secret must be provided together";
        return faults.push(view.fault(name, words));
    }
    if !set("oauth2_active_attribute") && set("oauth2_active_value") {
        let words = "Cannot have empty active_attribute if active_value is set";
        faults.push(view.fault("oauth2_active_value", words));
    }
}
