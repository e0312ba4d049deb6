//! The commands before MAIL: greeting, HELO, STARTTLS, AUTH, ETRN, VRFY.

use super::filter::{Line, NOT_A_COMMAND, command_of, filtered};
use super::server::Discarded;
use super::{Answer, Run, joined};
use crate::address::{CommandWord, Read, Reader, command_words, is_host_name, is_literal};
use crate::{Command, Finding, Protocol, Session, Site, Var};
use postproof_diag::Text;

impl Run<'_, '_, '_> {
    /// The greeting.
    // smtpd.c, smtpd_proto
    pub(super) fn connect(&mut self) {
        let answer = self.greeting();
        if self.write(Command::Connect, String::new(), answer) >= 400 {
            self.is_over = true;
        }
    }

    fn greeting(&mut self) -> Answer {
        if let Some(fault) = self.config.start_up_fault() {
            return Answer::closed().because(fault.text.clone());
        }
        let is_ipv6 = |session: &Session| if session.client.address.is_ipv6() { Finding::Yes } else { Finding::No };
        let is_ipv6 = self.checks.who.on(Var::Address, Site::of("family"), &[], &is_ipv6) == Finding::Yes;
        let speaks = self.speaks(if is_ipv6 { "ipv6" } else { "ipv4" });
        if self.server.wrapper && (!speaks || !self.server.has_tls) {
            return Answer::closed().because(NO_TLS);
        }
        // smtpd_haproxy.c: no session reaches the service in a protocol that is
        // turned off, except through a proxy, and that one is cut off.
        if !speaks {
            let text = format!("{} Server local error", self.server.hostname);
            return Answer::new(421, "4.3.0", text).because(NO_FAMILY);
        }
        self.checks.so_far.tls = self.server.wrapper;
        self.checks.so_far.asks_certificate = self.server.ask_certificate;
        if self.server.wrapper
            && let Some(refusal) = self.without_certificate()
        {
            return refusal;
        }
        self.discard_features();
        if !self.server.delay_reject
            && let Some(refusal) = self.checks.client()
        {
            return Answer::refusal(refusal);
        }
        match self.checks.is_traced {
            true => Answer::new(220, "", self.config.param("smtpd_banner").to_string()),
            false => Answer::new(220, "", ""),
        }
    }

    // inet_proto.c
    fn speaks(&self, family: &str) -> bool {
        let protocols = self.config.param("inet_protocols");
        let mut words = protocols.split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
        words.any(|word| word.eq_ignore_ascii_case("all") || word.eq_ignore_ascii_case(family))
    }

    /// Which features EHLO leaves out for this client.
    // A failed look-up counts as none until EHLO, which then closes the session.
    fn discard_features(&mut self) {
        let mut words = self.config.param("smtpd_discard_ehlo_keywords").to_string();
        if !self.config.param("smtpd_discard_ehlo_keyword_address_maps").is_empty() {
            let config = self.config;
            let look = |session: &Session| {
                let address = session.client.address.to_string();
                config.look_up_in("smtpd_discard_ehlo_keyword_address_maps", &address, false).finding()
            };
            let site = Site::of("smtpd_discard_ehlo_keyword_address_maps");
            let found =
                self.checks.who.on(Var::Address, site, &[Finding::No, Finding::Text("starttls, auth".into())], &look);
            match found {
                Finding::Text(found) => words = found.to_string(),
                Finding::Temporary | Finding::Broken => {
                    self.discard_map_fails = true;
                }
                Finding::No | Finding::Yes | Finding::Case(_) | Finding::Unknown(_) => {}
            }
        }
        self.discarded = Discarded::of(&words);
    }

    /// HELO and EHLO.
    pub(super) fn helo(&mut self) -> Answer {
        let config = self.config;
        let look = |session: &Session| match filtered(config, helo_line(session)) {
            Line::Command(line) => match command_words(&line).as_slice() {
                [_] | [] => Finding::No,
                [verb, ..] if verb.text.eq_ignore_ascii_case("EHLO") => Finding::Case(EHLO),
                [..] => Finding::Case(HELO),
            },
            Line::Reply(line) => Finding::Text(line.into()),
            Line::Unknown(missing) => Finding::Unknown(missing),
        };
        let answers = [Finding::Case(EHLO), Finding::Text(NOT_A_COMMAND.into())];
        let found = self.checks.who.on(Var::Helo, Site::of("HELO"), &answers, &look);
        let line = command_of(config, helo_line(self.checks.who.session()));
        let words = command_words(&line);
        let is_ehlo = match found {
            Finding::Text(line) => return Answer::of_line(&line),
            Finding::Case(case) => case == EHLO,
            Finding::No | Finding::Yes | Finding::Temporary | Finding::Broken | Finding::Unknown(_) => {
                let verb = words.first().map(|word| word.text.to_ascii_uppercase()).unwrap_or_default();
                return Answer::new(501, "", format!("Syntax: {verb} hostname"));
            }
        };
        let argument = joined(words.get(1..).unwrap_or_default());
        if !self.server.delay_reject {
            self.checks.who.turn_to_helo(&argument);
            if let Some(refusal) = self.checks.helo() {
                return Answer::refusal(refusal);
            }
        }
        self.reset_mail();
        self.checks.so_far.helo = true;
        self.checks.who.turn_to_helo(&neutered(&argument, self.server.smtputf8));
        if !is_ehlo {
            return Answer::new(250, "", self.server.hostname.clone());
        }
        self.is_esmtp = true;
        if self.discard_map_fails {
            return self.local_data_error();
        }
        match self.checks.is_traced {
            true => Answer::new(250, "", self.features()),
            false => Answer::new(250, "", ""),
        }
    }

    /// The lines of the answer to EHLO.
    fn features(&self) -> String {
        let server = self.server;
        let has = |word: &str| !self.discarded.has(word);
        let mut lines = vec![server.hostname.clone()];
        let mut add = |is_so: bool, line: &str| lines.extend(is_so.then(|| line.to_owned()));
        add(has("PIPELINING"), "PIPELINING");
        let size = if server.message_limit > 0 { format!("SIZE {}", server.message_limit) } else { "SIZE".to_owned() };
        add(has("SIZE"), &size);
        add(has("VRFY") && !self.config.yes("disable_vrfy_command"), "VRFY");
        add(has("ETRN"), "ETRN");
        add(has("STARTTLS") && server.use_tls && !self.checks.so_far.tls, "STARTTLS");
        let has_auth = has("AUTH") && self.sasl_is_active() && !self.is_in("smtpd_sasl_exceptions_networks");
        add(has_auth, "AUTH PLAIN LOGIN");
        add(has_auth && self.config.yes("broken_sasl_auth_clients"), "AUTH=PLAIN LOGIN");
        add(has("VERP") && self.is_in("smtpd_authorized_verp_clients"), "XVERP");
        let xclient = "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";
        add(has("XCLIENT") && self.is_in("smtpd_authorized_xclient_hosts"), xclient);
        let xforward = "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT";
        add(has("XFORWARD") && self.is_in("smtpd_authorized_xforward_hosts"), xforward);
        add(has("ENHANCEDSTATUSCODES"), "ENHANCEDSTATUSCODES");
        add(has("8BITMIME"), "8BITMIME");
        add(has("DSN"), "DSN");
        add(server.smtputf8 && has("SMTPUTF8"), "SMTPUTF8");
        add(has("CHUNKING"), "CHUNKING");
        lines.join("\n")
    }

    /// Whether a list of networks has the client, as far as that is known.
    fn is_in(&self, param: &'static str) -> bool {
        let client = &self.checks.who.session().client;
        let name = client.name.as_deref().unwrap_or("unknown");
        !self.config.param(param).is_empty() && self.config.in_network_list(param, name, client.address) == Finding::Yes
    }

    // smtpd_sasl_glue.c, smtpd_sasl_is_active
    fn sasl_is_active(&self) -> bool {
        self.server.sasl && (self.checks.so_far.tls || !self.server.auth_only_with_tls)
    }

    // smtpd.c, starttls_cmd
    pub(super) fn start_tls(&mut self) -> Answer {
        if self.checks.so_far.tls {
            return Answer::new(554, "5.5.1", "Error: TLS already active");
        }
        if !self.server.use_tls || self.discarded.has("STARTTLS") {
            return Answer::new(502, "5.5.1", "Error: command not implemented");
        }
        if !self.server.has_tls {
            return Answer::new(454, "4.7.0", "TLS not available due to local problem").because(NO_CERTIFICATE);
        }
        self.checks.so_far.helo = false;
        self.reset_mail();
        self.checks.so_far.tls = true;
        self.refusal_after_tls = self.without_certificate();
        Answer::new(220, "2.0.0", "Ready to start TLS")
    }

    /// The refusal of a client without the certificate that is required.
    // smtpd.c, smtpd_start_tls
    fn without_certificate(&mut self) -> Option<Answer> {
        if !self.server.require_certificate {
            return None;
        }
        let look = |session: &Session| match &session.certificate {
            None => Finding::No,
            Some(certificate) if certificate.trusted => Finding::Yes,
            Some(_) => Finding::Case(0),
        };
        let reason = match self.checks.who.on(Var::Tls, Site::of("required certificate"), &[], &look) {
            Finding::Yes => return None,
            Finding::Case(_) => "Client certificate not trusted",
            Finding::No | Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Unknown(_) => {
                "No client certificate presented"
            }
        };
        Some(Answer::new(421, "4.7.1", format!("{} Error: {reason}", self.server.hostname)))
    }

    // smtpd_sasl_proto.c, smtpd_sasl_auth_cmd
    pub(super) fn auth(&mut self) -> Answer {
        if self.server.helo_required && !self.checks.so_far.helo {
            return Answer::new(503, "5.5.1", "Error: send HELO/EHLO first");
        }
        if !self.sasl_is_active() || self.discarded.has("AUTH") {
            return Answer::new(503, "5.5.1", "Error: authentication not enabled");
        }
        if !self.plain_is_offered() {
            let text = "Error: authentication failed: Invalid authentication mechanism";
            return Answer::new(535, "5.7.8", text).because(NO_PLAIN);
        }
        self.checks.so_far.login = true;
        Answer::new(235, "2.7.0", "Authentication successful")
    }

    /// Whether PLAIN is left by the security options. What the mechanism filter
    /// leaves out is not announced, but taken.
    // xsasl_dovecot_server.c, xsasl_dovecot_server_mech_filter; sasl_mech_filter.c
    fn plain_is_offered(&self) -> bool {
        let options = match self.checks.so_far.tls {
            true => "smtpd_sasl_tls_security_options",
            false => "smtpd_sasl_security_options",
        };
        let options = self.config.param(options);
        let mut words = options.split([',', ' ', '\t', '\r', '\n']);
        let excludes = |word: &str| {
            ["noplaintext", "mutual_auth", "forward_secrecy"].iter().any(|no| no.eq_ignore_ascii_case(word))
        };
        !words.any(excludes)
    }

    // smtpd.c, etrn_cmd
    pub(super) fn etrn(&mut self, argument: &str) -> Answer {
        if self.server.helo_required && !self.checks.so_far.helo {
            return Answer::new(503, "", "Error: send HELO/EHLO first");
        }
        let words = command_words(argument);
        let [word] = words.as_slice() else {
            return Answer::new(500, "", "Syntax: ETRN domain");
        };
        let domain = word.text.strip_prefix(['@', '#']).unwrap_or(&word.text).to_owned();
        if !is_host_name(&domain) && !is_literal(&domain) {
            return Answer::new(501, "", "Error: invalid parameter syntax");
        }
        self.checks.so_far.etrn = Some(domain.clone());
        let refusal = self.checks.etrn();
        if let Some(refusal) = refusal {
            return Answer::refusal(refusal);
        }
        let config = self.config;
        let site = Site::of(("fast_flush_domains", domain.as_str()));
        let look = || config.in_domain_list("fast_flush_domains", &domain);
        let found = self.checks.who.ask(site, crate::YES_OR_NO, &look);
        // flush_clnt.c, flush_send_site
        match found {
            Finding::Yes => Answer::new(250, "", "Queuing started"),
            Finding::No => Answer::new(459, "", format!("<{domain}>: service unavailable")),
            Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) | Finding::Unknown(_) => {
                Answer::new(458, "", "Unable to queue messages")
            }
        }
    }

    // smtpd.c, vrfy_cmd
    pub(super) fn vrfy(&mut self, argument: &str) -> Answer {
        if self.config.yes("disable_vrfy_command") {
            return Answer::new(502, "5.5.1", "VRFY command is disabled");
        }
        let mut words = command_words(argument);
        let takes_utf8 = self.server.smtputf8 && !self.discarded.has("SMTPUTF8");
        let smtputf8 = takes_utf8 && words.last().is_some_and(|word| word.text.eq_ignore_ascii_case("SMTPUTF8"));
        if smtputf8 {
            words.pop();
        }
        if words.is_empty() {
            let more = if self.server.smtputf8 { " [SMTPUTF8]" } else { "" };
            return Answer::new(501, "5.5.4", format!("Syntax: VRFY address{more}"));
        }
        let sent = joined(&words);
        let word = CommandWord { text: sent.clone(), is_broken: false };
        let sender = self.checks.so_far.sender.clone().unwrap_or_default();
        let address = match self.config.read_address(&word, Reader::Vrfy, &sender, smtputf8) {
            Read::Address(address) => address,
            Read::Error(..) => return Answer::new(501, "5.1.3", "Bad recipient address syntax"),
        };
        if !smtputf8 && self.server.strict_smtputf8 && !address.is_ascii() {
            return Answer::new(553, "5.6.7", "Must declare SMTPUTF8 to send unicode address");
        }
        self.checks.who.turn_to(&address);
        match self.checks.vrfy() {
            Some(refusal) => Answer::refusal(refusal),
            None => Answer::new(252, "2.0.0", sent),
        }
    }

    /// What a failed table outside the lists leads to.
    // smtpd.c, smtpd_proto: SMTP_ERR_DATA
    fn local_data_error(&self) -> Answer {
        Answer::new(421, "4.3.0", format!("{} Server local data error", self.server.hostname))
    }
}

/// Cases of what HELO comes to.
const HELO: u32 = 0;
const EHLO: u32 = 1;

fn helo_line(session: &Session) -> String {
    let verb = if session.protocol == Protocol::Esmtp { "EHLO" } else { "HELO" };
    format!("{verb} {}", session.helo.as_deref().unwrap_or_default())
}

/// A HELO name as smtpd keeps it.
// smtpd.c, NEUTER_CHARACTERS; printable.c: bytes of UTF-8 stay where it is on
fn neutered(name: &str, utf8: bool) -> String {
    let mut kept = String::with_capacity(name.len());
    for ch in name.chars() {
        if " <>()\\\";@".contains(ch) || ch.is_ascii_control() {
            kept.push('?');
        } else if ch.is_ascii() || utf8 {
            kept.push(ch);
        } else {
            kept.extend(std::iter::repeat_n('?', ch.len_utf8()));
        }
    }
    kept
}

const NO_TLS: Text = Text::fixed(
    "TLS can't be started, and the service speaks nothing else",
    "TLS를 시작할 수 없고 이 서비스는 TLS로만 통신합니다",
);
const NO_FAMILY: Text = Text::fixed(
    "`inet_protocols` leaves out this kind of address; such a client can't even connect",
    "`inet_protocols` 설정에 이 종류의 주소가 빠져 있어 이런 클라이언트는 연결조차 할 수 없습니다",
);
const NO_CERTIFICATE: Text = Text::fixed("the service has no certificate", "이 서비스에는 인증서가 없습니다");
const NO_PLAIN: Text = Text::fixed("the security options leave out PLAIN", "보안 옵션에서 PLAIN 방식이 제외되었습니다");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_could_be_taken_for_syntax() {
        assert_eq!(neutered("a b<c>", true), "a?b?c?");
        assert_eq!(neutered("[192.0.2.1]", true), "[192.0.2.1]");
        assert_eq!(neutered("é", false), "??");
    }
}
