//! What values settings take, and how doveconf 2.3 writes them.

use crate::Dialect;
use postproof_catalog::{Setting, SettingKind};

/// Why a value is refused, in the words of doveconf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

/// Whether the setting takes the value; else the words of doveconf. Lists and
/// sections are not looked at.
// settings-parser.c, settings_parse (2.3); config-parser.c, settings_value_check (2.4)
pub fn accepts(dialect: Dialect, setting: &Setting, value: &str) -> Result<(), Refused> {
    let newer = dialect == Dialect::V24;
    // An empty word may be one of the words.
    if setting.kind == SettingKind::Enum && setting.default == Some(value) {
        return Ok(());
    }
    if newer && ["%{", "$SET:", "$ENV:"].iter().any(|part| value.contains(part)) {
        return Ok(());
    }
    if newer && is_unlimited(value) {
        match setting.kind {
            SettingKind::Uint | SettingKind::Octal | SettingKind::Time | SettingKind::TimeMsecs | SettingKind::Size => {
                return Ok(());
            }
            _ => {}
        }
    }
    canonical(setting.kind, setting.values, value).map(|_| ())
}

// settings-parser.c, settings_value_is_unlimited
fn is_unlimited(value: &str) -> bool {
    value == "unlimited" || value == "infinite"
}

/// The value as doveconf 2.3 writes it: `10m` is `10 mins`.
// settings-parser.c; config-request.c, config_export_type
pub fn canonical(kind: SettingKind, values: &str, value: &str) -> Result<String, Refused> {
    match kind {
        SettingKind::Bool => boolean(value).map(|on| if on { "yes" } else { "no" }.to_owned()),
        SettingKind::Uint => uint(value).map(|number| number.to_string()),
        SettingKind::Octal => octal(value).map(|number| format!("0{number:o}")),
        SettingKind::Time => interval(value, false).map(time),
        SettingKind::TimeMsecs => interval(value, true).map(|msecs| match msecs % 1000 {
            0 => time(msecs / 1000),
            _ => format!("{msecs} ms"),
        }),
        SettingKind::Size => bytes(value).map(size),
        SettingKind::Port => match digits(value).filter(|port| *port <= 65535) {
            Some(port) => Ok(port.to_string()),
            None => Err(Refused(format!("Invalid port number {value}"))),
        },
        SettingKind::Enum if !values.is_empty() && !values.split(' ').any(|word| word == value) => {
            Err(Refused(format!("Invalid value: {value}")))
        }
        SettingKind::Enum
        | SettingKind::String
        | SettingKind::Template
        | SettingKind::StringList
        | SettingKind::BoolList
        | SettingKind::Section
        | SettingKind::Filter
        | SettingKind::FilterList
        | SettingKind::Alias
        | SettingKind::File
        | SettingKind::Other => Ok(value.to_owned()),
    }
}

/// yes or no.
// settings-parser.c, get_bool
pub(crate) fn boolean(value: &str) -> Result<bool, Refused> {
    if value.eq_ignore_ascii_case("yes") || value.eq_ignore_ascii_case("y") || value == "1" {
        Ok(true)
    } else if value.eq_ignore_ascii_case("no") {
        Ok(false)
    } else {
        Err(Refused(format!("Invalid boolean value: {value} (use yes or no)")))
    }
}

fn digits(value: &str) -> Option<u64> {
    let all = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if all { value.parse().ok() } else { None }
}

// settings-parser.c, get_uint; strnum.c, str_num_error
pub(crate) fn uint(value: &str) -> Result<u32, Refused> {
    if let Some(number) = digits(value).and_then(|number| u32::try_from(number).ok()) {
        return Ok(number);
    }
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let why = match value.strip_prefix('-') {
        Some(rest) if numeric(rest) => "Number too small",
        None if numeric(value) => "Number too large",
        Some(_) | None => "Not a valid number",
    };
    Err(Refused(format!("Invalid number {value}: {why}")))
}

// settings-parser.c, get_octal
fn octal(value: &str) -> Result<u32, Refused> {
    if !value.starts_with('0') {
        return uint(value);
    }
    let number = u64::from_str_radix(value, 8).ok().filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()));
    number.map(|number| number as u32).ok_or_else(|| Refused(format!("Invalid number: {value}")))
}

/// The number that a text begins with, and the rest of it after blanks.
// strnum.c, str_parse_uintmax
fn leading_number(value: &str) -> Option<(u64, &str)> {
    let length = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = value.split_at_checked(length)?;
    Some((number.parse().ok()?, rest.trim_start_matches(' ')))
}

// settings-parser.c, settings_get_time_full
pub(crate) fn interval(value: &str, msecs: bool) -> Result<u32, Refused> {
    let invalid = || Refused(format!("Invalid time interval: {value}"));
    let (mut number, unit) = leading_number(value).ok_or_else(invalid)?;
    if unit.is_empty() && number != 0 {
        return Err(Refused(format!("Time interval '{value}' is missing units (add e.g. 's' for seconds)")));
    }
    let begins = |names: &[&str]| {
        let lower = unit.to_ascii_lowercase();
        names.iter().any(|name| name.starts_with(&lower))
    };
    let base: u64 = if msecs { 1000 } else { 1 };
    let multiply = match unit.bytes().next().map(|byte| byte.to_ascii_uppercase()) {
        None => base,
        Some(b'S') if begins(&["secs", "seconds"]) => base,
        Some(b'M') if begins(&["mins", "minutes"]) => base * 60,
        Some(b'M') if begins(&["msecs", "mseconds", "millisecs", "milliseconds"]) => {
            if !msecs && number % 1000 != 0 {
                return Err(Refused(format!("Milliseconds not supported for this setting: {value}")));
            }
            if !msecs {
                number /= 1000;
            }
            1
        }
        Some(b'H') if begins(&["hours"]) => base * 3600,
        Some(b'D') if begins(&["days"]) => base * 86400,
        Some(b'W') if begins(&["weeks"]) => base * 604_800,
        Some(_) => return Err(invalid()),
    };
    let product = number.checked_mul(multiply).and_then(|product| u32::try_from(product).ok());
    product.ok_or_else(|| Refused(format!("Time interval is too large: {value}")))
}

// settings-parser.c, settings_get_size
pub(crate) fn bytes(value: &str) -> Result<u64, Refused> {
    let invalid = || Refused(format!("Invalid size: {value}"));
    let (number, unit) = leading_number(value).ok_or_else(invalid)?;
    let upper = unit.to_ascii_uppercase();
    let (power, rest) = match upper.bytes().next() {
        None => (0, ""),
        Some(b'B') => (0, upper.get(1..).unwrap_or_default()),
        Some(letter) => {
            let power = b"KMGT".iter().position(|known| *known == letter).ok_or_else(invalid)? + 1;
            let rest = upper.get(1..).unwrap_or_default();
            let rest = rest.strip_prefix('I').unwrap_or(rest);
            (power, rest.strip_prefix('B').unwrap_or(rest))
        }
    };
    if !rest.is_empty() {
        return Err(invalid());
    }
    let product = number.checked_mul(1 << (10 * power));
    product.ok_or_else(|| Refused(format!("Size is too large: {value}")))
}

// config-request.c, config_export_size
fn size(mut bytes: u64) -> String {
    if bytes == 0 {
        return "0".to_owned();
    }
    let mut suffix = 'B';
    for next in ['k', 'M', 'G', 'T'] {
        if !bytes.is_multiple_of(1024) {
            break;
        }
        bytes /= 1024;
        suffix = next;
    }
    format!("{bytes} {suffix}")
}

// config-request.c, config_export_time
fn time(mut number: u32) -> String {
    if number == 0 {
        return "0".to_owned();
    }
    let mut unit = "secs";
    for (next, by) in [("mins", 60), ("hours", 60), ("days", 24), ("weeks", 7)] {
        if !number.is_multiple_of(by) {
            break;
        }
        number /= by;
        unit = next;
    }
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(kind: SettingKind, value: &str) -> String {
        canonical(kind, "", value).unwrap_or_else(|refused| refused.0)
    }

    #[test]
    fn times_have_units_unless_they_are_zero() {
        // doveconf -n of 2.3.19.1
        for (value, printed) in [
            ("10s", "10 secs"),
            ("5 MIN", "5 mins"),
            ("1w", "1 weeks"),
            ("0", "0"),
            ("5000ms", "5 secs"),
            ("10", "Time interval '10' is missing units (add e.g. 's' for seconds)"),
            ("1 month", "Invalid time interval: 1 month"),
            ("500ms", "Milliseconds not supported for this setting: 500ms"),
            ("1h30m", "Invalid time interval: 1h30m"),
            ("-1", "Invalid time interval: -1"),
            ("4294967296s", "Time interval is too large: 4294967296s"),
        ] {
            assert_eq!(kind(SettingKind::Time, value), printed);
        }
        assert_eq!(kind(SettingKind::TimeMsecs, "500 msecs"), "500 ms");
        assert_eq!(kind(SettingKind::TimeMsecs, "2s"), "2 secs");
    }

    #[test]
    fn sizes_are_in_powers_of_1024() {
        for (value, printed) in [
            ("10", "10 B"),
            ("10KiB", "10 k"),
            ("10 MB", "10 M"),
            ("18446744073709551615", "18446744073709551615 B"),
            ("1P", "Invalid size: 1P"),
            ("99999999999T", "Size is too large: 99999999999T"),
        ] {
            assert_eq!(kind(SettingKind::Size, value), printed);
        }
    }

    #[test]
    fn a_mode_without_a_leading_zero_is_decimal() {
        assert_eq!(kind(SettingKind::Octal, "0660"), "0660");
        assert_eq!(kind(SettingKind::Octal, "660"), "01224");
        assert_eq!(kind(SettingKind::Octal, "0888"), "Invalid number: 0888");
        assert_eq!(kind(SettingKind::Octal, ""), "Invalid number : Not a valid number");
    }

    #[test]
    fn only_some_words_are_booleans() {
        for on in ["yes", "YES", "y", "1"] {
            assert_eq!(kind(SettingKind::Bool, on), "yes");
        }
        for wrong in ["n", "0", "true", "on", ""] {
            assert_eq!(kind(SettingKind::Bool, wrong), format!("Invalid boolean value: {wrong} (use yes or no)"));
        }
    }
}
