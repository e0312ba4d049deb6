//! Places, texts in two languages, and diagnostics.
//!
//! Everything that Postproof says points at bytes of what the user gave. This
//! crate holds the words for that: [`Span`] (where), [`SourceText`] (text that
//! remembers where each byte came from), [`Text`] (a sentence in English and
//! Korean) and [`Diagnostic`] (what is so, why it matters, what to do).
//! It knows nothing of Postfix or Dovecot and depends on nothing.

mod diagnostic;
mod line_index;
mod source;
mod source_text;
mod text;

pub use diagnostic::{Diagnostic, Edit, Fix, Label, Missing, Safety, Severity};
pub use line_index::{LineColumn, LineIndex};
pub use source::{Document, FileId, SourceMap, Span, decode};
pub use source_text::SourceText;
pub use text::{Lang, Text};
