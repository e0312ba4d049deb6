//! The rows about Postfix.

use crate::table::{Fail, Row, Table, slice, texts};

pub(crate) const PARAMS: &[&str] = &[
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
pub(crate) const SERVICE_PATTERNS: &[&str] = &["suffix", "default_param", "programs", "since"];
pub(crate) const RESTRICTIONS: &[&str] = &[
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
pub(crate) const TABLE_TYPES: &[&str] = &["name", "since", "indexed_suffix", "flags"];
pub(crate) const CLIENT_KEYS: &[&str] = &["type", "name", "since", "flags"];
pub(crate) const SERVICES: &[&str] = &["origin", "name", "kind", "chroot", "command"];

const PARAM_KINDS: &[(&str, &str)] = &[
    ("string", "String"),
    ("bool", "Bool"),
    ("int", "Int"),
    ("long", "Long"),
    ("time", "Time"),
    ("expanded-int", "ExpandedInt"),
    ("expanded-bool", "ExpandedBool"),
];
const LIST_KINDS: &[(&str, &str)] = &[
    ("keyword-list", "Keywords"),
    ("lookup-table-list", "Tables"),
    ("match-list", "Match"),
    ("transport", "Transport"),
    ("restriction-list", "Restrictions"),
];
const PARAM_FLAGS: &[&str] = &["raw", "read-only", "host", "many", "any-case", "open"];
const VERDICTS: &[(&str, &str)] = &[
    ("permit", "Permit"),
    ("reject", "Reject"),
    ("go-on", "GoOn"),
    ("defer-if-permit", "DeferIfPermit"),
    ("defer-if-reject", "DeferIfReject"),
    ("anything", "Anything"),
];
const ARGUMENTS: &[(&str, &str)] = &[
    ("none", "None"),
    ("table", "Table"),
    ("dns-list", "DnsList"),
    ("policy-server", "PolicyServer"),
    ("seconds", "Seconds"),
    ("restriction", "Restriction"),
];
const NEEDS: &[(&str, &str)] =
    &[("dns", "Dns"), ("table", "Table"), ("sasl", "Sasl"), ("tls", "Tls"), ("policy-server", "PolicyServer")];
const SUBJECTS: &[&str] = &["client", "helo", "sender", "recipient", "etrn", "generic"];
const CASES: &[&str] = &["null-mx", "temporary", "bad-literal", "error", "warned", "removed"];

pub(crate) fn params(table: &Table) -> Result<String, Fail> {
    let rows: Result<Vec<_>, _> = table.rows.iter().map(param).collect();
    Ok(slice(&rows?))
}

fn param(row: &Row) -> Result<String, Fail> {
    row.check_life()?;
    let kind = row.one_of("kind", row.must("kind")?, PARAM_KINDS)?;
    let defaults = defaults(row, "defaults")?;
    if row.cell("by_level")?.is_some() && !defaults.contains("$compatibility_level") {
        return row.fail("`by_level`, but no default mentions $compatibility_level");
    }
    let backported: Result<Vec<_>, _> = row.words("backported")?.iter().map(|text| row.release(text)).collect();
    let list = match row.cell("list")? {
        Some(list) => format!("Some(ListKind::{})", row.one_of("list", list, LIST_KINDS)?),
        None => "None".to_owned(),
    };
    let flag = |word| row.flag(word, PARAM_FLAGS);
    Ok(format!(
        "Param {{ name: {:?}, kind: ParamKind::{kind}, since: {}, removed: {}, deprecated: {}, replaced_by: {}, \
         defaults: {defaults}, varies: {}, backported: &[{}], words: {}, many_words: {}, any_case: {}, \
         open_words: {}, min: {}, max: {}, length: {}, unit: {}, by_level: {}, list: {list}, raw: {}, \
         read_only: {}, host_dependent: {} }}",
        row.name("name")?,
        row.optional_release("since")?,
        row.optional_release("removed")?,
        row.optional_release("deprecated")?,
        row.optional_text("replaced_by")?,
        self::defaults(row, "varies")?,
        backported?.join(", "),
        texts(&row.words("words")?),
        flag("many")?,
        flag("any-case")?,
        flag("open")?,
        row.number("min")?,
        row.number("max")?,
        length(row)?,
        unit(row)?,
        by_level(row)?,
        flag("raw")?,
        flag("read-only")?,
        flag("host")?,
    ))
}

/// `3.4=text @@ 3.9!`: a text, or a value that is computed.
fn defaults(row: &Row, heading: &str) -> Result<String, Fail> {
    let mut out = Vec::new();
    let mut last = Vec::new();
    for item in row.items(heading)? {
        let (release, value) = match (item.split_once('='), item.strip_suffix('!')) {
            (Some((release, text)), _) => (release, format!("Default::Text({:?})", row.unescape(text)?)),
            (None, Some(release)) => (release, "Default::Computed".to_owned()),
            (None, None) => return row.fail(&format!("`{item}` is no default")),
        };
        let numbers = row.numbers(release)?;
        if numbers <= last {
            return row.fail(&format!("`{heading}` is not sorted, or {release} stands in it twice"));
        }
        last = numbers;
        out.push(format!("({}, {value})", row.release(release)?));
    }
    Ok(format!("&[{}]", out.join(", ")))
}

fn length(row: &Row) -> Result<String, Fail> {
    let Some(text) = row.cell("length")? else { return Ok("None".to_owned()) };
    let Some((min, max)) = text.split_once("..") else { return row.fail("`length` is not `min..max`") };
    match (min.parse::<u16>(), max.parse::<u16>(), max) {
        (Ok(min), _, "-") => Ok(format!("Some(({min}, None))")),
        (Ok(min), Ok(max), _) if min <= max => Ok(format!("Some(({min}, Some({max})))")),
        _ => row.fail("`length` is not `min..max`"),
    }
}

fn unit(row: &Row) -> Result<String, Fail> {
    match row.cell("unit")? {
        None => Ok("None".to_owned()),
        Some(unit @ ("s" | "m" | "h" | "d" | "w")) => Ok(format!("Some('{unit}')")),
        Some(other) => row.fail(&format!("unknown unit `{other}`")),
    }
}

fn by_level(row: &Row) -> Result<String, Fail> {
    match row.items("by_level")?.as_slice() {
        [] => Ok("None".to_owned()),
        [level, below, above] => {
            // Levels 1 and 2 are from the time when they were whole numbers.
            let level = if level.contains('.') { (*level).to_owned() } else { format!("{level}.0") };
            let (below, above) = (row.unescape(below)?, row.unescape(above)?);
            Ok(format!("Some(({}, {below:?}, {above:?}))", row.release(&level)?))
        }
        _ => row.fail("`by_level` is not `level @@ below @@ above`"),
    }
}

pub(crate) fn service_patterns(table: &Table) -> Result<String, Fail> {
    let mut out = Vec::new();
    for row in &table.rows {
        let suffix = row.name("suffix")?;
        if !suffix.starts_with('_') {
            return row.fail("a suffix starts with `_`");
        }
        let (default, programs) = (row.name("default_param")?, texts(&row.words("programs")?));
        let since = row.optional_release("since")?;
        out.push(format!(
            "ServicePattern {{ suffix: {suffix:?}, default_param: {default:?}, programs: {programs}, since: {since} }}"
        ));
    }
    Ok(slice(&out))
}

/// The rows, and after them the sorted index of all words: `(rows, index)`.
pub(crate) fn restrictions(table: &Table) -> Result<String, Fail> {
    let mut rows = Vec::new();
    let mut words = Vec::new();
    for (at, row) in table.rows.iter().enumerate() {
        rows.push(restriction(row)?);
        for word in row.words("aliases")?.into_iter().chain([row.name("name")?]) {
            if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
                return row.fail("names must be lower-case: they are compared without case");
            }
            if words.iter().any(|(known, _)| *known == word) {
                return row.fail(&format!("`{word}` stands in another row too"));
            }
            words.push((word, at));
        }
    }
    words.sort_unstable();
    let words: Vec<_> = words.iter().map(|(word, at)| format!("({word:?}, {at})")).collect();
    Ok(format!("({}, {})", slice(&rows), slice(&words)))
}

fn restriction(row: &Row) -> Result<String, Fail> {
    row.check_life()?;
    let subject = row.must("subject")?;
    if !SUBJECTS.contains(&subject) {
        return row.fail(&format!("unknown subject `{subject}`"));
    }
    let needs = row.words("needs")?;
    let needs: Result<Vec<_>, _> =
        needs.iter().map(|need| Ok(format!("Need::{}", row.one_of("need", need, NEEDS)?))).collect();
    let outcomes: Result<Vec<_>, _> = row.words("outcomes")?.iter().map(|text| outcome(row, text)).collect();
    let flag = |word| row.flag(word, &["relay-guard", "ok-forbidden"]);
    Ok(format!(
        "Restriction {{ name: {:?}, aliases: {}, argument: Argument::{}, subject: {subject:?}, outcomes: &[{}], \
         code_param: {}, needs: &[{}], since: {}, deprecated: {}, removed: {}, replaced_by: {}, \
         is_relay_guard: {}, ok_forbidden: {}, works_early_in: {} }}",
        row.name("name")?,
        texts(&row.words("aliases")?),
        row.one_of("argument", row.must("argument")?, ARGUMENTS)?,
        outcomes?.join(", "),
        row.optional_text("code_param")?,
        needs?.join(", "),
        row.optional_release("since")?,
        row.optional_release("deprecated")?,
        row.optional_release("removed")?,
        row.optional_text("replaced_by")?,
        flag("relay-guard")?,
        flag("ok-forbidden")?,
        texts(&row.words("works_early_in")?),
    ))
}

/// `verdict:code:dsn:case`.
fn outcome(row: &Row, text: &str) -> Result<String, Fail> {
    let [verdict, code, dsn, when] = text.split(':').collect::<Vec<_>>()[..] else {
        return row.fail(&format!("`{text}` is not verdict:code:dsn:case"));
    };
    let verdict = row.one_of("verdict", verdict, VERDICTS)?;
    let code = match (code, code.parse::<u16>()) {
        ("-", _) => "None".to_owned(),
        (_, Ok(number @ 200..=599)) => format!("Some({number})"),
        _ => return row.fail(&format!("`{code}` is no reply code")),
    };
    let dsn = match dsn {
        "-" => "None".to_owned(),
        _ if row.numbers(dsn)?.len() == 3 => format!("Some({dsn:?})"),
        _ => return row.fail(&format!("`{dsn}` is no enhanced status code")),
    };
    let when = match when {
        "-" => "",
        known if CASES.contains(&known) => known,
        other => return row.fail(&format!("unknown case `{other}`")),
    };
    Ok(format!("Outcome {{ verdict: Verdict::{verdict}, code: {code}, dsn: {dsn}, when: {when:?} }}"))
}

pub(crate) fn table_types(table: &Table) -> Result<String, Fail> {
    let mut out = Vec::new();
    for row in &table.rows {
        out.push(format!(
            "TableType {{ name: {:?}, since: {}, indexed_suffix: {}, client_file: {} }}",
            row.name("name")?,
            row.optional_release("since")?,
            row.optional_text("indexed_suffix")?,
            row.flag("client-file", &["client-file"])?,
        ));
    }
    Ok(slice(&out))
}

pub(crate) fn client_keys(table: &Table) -> Result<String, Fail> {
    let mut out = Vec::new();
    for row in &table.rows {
        out.push(format!(
            "ClientKey {{ table_type: {:?}, name: {:?}, since: {}, secret: {} }}",
            row.name("type")?,
            row.name("name")?,
            row.optional_release("since")?,
            row.flag("secret", &["secret"])?,
        ));
    }
    Ok(slice(&out))
}

/// Two slices: Debian's and the stock entries.
pub(crate) fn services(table: &Table) -> Result<String, Fail> {
    let (mut debian, mut stock) = (Vec::new(), Vec::new());
    for row in &table.rows {
        let kind = row.must("kind")?;
        if !["inet", "unix", "fifo", "unix-dgram", "pass"].contains(&kind) {
            return row.fail(&format!("unknown service type `{kind}`"));
        }
        let chroot = row.one_of("chroot", row.must("chroot")?, &[("y", "true"), ("n", "false")])?;
        let (name, command) = (row.name("name")?, row.name("command")?);
        let code = format!("StockService {{ name: {name:?}, kind: {kind:?}, chroot: {chroot}, command: {command:?} }}");
        match row.must("origin")? {
            "debian" => debian.push(code),
            "stock" => stock.push(code),
            other => return row.fail(&format!("unknown origin `{other}`")),
        }
    }
    Ok(format!("({}, {})", slice(&debian), slice(&stock)))
}
