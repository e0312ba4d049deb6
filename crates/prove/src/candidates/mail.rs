//! Senders and recipients.
//!
//! An address is a local part and a domain. Of local parts there are those that tables
//! name and, for each kind of syntax, one for each state in which it leaves the
//! patterns; of domains those that the configuration names, those below them, and any
//! other, again one for each state. Every local part is tried with every domain.

mod pool;

use super::{Candidate, Found, Lens, Standing};
use crate::domains::Own;
use crate::limits::Limit;
use crate::vocabulary::Role;
use pool::Pool;
use postproof_sim::{Class, Config, RecordType, Session};
use std::collections::BTreeSet;

/// A domain that is nobody's, unless the configuration names it.
pub(crate) const FOREIGN_DOMAIN: &str = "stranger.example";

/// A domain of one word.
pub(crate) const FOREIGN_HOST: &str = "host";

/// A user of an own domain that the tables of users have, where these were not
/// given: there are users, whatever their names.
pub(crate) const EXISTING_USER: &str = "existing-user";

/// A recipient that no table lists. No delimiter of extensions is in it, so that it is
/// no known user with an extension.
pub(crate) const NOBODY: &str = "nosuchuser";

/// A sender that no table lists which was given; another one than the recipient,
/// of whom a claim can say that no table at all lists it.
const SOMEBODY: &str = "somebodyelse";

/// One candidate for each kind of sender; the last one sends no MAIL.
pub(super) fn senders(lens: &Lens<'_, '_>, own: &Own) -> Found {
    let roles = [Role::Sender, Role::Owners, Role::Listed];
    let mut pool = Pool::new(lens, own, &roles, SOMEBODY);
    pool.add(String::new());
    pool.add(format!("someone@{FOREIGN_DOMAIN}"));
    pool.fill();
    let (kept, limits) = kinds(lens, own, &roles, pool, true);
    let kept = kept.into_iter().map(Some).chain([None]);
    let list = kept.map(|sender| candidate(Session { sender, ..Session::default() })).collect();
    Found { list, limits }
}

/// One candidate for each kind of recipient; the last one is no recipient.
pub(super) fn recipients(lens: &Lens<'_, '_>, own: &Own) -> Found {
    let roles = [Role::Recipient, Role::Listed];
    let mut pool = Pool::new(lens, own, &roles, NOBODY);
    pool.add(format!("someone@{FOREIGN_DOMAIN}"));
    pool.add("postmaster".to_owned());
    pool.fill();
    let (kept, limits) = kinds(lens, own, &roles, pool, false);
    let with = |recipient: String| candidate(Session { recipients: vec![recipient], ..Session::default() });
    let list = kept.into_iter().map(with).chain([candidate(Session::default())]).collect();
    Found { list, limits }
}

fn candidate(session: Session) -> Candidate {
    Candidate { session, standing: Standing::Free }
}

/// The addresses of a pool that tables, lists and DNS data answer differently, the
/// first of each kind; `roles` are the tables that are asked.
fn kinds(
    lens: &Lens<'_, '_>,
    own: &Own,
    roles: &[Role],
    pool: Pool<'_, '_, '_>,
    is_sender: bool,
) -> (Vec<String>, BTreeSet<Limit>) {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    let mut is_refused_seen = false;
    let mut limits = pool.limits;
    let cost = lens.words.asked(roles).count() as u64 * 64 + 64;
    for address in &pool.addresses {
        if !lens.steps.take(cost) {
            limits.insert(Limit::Pool);
            break;
        }
        let forms: Option<Vec<String>> = lens.configs.iter().map(|config| config.as_kept(address, is_sender)).collect();
        let Some(forms) = forms else {
            // Of those whose syntax is refused one is enough.
            if !std::mem::replace(&mut is_refused_seen, true) {
                kept.push(address.clone());
            }
            continue;
        };
        let Some(form) = forms.first() else { continue };
        let domain = form.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
        let relation = domain.as_deref().map(|domain| (own.has(domain), own.names(domain)));
        let dns = domain.and_then(|domain| known_records(lens, &domain));
        if seen.insert((shape(form), relation, lens.of_mail(form, roles), dns)) {
            kept.push(address.clone());
        }
    }
    (kept, limits)
}

/// What the known DNS data has of a domain: whether its look-up fails, and the
/// types of its records.
fn known_records(lens: &Lens<'_, '_>, domain: &str) -> Option<(bool, Vec<RecordType>)> {
    let records = lens.configs.iter().find_map(|config| config.world.dns.get(domain))?;
    Some((records.fails, records.records.keys().copied().collect()))
}

/// How an address is written.
fn shape(address: &str) -> (bool, bool, bool, bool, bool, bool, u8) {
    let (user, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let has = |ch: char| user.contains(ch);
    let is_special = ["postmaster", "mailer-daemon", "double-bounce"].contains(&user.to_ascii_lowercase().as_str());
    let is_nobody = [NOBODY, EXISTING_USER].iter().position(|known| user == *known);
    let form = match domain {
        "" => 0,
        domain if domain.starts_with('[') => 1,
        domain if domain.ends_with('.') => 2,
        domain if !domain.contains('.') => 3,
        domain if domain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => 4,
        _ => 5 + is_nobody.map_or(0, |at| at as u8 + 1),
    };
    (has('@'), has('!'), has('%'), has('"'), user.starts_with('-'), is_special || address.is_empty(), form)
}

/// The keys with which the owners of a sender are looked up
/// (mail_addr_find.c: the whole address, without its extension, the user of a
/// local domain, the domain).
pub(crate) fn owner_keys(config: &Config<'_>, sender: &str) -> Vec<String> {
    let (sender, is_local) = match config.resolve("", sender) {
        Ok(resolved) => (resolved.address.to_ascii_lowercase(), resolved.class == Class::Local),
        Err(_) => (sender.to_ascii_lowercase(), false),
    };
    let Some((user, domain)) = sender.rsplit_once('@') else { return vec![sender] };
    let bare = config.without_extension(&sender);
    let plain = bare.as_deref().and_then(|bare| bare.rsplit_once('@')).map_or(user, |(plain, _)| plain);
    let mut keys = vec![sender.clone(), format!("{plain}@{domain}"), format!("@{domain}")];
    if is_local {
        keys.extend([user.to_owned(), plain.to_owned()]);
    }
    keys
}
