//! Which releases the configuration is judged for, and why those.

use crate::{Given, Presence, SourcePart, Tree, expand::level_numbers};
use postproof_catalog::{self as catalog, Version};
use postproof_diag::{Span, Text, text};
use postproof_syntax::{PartKind, main_cf};

/// What the user asked for; nothing means: tell from the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// Postfix release.
    pub postfix: Option<Version>,
    /// Dovecot release.
    pub dovecot: Option<Version>,
    /// Postfix release that the text around the configuration names, and where.
    pub named_postfix: Option<(Version, Span)>,
}

/// A value that was chosen, with the reason.
#[derive(Clone, Debug)]
pub struct Chosen<T> {
    /// What was chosen.
    pub value: T,
    /// Why, as a clause that can stand behind the value in parentheses.
    pub reason: Text,
    /// The place that decided, if one did.
    pub span: Option<Span>,
}

/// The releases a configuration is judged for.
#[derive(Clone, Debug)]
pub struct Target {
    /// Postfix release.
    pub postfix: Chosen<Version>,
    /// `compatibility_level`.
    pub level: Chosen<Version>,
    /// Dovecot release; nothing where there is no Dovecot.
    pub dovecot: Option<Chosen<Version>>,
}

/// The Postfix release that is assumed where nothing names one: that of the
/// current stable Debian, the one most servers will be brought to next.
pub const ASSUMED_POSTFIX: Version = Version::new(3, 10);

/// The level that is assumed where only some lines of main.cf were given: the
/// main.cf of every distribution since Postfix 3.6 sets at least this.
pub const ASSUMED_LEVEL: Version = Version::new(3, 6);

const ASKED_REASON: Text = Text::fixed("as asked for", "지정한 값");

const ASSUMED_REASON: Text =
    Text::fixed("assumed; nothing given names the release", "가정한 값, 받은 글에 버전이 없음");

impl Target {
    /// Whether nothing given names the Postfix release, so that it is assumed.
    pub fn assumes_postfix(&self) -> bool {
        self.postfix.reason == ASSUMED_REASON
    }

    /// Whether the user named the Dovecot release, so that the text decides nothing.
    pub fn asks_dovecot(&self) -> bool {
        self.dovecot.as_ref().is_some_and(|chosen| chosen.reason == ASKED_REASON)
    }

    /// Whether `value` is what `name` has anyway.
    pub(crate) fn is_default(&self, name: &str, value: &str) -> bool {
        let default = catalog::param(name).and_then(|param| param.default_in(self.postfix.value, self.level.value));
        matches!(default, Some(catalog::Default::Text(text)) if text == value)
    }
}

pub(crate) fn choose(
    written: &[(PartKind, &main_cf::Setting)],
    parts: &[SourcePart],
    given: Given,
    wish: Wish,
) -> Target {
    let last = |name: &str| written.iter().rev().map(|(_, setting)| *setting).find(|setting| setting.name == name);
    Target {
        postfix: postfix(last("mail_version"), wish),
        level: level(last("compatibility_level"), given),
        dovecot: dovecot(parts, wish),
    }
}

fn postfix(mail_version: Option<&main_cf::Setting>, wish: Wish) -> Chosen<Version> {
    if let Some(value) = wish.postfix {
        return Chosen { value, reason: ASKED_REASON, span: None };
    }
    // The full output of postconf holds mail_version; snapshots carry a date.
    let named = mail_version.and_then(|setting| {
        let number = setting.value.as_str().split('-').next()?;
        Some(Chosen {
            value: Version::parse(number)?,
            reason: Text::fixed("named by `mail_version`", "`mail_version` 매개변수에 적힌 값"),
            span: Some(setting.name_span),
        })
    });
    let around = wish.named_postfix.map(|(value, span)| Chosen {
        value,
        reason: Text::fixed("named in the text", "받은 글에 적힌 값"),
        span: Some(span),
    });
    named.or(around).unwrap_or(Chosen { value: ASSUMED_POSTFIX, reason: ASSUMED_REASON, span: None })
}

fn level(written: Option<&main_cf::Setting>, given: Given) -> Chosen<Version> {
    if let Some(setting) = written
        && let Some([major, minor, _]) = level_numbers(setting.value.as_str())
    {
        let number = |number: u64| u16::try_from(number).unwrap_or(u16::MAX);
        return Chosen {
            value: Version::new(number(major), number(minor)),
            reason: Text::fixed("set", "설정된 값"),
            span: Some(setting.name_span),
        };
    }
    if given.main_cf == Presence::Whole {
        return Chosen {
            value: Version::new(0, 0),
            reason: Text::fixed("the default; it is not set", "설정되지 않아 기본값"),
            span: None,
        };
    }
    let level = ASSUMED_LEVEL;
    Chosen {
        value: level,
        reason: text!(
            "assumed; the lines given do not set it, and packages set {level} or more",
            "가정한 값, 받은 줄에는 없고 배포판 패키지는 {level} 이상으로 설정함"
        ),
        span: None,
    }
}

fn dovecot(parts: &[SourcePart], wish: Wish) -> Option<Chosen<Version>> {
    let trees = parts.iter().filter_map(|part| match &part.tree {
        Tree::Dovecot(parsed) => Some(&parsed.tree),
        Tree::Main(_) | Tree::Master(_) | Tree::Table(_) | Tree::None => None,
    });
    let trees: Vec<_> = trees.collect();
    if trees.is_empty() {
        return None;
    }
    if let Some(value) = wish.dovecot {
        return Some(Chosen { value, reason: ASKED_REASON, span: None });
    }
    for tree in trees.iter().rev() {
        if let Some((version, span)) = &tree.version
            && let Some(value) = Version::parse(release(version))
        {
            return Some(Chosen {
                value,
                reason: Text::fixed("named in the text", "받은 글에 적힌 값"),
                span: Some(*span),
            });
        }
    }
    // 2.4 refuses to start without its version lines (config-parser.c,
    // config_parser_get_version), so a text without them is of 2.3 or an excerpt.
    let only_in = |series: Version| {
        let other = if series == Version::new(2, 3) { Version::new(2, 4) } else { Version::new(2, 3) };
        trees
            .iter()
            .flat_map(|tree| tree.settings())
            .filter(|setting| {
                catalog::setting(series, &setting.name).is_some() && catalog::setting(other, &setting.name).is_none()
            })
            .count()
    };
    let (old, new) = (only_in(Version::new(2, 3)), only_in(Version::new(2, 4)));
    let value = if new > old { Version::new(2, 4) } else { Version::new(2, 3) };
    Some(Chosen {
        value, reason: Text::fixed("told from the settings used", "쓰인 설정으로 판단한 값"), span: None
    })
}

/// The first three numbers of `2.3.19.1` or `2.3.21-rc1`.
fn release(version: &str) -> &str {
    let version = version.split('-').next().unwrap_or_default();
    let end = version.match_indices('.').nth(2).map_or(version.len(), |(at, _)| at);
    version.get(..end).unwrap_or(version)
}
