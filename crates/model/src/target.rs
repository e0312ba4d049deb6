//! Which releases the configuration is judged for, and why those.

use postproof_catalog::Version;
use postproof_diag::{Span, Text};

/// What the user asked for; nothing means: tell from the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// Postfix release.
    pub postfix: Option<Version>,
    /// Dovecot release.
    pub dovecot: Option<Version>,
}

/// A value that was chosen, with the reason.
#[derive(Clone, Debug)]
pub struct Chosen<T> {
    /// What was chosen.
    pub value: T,
    /// Why, as the end of a sentence: «as the text names it», «the default of …».
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
