//! Who plays the session: one client, or every client there can be.

use crate::Session;
use postproof_diag::Text;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
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
}

/// What looking at a fact of the session gave.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Finding {
    /// It is not so; nothing was found.
    No,
    /// It is so.
    Yes,
    /// The look-up failed and may go well later.
    Temporary,
    /// The look-up can never go well.
    Broken,
    /// What was found.
    Text(Rc<str>),
    /// One of several cases that the site itself numbers.
    Case(u32),
    /// The world does not tell.
    Unknown(Missing),
}

/// Something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// As `--assume` takes it: `dns:mx:example.com`, `pgsql:/etc/postfix/x.cf:example.com`.
    pub question: Rc<str>,
    /// A clause that names it for a reader.
    pub text: Text,
}

impl Hash for Missing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.question.hash(state);
    }
}

/// An answer that a run took for something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// What is not known.
    pub missing: Missing,
    /// The answer.
    pub finding: Finding,
}

/// The alternatives of a question that is answered by yes or no.
pub const YES_OR_NO: &[Finding] = &[Finding::No, Finding::Yes];

/// Which question is asked, wherever in the lists it stands: the same site gives
/// the same answer for the same client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site(u64);

impl Site {
    /// The site of a question: what it is about and what else decides the answer,
    /// such as a restriction's name and its argument.
    pub fn of(parts: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        Site(hasher.finish())
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
struct Answers {
    /// The different findings.
    findings: Vec<Finding>,
    /// For each candidate the finding it gives.
    by_candidate: Vec<u16>,
}

/// What stays from run to run of one exploration.
#[derive(Debug)]
pub(crate) struct Memory<'a> {
    pub(crate) candidates: &'a Candidates,
    answers: RefCell<HashMap<(Site, Var), Rc<Answers>>>,
}

impl<'a> Memory<'a> {
    pub(crate) fn new(candidates: &'a Candidates) -> Self {
        Self { candidates, answers: RefCell::default() }
    }
}

/// The client or clients of one run.
#[derive(Debug)]
pub struct Who<'a> {
    memory: &'a Memory<'a>,
    /// The session with the first candidate of each fact that is left.
    session: Session,
    /// For each fact the candidates that are left, as one flag each.
    left: [Vec<bool>; 7],
    /// Which branch to take at each fork, as far as that is laid down.
    script: &'a [u16],
    /// The forks met: branch taken and number of branches.
    forks: Vec<(u16, u16)>,
    /// Answers taken for what is not known.
    assumed: Vec<Assumed>,
    settled: HashMap<(Site, Rc<str>), Finding>,
}

impl<'a> Who<'a> {
    pub(crate) fn new(memory: &'a Memory<'a>, base: &Session, script: &'a [u16]) -> Self {
        let left =
            std::array::from_fn(|at| vec![true; memory.candidates.values.get(at).map(Vec::len).unwrap_or_default()]);
        let mut who = Self {
            memory,
            session: base.clone(),
            left,
            script,
            forks: Vec::new(),
            assumed: Vec::new(),
            settled: HashMap::new(),
        };
        for var in Var::ALL {
            who.settle(var);
        }
        who
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
        let finding =
            if self.memory.candidates.is_one(var) { look(&self.session) } else { self.narrowed(var, site, look) };
        match finding {
            Finding::Unknown(missing) => self.assume(site, missing, alternatives),
            known => known,
        }
    }

    /// Takes one of the answers to something that does not depend on the client.
    pub fn assume(&mut self, site: Site, missing: Missing, alternatives: &[Finding]) -> Finding {
        let key = (site, Rc::clone(&missing.question));
        if let Some(known) = self.settled.get(&key) {
            return known.clone();
        }
        let at = self.fork(alternatives.len());
        let finding = alternatives.get(at).cloned().unwrap_or(Finding::No);
        self.settled.insert(key, finding.clone());
        self.assumed.push(Assumed { missing, finding: finding.clone() });
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

    /// The answers taken so far for what is not known.
    pub fn assumed(&self) -> &[Assumed] {
        &self.assumed
    }

    /// Whether a fact has more than one value left.
    pub fn is_open(&self, var: Var) -> bool {
        self.left.get(var as usize).is_some_and(|left| left.iter().filter(|left| **left).count() > 1)
    }

    /// The candidates that are left of a fact, by index.
    pub fn left(&self, var: Var) -> Vec<usize> {
        let left = self.left.get(var as usize).map(Vec::as_slice).unwrap_or_default();
        left.iter().enumerate().filter(|(_, left)| **left).map(|(at, _)| at).collect()
    }

    pub(crate) fn forks(&self) -> &[(u16, u16)] {
        &self.forks
    }

    fn narrowed(&mut self, var: Var, site: Site, look: &dyn Fn(&Session) -> Finding) -> Finding {
        let answers = self.answers(var, site, look);
        let Some(left) = self.left.get(var as usize) else { return Finding::No };
        let mut met: Vec<u16> = Vec::new();
        for (answer, _) in answers.by_candidate.iter().zip(left).filter(|(_, left)| **left) {
            if !met.contains(answer) {
                met.push(*answer);
            }
        }
        let at = if met.len() > 1 { self.fork(met.len()) } else { 0 };
        let taken = met.get(at).copied().unwrap_or_default();
        if met.len() > 1 {
            if let Some(left) = self.left.get_mut(var as usize) {
                for (left, answer) in left.iter_mut().zip(&answers.by_candidate) {
                    *left &= *answer == taken;
                }
            }
            self.settle(var);
        }
        answers.findings.get(usize::from(taken)).cloned().unwrap_or(Finding::No)
    }

    fn answers(&self, var: Var, site: Site, look: &dyn Fn(&Session) -> Finding) -> Rc<Answers> {
        if let Some(known) = self.memory.answers.borrow().get(&(site, var)) {
            return Rc::clone(known);
        }
        let mut answers = Answers { findings: Vec::new(), by_candidate: Vec::new() };
        let mut known: HashMap<Finding, u16> = HashMap::new();
        for candidate in self.memory.candidates.of(var) {
            let finding = look(candidate);
            let next = answers.findings.len() as u16;
            let at = *known.entry(finding.clone()).or_insert(next);
            if at == next {
                answers.findings.push(finding);
            }
            answers.by_candidate.push(at);
        }
        let answers = Rc::new(answers);
        self.memory.answers.borrow_mut().insert((site, var), Rc::clone(&answers));
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
        let Some(left) = self.left.get(var as usize) else { return };
        let Some(first) = left.iter().position(|left| *left) else { return };
        let Some(from) = self.memory.candidates.of(var).get(first) else { return };
        let session = &mut self.session;
        match var {
            Var::Address => session.client.address = from.client.address,
            Var::Name => {
                session.client.name.clone_from(&from.client.name);
                session.client.reverse_name.clone_from(&from.client.reverse_name);
                session.client.name_status = from.client.name_status;
            }
            Var::Helo => {
                session.helo.clone_from(&from.helo);
                session.protocol = from.protocol;
            }
            Var::Tls => {
                session.tls = from.tls;
                session.certificate.clone_from(&from.certificate);
            }
            Var::Login => session.login.clone_from(&from.login),
            Var::Sender => session.sender.clone_from(&from.sender),
            // A single session has all its recipients; a proof has one.
            Var::Recipient => session.recipients.clone_from(&from.recipients),
        }
    }
}
