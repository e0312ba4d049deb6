//! An address with what is known of where its parts come from.

use super::Hop;
use crate::address::quote::{Quote, quoted, unquoted};
use crate::address::text_of;
use crate::table::{CLOSE, OPEN, unmarked};

/// An address, without quotes, and how it came about.
#[derive(Clone, Debug)]
pub(super) struct Traced {
    pub(super) text: String,
    /// Whether the client wrote something of the local part.
    pub(super) local: bool,
    /// Whether the client wrote something of the domain.
    pub(super) domain: bool,
    /// Whether a table put something of the client's into the address.
    pub(super) brought: bool,
    pub(super) via: Vec<Hop>,
}

impl Traced {
    /// An address as it was sent, now in full.
    pub(super) fn sent(sent: &str, full: String) -> Self {
        // `a!b` and `a%b` become `b@a` and `a@b`.
        let domain = sent.contains(['@', '!', '%']);
        Self { text: full, local: !sent.is_empty(), domain, brought: false, via: Vec::new() }
    }

    /// An address that is the value of a table, marks and all, now in full.
    pub(super) fn from_value(value: &str, full: String) -> Self {
        let (local, domain) = marked_parts(value);
        Self { text: full, local, domain, brought: local || domain, via: Vec::new() }
    }

    /// Whether any of it is the client's.
    pub(super) fn is_clients(&self) -> bool {
        self.local || self.domain
    }
}

/// Which parts of an address have something between marks: what stands before
/// its last `@`, and the rest.
pub(super) fn marked_parts(text: &str) -> (bool, bool) {
    let end = text.rfind('@').unwrap_or(text.len());
    let (mut local, mut domain, mut depth) = (false, false, 0_usize);
    for (at, ch) in text.char_indices() {
        match ch {
            OPEN => depth += 1,
            CLOSE => depth = depth.saturating_sub(1),
            _ if depth > 0 && at < end => local = true,
            _ if depth > 0 => domain = true,
            _ => {}
        }
    }
    (local, domain)
}

/// An address without the quotes of its local part.
pub(super) fn plain(external: &str) -> String {
    text_of(&unquoted(external.as_bytes()))
}

/// An address with its local part in quotes if it needs them.
pub(super) fn external(address: &str) -> String {
    text_of(&quoted(address.as_bytes(), Quote::Address))
}

/// Whether a text has marks of its own, so that they can't be told from ours.
pub(super) fn has_marks(text: &str) -> bool {
    text.contains([OPEN, CLOSE])
}

/// A text as a piece of what the client wrote.
pub(super) fn as_clients(text: &str) -> String {
    format!("{OPEN}{}{CLOSE}", unmarked(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tell_the_parts_apart() {
        let parts = |text: &str| marked_parts(&text.replace('<', "\u{fdd0}").replace('>', "\u{fdd1}"));
        assert_eq!(parts("a@b"), (false, false));
        assert_eq!(parts("<a>@b"), (true, false));
        assert_eq!(parts("a@<b>"), (false, true));
        assert_eq!(parts("<a@b>"), (true, true));
        assert_eq!(parts("<>a@b<>"), (false, false), "an empty piece is nothing");
    }
}
