//! passdb and userdb: their names, the words of `args`, their fields.

use super::location;
use super::outcome::{Outcome, Statement, label, quoted, translated};
use super::print::Lead;
use super::read::{Node, Value, What};
use super::sections;
use super::texts;
use super::vars::Scope;
use super::walk::{Form, Walk};
use super::{files, ldap, oauth2, sql};
use crate::Kind;
use postproof_diag::Text;
use postproof_syntax::dovecot::Section;

/// A passdb or userdb that is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Database {
    /// `passdb` or `userdb`.
    pub(super) which: &'static str,
    pub(super) driver: String,
    pub(super) name: String,
    /// The file that `args` names, if it was given.
    pub(super) file: Option<usize>,
}

impl Database {
    /// The name of a setting of the driver: short where the block's name makes
    /// it so, and with the driver otherwise.
    // config-parser.c of 2.4.1, config_apply_line_full: F_N_k, F_k, k
    pub(super) fn key(&self, key: &str) -> String {
        if self.name == self.driver { key.to_owned() } else { format!("{}_{key}", self.driver.replace('-', "_")) }
    }

    pub(super) fn scope<'s>(&self, setting: &'s str) -> Scope<'s> {
        Scope { process: "auth", setting, shared: false, escaped: matches!(self.driver.as_str(), "sql" | "ldap") }
    }
}

/// Drivers that 2.4 does not have.
// auth.json of the facts; passdb.c and userdb.c of 2.4.1
const GONE: [&str; 5] = ["shadow", "checkpassword", "dict", "vpopmail", "nss"];

pub(super) fn open(walk: &mut Walk, section: &Section, inside: &[Node]) -> (Form, Outcome, Vec<Statement>) {
    let which = if section.name == "passdb" { "passdb" } else { "userdb" };
    let given = |wanted: &str| {
        inside.iter().find_map(|node| match &node.what {
            What::Setting { name, value } if name == wanted => Some(value.text.clone()),
            _ => None,
        })
    };
    let in_auth_block =
        walk.frames.iter().any(|frame| frame.section.name == "auth" && matches!(frame.form, Form::Open));
    let own_label = section.label.clone();
    let driver = given("driver").or_else(|| own_label.clone().filter(|_| in_auth_block)).unwrap_or_default();
    if driver.is_empty() || GONE.contains(&driver.as_str()) {
        let why = texts::driver_gone(which, &driver);
        let mut outcome =
            Outcome::ask(&format!("{which} {{ driver = {driver} }}"), texts::driver_question(which, &driver));
        outcome.reason = why.clone();
        let (form, _, _) = sections::gone(why);
        return (form, outcome, Vec::new());
    }
    let name = match own_label.filter(|_| !in_auth_block) {
        Some(name) => name,
        None => walk.unique(which, &driver),
    };
    let args = given("args").unwrap_or_default();
    let path =
        args.split([' ', '\t']).rfind(|word| !word.is_empty() && !word.starts_with("scheme=")).unwrap_or_default();
    let file = matches!(driver.as_str(), "sql" | "ldap" | "oauth2").then(|| files::find(&walk.files, path)).flatten();
    let database = Database { which, driver, name, file };
    let first = match (database.driver.as_str(), file) {
        ("sql" | "ldap", Some(file)) => connection(walk, &database, file),
        _ => Vec::new(),
    };
    for (statement, number) in first {
        let path = walk.path();
        walk.place(&path, &statement, Lead::Depth, number);
    }
    let header = format!("{which} {}", label(&database.name));
    let outcome = Outcome::new(Kind::Renamed, Vec::new(), texts::named(&header));
    (Form::Auth(header, Box::new(database)), outcome, Vec::new())
}

/// Statements with the entry that they come from.
pub(super) type Numbered = Vec<(Statement, Option<usize>)>;

/// The connection of an external file, once for the whole configuration where
/// no other file of its kind is used.
fn connection(walk: &mut Walk, database: &Database, file: usize) -> Numbered {
    if !alone(walk, database, file) {
        return Vec::new();
    }
    let key = format!("connection {file}");
    if walk.written.insert(key, String::new()).is_some() {
        return Vec::new();
    }
    external(walk, database, file, true)
}

/// Whether all databases of this driver use the same file, at the top level.
fn alone(walk: &mut Walk, database: &Database, file: usize) -> bool {
    if let Some(one) = walk.external.get(&database.driver) {
        return *one == Some(file);
    }
    let mut one = Some(file);
    for (place, value) in walk.facts.named("args") {
        let last = place.rsplit('/').next().unwrap_or_default();
        if !last.starts_with("passdb") && !last.starts_with("userdb") {
            continue;
        }
        let Some(found) = files::find(&walk.files, value).filter(|found| is_of(walk, *found, database)) else {
            continue;
        };
        if found != file || place.contains('/') {
            one = None;
        }
    }
    walk.external.insert(database.driver.clone(), one);
    one == Some(file)
}

fn is_of(walk: &Walk, file: usize, database: &Database) -> bool {
    let marks: &[&str] = if database.driver == "sql" {
        &["connect", "password_query", "user_query"]
    } else {
        &["uris", "hosts", "base", "dn"]
    };
    walk.files.get(file).is_some_and(|file| {
        file.nodes.iter().any(|node| matches!(&node.what, What::Setting { name, .. } if marks.contains(&name.as_str())))
    })
}

/// What the lines of an external file become: the connection, or the rest.
fn external(walk: &mut Walk, database: &Database, file: usize, connection: bool) -> Numbered {
    let nodes = walk.files.get(file).map(|file| file.nodes.clone()).unwrap_or_default();
    let driver = nodes.iter().find_map(|node| match &node.what {
        What::Setting { name, value } if name == "driver" => Some(value.text.clone()),
        _ => None,
    });
    let mut out = Vec::new();
    for node in &nodes {
        let What::Setting { name, value } = &node.what else { continue };
        let outcome = match database.driver.as_str() {
            "oauth2" if connection => None,
            "oauth2" => Some(oauth2::line(database, name, value)),
            "sql" => sql::line(database, name, value, driver.as_deref().unwrap_or_default(), connection),
            _ => ldap::line(database, name, value, connection),
        };
        let Some(outcome) = outcome else { continue };
        let number = walk.enter(node, &outcome);
        out.extend(outcome.statements.into_iter().map(|statement| (statement, number)));
    }
    out
}

/// The first lines within the block.
pub(super) fn opening(database: &Database) -> Vec<Statement> {
    let mut lines = Vec::new();
    if database.name != database.driver {
        lines.push(Statement::here(format!("driver = {}", quoted(&database.driver))));
    }
    lines
}

/// Writes what an external file gives to the block that was just opened.
pub(super) fn fill(walk: &mut Walk, database: &Database) {
    let Some(file) = database.file else { return };
    let mut statements = Vec::new();
    if !walk.written.contains_key(&format!("connection {file}")) {
        statements.extend(external(walk, database, file, true));
    }
    statements.extend(external(walk, database, file, false));
    if database.driver == "sql" && database.which == "passdb" && !scheme_given(walk, file) {
        // db-sql.c of 2.3.19.1: MD5; auth-settings.c of 2.4.1: PLAIN
        statements.push((Statement::here("default_password_scheme = MD5"), None));
    }
    let path = walk.path();
    for (statement, number) in statements {
        walk.place(&path, &statement, Lead::Depth, number);
    }
}

fn scheme_given(walk: &Walk, file: usize) -> bool {
    walk.files.get(file).is_some_and(|file| {
        file.nodes.iter().any(|node| matches!(&node.what, What::Setting { name, .. } if name == "default_pass_scheme"))
    })
}

/// A setting within passdb or userdb.
pub(super) fn setting(database: &Database, name: &str, value: &Value, line: &str) -> Outcome {
    let one = |kind, text: String, reason| Outcome::new(kind, vec![Statement::here(text)], reason);
    match name {
        "driver" => Outcome::merged(&format!("{} {}", database.which, database.name)),
        "name" | "auth_verbose" => Outcome::dropped(texts::no_counterpart(name)),
        "args" => args(database, value, line),
        "default_fields" | "override_fields" => fields(database, name, value),
        "mechanisms" => one(
            Kind::Renamed,
            format!("mechanisms_filter = {}", value.words().join(" ")),
            texts::renamed("passdb_mechanisms_filter"),
        ),
        // auth-settings.c of 2.3.19.1: pass = yes continues after a success
        "pass" if value.text.eq_ignore_ascii_case("yes") => {
            one(Kind::Renamed, "result_success = continue".to_owned(), texts::renamed("passdb_result_success"))
        }
        "pass" => Outcome::dropped(texts::was_default(name)),
        _ => one(Kind::Kept, format!("{name} = {}", quoted(&value.text)), texts::kept()),
    }
}

/// `default_fields` and `override_fields`: `name=value` words.
fn fields(database: &Database, name: &str, value: &Value) -> Outcome {
    let suffix = if name == "default_fields" { ":default" } else { "" };
    let mut failed = Vec::new();
    let mut statements = Vec::new();
    for word in value.text.split([' ', '\t']).filter(|word| !word.is_empty()) {
        statements.extend(field(database, word, suffix, &mut failed));
    }
    let reason = texts::renamed(&format!("{}_fields", database.which));
    Outcome::new(Kind::Renamed, statements, reason).failed(&failed)
}

/// One `name=value` as lines of `fields { }`.
fn field(database: &Database, word: &str, suffix: &str, failed: &mut Vec<String>) -> Vec<Statement> {
    let (key, value) = word.split_once('=').unwrap_or((word, "yes"));
    let key = key.strip_suffix(":protected").unwrap_or(key);
    // What `mail` held is spread over several fields.
    let prefix = key.strip_suffix("mail").filter(|prefix| matches!(*prefix, "" | "userdb_"));
    if let Some(prefix) = prefix {
        let (lines, bad, unknown) = location::lines(value, database.scope("mail_location"));
        failed.extend(bad.into_iter().chain(unknown));
        let line = |line: String| match line.split_once(" = ") {
            Some((name, value)) => format!("{prefix}{name}{suffix} = {value}"),
            None => format!("{prefix}{line}"),
        };
        return lines.into_iter().map(|one| Statement::new(&["fields"], line(one))).collect();
    }
    if let Some(prefix) = key.strip_suffix("quota_rule").filter(|prefix| matches!(*prefix, "" | "userdb_"))
        && let Some(size) = value.strip_prefix("*:storage=").or_else(|| value.strip_prefix("*:bytes="))
        && !size.contains(':')
    {
        let unit = if super::outcome::is_number(size) && value.starts_with("*:storage") { "K" } else { "" };
        return vec![Statement::new(&["fields"], format!("{prefix}quota_storage_size{suffix} = {size}{unit}"))];
    }
    let line = translated(&format!("{key}{suffix}"), value, database.scope("fields"), failed);
    vec![Statement::new(&["fields"], line)]
}

/// The words of `args`, which each driver reads in its own way.
fn args(database: &Database, value: &Value, line: &str) -> Outcome {
    let text = value.text.trim();
    if text.is_empty() {
        return Outcome::dropped(texts::was_default("args"));
    }
    let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let mut failed = Vec::new();
    let statements = match database.driver.as_str() {
        "sql" | "ldap" | "oauth2" if database.file.is_some() => {
            return Outcome::merged(&format!("{} {}", database.which, database.name));
        }
        "sql" | "ldap" | "oauth2" => return Outcome::ask(line, texts::give_file(words.last().unwrap_or(&text))),
        "static" => words.iter().flat_map(|word| of_static(database, word, &mut failed)).collect(),
        "passwd-file" => passwd_file(database, &words, &mut failed),
        "pam" => words.iter().filter_map(|word| pam(database, word, &mut failed)).collect(),
        "passwd" | "lua" | "prefetch" | "bsdauth" => words.iter().filter_map(|word| plain(word, &mut failed)).collect(),
        "imap" => match words.iter().map(|word| imap(word, &mut failed)).collect::<Option<Vec<_>>>() {
            Some(all) => all,
            None => return Outcome::ask(line, texts::args_question(&database.driver)),
        },
        _ => return Outcome::ask(line, texts::args_question(&database.driver)),
    };
    let reason: Text = texts::args_split(&database.driver);
    Outcome::new(Kind::Renamed, statements, reason).failed(&failed)
}

fn of_static(database: &Database, word: &str, failed: &mut Vec<String>) -> Vec<Statement> {
    match word.split_once('=') {
        Some(("password", value)) if database.which == "passdb" => {
            vec![Statement::here(translated(&database.key("password"), value, database.scope("password"), failed))]
        }
        Some(("allow_all_users", value)) if database.which == "userdb" => {
            vec![Statement::here(format!("{} = {}", database.key("allow_all_users"), value))]
        }
        _ => field(database, word, "", failed),
    }
}

// db-passwd-file.c, passdb-passwd-file.c of 2.3.19.1
fn passwd_file(database: &Database, words: &[&str], failed: &mut Vec<String>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for word in words {
        let line = match word.split_once('=') {
            Some(("scheme", scheme)) if database.which == "passdb" => format!("default_password_scheme = {scheme}"),
            Some(("username_format", format)) => {
                translated("auth_username_format", format, database.scope("auth_username_format"), failed)
            }
            Some((key, _)) if !key.contains('/') => {
                failed.push((*word).to_owned());
                continue;
            }
            _ => translated("passwd_file_path", word, database.scope("passwd_file_path"), failed),
        };
        statements.push(Statement::here(line));
    }
    statements
}

// passdb-pam.c of 2.3.19.1, pam_preinit
fn pam(database: &Database, word: &str, failed: &mut Vec<String>) -> Option<Statement> {
    let line = match word.split_once('=') {
        Some((key @ ("session" | "setcred" | "failure_show_msg"), value)) => format!("{} = {value}", database.key(key)),
        Some(("max_requests", number)) => format!("{} = {number}", database.key("max_requests")),
        Some(("blocking", value)) => format!("use_worker = {value}"),
        Some(("cache_key", _)) => {
            failed.push(word.to_owned());
            return None;
        }
        _ if word == "-session" || word == "session" => format!("{} = yes", database.key("session")),
        _ if word == "*" => format!("{} = %{{protocol}}", database.key("service_name")),
        _ => translated(&database.key("service_name"), word, database.scope("service_name"), failed),
    };
    Some(Statement::here(line))
}

fn plain(word: &str, failed: &mut Vec<String>) -> Option<Statement> {
    match word.split_once('=') {
        Some(("blocking", value)) => Some(Statement::here(format!("use_worker = {value}"))),
        Some(("file", path)) => Some(Statement::here(format!("lua_file = {}", quoted(path)))),
        Some(_) | None => {
            failed.push(word.to_owned());
            None
        }
    }
}

// passdb-imap.c of 2.3.19.1, passdb_imap_preinit
fn imap(word: &str, failed: &mut Vec<String>) -> Option<Statement> {
    let (key, value) = word.split_once('=')?;
    let line = match key {
        "host" | "port" => format!("imapc_{key} = {}", quoted(value)),
        "username" => translated("imapc_user", value, Scope { process: "auth", ..Scope::of("imapc_user") }, failed),
        "ssl" => format!("imapc_ssl = {value}"),
        "ssl_ca_dir" => format!("ssl_client_ca_dir = {}", quoted(value)),
        "ssl_ca_file" => format!("ssl_client_ca_file = {}", quoted(value)),
        "rawlog_dir" => format!("imapc_rawlog_dir = {}", quoted(value)),
        "allow_invalid_cert" => {
            format!("ssl_client_require_valid_cert = {}", if value == "yes" { "no" } else { "yes" })
        }
        _ => return None,
    };
    Some(Statement::here(line))
}
