//! What doveconf checks after all was read: values that do not fit together.
//!
//! Only what the texts alone decide is here. Whether a user exists or a plugin
//! directory can be opened is for the server to say.

mod sections;
mod services;
mod simple;
mod template;

use crate::{Dialect, NodeId, Problem, ProblemKind, Reading, Step, Stops, Stored};
use postproof_catalog::{self as catalog, SettingKind};
use postproof_diag::{FileId, Span};

/// Adds the problems of the whole to those of the lines.
pub(crate) fn run(reading: &mut Reading) {
    let mut faults = Vec::new();
    if reading.dialect() == Dialect::V24 {
        faults.extend(template::faults(reading));
    }
    let blocks: Vec<NodeId> = reading.nodes().map(|(id, _)| id).collect();
    for id in blocks {
        let in_group = reading.path(id).iter().any(|step| matches!(step, Step::Group { .. }));
        if in_group {
            continue;
        }
        let view = View { reading, id };
        simple::block(&view, &mut faults);
        if id == NodeId::ROOT {
            let first = faults.len();
            services::check(reading, &mut faults);
            // They are looked at from the top, wherever they stand.
            faults.iter_mut().skip(first).for_each(|fault| fault.block = NodeId::ROOT);
        }
    }
    faults.extend(ssl_of_part(reading));
    let order = |fault: &Fault| {
        let block = match reading.dialect() {
            Dialect::V23 => around(reading, fault.block),
            Dialect::V24 => fault.block,
        };
        (block, rank(&fault.subject))
    };
    faults.sort_by_key(order);
    let problems = faults.into_iter().map(|fault| Problem {
        kind: if fault.stops == Stops::Panic { ProblemKind::Variable } else { ProblemKind::Check },
        span: fault.span.unwrap_or(Span::new(FileId(0), 0, 0)),
        line: None,
        words: fault.words,
        stops: fault.stops,
        subject: fault.subject,
        within: fault.within,
    });
    let problems: Vec<Problem> = problems.collect();
    reading.problems.extend(problems);
}

/// TLS that is on for a part only, while it is off for all: it stays off.
// config-parser.c, config_all_parsers_check
fn ssl_of_part(reading: &Reading) -> Option<Fault> {
    let text = |id: NodeId| reading.stored(id, "ssl").map(|stored| stored.text.as_str());
    if text(NodeId::ROOT) != Some("no") {
        return None;
    }
    let is_filter = |step: &Step| {
        matches!(step, Step::Protocol(_) | Step::Local(_) | Step::LocalName(_) | Step::Remote(_))
            || reading.dialect() == Dialect::V24 && matches!(step, Step::Section { .. })
    };
    let mut filters = reading.nodes().filter(|(_, node)| is_filter(&node.step));
    let (id, value) = filters.find_map(|(id, _)| Some((id, text(id).filter(|value| *value != "no")?)))?;
    let words = format!("SSL is disabled because global ssl=no, ignoring ssl={value} for subsection");
    let fault = View { reading, id }.fault("ssl", words);
    Some(Fault { stops: Stops::Never, ..fault })
}

/// The filter around a block of 2.3.
fn around(reading: &Reading, id: NodeId) -> NodeId {
    let mut id = id;
    while let Some(node) = reading.node(id).filter(|node| matches!(node.step, Step::Section { .. })) {
        id = node.parent.unwrap_or(NodeId::ROOT);
    }
    id
}

/// The order in which doveconf checks its structures: the common ones, then by
/// name.
// settings-get.pl
fn rank(subject: &str) -> usize {
    const PARTS: &[(&str, &[&str])] = &[
        ("common", &["ssl", "syslog"]),
        ("auth", &["auth", "passdb", "userdb", "driver", "pass", "oauth2"]),
        ("director", &["director"]),
        ("doveadm", &["dsync"]),
        ("imap", &["imap_"]),
        ("lmtp", &["lmtp"]),
        ("mail", &["mail", "imapc", "pop3c", "namespace", "separator", "alias_for", "special_use", "pop3_uidl"]),
        ("master", &["service", "protocols", "listen", "first_valid", "unix_listener", "inet_listener"]),
        ("pop3", &["pop3"]),
        ("stats", &["metric", "exporter", "filter", "format", "transport", "name", "event_exporter"]),
        ("submission", &["submission"]),
    ];
    let part = PARTS.iter().position(|(_, begins)| begins.iter().any(|begin| subject.starts_with(begin)));
    // What is left belongs to services.
    part.unwrap_or(7)
}

/// Something that does not fit.
pub(crate) struct Fault {
    words: String,
    subject: String,
    span: Option<Span>,
    within: NodeId,
    /// The block at whose check it is found.
    block: NodeId,
    stops: Stops,
}

/// One block with its values.
struct View<'r> {
    reading: &'r Reading,
    id: NodeId,
}

impl<'r> View<'r> {
    fn newer(&self) -> bool {
        self.reading.dialect() == Dialect::V24
    }

    /// What is stored here; in 2.3 also what the filters around hold.
    fn stored(&self, name: &str) -> Option<&'r Stored> {
        if self.newer() {
            return self.reading.stored(self.id, name);
        }
        let mut next = Some(self.id);
        while let Some(id) = next {
            if let Some(stored) = self.reading.stored(id, name) {
                return Some(stored);
            }
            next = self.reading.node(id).and_then(|node| node.parent);
        }
        None
    }

    /// Whether this block sets it.
    fn sets(&self, name: &str) -> bool {
        self.reading.stored(self.id, name).is_some()
    }

    fn text(&self, name: &str) -> &'r str {
        match self.stored(name) {
            Some(stored) => &stored.text,
            None => catalog::setting(self.reading.dialect().series(), name)
                .and_then(|setting| setting.default)
                .unwrap_or_default(),
        }
    }

    fn is_yes(&self, name: &str) -> bool {
        crate::values::boolean(self.text(name)).unwrap_or(false)
    }

    /// A number, time or size; nothing where a variable stands for it.
    fn number(&self, name: &str) -> Option<u64> {
        let kind = catalog::setting(self.reading.dialect().series(), name)?.kind;
        number(kind, self.text(name))
    }

    /// The words of a list.
    fn words(&self, name: &str) -> Vec<String> {
        match self.stored(name) {
            Some(stored) if stored.is_list => {
                let on = stored.entries.iter().filter(|entry| !entry.value.eq_ignore_ascii_case("no"));
                on.map(|entry| entry.key.clone()).collect()
            }
            _ => {
                let words = self.text(name).split([' ', ',']);
                words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
            }
        }
    }

    fn span(&self, name: &str) -> Option<Span> {
        let last = self.stored(name)?.assignments.last()?;
        self.reading.assignment(*last).map(|assignment| assignment.span)
    }

    fn fault(&self, name: &str, words: impl Into<String>) -> Fault {
        let opened = || self.reading.node(self.id)?.opened.first().copied();
        Fault {
            words: words.into(),
            subject: name.to_owned(),
            span: self.span(name).or_else(opened),
            within: self.id,
            block: self.id,
            stops: Stops::AtEnd,
        }
    }
}

fn number(kind: SettingKind, text: &str) -> Option<u64> {
    if text == "unlimited" || text == "infinite" {
        return Some(u64::MAX);
    }
    match kind {
        SettingKind::Time => crate::values::interval(text, false).ok().map(u64::from),
        SettingKind::TimeMsecs => crate::values::interval(text, true).ok().map(u64::from),
        SettingKind::Size => crate::values::bytes(text).ok(),
        _ => crate::values::uint(text).ok().map(u64::from),
    }
}
