//! When each list is asked: the smtpd_check_* functions.

use super::program::List;
use super::word::Subject;
use super::{Answer, Checked, Checks, Jump, Refusal};
use crate::trace::{Command, Decider};
use postproof_catalog::Version;

impl Checks<'_, '_, '_> {
    /// smtpd_check_client.
    pub(crate) fn client(&mut self) -> Option<Refusal> {
        self.begin(Command::Connect);
        let answer = self.client_list();
        self.end(answer)
    }

    /// smtpd_check_helo.
    pub(crate) fn helo(&mut self) -> Option<Refusal> {
        self.begin(Command::Helo);
        self.state.has_helo = true;
        let answer = self.helo_list();
        self.end(answer)
    }

    /// smtpd_check_mail.
    pub(crate) fn mail(&mut self) -> Option<Refusal> {
        self.begin(Command::Mail);
        self.state.has_sender = true;
        let answer = self.sender_list();
        self.end(answer)
    }

    /// smtpd_check_rcpt for RCPT.
    pub(crate) fn rcpt(&mut self) -> Option<Refusal> {
        self.begin(Command::Rcpt);
        self.recipient()
    }

    /// smtpd_check_rcpt for VRFY.
    pub(crate) fn vrfy(&mut self) -> Option<Refusal> {
        self.begin(Command::Vrfy);
        self.recipient()
    }

    /// smtpd_check_etrn.
    pub(crate) fn etrn(&mut self) -> Option<Refusal> {
        self.begin(Command::Etrn);
        self.state.has_etrn = true;
        let answer = self.etrn_list();
        self.end(answer)
    }

    /// smtpd_check_data.
    pub(crate) fn data(&mut self) -> Option<Refusal> {
        self.message(Command::Data, List::Data, Subject::Data)
    }

    /// smtpd_check_eod.
    pub(crate) fn end_of_data(&mut self) -> Option<Refusal> {
        self.message(Command::EndOfData, List::EndOfData, Subject::EndOfData)
    }

    fn begin(&mut self, command: Command) {
        if self.so_far.recipients > 0 && self.state.first.is_none() {
            self.state.first = self.state.asked.take();
        }
        let state = &mut self.state;
        state.command = command;
        state.visits = 0;
        state.error = None;
        state.has_etrn = false;
        state.has_recipient = false;
        state.has_helo = self.so_far.helo;
        state.has_sender = self.so_far.sender.is_some();
        self.permitted = None;
    }

    fn end(&mut self, answer: Checked) -> Option<Refusal> {
        match answer {
            Ok(Answer::Reject) | Err(Jump::Refused) => self.state.error.take(),
            Ok(Answer::Dunno | Answer::Ok | Answer::Fails | Answer::Broken) => None,
            Err(Jump::Closed) => {
                let decider = self.state.entry.clone();
                Some(Refusal { code: 0, dsn: String::new(), text: String::new(), decider })
            }
        }
    }

    /// SMTPD_CHECK_RESET
    fn reset(&mut self) {
        self.state.recursion = 0;
        self.state.warn_if_reject = 0;
        self.state.defer_if_reject = None;
        self.state.policy_depth = 0;
    }

    fn client_list(&mut self) -> Checked {
        self.state.defers_if_permit = false;
        self.reset();
        let answer = self.list(List::Client, Subject::Client, Some(Subject::Client));
        self.state.client_defers = self.state.defers_if_permit;
        answer
    }

    fn helo_list(&mut self) -> Checked {
        if !self.state.has_helo || self.who.session().helo.is_none() {
            return Ok(Answer::Dunno);
        }
        self.state.defers_if_permit = self.state.client_defers;
        self.reset();
        let answer = self.list(List::Helo, Subject::Helo, Some(Subject::Helo));
        self.state.helo_defers = self.state.defers_if_permit;
        answer
    }

    fn sender_list(&mut self) -> Checked {
        if !self.state.has_sender {
            return Ok(Answer::Dunno);
        }
        self.state.defers_if_permit = self.state.client_defers || self.state.helo_defers;
        self.state.sender_is_listed = false;
        self.reset();
        let answer = self.list(List::Sender, Subject::Sender, Some(Subject::Sender));
        self.state.sender_defers = self.state.defers_if_permit;
        let answer = answer?;
        if answer == Answer::Reject
            || self.so_far.discard
            || self.state.sender_is_listed
            || !self.config.yes("smtpd_reject_unlisted_sender")
        {
            return Ok(answer);
        }
        self.state.entry = builtin("smtpd_reject_unlisted_sender");
        self.unlisted(Subject::Sender)
    }

    /// The lists that smtpd_delay_reject puts off, in order.
    fn delayed(&mut self, with_sender: bool) -> Checked {
        if !self.config.yes("smtpd_delay_reject") {
            return Ok(Answer::Dunno);
        }
        if self.client_list()? == Answer::Reject || self.helo_list()? == Answer::Reject {
            return Ok(Answer::Reject);
        }
        if with_sender && self.sender_list()? == Answer::Reject {
            return Ok(Answer::Reject);
        }
        Ok(Answer::Dunno)
    }

    fn recipient(&mut self) -> Option<Refusal> {
        let asked = self.who.session().recipients.first().cloned();
        if self.state.command == Command::Rcpt {
            self.state.asked = asked;
        }
        // smtpd_check.c, smtpd_check_rcpt: accepted without a domain, whatever
        // the lists say.
        if self.is_postmaster() {
            return None;
        }
        self.state.has_recipient = true;
        self.state.recipient_is_listed = false;
        let answer = self.recipient_lists();
        self.end(answer)
    }

    fn recipient_lists(&mut self) -> Checked {
        if self.delayed(true)? == Answer::Reject {
            return Ok(Answer::Reject);
        }
        self.state.defers_if_permit = self.state.sender_defers;
        self.reset();
        let mut answer = Answer::Dunno;
        for list in self.rcpt_order() {
            answer = self.list(list, Subject::Recipient, Some(Subject::Recipient))?;
            if answer == Answer::Reject {
                return Ok(answer);
            }
        }
        answer = self.cash_in(answer);
        if answer == Answer::Reject
            || self.state.recipient_is_listed
            || self.so_far.discard
            || !self.config.yes("smtpd_reject_unlisted_recipient")
        {
            return Ok(answer);
        }
        self.state.entry = builtin("smtpd_reject_unlisted_recipient");
        self.unlisted(Subject::Recipient)
    }

    /// Which lists RCPT asks, in order.
    fn rcpt_order(&self) -> [List; 2] {
        let config = self.config;
        let release = config.model.target.postfix.value.series();
        if config.has_shadow_list() {
            return [List::Recipient, List::Shadow];
        }
        // smtpd_check_rcpt of 2.10 to 3.2.
        if release < Version::new(3, 3) {
            return [List::Relay, List::Recipient];
        }
        match config.model.rcpt_order(config.scope()) {
            ["smtpd_relay_restrictions", _] => [List::Relay, List::Recipient],
            _ => [List::Recipient, List::Relay],
        }
    }

    fn etrn_list(&mut self) -> Checked {
        if self.delayed(false)? == Answer::Reject {
            return Ok(Answer::Reject);
        }
        self.state.defers_if_permit = self.state.client_defers || self.state.helo_defers;
        self.reset();
        let answer = self.list(List::Etrn, Subject::Etrn, Some(Subject::Etrn))?;
        Ok(self.cash_in(answer))
    }

    fn message(&mut self, command: Command, list: List, subject: Subject) -> Option<Refusal> {
        self.begin(command);
        // Of several recipients none is told.
        self.state.has_recipient = self.so_far.recipients == 1;
        if let (true, Some(first)) = (self.state.has_recipient, &self.state.first) {
            self.who.turn_to(first);
        }
        self.state.defers_if_permit = false;
        self.reset();
        let answer = self.list(list, subject, None).map(|answer| self.cash_in(answer));
        self.end(answer)
    }

    /// Turns permission into an earlier deferral.
    fn cash_in(&mut self, answer: Answer) -> Answer {
        if answer == Answer::Reject || !self.state.defers_if_permit {
            return answer;
        }
        let Some(deferral) = self.state.defer_if_permit.clone() else { return answer };
        self.state.entry = Decider { span: deferral.span, ..builtin("defer_if_permit") };
        self.reject_with(deferral.code, &deferral.dsn, deferral.text, true)
    }
}

fn builtin(list: &'static str) -> Decider {
    Decider { list, index: None, restriction: None, span: None }
}
