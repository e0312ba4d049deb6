//! Whether an address exists, as far as tables tell (smtpd_check.c, check_rcpt_maps).

use super::find::Hit;
use super::{Class, Resolved};
use crate::{Config, Missing};

/// What the check of unlisted addresses comes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Listed {
    /// The address exists, as far as the tables tell.
    Yes,
    /// Refused: code, enhanced code, and the reason: `User unknown`.
    No(u16, String, String),
    /// A table failed: 451 4.3.0 `Temporary lookup failure`.
    Fails,
    /// An empty value in a table: 451 4.3.5 `Server configuration error`.
    Faulty,
    /// What is missing decides between the answers that there can be.
    Unknown(Missing, Vec<Listed>),
}

impl Listed {
    /// The answers that there can be.
    pub(crate) fn possible(self) -> Vec<Listed> {
        match self {
            Listed::Unknown(_, possible) => possible.into_iter().flat_map(Listed::possible).collect(),
            Listed::Yes | Listed::No(..) | Listed::Fails | Listed::Faulty => vec![self],
        }
    }

    /// The refusal where there is no other answer; code and enhanced code may differ.
    fn only_refusal(&self) -> Option<Listed> {
        let Listed::Unknown(..) = self else { return None };
        let possible = self.clone().possible();
        let refuses = possible.iter().all(|one| matches!(one, Listed::No(..)));
        possible.into_iter().next().filter(|_| refuses)
    }

    /// For those who ask whether and not how: an answer that is a refusal in
    /// any case is known.
    pub(crate) fn in_short(self) -> Listed {
        self.only_refusal().unwrap_or(self)
    }
}

impl Config<'_> {
    /// Whether the address is one that exists, as `reject_unlisted_recipient`
    /// and `reject_unlisted_sender` ask. `other` is the sender where a
    /// recipient is asked about, and the other way round.
    pub(crate) fn unlisted(&self, other: &str, address: &str, as_sender: bool) -> Listed {
        match self.resolve_address(other, address) {
            Err(missing) => {
                let unknown = if as_sender { "5.1.0" } else { "5.1.1" };
                let no = no(550, unknown, "User unknown");
                Listed::Unknown(missing, vec![Listed::Yes, no])
            }
            Ok(resolved) if resolved.fails => Listed::Fails,
            Ok(resolved) => Check { config: self, resolved: &resolved, as_sender }.run(),
        }
    }

    /// The number that a parameter holds.
    fn code(&self, param: &'static str) -> u16 {
        self.param(param).parse().unwrap_or(550)
    }
}

struct Check<'c, 'm> {
    config: &'c Config<'m>,
    resolved: &'c Resolved,
    as_sender: bool,
}

impl Check<'_, '_> {
    fn run(&self) -> Listed {
        let maps = ["recipient_canonical_maps", "sender_canonical_maps", "canonical_maps", "virtual_alias_maps"];
        let mut open = None;
        let asked = maps.into_iter().filter(|param| *param != "sender_canonical_maps" || self.as_sender);
        for param in asked {
            match self.find(param, &mut open) {
                Hit::Value(_) => return Listed::Yes,
                // Where the earlier ones have the address, this one is not asked.
                Hit::Retry => return either(open, vec![Listed::Yes, Listed::Fails]),
                Hit::Faulty => return either(open, vec![Listed::Yes, Listed::Faulty]),
                Hit::None | Hit::Unknown(_) => {}
            }
        }
        let listed = self.by_transport();
        match open {
            Some(missing) if listed != Listed::Yes => {
                let mut possible = vec![Listed::Yes];
                possible.extend(listed.possible());
                possible.dedup();
                Listed::Unknown(missing, possible)
            }
            Some(_) | None => listed,
        }
    }

    fn find(&self, param: &'static str, open: &mut Option<Missing>) -> Hit {
        self.config.find_by_param(param, &self.resolved.address, open)
    }

    fn by_transport(&self) -> Listed {
        let resolved = self.resolved;
        if let Some(missing) = &resolved.class_unknown {
            return Listed::Unknown(missing.clone(), self.by_each_class());
        }
        let refused = match resolved.transport.as_str() {
            "error" => Some((
                if resolved.class == Class::Alias {
                    self.config.code("unknown_virtual_alias_reject_code")
                } else {
                    550
                },
                '5',
            )),
            "retry" => Some((450, '4')),
            _ => None,
        };
        let listed = match refused {
            Some((code, digit)) => self.refused(code, digit),
            None => self.by_class(),
        };
        match &resolved.transport_unknown {
            // Any entry may stand for the error transport as well.
            Some(missing) => {
                let user = self.user_unknown();
                let no = no(550, user, "Address is undeliverable");
                Listed::Unknown(missing.clone(), vec![if refused.is_some() { self.by_class() } else { listed }, no])
            }
            None => listed,
        }
    }

    /// The answers for each class that the address may have.
    fn by_each_class(&self) -> Vec<Listed> {
        let of = |resolved: &Resolved| match resolved.fails {
            true => vec![Listed::Fails],
            false => Check { resolved, ..*self }.by_transport().possible(),
        };
        let mut possible: Vec<Listed> = Vec::new();
        for one in self.resolved.perhaps.iter().flat_map(of) {
            if !possible.contains(&one) {
                possible.push(one);
            }
        }
        if possible.is_empty() {
            possible = vec![Listed::Yes, no(550, self.user_unknown(), "User unknown")];
        }
        possible
    }

    // dsn_util.c, dsn_split; smtpd_dsn_fix.c
    fn refused(&self, code: u16, digit: char) -> Listed {
        let text = self.resolved.nexthop.trim_start();
        let (dsn, text) = match dsn_of(text) {
            Some(dsn) => (dsn.to_owned(), text.get(dsn.len()..).unwrap_or_default().trim_start()),
            None => (format!("{digit}.1.{}", if self.as_sender { 0 } else { 1 }), text),
        };
        no(code, &fixed_dsn(&dsn, self.as_sender), text)
    }

    fn user_unknown(&self) -> &'static str {
        if self.as_sender { "5.1.0" } else { "5.1.1" }
    }

    fn by_class(&self) -> Listed {
        let (maps, code, table) = match self.resolved.class {
            Class::Local if self.is_always_there() => return Listed::Yes,
            Class::Local => ("local_recipient_maps", "unknown_local_recipient_reject_code", "local recipient"),
            Class::Virtual => ("virtual_mailbox_maps", "unknown_virtual_mailbox_reject_code", "virtual mailbox"),
            Class::Relay => ("relay_recipient_maps", "unknown_relay_recipient_reject_code", "relay recipient"),
            Class::Alias | Class::Default => return Listed::Yes,
        };
        if self.config.param(maps).is_empty() {
            return Listed::Yes;
        }
        let table = if self.config.yes("show_user_unknown_table_name") {
            format!("User unknown in {table} table")
        } else {
            "User unknown".to_owned()
        };
        let no = no(self.config.code(code), self.user_unknown(), &table);
        let mut open = None;
        match self.find(maps, &mut open) {
            Hit::Value(_) => Listed::Yes,
            Hit::Retry => either(open, vec![Listed::Yes, Listed::Fails]),
            Hit::Faulty => either(open, vec![Listed::Yes, Listed::Faulty]),
            Hit::None | Hit::Unknown(_) => either(open, vec![Listed::Yes, no]),
        }
    }

    /// Addresses that bounces and the queue manager deal with themselves.
    fn is_always_there(&self) -> bool {
        let Some((local, _)) = self.resolved.address.rsplit_once('@') else { return false };
        let bounce = self.config.param("double_bounce_sender");
        let starts = |name: &str| {
            let (start, rest) = self.resolved.address.split_at_checked(name.len()).unwrap_or_default();
            !local.is_empty() && start.eq_ignore_ascii_case(name) && rest.starts_with('@')
        };
        starts(&bounce) || starts("postmaster") || starts("MAILER-DAEMON")
    }
}

/// A refusal whose enhanced code has the first digit of the code.
// smtpd_check.c, smtpd_check_reject
fn no(code: u16, dsn: &str, text: &str) -> Listed {
    Listed::No(code, format!("{}{}", code / 100, dsn.get(1..).unwrap_or_default()), text.to_owned())
}

/// The last of the answers, or any of them if something is missing.
fn either(open: Option<Missing>, mut possible: Vec<Listed>) -> Listed {
    match open {
        Some(missing) => Listed::Unknown(missing, possible),
        None => possible.pop().unwrap_or(Listed::Yes),
    }
}

/// The enhanced status code at the start of a text.
// dsn_util.c, dsn_valid
pub(crate) fn dsn_of(text: &str) -> Option<&str> {
    let end = text.find(|ch: char| ch.is_ascii_whitespace()).unwrap_or(text.len());
    let dsn = text.get(..end)?;
    let mut parts = dsn.split('.');
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let class = parts.next().is_some_and(|class| matches!(class, "2" | "4" | "5"));
    let rest: Vec<&str> = parts.collect();
    (class && rest.len() == 2 && rest.iter().all(|part| is_number(part))).then_some(dsn)
}

/// An enhanced status code of an address, turned into that of a sender or a
/// recipient; its first digit is to be set by the code of the reply.
// smtpd_dsn_fix.c
pub(crate) fn fixed_dsn(dsn: &str, as_sender: bool) -> String {
    if dsn.get(1..4) != Some(".1.") || !dsn.starts_with(|ch: char| ch.is_ascii_digit()) {
        return dsn.to_owned();
    }
    let pair = match dsn.get(4..).unwrap_or_default() {
        "1" => ["4.1.7", "4.1.1"],
        "2" | "8" => ["4.1.8", "4.1.2"],
        "3" | "7" => ["4.1.7", "4.1.3"],
        "4" => ["4.1.7", "4.1.4"],
        "5" => ["4.1.0", "4.1.5"],
        "6" => ["4.1.7", "4.1.6"],
        _ => ["4.1.0", "4.1.0"],
    };
    let [sender, recipient] = pair;
    if as_sender { sender } else { recipient }.to_owned()
}
