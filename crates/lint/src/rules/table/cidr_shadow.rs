//! Rules of cidr: tables behind one that covers them.

use crate::support::cidr::pattern;
use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use ipnet::IpNet;
use postproof_diag::{Label, Severity, Text, text};
use postproof_syntax::table::{Entry, Table, TableSyntax};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

pub(crate) static RULE: Rule = Rule {
    name: "table-cidr-shadow",
    group: Group::Table,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["cidr_table(5) TABLE SEARCH ORDER"],
    docs: docs!("cidr_shadow"),
    check,
};

/// How many rules of one table are reported each by itself.
const MAX_RULES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(|given| given.table.syntax == TableSyntax::Cidr) {
        for (entry, earlier) in shadowed(given.table).into_iter().take(MAX_RULES) {
            let Some(span) = entry.key.span() else { continue };
            let found = out.report(&RULE, span, message(entry.key.as_str(), earlier.key.as_str()), WHY);
            found.help = Some(HELP);
            found.related.extend(earlier.key.span().map(|span| Label::noted(span, FIRST)));
        }
    }
}

/// Rules with a result that an earlier rule with another result takes away.
fn shadowed(table: &Table) -> Vec<(&Entry, &Entry)> {
    let mut seen: BTreeMap<IpNet, &Entry> = BTreeMap::new();
    let mut lengths: BTreeSet<u8> = BTreeSet::new();
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for entry in table.entries() {
        let key = entry.key.as_str();
        if key.eq_ignore_ascii_case("endif") {
            depth = depth.saturating_sub(1);
            continue;
        }
        if key.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("if")) {
            depth += 1;
            continue;
        }
        // Inside `if`, and negated, a rule covers less or other than its network.
        let network = pattern(key).filter(|network| *network == key && !entry.value.is_empty()).and_then(network);
        let Some(network) = network else { continue };
        let covering = lengths.iter().take_while(|length| **length <= network.prefix_len()).find_map(|length| {
            let wide = IpNet::new(network.addr(), *length).ok()?.trunc();
            seen.get(&wide)
        });
        match covering {
            Some(earlier) if earlier.value.as_str() != entry.value.as_str() => found.push((entry, *earlier)),
            Some(_) => {}
            None if depth == 0 => {
                lengths.insert(network.prefix_len());
                seen.insert(network, entry);
            }
            None => {}
        }
    }
    found
}

/// A network that Postfix accepts.
fn network(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    let network = match length {
        Some(length) => IpNet::new(address, length.parse().ok()?).ok()?,
        None => IpNet::from(address),
    };
    (network.trunc() == network).then_some(network)
}

fn message(key: &str, earlier: &str) -> Text {
    text!(
        "the rule for `{key}` is never reached: `{earlier}` before it covers the same addresses",
        "`{key}` 규칙에는 이르지 않습니다. 앞의 `{earlier}` 규칙이 같은 주소를 모두 포함합니다"
    )
}

const FIRST: Text = Text::fixed("matches first", "먼저 일치합니다");
const WHY: Text = Text::fixed(
    "Postfix tries the rules from top to bottom and stops at the first that matches.",
    "Postfix는 규칙을 위에서 아래로 시험하고 처음 일치하는 규칙에서 멈춥니다.",
);
const HELP: Text =
    Text::fixed("Put the exception before the wider network.", "예외를 더 넓은 네트워크보다 앞에 두십시오.");
