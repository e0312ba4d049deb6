//! Reports as JSON for programs. `docs/json.md` is the reference.
//!
//! The structs of [`v1`] are the promise; library types do not derive
//! `Serialize`, so that a change inside cannot change the output by accident.

mod convert;
pub mod request;
pub mod simulate;
pub mod v1;

use crate::mask::Mask;
use crate::{Places, Proved, ShowOptions};
use postproof_diag::Lang;
use postproof_engine::{Diff, Report};
use serde::Serialize;

/// How the JSON is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonOptions {
    /// The language of every sentence.
    pub lang: Lang,
    /// Whether passwords and keys are shown.
    pub show_secrets: bool,
}

/// The findings, explanations and parts of every report, as `postproof.check/1`.
/// One report gives the same shape as many.
pub fn check(reports: &[Report], options: &JsonOptions) -> String {
    written(&check_of(reports.iter().map(|report| check_report(report, options)).collect(), options.lang))
}

/// The restriction chains of every report, as `postproof.explain/1`. `service`
/// picks services as [`crate::text::explain`] does.
pub fn explain(reports: &[Report], service: Option<&str>, options: &JsonOptions) -> String {
    let reports = reports.iter().map(|report| explain_report(report, service, options));
    written(&explain_of(reports.collect(), options.lang))
}

/// One report of [`check`] as structs.
pub fn check_report(report: &Report, options: &JsonOptions) -> v1::CheckReport {
    convert::check_report(report, options)
}

/// One report of [`explain`] as structs; without hosts where no service has that name.
pub fn explain_report(report: &Report, service: Option<&str>, options: &JsonOptions) -> v1::ExplainReport {
    convert::explain_report(report, service, options)
}

/// The whole output of [`check`] as structs.
pub fn check_of(reports: Vec<v1::CheckReport>, lang: Lang) -> v1::Check {
    v1::Check {
        schema: "postproof.check/1",
        postproof: env!("CARGO_PKG_VERSION"),
        lang: word(lang),
        summary: reports.iter().fold(v1::Summary::default(), |sum, report| convert::add(sum, report.summary)),
        reports,
    }
}

/// The whole output of [`explain`] as structs.
pub fn explain_of(reports: Vec<v1::ExplainReport>, lang: Lang) -> v1::Explain {
    v1::Explain { schema: "postproof.explain/1", postproof: env!("CARGO_PKG_VERSION"), lang: word(lang), reports }
}

/// The effective configuration of every report, as `postproof.show/1`.
pub fn show(reports: &[Report], show: ShowOptions<'_>, options: &JsonOptions) -> String {
    let reports = reports.iter().map(|report| show_report(report, show, options));
    written(&show_of(reports.collect(), options.lang))
}

/// One report of [`show`] as structs; without hosts where no service has the chosen name.
pub fn show_report(report: &Report, show: ShowOptions<'_>, options: &JsonOptions) -> v1::ShowReport {
    convert::show_report(report, show, options)
}

/// The whole output of [`show`] as structs.
pub fn show_of(reports: Vec<v1::ShowReport>, lang: Lang) -> v1::Show {
    v1::Show { schema: "postproof.show/1", postproof: env!("CARGO_PKG_VERSION"), lang: word(lang), reports }
}

/// What is proved of one report.
pub fn prove_report(report: &Report, asked: &Proved<'_>, options: &JsonOptions) -> v1::ProveReport {
    let (places, mask) = (Places::of(&report.sources), Mask::of(report, options.show_secrets));
    convert::simulate::Answers { places: &places, mask: &mask, lang: options.lang }.proofs(report, asked)
}

/// The whole output of `postproof prove` as structs.
pub fn prove_of(reports: Vec<v1::ProveReport>, lang: Lang) -> v1::Prove {
    v1::Prove { schema: "postproof.prove/1", postproof: env!("CARGO_PKG_VERSION"), lang: word(lang), reports }
}

/// The whole output of `postproof test` as structs.
pub fn test_of(sessions: Vec<v1::TestedSession>, lang: Lang) -> v1::Test {
    v1::Test {
        schema: "postproof.test/1",
        postproof: env!("CARGO_PKG_VERSION"),
        lang: word(lang),
        played: sessions.len(),
        differ: sessions.iter().filter(|session| !session.as_expected).count(),
        sessions,
    }
}

/// How two configurations differ.
pub fn diff(reports: [&Report; 2], diff: &Diff, options: &JsonOptions) -> v1::Diff {
    let places = reports.map(|report| Places::of(&report.sources));
    let mut masks = reports.map(|report| Mask::of(report, options.show_secrets));
    let [old, new] = &mut masks;
    old.also_hide(new);
    new.also_hide(old);
    let answers = |at: usize| match at {
        0 => convert::simulate::Answers { places: &places[0], mask: &masks[0], lang: options.lang },
        _ => convert::simulate::Answers { places: &places[1], mask: &masks[1], lang: options.lang },
    };
    convert::diff::Sides { old: &answers(0), new: &answers(1) }.diff(diff, word(options.lang))
}

/// Pretty-printed, with a final line end.
pub fn written(value: &impl Serialize) -> String {
    // The structs hold strings, numbers, lists and structs only: the two ways
    // in which serde_json can fail (map keys that are no strings, an error of
    // the type's own) do not exist here.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn word(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Ko => "ko",
    }
}
