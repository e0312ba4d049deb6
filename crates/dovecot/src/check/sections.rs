//! Checks of sections: their own settings, and whether anything finds them.

use super::simple::is_open;
use super::{Fault, View};
use crate::{NodeId, Step};
use std::collections::BTreeSet;

/// Checks of a section's own settings.
pub(super) fn section(view: &View<'_>, kind: &str, name: Option<&str>, faults: &mut Vec<Fault>) {
    let own = |setting: &str| view.reading.stored(view.id, setting).map_or("", |stored| stored.text.as_str());
    let newer = view.newer();
    match kind {
        "passdb" | "userdb" if !newer && own("driver").is_empty() => {
            faults.push(view.fault("driver", format!("{kind} is missing driver")));
        }
        "passdb" if !newer => {
            let result = own("result_success");
            if own("pass") == "yes" && !result.is_empty() && result != "return-ok" {
                let words = "Obsolete pass=yes setting mixed with non-default result_success";
                faults.push(view.fault("pass", words));
            }
        }
        "namespace" if !newer => {
            if own("separator").len() > 1 {
                let words =
                    format!("Namespace '{}': Hierarchy separator must be only one character long", own("prefix"));
                faults.push(view.fault("separator", words));
            }
            alias_for(view, own("alias_for"), own("disabled") == "yes", faults);
        }
        "mailbox" if !newer => {
            let uses = own("special_use");
            if let Some(odd) = uses.split(' ').find(|word| !word.is_empty() && !is_special_use(word)) {
                let words = format!("mailbox {}: unknown special_use: {odd}", name.unwrap_or_default());
                faults.push(view.fault("special_use", words));
            }
        }
        "mailbox" => special_use(view, name.unwrap_or_default(), faults),
        "metric" if !newer => {
            let name = name.unwrap_or_default();
            if name.is_empty() {
                faults.push(view.fault("metric_name", "Metric name can't be empty"));
            } else if own("filter").is_empty() {
                let words = format!("metric {name} {{ filter }} is empty - will not match anything");
                faults.push(view.fault("filter", words));
            }
        }
        "event_exporter" => exporter(view, name, faults),
        _ => {}
    }
}

// stats-settings.c, stats_exporter_settings_check
fn exporter(view: &View<'_>, name: Option<&str>, faults: &mut Vec<Fault>) {
    let newer = view.newer();
    let key = |short: &str| if newer { format!("event_exporter_{short}") } else { short.to_owned() };
    let own = |short: &str| view.reading.stored(view.id, &key(short)).map_or("", |stored| stored.text.as_str());
    let mut say = |short: &str, words: String| faults.push(view.fault(&key(short), words));
    let unnamed = if newer { own("name").is_empty() } else { name.is_none() };
    if unnamed {
        if !newer {
            say("name", "Exporter name can't be empty".to_owned());
        }
        return;
    }
    match own("format") {
        "" => return say("format", "Exporter format name can't be empty".to_owned()),
        "none" | "json" | "tab-text" => {}
        other if is_open(other) => return,
        other => return say("format", format!("Unknown exporter format '{other}'")),
    }
    if newer {
        return;
    }
    match own("transport") {
        "" => say("transport", "Exporter transport name can't be empty".to_owned()),
        "drop" | "http-post" | "log" => {
            let needs_time = own("format") != "none";
            let has_time = own("format_args").split(' ').any(|word| word.starts_with("time-"));
            if needs_time && !has_time {
                let words = format!("{} exporter format requires a time-* argument", own("format"));
                say("format_args", words);
            }
        }
        other => say("transport", format!("Unknown transport type '{other}'")),
    }
}

// stats-settings.c of 2.4, stats_metric_settings_check
pub(super) fn metric(view: &View<'_>, faults: &mut Vec<Fault>) {
    let name = view.text("metric_name");
    if view.sets("metric_name") && !name.is_empty() && view.text("metric_filter").is_empty() {
        let words = format!("metric {name} {{ filter }} is empty - will not match anything");
        faults.push(view.fault("metric_filter", words));
    }
}

/// Sections that nothing can find: doveconf asks for each of them knowing the
/// connection only, not the sections around.
// stats-settings.c, stats_settings_ext_check; auth-settings.c,
// auth_settings_get_passdbs; mail-storage-settings.c, namespace_parse_mailboxes
pub(super) fn unreachable_sections(view: &View<'_>, faults: &mut Vec<Fault>) {
    let reading = view.reading;
    let path = reading.path(view.id);
    let is_section = |step: &&Step| matches!(step, Step::Section { .. });
    let in_section = path.iter().any(is_section);
    let is_namespace = matches!(path.last(), Some(Step::Section { kind, .. }) if kind == "namespace");
    let outer = path.split_last().is_some_and(|(_, around)| around.iter().any(is_section));
    // Outside the top level, the list of addresses has no default.
    let has_service = |id: &NodeId| reading.section(*id).is_some_and(|section| section.kind() == "service");
    let children = reading.node(view.id).map_or(&[][..], |node| &node.children);
    if view.id != NodeId::ROOT && !view.sets("listen") && children.iter().any(has_service) {
        faults.push(view.fault("listen", "listen can't be set empty"));
    }
    for id in children {
        let Some(section) = reading.section(*id) else { continue };
        let (kind, name) = (section.kind(), section.name());
        let lost = match kind {
            "passdb" | "userdb" | "metric" => in_section,
            "mailbox" => in_section && (outer || !is_namespace),
            _ => continue,
        };
        let fault = |words| Fault { block: view.id, ..View { reading, id: *id }.fault(kind, words) };
        if lost && reading.child(NodeId::ROOT, &format!("{kind}/{name}")).is_none() {
            faults.push(fault(format!(
                "Failed to get {kind} {name}: Filter {kind}={name} unexpectedly not found (invalid userdb or -o \
                 override settings?)"
            )));
        } else if kind == "metric" && !lost {
            let exporter = section.own("exporter").map_or("", |value| value.text());
            let key = format!("event_exporter/{exporter}");
            let known = [NodeId::ROOT, view.id].iter().any(|node| reading.child(*node, &key).is_some());
            if !exporter.is_empty() && !known && !is_open(exporter) {
                faults.push(fault(format!("metric {name} refers to non-existent exporter '{exporter}'")));
            }
        }
    }
}

// stats-settings.c of 2.3, stats_settings_check
pub(super) fn exporters(view: &View<'_>, faults: &mut Vec<Fault>) {
    let sections = |kind: &'static str| {
        let children = view.reading.node(view.id).map_or(&[][..], |node| &node.children);
        let of_kind = children.iter().filter_map(|id| view.reading.section(*id));
        of_kind.filter(move |section| section.kind() == kind)
    };
    let known: BTreeSet<&str> = sections("event_exporter").map(|one| one.name()).collect();
    if known.is_empty() {
        return;
    }
    for metric in sections("metric") {
        let Some(exporter) = metric.own("exporter").map(|value| value.text()).filter(|text| !text.is_empty()) else {
            continue;
        };
        if !known.contains(exporter) {
            let words = format!("metric {} refers to non-existent exporter '{exporter}'", metric.name());
            faults.push(View { reading: view.reading, id: metric.id }.fault("exporter", words));
        }
    }
}

/// Sections among which the namespace of an alias is searched.
const MAX_SIBLINGS: usize = 2000;

// mail-storage-settings.c of 2.3, namespace_settings_check
fn alias_for(view: &View<'_>, alias: &str, disabled: bool, faults: &mut Vec<Fault>) {
    if !view.sets("alias_for") || disabled {
        return;
    }
    let prefix = |id| view.reading.stored(id, "prefix").map_or("", |stored| stored.text.as_str());
    let parent = view.reading.node(view.id).and_then(|node| node.parent).unwrap_or(NodeId::ROOT);
    let siblings = view.reading.node(parent).map_or(&[][..], |node| &node.children);
    if siblings.len() > MAX_SIBLINGS {
        return;
    }
    let is_namespace = |id: &&NodeId| view.reading.section(**id).is_some_and(|one| one.kind() == "namespace");
    let target = siblings.iter().filter(is_namespace).find(|id| prefix(**id) == alias);
    let own = prefix(view.id);
    match target {
        None => {
            let words = format!("Namespace '{own}': alias_for points to unknown namespace: {alias}");
            faults.push(view.fault("alias_for", words));
        }
        Some(target) => {
            if let Some(next) = view.reading.stored(*target, "alias_for") {
                let words = format!("Namespace '{own}': alias_for chaining isn't allowed: {alias} -> {}", next.text);
                faults.push(view.fault("alias_for", words));
            }
        }
    }
}

/// 2.4 only warns.
fn special_use(view: &View<'_>, name: &str, faults: &mut Vec<Fault>) {
    if !view.sets("mailbox_special_use") {
        return;
    }
    for word in view.words("mailbox_special_use").iter().filter(|word| !is_special_use(word)) {
        let words = format!("mailbox {name}: special_use label {word} is not an RFC-defined label - allowing anyway");
        let mut fault = view.fault("mailbox_special_use", words);
        fault.stops = crate::Stops::Never;
        faults.push(fault);
    }
}

fn is_special_use(word: &str) -> bool {
    let known = ["All", "Archive", "Drafts", "Flagged", "Important", "Junk", "Sent", "Trash"];
    word.strip_prefix('\\').is_some_and(|name| known.iter().any(|known| known.eq_ignore_ascii_case(name)))
}
