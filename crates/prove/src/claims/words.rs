//! What the claims say: in a few words, in one sentence, and exactly.

use super::Claim;
use postproof_diag::Text;

impl Claim {
    /// The claim in a few words.
    pub fn title(self) -> Text {
        match self {
            Claim::NoOpenRelay => Text::fixed("no open relay", "오픈 릴레이가 아님"),
            Claim::AuthOnlyWithTls => Text::fixed("no login without TLS", "TLS 없이 로그인할 수 없음"),
            Claim::OwnSendersOnly => {
                Text::fixed("logged-in users send as themselves only", "로그인한 사용자는 자기 주소로만 보냄")
            }
            Claim::RecipientsValidated => {
                Text::fixed("unknown recipients are refused (no backscatter)", "없는 수신자를 거부함 (백스캐터 없음)")
            }
            Claim::OwnDomainsProtected => {
                Text::fixed("outsiders can't send as your domains", "외부에서 이 서버의 도메인을 발신자로 쓸 수 없음")
            }
        }
    }

    /// What it means for somebody who runs the server.
    pub fn sentence(self) -> Text {
        match self {
            Claim::NoOpenRelay => Text::fixed(
                "whoever is not logged in and not on the list of exceptions can't make this server send mail outside your domains",
                "로그인하지 않았고 예외 목록에도 없는 클라이언트는 이 서버로 외부 도메인에 메일을 보낼 수 없습니다",
            ),
            Claim::AuthOnlyWithTls => Text::fixed(
                "from no address is a login accepted unless a real cipher encrypts it",
                "어느 주소에서 오든 실제로 암호화된 연결에서만 로그인을 받습니다",
            ),
            Claim::OwnSendersOnly => Text::fixed(
                "wherever users log in from, the envelope sender of their mail belongs to their login",
                "어디서 로그인하든 메일의 봉투 발신자는 로그인한 사용자의 주소입니다",
            ),
            Claim::RecipientsValidated => Text::fixed(
                "every recipient that is accepted ends at a mailbox that exists",
                "받아들인 수신자는 모두 실제로 있는 메일함에 닿습니다",
            ),
            Claim::OwnDomainsProtected => Text::fixed(
                "nobody outside uses an address of your domains as envelope sender",
                "외부의 누구도 이 서버의 도메인 주소를 봉투 발신자로 쓸 수 없습니다",
            ),
        }
    }

    /// What exactly is claimed.
    pub fn definition(self) -> Text {
        match self {
            Claim::NoOpenRelay => Text::fixed(
                "whoever is not logged in and is none of the exceptions can't make this server send mail, after all rewriting, outside the domains that its lists spell out, to those below them, and to fixed addresses of aliases. A top-level domain or public suffix, a pattern that anybody's domain meets and `static:` list nothing",
                "로그인하지 않았고 예외에도 없는 클라이언트는 주소를 모두 바꾼 뒤에도 목록에 이름이 적힌 도메인과 그 하위 도메인, 별칭의 정해진 주소 밖으로 메일을 보낼 수 없습니다. 최상위 도메인과 공용 접미사, 아무 도메인에나 맞는 패턴, `static:` 값은 목록에 적힌 이름이 아닙니다",
            ),
            Claim::AuthOnlyWithTls => Text::fixed(
                "from no other host is an AUTH command accepted unless the connection is encrypted with a cipher that encrypts; NULL ciphers do not",
                "다른 호스트에서 온 AUTH 명령은 암호화된 연결에서만 받아들입니다. NULL 암호는 암호화가 아닙니다",
            ),
            Claim::OwnSendersOnly => Text::fixed(
                "whoever logs in, and is none of the exceptions, gets no recipient accepted for an envelope sender that, after rewriting, `smtpd_sender_login_maps` does not give to that login. The null sender is everybody's, and the From header is not checked",
                "로그인한 클라이언트는 예외를 빼면 `smtpd_sender_login_maps` 설정이 그 로그인에 주지 않은 봉투 발신자(주소를 바꾼 뒤 기준)로 어떤 수신자도 통과시킬 수 없습니다. 빈 발신자는 누구나 쓸 수 있고 From 헤더는 검사하지 않습니다",
            ),
            Claim::RecipientsValidated => Text::fixed(
                "nobody outside gets a recipient of your domains accepted that ends, through all aliases that were given, at an address which no table of users lists; what a table lists for a whole domain is an exception",
                "외부의 누구도 주어진 별칭을 모두 따라간 끝이 어느 사용자 테이블에도 없는 주소인 수신자를 통과시킬 수 없습니다. 도메인 전체를 받는 항목은 예외로 보입니다",
            ),
            Claim::OwnDomainsProtected => Text::fixed(
                "nobody outside who is none of the exceptions gets any recipient except a bare `postmaster` accepted with an envelope sender that is, after rewriting, in a domain that this server receives for or sends as, or below one. The From header is not checked",
                "예외를 빼면 외부의 누구도 이 서버가 받거나 보내는 데 쓰는 도메인과 그 하위 도메인의 봉투 발신자(주소를 바꾼 뒤 기준)로 어떤 수신자도(도메인 없는 `postmaster` 제외) 통과시킬 수 없습니다. From 헤더는 검사하지 않습니다",
            ),
        }
    }
}
