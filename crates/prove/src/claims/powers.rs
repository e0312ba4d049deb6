//! What strangers can do besides being who they are: claim an address through a proxy,
//! show a certificate, log in with any password. What the configuration does not
//! tell of it is a doubt, with the sentence that settles it.

use super::Around;
use crate::candidates::{NARROW_IPV4, NARROW_IPV6};
use crate::premises::Premises;
use crate::vocabulary::{Role, Vocabulary};
use postproof_catalog::suffix::is_public_suffix;
use postproof_diag::{Text, text};
use postproof_model::{Exposure, Scope};
use postproof_sim::{Assumed, Config, Finding, Found, Missing};
use std::net::{IpAddr, Ipv4Addr};

/// What strangers can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Powers {
    /// They can claim any address and any name.
    pub(crate) any_address: bool,
    /// They can log in as anybody.
    pub(crate) any_login: bool,
    /// They can show a certificate of a trusted authority.
    pub(crate) any_certificate: bool,
    /// They are in the tables of clients that were not given.
    pub(crate) is_trusted: bool,
}

/// Something that strangers may be able to do.
pub(super) struct Doubt {
    adds: Powers,
    /// That they are.
    pub(super) assumed: Assumed,
}

impl Doubt {
    fn new(adds: Powers, question: String, text: Text) -> Self {
        Self { adds, assumed: Assumed::new(Missing::new(question, text), Finding::Yes) }
    }

    /// These powers, and what the doubt is about.
    pub(super) fn powers(&self, known: Powers) -> Powers {
        Powers {
            any_address: known.any_address || self.adds.any_address,
            any_login: known.any_login || self.adds.any_login,
            any_certificate: known.any_certificate || self.adds.any_certificate,
            is_trusted: known.is_trusted || self.adds.is_trusted,
        }
    }
}

/// What strangers can do in any case.
pub(super) fn certain(config: &Config<'_>, around: &Around) -> Powers {
    let by_dovecot = config.param("smtpd_sasl_type").eq_ignore_ascii_case("dovecot");
    let claims = claims_by_xclient(config);
    Powers {
        any_login: (by_dovecot && around.anybody_logs_in.is_some()) || claims,
        any_address: claims,
        ..Powers::default()
    }
}

/// Whether outsiders may use XCLIENT, which sets address, name and login.
// smtpd.c, xclient_cmd
fn claims_by_xclient(config: &Config<'_>) -> bool {
    const HOSTS: &str = "smtpd_authorized_xclient_hosts";
    let members = config.list_members(HOSTS);
    let is_wide = |net: &ipnet::IpNet| net.prefix_len() < if net.addr().is_ipv4() { NARROW_IPV4 } else { NARROW_IPV6 };
    let outsider = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
    members.networks.iter().any(is_wide)
        || members.names.iter().any(|name| is_public_suffix(name.trim_start_matches('.')))
        || config.has_address(HOSTS, outsider) == Finding::Yes
}

/// What strangers may be able to do, for all that is known.
pub(super) fn doubts(config: &Config<'_>, premises: &Premises) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    doubts.extend(proxy(config));
    doubts.extend(certificates(config));
    doubts.extend(premises.clients().map(|place| {
        let shown = place.strip_prefix("file:").unwrap_or(place);
        let text = text!("`{shown}` trusts an outsider", "`{shown}` 안에 외부 클라이언트가 있음");
        Doubt::new(Powers { is_trusted: true, ..Powers::default() }, format!("trust:{place}"), text)
    }));
    // One world in which all unread tables trust outsiders is enough to tell.
    doubts
}

/// A proxy says whose connection it is; so does whoever else can connect.
// smtpd_haproxy.c; postscreen_haproxy.c
fn proxy(config: &Config<'_>) -> Option<Doubt> {
    let service = config.model.services.iter().find(|service| service.id == config.service)?;
    let (param, value) = match service.exposure {
        Exposure::Network => {
            ("smtpd_upstream_proxy_protocol", config.param("smtpd_upstream_proxy_protocol").to_string())
        }
        Exposure::Passed => {
            let before = config.model.services.iter().find(|service| service.command == "postscreen");
            let scope = before.map_or(Scope::Main, |service| Scope::Service(service.id));
            let param = "postscreen_upstream_proxy_protocol";
            (param, config.model.text(scope, param))
        }
        Exposure::Loopback | Exposure::Socket => return None,
    };
    if value.is_empty() {
        return None;
    }
    let text = text!(
        "others than the proxy can connect, and claim any address by the PROXY protocol (`{param}`)",
        "프록시가 아닌 클라이언트도 접속해 PROXY 프로토콜로 아무 주소나 댈 수 있음(`{param}`)"
    );
    Some(Doubt::new(Powers { any_address: true, ..Powers::default() }, format!("proxy:{param}"), text))
}

/// Who gets a certificate is up to the authorities.
// smtpd_check.c, permit_tls_clientcerts with permit_all_certs
fn certificates(config: &Config<'_>) -> Option<Doubt> {
    let is_it = |word: &str| word.eq_ignore_ascii_case("permit_tls_all_clientcerts");
    if !config.entries().iter().any(|entry| is_it(&entry.word)) {
        return None;
    }
    let named = ["smtpd_tls_CAfile", "smtpd_tls_CApath"].map(|param| config.param(param).to_string());
    let mut places: Vec<String> = named.into_iter().filter(|place| !place.is_empty()).collect();
    if config.yes("tls_append_default_CA") {
        places.push("tls_append_default_CA".to_owned());
    }
    if places.is_empty() {
        return None;
    }
    let places = places.join("`, `");
    let text = text!(
        "an outsider can get a client certificate from an authority in `{places}`",
        "외부인이 `{places}`의 인증 기관에서 클라이언트 인증서를 받을 수 있음"
    );
    Some(Doubt::new(
        Powers { any_certificate: true, ..Powers::default() },
        "certificate:smtpd_tls_CAfile".to_owned(),
        text,
    ))
}

/// Tables whose results send a message where the client says: `REDIRECT $1`.
// access(5), header_checks(5); cleanup_bcc.c
pub(super) fn led_by_client(config: &Config<'_>) -> Vec<Assumed> {
    let words = Vocabulary::of(config);
    let access = words.tables.iter().filter(|asked| !matches!(asked.role, Role::Listed | Role::Listing | Role::Owners));
    let mut places: Vec<(String, bool)> = access.map(|asked| (asked.table.clone(), false)).collect();
    for param in ["header_checks", "mime_header_checks", "nested_header_checks", "body_checks"] {
        let tables = config.model.param_tables(config.scope(), param);
        places.extend(tables.iter().map(|table| (table.text.as_str().to_owned(), false)));
    }
    for param in ["sender_bcc_maps", "recipient_bcc_maps"] {
        let tables = config.model.param_tables(config.scope(), param);
        places.extend(tables.iter().map(|table| (table.text.as_str().to_owned(), true)));
    }
    let mut found: Vec<Assumed> = Vec::new();
    for (table, is_target) in places {
        let leads = |value: &str| {
            let word = value.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            is_target || matches!(word.as_str(), "REDIRECT" | "BCC" | "FILTER")
        };
        if let Some(template) = config.templates(&table).iter().find(|template| leads(&template.text)) {
            let value = &template.text;
            let text = text!(
                "a client meets the pattern of `{table}` whose `{value}` sends the message where the client says",
                "클라이언트가 `{table}` 테이블의 `{value}` 패턴에 걸려 메시지가 클라이언트가 정한 곳으로 감"
            );
            found.push(Assumed::new(Missing::new(format!("leads:{table}"), text), Finding::Yes));
        }
    }
    found
}

/// Tables that were not read and may write somebody else's address as sender.
pub(super) fn rewriting(config: &Config<'_>, premises: &Premises) -> Vec<Assumed> {
    let maps = [("sender_canonical_maps", "sender_canonical_classes"), ("canonical_maps", "canonical_classes")];
    let applied = maps.iter().filter(|(_, classes)| config.param(classes).contains("envelope_sender"));
    let tables = applied.flat_map(|(param, _)| config.model.param_tables(config.scope(), param));
    let names: Vec<String> = tables.map(|table| table.text.as_str().to_owned()).collect();
    let mut found: Vec<Assumed> = Vec::new();
    for table in names.iter().filter(|table| config.is_unread(table)) {
        let text = text!(
            "`{table}` writes another sender in place of what was checked",
            "`{table}` 테이블이 검사한 발신자 대신 다른 발신자를 씀"
        );
        found.push(Assumed::new(Missing::new(format!("rewrites:{table}"), text), Finding::Yes));
    }
    let rewrites = !names.is_empty() || !config.param("masquerade_domains").is_empty();
    if found.is_empty() && rewrites && premises.has_owners() {
        let text = Text::fixed(
            "a sender is rewritten to one that belongs to another login in `smtpd_sender_login_maps`",
            "발신자가 `smtpd_sender_login_maps` 설정에서 다른 로그인의 것인 주소로 바뀜",
        );
        found.push(Assumed::new(Missing::new("rewrites:smtpd_sender_login_maps", text), Finding::Yes));
    }
    found
}

/// A filter of commands that was not read may make anything of a command.
// smtpd.c, smtpd_cmd_filter
pub(super) fn unread_filter(config: &Config<'_>) -> Option<Assumed> {
    let table = config.param("smtpd_command_filter");
    if table.is_empty() || !matches!(config.ask(&table, "RCPT TO:<someone@stranger.example>"), Found::Unknown(_)) {
        return None;
    }
    let text = text!(
        "`{table}` makes another command of one that would be refused",
        "`{table}` 테이블이 거부될 명령을 다른 명령으로 바꿈"
    );
    Some(Assumed::new(Missing::new(format!("commands:{table}"), text), Finding::Yes))
}
