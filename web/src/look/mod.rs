//! From a report to what is shown, without the DOM.

mod drift;
mod fix;
mod frame;
mod migrate;
mod overview;
mod paint;
mod proof;
mod route;
mod trial;

pub(crate) use drift::Drift;
pub(crate) use fix::{DiffLine, Sign, apply, diff};
pub(crate) use frame::{FrameLine, frame, masked};
pub(crate) use migrate::{Carried, Carry, carry, has_dovecot};
pub(crate) use overview::{Answer, Card, CardState, answer, cards, heading, headline, sentence, speaker, tally};
pub(crate) use paint::{Line, Mark, MarkKind, Piece, Tint, kind, line_pieces, lines, marks};
pub(crate) use proof::{Proven, exceptions, hero, is_complete, is_disputed, prove_next, proven};
pub(crate) use route::{EntryState, StageState, entry_state, second_refuses, spoken, stage_state};
pub(crate) use trial::{
    ListEnd, Played, Question, Supplied, answer_of, client_line, decided_outside, domain_case, list_ends, play,
    questions, transcript, wire,
};
