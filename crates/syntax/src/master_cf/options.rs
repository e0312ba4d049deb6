//! The `-o` options among the arguments of a master.cf entry.

use super::{Override, Word};
use crate::lines::trimmed;
use crate::main_cf::name_and_value;
use crate::{Problem, ProblemKind};
use nom::bytes::complete::{tag, take_while};
use nom::combinator::rest;
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};
use postproof_diag::{SourceText, Span, Text};
use std::ops::Range;

/// Letters of options without a value that may stand before another letter.
// multi_server.c and single_server.c: the options that daemons share
const SWITCHES: &[u8] = b"cdDlSuvVz";
/// Letters of options that take a value.
const VALUED: &[u8] = b"imnorstw";

/// The `-o` options, up to the first word that is no option: from there on the
/// words belong to the daemon, as with `argv=` of pipe(8).
// postconf_master.c, pcf_next_service_param and sys_defs.h, GETOPT: parsing
// ends at the first word without `-`, and at `--`
pub(super) fn overrides(source: &SourceText, words: &[Word], problems: &mut Vec<Problem>) -> Vec<Override> {
    let mut found = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let text = source.as_str().get(word.inner.clone()).unwrap_or_default();
        let Ok((_, (switches, value))) = option(text) else { break };
        let Some(letter) = value.bytes().next() else { if switches.is_empty() { break } else { continue } };
        if !VALUED.contains(&letter) {
            continue;
        }
        let glued = word.inner.end - (value.len() - 1)..word.inner.end;
        let value = match glued.is_empty() {
            false => Some(glued),
            true => words.next().map(|word| word.inner.clone()),
        };
        if letter != b'o' {
            continue;
        }
        let end = value.as_ref().map_or(word.range.end, |value| value.end.max(word.range.end));
        let Some(span) = source.span_of(word.range.start..end) else { continue };
        match value.and_then(|value| option_value(source, value, span)) {
            Some(option) => found.push(option),
            None => {
                problems.push(Problem { kind: ProblemKind::OptionSyntax, span, message: syntax() });
                // The daemon stops here. Reading on shows what was meant by the rest.
                while words.next_if(|word| !is_option(source, word)).is_some() {}
            }
        }
    }
    found
}

/// `-`, letters of options without value, and what follows them.
fn option(text: &str) -> IResult<&str, (&str, &str)> {
    preceded(tag("-"), pair(take_while(|ch: char| u8::try_from(ch).is_ok_and(|ch| SWITCHES.contains(&ch))), rest))
        .parse(text)
}

fn is_option(source: &SourceText, word: &Word) -> bool {
    source.as_str().get(word.inner.clone()).is_some_and(|text| text.starts_with('-'))
}

// A value may hold braces and blanks when it was written in `{ }`.
fn option_value(source: &SourceText, value: Range<usize>, span: Span) -> Option<Override> {
    let text = source.as_str().get(value.clone())?;
    let (_, (name, right)) = name_and_value(text).ok()?;
    Some(Override {
        name: name.to_owned(),
        name_span: source.span_of(value.start..value.start + name.len())?,
        value: trimmed(source, value.end - right.len()..value.end),
        span,
    })
}

fn syntax() -> Text {
    Text::fixed(
        "`-o` is not followed by one word `name=value`; the service stops with a fatal error when it starts",
        "`-o` 뒤에 `name=value` 형식의 한 단어가 없어 서비스가 시작할 때 치명적 오류로 중단됩니다",
    )
}
