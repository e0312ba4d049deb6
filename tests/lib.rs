//! Shared helpers of the integration tests: the fixtures.

use std::path::{Path, PathBuf};

/// The pastes of `fixtures/`, each one document. The directory `host/` beside
/// them is read by the tests of the command line.
pub const PASTES: &[&str] = &[
    "broken/main.cf",
    "crlf/main.cf",
    "forum.txt",
    "latin1/main.cf",
    "postconf-n.txt",
    "review.ko.md",
    "two-hosts.txt",
];

/// The directory of the fixtures.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The bytes of a fixture, or why it can't be read.
pub fn bytes(name: &str) -> std::io::Result<Vec<u8>> {
    std::fs::read(directory().join(name))
}
