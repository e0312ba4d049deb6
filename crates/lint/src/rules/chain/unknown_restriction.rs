//! Words in restriction lists that Postfix does not know.

use crate::support::lists::{Seen, written_lists};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::nearest_restriction;
use postproof_diag::{Edit, Fix, Label, Missing, Safety, Severity, Span, Text, text};
use postproof_model::{Entry, EntryKind, Presence};

pub(crate) static RULE: Rule = Rule {
    name: "chain-unknown-restriction",
    group: Group::Chain,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["smtpd_check.c generic_checks", "RESTRICTION_CLASS_README"],
    docs: docs!("unknown_restriction"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for list in written_lists(cx) {
        let unknown: Vec<&Entry> = list.flat().into_iter().filter(|entry| is_unknown(entry)).collect();
        for (at, entry) in unknown.iter().enumerate() {
            let Some(place) = entry.span.filter(|span| seen.is_new(*span)) else { continue };
            let Some((message, help)) = misread(&entry.word, list.param) else {
                report(cx, out, list.param, entry, place);
                continue;
            };
            out.report(&RULE, place, message, WHY).help = Some(help);
            // What follows is of the same fault: words of the comment, further `\\`.
            unknown.iter().skip(at + 1).filter_map(|word| word.span).for_each(|span| {
                seen.is_new(span);
            });
            break;
        }
    }
}

/// Words of templates that were not filled in are no business of this rule.
fn is_unknown(entry: &Entry) -> bool {
    let is_template = entry.word.contains(['{', '}', '<', '>', '$', '%', '@', '[', ']']);
    matches!(entry.kind, EntryKind::Unknown) && !is_template
}

/// What is so and what to do about marks that Postfix has none of.
fn misread(word: &str, list: &str) -> Option<(Text, Text)> {
    if word.starts_with('#') {
        return Some((comment(list), COMMENT_HELP));
    }
    word.ends_with('\\').then(|| (backslash(list), BACKSLASH_HELP))
}

fn report(cx: &Cx<'_>, out: &mut Sink, list: &str, entry: &Entry, place: Span) {
    let word = entry.word.as_str();
    if let Some(definition) = cx.model.main.get(word) {
        let found = out.report(&RULE, place, not_listed(word, list), WHY);
        found.related.push(Label::noted(definition.name_span, DEFINED));
        found.help = Some(not_listed_help(word));
        if cx.model.given.main_cf != Presence::Whole && !cx.model.main.contains_key("smtpd_restriction_classes") {
            found.severity = Severity::Info;
            found.message = maybe_class(word, list);
            found.missing.push(classes());
        }
        return;
    }
    let nearest = nearest_restriction(word);
    let found = out.report(&RULE, place, message(word, list), WHY);
    match nearest {
        Some(near) => {
            found.help = Some(near_help(near.name));
            let name = Span::new(place.file, place.start, place.start + word.len() as u32);
            found.fix = (cx.sources.slice(name) == word.as_bytes()).then(|| Fix {
                title: near_fix(near.name),
                edits: vec![Edit { span: name, replacement: near.name.to_owned() }],
                safety: Safety::NeedsReview,
            });
        }
        None if cx.model.given.main_cf != Presence::Whole => {
            found.severity = Severity::Info;
            found.message = maybe_class(word, list);
            found.help = Some(maybe_class_help(word));
            found.missing.push(classes());
        }
        None => found.help = Some(HELP),
    }
}

fn message(word: &str, list: &str) -> Text {
    text!(
        "`{word}` in `{list}` is neither a restriction nor a restriction class",
        "`{list}` 목록의 `{word}` 항목은 제한도 제한 클래스도 아닙니다"
    )
}

fn not_listed(word: &str, list: &str) -> Text {
    text!(
        "`{word}` in `{list}` is defined but not listed in `smtpd_restriction_classes`",
        "`{list}` 목록의 `{word}` 항목은 정의되어 있지만 `smtpd_restriction_classes` 값에 없습니다"
    )
}

fn not_listed_help(word: &str) -> Text {
    text!(
        "Add `{word}` to `smtpd_restriction_classes`, or write `${word}` to put its entries here.",
        "`smtpd_restriction_classes` 값에 `{word}` 이름을 더하거나, 그 항목들을 여기에 넣으려면 `${word}` 형식으로 쓰십시오."
    )
}

fn maybe_class(word: &str, list: &str) -> Text {
    text!(
        "`{word}` in `{list}` is a restriction class if `smtpd_restriction_classes`, which was not given, lists it; else it stops all mail here",
        "`{list}` 목록의 `{word}` 항목은 주어지지 않은 `smtpd_restriction_classes` 값에 있으면 제한 클래스이고, 없으면 여기에서 모든 메일을 막습니다"
    )
}

fn maybe_class_help(word: &str) -> Text {
    text!(
        "To put the entries of a parameter of your own here, write `${word}`.",
        "직접 만든 매개변수의 항목을 여기에 넣으려면 `${word}` 형식으로 쓰십시오."
    )
}

fn comment(list: &str) -> Text {
    text!(
        "`#` in `{list}` begins no comment: smtpd reads it and what follows as restrictions",
        "`{list}` 목록의 `#` 기호는 주석을 시작하지 않으며, smtpd는 이 기호와 그 뒤를 제한으로 읽습니다"
    )
}

fn backslash(list: &str) -> Text {
    text!(
        "`\\` in `{list}` continues no line: smtpd reads it as a restriction or as a part of one",
        "`{list}` 목록의 `\\` 기호는 줄을 잇지 않으며, smtpd는 이 기호를 제한 또는 그 일부로 읽습니다"
    )
}

fn near_help(near: &str) -> Text {
    text!("Did you mean `{near}`?", "`{near}` 항목을 쓰려던 것이 아닌지 확인하십시오.")
}

fn near_fix(near: &str) -> Text {
    text!("write `{near}`", "`{near}` 이름으로 고치기")
}

fn classes() -> Missing {
    Missing {
        what: Text::fixed(
            "the value of `smtpd_restriction_classes`, which lists the restriction classes",
            "제한 클래스를 나열하는 `smtpd_restriction_classes` 값",
        ),
        command: Some("postconf smtpd_restriction_classes".to_owned()),
    }
}

const DEFINED: Text = Text::fixed("defined here", "여기에서 정의합니다");
const WHY: Text = Text::fixed(
    "smtpd answers «451 4.3.5 Server configuration error» to every request that gets to this word, and says why only in its log.",
    "smtpd는 이 단어에 이른 모든 요청에 «451 4.3.5 Server configuration error» 응답을 보내며, 이유는 로그에만 남깁니다.",
);
const HELP: Text = Text::fixed(
    "Correct the name, or define it as a class and list it in `smtpd_restriction_classes`.",
    "이름을 고치거나, 클래스로 정의하고 `smtpd_restriction_classes` 값에 넣으십시오.",
);
const COMMENT_HELP: Text = Text::fixed(
    "Put the comment on a line of its own that begins with `#`.",
    "주석은 `#` 기호로 시작하는 별도의 줄에 쓰십시오.",
);
const BACKSLASH_HELP: Text = Text::fixed(
    "Remove each `\\`: a line that begins with white space continues the one before.",
    "`\\` 기호를 모두 지우십시오. 공백으로 시작하는 줄은 앞의 줄에 이어집니다.",
);
