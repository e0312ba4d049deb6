//! Reports as text for a terminal, a mail or a log.

mod check;
mod diff;
mod dovecot;
mod explain;
mod frame;
mod host_claims;
mod prove;
mod show;
mod simulate;
mod style;
mod walk;
mod words;
mod wrap;

pub(crate) use wrap::{cut, hang, visible, width as columns, wrap};

use crate::{Places, Proved, ShowOptions, Simulated, mask::Mask};
use postproof_diag::{Lang, Severity, Text};
use postproof_engine::{Diff, Report};
use style::Palette;

/// How a text is drawn.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// The language of every sentence.
    pub lang: Lang,
    /// Whether passwords and keys are shown.
    pub show_secrets: bool,
    /// Whether colours are used.
    pub color: bool,
    /// Columns of the screen; sentences are wrapped and long lines cut to it.
    pub width: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { lang: Lang::En, show_secrets: false, color: false, width: DEFAULT_WIDTH }
    }
}

/// The width where no screen says one.
pub const DEFAULT_WIDTH: usize = 100;

/// No narrower than this, whatever the screen says: names of parameters alone
/// take up to 50 columns.
const MIN_WIDTH: usize = 60;

/// The findings of a report.
pub fn check(report: &Report, options: &TextOptions) -> String {
    check::render(&Cx::of(report, options))
}

/// The restriction chains of a report. `service` picks services by name or
/// label; nothing: all. Nothing comes back where no service has that name.
pub fn explain(report: &Report, service: Option<&str>, options: &TextOptions) -> Option<String> {
    explain::render(&Cx::of(report, options), service)
}

/// The effective configuration of a report: what is set, where, and what it is
/// after expansion. Nothing comes back where no service has the chosen name.
pub fn show(report: &Report, show: ShowOptions<'_>, options: &TextOptions) -> Option<String> {
    show::render(&Cx::of(report, options), show)
}

/// One session against every host of a report. Nothing comes back where no
/// smtpd service has the chosen name.
pub fn simulate(report: &Report, asked: &Simulated<'_>, options: &TextOptions) -> Option<String> {
    simulate::render(&Cx::of(report, options), asked)
}

/// What is proved of the services of a report, and how many claims fail for a
/// service that the network reaches. Nothing comes back where no service has
/// the chosen name.
pub fn prove(report: &Report, asked: &Proved<'_>, options: &TextOptions) -> Option<(String, usize)> {
    prove::render(&Cx::of(report, options), asked)
}

/// How two configurations differ.
pub fn diff(reports: [&Report; 2], diff: &Diff, options: &TextOptions) -> String {
    let [mut old, mut new] = reports.map(|report| Cx::of(report, options));
    old.mask.also_hide(&new.mask);
    new.mask.also_hide(&old.mask);
    diff::render([&old, &new], diff)
}

/// The line that stands under the findings of many reports.
pub fn total(reports: usize, counts: &[(Severity, usize)], lang: Lang) -> String {
    words::total(reports, counts, lang) + "\n"
}

/// What every renderer needs.
struct Cx<'r> {
    report: &'r Report,
    places: Places<'r>,
    mask: Mask,
    lang: Lang,
    width: usize,
    palette: Palette,
}

impl<'r> Cx<'r> {
    fn of(report: &'r Report, options: &TextOptions) -> Self {
        Self {
            report,
            places: Places::of(&report.sources),
            mask: Mask::of(report, options.show_secrets),
            lang: options.lang,
            width: options.width.max(MIN_WIDTH),
            palette: Palette::of(options.color),
        }
    }

    /// The sentence in the chosen language, secrets hidden.
    fn say(&self, text: &Text) -> String {
        wrap::visible(&self.mask.sentence(text.get(self.lang)))
    }

    /// A fixed word of the layout.
    fn word(&self, text: &'static Text) -> &'static str {
        match self.lang {
            Lang::En => &text.en,
            Lang::Ko => &text.ko,
        }
    }

    /// Writes `text` behind `first`, wrapped; further lines are indented to
    /// the width of `first`.
    fn hang(&self, out: &mut String, first: &str, text: &str) {
        wrap::hang(out, first, text, self.width);
    }
}
