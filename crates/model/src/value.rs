//! Values with their origin.

use crate::postconf::SystemFacts;
use crate::{Given, Service, SourcePart, TableUse, Target};
use postproof_diag::{SourceText, Span};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The effective configuration of one host.
#[derive(Clone, Debug)]
pub struct Model {
    /// Releases it is judged for.
    pub target: Target,
    /// Which files were given.
    pub given: Given,
    /// The parts it was built from, in the order given.
    pub parts: Vec<SourcePart>,
    /// What main.cf sets, by name.
    pub main: BTreeMap<String, Written>,
    /// The services of master.cf, or the stock ones if it is missing.
    pub services: Vec<Service>,
    /// Facts of the host that defaults are computed from, where they are known.
    /// Nothing after [`build`](crate::build); whoever knows the host sets them.
    pub system: Option<SystemFacts>,
    /// What [`Model::table_uses`] found.
    pub(crate) uses: OnceLock<Vec<TableUse>>,
}

/// A parameter as it was written, with the assignments that it overrides.
#[derive(Clone, Debug)]
pub struct Written {
    /// The value as written, unexpanded.
    pub value: SourceText,
    /// Where the name stands.
    pub name_span: Span,
    /// The whole logical line.
    pub span: Span,
    /// Earlier assignments of the same name (their name places), oldest first,
    /// each with its value.
    pub overridden: Vec<(Span, SourceText)>,
}

/// The effective value of a parameter in one scope.
#[derive(Clone, Debug)]
pub struct Value {
    /// Parameter name.
    pub name: String,
    /// The value before `$name` expansion.
    pub raw: SourceText,
    /// The value after expansion; pieces keep their places.
    pub text: SourceText,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// main.cf; the place of the name.
    Written(Span),
    /// A `-o` option in master.cf; the place of its name.
    Override(Span),
    /// The default of the target release and level.
    Default,
}

/// One word of a list, with its place.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word.
    pub text: SourceText,
}

impl Value {
    /// The place that sets the value, if it is set.
    pub fn span(&self) -> Option<Span> {
        match self.origin {
            Origin::Written(span) | Origin::Override(span) => Some(span),
            Origin::Default => None,
        }
    }

    /// The place of the value text if it has one, else of the name that sets it.
    pub fn text_span(&self) -> Option<Span> {
        self.text.span().or(self.span())
    }

    /// Whether the user set it.
    pub fn is_set(&self) -> bool {
        self.origin != Origin::Default
    }

    /// The expanded text, trimmed.
    pub fn as_str(&self) -> &str {
        self.text.as_str().trim()
    }

    /// `yes` as true, `no` as false, any case; nothing for other words.
    pub fn as_bool(&self) -> Option<bool> {
        match self.as_str() {
            word if word.eq_ignore_ascii_case("yes") => Some(true),
            word if word.eq_ignore_ascii_case("no") => Some(false),
            _ => None,
        }
    }
}
