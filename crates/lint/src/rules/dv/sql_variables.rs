//! Variables in queries and filters that Dovecot does not have.

use crate::support::dovecot::logins::variables;
use crate::support::external::{Query, queries};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-sql-variables",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, config variables", "auth-request-var-expand.c"],
    docs: docs!("sql_variables"),
    check,
};

/// Long names of 2.3 in logins.
// auth-request-var-expand.c; var-expand.c, what has a colon or semicolon
const OLD: &[&str] = &[
    "user",
    "username",
    "domain",
    "service",
    "home",
    "lip",
    "rip",
    "pid",
    "password",
    "mech",
    "secured",
    "lport",
    "rport",
    "cert",
    "login_user",
    "login_username",
    "login_domain",
    "session",
    "real_lip",
    "real_rip",
    "real_lport",
    "real_rport",
    "domain_first",
    "domain_last",
    "master_user",
    "session_pid",
    "orig_user",
    "orig_username",
    "orig_domain",
    "auth_user",
    "auth_username",
    "auth_domain",
    "local_name",
    "client_id",
    "local_ip",
    "remote_ip",
    "local_port",
    "remote_port",
    "real_local_ip",
    "real_remote_ip",
    "real_local_port",
    "real_remote_port",
    "mechanism",
    "original_user",
    "original_username",
    "original_domain",
    "hostname",
    "uid",
    "gid",
];

/// Names of 2.4 in logins.
const NEW: &[&str] = &[
    "auth_user",
    "cert",
    "client_id",
    "client_pid",
    "domain_first",
    "domain_last",
    "home",
    "id",
    "local_ip",
    "local_name",
    "local_port",
    "login_user",
    "master_user",
    "mechanism",
    "original_user",
    "owner_user",
    "password",
    "protocol",
    "real_local_ip",
    "real_local_port",
    "real_remote_ip",
    "real_remote_port",
    "remote_ip",
    "remote_port",
    "secured",
    "session",
    "session_pid",
    "ssl_ja3_hash",
    "user",
    "concat",
];

/// Letters of 2.3 in logins; `%$`, `%Y` and the like are not among them.
const LETTERS: &str = "undshlrpwmcabk";

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for query in queries(cx) {
        let text = query.text().as_str();
        // Doubled marks are those of a template that writes the file.
        if text.contains("%%{") {
            continue;
        }
        if let Some(open) = unclosed(text) {
            let found =
                out.report(&RULE, query.place(open..text.len()), unclosed_message(&query.setting.name), WHY_OPEN);
            found.help = Some(HELP_OPEN);
            continue;
        }
        let Some((word, message, help)) = fault(&query, text) else { continue };
        let at = text.find(&word).unwrap_or_default();
        let found = out.report(&RULE, query.place(at..at + word.len()), message, WHY);
        found.help = Some(help);
    }
}

/// Where a `%{` begins that nothing closes.
fn unclosed(text: &str) -> Option<usize> {
    let at = text.rfind("%{")?;
    let is_text = text.get(..at).is_some_and(|before| before.ends_with('%'));
    (!is_text && !text.get(at..)?.contains('}')).then_some(at)
}

fn fault(query: &Query<'_>, text: &str) -> Option<(String, Text, Text)> {
    if query.is_new {
        // `'%u'` is plain text in 2.4.
        let letter = ["'%u'", "'%n'", "'%d'", "'%Lu'", "'%Ln'", "'%Ld'", "=%u)", "=%n)", "=%d)"]
            .iter()
            .find(|one| text.contains(**one));
        if let Some(letter) = letter {
            let word = letter.trim_matches(|ch| "'=)".contains(ch)).to_owned();
            let (message, help) = (old_letter(&word), instead(&word));
            return Some((word, message, help));
        }
    }
    let known = if query.is_new { NEW } else { OLD };
    for (name, filters) in variables(text, query.is_new) {
        let single = name.chars().count() == 1 && !query.is_new;
        let is_odd = name.contains([':', ';', '(', '\'', ' ', '.']) || !filters.is_empty() && !query.is_new;
        if is_odd || name.is_empty() {
            continue;
        }
        if single && !LETTERS.contains(name.as_str()) && text.contains(&format!("'%{name}'")) {
            let word = format!("%{name}");
            let message = unknown(&word);
            return Some((word, message, HELP));
        }
        if !single && !known.contains(&name.as_str()) {
            let word = format!("{{{name}");
            let message = unknown(&format!("%{{{name}}}"));
            return text.contains(&word).then_some((word, message, HELP));
        }
    }
    None
}

fn unclosed_message(name: &str) -> Text {
    text!("`{name}` has a `%{{` that is never closed", "`{name}` 값의 `%{{` 표기가 닫히지 않았습니다")
}

fn unknown(word: &str) -> Text {
    text!("Dovecot has no variable `{word}` for logins", "Dovecot에는 로그인용 변수 `{word}` 항목이 없습니다")
}

fn old_letter(word: &str) -> Text {
    text!(
        "`{word}` is plain text in Dovecot 2.4, no variable",
        "`{word}` 표기는 Dovecot 2.4에서 변수가 아니라 일반 글자입니다"
    )
}

fn instead(word: &str) -> Text {
    let new = match word {
        "%n" | "%Ln" => "%{user | username}",
        "%d" | "%Ld" => "%{user | domain}",
        _ => "%{user}",
    };
    text!("Write `{new}`.", "`{new}` 변수를 쓰십시오.")
}

const WHY: Text = Text::fixed(
    "The value is not filled in: the query fails or finds nobody, and nobody can log in.",
    "값이 채워지지 않아 쿼리가 실패하거나 아무도 찾지 못하고 아무도 로그인할 수 없습니다.",
);
const WHY_OPEN: Text = Text::fixed(
    "Dovecot can't expand the value, and every login fails.",
    "Dovecot이 값을 펼칠 수 없어 모든 로그인이 실패합니다.",
);
const HELP: Text = Text::fixed(
    "Use `%u` (whole name), `%n` (before the @) and `%d` (domain) in 2.3, `%{user}` with filters in 2.4.",
    "2.3에서는 `%u`(전체 이름), `%n`(@ 앞), `%d`(도메인) 변수를, 2.4에서는 `%{user}` 변수와 필터를 쓰십시오.",
);
const HELP_OPEN: Text = Text::fixed("Close it with `}`.", "`}` 문자로 닫으십시오.");
