//! `$name` in `-o` options that nothing defines.

use crate::support::names::is_one_edit;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{nearest_param, param, service_patterns_of};
use postproof_diag::{Missing, Severity, Text, text};
use postproof_model::{Model, Presence};

pub(crate) static RULE: Rule = Rule {
    name: "msc-undefined-name",
    group: Group::Msc,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(1) «undefined parameter»", "postconf_user.c"],
    docs: docs!("undefined_name"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for service in &cx.model.services {
        for option in &service.overrides {
            for name in Model::names_in(option.value.as_str()) {
                let is_set = cx.model.main.contains_key(&name) || service.option(&name).is_some();
                let is_known = param(&name).is_some() || service_patterns_of(&name).next().is_some();
                if is_set || is_known || READ_ONLY.contains(&name.as_str()) {
                    continue;
                }
                let version = cx.model.target.postfix.value;
                let near = nearest_param(&name, version).filter(|near| is_one_edit(&name, near.name));
                let span = option.value.span().unwrap_or(option.span);
                let found = out.report(&RULE, span, message(&name, &option.name), WHY);
                found.help = Some(near.map_or(HELP, |near| near_help(near.name)));
                // main.cf may define it.
                if near.is_none() && cx.model.given.main_cf != Presence::Whole {
                    found.severity = Severity::Info;
                    found.missing.push(main_cf(&name));
                }
            }
        }
    }
}

/// Names that every program sets for itself.
// mail_params.c, mail_params_init
const READ_ONLY: &[&str] = &["process_name", "process_id", "service_name"];

fn message(name: &str, option: &str) -> Text {
    text!(
        "`${name}` in `{option}` is empty: nothing that was given defines `{name}`",
        "`{option}` 값의 `${name}` 참조는 비어 있습니다. 받은 글 어디에도 `{name}` 정의가 없습니다"
    )
}

fn near_help(near: &str) -> Text {
    text!("Did you mean `${near}`?", "`${near}` 매개변수를 쓰려던 것이 아닌지 확인하십시오.")
}

fn main_cf(name: &str) -> Missing {
    Missing {
        what: text!("main.cf, which may define `{name}`", "`{name}` 이름을 정의할 수 있는 main.cf"),
        command: Some("postconf -n".to_owned()),
    }
}

const WHY: Text = Text::fixed(
    "an undefined name becomes empty text without an error, and an empty restriction list checks nothing.",
    "정의되지 않은 이름은 오류 없이 빈 글이 되며, 빈 제한 목록은 아무것도 검사하지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Define the name in main.cf, or with `-o` in the same entry.",
    "이 이름을 main.cf 파일이나 같은 항목의 `-o` 옵션에 정의하십시오.",
);
