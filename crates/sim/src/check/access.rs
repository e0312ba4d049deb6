//! Access tables: check_*_access and what their results ask for.

use super::action::{Action, Aside, Refused};
use super::find;
use super::program::Item;
use super::reject::{client_name, fix_dsn, reverse_name};
use super::word::Subject;
use super::{Answer, Checked, Checks, Next, Then};
use crate::trace::Command;
use crate::{Config, Finding, Found, Site, Var, YES_OR_NO};
use std::rc::Rc;

/// smtpd_check.c, check_table_result: nesting past which table results are
/// not followed.
const MAX_RESULT_DEPTH: u32 = 100;

/// What an unknown table or policy server may answer, where OK counts.
pub(super) fn answers(words: &[&str]) -> Vec<Finding> {
    let text = |word: &&str| if word.is_empty() { Finding::No } else { Finding::Text((*word).into()) };
    words.iter().map(text).collect()
}

impl Config<'_> {
    /// Looks a key up in the table of an access check. A table that smtpd did
    /// not open is one that fails.
    pub(crate) fn access_look(&self, table: &str, key: &str, is_partial: bool) -> Found {
        // smtpd_check.c, smtpd_check_parse: a table in braces is opened by the
        // name inside them, under which only check_ccert_access looks for it.
        if table.starts_with('{') { Found::Fails } else { self.look_up(table, key, is_partial) }
    }

    pub(super) fn parents_match(&self) -> bool {
        self.matches_below(self.scope(), "smtpd_access_maps")
    }

    pub(crate) fn domain_access(&self, table: &str, name: &str) -> Finding {
        find::domain(name, self.parents_match(), &|key, is_partial| self.access_look(table, key, is_partial))
    }

    pub(crate) fn address_access(&self, table: &str, address: &str) -> Finding {
        find::address(address, &|key, is_partial| self.access_look(table, key, is_partial))
    }

    /// The keys of [`Config::mail_access`], in order.
    pub(crate) fn mail_access_keys(&self, address: &str) -> Option<Vec<(String, bool)>> {
        let resolved = self.resolve_address("", address).ok().filter(|resolved| !resolved.fails)?;
        let keys = std::cell::RefCell::new(Vec::new());
        // A look that finds nothing is asked for every key.
        let note = |key: &str, is_partial: bool| {
            keys.borrow_mut().push((key.to_owned(), is_partial));
            Found::Nothing
        };
        find::mail_address(self, &resolved.address, self.parents_match(), &note);
        Some(keys.into_inner())
    }

    /// A mail address after rewriting: [`Finding::Yes`] where it can't be
    /// resolved, so that no table failure is taken for it.
    pub(crate) fn mail_access(&self, table: &str, address: &str) -> Finding {
        let resolved = match self.resolve_address("", address) {
            Ok(resolved) if resolved.fails => return Finding::Yes,
            Ok(resolved) => resolved,
            Err(missing) => return Finding::Unknown(missing),
        };
        let look = |key: &str, is_partial: bool| self.access_look(table, key, is_partial);
        find::mail_address(self, &resolved.address, self.parents_match(), &look)
    }
}

impl<'c> Checks<'c, '_, '_> {
    /// What a table of which nothing is known may answer, as few as cover every
    /// verdict: nothing, OK, a refusal, a deferral. Under `warn_if_reject` only
    /// DEFER_IF_REJECT still does something; before RCPT a deferral may come later.
    /// DISCARD takes mail that nobody gets: a reply of its own, but nothing that a
    /// proof is about.
    pub(super) fn table_answers(&self, forbids_ok: bool) -> &'c [Finding] {
        let kind = if self.state.warn_if_reject > 0 {
            2
        } else if matches!(self.state.command, Command::Connect | Command::Helo | Command::Mail) {
            1
        } else {
            0
        };
        let at = kind * 4 + usize::from(self.is_traced) * 2 + usize::from(forbids_ok);
        let all = self.config.programs.answers.get_or_init(|| {
            // 421 would end the session, and what comes after would look certain.
            let defer =
                if &*self.config.param("access_map_defer_code") == "450" { "DEFER" } else { "450 4.7.1 try later" };
            [
                answers(&["", "OK", "REJECT", defer]),
                answers(&["", "REJECT", defer]),
                answers(&["", "OK", "REJECT", defer, "DISCARD"]),
                answers(&["", "REJECT", defer, "DISCARD"]),
                answers(&["", "OK", "REJECT", defer, "DEFER_IF_PERMIT"]),
                answers(&["", "REJECT", defer, "DEFER_IF_PERMIT"]),
                answers(&["", "OK", "REJECT", defer, "DEFER_IF_PERMIT", "DISCARD"]),
                answers(&["", "REJECT", defer, "DEFER_IF_PERMIT", "DISCARD"]),
                answers(&["", "OK", "DEFER_IF_REJECT"]),
                answers(&["", "OK", "DEFER_IF_REJECT"]),
                // Words that are no action are a fault that counts all the same.
                answers(&["", "OK", "DEFER_IF_REJECT", "DISCARD", "NO_ACTION"]),
                answers(&["", "OK", "DEFER_IF_REJECT", "DISCARD", "NO_ACTION"]),
            ]
        });
        all.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    /// check_client_access and its kin.
    pub(super) fn access(&mut self, item: &Item, subject: Subject, _about: Subject) -> Checked<Next> {
        let table = item.argument.as_deref().unwrap_or_default();
        let forbids_ok = subject == Subject::ReverseClient;
        let then = Then { forbids_ok, is_recipient: subject == Subject::Recipient, ..Then::default() };
        let (config, raw) = (self.config, self.raw());
        let answers = self.table_answers(forbids_ok);
        let site = Site::of((subject, table));
        let found = match subject {
            Subject::Client => {
                let look = |session: &crate::Session| config.domain_access(table, client_name(session));
                self.with_address(table, site, answers, &look)
            }
            Subject::ReverseClient => {
                let look = |session: &crate::Session| config.domain_access(table, reverse_name(session));
                self.with_address(table, site, answers, &look)
            }
            Subject::Helo if self.state.has_helo => self.who.on(Var::Helo, site, answers, &|session| {
                session.helo.as_deref().map_or(Finding::No, |name| config.domain_access(table, name))
            }),
            Subject::Sender if self.state.has_sender => self.who.on(Var::Sender, site, answers, &|session| {
                let sender = raw.sender(config, session);
                if sender.is_empty() {
                    let key = config.param("smtpd_null_access_lookup_key");
                    return config.access_look(table, &key, false).finding();
                }
                config.mail_access(table, &sender)
            }),
            Subject::Recipient if self.state.has_recipient => self.who.on(Var::Recipient, site, answers, &|session| {
                config.mail_access(table, &raw.recipient(config, session))
            }),
            Subject::Etrn if self.state.has_etrn => {
                let name = self.so_far.etrn.clone().unwrap_or_default();
                self.who.ask(site, answers, &|| config.domain_access(table, &name))
            }
            _ => return Ok(Next::Done(Answer::Dunno)),
        };
        if found == Finding::Yes {
            return Err(self.fail(subject));
        }
        self.apply(found, subject, then)
    }

    fn with_address(
        &mut self,
        table: &str,
        site: Site,
        answers: &[Finding],
        name: &dyn Fn(&crate::Session) -> Finding,
    ) -> Finding {
        let config = self.config;
        match self.who.on(Var::Name, site, answers, name) {
            Finding::No => self.who.on(Var::Address, Site::of(("address", table)), answers, &|session| {
                config.address_access(table, &session.client.address.to_string())
            }),
            found => found,
        }
    }

    /// check_sasl_access
    pub(super) fn login_access(&mut self, item: &Item) -> Checked<Next> {
        let table = item.argument.as_deref().unwrap_or_default();
        if !self.config.yes("smtpd_sasl_auth_enable") || !self.so_far.login {
            return Ok(Next::Done(Answer::Dunno));
        }
        let config = self.config;
        let answers = self.table_answers(false);
        let found = self.who.on(Var::Login, Site::of((Subject::Login, table)), answers, &|session| match session
            .login
            .as_deref()
        {
            None | Some("") => Finding::No,
            Some(login) => config.access_look(table, login, false).finding(),
        });
        self.apply(found, Subject::Login, Then::default())
    }

    /// What a finding in an access table leads to.
    pub(super) fn apply(&mut self, found: Finding, about: Subject, then: Then) -> Checked<Next> {
        match found {
            Finding::Text(value) => self.act(&value, about, then),
            // smtpd_check.c, check_access: as if the table had said it.
            Finding::Temporary | Finding::Broken => {
                let answer = self.reject_named(451, "4.3.5", about, "Server configuration error");
                Ok(Next::Done(answer))
            }
            Finding::No | Finding::Yes | Finding::Case(_) | Finding::Unknown(_) => Ok(Next::Done(Answer::Dunno)),
        }
    }

    /// check_table_result
    pub(super) fn act(&mut self, value: &Rc<str>, about: Subject, then: Then) -> Checked<Next> {
        let action = self.config.action(value);
        let answer = match &*action {
            Action::Dunno => Answer::Dunno,
            Action::Aside(aside) => {
                self.state.marks += 1;
                self.handle(aside);
                Answer::Dunno
            }
            Action::Ok => Answer::Ok,
            Action::Reject(refused) => {
                let (dsn, reason) = worded(refused, about, "Access denied");
                self.reject_named(refused.code, dsn, about, reason)
            }
            Action::DeferIfPermit(refused) => {
                let (dsn, reason) = worded(refused, about, "Service unavailable");
                self.defer_if_permit(refused.code, dsn, about, reason)
            }
            Action::DeferIfReject(refused) => {
                let (dsn, reason) = worded(refused, about, "Service unavailable");
                self.defer_if_reject(refused.code, dsn, about, reason)
            }
            Action::Discard => self.discard(),
            Action::HangUp => return Err(super::Jump::Closed),
            Action::Table => return Err(self.server_error()),
            Action::List(program) => {
                if self.state.recursion > MAX_RESULT_DEPTH {
                    return Err(self.server_error());
                }
                return Ok(Next::List(Rc::clone(program), about, then));
            }
        };
        self.judged(answer, then).map(Next::Done)
    }

    /// Whether cleanup can be told what to do with the message.
    // smtpd_check.c, can_delegate_action, not_in_client_helo
    fn has_message(&self) -> bool {
        self.config.param("smtpd_proxy_filter").is_empty()
            && self.state.command != Command::Etrn
            && self.state.has_sender
    }

    /// Notes what is done with the message if it is taken.
    fn handle(&mut self, aside: &Aside) {
        let (has_message, has_sender) = (self.has_message(), self.state.has_sender);
        let handling = &mut self.so_far.handling;
        match aside {
            Aside::Hold if has_message => handling.is_held = true,
            Aside::Filter(next) if has_message => handling.filter = Some(next.clone()),
            Aside::Redirect(address) if has_message => handling.redirect = Some(address.clone()),
            Aside::Bcc(address) if has_message => drop(handling.copies.insert(address.clone())),
            Aside::Prepend(header) if has_sender && self.state.command != Command::EndOfData => {
                handling.headers.push(header.clone());
            }
            Aside::Note | Aside::Hold | Aside::Filter(_) | Aside::Redirect(_) | Aside::Bcc(_) | Aside::Prepend(_) => {}
        }
    }

    fn discard(&mut self) -> Answer {
        if !self.has_message() {
            return Answer::Dunno;
        }
        self.so_far.discard = true;
        Answer::Ok
    }

    /// Whether the recipient has a route in it, which no OK may let pass.
    pub(super) fn is_routed(&mut self) -> bool {
        let (config, raw, is_exact) = (self.config, self.raw(), self.who.is_exact());
        !config.yes("allow_untrusted_routing")
            && self.who.on(Var::Recipient, Site::of("routed"), YES_OR_NO, &|session| match config
                .resolve_address("", &raw.recipient(config, session))
            {
                Ok(resolved) if resolved.is_routed => Finding::Yes,
                Err(missing) if is_exact => Finding::Unknown(missing),
                Ok(_) | Err(_) => Finding::No,
            }) == Finding::Yes
    }
}

/// Enhanced code and text of a refusal that a table asks for.
fn worded<'r>(refused: &'r Refused, about: Subject, default: &'static str) -> (&'r str, &'r str) {
    (fix_dsn(&refused.dsn, about), if refused.text.is_empty() { default } else { &refused.text })
}
