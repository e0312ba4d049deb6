//! Passwords that this server sends to others.

use super::{HostClaim, HostProof, all_hold};
use postproof_catalog::Version;
use postproof_diag::{Span, Text, text};
use postproof_model::{Model, Presence, Scope, Service, TableContent, words};
use std::net::IpAddr;

const CLAIM: HostClaim = HostClaim::OutgoingPasswordsOnlyOverTls;

pub(super) fn proofs(model: &Model) -> Vec<HostProof> {
    let each: Vec<HostProof> = model.services.iter().filter_map(|service| proof(model, service)).collect();
    if each.is_empty() && model.given.main_cf != Presence::Whole {
        return vec![HostProof::depends(CLAIM, NOT_SEEN, MAIN_MISSING)];
    }
    let reason = if each.is_empty() { NO_LOGIN } else { ONLY_TLS };
    all_hold(CLAIM, reason, each)
}

/// One client: smtp or lmtp with the parameters of its own name.
struct Client<'m> {
    model: &'m Model,
    scope: Scope,
    prefix: &'static str,
}

/// What a client does with its passwords; nothing for one that has none.
fn proof(model: &Model, service: &Service) -> Option<HostProof> {
    let prefix = match service.command.as_str() {
        "smtp" => "smtp",
        "lmtp" => "lmtp",
        _ => return None,
    };
    let client = Client { model, scope: Scope::Service(service.id), prefix };
    // smtp_sasl_glue.c, smtp_sasl_initialize: without a table nobody logs in.
    if !client.is_yes("sasl_auth_enable") || client.text("sasl_password_maps").is_empty() {
        return None;
    }
    Some(client.decide().of(service.label()))
}

/// What is known of the keys of a list of tables.
enum Keys {
    /// All of them, each with its value.
    Known(Vec<(String, String)>),
    /// A table was not given, or holds patterns.
    Unread(String),
    /// Every key is found.
    Every,
}

impl Client<'_> {
    fn decide(&self) -> HostProof {
        let place = self.place("sasl_auth_enable");
        // smtp_sasl_proto.c, smtp_sasl_helo_login: without TLS the security options
        // are these, and noplaintext leaves no mechanism that shows the password.
        let options = self.list("sasl_security_options");
        if options.iter().any(|one| one.eq_ignore_ascii_case("noplaintext")) {
            return HostProof::holds(CLAIM, ONLY_TLS).except(vec![self.challenges()]).at(place);
        }
        // smtp_connect.c: with wrappermode no server is talked to below `encrypt`.
        if self.is_yes("tls_wrappermode") {
            return HostProof::holds(CLAIM, ONLY_TLS).at(place);
        }
        let passwords = self.keys("sasl_password_maps");
        if self.is_all_local(&passwords) {
            return HostProof::holds(CLAIM, ONLY_TLS).except(vec![LOCAL]).at(place);
        }
        let proof = match is_mandatory(&self.level()) {
            true => self.overruled(&passwords),
            false => self.enforced(&passwords),
        };
        let mut proof = match proof.place {
            None => proof.at(place),
            Some(_) => proof,
        };
        let level = self.name("tls_security_level");
        let is_set = self.model.value(self.scope, &level).is_some_and(|value| value.is_set());
        if self.model.given.main_cf != Presence::Whole && !is_set && proof.verdict == super::HostVerdict::Fails {
            proof = HostProof::depends(CLAIM, proof.reason, MAIN_MISSING).at(proof.place);
        }
        proof
    }

    /// TLS is mandatory unless the policy of a destination says less.
    fn overruled(&self, passwords: &Keys) -> HostProof {
        let holds = || HostProof::holds(CLAIM, ONLY_TLS).except(self.unenforced().into_iter().collect());
        match self.policies() {
            Keys::Every => HostProof::fails(CLAIM, weak_policy("*")).at(self.place("tls_policy_maps")),
            Keys::Unread(table) => self.unread(&table),
            Keys::Known(policies) => {
                let weak = policies.iter().find(|(_, value)| !is_mandatory(&first_word(value)));
                let Some((destination, _)) = weak else { return holds() };
                match passwords {
                    // A key may be the name of a server to which any destination leads.
                    Keys::Known(known) if known.iter().all(|(key, _)| is_literal(key)) => {
                        let is_weak = |key: &str| {
                            policies.iter().any(|(one, value)| one == key && !is_mandatory(&first_word(value)))
                        };
                        match known.iter().find(|(key, _)| is_weak(key)) {
                            Some((key, _)) => {
                                HostProof::fails(CLAIM, weak_policy(key)).at(self.place("tls_policy_maps"))
                            }
                            None => holds(),
                        }
                    }
                    Keys::Known(_) | Keys::Unread(_) | Keys::Every => {
                        HostProof::depends(CLAIM, weak_policy(destination), who_gets_one(destination))
                            .at(self.place("tls_policy_maps"))
                    }
                }
            }
        }
    }

    /// TLS is not mandatory unless the policy of every destination that gets a
    /// password demands it.
    fn enforced(&self, passwords: &Keys) -> HostProof {
        let level = self.level();
        let fails = || {
            let shown = if level.is_empty() { "none" } else { level.as_str() };
            let place = self.place("tls_security_level").or(self.place("sasl_auth_enable"));
            HostProof::fails(CLAIM, self.in_clear(shown)).at(place)
        };
        match (self.policies(), passwords) {
            (Keys::Known(policies), _) if policies.is_empty() => fails(),
            (Keys::Known(policies), Keys::Known(known)) if known.iter().all(|(key, _)| is_literal(key)) => {
                let is_strong =
                    |key: &str| policies.iter().any(|(one, value)| one == key && is_mandatory(&first_word(value)));
                match known.iter().all(|(key, _)| is_strong(key)) {
                    true => HostProof::holds(CLAIM, ONLY_TLS).except(self.unenforced().into_iter().collect()),
                    false => fails(),
                }
            }
            (Keys::Known(_) | Keys::Every, _) => {
                HostProof::depends(CLAIM, self.in_clear(&level), self.policy_missing())
            }
            (Keys::Unread(table), _) => self.unread(&table),
        }
    }

    fn unread(&self, table: &str) -> HostProof {
        HostProof::depends(CLAIM, policy_unread(table), self.policy_missing()).at(self.place("tls_policy_maps"))
    }

    /// The policies by destination; smtp_tls_per_site counts only without them, and
    /// is not read (smtp_tls_policy.c, policy_create).
    fn policies(&self) -> Keys {
        if self.text("tls_policy_maps").is_empty() && !self.text("tls_per_site").is_empty() {
            return Keys::Unread(self.text("tls_per_site"));
        }
        self.keys("tls_policy_maps")
    }

    fn keys(&self, param: &str) -> Keys {
        let name = self.name(param);
        let Some(value) = self.model.value(self.scope, &name) else { return Keys::Known(Vec::new()) };
        let tables = self.model.lookup_tables(&value);
        if tables.len() != words(&value.text).len() {
            return Keys::Unread(value.as_str().to_owned());
        }
        let mut known = Vec::new();
        for table in tables {
            if table.kind == "static" {
                // Of policies only a weak one matters to the caller.
                let is_strong = is_mandatory(&first_word(&table.name));
                return if is_strong && param == "tls_policy_maps" {
                    Keys::Unread(value.as_str().to_owned())
                } else {
                    Keys::Every
                };
            }
            match (self.model.table_content(&table), table.kind.as_str()) {
                (_, "regexp" | "pcre" | "cidr" | "inline") | (TableContent::Unknown | TableContent::Inline, _) => {
                    return Keys::Unread(table.text.as_str().to_owned());
                }
                (TableContent::Text(content, _), _) => known.extend(
                    content
                        .entries()
                        .map(|entry| (entry.key.as_str().to_ascii_lowercase(), entry.value.as_str().to_owned())),
                ),
            }
        }
        Keys::Known(known)
    }

    /// The level of all destinations.
    // smtp_tls_policy.c, global_tls_level: the obsolete parameters count where the
    // level is empty. A default that is an expression gives nothing or `may`.
    fn level(&self) -> String {
        let level = self.text("tls_security_level").to_ascii_lowercase();
        match level.is_empty() {
            false => level,
            true if self.is_yes("enforce_tls") => "encrypt".to_owned(),
            true if self.is_yes("use_tls") => "may".to_owned(),
            true => level,
        }
    }

    /// Whether passwords go to this host alone.
    fn is_all_local(&self, passwords: &Keys) -> bool {
        match passwords {
            Keys::Known(known) => !known.is_empty() && known.iter().all(|(key, _)| is_loopback(key)),
            Keys::Unread(_) | Keys::Every => {
                // Nothing else may choose a destination.
                let routes = [
                    "transport_maps",
                    "sender_dependent_relayhost_maps",
                    "sender_dependent_default_transport_maps",
                    "smtp_fallback_relay",
                    "default_transport",
                    "relay_transport",
                ];
                let is_default = |name: &&str| {
                    self.model.value(self.scope, name).is_none_or(|value| !value.is_set() || value.as_str().is_empty())
                };
                let relayhost = self.model.text(self.scope, "relayhost").to_ascii_lowercase();
                self.prefix == "smtp" && is_loopback(&relayhost) && routes.iter().all(is_default)
            }
        }
    }

    /// The header by which a sender asks for no TLS.
    // postconf(5), tls_required_enable, 3.10 and later: it limits the level to `may`
    // and disables the lookup of policies (smtp_tls_policy.c, policy_create)
    fn unenforced(&self) -> Option<Text> {
        let version = self.model.target.postfix.value.series();
        let is_old = !self.model.target.assumes_postfix() && version < Version::new(3, 10);
        let is_off = self.model.text(self.scope, "tls_required_enable").eq_ignore_ascii_case("no");
        (!is_old && !is_off).then_some(UNENFORCED)
    }

    fn challenges(&self) -> Text {
        let name = self.name("sasl_security_options");
        text!(
            "mechanisms that do not show the password (CRAM-MD5 and the like) are used without TLS too: `{name}` has `noplaintext`",
            "암호를 드러내지 않는 방식(CRAM-MD5 등)은 TLS 없이도 쓰입니다. `{name}` 설정에 `noplaintext` 값이 있습니다"
        )
    }

    fn in_clear(&self, level: &str) -> Text {
        let (name, options) = (self.name("tls_security_level"), self.name("sasl_security_options"));
        text!(
            "a server that offers no TLS, or an attacker who hides it, gets the password in clear: `{name}` is `{level}`, and `{options}` has no `noplaintext`",
            "TLS를 제공하지 않는 서버나 TLS를 숨기는 공격자에게 암호가 그대로 넘어갑니다. `{name}` 매개변수가 `{level}` 값이고 `{options}` 설정에 `noplaintext` 값이 없습니다"
        )
    }

    fn policy_missing(&self) -> Text {
        let (policies, passwords) = (self.name("tls_policy_maps"), self.name("sasl_password_maps"));
        text!(
            "the tables of `{policies}` beside those of `{passwords}`: every destination that gets a password must have `encrypt` or stronger",
            "`{policies}` 테이블과 `{passwords}` 테이블의 내용: 암호를 받는 모든 목적지에 `encrypt` 이상의 정책이 있어야 합니다"
        )
    }

    fn name(&self, param: &str) -> String {
        format!("{}_{param}", self.prefix)
    }

    fn text(&self, param: &str) -> String {
        self.model.text(self.scope, &self.name(param))
    }

    fn is_yes(&self, param: &str) -> bool {
        self.model.is_yes(self.scope, &self.name(param))
    }

    fn list(&self, param: &str) -> Vec<String> {
        let value = self.model.value(self.scope, &self.name(param));
        value
            .map(|value| words(&value.text))
            .unwrap_or_default()
            .iter()
            .map(|word| word.text.as_str().to_owned())
            .collect()
    }

    fn place(&self, param: &str) -> Option<Span> {
        self.model.value(self.scope, &self.name(param)).and_then(|value| value.span())
    }
}

/// Whether a level sends nothing without TLS. `dane` falls back to less where a
/// domain publishes no TLSA records (smtp_tls_policy.c, dane_init).
fn is_mandatory(level: &str) -> bool {
    ["encrypt", "dane-only", "fingerprint", "verify", "secure"].contains(&level)
}

fn first_word(value: &str) -> String {
    let end = |letter: char| letter == ',' || letter.is_ascii_whitespace();
    value.split(end).next().unwrap_or_default().to_ascii_lowercase()
}

/// Whether a key names a next hop alone, never a server that was found by MX or a
/// sender: `[mail.example.org]:587`.
fn is_literal(key: &str) -> bool {
    key.starts_with('[')
}

fn is_loopback(destination: &str) -> bool {
    let Some((host, _)) = destination.strip_prefix('[').and_then(|rest| rest.split_once(']')) else { return false };
    let host = host.strip_prefix("ipv6:").unwrap_or(host);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

const NO_LOGIN: Text =
    Text::fixed("no client of this server logs in anywhere", "이 서버의 클라이언트는 어디에도 로그인하지 않습니다");
const ONLY_TLS: Text = Text::fixed(
    "no client of this server sends its password without TLS",
    "이 서버의 어떤 클라이언트도 TLS 없이 암호를 보내지 않습니다",
);
const NOT_SEEN: Text = Text::fixed(
    "the lines that were given show no login at another server",
    "주어진 줄에는 다른 서버에 로그인하는 설정이 없습니다",
);
const MAIN_MISSING: Text = Text::fixed(
    "main.cf as a whole: `postconf -n`. Where `smtp_sasl_auth_enable = yes`, `smtp_tls_security_level` must be `encrypt` or stronger",
    "main.cf 전체: `postconf -n`. `smtp_sasl_auth_enable = yes` 값이면 `smtp_tls_security_level` 값은 `encrypt` 이상이어야 합니다",
);
const LOCAL: Text = Text::fixed("passwords for servers on this host itself", "이 호스트 자신의 서버에 보내는 암호");
const UNENFORCED: Text = Text::fixed(
    "messages with the header `TLS-Required: no`, which lower the level to `may` from Postfix 3.10 on unless `tls_required_enable = no`",
    "`TLS-Required: no` 헤더가 있는 메시지. Postfix 3.10부터 `tls_required_enable = no` 값이 아니면 보안 수준이 `may`로 낮아집니다",
);

fn weak_policy(destination: &str) -> Text {
    text!(
        "the TLS policy of `{destination}` lets the password go out without TLS",
        "`{destination}` 목적지의 TLS 정책에 따라 암호가 TLS 없이 나갈 수 있습니다"
    )
}

fn who_gets_one(destination: &str) -> Text {
    text!(
        "whether a password is sent to `{destination}`: it must be in no table of passwords, by destination, server name or sender",
        "`{destination}` 목적지에 암호를 보내는지: 목적지, 서버 이름, 발신자 어느 것으로도 암호 테이블에 없어야 합니다"
    )
}

fn policy_unread(table: &str) -> Text {
    text!(
        "`{table}` sets the TLS policy of destinations, and was not given",
        "`{table}` 테이블이 목적지의 TLS 정책을 정하는데 그 내용이 주어지지 않았습니다"
    )
}
