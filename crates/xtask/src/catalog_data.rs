//! Turns the facts tables (JSON) into the tab-separated files of the catalog.
//! It only reshapes; `crates/catalog/build.rs` is what checks every row.

use std::fs;
use std::path::Path;

use crate::dovecot_data;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// The oldest release whose defaults the catalog keeps.
const OLDEST: (u32, u32) = (3, 4);

/// Written between the items of a cell whose items may hold blanks.
const ITEM: &str = " @@ ";

/// Value sets that other words may join: the facts call them keywords among
/// addresses, prefixes, or sets that the platform decides.
const OPEN_SETS: &[&str] = &[
    "compatibility_level",
    "inet_interfaces",
    "lmtp_discard_lhlo_keywords",
    "local_header_rewrite_clients",
    "maillog_file_permissions",
    "milter_protocol",
    "parent_domain_matches_subdomains",
    "postscreen_discard_ehlo_keywords",
    "smtp_discard_ehlo_keywords",
    "smtpd_discard_ehlo_keywords",
    "syslog_facility",
];

/// Keys of client files whose values are, or may hold, a password.
const SECRET_KEYS: &[&str] = &["bind_pw", "password", "uri"];

/// Reads the facts below `facts` and writes the TSV files into `data`.
pub(crate) fn convert(facts: &Path, data: &Path) -> Result<()> {
    fs::create_dir_all(data)?;
    let postfix = |name: &str| read(&facts.join("postfix").join(name));
    let dovecot = |name: &str| read(&facts.join("dovecot").join(name));
    let parameters = postfix("parameters.json")?;
    write(data, "params.tsv", &postfix_source("parameter tables"), &params(&parameters)?)?;
    write(data, "service-patterns.tsv", &postfix_source("postconf_service.c"), &service_patterns(&parameters)?)?;
    write(data, "restrictions.tsv", &postfix_source("smtpd_check.c"), &restrictions(&postfix("restrictions.json")?)?)?;
    let tables = postfix("lookup_tables.json")?;
    write(data, "table-types.tsv", &postfix_source("dict_open.c, mail_dict.c"), &table_types(&tables)?)?;
    write(data, "client-keys.tsv", &postfix_source("dict_*.c, db_common.c"), &client_keys(&tables)?)?;
    write(data, "services.tsv", &postfix_source("conf/master.cf"), &services(&postfix("master_cf.json")?)?)?;
    for series in ["2.3", "2.4"] {
        let source = format!("Source: Dovecot {series} setting tables, documentation and doveconf -d.");
        let rows = dovecot_data::settings(&dovecot(&format!("settings-{series}.json"))?, series)?;
        write(data, &format!("dovecot-{series}.tsv"), &source, &rows)?;
    }
    let source = "Source: Dovecot 2.3 and 2.4 setting tables and doveconf -d.";
    let sections = dovecot("sections.json")?;
    write(data, "dovecot-services.tsv", source, &dovecot_data::services(&sections)?)?;
    write(data, "dovecot-sections.tsv", source, &dovecot_data::sections(&sections)?)
}

fn postfix_source(part: &str) -> String {
    format!("Source: Postfix, last patch of each release up to 3.11, and 3.12-20260821: {part}. 3.7 is 3.7.11.")
}

/// A table: its header row and its rows.
pub(crate) struct Rows {
    pub(crate) header: &'static [&'static str],
    pub(crate) rows: Vec<Vec<String>>,
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("parsing {}", path.display()))
}

fn write(data: &Path, name: &str, source: &str, table: &Rows) -> Result<()> {
    let mut out = format!("# {source}\n# Made by `cargo xtask gen catalog`. `-` is nothing.\n");
    out += &(table.header.join("\t") + "\n");
    for row in &table.rows {
        if row.len() != table.header.len() {
            bail!("{name}: {} cells under {} headings: {row:?}", row.len(), table.header.len());
        }
        out += &(row.join("\t") + "\n");
    }
    fs::write(data.join(name), out).with_context(|| format!("writing {name}"))
}

fn params(facts: &Value) -> Result<Rows> {
    let header = &[
        "name",
        "kind",
        "since",
        "removed",
        "deprecated",
        "replaced_by",
        "defaults",
        "varies",
        "backported",
        "words",
        "min",
        "max",
        "length",
        "unit",
        "by_level",
        "list",
        "flags",
    ];
    let mut rows = Vec::new();
    for param in list(facts, "parameters")? {
        let name = text(param, "name")?;
        let kind = match text(param, "type")? {
            "nbool" => "expanded-bool",
            "nint" => "expanded-int",
            other => other,
        };
        let list = match text(param, "list_kind")? {
            "plain" => "-",
            other => other,
        };
        rows.push(vec![
            name.to_owned(),
            kind.to_owned(),
            release(param.get("since")),
            release(param.get("removed_in")),
            release(param.get("deprecated_since")),
            optional(param, "replaced_by"),
            defaults(param)?.join(ITEM),
            or_dash(varies(param)?.join(ITEM)),
            or_dash(words(param, "backported_to_late_patches_of").join(" ")),
            or_dash(value_words(param, name).join(" ")),
            number(param, "min"),
            number(param, "max"),
            length(param),
            optional(param, "unit"),
            by_level(param)?,
            list.to_owned(),
            or_dash(flags(param, name).join(" ")),
        ]);
    }
    Ok(sorted(header, rows))
}

/// The change points from [`OLDEST`] on, as `release=text`, or `release!` for
/// a value that the host computes.
fn defaults(param: &Value) -> Result<Vec<String>> {
    let computed = is_computed(param);
    let Some(newest) = param.get("default").and_then(Value::as_str).filter(|_| !computed) else {
        return Ok(if computed { vec![format!("{}!", first_release(param))] } else { vec!["-".to_owned()] });
    };
    let mut points: Vec<((u32, u32), &str)> = Vec::new();
    for (from, value) in object(param, "default_by_version") {
        points.push((version(from)?, value.as_str().context("a default that is no text")?));
    }
    if points.is_empty() {
        points.push(((0, 0), newest));
    }
    points.sort_unstable();
    let holds = points.iter().rposition(|(from, _)| *from <= OLDEST).unwrap_or(0);
    let first = version(&first_release(param))?;
    Ok(points.iter().skip(holds).map(|(from, value)| default_item((*from).max(first), value)).collect())
}

fn default_item((major, minor): (u32, u32), value: &str) -> String {
    format!("{major}.{minor}={}", escape(value))
}

/// Values of the host or the distribution: either the facts have none, or
/// the same release of Debian and of Postfix print different ones.
fn is_computed(param: &Value) -> bool {
    let name = param.get("name").and_then(Value::as_str).unwrap_or_default();
    let differs = matches!(name, "alias_database" | "alias_maps" | "mail_release_date" | "mail_version");
    flag(param, "host_dependent") && (differs || param.get("debian_default").is_some() || param["default"].is_null())
}

/// The first release from [`OLDEST`] on that may have it.
fn first_release(param: &Value) -> String {
    let backports = words(param, "backported_to_late_patches_of");
    let since = param.get("since").and_then(Value::as_str).unwrap_or("2.0").trim_start_matches("<=");
    let earliest = backports.iter().map(String::as_str).chain([since]).filter_map(|text| version(text).ok()).min();
    let (major, minor) = earliest.unwrap_or(OLDEST).max(OLDEST);
    format!("{major}.{minor}")
}

/// Releases whose patches differ in the default: the value that is not the
/// one under `defaults`, or `!` where the facts do not hold the text.
fn varies(param: &Value) -> Result<Vec<String>> {
    let mut items = Vec::new();
    if is_computed(param) {
        return Ok(Vec::new());
    }
    for (series, values) in object(param, "changed_within_stable_release") {
        let series = version(series)?;
        let base = default_in(param, series)?;
        for value in values.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str()) {
            let item = match value {
                "(absent)" => continue,
                unknown if unknown.starts_with("(long") => format!("{}.{}!", series.0, series.1),
                same if same == base => continue,
                other => default_item(series, other),
            };
            items.push((series, item));
        }
    }
    items.sort_unstable();
    items.dedup();
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

fn default_in(param: &Value, series: (u32, u32)) -> Result<&str> {
    let mut best = ((0, 0), text(param, "default")?);
    for (from, value) in object(param, "default_by_version") {
        let from = version(from)?;
        if from <= series && from >= best.0 {
            best = (from, value.as_str().context("a default that is no text")?);
        }
    }
    Ok(best.1)
}

/// The words of the facts, and those that their notes add: the old spelling
/// of `ignore`, and the levels that are lowered to `encrypt` with a warning.
fn value_words(param: &Value, name: &str) -> Vec<String> {
    let mut all = words(param, "enum");
    let more: &[&str] = match name {
        "postscreen_tls_security_level" | "smtpd_tls_security_level" | "tlsproxy_tls_security_level" => {
            &["verify", "secure", "fingerprint"]
        }
        _ if name.starts_with("postscreen_") && name.ends_with("_action") && !all.is_empty() => &["continue"],
        _ => &[],
    };
    all.extend(more.iter().map(|word| (*word).to_owned()));
    all
}

fn flags(param: &Value, name: &str) -> Vec<String> {
    let info = &param["enum_info"];
    let open = OPEN_SETS.contains(&name)
        || name.ends_with("_tls_protocols")
        || name.ends_with("_tls_mandatory_protocols")
        || name.contains("_sasl_");
    let has_words = param.get("enum").is_some();
    [
        ("raw", flag(param, "raw")),
        ("read-only", flag(param, "read_only")),
        ("host", flag(param, "host_dependent")),
        ("many", flag(info, "multi")),
        ("any-case", flag(info, "case_insensitive")),
        ("open", has_words && open),
    ]
    .into_iter()
    .filter(|(_, holds)| *holds)
    .map(|(name, _)| name.to_owned())
    .collect()
}

fn length(param: &Value) -> String {
    match (number(param, "min_length"), number(param, "max_length")) {
        (min, max) if min == "-" && max == "-" => "-".to_owned(),
        (min, max) => format!("{min}..{max}"),
    }
}

fn by_level(param: &Value) -> Result<String> {
    let Some(level) = param.get("compat_level") else { return Ok("-".to_owned()) };
    let cells = [text(level, "level")?, text(level, "below")?, text(level, "at_or_above")?];
    Ok(cells.map(escape).join(ITEM))
}

fn service_patterns(facts: &Value) -> Result<Rows> {
    let mut rows = Vec::new();
    for pattern in list(facts, "service_patterns")? {
        rows.push(vec![
            text(pattern, "suffix")?.to_owned(),
            text(pattern, "default_parameter")?.to_owned(),
            words(pattern, "valid_for_commands").join(" "),
            release(pattern.get("since")),
        ]);
    }
    Ok(sorted(&["suffix", "default_param", "programs", "since"], rows))
}

fn restrictions(facts: &Value) -> Result<Rows> {
    let header = &[
        "name",
        "aliases",
        "argument",
        "subject",
        "outcomes",
        "code_param",
        "needs",
        "since",
        "deprecated",
        "removed",
        "replaced_by",
        "flags",
        "works_early_in",
    ];
    let mut rows = Vec::new();
    for one in list(facts, "restrictions")? {
        let mut outcomes = Vec::new();
        for verdict in list(one, "verdicts")? {
            outcome(verdict, &mut outcomes)?;
        }
        let needs: Vec<_> = words(one, "needs").into_iter().filter(|need| need != "none").collect();
        let flags = [("relay-guard", flag(one, "is_relay_safe")), ("ok-forbidden", flag(one, "ok_forbidden"))];
        let flags: Vec<_> = flags.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect();
        rows.push(vec![
            text(one, "name")?.to_owned(),
            or_dash(words(one, "aliases").join(" ")),
            argument(text(one, "args")?)?.to_owned(),
            subject(text(one, "group")?).to_owned(),
            outcomes.join(" "),
            code_param(one),
            or_dash(needs.join(" ")),
            release(one.get("since")),
            release(one.get("deprecated_since")),
            release(one.get("removed_in")),
            optional(one, "replaced_by"),
            or_dash(flags.join(" ")),
            or_dash(early_lists(one).join(" ")),
        ]);
    }
    Ok(sorted(header, rows))
}

fn argument(facts: &str) -> Result<&'static str> {
    Ok(match facts {
        "none" => "none",
        "maptype:mapname" => "table",
        dns if dns.starts_with("domain") => "dns-list",
        policy if policy.starts_with("policy server") => "policy-server",
        seconds if seconds.starts_with("number of seconds") => "seconds",
        prefix if prefix.starts_with("prefix") => "restriction",
        other => bail!("unknown argument `{other}`"),
    })
}

/// A check of both sender and recipients needs the recipients.
fn subject(group: &str) -> &str {
    if group == "sender+recipient" { "recipient" } else { group }
}

/// Only a single parameter that holds the code as it is sent.
fn code_param(one: &Value) -> String {
    let name = optional(one, "reply_code_param");
    if name.contains(['{', ' ']) { "-".to_owned() } else { name }
}

fn outcome(facts: &Value, out: &mut Vec<String>) -> Result<()> {
    let verdict = match text(facts, "verdict")? {
        "OK" => "permit",
        "REJECT" => "reject",
        "DUNNO" => "go-on",
        "DEFER_IF_PERMIT" => "defer-if-permit",
        "DEFER_IF_REJECT" => "defer-if-reject",
        "*" => "anything",
        other => bail!("unknown verdict `{other}`"),
    };
    let when = text(facts, "when")?;
    let code = number(facts, "code");
    let dsn = optional(facts, "dsn");
    let key = outcome_key(verdict, when);
    if dsn.starts_with("4.3.0 for a retryable error") {
        out.push(format!("{verdict}:{code}:4.3.0:temporary"));
        out.push(format!("{verdict}:{code}:4.3.5:error"));
        return Ok(());
    }
    // The first digit of the enhanced code follows the reply code.
    let dsn = match (dsn.split_once(" (first digit"), code.get(..1)) {
        (Some((dsn, _)), Some(first)) => format!("{first}{}", dsn.get(1..).unwrap_or_default()),
        _ => dsn,
    };
    out.push(format!("{verdict}:{code}:{dsn}:{key}"));
    Ok(())
}

/// A short name of the case, where several answers share a verdict.
fn outcome_key(verdict: &str, when: &str) -> &'static str {
    let table: &[(&str, &str)] = match verdict {
        "reject" => &[
            ("null MX", "null-mx"),
            ("temporary", "temporary"),
            ("literal (uses", "bad-literal"),
            ("table error", "error"),
            ("lookup error", "error"),
            ("warn_if_reject", "warned"),
            ("removed feature", "removed"),
        ],
        "defer-if-permit" | "defer-if-reject" => &[("temporary", "temporary"), ("DNS error", "temporary")],
        _ => &[],
    };
    table.iter().find(|(part, _)| when.contains(part)).map_or("-", |(_, key)| key)
}

fn early_lists(one: &Value) -> Vec<String> {
    let works = |stage: &Value| {
        stage.get("delay_reject_no").and_then(Value::as_str).is_some_and(|text| text.starts_with("available"))
    };
    let mut lists: Vec<_> =
        object(one, "stages").filter(|(_, stage)| works(stage)).map(|(name, _)| name.clone()).collect();
    lists.sort_unstable();
    lists
}

fn table_types(facts: &Value) -> Result<Rows> {
    let mut rows = Vec::new();
    for kind in list(facts, "types")? {
        let suffix = optional(kind, "file_suffix");
        let suffix = suffix.rsplit('/').next().unwrap_or_default().to_owned();
        let client = if kind.get("cf_parameters").is_some() { "client-file" } else { "-" };
        rows.push(vec![text(kind, "name")?.to_owned(), release(kind.get("since")), suffix, client.to_owned()]);
    }
    Ok(sorted(&["name", "since", "indexed_suffix", "flags"], rows))
}

fn client_keys(facts: &Value) -> Result<Rows> {
    let mut rows = Vec::new();
    for kind in list(facts, "types")? {
        for key in kind.get("cf_parameters").and_then(Value::as_array).into_iter().flatten() {
            let name = text(key, "name")?;
            let secret = if SECRET_KEYS.contains(&name) { "secret" } else { "-" };
            let kind = text(kind, "name")?;
            rows.push(vec![kind.to_owned(), name.to_owned(), release(key.get("since")), secret.to_owned()]);
        }
    }
    Ok(sorted(&["type", "name", "since", "flags"], rows))
}

fn services(facts: &Value) -> Result<Rows> {
    let mut rows = Vec::new();
    let stock = facts.get("stock").context("no `stock`")?;
    let debian = facts.get("debian_stock").context("no `debian_stock`")?;
    let newest = service_rows("stock", list(stock, "3.12")?)?;
    for (series, entries) in stock.as_object().into_iter().flatten() {
        if service_rows("stock", entries.as_array().context("no list")?)? != newest {
            bail!("the stock master.cf of {series} differs from that of 3.12");
        }
    }
    rows.extend(newest);
    rows.extend(service_rows("debian", list(debian, "debian12-3.7.11")?)?);
    Ok(sorted(&["origin", "name", "kind", "chroot", "command"], rows))
}

fn service_rows(origin: &str, entries: &[Value]) -> Result<Vec<Vec<String>>> {
    let cells = |entry: &Value| -> Result<Vec<String>> {
        let mut row = vec![origin.to_owned()];
        for key in ["service", "type", "chroot", "command"] {
            row.push(text(entry, key)?.to_owned());
        }
        Ok(row)
    };
    entries.iter().map(cells).collect()
}

pub(crate) fn sorted(header: &'static [&'static str], mut rows: Vec<Vec<String>>) -> Rows {
    rows.sort_unstable();
    Rows { header, rows }
}

pub(crate) fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str> {
    value.get(key).and_then(Value::as_str).with_context(|| format!("no text `{key}` in {value:.200}"))
}

pub(crate) fn list<'v>(value: &'v Value, key: &str) -> Result<&'v [Value]> {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).with_context(|| format!("no list `{key}`"))
}

fn object<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

pub(crate) fn words(value: &Value, key: &str) -> Vec<String> {
    let items = value.get(key).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn optional(value: &Value, key: &str) -> String {
    or_dash(value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned())
}

fn number(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_i64).map_or_else(|| "-".to_owned(), |number| number.to_string())
}

/// `<=2.0` is how the facts say "at least since 2.0": nothing older matters.
fn release(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    or_dash(if text.starts_with("<=") { String::new() } else { text.to_owned() })
}

fn version(text: &str) -> Result<(u32, u32)> {
    let (major, minor) = text.split_once('.').with_context(|| format!("`{text}` is no release"))?;
    Ok((major.parse()?, minor.parse()?))
}

pub(crate) fn or_dash(text: String) -> String {
    if text.is_empty() { "-".to_owned() } else { text }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
}
