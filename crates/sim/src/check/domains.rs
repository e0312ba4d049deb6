//! Where a domain is: DNS, address classes, mail exchangers.

use super::word::Subject;
use super::{Answer, Checked, Checks};
use crate::address::Listed;
use crate::trace::Command;
use crate::{Class, Config, Dns, Finding, Looked, Missing, RecordType, Session, Site, Var, YES_OR_NO};
use postproof_diag::text;

/// What a look-up in DNS comes to, the worst first (dns.h, DNS_*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asked {
    NotFound,
    NullMx,
    Invalid,
    Fails,
    Found,
}

/// A look-up with its records.
pub(super) struct Records {
    pub(super) asked: Asked,
    pub(super) data: Vec<String>,
}

impl Config<'_> {
    // dns_lookup.c, dns_lookup_x
    pub(super) fn dns_records(&self, name: &str, kind: RecordType) -> Result<Records, Missing> {
        let none = |asked| Ok(Records { asked, data: Vec::new() });
        let answer = self.dns(name, kind);
        self.note_looked(|| looked(name, kind, &answer));
        match answer {
            Dns::Unknown(missing) => Err(missing),
            Dns::Fails => none(Asked::Fails),
            Dns::NoData | Dns::NoName => none(Asked::NotFound),
            Dns::NullMx => none(Asked::NullMx),
            Dns::Invalid => none(Asked::Invalid),
            Dns::Found(data) => Ok(Records { asked: Asked::Found, data }),
        }
    }

    /// [`Config::dns_records`] where only some answers count, each as a word.
    pub(super) fn dns_records_of(
        &self,
        name: &str,
        kind: RecordType,
        words: &dyn Fn() -> Option<Vec<String>>,
    ) -> Result<Records, Missing> {
        let found = self.dns_records(name, kind).map_err(|missing| match words() {
            Some(words) => missing.with_words(words),
            None => missing.without_words(),
        })?;
        if self.taken.is_used() {
            self.taken.want(&kind.question(name), words());
        }
        Ok(found)
    }

    /// What a probe to an address comes to, if somebody says.
    fn probed(&self, address: &str) -> Finding {
        let question = format!("verify:{address}");
        match self.assumed(&question).as_deref() {
            Some("none") => Finding::No,
            Some("fail") => Finding::Temporary,
            Some(_) => Finding::Yes,
            None => {
                let text =
                    text!("whether a probe to `{address}` is taken", "`{address}` 주소의 확인 메일이 받아들여지는지");
                Finding::Unknown(Missing::new(question, text))
            }
        }
    }

    /// Whether receive_override_options puts the check of unlisted addresses off.
    // smtpd_check.c: INPUT_TRANSP_UNKNOWN_RCPT; input_transp.c, input_transp_mask
    fn has_no_listing(&self) -> bool {
        let options = self.param("receive_override_options");
        options.split([',', ' ', '\t', '\r', '\n']).any(|word| word == "no_unknown_recipient_checks")
    }

    /// The first kind of record that there is, else the best of the failures.
    // dns_lookup.c, dns_lookup_rl
    fn dns_first(&self, name: &str, kinds: &[RecordType], stops_at_null_mx: bool) -> Result<Asked, Missing> {
        let mut best = Asked::NotFound;
        for kind in kinds {
            let asked = self.dns_records(name, *kind)?.asked;
            if asked == Asked::Found || (asked == Asked::NullMx && stops_at_null_mx) {
                return Ok(asked);
            }
            best = best.max(asked);
        }
        Ok(best)
    }
}

fn looked(name: &str, kind: RecordType, answer: &Dns) -> Looked {
    let found = match answer {
        Dns::Found(data) => Some(data.join(", ")),
        Dns::NullMx => Some("0 .".to_owned()),
        Dns::NoData | Dns::NoName | Dns::Invalid | Dns::Fails | Dns::Unknown(_) => None,
    };
    Looked { place: format!("dns:{}", kind.name()), key: name.to_owned(), found, span: None }
}

fn case_of(asked: Result<Asked, Missing>) -> Finding {
    match asked {
        Ok(asked) => Finding::Case(asked as u32),
        Err(missing) => Finding::Unknown(missing),
    }
}

const FOUND: Finding = Finding::Case(Asked::Found as u32);
const NOT_FOUND: Finding = Finding::Case(Asked::NotFound as u32);
const NULL_MX: Finding = Finding::Case(Asked::NullMx as u32);
const INVALID: Finding = Finding::Case(Asked::Invalid as u32);
const FAILS: Finding = Finding::Case(Asked::Fails as u32);

impl Checks<'_, '_, '_> {
    /// What DNS may answer of a name, as few answers as cover every verdict. A
    /// deferral for later is left out where a refusal with the same 4xx and
    /// going on cover it; it is not before RCPT.
    fn dns_answers(&self, code: i64, null_mx: bool) -> &'static [Finding] {
        if self.state.warn_if_reject > 0 {
            return &[FOUND];
        }
        let is_early = matches!(self.state.command, Command::Connect | Command::Helo | Command::Mail);
        match (null_mx, code < 500 && !is_early) {
            (false, true) => &[FOUND, NOT_FOUND],
            (false, false) => &[FOUND, NOT_FOUND, FAILS],
            (true, true) => &[FOUND, NOT_FOUND, NULL_MX],
            (true, false) => &[FOUND, NOT_FOUND, NULL_MX, FAILS],
        }
    }

    /// reject_unknown_helo_hostname
    pub(super) fn unknown_helo(&mut self) -> Answer {
        if let Some(answer) = self.helo_literal() {
            return answer;
        }
        let config = self.config;
        let code = config.number("unknown_hostname_reject_code", 450);
        let answers = self.dns_answers(code, false);
        let finding = self.who.on(Var::Helo, Site::of("helo in dns"), answers, &|session| {
            let name = session.helo.as_deref().unwrap_or_default();
            case_of(config.dns_first(name, &[RecordType::A, RecordType::Aaaa, RecordType::Mx], false))
        });
        match finding {
            NOT_FOUND => self.reject_named(code, "4.7.1", Subject::Helo, "Host not found"),
            INVALID => self.reject_named(code, "4.7.1", Subject::Helo, "Malformed DNS server reply"),
            FAILS => {
                self.temporary("unknown_helo_hostname_tempfail_action", 450, "4.7.1", Subject::Helo, "Host not found")
            }
            _ => Answer::Dunno,
        }
    }

    /// reject_unknown_sender_domain, reject_unknown_recipient_domain
    pub(super) fn unknown_domain(&mut self, subject: Subject) -> Checked {
        let (config, raw) = (self.config, self.raw());
        let code = config.number("unknown_address_reject_code", 450);
        let answers = self.dns_answers(code, true);
        let look = |address: &str| {
            let resolved = match config.resolve("", address) {
                Ok(resolved) if resolved.fails => return Finding::Temporary,
                Ok(resolved) => resolved,
                Err(missing) => return Finding::Unknown(missing),
            };
            let Some((_, domain)) = resolved.address.rsplit_once('@') else { return FOUND };
            let is_literal = domain.starts_with('[') && domain.ends_with(']');
            if resolved.class.is_final() || is_literal {
                return FOUND;
            }
            case_of(config.dns_first(domain, &[RecordType::Mx, RecordType::A, RecordType::Aaaa], true))
        };
        let site = Site::of("domain in dns");
        let (finding, dsn, null_mx) = match subject {
            Subject::Sender if self.state.has_sender => {
                let finding = self.who.on(Var::Sender, site, answers, &|session| {
                    let sender = raw.sender(config, session);
                    if sender.is_empty() { FOUND } else { look(&sender) }
                });
                (finding, "4.1.8", (550, "4.7.27"))
            }
            Subject::Recipient if self.state.has_recipient => {
                let look = |session: &crate::Session| look(&raw.recipient(config, session));
                (self.who.on(Var::Recipient, site, answers, &look), "4.1.2", (556, "4.1.10"))
            }
            _ => return Ok(Answer::Dunno),
        };
        Ok(match finding {
            Finding::Temporary => return Err(self.fail(subject)),
            NOT_FOUND => self.reject_named(code, dsn, subject, "Domain not found"),
            INVALID => self.reject_named(code, dsn, subject, "Malformed DNS server reply"),
            FAILS => self.temporary("unknown_address_tempfail_action", 450, dsn, subject, "Domain not found"),
            NULL_MX => self.reject(null_mx.0, null_mx.1, |checks| {
                let name = checks.name_of(subject);
                let domain = checks.resolved_domain(&name);
                format!("<{name}>: {} rejected: Domain {domain} does not accept mail (nullMX)", subject.class())
            }),
            _ => Answer::Dunno,
        })
    }

    fn resolved_domain(&self, address: &str) -> String {
        let resolved = self.config.resolve_address("", address).map(|resolved| resolved.address.clone());
        let address = resolved.unwrap_or_else(|_| address.to_owned());
        address.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default()
    }

    /// Whether mail for the recipient may be relayed without a reason in the client.
    fn is_auth_destination(&mut self) -> Checked<bool> {
        let (config, raw) = (self.config, self.raw());
        let answers = &[Finding::Yes, Finding::No];
        let finding = self.who.on(Var::Recipient, Site::of("auth destination"), answers, &|session| match config
            .resolve("", &raw.recipient(config, session))
        {
            Ok(resolved) if resolved.fails => Finding::Temporary,
            Ok(resolved) if !resolved.address.contains('@') => Finding::Yes,
            Ok(resolved) if resolved.is_routed && !config.yes("allow_untrusted_routing") => Finding::No,
            Ok(resolved) if resolved.class.is_final() || resolved.class == Class::Relay => Finding::Yes,
            Ok(_) => Finding::No,
            Err(missing) => Finding::Unknown(missing),
        });
        if finding == Finding::Temporary { Err(self.fail(Subject::Recipient)) } else { Ok(finding == Finding::Yes) }
    }

    pub(super) fn auth_destination(&mut self) -> Checked {
        let is_one = self.state.has_recipient && self.is_auth_destination()?;
        Ok(if is_one { Answer::Ok } else { Answer::Dunno })
    }

    /// permit_dnswl_addr and permit_dnswl_domain: no recipient elsewhere is let pass.
    pub(super) fn may_allow_list(&mut self) -> Checked<bool> {
        let asks = self.state.command == Command::Rcpt && self.state.has_recipient;
        Ok(!asks || self.is_auth_destination()?)
    }

    pub(super) fn unauth_destination(&mut self, dsn: &str, less: i64) -> Checked {
        if !self.state.has_recipient || self.is_auth_destination()? {
            return Ok(Answer::Dunno);
        }
        let code = self.config.number("relay_domains_reject_code", 554) - less;
        Ok(self.reject(code, dsn, |checks| format!("<{}>: Relay access denied", checks.name_of(Subject::Recipient))))
    }

    /// check_relay_domains
    pub(super) fn relay_domains(&mut self) -> Checked {
        if !self.state.has_recipient {
            return Ok(Answer::Dunno);
        }
        let config = self.config;
        let is_relay = self.who.on(Var::Name, Site::of("client in relay_domains"), YES_OR_NO, &|session| {
            config.in_domain_list("relay_domains", super::reject::client_name(session))
        });
        if is_relay == Finding::Yes || self.is_auth_destination()? {
            return Ok(Answer::Ok);
        }
        let code = self.config.number("relay_domains_reject_code", 554);
        Ok(self.reject_named(code, "5.7.1", Subject::Recipient, "Relay access denied"))
    }

    /// Address verification needs a probe, whose outcome nothing tells.
    // smtpd_check.c, reject_unverified_address
    pub(super) fn unverified(&mut self, subject: Subject) -> Answer {
        let is_sender = subject == Subject::Sender;
        let (has_one, var) =
            if is_sender { (self.state.has_sender, Var::Sender) } else { (self.state.has_recipient, Var::Recipient) };
        if !has_one || self.state.warn_if_reject > 0 {
            return Answer::Dunno;
        }
        let (config, raw) = (self.config, self.raw());
        let [refused, deferred, action] = if is_sender {
            ["unverified_sender_reject_code", "unverified_sender_defer_code", "unverified_sender_tempfail_action"]
        } else {
            [
                "unverified_recipient_reject_code",
                "unverified_recipient_defer_code",
                "unverified_recipient_tempfail_action",
            ]
        };
        let (refused, deferred) = (config.number(refused, 450), config.number(deferred, 450));
        let answers = &[Finding::Yes, Finding::No, Finding::Temporary];
        let answers = answers.get(..if refused == deferred { 2 } else { 3 }).unwrap_or(answers);
        let finding = self.who.on(var, Site::of(("verified", subject)), answers, &|session| {
            let address = if is_sender { raw.sender(config, session) } else { raw.recipient(config, session) };
            if address.is_empty() { Finding::Yes } else { config.probed(&address) }
        });
        let (code, reason) = match finding {
            Finding::No => (refused, "undeliverable address"),
            Finding::Temporary => (deferred, "unverified address"),
            Finding::Yes | Finding::Broken | Finding::Text(_) | Finding::Case(_) | Finding::Unknown(_) => {
                return Answer::Dunno;
            }
        };
        let dsn = if is_sender { "4.1.7" } else { "4.1.1" };
        match code / 100 {
            2 => Answer::Dunno,
            4 => self.temporary(action, code, dsn, subject, "unverified address"),
            _ => self.reject_named(code, dsn, subject, reason),
        }
    }

    /// reject_unlisted_sender, reject_unlisted_recipient and the checks at the
    /// end of MAIL and RCPT.
    pub(super) fn unlisted(&mut self, subject: Subject) -> Checked {
        let (config, raw) = (self.config, self.raw());
        let is_sender = subject == Subject::Sender;
        let (has_one, was_checked) = if is_sender {
            (self.state.has_sender, &mut self.state.sender_is_listed)
        } else {
            (self.state.has_recipient, &mut self.state.recipient_is_listed)
        };
        // smtpd.c: receive_override_options
        if !has_one || *was_checked || config.has_no_listing() {
            return Ok(Answer::Dunno);
        }
        *was_checked |= self.state.warn_if_reject == 0;
        let other = self.other_address(is_sender);
        let is_exact = self.who.is_exact();
        let unlisted = |address: &str| {
            let listed = config.unlisted(&other, address, is_sender);
            if is_exact { listed } else { listed.in_short() }
        };
        let look = |address: &str| match unlisted(address) {
            Listed::Yes => Finding::Yes,
            Listed::No(code, dsn, reason) => Finding::Text(format!("{code} {dsn} {reason}").into()),
            Listed::Fails => Finding::Temporary,
            Listed::Faulty => Finding::Broken,
            Listed::Unknown(missing, _) => Finding::Unknown(missing),
        };
        let (var, site) = (if is_sender { Var::Sender } else { Var::Recipient }, ("unlisted", subject, other.as_str()));
        let of = |session: &Session| {
            if is_sender { raw.sender(config, session) } else { raw.recipient(config, session) }.into_owned()
        };
        let mut finding = self.who.on(var, Site::of(site), YES_OR_NO, &|session| {
            let address = of(session);
            if address.is_empty() && is_sender { Finding::Yes } else { look(&address) }
        });
        if finding == Finding::No {
            // How it would be refused, where what is missing decides whether it is.
            finding = self.who.on(var, Site::of((site, "how")), &[], &|session| {
                let possible = config.unlisted(&other, &of(session), is_sender).possible();
                let refused = possible.into_iter().find_map(|one| match one {
                    Listed::No(code, dsn, reason) => Some(format!("{code} {dsn} {reason}")),
                    Listed::Yes | Listed::Fails | Listed::Faulty | Listed::Unknown(..) => None,
                });
                Finding::Text(refused.unwrap_or_else(|| "550 5.1.1 User unknown".to_owned()).into())
            });
        }
        let refused = match &finding {
            Finding::Text(refused) => refused,
            Finding::Temporary => return Err(self.fail(subject)),
            Finding::Broken => return Err(self.server_error()),
            Finding::No | Finding::Yes | Finding::Case(_) | Finding::Unknown(_) => return Ok(Answer::Dunno),
        };
        let mut parts = refused.splitn(3, ' ');
        let code = parts.next().and_then(|code| code.parse().ok()).unwrap_or(550);
        let dsn = parts.next().unwrap_or("5.1.1");
        Ok(self.reject_named(code, dsn, subject, parts.next().unwrap_or_default()))
    }

    /// The other address of the envelope, where it has a say in the transport.
    // smtpd_resolve.c
    fn other_address(&mut self, of_sender: bool) -> String {
        let (config, raw) = (self.config, self.raw());
        let has_other = if of_sender { self.state.has_recipient } else { self.state.has_sender };
        if !has_other || !config.resolves_by_sender() {
            return String::new();
        }
        let (var, site) = if of_sender { (Var::Recipient, "recipient itself") } else { (Var::Sender, "sender itself") };
        let finding = self.who.on(var, Site::of(site), &[], &|session| {
            let address = if of_sender { raw.recipient(config, session) } else { raw.sender(config, session) };
            Finding::Text(address.as_ref().into())
        });
        if let Finding::Text(address) = finding { address.to_string() } else { String::new() }
    }
}
