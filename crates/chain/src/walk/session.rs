//! Who the stranger is: addresses and domains that are in none of the lists.

use super::lookup::{self, Found};
use crate::cx::Cx;
use crate::texts::DESTINATION_LISTS;
use postproof_catalog::Restriction;
use postproof_diag::SourceText;
use postproof_model::{DomainPatternKind, Membership, TableContent, TableRef, words};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The session that is followed.
#[derive(Clone, Debug)]
pub(crate) struct Stranger {
    pub(super) client: IpAddr,
    pub(super) helo: &'static str,
    pub(super) sender: String,
    pub(super) recipient: String,
    /// Whether the client is in mynetworks.
    pub(super) in_mynetworks: Membership,
    /// The list that holds the recipient's domain all the same, as it holds
    /// every domain.
    pub(super) listed_in: Option<&'static str>,
    /// Tables and files in the lists of domains that could not be read: the
    /// session is one whose recipient is in none of them.
    pub(super) unread: Vec<String>,
    /// What tables answered: restriction and table.
    asked: RefCell<BTreeMap<(&'static str, String), Found>>,
}

/// Addresses for documentation (RFC 5737).
const CLIENTS: [[u8; 4]; 3] = [[203, 0, 113, 9], [198, 51, 100, 77], [192, 0, 2, 77]];

/// Domains for documentation (RFC 2606), in the order tried.
const RECIPIENT_DOMAINS: [&str; 6] =
    ["example.com", "example.net", "example.org", "elsewhere.example", "outside.example", "elsewhere.invalid"];
const SENDER_DOMAINS: [&str; 5] = ["example.net", "example.org", "example.com", "stranger.example", "stranger.invalid"];

/// How many unread tables are named; an ellipsis stands for the rest.
const MAX_UNREAD: usize = 12;

/// Patterns that every name matches.
const CATCH_ALL: [&str; 8] = ["/./", "/.*/", "/.+/", "/^/", "/$/", "/^.*$/", "/^.+$/", "//"];

impl Stranger {
    pub(crate) fn of(cx: &Cx<'_>) -> Self {
        let members: Vec<(IpAddr, Membership)> = CLIENTS
            .iter()
            .map(|octets| {
                let address = IpAddr::from(*octets);
                (address, cx.model.network_member(cx.scope, "mynetworks", address))
            })
            .collect();
        let by = |wanted: Membership| members.iter().find(|(_, membership)| *membership == wanted).copied();
        let (client, in_mynetworks) = by(Membership::No)
            .or_else(|| by(Membership::Unknown))
            .or_else(|| by(Membership::Fails))
            .or_else(|| members.first().copied())
            .unwrap_or((IpAddr::from(CLIENTS[0]), Membership::Unknown));
        let domains = Domains::of(cx);
        let recipient = RECIPIENT_DOMAINS.iter().find(|domain| domains.holder(domain).is_none());
        let recipient_domain = recipient.copied().unwrap_or(RECIPIENT_DOMAINS[0]);
        let mut senders = SENDER_DOMAINS.iter().filter(|domain| **domain != recipient_domain);
        let sender_domain =
            senders.find(|domain| domains.holder(domain).is_none()).copied().unwrap_or(SENDER_DOMAINS[0]);
        Self {
            client,
            helo: "mail.example.net",
            sender: format!("bob@{sender_domain}"),
            recipient: format!("alice@{recipient_domain}"),
            in_mynetworks,
            listed_in: domains.holder(recipient_domain),
            unread: domains.unread,
            asked: RefCell::default(),
        }
    }

    /// What `table` says of the subject of `restriction`; each table is read
    /// once for each restriction, however often a list names it.
    pub(super) fn look_up(&self, cx: &Cx<'_>, restriction: &'static Restriction, table: &TableRef) -> Found {
        let key = (restriction.name, table.text.as_str().to_owned());
        if let Some(known) = self.asked.borrow().get(&key) {
            return known.clone();
        }
        let found = lookup::look_up(cx, self, restriction, table);
        self.asked.borrow_mut().insert(key, found.clone());
        found
    }

    /// Whether the recipient's domain counts as one of the server's.
    pub(super) fn is_listed(&self) -> bool {
        self.listed_in.is_some()
    }

    pub(super) fn recipient_domain(&self) -> &str {
        self.recipient.split_once('@').map_or("", |(_, domain)| domain)
    }
}

/// The lists of domains of the server.
struct Domains {
    lists: Vec<(&'static str, Vec<Pattern>)>,
    unread: Vec<String>,
}

struct Pattern {
    negated: bool,
    kind: PatternKind,
}

enum PatternKind {
    /// This name.
    Exactly(String),
    /// Every name below this one.
    Below(String),
    /// Every name.
    Everything,
}

impl Domains {
    fn of(cx: &Cx<'_>) -> Self {
        let mut domains = Self { lists: Vec::new(), unread: Vec::new() };
        let parents = cx.text("parent_domain_matches_subdomains");
        let parents = words(&SourceText::unplaced(&parents)).iter().any(|word| word.text.as_str() == "relay_domains");
        for param in DESTINATION_LISTS {
            let mut patterns = domains.catch_alls(cx, param);
            for pattern in cx.model.domains(cx.scope, param) {
                let negated = pattern.negated;
                let mut push = |kind| patterns.push(Pattern { negated, kind });
                match pattern.kind {
                    // match_ops.c, match_hostname: relay_domains is a domain
                    // list, the others are string lists.
                    DomainPatternKind::Domain(name) => {
                        if param == "relay_domains" {
                            match (parents, name.strip_prefix('.')) {
                                (true, _) => push(PatternKind::Below(name.clone())),
                                (false, Some(parent)) => push(PatternKind::Below(parent.to_owned())),
                                (false, None) => {}
                            }
                        }
                        push(PatternKind::Exactly(name));
                    }
                    DomainPatternKind::Table(kind, _) if kind == "static" => push(PatternKind::Everything),
                    DomainPatternKind::Table(kind, name) => domains.note(format!("{kind}:{name}")),
                    DomainPatternKind::File(name) => domains.note(name),
                    // `$myhostname` of a host whose name nobody gave.
                    DomainPatternKind::HostDependent => {}
                }
            }
            domains.lists.push((param, patterns));
        }
        domains
    }

    /// Pattern tables in a list of domains: those that match everything, and a
    /// note of the others.
    fn catch_alls(&mut self, cx: &Cx<'_>, param: &str) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for table in cx.model.param_tables(cx.scope, param) {
            if !matches!(table.kind.as_str(), "regexp" | "pcre") {
                continue;
            }
            let TableContent::Text(text, _) = cx.model.table_content(&table) else { continue };
            let keys = || text.entries().map(|entry| entry.key.as_str());
            if keys().next().is_some_and(|key| CATCH_ALL.contains(&key)) {
                patterns.push(Pattern { negated: false, kind: PatternKind::Everything });
            } else if keys().next().is_some() {
                self.note(table.text.as_str().to_owned());
            }
        }
        patterns
    }

    fn note(&mut self, name: String) {
        if !self.unread.contains(&name) && self.unread.len() <= MAX_UNREAD {
            self.unread.push(if self.unread.len() < MAX_UNREAD { name } else { "…".to_owned() });
        }
    }

    /// The first list that holds the domain, in the order in which the classes
    /// are tried (resolve.c); in a list the first pattern that fits decides
    /// (match_list.c).
    fn holder(&self, domain: &str) -> Option<&'static str> {
        let fits = |pattern: &&Pattern| match &pattern.kind {
            PatternKind::Exactly(name) => name == domain,
            PatternKind::Below(parent) => domain.strip_suffix(parent.as_str()).is_some_and(|left| left.ends_with('.')),
            PatternKind::Everything => true,
        };
        let holds = |patterns: &[Pattern]| patterns.iter().find(fits).is_some_and(|pattern| !pattern.negated);
        self.lists.iter().find(|(_, patterns)| holds(patterns)).map(|(param, _)| *param)
    }
}
