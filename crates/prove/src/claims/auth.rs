//! AUTH never without TLS, and never with TLS that does not encrypt.

use super::search::{Aim, is_logged_in};
use super::{Claim, Cx, Proof, Verdict};
use postproof_diag::{Text, text};
use postproof_sim::{Config, Crowd, Session, Var};

/// Cipher lists by grade (TLS_README, «tls_*_cipherlist»).
const GRADES: [(&str, &str); 5] = [
    ("null", "tls_null_cipherlist"),
    ("export", "tls_export_cipherlist"),
    ("low", "tls_low_cipherlist"),
    ("medium", "tls_medium_cipherlist"),
    ("high", "tls_high_cipherlist"),
];

impl Cx<'_, '_> {
    /// No AUTH command is accepted on a connection that is not encrypted.
    pub(super) fn auth_only_with_tls(&self) -> Proof {
        let config = self.walker.config;
        let null = null_cipher(config);
        let wraps = config.yes("smtpd_tls_wrappermode");
        let is_clear = |session: &Session| null.is_some() || (!session.tls && !wraps);
        let aim = Aim {
            claim: Claim::AuthOnlyWithTls,
            is_bad: &is_logged_in,
            may_be_bad: &is_logged_in,
            narrow: &|crowd| self.keep(crowd, Var::Tls, &is_clear),
        };
        let mut proof = Proof::holds(Claim::AuthOnlyWithTls);
        if !wraps || null.is_some() {
            let mut crowd = Crowd::all(&self.universe.candidates);
            (aim.narrow)(&mut crowd);
            self.keep(&mut crowd, Var::Login, &|session| session.login.is_some());
            // The host itself crosses no network.
            self.keep(&mut crowd, Var::Address, &|session| !session.client.address.is_loopback());
            // What comes after AUTH does not matter.
            self.keep(&mut crowd, Var::Sender, &|session| session.sender.is_none());
            let first = crowd.of(Var::Recipient).first().copied();
            crowd.keep(Var::Recipient, &|at| Some(at) == first);
            proof = self.found(vec![crowd], &aim);
        }
        if let (Some(why), false) = (null, matches!(proof.verdict, Verdict::Holds)) {
            proof.notes.push(why);
        }
        if !matches!(proof.verdict, Verdict::Fails(_))
            && config.yes("smtpd_sasl_auth_enable")
            && takes_anonymous(config)
        {
            proof.notes.push(ANONYMOUS);
        }
        proof
    }
}

const ANONYMOUS: Text = Text::fixed(
    "anonymous cipher suites are on, as smtpd has them by default: they encrypt, and who does not check the server's certificate may talk to somebody in between",
    "smtpd 기본값대로 익명 암호 모음이 켜져 있습니다. 암호화는 되지만 서버 인증서를 확인하지 않는 클라이언트는 중간자와 통신할 수 있습니다",
);

/// Which setting lets a connection be «encrypted» with a cipher that encrypts nothing.
// tls_misc.c, tls_set_ciphers: the grade's list, then the exclusions; TLS 1.3 has no such cipher
fn null_cipher(config: &Config<'_>) -> Option<Text> {
    let level = config.param("smtpd_tls_security_level").to_ascii_lowercase();
    let is_mandatory = config.yes("smtpd_tls_wrappermode")
        || config.yes("smtpd_enforce_tls")
        || (!level.is_empty() && level != "may" && level != "none");
    let (grade, protocols, excluded) = match is_mandatory {
        true => ("smtpd_tls_mandatory_ciphers", "smtpd_tls_mandatory_protocols", "smtpd_tls_mandatory_exclude_ciphers"),
        false => ("smtpd_tls_ciphers", "smtpd_tls_protocols", "smtpd_tls_exclude_ciphers"),
    };
    let value = config.param(grade).to_ascii_lowercase();
    let list = GRADES.iter().find(|(name, _)| *name == value).map(|(_, list)| config.param(list))?;
    let takes = value == "null" || list.split([':', ',', ' ']).any(is_null);
    let mut exclusions = config.param("smtpd_tls_exclude_ciphers").to_string();
    if is_mandatory {
        exclusions.push(' ');
        exclusions.push_str(&config.param(excluded));
    }
    let is_excluded =
        exclusions.split([':', ',', ' ', '\t']).any(is_null) || list.contains("!eNULL") || list.contains("!NULL");
    if !takes || is_excluded || is_only_1_3(&config.param(protocols)) {
        return None;
    }
    Some(text!(
        "`{grade} = {value}` lets a client choose a NULL cipher: TLS is up, and the password crosses in clear",
        "`{grade} = {value}` 설정에서는 클라이언트가 NULL 암호를 고를 수 있습니다. TLS가 시작되어도 암호가 평문으로 지나갑니다"
    ))
}

fn is_null(word: &str) -> bool {
    word.eq_ignore_ascii_case("eNULL") || word.eq_ignore_ascii_case("NULL")
}

/// Whether a protocol list leaves TLS 1.3 alone.
fn is_only_1_3(protocols: &str) -> bool {
    let words: Vec<String> =
        protocols.split([',', ' ', ':', '\t']).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
    let has = |word: &str| words.iter().any(|one| one == word);
    has(">=tlsv1.3")
        || (!words.is_empty() && words.iter().all(|word| word == "tlsv1.3"))
        || ["!tlsv1", "!tlsv1.1", "!tlsv1.2"].iter().all(|word| has(word))
}

/// Whether cipher suites without certificate are left.
fn takes_anonymous(config: &Config<'_>) -> bool {
    let excluded = [config.param("smtpd_tls_exclude_ciphers"), config.param("smtpd_tls_mandatory_exclude_ciphers")];
    let uses_tls = config.yes("smtpd_use_tls") || !matches!(&*config.param("smtpd_tls_security_level"), "" | "none");
    uses_tls
        && !excluded.iter().any(|list| list.split([':', ',', ' ', '\t']).any(|word| word.eq_ignore_ascii_case("aNULL")))
}
