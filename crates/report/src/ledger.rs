//! The ledger of a migration: as text for people, as structs for JSON.

use crate::json::v1::{Ledger, LedgerLine, LedgerNote, LedgerSample, LedgerSummary};
use crate::json::{JsonOptions, written};
use postproof_diag::{Lang, LineIndex, SourceMap, Span, decode};
use postproof_engine::migration::{Kind, Migration};
use std::collections::BTreeMap;

/// The word of a kind in JSON.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Kept => "kept",
        Kind::Renamed => "renamed",
        Kind::Moved => "moved",
        Kind::Merged => "merged",
        Kind::Dropped => "dropped",
        Kind::NeedsYou => "needs-you",
        Kind::TooNew => "too-new",
    }
}

/// The word of a kind for people.
fn shown(kind: Kind, lang: Lang) -> &'static str {
    let (en, ko) = match kind {
        Kind::Kept => ("kept", "유지"),
        Kind::Renamed => ("renamed", "변경"),
        Kind::Moved => ("moved", "이동"),
        Kind::Merged => ("merged", "병합"),
        Kind::Dropped => ("dropped", "삭제"),
        Kind::NeedsYou => ("needs you", "답 필요"),
        Kind::TooNew => ("too new", "너무 새로움"),
    };
    match lang {
        Lang::En => en,
        Lang::Ko => ko,
    }
}

/// The ledger as structs.
pub fn ledger(migration: &Migration, sources: &SourceMap, options: &JsonOptions) -> Ledger {
    let lang = options.lang;
    let indexes: BTreeMap<_, _> = sources.iter().map(|(id, document)| (id, LineIndex::of(&document.bytes))).collect();
    let lines_of = |span: Span| {
        let line = |at| indexes.get(&span.file).map_or(0, |index| index.line(at) as usize);
        (line(span.start), line(span.end.saturating_sub(1).max(span.start)))
    };
    let hide = |text: &str| if options.show_secrets { text.to_owned() } else { masked(text) };
    let count = |kind| migration.count(kind);
    Ledger {
        schema: "postproof.ledger/1",
        postproof: env!("CARGO_PKG_VERSION"),
        lang: match lang {
            Lang::En => "en",
            Lang::Ko => "ko",
        },
        summary: LedgerSummary {
            lines: migration.entries.len(),
            kept: count(Kind::Kept),
            renamed: count(Kind::Renamed),
            moved: count(Kind::Moved),
            merged: count(Kind::Merged),
            dropped: count(Kind::Dropped),
            needs_you: count(Kind::NeedsYou),
            too_new: count(Kind::TooNew),
        },
        lines: migration
            .entries
            .iter()
            .map(|entry| {
                let (first, last) = lines_of(entry.span);
                let source = decode(sources.slice(entry.span));
                let lines: Vec<String> = source.trim_end().lines().map(hide).collect();
                LedgerLine {
                    file: sources.path(entry.span.file).to_owned(),
                    first,
                    last,
                    kind: word(entry.kind),
                    source: lines.join("\n"),
                    result: entry.result.iter().map(|line| hide(line)).collect(),
                    reason: entry.reason.get(lang).to_owned(),
                    question: entry.question.as_ref().map(|question| question.get(lang).to_owned()),
                    samples: entry
                        .samples
                        .iter()
                        .map(|sample| LedgerSample {
                            user: sample.user,
                            before: sample.before.clone(),
                            after: sample.after.clone(),
                        })
                        .collect(),
                }
            })
            .collect(),
        notes: migration
            .notes
            .iter()
            .map(|note| LedgerNote { text: note.text.get(lang).to_owned(), question: note.question })
            .collect(),
    }
}

/// The ledger as JSON.
pub fn json(migration: &Migration, sources: &SourceMap, options: &JsonOptions) -> String {
    written(&ledger(migration, sources, options))
}

/// The ledger as text: each line, what became of it, and why.
pub fn text(migration: &Migration, sources: &SourceMap, options: &JsonOptions) -> String {
    let lang = options.lang;
    let ledger = ledger(migration, sources, options);
    let mut out = String::new();
    let mut file = "";
    for (line, entry) in ledger.lines.iter().zip(&migration.entries) {
        if line.file != file {
            file = &line.file;
            out.push_str(&format!("{}{file}\n", if out.is_empty() { "" } else { "\n" }));
        }
        let first = line.source.lines().next().unwrap_or_default().trim();
        out.push_str(&format!("{:5}  {:9}  {}\n", line.first, shown(entry.kind, lang), visible(first)));
        if entry.kind == Kind::Kept {
            continue;
        }
        for rest in line.source.lines().skip(1) {
            out.push_str(&format!("{:18}{}\n", "", visible(rest.trim_end())));
        }
        for result in &line.result {
            out.push_str(&format!("{:16}> {}\n", "", visible(result)));
        }
        out.push_str(&format!("{:18}{}\n", "", line.reason));
        if let Some(question) = &line.question {
            out.push_str(&format!("{:16}? {question}\n", ""));
        }
        for sample in &line.samples {
            let (user, before, after) = (sample.user, visible(&sample.before), visible(&sample.after));
            let both = if before == after { after } else { format!("{before} > {after}") };
            out.push_str(&format!("{:18}{user}: {both}\n", ""));
        }
    }
    if !ledger.notes.is_empty() {
        out.push('\n');
    }
    for note in &ledger.notes {
        out.push_str(&format!("{} {}\n", if note.question { "?" } else { "-" }, note.text));
    }
    let counts = Kind::ALL.into_iter().filter(|kind| migration.count(*kind) > 0);
    let counts: Vec<String> = counts.map(|kind| format!("{} {}", migration.count(kind), shown(kind, lang))).collect();
    out.push_str(&format!("\n{}\n", counts.join(", ")));
    out
}

/// Control characters made visible, so that a configuration can't drive the
/// terminal of its reader.
fn visible(text: &str) -> String {
    text.chars().map(|ch| if ch.is_control() && ch != '\t' { '\u{fffd}' } else { ch }).collect()
}

/// Names whose value is a password or key.
const SECRETS: [&str; 7] =
    ["password", "dnpass", "hash_nonce", "api_key", "client_secret", "key_password", "private_password"];
const MASK: &str = "********";

/// A line without its passwords.
fn masked(line: &str) -> String {
    let Some((name, value)) = line.split_once('=') else { return line.to_owned() };
    let key = name.trim().trim_start_matches("# 2.3:").trim();
    if SECRETS.iter().any(|secret| key.ends_with(secret)) && !value.trim().is_empty() {
        return format!("{name}= {MASK}");
    }
    // `connect = … password=secret`, `args = password=secret`
    let word = |word: &str| match word.split_once('=') {
        Some((key, text)) if SECRETS.iter().any(|secret| key.ends_with(secret)) && !text.is_empty() => {
            format!("{key}={MASK}")
        }
        Some(_) | None => word.to_owned(),
    };
    let value: Vec<String> = value.split(' ').map(word).collect();
    format!("{name}={}", value.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_in_every_form() {
        assert_eq!(masked("  dnpass = hunter2"), "  dnpass = ********");
        assert_eq!(masked("connect = host=x password=hunter2 user=a"), "connect = host=x password=******** user=a");
        assert_eq!(masked("password = \"a b\""), "password = ********");
        assert_eq!(masked("mail_path = ~/x=y"), "mail_path = ~/x=y");
    }
}
