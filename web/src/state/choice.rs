//! What a person can choose.

use postproof_engine::diag::Diagnostic;

/// The answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// The answer first.
    #[default]
    Overview,
    /// The conversation with its lists.
    Chain,
    /// What is wrong.
    Findings,
    /// A session of one's own.
    Session,
    /// Dovecot 2.3 carried to 2.4.
    Migrate,
}

impl View {
    /// All, in the order of the tabs.
    pub(crate) const ALL: [View; 5] = [View::Overview, View::Chain, View::Findings, View::Session, View::Migrate];

    /// The word in the address and in data attributes.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            View::Overview => "overview",
            View::Chain => "chain",
            View::Findings => "findings",
            View::Session => "session",
            View::Migrate => "migrate",
        }
    }
}

/// Which findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Filter {
    /// All of them.
    #[default]
    All,
    /// One severity, decided findings only.
    Severity(postproof_engine::diag::Severity),
    /// Findings that miss something.
    CannotTell,
}

impl Filter {
    /// Whether a finding passes.
    pub(crate) fn takes(self, finding: &Diagnostic) -> bool {
        match self {
            Filter::All => true,
            Filter::Severity(severity) => finding.missing.is_empty() && finding.severity == severity,
            Filter::CannotTell => !finding.missing.is_empty(),
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word in `data-theme`; empty for the system's.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Theme::System => "",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// From the remembered word.
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// A window over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    /// The keys.
    Keys,
    /// What becomes of the text.
    Privacy,
    /// The examples, once something is in the box.
    Examples,
}
