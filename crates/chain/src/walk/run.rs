//! The session through the lists, step by step.

use super::answer::{Given, answer};
use super::session::Stranger;
use super::{Step, StepState, Walk, WalkEnd, guard, summary};
use crate::cx::Cx;
use crate::entries;
use postproof_diag::{Span, Text, text};
use postproof_model::{Entry, EntryKind, RestrictionList, Stage};

/// Follows the stranger through the lists of a service.
pub(crate) fn stranger(cx: &Cx<'_>, lists: &[RestrictionList]) -> Walk {
    let stranger = Stranger::of(cx);
    let lists: Vec<&RestrictionList> = lists.iter().filter(|list| list.stage != Stage::Etrn).collect();
    let mut run = Run::new(cx, &stranger);
    let end = run.all(&lists);
    let summary = summary::of(cx, &stranger, &lists, &end, &run.permitted_by);
    Walk {
        client: stranger.client.to_string(),
        helo: stranger.helo.to_owned(),
        sender: stranger.sender.clone(),
        recipient: stranger.recipient.clone(),
        steps: run.steps,
        end,
        summary,
    }
}

/// How the session ends with only these lists, without its steps.
pub(crate) fn end_with(cx: &Cx<'_>, stranger: &Stranger, lists: &[&RestrictionList]) -> WalkEnd {
    Run::new(cx, stranger).all(lists)
}

/// A refusal by one entry.
#[derive(Clone, Debug)]
struct Refusal {
    by: String,
    span: Option<Span>,
    param: &'static str,
    reply: (u16, String),
}

impl Refusal {
    fn end(self) -> WalkEnd {
        let (code, dsn) = self.reply;
        WalkEnd::Refused { by: self.by, span: self.span, param: self.param, code, dsn }
    }
}

struct Run<'a> {
    cx: &'a Cx<'a>,
    stranger: &'a Stranger,
    steps: Vec<Step>,
    /// The refusal that no unknown answer can prevent.
    certain: Option<Refusal>,
    /// A deferral that waits for the end of the command (defer_if_permit).
    waiting: Option<Refusal>,
    /// Unknown answers that let the session past a refusal.
    past_refusal: Vec<Text>,
    /// All unknown answers met.
    unknown: Vec<Text>,
    /// The first entry that permits for certain in the relay or recipient list.
    permitted_by: Option<String>,
}

/// One list while it is asked.
struct Asked {
    stage: Stage,
    param: &'static str,
    /// Whether an entry ended it.
    ended: bool,
    /// Unknown answers so far that may have ended it with a permit.
    may_permit: Vec<Text>,
}

impl<'a> Run<'a> {
    fn new(cx: &'a Cx<'a>, stranger: &'a Stranger) -> Self {
        Self {
            cx,
            stranger,
            steps: Vec::new(),
            certain: None,
            waiting: None,
            past_refusal: Vec::new(),
            unknown: Vec::new(),
            permitted_by: None,
        }
    }

    fn all(&mut self, lists: &[&RestrictionList]) -> WalkEnd {
        let starts = guard::starts(self.cx, lists);
        for (at, list) in lists.iter().enumerate() {
            self.list(list);
            if lists.get(at + 1).is_none_or(|next| next.stage != list.stage) {
                self.end_of_stage(list);
            }
        }
        if !starts {
            for step in &mut self.steps {
                step.state = StepState::NotReached;
                step.why = Text::fixed("smtpd does not start", "smtpd가 시작하지 않습니다");
            }
            return WalkEnd::DoesNotStart;
        }
        if let Some(refusal) = self.certain.clone() {
            return refusal.end();
        }
        if !self.past_refusal.is_empty() {
            return WalkEnd::Depends(self.past_refusal.clone());
        }
        if !self.unknown.is_empty() {
            return WalkEnd::Depends(self.unknown.clone());
        }
        WalkEnd::Accepted
    }

    fn list(&mut self, list: &RestrictionList) {
        let mut asked = Asked { stage: list.stage, param: list.param, ended: false, may_permit: Vec::new() };
        self.entries(&list.entries, &mut asked, &mut Vec::new(), false);
        if list.is_cut && !asked.ended {
            let param = list.param;
            let rest = text!("the entries of `{param}` that were not read", "`{param}` 목록에서 읽지 않은 나머지 항목");
            add(&mut self.unknown, &[rest]);
        }
    }

    fn entries(&mut self, entries: &[Entry], asked: &mut Asked, path: &mut Vec<usize>, warned: bool) {
        for (at, entry) in entries.iter().enumerate() {
            path.push(at);
            self.entry(entry, asked, path, warned || entry.warn_if_reject.is_some());
            path.pop();
        }
    }

    fn entry(&mut self, entry: &Entry, asked: &mut Asked, path: &mut Vec<usize>, warned: bool) {
        let stopped = asked.ended || self.certain.is_some();
        let at = self.steps.len();
        let given = match stopped {
            true => not_reached(self.certain.is_some()),
            false => answer(self.cx, self.stranger, asked.param, entry, warned),
        };
        self.steps.push(Step {
            stage: asked.stage,
            param: asked.param,
            path: path.clone(),
            name: entries::name(entry),
            span: entry.span,
            state: given.state,
            why: given.why.clone(),
        });
        if let EntryKind::Class(inner) = &entry.kind {
            self.entries(inner, asked, path, warned);
            if !stopped && asked.ended {
                self.class_ended(at);
            }
            return;
        }
        if !stopped {
            self.judge(entry, asked, given);
        }
    }

    /// A class does what the entry in it that ended the list did.
    fn class_ended(&mut self, at: usize) {
        let inner = self.steps.iter().skip(at + 1).rev();
        let decided = inner.clone().find(|step| matches!(step.state, StepState::Permits | StepState::Refuses)).cloned();
        if let (Some(decided), Some(class)) = (decided, self.steps.get_mut(at)) {
            class.state = decided.state;
            class.why = decided.why;
        }
    }

    fn judge(&mut self, entry: &Entry, asked: &mut Asked, given: Given) {
        let refusal = |reply| Refusal { by: entry.word.clone(), span: entry.span, param: asked.param, reply };
        if let Some(reply) = given.deferral
            && asked.may_permit.is_empty()
            && self.waiting.is_none()
        {
            self.waiting = Some(refusal(reply));
        }
        match given.state {
            StepState::GoesOn | StepState::NotReached => {}
            StepState::Permits => {
                asked.ended = true;
                if asked.stage == Stage::Rcpt {
                    self.permitted_by.get_or_insert_with(|| entry.word.clone());
                }
            }
            StepState::Refuses => {
                asked.ended = true;
                let Some(reply) = given.reply else { return };
                if asked.may_permit.is_empty() {
                    self.certain = Some(refusal(reply));
                } else {
                    add(&mut self.past_refusal, &asked.may_permit);
                }
            }
            StepState::Unknown => {
                let reason = [given.why];
                add(&mut self.unknown, &reason);
                if given.may_permit {
                    add(&mut asked.may_permit, &reason);
                }
            }
        }
    }

    /// The built-in check, then the deferral that waited. The recipient and
    /// the sender are in no domain of the server, so the check finds nothing
    /// to look up unless a list holds every domain.
    fn end_of_stage(&mut self, list: &RestrictionList) {
        // smtpd_check.c, smtpd_check_rcpt and others: defer_if_permit becomes
        // a refusal before the unlisted-recipient check.
        let ends_here = matches!(list.stage, Stage::Rcpt | Stage::Data | Stage::EndOfData);
        if ends_here
            && let Some(waiting) = self.waiting.take()
            && self.certain.is_none()
        {
            self.certain = Some(waiting);
        }
        let Some(name) = entries::built_in_name(self.cx, list.stage) else { return };
        let Some(restriction) = postproof_catalog::restriction(name) else { return };
        let given = match self.certain.is_some() {
            true => not_reached(true),
            false => super::answer::bare_answer(self.cx, self.stranger, list.param, restriction),
        };
        if given.state == StepState::Unknown {
            add(&mut self.unknown, std::slice::from_ref(&given.why));
        }
        self.steps.push(Step {
            stage: list.stage,
            param: list.param,
            path: vec![list.entries.len()],
            name: name.to_owned(),
            span: None,
            state: given.state,
            why: given.why,
        });
    }
}

fn not_reached(session_ended: bool) -> Given {
    let why = match session_ended {
        true => Text::fixed("the session was refused before", "그 전에 세션이 거절되었습니다"),
        false => Text::fixed("an earlier entry ended this list", "앞의 항목에서 목록이 끝났습니다"),
    };
    Given { state: StepState::NotReached, ..Given::goes_on(why) }
}

/// How many reasons are told; one more says that there are more.
const MAX_REASONS: usize = 24;

fn add(reasons: &mut Vec<Text>, more: &[Text]) {
    for reason in more {
        if reasons.len() <= MAX_REASONS && !reasons.contains(reason) {
            reasons.push(match reasons.len() < MAX_REASONS {
                true => reason.clone(),
                false => Text::fixed("more answers of this kind", "그 밖의 같은 종류의 답"),
            });
        }
    }
}
