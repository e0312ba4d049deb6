//! The claims in words.

use super::{HostClaim, HostVerdict};
use postproof_diag::Text;

impl HostClaim {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            HostClaim::NoOpenRelay => "no-open-relay",
            HostClaim::NoOtherEntrance => "no-other-entrance",
            HostClaim::OutgoingPasswordsOnlyOverTls => "outgoing-passwords-only-over-tls",
            HostClaim::ReinjectionFromLoopbackOnly => "reinjection-from-loopback-only",
            HostClaim::ImapLoginsOnlyWithTls => "imap-logins-only-with-tls",
            HostClaim::Pop3LoginsOnlyWithTls => "pop3-logins-only-with-tls",
            HostClaim::ManagesieveLoginsOnlyWithTls => "managesieve-logins-only-with-tls",
        }
    }

    /// The claim in a few words.
    pub fn title(self) -> Text {
        match self {
            HostClaim::NoOpenRelay => {
                Text::fixed("no open relay besides smtpd", "smtpd 외의 프로그램도 오픈 릴레이가 아님")
            }
            HostClaim::NoOtherEntrance => Text::fixed("no entrance besides smtpd", "smtpd 외의 입구가 없음"),
            HostClaim::OutgoingPasswordsOnlyOverTls => {
                Text::fixed("passwords leave only over TLS", "다른 서버에 암호를 TLS로만 보냄")
            }
            HostClaim::ReinjectionFromLoopbackOnly => {
                Text::fixed("only the filter hands mail back", "필터를 거친 메일은 필터만 돌려줄 수 있음")
            }
            HostClaim::ImapLoginsOnlyWithTls => Text::fixed("IMAP logins only with TLS", "IMAP 로그인은 TLS로만 가능"),
            HostClaim::Pop3LoginsOnlyWithTls => Text::fixed("POP3 logins only with TLS", "POP3 로그인은 TLS로만 가능"),
            HostClaim::ManagesieveLoginsOnlyWithTls => {
                Text::fixed("ManageSieve logins only with TLS", "ManageSieve 로그인은 TLS로만 가능")
            }
        }
    }

    /// What exactly is claimed.
    pub fn definition(self) -> Text {
        match self {
            HostClaim::NoOpenRelay => Text::fixed(
                "no program besides smtpd takes mail for other domains from clients that are not listed here",
                "smtpd 외의 어떤 프로그램도 여기에 표시되지 않은 클라이언트에게서 다른 도메인으로 가는 메일을 받지 않습니다",
            ),
            HostClaim::NoOtherEntrance => Text::fixed(
                "no program besides smtpd takes mail from other hosts: whoever sends mail here has to pass the lists of smtpd",
                "smtpd 외의 어떤 프로그램도 다른 호스트에서 메일을 받지 않습니다. 메일을 보내려면 누구나 smtpd의 목록을 거쳐야 합니다",
            ),
            HostClaim::OutgoingPasswordsOnlyOverTls => Text::fixed(
                "wherever this server logs in to send mail, its password is sent over TLS or not at all",
                "이 서버가 메일을 보내려고 로그인하는 곳 어디에서나 암호를 TLS로만 보내고, TLS가 없으면 보내지 않습니다",
            ),
            HostClaim::ReinjectionFromLoopbackOnly => Text::fixed(
                "every service that takes mail back from a content filter listens on a loopback address, or refuses clients that are not listed here",
                "콘텐츠 필터에서 메일을 돌려받는 모든 서비스는 루프백 주소에서만 기다리거나, 여기에 표시되지 않은 클라이언트를 거부합니다",
            ),
            HostClaim::ImapLoginsOnlyWithTls
            | HostClaim::Pop3LoginsOnlyWithTls
            | HostClaim::ManagesieveLoginsOnlyWithTls => Text::fixed(
                "no login is accepted from another host before TLS is up",
                "다른 호스트의 로그인은 TLS가 시작되기 전에는 받아들이지 않습니다",
            ),
        }
    }
}

impl HostVerdict {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            HostVerdict::Holds => "holds",
            HostVerdict::Fails => "fails",
            HostVerdict::Depends => "depends",
            HostVerdict::Unknown => "unknown",
        }
    }
}
