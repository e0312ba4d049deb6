//! Reports tables that stand open before the only relay guard.

use super::access_results::Permits;
use super::listeners::{exposed_smtpd, missing_params, name_services, share};
use super::relay_gates::{Door, RELAY, doors};
use crate::{Cx, Rule, Sink};
use postproof_diag::{Diagnostic, Edit, Fix, Label, Missing, Safety, Severity, Span, Text, text};
use postproof_model::{Scope, Service};

/// What a rule has to say of a door.
pub(crate) struct Opening {
    /// The results that permit.
    pub(crate) permits: Permits,
    /// What is so when a result permits.
    pub(crate) message: Text,
    /// Why it matters.
    pub(crate) why: Text,
    /// How bad it is when a result permits.
    pub(crate) severity: Severity,
}

/// How many table entries a finding points at; the rest are counted.
const SHOWN_ENTRIES: usize = 3;

/// Reports the doors of which the rule says something.
pub(crate) fn report(cx: &Cx<'_>, out: &mut Sink, rule: &'static Rule, opening: impl Fn(&Door) -> Option<Opening>) {
    let found = share(exposed_smtpd(cx), |service| {
        let doors = doors(cx, service).into_iter();
        doors.filter_map(|door| Some((door.span, (opening(&door)?, door, is_emptied(cx, service))))).collect()
    });
    // One question for each table, however often it is asked.
    let mut asked: Vec<String> = Vec::new();
    for shared in found {
        let (opening, door, is_emptied) = shared.fault;
        match opening.permits {
            Permits::No => continue,
            Permits::Yes(entries) => {
                let diagnostic = out.report(rule, shared.span, opening.message, opening.why);
                diagnostic.severity = opening.severity;
                diagnostic.help = Some(help(&door.guard));
                for entry in entries.iter().take(SHOWN_ENTRIES) {
                    if let Some(span) = entry.span.filter(|span| *span != shared.span) {
                        diagnostic.related.push(Label::noted(span, permits_note(&entry.result)));
                    }
                }
                diagnostic.fix = move_behind_guard(cx, &door);
                add_guard(diagnostic, &door);
                name_services(diagnostic, &shared.services);
            }
            // `relay-empty-relay-list` says why the guard stands alone.
            Permits::Unknown(_) if is_emptied => continue,
            Permits::Unknown(table) => {
                if asked.contains(&table) {
                    continue;
                }
                let diagnostic = out.report(rule, shared.span, cannot_tell(&door, &table), opening.why);
                diagnostic.severity = Severity::Info;
                diagnostic.help = Some(help(&door.guard));
                diagnostic.missing.push(table_input(&table));
                add_guard(diagnostic, &door);
                asked.push(table);
            }
        }
    }
}

/// Whether the relay list of the service is set to nothing.
pub(crate) fn is_emptied(cx: &Cx<'_>, service: &Service) -> bool {
    let relay = cx.model.value(Scope::Service(service.id), RELAY);
    relay.is_some_and(|relay| relay.is_set() && relay.as_str().is_empty())
}

/// Points at the guard, and says so if the other list was not seen.
pub(crate) fn add_guard(diagnostic: &mut Diagnostic, door: &Door) {
    if let Some(span) = door.guard_span {
        diagnostic.related.push(Label::noted(span, guard_note(&door.guard)));
    }
    if door.other_unseen {
        diagnostic.severity = Severity::Info;
        diagnostic.missing.push(missing_params(&[door.other], other_list(door.other)));
    }
}

/// Moves the door directly behind the guard. Only where nothing but separators
/// stands between it and the next entry.
pub(crate) fn move_behind_guard(cx: &Cx<'_>, door: &Door) -> Option<Fix> {
    let guard = door.guard_span.filter(|guard| guard.file == door.span.file && guard.start >= door.span.end)?;
    let between = cx.sources.slice(Span::new(guard.file, door.span.end, guard.start));
    let gap = between.iter().take_while(|byte| b", \t\r\n".contains(byte)).count();
    // A comment line or the end of the value: leave it to a person.
    let stops_at_entry = gap > 0 && between.get(gap) != Some(&b'#');
    if !door.is_movable || !stops_at_entry {
        return None;
    }
    let entry = String::from_utf8(cx.sources.slice(door.span).to_vec()).ok()?;
    let removed = Span::new(guard.file, door.span.start, door.span.end + gap as u32);
    let behind = Span::new(guard.file, guard.end, guard.end);
    let edits = vec![
        Edit { span: removed, replacement: String::new() },
        Edit { span: behind, replacement: format!(", {entry}") },
    ];
    Some(Fix { title: move_title(&door.guard), edits, safety: Safety::NeedsReview })
}

fn table_input(table: &str) -> Missing {
    if table.contains('{') {
        // Which of its tables are missing, the list of missing files says.
        return Missing { what: table_text(table), command: None };
    }
    let (kind, name) = table.split_once(':').unwrap_or(("", table));
    let kind = if kind == "proxy" { name.split(':').next().unwrap_or_default() } else { kind };
    let path = name.rsplit(':').next().unwrap_or_default();
    let command = match kind {
        "tcp" | "socketmap" | "memcache" | "ldap" => None,
        // What the query answers decides; the file holds the query.
        _ => Some(format!("cat {path}")).filter(|_| path.starts_with('/')),
    };
    Missing { what: table_text(table), command }
}

fn help(guard: &str) -> Text {
    text!(
        "Move the table behind `{guard}`, or let it answer `DUNNO` instead of `OK`.",
        "이 테이블을 `{guard}` 항목 뒤로 옮기거나 `OK` 대신 `DUNNO` 값을 답하게 하십시오."
    )
}

fn move_title(guard: &str) -> Text {
    text!("move it behind `{guard}`", "`{guard}` 항목 뒤로 옮깁니다")
}

fn permits_note(result: &str) -> Text {
    text!("`{result}` ends the list with a permit", "`{result}` 값은 허용으로 목록을 끝냅니다")
}

fn guard_note(guard: &str) -> Text {
    text!("`{guard}` is asked only after it", "`{guard}` 항목은 그다음에야 확인합니다")
}

fn other_list(param: &str) -> Text {
    text!(
        "the rest of main.cf, to see whether `{param}` refuses to relay in spite of it",
        "`{param}` 목록이 그래도 릴레이를 거절하는지 알려면 main.cf의 나머지가 필요합니다"
    )
}

fn table_text(table: &str) -> Text {
    text!("the content of `{table}`: which results it gives", "`{table}` 테이블의 내용(어떤 값을 답하는지)")
}

fn cannot_tell(door: &Door, table: &str) -> Text {
    let (guard, param) = (&door.guard, door.param);
    text!(
        "`{table}` stands before `{guard}` in `{param}`: if it can answer `OK`, strangers can relay; if not, nothing is wrong here",
        "`{param}` 목록에서 `{table}` 테이블이 `{guard}` 항목보다 앞에 있습니다. `OK` 값을 답할 수 있으면 외부인이 릴레이할 수 있고, 아니면 문제가 없습니다"
    )
}
