//! Any bytes as every kind of Postfix file: no parser loses any of them, and no check of them panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postproof_engine::diag::{Document, FileId, SourceMap, Span};
use postproof_engine::syntax::table::TableSyntax::{Aliases, Cidr, Indexed, Pattern};
use postproof_engine::syntax::{Parsed, Problem, Region, client, main_cf, master_cf, table};
use postproof_engine::{Options, draft};

const FILE: FileId = FileId(0);

fuzz_target!(|bytes: &[u8]| {
    let region = Region::whole(FILE, bytes);
    main_cf_holds(bytes, &main_cf::parse(&region, bytes));
    main_cf_holds(bytes, &client::parse(&region, bytes));
    let parsed = master_cf::parse(&region, bytes);
    let span = |item: &master_cf::Item| match item {
        master_cf::Item::Service(service) => service.span,
        master_cf::Item::Comment(span) | master_cf::Item::Blank(span) | master_cf::Item::Junk(span) => *span,
    };
    holds(bytes, parsed.tree.items.iter().map(span), &parsed.problems);
    for syntax in [Aliases, Cidr, Indexed, Pattern] {
        let parsed = table::parse(syntax, &region, bytes);
        let span = |item: &table::Item| match item {
            table::Item::Entry(entry) => entry.span,
            table::Item::Comment(span) | table::Item::Blank(span) | table::Item::Junk(span) => *span,
        };
        holds(bytes, parsed.tree.items.iter().map(span), &parsed.problems);
    }
    for path in ["/etc/postfix/main.cf", "/etc/postfix/master.cf", "paste"] {
        let mut sources = SourceMap::default();
        sources.add(Document::new(path, bytes));
        let draft = draft(sources, Options::default());
        let _ = draft.wanted();
        let report = draft.check();
        for found in report.diagnostics() {
            let place = found.primary.span;
            assert!(place.start <= place.end && place.end as usize <= bytes.len(), "{} points outside", found.rule);
        }
    }
});

fn main_cf_holds(bytes: &[u8], parsed: &Parsed<main_cf::MainCf>) {
    let span = |item: &main_cf::Item| match item {
        main_cf::Item::Setting(setting) => setting.span,
        main_cf::Item::Comment(span) | main_cf::Item::Blank(span) | main_cf::Item::Junk(span) => *span,
    };
    holds(bytes, parsed.tree.items.iter().map(span), &parsed.problems);
}

/// The items joined are the input, and every problem is inside it.
fn holds(bytes: &[u8], items: impl Iterator<Item = Span>, problems: &[Problem]) {
    let mut joined = Vec::with_capacity(bytes.len());
    for item in items {
        joined.extend_from_slice(&bytes[item.start as usize..item.end as usize]);
    }
    assert_eq!(joined, bytes, "the items joined are not the input");
    let inside = |span: Span| span.start <= span.end && span.end as usize <= bytes.len();
    assert!(problems.iter().all(|problem| inside(problem.span)), "a problem points outside");
}
