//! Entries that postconf accepts and master does not.

use crate::support::master::services;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use postproof_syntax::master_cf::Service;

pub(crate) static RULE: Rule = Rule {
    name: "msc-fields",
    group: Group::Msc,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["master(5) SYNTAX", "master_ent.c get_master_ent", "host_port.c"],
    docs: docs!("fields"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for service in services(cx) {
        private_inet(cx, service, out);
        if service.kind.text == "inet"
            && let Some(message) = address_fault(&service.name.text)
        {
            let span = service.name.span.unwrap_or(service.span);
            out.report(&RULE, span, message, WHY).help = Some(ADDRESS_HELP);
        }
        if service.command.text == "-" {
            let span = service.command.span.unwrap_or(service.span);
            out.report(&RULE, span, NO_COMMAND, WHY);
        }
    }
}

/// master_ent.c: `-` is `y`, and «inet service cannot be private».
fn private_inet(cx: &Cx<'_>, service: &Service, out: &mut Sink) {
    let word = &service.private.text;
    if service.kind.text != "inet" || !["y", "-"].contains(&word.as_str()) {
        return;
    }
    let span = service.private.span.unwrap_or(service.span);
    let found = out.report(&RULE, span, private_message(word), WHY);
    found.help = Some(PRIVATE_HELP);
    found.fix = (cx.sources.slice(span) == word.as_bytes()).then(|| Fix {
        title: Text::fixed("write `n`", "`n` 값으로 고치기"),
        edits: vec![Edit { span, replacement: "n".to_owned() }],
        safety: Safety::Safe,
    });
}

/// What host_port.c says of `[host:]port`; names are not looked up.
fn address_fault(name: &str) -> Option<Text> {
    // A template that was not filled in.
    if name.contains(['$', '{', '%', '<']) {
        return None;
    }
    let (host, port) = match name.strip_prefix('[') {
        Some(rest) => {
            let Some((host, rest)) = rest.split_once(']') else { return Some(bad_address(name)) };
            (host, if rest.is_empty() { "" } else { rest.strip_prefix(':').unwrap_or("?") })
        }
        None => name.rsplit_once(':').unwrap_or(("", name)),
    };
    let is_host = |ch: char| ch.is_ascii_alphanumeric() || "._-:".contains(ch) || !ch.is_ascii();
    if port.is_empty() || port == "?" || !host.chars().all(is_host) || (host.is_empty() && name.starts_with('[')) {
        return Some(bad_address(name));
    }
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let starts_as_number = port.starts_with(|ch: char| ch.is_ascii_digit());
    let fits = if is_number { port.parse::<u16>().is_ok() } else { !starts_as_number };
    (!fits).then(|| bad_port(port))
}

fn private_message(word: &str) -> Text {
    text!(
        "an `inet` service can't be private, and `{word}` in the private field says that it is",
        "`inet` 서비스는 private일 수 없는데 private 필드의 `{word}` 값이 그렇게 지정합니다"
    )
}

fn bad_address(name: &str) -> Text {
    text!(
        "`{name}` is not of the form `port`, `host:port` or `[address]:port`",
        "`{name}` 값은 `port`, `host:port`, `[address]:port` 형식이 아닙니다"
    )
}

fn bad_port(port: &str) -> Text {
    text!(
        "`{port}` is no port: a number up to 65535 or a service name",
        "`{port}` 값은 포트(65535 이하의 숫자나 서비스 이름)가 아닙니다"
    )
}

const NO_COMMAND: Text = Text::fixed(
    "the command field has no default, so `-` is no command",
    "command 필드에는 기본값이 없으므로 `-` 값은 프로그램이 아닙니다",
);
const WHY: Text = Text::fixed(
    "postconf reads the entry without a word, and master stops at it with a fatal error: Postfix does not start.",
    "postconf는 아무 말 없이 이 항목을 읽지만 master는 여기서 치명적 오류로 멈추므로 Postfix가 시작하지 않습니다.",
);
const PRIVATE_HELP: Text = Text::fixed("Write `n` in the third field.", "셋째 필드에 `n` 값을 쓰십시오.");
const ADDRESS_HELP: Text = Text::fixed(
    "Write a port such as `25` or `submission`, with a host or `[address]` and a colon before it if wanted.",
    "`25`, `submission` 등의 포트를 쓰고, 필요하면 그 앞에 호스트나 `[주소]`, 쌍점을 쓰십시오.",
);

#[cfg(test)]
mod tests {
    use super::address_fault;

    #[test]
    fn addresses_are_read_as_master_does() {
        for good in ["smtp", "25", "127.0.0.1:10025", "[::1]:25", "::1:25", "localhost:smtps", ":25", "mx_1.example:25"]
        {
            assert_eq!(address_fault(good), None, "{good}");
        }
        for bad in ["25x", "127.0.0.1:", "[::1]", "[::1:25", "[::1]25", "a/b:25", "70000", "[]:25"] {
            assert!(address_fault(bad).is_some(), "{bad}");
        }
    }
}
