//! What may be said of a parameter that is not set: in an excerpt it may just
//! not have been pasted.

use crate::Cx;
use postproof_diag::{Text, text};
use postproof_model::{Presence, Service};

/// How much the absence of a setting proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// All of main.cf was given: it is at its default.
    Certain,
    /// An excerpt was given that shows other settings of the same subject, so
    /// that the default is assumed, and said to be.
    Assumed,
    /// Nothing can be said.
    Unknown,
}

/// What the absence of a setting proves, if `neighbours` are the settings that
/// people paste with it.
pub(crate) fn absence(cx: &Cx<'_>, neighbours: &[&str]) -> Absence {
    match cx.model.given.main_cf {
        Presence::Whole => Absence::Certain,
        Presence::Excerpt if neighbours.iter().any(|name| cx.model.main.contains_key(*name)) => Absence::Assumed,
        Presence::Excerpt | Presence::Missing => Absence::Unknown,
    }
}

/// What a finding about `service` stands on: in English a remark in parentheses
/// that ends a sentence, in Korean a clause that begins one. Empty if it stands
/// on nothing.
pub(crate) fn assumption(absence: Absence, service: &Service) -> Text {
    let name = &service.name;
    match (absence == Absence::Certain, service.is_assumed()) {
        (true, false) => Text::fixed("", ""),
        (false, false) => {
            Text::fixed(" (assuming that what was not pasted is at its default)", "붙여넣지 않은 설정이 기본값이라면, ")
        }
        (true, true) => text!(
            " (assuming that master.cf, which was not given, runs the stock `{name}` service)",
            "주어지지 않은 master.cf 파일이 기본 `{name}` 서비스를 실행한다면, "
        ),
        (false, true) => text!(
            " (assuming that what was not pasted is at its default and that master.cf runs the stock `{name}` service)",
            "붙여넣지 않은 설정이 기본값이고 master.cf 파일이 기본 `{name}` 서비스를 실행한다면, "
        ),
    }
}
