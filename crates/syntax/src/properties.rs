//! What holds for every parser and any bytes: no panic, nothing lost, places
//! in order and in range.

use crate::{Problem, Region, client, dovecot, main_cf, master_cf, table};
use postproof_diag::{FileId, Span};
use proptest::prelude::*;

const FILE: FileId = FileId(0);

/// Text in which the grammars find something to read.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "\n",
            "\r\n",
            "\n\n",
            " ",
            "\t",
            "  -o ",
            "=",
            " = ",
            "a",
            "name",
            "#",
            "# c",
            "\\",
            "\\\n",
            "{",
            " {\n",
            "}",
            "}\n",
            "\"",
            "'",
            "/",
            "!",
            "if ",
            "endif",
            ":",
            ",",
            "smtp inet n - y - - smtpd",
            "!include ",
            "<",
            "$",
            "가",
            "service x {\n",
            "# 2.3.21 (a): /x\n",
            "\0",
            "\u{a0}",
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn holds(bytes: &[u8], items: &[Span], inner: &[Span], problems: &[Problem]) {
    let mut at = 0;
    for item in items {
        assert_eq!(item.start, at, "items touch");
        assert!(item.end > item.start, "no item is empty");
        at = item.end;
    }
    assert_eq!(at as usize, bytes.len(), "items reach the end");
    let whole = Span::new(FILE, 0, bytes.len() as u32);
    assert!(inner.iter().all(|span| whole.contains(*span) && span.start <= span.end));
    assert!(problems.iter().all(|problem| whole.contains(problem.span) && problem.span.start < problem.span.end));
    assert!(problems.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start), "problems are in order");
}

fn main_cf_holds(bytes: &[u8], parsed: &crate::Parsed<main_cf::MainCf>) {
    let span = |item: &main_cf::Item| match item {
        main_cf::Item::Setting(setting) => setting.span,
        main_cf::Item::Comment(span) | main_cf::Item::Blank(span) | main_cf::Item::Junk(span) => *span,
    };
    let items: Vec<_> = parsed.tree.items.iter().map(span).collect();
    let inner = parsed.tree.settings().flat_map(|setting| [Some(setting.name_span), setting.value.span()]);
    holds(bytes, &items, &inner.flatten().collect::<Vec<_>>(), &parsed.problems);
}

proptest! {
    #[test]
    fn main_cf_is_lossless(bytes in text()) {
        let region = Region::whole(FILE, &bytes);
        main_cf_holds(&bytes, &main_cf::parse(&region, &bytes));
        main_cf_holds(&bytes, &client::parse(&region, &bytes));
    }

    #[test]
    fn master_cf_is_lossless(bytes in text()) {
        let parsed = master_cf::parse(&Region::whole(FILE, &bytes), &bytes);
        let span = |item: &master_cf::Item| match item {
            master_cf::Item::Service(service) => service.span,
            master_cf::Item::Comment(span) | master_cf::Item::Blank(span) | master_cf::Item::Junk(span) => *span,
        };
        let items: Vec<_> = parsed.tree.items.iter().map(span).collect();
        let mut inner = Vec::new();
        for service in parsed.tree.services() {
            inner.extend([service.name.span, service.command.span].into_iter().flatten());
            inner.extend(service.arguments.iter().filter_map(|argument| argument.span));
            inner.extend(service.overrides.iter().flat_map(|option| [option.span, option.name_span]));
            inner.extend(service.overrides.iter().filter_map(|option| option.value.span()));
        }
        holds(&bytes, &items, &inner, &parsed.problems);
    }

    #[test]
    fn dovecot_is_lossless(bytes in text()) {
        let parsed = dovecot::parse(&Region::whole(FILE, &bytes), &bytes);
        let span = |item: &dovecot::Item| match item {
            dovecot::Item::Setting(setting) => setting.span,
            dovecot::Item::SectionStart(start) => start.span,
            dovecot::Item::Include { span, .. } => *span,
            dovecot::Item::SectionEnd(span)
            | dovecot::Item::Comment(span)
            | dovecot::Item::Blank(span)
            | dovecot::Item::Junk(span) => *span,
        };
        let items: Vec<_> = parsed.tree.items.iter().map(span).collect();
        let inner = parsed.tree.settings().flat_map(|setting| [Some(setting.name_span), setting.value.span()]);
        holds(&bytes, &items, &inner.flatten().collect::<Vec<_>>(), &parsed.problems);
    }

    #[test]
    fn tables_are_lossless(bytes in text()) {
        use table::TableSyntax::{Aliases, Cidr, Indexed, List, Pattern};
        for syntax in [Aliases, Cidr, Indexed, List, Pattern] {
            let parsed = table::parse(syntax, &Region::whole(FILE, &bytes), &bytes);
            let span = |item: &table::Item| match item {
                table::Item::Entry(entry) => entry.span,
                table::Item::Comment(span) | table::Item::Blank(span) | table::Item::Junk(span) => *span,
            };
            let items: Vec<_> = parsed.tree.items.iter().map(span).collect();
            let inner = parsed.tree.entries().flat_map(|entry| [entry.key.span(), entry.value.span()]);
            holds(&bytes, &items, &inner.flatten().collect::<Vec<_>>(), &parsed.problems);
        }
    }
}
