//! What smtpd answers in a session, and why.
//!
//! A [`Config`] is one service made ready: parameters, lists and tables read
//! once. [`simulate`] plays one [`Session`] against it in a [`World`] (DNS,
//! policy servers, users, files) and gives a [`Reply`] for each command, with
//! every entry that was met on the way.
//!
//! Where a message goes that was taken, [`Config::queued`] (cleanup's rewriting) and
//! [`Config::ends_of`] (the same with all aliases of local(8)) tell.
//!
//! One evaluator serves single sessions and proofs. It never reads a fact of
//! the session directly: it asks [`Who::on`], which looks at one [`Var`] of the
//! session. For a single session that is the session's own value. For a proof
//! it is a set of candidate values: where they differ in the answer, the run
//! follows one answer with the candidates that give it, and [`explore`] comes
//! back for the others. What the world does not tell forks the run in the same
//! way. So a proof can't come to another answer than the simulation.

mod address;
mod asks;
mod check;
mod config;
mod crowd;
mod explore;
mod finding;
mod hash;
mod host;
mod lists;
mod personas;
mod session;
mod smtp;
mod table;
mod taken;
#[cfg(test)]
mod testing;
mod trace;
mod who;
mod world;

pub use address::{
    Alias, AliasTarget, Aliased, Class, End, Hop, NotQueued, NotQueuedWhy, Place, Queued, QueuedRecipient, Resolved,
    Rewriting, RewritingUnknown,
};
pub use asks::OWN_DOMAINS;
pub use check::EntryInfo;
pub use config::Config;
pub use crowd::Crowd;
pub use explore::{Explored, Explorer, MAX_PATHS, Path, explore};
pub use finding::{Assumed, Finding, Missing, Site, YES_OR_NO};
pub use host::on_assumed_host;
pub use lists::Members;
pub use personas::{Persona, Personas, Wanted, personas, stranger};
pub use session::{Certificate, Client, NameStatus, Protocol, Session};
pub use smtp::{Forked, MAX_WAYS, StartUpFault, play, simulate};
pub use table::{Alphabet, Found, Machine, Machines, Steps, Template};
pub use trace::{Command, Decider, Handling, Looked, Outcome, Reply, Status, Step, Verdict};
pub use who::{Candidates, Skips, Until, Var, Who};
pub use world::{Dns, DnsRecords, PolicyAnswer, PolicyRule, RecordType, Usual, World};
