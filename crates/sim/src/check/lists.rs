//! The walk of one list: generic_checks of smtpd_check.c.

use super::program::{Item, List, Op, Program};
use super::word::{Check, Subject};
use super::{Answer, Checked, Checks, Jump, MAX_DEPTH, MAX_VISITS, Next, Then, why};
use crate::Config;
use crate::trace::{Command, Decider, Status, Step};
use postproof_catalog::Version;
use postproof_diag::Text;
use std::rc::Rc;

impl Config<'_> {
    /// Whether smtpd asks a list of its own in place of the relay list, only to
    /// log what a newer level would refuse.
    // mail_params.c, check_legacy_defaults
    pub(crate) fn has_shadow_list(&self) -> bool {
        let target = &self.model.target;
        target.postfix.value.series() >= Version::new(3, 0)
            && target.level.value < Version::new(1, 0)
            && !self.model.is_set(self.scope(), "smtpd_relay_restrictions")
    }
}

impl Checks<'_, '_, '_> {
    /// Walks one list of the session.
    pub(super) fn list(&mut self, list: List, about: Subject, implied: Option<Subject>) -> Checked {
        let program = self.config.program(list);
        if program.items.is_empty() {
            return Ok(Answer::Dunno);
        }
        self.state.entry = Decider { list: list.param(), index: None, restriction: None, span: None };
        self.walk(&program, about, implied)
    }

    fn walk(&mut self, program: &Rc<Program>, about: Subject, implied: Option<Subject>) -> Checked {
        let above = self.state.recursion;
        if above >= MAX_DEPTH {
            self.is_cut = true;
            return Err(Jump::Closed);
        }
        self.state.recursion = above + 1;
        let mut answer = Answer::Dunno;
        for item in &program.items {
            if self.so_far.discard {
                break;
            }
            let place = self.enter(item)?;
            if item.op == Op::WarnIfReject {
                if self.state.warn_if_reject == 0 {
                    self.state.warn_if_reject = self.state.recursion;
                }
                continue;
            }
            let marks = self.state.marks;
            let checked = self.answer(item, about, implied);
            if self.state.marks > marks {
                self.marked.push(item.id);
            }
            answer = match checked {
                Ok(answer) => answer,
                Err(jump) => {
                    self.leave(item, place, None);
                    return Err(if self.who.ends_behind(item.id) { Jump::Closed } else { jump });
                }
            };
            self.leave(item, place, Some(answer));
            // Nothing that comes after it is asked for.
            if self.who.ends_behind(item.id) {
                return Err(Jump::Closed);
            }
            match answer {
                Answer::Fails => return Err(self.fail(about)),
                Answer::Broken => return Err(self.server_error()),
                Answer::Dunno | Answer::Ok | Answer::Reject => {}
            }
            if self.state.warn_if_reject >= self.state.recursion {
                self.state.warn_if_reject = 0;
            }
            if answer != Answer::Dunno || (self.state.defers_if_permit && self.state.defer_if_reject.is_some()) {
                break;
            }
        }
        self.state.recursion = above;
        if self.state.warn_if_reject >= above {
            self.state.warn_if_reject = 0;
        }
        Ok(answer)
    }

    /// The answer of one entry, with the lists that it leads to.
    fn answer(&mut self, item: &Item, about: Subject, implied: Option<Subject>) -> Checked {
        let mut next = self.look_at(item, about, implied)?;
        loop {
            match next {
                Next::Done(answer) => return Ok(answer),
                Next::List(program, about, then) => {
                    let answer = self.walk(&program, about, implied)?;
                    next = self.after(item, answer, then)?;
                }
            }
        }
    }

    /// What is made of the answer of a list that a table led to.
    fn after(&mut self, item: &Item, answer: Answer, then: Then) -> Checked<Next> {
        let answer = self.judged(answer, then)?;
        if then.next_key > 0 {
            return self.certificate_keys(item, then.next_key, answer);
        }
        Ok(Next::Done(answer))
    }

    pub(super) fn judged(&mut self, answer: Answer, then: Then) -> Checked {
        if then.is_policy_default {
            self.state.policy_depth = self.state.policy_depth.saturating_sub(1);
        }
        if answer != Answer::Ok {
            return Ok(answer);
        }
        if then.forbids_ok && !self.so_far.discard {
            return Err(self.server_error());
        }
        if then.is_recipient && self.is_routed() {
            return Ok(Answer::Dunno);
        }
        Ok(answer)
    }

    /// Notes that an entry is met.
    fn enter(&mut self, item: &Item) -> Checked<Option<usize>> {
        self.state.visits += 1;
        if self.state.visits > MAX_VISITS {
            self.is_cut = true;
            return Err(Jump::Closed);
        }
        let depth = self.state.recursion.saturating_sub(1);
        if depth == 0 {
            let entry = &mut self.state.entry;
            entry.index = Some(item.index as usize);
            entry.span = item.span;
            entry.restriction = if self.is_traced { Some(item.name.to_string()) } else { None };
        }
        if item.op == Op::WarnIfReject {
            self.visited.push((item.id, Status::None));
        }
        if !self.is_traced || self.state.entry.list == List::Shadow.param() {
            return Ok(None);
        }
        // What was looked up so far belongs to the entry that led here, or to what was
        // asked before the lists.
        let looked = self.config.take_looked();
        // An entry of a list itself was led to by none.
        if depth > 0
            && let Some(outer) = self.steps.iter_mut().rfind(|step| step.depth + 1 == depth as usize)
        {
            outer.looked.extend(looked);
        }
        let name = match (&item.op, &item.argument) {
            (Op::BareTable, _) | (_, None) => item.name.to_string(),
            (_, Some(argument)) => format!("{} {argument}", item.name),
        };
        self.steps.push(Step {
            list: self.state.entry.list,
            index: self.state.entry.index.unwrap_or_default(),
            depth: depth as usize,
            name,
            span: item.span,
            status: Status::None,
            looked: Vec::new(),
            why: if item.op == Op::WarnIfReject { why::warn_if_reject() } else { why::unfinished() },
        });
        Ok(Some(self.steps.len() - 1))
    }

    /// Notes what it answered; nothing: an error ended it.
    fn leave(&mut self, item: &Item, place: Option<usize>, answer: Option<Answer>) {
        let status = match answer {
            Some(Answer::Dunno) => Status::Dunno,
            Some(Answer::Ok) => Status::Permit,
            Some(Answer::Reject) => Status::Reject,
            Some(Answer::Fails | Answer::Broken) => Status::Error,
            None => Status::None,
        };
        let status = if status == Status::Permit && self.so_far.discard { Status::Discard } else { status };
        self.visited.push((item.id, status));
        if answer == Some(Answer::Ok) && self.state.recursion == 1 && self.state.entry.list != List::Shadow.param() {
            self.permitted = Some(self.state.entry.clone());
        }
        let Some(place) = place else { return };
        let mut looked = self.steps.get_mut(place).map(|step| std::mem::take(&mut step.looked)).unwrap_or_default();
        looked.extend(self.config.take_looked());
        let why = if self.is_cut { why::endless() } else { self.why(item, answer, &looked) };
        if let Some(step) = self.steps.get_mut(place) {
            step.status = status;
            step.looked = looked;
            step.why = why;
        }
    }

    fn why(&self, item: &Item, answer: Option<Answer>, looked: &[crate::Looked]) -> Text {
        why::of(item, answer, looked, self.state.error.as_ref(), self.state.warn_if_reject > 0)
    }

    fn look_at(&mut self, item: &Item, about: Subject, implied: Option<Subject>) -> Checked<Next> {
        if self.who.skips(item.id) {
            return Ok(Next::Done(Answer::Dunno));
        }
        match &item.op {
            Op::WarnIfReject | Op::NoDomain => Ok(Next::Done(Answer::Dunno)),
            Op::BadArgument => Err(self.server_error()),
            Op::BareTable => match implied {
                Some(subject) => self.access(item, subject, about),
                None => Err(self.server_error()),
            },
            // smtpd_check.c of 3.9: refused where the check would be made.
            Op::Removed(Check::RelayDomains) if !self.state.has_recipient => Ok(Next::Done(Answer::Dunno)),
            Op::Removed(_) => Err(self.server_error()),
            Op::Check(check) => self.check(*check, item, about),
            Op::Word => match self.config.class(&item.name) {
                Some(program) => Ok(Next::List(program, about, Then::default())),
                None => Err(self.server_error()),
            },
        }
    }

    fn check(&mut self, check: Check, item: &Item, about: Subject) -> Checked<Next> {
        let answer = match check {
            Check::Policy => return self.policy(item, about),
            Check::Access(subject) => return self.access(item, subject, about),
            Check::Servers(subject, server) => return self.servers(item, subject, server),
            Check::Certificate => return self.certificate(item),
            Check::Login => return self.login_access(item),
            Check::Permit => Answer::Ok,
            Check::Reject => self.reject_named(self.config.number("reject_code", 554), "5.7.1", about, "Access denied"),
            Check::Defer => self.reject_named(self.config.number("defer_code", 450), "4.3.2", about, "Try again later"),
            Check::DeferIfPermit => self.defer_if_permit(450, "4.7.0", about, "defer_if_permit requested"),
            Check::DeferIfReject => self.defer_if_reject(450, "4.7.0", about, "defer_if_reject requested"),
            Check::Sleep => Answer::Dunno,
            Check::Pipelining => self.pipelining(about),
            Check::Plaintext => self.plaintext(),
            Check::UnknownClient => self.unknown_client(),
            Check::UnknownReverseClient => self.unknown_reverse_client(),
            Check::OwnInterfaces => self.own_interfaces(),
            Check::MyNetworks => self.my_networks(),
            Check::MapsRbl => self.maps_rbl()?,
            Check::Rbl => self.rbl(item.argument.as_deref().unwrap_or_default())?,
            Check::Dnswl => self.dnswl(item.argument.as_deref().unwrap_or_default())?,
            Check::Rhsbl(subject) => self.rhsbl(subject, item.argument.as_deref().unwrap_or_default())?,
            Check::Rhswl => self.rhswl(item.argument.as_deref().unwrap_or_default())?,
            Check::InvalidHelo => self.invalid_helo(),
            Check::UnknownHelo => self.unknown_helo(),
            Check::NonFqdnHelo => self.non_fqdn_helo(),
            Check::NakedAddress => self.naked_address(),
            Check::NonFqdnAddress(subject) => self.non_fqdn_address(subject),
            Check::UnknownDomain(subject) => self.unknown_domain(subject)?,
            Check::Unverified(subject) => self.unverified(subject),
            Check::Unlisted(subject) => self.unlisted(subject)?,
            Check::Ownership(ownership) => self.ownership(ownership)?,
            Check::MxBackup => self.mx_backup()?,
            Check::AuthDestination => self.auth_destination()?,
            Check::UnauthDestination => self.unauth_destination("5.7.1", 0)?,
            Check::DeferUnauthDestination => self.unauth_destination("4.7.1", 100)?,
            Check::RelayDomains => self.relay_domains()?,
            Check::SaslAuthenticated => self.sasl_authenticated(),
            Check::AnyCertificate => self.client_certificate(true),
            Check::KnownCertificate => self.client_certificate(false),
            Check::MultiRecipientBounce => self.multi_recipient_bounce(about),
        };
        Ok(Next::Done(answer))
    }

    fn multi_recipient_bounce(&mut self, about: Subject) -> Answer {
        let others = usize::from(self.state.command != Command::Rcpt);
        if self.so_far.recipients <= others || !self.is_null_sender() {
            return Answer::Dunno;
        }
        let code = self.config.number("multi_recipient_bounce_reject_code", 550);
        self.reject_named(code, "5.5.3", about, "Multi-recipient bounce")
    }

    fn pipelining(&mut self, about: Subject) -> Answer {
        if !self.so_far.ill_pipelining {
            return Answer::Dunno;
        }
        self.reject_named(503, "5.5.0", about, "Improper use of SMTP command pipelining")
    }

    fn plaintext(&mut self) -> Answer {
        if self.so_far.tls {
            return Answer::Dunno;
        }
        let code = self.config.number("plaintext_reject_code", 450);
        self.reject(code, "4.7.1", |_| "Session encryption is required".to_owned())
    }
}
