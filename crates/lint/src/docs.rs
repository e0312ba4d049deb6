//! Documentation of rules: Markdown files beside the code.

/// The documentation of one rule.
#[derive(Debug)]
pub struct Docs {
    /// English, with examples.
    pub en: &'static str,
    /// Korean, without examples.
    pub ko: &'static str,
}

/// One fenced example of the English page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Whether the rule must report it.
    pub bad: bool,
    /// The configuration.
    pub text: String,
}
