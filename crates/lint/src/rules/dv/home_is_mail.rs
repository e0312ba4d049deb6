//! The home of a user is the mail directory itself.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-home-missing",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, home directories for virtual users"],
    docs: docs!("home_is_mail"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let mail = if dovecot.is_new { dovecot.get("mail_path") } else { dovecot.get("mail_location") };
    let Some(mail) = mail else { return };
    let path = mail_path(mail.value.as_str(), dovecot.is_new);
    let home = dovecot.get("mail_home").map(|setting| (setting.value.as_str().trim().to_owned(), setting.value.span()));
    let fixed = || {
        dovecot.blocks("userdb").find_map(|block| {
            let args = block.get("args")?;
            let text = args.value.as_str();
            let at = text
                .find("home=")
                .filter(|at| *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with(' ')))?
                + "home=".len();
            let end = text.get(at..)?.find(' ').map_or(text.len(), |end| at + end);
            Some((text.get(at..end)?.to_owned(), args.value.span_of(at..end)))
        })
    };
    let Some((home, Some(place))) = home.or_else(fixed) else { return };
    let trim = |text: &str| text.trim_end_matches('/').to_owned();
    let is_home = path == "~" || path == "%h" || path == "%{home}" || trim(&path) == trim(&home);
    if is_home && !home.is_empty() && is_maildir(mail.value.as_str(), dovecot) {
        let found = out.report(&RULE, place, message(&home), WHY);
        found.related.extend(mail.value.span().filter(|span| *span != place).map(|span| Label::noted(span, MAIL)));
        found.help = Some(HELP);
    }
}

/// The path of `maildir:PATH:…`.
fn mail_path(text: &str, is_new: bool) -> String {
    if is_new {
        return text.trim().to_owned();
    }
    let rest = text.split_once(':').map_or(text, |(_, rest)| rest);
    rest.split(':').next().unwrap_or_default().trim().to_owned()
}

fn is_maildir(text: &str, dovecot: &crate::support::dovecot::Dovecot<'_>) -> bool {
    if dovecot.is_new { dovecot.text("mail_driver", "") == "maildir" } else { text.starts_with("maildir:") }
}

fn message(home: &str) -> Text {
    text!(
        "the home of users, `{home}`, is their mail directory itself",
        "사용자의 홈 `{home}` 디렉터리가 메일 디렉터리와 같습니다"
    )
}

const MAIL: Text = Text::fixed("the mail directory", "메일 디렉터리");
const WHY: Text = Text::fixed(
    "Sieve scripts and other files of the home lie among the folders of the Maildir: they show up as mailboxes, or errors say that they are no directory.",
    "Sieve 스크립트와 홈의 다른 파일이 Maildir 폴더 사이에 놓여 메일함으로 나타나거나 디렉터리가 아니라는 오류가 납니다.",
);
const HELP: Text = Text::fixed(
    "Put mail below the home: home `/var/vmail/%d/%n`, mail `maildir:~/Maildir`.",
    "메일을 홈 아래에 두십시오. 예: 홈은 `/var/vmail/%d/%n`, 메일은 `maildir:~/Maildir`",
);
