//! Maps with a hash that is quick for short keys: every command of every
//! session asks some.

use foldhash::fast::RandomState;
use foldhash::quality::FixedState;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

/// A map whose keys may come from anywhere.
pub(crate) type Map<K, V> = HashMap<K, V, RandomState>;

/// A number that stands for a value: always the same for the same value.
pub(crate) fn digest(value: impl Hash) -> u64 {
    FixedState::with_seed(0x706f_7374_7072_6f6f).hash_one(value)
}
