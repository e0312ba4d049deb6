//! Standard output.

use postproof_syntax::exact::{SPACE, Words};

/// How much the real program writes at once: what it holds back is lost when
/// it stops at an error.
// vstream.h, VSTREAM_BUFSIZE
const BUFFER: usize = 4096;

/// What was printed.
#[derive(Debug, Default)]
pub(super) struct Out(pub(super) Vec<u8>);

impl Out {
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// `name = value` with one space between all words.
    // postconf_print.c, pcf_print_line
    pub(super) fn line(&mut self, name: &[u8], value: &[u8]) {
        let text = [name, b" = ", value].concat();
        for (at, word) in Words::plain(&text, SPACE).enumerate() {
            if at > 0 {
                self.put(b" ");
            }
            self.put(word);
        }
        self.put(b"\n");
    }

    /// What is left of it when the program stops at an error.
    pub(super) fn cut_by_fatal(&mut self) {
        let written = self.0.len().saturating_sub(1) / BUFFER * BUFFER;
        self.0.truncate(written);
    }
}
