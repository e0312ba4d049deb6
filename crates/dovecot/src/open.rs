//! Password databases that let anybody in.

use crate::{Dialect, Reading, Section, Step};
use postproof_diag::{Span, Text};

/// A passdb that asks for no password.
#[derive(Clone, Debug)]
pub struct OpenPassdb {
    /// What makes it so.
    pub place: Span,
    /// What it is, as a sentence without a full stop.
    pub reason: Text,
    /// The protocol whose logins it is for, where it stands in `protocol X {`.
    pub protocol: Option<String>,
}

/// The first passdb with which anybody logs in, under any name or under that of a
/// user whom the passdb knows. What rows of a database say is not known here.
pub fn anybody_logs_in(reading: &Reading) -> Option<(Span, Text)> {
    open_passdbs(reading).into_iter().next().map(|one| (one.place, one.reason))
}

/// Every passdb with which anybody logs in, in the order read.
// Tried with 2.3.19.1: `nopassword` with any value, in `args` of a static passdb or
// in `default_fields` of any that compares passwords itself, takes every password;
// in `override_fields` it comes too late. An empty password of a static passdb is
// met by an empty one. 2.4: passdb-static.c, static_save_fields;
// auth-request.c, auth_request_db_password_verify.
pub fn open_passdbs(reading: &Reading) -> Vec<OpenPassdb> {
    let passdbs = reading.sections("passdb").filter(|passdb| !is_guarded(reading, passdb));
    passdbs.filter_map(|passdb| open(reading, &passdb)).collect()
}

/// Drivers that compare the password with one that they look up (passdb-*.c:
/// auth_request_password_verify); the others ask somebody else.
const COMPARING: &[&str] = &["passwd-file", "passwd", "shadow", "sql", "ldap", "dict"];

fn open(reading: &Reading, passdb: &Section<'_>) -> Option<OpenPassdb> {
    let driver = driver(reading, passdb);
    let is_static = driver == "static";
    let fields = fields(reading, passdb, is_static);
    let is_asking_none = |field: &&Field| field.name == "nopassword";
    let is_empty = |field: &&Field| is_static && field.name == "password" && is_empty_password(&field.value);
    let (field, reason) = match fields.iter().find(is_asking_none) {
        Some(field) if is_static => (field, NO_PASSWORD),
        Some(field) if COMPARING.contains(&driver) => (field, NO_PASSWORD_OF_USERS),
        Some(_) => return None,
        None => (fields.iter().find(is_empty)?, EMPTY_PASSWORD),
    };
    let protocol = passdb.path().iter().find_map(|step| match step {
        Step::Protocol(name) => Some(name.clone()),
        Step::Root
        | Step::Local(_)
        | Step::LocalName(_)
        | Step::Remote(_)
        | Step::Section { .. }
        | Step::Group { .. } => None,
    });
    Some(OpenPassdb { place: field.place.or(passdb.span())?, reason, protocol })
}

/// In 2.4 the name of a section stands for its driver.
fn driver<'r>(reading: &Reading, passdb: &Section<'r>) -> &'r str {
    let written = passdb.own("driver").map(|driver| driver.text()).filter(|driver| !driver.is_empty());
    match (written, reading.dialect()) {
        (Some(driver), _) => driver,
        (None, Dialect::V24) => passdb.name(),
        (None, Dialect::V23) => "",
    }
}

/// A field that a passdb gives before it looks at the password.
struct Field {
    name: String,
    value: String,
    place: Option<Span>,
}

fn fields(reading: &Reading, passdb: &Section<'_>, is_static: bool) -> Vec<Field> {
    let mut found = Vec::new();
    match reading.dialect() {
        Dialect::V23 => {
            let names: &[&str] = if is_static { &["args", "default_fields"] } else { &["default_fields"] };
            for value in names.iter().filter_map(|name| passdb.own(name)) {
                let place = value.assignment.map(|assignment| assignment.value_span());
                found.extend(value.text().split_whitespace().map(|word| {
                    let (name, value) = word.split_once('=').unwrap_or((word, ""));
                    Field { name: name.to_owned(), value: value.to_owned(), place }
                }));
            }
        }
        Dialect::V24 => {
            let entries = passdb.own("fields").and_then(|fields| fields.stored).map(|stored| &stored.entries);
            for entry in entries.into_iter().flatten() {
                let place = entry.assignment.and_then(|at| reading.assignment(at)).map(|one| one.name_span());
                found.push(Field { name: entry.key.clone(), value: entry.value.clone(), place });
            }
            // An empty one is none: passdb-static.c of 2.4.
            let password = passdb.own("password").filter(|password| is_static && !password.text().is_empty());
            found.extend(password.map(|password| Field {
                name: "password".to_owned(),
                value: password.text().to_owned(),
                place: password.assignment.map(|assignment| assignment.value_span()),
            }));
        }
    }
    found
}

/// Whether an empty password meets it: nothing, or nothing behind a scheme that
/// keeps passwords as they are.
fn is_empty_password(value: &str) -> bool {
    let scheme = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    value.is_empty()
        || scheme
            .is_some_and(|scheme| ["PLAIN", "CLEAR", "CLEARTEXT"].iter().any(|one| one.eq_ignore_ascii_case(scheme)))
}

/// Whether something else than the password keeps people out, or a success here is
/// no login.
fn is_guarded(reading: &Reading, passdb: &Section<'_>) -> bool {
    let text = |name: &str| passdb.own(name).map(|value| value.text().to_owned()).unwrap_or_default();
    let is_yes = |name: &str| passdb.own(name).is_some_and(|value| value.is_yes());
    // A proxy leaves it to the other server.
    let is_guard = |name: &str| name.starts_with("proxy") || name == "allow_nets" || name == "noauthenticate";
    let mut fields = fields(reading, passdb, true);
    if reading.dialect() == Dialect::V23 {
        let overriding = text("override_fields");
        let name = |word: &str| word.split('=').next().unwrap_or(word).to_owned();
        fields.extend(overriding.split_whitespace().map(|word| Field {
            name: name(word),
            value: String::new(),
            place: None,
        }));
    }
    if fields.iter().any(|field| is_guard(&field.name)) || is_yes("deny") {
        return true;
    }
    // passdb.c: what follows a success. A later passdb decides after `continue`.
    let result = text("result_success");
    if !matches!(result.as_str(), "" | "return-ok" | "return" | "continue-ok") || text("skip") == "unauthenticated" {
        return true;
    }
    let mechanisms = passdb.own("mechanisms").map(|value| value.words()).unwrap_or_default();
    let takes_passwords = |word: &&&str| ["plain", "login"].iter().any(|one| one.eq_ignore_ascii_case(word));
    if !mechanisms.is_empty() && !mechanisms.iter().any(|word| takes_passwords(&word)) {
        return true;
    }
    // A master user logs in as others, if names can say so.
    let separator = reading.value(&crate::Scope::GLOBAL, "auth_master_user_separator");
    is_yes("master") && separator.is_none_or(|separator| separator.text().is_empty())
}

const NO_PASSWORD: Text = Text::fixed(
    "a static `passdb` with `nopassword` lets everybody in under any name",
    "`nopassword` 값을 가진 static `passdb` 섹션은 누구든 어떤 이름으로나 들여보냅니다",
);
const NO_PASSWORD_OF_USERS: Text = Text::fixed(
    "a `passdb` with `nopassword` lets everybody in under the name of any user that it knows",
    "`nopassword` 값을 가진 `passdb` 섹션은 알고 있는 사용자의 이름이면 누구든 들여보냅니다",
);
const EMPTY_PASSWORD: Text = Text::fixed(
    "a static `passdb` with an empty password lets everybody in under any name",
    "빈 암호를 가진 static `passdb` 섹션은 누구든 어떤 이름으로나 들여보냅니다",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, read};
    use postproof_diag::{Document, SourceMap};
    use postproof_syntax::Region;

    fn reasons(text: &str) -> Vec<Text> {
        let mut sources = SourceMap::default();
        let file = sources.add(Document::new("dovecot.conf", text));
        let region = Region::whole(file, text.as_bytes());
        let input = Input { file, path: "dovecot.conf", region: &region, bytes: text.as_bytes(), root: true };
        open_passdbs(&read(&[input], None)).into_iter().map(|one| one.reason).collect()
    }

    fn old(lines: &str) -> Vec<Text> {
        reasons(&format!("protocols = imap\nmail_location = maildir:~/m\npassdb {{\n{lines}}}\n"))
    }

    fn new(section: &str) -> Vec<Text> {
        reasons(&format!("dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n{section}"))
    }

    #[test]
    fn a_passdb_without_a_password_is_open() {
        // Each was tried with 2.3.19.1.
        for args in ["nopassword", "nopassword=y", "nopassword=n", "nopassword=", "nopassword=yes password=x"] {
            assert_eq!(old(&format!("driver = static\nargs = {args}\n")), [NO_PASSWORD], "{args}");
        }
        for args in ["password=", "password={PLAIN}"] {
            assert_eq!(old(&format!("driver = static\nargs = {args}\n")), [EMPTY_PASSWORD], "{args}");
        }
        assert_eq!(old("driver = static\ndefault_fields = nopassword=y\n"), [NO_PASSWORD]);
        assert_eq!(
            old("driver = passwd-file\nargs = /etc/users\ndefault_fields = nopassword=y\n"),
            [NO_PASSWORD_OF_USERS]
        );
        assert_eq!(old("driver = static\nargs = nopassword=y\nresult_success = continue-ok\n"), [NO_PASSWORD]);
        assert_eq!(old("driver = static\nargs = nopassword=y user=bob\n"), [NO_PASSWORD]);
    }

    #[test]
    fn what_keeps_people_out_closes_it() {
        for lines in [
            "driver = static\nargs = password=x\n",
            "driver = static\n",
            "driver = static\nargs = proxy=y nopassword=y\n",
            "driver = static\nargs = nopassword=y allow_nets=192.0.2.0/24\n",
            "driver = static\nargs = nopassword=y noauthenticate=y\n",
            "driver = static\nargs = nopassword=y\ndeny = yes\n",
            "driver = static\nargs = nopassword=y\nmaster = yes\n",
            "driver = static\nargs = nopassword=y\nskip = unauthenticated\n",
            "driver = static\nargs = nopassword=y\nresult_success = return-fail\n",
            "driver = static\nargs = nopassword=y\nmechanisms = xoauth2\n",
            "driver = static\noverride_fields = nopassword=y\n",
            "driver = passwd-file\nargs = /etc/users\noverride_fields = nopassword=y\n",
            "driver = pam\ndefault_fields = nopassword=y\n",
        ] {
            assert!(old(lines).is_empty(), "{lines}");
        }
    }

    #[test]
    fn a_master_user_without_a_password_is_everybody() {
        let text = "auth_master_user_separator = *\npassdb {\ndriver = static\nargs = nopassword=y\nmaster = yes\n}\n";
        assert_eq!(reasons(text), [NO_PASSWORD]);
    }

    #[test]
    fn fields_of_2_4_are_read() {
        assert_eq!(new("passdb static {\n  fields {\n    nopassword = yes\n  }\n}\n"), [NO_PASSWORD]);
        assert_eq!(new("passdb x {\n  driver = static\n  fields {\n    nopassword = yes\n  }\n}\n"), [NO_PASSWORD]);
        assert_eq!(
            new("passdb passwd-file {\n  passwd_file_path = /etc/users\n  fields {\n    nopassword = yes\n  }\n}\n"),
            [NO_PASSWORD_OF_USERS]
        );
        assert!(new("passdb static {\n  password = x\n}\n").is_empty());
        assert!(new("passdb static {\n  password =\n}\n").is_empty());
        assert!(
            new("passdb static {\n  fields {\n    nopassword = yes\n    allow_nets = 192.0.2.0/24\n  }\n}\n")
                .is_empty()
        );
    }

    #[test]
    fn the_protocol_around_it_is_named() {
        let mut sources = SourceMap::default();
        let text = "protocols = imap\nprotocol imap {\npassdb {\ndriver = static\nargs = nopassword=y\n}\n}\n";
        let file = sources.add(Document::new("dovecot.conf", text));
        let region = Region::whole(file, text.as_bytes());
        let input = Input { file, path: "dovecot.conf", region: &region, bytes: text.as_bytes(), root: true };
        let found = open_passdbs(&read(&[input], None));
        assert_eq!(found.iter().map(|one| one.protocol.as_deref()).collect::<Vec<_>>(), [Some("imap")]);
    }
}
