//! Postfix writes mailboxes as another user than Dovecot reads them.

use crate::support::dovecot::Dovecot;
use crate::support::mail_paths::main_place;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "x-uid-gid",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["virtual(8)", "postconf(5) virtual_uid_maps", "Dovecot manual, mail_uid, first_valid_uid"],
    docs: docs!("uid_gid"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    // postconf(5): only virtual(8) looks at these maps.
    let transport = cx.model.text(Scope::Main, "virtual_transport");
    if transport.split(':').next() != Some("virtual") {
        return;
    }
    let Some((own, place)) = static_id(cx, "virtual_uid_maps") else { return };
    if let Some((theirs, at)) = mail_uid(dovecot).filter(|(theirs, _)| *theirs != own) {
        let found = out.report(&RULE, at, differs(theirs, own), WHY_DIFFERS);
        found.related.push(Label::noted(place, POSTFIX));
        found.help = Some(HELP_DIFFERS);
        return;
    }
    let lowest = dovecot.get("first_valid_uid");
    let Some(lowest) =
        lowest.and_then(|setting| Some((setting.value.as_str().parse::<u32>().ok()?, setting.value.span()?)))
    else {
        return;
    };
    if own < lowest.0 {
        let found = out.report(&RULE, lowest.1, too_low(lowest.0, own), WHY_LOW);
        found.related.push(Label::noted(place, POSTFIX));
        found.help = Some(HELP_LOW);
    }
}

/// `static:5000`.
fn static_id(cx: &Cx<'_>, param: &str) -> Option<(u32, Span)> {
    let id = cx.model.text(Scope::Main, param).trim().strip_prefix("static:")?.parse().ok()?;
    Some((id, main_place(cx, param)?))
}

/// The uid of all mail users: `mail_uid`, or `uid=` of the only static userdb.
fn mail_uid(dovecot: &Dovecot<'_>) -> Option<(u32, Span)> {
    if let Some(setting) = dovecot.get("mail_uid") {
        return Some((setting.value.as_str().trim().parse().ok()?, setting.value.span()?));
    }
    let mut users = dovecot.blocks("userdb");
    let (only, None) = (users.next()?, users.next()) else { return None };
    let args = only.get("args")?;
    let text = args.value.as_str();
    let at = text.find("uid=").filter(|at| *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with(' ')))?;
    let digits: String = text.get(at + 4..)?.chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, args.value.span_of(at..at + 4 + digits.len())?))
}

fn differs(dovecot: u32, postfix: u32) -> Text {
    text!(
        "Dovecot reads mail as uid {dovecot}, but Postfix writes it as uid {postfix}",
        "Dovecot은 uid {dovecot} 권한으로 메일을 읽지만 Postfix는 uid {postfix} 권한으로 씁니다"
    )
}

fn too_low(lowest: u32, postfix: u32) -> Text {
    text!(
        "Dovecot refuses users below uid {lowest}, but Postfix writes mail as uid {postfix}",
        "Dovecot은 uid {lowest} 미만의 사용자를 거부하지만 Postfix는 uid {postfix} 권한으로 메일을 씁니다"
    )
}

const POSTFIX: Text = Text::fixed("Postfix writes as this user", "Postfix는 이 사용자로 씁니다");
const WHY_DIFFERS: Text = Text::fixed(
    "virtual(8) creates mailboxes for its own uid with mode 0700: Dovecot gets «Permission denied».",
    "virtual(8)은 자신의 uid와 0700 모드로 메일박스를 만들므로 Dovecot은 «Permission denied» 오류를 받습니다.",
);
const WHY_LOW: Text = Text::fixed(
    "A user whose mail has that uid can't log in: Dovecot says that the uid is not permitted.",
    "메일이 그 uid로 된 사용자는 로그인할 수 없습니다. Dovecot이 허용되지 않는 uid라고 답합니다.",
);
const HELP_DIFFERS: Text = Text::fixed("Use the same uid and gid on both sides.", "양쪽에 같은 uid와 gid를 쓰십시오.");
const HELP_LOW: Text = Text::fixed(
    "Set `first_valid_uid` to that uid, or use one above it.",
    "`first_valid_uid` 값을 그 uid로 낮추거나 더 높은 uid를 쓰십시오.",
);
