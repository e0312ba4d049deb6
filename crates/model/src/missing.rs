//! What was not given, and what it would tell.

use crate::{Model, Presence, Reference, ReferenceKind, Scope};
use postproof_diag::{Missing, Text, text};
use postproof_syntax::table::TableSyntax;
use std::collections::BTreeSet;

impl Model {
    /// The files that were not given though the configuration needs them, each
    /// with what it would tell and the command that prints it.
    pub fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if !self.has_postfix() {
            return missing;
        }
        match self.given.main_cf {
            Presence::Missing => missing.push(Missing {
                what: Text::fixed(
                    "main.cf: every parameter of the server; without it, only defaults and `-o` options are known",
                    "main.cf: 서버의 모든 매개변수. 없으면 기본값과 `-o` 옵션만 알 수 있습니다",
                ),
                command: Some("postconf -n".to_owned()),
            }),
            Presence::Excerpt => missing.push(Missing {
                what: Text::fixed(
                    "the rest of main.cf: only some of its lines were given, and what was not given is taken at its default",
                    "main.cf의 나머지: 일부 줄만 받았으므로 받지 않은 설정은 기본값으로 봅니다",
                ),
                command: Some("postconf -n".to_owned()),
            }),
            Presence::Whole => {}
        }
        if self.given.master_cf != Presence::Whole {
            missing.push(Missing {
                what: Text::fixed(
                    "master.cf: which services listen (ports 25, 465, 587), and the `-o` options that replace settings of main.cf in each",
                    "master.cf: 어떤 서비스가 어느 포트(25, 465, 587)에서 듣는지, 서비스마다 main.cf 설정을 바꾸는 `-o` 옵션이 무엇인지",
                ),
                command: Some("postconf -Mf".to_owned()),
            });
        }
        if self.given.dovecot == Presence::Missing && self.uses_dovecot() {
            missing.push(Missing {
                what: Text::fixed(
                    "Dovecot's configuration: whether its sockets are where Postfix looks for them, which logins it accepts without TLS, and which users exist",
                    "Dovecot 설정: Postfix가 찾는 위치에 소켓이 있는지, TLS 없이 로그인을 받는지, 어떤 사용자가 있는지",
                ),
                command: Some("doveconf -n".to_owned()),
            });
        }
        missing.extend(missing_files(self));
        missing
    }

    /// Whether any of Postfix's own files was given.
    pub fn has_postfix(&self) -> bool {
        self.given.main_cf != Presence::Missing || self.given.master_cf != Presence::Missing
    }

    /// Whether Postfix hands logins or mail to Dovecot.
    fn uses_dovecot(&self) -> bool {
        let scopes = std::iter::once(Scope::Main).chain(self.services.iter().map(|service| Scope::Service(service.id)));
        let sasl = scopes.into_iter().any(|scope| {
            self.is_yes(scope, "smtpd_sasl_auth_enable") && self.text(scope, "smtpd_sasl_type") == "dovecot"
        });
        let transports = ["virtual_transport", "mailbox_transport", "local_transport", "mailbox_command"];
        sasl || transports.iter().any(|name| {
            let value = self.text(Scope::Main, name);
            value.contains("dovecot") || value.starts_with("lmtp:")
        })
    }
}

/// Files that were not given are named one by one up to this many; the rest is
/// counted. Nobody runs more commands for one answer.
const MAX_NAMED_FILES: usize = 40;

/// What the content of a file that a parameter names tells of whom the server
/// trusts; nothing where it decides nothing of that kind.
// postconf(5), the entry of each parameter
fn tells(param: &str) -> Option<Text> {
    match param {
        "mynetworks" | "permit_mx_backup_networks" | "qmqpd_authorized_clients" | "smtpd_sasl_exceptions_networks" => {
            Some(Text::fixed("which clients are in it", "어떤 클라이언트가 들어 있는지"))
        }
        "smtpd_authorized_xclient_hosts" | "smtpd_authorized_xforward_hosts" => Some(Text::fixed(
            "which clients may say that they are another one",
            "어떤 클라이언트가 다른 클라이언트라고 말할 수 있는지",
        )),
        "relay_clientcerts" => {
            Some(Text::fixed("which client certificates may relay", "어떤 클라이언트 인증서로 릴레이할 수 있는지"))
        }
        "mydestination"
        | "relay_domains"
        | "virtual_alias_domains"
        | "virtual_mailbox_domains"
        | "virtual_alias_maps" => Some(Text::fixed(
            "for which domains and addresses the server accepts mail",
            "서버가 어떤 도메인과 주소의 메일을 받는지",
        )),
        "smtpd_sender_login_maps" => {
            Some(Text::fixed("which login owns which sender address", "어떤 로그인이 어떤 발신자 주소의 주인인지"))
        }
        "smtpd_discard_ehlo_keyword_address_maps" => Some(Text::fixed(
            "to which clients `STARTTLS` or `AUTH` is not offered",
            "어떤 클라이언트에 `STARTTLS`나 `AUTH`를 제시하지 않는지",
        )),
        "smtpd_command_filter" => {
            Some(Text::fixed("how commands of the client are rewritten", "클라이언트의 명령을 어떻게 바꾸는지"))
        }
        "parent_domain_matches_subdomains" => Some(Text::fixed(
            "in which lists a domain stands for its subdomains too",
            "어떤 목록에서 도메인이 하위 도메인까지 뜻하는지",
        )),
        _ => None,
    }
}

/// The files that decide whom the server trusts, were they given.
fn missing_files(model: &Model) -> Vec<Missing> {
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    let mut left_out = 0_usize;
    let mut references = model.all_references();
    references.sort_by_key(|one| one.span);
    for reference in references {
        let Some(param) = reference.param.as_deref() else { continue };
        let told = match reference.is_access {
            true => Some(Text::fixed("whom it lets in or refuses", "누구를 받아들이고 누구를 거부하는지")),
            false => tells(param),
        };
        let (Some(told), Some(syntax)) = (told, reference.kind.syntax()) else { continue };
        if model.given_table(&reference.path, |_| true).is_some() || !seen.insert(reference.path.clone()) {
            continue;
        }
        if missing.len() == MAX_NAMED_FILES {
            left_out += 1;
            continue;
        }
        let path = &reference.path;
        missing.push(Missing {
            what: text!(
                "`{path}`, named by `{param}`: {told}",
                "`{param}` 매개변수가 가리키는 `{path}`: {told}",
                told = told
            ),
            command: Some(command(&reference, syntax)),
        });
    }
    if left_out > 0 {
        missing.push(Missing {
            what: text!("{left_out} more files of this kind", "같은 종류의 파일 {left_out}개"),
            command: None,
        });
    }
    missing
}

/// The command that prints a file. Of a table that is indexed, the index counts,
/// and the text may be gone.
// postmap(1), -s
fn command(reference: &Reference, syntax: TableSyntax) -> String {
    match (&reference.table, reference.kind, syntax) {
        (Some(table), ReferenceKind::Table(_, Some(_)), TableSyntax::Indexed) => format!("postmap -s {table}"),
        (Some(_) | None, _, _) => format!("cat {}", reference.path),
    }
}
