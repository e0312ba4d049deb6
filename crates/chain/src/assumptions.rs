//! What an explanation stands on: files that were not given, defaults, and
//! the level that was taken.

use crate::cx::Cx;
use crate::walk::{Walk, WalkEnd, stranger_end};
use postproof_catalog::Version;
use postproof_diag::{Text, text};
use postproof_model::{Origin, Presence, RestrictionList, ServiceId};

/// The assumptions of the explanation of one service.
pub(crate) fn of_service(cx: &Cx<'_>, service: ServiceId, lists: &[RestrictionList], stranger: &Walk) -> Vec<Text> {
    let mut assumed = Vec::new();
    let assumed_service = cx.model.services.iter().find(|one| one.id == service && one.is_assumed());
    if let Some(service) = assumed_service {
        let label = service.label();
        assumed.push(text!(
            "master.cf was not given: the stock service `{label}` is taken, without `-o` options",
            "master.cf를 받지 못했습니다. `-o` 옵션이 없는 기본 서비스 `{label}` 항목으로 봅니다"
        ));
    }
    match cx.model.given.main_cf {
        Presence::Whole => {}
        Presence::Excerpt => assumed.push(Text::fixed(
            "only some lines of main.cf were given: what is not among them is taken at its default",
            "main.cf의 일부 줄만 받았습니다. 거기 없는 설정은 기본값으로 봅니다",
        )),
        Presence::Missing => assumed.push(Text::fixed(
            "main.cf was not given: every parameter is taken at its default",
            "main.cf를 받지 못했습니다. 모든 매개변수를 기본값으로 봅니다",
        )),
    }
    let release = &cx.model.target.postfix;
    if release.span.is_none() {
        let (version, reason) = (Text::verbatim(release.value.to_string()), release.reason.clone());
        assumed.push(text!(
            "Postfix {version} is taken ({reason})",
            "Postfix {version} 버전으로 봅니다({reason})",
            version = version,
            reason = reason
        ));
    }
    let level = &cx.model.target.level;
    if level.span.is_none() {
        let (value, reason) = (Text::verbatim(level.value.as_level()), level.reason.clone());
        assumed.push(text!(
            "compatibility_level {value} is taken ({reason})",
            "compatibility_level {value} 수준으로 봅니다({reason})",
            value = value,
            reason = reason
        ));
        assumed.extend(level_matters(cx, stranger, lists));
    }
    assumed
}

/// The level as an assumption of a walk that it decides.
pub(crate) fn level(cx: &Cx<'_>, walk: &Walk, lists: &[RestrictionList]) -> Option<Text> {
    let level = &cx.model.target.level;
    if level.span.is_some() {
        return None;
    }
    let (value, matters) = (Text::verbatim(level.value.as_level()), level_matters(cx, walk, lists)?);
    Some(text!(
        "compatibility_level {value}; {matters}",
        "compatibility_level {value} 수준. {matters}",
        value = value,
        matters = matters
    ))
}

/// Whether a relay attempt would end otherwise below level 1, where the relay
/// list is empty unless it is set (postconf(5), smtpd_relay_restrictions).
fn level_matters(cx: &Cx<'_>, walk: &Walk, lists: &[RestrictionList]) -> Option<Text> {
    let is_default =
        lists.iter().any(|list| list.param == "smtpd_relay_restrictions" && list.origin == Origin::Default);
    if !is_default || walk.key != "stranger-elsewhere" || !matches!(walk.end, WalkEnd::Refused { .. }) {
        return None;
    }
    let mut below = cx.model.clone();
    below.target.level.value = Version::new(0, 0);
    Some(match stranger_end(&below, cx.scope) {
        WalkEnd::Refused { by, param, code, dsn, .. } => {
            let (by, param) = (Text::verbatim(by), Text::verbatim(param));
            let reply = Text::verbatim(format!("{code} {dsn}"));
            text!(
                "a relay attempt is refused at every other level too: below 1 the relay list is empty, and `{by}` in `{param}` refuses with {reply}",
                "다른 수준이어도 릴레이 시도를 거절합니다. 수준이 1 미만이면 릴레이 목록이 비고, `{param}` 목록의 `{by}` 항목이 {reply} 응답으로 거절합니다",
                by = by,
                param = param,
                reply = reply
            )
        }
        WalkEnd::DoesNotStart => Text::fixed(
            "below compatibility_level 1 the relay list is empty and smtpd does not start",
            "compatibility_level 수준이 1 미만이면 릴레이 목록이 비어 smtpd가 시작하지 않습니다",
        ),
        WalkEnd::Accepted | WalkEnd::Depends(_) => Text::fixed(
            "below compatibility_level 1 the relay list is empty, and the other lists do not refuse for certain",
            "compatibility_level 수준이 1 미만이면 릴레이 목록이 비며, 다른 목록은 확실하게 거절하지 않습니다",
        ),
    })
}
