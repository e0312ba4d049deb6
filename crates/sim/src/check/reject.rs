//! Refusals: smtpd_check_reject, defer_if, smtpd_dsn_fix.

use super::action::dsn_length;
use super::word::Subject;
use super::{Answer, Checks, Jump, Refusal};
use crate::address::{CommandWord, Read, Reader, is_plain};
use crate::{Config, Finding, Session, Site, Var, YES_OR_NO};
use postproof_diag::Span;
use std::borrow::Cow;

/// Bytes of a reply that are sent.
const MAX_TEXT: usize = 510;

/// A refusal for later.
#[derive(Clone, Debug)]
pub(super) struct Deferral {
    pub(super) code: i64,
    pub(super) dsn: String,
    pub(super) text: String,
    pub(super) span: Option<Span>,
}

impl Checks<'_, '_, '_> {
    /// Refuses with `<subject>: class rejected: reason`.
    pub(super) fn reject_named(&mut self, code: i64, dsn: &str, about: Subject, reason: &str) -> Answer {
        self.reject(code, dsn, |checks| checks.named(about, reason))
    }

    /// Refuses for the sake of policy: `warn_if_reject` only warns of it.
    pub(super) fn reject(&mut self, code: i64, dsn: &str, text: impl FnOnce(&Self) -> String) -> Answer {
        let text = if self.is_traced { text(self) } else { String::new() };
        self.reject_with(code, dsn, text, true)
    }

    /// smtpd_check_reject. A fault of a table or of the configuration
    /// (`is_policy` false) refuses under `warn_if_reject` too.
    pub(super) fn reject_with(&mut self, code: i64, dsn: &str, text: String, is_policy: bool) -> Answer {
        let warns = is_policy && self.state.warn_if_reject > 0;
        let (mut code, mut dsn, mut text) = (code, Cow::Borrowed(dsn), text);
        if !(400..=599).contains(&code) || dsn_length(&dsn) != Some(dsn.len()) {
            (code, dsn, text) = (450, Cow::Borrowed("4.7.1"), "Service unavailable".to_owned());
        }
        if !warns
            && code >= 500
            && let Some(deferral) = self.state.defer_if_reject.take()
        {
            self.state.warn_if_reject = 0;
            return self.reject_with(deferral.code, &deferral.dsn, deferral.text, true);
        }
        if code >= 500 && self.config.yes("soft_bounce") {
            code -= 100;
        }
        if warns {
            return Answer::Dunno;
        }
        let code = u16::try_from(code).unwrap_or(450);
        let mut dsn = dsn.into_owned();
        dsn.replace_range(..1, if code < 500 { "4" } else { "5" });
        let text = printable(&text, MAX_TEXT.saturating_sub(dsn.len() + 5), self.config.yes("smtputf8_enable"));
        self.state.error = Some(Refusal { code, dsn, text, decider: self.state.entry.clone() });
        Answer::Reject
    }

    /// reject_server_error
    pub(super) fn server_error(&mut self) -> Jump {
        self.reject_with(451, "4.3.5", "Server configuration error".to_owned(), false);
        Jump::Refused
    }

    /// reject_dict_retry
    pub(super) fn fail(&mut self, about: Subject) -> Jump {
        let text =
            if self.is_traced { format!("<{}>: Temporary lookup failure", self.name_of(about)) } else { String::new() };
        self.reject_with(451, "4.3.0", text, false);
        Jump::Refused
    }

    /// DEFER_IF_PERMIT with an action: under `warn_if_reject` a refusal that is
    /// only warned of.
    pub(super) fn defer_if_permit(&mut self, code: i64, dsn: &str, about: Subject, reason: &str) -> Answer {
        if self.state.warn_if_reject > 0 {
            return Answer::Dunno;
        }
        self.state.marks += 1;
        if !self.state.defers_if_permit {
            self.state.defers_if_permit = true;
            self.state.defer_if_permit = Some(self.deferral(code, dsn, |checks| checks.named(about, reason)));
        }
        Answer::Dunno
    }

    /// The same, or a refusal at once, as a `*_tempfail_action` parameter says.
    pub(super) fn temporary(
        &mut self,
        param: &'static str,
        code: i64,
        dsn: &str,
        about: Subject,
        reason: &str,
    ) -> Answer {
        // The default, and what is taken where the release has no such parameter.
        let action = self.config.param(param);
        if action.is_empty() || action.eq_ignore_ascii_case("defer_if_permit") {
            return self.defer_if_permit(code, dsn, about, reason);
        }
        self.reject_named(code, dsn, about, reason)
    }

    pub(super) fn defer_if_reject(&mut self, code: i64, dsn: &str, about: Subject, reason: &str) -> Answer {
        self.defer_if_reject_as(code, dsn, |checks| checks.named(about, reason))
    }

    pub(super) fn defer_if_reject_as(&mut self, code: i64, dsn: &str, text: impl FnOnce(&Self) -> String) -> Answer {
        self.state.marks += 1;
        if self.state.defer_if_reject.is_none() {
            self.state.defer_if_reject = Some(self.deferral(code, dsn, text));
        }
        Answer::Dunno
    }

    fn deferral(&self, code: i64, dsn: &str, text: impl FnOnce(&Self) -> String) -> Deferral {
        let text = if self.is_traced { text(self) } else { String::new() };
        Deferral { code, dsn: dsn.to_owned(), text, span: self.state.entry.span }
    }

    pub(super) fn named(&self, about: Subject, reason: &str) -> String {
        format!("<{}>: {} rejected: {reason}", self.name_of(about), about.class())
    }

    /// What replies put into `<` and `>`.
    pub(super) fn name_of(&self, about: Subject) -> String {
        let session = self.who.session();
        match about {
            Subject::Client => client_text(session),
            Subject::ReverseClient => reverse_name(session).to_owned(),
            Subject::Certificate => session.certificate.as_ref().map(|one| one.subject.clone()).unwrap_or_default(),
            Subject::Login => session.login.clone().unwrap_or_default(),
            Subject::Helo => session.helo.clone().unwrap_or_default(),
            Subject::Sender => self.raw().sender(self.config, session).into_owned(),
            Subject::Recipient => self.raw().recipient(self.config, session).into_owned(),
            Subject::Etrn => self.so_far.etrn.clone().unwrap_or_default(),
            Subject::Data => "DATA".to_owned(),
            Subject::EndOfData => "END-OF-MESSAGE".to_owned(),
        }
    }

    pub(super) fn raw(&self) -> Raw {
        Raw { sender: !self.who.is_single(Var::Sender), recipient: !self.who.is_single(Var::Recipient) }
    }

    /// Whether the sender is the null sender.
    pub(super) fn is_null_sender(&mut self) -> bool {
        let (config, raw) = (self.config, self.raw());
        self.state.has_sender
            && self.who.on(Var::Sender, Site::of("null sender"), YES_OR_NO, &|session| {
                if raw.sender(config, session).is_empty() { Finding::Yes } else { Finding::No }
            }) == Finding::Yes
    }

    pub(super) fn is_postmaster(&mut self) -> bool {
        let (config, raw) = (self.config, self.raw());
        self.who.on(Var::Recipient, Site::of("postmaster"), YES_OR_NO, &|session| {
            let is_it = raw.recipient(config, session).eq_ignore_ascii_case("postmaster");
            if is_it { Finding::Yes } else { Finding::No }
        }) == Finding::Yes
    }
}

/// Whether the session holds addresses as they were sent: that of a single
/// client holds what smtpd keeps of them once they are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    sender: bool,
    recipient: bool,
}

impl Raw {
    /// The sender as smtpd keeps it.
    pub(super) fn sender<'s>(self, config: &Config<'_>, session: &'s Session) -> Cow<'s, str> {
        kept(config, session.sender.as_deref().unwrap_or_default(), self.sender, Reader::Mail)
    }

    /// The recipient that is asked about as smtpd keeps it.
    pub(super) fn recipient<'s>(self, config: &Config<'_>, session: &'s Session) -> Cow<'s, str> {
        kept(config, session.recipients.first().map(String::as_str).unwrap_or_default(), self.recipient, Reader::Rcpt)
    }
}

fn kept<'s>(config: &Config<'_>, sent: &'s str, is_raw: bool, reader: Reader) -> Cow<'s, str> {
    if !is_raw || sent.is_empty() {
        return Cow::Borrowed(sent);
    }
    if is_plain(sent) {
        return Cow::Borrowed(sent);
    }
    let word = CommandWord { text: format!("<{sent}>"), is_broken: false };
    match config.read_address(&word, reader, "", true) {
        Read::Address(kept) => Cow::Owned(kept),
        Read::Error(..) => Cow::Borrowed(sent),
    }
}

/// `name[address]`
pub(super) fn client_text(session: &Session) -> String {
    format!("{}[{}]", client_name(session), session.client.address)
}

pub(super) fn client_name(session: &Session) -> &str {
    session.client.name.as_deref().unwrap_or("unknown")
}

pub(super) fn reverse_name(session: &Session) -> &str {
    session.client.reverse_name.as_deref().unwrap_or("unknown")
}

/// A text without what can't be printed, cut to what is sent.
// printable.c
fn printable(text: &str, limit: usize, is_utf8: bool) -> String {
    let end = (0..=limit.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let cut = text.split_at_checked(end).map_or(text, |(cut, _)| cut);
    let mut out = String::with_capacity(cut.len());
    for ch in cut.chars() {
        if (' '..='~').contains(&ch) || (is_utf8 && !ch.is_ascii()) {
            out.push(ch);
        } else {
            (0..ch.len_utf8()).for_each(|_| out.push(' '));
        }
    }
    out
}

/// An enhanced code made to fit what is refused.
// smtpd_dsn_fix.c, smtpd_dsn_fix
pub(super) fn fix_dsn(dsn: &str, about: Subject) -> &str {
    let is_address = dsn.starts_with(|ch: char| ch.is_ascii_digit()) && dsn.get(1..4) == Some(".1.");
    if !is_address {
        return dsn;
    }
    let last = dsn.get(4..).unwrap_or_default();
    match about {
        Subject::Sender => match last {
            "1" | "3" | "4" | "6" | "7" => "4.1.7",
            "2" | "8" => "4.1.8",
            _ => "4.1.0",
        },
        Subject::Recipient => match last {
            "1" => "4.1.1",
            "2" | "8" => "4.1.2",
            "3" | "7" => "4.1.3",
            "4" => "4.1.4",
            "5" => "4.1.5",
            "6" => "4.1.6",
            _ => "4.1.0",
        },
        Subject::Client
        | Subject::ReverseClient
        | Subject::Certificate
        | Subject::Login
        | Subject::Helo
        | Subject::Etrn
        | Subject::Data
        | Subject::EndOfData => "4.0.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enhanced_codes_of_addresses_fit_the_subject() {
        assert_eq!(fix_dsn("5.1.7", Subject::Recipient), "4.1.3");
        assert_eq!(fix_dsn("5.1.1", Subject::Sender), "4.1.7");
        assert_eq!(fix_dsn("5.1.5", Subject::Sender), "4.1.0");
        assert_eq!(fix_dsn("5.1.1", Subject::Helo), "4.0.0");
        assert_eq!(fix_dsn("5.7.1", Subject::Helo), "5.7.1");
    }

    #[test]
    fn texts_are_cut_and_printable() {
        assert_eq!(printable("a\tbé", 10, true), "a bé");
        assert_eq!(printable("aé", 10, false), "a  ");
        assert_eq!(printable("aé", 2, true), "a");
    }
}
