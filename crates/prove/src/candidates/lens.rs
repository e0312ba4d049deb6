//! What configurations answer to one value of one fact, as a digest: two values of the
//! same digest are alike to every entry, list and table. Every site at which `sim` looks
//! something up for a fact stands here, and asks `sim` itself.

use crate::domains::Own;
use crate::vocabulary::{ADDRESS_TABLES, Asked, LISTED, NETWORK_LISTS, Role, Vocabulary};
use postproof_sim::{Config, End, Finding, Place, QueuedRecipient, Resolved, Steps, Template};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::rc::Rc;

/// Parameters with which cleanup(8) writes other addresses.
const REWRITING: [&str; 6] = [
    "alias_maps",
    "canonical_maps",
    "sender_canonical_maps",
    "recipient_canonical_maps",
    "virtual_alias_maps",
    "masquerade_domains",
];

/// A user that no table names.
const UNNAMED_USER: &str = "nosuchuser";

/// The configurations that are asked, one or both of a comparison.
pub(crate) struct Lens<'l, 'c> {
    pub(crate) configs: &'l [&'c Config<'c>],
    pub(crate) words: &'l Vocabulary,
    /// The domains that these configurations call their own.
    pub(crate) own: &'l Own,
    /// Logins that are candidates.
    pub(crate) logins: Vec<String>,
    /// What following patterns may still cost.
    pub(crate) steps: Steps,
}

impl Lens<'_, '_> {
    fn digest(&self, look: impl Fn(&Config<'_>, &mut DefaultHasher)) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.configs.iter().for_each(|config| look(config, &mut hasher));
        hasher.finish()
    }

    /// Of a name of a client, verified or not.
    pub(crate) fn of_name(&self, name: &str) -> u64 {
        self.digest(|config, hasher| {
            for asked in self.words.asked(&[Role::Client, Role::ReverseName]) {
                self.kind(asked.role, &config.access_of_name(&asked.table, name)).hash(hasher);
            }
            for param in NETWORK_LISTS {
                config.has_name(param, name).hash(hasher);
            }
        })
    }

    /// Of an address of a client.
    pub(crate) fn of_address(&self, address: IpAddr) -> u64 {
        self.digest(|config, hasher| {
            for asked in self.words.asked(&[Role::Client, Role::ReverseName]) {
                self.kind(asked.role, &config.access_of_address(&asked.table, address)).hash(hasher);
            }
            for param in NETWORK_LISTS {
                config.has_address(param, address).hash(hasher);
            }
            let text = address.to_string();
            for (_, table) in self.words.host_tables.iter().filter(|(param, _)| ADDRESS_TABLES.contains(param)) {
                config.look_up(table, &text, false).finding().hash(hasher);
            }
        })
    }

    /// Of an argument of HELO.
    pub(crate) fn of_helo(&self, name: &str) -> u64 {
        self.digest(|config, hasher| {
            for asked in self.words.asked(&[Role::Helo]) {
                self.kind(asked.role, &config.access_of_name(&asked.table, name)).hash(hasher);
            }
        })
    }

    /// Of a login.
    pub(crate) fn of_login(&self, login: &str) -> u64 {
        self.digest(|config, hasher| {
            for asked in self.words.asked(&[Role::Login]) {
                self.kind(asked.role, &config.look_up(&asked.table, login, false).finding()).hash(hasher);
            }
        })
    }

    /// Of a mail address as smtpd keeps it.
    pub(crate) fn of_mail(&self, address: &str, roles: &[Role]) -> u64 {
        self.digest(|config, hasher| {
            class(config, address).hash(hasher);
            self.access_of(config, address, roles).hash(hasher);
            if roles.contains(&Role::Owners) {
                self.kind(Role::Owners, &config.owners_of(address)).hash(hasher);
            }
            if roles.contains(&Role::Listed) && self.own_reads_on(config) {
                self.led_to(config, address, roles.contains(&Role::Sender)).hash(hasher);
            }
            if roles.contains(&Role::Listed) {
                for param in LISTED.iter().filter(|param| !matches!(**param, "transport_maps" | "relocated_maps")) {
                    self.kind(Role::Listed, &config.mapped(param, address)).hash(hasher);
                }
            }
        })
    }

    /// Whether cleanup(8) may write another address.
    fn own_reads_on(&self, config: &Config<'_>) -> bool {
        REWRITING.iter().any(|param| !config.param(param).is_empty())
    }

    /// Where an address leads after all rewriting, as far as claims ask.
    fn led_to(&self, config: &Config<'_>, address: &str, is_sender: bool) -> Vec<String> {
        let own = |address: &str| {
            let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
            self.own.has(&domain.to_ascii_lowercase())
        };
        if is_sender {
            let Ok(queued) = config.queued_sender(address) else { return vec!["unknown".to_owned()] };
            let owners = self.kind(Role::Owners, &config.owners_of(&queued.sender));
            return vec![format!("{} {owners} {}", own(&queued.sender), queued.sender.is_empty())];
        }
        let Ok(queued) = config.queued("", address) else { return vec!["unknown".to_owned()] };
        let aliased = || {
            let Ok(all) = config.ends_of("", address) else { return vec!["unknown".to_owned()] };
            let of = |one: &End| match &one.place {
                Place::Address(address, resolved) => {
                    format!("{} {} {:?}", resolved.class as u8, own(address), config.is_listed(address) == Finding::No)
                }
                Place::Command(_) => "command".to_owned(),
                Place::File(_) | Place::Include(_) | Place::Loop(_) | Place::Waits(_) | Place::TooMany => {
                    "other".to_owned()
                }
            };
            all.iter().filter(|one| !one.is_bcc).map(of).collect::<Vec<_>>()
        };
        let end = |one: &QueuedRecipient| {
            let (chosen, class) = (one.domain_is_clients, one.resolved.class as u8);
            let (routed, listed) = (one.resolved.is_routed, config.is_listed(&one.address) == Finding::No);
            let is_error = one.resolved.is_error;
            format!("{chosen} {class} {routed} {listed} {} {} {is_error}", own(&one.address), one.local_is_clients)
        };
        let mut ends: Vec<String> = queued.recipients.iter().filter(|one| !one.is_bcc).map(end).collect();
        if !config.param("alias_maps").is_empty() {
            ends.extend(aliased());
        }
        ends.sort();
        ends.dedup();
        ends.push(queued.refused.is_some().to_string());
        ends
    }

    /// What access tables have for an address, in order.
    fn access_of(&self, config: &Config<'_>, address: &str, roles: &[Role]) -> Vec<String> {
        let asked = self.words.asked(roles).filter(|asked| matches!(asked.role, Role::Sender | Role::Recipient));
        let keys = config.access_keys(address);
        let kind = |asked: &Asked| match &keys {
            // A table in braces is never opened by that name (smtpd_check.c, smtpd_check_parse).
            Some(_) if asked.table.starts_with('{') => "fails".to_owned(),
            Some(keys) => match config.look_up_first(&asked.table, keys) {
                Some((_, found)) => self.kind(asked.role, &found.finding()),
                None => String::new(),
            },
            None => "unknown".to_owned(),
        };
        asked.map(kind).collect()
    }

    /// Of a user, wherever it is: what tables have for the user alone.
    pub(crate) fn of_user(&self, config: &Config<'_>, user: &str, roles: &[Role]) -> u64 {
        let mut hasher = DefaultHasher::new();
        for asked in self.words.asked(roles) {
            for key in [user.to_owned(), format!("{user}@")] {
                let found = config.look_up(&asked.table, &key, true).finding();
                match &found {
                    // Where an alias leads is read off its value.
                    Finding::Text(value) if asked.role == Role::Listed => value.hash(&mut hasher),
                    _ => self.kind(asked.role, &found).hash(&mut hasher),
                }
            }
        }
        let is_known = config.world.users.contains(user);
        (user.eq_ignore_ascii_case("postmaster"), is_known).hash(&mut hasher);
        hasher.finish()
    }

    /// Of a domain, whoever is in it: its class, and what tables have for it, for those
    /// above it, and for all users in it.
    pub(crate) fn of_domain(&self, config: &Config<'_>, domain: &str, roles: &[Role]) -> u64 {
        let mut hasher = DefaultHasher::new();
        let address = format!("{UNNAMED_USER}@{domain}");
        class(config, &address).hash(&mut hasher);
        self.access_of(config, &address, roles).hash(&mut hasher);
        let others = self.words.asked(roles).filter(|asked| !matches!(asked.role, Role::Sender | Role::Recipient));
        for asked in others {
            let mut keys = vec![format!("@{domain}"), domain.to_owned()];
            let mut rest = domain;
            while let Some((_, above)) = rest.split_once('.') {
                keys.extend([format!(".{above}"), above.to_owned()]);
                rest = above;
            }
            for key in keys {
                self.kind(asked.role, &config.look_up(&asked.table, &key, true).finding()).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// What a finding means, as far as sessions are told apart by it.
    fn kind(&self, role: Role, finding: &Finding) -> String {
        match finding {
            Finding::Text(value) => self.meaning(role, value),
            Finding::Temporary | Finding::Broken => "fails".to_owned(),
            Finding::Unknown(_) => "unknown".to_owned(),
            Finding::Yes => "yes".to_owned(),
            Finding::No | Finding::Case(_) => String::new(),
        }
    }

    fn meaning(&self, role: Role, value: &str) -> String {
        match role {
            Role::Listed | Role::Listing => "found".to_owned(),
            Role::Owners => self.owned_by(value),
            Role::Client
            | Role::ReverseName
            | Role::Helo
            | Role::Sender
            | Role::Recipient
            | Role::Login
            | Role::Certificate => match self.configs.len() {
                1 => action(value),
                _ => exact_action(value),
            },
        }
    }

    /// Of the owners of a sender those that are candidates.
    fn owned_by(&self, owners: &str) -> String {
        let is_owner = |login: &&String| owners.split([',', ' ', '\t']).any(|owner| owner.eq_ignore_ascii_case(login));
        let known: Vec<&str> = self.logins.iter().filter(is_owner).map(String::as_str).collect();
        format!("owned {}", known.join(","))
    }

    /// An answer of a table in a role as it counts: equal ones are alike.
    pub(crate) fn alike(&self, role: Role, answer: &Template) -> Template {
        match role {
            // Where mail goes is read off the text.
            Role::Listed => answer.clone(),
            Role::Owners if answer.has_groups => answer.clone(),
            Role::Owners
            | Role::Listing
            | Role::Client
            | Role::ReverseName
            | Role::Helo
            | Role::Sender
            | Role::Recipient
            | Role::Login
            | Role::Certificate => Template {
                text: self.meaning(role, &answer.text),
                has_groups: answer.has_groups && role == Role::Owners,
            },
        }
    }
}

/// The class of an address, as a small number; unknown is one of its own.
pub(crate) fn class(config: &Config<'_>, address: &str) -> (u8, bool, bool, String) {
    match config.resolve("", address) {
        Ok(resolved) => of_class(&resolved),
        Err(missing) => (u8::MAX, false, false, missing.question.split(':').next().unwrap_or_default().to_owned()),
    }
}

fn of_class(resolved: &Rc<Resolved>) -> (u8, bool, bool, String) {
    let failed = resolved.is_error || resolved.fails;
    (resolved.class as u8, resolved.is_routed, failed, resolved.transport.clone())
}

/// An access(5) result without what only people read: with its enhanced code, or
/// with what it does to the message.
fn exact_action(value: &str) -> String {
    let word = action(value);
    let mut rest = value.trim_start().splitn(2, [' ', '\t']);
    let rest = rest.nth(1).unwrap_or_default().trim_start();
    match word.as_str() {
        "FILTER" | "REDIRECT" | "BCC" | "PREPEND" => format!("{word} {rest}"),
        _ => {
            let first = rest.split_whitespace().next().unwrap_or_default();
            let is_dsn = first.starts_with(['4', '5']) && first.split('.').count() == 3;
            if is_dsn { format!("{word} {first}") } else { word }
        }
    }
}

/// An access(5) result without its text.
pub(crate) fn action(value: &str) -> String {
    let word = value.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let is_code = word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|byte| byte.is_ascii_digit());
    match word.as_str() {
        "OK" | "RELAY" => "OK".to_owned(),
        "REJECT" | "DEFER" | "DEFER_IF_PERMIT" | "DEFER_IF_REJECT" | "DISCARD" | "DUNNO" | "HOLD" | "WARN" | "INFO"
        | "FILTER" | "REDIRECT" | "BCC" | "PREPEND" | "HANGUP" => word,
        _ if is_code => word,
        _ => value.to_owned(),
    }
}
