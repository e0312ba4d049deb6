//! One binary for all integration tests.

#![expect(clippy::unwrap_used, reason = "a test that can't read its fixture has failed")]

mod json_docs;
mod renderings;
mod review;
mod smtpd;

use postproof_diag::{Document, Lang, SourceMap};
use postproof_engine::{Options, Report, check};

/// The report on one fixture, which is called by its name.
fn report(name: &str) -> Report {
    report_on(name, postproof_tests::bytes(name).unwrap())
}

fn report_on(name: &str, bytes: Vec<u8>) -> Report {
    let mut sources = SourceMap::default();
    sources.add(Document::new(name, bytes));
    check(sources, Options::default())
}

const LANGUAGES: [(Lang, &str); 2] = [(Lang::En, "en"), (Lang::Ko, "ko")];
