//! Restrictions that look at no particular subject, and those of HELO.

use super::{Code, Doc, OTHERWISE, coded, doc, tempfail, when};

const NO_HELO_OR_VALID: super::When =
    when("if the name is well formed, or no HELO was sent", "이름 형식이 올바르거나 HELO를 보내지 않았으면");

pub(super) const DOCS: &[Doc] = &[
    doc(
        "permit",
        "ends this list with a permit; the lists after it are still asked",
        "이 목록을 허용으로 끝냅니다. 뒤의 목록은 그대로 검사합니다",
        &[when("always", "항상")],
    ),
    doc(
        "defer",
        "refuses everybody who gets here for now, so that clients try again later",
        "여기까지 온 세션을 모두 일시 거절하여 클라이언트가 나중에 다시 시도하게 합니다",
        &[coded("defer_code", "always", "항상")],
    ),
    doc(
        "reject",
        "refuses everybody who gets here",
        "여기까지 온 세션을 모두 거절합니다",
        &[coded("reject_code", "always", "항상")],
    ),
    doc(
        "warn_if_reject",
        "turns a refusal by the next entry into a line in the log",
        "바로 다음 항목의 거절을 로그 한 줄로 바꿉니다",
        &[when("whatever the next entry would refuse", "다음 항목이 무엇을 거절하려 하든")],
    ),
    doc(
        "defer_if_permit",
        "goes on, but refuses for now at the end if nothing else has refused by then",
        "검사를 계속하되 끝까지 거절이 없으면 그때 일시 거절합니다",
        &[
            when("at the end, if nothing else refuses", "끝까지 다른 거절이 없으면"),
            when("under `warn_if_reject`, as a line in the log only", "`warn_if_reject` 뒤에서는 로그에만 남습니다"),
        ],
    ),
    doc(
        "defer_if_reject",
        "goes on, and turns a later refusal for good (5xx) into a refusal for now",
        "검사를 계속하고, 뒤에 나오는 영구 거절(5xx)을 일시 거절로 바꿉니다",
        &[when("if a later entry refuses for good", "뒤의 항목이 영구 거절하면")],
    ),
    doc(
        "reject_unauth_pipelining",
        "refuses a client that sends commands ahead of time without being allowed to",
        "허락 없이 응답을 기다리지 않고 명령을 미리 보내는 클라이언트를 거절합니다",
        &[when("if commands came too early", "명령이 너무 일찍 왔으면"), OTHERWISE],
    ),
    doc(
        "reject_plaintext_session",
        "refuses a session that is not encrypted with TLS",
        "TLS로 암호화하지 않은 세션을 거절합니다",
        &[
            coded("plaintext_reject_code", "if the session has no TLS", "세션에 TLS가 없으면"),
            when("if TLS is on", "TLS를 쓰고 있으면"),
        ],
    ),
    doc(
        "check_policy_service",
        "asks the policy server {arg} about the whole session; whatever it answers counts",
        "정책 서버 {arg} 쪽에 세션 전체를 묻고, 그 답을 그대로 따릅니다",
        &[when(
            "as the policy server answers; if it does not answer, as `smtpd_policy_service_default_action` says",
            "정책 서버의 답대로. 답이 없으면 `smtpd_policy_service_default_action` 값대로",
        )],
    ),
    doc(
        "sleep",
        "waits {arg} seconds before the next entry",
        "다음 항목으로 가기 전에 {arg} 초를 기다립니다",
        &[when("after the wait", "기다린 뒤")],
    ),
    doc(
        "reject_invalid_helo_hostname",
        "refuses a HELO name that is malformed",
        "형식이 잘못된 HELO 이름을 거절합니다",
        &[
            coded("invalid_hostname_reject_code", "if the HELO name is malformed", "HELO 이름의 형식이 잘못되었으면"),
            NO_HELO_OR_VALID,
        ],
    ),
    doc(
        "reject_non_fqdn_helo_hostname",
        "refuses a HELO name without a dot, such as `localhost`",
        "`localhost`처럼 점이 없는 HELO 이름을 거절합니다",
        &[
            coded(
                "non_fqdn_reject_code",
                "if the HELO name is no host name with a dot in it",
                "HELO 이름이 점이 든 호스트 이름이 아니면",
            ),
            coded(
                "invalid_hostname_reject_code",
                "if it is a malformed address in brackets",
                "대괄호 안의 주소 형식이 잘못되었으면",
            ),
            when("otherwise, or if no HELO was sent", "그 밖의 경우, 또는 HELO를 보내지 않았으면"),
        ],
    ),
    doc(
        "reject_unknown_helo_hostname",
        "refuses a HELO name that DNS does not know",
        "DNS에 없는 HELO 이름을 거절합니다",
        &[
            coded(
                "unknown_hostname_reject_code",
                "if DNS has no A, AAAA or MX record of the HELO name",
                "HELO 이름의 A, AAAA, MX 레코드가 DNS에 없으면",
            ),
            tempfail(
                "unknown_helo_hostname_tempfail_action",
                Code::Fixed,
                "if DNS does not answer for now",
                "DNS가 일시적으로 답하지 않으면",
            ),
            coded(
                "invalid_hostname_reject_code",
                "if it is a malformed address in brackets",
                "대괄호 안의 주소 형식이 잘못되었으면",
            ),
            when("if a record exists, or no HELO was sent", "레코드가 있거나 HELO를 보내지 않았으면"),
        ],
    ),
    doc(
        "permit_naked_ip_address",
        "is an old test for a bare address as HELO name, which release 3.9 removed",
        "HELO에 주소만 적은 클라이언트를 허용하던 옛 검사로, 3.9 버전에서 없어졌습니다",
        &[when("always, from release 3.9 on", "3.9 버전부터 항상")],
    ),
];
