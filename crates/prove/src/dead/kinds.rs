//! Which facts of the session an entry looks at, and whether that is all that
//! can decide its answer.

use super::{Dead, DeadEntry};
use crate::vocabulary::{Content, Role, Vocabulary};
use postproof_catalog::restriction;
use postproof_model::{EntryKind, MAX_CLASS_DEPTH};
use postproof_sim::{Config, EntryInfo, Var};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the tables that entries name.
pub(super) struct Kinds {
    /// By `type:name`: whether candidates stand for every key, and every result
    /// decides by itself.
    tables: BTreeMap<String, bool>,
    /// Whether the same is so of the tables of own domains and networks.
    are_lists_exact: bool,
}

/// Restrictions whose answer the candidates decide, with the facts they look at.
fn built_in(name: &str) -> Option<&'static [Var]> {
    const LOGIN: &[Var] = &[Var::Helo, Var::Tls, Var::Login];
    const OWNER: &[Var] = &[Var::Sender, Var::Helo, Var::Tls, Var::Login];
    Some(match name {
        "permit" | "reject" | "defer" | "defer_if_permit" | "defer_if_reject" => &[],
        "permit_mynetworks" | "permit_inet_interfaces" => &[Var::Address, Var::Name],
        "check_client_access" => &[Var::Address, Var::Name],
        // It asks for the address as well (smtpd_check.c, check_namadr_access).
        "check_reverse_client_hostname_access" => &[Var::Address, Var::Name],
        "reject_unknown_reverse_client_hostname" | "reject_unknown_client_hostname" => &[Var::Name],
        "permit_sasl_authenticated" | "check_sasl_access" => LOGIN,
        "permit_tls_all_clientcerts" | "permit_tls_clientcerts" | "check_ccert_access" | "reject_plaintext_session" => {
            &[Var::Helo, Var::Tls]
        }
        "check_helo_access"
        | "reject_invalid_helo_hostname"
        | "reject_non_fqdn_helo_hostname"
        | "permit_naked_ip_address" => &[Var::Helo],
        "check_sender_access" | "reject_non_fqdn_sender" => &[Var::Sender],
        "reject_sender_login_mismatch"
        | "reject_authenticated_sender_login_mismatch"
        | "reject_known_sender_login_mismatch"
        | "reject_unauthenticated_sender_login_mismatch" => OWNER,
        "check_recipient_access"
        | "reject_non_fqdn_recipient"
        | "permit_auth_destination"
        | "reject_unauth_destination"
        | "defer_unauth_destination" => &[Var::Recipient],
        _ => return None,
    })
}

impl Kinds {
    pub(super) fn of(config: &Config<'_>, words: &Vocabulary) -> Self {
        let mut tables: BTreeMap<String, bool> = BTreeMap::new();
        for asked in &words.tables {
            let is_exact = match asked.contents.as_slice() {
                [Content::Keys(entries) | Content::Networks(entries)] => {
                    let is_literal = |key: &str| {
                        key.contains('[') && matches!(asked.role, Role::Sender | Role::Recipient | Role::Owners)
                    };
                    asked.role == Role::Listed
                        || entries.iter().all(|(key, value)| decides(asked.role, value) && !is_literal(key))
                }
                [Content::Unknown] => {
                    asked.table.strip_prefix("static:").is_some_and(|value| decides(asked.role, value))
                }
                _ => false,
            };
            let known = tables.entry(asked.table.clone()).or_insert(true);
            *known &= is_exact;
        }
        let exact = |param: &&&str| {
            let is_table = |word: &str| tables.get(word).copied().unwrap_or_default();
            let value = config.model.text(config.scope(), param);
            let named =
                value.split([',', ' ', '\t', '\n', '\r']).filter(|word| word.contains(':') && !word.contains('['));
            !value.contains(" /")
                && !value.starts_with('/')
                && named.into_iter().all(|word| is_table(word.trim_start_matches('!')))
        };
        let lists = [
            "mynetworks",
            "mydestination",
            "virtual_alias_domains",
            "virtual_mailbox_domains",
            "relay_domains",
            "smtpd_sender_login_maps",
            "relay_clientcerts",
        ];
        let are_lists_exact = lists.iter().filter(|param| !exact(param)).count() == 0;
        Self { tables, are_lists_exact }
    }

    /// The facts that decide an entry's answer; nothing: more than candidates tell.
    pub(super) fn vars(&self, entry: &EntryInfo, list: &str, all: &[EntryInfo]) -> Option<Vec<Var>> {
        let mut vars = self.vars_at(entry, list, all, &mut BTreeSet::new())?;
        vars.sort_unstable();
        vars.dedup();
        Some(vars)
    }

    /// `open`: classes that were looked into already, each of which counts once.
    fn vars_at<'e>(
        &self,
        entry: &'e EntryInfo,
        list: &str,
        all: &'e [EntryInfo],
        open: &mut BTreeSet<&'e str>,
    ) -> Option<Vec<Var>> {
        let word = entry.word.to_ascii_lowercase();
        if word == "warn_if_reject" {
            return None;
        }
        if entry.word.contains(':') {
            return self.table(implied(list)?, &entry.word);
        }
        if let Some(known) = restriction(&word) {
            return match &entry.argument {
                Some(argument) => self.table(known.name, argument),
                None if known.name.starts_with("check_") => None,
                None if !self.are_lists_exact && !matches!(known.name, "permit" | "reject" | "defer") => None,
                None => built_in(known.name).map(<[Var]>::to_vec),
            };
        }
        let inner: Vec<&EntryInfo> = all.iter().filter(|one| *one.owner == *entry.word).collect();
        if inner.is_empty() {
            return None;
        }
        let mut vars = Vec::new();
        // One level of recursion for each class: smtpd itself gives up at a hundred.
        if open.len() > MAX_CLASS_DEPTH {
            return None;
        }
        if open.insert(&*entry.word) {
            for one in inner {
                vars.extend(self.vars_at(one, list, all, open)?);
            }
        }
        Some(vars)
    }

    fn table(&self, name: &str, table: &str) -> Option<Vec<Var>> {
        let is_exact = self.tables.get(table).copied().unwrap_or_default();
        built_in(name).filter(|_| is_exact).map(<[Var]>::to_vec)
    }

    /// Whether asking the entry again gives the same answer.
    pub(super) fn is_steady(&self, entry: &EntryInfo, all: &[EntryInfo]) -> bool {
        let is_one = |entry: &EntryInfo| {
            let word = entry.word.to_ascii_lowercase();
            !matches!(
                word.as_str(),
                "check_policy_service" | "sleep" | "warn_if_reject" | "defer_if_permit" | "defer_if_reject"
            ) && !word.contains("unverified")
        };
        let known = restriction(&entry.word.to_ascii_lowercase()).is_some() || entry.word.contains(':');
        // Classes may hold anything; so may the results of tables that are not exact.
        let table = entry.argument.as_deref().filter(|_| entry.word.starts_with("check_"));
        let is_plain = table.is_none_or(|table| self.tables.get(table).copied().unwrap_or_default());
        let _ = all;
        known && is_one(entry) && (is_plain || !entry.word.starts_with("check_"))
    }
}

/// Whether a result decides by itself, in the way that candidates are told apart.
fn decides(role: Role, value: &str) -> bool {
    if matches!(role, Role::Owners | Role::Listed | Role::Listing) {
        return true;
    }
    let word = value.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let is_code = word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|byte| byte.is_ascii_digit());
    let known = [
        "OK",
        "RELAY",
        "REJECT",
        "DEFER",
        "DEFER_IF_PERMIT",
        "DEFER_IF_REJECT",
        "DISCARD",
        "DUNNO",
        "HOLD",
        "WARN",
        "INFO",
        "FILTER",
        "REDIRECT",
        "BCC",
        "PREPEND",
    ];
    is_code || known.contains(&word.as_str())
}

/// Which check a bare table stands for.
fn implied(list: &str) -> Option<&'static str> {
    match list {
        "smtpd_client_restrictions" => Some("check_client_access"),
        "smtpd_helo_restrictions" => Some("check_helo_access"),
        "smtpd_sender_restrictions" => Some("check_sender_access"),
        "smtpd_relay_restrictions" | "smtpd_recipient_restrictions" => Some("check_recipient_access"),
        _ => None,
    }
}

/// Whether an entry can end its list in favour of the client.
pub(super) fn may_permit(entry: &EntryInfo) -> bool {
    let word = entry.word.to_ascii_lowercase();
    let only_refuses = word.starts_with("reject") || word.starts_with("defer") || word == "sleep";
    !(only_refuses && restriction(&word).is_some())
}

/// Whether an entry means the same wherever it stands; classes may hold tables
/// that each list asks in its own way.
pub(super) fn is_built_in(entry: &EntryInfo) -> bool {
    restriction(&entry.word.to_ascii_lowercase()).is_some()
}

/// Whether two entries ask the same.
pub(super) fn is_same(one: &EntryInfo, other: &EntryInfo) -> bool {
    let name = |entry: &EntryInfo| {
        let word = entry.word.to_ascii_lowercase();
        restriction(&word).map_or(word, |known| known.name.to_owned())
    };
    one.argument == other.argument && name(one) == name(other)
}

/// Whether an entry stands in a list that is asked before the client has said
/// what it looks at.
pub(super) fn is_too_early(entry: &EntryInfo, list: &str) -> bool {
    restriction(&entry.word.to_ascii_lowercase()).is_some_and(|known| !known.works_early_in.contains(&list))
}

/// Classes without a definition, with which smtpd does not start.
pub(super) fn undefined(config: &Config<'_>, entries: &[EntryInfo]) -> Vec<DeadEntry> {
    let mut found = Vec::new();
    for (list, _) in postproof_model::LISTS {
        for entry in config.model.restriction_list(config.scope(), list).flat() {
            let EntryKind::UndefinedClass = entry.kind else { continue };
            let known = entries.iter().find(|one| one.span == entry.span && *one.word == *entry.word);
            if let Some(known) = known {
                found.push(DeadEntry { entry: known.clone(), why: Dead::UndefinedClass, by: Vec::new() });
            }
        }
    }
    found
}
