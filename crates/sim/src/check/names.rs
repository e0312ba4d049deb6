//! The syntax of names in HELO and addresses.

use super::word::Subject;
use super::{Answer, Checks};
use crate::address::{bare_address, is_host_address, is_host_name};
use crate::{Finding, Site, Var, YES_OR_NO};

/// A name without its final dot, but not without two.
// smtpd_check.c, dup_if_truncate
fn without_dot(name: &str) -> &str {
    match name.strip_suffix('.') {
        Some(rest) if !rest.is_empty() && !rest.ends_with('.') => rest,
        Some(_) | None => name,
    }
}

// smtpd_check.c, reject_invalid_hostaddr
fn is_bad_literal(name: &str) -> bool {
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|inner| !inner.is_empty());
    bare_address(inner.unwrap_or(name)).is_none()
}

fn is_fqdn(name: &str) -> bool {
    let name = without_dot(name);
    is_host_name(name) && name.contains('.')
}

fn yes(is_so: bool) -> Finding {
    if is_so { Finding::Yes } else { Finding::No }
}

/// What a look at the HELO name gives: nothing, a bad name, or a bad literal.
const HELO_CASES: &[Finding] = &[Finding::Case(0), Finding::Case(1), Finding::Case(2)];

impl Checks<'_, '_, '_> {
    /// Whether the HELO name is bad: as a name by `is_bad`, as a literal in any case.
    fn helo_case(&mut self, site: &'static str, is_bad: fn(&str) -> bool) -> u32 {
        if !self.state.has_helo {
            return 0;
        }
        let finding = self.who.on(Var::Helo, Site::of(site), HELO_CASES, &|session| {
            let Some(name) = &session.helo else { return Finding::Case(0) };
            if name.starts_with('[') {
                return Finding::Case(if is_bad_literal(name) { 2 } else { 0 });
            }
            Finding::Case(u32::from(is_bad(name)))
        });
        if let Finding::Case(case) = finding { case } else { 0 }
    }

    fn bad_literal(&mut self) -> Answer {
        let code = self.config.number("invalid_hostname_reject_code", 501);
        self.reject_named(code, "5.5.2", Subject::Helo, "invalid ip address")
    }

    pub(super) fn invalid_helo(&mut self) -> Answer {
        let is_bad = |name: &str| {
            let name = without_dot(name);
            !is_host_name(name) && !is_host_address(name)
        };
        match self.helo_case("invalid helo", is_bad) {
            0 => Answer::Dunno,
            1 => {
                let code = self.config.number("invalid_hostname_reject_code", 501);
                self.reject_named(code, "5.5.2", Subject::Helo, "Invalid name")
            }
            _ => self.bad_literal(),
        }
    }

    pub(super) fn non_fqdn_helo(&mut self) -> Answer {
        match self.helo_case("non-fqdn helo", |name| !is_fqdn(name)) {
            0 => Answer::Dunno,
            1 => {
                let code = self.config.number("non_fqdn_reject_code", 504);
                self.reject_named(code, "5.5.2", Subject::Helo, "need fully-qualified hostname")
            }
            _ => self.bad_literal(),
        }
    }

    /// Whether the HELO name is a bad literal; the rest is asked of DNS.
    pub(super) fn helo_literal(&mut self) -> Option<Answer> {
        match self.helo_case("helo literal", |_| true) {
            0 => Some(Answer::Dunno),
            1 => None,
            _ => Some(self.bad_literal()),
        }
    }

    pub(super) fn naked_address(&mut self) -> Answer {
        if !self.state.has_helo {
            return Answer::Dunno;
        }
        let finding = self.who.on(Var::Helo, Site::of("naked address"), HELO_CASES, &|session| {
            let Some(name) = &session.helo else { return Finding::Case(0) };
            if !name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b':') {
                return Finding::Case(0);
            }
            Finding::Case(if is_bad_literal(name) { 2 } else { 1 })
        });
        match finding {
            // Under warn_if_reject a bad address permits (smtpd_check.c,
            // generic_checks: the refusal that is none lets it go on).
            Finding::Case(2) => match self.bad_literal() {
                Answer::Dunno => Answer::Ok,
                refused => refused,
            },
            Finding::Case(1) => Answer::Ok,
            _ => Answer::Dunno,
        }
    }

    pub(super) fn non_fqdn_address(&mut self, subject: Subject) -> Answer {
        let (config, raw) = (self.config, self.raw());
        let is_bad = |address: &str| {
            let domain = address.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
            let is_literal = domain.starts_with('[') && domain.ends_with(']');
            !is_literal && !is_fqdn(domain)
        };
        let is_refused = match subject {
            Subject::Sender if self.state.has_sender => {
                self.who.on(Var::Sender, Site::of("non-fqdn"), YES_OR_NO, &|session| {
                    let sender = raw.sender(config, session);
                    yes(!sender.is_empty() && is_bad(&sender))
                })
            }
            Subject::Recipient if self.state.has_recipient => {
                self.who.on(Var::Recipient, Site::of("non-fqdn"), YES_OR_NO, &|session| {
                    yes(is_bad(&raw.recipient(config, session)))
                })
            }
            _ => return Answer::Dunno,
        };
        if is_refused != Finding::Yes {
            return Answer::Dunno;
        }
        let code = self.config.number("non_fqdn_reject_code", 504);
        self.reject_named(code, "4.5.2", subject, "need fully-qualified address")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_final_dot_is_cut() {
        assert_eq!(without_dot("a.b."), "a.b");
        assert_eq!(without_dot("a.b.."), "a.b..");
        assert_eq!(without_dot("."), ".");
    }

    #[test]
    fn literals_are_mail_addresses() {
        assert!(!is_bad_literal("[192.0.2.1]"));
        assert!(!is_bad_literal("[IPv6:2001:db8::1]"));
        assert!(is_bad_literal("[2001:db8::1]"));
        assert!(is_bad_literal("[host]"));
        assert!(!is_bad_literal("192.0.2.1"));
    }
}
