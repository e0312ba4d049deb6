//! Restrictions about the sender.

use super::{Code, Doc, OTHERWISE, When, coded, doc, tempfail, when};

const NO_MATTER: When =
    when("otherwise, for an empty sender, and where SASL is off", "그 밖의 경우, 발신자가 비었거나 SASL이 꺼져 있으면");

pub(super) const DOCS: &[Doc] = &[
    doc(
        "reject_unknown_sender_domain",
        "refuses a sender whose domain DNS does not know, or that takes no mail",
        "도메인이 DNS에 없거나 메일을 받지 않는 발신자를 거절합니다",
        &[
            coded(
                "unknown_address_reject_code",
                "if DNS has no MX, A or AAAA record of the sender's domain",
                "발신자 도메인의 MX, A, AAAA 레코드가 DNS에 없으면",
            ),
            when(
                "if the domain says that it takes no mail (null MX)",
                "도메인이 메일을 받지 않는다고 밝혔으면(null MX)",
            ),
            tempfail(
                "unknown_address_tempfail_action",
                Code::Fixed,
                "if DNS does not answer for now",
                "DNS가 일시적으로 답하지 않으면",
            ),
            when(
                "if a record exists, the domain is yours, or the sender is empty",
                "레코드가 있거나, 이 서버의 도메인이거나, 발신자가 비었으면",
            ),
        ],
    ),
    doc(
        "reject_non_fqdn_sender",
        "refuses a sender without a full domain, such as `bob@localhost`",
        "`bob@localhost`처럼 도메인이 온전하지 않은 발신자를 거절합니다",
        &[
            coded(
                "non_fqdn_reject_code",
                "if the sender's domain is missing, malformed or has no dot",
                "발신자 도메인이 없거나 형식이 잘못되었거나 점이 없으면",
            ),
            when("if the domain is whole, or the sender is empty", "도메인이 온전하거나 발신자가 비었으면"),
        ],
    ),
    doc(
        "reject_unverified_sender",
        "refuses a sender whose own mail server does not take mail for it (tried with a probe)",
        "발신자 주소의 메일 서버가 그 주소를 받지 않으면 거절합니다(시험 메일로 확인)",
        &[
            coded("unverified_sender_reject_code", "if the probe bounced", "시험 메일이 반송되었으면"),
            tempfail(
                "unverified_sender_tempfail_action",
                Code::Param("unverified_sender_defer_code"),
                "if the probe is under way or delayed",
                "시험 메일이 진행 중이거나 지연되었으면",
            ),
            when("if the probe succeeded, or the sender is empty", "시험 메일이 성공했거나 발신자가 비었으면"),
        ],
    ),
    doc(
        "reject_authenticated_sender_login_mismatch",
        "refuses a logged-in client that uses a sender address which `smtpd_sender_login_maps` does not give to its login",
        "로그인한 클라이언트가 `smtpd_sender_login_maps` 표에서 자기 것이 아닌 발신자 주소를 쓰면 거절합니다",
        &[
            when(
                "if the client is logged in and the address is not its own, or nobody's",
                "로그인했으며 그 주소가 자기 것이 아니거나 소유자가 없으면",
            ),
            NO_MATTER,
        ],
    ),
    doc(
        "reject_known_sender_login_mismatch",
        "refuses a sender address that `smtpd_sender_login_maps` gives to somebody else; addresses without an owner pass",
        "`smtpd_sender_login_maps` 표에서 소유자가 따로 있는 발신자 주소를 거절합니다. 소유자가 없는 주소는 통과합니다",
        &[
            when(
                "if the address has an owner and the client is not logged in as one",
                "주소에 소유자가 있는데 클라이언트가 그 소유자로 로그인하지 않았으면",
            ),
            NO_MATTER,
        ],
    ),
    doc(
        "reject_unauthenticated_sender_login_mismatch",
        "refuses a client that is not logged in and uses a sender address with an owner in `smtpd_sender_login_maps`",
        "로그인하지 않은 클라이언트가 `smtpd_sender_login_maps` 표에 소유자가 있는 발신자 주소를 쓰면 거절합니다",
        &[
            when(
                "if the client is not logged in and the address has an owner",
                "로그인하지 않았으며 주소에 소유자가 있으면",
            ),
            NO_MATTER,
        ],
    ),
    doc(
        "reject_sender_login_mismatch",
        "refuses a sender address that is not the client's own: one with an owner if it is not logged in, any other than its own if it is",
        "자기 것이 아닌 발신자 주소를 거절합니다. 로그인하지 않았으면 소유자가 있는 주소를, 로그인했으면 자기 것이 아닌 모든 주소를 거절합니다",
        &[
            when(
                "if `smtpd_sender_login_maps` does not give the address to the client's login",
                "`smtpd_sender_login_maps` 표에서 그 주소가 클라이언트의 로그인 것이 아니면",
            ),
            OTHERWISE,
        ],
    ),
    doc(
        "reject_unlisted_sender",
        "refuses a sender in one of your domains that does not exist",
        "이 서버의 도메인에 있지 않은 주소를 발신자로 쓰면 거절합니다",
        &[
            When {
                en: "if the sender's domain is yours and the address does not exist in it",
                ko: "발신자 도메인이 이 서버의 것인데 그 주소가 없으면",
                code: Code::Unlisted,
                tempfail: None,
            },
            OTHERWISE,
        ],
    ),
    doc(
        "reject_multi_recipient_bounce",
        "refuses mail with an empty sender for more than one recipient",
        "발신자가 빈 메일이 수신자를 둘 이상 두면 거절합니다",
        &[
            coded(
                "multi_recipient_bounce_reject_code",
                "if the sender is empty and there is more than one recipient",
                "발신자가 비었고 수신자가 둘 이상이면",
            ),
            OTHERWISE,
        ],
    ),
];
