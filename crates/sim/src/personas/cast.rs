//! Who and what typical sessions are made of, taken from the configuration.

use crate::host::ASSUMED_HOSTNAME;
use crate::{Class, Client, Config, Finding, NameStatus, Session};
use postproof_model::{DomainPatternKind, Exposure, NetworkKind, TableContent, TableRef};
use postproof_syntax::table::TableSyntax;
use std::net::IpAddr;

/// Addresses for documentation (RFC 5737), in the order tried.
const STRANGERS: [[u8; 4]; 3] = [[203, 0, 113, 9], [198, 51, 100, 77], [192, 0, 2, 77]];

/// What a stranger is called: by its greeting and, verified, by its address.
const STRANGER: &str = "mail.sender.example";

/// Domains for documentation (RFC 2606), in the order tried.
const ELSEWHERE: [&str; 4] = ["example.com", "example.net", "example.org", "elsewhere.example"];

/// Who and what the sessions are made of.
pub(super) struct Cast {
    pub(super) client: IpAddr,
    pub(super) hostname: String,
    pub(super) home: Option<Home>,
    pub(super) elsewhere: String,
    pub(super) foreign_sender: String,
    pub(super) network: Option<IpAddr>,
    pub(super) login: String,
    /// A sender that the login owns, as far as the tables tell.
    pub(super) login_sender: String,
    /// Whether the service is for users alone.
    pub(super) is_submission: bool,
    pub(super) has_logins: bool,
    /// Whether the service takes no mail without TLS.
    pub(super) needs_tls: bool,
    /// The tables that tell which domains and users the server has.
    pub(super) tables: Vec<String>,
}

/// A domain of the server.
pub(super) struct Home {
    pub(super) domain: String,
    /// An address that exists, as far as the tables tell.
    pub(super) known: String,
    /// One that exists in none.
    pub(super) unknown: String,
    /// Whether only a table that was not given holds the server's domains, so
    /// that the domain is made up.
    pub(super) is_assumed: bool,
}

impl Cast {
    pub(super) fn of(config: &Config<'_>) -> Self {
        let client = STRANGERS.iter().map(|octets| IpAddr::from(*octets));
        let is_stranger = |address: &IpAddr| config.in_network_list("mynetworks", "unknown", *address) == Finding::No;
        let client = client.clone().find(is_stranger).unwrap_or(IpAddr::from([203, 0, 113, 9]));
        let mut foreign = ELSEWHERE.iter().filter(|domain| {
            // Where a table that was not given decides, the domain is meant not to be in it.
            let resolved = config.resolve("", &format!("user@{domain}"));
            resolved.map_or(true, |resolved| resolved.class == Class::Default)
        });
        let elsewhere = foreign.next().copied().unwrap_or("elsewhere.example");
        let sender = foreign.next().copied().unwrap_or("sender.example");
        let home = home(config);
        let (login, login_sender) = login(config, home.as_ref());
        let service = config.model.services.iter().find(|service| service.id == config.service);
        let port = service.and_then(|service| service.endpoint.as_ref()).and_then(|endpoint| endpoint.port_number);
        let hostname = config.param("myhostname");
        Self {
            client,
            hostname: if hostname.contains('$') { ASSUMED_HOSTNAME.to_owned() } else { hostname.as_ref().to_owned() },
            home,
            elsewhere: format!("alice@{elsewhere}"),
            foreign_sender: format!("bob@{sender}"),
            network: own_network(config),
            login,
            login_sender,
            tables: deciding_tables(config),
            is_submission: matches!(port, Some(465 | 587))
                && service.is_some_and(|service| service.exposure != Exposure::Loopback),
            has_logins: config.yes("smtpd_sasl_auth_enable"),
            needs_tls: config.param("smtpd_tls_security_level").as_ref() == "encrypt"
                || config.yes("smtpd_enforce_tls"),
        }
    }

    /// A client of the Internet with a proper name, whose mail is a message.
    pub(super) fn stranger(&self, sender: &str, recipient: &str) -> Session {
        let name = Some(STRANGER.to_owned());
        Session {
            client: Client {
                address: self.client,
                name: name.clone(),
                reverse_name: name.clone(),
                name_status: NameStatus::Ok,
            },
            helo: name,
            sender: Some(sender.to_owned()),
            recipients: vec![recipient.to_owned()],
            tls: self.needs_tls,
            data: true,
            ..Session::default()
        }
    }

    /// What such a session usually finds.
    pub(super) fn usual(&self, question: &str) -> Option<String> {
        let (kind, rest) = question.split_once(':')?;
        let answer = match kind {
            "dns" => {
                let (record, name) = rest.split_once(':')?;
                // A list of clients or domains may stand below an own name: what is asked
                // there has more labels, and is not listed.
                let is_host =
                    |rest: &str| rest.is_empty() || rest.strip_suffix('.').is_some_and(|label| !label.contains('.'));
                let is_own = self.names().any(|own| name.strip_suffix(own).is_some_and(is_host));
                match record {
                    "a" if is_own => self.client.to_string(),
                    "mx" if is_own => format!("10 mail.{name}"),
                    "ns" if is_own => format!("ns.{name}"),
                    "aaaa" | "ptr" | "txt" | "cname" if is_own => "nodata".to_owned(),
                    _ => "nxdomain".to_owned(),
                }
            }
            "policy" => "DUNNO".to_owned(),
            "users" => return self.by_definition(question),
            "milter" | "filter" => "accept".to_owned(),
            _ if question.ends_with(":content") => "accept".to_owned(),
            "file" | "host" | "verify" => return None,
            _ => return self.by_definition(question).or_else(|| Some("none".to_owned())),
        };
        Some(answer)
    }

    /// What makes the session the one that it is: which domains and users are
    /// the server's.
    pub(super) fn by_definition(&self, question: &str) -> Option<String> {
        let (table, key) = question.rsplit_once(':')?;
        let tells = table == "users" || self.tables.iter().any(|known| known == table);
        tells.then(|| if self.is_ours(key) { "yes" } else { "none" }.to_owned())
    }

    /// Names that exist in DNS.
    fn names(&self) -> impl Iterator<Item = &str> {
        [self.elsewhere.as_str(), self.foreign_sender.as_str(), self.login_sender.as_str()]
            .into_iter()
            .filter_map(|address| address.rsplit_once('@').map(|(_, domain)| domain))
            .chain(self.home.as_ref().map(|home| home.domain.as_str()))
            .chain([STRANGER, self.hostname.as_str()])
    }

    /// Whether a key names the user or the domain of the server that the
    /// sessions are about.
    fn is_ours(&self, key: &str) -> bool {
        let Some(home) = &self.home else { return false };
        let user = home.known.split_once('@').map_or("", |(user, _)| user);
        key == home.known || key == user || (home.is_assumed && key == home.domain)
    }

    pub(super) fn own_sender(&self) -> String {
        self.home.as_ref().map_or_else(|| self.foreign_sender.clone(), |home| home.known.clone())
    }
}

/// The lists of the server's domains, those with users first.
const HOME_LISTS: [(&str, &str); 4] = [
    ("virtual_mailbox_domains", "virtual_mailbox_maps"),
    ("mydestination", "local_recipient_maps"),
    ("relay_domains", "relay_recipient_maps"),
    ("virtual_alias_domains", "virtual_alias_maps"),
];

/// The tables in lists of domains and of users.
fn deciding_tables(config: &Config<'_>) -> Vec<String> {
    let params = HOME_LISTS.iter().flat_map(|(domains, users)| [*domains, *users]);
    let tables = params.flat_map(|param| config.model.param_tables(config.scope(), param));
    tables.map(|table| format!("{}:{}", table.kind, table.name)).collect()
}

fn home(config: &Config<'_>) -> Option<Home> {
    let hostname = config.param("myhostname");
    let mut found: Vec<(bool, String, &str)> = Vec::new();
    for (list, users) in HOME_LISTS {
        for pattern in config.model.domains(config.scope(), list) {
            let DomainPatternKind::Domain(domain) = pattern.kind else { continue };
            let is_real = !pattern.negated
                && domain.contains('.')
                && !domain.starts_with(['.', '['])
                && !domain.starts_with("localhost")
                && !domain.ends_with(".localdomain")
                && !domain.contains(['*', '/', '^']);
            if is_real {
                found.push((domain == hostname.to_ascii_lowercase(), domain, users));
            }
        }
    }
    // The host's own name is the last choice: users have addresses in a domain.
    found.sort_by_key(|(is_host, _, _)| *is_host);
    let found = found.into_iter().next().map(|(_, domain, users)| (domain, users));
    let is_assumed = found.is_none();
    let (domain, users) = found.or_else(|| by_table(config))?;
    let known = listed_user(config, users, &domain).unwrap_or_else(|| format!("user@{domain}"));
    let unknown = format!("no-such-user-4711@{domain}");
    Some(Home { domain, known, unknown, is_assumed })
}

/// A domain of the server that only a table which was not given would name.
fn by_table(config: &Config<'_>) -> Option<(String, &'static str)> {
    let is_open = |list: &str| {
        let tables = config.model.param_tables(config.scope(), list);
        tables.iter().any(|table| matches!(config.model.table_content(table), TableContent::Unknown))
    };
    let (_, users) = HOME_LISTS.into_iter().find(|(list, _)| is_open(list))?;
    Some(("your-domain.example".to_owned(), users))
}

/// An address of the domain that a table lists, where its text was given.
fn listed_user(config: &Config<'_>, users: &'static str, domain: &str) -> Option<String> {
    for param in [users, "virtual_alias_maps"] {
        for key in keys(config, &config.model.param_tables(config.scope(), param)) {
            match key.rsplit_once('@') {
                Some((local, at)) if !local.is_empty() && at.eq_ignore_ascii_case(domain) => return Some(key),
                None if users == "local_recipient_maps" && is_plain(&key) => return Some(format!("{key}@{domain}")),
                Some(_) | None => {}
            }
        }
    }
    None
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Keys that one table may have looked through for a person to write to.
const MAX_KEYS: usize = 200;

fn keys(config: &Config<'_>, tables: &[TableRef]) -> Vec<String> {
    let mut keys = Vec::new();
    for table in tables {
        if let TableContent::Text(text, syntax) = config.model.table_content(table)
            && !matches!(syntax, TableSyntax::Cidr | TableSyntax::Pattern)
        {
            keys.extend(text.entries().take(MAX_KEYS).map(|entry| entry.key.as_str().to_owned()));
        }
    }
    keys
}

/// Somebody who can log in, and a sender that is theirs.
fn login(config: &Config<'_>, home: Option<&Home>) -> (String, String) {
    for table in config.model.param_tables(config.scope(), "smtpd_sender_login_maps") {
        let TableContent::Text(text, _) = config.model.table_content(&table) else { continue };
        for entry in text.entries().take(MAX_KEYS) {
            let owner = entry.value.as_str().split([',', ' ', '\t']).find(|owner| !owner.is_empty());
            let sender = entry.key.as_str();
            if let (Some(owner), true) = (owner, sender.contains('@') && !sender.starts_with(['@', '/'])) {
                return (owner.to_owned(), sender.to_owned());
            }
        }
    }
    let address = home.map_or_else(|| "user@server.example".to_owned(), |home| home.known.clone());
    (address.clone(), address)
}

/// A client in mynetworks, of another host if there is one.
fn own_network(config: &Config<'_>) -> Option<IpAddr> {
    let networks = config.model.networks(config.scope(), "mynetworks").unwrap_or_default();
    let hosts = networks.iter().filter(|network| !network.negated).filter_map(|network| match network.kind {
        NetworkKind::Net(net) => net.hosts().next().or(Some(net.addr())),
        NetworkKind::Name | NetworkKind::File | NetworkKind::Table | NetworkKind::Invalid => None,
    });
    let in_list = |address: &IpAddr| config.in_network_list("mynetworks", "unknown", *address) == Finding::Yes;
    let mut hosts: Vec<IpAddr> = hosts.filter(in_list).collect();
    hosts.sort_by_key(IpAddr::is_loopback);
    hosts.into_iter().next()
}
