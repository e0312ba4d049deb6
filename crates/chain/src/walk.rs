//! Typical sessions through the lists, as the simulation plays them.
//!
//! Each is one session, no proof. What such a session usually finds is taken
//! for granted and said ([`Walk::assumed`]); where that could turn the end
//! round, the end is [`WalkEnd::Depends`].

mod summary;

use crate::cx::Cx;
use crate::entries::built_in_name;
use postproof_diag::{Span, Text, text};
use postproof_model::{Entry, EntryKind, Model, Presence, RestrictionList, Scope, ServiceId, Stage};
use postproof_sim::{
    Command, Config, Missing, Outcome, Persona, Personas, Reply, Session, Status, Verdict, Wanted, World, personas,
    stranger,
};

/// A session and its steps.
#[derive(Clone, Debug)]
pub struct Walk {
    /// A short name that never changes: `stranger-elsewhere`.
    pub key: &'static str,
    /// Who tries what, as a clause.
    pub title: Text,
    /// What the owner of a mail server wants to happen.
    pub wanted: Wanted,
    /// The session.
    pub session: Session,
    /// The replies to it.
    pub replies: Vec<Reply>,
    /// Answers that the text does not hold and that were taken as such a session
    /// usually finds them: question and answer, as `--assume` takes them.
    pub assumed: Vec<(String, String)>,
    /// The client's address.
    pub client: String,
    /// What the client says at HELO.
    pub helo: String,
    /// The envelope sender.
    pub sender: String,
    /// The recipient.
    pub recipient: String,
    /// One step for each entry met, in the order asked.
    pub steps: Vec<Step>,
    /// How it ends.
    pub end: WalkEnd,
    /// What the end stands on, each a clause: «that DNS knows the names of the session».
    pub stands_on: Vec<Text>,
    /// The end in one sentence, with what it stands on.
    pub summary: Text,
}

/// One entry met.
#[derive(Clone, Debug)]
pub struct Step {
    /// The command at which its list stands.
    pub stage: Stage,
    /// The list.
    pub param: &'static str,
    /// Indexes of the entry: in the list's `entries`, then in `inner` of classes.
    pub path: Vec<usize>,
    /// Its name as written.
    pub name: String,
    /// Where it stands.
    pub span: Option<Span>,
    /// What it answered this session.
    pub state: StepState,
    /// Why, as a short clause: «not logged in».
    pub why: Text,
}

/// What an entry did in the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Asked, goes on.
    GoesOn,
    /// Ends this list.
    Permits,
    /// Refuses; the last step.
    Refuses,
    /// What it answers is not known here, and may decide.
    Unknown,
    /// An earlier entry ended the list or the session.
    NotReached,
}

/// How a session ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalkEnd {
    /// Refused whatever the unknown answers are.
    Refused {
        /// Name of the entry that refuses, or of the check that smtpd makes itself.
        by: String,
        /// Its place, if it has one.
        span: Option<Span>,
        /// The list it stands in, or what smtpd does itself: `builtin`.
        param: &'static str,
        /// The command that is refused.
        stage: Stage,
        /// Reply code.
        code: u16,
        /// Enhanced status code.
        dsn: String,
    },
    /// Accepted.
    Accepted,
    /// Unknown answers decide; each a clause that names what is missing.
    Depends(Vec<Text>),
    /// smtpd does not start: why, as a clause.
    DoesNotStart,
}

/// Plays the stranger's session alone.
pub(crate) fn strangers_walk(cx: &Cx<'_>, service: ServiceId, lists: &[RestrictionList]) -> Walk {
    let world = World::open();
    walk(cx, lists, stranger(&Config::new(cx.model, service, &world)))
}

/// Plays the typical sessions of a service: the stranger's, and the others.
pub(crate) fn walks(cx: &Cx<'_>, service: ServiceId, lists: &[RestrictionList]) -> (Walk, Vec<Walk>) {
    let world = World::open();
    let Personas { stranger, others } = personas(&Config::new(cx.model, service, &world));
    let others = others.into_iter().map(|persona| walk(cx, lists, persona)).collect();
    (walk(cx, lists, stranger), others)
}

fn walk(cx: &Cx<'_>, lists: &[RestrictionList], persona: Persona) -> Walk {
    let Persona { key, title, wanted, session, assumed, played, open } = persona;
    let replies = played.outcome.replies;
    let outcome = Outcome { replies, ..Outcome::default() };
    let (mut end, permitted_by) = end(&outcome, &open);
    if let (WalkEnd::DoesNotStart, Some(class)) = (&end, undefined_class(cx, lists)) {
        end = WalkEnd::Depends(vec![class]);
    }
    let steps = steps(cx, lists, &outcome, &end);
    let mut walk = Walk {
        key,
        title,
        wanted,
        assumed: assumed.into_iter().collect(),
        client: session.client.address.to_string(),
        helo: session.helo.clone().unwrap_or_default(),
        sender: session.sender.clone().unwrap_or_default(),
        recipient: session.recipients.first().cloned().unwrap_or_default(),
        session,
        replies: outcome.replies,
        steps,
        end,
        stands_on: Vec::new(),
        summary: Text::verbatim(""),
    };
    walk.stands_on = summary::stands_on(cx, &walk, lists);
    walk.summary = summary::of(cx, &walk, lists, permitted_by.as_deref());
    walk
}

/// A restriction class whose definition may be among the lines that were not
/// given: without it smtpd does not start (smtpd_check.c, smtpd_check_init).
fn undefined_class(cx: &Cx<'_>, lists: &[RestrictionList]) -> Option<Text> {
    if cx.model.given.main_cf == Presence::Whole {
        return None;
    }
    let mut entries = lists.iter().flat_map(|list| list.flat());
    let undefined = entries.find(|entry| matches!(entry.kind, EntryKind::UndefinedClass))?;
    let word = undefined.word.as_str();
    Some(text!("the definition of the restriction class `{word}`", "제한 클래스 `{word}` 항목의 정의"))
}

/// How the stranger's attempt ends with another model.
pub(crate) fn stranger_end(model: &Model, scope: Scope) -> WalkEnd {
    let Scope::Service(service) = scope else { return WalkEnd::DoesNotStart };
    let world = World::open();
    let Persona { played, open, .. } = stranger(&Config::new(model, service, &world));
    end(&played.outcome, &open).0
}

/// How a played session ends, and the entry that permitted it.
fn end(outcome: &Outcome, open: &[Missing]) -> (WalkEnd, Option<String>) {
    let Some(reply) = outcome.decisive() else { return (WalkEnd::DoesNotStart, None) };
    if reply.code == 0 && reply.verdict != Verdict::Unknown {
        return (WalkEnd::DoesNotStart, None);
    }
    let missing = if open.is_empty() { &reply.missing } else { open };
    if !open.is_empty() || reply.verdict == Verdict::Unknown {
        return (WalkEnd::Depends(missing.iter().map(|one| one.text.clone()).collect()), None);
    }
    match reply.verdict {
        Verdict::Permit | Verdict::Unknown => {
            let rcpt = outcome.replies.iter().rfind(|reply| reply.command == Command::Rcpt);
            (WalkEnd::Accepted, rcpt.and_then(|reply| reply.decider.restriction.clone()))
        }
        Verdict::Defer | Verdict::Reject => {
            let decider = &reply.decider;
            let refused = WalkEnd::Refused {
                by: decider.restriction.clone().unwrap_or_else(|| decider.list.to_owned()),
                span: decider.span,
                param: decider.list,
                stage: stage(reply.command),
                code: reply.code,
                dsn: reply.dsn.clone().unwrap_or_default(),
            };
            (refused, None)
        }
    }
}

fn stage(command: Command) -> Stage {
    match command {
        Command::Connect => Stage::Connect,
        Command::Helo | Command::StartTls | Command::Auth => Stage::Helo,
        Command::Mail => Stage::Mail,
        Command::Rcpt | Command::Vrfy => Stage::Rcpt,
        Command::Data => Stage::Data,
        Command::EndOfData => Stage::EndOfData,
        Command::Etrn => Stage::Etrn,
    }
}

/// What each entry of the lists did.
fn steps(cx: &Cx<'_>, lists: &[RestrictionList], outcome: &Outcome, end: &WalkEnd) -> Vec<Step> {
    let asked: Vec<&Asked> = outcome.replies.iter().flat_map(|reply| &reply.steps).collect();
    let mut tracing = Tracing { outcome, end, param: "", stage: Stage::Rcpt, steps: Vec::new() };
    let lists: Vec<&RestrictionList> = lists.iter().filter(|list| list.stage != Stage::Etrn).collect();
    for (at, list) in lists.iter().enumerate() {
        (tracing.param, tracing.stage) = (list.param, list.stage);
        let of_list: Vec<&Asked> = asked.iter().copied().filter(|step| step.list == list.param).collect();
        let mut left = of_list.as_slice();
        tracing.entries(&list.entries, &[], 0, &mut left);
        if lists.get(at + 1).is_none_or(|next| next.stage != list.stage)
            && let Some(name) = built_in_name(cx, list.stage)
        {
            tracing.built_in(name, list.entries.len());
        }
    }
    tracing.steps
}

type Asked = postproof_sim::Step;

struct Tracing<'o> {
    outcome: &'o Outcome,
    end: &'o WalkEnd,
    param: &'static str,
    stage: Stage,
    steps: Vec<Step>,
}

impl Tracing<'_> {
    /// Lays what was asked beside the entries of a list or class. `left` holds
    /// what was asked of the list and is not laid out yet, in the order asked.
    fn entries(&mut self, entries: &[Entry], path: &[usize], depth: usize, left: &mut &[&Asked]) {
        for (at, entry) in entries.iter().enumerate() {
            // `warn_if_reject` is an entry of its own in the trace; here it is
            // folded into the one that it covers.
            while let [first, rest @ ..] = *left {
                let is_mark = first.depth == depth && first.name.eq_ignore_ascii_case("warn_if_reject");
                if !is_mark && first.depth <= depth {
                    break;
                }
                *left = rest;
            }
            let own = match *left {
                [first, rest @ ..] if first.depth == depth => {
                    *left = rest;
                    Some(*first)
                }
                _ => None,
            };
            let path: Vec<usize> = path.iter().copied().chain([at]).collect();
            self.push(entry, &path, own);
            if let EntryKind::Class(inner) = &entry.kind {
                self.entries(inner, &path, depth + 1, left);
            }
        }
    }

    fn push(&mut self, entry: &Entry, path: &[usize], asked: Option<&Asked>) {
        let state = match asked {
            None => StepState::NotReached,
            Some(step) if self.is_doubtful(step) => StepState::Unknown,
            Some(step) => match step.status {
                Status::Dunno | Status::None => StepState::GoesOn,
                Status::Permit | Status::Discard => StepState::Permits,
                Status::Reject | Status::Error => StepState::Refuses,
            },
        };
        let why = asked.map_or_else(|| Text::fixed("not asked", "검사하지 않음"), |step| step.why.clone());
        let (name, span) = (crate::entries::name(entry), entry.span);
        self.steps.push(Step { stage: self.stage, param: self.param, path: path.to_vec(), name, span, state, why });
    }

    /// The check that smtpd itself adds after the lists of a stage.
    fn built_in(&mut self, name: &'static str, at: usize) {
        let check = format!("smtpd_{name}");
        let wanted = if self.stage == Stage::Mail && name.ends_with("sender") { Command::Mail } else { Command::Rcpt };
        let replies = || self.outcome.replies.iter();
        let possible = || replies().flat_map(|reply| &reply.possible);
        let refuses = |reply: &Reply| reply.decider.list == check && reply.verdict != Verdict::Permit;
        let (state, why) = if matches!(self.end, WalkEnd::Depends(_)) && possible().any(refuses) {
            (StepState::Unknown, Text::fixed("the address may not exist", "주소가 없을 수 있습니다"))
        } else if replies().any(|reply| refuses(reply) && reply.verdict != Verdict::Unknown) {
            (StepState::Refuses, Text::fixed("the address does not exist", "주소가 없습니다"))
        } else if replies().any(|reply| reply.command == wanted && reply.verdict == Verdict::Permit) {
            (StepState::GoesOn, Text::fixed("nothing against the address", "주소에 문제가 없습니다"))
        } else {
            (StepState::NotReached, Text::fixed("not asked", "검사하지 않음"))
        };
        let (stage, param) = (self.stage, self.param);
        self.steps.push(Step { stage, param, path: vec![at], name: name.to_owned(), span: None, state, why });
    }

    /// Whether the entry decides one of several answers that there can be.
    fn is_doubtful(&self, step: &Asked) -> bool {
        let possible = self.outcome.replies.iter().flat_map(|reply| &reply.possible);
        let decides = |reply: &Reply| reply.decider.list == step.list && reply.decider.index == Some(step.index);
        step.depth == 0 && matches!(self.end, WalkEnd::Depends(_)) && possible.into_iter().any(decides)
    }
}
