//! What goes to standard error, and why a run stops.

use postproof_diag::{Text, text};
use std::collections::HashSet;

/// How many bytes of messages are kept. The real program has no limit; a text
/// of nothing but open braces would make it print its own square.
pub const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// Why nothing more is read or printed.
#[derive(Debug)]
pub(super) enum Stop {
    /// The real program stops here too, and the message is in the log.
    Fatal,
    /// A limit of ours was reached, where the real program would crash or run on.
    Limit(Text),
}

/// The lines for standard error, each once, in the order they first came.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) lines: Vec<String>,
    seen: HashSet<String>,
    bytes: usize,
}

impl Log {
    /// `postconf: warning: …`
    pub(super) fn warn(&mut self, message: &str) -> Result<(), Stop> {
        self.add(format!("postconf: warning: {message}"))
    }

    /// `postconf: fatal: …`
    pub(super) fn fatal(&mut self, message: &str) -> Stop {
        match self.add(format!("postconf: fatal: {message}")) {
            Ok(()) => Stop::Fatal,
            Err(stop) => stop,
        }
    }

    fn add(&mut self, line: String) -> Result<(), Stop> {
        if self.seen.contains(&line) {
            return Ok(());
        }
        self.bytes += line.len();
        if self.bytes > MAX_MESSAGE_BYTES {
            let megabytes = MAX_MESSAGE_BYTES >> 20;
            return Err(Stop::Limit(text!(
                "more than {megabytes} MiB of messages; Postproof stops here",
                "메시지가 {megabytes} MiB를 넘어 Postproof가 여기서 멈춥니다"
            )));
        }
        self.seen.insert(line.clone());
        self.lines.push(line);
        Ok(())
    }
}

/// Bytes as messages show them: one `?` for each that is not printable ASCII.
// printable.c; postconf does not turn UTF-8 on
pub(super) fn shown(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '?' }).collect()
}

/// The same, of the first `limit` bytes.
pub(super) fn shown_start(bytes: &[u8], limit: usize) -> String {
    shown(bytes.get(..limit).unwrap_or(bytes))
}
