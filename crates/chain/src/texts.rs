//! One plain sentence for each restriction, in English and Korean, and a
//! short clause for each of its answers.
//!
//! The sentences stand in tables by subject. A row has one clause for each
//! outcome of the catalog, in the same order; a test compares the two.

mod access;
mod client;
mod generic;
mod needs;
mod recipient;
mod sender;
mod stages;

pub(crate) use needs::{needs, needs_text};
pub(crate) use stages::{cut_text, end_text, stage_text};

use postproof_diag::Text;

/// The sentences of one restriction.
#[derive(Debug)]
pub(crate) struct Doc {
    /// Its name in the catalog.
    pub(crate) name: &'static str,
    /// What it does; `{arg}` stands for its argument.
    en: &'static str,
    ko: &'static str,
    /// When it gives each outcome of the catalog, in that order.
    pub(crate) whens: &'static [When],
}

/// When a restriction gives one outcome.
#[derive(Debug)]
pub(crate) struct When {
    en: &'static str,
    ko: &'static str,
    /// Where the reply code comes from.
    pub(crate) code: Code,
    /// The parameter that decides whether a temporary DNS error refuses at
    /// once (`defer`) or only if nothing else refuses (`defer_if_permit`).
    pub(crate) tempfail: Option<&'static str>,
}

/// Where a reply code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The catalog: it cannot be configured.
    Fixed,
    /// A parameter.
    Param(&'static str),
    /// A parameter, less 100 (smtpd_check.c, defer_unauth_destination).
    Less100(&'static str),
    /// The `unknown_*_reject_code` of the address class.
    Unlisted,
}

impl Doc {
    /// What the restriction does with `argument`.
    pub(crate) fn text(&self, argument: &str) -> Text {
        let shown = if argument.is_empty() { "…" } else { argument };
        let fill = |template: &str| template.replace("{arg}", &format!("`{shown}`"));
        Text { en: fill(self.en).into(), ko: fill(self.ko).into() }
    }
}

impl When {
    /// The clause.
    pub(crate) fn text(&self) -> Text {
        Text::fixed(self.en, self.ko)
    }
}

const fn doc(name: &'static str, en: &'static str, ko: &'static str, whens: &'static [When]) -> Doc {
    Doc { name, en, ko, whens }
}

const fn when(en: &'static str, ko: &'static str) -> When {
    When { en, ko, code: Code::Fixed, tempfail: None }
}

const fn coded(param: &'static str, en: &'static str, ko: &'static str) -> When {
    When { en, ko, code: Code::Param(param), tempfail: None }
}

const fn tempfail(action: &'static str, code: Code, en: &'static str, ko: &'static str) -> When {
    When { en, ko, code, tempfail: Some(action) }
}

const OTHERWISE: When = when("otherwise", "그 밖의 경우");

fn tables() -> impl Iterator<Item = &'static Doc> {
    [generic::DOCS, client::DOCS, sender::DOCS, recipient::DOCS, access::DOCS].into_iter().flatten()
}

/// The sentences of the restriction of that (canonical) name.
pub(crate) fn doc_of(name: &str) -> Option<&'static Doc> {
    tables().find(|doc| doc.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_catalog::restrictions;
    use postproof_diag::Lang;
    use std::collections::BTreeSet;

    fn hangul(text: &str) -> bool {
        text.chars().any(|char| ('가'..='힣').contains(&char))
    }

    #[test]
    fn every_restriction_of_the_catalog_has_texts_and_no_text_is_left_over() {
        let named: BTreeSet<_> = tables().map(|doc| doc.name).collect();
        let known: BTreeSet<_> = restrictions().iter().map(|one| one.name).collect();
        assert_eq!(named, known);
        assert_eq!(named.len(), 71);
        assert_eq!(tables().count(), 71);
    }

    #[test]
    fn texts_are_in_two_languages_and_whole() {
        for doc in tables() {
            let whole = doc.text("hash:/etc/postfix/access");
            let clauses = doc.whens.iter().map(When::text);
            for text in [whole].into_iter().chain(clauses) {
                assert_ne!(text.en, text.ko, "{}", doc.name);
                assert!(hangul(&text.ko), "{}: {}", doc.name, text.ko);
                assert!(!hangul(&text.en), "{}: {}", doc.name, text.en);
                for lang in [Lang::En, Lang::Ko] {
                    let text = text.get(lang);
                    assert!(!text.is_empty() && !text.contains(['{', '}', '—']), "{}: {text}", doc.name);
                    assert!(!text.ends_with('.'), "{}: {text}", doc.name);
                }
            }
        }
    }

    #[test]
    fn clauses_stand_beside_the_outcomes_of_the_catalog() {
        for restriction in restrictions() {
            let doc = doc_of(restriction.name).unwrap();
            assert_eq!(doc.whens.len(), restriction.outcomes.len(), "{}", restriction.name);
        }
    }

    #[test]
    fn restrictions_with_an_argument_name_it() {
        use postproof_catalog::Argument;
        for restriction in restrictions() {
            let doc = doc_of(restriction.name).unwrap();
            let names_it = doc.en.contains("{arg}") && doc.ko.contains("{arg}");
            let takes_one = !matches!(restriction.argument, Argument::None | Argument::Restriction);
            assert_eq!(names_it, takes_one, "{}", restriction.name);
        }
    }
}
