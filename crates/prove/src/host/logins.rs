//! Logins of Dovecot without TLS.

use super::clients::{is_world, sized};
use super::{HostClaim, HostProof, HostVerdict};
use ipnet::IpNet;
use postproof_catalog::dovecot_mechanism;
use postproof_diag::{Span, Text, text};
use postproof_dovecot::{Dialect, NodeId, Reading, Scope, Step};
use postproof_model::{Model, Presence, SourcePart};
use postproof_syntax::PartKind;
use std::net::IpAddr;

/// A protocol with logins.
struct Protocol {
    claim: HostClaim,
    /// As `protocols` names it.
    name: &'static str,
    /// The service that takes logins.
    service: &'static str,
    /// Its listeners where nothing is written: name, port, whether TLS starts at once.
    // imap-login-settings.c, pop3-login-settings.c, managesieve-login-settings.c
    listeners: &'static [(&'static str, u16, bool)],
    /// Whether it is on where `protocols` is not set.
    // master-settings.c; Debian sets it in files that are included
    is_stock: bool,
}

const PROTOCOLS: [Protocol; 3] = [
    Protocol {
        claim: HostClaim::ImapLoginsOnlyWithTls,
        name: "imap",
        service: "imap-login",
        listeners: &[("imap", 143, false), ("imaps", 993, true)],
        is_stock: true,
    },
    Protocol {
        claim: HostClaim::Pop3LoginsOnlyWithTls,
        name: "pop3",
        service: "pop3-login",
        listeners: &[("pop3", 110, false), ("pop3s", 995, true)],
        is_stock: true,
    },
    Protocol {
        claim: HostClaim::ManagesieveLoginsOnlyWithTls,
        name: "sieve",
        service: "managesieve-login",
        listeners: &[("sieve", 4190, false)],
        is_stock: false,
    },
];

pub(super) fn proofs(model: &Model, reading: &Reading) -> Vec<HostProof> {
    let served = PROTOCOLS.iter().filter(|protocol| is_served(reading, protocol));
    served.map(|protocol| proof(model, reading, protocol)).collect()
}

fn is_served(reading: &Reading, protocol: &Protocol) -> bool {
    let Some(listed) = reading.value(&Scope::GLOBAL, "protocols") else { return false };
    let has_service = || reading.sections("service").any(|section| section.name() == protocol.service);
    if listed.is_set() {
        return listed.words().iter().any(|word| word.eq_ignore_ascii_case(protocol.name));
    }
    has_service() || protocol.is_stock && reading.dialect() == Dialect::V23
}

/// A port that a service listens on.
pub(super) struct Listener {
    pub(super) port: u16,
    /// Whether TLS starts at once.
    pub(super) is_tls: bool,
    /// Whether other hosts can connect.
    pub(super) is_reached: bool,
    /// Whether a proxy tells who the client is.
    is_proxied: bool,
    pub(super) place: Option<Span>,
}

/// The ports of a service: those that are written, and the built-in ones that
/// nothing written replaces.
pub(super) fn listeners(reading: &Reading, service: &str, stock: &[(&str, u16, bool)]) -> Vec<Listener> {
    let everywhere = reading.value(&Scope::GLOBAL, "listen");
    let everywhere = everywhere.map(|value| value.words()).unwrap_or_default();
    let mut found = Vec::new();
    let mut written: Vec<&str> = Vec::new();
    for section in reading.sections("service").filter(|section| section.name() == service) {
        for listener in section.sections("inet_listener") {
            written.push(listener.name());
            let built_in = stock.iter().find(|(name, ..)| *name == listener.name());
            let port = match listener.own("port") {
                Some(port) => port.text().trim().parse().unwrap_or(0),
                None => built_in.map_or(0, |(_, port, _)| *port),
            };
            // service.c: a listener with port 0 is left out.
            if port == 0 {
                continue;
            }
            let own = listener.own("listen").or_else(|| listener.own("address"));
            let own = own.map(|value| value.words()).filter(|words| !words.is_empty());
            let is_yes = |name: &str| listener.own(name).map(|value| value.is_yes());
            found.push(Listener {
                port,
                is_tls: is_yes("ssl").unwrap_or(built_in.is_some_and(|(.., tls)| *tls)),
                is_reached: !is_local(own.as_deref().unwrap_or(&everywhere)),
                is_proxied: is_yes("haproxy").unwrap_or(false),
                place: listener.own("port").and_then(|port| port.span()).or(listener.span()),
            });
        }
    }
    for (_, port, is_tls) in stock.iter().filter(|(name, ..)| !written.contains(name)) {
        let is_reached = !is_local(&everywhere);
        found.push(Listener { port: *port, is_tls: *is_tls, is_reached, is_proxied: false, place: None });
    }
    found
}

/// Whether all addresses are of this host alone.
fn is_local(addresses: &[&str]) -> bool {
    let is_own = |address: &&str| {
        let bare = address.trim_start_matches('[').trim_end_matches(']');
        bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    };
    !addresses.is_empty() && addresses.iter().all(is_own)
}

fn proof(model: &Model, reading: &Reading, protocol: &Protocol) -> HostProof {
    let claim = protocol.claim;
    let all = listeners(reading, protocol.service, protocol.listeners);
    let open: Vec<&Listener> = all.iter().filter(|one| one.is_reached && !one.is_tls).collect();
    let mut decided = if all.iter().all(|one| !one.is_reached) {
        HostProof::holds(claim, ONLY_HERE)
    } else if open.is_empty() {
        HostProof::holds(claim, TLS_AT_ONCE)
    } else {
        by_settings(reading, protocol)
    };
    if open.iter().any(|one| one.is_proxied) {
        decided.exceptions.push(proxied(reading));
    }
    if !is_whole(model, reading) {
        decided.verdict = HostVerdict::Depends;
        decided.missing.push(the_rest());
    }
    decided.of(protocol.service.to_owned())
}

/// Whether what is absent is absent: the main file was given, with all that it
/// includes. A file of conf.d alone is not.
fn is_whole(model: &Model, reading: &Reading) -> bool {
    let is_main = |part: &SourcePart| {
        let name = part.part.name.as_deref().unwrap_or_default();
        part.part.kind == PartKind::DoveconfN || part.part.whole && name.rsplit('/').next() == Some("dovecot.conf")
    };
    let is_head = |name: &str| matches!(name, "dovecot_config_version" | "protocols");
    model.given.dovecot == Presence::Whole
        && reading.missing.iter().all(|one| one.optional)
        && (model.parts.iter().any(is_main) || reading.assignments().iter().any(|one| is_head(one.name.as_str())))
}

/// What the settings say of a connection without TLS, wherever a block changes them.
fn by_settings(reading: &Reading, protocol: &Protocol) -> HostProof {
    let claim = protocol.claim;
    let base = Scope::protocol(protocol.name);
    let mut exceptions = Vec::new();
    let scopes = std::iter::once(base).chain(reading.nodes().filter_map(|(id, _)| narrowed(reading, id, base)));
    for scope in scopes {
        match without_tls(reading, protocol, &scope) {
            Login::Refused => {}
            Login::Taken { reason, place } => return HostProof::fails(claim, reason).at(place),
        }
        match trusted(reading, &scope) {
            Ok(whom) => exceptions.extend(whom),
            Err((network, place)) => return HostProof::fails(claim, trusts_all(&network)).at(place),
        }
    }
    exceptions.dedup();
    HostProof::holds(claim, REFUSED).except(exceptions)
}

/// The scope of a block for some addresses or names; nothing for other blocks, and
/// for those of this host alone.
fn narrowed<'r>(reading: &'r Reading, id: NodeId, base: Scope<'r>) -> Option<Scope<'r>> {
    let mut scope = base;
    let mut is_narrow = false;
    for step in reading.path(id) {
        match step {
            Step::Root | Step::Protocol(_) => {}
            Step::Local(net) => {
                scope.local = Some(net.range?.0).filter(|ip| !ip.is_loopback());
                scope.local?;
                is_narrow = true;
            }
            Step::Remote(net) => {
                scope.remote = Some(net.range?.0).filter(|ip| !ip.is_loopback());
                scope.remote?;
                is_narrow = true;
            }
            Step::LocalName(names) => {
                scope.local_name = names.split(' ').next();
                is_narrow = true;
            }
            Step::Section { .. } | Step::Group { .. } => return None,
        }
    }
    is_narrow.then_some(scope)
}

enum Login {
    Refused,
    Taken { reason: Text, place: Option<Span> },
}

/// Whether somebody logs in before TLS.
// client-common-auth.c, client_auth_begin and client_check_plaintext_auth (2.3.19);
// sasl-server.c, sasl_server_auth_begin (2.4.1); tried with 2.3.19.1
fn without_tls(reading: &Reading, protocol: &Protocol, scope: &Scope<'_>) -> Login {
    let text = |name: &str| reading.value(scope, name);
    if text("ssl").is_some_and(|ssl| ssl.text().eq_ignore_ascii_case("required")) {
        return Login::Refused;
    }
    let (name, in_clear) = match reading.dialect() {
        Dialect::V23 => ("disable_plaintext_auth", text("disable_plaintext_auth").filter(|value| !value.is_yes())),
        Dialect::V24 => ("auth_allow_cleartext", text("auth_allow_cleartext").filter(|value| value.is_yes())),
    };
    let mechanisms = text("auth_mechanisms");
    let words = mechanisms.as_ref().map(|value| value.words()).unwrap_or_default();
    for word in words {
        let Some(mechanism) = dovecot_mechanism(word) else { continue };
        match (mechanism.plaintext, &in_clear) {
            (true, Some(value)) => {
                return Login::Taken { reason: in_the_clear(name, value.text()), place: value.span() };
            }
            (true, None) => {}
            // APOP is a command of POP3; EXTERNAL takes the name from a certificate,
            // which TLS brings; the token is for Dovecot's own processes.
            (false, _) if mechanism.name == "apop" && protocol.name != "pop3" => {}
            (false, _) if ["external", "dovecot-token"].contains(&mechanism.name) => {}
            // They bind to the TLS channel.
            (false, _) if mechanism.name.ends_with("-plus") => {}
            (false, _) => {
                let place = mechanisms.as_ref().and_then(|value| value.span());
                return Login::Taken { reason: needs_no_tls(&word.to_ascii_uppercase()), place };
            }
        }
    }
    Login::Refused
}

/// Networks whose clients count as if TLS was up; the one that is everybody's.
// client-common.c, client_is_trusted. 2.4 does not trust them with ssl=required.
fn trusted(reading: &Reading, scope: &Scope<'_>) -> Result<Vec<Text>, (String, Option<Span>)> {
    let is_required = reading.value(scope, "ssl").is_some_and(|ssl| ssl.text().eq_ignore_ascii_case("required"));
    let Some(value) = reading.value(scope, "login_trusted_networks") else { return Ok(Vec::new()) };
    if is_required && reading.dialect() == Dialect::V24 {
        return Ok(Vec::new());
    }
    let mut whom = Vec::new();
    for word in value.words() {
        let net = word.parse::<IpNet>().ok().or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from));
        match net {
            Some(net) if is_world(&net) => return Err((word.to_owned(), value.span())),
            Some(net) if net.network().is_loopback() => {}
            Some(net) => {
                whom.push(text!(
                    "{whom}, by `login_trusted_networks`",
                    "{whom}: `login_trusted_networks` 설정으로 허용",
                    whom = sized(&net)
                ));
            }
            None => {}
        }
    }
    Ok(whom)
}

fn proxied(reading: &Reading) -> Text {
    let value = reading.value(&Scope::GLOBAL, "haproxy_trusted_networks");
    let networks = value.map(|value| value.words().join(" ")).unwrap_or_default();
    text!(
        "clients of a proxy that says it has ended their TLS: `haproxy_trusted_networks = {networks}`",
        "TLS를 대신 처리했다고 알리는 프록시의 클라이언트: `haproxy_trusted_networks = {networks}`"
    )
}

const ONLY_HERE: Text = Text::fixed("it listens on addresses of this host only", "이 호스트의 주소에서만 기다립니다");
const TLS_AT_ONCE: Text = Text::fixed(
    "on every port that other hosts reach, TLS starts at once",
    "다른 호스트가 접속할 수 있는 모든 포트에서 TLS가 바로 시작됩니다",
);
const REFUSED: Text =
    Text::fixed("every mechanism is refused until TLS is up", "TLS가 시작되기 전에는 모든 로그인 방식이 거부됩니다");

fn the_rest() -> Text {
    Text::fixed(
        "all of Dovecot's configuration: `doveconf -n`. Lines that were not given may change it",
        "Dovecot 설정 전체: `doveconf -n`. 주어지지 않은 줄이 결과를 바꿀 수 있습니다",
    )
}

fn in_the_clear(name: &str, value: &str) -> Text {
    text!(
        "passwords are taken without TLS: `{name} = {value}`, and `ssl` is not `required`",
        "TLS 없이 암호를 받습니다. `{name} = {value}` 값이고 `ssl` 설정이 `required` 값이 아닙니다"
    )
}

fn needs_no_tls(mechanism: &str) -> Text {
    text!(
        "`{mechanism}` sends no password in clear, so that it is taken without TLS unless `ssl = required`",
        "`{mechanism}` 방식은 암호를 그대로 보내지 않으므로 `ssl = required` 값이 아니면 TLS 없이도 받아들여집니다"
    )
}

fn trusts_all(network: &str) -> Text {
    text!(
        "`login_trusted_networks` has `{network}`: every client counts as if TLS was up",
        "`login_trusted_networks` 목록에 `{network}` 네트워크가 있어 모든 클라이언트를 TLS를 쓰는 것으로 봅니다"
    )
}
