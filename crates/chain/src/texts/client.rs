//! Restrictions about the client: its address, name, login and certificate,
//! and the DNS lists.

use super::{Code, Doc, OTHERWISE, When, coded, doc, when};

const NOT_LISTED: When = when("if it is not listed, or DNS does not answer", "목록에 없거나 DNS가 답하지 않으면");
const NOT_LISTED_OR_FOREIGN: When = when(
    "if it is not listed, or at RCPT TO if the recipient's domain is none of yours",
    "목록에 없거나, RCPT TO 단계에서 수신자 도메인이 이 서버의 도메인이 아니면",
);
const DNS_ERROR: When = when("if DNS does not answer for now", "DNS가 일시적으로 답하지 않으면");

const fn listed(en: &'static str, ko: &'static str) -> When {
    When { en, ko, code: Code::Param("maps_rbl_reject_code"), tempfail: None }
}

pub(super) const DOCS: &[Doc] = &[
    doc(
        "permit_inet_interfaces",
        "permits connections from this machine's own addresses (`inet_interfaces`)",
        "이 서버 자신의 주소(`inet_interfaces`)에서 온 접속을 허용합니다",
        &[when("if the client has one of this machine's addresses", "클라이언트 주소가 이 서버의 주소이면"), OTHERWISE],
    ),
    doc(
        "permit_mynetworks",
        "permits clients whose address or name is in `mynetworks`",
        "주소나 이름이 `mynetworks` 목록에 있는 클라이언트를 허용합니다",
        &[
            when("if the client is in `mynetworks`", "클라이언트가 `mynetworks` 목록에 있으면"),
            OTHERWISE,
            when(
                "if a table in `mynetworks` does not answer for now, or a network in it is malformed",
                "`mynetworks` 목록의 표가 일시적으로 답하지 않거나 네트워크 형식이 잘못되었으면",
            ),
            when("if a table in `mynetworks` cannot be read", "`mynetworks` 목록의 표를 읽을 수 없으면"),
        ],
    ),
    doc(
        "permit_sasl_authenticated",
        "permits clients that are logged in",
        "로그인한 클라이언트를 허용합니다",
        &[
            when("if the client is logged in", "클라이언트가 로그인했으면"),
            when("if it is not, or logged in anonymously", "로그인하지 않았거나 익명으로 로그인했으면"),
        ],
    ),
    doc(
        "permit_tls_clientcerts",
        "permits clients whose TLS certificate is listed in `relay_clientcerts`",
        "TLS 인증서가 `relay_clientcerts` 표에 있는 클라이언트를 허용합니다",
        &[
            when("if the certificate or its key is listed", "인증서나 그 키가 표에 있으면"),
            when("if there is no TLS, no certificate, or it is not listed", "TLS나 인증서가 없거나 표에 없으면"),
            when("if the table does not answer for now", "표가 일시적으로 답하지 않으면"),
            when("if the table cannot be read", "표를 읽을 수 없으면"),
        ],
    ),
    doc(
        "permit_tls_all_clientcerts",
        "permits clients whose TLS certificate verifies or is listed in `relay_clientcerts`",
        "TLS 인증서가 검증되거나 `relay_clientcerts` 표에 있는 클라이언트를 허용합니다",
        &[when("if the certificate verifies, or is listed", "인증서가 검증되거나 표에 있으면"), OTHERWISE],
    ),
    doc(
        "reject_unknown_client_hostname",
        "refuses a client whose address has no name in DNS, or whose name does not lead back to the address",
        "DNS에서 주소의 이름을 찾을 수 없거나, 그 이름이 같은 주소로 돌아오지 않는 클라이언트를 거절합니다",
        &[
            coded(
                "unknown_client_reject_code",
                "if name and address do not lead to each other",
                "이름과 주소가 서로 맞지 않으면",
            ),
            when("if DNS does not answer for now: always 450", "DNS가 일시적으로 답하지 않으면(항상 450)"),
            when("if name and address lead to each other", "이름과 주소가 서로 맞으면"),
        ],
    ),
    doc(
        "reject_unknown_reverse_client_hostname",
        "refuses a client whose address has no name in DNS",
        "DNS에 주소의 이름이 없는 클라이언트를 거절합니다",
        &[
            coded("unknown_client_reject_code", "if the address has no PTR record", "주소의 PTR 레코드가 없으면"),
            when("if DNS does not answer for now: always 450", "DNS가 일시적으로 답하지 않으면(항상 450)"),
            when("if the address has a PTR record", "주소의 PTR 레코드가 있으면"),
        ],
    ),
    doc(
        "reject_rbl_client",
        "refuses a client whose address is listed at {arg}",
        "주소가 차단 목록 {arg} 영역에 올라 있는 클라이언트를 거절합니다",
        &[listed("if the client's address is listed", "클라이언트 주소가 목록에 있으면"), NOT_LISTED],
    ),
    doc(
        "reject_rhsbl_client",
        "refuses a client whose verified name is listed at {arg}",
        "확인된 이름이 차단 목록 {arg} 영역에 올라 있는 클라이언트를 거절합니다",
        &[listed("if the client's verified name is listed", "클라이언트의 확인된 이름이 목록에 있으면"), NOT_LISTED],
    ),
    doc(
        "reject_rhsbl_reverse_client",
        "refuses a client whose reverse name, verified or not, is listed at {arg}",
        "역방향(PTR) 이름이 차단 목록 {arg} 영역에 올라 있는 클라이언트를 거절합니다",
        &[listed("if the client's reverse name is listed", "클라이언트의 역방향 이름이 목록에 있으면"), NOT_LISTED],
    ),
    doc(
        "reject_rhsbl_helo",
        "refuses a HELO name that is listed at {arg}",
        "차단 목록 {arg} 영역에 올라 있는 HELO 이름을 거절합니다",
        &[listed("if the HELO name is listed", "HELO 이름이 목록에 있으면"), NOT_LISTED],
    ),
    doc(
        "reject_rhsbl_sender",
        "refuses a sender whose domain is listed at {arg}",
        "도메인이 차단 목록 {arg} 영역에 올라 있는 발신자를 거절합니다",
        &[listed("if the sender's domain is listed", "발신자 도메인이 목록에 있으면"), NOT_LISTED],
    ),
    doc(
        "reject_rhsbl_recipient",
        "refuses a recipient whose domain is listed at {arg}",
        "도메인이 차단 목록 {arg} 영역에 올라 있는 수신자를 거절합니다",
        &[listed("if the recipient's domain is listed", "수신자 도메인이 목록에 있으면"), NOT_LISTED],
    ),
    doc(
        "permit_dnswl_client",
        "permits a client whose address is listed at {arg}, but lets nobody relay",
        "주소가 허용 목록 {arg} 영역에 올라 있는 클라이언트를 허용합니다. 단, 릴레이는 허용하지 않습니다",
        &[
            when("if the client's address is listed", "클라이언트 주소가 목록에 있으면"),
            NOT_LISTED_OR_FOREIGN,
            DNS_ERROR,
        ],
    ),
    doc(
        "permit_rhswl_client",
        "permits a client whose verified name is listed at {arg}, but lets nobody relay",
        "확인된 이름이 허용 목록 {arg} 영역에 올라 있는 클라이언트를 허용합니다. 단, 릴레이는 허용하지 않습니다",
        &[
            when("if the client's verified name is listed", "클라이언트의 확인된 이름이 목록에 있으면"),
            NOT_LISTED_OR_FOREIGN,
            DNS_ERROR,
        ],
    ),
    doc(
        "reject_maps_rbl",
        "is an old test of the lists in `maps_rbl_domains`, which release 3.9 removed",
        "`maps_rbl_domains` 목록을 묻던 옛 검사로, 3.9 버전에서 없어졌습니다",
        &[when("always, from release 3.9 on", "3.9 버전부터 항상")],
    ),
];
