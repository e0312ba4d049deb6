//! The list of rules and the form of their pages.

#[path = "../../xtask/src/registry.rs"]
mod registry;

use postproof_diag::Lang;
use postproof_lint::{Docs, rules};
use std::path::Path;

#[test]
fn the_generated_files_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (path, content) in registry::generate(&root).unwrap() {
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(there, content, "{} is stale: run `cargo xtask gen registry`", path.display());
    }
}

#[test]
fn names_are_sorted_and_unique() {
    assert!(rules::ALL.is_sorted_by(|one, next| one.name < next.name));
}

#[test]
fn every_rule_has_sources() {
    for rule in rules::ALL {
        assert!(!rule.sources.is_empty(), "`{}` has no sources", rule.name);
    }
}

#[test]
fn every_page_has_title_summary_and_headings_in_both_languages() {
    for rule in rules::ALL {
        for lang in [Lang::En, Lang::Ko] {
            let page = rule.docs.page(lang);
            assert_eq!(page.lines().next(), Some(format!("# {}", rule.name).as_str()), "title of `{}`", rule.name);
            let headings: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(headings, Docs::headings(lang), "headings of `{}` in {lang:?}", rule.name);
            let summary = rule.docs.summary(lang);
            assert!(!summary.is_empty() && !summary.starts_with('#'), "summary of `{}` in {lang:?}", rule.name);
        }
        assert!(!rule.docs.ko.contains("```"), "examples of `{}` belong on the English page", rule.name);
    }
}
