//! The words of a service's configuration that can tell clients apart: keys of
//! tables, networks and domains, each with what it is asked for.

use crate::limits::{Limit, MAX_TABLE_ENTRIES};
use ipnet::IpNet;
use postproof_diag::SourceText;
use postproof_model::{DomainPatternKind, Model, Scope, TableContent, TableRef, TableRole, table_ref, words};
use postproof_sim::{Config, OWN_DOMAINS};
use postproof_syntax::table::TableSyntax;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a table is asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    /// The client's verified name and its address.
    Client,
    /// The client's unverified name.
    ReverseName,
    /// The name of HELO.
    Helo,
    /// The sender.
    Sender,
    /// The recipient.
    Recipient,
    /// The login.
    Login,
    /// Fingerprints of certificates.
    Certificate,
    /// The sender; it answers with logins.
    Owners,
    /// An address, to know whether it exists or what becomes of it.
    Listed,
    /// A client's name and address, to know whether it is in a list of hosts.
    Listing,
}

/// One table in one role.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) role: Role,
    /// `type:name`, as the configuration has it.
    pub(crate) table: String,
    /// What it holds; of a table of tables, what each of these holds.
    pub(crate) contents: Rc<Vec<Content>>,
}

impl Asked {
    /// The patterns in it.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &String> {
        self.contents
            .iter()
            .flat_map(|content| match content {
                Content::Patterns(patterns) => patterns.as_slice(),
                Content::Keys(_) | Content::Networks(_) | Content::Unknown => &[],
            })
            .map(|(key, _)| key)
    }

    /// Whether it holds patterns, or a table in it does.
    pub(crate) fn has_patterns(&self) -> bool {
        self.contents.iter().any(|content| matches!(content, Content::Patterns(_)))
    }
}

/// What is known of a table.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Keys and values.
    Keys(Vec<(String, String)>),
    /// Networks and values, in order.
    Networks(Vec<(String, String)>),
    /// Patterns and values, in order.
    Patterns(Vec<(String, String)>),
    /// Nothing; or it answers every key alike.
    Unknown,
}

/// How deep tables of tables may nest, as in [`postproof_sim`].
const MAX_NESTED: usize = 16;

/// Tables that were read for one service, for the others of the host.
#[derive(Debug, Default)]
pub(crate) struct Contents(RefCell<BTreeMap<String, Read>>);

/// What a table holds, and the limits that were met in reading it.
type Read = (Rc<Vec<Content>>, BTreeSet<Limit>);

/// All words of a configuration.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    pub(crate) tables: Vec<Asked>,
    /// Own domains, in small letters, without duplicates, with one that stands for
    /// those in each list that the text does not show.
    pub(crate) domains: Vec<String>,
    /// Domains of mail addresses that tables know, where a list of own domains may hold
    /// more than the text shows: they may be own ones.
    pub(crate) perhaps_own: BTreeSet<String>,
    /// The tables that restrictions ask, as questions name them.
    pub(crate) access: BTreeSet<String>,
    /// Patterns of network lists: parameter and pattern.
    pub(crate) networks: Vec<(&'static str, IpNet)>,
    /// Names in network lists: parameter and name.
    pub(crate) named: Vec<(&'static str, String)>,
    /// Tables of lists of own domains: parameter and table.
    pub(crate) own_tables: Vec<(&'static str, String)>,
    /// Tables of network lists, and those that are asked for a client's whole address.
    pub(crate) host_tables: Vec<(&'static str, String)>,
    /// Names that the host gives itself.
    pub(crate) own_names: Vec<String>,
    /// Limits that were reached.
    pub(crate) limits: BTreeSet<Limit>,
}

/// Lists of networks that smtpd asks about a client.
pub(crate) const NETWORK_LISTS: &[&str] = &[
    "mynetworks",
    "smtpd_sasl_exceptions_networks",
    "smtpd_authorized_verp_clients",
    "smtpd_authorized_xclient_hosts",
    "smtpd_authorized_xforward_hosts",
    "inet_interfaces",
    "proxy_interfaces",
    "relay_domains",
];

/// Parameters with tables that are asked for a client's whole address.
pub(crate) const ADDRESS_TABLES: &[&str] = &["smtpd_discard_ehlo_keyword_address_maps", "local_header_rewrite_clients"];

/// Tables that say whether an address exists, or change it first.
pub(crate) const LISTED: &[&str] = &[
    "virtual_alias_maps",
    "canonical_maps",
    "recipient_canonical_maps",
    "sender_canonical_maps",
    "local_recipient_maps",
    "virtual_mailbox_maps",
    "relay_recipient_maps",
    "relocated_maps",
    "transport_maps",
];

const LISTS: &[&str] = &[
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions",
];

impl Vocabulary {
    pub(crate) fn of(config: &Config<'_>) -> Self {
        Vocabulary::with(config, &Contents::default())
    }

    /// The words of a configuration of whose host some tables were read.
    pub(crate) fn with(config: &Config<'_>, contents: &Contents) -> Self {
        let mut reader = Reader {
            contents,
            model: config.model,
            scope: config.scope(),
            out: Vocabulary::default(),
            seen: BTreeSet::new(),
            literals: literals(config),
        };
        reader.access_tables();
        reader.out.domains = crate::premises::made_up_domains(config);
        for param in LISTED {
            reader.param(param, Role::Listed);
        }
        reader.param("smtpd_sender_login_maps", Role::Owners);
        reader.param("relay_clientcerts", Role::Certificate);
        reader.domains();
        reader.networks(config);
        reader.own_tables(config);
        let mut words = reader.out;
        if !crate::premises::made_up_domains(config).is_empty() {
            words.perhaps_own = words.mail_domains();
        }
        words
    }

    /// The words of several configurations of one service.
    pub(crate) fn of_all(configs: &[&Config<'_>]) -> Self {
        let mut all = Self::default();
        for config in configs {
            let words = Vocabulary::of(config);
            all.tables.extend(words.tables);
            all.access.extend(words.access);
            all.perhaps_own.extend(words.perhaps_own);
            all.networks.extend(words.networks);
            all.named.extend(words.named);
            all.own_tables.extend(words.own_tables);
            all.host_tables.extend(words.host_tables);
            for domain in words.domains {
                if !all.domains.contains(&domain) {
                    all.domains.push(domain);
                }
            }
            for name in words.own_names {
                if !all.own_names.contains(&name) {
                    all.own_names.push(name);
                }
            }
            all.limits.extend(words.limits);
        }
        all
    }

    /// The tables of a role.
    pub(crate) fn asked(&self, roles: &[Role]) -> impl Iterator<Item = &Asked> {
        self.tables.iter().filter(move |asked| roles.contains(&asked.role))
    }

    /// The keys of the tables of a role, with their values; networks and patterns apart.
    pub(crate) fn keys(&self, roles: &[Role]) -> impl Iterator<Item = &(String, String)> {
        self.asked(roles).flat_map(|asked| asked.contents.iter()).flat_map(|content| match content {
            Content::Keys(keys) => keys.as_slice(),
            Content::Networks(_) | Content::Patterns(_) | Content::Unknown => &[],
        })
    }

    /// The domains of mail addresses that tables know, in small letters.
    pub(crate) fn mail_domains(&self) -> BTreeSet<String> {
        let roles = [Role::Sender, Role::Recipient, Role::Owners, Role::Listed];
        let keys = self.keys(&roles).map(|(key, _)| key.clone());
        let domain = |key: String| {
            let domain = key.rsplit_once('@').map_or(key.as_str(), |(_, domain)| domain);
            domain.trim_matches('.').to_ascii_lowercase()
        };
        keys.map(domain).filter(|domain| !domain.is_empty()).collect()
    }

    /// The patterns of the tables of a role.
    pub(crate) fn patterns(&self, roles: &[Role]) -> impl Iterator<Item = &(String, String)> {
        self.asked(roles).flat_map(|asked| asked.contents.iter()).flat_map(|content| match content {
            Content::Patterns(patterns) => patterns.as_slice(),
            Content::Keys(_) | Content::Networks(_) | Content::Unknown => &[],
        })
    }
}

struct Reader<'m> {
    contents: &'m Contents,
    model: &'m Model,
    scope: Scope,
    out: Vocabulary,
    seen: BTreeSet<(Role, String)>,
    /// `[192.0.2.1]` for an address of the host.
    literals: BTreeSet<String>,
}

impl Reader<'_> {
    /// Tables that restrictions name, in lists, classes and results of tables.
    fn access_tables(&mut self) {
        for list in LISTS {
            let Some(value) = self.model.value(self.scope, list) else { continue };
            let implied = match *list {
                "smtpd_client_restrictions" => Some(Role::Client),
                "smtpd_helo_restrictions" => Some(Role::Helo),
                "smtpd_sender_restrictions" => Some(Role::Sender),
                "smtpd_relay_restrictions" | "smtpd_recipient_restrictions" => Some(Role::Recipient),
                _ => None,
            };
            self.words(&value.text, implied.as_slice());
        }
        let all = [Role::Client, Role::Helo, Role::Sender, Role::Recipient];
        let classes = self.model.text(self.scope, "smtpd_restriction_classes");
        for class in words(&SourceText::unplaced(&classes)) {
            if let Some(value) = self.model.value(self.scope, class.text.as_str()) {
                self.words(&value.text, &all);
            }
        }
        // Tables that the configuration names in a way not seen above.
        for usage in self.model.table_uses() {
            let TableRole::Access(name) = &usage.role else { continue };
            if usage.scope != Scope::Main && usage.scope != self.scope {
                continue;
            }
            crate::premises::add_members(&usage.table.text, &mut self.out.access);
            if let Some(role) = name.as_ref().and_then(|name| role_of(name)) {
                self.table(&usage.table, role);
            }
        }
    }

    fn words(&mut self, text: &SourceText, implied: &[Role]) {
        let mut before: Option<SourceText> = None;
        for word in words(text) {
            if let Some(table) = table_ref(&word.text) {
                crate::premises::add_members(&word.text, &mut self.out.access);
                match before.as_ref().map(|word| word.as_str().to_ascii_lowercase()) {
                    Some(word) if word.starts_with("check_") => {
                        if let Some(role) = role_of(&word) {
                            self.table(&table, role);
                        }
                    }
                    Some(_) | None => implied.iter().for_each(|role| self.table(&table, *role)),
                }
            }
            before = Some(word.text);
        }
    }

    fn param(&mut self, param: &'static str, role: Role) {
        for table in self.model.param_tables(self.scope, param) {
            self.table(&table, role);
        }
    }

    fn table(&mut self, table: &TableRef, role: Role) {
        let text = table.text.as_str().to_owned();
        if !self.seen.insert((role, text.clone())) {
            return;
        }
        let contents = self.kept(table);
        let entries = contents.iter().flat_map(|content| match content {
            Content::Keys(entries) | Content::Networks(entries) | Content::Patterns(entries) => entries.as_slice(),
            Content::Unknown => &[],
        });
        let values: BTreeSet<String> =
            entries.map(|(_, value)| value).filter(|value| value.contains(':')).cloned().collect();
        self.out.tables.push(Asked { role, table: text, contents });
        for value in values {
            self.words(&SourceText::unplaced(&value), &[]);
        }
    }

    fn kept(&mut self, table: &TableRef) -> Rc<Vec<Content>> {
        let known = self.contents.0.borrow().get(table.text.as_str()).cloned();
        let (content, limits) = known.unwrap_or_else(|| {
            let before = std::mem::take(&mut self.out.limits);
            let content = Rc::new(self.contents(table, 0));
            let limits = std::mem::replace(&mut self.out.limits, before);
            let kept = (content, limits);
            self.contents.0.borrow_mut().insert(table.text.as_str().to_owned(), kept.clone());
            kept
        });
        self.out.limits.extend(limits);
        content
    }

    fn contents(&mut self, table: &TableRef, depth: usize) -> Vec<Content> {
        match table.kind.as_str() {
            "unionmap" | "pipemap" if depth < MAX_NESTED => {
                let name = table.name.trim();
                let inner = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
                let inner = SourceText::unplaced(inner);
                let members = words(&inner).into_iter().filter_map(|word| table_ref(&word.text));
                members.collect::<Vec<_>>().iter().flat_map(|member| self.contents(member, depth + 1)).collect()
            }
            "unionmap" | "pipemap" => {
                self.out.limits.insert(Limit::Table(table.text.as_str().to_owned()));
                Vec::new()
            }
            _ => vec![self.content(table)],
        }
    }

    fn content(&mut self, table: &TableRef) -> Content {
        match self.model.table_content(table) {
            TableContent::Text(text, syntax) => {
                let entry = |entry: &postproof_syntax::table::Entry| {
                    (entry.key.as_str().to_owned(), entry.value.as_str().to_owned())
                };
                let entries: Vec<_> = text.entries().take(MAX_TABLE_ENTRIES).map(entry).collect();
                if text.entries().nth(MAX_TABLE_ENTRIES).is_some() {
                    self.out.limits.insert(Limit::TableEntries);
                }
                match syntax {
                    TableSyntax::Indexed | TableSyntax::Aliases | TableSyntax::List => Content::Keys(entries),
                    TableSyntax::Cidr => Content::Networks(entries),
                    TableSyntax::Pattern => Content::Patterns(entries),
                }
            }
            TableContent::Inline if table.kind == "inline" => Content::Keys(inline(&table.name)),
            TableContent::Inline | TableContent::Unknown => match table.kind.as_str() {
                "cidr" | "regexp" | "pcre" if table.name.starts_with('{') => self.written_out(table),
                _ => Content::Unknown,
            },
        }
    }

    /// `cidr:{ { 192.0.2.0/24 OK }, … }`: rules in the place of a file name.
    fn written_out(&self, table: &TableRef) -> Content {
        let rules = items(&table.name).into_iter().filter_map(|item| {
            let rule = item.trim().trim_start_matches('{').trim_end_matches('}').trim();
            let (key, value) = rule.split_once(char::is_whitespace)?;
            Some((key.to_owned(), value.trim().to_owned()))
        });
        match table.kind.as_str() {
            "cidr" => Content::Networks(rules.collect()),
            _ => Content::Patterns(rules.collect()),
        }
    }

    /// The tables that lists of own domains name.
    fn own_tables(&mut self, config: &Config<'_>) {
        for param in OWN_DOMAINS {
            let members = config.own_domains(param);
            self.out.own_tables.extend(members.tables.into_iter().map(|table| (param, table)));
        }
    }

    fn domains(&mut self) {
        let mut seen: BTreeSet<String> = self.out.domains.iter().cloned().collect();
        for param in OWN_DOMAINS {
            for pattern in self.model.domains(self.scope, param) {
                let names = match pattern.kind {
                    DomainPatternKind::Domain(name) => vec![name],
                    DomainPatternKind::Table(kind, name) => self.keys_of(&format!("{kind}:{name}")),
                    _ => Vec::new(),
                };
                let names = names.into_iter().filter(|name| !name.contains('@'));
                self.out.domains.extend(names.filter(|name| seen.insert(name.clone())));
            }
        }
        // The host's own addresses in brackets are domains too.
        self.out.domains.extend(self.literals.iter().map(ToString::to_string));
        if self.out.domains.len() > MAX_TABLE_ENTRIES {
            self.out.limits.insert(Limit::TableEntries);
            self.out.domains.truncate(MAX_TABLE_ENTRIES);
        }
        for param in ["myhostname", "mydomain", "myorigin"] {
            let name = self.model.text(self.scope, param).to_ascii_lowercase();
            if !name.is_empty() && !name.contains(['$', '/', ' ']) {
                self.out.own_names.push(name);
            }
        }
    }

    /// The keys of a table that stand in its name, or in those of its members.
    fn keys_of(&mut self, table: &str) -> Vec<String> {
        let Some(table) = table_ref(&SourceText::unplaced(table)) else { return Vec::new() };
        let contents = self.kept(&table);
        let keys = contents.iter().flat_map(|content| match content {
            Content::Keys(entries) => entries.as_slice(),
            Content::Networks(_) | Content::Patterns(_) | Content::Unknown => &[],
        });
        keys.map(|(key, _)| key.to_ascii_lowercase()).collect()
    }

    fn networks(&mut self, config: &Config<'_>) {
        for param in NETWORK_LISTS {
            let mut members = config.list_members(param);
            // There stand names of hosts and words like `all`, not names of clients.
            if param.ends_with("_interfaces") {
                members.names.retain(|name| name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok());
            }
            self.out.networks.extend(members.networks.into_iter().map(|net| (*param, net)));
            for name in members.names {
                match name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>() {
                    Ok(address) => self.out.networks.push((param, IpNet::from(address))),
                    Err(_) => self.out.named.push((param, name)),
                }
            }
            self.out.host_tables.extend(members.tables.into_iter().map(|table| (*param, table)));
        }
        for param in ADDRESS_TABLES {
            let tables = self.model.param_tables(self.scope, param);
            self.out.host_tables.extend(tables.iter().map(|table| (*param, table.text.as_str().to_owned())));
        }
        for (_, table) in self.out.host_tables.clone() {
            if let Some(table) = table_ref(&SourceText::unplaced(&table)) {
                self.table(&table, Role::Listing);
            }
        }
    }
}

/// Addresses of the host, as domains of mail addresses.
fn literals(config: &Config<'_>) -> BTreeSet<String> {
    let mut found: BTreeSet<std::net::IpAddr> = BTreeSet::new();
    found.extend(config.world.interfaces.iter().flatten().map(ipnet::IpNet::addr));
    found.extend(config.world.server_addresses.iter().flatten());
    for param in ["inet_interfaces", "proxy_interfaces"] {
        let value = config.param(param);
        let words = value.split([',', ' ', '\t', '\n', '\r']);
        found.extend(words.filter_map(|word| word.trim_matches(['[', ']']).parse::<std::net::IpAddr>().ok()));
    }
    let literal = |address: std::net::IpAddr| match address {
        std::net::IpAddr::V4(address) => format!("[{address}]"),
        std::net::IpAddr::V6(address) => format!("[IPv6:{address}]"),
    };
    found.into_iter().map(literal).collect()
}

fn role_of(restriction: &str) -> Option<Role> {
    match restriction {
        "check_client_access" => Some(Role::Client),
        "check_reverse_client_hostname_access" => Some(Role::ReverseName),
        "check_helo_access" => Some(Role::Helo),
        "check_sender_access" => Some(Role::Sender),
        "check_recipient_access" => Some(Role::Recipient),
        "check_sasl_access" => Some(Role::Login),
        "check_ccert_access" => Some(Role::Certificate),
        _ => None,
    }
}

/// `inline:{ key=value, { key = text text } }`.
fn inline(name: &str) -> Vec<(String, String)> {
    let pair = |item: &str| {
        let item = item.trim();
        let item = item.strip_prefix('{').and_then(|item| item.strip_suffix('}')).unwrap_or(item);
        let (key, value) = item.split_once('=')?;
        Some((key.trim().to_owned(), value.trim().to_owned()))
    };
    items(name).iter().filter_map(|item| pair(item)).collect()
}

/// The items of `{ … }`, separated by commas or blanks, those in braces whole.
fn items(text: &str) -> Vec<String> {
    let text = text.trim();
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let mut items = Vec::new();
    let mut item = String::new();
    let mut depth = 0usize;
    for ch in inner.chars() {
        match ch {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' | ' ' | '\t' | '\n' | '\r' if depth == 0 => {
                items.push(std::mem::take(&mut item));
                continue;
            }
            _ => {}
        }
        item.push(ch);
    }
    items.push(item);
    items.retain(|item| !item.trim().is_empty());
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_tables_have_keys() {
        let pairs = inline("{ a.example=OK, { b.example = 550 no such } }");
        assert_eq!(pairs, [("a.example".into(), "OK".into()), ("b.example".into(), "550 no such".to_owned())]);
    }
}
