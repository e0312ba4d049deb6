//! AUTH never without TLS, and never with TLS that does not encrypt.

use super::search::{Aim, is_logged_in};
use super::{Claim, Cx, Proof, Verdict, Witness};
use crate::conditions::Condition;
use postproof_diag::{Text, text};
use postproof_sim::{Assumed, Config, Crowd, Finding, Missing, Outcome, Session, Var};

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
        let is_clear = |session: &Session| matches!(null, Some(Null::Can(_))) || (!session.tls && !wraps);
        let aim = Aim {
            claim: Claim::AuthOnlyWithTls,
            is_bad: &is_logged_in,
            may_be_bad: &is_logged_in,
            narrow: &|crowd| self.keep(crowd, Var::Tls, &is_clear),
        };
        let mut proof = Proof::holds(Claim::AuthOnlyWithTls);
        if (!wraps || matches!(null, Some(Null::Can(_)))) && !self.is_for_this_host() {
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
        match (null, &proof.verdict) {
            (Some(Null::Can(why)), Verdict::Fails(_) | Verdict::Depends(_)) => proof.notes.push(why),
            (Some(Null::MayBe(why)), Verdict::Holds) if config.yes("smtpd_sasl_auth_enable") => {
                let witness = Witness {
                    session: super::base(),
                    outcome: Outcome::default(),
                    arranged: Vec::new(),
                    premises: Vec::new(),
                };
                let answers = vec![Assumed::new(Missing::new("ciphers:null", why), Finding::Yes)];
                proof.verdict = Verdict::Depends(vec![Condition { answers, witness }]);
            }
            _ => {}
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

/// Whether a cipher that encrypts nothing can be chosen.
enum Null {
    Can(Text),
    /// The list has words whose ciphers OpenSSL alone tells.
    MayBe(Text),
}

/// Which setting lets a connection be «encrypted» with a cipher that encrypts nothing.
// tls_misc.c, tls_set_ciphers: the grade's list, then the exclusions; TLS 1.3 has no such cipher
fn null_cipher(config: &Config<'_>) -> Option<Null> {
    let level = config.param("smtpd_tls_security_level").to_ascii_lowercase();
    let is_mandatory = config.yes("smtpd_tls_wrappermode")
        || config.yes("smtpd_enforce_tls")
        || (!level.is_empty() && level != "may" && level != "none");
    let (grade, protocols) = match is_mandatory {
        true => ("smtpd_tls_mandatory_ciphers", "smtpd_tls_mandatory_protocols"),
        false => ("smtpd_tls_ciphers", "smtpd_tls_protocols"),
    };
    let value = config.param(grade).to_ascii_lowercase();
    let param = GRADES.iter().find(|(name, _)| *name == value).map(|(_, list)| *list)?;
    let list = config.param(param);
    let mut excluded = config.param("smtpd_tls_exclude_ciphers").to_string();
    if is_mandatory {
        excluded.push(' ');
        excluded.push_str(&config.param("smtpd_tls_mandatory_exclude_ciphers"));
    }
    let excluded: Vec<&str> = excluded.split(SEPARATORS).filter(|word| !word.is_empty()).collect();
    let kills = |word: &str| is_null(word.trim_start_matches(['!', '-']));
    let is_off = excluded.iter().any(|word| is_null(word))
        || list.split(SEPARATORS).any(|word| word.starts_with('!') && kills(word));
    if is_off || is_only_1_3(&config.param(protocols)) {
        return None;
    }
    // The default lists but the one that asks for NULL ciphers leave them out (ciphers(1), ALL).
    let is_default = !config.model.is_set(config.scope(), param);
    let wanted = list.split(SEPARATORS).filter(|word| !word.is_empty() && !word.starts_with(['!', '-', '+', '@']));
    let (mut takes, mut unclear) = (false, false);
    for word in wanted {
        let is_it = word.split('+').any(|part| part != "aNULL" && (part.contains("NULL") || part == "COMPLEMENTOFALL"));
        takes |= is_it;
        unclear |= !is_it && !is_default && !word.split('+').any(encrypts);
    }
    let said = text!(
        "`{grade} = {value}` (`{param}`) lets a client choose a NULL cipher: TLS is up, and the password crosses in clear",
        "`{grade} = {value}`(`{param}`) 설정에서는 클라이언트가 NULL 암호를 고를 수 있습니다. TLS가 시작되어도 비밀번호가 평문으로 지나갑니다"
    );
    match (takes, excluded.is_empty()) {
        (true, true) => Some(Null::Can(said)),
        (true, false) => Some(Null::MayBe(said)),
        (false, _) if unclear => Some(Null::MayBe(said)),
        (false, _) => None,
    }
}

const SEPARATORS: [char; 5] = [':', ',', ' ', '\t', ';'];

fn is_null(word: &str) -> bool {
    word.eq_ignore_ascii_case("eNULL") || word.eq_ignore_ascii_case("NULL")
}

/// Whether all ciphers of a word encrypt (ciphers(1)).
fn encrypts(word: &str) -> bool {
    const WORDS: [&str; 7] = ["HIGH", "MEDIUM", "LOW", "ALL", "DEFAULT", "EXPORT", "TLSv1.3"];
    const STARTS: [&str; 9] = ["AES", "CHACHA20", "CAMELLIA", "3DES", "RC4", "ARIA", "SEED", "IDEA", "DES"];
    let is_suite = word.contains('-') && !word.contains("NULL");
    WORDS.contains(&word) || STARTS.iter().any(|start| word.starts_with(start)) || is_suite
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
