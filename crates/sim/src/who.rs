//! Who plays the session: one client, or every client there can be.

use crate::crowd::{Bits, Crowd};
use crate::finding::alternative;
use crate::hash::Map;
use crate::taken::{Answers, Taken, finding, is_shared};
use crate::{Assumed, Command, Finding, Missing, Session, Site};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A fact of the session that can differ from client to client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Var {
    /// `client.address`.
    Address,
    /// `client.name`, `client.reverse_name` and `client.name_status` together.
    Name,
    /// `helo` and `protocol`.
    Helo,
    /// `tls` and `certificate`.
    Tls,
    /// `login`.
    Login,
    /// `sender`.
    Sender,
    /// The recipient that is asked about.
    Recipient,
}

impl Var {
    /// All, in order.
    pub const ALL: [Var; 7] = [Var::Address, Var::Name, Var::Helo, Var::Tls, Var::Login, Var::Sender, Var::Recipient];

    /// Gives a session the fact that another one has.
    pub fn copy(self, from: &Session, to: &mut Session) {
        match self {
            Var::Address => to.client.address = from.client.address,
            Var::Name => {
                to.client.name.clone_from(&from.client.name);
                to.client.reverse_name.clone_from(&from.client.reverse_name);
                to.client.name_status = from.client.name_status;
            }
            Var::Helo => {
                to.helo.clone_from(&from.helo);
                to.protocol = from.protocol;
            }
            Var::Tls => {
                to.tls = from.tls;
                to.certificate.clone_from(&from.certificate);
            }
            Var::Login => to.login.clone_from(&from.login),
            Var::Sender => to.sender.clone_from(&from.sender),
            // A single session has all its recipients; a proof has one.
            Var::Recipient => to.recipients.clone_from(&from.recipients),
        }
    }
}

/// The values that each fact can have. Every value is a whole session, of which
/// only the fields of its [`Var`] count.
#[derive(Clone, Debug)]
pub struct Candidates {
    /// By [`Var`], in the order of [`Var::ALL`]; never empty.
    pub values: [Vec<Session>; 7],
}

impl Candidates {
    /// One client.
    pub fn one(session: &Session) -> Self {
        Self { values: std::array::from_fn(|_| vec![session.clone()]) }
    }

    fn of(&self, var: Var) -> &[Session] {
        self.values.get(var as usize).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_one(&self, var: Var) -> bool {
        self.of(var).len() == 1
    }
}

/// How the candidates of a fact answer a question.
#[derive(Debug)]
struct Grouped {
    /// The different findings, each with the candidates that give it. All that
    /// the world does not tell is one finding: what is asked of the world can
    /// differ from candidate to candidate, what can be answered does not.
    by_finding: Vec<(Finding, Bits)>,
    /// What each candidate asks of the world, where the world does not tell.
    missing: Map<usize, Missing>,
}

/// A look at a candidate costs as much as so many uses of what was found.
const COST_OF_LOOK: u64 = 8;

/// What stays from run to run of one exploration.
#[derive(Debug)]
pub(crate) struct Memory<'a> {
    pub(crate) candidates: &'a Candidates,
    answers: RefCell<Map<(Site, Var, u8), Rc<Grouped>>>,
    /// How often a candidate was looked at, and how often what was found was used again.
    pub(crate) looks: Cell<u64>,
    /// What single candidates answer, where the others were not asked for.
    singles: RefCell<Map<(Site, Var, u8, usize), Finding>>,
}

impl<'a> Memory<'a> {
    pub(crate) fn new(candidates: &'a Candidates) -> Self {
        Self { candidates, answers: RefCell::default(), singles: RefCell::default(), looks: Cell::new(0) }
    }
}

/// Which entries of the lists a run passes over, as if they were not written,
/// by the numbers that the service gives them; the first argument is the side.
pub type Skips<'a> = &'a dyn Fn(u8, u32) -> bool;

/// How far a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// To the end of the session.
    End,
    /// Until the server gets this command, which it then does not act on.
    Command(Command),
    /// Until this entry has answered.
    Entry(u32),
}

/// The client or clients of one run.
pub struct Who<'a> {
    memory: &'a Memory<'a>,
    /// The session with the first candidate of each fact that is left.
    session: Session,
    /// For each fact the candidates that are left.
    left: Crowd,
    /// Which branch to take at each fork, as far as that is laid down.
    script: &'a [u16],
    /// The forks met: branch taken and number of branches.
    forks: Vec<(u16, u16)>,
    /// Answers taken for what is not known, with the look at a fact that asked.
    assumed: Vec<Assumed>,
    asked_by: Vec<Option<(Site, Var, u8)>>,
    settled: Map<(Site, Rc<str>), Finding>,
    skips: Option<Skips<'a>>,
    until: Until,
    /// Which of several configurations is asked: the same question can have
    /// other answers in another one.
    side: u8,
    /// Where answers are taken one by one, as somebody would supply them.
    taken: Option<Rc<Taken>>,
}

impl<'a> Who<'a> {
    pub(crate) fn new(
        memory: &'a Memory<'a>,
        base: &Session,
        crowd: &Crowd,
        script: &'a [u16],
        (skips, until): (Option<Skips<'a>>, Until),
    ) -> Self {
        let mut who = Self {
            memory,
            session: base.clone(),
            left: crowd.clone(),
            script,
            forks: Vec::new(),
            assumed: Vec::new(),
            asked_by: Vec::new(),
            settled: Map::default(),
            skips,
            until,
            side: 0,
            taken: None,
        };
        for var in Var::ALL {
            who.settle(var);
        }
        who
    }

    /// Goes on with another configuration, for the same client: what the world
    /// was taken to answer stays.
    pub fn turn_to_side(&mut self, side: u8) {
        self.side = side;
        for var in Var::ALL {
            self.settle(var);
        }
    }

    /// Whether this run passes over an entry, to tell what it does.
    pub fn skips(&self, entry: u32) -> bool {
        self.skips.is_some_and(|skips| skips(self.side, entry))
    }

    /// Whether the run ends before this command is acted on.
    pub(crate) fn ends_before(&self, command: Command) -> bool {
        self.until == Until::Command(command)
    }

    /// Whether the run ends as soon as this entry has answered.
    pub(crate) fn ends_behind(&self, entry: u32) -> bool {
        self.until == Until::Entry(entry)
    }

    /// The session, with one candidate for each fact: for the texts of replies
    /// and for what does not differ. Decisions go through [`Who::on`].
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Looks at one fact of the session. `look` must depend on nothing but the
    /// fields of `var` and what went into `site`. Where the finding is unknown,
    /// the run goes on with each of `alternatives` in turn.
    pub fn on(
        &mut self,
        var: Var,
        site: Site,
        alternatives: &[Finding],
        look: &dyn Fn(&Session) -> Finding,
    ) -> Finding {
        if self.memory.candidates.is_one(var) {
            if let Some(taken) = self.taken.clone() {
                return self.look_with(&taken, site, alternatives, &|session| look(session));
            }
            return match look(&self.session) {
                Finding::Unknown(missing) => self.assume(site, missing, alternatives),
                known => known,
            };
        }
        match self.narrowed(var, site, look) {
            // All who are left answer alike, whatever each of them asks.
            Finding::Unknown(missing) => {
                let asked_by = Some((site, var, self.side));
                self.take((site, "".into()), missing, alternatives, asked_by)
            }
            known => known,
        }
    }

    /// Looks at what no fact of the session decides.
    pub(crate) fn ask(&mut self, site: Site, alternatives: &[Finding], look: &dyn Fn() -> Finding) -> Finding {
        if let Some(taken) = self.taken.clone() {
            return self.look_with(&taken, site, alternatives, &|_| look());
        }
        match look() {
            Finding::Unknown(missing) => self.assume(site, missing, alternatives),
            known => known,
        }
    }

    /// Looks again and again, each time with one more answer, until nothing is
    /// unknown: so each question has an answer of its own.
    fn look_with(
        &mut self,
        taken: &Taken,
        site: Site,
        alternatives: &[Finding],
        look: &dyn Fn(&Session) -> Finding,
    ) -> Finding {
        taken.begin_look();
        let mut shared: Vec<Assumed> = Vec::new();
        loop {
            let missing = match look(&self.session) {
                Finding::Unknown(missing) => missing,
                known => {
                    taken.end_look(alternatives);
                    return known;
                }
            };
            if !self.is_answered(taken, &missing, alternatives, &mut shared) {
                taken.end_look(alternatives);
                let key = (site, Rc::clone(&missing.question));
                return self.take(key, missing.without_words(), alternatives, None);
            }
        }
    }

    /// Takes an answer to a question; false: no word stands for any.
    fn is_answered(
        &mut self,
        taken: &Taken,
        missing: &Missing,
        alternatives: &[Finding],
        shared: &mut Vec<Assumed>,
    ) -> bool {
        let Some(words) = taken.words(missing, alternatives) else { return false };
        let is_same = |one: &&Assumed| one.missing.topic == missing.topic && one.missing.purpose == missing.purpose;
        let leader = shared.iter().find(is_same);
        let mut assumed = Assumed::new(missing.clone(), Finding::No);
        assumed.missing.answers = Answers::Words(Rc::clone(&words));
        let word = match leader {
            Some(leader) => {
                assumed.along = Some(Rc::clone(&leader.missing.question));
                leader.finding.clone()
            }
            None => match &*words {
                [] => return false,
                [only] => {
                    taken.pass(&missing.question, only);
                    return true;
                }
                several => {
                    let at = self.fork(several.len());
                    several.get(at).map_or(Finding::No, |word| Finding::Text(Rc::clone(word)))
                }
            },
        };
        let text = if let Finding::Text(text) = &word { Rc::clone(text) } else { "none".into() };
        taken.give(&missing.question, &text, &words);
        if assumed.along.is_none() && is_shared(&text, missing.purpose) {
            let finding = Finding::Text(Rc::clone(&text));
            shared.push(Assumed { missing: missing.clone(), finding, along: None });
        }
        assumed.finding = finding(&text);
        self.assumed.push(assumed);
        self.asked_by.push(None);
        true
    }

    /// Whether answers are taken one by one.
    pub(crate) fn is_exact(&self) -> bool {
        self.taken.is_some()
    }

    /// Takes answers one by one, each as somebody would supply it.
    pub(crate) fn take_one_by_one(&mut self, taken: &Rc<Taken>) {
        taken.begin_way();
        self.taken = Some(Rc::clone(taken));
    }

    /// Takes one of the answers to something that does not depend on the client.
    pub fn assume(&mut self, site: Site, missing: Missing, alternatives: &[Finding]) -> Finding {
        if let Some(taken) = self.taken.clone() {
            let look = |_: &Session| match taken.answer(&missing.question) {
                Some(word) => alternative(alternatives, &word),
                None => Finding::Unknown(missing.clone()),
            };
            return self.look_with(&taken, site, alternatives, &look);
        }
        let key = (site, Rc::clone(&missing.question));
        self.take(key, missing, alternatives, None)
    }

    fn take(
        &mut self,
        key: (Site, Rc<str>),
        missing: Missing,
        alternatives: &[Finding],
        asked_by: Option<(Site, Var, u8)>,
    ) -> Finding {
        // Where fewer answers count, as under `warn_if_reject`, the one taken there
        // must not decide where all of them count.
        let key = (Site::of((key.0, alternatives)), key.1);
        if let Some(known) = self.settled.get(&key) {
            return known.clone();
        }
        let at = self.fork(alternatives.len());
        let finding = alternatives.get(at).cloned().unwrap_or(Finding::No);
        self.settled.insert(key, finding.clone());
        self.assumed.push(Assumed::new(missing, finding.clone()));
        self.asked_by.push(asked_by);
        finding
    }

    /// Makes `address` the recipient that is asked about, where the session is
    /// a single one; a proof has one recipient, which stays.
    pub fn turn_to(&mut self, address: &str) {
        if self.memory.candidates.is_one(Var::Recipient) {
            self.session.recipients.clear();
            self.session.recipients.push(address.to_owned());
        }
    }

    /// Makes `address` the sender, as it was read from MAIL; a proof keeps its own.
    pub(crate) fn turn_to_sender(&mut self, address: &str) {
        if self.memory.candidates.is_one(Var::Sender) {
            self.session.sender = Some(address.to_owned());
        }
    }

    /// Makes `name` the HELO name, as smtpd keeps it; a proof keeps its own.
    pub(crate) fn turn_to_helo(&mut self, name: &str) {
        if self.memory.candidates.is_one(Var::Helo) {
            self.session.helo = Some(name.to_owned());
        }
    }

    /// Whether there is one client as far as a fact goes.
    pub(crate) fn is_single(&self, var: Var) -> bool {
        self.memory.candidates.is_one(var)
    }

    /// The answers taken so far for what is not known.
    pub fn assumed(&self) -> &[Assumed] {
        &self.assumed
    }

    /// Whether a fact has more than one value left.
    pub fn is_open(&self, var: Var) -> bool {
        self.left.len(var) > 1
    }

    /// The candidates that are left.
    pub fn left(&self) -> &Crowd {
        &self.left
    }

    pub(crate) fn forks(&self) -> &[(u16, u16)] {
        &self.forks
    }

    /// The session, what was assumed for it, and all who go the same way.
    pub(crate) fn into_parts(mut self) -> (Session, Vec<Assumed>, Crowd) {
        // Whoever asked first may have gone another way since.
        let answers = self.memory.answers.borrow();
        for (assumed, asked_by) in self.assumed.iter_mut().zip(&self.asked_by) {
            let Some((site, var, side)) = asked_by else { continue };
            let asked = answers.get(&(*site, *var, *side)).zip(self.left.first(*var));
            if let Some(missing) = asked.and_then(|(answers, at)| answers.missing.get(&at)) {
                assumed.missing = missing.clone();
            }
        }
        drop(answers);
        (self.session, self.assumed, self.left)
    }

    fn narrowed(&mut self, var: Var, site: Site, look: &dyn Fn(&Session) -> Finding) -> Finding {
        self.memory.looks.set(self.memory.looks.get() + 1);
        if let (1, Some(only)) = (self.left.len(var), self.left.first(var)) {
            return self.answer_of(only, var, site, look);
        }
        let answers = self.answers(var, site, look);
        let mut met = answers.by_finding.iter().filter(|(_, who)| who.meets(self.left.bits(var)));
        let branches = met.clone().count();
        let script = self.script.get(self.forks.len()).copied().unwrap_or_default();
        let Some((finding, who)) = met.nth(if branches > 1 { usize::from(script) } else { 0 }) else {
            return Finding::No;
        };
        if branches > 1 {
            self.fork(branches);
            self.left.narrow(var, who);
            self.settle(var);
        }
        match finding {
            Finding::Unknown(missing) => {
                let asks = self.left.first(var).and_then(|at| answers.missing.get(&at));
                Finding::Unknown(asks.unwrap_or(missing).clone())
            }
            known @ (Finding::No
            | Finding::Yes
            | Finding::Temporary
            | Finding::Broken
            | Finding::Text(_)
            | Finding::Case(_)) => known.clone(),
        }
    }

    /// The answer of the only candidate that is left.
    fn answer_of(&self, only: usize, var: Var, site: Site, look: &dyn Fn(&Session) -> Finding) -> Finding {
        let key = (site, var, self.side, only);
        if let Some(known) = self.memory.singles.borrow().get(&key) {
            return known.clone();
        }
        let candidate = self.memory.candidates.of(var).get(only);
        let finding = candidate.map_or(Finding::No, look);
        self.memory.singles.borrow_mut().insert(key, finding.clone());
        finding
    }

    fn answers(&self, var: Var, site: Site, look: &dyn Fn(&Session) -> Finding) -> Rc<Grouped> {
        if let Some(known) = self.memory.answers.borrow().get(&(site, var, self.side)) {
            return Rc::clone(known);
        }
        let candidates = self.memory.candidates.of(var).len() as u64;
        self.memory.looks.set(self.memory.looks.get() + candidates * COST_OF_LOOK);
        let mut by_finding: Vec<(Finding, Bits)> = Vec::new();
        let mut missing = Map::default();
        let mut known: Map<Option<Finding>, usize> = Map::default();
        for (at, candidate) in self.memory.candidates.of(var).iter().enumerate() {
            let finding = look(candidate);
            if let Finding::Unknown(asks) = &finding {
                missing.insert(at, asks.clone());
            }
            let key = (!matches!(finding, Finding::Unknown(_))).then(|| finding.clone());
            let group = *known.entry(key).or_insert(by_finding.len());
            if group == by_finding.len() {
                by_finding.push((finding, Bits::default()));
            }
            if let Some((_, who)) = by_finding.get_mut(group) {
                who.add(at);
            }
        }
        let answers = Rc::new(Grouped { by_finding, missing });
        self.memory.answers.borrow_mut().insert((site, var, self.side), Rc::clone(&answers));
        answers
    }

    /// Which of `branches` ways to go.
    fn fork(&mut self, branches: usize) -> usize {
        let taken = self.script.get(self.forks.len()).copied().unwrap_or_default();
        self.forks.push((taken, u16::try_from(branches).unwrap_or(u16::MAX)));
        usize::from(taken)
    }

    /// Puts the first candidate that is left of a fact into the session.
    fn settle(&mut self, var: Var) {
        let Some(first) = self.left.first(var) else { return };
        let Some(from) = self.memory.candidates.of(var).get(first) else { return };
        var.copy(from, &mut self.session);
    }
}
