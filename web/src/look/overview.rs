//! The overview: one sentence, then a card for each thing that is known.

use crate::state::State;
use postproof_engine::chain::{Explanation, WalkEnd};
use postproof_engine::diag::{Diagnostic, Severity, Text, text};
use postproof_engine::model::Presence;
use postproof_engine::{Host, lint};

/// Counts of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Information.
    pub infos: usize,
    /// Hints.
    pub hints: usize,
    /// Findings that miss something.
    pub unknown: usize,
}

impl Tally {
    /// All of them.
    pub(crate) const fn all(self) -> usize {
        self.errors + self.warnings + self.infos + self.hints + self.unknown
    }
}

/// Counts the findings.
pub(crate) fn tally(findings: &[Diagnostic]) -> Tally {
    let mut tally = Tally::default();
    for finding in findings {
        let slot = match (finding.missing.is_empty(), finding.severity) {
            (false, _) => &mut tally.unknown,
            (true, Severity::Error) => &mut tally.errors,
            (true, Severity::Warning) => &mut tally.warnings,
            (true, Severity::Info) => &mut tally.infos,
            (true, Severity::Hint) => &mut tally.hints,
        };
        *slot += 1;
    }
    tally
}

/// What becomes of a stranger's attempt to relay, over all services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Refused by each service. Not a proof.
    Refused,
    /// Refused, but a finding says how others may get through.
    Doubtful,
    /// Accepted by one.
    Accepted,
    /// Something missing decides.
    Depends,
    /// smtpd does not start.
    DoesNotStart,
    /// No Postfix in what was given.
    NoPostfix,
}

/// The answer and the service that gives it: the worst one speaks.
pub(crate) fn answer(host: &Host) -> (Answer, Option<&Explanation>) {
    let given = host.model.given;
    if given.main_cf == Presence::Missing && given.master_cf == Presence::Missing {
        return (Answer::NoPostfix, None);
    }
    let rank = |explanation: &&Explanation| match &explanation.stranger.end {
        WalkEnd::Accepted => 0,
        WalkEnd::DoesNotStart => 1,
        WalkEnd::Depends(_) => 2,
        WalkEnd::Refused { .. } => 3,
    };
    let worst = host.services.iter().min_by_key(rank);
    let answer = match worst.map(|explanation| &explanation.stranger.end) {
        None => Answer::NoPostfix,
        Some(WalkEnd::Accepted) => Answer::Accepted,
        Some(WalkEnd::DoesNotStart) => Answer::DoesNotStart,
        Some(WalkEnd::Depends(_)) => Answer::Depends,
        Some(WalkEnd::Refused { .. }) if host.diagnostics.iter().any(is_way_in) => Answer::Doubtful,
        Some(WalkEnd::Refused { .. }) => Answer::Refused,
    };
    (answer, worst)
}

/// Whether a finding says that some stranger can relay: the session that was
/// followed is only one of them.
fn is_way_in(finding: &Diagnostic) -> bool {
    let of_relay = lint::rule(finding.rule).is_some_and(|rule| matches!(rule.group, lint::Group::Relay));
    of_relay && finding.missing.is_empty() && finding.severity <= Severity::Warning
}

/// The number of the service that speaks for the host.
pub(crate) fn speaker(host: &Host) -> usize {
    let worst = answer(host).1.map(|explanation| explanation.service);
    host.services.iter().position(|one| Some(one.service) == worst).unwrap_or(0)
}

/// How a card is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CardState {
    /// An error.
    Error,
    /// Something to put right.
    Fault,
    /// Not known yet.
    Unknown,
    /// Information and hints only.
    Mild,
}

/// Findings of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// The subject.
    pub title: &'static Text,
    /// How it is drawn.
    pub state: CardState,
    /// The findings, by number, worst first.
    pub findings: Vec<usize>,
}

static SUBJECTS: [Text; 9] = [
    Text::fixed("Relaying", "릴레이"),
    Text::fixed("Plaintext login", "평문 로그인"),
    Text::fixed("Sender impersonation", "발신자 사칭"),
    Text::fixed("TLS", "TLS"),
    Text::fixed("Restriction lists", "검사 목록"),
    Text::fixed("Address classes", "주소 종류"),
    Text::fixed("Logins", "로그인"),
    Text::fixed("Dovecot", "Dovecot"),
    Text::fixed("The files themselves", "설정 파일"),
];

fn subject(rule: &str) -> usize {
    use lint::Group;
    if rule == "sasl-plaintext-without-tls" {
        return 1;
    }
    match lint::rule(rule).map(|rule| rule.group) {
        Some(Group::Relay | Group::Access) => 0,
        Some(Group::Spoof) => 2,
        Some(Group::Tls) => 3,
        Some(Group::Chain) => 4,
        Some(Group::Class) => 5,
        Some(Group::Sasl) => 6,
        Some(Group::Dv | Group::X) => 7,
        Some(Group::Msc | Group::Table | Group::Map | Group::Cfg | Group::Input) | None => 8,
    }
}

/// One card for each subject with findings, worst first.
pub(crate) fn cards(findings: &[Diagnostic]) -> Vec<Card> {
    let mut cards: Vec<(usize, Card)> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        let subject = subject(finding.rule);
        let state = match (finding.missing.is_empty(), finding.severity) {
            (false, _) => CardState::Unknown,
            (true, Severity::Error) => CardState::Error,
            (true, Severity::Warning) => CardState::Fault,
            (true, Severity::Info | Severity::Hint) => CardState::Mild,
        };
        let Some(title) = SUBJECTS.get(subject) else { continue };
        match cards.iter_mut().find(|(other, _)| *other == subject) {
            Some((_, card)) if state < card.state => {
                card.state = state;
                card.findings.insert(0, at);
            }
            Some((_, card)) => card.findings.push(at),
            None => cards.push((subject, Card { title, state, findings: vec![at] })),
        }
    }
    cards.sort_by_key(|(subject, card)| (card.state, *subject));
    cards.into_iter().map(|(_, card)| card).collect()
}

impl Answer {
    /// The first sentence.
    pub(crate) const fn sentence(self) -> Text {
        match self {
            Answer::Refused => Text::fixed(
                "A stranger's mail to the outside is refused.",
                "외부인이 바깥으로 보내는 메일은 거절합니다.",
            ),
            Answer::Doubtful => Text::fixed(
                "One stranger is refused, but others may get through.",
                "외부인 하나는 거절하지만 다른 외부인은 통과할 수 있습니다.",
            ),
            Answer::Accepted => Text::fixed(
                "A stranger can send mail through your server.",
                "외부인이 이 서버로 메일을 보낼 수 있습니다.",
            ),
            Answer::Depends => Text::fixed(
                "Whether a stranger can relay depends on what is not here.",
                "외부인이 릴레이할 수 있는지는 여기 없는 내용에 달렸습니다.",
            ),
            Answer::DoesNotStart => {
                Text::fixed("Postfix will not take mail with this.", "이 설정으로는 Postfix가 메일을 받지 않습니다.")
            }
            Answer::NoPostfix => Text::fixed(
                "There is no Postfix configuration here to ask about relaying.",
                "릴레이를 확인할 Postfix 설정이 없습니다.",
            ),
        }
    }
}

/// Numbers as words, as far as sentences want them.
fn number(count: usize) -> Text {
    static WORDS: [Text; 10] = [
        Text::fixed("No", "영"),
        Text::fixed("One", "한"),
        Text::fixed("Two", "두"),
        Text::fixed("Three", "세"),
        Text::fixed("Four", "네"),
        Text::fixed("Five", "다섯"),
        Text::fixed("Six", "여섯"),
        Text::fixed("Seven", "일곱"),
        Text::fixed("Eight", "여덟"),
        Text::fixed("Nine", "아홉"),
    ];
    WORDS.get(count).cloned().unwrap_or_else(|| Text::verbatim(count.to_string()))
}

impl Tally {
    /// The second sentence.
    pub(crate) fn sentence(self) -> Text {
        match (self.errors + self.warnings, self.unknown, self.all()) {
            (0, 0, 0) => Text::fixed(
                "Nothing else was found; that is no proof.",
                "다른 문제는 찾지 못했습니다. 증명은 아닙니다.",
            ),
            (0, 0, _) => Text::fixed("Nothing urgent was found.", "급한 문제는 찾지 못했습니다."),
            (0, 1, _) => Text::fixed("One thing cannot be told yet.", "아직 알 수 없는 것이 한 가지 있습니다."),
            (0, unknown, _) => text!(
                "{number} things cannot be told yet.",
                "아직 알 수 없는 것이 {number} 가지 있습니다.",
                number = number(unknown)
            ),
            (1, ..) => Text::fixed("One thing is to be put right.", "고칠 것이 한 가지 있습니다."),
            (faults, ..) => {
                text!(
                    "{number} things are to be put right.",
                    "고칠 것이 {number} 가지 있습니다.",
                    number = number(faults)
                )
            }
        }
    }

    /// What was read and what it gave.
    pub(crate) fn read(self, host: &Host) -> Text {
        let settings = host.model.main.len();
        let parts = host.model.parts.len();
        let from = match (settings, parts) {
            (0, 1) => Text::fixed("Read from one part", "한 부분을 읽었습니다"),
            (0, _) => text!("Read from {parts} parts", "{parts}개 부분을 읽었습니다"),
            (1, _) => Text::fixed("Read from one setting", "설정 1개를 읽었습니다"),
            (..) => text!("Read from {settings} settings", "설정 {settings}개를 읽었습니다"),
        };
        let mut counts: Vec<Text> = Vec::new();
        let mut count = |count: usize, one: Text, many: Text| match count {
            0 => {}
            1 => counts.push(one),
            _ => counts.push(many),
        };
        let (errors, warnings, unknown) = (self.errors, self.warnings, self.unknown);
        let mild = self.infos + self.hints;
        count(errors, Text::fixed("one error", "오류 1건"), text!("{errors} errors", "오류 {errors}건"));
        count(warnings, Text::fixed("one warning", "경고 1건"), text!("{warnings} warnings", "경고 {warnings}건"));
        count(mild, Text::fixed("one hint", "힌트 1건"), text!("{mild} hints", "정보와 힌트 {mild}건"));
        count(
            unknown,
            Text::fixed("one thing that cannot be told yet", "아직 알 수 없는 것 1건"),
            text!("{unknown} that cannot be told yet", "아직 알 수 없는 것 {unknown}건"),
        );
        if counts.is_empty() {
            return text!("{from}.", "{from}.", from = from);
        }
        let en = counts.iter().map(|count| count.en.as_ref()).collect::<Vec<_>>().join(", ");
        let ko = counts.iter().map(|count| count.ko.as_ref()).collect::<Vec<_>>().join(", ");
        Text { en: format!("{}: {en}.", from.en).into(), ko: format!("{}: {ko}.", from.ko).into() }
    }
}

/// A message without the assumption that it names: at its end in parentheses
/// in English, as the clause before it in Korean.
pub(crate) fn headline(message: &str) -> (&str, Option<&str>) {
    const LONG: usize = 24;
    const IF: &str = "다면, ";
    let long = |part: &str| part.chars().count() >= LONG;
    if let Some((head, tail)) = message.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        return if long(tail) { (head, Some(tail)) } else { (message, None) };
    }
    let clause = message.find(IF).map(|at| message.split_at(at + IF.len()));
    match clause {
        Some((tail, head)) if long(tail) && !head.is_empty() => (head, Some(tail.trim_end_matches(", "))),
        Some(_) | None => (message, None),
    }
}

/// A text as a sentence of its own: with a capital letter, unless a name or
/// Korean begins it.
pub(crate) fn sentence(text: &str) -> String {
    let word = text.split([' ', ',', ':', ';']).next().unwrap_or_default();
    let is_plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || b"'-".contains(&byte));
    let is_name = lint::rule(word).is_some()
        || postproof_engine::catalog::param(word).is_some()
        || ["smtpd", "postconf", "doveconf"].contains(&word);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if is_plain && !is_name => first.to_uppercase().chain(letters).collect(),
        Some(_) | None => text.to_string(),
    }
}

/// What the stranger's session comes to, as the heading of its card.
pub(crate) fn heading(end: &WalkEnd) -> Text {
    match end {
        WalkEnd::Refused { code, dsn, .. } => text!(
            "A stranger who asks to relay hears {code} {dsn}.",
            "릴레이를 시도하는 외부인은 {code} {dsn} 답을 듣습니다."
        ),
        WalkEnd::Accepted => Text::fixed(
            "A stranger's mail to the outside is accepted.",
            "외부인이 바깥으로 보내는 메일을 받아들입니다.",
        ),
        WalkEnd::Depends(_) => Text::fixed("It depends on what is not here.", "여기 없는 내용에 달렸습니다."),
        WalkEnd::DoesNotStart => Text::fixed(
            "smtpd refuses to start without a relay guard.",
            "릴레이를 막는 항목이 없어 smtpd가 시작하지 않습니다.",
        ),
    }
}

impl State {
    /// What a screen reader hears once typing rests.
    pub(crate) fn summary(&self) -> Text {
        let Some(host) = self.the_host() else {
            return Text::fixed("No configuration found in this text.", "이 글에서 설정을 찾지 못했습니다.");
        };
        let (total, errors) = (host.diagnostics.len(), tally(&host.diagnostics).errors);
        let first = answer(host).0.sentence();
        let counted = match (total, errors) {
            (1, _) => Text::fixed("1 finding.", "지적 사항 1건."),
            (_, 0) => text!("{total} findings.", "지적 사항 {total}건."),
            (_, 1) => text!("{total} findings, 1 error.", "지적 사항 {total}건, 오류 1건."),
            (..) => text!("{total} findings, {errors} errors.", "지적 사항 {total}건, 오류 {errors}건."),
        };
        text!("{first} {counted}", "{first} {counted}", first = first, counted = counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_assumption_leaves_the_heading() {
        let message = "AUTH is offered (assuming that what was not pasted is at its default)";
        assert_eq!(headline(message).0, "AUTH is offered");
        assert_eq!(headline("붙여넣지 않은 설정이 기본값이고 서비스를 실행한다면, 없습니다").0, "없습니다");
        assert_eq!(headline("`a` (line 3)"), ("`a` (line 3)", None));
        assert_eq!(headline("no end (of the sort"), ("no end (of the sort", None));
    }

    #[test]
    fn a_finding_about_relaying_takes_the_comfort_away() {
        let answer_to = |text: &str| {
            let checked = crate::state::Checked::run(&[crate::state::Doc::pasted(text)]);
            answer(&checked.report.hosts[0]).0
        };
        let [review, trusted, ..] = &crate::examples::EXAMPLES;
        assert_eq!(answer_to(review.text), Answer::Refused);
        assert_eq!(answer_to(trusted.text), Answer::Doubtful);
    }

    #[test]
    fn names_keep_their_small_letter() {
        assert_eq!(sentence("only some lines"), "Only some lines");
        assert_eq!(sentence("main.cf: the rest"), "main.cf: the rest");
        assert_eq!(sentence("mydestination is asked first"), "mydestination is asked first");
        assert_eq!(sentence("compatibility_level 3.6"), "compatibility_level 3.6");
        assert_eq!(sentence("`a` is"), "`a` is");
    }

    #[test]
    fn the_sentence_counts_errors_and_warnings_only() {
        let tally = Tally { errors: 1, warnings: 3, hints: 2, ..Tally::default() };
        assert_eq!(tally.sentence().en, "Four things are to be put right.");
        assert_eq!(tally.sentence().ko, "고칠 것이 네 가지 있습니다.");
        assert_eq!(Tally { hints: 2, ..Tally::default() }.sentence().en, "Nothing urgent was found.");
    }
}
