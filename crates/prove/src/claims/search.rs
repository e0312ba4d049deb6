//! The search for sessions that contradict a claim.

use super::{Cx, Proof, Verdict, Witness};
use crate::claims::Claim;
use crate::conditions::{self, Condition, MAX_CONDITIONS};
use crate::premises::taken;
use postproof_diag::Text;
use postproof_model::Exposure;
use postproof_sim::{
    Assumed, Candidates, Command, Config, Crowd, Decider, EntryInfo, Explorer, Outcome, Session, Var, Who, play,
};

/// Ways of one claim that are followed to the end; past it the claim is not
/// said to hold.
pub(super) const MAX_WAYS: usize = 8_000;

/// Ways with which a witness is confirmed.
const MAX_WAYS_OF_WITNESS: usize = 4_000;

/// Restrictions that let clients do what DNS says of a domain: the client does
/// not choose that.
const PERMIT_BY_DNS: &[&str] = &["permit_mx_backup", "permit_dnswl_client", "permit_rhswl_client"];

/// What a claim looks for.
pub(super) struct Aim<'g> {
    pub(super) claim: Claim,
    /// Whether a session that ends so contradicts the claim.
    pub(super) is_bad: &'g dyn Fn(&Outcome) -> bool,
    /// The same, with the checks at the end of RCPT left aside.
    pub(super) may_be_bad: &'g dyn Fn(&Outcome) -> bool,
    /// Leaves those clients of a crowd about whom the claim says something.
    pub(super) narrow: &'g dyn Fn(&mut Crowd),
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The conditions under which sessions are bad, each played again alone.
    pub(super) conditions: Vec<Condition>,
    pub(super) ways: usize,
    pub(super) is_cut: bool,
}

impl Found {
    /// Whether a session is bad whatever the world answers.
    pub(super) fn is_certain(&self) -> bool {
        self.conditions.iter().any(|condition| condition.answers.is_empty())
    }

    /// The verdict that a search comes to.
    pub(super) fn conclude(self, claim: Claim) -> Proof {
        let mut notes = Vec::new();
        let mut conditions = conditions::simplified(self.conditions);
        let fails = conditions.iter().position(|condition| condition.answers.is_empty());
        let verdict = match fails {
            Some(at) => Verdict::Fails(Box::new(conditions.swap_remove(at).witness)),
            None if !conditions.is_empty() => {
                if self.is_cut || conditions.len() > MAX_CONDITIONS {
                    notes.push(Text::fixed(
                        "not every way was followed to the end; there may be more conditions",
                        "모든 경우를 끝까지 따라가지 못했습니다. 조건이 더 있을 수 있습니다",
                    ));
                }
                conditions.truncate(MAX_CONDITIONS);
                Verdict::Depends(conditions)
            }
            None if self.is_cut => Verdict::BoundReached,
            None => Verdict::Holds,
        };
        Proof { claim, verdict, exceptions: Vec::new(), ways: self.ways, notes }
    }
}

impl Cx<'_, '_> {
    /// Decides a claim: no stranger does what it looks for; who else may is named.
    pub(super) fn decide(&self, aim: &Aim<'_>, names_exceptions: bool) -> Proof {
        let mut strangers = match aim.claim {
            Claim::OwnSendersOnly => self.outsiders(),
            Claim::NoOpenRelay | Claim::AuthOnlyWithTls | Claim::RecipientsValidated | Claim::OwnDomainsProtected => {
                self.strangers()
            }
        };
        let mut all = match aim.claim {
            Claim::OwnSendersOnly => self.everybody(),
            Claim::NoOpenRelay | Claim::AuthOnlyWithTls | Claim::RecipientsValidated | Claim::OwnDomainsProtected => {
                self.not_logged_in()
            }
        };
        (aim.narrow)(&mut strangers);
        (aim.narrow)(&mut all);
        let mut proof = self.found(vec![strangers.clone()], aim);
        if names_exceptions && !matches!(proof.verdict, Verdict::Fails(_)) {
            proof.exceptions = self.exceptions(all, &strangers, aim);
            proof.exceptions.extend(self.xclient_hosts());
        }
        proof
    }

    /// Whether clients of these crowds do what is looked for.
    pub(super) fn found(&self, crowds: Vec<Crowd>, aim: &Aim<'_>) -> Proof {
        let mut found = Found::default();
        self.search(crowds, aim, &mut found);
        found.conclude(aim.claim)
    }

    /// Every client that sends MAIL and RCPT.
    pub(super) fn everybody(&self) -> Crowd {
        let mut crowd = Crowd::all(&self.universe.candidates);
        self.keep(&mut crowd, Var::Sender, &|session| session.sender.is_some());
        self.keep(&mut crowd, Var::Recipient, &|session| !session.recipients.is_empty());
        crowd
    }

    /// Strangers: not logged in, no accepted certificate, named by nothing.
    pub(super) fn strangers(&self) -> Crowd {
        let mut crowd = self.outsiders();
        if !self.powers.any_login {
            crowd.keep(Var::Login, &|at| self.universe.is_free(Var::Login, at));
        }
        crowd
    }

    /// Everybody whom nothing but perhaps a login sets apart.
    fn outsiders(&self) -> Crowd {
        let mut crowd = self.everybody();
        let is_set = |var: Var| match var {
            Var::Address | Var::Name => self.powers.any_address,
            Var::Tls => self.powers.any_certificate,
            Var::Helo | Var::Login | Var::Sender | Var::Recipient => true,
        };
        for var in Var::ALL.into_iter().filter(|var| !is_set(*var)) {
            crowd.keep(var, &|at| self.universe.is_free(var, at));
        }
        if self.is_for_this_host() {
            self.keep(&mut crowd, Var::Address, &|session| session.client.address.is_loopback());
        }
        crowd
    }

    /// Everybody who is not logged in.
    pub(super) fn not_logged_in(&self) -> Crowd {
        let mut crowd = self.everybody();
        crowd.keep(Var::Login, &|at| self.universe.is_free(Var::Login, at));
        crowd
    }

    /// Whether no other host can connect.
    pub(super) fn is_for_this_host(&self) -> bool {
        let config = self.walker.config;
        let service = config.model.services.iter().find(|service| service.id == config.service);
        service.is_some_and(|service| matches!(service.exposure, Exposure::Loopback | Exposure::Socket))
    }

    /// Keeps the candidates of one fact for which `wanted` holds.
    pub(super) fn keep(&self, crowd: &mut Crowd, var: Var, wanted: &dyn Fn(&Session) -> bool) {
        crowd.keep(var, &|at| self.universe.get(var, at).is_some_and(wanted));
    }

    /// Looks for sessions of a crowd that are bad, until one is bad whatever the world answers.
    pub(super) fn search(&self, crowds: Vec<Crowd>, aim: &Aim<'_>, found: &mut Found) {
        for crowd in crowds.into_iter().flat_map(|crowd| self.walker.pass_all(crowd, aim.may_be_bad)) {
            let left = MAX_WAYS.saturating_sub(found.ways);
            let run = |who: &mut Who<'_>| {
                let outcome = self.walker.play(who);
                (aim.is_bad)(&outcome).then(|| self.is_by_dns(&outcome))
            };
            let mut seen: Vec<Condition> = Vec::new();
            let explored = self.walker.explore(&crowd, None, left, &run, &mut |path| {
                let Some(by_dns) = path.outcome else { return !self.walker.is_spent() };
                let (arranged, answers) = divided(path.assumed, by_dns);
                let is_certain = answers.is_empty();
                let (session, outcome, premises) = (path.session, Outcome::default(), Vec::new());
                conditions::add(
                    &mut seen,
                    Condition { answers, witness: Witness { session, outcome, arranged, premises } },
                );
                !is_certain
            });
            found.ways += explored.paths;
            let is_certain = seen.iter().any(|one| one.answers.is_empty());
            found.is_cut |= explored.is_cut && !is_certain;
            for condition in seen {
                match self.confirm(condition, aim) {
                    Some(condition) => conditions::add(&mut found.conditions, condition),
                    None => found.is_cut = true,
                }
            }
            if found.is_certain() {
                return;
            }
        }
    }

    /// Plays the witness of a condition alone; nothing if it does not go that way.
    fn confirm(&self, condition: Condition, aim: &Aim<'_>) -> Option<Condition> {
        // In a world of its own, to note what is taken as the claim has it.
        let world = (self.fresh)();
        let config = Config::new(self.walker.config.model, self.walker.config.service, &world);
        let session = config.as_seen(&condition.witness.session);
        let candidates = Candidates::one(&session);
        let explorer = Explorer::new(&session, &candidates);
        let run = |who: &mut Who<'_>| play(&config, who);
        let mut outcome = None;
        let all = Crowd::all(&candidates);
        let limit = MAX_WAYS_OF_WITNESS.min(self.walker.left());
        let explored = explorer.explore(&all, None, limit, &run, &mut |path| {
            if (aim.is_bad)(&path.outcome) {
                let by_dns = self.is_by_dns(&path.outcome);
                let (arranged, answers) = divided(path.assumed, by_dns);
                let is_known = |one: &Assumed| condition.answers.iter().any(|known| known == one);
                if answers.iter().all(is_known) {
                    outcome = Some((path.outcome, arranged, answers));
                    return false;
                }
            }
            true
        });
        self.walker.spend(explored.paths);
        let (outcome, arranged, answers) = outcome?;
        let given = world.usual.as_ref().map(|usual| usual.take()).unwrap_or_default();
        let premises = taken(&given, self.premises);
        Some(Condition { answers, witness: Witness { session: written_out(session), outcome, arranged, premises } })
    }

    /// Whether what DNS says of a domain let the recipient pass.
    fn is_by_dns(&self, outcome: &Outcome) -> bool {
        let word = granted_by(outcome).and_then(|decider| self.word_of(&decider));
        word.is_some_and(|word| PERMIT_BY_DNS.contains(&word.as_str()))
    }

    /// The restriction of an entry; runs of a proof do not say it.
    pub(super) fn word_of(&self, decider: &Decider) -> Option<String> {
        let index = decider.index? as u32;
        let is_it = |entry: &&EntryInfo| *entry.owner == *decider.list && entry.index == index;
        self.walker.entries.iter().find(is_it).map(|entry| entry.word.to_ascii_lowercase())
    }
}

/// A session with every recipient that it sends.
fn written_out(mut session: Session) -> Session {
    if std::mem::take(&mut session.doubled) {
        session.recipients = session.recipients.iter().flat_map(|one| [one.clone(), one.clone()]).collect();
    }
    session
}

/// What a client can arrange for itself (what DNS says of its own names), and
/// what it can't.
pub(super) fn divided(assumed: Vec<Assumed>, by_dns: bool) -> (Vec<Assumed>, Vec<Assumed>) {
    assumed.into_iter().partition(|one| !by_dns && one.missing.question.starts_with("dns:"))
}

/// What let the recipient pass.
pub(super) fn granted_by(outcome: &Outcome) -> Option<Decider> {
    let reply = outcome.replies.iter().rev().find(|reply| reply.command == Command::Rcpt)?;
    Some(reply.decider.clone())
}

/// Whether the recipient is accepted, and nothing that comes after refuses the message.
pub(super) fn is_delivered(outcome: &Outcome) -> bool {
    let is_fine = |command: Command| {
        let mut replies = outcome.replies.iter().filter(|reply| reply.command == command).peekable();
        replies.peek().is_some() && replies.all(|reply| reply.verdict == postproof_sim::Verdict::Permit)
    };
    is_fine(Command::Rcpt) && is_fine(Command::Data) && is_fine(Command::EndOfData) && !outcome.is_discarded
}

/// Whether the recipient is accepted, or refused only by the checks for
/// unlisted addresses, which an entry can take the place of.
pub(super) fn may_be_delivered(outcome: &Outcome) -> bool {
    outcome.replies.iter().any(|reply| {
        let by_listing =
            ["smtpd_reject_unlisted_recipient", "smtpd_reject_unlisted_sender"].contains(&reply.decider.list);
        let at = matches!(reply.command, Command::Rcpt | Command::Mail);
        (reply.command == Command::Rcpt && reply.verdict == postproof_sim::Verdict::Permit) || (at && by_listing)
    })
}

/// Whether a login was accepted.
pub(super) fn is_logged_in(outcome: &Outcome) -> bool {
    let mut replies = outcome.replies.iter().filter(|reply| reply.command == Command::Auth);
    replies.any(|reply| reply.code == LOGGED_IN)
}

/// rfc4954, section 6
const LOGGED_IN: u16 = 235;
