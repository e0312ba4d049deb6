//! Whom a claim leaves out, with names and numbers: a proof that holds is read with them.

use super::search::Aim;
use super::{Cx, Exception};
use crate::candidates::NOBODY;
use crate::conditions;
use crate::vocabulary::LISTED;
use ipnet::IpNet;
use postproof_catalog::suffix::registrable;
use postproof_diag::Text;
use postproof_sim::{Config, Crowd, Decider, Finding, Var, Who};
use std::collections::BTreeSet;

/// Clients, addresses and patterns of one exception that are listed.
const MAX_LISTED: usize = 12;

/// Entries of `smtpd_sender_login_maps` that are looked at for shared senders.
const MAX_OWNERS: usize = 2_000;

impl Cx<'_, '_> {
    /// The entries that let clients of these crowds do what is looked for.
    pub(super) fn exceptions(&self, all: Crowd, strangers: &Crowd, aim: &Aim<'_>) -> Vec<Exception> {
        let mut found: Vec<Exception> = Vec::new();
        for crowd in self.walker.pass_all(all, aim.may_be_bad) {
            let run = |who: &mut Who<'_>| {
                let outcome = self.walker.play(who);
                (aim.is_bad)(&outcome).then(|| super::search::granted_by(&outcome)).flatten()
            };
            self.walker.explore(&crowd, None, super::search::MAX_WAYS / 8, &run, &mut |path| {
                let named = path.outcome.filter(|_| !strangers.contains(&path.left));
                let Some(decider) = named else { return !self.walker.is_spent() };
                let is_same =
                    |known: &&mut Exception| known.decider.list == decider.list && known.decider.index == decider.index;
                let whom = self.whom(&decider, &path.left);
                match found.iter_mut().find(is_same) {
                    Some(known) => {
                        let new = whom.into_iter().filter(|one| !known.whom.contains(one)).collect::<Vec<_>>();
                        known.whom.extend(new);
                    }
                    None => {
                        let (_, assumed) = super::search::divided(path.assumed, false);
                        let decider = Decider { restriction: self.word_of(&decider), ..decider };
                        let assumed = conditions::each_once(assumed);
                        found.push(Exception { decider, whom, what: CLIENTS, session: path.session, assumed });
                    }
                }
                true
            });
        }
        found.sort_by_key(|one| (one.decider.list, one.decider.index));
        found.iter_mut().for_each(|one| shorten(&mut one.whom));
        found
    }

    /// Names, networks and certificates of the clients of a crowd.
    fn whom(&self, decider: &Decider, crowd: &Crowd) -> Vec<String> {
        if self.word_of(decider).is_some_and(|word| word == "permit_mynetworks") {
            return members(self.walker.config, "mynetworks");
        }
        let mut found = BTreeSet::new();
        let named = |var: Var| {
            crowd
                .of(var)
                .into_iter()
                .filter(move |at| !self.universe.is_free(var, *at))
                .filter_map(move |at| self.universe.get(var, at))
        };
        for session in named(Var::Name) {
            if let Some(name) = &session.client.name {
                found.insert(format!(".{}", registrable(name).unwrap_or(name)));
            }
        }
        // Where the name decides, the address is anybody's.
        if found.is_empty() {
            found.extend(named(Var::Address).map(|session| session.client.address.to_string()));
        }
        found.extend(
            named(Var::Tls).filter_map(|session| session.certificate.as_ref()).map(|one| one.fingerprint.clone()),
        );
        found.into_iter().collect()
    }

    /// Domains that take every user, by a key for the whole domain or a table that takes all.
    pub(super) fn catch_alls(&self) -> Vec<Exception> {
        let config = self.walker.config;
        let mut found: Vec<Exception> = Vec::new();
        for domain in self.universe.own.received().take(MAX_OWNERS) {
            let address = format!("{NOBODY}@{domain}");
            if !self.is_own(&address) {
                continue;
            }
            let at_domain = format!("@{domain}");
            let lists = LISTED.iter().filter(|param| !matches!(**param, "transport_maps" | "relocated_maps"));
            for param in lists {
                let value = [(&address, false), (&at_domain, true)].into_iter().find_map(|(key, is_partial)| {
                    match config.look_up_in(param, key, is_partial).finding() {
                        Finding::Text(value) => Some(value),
                        _ => None,
                    }
                });
                let Some(value) = value else { continue };
                // A rewriting to another domain is followed, not taken for a catch-all of this one.
                let leads_on =
                    value.contains('@') && !param.ends_with("_mailbox_maps") && !param.ends_with("_recipient_maps");
                if leads_on && *param != "virtual_alias_maps" {
                    continue;
                }
                match found.iter_mut().find(|one| one.decider.list == *param) {
                    Some(known) => known.whom.push(at_domain.clone()),
                    None => found.push(self.of_param(param, vec![at_domain.clone()], CATCH_ALL)),
                }
                break;
            }
        }
        found.iter_mut().for_each(|one| shorten(&mut one.whom));
        found
    }

    /// Senders that several logins own, and patterns that give a login more than one.
    pub(super) fn shared_senders(&self) -> Vec<Exception> {
        const MAPS: &str = "smtpd_sender_login_maps";
        let (mut shared, mut open) = (Vec::new(), Vec::new());
        let words = crate::vocabulary::Vocabulary::of(self.walker.config);
        for (key, owners) in words.keys(&[crate::vocabulary::Role::Owners]).take(MAX_OWNERS) {
            let count = owners.split([',', ' ', '\t']).filter(|owner| !owner.is_empty()).count();
            if count > 1 || key.starts_with('@') {
                shared.push(key.clone());
            }
        }
        for (key, _) in words.patterns(&[crate::vocabulary::Role::Owners]).take(MAX_OWNERS) {
            open.push(key.clone());
        }
        let mut found = Vec::new();
        if !shared.is_empty() {
            shorten(&mut shared);
            found.push(self.of_param(MAPS, shared, SHARED));
        }
        if !open.is_empty() {
            shorten(&mut open);
            found.push(self.of_param(MAPS, open, PATTERNS));
        }
        found
    }

    fn of_param(&self, param: &'static str, whom: Vec<String>, what: Text) -> Exception {
        let config = self.walker.config;
        let span = config.model.value(config.scope(), param).and_then(|value| value.text.span());
        let decider = Decider { list: param, index: None, restriction: None, span };
        Exception { decider, whom, what, session: super::base(), assumed: Vec::new() }
    }
}

fn shorten(whom: &mut Vec<String>) {
    if whom.len() > MAX_LISTED {
        let more = whom.len() - MAX_LISTED;
        whom.truncate(MAX_LISTED);
        whom.push(format!("+{more}"));
    }
}

/// The members of a list of hosts, networks with their number of addresses.
pub(super) fn members(config: &Config<'_>, param: &'static str) -> Vec<String> {
    let members = config.list_members(param);
    let mut found: Vec<String> = members.networks.iter().map(with_size).collect();
    found.extend(members.names);
    found.extend(members.tables);
    found.extend(members.unknown.iter().map(|missing| missing.question.trim_start_matches("file:").to_owned()));
    if !config.model.is_set(config.scope(), param) {
        let style = config.param("mynetworks_style");
        found.push(format!("mynetworks_style = {style}"));
    }
    found
}

fn with_size(net: &IpNet) -> String {
    let bits = net.max_prefix_len() - net.prefix_len();
    match bits {
        0 => net.addr().to_string(),
        bits if bits < 64 => format!("{net} ({})", 1_u64 << bits),
        bits => format!("{net} (2^{bits})"),
    }
}

const CLIENTS: Text = Text::fixed("these clients may", "다음 클라이언트는 예외입니다");
const CATCH_ALL: Text = Text::fixed(
    "every address of these domains is accepted; where it ends the tables do not tell",
    "다음 도메인은 모든 주소를 받습니다. 어디에 닿는지는 테이블로 알 수 없습니다",
);
const SHARED: Text = Text::fixed(
    "these senders belong to several logins, or to one with all of the domain",
    "다음 발신자는 여러 로그인의 것이거나 도메인 전체가 한 로그인의 것입니다",
);
const PATTERNS: Text = Text::fixed(
    "a login may use every sender that its pattern takes",
    "로그인은 자기 패턴에 맞는 모든 발신자를 쓸 수 있습니다",
);
