//! Edits of fixes: made in the texts, and shown as lines that go and come.

use crate::state::{Checked, Doc};
use postproof_engine::diag::{Edit, Fix, Text, decode};

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It stays.
    Same,
    /// It goes.
    Removed,
    /// It comes.
    Added,
}

/// One line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DiffLine {
    /// What becomes of it.
    pub sign: Sign,
    /// Its text, secrets masked.
    pub text: String,
}

/// Makes the edits of fixes in the documents: each fix whole or not at all, so
/// that one whose place an earlier one changed waits for the next answer.
/// Gives the new documents and the title of what was done; nothing where no
/// fix could be made.
pub(crate) fn apply(docs: &[Doc], fixes: &[Fix]) -> Option<(Vec<Doc>, Text)> {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut done: Vec<&Fix> = Vec::new();
    for fix in fixes {
        let clash = |edit: &Edit| edits.iter().any(|other| overlap(other, edit));
        let fits = |edit: &Edit| {
            let doc = docs.get(edit.span.file.0 as usize).filter(|doc| doc.raw.is_none());
            doc.is_some_and(|doc| doc.text.get(edit.span.start as usize..edit.span.end as usize).is_some())
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(|edit| fits(edit) && !clash(edit)) {
            edits.extend(&fix.edits);
            done.push(fix);
        }
    }
    edits.sort_by_key(|edit| (edit.span.file, edit.span.start));
    let mut changed = docs.to_vec();
    for edit in edits.iter().rev() {
        let Some(doc) = changed.get_mut(edit.span.file.0 as usize) else { continue };
        let mut text = doc.text.to_string();
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
        doc.text = text.into();
    }
    let title = match done.as_slice() {
        [] => return None,
        [fix] => fix.title.clone(),
        [first, rest @ ..] => {
            let more = rest.len();
            postproof_engine::diag::text!("{first}, and {more} more", "{first}, 그 밖에 {more}건", first = first.title)
        }
    };
    Some((changed, title))
}

fn overlap(one: &Edit, other: &Edit) -> bool {
    one.span.file == other.span.file
        && (one.span == other.span || (one.span.start < other.span.end && other.span.start < one.span.end))
}

/// The lines that a fix touches, as they are and as they will be.
pub(crate) fn diff(checked: &Checked, fix: &Fix) -> Vec<DiffLine> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.file, edit.span.start));
    let mut shown = Vec::new();
    let mut rest = edits.as_slice();
    while let [first, ..] = rest {
        let Some((from, mut to)) = bounds(checked, first) else { break };
        // Edits of the same or of touching lines are one block.
        let mut taken = 1;
        while let Some(next) = rest.get(taken) {
            match bounds(checked, next) {
                Some((start, end)) if next.span.file == first.span.file && start < to => to = to.max(end),
                _ => break,
            }
            taken += 1;
        }
        let (block, later) = rest.split_at(taken);
        shown.extend(block_diff(checked, block, from, to));
        rest = later;
    }
    shown
}

/// The whole lines around an edit. An insertion at the start of a line belongs
/// to the line before it, which then shows where the new line goes.
fn bounds(checked: &Checked, edit: &Edit) -> Option<(u32, u32)> {
    let index = checked.lines.get(edit.span.file.0 as usize)?;
    let opens_line = index.range(index.line(edit.span.start))?.start == edit.span.start;
    let shift = u32::from(edit.span.is_empty() && opens_line && edit.span.start > 0);
    let first = index.range(index.line(edit.span.start - shift))?;
    let last = index.range(index.line(edit.span.end.max(edit.span.start + 1) - 1 - shift)).unwrap_or(first.clone());
    Some((first.start, last.end.max(edit.span.end)))
}

fn block_diff(checked: &Checked, edits: &[&Edit], from: u32, to: u32) -> Vec<DiffLine> {
    let Some(first) = edits.first() else { return Vec::new() };
    let Some(document) = checked.report.sources.get(first.span.file) else { return Vec::new() };
    let mut old = decode(document.bytes.get(from as usize..to as usize).unwrap_or_default()).into_owned();
    let mut new = old.clone();
    for edit in edits.iter().rev() {
        let range = (edit.span.start - from) as usize..(edit.span.end - from) as usize;
        if new.get(range.clone()).is_some() {
            new.replace_range(range, &edit.replacement);
        }
    }
    for secret in checked.secrets.iter().filter(|span| span.file == first.span.file && !span.is_empty()) {
        let word = decode(checked.report.sources.slice(*secret)).into_owned();
        old = old.replace(&word, super::frame::MASK);
        new = new.replace(&word, super::frame::MASK);
    }
    compare(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>())
}

fn compare(old: &[&str], new: &[&str]) -> Vec<DiffLine> {
    let line = |sign, text: &&str| DiffLine { sign, text: (*text).to_string() };
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let mut shown: Vec<DiffLine> = old.iter().take(head).map(|text| line(Sign::Same, text)).collect();
    shown.extend(old.iter().take(old.len() - tail).skip(head).map(|text| line(Sign::Removed, text)));
    shown.extend(new.iter().take(new.len() - tail).skip(head).map(|text| line(Sign::Added, text)));
    shown.extend(old.iter().skip(old.len() - tail).map(|text| line(Sign::Same, text)));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_engine::Report;
    use postproof_engine::diag::{Document, FileId, Safety, SourceMap, Span};

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let edit = |(start, end, with): &(u32, u32, &str)| Edit {
            span: Span::new(FileId(0), *start, *end),
            replacement: (*with).to_string(),
        };
        Fix { title: Text::fixed("t", "ㅌ"), edits: edits.iter().map(edit).collect(), safety: Safety::Safe }
    }

    fn checked(text: &str) -> Checked {
        let mut sources = SourceMap::default();
        sources.add(Document::new("main.cf", text));
        Checked::of(Report { sources, hosts: Vec::new(), left_alone: Vec::new(), secrets: Vec::new() })
    }

    #[test]
    fn fixes_that_clash_wait() {
        let docs = [Doc::pasted("a = b\nc = d\n")];
        let (after, _) = apply(&docs, &[fix(&[(4, 5, "x")]), fix(&[(0, 6, "")]), fix(&[(10, 11, "y")])]).unwrap();
        assert_eq!(after[0].text.as_ref(), "a = x\nc = y\n");
        assert!(apply(&docs, &[fix(&[(0, 99, "")])]).is_none());
    }

    #[test]
    fn an_inserted_line_shows_the_line_it_follows() {
        let shown = diff(&checked("a = b\nc = d\n"), &fix(&[(6, 6, "n = 1\n")]));
        let lines: Vec<_> = shown.iter().map(|line| (line.sign, line.text.as_str())).collect();
        assert_eq!(lines, [(Sign::Same, "a = b"), (Sign::Added, "n = 1")]);
    }

    #[test]
    fn a_changed_word_shows_both_lines() {
        let shown = diff(&checked("a = b\nc = d\n"), &fix(&[(10, 11, "e")]));
        let lines: Vec<_> = shown.iter().map(|line| (line.sign, line.text.as_str())).collect();
        assert_eq!(lines, [(Sign::Removed, "c = d"), (Sign::Added, "c = e")]);
    }
}
