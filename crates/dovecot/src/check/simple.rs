//! Checks of one block.

use super::{Fault, View};
use crate::{NodeId, Step};
use std::collections::BTreeSet;

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
fn is_open(text: &str) -> bool {
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

/// Checks of a section's own settings.
fn section(view: &View<'_>, kind: &str, name: Option<&str>, faults: &mut Vec<Fault>) {
    let own = |setting: &str| view.reading.stored(view.id, setting).map_or("", |stored| stored.text.as_str());
    let newer = view.newer();
    match kind {
        "passdb" | "userdb" if !newer && own("driver").is_empty() => {
            faults.push(view.fault("driver", format!("{kind} is missing driver")));
        }
        "passdb" if !newer => {
            let result = own("result_success");
            if own("pass") == "yes" && !result.is_empty() && result != "return-ok" {
                let words = "Obsolete pass=yes setting mixed with non-default result_success";
                faults.push(view.fault("pass", words));
            }
        }
        "namespace" if !newer => {
            if own("separator").len() > 1 {
                let words =
                    format!("Namespace '{}': Hierarchy separator must be only one character long", own("prefix"));
                faults.push(view.fault("separator", words));
            }
            alias_for(view, own("alias_for"), own("disabled") == "yes", faults);
        }
        "mailbox" if !newer => {
            let uses = own("special_use");
            if let Some(odd) = uses.split(' ').find(|word| !word.is_empty() && !is_special_use(word)) {
                let words = format!("mailbox {}: unknown special_use: {odd}", name.unwrap_or_default());
                faults.push(view.fault("special_use", words));
            }
        }
        "mailbox" => special_use(view, name.unwrap_or_default(), faults),
        "metric" if !newer => {
            let name = name.unwrap_or_default();
            if name.is_empty() {
                faults.push(view.fault("metric_name", "Metric name can't be empty"));
            } else if own("filter").is_empty() {
                let words = format!("metric {name} {{ filter }} is empty - will not match anything");
                faults.push(view.fault("filter", words));
            }
        }
        "event_exporter" => exporter(view, name, faults),
        _ => {}
    }
}

// stats-settings.c, stats_exporter_settings_check
fn exporter(view: &View<'_>, name: Option<&str>, faults: &mut Vec<Fault>) {
    let newer = view.newer();
    let key = |short: &str| if newer { format!("event_exporter_{short}") } else { short.to_owned() };
    let own = |short: &str| view.reading.stored(view.id, &key(short)).map_or("", |stored| stored.text.as_str());
    let mut say = |short: &str, words: String| faults.push(view.fault(&key(short), words));
    let unnamed = if newer { own("name").is_empty() } else { name.is_none() };
    if unnamed {
        if !newer {
            say("name", "Exporter name can't be empty".to_owned());
        }
        return;
    }
    match own("format") {
        "" => return say("format", "Exporter format name can't be empty".to_owned()),
        "none" | "json" | "tab-text" => {}
        other if is_open(other) => return,
        other => return say("format", format!("Unknown exporter format '{other}'")),
    }
    if newer {
        return;
    }
    match own("transport") {
        "" => say("transport", "Exporter transport name can't be empty".to_owned()),
        "drop" | "http-post" | "log" => {
            let needs_time = own("format") != "none";
            let has_time = own("format_args").split(' ').any(|word| word.starts_with("time-"));
            if needs_time && !has_time {
                let words = format!("{} exporter format requires a time-* argument", own("format"));
                say("format_args", words);
            }
        }
        other => say("transport", format!("Unknown transport type '{other}'")),
    }
}

// stats-settings.c of 2.4, stats_metric_settings_check
fn metric(view: &View<'_>, faults: &mut Vec<Fault>) {
    let name = view.text("metric_name");
    if view.sets("metric_name") && !name.is_empty() && view.text("metric_filter").is_empty() {
        let words = format!("metric {name} {{ filter }} is empty - will not match anything");
        faults.push(view.fault("metric_filter", words));
    }
}

/// Sections that nothing can find: doveconf asks for each of them knowing the
/// connection only, not the sections around.
// stats-settings.c, stats_settings_ext_check; auth-settings.c,
// auth_settings_get_passdbs; mail-storage-settings.c, namespace_parse_mailboxes
fn unreachable_sections(view: &View<'_>, faults: &mut Vec<Fault>) {
    let reading = view.reading;
    let path = reading.path(view.id);
    let is_section = |step: &&Step| matches!(step, Step::Section { .. });
    let in_section = path.iter().any(is_section);
    let is_namespace = matches!(path.last(), Some(Step::Section { kind, .. }) if kind == "namespace");
    let outer = path.split_last().is_some_and(|(_, around)| around.iter().any(is_section));
    // Outside the top level, the list of addresses has no default.
    let has_service = |id: &NodeId| reading.section(*id).is_some_and(|section| section.kind() == "service");
    let children = reading.node(view.id).map_or(&[][..], |node| &node.children);
    if view.id != NodeId::ROOT && !view.sets("listen") && children.iter().any(has_service) {
        faults.push(view.fault("listen", "listen can't be set empty"));
    }
    for id in children {
        let Some(section) = reading.section(*id) else { continue };
        let (kind, name) = (section.kind(), section.name());
        let lost = match kind {
            "passdb" | "userdb" | "metric" => in_section,
            "mailbox" => in_section && (outer || !is_namespace),
            _ => continue,
        };
        let fault = |words| Fault { block: view.id, ..View { reading, id: *id }.fault(kind, words) };
        if lost && reading.child(NodeId::ROOT, &format!("{kind}/{name}")).is_none() {
            faults.push(fault(format!(
                "Failed to get {kind} {name}: Filter {kind}={name} unexpectedly not found (invalid userdb or -o \
                 override settings?)"
            )));
        } else if kind == "metric" && !lost {
            let exporter = section.own("exporter").map_or("", |value| value.text());
            let key = format!("event_exporter/{exporter}");
            let known = [NodeId::ROOT, view.id].iter().any(|node| reading.child(*node, &key).is_some());
            if !exporter.is_empty() && !known && !is_open(exporter) {
                faults.push(fault(format!("metric {name} refers to non-existent exporter '{exporter}'")));
            }
        }
    }
}

// stats-settings.c of 2.3, stats_settings_check
fn exporters(view: &View<'_>, faults: &mut Vec<Fault>) {
    let sections = |kind: &'static str| {
        let children = view.reading.node(view.id).map_or(&[][..], |node| &node.children);
        let of_kind = children.iter().filter_map(|id| view.reading.section(*id));
        of_kind.filter(move |section| section.kind() == kind)
    };
    let known: BTreeSet<&str> = sections("event_exporter").map(|one| one.name()).collect();
    if known.is_empty() {
        return;
    }
    for metric in sections("metric") {
        let Some(exporter) = metric.own("exporter").map(|value| value.text()).filter(|text| !text.is_empty()) else {
            continue;
        };
        if !known.contains(exporter) {
            let words = format!("metric {} refers to non-existent exporter '{exporter}'", metric.name());
            faults.push(View { reading: view.reading, id: metric.id }.fault("exporter", words));
        }
    }
}

/// Sections among which the namespace of an alias is searched.
const MAX_SIBLINGS: usize = 2000;

// mail-storage-settings.c of 2.3, namespace_settings_check
fn alias_for(view: &View<'_>, alias: &str, disabled: bool, faults: &mut Vec<Fault>) {
    if !view.sets("alias_for") || disabled {
        return;
    }
    let prefix = |id| view.reading.stored(id, "prefix").map_or("", |stored| stored.text.as_str());
    let parent = view.reading.node(view.id).and_then(|node| node.parent).unwrap_or(NodeId::ROOT);
    let siblings = view.reading.node(parent).map_or(&[][..], |node| &node.children);
    if siblings.len() > MAX_SIBLINGS {
        return;
    }
    let is_namespace = |id: &&NodeId| view.reading.section(**id).is_some_and(|one| one.kind() == "namespace");
    let target = siblings.iter().filter(is_namespace).find(|id| prefix(**id) == alias);
    let own = prefix(view.id);
    match target {
        None => {
            let words = format!("Namespace '{own}': alias_for points to unknown namespace: {alias}");
            faults.push(view.fault("alias_for", words));
        }
        Some(target) => {
            if let Some(next) = view.reading.stored(*target, "alias_for") {
                let words = format!("Namespace '{own}': alias_for chaining isn't allowed: {alias} -> {}", next.text);
                faults.push(view.fault("alias_for", words));
            }
        }
    }
}

/// 2.4 only warns.
fn special_use(view: &View<'_>, name: &str, faults: &mut Vec<Fault>) {
    if !view.sets("mailbox_special_use") {
        return;
    }
    for word in view.words("mailbox_special_use").iter().filter(|word| !is_special_use(word)) {
        let words = format!("mailbox {name}: special_use label {word} is not an RFC-defined label - allowing anyway");
        let mut fault = view.fault("mailbox_special_use", words);
        fault.stops = crate::Stops::Never;
        faults.push(fault);
    }
}

fn is_special_use(word: &str) -> bool {
    let known = ["All", "Archive", "Drafts", "Flagged", "Important", "Junk", "Sent", "Trash"];
    word.strip_prefix('\\').is_some_and(|name| known.iter().any(|known| known.eq_ignore_ascii_case(name)))
}
