//! The words of smtpd restriction lists.

use crate::Version;

/// One restriction.
#[derive(Debug)]
pub struct Restriction {
    /// Its name of today.
    pub name: &'static str,
    /// Older names of the same.
    pub aliases: &'static [&'static str],
    /// What follows it.
    pub argument: Argument,
    /// What it looks at: `client`, `helo`, `sender`, `recipient`, `etrn` or `generic`.
    pub subject: &'static str,
    /// What it can answer.
    pub outcomes: &'static [Outcome],
    /// The parameter that holds its reply code.
    pub code_param: Option<&'static str>,
    /// What must be known to say what it answers.
    pub needs: &'static [Need],
    /// First release that has it; `None`: older than 2.1.
    pub since: Option<Version>,
    /// First release that no longer has it.
    pub removed: Option<Version>,
    /// What to use instead.
    pub replaced_by: Option<&'static str>,
    /// Whether Postfix's start-up check counts it as a relay guard.
    pub is_relay_guard: bool,
    /// Whether an OK from its table is refused as unsafe.
    pub ok_forbidden: bool,
    /// Lists in which it has the information it needs with
    /// `smtpd_delay_reject = no` too, by parameter name.
    pub works_early_in: &'static [&'static str],
}

/// What follows a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Argument {
    /// Nothing.
    None,
    /// `type:table`.
    Table,
    /// `domain` or `domain=filter` of a DNS list.
    DnsList,
    /// A policy server.
    PolicyServer,
    /// A number of seconds.
    Seconds,
    /// Another restriction (`warn_if_reject`).
    Restriction,
}

/// One answer that a restriction can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The answer.
    pub verdict: Verdict,
    /// Its default reply code.
    pub code: Option<u16>,
    /// Its enhanced status code.
    pub dsn: Option<&'static str>,
    /// The case in the words of the facts table (English, for engineers).
    pub when: &'static str,
}

/// Answers of restrictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Ends this list.
    Permit,
    /// Refuses.
    Reject,
    /// Goes on with the next entry.
    GoOn,
    /// Refuses with 4xx later, if nothing else refuses.
    DeferIfPermit,
    /// Turns a later 5xx into a 4xx.
    DeferIfReject,
    /// Whatever a table or server says.
    Anything,
}

/// What must be known to say what a restriction answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// DNS answers.
    Dns,
    /// The content of tables.
    Table,
    /// Whether and as whom the client logged in.
    Sasl,
    /// The TLS session and its certificates.
    Tls,
    /// What a policy server answers.
    PolicyServer,
}

/// The restriction of that name or alias; names are compared without case, as
/// Postfix does.
pub fn restriction(word: &str) -> Option<&'static Restriction> {
    restrictions().iter().find(|one| {
        one.name.eq_ignore_ascii_case(word) || one.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(word))
    })
}

/// All restrictions, sorted by name.
pub fn restrictions() -> &'static [Restriction] {
    &[]
}

/// The restriction whose name is nearest to a word that is none, if one is
/// near enough to be meant.
pub fn nearest_restriction(word: &str) -> Option<&'static Restriction> {
    let _ = word;
    None
}
