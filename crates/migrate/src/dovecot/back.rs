//! A 2.4 configuration for a 2.3 server: each line that 2.3 would refuse or
//! read as something else. Nothing is written back.

use super::read::{Node, Value, What, nodes};
use super::rules::{OLD, old_name, rule};
use crate::{Entry, Kind, Migration};
use postproof_catalog::{SettingKind, dovecot_section, settings_named};
use postproof_diag::{SourceMap, Text, text};
use postproof_syntax::dovecot::Section;

/// Names each line of a 2.4 configuration that 2.3 does not take.
pub fn to_2_3(sources: &SourceMap) -> Migration {
    let mut out = Migration::default();
    for (file, _) in sources.iter() {
        let mut around: Vec<(Section, bool)> = Vec::new();
        for node in nodes(sources, file) {
            let verdict = match &node.what {
                What::Comment | What::Blank => continue,
                What::Open(section) => {
                    let verdict = if around.iter().any(|(_, known)| !known) {
                        Some(in_unknown())
                    } else {
                        of_section(section, &around)
                    };
                    around.push((section.clone(), verdict.is_none()));
                    verdict
                }
                What::Close => around.pop().filter(|(_, known)| !known).map(|_| in_unknown()),
                What::Setting { name, value } if around.iter().all(|(_, known)| *known) => {
                    of_setting(name, value, &around)
                }
                What::Setting { .. } => Some(in_unknown()),
                What::Include { .. } | What::Junk => None,
            };
            out.entries.push(entry(&node, verdict));
        }
    }
    out
}

fn entry(node: &Node, verdict: Option<Text>) -> Entry {
    let (kind, reason) = match verdict {
        Some(reason) => (Kind::TooNew, reason),
        None => (Kind::Kept, Text::fixed("2.3 takes the line as well", "2.3도 이 줄을 받아들입니다")),
    };
    Entry { span: node.span, kind, result: Vec::new(), reason, question: None, samples: Vec::new() }
}

fn in_unknown() -> Text {
    Text::fixed("it belongs to a section that 2.3 does not know", "2.3이 모르는 섹션에 속합니다")
}

/// Why 2.3 does not take a section.
fn of_section(section: &Section, around: &[(Section, bool)]) -> Option<Text> {
    let name = &section.name;
    // old-set-parser.c of 2.3.19.1 takes the old auth block apart.
    if name == "auth" || around.iter().any(|(section, _)| section.name == "auth") {
        return None;
    }
    let inside = around.last().map(|(section, _)| section.name.as_str());
    let connection = inside.is_none_or(|inside| matches!(inside, "protocol" | "local" | "local_name" | "remote"));
    let fits = match name.as_str() {
        "mailbox" => inside == Some("namespace"),
        "inet_listener" | "unix_listener" | "fifo_listener" => inside == Some("service"),
        _ => connection && dovecot_section(OLD, name).is_some(),
    };
    if !fits {
        return Some(text!("2.3 has no `{name}` section here", "2.3에는 여기에 올 `{name}` 섹션이 없습니다"));
    }
    if name == "local_name" || name == "dict" && section.label.is_some() {
        return (name == "dict")
            .then(|| text!("2.3 writes `{name}` entries as one line each", "2.3은 `{name}` 항목을 한 줄씩 씁니다"));
    }
    None
}

/// Why 2.3 does not take a setting.
fn of_setting(name: &str, value: &Value, around: &[(Section, bool)]) -> Option<Text> {
    let inside = around.last().map_or("global", |(section, _)| match section.name.as_str() {
        "protocol" | "local" | "local_name" | "remote" => "global",
        other => other,
    });
    if matches!(inside, "plugin" | "dict") {
        return of_value(value, None);
    }
    let rows = settings_named(OLD, name);
    let own = |section: &str| section == inside || section.split('|').any(|one| one == inside);
    let Some(found) = rows.iter().find(|row| own(row.section)) else {
        // Old names that 2.3 takes with a warning.
        if inside == "auth" || rule(inside, name).is_some() || around.iter().any(|(section, _)| section.name == "auth")
        {
            return None;
        }
        return Some(match old_name(name) {
            Some(old) => text!("2.3 calls it `{old}`", "2.3에서는 `{old}` 이름을 씁니다"),
            None => text!("2.3 has no setting `{name}` here", "2.3에는 여기에 올 `{name}` 설정이 없습니다"),
        });
    };
    of_value(value, Some(found.kind))
}

/// Why 2.3 reads a value as something else.
fn of_value(value: &Value, kind: Option<SettingKind>) -> Option<Text> {
    if value.text.split("%{").skip(1).any(|part| part.split('}').next().is_some_and(|inner| inner.contains('|'))) {
        return Some(Text::fixed(
            "2.3 has modifiers such as `%Lu`, and no filters after `|`",
            "2.3에는 `%Lu` 같은 수식자가 있으며 `|` 뒤의 필터가 없습니다",
        ));
    }
    if !value.quoted && value.text.split(' ').any(|word| word.starts_with("$SET:")) {
        return Some(Text::fixed(
            "2.3 writes `$name` where 2.4 writes `$SET:name`",
            "2.4의 `$SET:name` 표기를 2.3은 `$name` 으로 씁니다",
        ));
    }
    let number =
        matches!(kind, Some(SettingKind::Uint | SettingKind::Size | SettingKind::Time | SettingKind::TimeMsecs));
    if number && matches!(value.text.as_str(), "unlimited" | "infinite") {
        let word = &value.text;
        return Some(text!(
            "2.3 does not know the word `{word}`; 0 stands for it where it is possible",
            "2.3은 `{word}` 낱말을 모르며 가능한 곳에서는 0이 이를 뜻합니다"
        ));
    }
    None
}
