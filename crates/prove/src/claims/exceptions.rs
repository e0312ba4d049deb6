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
                // The end of a list excepts nobody in particular.
                if decider.index.is_none() && whom.is_empty() {
                    return !self.walker.is_spent();
                }
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
        let config = self.walker.config;
        let mut found = BTreeSet::new();
        // A fact that others have as well is not why these may.
        let named = |var: Var| {
            let all = crowd.of(var);
            let is_why = !all.iter().any(|at| self.universe.is_free(var, *at));
            all.into_iter().filter(move |_| is_why).filter_map(move |at| self.universe.get(var, at))
        };
        for session in named(Var::Name) {
            if let Some(name) = &session.client.name {
                found.insert(format!(".{}", registrable(name).unwrap_or(name)));
            }
        }
        for session in named(Var::Address) {
            let address = session.client.address;
            let around =
                self.universe.named.iter().filter(|net| net.contains(&address)).max_by_key(|net| net.prefix_len());
            found.insert(around.map_or_else(|| address.to_string(), with_size));
        }
        for certificate in named(Var::Tls).filter_map(|session| session.certificate.as_ref()) {
            match certificate.trusted {
                true => found.extend(
                    ["smtpd_tls_CAfile", "smtpd_tls_CApath"]
                        .iter()
                        .map(|param| format!("{param} = {}", config.param(param)))
                        .filter(|one| !one.ends_with("= ")),
                ),
                false => drop(found.insert(certificate.fingerprint.clone())),
            }
        }
        found.into_iter().collect()
    }

    /// Hosts that may say whose connection it is (smtpd.c, xclient_cmd).
    pub(super) fn xclient_hosts(&self) -> Option<Exception> {
        const HOSTS: &str = "smtpd_authorized_xclient_hosts";
        let config = self.walker.config;
        if config.param(HOSTS).is_empty() {
            return None;
        }
        let mut whom = members(config, HOSTS);
        shorten(&mut whom);
        Some(self.of_param(HOSTS, whom, XCLIENT))
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
        let words = crate::vocabulary::Vocabulary::of(config);
        for param in ["local_recipient_maps", "virtual_mailbox_maps", "relay_recipient_maps"] {
            let tables = config.model.param_tables(config.scope(), param);
            let is_of = |asked: &&crate::vocabulary::Asked| {
                asked.role == crate::vocabulary::Role::Listed
                    && tables.iter().any(|table| table.text.as_str() == asked.table)
            };
            let patterns = words.tables.iter().filter(is_of).flat_map(|asked| asked.patterns());
            let patterns: Vec<String> = patterns.take(MAX_OWNERS).cloned().collect();
            if !patterns.is_empty() {
                found.push(self.of_param(param, patterns, TAKERS));
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
        let all = words.asked(&[crate::vocabulary::Role::Owners]).filter(|asked| asked.table.contains("static:"));
        open.extend(all.map(|asked| asked.table.clone()));
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
const XCLIENT: Text = Text::fixed(
    "these hosts may claim any client address, name and login by XCLIENT",
    "다음 호스트는 XCLIENT 명령으로 아무 클라이언트 주소와 이름, 로그인이나 댈 수 있습니다",
);
const TAKERS: Text =
    Text::fixed("every address that one of these patterns takes is accepted", "다음 패턴에 맞는 주소는 모두 받습니다");
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
