//! Dictionary URIs and the maps of SQL dictionaries.
// lib-dict of 2.3.19.1; dict.c of 2.4.1

use super::connect;
use super::files;
use super::outcome::{Outcome, Statement, label, quoted};
use super::print::Lead;
use super::read::{Node, Value, What};
use super::texts;
use super::vars::{Scope, translate};
use super::walk::Walk;
use crate::Kind;

/// `file:…`, `proxy::name`, `redis:host=…` as a `dict` block. `name` is set
/// where the block has a name of its own, in `dict_server`.
pub(super) fn block(uri: &str, name: Option<&str>) -> Option<(Vec<Statement>, Vec<String>)> {
    let (driver, rest) = uri.split_once(':').unwrap_or((uri, ""));
    let header = format!("dict {}", label(name.unwrap_or(driver)));
    let key = |key: &str| if name.is_some() { format!("{driver}_{key}") } else { key.to_owned() };
    let mut failed = Vec::new();
    let mut text = |value: &str| {
        let new = translate(value, Scope::of("dict"));
        failed.extend(new.failed);
        quoted(&new.text)
    };
    let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
    if name.is_some() {
        lines.push((Vec::new(), format!("driver = {driver}")));
    }
    match driver {
        "file" => lines.push((Vec::new(), format!("{} = {}", key("path"), text(rest)))),
        "proxy" => {
            let (socket, server) = rest.split_once(':').unwrap_or(("", rest));
            if !socket.is_empty() {
                lines.push((Vec::new(), format!("{} = {}", key("socket_path"), text(socket))));
            }
            lines.push((Vec::new(), format!("{} = {}", key("name"), text(server))));
        }
        "redis" => {
            for option in rest.split(':').filter(|option| !option.is_empty()) {
                let (name, value) = option.split_once('=')?;
                let line = match name {
                    "host" | "port" | "password" => format!("redis_{name} = {}", text(value)),
                    "db" => format!("redis_db_id = {value}"),
                    "prefix" => format!("redis_key_prefix = {}", text(value)),
                    "path" => format!("redis_socket_path = {}", text(value)),
                    "timeout_msecs" => format!("redis_request_timeout = {value}ms"),
                    "expire_secs" => format!("redis_expire = {value}s"),
                    _ => return None,
                };
                lines.push((Vec::new(), line));
            }
        }
        "fs" => {
            let (kind, options) = rest.split_once(':').unwrap_or((rest, ""));
            if kind != "posix" {
                return None;
            }
            for option in options.split(':').filter(|option| !option.is_empty()) {
                let value = option.strip_prefix("prefix=")?;
                lines.push((vec!["fs posix"], format!("prefix = {}", text(value))));
            }
        }
        _ => return None,
    }
    let statement = |(inner, line): (Vec<&str>, String)| Statement::new(&inner, line).inside(&header);
    Some((lines.into_iter().map(statement).collect(), failed))
}

/// One `name = URI` of the section `dict { }`.
pub(super) fn entry(walk: &mut Walk, name: &str, value: &Value, line: &str) -> Outcome {
    let uri = value.text.as_str();
    if let Some((statements, failed)) = block(uri, Some(name)) {
        return Outcome::new(Kind::Renamed, statements, texts::dict_block(name)).failed(&failed);
    }
    let (driver, path) = uri.split_once(':').unwrap_or((uri, ""));
    if !matches!(driver, "mysql" | "pgsql" | "sqlite") {
        return Outcome::ask(line, texts::dict_question(driver));
    }
    let Some(file) = files::find(&walk.files, path) else {
        return Outcome::ask(line, texts::give_file(path));
    };
    let header = format!("dict {}", label(name));
    let lines = ["driver = sql".to_owned(), format!("sql_driver = {driver}")];
    let statements = lines.map(|line| Statement::here(line).inside(&header)).to_vec();
    let outcome = Outcome::new(Kind::Renamed, statements, texts::dict_block(name));
    walk.later.push((file, driver.to_owned(), header));
    outcome
}

/// Writes what a dict-sql.conf.ext holds into its `dict` block.
pub(super) fn fill(walk: &mut Walk, file: usize, driver: &str, header: &str) {
    let nodes = walk.files.get(file).map(|file| file.nodes.clone()).unwrap_or_default();
    let mut maps = 0usize;
    let mut map = None;
    let mut types = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let mut statements = Vec::new();
        match &node.what {
            What::Setting { name, value } if name == "connect" && map.is_none() => {
                statements = connect::statements(driver, &value.text);
            }
            What::Open(section) if section.name == "map" => {
                maps += 1;
                map = Some(map_name(&nodes, at, maps));
                types = value_types(&nodes, at);
            }
            What::Open(_) | What::Close => {}
            What::Setting { name, value } => {
                if let Some(map) = &map {
                    statements = map_line(name, value, in_fields(&nodes, at), &types)
                        .into_iter()
                        .map(|one| one.inside(map))
                        .collect();
                }
            }
            What::Include { .. } | What::Comment | What::Blank | What::Junk => continue,
        }
        let outcome = Outcome::new(Kind::Moved, Vec::new(), texts::from_external("dict", "sql"));
        let number = walk.enter(node, &outcome);
        let path = walk.path();
        for statement in statements {
            walk.place(&path, &statement.inside(header), Lead::Depth, number);
        }
    }
}

/// The header of a map's block: its pattern names it.
fn map_name(nodes: &[Node], at: usize, number: usize) -> String {
    format!("dict_map {}", label(&of_map(nodes, at, "pattern").unwrap_or_else(|| format!("map{number}"))))
}

/// A setting of the map that begins at `at`.
fn of_map(nodes: &[Node], at: usize, wanted: &str) -> Option<String> {
    nodes.iter().skip(at + 1).take_while(|node| !matches!(node.what, What::Close)).find_map(|node| match &node.what {
        What::Setting { name, value } if name == wanted => Some(value.text.clone()),
        _ => None,
    })
}

/// The types of the value fields of a map, in their order.
fn value_types(nodes: &[Node], at: usize) -> Vec<String> {
    if of_map(nodes, at, "value_hexblob").is_some_and(|value| value.eq_ignore_ascii_case("yes")) {
        return vec!["hexblob".to_owned()];
    }
    let types = of_map(nodes, at, "value_type").unwrap_or_default();
    types.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn in_fields(nodes: &[Node], at: usize) -> bool {
    nodes
        .iter()
        .take(at)
        .rev()
        .find_map(|node| match &node.what {
            What::Open(section) => Some(section.name == "fields"),
            What::Close => Some(false),
            _ => None,
        })
        .unwrap_or(false)
}

// dict-sql-settings.c of 2.3.19.1 and 2.4.1
fn map_line(name: &str, value: &Value, in_fields: bool, types: &[String]) -> Vec<Statement> {
    if in_fields {
        // `column = $variable`
        let header = format!("key_field {}", label(name));
        return vec![Statement::here(format!("value = {}", value.text)).inside(&header)];
    }
    match name {
        "table" => vec![Statement::here(format!("sql_table = {}", quoted(&value.text)))],
        "username_field" => vec![Statement::here(format!("username_field = {}", quoted(&value.text)))],
        "expire_field" => vec![Statement::here(format!("expire_field = {}", quoted(&value.text)))],
        "value_field" => {
            let one = |(at, field): (usize, &&str)| Statement {
                blocks: vec![format!("value_field {}", label(field))],
                lines: types.get(at).map(|kind| format!("type = {kind}")).into_iter().collect(),
                ..Statement::default()
            };
            value.words().iter().enumerate().map(one).collect()
        }
        // The pattern is the block's name; types stand with their fields.
        "pattern" | "value_type" | "value_hexblob" => Vec::new(),
        _ => vec![Statement::here(format!("# 2.3: {name} = {}", value.text))],
    }
}
