//! Renderings of a report: text for people, JSON for programs.
//!
//! [`text`] draws findings with code frames and the restriction chains as a
//! list that can be read in a terminal. [`json`] holds the versioned structs
//! that `docs/json.md` describes. [`rules`] shows the documentation of rules.
//! Every echoed byte of the input passes the [`mask`], so that passwords stay
//! hidden unless asked for. Nothing is judged here.

pub mod json;
pub mod mask;
mod parts;
mod place;
pub mod rules;
mod shown;
pub mod text;
mod words;

pub use parts::{counts, service_names};
pub use place::{Place, Places};
pub use shown::{ShowOptions, all_service_names};
