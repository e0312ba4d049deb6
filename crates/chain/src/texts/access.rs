//! Restrictions that ask an access table.
//!
//! Whatever the table answers counts (access(5)); where the names looked up
//! are under the control of strangers, smtpd takes an OK for a configuration
//! error (smtpd_check.c, check_server_access).

use super::{Doc, When, doc, when};

const FOUND: When = when("as the table says, if it has an entry", "표에 항목이 있으면 그 내용대로");
const NOT_FOUND: When = when("if the table has no entry", "표에 항목이 없으면");
const NO_TABLE: When = when("if the table cannot be read", "표를 읽을 수 없으면");
const WHENS: &[When] = &[FOUND, NOT_FOUND, NO_TABLE];

pub(super) const DOCS: &[Doc] = &[
    doc(
        "check_client_access",
        "asks the table {arg} about the client's name and address; whatever it answers counts",
        "클라이언트의 이름과 주소를 {arg} 표에 묻고, 그 답을 그대로 따릅니다",
        WHENS,
    ),
    doc(
        "check_reverse_client_hostname_access",
        "asks the table {arg} about the client's reverse name, verified or not, and its address; whatever it answers counts, but an OK is taken for a configuration error",
        "클라이언트의 역방향(PTR) 이름과 주소를 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_ccert_access",
        "asks the table {arg} about the fingerprint of the client's TLS certificate; whatever it answers counts",
        "클라이언트 TLS 인증서의 지문을 {arg} 표에 묻고, 그 답을 그대로 따릅니다",
        WHENS,
    ),
    doc(
        "check_sasl_access",
        "asks the table {arg} about the login name; whatever it answers counts",
        "로그인 이름을 {arg} 표에 묻고, 그 답을 그대로 따릅니다",
        WHENS,
    ),
    doc(
        "check_helo_access",
        "asks the table {arg} about the HELO name; whatever it answers counts",
        "HELO 이름을 {arg} 표에 묻고, 그 답을 그대로 따릅니다",
        WHENS,
    ),
    doc(
        "check_sender_access",
        "asks the table {arg} about the sender address; whatever it answers counts",
        "발신자 주소를 {arg} 표에 묻고, 그 답을 그대로 따릅니다",
        WHENS,
    ),
    doc(
        "check_recipient_access",
        "asks the table {arg} about the recipient address; whatever it answers counts",
        "수신자 주소를 {arg} 표에 묻고, 그 답을 그대로 따릅니다",
        WHENS,
    ),
    doc(
        "check_etrn_access",
        "asks the table {arg} about the domain that ETRN names; whatever it answers counts",
        "ETRN 명령의 도메인을 {arg} 표에 묻고, 그 답을 그대로 따릅니다",
        WHENS,
    ),
    doc(
        "check_client_ns_access",
        "looks up the name servers (NS) of the client's verified name and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "확인된 클라이언트 이름의 네임서버(NS)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_client_mx_access",
        "looks up the mail servers (MX) of the client's verified name and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "확인된 클라이언트 이름의 메일 서버(MX)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_client_a_access",
        "looks up the addresses (A, AAAA) of the client's verified name and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "확인된 클라이언트 이름의 주소(A, AAAA)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_reverse_client_hostname_ns_access",
        "looks up the name servers (NS) of the client's reverse name, verified or not and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "클라이언트의 역방향(PTR) 이름의 네임서버(NS)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_reverse_client_hostname_mx_access",
        "looks up the mail servers (MX) of the client's reverse name, verified or not and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "클라이언트의 역방향(PTR) 이름의 메일 서버(MX)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_reverse_client_hostname_a_access",
        "looks up the addresses (A, AAAA) of the client's reverse name, verified or not and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "클라이언트의 역방향(PTR) 이름의 주소(A, AAAA)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_helo_ns_access",
        "looks up the name servers (NS) of the HELO name and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "HELO 이름의 네임서버(NS)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_helo_mx_access",
        "looks up the mail servers (MX) of the HELO name and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "HELO 이름의 메일 서버(MX)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_helo_a_access",
        "looks up the addresses (A, AAAA) of the HELO name and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "HELO 이름의 주소(A, AAAA)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_sender_ns_access",
        "looks up the name servers (NS) of the sender's domain and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "발신자 도메인의 네임서버(NS)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_sender_mx_access",
        "looks up the mail servers (MX) of the sender's domain and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "발신자 도메인의 메일 서버(MX)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_sender_a_access",
        "looks up the addresses (A, AAAA) of the sender's domain and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "발신자 도메인의 주소(A, AAAA)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_recipient_ns_access",
        "looks up the name servers (NS) of the recipient's domain and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "수신자 도메인의 네임서버(NS)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_recipient_mx_access",
        "looks up the mail servers (MX) of the recipient's domain and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "수신자 도메인의 메일 서버(MX)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
    doc(
        "check_recipient_a_access",
        "looks up the addresses (A, AAAA) of the recipient's domain and asks the table {arg} about each; whatever it answers counts, but an OK is taken for a configuration error",
        "수신자 도메인의 주소(A, AAAA)를 DNS에서 찾아 하나씩 {arg} 표에 묻고, 그 답을 그대로 따릅니다. 단, OK라는 답은 설정 오류로 봅니다",
        WHENS,
    ),
];
