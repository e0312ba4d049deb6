//! The rows about Dovecot.

use crate::table::{Fail, Table, slice};

pub(crate) const SETTINGS: &[&str] =
    &["name", "section", "kind", "default", "since", "removed", "values", "module", "needs", "flags"];
const FLAGS: &[&str] = &["absent", "several-defaults"];
pub(crate) const SECTIONS: &[&str] = &["series", "name", "kind"];

const SETTING_KINDS: &[(&str, &str)] = &[
    ("string", "String"),
    ("bool", "Bool"),
    ("uint", "Uint"),
    ("octal", "Octal"),
    ("time", "Time"),
    ("time-msecs", "TimeMsecs"),
    ("size", "Size"),
    ("enum", "Enum"),
    ("string-list", "StringList"),
    ("bool-list", "BoolList"),
    ("port", "Port"),
    ("template", "Template"),
    ("section", "Section"),
    ("filter", "Filter"),
    ("filter-list", "FilterList"),
    ("alias", "Alias"),
    ("file", "File"),
    ("other", "Other"),
];
const SECTION_KINDS: &[(&str, &str)] =
    &[("connection", "Connection"), ("named", "Named"), ("plain", "Plain"), ("map", "Map")];

pub(crate) fn settings_2_3(table: &Table) -> Result<String, Fail> {
    settings(table, "Version::new(2, 3)")
}

pub(crate) fn settings_2_4(table: &Table) -> Result<String, Fail> {
    settings(table, "Version::new(2, 4)")
}

fn settings(table: &Table, series: &str) -> Result<String, Fail> {
    let mut out = Vec::new();
    for row in &table.rows {
        row.check_life()?;
        let default = match row.cell("default")? {
            None => "None".to_owned(),
            Some(text) => match text.strip_prefix('=') {
                Some(text) => format!("Some({:?})", row.unescape(text)?),
                None => return row.fail("a default is written `=text`"),
            },
        };
        out.push(format!(
            "Setting {{ name: {:?}, series: {series}, kind: SettingKind::{}, default: {default}, section: {:?}, \
             since: {}, removed: {}, values: {:?}, module: {:?}, needs: {:?}, known: {}, one_default: {} }}",
            row.name("name")?,
            row.one_of("kind", row.must("kind")?, SETTING_KINDS)?,
            row.name("section")?,
            row.optional_release("since")?,
            row.optional_release("removed")?,
            row.words("values")?.join(" "),
            row.cell("module")?.unwrap_or_default(),
            row.cell("needs")?.unwrap_or_default(),
            !row.flag("absent", FLAGS)?,
            !row.flag("several-defaults", FLAGS)?,
        ));
    }
    Ok(slice(&out))
}

/// Two slices: the sections of 2.3 and of 2.4.
pub(crate) fn sections(table: &Table) -> Result<String, Fail> {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for row in &table.rows {
        let kind = row.one_of("kind", row.must("kind")?, SECTION_KINDS)?;
        let code = format!("Section {{ name: {:?}, kind: SectionKind::{kind} }}", row.name("name")?);
        match row.must("series")? {
            "2.3" => old.push(code),
            "2.4" => new.push(code),
            other => return row.fail(&format!("unknown series `{other}`")),
        }
    }
    Ok(format!("({}, {})", slice(&old), slice(&new)))
}

pub(crate) const SERVICES: &[&str] = &["series", "service", "key", "value"];

/// Two slices: of 2.3 and of 2.4.
pub(crate) fn services(table: &Table) -> Result<String, Fail> {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for row in &table.rows {
        let value = match row.must("value")?.strip_prefix('=') {
            Some(text) => row.unescape(text)?,
            None => return row.fail("a value is written `=text`"),
        };
        let key = row.unescape(row.must("key")?)?;
        let code = format!("ServiceSetting {{ service: {:?}, key: {key:?}, value: {value:?} }}", row.name("service")?);
        match row.must("series")? {
            "2.3" => old.push(code),
            "2.4" => new.push(code),
            other => return row.fail(&format!("unknown series `{other}`")),
        }
    }
    Ok(format!("({}, {})", slice(&old), slice(&new)))
}
