//! The lists of one service as people read them.

use crate::Walk;
use postproof_catalog::{Need, Verdict};
use postproof_diag::{Span, Text};
use postproof_model::{Model, Origin, ServiceId, Stage};

/// What one smtpd service asks, stage by stage.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The service.
    pub service: ServiceId,
    /// Assumptions that the whole explanation stands on, each a sentence:
    /// stock master.cf, default settings, the level that was taken.
    pub assumptions: Vec<Text>,
    /// Whether refusals of early stages wait for RCPT TO (smtpd_delay_reject).
    pub delays_refusals: bool,
    /// The stages in the order of the conversation; each list appears once.
    pub stages: Vec<StageView>,
    /// A stranger's attempt to relay.
    pub stranger: Walk,
}

/// One stage of the conversation.
#[derive(Clone, Debug)]
pub struct StageView {
    /// Which.
    pub stage: Stage,
    /// What the stage is, in one sentence.
    pub text: Text,
    /// Its lists in the order asked (RCPT: relay and recipient in the order of
    /// the release).
    pub lists: Vec<ListView>,
}

/// One restriction list.
#[derive(Clone, Debug)]
pub struct ListView {
    /// The parameter.
    pub param: &'static str,
    /// Where its value comes from.
    pub origin: Origin,
    /// The place that sets it.
    pub span: Option<Span>,
    /// Its entries; empty for an empty list. Built-in checks that follow the
    /// list (unlisted recipient) come last, marked `built_in`.
    pub entries: Vec<EntryView>,
    /// What happens at its end, in one sentence.
    pub end: Text,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct EntryView {
    /// The words as written, `warn_if_reject` and argument included.
    pub name: String,
    /// Where they stand; nothing for defaults and built-in checks.
    pub span: Option<Span>,
    /// What it does, in one sentence.
    pub text: Text,
    /// What it can answer.
    pub answers: Vec<Answer>,
    /// What must be known to say what it answers.
    pub needs: Vec<Need>,
    /// `needs` in words: which table, which DNS name; empty if nothing.
    pub needs_text: Vec<Text>,
    /// Whether it can be reached and can matter.
    pub reach: Reach,
    /// Whether it is no entry of the list but a check that smtpd adds.
    pub built_in: bool,
    /// The entries of a class.
    pub inner: Vec<EntryView>,
}

/// One answer of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub verdict: Verdict,
    /// The reply code with which it refuses here (configured or default).
    pub code: Option<u16>,
    /// The enhanced status code.
    pub dsn: Option<&'static str>,
    /// When, as a short clause: «if the domain is none of yours».
    pub when: Text,
}

/// Whether an entry can be reached and can matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It can be.
    Live,
    /// No session gets to it.
    Never {
        /// The entry that ends the list before it, if it has a place.
        by: Option<Span>,
        /// Why, in one sentence.
        why: Text,
    },
    /// Sessions get to it, and it changes nothing.
    NoEffect {
        /// Why, in one sentence.
        why: Text,
    },
}

/// Explains smtpd service `service`.
pub fn explain(model: &Model, service: ServiceId) -> Explanation {
    let _ = (model, service);
    unimplemented!()
}
