//! A quota warning that names a script in place of a service.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-quota-warning-script",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot 2.3 manual, quota_warning", "quota-util.c, quota_warning_execute"],
    docs: docs!("quota_warning_script"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot().filter(|dovecot| !dovecot.is_new) else { return };
    for setting in dovecot.blocks("plugin").flat_map(|block| block.settings()) {
        let number = setting.name.strip_prefix("quota_warning").unwrap_or("x");
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // `limit program arguments`: the second word is a socket, below base_dir
        // unless it is a path.
        let Some((range, word)) = crate::support::dovecot::words::split(setting.value.as_str()).into_iter().nth(1)
        else {
            continue;
        };
        let is_script = [".sh", ".py", ".pl", ".rb"].iter().any(|end| word.ends_with(end))
            || word.starts_with("/usr/")
            || word.starts_with("/bin/");
        let is_listener = dovecot.unix_sockets().any(|socket| socket.name() == word);
        if let Some(place) = setting.value.span_of(range).filter(|_| is_script && !is_listener) {
            out.report(&RULE, place, message(&setting.name, word), WHY).help = Some(HELP);
        }
    }
}

fn message(name: &str, word: &str) -> Text {
    text!(
        "`{name}` names the script `{word}`, where Dovecot wants a socket",
        "`{name}` 설정에 소켓 대신 `{word}` 스크립트가 적혀 있습니다"
    )
}

const WHY: Text = Text::fixed(
    "Dovecot connects to it as to a socket and fails: nobody is warned.",
    "Dovecot이 이것을 소켓으로 여기고 접속하다 실패하므로 아무에게도 경고가 가지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Name a service (`quota_warning = storage=95%% quota-warning 95 %u`), and let `service quota-warning` run the script.",
    "`quota_warning = storage=95%% quota-warning 95 %u`처럼 서비스를 지정하고 `service quota-warning` 섹션이 스크립트를 실행하게 하십시오.",
);
