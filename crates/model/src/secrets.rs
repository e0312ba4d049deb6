//! Places of passwords and keys, so that no output shows them.
