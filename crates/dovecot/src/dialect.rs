//! Which of the two languages a text is written in.

use crate::Input;
use postproof_catalog::{self as catalog, SettingKind, Version};
use postproof_diag::{Span, Text, text};
use postproof_syntax::dovecot::exact::{ExactLine, Form, Joiner, Step, physical};

/// The languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Dovecot 2.3 and before.
    V23,
    /// Dovecot 2.4 and later.
    V24,
}

impl Dialect {
    /// The series of the catalog.
    pub const fn series(self) -> Version {
        match self {
            Dialect::V23 => Version::new(2, 3),
            Dialect::V24 => Version::new(2, 4),
        }
    }

    /// The dialect of a release.
    pub fn of(version: Version) -> Dialect {
        if version.series() >= Version::new(2, 4) { Dialect::V24 } else { Dialect::V23 }
    }

    /// `2.3` or `2.4`.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::V23 => "2.3",
            Dialect::V24 => "2.4",
        }
    }
}

/// Which dialect was taken and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The dialect.
    pub dialect: Dialect,
    /// Why.
    pub because: Text,
    /// What in the text says so.
    pub span: Option<Span>,
    /// Whether the text says it outright, or the caller does.
    pub certain: bool,
}

impl Told {
    /// Taken because the caller says so.
    pub fn wanted(dialect: Dialect) -> Told {
        let name = dialect.name();
        Told {
            dialect,
            because: text!("read as Dovecot {name}, as asked", "요청에 따라 Dovecot {name} 문법으로 읽었습니다"),
            span: None,
            certain: true,
        }
    }
}

/// What speaks for one of the dialects.
struct Evidence {
    dialect: Dialect,
    what: String,
    span: Span,
}

/// Tells the dialect: from a version setting or a header of doveconf, else from
/// the names that only one of the two has.
pub(crate) fn tell(inputs: &[Input<'_>]) -> Told {
    let mut found: Vec<Evidence> = Vec::new();
    let mut looked = 0;
    for input in inputs {
        let mut joiner = Joiner::default();
        let mut depth = 0_usize;
        for line in physical(input.region, input.bytes) {
            if let Some(told) = header(line.text(), line.span()) {
                return told;
            }
            let Step::Line(exact) = joiner.push(&line, true) else { continue };
            if exact.key.as_str() == "dovecot_config_version" && exact.form == Form::Value && depth == 0 {
                return version_line(&exact);
            }
            looked += 1;
            if looked < MAX_LOOKED {
                found.extend(evidence(&exact, depth));
            }
            match exact.form {
                Form::Start | Form::GroupStart => depth += 1,
                Form::End => depth = depth.saturating_sub(1),
                Form::Value | Form::File | Form::Variable | Form::Include { .. } | Form::Wrong(_) => {}
            }
        }
    }
    weigh(&found)
}

/// Lines that are looked at; a few decide.
const MAX_LOOKED: usize = 5000;

fn version_line(line: &ExactLine) -> Told {
    Told {
        dialect: Dialect::V24,
        because: Text::fixed(
            "read as Dovecot 2.4: it sets `dovecot_config_version`",
            "`dovecot_config_version` 설정이 있으므로 Dovecot 2.4 문법으로 읽었습니다",
        ),
        span: Some(line.span),
        certain: true,
    }
}

/// `# 2.3.21 (47349e2482): /etc/dovecot/dovecot.conf`, as doveconf writes it.
// doveconf.c, main
fn header(line: &str, span: Span) -> Option<Told> {
    let rest = line.strip_prefix("# ")?;
    let (version, rest) = rest.split_once(' ').or_else(|| rest.split_once(": ").filter(|_| rest.contains(": /")))?;
    let version = version.trim_end_matches(':');
    let hashed = rest.starts_with('(') && rest.contains("): ");
    if !hashed && !rest.starts_with('/') {
        return None;
    }
    let number = version.split('-').next().and_then(Version::parse)?;
    let dialect = Dialect::of(number);
    let name = dialect.name();
    Some(Told {
        dialect,
        because: text!(
            "read as Dovecot {name}: the header of doveconf says {version}",
            "doveconf 출력 머리말에 {version} 버전이 있으므로 Dovecot {name} 문법으로 읽었습니다"
        ),
        span: Some(span),
        certain: true,
    })
}

fn evidence(line: &ExactLine, depth: usize) -> Option<Evidence> {
    let key = line.key.as_str();
    let of = |dialect| Some(Evidence { dialect, what: key.to_owned(), span: line.span });
    match line.form {
        Form::Value | Form::File | Form::Variable => {
            if line.value.as_str().contains("$SET:") || key.starts_with('@') {
                return of(Dialect::V24);
            }
            let (old, new) = (known(Dialect::V23, key, depth), known(Dialect::V24, key, depth));
            match (old, new) {
                (true, false) => of(Dialect::V23),
                (false, true) => of(Dialect::V24),
                _ => None,
            }
        }
        Form::GroupStart => of(Dialect::V24),
        Form::Start => {
            let unnamed = line.value.is_empty() && !line.quoted;
            if matches!(key, "passdb" | "userdb" | "namespace") && unnamed {
                return of(Dialect::V23);
            }
            let (old, new) = (opens(Dialect::V23, key), opens(Dialect::V24, key));
            match (old, new) {
                (true, false) => of(Dialect::V23),
                (false, true) => of(Dialect::V24),
                _ => None,
            }
        }
        Form::End | Form::Include { .. } | Form::Wrong(_) => None,
    }
}

/// Whether the dialect has a setting of that name; in a section, 2.4 puts the
/// section's name in front of it.
fn known(dialect: Dialect, key: &str, depth: usize) -> bool {
    let takes = |setting: &catalog::Setting| setting.known && setting.section != "plugin" && !is_external(setting);
    let mut all = catalog::settings_named(dialect.series(), key).iter().filter(|setting| takes(setting));
    match dialect {
        Dialect::V23 if depth == 0 => all.any(|setting| setting.section == "global"),
        Dialect::V23 => all.next().is_some(),
        // Inside a section any name may be the end of a longer one.
        Dialect::V24 if depth > 0 => {
            let ending =
                |setting: &catalog::Setting| setting.name.strip_suffix(key).is_some_and(|before| before.ends_with('_'));
            all.next().is_some() || catalog::settings(dialect.series()).iter().any(ending)
        }
        Dialect::V24 => all.next().is_some(),
    }
}

fn is_external(setting: &catalog::Setting) -> bool {
    setting.section.starts_with("external")
}

fn opens(dialect: Dialect, key: &str) -> bool {
    let named = catalog::settings_named(dialect.series(), key);
    let block = |setting: &catalog::Setting| {
        matches!(
            setting.kind,
            SettingKind::Section
                | SettingKind::Filter
                | SettingKind::FilterList
                | SettingKind::StringList
                | SettingKind::BoolList
        )
    };
    catalog::dovecot_section(dialect.series(), key).is_some() || named.iter().any(block)
}

fn weigh(found: &[Evidence]) -> Told {
    let newer = found.iter().filter(|one| one.dialect == Dialect::V24).count();
    let older = found.len() - newer;
    let dialect = if newer > older { Dialect::V24 } else { Dialect::V23 };
    let Some(first) = found.iter().find(|one| one.dialect == dialect) else {
        return Told {
            dialect,
            because: Text::fixed(
                "read as Dovecot 2.3: nothing in the text belongs to one of the two alone, and a configuration for \
                 2.4 begins with `dovecot_config_version`",
                "두 버전을 가르는 내용이 없고 2.4 구성은 `dovecot_config_version` 설정으로 시작하므로 Dovecot 2.3 \
                 문법으로 읽었습니다",
            ),
            span: None,
            certain: false,
        };
    };
    let (name, what) = (dialect.name(), first.what.as_str());
    Told {
        dialect,
        because: text!(
            "read as Dovecot {name}: `{what}` is written as there",
            "`{what}` 항목이 Dovecot {name} 방식이므로 그 문법으로 읽었습니다"
        ),
        span: Some(first.span),
        certain: false,
    }
}
