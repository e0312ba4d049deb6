//! The two questions that every check asks of a service, with a limit to what
//! they may cost: is it an open relay, and which of its entries change nothing.

use crate::candidates::{Known, Universe};
use crate::claims::{Around, Proof, Verdict, relay_in, relay_with_others, strangers_to_foreign};
use crate::dead::{DeadEntries, DeadEntry, Sought, dead_in, dead_wherever, places};
use crate::vocabulary::Vocabulary;
use postproof_diag::Span;
use postproof_model::{Model, ServiceId};
use postproof_sim::{Config, EntryInfo, Status, World};
use std::collections::BTreeSet;

/// What is known of a service at little cost.
#[derive(Clone, Debug)]
pub struct Glance {
    /// The service.
    pub service: ServiceId,
    /// Whether it starts with this configuration; if not, nothing is accepted.
    pub starts: bool,
    /// Whether no stranger relays; whom the configuration names is not looked for.
    pub relay: Proof,
    /// Where a stranger relays: the entries of lists and classes that end theirs in
    /// its favour, in the order met.
    pub permits: Vec<EntryInfo>,
    /// Its dead entries, as far as the limit lets them be known: all that are so
    /// by the entries before them in their own list, unless a service before it
    /// needs them, and perhaps some more.
    pub dead: DeadEntries,
    /// The places of all its entries.
    places: BTreeSet<Span>,
}

/// Asks both questions of each service, following at most `ways` ways for the
/// entries and, only where these do not refuse all strangers, as many again for a
/// session that relays. What that does not decide is left open, never guessed.
///
/// An entry that one service needs is not asked about in the next: what counts is
/// which are dead wherever they stand ([`dead_in_glances`]).
pub fn glances(model: &Model, services: &[ServiceId], world: &World, around: &Around, ways: usize) -> Vec<Glance> {
    let known = Known::default();
    let mut configs: Vec<Config<'_>> = Vec::new();
    for service in services {
        let config = match configs.first() {
            Some(first) => first.beside(*service),
            None => Config::new(model, *service, world),
        };
        configs.push(config);
    }
    let mut alive = BTreeSet::new();
    configs.iter().map(|config| glance(config, &known, &mut alive, around, ways)).collect()
}

/// `needed`: the places of entries that a service looked at before needs.
fn glance<'c>(
    config: &'c Config<'c>,
    known: &Known,
    needed: &mut BTreeSet<Span>,
    around: &Around,
    ways: usize,
) -> Glance {
    let words = Vocabulary::with(config, &known.contents);
    let universe = Universe::with(&[config], &words, known);
    let strangers = strangers_to_foreign(config, &universe);
    let sought = Sought { needed, strangers: &strangers };
    let (dead, alive) = dead_in(config, &universe, &words, Some(&sought), ways);
    let relay = relay_in(config, &universe, Some(&alive), &strangers, ways, around);
    let relay = relay_with_others(config, relay, around, ways);
    let places = places(config);
    let is_dead = |span: &&Span| dead.entries.iter().any(|one| one.entry.span == Some(**span));
    needed.extend(places.iter().filter(|span| !is_dead(span)));
    Glance {
        service: config.service,
        starts: config.start_up_fault().is_none(),
        permits: permits(config, &relay),
        relay,
        dead,
        places,
    }
}

fn permits(config: &Config<'_>, relay: &Proof) -> Vec<EntryInfo> {
    let Verdict::Fails(witness) = &relay.verdict else { return Vec::new() };
    let entries = config.entries();
    let visited = witness.outcome.visited.iter().filter(|(_, status)| *status == Status::Permit);
    visited.filter_map(|(id, _)| entries.iter().find(|entry| entry.id == *id).cloned()).collect()
}

/// The entries that are dead in every one of these services that has them.
pub fn dead_in_glances(glances: &[Glance]) -> Vec<DeadEntry> {
    dead_wherever(glances.iter().map(|one| (one.places.clone(), one.dead.entries.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Setup;

    const OPEN: &str =
        "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = check_client_access static:OK, reject\n";

    fn looked(text: &str, ways: usize) -> Glance {
        let text = format!("myhostname = mail.a.example\nmynetworks = 127.0.0.0/8\nmydestination = a.example\n{text}");
        let setup = Setup::of(&text, &[], World::default());
        glances(&setup.model, &[setup.service], &setup.world, &Around::default(), ways).swap_remove(0)
    }

    #[test]
    fn what_the_limit_leaves_open_is_not_guessed() {
        let cut = looked(OPEN, 1);
        assert!(matches!(cut.relay.verdict, Verdict::BoundReached), "{:?}", cut.relay.verdict);
        assert!(cut.dead.entries.is_empty(), "{:?}", cut.dead.entries);
    }

    #[test]
    fn lists_that_refuse_every_stranger_prove_it_without_a_search() {
        for text in [
            "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination\n",
            "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, reject_rbl_client a.example, reject_unauth_destination\n",
        ] {
            let found = looked(text, 400);
            assert!(matches!(found.relay.verdict, Verdict::Holds), "{:?}", found.relay.verdict);
            assert_eq!(found.relay.ways, 0);
        }
        let unknown = "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = check_sender_access mysql:/etc/x.cf, reject_unauth_destination\n";
        assert!(!matches!(looked(unknown, 400).relay.verdict, Verdict::Holds));
        let warned = "smtpd_relay_restrictions = warn_if_reject reject_unauth_destination, permit, reject_unauth_destination\nsmtpd_recipient_restrictions = permit_mynetworks, check_client_access static:OK, reject\n";
        assert!(!matches!(looked(warned, 400).relay.verdict, Verdict::Holds));
    }

    #[test]
    fn where_all_depends_on_the_host_nothing_is_said() {
        let setup = Setup::of(OPEN, &[], World::default());
        let found = glances(&setup.model, &[setup.service], &setup.world, &Around::default(), 400).swap_remove(0);
        assert!(!matches!(found.relay.verdict, Verdict::Holds), "{:?}", found.relay.verdict);
        assert!(found.dead.entries.is_empty(), "{:?}", found.dead.entries);
    }

    #[test]
    fn enough_ways_decide() {
        let found = looked(OPEN, 400);
        assert!(matches!(found.relay.verdict, Verdict::Fails(_)), "{:?}", found.relay.verdict);
        assert!(found.permits.iter().any(|one| &*one.word == "check_client_access"), "{:?}", found.permits);
        let dead = dead_in_glances(std::slice::from_ref(&found));
        assert!(dead.iter().any(|one| &*one.entry.word == "reject"), "{dead:?}");
    }

    #[test]
    fn an_entry_is_dead_if_no_service_needs_it() {
        let main = "compatibility_level = 3.6\nmyhostname = mail.a.example\nmynetworks = 127.0.0.0/8\nmydestination = a.example\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\nsmtpd_recipient_restrictions = permit_mynetworks, reject, reject_unauth_destination\n";
        let master = "smtp inet n - y - - smtpd\nother inet n - y - - smtpd\n  -o smtpd_client_restrictions=reject\n";
        let setup = Setup::with_master(main, Some(master), &[], World::default());
        let services: Vec<ServiceId> = setup.model.services.iter().map(|service| service.id).collect();
        let found = glances(&setup.model, &services, &setup.world, &Around::default(), 400);
        assert!(found.iter().all(|one| matches!(one.relay.verdict, Verdict::Holds)), "{found:?}");
        let dead = dead_in_glances(&found);
        let words: Vec<&str> = dead.iter().map(|one| &*one.entry.word).collect();
        assert_eq!(words, ["reject_unauth_destination"], "{dead:?}");
        let by: Vec<&str> = dead.iter().flat_map(|one| &one.by).map(|one| &*one.word).collect();
        assert_eq!(by, ["reject"]);
    }
}
