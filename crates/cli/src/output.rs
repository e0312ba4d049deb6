//! Writes to the terminal, in colour where it is one.

use crate::args::Color;
use anstream::{AutoStream, ColorChoice};
use postproof_engine::diag::{Lang, Text};
use std::io::{self, Write};

/// Standard output with the colours decided.
pub(crate) struct Output {
    stream: AutoStream<io::StdoutLock<'static>>,
    /// Whether colours are used.
    pub(crate) color: bool,
    /// A reader that went away (`| head`) wants no more, and no message.
    closed: bool,
}

impl Output {
    /// Opens standard output. `auto` is the terminal's, NO_COLOR's and
    /// CLICOLOR's choice.
    pub(crate) fn new(wish: Color) -> Self {
        let choice = match wish {
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
            Color::Auto => AutoStream::choice(&io::stdout()),
        };
        let color = choice != ColorChoice::Never;
        Self { stream: AutoStream::new(io::stdout().lock(), choice), color, closed: false }
    }

    /// Writes text; after the reader went away nothing happens.
    pub(crate) fn write(&mut self, text: &str) {
        if self.closed {
            return;
        }
        let written = self.stream.write_all(text.as_bytes()).and_then(|()| self.stream.flush());
        if let Err(error) = written {
            self.closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                complain(&Text::verbatim(error.to_string()), Lang::En);
            }
        }
    }
}

/// Columns of the terminal, else the default.
pub(crate) fn width() -> usize {
    let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.unwrap_or(postproof_report::text::DEFAULT_WIDTH).min(MAX_WIDTH)
}

/// Sentences longer than this are hard to read, however wide the screen.
const MAX_WIDTH: usize = 140;

/// Says on standard error what went wrong. Where even that fails there is
/// nobody to tell.
pub(crate) fn complain(text: &Text, lang: Lang) {
    let _ = writeln!(io::stderr(), "postproof: {}", text.get(lang));
}
