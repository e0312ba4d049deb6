//! `$name` expansion, as src/util/mac_parse.c and mac_expand.c do it.

use crate::{Model, Scope, Value, Word};
use postproof_diag::SourceText;

impl Model {
    /// The effective value of `name` in `scope`: the last `-o` of the service,
    /// else main.cf, else the default of the target. Nothing for a name that is
    /// neither set nor known.
    pub fn value(&self, scope: Scope, name: &str) -> Option<Value> {
        let _ = (scope, name);
        unimplemented!()
    }

    /// The text of [`Model::value`], empty if there is none.
    pub fn text(&self, scope: Scope, name: &str) -> String {
        self.value(scope, name).map(|value| value.as_str().to_owned()).unwrap_or_default()
    }

    /// Whether a yes/no parameter is `yes`; anything else counts as no.
    pub fn is_yes(&self, scope: Scope, name: &str) -> bool {
        self.value(scope, name).and_then(|value| value.as_bool()).unwrap_or(false)
    }

    /// Text with every `$name` replaced, as `scope` sees it.
    pub fn expand(&self, scope: Scope, text: &SourceText) -> SourceText {
        let _ = (scope, text);
        unimplemented!()
    }

    /// Every `$name` that a text refers to, in all forms, both branches of
    /// conditionals included.
    pub fn names_in(text: &str) -> Vec<String> {
        let _ = text;
        unimplemented!()
    }
}

/// The words of a list: separated by commas and white space, `{ }` kept
/// together (src/util/mystrtok.c).
pub fn words(text: &SourceText) -> Vec<Word> {
    let _ = text;
    unimplemented!()
}
