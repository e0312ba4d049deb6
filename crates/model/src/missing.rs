//! What was not given, and what it would tell.

use crate::{Model, Presence, Scope};
use postproof_diag::{Missing, Text};

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
