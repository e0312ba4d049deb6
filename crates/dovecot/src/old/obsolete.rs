//! What 2.3 still takes of 1.x, with a warning.

use super::Reader;
use super::apply::escaped;
use super::filter::Filter;
use crate::{NodeId, ProblemKind, Stops};
use postproof_diag::SourceText;
use postproof_syntax::dovecot::exact::{ExactLine, Form};
use std::net::IpAddr;

/// What is known of the old sections that are open.
#[derive(Default)]
pub(super) struct Obsolete {
    base_dir: String,
    /// 1 in `auth {`, more in its sections.
    auth: usize,
    seen_auth: bool,
    /// 1 in `socket listen {`, more in its sections.
    listen: usize,
    socket: Socket,
}

#[derive(Default)]
struct Socket {
    path: Option<SourceText>,
    rest: Vec<(&'static str, SourceText)>,
    master: bool,
}

impl Obsolete {
    pub(super) fn begin(&mut self) {
        *self = Obsolete { base_dir: "/run/dovecot".to_owned(), ..Obsolete::default() };
    }
}

/// Old settings of login and mail processes, and of the auth process: the one
/// of the service that they became.
const LOGIN: &[(&str, &str)] = &[
    ("login_user", "user"),
    ("login_executable", "executable"),
    ("login_processes_count", "process_min_avail"),
    ("login_max_processes_count", "process_limit"),
    ("login_max_connections", "client_limit"),
];
const MAIL: &[(&str, &str)] = &[
    ("max_mail_processes", "process_limit"),
    ("mail_executable", "executable"),
    ("mail_drop_priv_before_exec", "drop_priv_before_exec"),
];
const AUTH: &[(&str, &str)] = &[("auth_executable", "executable"), ("auth_user", "user"), ("auth_chroot", "chroot")];

const LOGIN_SERVICES: &[(&str, &str)] =
    &[("imap", "imap-login"), ("pop3", "pop3-login"), ("sieve", "managesieve-login")];
const MAIL_SERVICES: &[(&str, &str)] = &[("imap", "imap"), ("pop3", "pop3"), ("sieve", "managesieve")];

const REMOVED: &[&str] = &[
    "login_dir",
    "dbox_rotate_min_size",
    "dbox_rotate_days",
    "director_consistent_hashing",
    "mail_log_max_lines_per_sec",
    "maildir_copy_preserve_filename",
];

// old-set-parser.c
impl Reader<'_> {
    /// Handles a line that 2.3 takes in the way of 1.x. False: it is an
    /// ordinary line.
    pub(super) fn obsolete(&mut self, line: &ExactLine) -> bool {
        match line.form {
            Form::Value => match self.stack.last().map(|open| open.prefix.clone()) {
                Some(prefix) if prefix.is_empty() => self.old_process(line) || self.old_global(line),
                Some(prefix) => self.old_inner(line, &prefix),
                None => false,
            },
            Form::Start => self.old_section(line),
            Form::End => self.old_end(line),
            Form::File | Form::Variable | Form::Include { .. } | Form::Wrong(_) | Form::GroupStart => false,
        }
    }

    fn say(&mut self, line: &ExactLine, what: &str) {
        let place = self.at_line(|path, number| format!("{path}:{number}"));
        if !self.warned {
            self.warned = true;
            let words = "NOTE: You can get a new clean config file with: doveconf -Pn > dovecot-new.conf".to_owned();
            self.warn(ProblemKind::Obsolete, line.span, words, "");
        }
        let words = format!("Obsolete setting in {place}: {what}");
        self.warn(ProblemKind::Obsolete, line.span, words, line.key.as_str());
    }

    /// Sets another setting with this line's value, or that one.
    fn instead(&mut self, line: &ExactLine, key: &str, value: SourceText) {
        let mut other = line.clone();
        other.key = Self::plain_text(key);
        other.value = value.clone();
        self.assign(&other, &other.key.clone(), value);
    }

    fn rename(&mut self, line: &ExactLine, key: &str, value: SourceText) {
        self.say(line, &format!("{} has been renamed to {key}", line.key.as_str()));
        self.instead(line, key, value);
    }

    /// Sets something of a service, at the top level.
    fn of_service(&mut self, line: &ExactLine, full: &str, value: &SourceText) {
        let key = full.rsplit('/').next().unwrap_or(full).to_owned();
        let text = value.as_str().to_owned();
        self.set_in(NodeId::ROOT, line, &Self::plain_text(&key), full, &text, value.clone());
    }

    fn filter_here(&self) -> Filter {
        self.stack.last().map(|open| open.filter.clone()).unwrap_or_default()
    }

    /// Settings that became those of services.
    fn old_process(&mut self, line: &ExactLine) -> bool {
        let key = line.key.as_str().to_owned();
        let value = line.value.clone();
        let text = value.as_str().to_owned();
        if self.old_listen(line, &key, &text) {
            return true;
        }
        let megabytes = || {
            let mut size = line.value.clone();
            size.push(" M", None);
            size
        };
        match key.as_str() {
            "login_chroot" => {
                let value = Self::plain_text(if text == "no" { "" } else { "login" });
                self.for_services(line, LOGIN_SERVICES, "chroot", &value);
            }
            "login_process_per_connection" => {
                let value = Self::plain_text(if text == "no" { "0" } else { "1" });
                self.for_services(line, LOGIN_SERVICES, "service_count", &value);
            }
            "login_process_size" => self.for_services(line, LOGIN_SERVICES, "vsz_limit", &megabytes()),
            "mail_process_size" => self.for_services(line, MAIL_SERVICES, "vsz_limit", &megabytes()),
            _ => {
                if let Some((_, new)) = LOGIN.iter().find(|(old, _)| *old == key) {
                    self.for_services(line, LOGIN_SERVICES, new, &value);
                } else if let Some((_, new)) = MAIL.iter().find(|(old, _)| *old == key) {
                    self.for_services(line, MAIL_SERVICES, new, &value);
                } else {
                    return self.old_auth(line, &key, &value, megabytes());
                }
            }
        }
        true
    }

    fn old_auth(&mut self, line: &ExactLine, key: &str, value: &SourceText, megabytes: SourceText) -> bool {
        let key = match self.old.auth {
            1 if !key.starts_with("auth_") => format!("auth_{key}"),
            _ => key.to_owned(),
        };
        let found = AUTH.iter().find(|(old, _)| *old == key).map(|(_, new)| (*new, value.clone()));
        let found = found.or_else(|| (key == "auth_process_size").then_some(("vsz_limit", megabytes)));
        if let Some((new, value)) = found {
            self.say(line, &format!("{key} has been replaced by service auth {{ {new} }}"));
            self.of_service(line, &format!("service/auth/{new}"), &value);
            return true;
        }
        let text = value.as_str();
        let small = text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u64>().is_ok_and(|size| (1..1024).contains(&size));
        match key.as_str() {
            "auth_cache_size" if small => {
                self.say(line, &format!("auth_cache_size value no longer defaults to megabytes. Use {text}M"));
                let mut size = value.clone();
                size.push("M", None);
                self.of_service(line, "auth_cache_size", &size);
            }
            "auth_count" => {
                let end = if text == "count" { "" } else { ", and its value must be 1" };
                self.say(line, &format!("auth_count has been removed{end}"));
            }
            _ => return self.old_socket(&key, value),
        }
        true
    }

    fn old_socket(&mut self, key: &str, value: &SourceText) -> bool {
        if self.old.listen != 2 {
            return false;
        }
        match key {
            "path" => self.old.socket.path = Some(value.clone()),
            "mode" => self.old.socket.rest.push(("mode", value.clone())),
            "user" => self.old.socket.rest.push(("user", value.clone())),
            "group" => self.old.socket.rest.push(("group", value.clone())),
            _ => return false,
        }
        true
    }

    fn for_services(&mut self, line: &ExactLine, services: &[(&str, &str)], new: &str, value: &SourceText) {
        let old = line.key.as_str();
        self.say(line, &format!("{old} has been replaced by service {{ {new} }}"));
        let filter = self.filter_here();
        let before = self.out.problems.len();
        for (protocol, service) in services {
            if filter.takes(Some(protocol)) {
                self.of_service(line, &format!("service/{service}/{new}"), value);
            }
        }
        if filter.takes(Some("sieve")) {
            self.forgive(before);
        }
    }

    /// ManageSieve may not be installed: what is wrong is passed over, that of
    /// the other protocols too.
    fn forgive(&mut self, before: usize) {
        let mut at = 0;
        self.out.problems.retain(|problem| {
            at += 1;
            at <= before || problem.stops != Stops::AtOnce
        });
    }

    /// `listen` with a port or in a protocol, and `ssl_listen`.
    fn old_listen(&mut self, line: &ExactLine, key: &str, text: &str) -> bool {
        let filter = self.filter_here();
        let root = filter.takes(None);
        let secure = key == "ssl_listen";
        let ours = secure || key == "listen" && (has_port(text) || !root);
        if !ours || text.is_empty() {
            return ours;
        }
        let s = if secure { "s" } else { "" };
        let listeners = [
            ("imap", format!("service/imap-login/inet_listener/imap{s}")),
            ("pop3", format!("service/pop3-login/inet_listener/pop3{s}")),
            ("sieve", "service/managesieve-login/inet_listener/managesieve".to_owned()),
        ];
        let fits = |protocol: &str| filter.takes(Some(protocol)) && !(secure && protocol == "sieve");
        let mut address = line.value.clone();
        if let Some(colon) = text.rfind(':').filter(|_| has_port(text)) {
            self.say(line, &format!("{key}=..:port has been replaced by service {{ inet_listener {{ port }} }}"));
            address = line.value.slice(0..colon);
            let port = line.value.slice(colon + 1..text.len());
            let before = self.out.problems.len();
            for (_, path) in listeners.iter().filter(|(protocol, _)| fits(protocol)) {
                self.make_block(path);
                self.of_service(line, &format!("{path}/port"), &port);
            }
            if fits("sieve") {
                self.forgive(before);
            }
        }
        if root && !secure {
            self.instead(line, key, address);
            return true;
        }
        self.say(line, &format!("protocol {{ {key} }} has been replaced by service {{ inet_listener {{ address }} }}"));
        for (_, path) in listeners.iter().filter(|(protocol, _)| fits(protocol)) {
            self.make_block(path);
            self.of_service(line, &format!("{path}/address"), &address);
        }
        true
    }

    /// Settings of the top level and of filters.
    fn old_global(&mut self, line: &ExactLine) -> bool {
        let key = line.key.as_str().to_owned();
        let value = line.value.clone();
        let text = value.as_str().to_owned();
        let turned = |yes: &str, no: &str| match text.to_ascii_lowercase().as_str() {
            "yes" => Self::plain_text(yes),
            "no" => Self::plain_text(no),
            _ => value.clone(),
        };
        match key.as_str() {
            "base_dir" => {
                text.strip_suffix('/').unwrap_or(&text).clone_into(&mut self.old.base_dir);
                return false;
            }
            "protocols" => self.old_protocols(line, &text),
            "ssl_cert_file" | "ssl_key_file" | "ssl_ca_file" => {
                if !text.is_empty() {
                    let new = key.strip_suffix("_file").unwrap_or(&key);
                    self.say(line, &format!("{key} has been replaced by {new} = <file"));
                    let mut other = line.clone();
                    other.form = Form::File;
                    self.instead(&other, new, value);
                }
            }
            "ssl_disable" => self.rename(line, "ssl", turned("no", "yes")),
            "fsync_disable" => self.rename(line, "mail_fsync", turned("never", "optimized")),
            "dbox_rotate_size" => self.rename(line, "mdbox_rotate_size", value),
            "ssl_parameters_regenerate" | "ssl_dh_parameters_length" => {
                self.say(line, &format!("{key} is no longer needed"));
            }
            "ssl_protocols" => self.old_tls(line, &text),
            "sieve" | "sieve_storage" => {
                let what = match key.as_str() {
                    "sieve" => "sieve has been moved into plugin {} section",
                    _ => "sieve_storage has been moved into plugin { sieve_dir }",
                };
                self.say(line, what);
                let full = format!("plugin/{key}");
                self.set(line, &line.key, &full, &text, value);
            }
            "imap_client_workarounds" => self.old_workarounds(line, &text),
            _ => {
                if let Some(rest) = key.strip_prefix("mail_cache_compress_") {
                    self.rename(line, &format!("mail_cache_purge_{rest}"), value);
                } else if REMOVED.contains(&key.as_str()) {
                    self.say(line, &format!("{key} has been removed"));
                } else if self.old.auth == 1 {
                    let new = if key.starts_with("auth_") { key } else { format!("auth_{key}") };
                    self.instead(line, &new, value);
                } else {
                    return false;
                }
            }
        }
        true
    }

    fn old_protocols(&mut self, line: &ExactLine, text: &str) {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let mut kept = Vec::new();
        for word in &words {
            match *word {
                "imaps" | "pop3s" => {}
                "managesieve" => {
                    self.say(line, "protocols=managesieve has been renamed to protocols=sieve");
                    kept.push("sieve");
                }
                other => kept.push(other),
            }
        }
        for (plain, secure) in [("imap", "imaps"), ("pop3", "pop3s")] {
            if !words.contains(&secure) {
                continue;
            }
            if words.contains(&plain) {
                self.say(line, &format!("'{secure}' protocol is no longer necessary, remove it"));
                continue;
            }
            self.say(
                line,
                &format!(
                    "'{secure}' protocol can no longer be specified (use protocols={plain}). to disable non-ssl \
                     {plain}, use service {plain}-login {{ inet_listener {plain} {{ port=0 }} }}"
                ),
            );
            kept.push(plain);
            let listener = format!("service/{plain}-login/inet_listener/{plain}");
            if let Some(filter) = self.stack.last().map(|open| open.filter_node) {
                self.make_block_in(filter, &listener);
            }
            let zero = Self::plain_text("0");
            self.set(line, &Self::plain_text("port"), &format!("{listener}/port"), "0", zero);
        }
        let joined = kept.join(" ");
        let value = if joined == text { line.value.clone() } else { Self::plain_text(&joined) };
        self.instead(line, "protocols", value);
    }

    fn old_workarounds(&mut self, line: &ExactLine, text: &str) {
        let mut kept: Vec<&str> = Vec::new();
        for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
            match word {
                "outlook-idle" => {
                    self.say(line, "imap_client_workarounds=outlook-idle is no longer necessary");
                    kept.push("");
                }
                "netscape-eoh" => {
                    self.say(line, "imap_client_workarounds=netscape-eoh is no longer supported");
                    kept.push("");
                }
                other => kept.push(other),
            }
        }
        let joined = kept.join(" ");
        let value = if joined == text { line.value.clone() } else { Self::plain_text(&joined) };
        self.instead(line, "imap_client_workarounds", value);
    }

    fn old_tls(&mut self, line: &ExactLine, text: &str) {
        self.say(line, "ssl_protocols has been replaced by ssl_min_protocol");
        match least_protocol(text) {
            Ok(least) => self.instead(line, "ssl_min_protocol", Self::plain_text(least)),
            Err(why) => {
                let words =
                    format!("Could not find a minimum ssl_min_protocol setting from ssl_protocols = {text}: {why}");
                self.warn(ProblemKind::Obsolete, line.span, words, "ssl_protocols");
            }
        }
    }

    fn old_inner(&mut self, line: &ExactLine, prefix: &str) -> bool {
        if prefix != "plugin/0/" || line.key.as_str() != "imap_zlib_compress_level" {
            return false;
        }
        self.say(line, "imap_zlib_compress_level has been replaced by imap_compress_deflate_level");
        let text = line.value.as_str().to_owned();
        self.set(line, &line.key, "plugin/0/imap_compress_deflate_level", &text, line.value.clone());
        true
    }

    fn old_section(&mut self, line: &ExactLine) -> bool {
        let (key, name) = (line.key.as_str().to_owned(), line.value.as_str().to_owned());
        if self.old.auth > 0 {
            return self.old_auth_section(line, &key, &name);
        }
        if self.stack.last().is_none_or(|open| !open.prefix.is_empty()) {
            return false;
        }
        match (key.as_str(), name.as_str()) {
            ("auth", _) => {
                self.say(
                    line,
                    "add auth_ prefix to all settings inside auth {} and remove the auth {} section completely",
                );
                self.old.auth = 1;
            }
            ("protocol", "managesieve") => {
                self.say(line, "protocol managesieve {} has been replaced by protocol sieve { }");
                self.begin(line, "protocol", "sieve");
            }
            ("service", "dns_client") => {
                self.say(line, "service dns_client {} has been replaced by service dns-client { }");
                self.begin(line, "service", "dns-client");
            }
            _ => return false,
        }
        true
    }

    fn old_auth_section(&mut self, line: &ExactLine, key: &str, name: &str) -> bool {
        self.old.seen_auth = true;
        self.old.socket = Socket::default();
        self.old.auth += 1;
        if matches!(key, "passdb" | "userdb") && self.old.auth == 2 {
            self.say(line, &format!("{key} {name} {{}} has been replaced by {key} {{ driver={name} }}"));
            self.begin(line, key, "");
            self.instead(line, "driver", line.value.clone());
            return true;
        }
        if key == "socket" && self.old.auth == 2 {
            if name == "connect" {
                self.say(line, "socket connect {} is no longer supported, configure external auth server separately");
            }
            if name != "listen" {
                return false;
            }
            self.old.listen += 1;
            return true;
        }
        if self.old.listen > 0 {
            self.old.listen += 1;
        }
        if matches!(key, "master" | "client") && self.old.listen == 2 {
            self.old.socket.master = key == "master";
            return true;
        }
        false
    }

    fn old_end(&mut self, line: &ExactLine) -> bool {
        if self.old.auth > 0 {
            self.old.auth -= 1;
            if self.old.auth == 0 {
                return true;
            }
        }
        if self.old.listen > 0 {
            if self.old.listen == 2 {
                self.apply_socket(line);
            }
            self.old.listen -= 1;
            return true;
        }
        false
    }

    fn apply_socket(&mut self, line: &ExactLine) {
        let socket = std::mem::take(&mut self.old.socket);
        let wrong = |reader: &mut Self, words: &str| {
            reader.stop(ProblemKind::MissingRequired, line.span, words.to_owned(), "socket");
        };
        let Some(path) = socket.path else { return wrong(self, "socket listen {} is missing path") };
        let text = path.as_str();
        let inner = text.strip_prefix(&self.old.base_dir).and_then(|rest| rest.strip_prefix('/'));
        let name = inner.unwrap_or(text).to_owned();
        let is_master = name.ends_with("-master") || name.ends_with("-userdb");
        if socket.master && !is_master {
            return wrong(self, "socket listen { master { path=.. } } must end with -master (or -userdb) suffix");
        }
        if !socket.master && is_master {
            return wrong(self, "socket listen { client { path=.. } } must end not with -master or -userdb suffix");
        }
        let listener = format!("service/auth/unix_listener/{}", escaped(&name));
        if let Some(filter) = self.stack.last().map(|open| open.filter_node) {
            self.make_block_in(filter, &listener);
        }
        for (key, value) in socket.rest {
            let text = value.as_str().to_owned();
            self.set(line, &Self::plain_text(key), &format!("{listener}/{key}"), &text, value);
        }
    }
}

/// Whether one of the addresses has a port.
fn has_port(text: &str) -> bool {
    let plain = |word: &str| matches!(word, "*" | "::" | "[::]") || word.parse::<IpAddr>().is_ok();
    text.contains(':') && text.split([',', ' ']).any(|word| !word.is_empty() && !plain(word))
}

/// The least protocol that a list of protocols leaves.
fn least_protocol(text: &str) -> Result<&'static str, String> {
    const KNOWN: [&str; 4] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"];
    let mut set = [0_i8; 4];
    let mut named = false;
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
        let (plain, on) = match word.strip_prefix('!') {
            Some(plain) => (plain, false),
            None => (word, true),
        };
        let place = KNOWN.iter().zip(set.iter_mut()).find(|(name, _)| **name == plain);
        let Some((_, place)) = place else { return Err(format!("Unrecognized protocol '{plain}'")) };
        *place = if on { 1 } else { -1 };
        named |= on;
    }
    let left = KNOWN.iter().zip(set).find(|(_, set)| if named { *set > 0 } else { *set == 0 });
    left.map(|(name, _)| *name).ok_or_else(|| "All protocols disabled".to_owned())
}
