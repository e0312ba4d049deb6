//! Services without which Postfix does not work.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::{Presence, Tree};
use postproof_syntax::PartKind;

pub(crate) static RULE: Rule = Rule {
    name: "msc-required-missing",
    group: Group::Msc,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["OVERVIEW, Postfix behind the scenes", "postconf(5) queue_service_name and other service names"],
    docs: docs!("required_missing"),
    check,
};

/// What every mail needs: postconf(5), the parameters `…_service_name`.
const NEEDED: &[&str] = &["cleanup", "qmgr", "rewrite", "bounce", "defer"];

/// So many of the services that Postfix ships must be there before the others
/// count as missing; a smaller file is taken for an excerpt.
const MOST: usize = 12;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    if cx.model.given.master_cf != Presence::Whole {
        return;
    }
    let trees: Vec<_> = cx
        .model
        .parts
        .iter()
        .filter_map(|part| match &part.tree {
            Tree::Master(parsed) if part.part.kind == PartKind::MasterCf && part.part.whole => Some(&parsed.tree),
            Tree::Master(_) | Tree::Main(_) | Tree::Dovecot(_) | Tree::Table(_) | Tree::None => None,
        })
        .collect();
    let [tree] = trees.as_slice() else { return };
    let has = |name: &str| tree.services().any(|service| service.kind.text != "inet" && service.name.text == name);
    let stock = postproof_catalog::stock_services().iter().filter(|stock| has(stock.name)).count();
    let Some(first) = tree.services().next() else { return };
    if stock < MOST {
        return;
    }
    for name in NEEDED.iter().filter(|name| !has(name)) {
        let span = first.name.span.unwrap_or(first.span);
        out.report(&RULE, span, message(name), WHY).help = Some(HELP);
    }
}

fn message(name: &str) -> Text {
    text!("master.cf has no service `{name}`", "master.cf 파일에 `{name}` 서비스가 없습니다")
}

const WHY: Text = Text::fixed(
    "the other programs of Postfix connect to this service for every message, and wait when nobody answers.",
    "Postfix의 다른 프로그램은 메시지마다 이 서비스에 접속하며, 응답이 없으면 기다립니다.",
);
const HELP: Text = Text::fixed(
    "Copy the entry from the master.cf that Postfix ships (`master.cf.proto` or `/usr/share/postfix/master.cf.dist`).",
    "Postfix가 제공하는 master.cf(`master.cf.proto` 또는 `/usr/share/postfix/master.cf.dist`)에서 항목을 복사하십시오.",
);
