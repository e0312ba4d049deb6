//! A domain that is local and a virtual mailbox domain at the same time.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Missing, Severity, SourceText, Span, Text, text};
use postproof_model::{DomainPattern, DomainPatternKind, Scope, TableContent, table_ref, words};
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    name: "class-mydest-vmailbox",
    group: Group::Class,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["VIRTUAL_README «Postfix virtual MAILBOX example»", "ADDRESS_CLASS_README", "resolve.c resolve_addr"],
    docs: docs!("mydest_vmailbox"),
    check,
};

const LOCAL: &str = "mydestination";
const VIRTUAL: &str = "virtual_mailbox_domains";

fn check(cx: &Cx<'_>, out: &mut Sink) {
    // Unset, it is $virtual_mailbox_maps: a table of mailboxes that is no list
    // of domains to begin with.
    if !cx.model.is_set(Scope::Main, VIRTUAL) {
        return;
    }
    let hosted = cx.model.domains(Scope::Main, VIRTUAL);
    let tables = unknown_tables(&hosted);
    let names: BTreeMap<String, &DomainPattern> =
        hosted.iter().rev().filter(|pattern| !pattern.negated).filter_map(listed).collect();
    for domain in local_domains(cx) {
        match names.get(&domain.name) {
            Some(twin) => {
                let found = out.report(&RULE, domain.place, message(&domain.name), WHY);
                found.help = Some(HELP);
                found.related.extend(twin.text.span().map(|span| Label::noted(span, TWIN)));
            }
            None if domain.may_be_hosted && !tables.is_empty() => cannot_tell(out, &domain, &tables),
            None => {}
        }
    }
}

/// A domain of mydestination.
struct Local {
    /// In lower case; `$mydomain` where only the host knows it.
    name: String,
    /// The word in mydestination.
    place: Span,
    /// Whether people would have mailboxes in it: not `localhost` nor the name
    /// of the host.
    may_be_hosted: bool,
}

fn local_domains(cx: &Cx<'_>) -> Vec<Local> {
    let Some(value) = cx.model.value(Scope::Main, LOCAL).filter(|value| value.is_set()) else { return Vec::new() };
    let host = cx.model.text(Scope::Main, "myhostname").to_ascii_lowercase();
    let mut found = Vec::new();
    for word in words(&value.raw) {
        // A `#` begins no comment here, but nobody means what follows as domains.
        let (Some(place), false) = (word.text.span(), word.text.as_str().starts_with('#')) else { break };
        // The word itself is the place; what `$name` stands for lies elsewhere.
        let parts = words(&cx.model.expand(Scope::Main, &word.text));
        for part in parts.iter().take_while(|part| !part.text.as_str().starts_with('#')) {
            for name in names(cx, &part.text) {
                let name = name.to_ascii_lowercase();
                let may_be_hosted = name != host && is_mail_domain(&name);
                found.push(Local { name, place, may_be_hosted });
            }
        }
    }
    found
}

/// Whether people would have mailboxes in a domain: not in `localhost`, bare
/// host names, or what a template left behind.
fn is_mail_domain(name: &str) -> bool {
    let is_local = name.starts_with("localhost") || name.ends_with(".localdomain");
    let is_domain =
        name.contains('.') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    !is_local && (is_domain || name == "$mydomain")
}

/// The domains that a pattern stands for: itself, or the keys of a table whose
/// text was given. Nothing for what is not known and for `!` patterns.
fn names(cx: &Cx<'_>, pattern: &SourceText) -> Vec<String> {
    if pattern.as_str().starts_with(['!', '/']) {
        return Vec::new();
    }
    let Some(table) = table_ref(pattern) else { return vec![pattern.as_str().to_owned()] };
    match cx.model.table_content(&table) {
        TableContent::Text(text, _) => text.entries().map(|entry| entry.key.as_str().to_owned()).collect(),
        TableContent::Inline | TableContent::Unknown => Vec::new(),
    }
}

/// The name that a pattern without `!` lists. Both lists are string lists: only equal
/// names match, without case (match_ops.c, match_string).
fn listed(pattern: &DomainPattern) -> Option<(String, &DomainPattern)> {
    match &pattern.kind {
        DomainPatternKind::Domain(domain) => Some((domain.clone(), pattern)),
        DomainPatternKind::HostDependent => Some((pattern.text.as_str().to_ascii_lowercase(), pattern)),
        DomainPatternKind::Table(..) | DomainPatternKind::File(_) => None,
    }
}

/// A table or file of the virtual list that was not given.
struct Unknown {
    name: String,
    place: Option<Span>,
    is_file: bool,
}

fn unknown_tables(hosted: &[DomainPattern]) -> Vec<Unknown> {
    let unknown = hosted.iter().filter(|pattern| !pattern.negated).filter_map(|pattern| {
        let (name, is_file) = match &pattern.kind {
            // These answer by themselves, not from a list of domains.
            DomainPatternKind::Table(kind, _) if ["static", "inline", "fail"].contains(&kind.as_str()) => return None,
            DomainPatternKind::Table(kind, name) => (format!("{kind}:{name}"), false),
            DomainPatternKind::File(name) => (name.clone(), true),
            DomainPatternKind::Domain(_) | DomainPatternKind::HostDependent => return None,
        };
        Some(Unknown { name, place: pattern.text.span(), is_file })
    });
    unknown.collect()
}

fn cannot_tell(out: &mut Sink, domain: &Local, tables: &[Unknown]) {
    let name = &domain.name;
    let found = out.report(&RULE, domain.place, depends(name), WHY);
    found.severity = Severity::Info;
    found.help = Some(HELP_UNKNOWN);
    for table in tables {
        found.related.extend(table.place.map(|span| Label::noted(span, ASKED)));
        found.missing.push(Missing { what: missing(name, &table.name), command: Some(command(name, table)) });
    }
}

/// A command that says whether the domain is in the table. A name that only
/// the host knows is printed by postconf.
fn command(name: &str, table: &Unknown) -> String {
    let shown = match name.strip_prefix('$') {
        Some(param) => format!("\"$(postconf -h {param})\""),
        None => name.to_owned(),
    };
    let source = &table.name;
    if table.is_file { format!("grep -iw {shown} {source}") } else { format!("postmap -q {shown} {source}") }
}

fn message(name: &str) -> Text {
    text!(
        "`{name}` is in `mydestination` and in `virtual_mailbox_domains`",
        "`{name}` 도메인이 `mydestination` 값과 `virtual_mailbox_domains` 값에 모두 있습니다"
    )
}

fn depends(name: &str) -> Text {
    text!(
        "if `{name}` is in `virtual_mailbox_domains` too, its mail goes to system accounts and never to the virtual mailboxes; else all is well",
        "`{name}` 도메인이 `virtual_mailbox_domains` 목록에도 있다면 그 메일은 가상 메일박스가 아니라 시스템 계정으로 가고, 없다면 문제가 없습니다"
    )
}

fn missing(name: &str, table: &str) -> Text {
    text!("whether `{table}` holds `{name}`", "`{table}` 테이블에 `{name}` 도메인이 있는지 여부")
}

const TWIN: Text = Text::fixed("listed here as well", "여기에도 있습니다");
const ASKED: Text =
    Text::fixed("decides; its content is not known here", "이 테이블이 결정하지만 그 내용을 여기에서는 알 수 없습니다");
const WHY: Text = Text::fixed(
    "mydestination is asked first, so mail for such a domain is local: addresses without a system account are refused \
     as unknown, and virtual mailboxes get nothing.",
    "mydestination 값을 먼저 묻기 때문에 그런 도메인의 메일은 로컬 메일이 됩니다. 시스템 계정이 없는 주소는 없는 사용자로 거부되고 가상 메일박스는 아무것도 받지 못합니다.",
);
const HELP: Text = Text::fixed(
    "Keep the domain in one of the two lists: in `virtual_mailbox_domains` if its users have virtual mailboxes.",
    "도메인을 두 목록 가운데 하나에만 두십시오. 사용자가 가상 메일박스를 쓴다면 `virtual_mailbox_domains` 목록에 두십시오.",
);
const HELP_UNKNOWN: Text = Text::fixed(
    "Run the command: if it prints anything, take the domain out of `mydestination`.",
    "명령을 실행하여 무엇이든 출력된다면 이 도메인을 `mydestination` 값에서 빼십시오.",
);
