//! All clients there can be, as a small number of candidates for each fact of
//! the session.
//!
//! Whatever a client does, there is a candidate that every list and table of
//! the configuration answers in the same way: candidates are made from the words
//! of the configuration (keys, networks, names), from every combination of its
//! patterns that a string can meet ([`crate::strings`]), from what is unlike all of
//! them, and from the forms in which names and addresses can be written. Of
//! candidates that all tables answer alike, one stays.

mod address;
mod client;
mod lens;
mod mail;
mod name;

use crate::domains::Own;
use crate::limits::{Limit, MAX_CANDIDATES, MAX_PATTERN_STEPS};
use crate::vocabulary::{Contents, Role, Vocabulary};
pub(crate) use address::{NARROW_IPV4, NARROW_IPV6};
use ipnet::IpNet;
pub(crate) use lens::{Lens, action};
use postproof_sim::{Candidates, Config, Session, Steps, Var};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

pub(crate) use mail::{EXISTING_USER, FOREIGN_DOMAIN, FOREIGN_HOST, NOBODY, owner_keys};

/// Names of known DNS data that are taken as candidates.
pub(crate) const MAX_DNS_NAMES: usize = 40;

/// Whether anybody can be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Standing {
    /// A client can choose it, or there are clients everywhere that are so.
    Free,
    /// The configuration names it: only particular clients are so.
    Named,
}

/// One value of one fact.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) session: Session,
    pub(crate) standing: Standing,
}

/// The candidates of one fact, with the limits that cut them short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) list: Vec<Candidate>,
    pub(crate) limits: BTreeSet<Limit>,
}

/// What was found for one service of a host, for its others.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) contents: Contents,
    mail: RefCell<Vec<(MailKey, [Found; 2])>>,
}

/// What decides the candidates for senders and recipients: parameters, tables
/// that are asked for addresses, own domains and names.
type MailKey = (Vec<Rc<str>>, Vec<(Role, String)>, Vec<String>, Vec<String>, Vec<String>);

/// Parameters of the service on which the candidates for addresses depend.
const MAIL_PARAMS: [&str; 3] = ["strict_rfc821_envelopes", "recipient_delimiter", "smtpd_null_access_lookup_key"];

impl Known {
    fn mail(&self, lens: &Lens<'_, '_>) -> [Found; 2] {
        let make = || [mail::senders(lens, lens.own), mail::recipients(lens, lens.own)];
        let [config] = lens.configs else { return make() };
        let words = lens.words;
        let roles = [Role::Sender, Role::Recipient, Role::Owners, Role::Listed];
        let tables = words.asked(&roles).map(|asked| (asked.role, asked.table.clone())).collect();
        let params = MAIL_PARAMS.iter().map(|param| config.param(param)).collect();
        let key = (params, tables, words.domains.clone(), words.own_names.clone(), lens.logins.clone());
        if let Some((_, found)) = self.mail.borrow().iter().find(|(known, _)| *known == key) {
            return found.clone();
        }
        let found = make();
        self.mail.borrow_mut().push((key, found.clone()));
        found
    }
}

/// All clients.
#[derive(Debug)]
pub struct Universe {
    /// The candidates of each fact.
    pub candidates: Candidates,
    /// Limits that were reached: there may be clients that no candidate stands for.
    pub limits: BTreeSet<Limit>,
    /// The domains that the configuration calls its own.
    pub(crate) own: Own,
    /// Networks that lists and tables name.
    pub(crate) named: Vec<IpNet>,
    standing: [Vec<Standing>; 7],
}

impl Universe {
    /// All clients of one service, with the words of several configurations of it.
    pub fn of<'c>(configs: &[&'c Config<'c>]) -> Self {
        let words = Vocabulary::of_all(configs);
        Self::with(configs, &words, &Known::default())
    }

    /// All clients of one service with these words, where something is known of
    /// other services with the same addresses.
    pub(crate) fn with<'c>(configs: &[&'c Config<'c>], words: &Vocabulary, known: &Known) -> Self {
        let steps = Steps::new(MAX_PATTERN_STEPS);
        let mut limits = words.limits.clone();
        let own = Own::of(configs, words, &steps, &mut limits);
        let mut lens = Lens { configs, words, own: &own, logins: Vec::new(), steps };
        let logins = client::login(&lens);
        lens.logins = logins.list.iter().filter_map(|one| one.session.login.clone()).collect();
        let [senders, recipients] = known.mail(&lens);
        let named = address::named(words);
        let lists = [
            address::candidates(&lens),
            name::candidates(&lens),
            client::helo(&lens),
            client::tls(words),
            logins,
            senders,
            recipients,
        ];
        let lists = lists.map(|found| {
            let Found { mut list, limits: more } = found;
            limits.extend(more);
            if list.len() > MAX_CANDIDATES {
                limits.insert(Limit::Candidates);
                list.truncate(MAX_CANDIDATES);
            }
            list
        });
        let standing = lists.each_ref().map(|list| list.iter().map(|one| one.standing).collect());
        let values = lists.map(|list| list.into_iter().map(|one| one.session).collect());
        Self { candidates: Candidates { values }, limits, own, named, standing }
    }

    /// Whether there may be clients that no candidate stands for.
    pub(crate) fn is_cut(&self) -> bool {
        !self.limits.is_empty()
    }

    /// Whether any client can be like this candidate.
    pub(crate) fn is_free(&self, var: Var, at: usize) -> bool {
        self.standing.get(var as usize).and_then(|list| list.get(at)) == Some(&Standing::Free)
    }

    /// One candidate.
    pub(crate) fn get(&self, var: Var, at: usize) -> Option<&Session> {
        self.candidates.values.get(var as usize)?.get(at)
    }
}
