//! Marks around the pieces of a key that a table of patterns puts into its value.

/// Before such a piece. Neither sign is a character of any text.
pub(crate) const OPEN: char = '\u{fdd0}';
/// Behind it.
pub(crate) const CLOSE: char = '\u{fdd1}';

/// Adds a piece between marks.
pub(super) fn marked(value: &mut Vec<u8>, piece: &[u8]) {
    let mut buffer = [0; 4];
    value.extend_from_slice(OPEN.encode_utf8(&mut buffer).as_bytes());
    value.extend_from_slice(piece);
    value.extend_from_slice(CLOSE.encode_utf8(&mut buffer).as_bytes());
}

/// A text without marks.
pub(crate) fn unmarked(text: &str) -> String {
    text.replace([OPEN, CLOSE], "")
}
