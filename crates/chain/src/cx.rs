//! One service of a model, and the reply codes that its parameters give.

use crate::texts::{Code, When};
use postproof_catalog::{Outcome, Restriction, Verdict};
use postproof_model::{Model, Scope, ServiceId};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What every part of this crate looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cx<'m> {
    pub(crate) model: &'m Model,
    pub(crate) scope: Scope,
    cache: &'m Cache,
}

/// Values that were asked for: a list may hold thousands of entries that ask
/// for the same one.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    texts: RefCell<BTreeMap<String, Rc<str>>>,
}

/// Parameters with the reply code for an address that does not exist, one per
/// address class (smtpd_check.c, check_rcpt_maps).
const UNLISTED_CODES: [&str; 4] = [
    "unknown_local_recipient_reject_code",
    "unknown_virtual_mailbox_reject_code",
    "unknown_virtual_alias_reject_code",
    "unknown_relay_recipient_reject_code",
];

/// Enhanced status codes that restrictions give, as 4.x.y and 5.x.y.
const DSN_TWINS: &[(&str, &str)] = &[
    ("4.1.0", "5.1.0"),
    ("4.1.1", "5.1.1"),
    ("4.1.2", "5.1.2"),
    ("4.1.7", "5.1.7"),
    ("4.1.8", "5.1.8"),
    ("4.1.10", "5.1.10"),
    ("4.3.0", "5.3.0"),
    ("4.3.2", "5.3.2"),
    ("4.3.5", "5.3.5"),
    ("4.4.4", "5.4.4"),
    ("4.5.0", "5.5.0"),
    ("4.5.2", "5.5.2"),
    ("4.5.3", "5.5.3"),
    ("4.7.0", "5.7.0"),
    ("4.7.1", "5.7.1"),
    ("4.7.25", "5.7.25"),
    ("4.7.27", "5.7.27"),
];

impl<'m> Cx<'m> {
    pub(crate) fn new(model: &'m Model, service: ServiceId, cache: &'m Cache) -> Self {
        Self { model, scope: Scope::Service(service), cache }
    }

    /// Whether a yes/no parameter is `yes`.
    pub(crate) fn yes(&self, param: &str) -> bool {
        self.text(param).trim().eq_ignore_ascii_case("yes")
    }

    /// The value of a parameter, expanded.
    pub(crate) fn text(&self, param: &str) -> Rc<str> {
        if let Some(known) = self.cache.texts.borrow().get(param) {
            return known.clone();
        }
        let text: Rc<str> = self.model.text(self.scope, param).into();
        self.cache.texts.borrow_mut().insert(param.to_owned(), text.clone());
        text
    }

    pub(crate) fn is_empty(&self, param: &str) -> bool {
        self.text(param).trim().is_empty()
    }

    pub(crate) fn delays_refusals(&self) -> bool {
        self.yes("smtpd_delay_reject")
    }

    /// Whether a client can be logged in: SASL, or XCLIENT LOGIN from a host
    /// that may say so (smtpd.c, xclient_cmd).
    pub(crate) fn can_log_in(&self) -> bool {
        self.yes("smtpd_sasl_auth_enable") || !self.is_empty("smtpd_authorized_xclient_hosts")
    }

    /// Whether a client may be asked for a certificate.
    pub(crate) fn asks_for_certificates(&self) -> bool {
        self.yes("smtpd_tls_ask_ccert") || self.yes("smtpd_tls_req_ccert")
    }

    /// Whether a release has thrown the restriction out.
    pub(crate) fn is_removed(&self, restriction: &Restriction) -> bool {
        restriction.removed.is_some_and(|removed| removed.series() <= self.model.target.postfix.value.series())
    }

    fn number(&self, param: &str) -> Option<u16> {
        self.text(param).trim().parse().ok()
    }

    /// The configured reply code, before soft_bounce.
    fn code(&self, code: Code, fixed: Option<u16>) -> Option<u16> {
        match code {
            Code::Fixed => fixed,
            Code::Param(param) => self.number(param).or(fixed),
            Code::Less100(param) => self.number(param).map(|number| number.saturating_sub(100)).or(fixed),
            Code::Unlisted => {
                let first = self.number(UNLISTED_CODES[0]);
                let same = UNLISTED_CODES.iter().all(|param| self.number(param) == first);
                if same { first.or(fixed) } else { None }
            }
        }
    }

    /// Reply code and enhanced status code as smtpd sends them (smtpd_check.c,
    /// smtpd_check_reject: bad codes, soft_bounce, first digit).
    pub(crate) fn reply(&self, code: u16, dsn: &'static str) -> (u16, &'static str) {
        let (code, dsn) = if (400..600).contains(&code) { (code, dsn) } else { (450, "4.7.1") };
        let code = if code >= 500 && self.yes("soft_bounce") { code - 100 } else { code };
        (code, dsn_for(code, dsn))
    }

    /// What one outcome of the catalog is in this service.
    pub(crate) fn outcome(&self, when: &When, outcome: &Outcome) -> (Verdict, Option<u16>, Option<&'static str>) {
        let mut verdict = outcome.verdict;
        // postconf(5), reject_tempfail_action: `defer` refuses at once.
        if verdict == Verdict::DeferIfPermit
            && when.tempfail.is_some_and(|param| self.text(param).trim().eq_ignore_ascii_case("defer"))
        {
            verdict = Verdict::Reject;
        }
        match verdict {
            Verdict::Reject | Verdict::DeferIfPermit | Verdict::DeferIfReject => {}
            Verdict::Permit | Verdict::GoOn | Verdict::Anything => return (verdict, None, None),
        }
        let dsn = outcome.dsn.and_then(|dsn| dsn.split_whitespace().next());
        match (self.code(when.code, outcome.code), dsn) {
            (Some(code), Some(dsn)) => {
                let (code, dsn) = self.reply(code, dsn);
                (verdict, Some(code), Some(dsn))
            }
            (code, dsn) => (verdict, code, dsn),
        }
    }
}

/// The enhanced status code with the first digit of the reply code.
fn dsn_for(code: u16, dsn: &'static str) -> &'static str {
    let temporary = code < 500;
    if dsn.starts_with(if temporary { '4' } else { '5' }) {
        return dsn;
    }
    let twin = DSN_TWINS.iter().find_map(|(four, five)| match temporary {
        true => (*five == dsn).then_some(*four),
        false => (*four == dsn).then_some(*five),
    });
    twin.unwrap_or(dsn)
}
