//! Services, their limits and listeners.

use super::{Fault, View};
use crate::{NodeId, Reading, Step};
use postproof_catalog::{self as catalog, ServiceSetting, SettingKind};
use std::collections::BTreeMap;

/// Unix listeners, then TCP ones.
const FILES: [&str; 2] = ["unix_listener", "fifo_listener"];
const INET: &str = "inet_listener";

/// One service as it will run.
struct Service<'r> {
    reading: &'r Reading,
    name: String,
    /// What the configuration says of it, in 2.4 also within groups' reach.
    node: Option<NodeId>,
    defaults: &'static [ServiceSetting],
}

/// One listener: its values by short name.
struct Listener<'r> {
    kind: &'static str,
    name: String,
    nodes: Vec<NodeId>,
    service: &'r Service<'r>,
}

/// All checks of services.
// master-settings.c, master_settings_verify (2.3) and master_settings_ext_check (2.4)
pub(super) fn check(reading: &Reading, faults: &mut Vec<Fault>) {
    let view = View { reading, id: NodeId::ROOT };
    let services = services(reading);
    if view.newer() {
        // A variable that only a session has: the services are not looked at.
        if services.iter().any(|service| service.node.is_some_and(|node| variable(reading, node).is_some())) {
            return;
        }
        if let Some(fault) = services.iter().find_map(listener_variable) {
            return faults.push(fault);
        }
    }
    if let Some(fault) = names(&services) {
        return faults.push(fault);
    }
    let protocols = protocols(&view);
    let known = |word: &String| services.iter().any(|service| service.text("protocol") == *word);
    if let Some(odd) = protocols.iter().find(|word| !known(word)) {
        return faults.push(view.fault("protocols", format!("protocols: Unknown protocol: {odd}")));
    }
    let enabled: Vec<&Service<'_>> = services
        .iter()
        .filter(|service| {
            let protocol = service.text("protocol");
            protocol.is_empty() || protocols.contains(&protocol)
        })
        .collect();
    if let Some(fault) = enabled.iter().find_map(|service| limits(service)) {
        return faults.push(fault);
    }
    faults.extend(duplicates(&view, &enabled));
}

/// The first variable in the settings of a block that is not known when
/// services start, with the setting.
// var-expand.c: what needs no table of variables has a prefix
fn variable(reading: &Reading, node: NodeId) -> Option<(&str, &str)> {
    let of = |text: &'_ str| -> Option<(usize, usize)> {
        let start = text.find("%{")? + 2;
        let rest = text.get(start..)?;
        let name = rest.trim_start_matches([' ', '\t']);
        let skipped = start + rest.len() - name.len();
        let length = name.find([' ', '}', '|', '(', '+', '-', '*', '/', '%', '\t']).unwrap_or(name.len());
        let known = ["env:", "system:", "process:", "dovecot:", "event:"];
        let name = name.get(..length)?;
        (!name.is_empty() && !known.iter().any(|prefix| name.starts_with(prefix)))
            .then_some((skipped, skipped + length))
    };
    let node = reading.node(node)?;
    node.stored.iter().filter(|(_, stored)| !stored.is_list).find_map(|(name, stored)| {
        let (start, end) = of(&stored.text)?;
        Some((name.as_str(), stored.text.get(start..end)?))
    })
}

fn listener_variable(service: &Service<'_>) -> Option<Fault> {
    let kinds = FILES.into_iter().chain([INET]);
    kinds.flat_map(|kind| service.listeners(kind)).find_map(|listener| {
        let (kind, name) = (listener.kind, &listener.name);
        listener.nodes.iter().find_map(|node| {
            let (setting, variable) = variable(service.reading, *node)?;
            // Its own name may hold one.
            if setting.ends_with("_path") || setting.ends_with("_name") {
                return None;
            }
            let words = format!(
                "Failed to get {kind} {name}: {kind} settings (filter={kind}/{name}): Failed to parse configuration: \
                 Failed to expand {setting} setting variables: Unknown variable '{variable}'"
            );
            Some(View { reading: service.reading, id: *node }.fault(setting, words))
        })
    })
}

fn protocols(view: &View<'_>) -> Vec<String> {
    let words = view.words("protocols");
    if !view.newer() && words.len() == 1 && words.iter().all(|word| word == "none") { Vec::new() } else { words }
}

fn services(reading: &Reading) -> Vec<Service<'_>> {
    let series = reading.dialect().series();
    let mut names: Vec<&str> = catalog::dovecot_services(series).iter().map(|setting| setting.service).collect();
    names.dedup();
    let default = |name: &str| Service {
        reading,
        name: name.to_owned(),
        node: None,
        defaults: catalog::dovecot_service(series, name).unwrap_or_default(),
    };
    let mut services: Vec<Service<'_>> = names.into_iter().map(default).collect();
    let mut places: BTreeMap<String, usize> = (0..).zip(&services).map(|(at, one)| (one.name.clone(), at)).collect();
    for id in reading.node(NodeId::ROOT).map_or(&[][..], |node| &node.children) {
        let Some(Step::Section { kind, name }) = reading.node(*id).map(|node| &node.step) else { continue };
        if kind != "service" {
            continue;
        }
        let name = name.clone().unwrap_or_default();
        let at = *places.entry(name.clone()).or_insert(services.len());
        match services.get_mut(at).filter(|_| !name.is_empty()) {
            Some(service) => service.node = Some(*id),
            None => services.push(Service { reading, name, node: Some(*id), defaults: &[] }),
        }
    }
    services
}

impl<'r> Service<'r> {
    fn newer(&self) -> bool {
        self.reading.dialect() == crate::Dialect::V24
    }

    /// The full name of a setting of services.
    fn full(&self, short: &str) -> String {
        if self.newer() { format!("service_{short}") } else { short.to_owned() }
    }

    fn stored(&self, short: &str) -> Option<&'r str> {
        let full = self.full(short);
        let own = self.node.and_then(|node| self.reading.stored(node, &full));
        let top = || self.reading.stored(NodeId::ROOT, &full).filter(|_| self.newer());
        own.or_else(top).map(|stored| stored.text.as_str())
    }

    fn default(&self, key: &str) -> Option<&'static str> {
        self.defaults.iter().find(|setting| setting.key == key).map(|setting| setting.value)
    }

    fn text(&self, short: &str) -> String {
        self.stored(short).or_else(|| self.default(short)).unwrap_or_default().to_owned()
    }

    /// A number; 0 where nothing sets it in 2.3, the global default in 2.4.
    fn number(&self, short: &str, kind: SettingKind, global: Option<&str>) -> Option<u64> {
        let text = self.stored(short).or_else(|| self.default(short));
        let value = match text {
            Some(text) => super::number(kind, text)?,
            None => 0,
        };
        match global {
            Some(global) if value == 0 && (text.is_none() || !self.newer()) => {
                View { reading: self.reading, id: NodeId::ROOT }.number(global)
            }
            _ => Some(value),
        }
    }

    fn fault(&self, short: &str, words: String) -> Fault {
        let view = View { reading: self.reading, id: self.node.unwrap_or(NodeId::ROOT) };
        view.fault(&self.full(short), words)
    }

    /// Its listeners of a kind: those that every server has, and its own.
    fn listeners(&'r self, kind: &'static str) -> Vec<Listener<'r>> {
        let mut found: Vec<Listener<'r>> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for setting in self.defaults {
            let rest = setting.key.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/'));
            let Some((name, _)) = rest.and_then(|rest| rest.split_once('/')) else { continue };
            let name = crate::old::unescaped_name(name);
            if !places.contains_key(&name) {
                places.insert(name.clone(), found.len());
                found.push(Listener { kind, name, nodes: Vec::new(), service: self });
            }
        }
        let top = self.newer().then_some(NodeId::ROOT);
        for around in self.node.into_iter().chain(top) {
            for id in self.reading.node(around).map_or(&[][..], |node| &node.children) {
                let Some(Step::Section { kind: known, name }) = self.reading.node(*id).map(|node| &node.step) else {
                    continue;
                };
                if known != kind {
                    continue;
                }
                let name = name.clone().unwrap_or_default();
                match places.get(&name).and_then(|at| found.get_mut(*at)) {
                    Some(one) => one.nodes.push(*id),
                    None => {
                        places.insert(name.clone(), found.len());
                        found.push(Listener { kind, name, nodes: vec![*id], service: self });
                    }
                }
            }
        }
        found
    }
}

impl Listener<'_> {
    fn text(&self, short: &str) -> Option<String> {
        let full = if self.service.newer() { format!("{}_{short}", self.kind) } else { short.to_owned() };
        let own = self.nodes.iter().find_map(|node| self.service.reading.stored(*node, &full));
        let top = || self.service.reading.stored(NodeId::ROOT, &full).filter(|_| self.service.newer());
        let own = own.or_else(top);
        if let Some(own) = own {
            return Some(own.text.clone());
        }
        let key = format!("{}/{}/{short}", self.kind, crate::old::escaped(&self.name));
        self.service.default(&key).map(str::to_owned)
    }
}

fn names(services: &[Service<'_>]) -> Option<Fault> {
    for (at, service) in services.iter().enumerate() {
        if service.name.is_empty() || service.stored("name").is_some_and(|name| name.is_empty() && service.newer()) {
            return Some(service.fault("name", format!("Service #{at} is missing name")));
        }
        let kind = service.text("type");
        let known = ["", "log", "config", "anvil", "login", "startup", "worker"];
        if !known.contains(&kind.as_str()) && !kind.contains("%{") {
            return Some(service.fault("type", format!("Unknown service type: {kind}")));
        }
    }
    None
}

fn limits(service: &Service<'_>) -> Option<Fault> {
    let name = &service.name;
    let say = |short: &str, what: &str| Some(service.fault(short, format!("service({name}): {what}")));
    let newer = service.newer();
    if service.text("drop_priv_before_exec") == "yes" && !service.text("chroot").is_empty() {
        return say("drop_priv_before_exec", "drop_priv_before_exec=yes can't be used with chroot");
    }
    let processes = service.number("process_limit", SettingKind::Uint, Some("default_process_limit"))?;
    if newer && processes == 0 {
        return say("process_limit", "process_limit must be higher than 0");
    }
    if service.number("process_min_avail", SettingKind::Uint, None).is_some_and(|least| least > processes) {
        return say("process_min_avail", "process_min_avail is higher than process_limit");
    }
    if newer {
        if service.number("client_limit", SettingKind::Uint, Some("default_client_limit")) == Some(0) {
            return say("client_limit", "client_limit must be higher than 0");
        }
        if service.stored("restart_request_count") == Some("0") {
            return say(
                "restart_request_count",
                "restart_request_count must be higher than 0 (did you mean \"unlimited\"?)",
            );
        }
        if service.number("idle_kill_interval", SettingKind::Time, Some("default_idle_kill_interval")) == Some(0) {
            return say("idle_kill_interval", "idle_kill_interval must be higher than 0 (did you mean \"unlimited\"?)");
        }
    }
    let memory = match newer {
        true => service.number("vsz_limit", SettingKind::Size, Some("default_vsz_limit")),
        false => service.stored("vsz_limit").and_then(|_| service.number("vsz_limit", SettingKind::Size, None)),
    };
    if memory.is_some_and(|bytes| bytes < 1 << 20 && (newer || bytes != 0)) {
        let hint = if newer { " (did you mean \"unlimited\"?)" } else { "" };
        return say("vsz_limit", &format!("vsz_limit is too low{hint}"));
    }
    if service.default("process_limit_1").is_some() && processes > 1 {
        return say("process_limit", "process_limit must be 1");
    }
    None
}

fn duplicates(view: &View<'_>, services: &[&Service<'_>]) -> Option<Fault> {
    let base = view.text("base_dir");
    let base = base.strip_suffix('/').unwrap_or(base);
    let listen = view.words("listen");
    let mut all: Vec<(String, NodeId)> = Vec::new();
    for service in services {
        for kind in FILES {
            for listener in service.listeners(kind) {
                let path = listener.text("path").unwrap_or_else(|| listener.name.clone());
                let node = listener.nodes.first().copied().unwrap_or(NodeId::ROOT);
                if path.is_empty() {
                    let words = format!("service({}): {kind}: path must not be empty", service.name);
                    return Some(View { reading: view.reading, id: node }.fault("path", words));
                }
                let off = listener.text("mode").is_some_and(|mode| mode.chars().all(|ch| ch == '0'));
                if !off {
                    let full = if path.starts_with('/') { path } else { format!("{base}/{path}") };
                    all.push((full, node));
                }
            }
        }
        for listener in service.listeners(INET) {
            let node = listener.nodes.first().copied().unwrap_or(NodeId::ROOT);
            let Some(port) = listener.text("port").filter(|port| port != "0" && !port.is_empty()) else { continue };
            if view.newer() {
                all.extend(listen.iter().map(|address| (format!("{port}:{address}"), node)));
            } else {
                all.push((format!("{port}:{}", listener.text("address").unwrap_or_default()), node));
            }
        }
    }
    all.sort();
    let twice = all.windows(2).find_map(|pair| match pair {
        [(first, a), (second, b)] if first == second => Some((second.clone(), *if b.0 == 0 { a } else { b })),
        _ => None,
    });
    let (listener, node) = twice?;
    Some(View { reading: view.reading, id: node }.fault("listener", format!("duplicate listener: {listener}")))
}
