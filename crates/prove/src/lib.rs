//! What holds for every session of a service, and what no session ever meets.
//!
//! The same evaluator that answers one session is played for all of them:
//! [`Universe`] holds, for each fact of a session, one candidate for each kind
//! that the configuration can tell apart, and the evaluator narrows them as it
//! asks. [`prove`] decides claims about a service; what the words of a claim say
//! of tables that were not given stands in `premises`.

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
