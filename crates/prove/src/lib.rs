//! What holds for every session of a service.

mod candidates;
mod patterns;
mod vocabulary;

pub use candidates::{MAX_CANDIDATES, Universe};
