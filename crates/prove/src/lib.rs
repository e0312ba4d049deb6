//! What holds for every session of a service, and what no session ever meets.
//!
//! Why a claim that is said to hold does:
//!
//! 1. smtpd reads a session only by what lists and tables make of its parts (address,
//!    names, HELO, TLS, login, sender, recipient), so that parts which all of them answer
//!    alike stand for each other.
//! 2. [`Universe`] has one candidate for every such kind. Keys of tables with their parents
//!    and forms are listed; the address space is cut at every network; all tables of
//!    patterns are followed side by side as automata (`strings`), so that no combination of
//!    patterns is left to luck.
//! 3. The evaluator that answers one session (`postproof_sim`) is played for all candidates
//!    at once, and narrows them as it asks (`walk`).
//! 4. What it lets through is judged as mail, not as a reply: rewritten and routed as
//!    cleanup(8), trivial-rewrite(8) and local(8) do it (`claims`).
//! 5. What is not known is asked both ways (`premises`, `claims::powers`,
//!    `claims::releases`) and becomes a condition.
//! 6. What a limit cuts off makes a claim unknown (`limits`), and what fails is played
//!    again as one session: neither rests on the search.
//!
//! [`host_proofs`] looks at the ways into the host beside smtpd.

mod candidates;
mod claims;
mod compare;
mod conditions;
mod dead;
mod domains;
mod glance;
mod host;
mod limits;
mod premises;
mod strings;
#[cfg(test)]
mod testing;
mod vocabulary;
mod walk;

pub use candidates::Universe;
pub use claims::{Around, Claim, Exception, Proof, Proofs, Verdict, Witness, prove};
pub use compare::{
    Change, Comparison, Difference, Edit, Edited, Kind, MAX_CHANGES, MAX_COMPARED, Place, compare, differences,
    reply_at,
};
pub use conditions::{Condition, MAX_CONDITIONS, clause};
pub use dead::{Dead, DeadEntries, DeadEntry, dead, dead_in_all};
pub use glance::{Glance, dead_in_glances, glances};
pub use host::{HostClaim, HostProof, HostVerdict, entrances, host_proofs};
pub use limits::{Limit, MAX_CANDIDATES};
pub use premises::Premise;
