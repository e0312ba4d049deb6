//! What the ledger says of Postfix lines.

use super::name_text;
use postproof_catalog::Version;
use postproof_diag::{Text, text};

pub(super) fn kept() -> Text {
    Text::fixed("the new release takes the line as it is", "새 릴리스가 이 줄을 그대로 받아들입니다")
}

pub(super) fn renamed(new: &str) -> Text {
    text!("the parameter is `{new}` now", "이 매개변수는 이제 `{new}` 입니다")
}

pub(super) fn no_counterpart() -> Text {
    Text::fixed(
        "nothing in the new release means the same without an answer",
        "답을 얻기 전에는 새 릴리스에 같은 뜻의 설정이 없습니다",
    )
}

pub(super) fn too_new(to: &str, since: Option<Version>) -> Text {
    let since = since.map(|since| since.to_string()).unwrap_or_default();
    text!("{to} does not have it; it came in {since}", "{to} 릴리스에는 없으며 {since} 릴리스에서 생겼습니다")
}

pub(super) fn gone(since: Option<Version>) -> Text {
    let since = since.map(|since| since.to_string()).unwrap_or_default();
    text!(
        "it is gone or on its way out since {since}, with nothing in its place",
        "{since} 릴리스부터 없어졌거나 없어지는 중이며 대신하는 것이 없습니다"
    )
}

pub(super) fn was_default(name: &str) -> Text {
    let name = name_text(name);
    text!("{name} says what holds without it", "{name} 매개변수가 없어도 그대로입니다", name = name)
}

pub(super) fn other_counts(new: &str) -> Text {
    text!("`{new}` is set, and only it counts", "`{new}` 매개변수가 설정되어 있으며 그것만 유효합니다")
}

pub(super) fn merged(new: &str) -> Text {
    text!("it became part of `{new}`", "`{new}` 매개변수의 일부가 되었습니다")
}

pub(super) fn berkeley() -> Text {
    Text::fixed(
        "Berkeley DB tables are on their way out; lmdb takes their place, or cdb for tables that nothing writes to",
        "Berkeley DB 테이블은 없어지는 중이며 lmdb가, 쓰기가 없는 테이블이라면 cdb가 대신합니다",
    )
}

pub(super) fn run(command: &str) -> Text {
    text!(
        "before the new configuration is used, run `{command}`",
        "새 구성을 쓰기 전에 `{command}` 명령을 실행하십시오"
    )
}

pub(super) fn assumed(from: &str) -> Text {
    text!(
        "nothing says which release runs now; {from} is assumed",
        "지금 실행 중인 릴리스를 알 수 없어 {from} 릴리스로 가정했습니다"
    )
}

pub(super) fn default_kept(name: &str, old: &str, new: &str) -> Text {
    text!(
        "the default of `{name}` becomes `{new}`; `{old}` is written out so that nothing changes",
        "`{name}` 매개변수의 기본값이 `{new}` 값으로 바뀌므로 그대로 있도록 `{old}` 값을 적었습니다"
    )
}

pub(super) fn default_changes(name: &str, old: &str, new: &str, why: &Text) -> Text {
    let (name, old, new) = (Text::verbatim(name), Text::verbatim(old), Text::verbatim(new));
    text!(
        "the default of `{name}` changes from `{old}` to `{new}`: {why}",
        "`{name}` 매개변수의 기본값이 `{old}` 값에서 `{new}` 값으로 바뀝니다: {why}",
        name = name,
        old = old,
        new = new,
        why = why
    )
}

pub(super) fn database_type(name: &str) -> Text {
    text!(
        "`{name}` is written out, as tables without a type would still be Berkeley DB on some builds",
        "유형을 적지 않은 테이블이 일부 빌드에서는 여전히 Berkeley DB이므로 `{name}` 매개변수를 적었습니다"
    )
}

pub(super) fn per_site(name: &str) -> Text {
    text!(
        "which policies does the table of `{name}` hold? A policy table has another form (smtp_tls_policy_maps)",
        "`{name}` 매개변수의 테이블에는 어떤 정책이 있습니까? 정책 테이블은 형식이 다릅니다(smtp_tls_policy_maps)"
    )
}

pub(super) fn tls_value(name: &str) -> Text {
    text!("does `{name}` mean yes or no here?", "여기에서 `{name}` 매개변수는 yes입니까, no입니까?")
}

pub(super) fn curves() -> Text {
    Text::fixed(
        "are elliptic curves to stay off? `tls_eecdh_auto_curves` lists those that are offered",
        "타원 곡선을 계속 끕니까? `tls_eecdh_auto_curves` 매개변수에 제공할 곡선을 적습니다",
    )
}

pub(super) fn restriction(word: &str, new: &str) -> Text {
    if new.is_empty() {
        return text!(
            "what takes the place of `{word}`, which is gone or on its way out?",
            "없어졌거나 없어지는 중인 `{word}` 항목을 무엇이 대신합니까?"
        );
    }
    text!(
        "can `{new}` take the place of `{word}`, which is gone or on its way out?",
        "없어졌거나 없어지는 중인 `{word}` 항목을 `{new}` 항목으로 바꿔도 됩니까?"
    )
}

pub(super) fn in_service(name: &str) -> Text {
    text!(
        "can `-o {name}` be taken out of the service? It says nothing any more",
        "서비스에서 `-o {name}` 항목을 빼도 됩니까? 더는 의미가 없습니다"
    )
}

pub(super) fn comes_with(name: &str, new: &str, why: &Text) -> Text {
    let (name, new) = (Text::verbatim(name), Text::verbatim(new));
    text!(
        "`{name}` is new, with `{new}` as its default: {why}",
        "`{name}` 매개변수가 새로 생겼고 기본값은 `{new}` 값입니다: {why}",
        name = name,
        new = new,
        why = why
    )
}
