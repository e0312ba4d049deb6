//! Sets of clients in crowds, and who took them.

use crate::walk::{merged, merged_exactly};
use postproof_sim::{Crowd, EntryInfo};

/// Whom an entry has taken out.
pub(super) struct Taken<'e> {
    pub(super) entry: &'e EntryInfo,
    pub(super) crowds: Vec<Crowd>,
    /// Those of them who get no further at all.
    pub(super) refused: Vec<Crowd>,
    /// Whether it takes everybody whom it gets.
    pub(super) is_everybody: bool,
}

/// Crowds that are exact, or too many to tell all apart.
type Exactly = Result<Vec<Crowd>, Vec<Crowd>>;

/// The clients that are in both.
pub(super) fn intersected(one: &[Crowd], other: &[Crowd]) -> Vec<Crowd> {
    intersected_exactly(one, other).unwrap_or_else(merged)
}

/// The same, unless they are too many crowds.
pub(super) fn intersected_exactly(one: &[Crowd], other: &[Crowd]) -> Exactly {
    let pairs = one.iter().flat_map(|one| other.iter().map(move |other| one.and(other)));
    merged_exactly(pairs.filter(|crowd| !crowd.is_empty()).collect())
}

pub(super) fn meet(one: &[Crowd], other: &[Crowd]) -> bool {
    one.iter().any(|one| other.iter().any(|other| one.meets(other)))
}

/// The clients of the first that are not in the second.
pub(super) fn left_of(crowds: Vec<Crowd>, gone: &[Crowd]) -> Vec<Crowd> {
    left_of_exactly(crowds, gone).unwrap_or_else(merged)
}

/// The same, unless they are too many crowds.
pub(super) fn left_of_exactly(crowds: Vec<Crowd>, gone: &[Crowd]) -> Exactly {
    let left = gone.iter().fold(crowds, |left, gone| left.iter().flat_map(|crowd| crowd.without(gone)).collect());
    merged_exactly(left)
}

/// The entries that took these clients, the first of each; nothing: everybody.
pub(super) fn blockers(taken: &[Taken<'_>], clients: Option<Vec<Crowd>>) -> Vec<EntryInfo> {
    let Some(mut clients) = clients else {
        let alone = taken.iter().find(|one| one.is_everybody);
        return match alone {
            Some(one) => vec![one.entry.clone()],
            None => taken.iter().map(|one| one.entry.clone()).collect(),
        };
    };
    let mut found = Vec::new();
    for one in taken {
        if meet(&clients, &one.crowds) {
            clients = left_of(clients, &one.crowds);
            found.push(one.entry.clone());
        }
    }
    found
}
