//! What is claimed of a service, and whether it is so for every session.

mod auth;
mod exceptions;
mod own_domains;
mod powers;
mod recipients;
mod relay;
mod releases;
mod search;
mod senders;
mod surroundings;
#[cfg(test)]
mod tests;
mod unfollowed;
#[cfg(test)]
mod withheld;
mod words;

use crate::candidates::Universe;
use crate::conditions::{self, Condition};
use crate::limits::Limit;
use crate::premises::{About, Domains, Premise, Premises};
use crate::walk::{MAX_STEPS, Walker};
use postproof_diag::Text;
use postproof_model::{Model, ServiceId};
use postproof_sim::{Assumed, Config, Crowd, Decider, Outcome, Session, World, on_assumed_host};
use powers::{Doubt, Powers};
use std::cell::Cell;

/// What can be claimed of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// No stranger can send mail through the server to somebody else's domain.
    NoOpenRelay,
    /// No password crosses the network in clear.
    AuthOnlyWithTls,
    /// A user who is logged in sends as nobody else.
    OwnSendersOnly,
    /// No mail for a user that does not exist is accepted.
    RecipientsValidated,
    /// No stranger uses one of the own domains as sender.
    OwnDomainsProtected,
}

impl Claim {
    /// All, in order.
    pub const ALL: [Claim; 5] = [
        Claim::NoOpenRelay,
        Claim::AuthOnlyWithTls,
        Claim::OwnSendersOnly,
        Claim::RecipientsValidated,
        Claim::OwnDomainsProtected,
    ];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Claim::NoOpenRelay => "no-open-relay",
            Claim::AuthOnlyWithTls => "auth-only-with-tls",
            Claim::OwnSendersOnly => "own-senders-only",
            Claim::RecipientsValidated => "recipients-validated",
            Claim::OwnDomainsProtected => "own-domains-protected",
        }
    }
}

/// Whether a claim is so.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// For every session.
    Holds,
    /// Not for this one.
    Fails(Box<Witness>),
    /// It is not so if one of these conditions is met, each as few answers as are needed.
    Depends(Vec<Condition>),
    /// A limit was reached before anything was found.
    BoundReached,
}

/// A session that shows that a claim is not so.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The session.
    pub session: Session,
    /// What the server answers.
    pub outcome: Outcome,
    /// What the client can arrange so that it goes this way, such as that its
    /// domain exists.
    pub arranged: Vec<Assumed>,
    /// What the words of the claim say of tables that were not given, such as that
    /// a foreign domain is in no table of own domains.
    pub premises: Vec<Premise>,
}

/// Whom something lets do what strangers may not.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The entry, or the parameter.
    pub decider: Decider,
    /// Whom or what: networks with their number of addresses, domains of names,
    /// fingerprints, addresses that are accepted.
    pub whom: Vec<String>,
    /// What it means.
    pub what: Text,
    /// One of those whom it lets.
    pub session: Session,
    /// What must be so besides.
    pub assumed: Vec<Assumed>,
}

/// One claim about one service.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The claim.
    pub claim: Claim,
    /// Whether it is so.
    pub verdict: Verdict,
    /// Entries that let particular clients do it all the same.
    pub exceptions: Vec<Exception>,
    /// Ways that were followed.
    pub ways: usize,
    /// What more is to be said.
    pub notes: Vec<Text>,
}

/// All claims about one service.
#[derive(Clone, Debug)]
pub struct Proofs {
    /// The service.
    pub service: ServiceId,
    /// Whether it starts with this configuration; if not, nothing is accepted.
    pub starts: bool,
    /// The claims, in the order of [`Claim::ALL`].
    pub proofs: Vec<Proof>,
    /// What was left out of account.
    pub notes: Vec<Text>,
}

/// What is known of the host besides Postfix.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Why any password lets anybody in, if it does: then who is logged in is a stranger.
    pub anybody_logs_in: Option<Text>,
}

/// Decides every claim about one smtpd service. A host of which nothing is known
/// is taken with a made-up name and made-up addresses: what depends on those of
/// the real one could not be told for any client. Where nothing says which release it
/// is, a claim holds if it does with every release that behaves otherwise.
pub fn prove(model: &Model, service: ServiceId, world: &World, around: &Around) -> Proofs {
    let host = on_assumed_host(model, world);
    let model = host.as_ref().unwrap_or(model);
    let mut proofs = prove_as(model, service, world, around);
    for other in releases::others(model, service) {
        let more = prove_as(&other.model, service, world, around);
        proofs = proofs.with_release(more, &other);
    }
    proofs
}

/// Decides every claim for the release of the model.
fn prove_as(model: &Model, service: ServiceId, world: &World, around: &Around) -> Proofs {
    let config = Config::new(model, service, world);
    let premises = Premises::of(&config);
    let own = premises.world(world, Domains::Apart, About::Clients);
    let universe = Universe::of(&[&Config::new(config.model, service, &own)]);
    let stage = Stage::of(&config, &premises, around);
    let proofs = stage.with_rooms(&universe, usize::MAX, &|stage, rooms| {
        let decide = |claim: &Claim| only_of_all(stage.decide(*claim, rooms), &universe).if_followed(&config);
        Claim::ALL.iter().map(decide).collect()
    });
    let starts = config.start_up_fault().is_none();
    Proofs { service, starts, proofs, notes: surroundings::notes(&config, around) }
}

impl Proofs {
    /// With what another release makes of the claims.
    fn with_release(mut self, other: Proofs, release: &releases::Release) -> Self {
        self.starts |= other.starts;
        let each = self.proofs.into_iter().zip(other.proofs);
        self.proofs = each.map(|(one, other)| one.or_of(other, release)).collect();
        self
    }
}

/// All strangers whose recipient is somebody else's, and with a domain of which
/// nothing is known perhaps one's own.
pub(crate) fn strangers_to_foreign<'c>(config: &'c Config<'c>, universe: &Universe) -> Crowd {
    let (base, premises) = (base(), Premises::default());
    let walker = Walker::new(config, &base, universe);
    let powers = Powers::default();
    let cx =
        Cx { universe, walker: &walker, premises: &premises, plain: config, fresh: &|| config.world.clone(), powers };
    cx.strangers_to_foreign()
}

/// Decides whether the service is an open relay with no more than so many ways,
/// where `alive`, if it is known, holds all clients whom its lists may not refuse, and `strangers`
/// those of [`strangers_to_foreign`].
pub(crate) fn relay_in<'c>(
    config: &'c Config<'c>,
    universe: &Universe,
    alive: Option<&[Crowd]>,
    strangers: &Crowd,
    ways: usize,
    around: &Around,
) -> Proof {
    let premises = Premises::of(config);
    let stage = Stage::of(config, &premises, around);
    let holds = || Proof::holds(Claim::NoOpenRelay);
    let is_plain = stage.doubts.is_empty()
        && stage.powers == Powers::default()
        && stage.filter.is_none()
        && stage.led_by_client.is_empty();
    let is_refused = |strangers: &Crowd| {
        let is_alive = |alive: &[Crowd]| alive.iter().any(|crowd| crowd.meets(strangers));
        is_plain && !universe.is_cut() && alive.is_some_and(|alive| !is_alive(alive))
    };
    if is_refused(strangers) {
        return holds().if_followed(config);
    }
    let decide = |cx: &Cx<'_, '_>| {
        if is_refused(&cx.strangers_to_foreign()) {
            return holds();
        }
        let mut proof = cx.no_open_relay(false);
        // Whatever left clients alive may be what the search does not see.
        let is_seen = alive.is_some_and(|alive| alive.iter().any(|crowd| crowd.meets(&cx.strangers_to_foreign())));
        if matches!(proof.verdict, Verdict::Holds) && is_seen {
            proof.verdict = Verdict::BoundReached;
        }
        proof
    };
    let proof = stage.with_rooms(universe, ways, &|stage, rooms| {
        stage.in_all_ways(Claim::NoOpenRelay, &|powers, doubled| {
            rooms.within(Domains::MadeUp, About::Clients, (powers, doubled), &decide)
        })
    });
    only_of_all(proof, universe).if_followed(config)
}

/// Whether the service is an open relay with the other releases that it may run with,
/// each followed for no more than so many ways.
pub(crate) fn relay_with_others(config: &Config<'_>, proof: Proof, around: &Around, ways: usize) -> Proof {
    releases::others(config.model, config.service).iter().fold(proof, |proof, other| {
        let config = Config::new(&other.model, config.service, config.world);
        let universe = Universe::of(&[&config]);
        let strangers = strangers_to_foreign(&config, &universe);
        proof.or_of(relay_in(&config, &universe, None, &strangers, ways, around), other)
    })
}

/// What was found for a part of all clients does not hold for all.
fn only_of_all(mut proof: Proof, universe: &Universe) -> Proof {
    if universe.is_cut() && matches!(proof.verdict, Verdict::Holds) {
        proof.verdict = Verdict::BoundReached;
        proof.notes.extend(universe.limits.iter().map(Limit::text));
    }
    proof
}

/// What all sessions of a proof have in common: one message to one recipient.
pub(crate) fn base() -> Session {
    Session { data: true, ..Session::default() }
}

/// One service, and what is known and doubted of its strangers.
struct Stage<'s, 'c> {
    config: &'s Config<'c>,
    premises: &'s Premises,
    /// What strangers can do in any case.
    powers: Powers,
    /// What strangers may be able to do, for all that is known.
    doubts: Vec<Doubt>,
    /// A filter of commands that was not read: it may do anything.
    filter: Option<Assumed>,
    /// Tables whose results send mail where the client says.
    led_by_client: Vec<Assumed>,
    /// Tables that may write other senders than were checked.
    rewriting: Vec<Assumed>,
}

impl<'s, 'c> Stage<'s, 'c> {
    fn of(config: &'s Config<'c>, premises: &'s Premises, around: &Around) -> Self {
        Self {
            powers: powers::certain(config, around),
            doubts: powers::doubts(config, premises),
            filter: powers::unread_filter(config),
            led_by_client: powers::led_by_client(config),
            rewriting: powers::rewriting(config, premises),
            config,
            premises,
        }
    }

    /// Makes every world ready in which claims are decided, each once.
    fn with_rooms<T>(&self, universe: &Universe, ways: usize, run: &dyn Fn(&Self, &Rooms<'_, '_>) -> T) -> T {
        let keys = Key::all(self.premises, !self.doubts.is_empty(), self.asks_later());
        let worlds: Vec<World> = keys.iter().map(|key| key.world(self.premises, self.config.world)).collect();
        let (model, service) = (self.config.model, self.config.service);
        let configs: Vec<Config<'_>> = worlds.iter().map(|world| Config::new(model, service, world)).collect();
        let (single, doubled) = (base(), Session { doubled: true, ..base() });
        let walkers: Vec<Walker<'_, '_>> = configs
            .iter()
            .zip(&keys)
            .map(|(config, key)| {
                let base = if key.doubled { &doubled } else { &single };
                Walker::new(config, base, universe).at_most(ways)
            })
            .collect();
        let rooms = Rooms {
            premises: self.premises,
            world: self.config.world,
            keys: &keys,
            walkers: &walkers,
            universe,
            steps: Cell::new(MAX_STEPS),
            left: Cell::new(0),
        };
        run(self, &rooms)
    }

    fn decide(&self, claim: Claim, rooms: &Rooms<'_, '_>) -> Proof {
        rooms.begin(claim);
        self.in_all_ways(claim, &|powers, doubled| {
            let how = (powers, doubled);
            match claim {
                Claim::NoOpenRelay => rooms.within(Domains::MadeUp, About::Clients, how, &|cx| cx.no_open_relay(true)),
                Claim::AuthOnlyWithTls => {
                    rooms.within(Domains::MadeUp, About::Clients, how, &|cx| cx.auth_only_with_tls())
                }
                Claim::OwnSendersOnly => rooms.in_each(About::Logins, how, &|cx| cx.own_senders_only()),
                Claim::RecipientsValidated => rooms.in_each(About::Recipients, how, &|cx| cx.recipients_validated()),
                Claim::OwnDomainsProtected => rooms.in_each(About::Clients, how, &|cx| cx.own_domains_protected()),
            }
        })
    }

    /// Whether lists are asked after RCPT, which are told no recipient of several.
    fn asks_later(&self) -> bool {
        let lists = ["smtpd_data_restrictions", "smtpd_end_of_data_restrictions"];
        lists.iter().any(|list| !self.config.param(list).is_empty())
    }

    /// Decides with one recipient and with several, and again for each doubt whether
    /// strangers can do more.
    fn in_all_ways(&self, claim: Claim, decide: &dyn Fn(Powers, bool) -> Proof) -> Proof {
        let is_doubled = claim != Claim::AuthOnlyWithTls && self.asks_later();
        let both = |powers: Powers| {
            let mut proof = decide(powers, false);
            if is_doubled && !matches!(proof.verdict, Verdict::Fails(_)) {
                proof = proof.and(decide(powers, true));
            }
            proof
        };
        let mut proof = both(self.powers);
        for doubt in &self.doubts {
            if matches!(proof.verdict, Verdict::Fails(_)) {
                return proof;
            }
            proof = proof.unless(both(doubt.powers(self.powers)), &doubt.assumed);
        }
        let more = match claim {
            Claim::NoOpenRelay => self.led_by_client.as_slice(),
            // Whoever can't log in has no sender to keep to.
            Claim::OwnSendersOnly if !self.config.yes("smtpd_sasl_auth_enable") && !self.powers.any_login => &[],
            Claim::OwnSendersOnly | Claim::OwnDomainsProtected => self.rewriting.as_slice(),
            Claim::AuthOnlyWithTls | Claim::RecipientsValidated => &[],
        };
        if matches!(proof.verdict, Verdict::Holds) && (self.filter.is_some() || !more.is_empty()) {
            let condition = |one: &Assumed| {
                let (session, outcome) = (base(), Outcome::default());
                let witness = Witness { session, outcome, arranged: Vec::new(), premises: Vec::new() };
                Condition { answers: vec![one.clone()], witness }
            };
            proof.verdict = Verdict::Depends(self.filter.iter().chain(more).map(condition).collect());
        }
        proof
    }
}

/// A world in which claims are decided.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    domains: Domains,
    about: About,
    trusts: bool,
    doubled: bool,
}

impl Key {
    /// All that differ; the first is the plain one.
    fn all(premises: &Premises, has_doubts: bool, asks_later: bool) -> Vec<Self> {
        let mut keys: Vec<Self> = Vec::new();
        for doubled in [false, true].into_iter().filter(|doubled| !doubled || asks_later) {
            for trusts in [false, true].into_iter().filter(|trusts| !trusts || has_doubts) {
                for about in [About::Clients, About::Logins, About::Recipients] {
                    let all_in = (0..premises.lists().max(1)).map(Domains::AllIn);
                    for domains in std::iter::once(Domains::MadeUp).chain(all_in) {
                        let key = Self { domains, about, trusts, doubled }.as_it_counts(premises);
                        if !keys.contains(&key) {
                            keys.push(key);
                        }
                    }
                }
            }
        }
        keys
    }

    /// The same world in the form that stands for all that are like it.
    fn as_it_counts(self, premises: &Premises) -> Self {
        let domains = if premises.lists() == 0 { Domains::MadeUp } else { self.domains };
        let about = if self.about == About::Logins && !premises.has_owners() { About::Clients } else { self.about };
        Self { domains, about, ..self }
    }

    fn world(self, premises: &Premises, world: &World) -> World {
        premises.trusting(self.trusts).world(world, self.domains, self.about)
    }
}

/// One service in every world in which claims are decided.
struct Rooms<'r, 'c> {
    premises: &'r Premises,
    world: &'r World,
    keys: &'r [Key],
    walkers: &'r [Walker<'r, 'c>],
    universe: &'r Universe,
    /// What the claim at hand may still cost, and what is left for those after it.
    steps: Cell<u64>,
    left: Cell<u64>,
}

impl Rooms<'_, '_> {
    /// A claim begins: half of what is left is for it, the last one gets all.
    fn begin(&self, claim: Claim) {
        let left = self.steps.get() + self.left.get();
        let own = if claim == Claim::OwnDomainsProtected { left } else { left / 2 };
        self.steps.set(own);
        self.left.set(left - own);
    }

    /// Decides in a world for each list that may hold domains that only tables of
    /// restrictions name.
    fn in_each(&self, about: About, how: (Powers, bool), decide: &dyn Fn(&Cx<'_, '_>) -> Proof) -> Proof {
        let within = |at| self.within(Domains::AllIn(at), about, how, decide);
        (1..self.premises.lists()).fold(within(0), |proof, at| proof.and(within(at)))
    }

    /// Decides in one world.
    fn within(
        &self,
        domains: Domains,
        about: About,
        (powers, doubled): (Powers, bool),
        decide: &dyn Fn(&Cx<'_, '_>) -> Proof,
    ) -> Proof {
        let key = Key { domains, about, trusts: powers.is_trusted, doubled }.as_it_counts(self.premises);
        let walker = self.keys.iter().position(|known| *known == key).and_then(|at| self.walkers.get(at));
        let (Some(walker), Some(plain)) = (walker, self.walkers.first()) else {
            // Every key is in the list; nothing is said for one that is not.
            return Proof { verdict: Verdict::BoundReached, ..Proof::holds(Claim::NoOpenRelay) };
        };
        walker.begin(self.steps.get());
        let fresh = || self.premises.trusting(key.trusts).noting_world(self.world, key.domains, key.about);
        let cx =
            Cx { universe: self.universe, walker, premises: self.premises, plain: plain.config, fresh: &fresh, powers };
        let mut proof = decide(&cx);
        self.steps.set(self.steps.get().saturating_sub(walker.cost()));
        if walker.is_spent() && matches!(proof.verdict, Verdict::Holds | Verdict::BoundReached) {
            proof.verdict = Verdict::BoundReached;
            proof.add_note(Limit::Sessions.text());
        }
        proof
    }
}

/// What the decision of one claim works with.
pub(crate) struct Cx<'a, 'c> {
    pub(crate) universe: &'a Universe,
    pub(crate) walker: &'a Walker<'a, 'c>,
    premises: &'a Premises,
    /// The service where tables that were not given hold made-up domains alone, to
    /// tell foreign domains by.
    plain: &'c Config<'c>,
    /// The world in which the claim is decided, with nothing asked yet.
    fresh: &'a dyn Fn() -> World,
    /// What strangers can do.
    powers: Powers,
}

impl Proof {
    /// That a claim holds.
    fn holds(claim: Claim) -> Self {
        Self { claim, verdict: Verdict::Holds, exceptions: Vec::new(), ways: 0, notes: Vec::new() }
    }

    /// Both of two decisions about one claim.
    fn and(mut self, other: Self) -> Self {
        self.ways += other.ways;
        for note in other.notes {
            self.add_note(note);
        }
        self.verdict = match (self.verdict, other.verdict) {
            (Verdict::Fails(witness), _) | (_, Verdict::Fails(witness)) => Verdict::Fails(witness),
            (Verdict::Depends(mut some), Verdict::Depends(more)) => {
                for one in more {
                    conditions::add(&mut some, one);
                }
                Verdict::Depends(some)
            }
            (Verdict::Depends(some), _) | (_, Verdict::Depends(some)) => Verdict::Depends(some),
            (Verdict::BoundReached, _) | (_, Verdict::BoundReached) => Verdict::BoundReached,
            (Verdict::Holds, Verdict::Holds) => Verdict::Holds,
        };
        for one in other.exceptions {
            self.add_exception(one);
        }
        self
    }

    /// This decision, and the other one where these answers are so.
    fn unless(self, mut other: Self, answers: &Assumed) -> Self {
        let with = |witness: Witness, mut found: Vec<Assumed>| {
            found.push(answers.clone());
            Condition { answers: found, witness }
        };
        other.verdict = match other.verdict {
            Verdict::Fails(witness) => Verdict::Depends(vec![with(*witness, Vec::new())]),
            Verdict::Depends(conditions) => {
                Verdict::Depends(conditions.into_iter().map(|one| with(one.witness, one.answers)).collect())
            }
            other @ (Verdict::Holds | Verdict::BoundReached) => other,
        };
        other.exceptions.clear();
        self.and(other)
    }

    /// Both of two decisions that are for different releases.
    fn or_of(self, other: Self, release: &releases::Release) -> Self {
        match (&self.verdict, &other.verdict) {
            (Verdict::Fails(_), Verdict::Fails(_)) => self,
            (Verdict::Fails(_), _) => {
                let Some(first) = &release.first else { return self };
                let holds = Self { verdict: Verdict::Holds, ..self.clone() };
                Self { exceptions: Vec::new(), ..self }.unless_release(holds, first).and(other)
            }
            _ => self.unless(other, &release.assumed),
        }
    }

    /// What fails with the release that was assumed depends on it.
    fn unless_release(self, holds: Self, release: &Assumed) -> Self {
        holds.unless(self, release)
    }

    /// The same, unless what is not followed decides it too.
    fn if_followed(mut self, config: &Config<'_>) -> Self {
        if matches!(self.verdict, Verdict::Holds)
            && let Some(why) = unfollowed::unfollowed(config, self.claim)
        {
            self.verdict = Verdict::BoundReached;
            self.notes.push(why);
        }
        self
    }

    fn add_note(&mut self, note: Text) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn add_exception(&mut self, one: Exception) {
        let is_same = |known: &&mut Exception| {
            known.decider.list == one.decider.list && known.decider.index == one.decider.index && known.what == one.what
        };
        match self.exceptions.iter_mut().find(is_same) {
            Some(known) => {
                for whom in one.whom {
                    if !known.whom.contains(&whom) {
                        known.whom.push(whom);
                    }
                }
            }
            None => self.exceptions.push(one),
        }
    }
}
