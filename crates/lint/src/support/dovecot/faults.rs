//! What doveconf refuses or warns of, for the rules that report it.

use crate::{Cx, Rule, Sink};
use postproof_diag::{Diagnostic, Severity, Span, Text, text};
use postproof_dovecot::{Dialect, Input, Problem, ProblemKind, Reading, Stops, read as read_inputs};
use postproof_model::SourcePart;
use postproof_syntax::PartKind;

/// Reads the given parts as doveconf does, in the dialect that the host is
/// judged for; nothing without Dovecot.
pub(crate) fn read(cx: &Cx<'_>) -> Option<Reading> {
    let parts = super::parts(cx);
    if parts.is_empty() {
        return None;
    }
    let inputs: Vec<Input<'_>> = parts
        .iter()
        .filter_map(|(part, path, root)| {
            let file = part.part.region.file;
            let bytes = &cx.sources.get(file)?.bytes;
            Some(Input { file, path, region: &part.part.region, bytes, root: *root })
        })
        .collect();
    let target = &cx.model.target;
    let asked = target.dovecot.as_ref().filter(|_| target.asks_dovecot());
    let wanted = asked.map(|chosen| Dialect::of(chosen.value));
    let first = read_inputs(&inputs, wanted);
    if wanted.is_some() || first.told.certain || foreign(&first) == 0 {
        return Some(first);
    }
    // Few names told the dialect, and others are foreign to it: the other one
    // counts where fewer are.
    let other = match first.dialect() {
        Dialect::V23 => Dialect::V24,
        Dialect::V24 => Dialect::V23,
    };
    let second = read_inputs(&inputs, Some(other));
    Some(if foreign(&second) < foreign(&first) { second } else { first })
}

/// How much of a text the dialect does not have: names, and forms of sections.
fn foreign(reading: &Reading) -> usize {
    const FOREIGN: &[ProblemKind] = &[
        ProblemKind::UnknownSetting,
        ProblemKind::UnknownSection,
        ProblemKind::WrongForm,
        ProblemKind::MissingName,
        ProblemKind::UnwantedName,
    ];
    let is_foreign = |problem: &&Problem| {
        FOREIGN.contains(&problem.kind)
            || problem.kind == ProblemKind::Check && problem.words.ends_with("is missing driver")
    };
    reading.problems.iter().filter(is_foreign).count()
}

/// The problems of some kinds, in the order read; none of templates that were
/// not filled in.
pub(crate) fn problems<'c>(cx: &'c Cx<'_>, kinds: &[ProblemKind]) -> Vec<&'c Problem> {
    let Some(reading) = cx.reading() else { return Vec::new() };
    let of_kind = reading.problems.iter().filter(|problem| kinds.contains(&problem.kind));
    let is_ours =
        |problem: &&Problem| !(is_template(cx, problem) || is_printed(problem.kind) && is_dumped(cx, problem.span));
    let mut found: Vec<&Problem> = of_kind.filter(is_ours).collect();
    // 2.3 says some things once for each word or process.
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|problem| seen.insert((problem.kind, problem.span, problem.subject.as_str())));
    found
}

/// Kinds that the form in which doveconf prints brings about: it has accepted
/// the values itself.
fn is_printed(kind: ProblemKind) -> bool {
    [ProblemKind::WrongValue, ProblemKind::WrongForm, ProblemKind::Check].contains(&kind)
}

/// Whether doveconf printed what stands at a place.
pub(crate) fn is_dumped(cx: &Cx<'_>, span: Span) -> bool {
    crate::support::names::part_at(cx, span).is_some_and(|(_, kind)| kind == PartKind::DoveconfN)
}

/// Whether the line holds the marks of a template.
fn is_template(cx: &Cx<'_>, problem: &Problem) -> bool {
    let line = postproof_diag::decode(cx.sources.slice(problem.span));
    let marks = ["{{", "{%", "<%", "@@", "${"];
    let start = line.trim_start();
    let begins = start.starts_with(['%', '<']) || start.starts_with('@') && start.matches('@').count() > 1;
    // A value begins behind the place; the whole line is looked at.
    // `port = %dbport`: neither dialect has such a variable.
    let value = line.split_once('=').map_or("", |(_, value)| value.trim());
    let word = value
        .strip_prefix('%')
        .is_some_and(|name| name.len() > 2 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    begins || word || marks.iter().any(|mark| line.contains(mark) || problem.words.contains(mark))
}

/// Reports a problem: our sentence, and doveconf's words as the reason.
pub(crate) fn report<'o>(
    out: &'o mut Sink,
    rule: &'static Rule,
    problem: &Problem,
    message: Text,
) -> &'o mut Diagnostic {
    let words = problem.words.as_str();
    let why = match problem.stops {
        Stops::AtOnce | Stops::Panic => text!(
            "Dovecot does not start: doveconf stops here with «{words}».",
            "Dovecot이 시작하지 않습니다. doveconf는 여기에서 «{words}» 오류로 멈춥니다."
        ),
        Stops::AtEnd => text!(
            "Dovecot does not start: doveconf ends with «{words}».",
            "Dovecot이 시작하지 않습니다. doveconf는 «{words}» 오류로 끝납니다."
        ),
        Stops::Never => text!(
            "Dovecot starts, and doveconf warns: «{words}».",
            "Dovecot은 시작하지만 doveconf가 «{words}» 경고를 냅니다."
        ),
        Stops::Silent => Text::fixed(
            "Dovecot says nothing about it, and the line does not do what it seems to.",
            "Dovecot은 아무 말도 하지 않지만 이 줄은 보이는 대로 동작하지 않습니다.",
        ),
    };
    let found = out.report(rule, problem.span, message, why);
    found.severity = match problem.stops {
        Stops::AtOnce | Stops::AtEnd | Stops::Panic => Severity::Error,
        Stops::Never | Stops::Silent => Severity::Warning,
    };
    found
}

/// Whether the text is for a release of 2.4 after those that are known: its
/// settings may be new.
pub(crate) fn is_later_release(reading: &Reading) -> bool {
    let version = reading.assignments().iter().find(|one| one.name.as_str() == "dovecot_config_version");
    let patch =
        version.and_then(|one| one.value.as_str().strip_prefix("2.4.")).and_then(|patch| patch.parse::<u32>().ok());
    patch.is_some_and(|patch| patch > 1)
}

/// Whether the main file is among the parts: what is absent there is absent.
/// Its name says so, or what only it has: version lines, protocols, includes.
pub(crate) fn has_main_file(parts: &[&SourcePart], reading: &Reading) -> bool {
    let is_named = |part: &&SourcePart| {
        let name = part.part.name.as_deref().unwrap_or_default();
        part.part.kind == PartKind::DoveconfN || part.part.whole && name.rsplit('/').next() == Some("dovecot.conf")
    };
    let is_main = |name: &str| matches!(name, "dovecot_config_version" | "protocols");
    let whole = parts.iter().any(|part| part.part.whole);
    parts.iter().any(is_named) || whole && reading.assignments().iter().any(|one| is_main(one.name.as_str()))
}
