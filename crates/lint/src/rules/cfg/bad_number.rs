//! Numbers and times that Postfix can not read, or that are out of range.

use crate::support::lists::{Seen, value_place};
use crate::support::values::faulty_values;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::{FaultyValue, ValueFault};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-bad-number",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["mail_conf_int.c", "mail_conf_long.c", "mail_conf_time.c", "conv_time.c", "postconf(5)"],
    docs: docs!("bad_number"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for found in faulty_values(cx) {
        let (Some((message, help)), Some(place)) = (texts(&found), value_place(&found.value)) else { continue };
        if seen.is_new(place) {
            out.report(&RULE, place, message, WHY).help = Some(help);
        }
    }
}

fn texts(found: &FaultyValue) -> Option<(Text, Text)> {
    let (name, value) = (found.value.name.as_str(), found.value.text.as_str());
    match &found.fault {
        ValueFault::Number => Some((
            text!(
                "`{name}` takes a whole number, and `{value}` is none",
                "`{name}` 매개변수의 값은 정수여야 하며 `{value}` 값은 정수가 아닙니다"
            ),
            NUMBER_HELP,
        )),
        ValueFault::Time => Some((
            text!(
                "`{name}` takes a time, and `{value}` is none",
                "`{name}` 매개변수의 값은 시간이어야 하며 `{value}` 값은 시간이 아닙니다"
            ),
            TIME_HELP,
        )),
        ValueFault::TooSmall { min } => Some((
            text!(
                "`{value}` is below the smallest value of `{name}`, {min}",
                "`{value}` 값은 `{name}` 매개변수의 최솟값 {min}보다 작습니다"
            ),
            RANGE_HELP,
        )),
        ValueFault::TooLarge { max } => Some((
            text!(
                "`{value}` is above the largest value of `{name}`, {max}",
                "`{value}` 값은 `{name}` 매개변수의 최댓값 {max}보다 큽니다"
            ),
            RANGE_HELP,
        )),
        ValueFault::Boolean | ValueFault::TooShort { .. } | ValueFault::TooLong { .. } | ValueFault::Word(_) => None,
    }
}

const WHY: Text = Text::fixed(
    "Every program that reads the parameter stops at this value when it starts, while postconf accepts it without a word.",
    "이 매개변수를 읽는 프로그램은 모두 시작할 때 이 값에서 멈추지만, postconf는 아무 말 없이 받아들입니다.",
);
const NUMBER_HELP: Text = Text::fixed(
    "Write digits only, without a unit, comma or point: ten megabytes are `10485760`.",
    "단위, 쉼표, 소수점 없이 숫자만 쓰십시오. 10메가바이트는 `10485760`입니다.",
);
const TIME_HELP: Text = Text::fixed(
    "Write a whole number with one small letter directly behind it: `s`, `m`, `h`, `d` or `w`.",
    "정수 바로 뒤에 소문자 하나(`s`, `m`, `h`, `d`, `w`)를 붙여 쓰십시오.",
);
const RANGE_HELP: Text =
    Text::fixed("Choose a value within the range, or remove the line.", "범위 안의 값을 쓰거나 이 줄을 지우십시오.");
