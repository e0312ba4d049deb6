//! Which parts describe the same host.

use postproof_model::{SourcePart, Tree};
use postproof_syntax::PartKind;
use std::collections::{BTreeMap, BTreeSet};

/// Settings from which on an excerpt says as much about its host as a dump:
/// fewer may be the same main.cf before and after a change.
const MANY_SETTINGS: usize = 5;

/// The parts of one host, in the order given.
#[derive(Debug, Default)]
pub(crate) struct HostParts {
    /// The name that prompts or headers give, if any do.
    pub(crate) name: Option<String>,
    pub(crate) parts: Vec<SourcePart>,
    /// The `myhostname` of its dumps, each once.
    dumps: BTreeSet<String>,
}

/// Hosts in order, and where those with a given first label are.
#[derive(Debug, Default)]
struct Hosts {
    hosts: Vec<HostParts>,
    by_label: BTreeMap<String, Vec<usize>>,
}

/// Sorts parts by host: by the host that a prompt or header names; where
/// nothing names one, a second dump of main.cf with another `myhostname`
/// begins another host.
pub(crate) fn group(parts: Vec<SourcePart>) -> Vec<HostParts> {
    let mut hosts = Hosts::default();
    let mut current = 0;
    for part in parts {
        let named = host_name(&part);
        let dump = dumped_hostname(&part);
        current = match &named {
            Some(name) => hosts.position_of(name, current),
            None if hosts.begins_another(current, dump.as_deref()) => hosts.hosts.len(),
            None => current,
        };
        hosts.add(current, named, dump, part);
    }
    hosts.hosts
}

impl Hosts {
    /// The host of that name; else the current one, if nothing has named it yet
    /// and its `myhostname` does not contradict; else a new one.
    fn position_of(&self, name: &str, current: usize) -> usize {
        let is_it = |at: &&usize| {
            let known = self.hosts.get(**at).and_then(|host| host.name.as_deref());
            known.is_some_and(|known| same_host(known, name))
        };
        let known = self.by_label.get(&label(name)).and_then(|places| places.iter().find(is_it));
        let unnamed = || {
            let host = self.hosts.get(current).filter(|host| host.name.is_none())?;
            let fits = host.parts.iter().filter_map(my_hostname).all(|my| same_host(&my, name));
            fits.then_some(current)
        };
        known.copied().or_else(unnamed).unwrap_or(self.hosts.len())
    }

    fn begins_another(&self, current: usize, dump: Option<&str>) -> bool {
        let (Some(host), Some(name)) = (self.hosts.get(current), dump) else { return false };
        !host.dumps.is_empty() && !host.dumps.contains(name)
    }

    fn add(&mut self, at: usize, named: Option<String>, dump: Option<String>, part: SourcePart) {
        let at = at.min(self.hosts.len());
        if at == self.hosts.len() {
            self.hosts.push(HostParts::default());
        }
        let Some(host) = self.hosts.get_mut(at) else { return };
        if let (None, Some(name)) = (&host.name, named) {
            self.by_label.entry(label(&name)).or_default().push(at);
            host.name = Some(name);
        }
        host.dumps.extend(dump);
        host.parts.push(part);
    }
}

fn host_name(part: &SourcePart) -> Option<String> {
    let header = match &part.tree {
        Tree::Dovecot(parsed) => parsed.tree.hostname.clone(),
        Tree::Main(_) | Tree::Master(_) | Tree::Table(_) | Tree::None => None,
    };
    part.part.host.clone().or(header)
}

fn label(name: &str) -> String {
    name.split('.').next().unwrap_or_default().to_ascii_lowercase()
}

/// A prompt shows the first label of a name that a header shows whole.
fn same_host(one: &str, other: &str) -> bool {
    if one.contains('.') && other.contains('.') { one.eq_ignore_ascii_case(other) } else { label(one) == label(other) }
}

/// The `myhostname` of a dump, or of an excerpt that is as long as one.
fn dumped_hostname(part: &SourcePart) -> Option<String> {
    let Tree::Main(parsed) = &part.tree else { return None };
    let says_enough = part.part.whole || parsed.tree.settings().nth(MANY_SETTINGS - 1).is_some();
    my_hostname(part).filter(|_| says_enough)
}

/// The `myhostname` that a part of main.cf sets to a fixed name.
fn my_hostname(part: &SourcePart) -> Option<String> {
    let Tree::Main(parsed) = &part.tree else { return None };
    if !matches!(part.part.kind, PartKind::MainCf | PartKind::PostconfN | PartKind::PostconfAll) {
        return None;
    }
    let last = parsed.tree.settings().filter(|setting| setting.name == "myhostname").last()?;
    let value = last.value.as_str();
    (!value.is_empty() && !value.contains('$')).then(|| value.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::{Options, check};
    use postproof_diag::{Document, SourceMap};

    fn hosts(text: &str) -> Vec<Option<String>> {
        let mut sources = SourceMap::default();
        sources.add(Document::new("paste", text));
        check(sources, Options::default()).hosts.into_iter().map(|host| host.name).collect()
    }

    fn dump(host: &str) -> String {
        format!(
            "inet_interfaces = all\nmydestination = localhost\nmyhostname = {host}\nmynetworks = 10.0.0.0/8\nrelayhost =\n"
        )
    }

    #[test]
    fn long_excerpts_with_other_names_are_other_hosts() {
        let text = format!("First:\n\n{}\nSecond:\n\n{}", dump("mx1.example.org"), dump("mx2.example.org"));
        assert_eq!(hosts(&text), [Some("mx1.example.org".to_owned()), Some("mx2.example.org".to_owned())]);
        let changed = "Before:\n\nmyhostname = mx1.example.org\n\nAfter:\n\nmyhostname = mx2.example.org\n";
        assert_eq!(hosts(changed).len(), 1);
    }

    #[test]
    fn a_short_name_of_a_prompt_is_the_host_of_the_long_name() {
        let text = format!(
            "root@mx1:~# postconf -n\n{0}root@mx2:~# postconf -n\n{0}root@mx1.example.org:~# postconf -n\n{0}",
            "relayhost =\n"
        );
        assert_eq!(hosts(&text), [Some("mx1".to_owned()), Some("mx2".to_owned())]);
    }
}
