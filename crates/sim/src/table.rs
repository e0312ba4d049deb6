//! Lookup tables.

use crate::{Config, Finding, Looked, Missing};
use postproof_diag::Span;
use std::rc::Rc;

/// What a table answers to one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The key is not there.
    Nothing,
    /// The value and its place.
    Value(Rc<str>, Option<Span>),
    /// The look-up fails and may go well later.
    Fails,
    /// Not known here.
    Unknown(Missing),
}

impl Config<'_> {
    /// Looks one key up in `type:name`. A partial key is a piece of an address
    /// or name: tables of patterns are not asked for it.
    pub fn look_up(&self, _table: &str, _key: &str, _is_partial: bool) -> Found {
        Found::Nothing
    }

    /// Looks one key up in the tables that a parameter names, in order.
    pub fn look_up_in(&self, _param: &'static str, _key: &str, _is_partial: bool) -> Found {
        Found::Nothing
    }

    /// The look-ups since the last call, for the trace.
    pub(crate) fn take_looked(&self) -> Vec<Looked> {
        Vec::new()
    }
}

impl Found {
    /// As a finding, without the place.
    pub fn finding(self) -> Finding {
        match self {
            Found::Nothing => Finding::No,
            Found::Value(text, _) => Finding::Text(text),
            Found::Fails => Finding::Temporary,
            Found::Unknown(missing) => Finding::Unknown(missing),
        }
    }
}
