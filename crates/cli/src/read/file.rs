//! Reads one file, or says why not.

use postproof_engine::diag::{Document, Text, text};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Larger files are refused: the largest lookup tables of providers are some
/// ten megabytes, and anything larger is no configuration.
pub(crate) const MAX_BYTES: u64 = 64 << 20;

/// How much of a file is looked at to tell text from anything else.
const PROBE_BYTES: usize = 64 << 10;

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Missing,
    NotAllowed,
    Directory,
    /// A pipe, socket or device: reading might never end.
    Special,
    TooLarge,
    Binary,
    Other(String),
}

impl From<&std::io::Error> for Refusal {
    fn from(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Refusal::Missing,
            ErrorKind::PermissionDenied => Refusal::NotAllowed,
            ErrorKind::IsADirectory => Refusal::Directory,
            _ => Refusal::Other(error.to_string()),
        }
    }
}

impl Refusal {
    /// `path: reason`.
    pub(crate) fn text(&self, path: &Path) -> Text {
        let reason = self.reason();
        let path = path.display();
        text!("{path}: {reason}", "{path}: {reason}", reason = reason)
    }

    fn reason(&self) -> Text {
        let limit = MAX_BYTES >> 20;
        match self {
            Refusal::Missing => Text::fixed("no such file or directory", "파일이나 디렉터리가 없습니다"),
            Refusal::NotAllowed => {
                Text::fixed("no permission to read it (run as root?)", "읽을 권한이 없습니다 (root로 실행합니까?)")
            }
            Refusal::Directory => Text::fixed("a directory, not a file", "파일이 아니라 디렉터리입니다"),
            Refusal::Special => Text::fixed("no regular file", "일반 파일이 아닙니다"),
            Refusal::TooLarge => {
                text!("larger than {limit} MiB, the most that is read", "읽을 수 있는 {limit} MiB 크기를 넘습니다")
            }
            Refusal::Binary => Text::fixed("a binary file, not text", "글이 아니라 바이너리 파일입니다"),
            Refusal::Other(why) => Text::verbatim(why.clone()),
        }
    }
}

/// Reads a file that the user named.
pub(crate) fn document(path: &Path) -> Result<Document, Text> {
    let bytes = read(path).map_err(|refusal| refusal.text(path))?;
    Ok(Document::new(path.display().to_string(), bytes))
}

/// Reads a regular file of text.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Refusal> {
    // Before opening: opening a pipe waits for its writer.
    let meta = std::fs::metadata(path).map_err(|error| Refusal::from(&error))?;
    if meta.is_dir() {
        return Err(Refusal::Directory);
    }
    if !meta.is_file() {
        return Err(Refusal::Special);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| Refusal::from(&error))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| Refusal::from(&error))?;
    accept(&bytes)?;
    Ok(bytes)
}

/// Whether these bytes are text of a size that is read.
pub(crate) fn accept(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    if is_binary(bytes) { Err(Refusal::Binary) } else { Ok(()) }
}

/// More than one control byte in a hundred: executables, archives and UTF-16
/// have many more, a configuration with a stray NUL byte far fewer.
fn is_binary(bytes: &[u8]) -> bool {
    let probe = bytes.get(..PROBE_BYTES).unwrap_or(bytes);
    let odd = |byte: &&u8| matches!(**byte, 0..=7 | 14..=26 | 28..=31 | 127);
    probe.iter().filter(odd).count() * 100 > probe.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_text_from_anything_else() {
        let text = [b"smtpd_banner = x\n".repeat(20).as_slice(), b"\0"].concat();
        assert!(!is_binary(&text));
        assert!(!is_binary("\u{1b}[1m한글\r\n\u{c}".as_bytes()));
        assert!(!is_binary(b""));
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0"));
        assert!(is_binary(b"\xff\xfea\0=\0b\0"));
    }

    #[test]
    fn a_device_is_refused_before_it_is_read() {
        assert_eq!(read(Path::new("/dev/zero")), Err(Refusal::Special));
        assert_eq!(read(Path::new("/nonexistent/x")), Err(Refusal::Missing));
    }

    #[test]
    fn a_file_past_the_limit_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("large");
        File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(read(&path), Err(Refusal::TooLarge));
    }
}
