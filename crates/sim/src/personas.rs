//! Typical sessions of one service, made of its own domains, networks and users.
//!
//! They are examples for a reader and a start for tests, not a proof: what
//! holds for every session is for symbolic evaluation to say.

use crate::{
    Class, Client, Config, Finding, Forked, Missing, NameStatus, Outcome, Reply, Session, Usual, Verdict, World,
    on_assumed_host, simulate,
};
use postproof_diag::Text;
use postproof_model::{DomainPatternKind, Exposure, NetworkKind, TableContent, TableRef};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// A typical session.
#[derive(Clone, Debug)]
pub struct Persona {
    /// A short name that never changes: `stranger-elsewhere`.
    pub key: &'static str,
    /// Who tries what, as a clause.
    pub title: Text,
    /// What the owner of a mail server wants to happen.
    pub wanted: Wanted,
    /// The session.
    pub session: Session,
    /// What the text does not tell and was taken as such a session usually
    /// finds it, as `--assume` takes it: the stranger is on no DNS list and in
    /// no table that was not given, users of the server exist.
    pub assumed: BTreeMap<String, String>,
    /// What comes out.
    pub played: Forked,
    /// What could make the session end otherwise, refused instead of accepted
    /// or the other way round; empty if nothing could.
    pub open: Vec<Missing>,
}

/// How a session should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// The mail is taken.
    Accepted,
    /// The mail is refused, for now or for good.
    Refused,
    /// A matter of policy.
    Either,
}

/// Addresses for documentation (RFC 5737), in the order tried.
const STRANGERS: [[u8; 4]; 3] = [[203, 0, 113, 9], [198, 51, 100, 77], [192, 0, 2, 77]];

/// Domains for documentation (RFC 2606), in the order tried.
const ELSEWHERE: [&str; 4] = ["example.com", "example.net", "example.org", "elsewhere.example"];

/// The typical sessions of a service.
#[derive(Clone, Debug)]
pub struct Personas {
    /// The first question of everybody: a stranger asks to relay.
    pub stranger: Persona,
    /// The others, most telling first.
    pub others: Vec<Persona>,
}

impl Personas {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Persona> {
        std::iter::once(&self.stranger).chain(&self.others)
    }
}

/// The typical sessions of a service.
pub fn personas(config: &Config<'_>) -> Personas {
    match on_assumed_host(config.model) {
        Some(model) => with_host(&Config::new(&model, config.service, config.world)),
        None => with_host(config),
    }
}

fn with_host(config: &Config<'_>) -> Personas {
    let cast = Arc::new(Cast::of(config));
    let world = |answer: fn(&Cast, &str) -> Option<String>| {
        let cast = Arc::clone(&cast);
        World { usual: Some(Arc::new(Usual::new(move |question| answer(&cast, question)))), ..config.world.clone() }
    };
    let (usual, strict) = (world(Cast::usual), world(Cast::by_definition));
    let stage = Stage {
        usual: Config::new(config.model, config.service, &usual),
        strict: Config::new(config.model, config.service, &strict),
    };
    stage.personas(&cast, config.yes("smtpd_sasl_auth_enable"))
}

/// The two worlds in which sessions are played: with all that such a session
/// usually finds, and with only what makes it the session that it is.
struct Stage<'c> {
    usual: Config<'c>,
    strict: Config<'c>,
}

impl<'c> Stage<'c> {
    fn play(&'c self, key: &'static str, wanted: Wanted, title: Text, session: Session) -> Persona {
        let played = simulate(&self.usual, &session);
        let assumed = self.usual.world.usual.as_ref().map(|usual| usual.given()).unwrap_or_default();
        // Only of what should be refused is it asked whether another answer lets it through.
        let open = match wanted {
            Wanted::Refused if !assumed.is_empty() => open(&simulate(&self.strict, &session)),
            Wanted::Refused | Wanted::Accepted | Wanted::Either => Vec::new(),
        };
        Persona { key, title, wanted, session, assumed, played, open }
    }

    fn personas(&'c self, cast: &Cast, has_logins: bool) -> Personas {
        let mut others: Vec<Persona> = Vec::new();
        let elsewhere = cast.elsewhere.clone();
        let stranger = self.play(
            "stranger-elsewhere",
            Wanted::Refused,
            Text::fixed("a stranger asks to relay to another domain", "외부인이 다른 도메인으로 중계를 요청"),
            cast.stranger(&cast.foreign_sender, &elsewhere),
        );
        let mut add = |key, wanted, title, session| others.push(self.play(key, wanted, title, session));
        if let Some(home) = &cast.home {
            home_personas(cast, home, &mut add);
        }
        if let Some(address) = cast.network {
            add(
                "network-elsewhere",
                Wanted::Accepted,
                Text::fixed(
                    "a client of `mynetworks` sends to another domain",
                    "`mynetworks` 안의 클라이언트가 다른 도메인으로 발송",
                ),
                Session {
                    client: Client { address, name: None, reverse_name: None, name_status: NameStatus::Permanent },
                    ..cast.stranger(&cast.own_sender(), &elsewhere)
                },
            );
        }
        if has_logins {
            login_personas(cast, &mut add);
        }
        Personas { stranger, others }
    }
}

type Add<'a> = dyn FnMut(&'static str, Wanted, Text, Session) + 'a;

/// Mail to the server's own domains.
fn home_personas(cast: &Cast, home: &Home, add: &mut Add<'_>) {
    add(
        "stranger-home",
        // A submission service is for users alone.
        if cast.is_submission { Wanted::Refused } else { Wanted::Accepted },
        Text::fixed("a stranger writes to a user of yours", "외부인이 이 서버의 사용자에게 발송"),
        cast.stranger(&cast.foreign_sender, &home.known),
    );
    add(
        "bounce-home",
        if cast.is_submission { Wanted::Refused } else { Wanted::Accepted },
        Text::fixed(
            "a bounce (empty sender) comes to a user of yours",
            "반송 메일(빈 발신자)이 이 서버의 사용자에게 도착",
        ),
        cast.stranger("", &home.known),
    );
    add(
        "forged-home",
        Wanted::Either,
        Text::fixed(
            "a stranger uses an address of your domain as sender",
            "외부인이 이 서버 도메인의 주소를 발신자로 사용",
        ),
        cast.stranger(&cast.own_sender(), &home.known),
    );
    add(
        "unknown-user",
        Wanted::Refused,
        Text::fixed("a stranger writes to a user that does not exist", "외부인이 없는 사용자에게 발송"),
        cast.stranger(&cast.foreign_sender, &home.unknown),
    );
    let elsewhere = cast.elsewhere.replace('@', "%");
    add(
        "routed-elsewhere",
        Wanted::Refused,
        Text::fixed(
            "a stranger asks to relay through an address of yours (`user%domain@`)",
            "외부인이 이 서버의 주소를 거쳐(`user%domain@`) 중계를 요청",
        ),
        cast.stranger(&cast.foreign_sender, &format!("{elsewhere}@{}", home.domain)),
    );
    add(
        "no-helo",
        Wanted::Either,
        Text::fixed("a client skips HELO", "HELO를 보내지 않는 클라이언트"),
        Session { helo: None, ..cast.stranger(&cast.foreign_sender, &home.known) },
    );
    add(
        "own-helo",
        Wanted::Either,
        Text::fixed("a stranger greets with your own name", "외부인이 이 서버의 이름으로 HELO 인사"),
        Session { helo: Some(cast.hostname.clone()), ..cast.stranger(&cast.foreign_sender, &home.known) },
    );
    let nameless = cast.stranger(&cast.foreign_sender, &home.known);
    add(
        "no-reverse-name",
        Wanted::Either,
        Text::fixed("a client whose address has no name", "IP 주소에 역방향 이름이 없는 클라이언트"),
        Session {
            client: Client { name: None, reverse_name: None, name_status: NameStatus::Permanent, ..nameless.client },
            ..nameless
        },
    );
}

/// Users who log in.
fn login_personas(cast: &Cast, add: &mut Add<'_>) {
    let with_tls =
        Session { tls: true, login: Some(cast.login.clone()), ..cast.stranger(&cast.login_sender, &cast.elsewhere) };
    add(
        "login-elsewhere",
        Wanted::Accepted,
        Text::fixed("a logged-in user sends to another domain", "로그인한 사용자가 다른 도메인으로 발송"),
        with_tls.clone(),
    );
    add(
        "login-foreign-sender",
        Wanted::Either,
        Text::fixed("a logged-in user sends with somebody else's address", "로그인한 사용자가 남의 주소로 발송"),
        Session { sender: Some(cast.foreign_sender.clone()), ..with_tls.clone() },
    );
    add(
        "login-without-tls",
        Wanted::Refused,
        Text::fixed(
            "a user logs in without TLS and sends to another domain",
            "사용자가 TLS 없이 로그인하여 다른 도메인으로 발송",
        ),
        Session { tls: false, ..with_tls },
    );
}

/// Who and what the sessions are made of.
struct Cast {
    client: IpAddr,
    hostname: String,
    home: Option<Home>,
    elsewhere: String,
    foreign_sender: String,
    network: Option<IpAddr>,
    login: String,
    /// A sender that the login owns, as far as the tables tell.
    login_sender: String,
    is_submission: bool,
    /// Whether the service takes no mail without TLS.
    needs_tls: bool,
    /// The tables that tell which domains and users the server has.
    tables: Vec<String>,
}

/// A domain of the server.
struct Home {
    domain: String,
    /// An address that exists, as far as the tables tell.
    known: String,
    /// One that exists in none.
    unknown: String,
    /// Whether only a table that was not given holds the server's domains, so
    /// that the domain is made up.
    is_assumed: bool,
}

impl Cast {
    fn of(config: &Config<'_>) -> Self {
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
            hostname: if hostname.contains('$') {
                "mail.server.example".to_owned()
            } else {
                hostname.as_ref().to_owned()
            },
            home,
            elsewhere: format!("alice@{elsewhere}"),
            foreign_sender: format!("bob@{sender}"),
            network: own_network(config),
            login,
            login_sender,
            tables: deciding_tables(config),
            is_submission: matches!(port, Some(465 | 587))
                && service.is_some_and(|service| service.exposure != Exposure::Loopback),
            needs_tls: config.param("smtpd_tls_security_level").as_ref() == "encrypt"
                || config.yes("smtpd_enforce_tls"),
        }
    }

    /// A client of the Internet with a proper name, whose mail is a message.
    fn stranger(&self, sender: &str, recipient: &str) -> Session {
        let name = Some("mail.sender.example".to_owned());
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
    fn usual(&self, question: &str) -> Option<String> {
        let (kind, rest) = question.split_once(':')?;
        let answer = match kind {
            "dns" => {
                let (record, name) = rest.split_once(':')?;
                let is_own = self.names().any(|own| name == own || name.ends_with(&format!(".{own}")));
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
            "milter" | "proxy" => "accept".to_owned(),
            _ if question.ends_with(":content") => "accept".to_owned(),
            "file" | "host" | "verify" => return None,
            _ => return self.by_definition(question).or_else(|| Some("none".to_owned())),
        };
        Some(answer)
    }

    /// What makes the session the one that it is: which domains and users are
    /// the server's.
    fn by_definition(&self, question: &str) -> Option<String> {
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
            .chain([self.hostname.as_str()])
    }

    /// Whether a key names the user or the domain of the server that the
    /// sessions are about.
    fn is_ours(&self, key: &str) -> bool {
        let Some(home) = &self.home else { return false };
        let user = home.known.split_once('@').map_or("", |(user, _)| user);
        key == home.known || key == user || (home.is_assumed && key == home.domain)
    }

    fn own_sender(&self) -> String {
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

/// What a session depends on that could end both ways.
fn open(strict: &Forked) -> Vec<Missing> {
    for reply in &strict.outcome.replies {
        let decides = Outcome::decides(reply.command);
        match reply.verdict {
            Verdict::Permit => {}
            Verdict::Defer | Verdict::Reject if decides => return Vec::new(),
            Verdict::Unknown if decides => {
                // A table that answers DISCARD takes the mail and throws it away.
                let is_discarded = |one: &Reply| {
                    let discards = |text: &str| text.to_ascii_uppercase().starts_with("DISCARD");
                    one.assumed.iter().any(|one| matches!(&one.finding, Finding::Text(text) if discards(text)))
                };
                let is_no_way = |one: &&Reply| one.verdict != Verdict::Permit || is_discarded(one);
                let refusals = reply.possible.iter().filter(is_no_way).count();
                if strict.is_cut || (refusals > 0 && refusals < reply.possible.len()) {
                    return reply.missing.clone();
                }
                if refusals > 0 {
                    return Vec::new();
                }
            }
            Verdict::Defer | Verdict::Reject | Verdict::Unknown => {}
        }
    }
    Vec::new()
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
            && !matches!(
                syntax,
                postproof_syntax::table::TableSyntax::Cidr | postproof_syntax::table::TableSyntax::Pattern
            )
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
