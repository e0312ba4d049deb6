//! Unified diffs: what a file holds after the change is configuration.

/// Lines that a hunk still has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    old: usize,
    new: usize,
}

/// What a line of a hunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HunkLine {
    /// In the file after the change; its first character is the mark.
    Stays,
    /// Taken out by the change, or a remark of diff.
    Gone,
}

impl Hunk {
    /// Reads `@@ -1,4 +1,5 @@`.
    pub(super) fn at(line: &str) -> Option<Self> {
        let ranges = line.strip_prefix("@@ -")?;
        let (old, rest) = ranges.split_once(" +")?;
        let (new, _) = rest.split_once(" @@")?;
        let count = |range: &str| match range.split_once(',') {
            Some((start, count)) => start.parse::<usize>().ok().and(count.parse().ok()),
            None => range.parse::<usize>().ok().map(|_| 1),
        };
        Some(Self { old: count(old)?, new: count(new)? })
    }

    /// What `line` is; nothing if the hunk is over.
    pub(super) fn line(&mut self, line: &str) -> Option<HunkLine> {
        if self.old == 0 && self.new == 0 {
            return None;
        }
        match line.chars().next() {
            // Mail programs take the blank off an empty line.
            None | Some(' ' | '\t') => {
                (self.old, self.new) = (self.old.saturating_sub(1), self.new.saturating_sub(1));
                Some(HunkLine::Stays)
            }
            Some('+') => {
                self.new = self.new.saturating_sub(1);
                Some(HunkLine::Stays)
            }
            Some('-') => {
                self.old = self.old.saturating_sub(1);
                Some(HunkLine::Gone)
            }
            Some('\\') => Some(HunkLine::Gone),
            Some(_) => None,
        }
    }
}

/// The path of the changed file in `+++ b/main.cf` with or without a time.
pub(super) fn changed_path(line: &str) -> Option<&str> {
    let path = line.strip_prefix("+++ ")?.split('\t').next()?.trim();
    let path = path.strip_prefix("b/").unwrap_or(path);
    (!path.is_empty() && !path.contains(' ')).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_ends_when_its_lines_are_used_up() {
        let mut hunk = Hunk::at("@@ -1,2 +1 @@ x").unwrap();
        assert_eq!(hunk.line("-a"), Some(HunkLine::Gone));
        assert_eq!(hunk.line(" b"), Some(HunkLine::Stays));
        assert_eq!(hunk.line(" c"), None);
        assert_eq!(Hunk::at("@@ x"), None);
        assert_eq!(changed_path("+++ b/main.cf\t2024-01-01"), Some("main.cf"));
    }
}
