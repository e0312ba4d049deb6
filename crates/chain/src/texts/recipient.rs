//! Restrictions about the recipient.

use super::{Code, Doc, OTHERWISE, When, coded, doc, tempfail, when};

const YOURS: When = when("if the recipient's domain is one of yours", "수신자 도메인이 이 서버의 도메인이면");
const FOREIGN_EN: &str = "if the recipient's domain is none of yours";
const FOREIGN_KO: &str = "수신자 도메인이 이 서버의 도메인이 아니면";

pub(super) const DOCS: &[Doc] = &[
    doc(
        "permit_auth_destination",
        "permits mail for your own domains and for `relay_domains`",
        "이 서버의 도메인과 `relay_domains` 도메인으로 가는 메일을 허용합니다",
        &[YOURS, OTHERWISE],
    ),
    doc(
        "reject_unauth_destination",
        "refuses mail for a domain that is none of yours",
        "이 서버의 도메인이 아닌 곳으로 가는 메일을 거절합니다",
        &[coded("relay_domains_reject_code", FOREIGN_EN, FOREIGN_KO), YOURS],
    ),
    doc(
        "defer_unauth_destination",
        "refuses mail for a domain that is none of yours, for now: the client will try again",
        "이 서버의 도메인이 아닌 곳으로 가는 메일을 일시 거절합니다. 클라이언트는 다시 시도합니다",
        &[
            When { en: FOREIGN_EN, ko: FOREIGN_KO, code: Code::Less100("relay_domains_reject_code"), tempfail: None },
            YOURS,
        ],
    ),
    doc(
        "permit_mx_backup",
        "permits mail for your own domains, and for domains whose DNS names this server as a backup MX",
        "이 서버의 도메인과, DNS가 이 서버를 예비 MX로 적어 둔 도메인으로 가는 메일을 허용합니다",
        &[
            when(
                "if the domain is yours, or this server is its backup MX",
                "이 서버의 도메인이거나 이 서버가 그 도메인의 예비 MX이면",
            ),
            when("if DNS does not answer for now", "DNS가 일시적으로 답하지 않으면"),
            OTHERWISE,
        ],
    ),
    doc(
        "check_relay_domains",
        "is an old form of `reject_unauth_destination`, which release 3.9 removed",
        "`reject_unauth_destination` 항목의 옛 형태로, 3.9 버전에서 없어졌습니다",
        &[when("always, from release 3.9 on", "3.9 버전부터 항상")],
    ),
    doc(
        "reject_unknown_recipient_domain",
        "refuses a recipient whose domain DNS does not know, or that takes no mail",
        "도메인이 DNS에 없거나 메일을 받지 않는 수신자를 거절합니다",
        &[
            coded(
                "unknown_address_reject_code",
                "if DNS has no MX, A or AAAA record of the recipient's domain",
                "수신자 도메인의 MX, A, AAAA 레코드가 DNS에 없으면",
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
            when("if a record exists, or the domain is yours", "레코드가 있거나 이 서버의 도메인이면"),
        ],
    ),
    doc(
        "reject_non_fqdn_recipient",
        "refuses a recipient without a full domain, such as `alice@localhost`",
        "`alice@localhost`처럼 도메인이 온전하지 않은 수신자를 거절합니다",
        &[
            coded(
                "non_fqdn_reject_code",
                "if the recipient's domain is missing, malformed or has no dot",
                "수신자 도메인이 없거나 형식이 잘못되었거나 점이 없으면",
            ),
            when("if the domain is whole", "도메인이 온전하면"),
        ],
    ),
    doc(
        "reject_unlisted_recipient",
        "refuses a recipient in one of your domains that does not exist",
        "이 서버의 도메인에 없는 수신자를 거절합니다",
        &[
            When {
                en: "if the recipient's domain is yours and the address does not exist in it",
                ko: "수신자 도메인이 이 서버의 것인데 그 주소가 없으면",
                code: Code::Unlisted,
                tempfail: None,
            },
            OTHERWISE,
        ],
    ),
    doc(
        "reject_unverified_recipient",
        "refuses a recipient that its mail server does not take mail for (tried with a probe)",
        "수신자의 메일 서버가 그 주소를 받지 않으면 거절합니다(시험 메일로 확인)",
        &[
            coded("unverified_recipient_reject_code", "if the probe bounced", "시험 메일이 반송되었으면"),
            tempfail(
                "unverified_recipient_tempfail_action",
                Code::Param("unverified_recipient_defer_code"),
                "if the probe is under way or delayed",
                "시험 메일이 진행 중이거나 지연되었으면",
            ),
            when("if the probe succeeded", "시험 메일이 성공했으면"),
        ],
    ),
];
