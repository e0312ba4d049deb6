//! What may change the envelope besides what is played.

use super::names;
use crate::Config;
use postproof_diag::Span;
use postproof_model::Tree;
use postproof_syntax::PartKind;
use std::collections::BTreeSet;

/// Something that may change who gets a message, or in whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewritingUnknown {
    /// What it is.
    pub kind: Rewriting,
    /// The parameter that names it: `smtpd_milters`.
    pub param: &'static str,
    /// The program, or the table.
    pub value: String,
    /// The line of a table, or the value of the parameter, if it has a place.
    pub span: Option<Span>,
    /// Whether it may change the sender.
    pub changes_sender: bool,
    /// Whether the table was not read, so that it may do so or not.
    pub is_unread: bool,
}

/// Kinds of what may change an envelope. All may change recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rewriting {
    /// A milter: it may add, remove and change.
    Milter,
    /// `REDIRECT`, `BCC` or `FILTER` in header and body checks.
    Checks,
    /// `content_filter`: the message comes back from it as another one.
    ContentFilter,
    /// `smtpd_proxy_filter`: the same before the queue.
    ProxyFilter,
}

/// Actions that change where a message goes.
// cleanup_message.c, cleanup_act
const ACTIONS: [&str; 3] = ["REDIRECT", "BCC", "FILTER"];

const CHECKS: [&str; 4] = ["header_checks", "mime_header_checks", "nested_header_checks", "body_checks"];

impl<'a> Config<'a> {
    /// What may change senders or recipients of a message and is not played by
    /// [`Config::queued`]: milters, header and body checks, filters.
    pub fn rewriting_unknowns(&self) -> Vec<RewritingUnknown> {
        let mut found = Vec::new();
        let overrides = self.param("receive_override_options");
        let is_off = |option: &str| names(&overrides).any(|word| word.eq_ignore_ascii_case(option));
        let filters = [
            ("smtpd_proxy_filter", Rewriting::ProxyFilter),
            ("content_filter", Rewriting::ContentFilter),
            ("smtpd_milters", Rewriting::Milter),
            ("smtpd_milter_maps", Rewriting::Milter),
        ];
        for (param, kind) in filters {
            let value = self.param(param);
            let is_none = value.is_empty() || (param == "smtpd_milters" && value.eq_ignore_ascii_case("DISABLE"));
            if is_none || (kind == Rewriting::Milter && is_off("no_milters")) {
                continue;
            }
            let span = self.model.value(self.scope(), param).and_then(|value| value.text_span());
            let value = value.to_string();
            found.push(RewritingUnknown { kind, param, value, span, changes_sender: true, is_unread: false });
        }
        if !is_off("no_header_body_checks") {
            let cleanup = self.behind_cleanup();
            let mut seen = BTreeSet::new();
            for param in CHECKS {
                // mime_header_checks and nested_header_checks are header_checks by default.
                let tables = cleanup.maps_of(param);
                let new = tables.names.iter().filter(|table| seen.insert((*table).clone()));
                found.extend(new.filter_map(|table| cleanup.checks(param, table)));
            }
        }
        found
    }

    /// Whether a table has an action that changes where a message goes.
    fn checks(&self, param: &'static str, table: &str) -> Option<RewritingUnknown> {
        let of = |action: &str, span, is_unread| RewritingUnknown {
            kind: Rewriting::Checks,
            param,
            value: table.to_owned(),
            span,
            // Who filters writes the message anew.
            changes_sender: action == "FILTER",
            is_unread,
        };
        if let Some(action) = action_in(table) {
            return Some(of(action, self.model.value(self.scope(), param)?.text_span(), false));
        }
        for given in &self.model.parts {
            let Tree::Table(parsed) = &given.tree else { continue };
            let name = given.part.name.as_deref().filter(|_| given.part.kind == PartKind::Table);
            if !name.is_some_and(|name| table.contains(name)) {
                continue;
            }
            let lines = parsed.tree.lines.iter();
            let found = lines.filter_map(|(line, span)| Some((action_in(line)?, span))).next();
            if let Some((action, span)) = found {
                return Some(of(action, Some(span), false));
            }
        }
        self.unread(table, "").map(|_| {
            let span = self.model.value(self.scope(), param).and_then(|value| value.text_span());
            of("FILTER", span, true)
        })
    }
}

/// The first action in a text that changes where a message goes.
fn action_in(text: &str) -> Option<&'static str> {
    let words = || text.split(|ch: char| ch.is_ascii_whitespace() || matches!(ch, ',' | '{' | '}' | '=' | ':'));
    words().find_map(|word| ACTIONS.into_iter().find(|action| word.eq_ignore_ascii_case(action)))
}
