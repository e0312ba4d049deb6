//! Colours. Shape and word carry every meaning; colour only repeats it.

use anstyle::{AnsiColor, Style};
use postproof_diag::Severity;
use std::fmt::Display;

/// The styles, all empty where colour is off.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Palette {
    pub(super) error: Style,
    pub(super) warning: Style,
    pub(super) info: Style,
    pub(super) hint: Style,
    /// Headings and messages.
    pub(super) strong: Style,
    /// Line numbers, rules, origins.
    pub(super) quiet: Style,
    /// Entries that are never reached.
    pub(super) dead: Style,
    /// What is not known.
    pub(super) unknown: Style,
    /// Names of entries and lists.
    pub(super) name: Style,
}

impl Palette {
    pub(super) fn of(color: bool) -> Self {
        if !color {
            return Self::default();
        }
        let bold = |color: AnsiColor| color.on_default().bold();
        Self {
            error: bold(AnsiColor::BrightRed),
            warning: bold(AnsiColor::Yellow),
            info: bold(AnsiColor::BrightBlue),
            hint: bold(AnsiColor::BrightCyan),
            strong: Style::new().bold(),
            quiet: Style::new().dimmed(),
            dead: Style::new().strikethrough().dimmed(),
            unknown: bold(AnsiColor::Magenta),
            name: AnsiColor::BrightBlue.on_default(),
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
            Severity::Hint => self.hint,
        }
    }
}

/// `text` in `style`.
pub(super) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
