//! Two entries of master.cf for one endpoint.

use crate::support::master::PRIVATE_BY_DEFAULT;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::Tree;
use postproof_syntax::master_cf::Service;
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    name: "msc-duplicate-service",
    group: Group::Msc,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["master(5)", "master_conf.c", "master_listen.c"],
    docs: docs!("duplicate_service"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for part in &cx.model.parts {
        let Tree::Master(parsed) = &part.tree else { continue };
        let mut seen: BTreeMap<(String, String), &Service> = BTreeMap::new();
        for service in parsed.tree.services() {
            let Some(earlier) = seen.insert(endpoint(service), service) else { continue };
            let same_name = earlier.name.text == service.name.text;
            let (message, why) = match same_name {
                true => (twice(&service.name.text, &service.kind.text), WHY_TWICE),
                false => (same_port(&service.name.text, &earlier.name.text), WHY_PORT),
            };
            let found = out.report(&RULE, service.name.span.unwrap_or(service.span), message, why);
            found.help = Some(HELP);
            if !same_name {
                found.severity = Severity::Error;
            }
            found.related.extend(earlier.name.span.map(|span| Label::noted(span, FIRST)));
        }
    }
}

/// What a service listens on: type, and address or path.
fn endpoint(service: &Service) -> (String, String) {
    let name = service.name.text.as_str();
    let kind = service.kind.text.as_str();
    if kind != "inet" {
        let private = if service.private.text == "-" { PRIVATE_BY_DEFAULT } else { &service.private.text };
        return (kind.to_owned(), format!("{private}/{name}"));
    }
    let (host, port) = name.rsplit_once(':').unwrap_or(("", name));
    // services(5): two spellings of one port.
    let port = match port {
        "smtp" => "25",
        "submission" => "587",
        "smtps" | "submissions" => "465",
        port => port,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    (kind.to_owned(), format!("{host}:{port}"))
}

fn twice(name: &str, kind: &str) -> Text {
    text!(
        "the service `{name}` of type `{kind}` is defined twice, and the later entry counts",
        "`{name}` 서비스(`{kind}` 형식)가 두 번 정의되어 있으며 뒤의 항목이 쓰입니다"
    )
}

fn same_port(name: &str, earlier: &str) -> Text {
    text!("`{name}` and `{earlier}` are the same port", "`{name}` 서비스와 `{earlier}` 서비스는 같은 포트입니다")
}

const FIRST: Text = Text::fixed("the other entry", "다른 항목입니다");
const WHY_TWICE: Text = Text::fixed(
    "master replaces the first entry by the second, with all its options.",
    "master는 첫 항목을 옵션까지 통째로 둘째 항목으로 바꿉니다.",
);
const WHY_PORT: Text = Text::fixed(
    "only one socket can listen on a port, so master stops with «Address already in use».",
    "한 포트에는 소켓 하나만 쓸 수 있으므로 master는 «Address already in use» 오류로 멈춥니다.",
);
const HELP: Text = Text::fixed("Keep one of the entries.", "항목을 하나만 남기십시오.");
