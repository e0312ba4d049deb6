//! The words of smtpd restriction lists.

use crate::Version;
use crate::near::nearest;

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
    /// The parameter that holds its reply code, if one alone holds it as sent.
    pub code_param: Option<&'static str>,
    /// What must be known to say what it answers.
    pub needs: &'static [Need],
    /// First release that has it; `None`: older than 2.1.
    pub since: Option<Version>,
    /// First release that calls it obsolete.
    pub deprecated: Option<Version>,
    /// First release that no longer has it: there the word is refused with
    /// the outcome whose case is `removed`.
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
    /// A short key of the case where several answers are possible, else empty:
    /// `null-mx`, `temporary` (DNS or table), `bad-literal`, `error` (table or
    /// argument), `warned` (under warn_if_reject), `removed`.
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

/// All rows, and all names and aliases in order with the row of each.
type Restrictions = (&'static [Restriction], &'static [(&'static str, usize)]);

static RESTRICTIONS: Restrictions = include!(concat!(env!("OUT_DIR"), "/restrictions.rs"));

/// The restriction of that name or alias; names are compared without case, as
/// Postfix does.
pub fn restriction(word: &str) -> Option<&'static Restriction> {
    let (rows, words) = RESTRICTIONS;
    let lower = || word.bytes().map(|byte| byte.to_ascii_lowercase());
    let found = words.binary_search_by(|(name, _)| name.bytes().cmp(lower())).ok()?;
    words.get(found).and_then(|(_, row)| rows.get(*row))
}

/// All restrictions, sorted by name.
pub fn restrictions() -> &'static [Restriction] {
    RESTRICTIONS.0
}

/// The restriction whose name is nearest to a word that is none, if one is
/// near enough to be meant. Removed ones are never meant.
pub fn nearest_restriction(word: &str) -> Option<&'static Restriction> {
    let (rows, words) = RESTRICTIONS;
    let candidates = words.iter().filter_map(|(name, row)| rows.get(*row).map(|row| (*name, row)));
    nearest(&word.to_ascii_lowercase(), candidates.filter(|(_, row)| row.removed.is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restrictions_are_sorted_and_each_is_found_by_all_its_names() {
        assert_eq!(restrictions().len(), 71);
        assert!(restrictions().is_sorted_by(|left, right| left.name < right.name));
        for one in restrictions() {
            for name in one.aliases.iter().chain([&one.name]) {
                assert!(std::ptr::eq(restriction(name).unwrap(), one), "{name}");
            }
        }
        assert!(restriction("").is_none() && restriction("permit_").is_none());
    }

    #[test]
    fn names_are_compared_without_case() {
        // smtpd_check.c, generic_checks: all words are matched without case.
        assert_eq!(restriction("Permit_MyNetworks").unwrap().name, "permit_mynetworks");
        assert_eq!(restriction("REJECT_UNKNOWN_CLIENT").unwrap().name, "reject_unknown_client_hostname");
    }

    #[test]
    fn the_parameters_that_rows_name_exist() {
        for one in restrictions() {
            for name in one.works_early_in.iter().copied().chain(one.code_param) {
                assert!(crate::param(name).is_some(), "{}: {name}", one.name);
            }
        }
    }

    #[test]
    fn relay_guards_are_those_of_the_start_up_check() {
        // smtpd_check.c, smtpd_check_init: the words of which one is required.
        let guards: Vec<_> = restrictions().iter().filter(|one| one.is_relay_guard).map(|one| one.name).collect();
        assert_eq!(
            guards,
            ["check_relay_domains", "defer", "defer_if_permit", "defer_unauth_destination", "reject"]
                .into_iter()
                .chain(["reject_unauth_destination"])
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_recipient_check_works_early_only_from_rcpt_on() {
        // smtpd_check.c: without a recipient reject_unauth_destination says DUNNO.
        let one = restriction("reject_unauth_destination").unwrap();
        assert!(one.works_early_in.contains(&"smtpd_relay_restrictions"));
        assert!(!one.works_early_in.contains(&"smtpd_sender_restrictions"));
        assert_eq!(one.outcomes.first().map(|first| (first.code, first.dsn)), Some((Some(554), Some("5.7.1"))));
    }

    #[test]
    fn a_null_mx_has_the_digit_of_its_reply_code() {
        let one = restriction("reject_unknown_recipient_domain").unwrap();
        let null_mx = one.outcomes.iter().find(|outcome| outcome.when == "null-mx").unwrap();
        assert_eq!((null_mx.code, null_mx.dsn), (Some(556), Some("5.1.10")));
    }

    #[test]
    fn near_words_are_found() {
        let near = |word| nearest_restriction(word).map(|one| one.name);
        assert_eq!(near("permit_mynetwork"), Some("permit_mynetworks"));
        assert_eq!(near("reject_unauth_destinations"), Some("reject_unauth_destination"));
        assert_eq!(near("Permit-SASL-Authenticated"), Some("permit_sasl_authenticated"));
        assert_eq!(near("rejct"), Some("reject"));
        assert_eq!(near("reject_maps_rlb"), None);
        assert_eq!(near("greylisting"), None);
        assert_eq!(near(""), None);
    }
}
