//! What the parameters of a service make of it before any client comes.

use super::cleanup::Tables;
use crate::Config;
use std::cell::OnceCell;

/// Settings of smtpd that hold for every session.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Server {
    pub(super) hostname: String,
    pub(super) delay_reject: bool,
    pub(super) soft_bounce: bool,
    pub(super) helo_required: bool,
    pub(super) smtputf8: bool,
    pub(super) strict_smtputf8: bool,
    pub(super) use_tls: bool,
    pub(super) enforce_tls: bool,
    pub(super) wrapper: bool,
    /// TLS can be started: there is a certificate, or none is needed.
    pub(super) has_tls: bool,
    pub(super) ask_certificate: bool,
    pub(super) require_certificate: bool,
    pub(super) sasl: bool,
    pub(super) auth_only_with_tls: bool,
    /// Clients that speak before they may are cut off.
    pub(super) forbids_pipelining: bool,
    pub(super) hard_error_limit: i64,
    pub(super) junk_limit: i64,
    pub(super) recipient_limit: i64,
    pub(super) overshoot_limit: i64,
    pub(super) message_limit: i64,
    pub(super) footer: String,
    pub(super) noop_commands: bool,
    pub(super) command_filter: String,
    /// Read when a message is accepted for the first time.
    pub(super) cleanup: OnceCell<Tables>,
}

impl Server {
    pub(crate) fn of(config: &Config<'_>) -> Self {
        let number = |name| config.param(name).parse::<i64>().unwrap_or_default();
        let tls = Tls::of(config);
        Self {
            hostname: config.param("myhostname").to_string(),
            delay_reject: config.yes("smtpd_delay_reject"),
            soft_bounce: config.yes("soft_bounce"),
            helo_required: config.yes("smtpd_helo_required"),
            smtputf8: config.yes("smtputf8_enable"),
            strict_smtputf8: config.yes("strict_smtputf8"),
            use_tls: tls.uses,
            enforce_tls: tls.enforces,
            wrapper: tls.wrapper,
            has_tls: tls.starts,
            ask_certificate: tls.asks,
            require_certificate: config.yes("smtpd_tls_req_ccert") && tls.enforces,
            sasl: config.yes("smtpd_sasl_auth_enable"),
            // smtpd.c, pre_jail_init: enforced TLS implies it.
            auth_only_with_tls: config.yes("smtpd_tls_auth_only") || tls.enforces,
            forbids_pipelining: config.yes("smtpd_forbid_unauth_pipelining"),
            hard_error_limit: number("smtpd_hard_error_limit"),
            junk_limit: number("smtpd_junk_command_limit"),
            recipient_limit: number("smtpd_recipient_limit"),
            overshoot_limit: number("smtpd_recipient_overshoot_limit"),
            message_limit: number("message_size_limit"),
            footer: config.param("smtpd_reject_footer").to_string(),
            noop_commands: !config.param("smtpd_noop_commands").is_empty(),
            command_filter: config.param("smtpd_command_filter").to_string(),
            cleanup: OnceCell::new(),
        }
    }
}

/// How a service uses TLS.
struct Tls {
    uses: bool,
    enforces: bool,
    wrapper: bool,
    starts: bool,
    asks: bool,
}

impl Tls {
    // smtpd.c, pre_jail_init
    fn of(config: &Config<'_>) -> Self {
        let wrapper = config.yes("smtpd_tls_wrappermode");
        let mut enforces = config.yes("smtpd_enforce_tls");
        let mut uses = config.yes("smtpd_use_tls");
        let level = config.param("smtpd_tls_security_level").to_ascii_lowercase();
        if !wrapper && !level.is_empty() {
            (uses, enforces) = match level.as_str() {
                "none" => (false, false),
                "may" => (true, false),
                // Levels of the client count as encrypt.
                _ => (true, true),
            };
        }
        enforces |= wrapper;
        uses |= enforces;
        let asks = config.yes("smtpd_tls_ask_ccert") || (enforces && config.yes("smtpd_tls_req_ccert"));
        let certificate = config.param("smtpd_tls_cert_file");
        let without = certificate.eq_ignore_ascii_case("none");
        let named = |name| !config.param(name).is_empty();
        // What certificate files hold is not looked at: a named one is taken to be good.
        let has_certificate = (!without && !certificate.is_empty())
            || named("smtpd_tls_eccert_file")
            || named("smtpd_tls_dcert_file")
            || named("smtpd_tls_chain_files");
        Self { uses, enforces, wrapper, starts: uses && (has_certificate || (without && !asks)), asks }
    }
}

/// Features that the answer to EHLO leaves out.
#[derive(Clone, Debug, Default)]
pub(super) struct Discarded(Vec<String>);

impl Discarded {
    /// The words of smtpd_discard_ehlo_keywords, or of the table for the client.
    // ehlo_mask.c: in any case; unknown words are ignored
    pub(super) fn of(words: &str) -> Self {
        let words = words.split([' ', ',', '\t', '\r', '\n']).filter(|word| !word.is_empty());
        Self(words.map(str::to_ascii_uppercase).collect())
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word || (word == "SMTPUTF8" && known == "EHLO_MASK_SMTPUTF8"))
    }
}
