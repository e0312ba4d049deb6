//! `# postproof: allow(rule-name) reason` above a setting leaves out what the
//! rule says about that setting. The reason is required, and comments that
//! leave out nothing are reported by `cfg-suppression`.

use crate::Cx;
use crate::rules::cfg::suppression::{self, Fault};
use postproof_diag::{Diagnostic, Span, decode};
use postproof_model::{SourcePart, Tree};
use postproof_syntax::{dovecot, main_cf, master_cf, table};

/// One such comment.
struct Allow {
    rule: String,
    has_reason: bool,
    /// The comment, without its line end.
    span: Span,
    /// The setting under it.
    target: Option<Span>,
    used: bool,
}

/// Takes out what comments allow and adds findings about the comments.
pub(crate) fn apply(cx: &Cx<'_>, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut allows: Vec<Allow> = cx.model.parts.iter().flat_map(|part| allows(cx, part)).collect();
    if allows.is_empty() {
        return diagnostics;
    }
    let mut kept: Vec<Diagnostic> =
        diagnostics.into_iter().filter(|diagnostic| !is_allowed(&mut allows, diagnostic)).collect();
    for allow in &allows {
        let fault = match (crate::rule(&allow.rule).is_some(), allow.has_reason, allow.used) {
            (false, _, _) => Fault::UnknownRule,
            (true, false, _) => Fault::NoReason,
            (true, true, false) => Fault::Unused,
            (true, true, true) => continue,
        };
        kept.push(suppression::diagnostic(fault, &allow.rule, allow.span));
    }
    kept
}

fn is_allowed(allows: &mut [Allow], diagnostic: &Diagnostic) -> bool {
    let mut allowed = false;
    for allow in allows.iter_mut().filter(|allow| allow.has_reason && allow.rule == diagnostic.rule) {
        if allow.target.is_some_and(|target| target.contains(diagnostic.primary.span)) {
            allow.used = true;
            allowed = true;
        }
    }
    allowed
}

/// The comments of a part with the settings under them. Other comments may
/// stand between, empty lines may not.
fn allows(cx: &Cx<'_>, part: &SourcePart) -> Vec<Allow> {
    let mut found: Vec<Allow> = Vec::new();
    let mut waiting = 0;
    for (is_comment, span) in lines(&part.tree) {
        if is_comment {
            found.extend(parse(cx, span));
            continue;
        }
        for allow in found.iter_mut().skip(waiting) {
            allow.target = span;
        }
        waiting = found.len();
    }
    found
}

/// Comments (with their place), settings (with theirs) and other lines in order.
fn lines(tree: &Tree) -> Vec<(bool, Option<Span>)> {
    match tree {
        Tree::Main(parsed) => parsed
            .tree
            .items
            .iter()
            .map(|item| match item {
                main_cf::Item::Comment(span) => (true, Some(*span)),
                main_cf::Item::Setting(setting) => (false, Some(setting.span)),
                main_cf::Item::Blank(_) | main_cf::Item::Junk(_) => (false, None),
            })
            .collect(),
        Tree::Master(parsed) => parsed
            .tree
            .items
            .iter()
            .map(|item| match item {
                master_cf::Item::Comment(span) => (true, Some(*span)),
                master_cf::Item::Service(service) => (false, Some(service.span)),
                master_cf::Item::Blank(_) | master_cf::Item::Junk(_) => (false, None),
            })
            .collect(),
        Tree::Dovecot(parsed) => parsed
            .tree
            .items
            .iter()
            .map(|item| match item {
                dovecot::Item::Comment(span) => (true, Some(*span)),
                dovecot::Item::Setting(setting) => (false, Some(setting.span)),
                dovecot::Item::SectionStart(section) => (false, Some(section.span)),
                dovecot::Item::Include { span, .. } => (false, Some(*span)),
                dovecot::Item::SectionEnd(_) | dovecot::Item::Blank(_) | dovecot::Item::Junk(_) => (false, None),
            })
            .collect(),
        Tree::Table(parsed) => parsed
            .tree
            .items
            .iter()
            .map(|item| match item {
                table::Item::Comment(span) => (true, Some(*span)),
                table::Item::Entry(entry) => (false, Some(entry.span)),
                table::Item::Blank(_) | table::Item::Junk(_) => (false, None),
            })
            .collect(),
        Tree::None => Vec::new(),
    }
}

fn parse(cx: &Cx<'_>, comment: Option<Span>) -> Option<Allow> {
    let comment = comment?;
    let text = decode(cx.sources.slice(comment));
    let text = text.trim_end();
    let span = Span::new(comment.file, comment.start, comment.start + text.len() as u32);
    let order = text.trim_start().trim_start_matches('#').trim_start().strip_prefix("postproof:")?;
    let (rule, reason) = order.trim_start().strip_prefix("allow(")?.split_once(')')?;
    Some(Allow { rule: rule.trim().to_owned(), has_reason: !reason.trim().is_empty(), span, target: None, used: false })
}
