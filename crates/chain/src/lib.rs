//! What the restriction lists of an smtpd service do.
//!
//! [`explain`] says, per service and stage of the SMTP conversation, what each
//! entry does in one sentence, what it can answer, what it needs to know and
//! whether it can ever be reached. [`Explanation::walks`] follows typical
//! sessions through the lists, as the simulation plays them.

mod assumptions;
mod cx;
mod entries;
mod explain;
mod reach;
mod texts;
mod walk;

#[cfg(test)]
mod tests;

pub use explain::{Answer, EntryView, Explanation, ListView, Reach, StageView, explain, explain_briefly};
pub use postproof_sim::Wanted;
pub use walk::{Step, StepState, Walk, WalkEnd};
