//! Dovecot configuration as Dovecot 2.3.19 and 2.4.1 read it.
//!
//! [`read`] takes the texts of one server and gives a [`Reading`]: which
//! dialect it is and why, every assignment with its place and the blocks
//! around it, the value that counts in a given [`Scope`], and everything that
//! doveconf would refuse or warn of, all in one pass. The steps are those of
//! the real parsers, line by line; where doveconf stops at the first fault,
//! the reading goes on, and [`doveconf::print`] takes the first one.

mod check;
mod dialect;
pub mod doveconf;
mod earlier;
mod files;
mod net;
mod new;
mod old;
mod open;
mod problem;
mod reading;
mod scope;
mod source;
mod values;

pub use dialect::{Dialect, Told};
pub use files::{Input, MissingInclude, alternatives};
pub use net::Net;
pub use open::{OpenPassdb, anybody_logs_in, open_passdbs};
pub use problem::{Problem, ProblemKind, Stops};
pub use reading::{Assignment, Entry, Node, NodeId, Reading, Step, Stored};
pub use scope::{Scope, Section, Value};
pub use values::{Refused, accepts, canonical};

/// Reads the texts of one server. The dialect is told from them unless
/// `wanted` says it.
pub fn read(inputs: &[Input<'_>], wanted: Option<Dialect>) -> Reading {
    let told = match wanted {
        Some(dialect) => Told::wanted(dialect),
        None => dialect::tell(inputs),
    };
    let source = source::Source::new(inputs);
    let mut reading = match told.dialect {
        Dialect::V23 => old::read(source, told),
        Dialect::V24 => new::read(source, told),
    };
    check::run(&mut reading);
    reading
}

#[cfg(test)]
mod tests;
