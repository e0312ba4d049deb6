//! Typed values: whether the text of a parameter is one that the programs take.
//!
//! The real programs check a value when they start, after expansion, and stop
//! at one that they can't convert (mail_conf_bool.c, mail_conf_int.c,
//! mail_conf_long.c, mail_conf_time.c, mail_conf_str.c, mail_conf_nbool.c,
//! mail_conf_nint.c, conv_time.c, name_mask.c, name_code.c). postconf checks
//! none of it.

use crate::{Model, Presence, Scope, Value, words};
use postproof_catalog::{self as catalog, Param, ParamKind};
use postproof_diag::SourceText;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueFault {
    /// Neither `yes` nor `no`.
    Boolean,
    /// No whole number, or one that does not fit.
    Number,
    /// No number of seconds, minutes, hours, days or weeks.
    Time,
    /// A number below the smallest that is allowed.
    TooSmall {
        /// The smallest (time: seconds).
        min: i64,
    },
    /// A number above the largest that is allowed.
    TooLarge {
        /// The largest (time: seconds).
        max: i64,
    },
    /// Fewer bytes than are needed; one means that it must not be empty.
    TooShort {
        /// The least number of bytes.
        min: u16,
    },
    /// More bytes than are allowed.
    TooLong {
        /// The greatest number of bytes.
        max: u16,
    },
    /// A word that is none of the allowed ones.
    Word(SourceText),
}

/// A value that the programs do not take.
#[derive(Clone, Debug)]
pub struct FaultyValue {
    /// The parameter that says what is allowed: for one of a service,
    /// such as `maildrop_destination_recipient_limit`, that of its default.
    pub param: &'static Param,
    /// The value where it is set.
    pub value: Value,
    /// Where it is read.
    pub scope: Scope,
    /// What is wrong with it.
    pub fault: ValueFault,
}

impl Model {
    /// Every set value that the target release does not take, in main.cf by
    /// name and then in `-o` options by service. A value of main.cf that only
    /// the options of a service make faulty is given for that service.
    pub fn faulty_values(&self) -> Vec<FaultyValue> {
        let mut faulty = Vec::new();
        let mut known = BTreeSet::new();
        for name in self.main.keys() {
            if let Some(found) = self.faulty(Scope::Main, name) {
                known.insert(name.as_str());
                faulty.push(found);
            }
        }
        let users = self.users();
        for service in self.services.iter().filter(|service| !service.overrides.is_empty()) {
            let scope = Scope::Service(service.id);
            let names: BTreeSet<&str> = service.overrides.iter().map(|option| option.name.as_str()).collect();
            faulty.extend(names.iter().filter_map(|name| self.faulty(scope, name)));
            let main: BTreeSet<&str> = names.iter().flat_map(|name| users.get(*name)).flatten().copied().collect();
            let main = main.into_iter().filter(|name| !names.contains(name) && !known.contains(name));
            faulty.extend(main.filter_map(|name| self.faulty(scope, name)));
        }
        faulty
    }

    /// The parameters of main.cf that refer to each name directly.
    pub fn users(&self) -> BTreeMap<String, Vec<&str>> {
        let mut users: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, written) in self.main.iter().filter(|(_, written)| written.value.as_str().contains('$')) {
            for used in Model::names_in(written.value.as_str()) {
                users.entry(used).or_default().push(name);
            }
        }
        users
    }

    fn faulty(&self, scope: Scope, name: &str) -> Option<FaultyValue> {
        let param = self.typed_as(name)?;
        let value = self.value(scope, name)?;
        if param.raw || !self.is_decided(scope, &value) {
            return None;
        }
        let fault = fault(param, &value.text)?;
        Some(FaultyValue { param, value, scope, fault })
    }

    /// The parameter whose kind a name has in the target release.
    fn typed_as(&self, name: &str) -> Option<&'static Param> {
        let release = self.target.postfix.value;
        if let Some(param) = catalog::param(name) {
            return (param.is_in(release) && !param.read_only).then_some(param);
        }
        // postconf_service.c: the name of a transport and the end of a parameter's.
        let runs = |service: &str, programs: &[&str]| {
            self.services.iter().any(|one| one.name == service && programs.contains(&one.command.as_str()))
        };
        let (_, pattern) =
            catalog::service_patterns_of(name).find(|(service, pattern)| runs(service, pattern.programs))?;
        catalog::param(pattern.default_param)
    }

    /// Whether the expanded text is the one the programs see: every part of it
    /// is given, expansion went well, and no host decides it.
    fn is_decided(&self, scope: Scope, value: &Value) -> bool {
        if !value.raw.as_str().contains('$') {
            return true;
        }
        let (text, faults) = self.expand_checked(scope, &value.raw);
        if faults.broken || faults.cut || text.as_str().contains('$') {
            return false;
        }
        self.given.main_cf == Presence::Whole || self.undefined_in(scope, value.raw.as_str()).is_empty()
    }

    /// The names that a text refers to, directly or through others, and that
    /// are neither set in `scope` nor known to the release: they stand for
    /// nothing. Each once, sorted.
    pub fn undefined_in(&self, scope: Scope, text: &str) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut waiting = Model::names_in(text);
        let mut undefined = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            match self.value_as_written(scope, &name) {
                Some(raw) => waiting.extend(Model::names_in(&raw)),
                None => {
                    undefined.insert(name);
                }
            }
        }
        undefined.into_iter().collect()
    }
}

/// What is wrong with an expanded text for a parameter, if anything is.
pub fn fault(param: &Param, text: &SourceText) -> Option<ValueFault> {
    let written = text.as_str();
    match param.kind {
        ParamKind::Bool | ParamKind::ExpandedBool => {
            let is_one = written.eq_ignore_ascii_case("yes") || written.eq_ignore_ascii_case("no");
            (!is_one).then_some(ValueFault::Boolean)
        }
        ParamKind::Int | ParamKind::ExpandedInt => match number(written).map(i32::try_from) {
            Some(Ok(number)) => range(param, number.into()),
            Some(Err(_)) | None => Some(ValueFault::Number),
        },
        ParamKind::Long => match number(written) {
            Some(number) => range(param, number),
            None => Some(ValueFault::Number),
        },
        ParamKind::Time => match seconds(written, param.unit.unwrap_or('s')) {
            Some(seconds) => range(param, seconds),
            None => Some(ValueFault::Time),
        },
        ParamKind::String => length(param, written).or_else(|| foreign_word(param, text)),
    }
}

/// A number as strtol(3) reads it in base 10, with nothing behind it.
// mail_conf_int.c, convert_mail_conf_int
fn number(text: &str) -> Option<i64> {
    let (number, rest) = leading_number(text)?;
    rest.is_empty().then_some(number)
}

/// The number that a text begins with, after blanks and a sign; nothing
/// without digits or where it does not fit.
fn leading_number(text: &str) -> Option<(i64, &str)> {
    let digits_of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let start = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let unsigned = start.strip_prefix(['+', '-']).unwrap_or(start);
    let end = start.len() - unsigned.len() + digits_of(unsigned);
    let number = start.get(..end)?.parse().ok()?;
    Some((number, start.get(end..)?))
}

/// A time in seconds. Only the first character behind the digits counts, so
/// that `5min` is five minutes; no digits at all are zero.
// conv_time.c, conv_time
fn seconds(text: &str, unit: char) -> Option<i64> {
    let (number, rest) = match leading_number(text) {
        Some(found) => found,
        // Digits that do not fit are no time; other text begins with its unit.
        None if text.is_empty() || text.trim_start_matches(['+', '-', ' ', '\t']).starts_with(is_digit) => return None,
        None => (0, text),
    };
    let number = i32::try_from(number).ok().filter(|number| *number >= 0)?;
    let factor = match rest.chars().next().unwrap_or(unit) {
        'w' => 7 * 24 * 3600,
        'd' => 24 * 3600,
        'h' => 3600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    (factor == 1 || number < i32::MAX / factor).then(|| i64::from(number) * i64::from(factor))
}

fn is_digit(ch: char) -> bool {
    ch.is_ascii_digit()
}

// mail_conf_int.c, check_mail_conf_int: a limit of zero in the table is none
fn range(param: &Param, number: i64) -> Option<ValueFault> {
    let below = param.min.filter(|min| *min != 0 && number < *min).map(|min| ValueFault::TooSmall { min });
    let above = || param.max.filter(|max| *max != 0 && number > *max).map(|max| ValueFault::TooLarge { max });
    below.or_else(above)
}

// mail_conf_str.c, check_mail_conf_str
fn length(param: &Param, text: &str) -> Option<ValueFault> {
    let (min, max) = param.length?;
    if text.len() < usize::from(min) {
        return Some(ValueFault::TooShort { min });
    }
    max.filter(|max| *max > 0 && text.len() > usize::from(*max)).map(|max| ValueFault::TooLong { max })
}

/// The first word that is none of the parameter's. An empty value turns most
/// of these parameters off; where it may not be, its length says so.
// name_mask.c, name_mask_delim_opt; name_code.c, name_code
fn foreign_word(param: &Param, text: &SourceText) -> Option<ValueFault> {
    if param.words.is_empty() || param.open_words || text.is_empty() {
        return None;
    }
    let is_known = |word: &str| {
        let same = |known: &&str| if param.any_case { known.eq_ignore_ascii_case(word) } else { *known == word };
        param.words.iter().any(same)
    };
    if !param.many_words {
        return (!is_known(text.as_str())).then(|| ValueFault::Word(text.clone()));
    }
    let foreign = words(text).into_iter().find(|word| !is_known(word.text.as_str()))?;
    Some(ValueFault::Word(foreign.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(name: &str, text: &str) -> Option<ValueFault> {
        fault(catalog::param(name).unwrap(), &SourceText::unplaced(text))
    }

    #[test]
    fn booleans_are_two_words_in_any_case() {
        // smtpd 3.7.11: «bad boolean configuration: smtpd_helo_required = true»
        assert_eq!(fault_of("smtpd_helo_required", "Yes"), None);
        for text in ["true", "1", "yes # comment", ""] {
            assert_eq!(fault_of("smtpd_helo_required", text), Some(ValueFault::Boolean), "{text}");
        }
    }

    #[test]
    fn numbers_are_whole_and_in_range() {
        // smtpd 3.7.11: «bad numerical configuration: smtpd_recipient_limit = 10x»,
        // «invalid smtpd_recipient_limit parameter value 0 < 1»
        assert_eq!(fault_of("smtpd_recipient_limit", "+5"), None);
        assert_eq!(fault_of("smtpd_recipient_limit", "0"), Some(ValueFault::TooSmall { min: 1 }));
        for text in ["10x", "99999999999", "", "0x10", "1 000", "-", "1.5"] {
            assert_eq!(fault_of("smtpd_recipient_limit", text), Some(ValueFault::Number), "{text}");
        }
        assert_eq!(fault_of("message_size_limit", "99999999999"), None);
        assert_eq!(fault_of("message_size_limit", "10M"), Some(ValueFault::Number));
        assert_eq!(fault_of("message_size_limit", "99999999999999999999"), Some(ValueFault::Number));
    }

    #[test]
    fn times_have_one_small_letter_behind_the_number() {
        // smtpd 3.7.11: «parameter smtpd_timeout: bad time value or unit: 5 m»,
        // «invalid smtpd_timeout: 0 (min 1)» for `s`
        for text in ["5", "5min", "300s", " 7d", "4w"] {
            assert_eq!(fault_of("smtpd_timeout", text), None, "{text}");
        }
        for text in ["5 m", "", "-1", "1.5h", "5M", "99999999999", "99999d", "never"] {
            assert_eq!(fault_of("smtpd_timeout", text), Some(ValueFault::Time), "{text}");
        }
        assert_eq!(fault_of("smtpd_timeout", "s"), Some(ValueFault::TooSmall { min: 1 }));
    }

    #[test]
    fn words_are_those_of_the_parameter() {
        let word = |text: &str| Some(ValueFault::Word(SourceText::unplaced(text)));
        assert_eq!(fault_of("notify_classes", "resource, Software"), None);
        assert_eq!(fault_of("notify_classes", "resource, foo"), word("foo"));
        assert_eq!(fault_of("smtpd_tls_security_level", "maybe"), word("maybe"));
        assert_eq!(fault_of("smtpd_tls_security_level", ""), None);
        assert_eq!(fault_of("smtpd_tls_protocols", "!SSLv2, >=TLSv1.2"), None);
        assert_eq!(fault_of("mynetworks_style", "Host"), word("Host"));
    }

    #[test]
    fn lengths_are_counted() {
        // smtpd 3.7.11: «bad string length 0 < 1: mail_name =»
        assert_eq!(fault_of("mail_name", ""), Some(ValueFault::TooShort { min: 1 }));
        assert_eq!(fault_of("relayhost", ""), None);
    }
}
