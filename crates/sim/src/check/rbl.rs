//! DNS block lists and allow lists.

use super::action::split_dsn;
use super::filter::Filter;
use super::reject::{client_name, client_text, fix_dsn, reverse_name};
use super::word::Subject;
use super::{Answer, Checked, Checks, Jump, macros};
use crate::address::is_host_name;
use crate::check::domains::Asked;
use crate::{Config, Finding, Missing, RecordType, Session, Site, Var};
use std::borrow::Cow;
use std::net::IpAddr;

/// Bytes of TXT records that smtpd keeps.
// smtpd_check.c, RBL_TXT_LIMIT
const MAX_REASON: usize = 500;

/// An answer of a list that hardly any filter takes.
const UNUSUAL: &str = "127.0.0.254";

/// A zone with its filter; an outer nothing: the filter is broken.
fn zone(domain: &str) -> Option<(&str, Option<Filter>)> {
    match domain.split_once('=') {
        None => Some((domain, None)),
        Some((zone, filter)) => Some((zone, Some(Filter::parse(filter)?))),
    }
}

/// The name under which an address is asked for.
// smtpd_check.c, find_dnsxl_addr
fn reversed(address: IpAddr) -> String {
    let mut query = String::new();
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().iter().rev().for_each(|byte| query.push_str(&format!("{byte}."))),
        IpAddr::V6(address) => {
            address.octets().iter().rev().for_each(|byte| query.push_str(&format!("{:x}.{:x}.", byte & 15, byte >> 4)));
        }
    }
    query
}

/// The domain of a name or address that is asked for, if it is one.
// smtpd_check.c, find_dnsxl_domain
fn asked_domain(what: &str) -> Option<&str> {
    let domain = match what.rsplit_once('@') {
        Some((_, domain)) if domain.starts_with('[') => return None,
        Some((_, domain)) => domain,
        None => what,
    };
    let last = domain.rsplit_once('.').map_or(domain, |(_, last)| last);
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    (!domain.is_empty() && !is_number && is_host_name(domain)).then_some(domain)
}

impl Config<'_> {
    /// What a list has of a name: text of the reason, or nothing.
    fn listed(&self, query: &str, filter: Option<&Filter>, wants_reason: bool) -> Finding {
        self.try_listed(query, filter, wants_reason).unwrap_or_else(Finding::Unknown)
    }

    fn try_listed(&self, query: &str, filter: Option<&Filter>, wants_reason: bool) -> Result<Finding, Missing> {
        let found = self.dns_records(query, RecordType::A).map_err(|missing| {
            missing.with_found(filter.map_or_else(|| UNUSUAL.to_owned(), |filter| filter.examples().0))
        })?;
        if self.taken.is_used() {
            let (first, last) = filter.map_or_else(|| (UNUSUAL.to_owned(), UNUSUAL.to_owned()), Filter::examples);
            self.taken.want(&RecordType::A.question(query), Some(vec!["nxdomain".to_owned(), first, last]));
        }
        match found.asked {
            Asked::NotFound => return Ok(Finding::No),
            Asked::Found => {}
            Asked::NullMx | Asked::Invalid | Asked::Fails => return Ok(Finding::Temporary),
        }
        if let Some(filter) = filter
            && !found.data.iter().filter_map(|data| data.parse().ok()).any(|address| filter.has(address))
        {
            return Ok(Finding::No);
        }
        if !wants_reason {
            return Ok(Finding::Yes);
        }
        let texts = match self.dns_records(query, RecordType::Txt) {
            Ok(found) => found.data,
            Err(_) => Vec::new(),
        };
        let reason = texts.join(" / ");
        let end =
            (0..=MAX_REASON.min(reason.len())).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or_default();
        Ok(Finding::Text(reason.get(..end).unwrap_or_default().into()))
    }
}

impl Checks<'_, '_, '_> {
    /// reject_rbl_client
    pub(super) fn rbl(&mut self, domain: &str) -> Checked {
        let finding = self.address_listed(domain, &[Finding::No, Finding::Yes])?;
        let what = |checks: &Self| checks.who.session().client.address.to_canonical().to_string();
        self.refuse_listed(finding, domain, Subject::Client, what)
    }

    /// reject_maps_rbl
    pub(super) fn maps_rbl(&mut self) -> Checked {
        let domains = self.config.param("maps_rbl_domains");
        for domain in domains.split([',', ' ', '\t', '\r', '\n']).filter(|domain| !domain.is_empty()) {
            let answer = self.rbl(domain)?;
            if answer != Answer::Dunno {
                return Ok(answer);
            }
        }
        Ok(Answer::Dunno)
    }

    /// permit_dnswl_client
    pub(super) fn dnswl(&mut self, domain: &str) -> Checked {
        if !self.may_allow_list()? {
            return Ok(Answer::Dunno);
        }
        let finding = self.address_listed(domain, &[Finding::No, Finding::Yes, Finding::Temporary])?;
        Ok(self.allow_listed(&finding, |checks| checks.who.session().client.address.to_canonical().to_string()))
    }

    /// permit_rhswl_client
    pub(super) fn rhswl(&mut self, domain: &str) -> Checked {
        if self.client_is_unknown() || !self.may_allow_list()? {
            return Ok(Answer::Dunno);
        }
        let finding = self.name_listed(Subject::Client, domain, &[Finding::No, Finding::Yes, Finding::Temporary])?;
        Ok(self.allow_listed(&finding, |checks| client_name(checks.who.session()).to_owned()))
    }

    /// reject_rhsbl_*
    pub(super) fn rhsbl(&mut self, subject: Subject, domain: &str) -> Checked {
        let finding = self.name_listed(subject, domain, &[Finding::No, Finding::Yes])?;
        self.refuse_listed(finding, domain, subject, |checks| match subject {
            Subject::Client => client_name(checks.who.session()).to_owned(),
            _ => checks.name_of(subject),
        })
    }

    /// Under `warn_if_reject` a listing only warns.
    fn answers<'a>(&self, answers: &'a [Finding]) -> &'a [Finding] {
        let only_no = answers.len() == 2 && self.state.warn_if_reject > 0;
        if only_no { answers.get(..1).unwrap_or(answers) } else { answers }
    }

    fn address_listed(&mut self, domain: &str, answers: &[Finding]) -> Checked<Finding> {
        let Some((zone, filter)) = zone(domain) else { return Err(Jump::Closed) };
        let (config, wants_reason) = (self.config, self.wants_reason());
        let answers = self.answers(answers);
        Ok(self.who.on(Var::Address, Site::of(("dns list", domain)), answers, &|session| {
            let query = reversed(session.client.address) + zone;
            config.listed(&query, filter.as_ref(), wants_reason)
        }))
    }

    fn name_listed(&mut self, subject: Subject, domain: &str, answers: &[Finding]) -> Checked<Finding> {
        let (config, wants_reason, raw) = (self.config, self.wants_reason(), self.raw());
        let parsed = zone(domain);
        // A broken filter ends smtpd, but only once a name is asked for.
        let look = |what: &str| match (asked_domain(what), &parsed) {
            (None, _) => Finding::No,
            (Some(_), None) => Finding::Broken,
            (Some(name), Some((zone, filter))) => {
                config.listed(&format!("{name}.{zone}"), filter.as_ref(), wants_reason)
            }
        };
        let of_client = |name: &str| if name.eq_ignore_ascii_case("unknown") { Finding::No } else { look(name) };
        let site = Site::of((subject, "dns list", domain));
        let answers = self.answers(answers);
        let finding = match subject {
            Subject::Client => self.who.on(Var::Name, site, answers, &|session| of_client(client_name(session))),
            Subject::ReverseClient => {
                self.who.on(Var::Name, site, answers, &|session| of_client(reverse_name(session)))
            }
            Subject::Helo if self.state.has_helo => self
                .who
                .on(Var::Helo, site, answers, &|session: &Session| session.helo.as_deref().map_or(Finding::No, look)),
            Subject::Sender if self.state.has_sender => {
                self.who.on(Var::Sender, site, answers, &|session| look(&raw.sender(config, session)))
            }
            Subject::Recipient if self.state.has_recipient => {
                self.who.on(Var::Recipient, site, answers, &|session| look(&raw.recipient(config, session)))
            }
            _ => Finding::No,
        };
        if finding == Finding::Broken { Err(Jump::Closed) } else { Ok(finding) }
    }

    fn client_is_unknown(&mut self) -> bool {
        self.who.on(Var::Name, Site::of("unknown client"), crate::YES_OR_NO, &|session| {
            if client_name(session).eq_ignore_ascii_case("unknown") { Finding::Yes } else { Finding::No }
        }) == Finding::Yes
    }

    fn allow_listed(&mut self, finding: &Finding, what: impl FnOnce(&Self) -> String) -> Answer {
        match finding {
            Finding::Yes | Finding::Text(_) => Answer::Ok,
            Finding::Temporary => self.defer_if_reject_as(450, "4.7.1", |checks| {
                format!("<{}>: Client host rejected: Service unavailable", what(checks))
            }),
            Finding::No | Finding::Broken | Finding::Case(_) | Finding::Unknown(_) => Answer::Dunno,
        }
    }

    /// Whether the reply may depend on what a list says of the client.
    fn wants_reason(&self) -> bool {
        self.is_traced || !self.config.param("rbl_reply_maps").is_empty() || {
            let template = self.config.param("default_rbl_reply");
            !template.starts_with("$rbl_code ")
        }
    }

    /// rbl_reject_reply
    fn refuse_listed(
        &mut self,
        finding: Finding,
        domain: &str,
        subject: Subject,
        what: impl FnOnce(&Self) -> String,
    ) -> Checked {
        let reason = match &finding {
            Finding::Text(reason) => reason.as_ref(),
            Finding::Yes => "",
            Finding::No | Finding::Temporary | Finding::Broken | Finding::Case(_) | Finding::Unknown(_) => {
                return Ok(Answer::Dunno);
            }
        };
        let template = self.template(domain)?;
        let what = what(self);
        let config = self.config;
        let zone = domain.split_once('=').map_or(domain, |(zone, _)| zone);
        let own = |name: &str| -> Option<Cow<'_, str>> {
            Some(match name {
                "rbl_code" => config.number("maps_rbl_reject_code", 554).to_string().into(),
                "rbl_domain" => zone.to_owned().into(),
                "rbl_reason" | "rbl_txt" => reason.to_owned().into(),
                "rbl_what" => what.clone().into(),
                "rbl_class" => subject.class().into(),
                _ => return self.session_value(name),
            })
        };
        let allowed = macros::unescaped(&config.param("smtpd_expansion_filter"));
        let fallback = config.param("default_rbl_reply");
        let reply = template
            .and_then(|template| macros::expand(&template, &allowed, &own))
            .or_else(|| macros::expand(&fallback, &allowed, &own));
        // «bad default rbl reply template»: smtpd ends.
        let Some(reply) = reply else { return Err(Jump::Closed) };
        let code = reply.get(..3).filter(|code| code.starts_with(['4', '5'])).and_then(|code| code.parse::<i64>().ok());
        let (Some(code), Some(text)) = (code, reply.get(3..).and_then(|rest| rest.strip_prefix(' '))) else {
            return Ok(self.reject(450, "4.7.1", |_| "Service unavailable".to_owned()));
        };
        let (dsn, text) = split_dsn("4.7.1", text);
        let text = if text.is_empty() { "Service unavailable" } else { text };
        Ok(self.reject(code, fix_dsn(dsn, subject), |_| text.to_owned()))
    }

    /// The reply that rbl_reply_maps has for a list.
    fn template(&mut self, domain: &str) -> Checked<Option<String>> {
        if self.config.param("rbl_reply_maps").is_empty() {
            return Ok(None);
        }
        let zone = domain.split_once('=').map_or(domain, |(zone, _)| zone);
        let release = self.config.model.target.postfix.value.series();
        // smtpd_check.c of 3.10, rbl_reject_reply: the zone without its filter too.
        let keys = if release >= postproof_catalog::Version::new(3, 8) && zone != domain {
            [Some(domain), Some(zone)]
        } else {
            [Some(domain), None]
        };
        for key in keys.into_iter().flatten() {
            let config = self.config;
            let other = [Finding::No, Finding::Text("450 4.7.1 Service unavailable".into())];
            let look = || config.look_up_in("rbl_reply_maps", key, false).finding();
            match self.who.ask(Site::of(("rbl_reply_maps", key)), &other, &look) {
                Finding::Text(template) => return Ok(Some(template.to_string())),
                Finding::Temporary | Finding::Broken => return Err(self.server_error()),
                Finding::No | Finding::Yes | Finding::Case(_) | Finding::Unknown(_) => {}
            }
        }
        Ok(None)
    }

    /// What a reply may say of the session.
    // smtpd_expand.c, smtpd_expand_lookup
    fn session_value(&self, name: &str) -> Option<Cow<'_, str>> {
        let session = self.who.session();
        let state = &self.state;
        Some(match name {
            "server_name" => self.config.param("myhostname").to_string().into(),
            "client" => client_text(session).into(),
            "client_address" => session.client.address.to_canonical().to_string().into(),
            "client_name" => client_name(session).into(),
            "reverse_client_name" => reverse_name(session).into(),
            "client_port" | "localtime" => "".into(),
            "helo_name" if state.has_helo => session.helo.as_deref().unwrap_or_default().into(),
            "helo_name" => "".into(),
            name => {
                let (has_one, subject, part) = match (name.strip_prefix("sender"), name.strip_prefix("recipient")) {
                    (Some(part), _) => (state.has_sender, Subject::Sender, part),
                    (_, Some(part)) => (state.has_recipient, Subject::Recipient, part),
                    (None, None) => return None,
                };
                let address = if has_one { self.name_of(subject) } else { return Some("".into()) };
                let (local, at_domain) = address.rsplit_once('@').unwrap_or((&address, ""));
                match part {
                    "" | "_name" if address.is_empty() => "<>".into(),
                    "" => address.into(),
                    "_name" => local.to_owned().into(),
                    "_domain" => at_domain.to_owned().into(),
                    _ => return None,
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_turned_round() {
        assert_eq!(reversed("192.0.2.66".parse().unwrap()), "66.2.0.192.");
        assert!(reversed("2001:db8::1".parse().unwrap()).starts_with("1.0.0.0."));
        assert!(reversed("2001:db8::1".parse().unwrap()).ends_with("8.b.d.0.1.0.0.2."));
    }

    #[test]
    fn numbers_are_no_domains() {
        assert_eq!(asked_domain("a@b.example"), Some("b.example"));
        assert_eq!(asked_domain("192.0.2.1"), None);
        assert_eq!(asked_domain("a@[192.0.2.1]"), None);
        assert_eq!(asked_domain(""), None);
    }
}
