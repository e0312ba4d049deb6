//! What is claimed of a service, and whether it is so for every session.

mod auth;
mod own_domains;
mod recipients;
mod relay;
mod search;
mod senders;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod withheld;

use crate::candidates::Universe;
use crate::conditions::{self, Condition};
use crate::limits::Limit;
use crate::premises::{About, Domains, Premise, Premises};
use crate::walk::Walker;
use postproof_diag::Text;
use postproof_model::{Exposure, Model, ServiceId};
use postproof_sim::{Assumed, Config, Crowd, Decider, Outcome, Session, World, on_assumed_host};

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

    /// The claim in a few words.
    pub fn title(self) -> Text {
        match self {
            Claim::NoOpenRelay => Text::fixed("no open relay", "오픈 릴레이가 아님"),
            Claim::AuthOnlyWithTls => Text::fixed("no login without TLS", "TLS 없이 로그인할 수 없음"),
            Claim::OwnSendersOnly => {
                Text::fixed("logged-in users send as themselves only", "로그인한 사용자는 자기 주소로만 보냄")
            }
            Claim::RecipientsValidated => {
                Text::fixed("unknown recipients are refused (no backscatter)", "없는 수신자를 거부함 (백스캐터 없음)")
            }
            Claim::OwnDomainsProtected => {
                Text::fixed("outsiders can't send as your domains", "외부에서 자기 도메인을 발신자로 쓸 수 없음")
            }
        }
    }

    /// What exactly is claimed.
    pub fn definition(self) -> Text {
        match self {
            Claim::NoOpenRelay => Text::fixed(
                "no stranger gets a recipient accepted whose domain is none of yours, in whatever form the address is written; a stranger is not logged in, has no accepted certificate, and comes from no network of at least 8 bits (IPv6: 16, or within fc00::/7 or fe80::/10) and under no verified name of at least two labels that the configuration names",
                "낯선 클라이언트가 자기 도메인이 아닌 수신자를 어떤 표기로도 통과시킬 수 없습니다. 낯선 클라이언트란 로그인하지 않았고, 받아들여지는 인증서가 없으며, 설정이 지정한 8비트(IPv6는 16비트, 또는 fc00::/7이나 fe80::/10 안) 이상의 네트워크나 두 마디 이상의 검증된 이름에 속하지 않는 클라이언트입니다",
            ),
            Claim::AuthOnlyWithTls => Text::fixed(
                "no AUTH command is accepted from a client whose connection is not encrypted",
                "연결이 암호화되지 않은 클라이언트의 AUTH 명령은 받아들이지 않습니다",
            ),
            Claim::OwnSendersOnly => Text::fixed(
                "a client that is known by nothing but its login gets no recipient accepted for a sender address that `smtpd_sender_login_maps` does not give to that login; the null sender is everybody's",
                "로그인으로만 알려진 클라이언트는 `smtpd_sender_login_maps` 설정이 그 로그인에 주지 않은 발신자 주소로 어떤 수신자도 통과시킬 수 없습니다. 빈 발신자는 누구나 쓸 수 있습니다",
            ),
            Claim::RecipientsValidated => Text::fixed(
                "no stranger gets a recipient of your domains accepted that none of the tables of users and aliases lists",
                "낯선 클라이언트가 자기 도메인의 수신자 가운데 사용자와 별칭 테이블 어디에도 없는 수신자를 통과시킬 수 없습니다",
            ),
            Claim::OwnDomainsProtected => Text::fixed(
                "no stranger gets any recipient except a bare `postmaster` accepted with a sender address of one of your domains",
                "낯선 클라이언트가 자기 도메인의 발신자 주소로 어떤 수신자도(도메인 없는 `postmaster` 제외) 통과시킬 수 없습니다",
            ),
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

/// Whom an entry lets do what strangers may not.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The entry.
    pub decider: Decider,
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

/// Decides every claim about one smtpd service. A host of which nothing is known
/// is taken with a made-up name and made-up addresses: what depends on those of
/// the real one could not be told for any client.
pub fn prove(model: &Model, service: ServiceId, world: &World) -> Proofs {
    let host = on_assumed_host(model, world);
    let config = Config::new(host.as_ref().unwrap_or(model), service, world);
    let stage = Stage::of(&config);
    let own = stage.premises.world(world, Domains::Apart, About::Clients);
    let universe = Universe::of(&[&Config::new(config.model, service, &own)]);
    let starts = config.start_up_fault().is_none();
    let decide = |claim: &Claim| only_of_all(stage.decide(*claim, &universe), &universe);
    let proofs = Claim::ALL.iter().map(decide).collect();
    Proofs { service, starts, proofs, notes: around(&config) }
}

/// All strangers whose recipient is somebody else's, and with a domain of which
/// nothing is known perhaps one's own.
pub(crate) fn strangers_to_foreign<'c>(config: &'c Config<'c>, universe: &Universe) -> Crowd {
    let (base, premises) = (base(), Premises::default());
    let walker = Walker::new(config, &base, universe);
    let cx = Cx { universe, walker, premises: &premises, plain: config, fresh: &|| config.world.clone() };
    cx.strangers_to_foreign()
}

/// Decides whether the service is an open relay with no more than so many ways,
/// where `alive` holds all clients whom its lists may not refuse, and `strangers`
/// those of [`strangers_to_foreign`].
pub(crate) fn relay_in<'c>(
    config: &'c Config<'c>,
    universe: &Universe,
    alive: &[Crowd],
    strangers: &Crowd,
    ways: usize,
) -> Proof {
    let holds = || {
        let claim = Claim::NoOpenRelay;
        Proof { claim, verdict: Verdict::Holds, exceptions: Vec::new(), ways: 0, notes: Vec::new() }
    };
    let is_refused = |strangers: &Crowd| !universe.is_cut() && !alive.iter().any(|crowd| crowd.meets(strangers));
    if is_refused(strangers) {
        return holds();
    }
    Stage::of(config).within(Domains::MadeUp, About::Clients, universe, ways, &|cx| {
        if is_refused(&cx.strangers_to_foreign()) {
            return holds();
        }
        let mut proof = cx.no_open_relay(false);
        // Whatever left clients alive may be what the search does not see.
        if matches!(proof.verdict, Verdict::Holds) {
            proof.verdict = Verdict::BoundReached;
        }
        proof
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

/// What stands before and behind the service.
fn around(config: &Config<'_>) -> Vec<Text> {
    let mut notes = Vec::new();
    let service = config.model.services.iter().find(|service| service.id == config.service);
    if service.is_some_and(|service| service.exposure == Exposure::Passed) {
        notes.push(Text::fixed(
            "clients come through postscreen, which can only refuse more; a witness must pass it first",
            "클라이언트는 postscreen을 거쳐 옵니다. postscreen은 더 거부하기만 하므로 반례 세션도 먼저 통과해야 합니다",
        ));
    }
    if !config.param("smtpd_milters").is_empty() {
        notes.push(Text::fixed(
            "what the milters of the service answer is not known; they can only refuse or discard mail, so that what holds without them holds with them",
            "이 서비스의 밀터가 어떻게 답하는지는 알 수 없습니다. 밀터는 메일을 거부하거나 버리기만 하므로 밀터 없이 성립하는 것은 밀터가 있어도 성립합니다",
        ));
    }
    if !config.param("smtpd_proxy_filter").is_empty() || !config.param("content_filter").is_empty() {
        notes.push(Text::fixed(
            "accepted mail goes through a content filter; the service that takes it back is proved on its own",
            "받은 메일은 콘텐츠 필터를 거칩니다. 필터에서 메일을 돌려받는 서비스는 따로 증명합니다",
        ));
    }
    notes
}

/// What all sessions of a proof have in common: one message to one recipient.
pub(crate) fn base() -> Session {
    Session { data: true, ..Session::default() }
}

/// One service, and what claims say of the tables that were not given.
struct Stage<'s, 'c> {
    config: &'s Config<'c>,
    premises: Premises,
}

impl<'s, 'c> Stage<'s, 'c> {
    fn of(config: &'s Config<'c>) -> Self {
        Self { config, premises: Premises::of(config) }
    }

    fn decide(&self, claim: Claim, universe: &Universe) -> Proof {
        let all = usize::MAX;
        match claim {
            Claim::NoOpenRelay => {
                self.within(Domains::MadeUp, About::Clients, universe, all, &|cx| cx.no_open_relay(true))
            }
            Claim::AuthOnlyWithTls => {
                self.within(Domains::MadeUp, About::Clients, universe, all, &|cx| cx.auth_only_with_tls())
            }
            Claim::OwnSendersOnly => self.in_each(About::Logins, universe, &|cx| cx.own_senders_only()),
            Claim::RecipientsValidated => self.in_each(About::Recipients, universe, &|cx| cx.recipients_validated()),
            Claim::OwnDomainsProtected => self.in_each(About::Clients, universe, &|cx| cx.own_domains_protected()),
        }
    }

    /// Decides in a world for each list that may hold domains that only tables of
    /// restrictions name.
    fn in_each(&self, about: About, universe: &Universe, decide: &dyn Fn(&Cx<'_, '_>) -> Proof) -> Proof {
        let first = self.within(Domains::AllIn(0), about, universe, usize::MAX, decide);
        let more =
            (1..self.premises.lists()).map(|at| self.within(Domains::AllIn(at), about, universe, usize::MAX, decide));
        more.fold(first, Proof::and)
    }

    /// Decides in one world, with no more than so many ways.
    fn within(
        &self,
        domains: Domains,
        about: About,
        universe: &Universe,
        ways: usize,
        decide: &dyn Fn(&Cx<'_, '_>) -> Proof,
    ) -> Proof {
        let (model, service) = (self.config.model, self.config.service);
        let fresh = || self.premises.world(self.config.world, domains, about);
        let (world, plain) = (fresh(), self.premises.world(self.config.world, Domains::MadeUp, About::Clients));
        let (config, plain) = (Config::new(model, service, &world), Config::new(model, service, &plain));
        let base = base();
        let walker = Walker::new(&config, &base, universe).at_most(ways);
        decide(&Cx { universe, walker, premises: &self.premises, plain: &plain, fresh: &fresh })
    }
}

/// What the decision of one claim works with.
pub(crate) struct Cx<'a, 'c> {
    pub(crate) universe: &'a Universe,
    pub(crate) walker: Walker<'a, 'c>,
    premises: &'a Premises,
    /// The service where tables that were not given hold made-up domains alone, to
    /// tell foreign domains by.
    plain: &'c Config<'c>,
    /// The world in which the claim is decided, with nothing asked yet.
    fresh: &'a dyn Fn() -> World,
}

impl Proof {
    /// Both of two decisions about one claim.
    fn and(mut self, other: Self) -> Self {
        self.ways += other.ways;
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
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
        self
    }
}
