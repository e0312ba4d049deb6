//! Lines that say what follows: `==> /etc/postfix/main.cf <==`, `**main.cf**`.

use super::Vocabulary;
use super::command::{Expected, commands};
use super::hunk::changed_path;

/// How sure it is that a line is a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// `==> path <==`: nothing else looks like this.
    Header,
    /// A line with nothing but the name and decoration.
    Alone,
    /// A comment with nothing but the name: a file may also name itself.
    Comment,
    /// A sentence or heading that names it.
    Sentence,
}

/// A title and what it announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) weight: Weight,
    pub(super) expected: Expected,
}

/// Longer lines are no titles.
const MAX_TITLE: usize = 200;

/// Reads a line as a title.
pub(super) fn title(line: &str, words: Vocabulary<'_>) -> Option<Title> {
    let line = line.trim();
    // Every name we look for has one of these.
    let may_name = line.contains(['.', '/']) || line.contains("conf") || line.contains("dovecot");
    if line.len() > MAX_TITLE || !may_name {
        return None;
    }
    if let Some(path) = line.strip_prefix("==> ").and_then(|rest| rest.strip_suffix(" <==")) {
        let expected = Expected { kind: words.file_kind(path), name: path.to_owned(), whole: true };
        return Some(Title { weight: Weight::Header, expected });
    }
    if let Some(path) = changed_path(line) {
        let expected = Expected { kind: words.file_kind(path), name: path.to_owned(), whole: false };
        return expected.kind.map(|_| Title { weight: Weight::Header, expected });
    }
    let bare = without_tags(line).trim_matches(|ch: char| "#*_`=-:<>[]()\"' \t~+|;".contains(ch));
    if let Some(expected) = announced(bare, words) {
        let weight = if line.starts_with('#') { Weight::Comment } else { Weight::Alone };
        return Some(Title { weight, expected });
    }
    sentence(line, words)
}

/// The text between tags such as `<summary>` and `[b]`.
fn without_tags(line: &str) -> &str {
    let is_tag = |tag: &str| {
        let name = tag.trim_start_matches('/');
        (1..=10).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut text = line;
    for (open, close) in [('<', '>'), ('[', ']')] {
        while let Some((tag, rest)) = text.strip_prefix(open).and_then(|rest| rest.split_once(close)) {
            match is_tag(tag) && !rest.is_empty() {
                true => text = rest,
                false => break,
            }
        }
        while let Some((rest, tag)) = text.strip_suffix(close).and_then(|rest| rest.rsplit_once(open)) {
            match is_tag(tag) && !rest.is_empty() {
                true => text = rest,
                false => break,
            }
        }
    }
    text
}

/// The file or command, if the text is nothing but its name.
fn announced(text: &str, words: Vocabulary<'_>) -> Option<Expected> {
    if text.contains('=') {
        return None;
    }
    if !text.contains(' ') {
        let known = words.file_kind(text).filter(|_| text.contains(['.', '/']));
        let ours = text.starts_with("/etc/postfix/") || text.starts_with("/etc/dovecot/");
        return (known.is_some() || ours).then(|| Expected { kind: known, name: text.to_owned(), whole: true });
    }
    let path =
        text.strip_prefix("cat ").or_else(|| text.strip_prefix("File: ")).or_else(|| text.strip_prefix("file: "));
    if let Some(path) = path {
        return announced(path.trim(), words);
    }
    let found = command_in(text, words)?;
    (found.0 == 0 && found.1 == text.len()).then_some(found.2)
}

/// `postconf …` or `doveconf …` with flags, in a text: from, to, what it prints.
fn command_in(text: &str, words: Vocabulary<'_>) -> Option<(usize, usize, Expected)> {
    let start =
        ["postconf -", "doveconf -", "dovecot -n", "dovecot -a"].iter().filter_map(|name| text.find(name)).min()?;
    let start = text
        .get(..start)?
        .rfind(|ch: char| ch.is_whitespace() || "`*\"'(".contains(ch))
        .map_or(0, |at| at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let command = text.get(start..)?;
    let mut clean = "";
    let mut end = 0;
    for word in command.split_inclusive(' ') {
        let bare = word.trim_end_matches(|ch: char| !ch.is_ascii_alphanumeric());
        if end > 0 && !bare.starts_with('-') {
            break;
        }
        clean = command.get(..end + bare.len()).unwrap_or(clean);
        end += word.len();
        if word.trim_end() != bare {
            break;
        }
    }
    let expected = commands(clean, words).expected.into_iter().next()?;
    Some((start, start + clean.len(), expected))
}

/// A heading, or a sentence that ends with a colon, and names one file.
fn sentence(line: &str, vocabulary: Vocabulary<'_>) -> Option<Title> {
    if line.contains('=') {
        return None;
    }
    let announces =
        line.ends_with([':', '：']) || line.starts_with("## ") || line.starts_with("### ") || line.starts_with("#### ");
    if !announces {
        return None;
    }
    if let Some((_, _, expected)) = command_in(line, vocabulary) {
        return Some(Title { weight: Weight::Sentence, expected });
    }
    let clean = |word: &str| word.trim_matches(|ch: char| "`*\"'()[]:,.<>".contains(ch)).to_owned();
    // A path without a suffix is a file only where a setting names it.
    let is_file = |word: &str| match word.contains('.') {
        true => vocabulary.file_kind(word).is_some(),
        false => word.contains('/') && (vocabulary.configured_file)(word).is_some(),
    };
    let words = line.split_whitespace().map(clean);
    let mut files = words.filter(|word| is_file(word));
    let name = files.next()?;
    if files.next().is_some() {
        return None;
    }
    let expected = Expected { kind: vocabulary.file_kind(&name), name, whole: false };
    Some(Title { weight: Weight::Sentence, expected })
}

#[cfg(test)]
mod tests {
    use super::super::PartKind;
    use super::super::tests::words;
    use super::*;

    fn named(line: &str) -> Option<Title> {
        words(|words| title(line, words))
    }

    fn read(line: &str) -> Option<(Weight, PartKind, String)> {
        let title = named(line)?;
        Some((title.weight, title.expected.kind?, title.expected.name))
    }

    fn is(line: &str, weight: Weight, kind: PartKind, name: &str) {
        assert_eq!(read(line), Some((weight, kind, name.to_owned())), "{line}");
    }

    #[test]
    fn names_with_decoration_are_titles() {
        is("==> /etc/postfix/main.cf <==", Weight::Header, PartKind::MainCf, "/etc/postfix/main.cf");
        is("# /etc/postfix/main.cf", Weight::Comment, PartKind::MainCf, "/etc/postfix/main.cf");
        is("--- main.cf ---", Weight::Alone, PartKind::MainCf, "main.cf");
        assert_eq!(named("# /etc/postfix/relay_passwd").map(|title| title.expected.kind), Some(None));
        is("<summary>postconf -n</summary>", Weight::Alone, PartKind::PostconfN, "postconf -n");
        is("[b]main.cf[/b]", Weight::Alone, PartKind::MainCf, "main.cf");
        is("master.cf:", Weight::Alone, PartKind::MasterCf, "master.cf");
        is("**main.cf**", Weight::Alone, PartKind::MainCf, "main.cf");
        is("**`postconf -n`**", Weight::Alone, PartKind::PostconfN, "postconf -n");
        is("Here is the output of postconf -n:", Weight::Sentence, PartKind::PostconfN, "postconf -n");
        is("My main.cf looks like this:", Weight::Sentence, PartKind::MainCf, "main.cf");
    }

    #[test]
    fn sentences_that_only_mention_files_are_none() {
        assert_eq!(read("I changed main.cf and nothing happened."), None);
        assert_eq!(read("# See /usr/share/postfix/main.cf.dist for a commented, more complete version"), None);
        assert_eq!(read("Copy main.cf to master.cf:"), None);
        assert_eq!(read("virtual"), None);
    }
}
