//! Release numbers.

use std::fmt;

/// A release: `3.7` or `3.7.11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number, if it is known.
    pub patch: Option<u16>,
}

impl Version {
    /// The release series `major.minor`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor, patch: None }
    }

    /// Reads `X.Y` or `X.Y.Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.').map(|number| number.parse::<u16>().ok());
        let version = Self { major: numbers.next()??, minor: numbers.next()??, patch: None };
        let patch = match numbers.next() {
            Some(patch) => Some(patch?),
            None => None,
        };
        numbers.next().is_none().then_some(Self { patch, ..version })
    }

    /// As a compatibility level is written: `2`, not `2.0` (postconf(5),
    /// compatibility_level).
    pub fn as_level(self) -> String {
        if self.minor == 0 && self.patch.is_none() { self.major.to_string() } else { self.to_string() }
    }

    /// The series without the patch number.
    #[must_use]
    pub const fn series(self) -> Self {
        Self { patch: None, ..self }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(out, ".{patch}"))
    }
}

/// The Postfix releases that a check can be made for, oldest first.
pub const POSTFIX_VERSIONS: &[Version] = &[
    Version::new(3, 4),
    Version::new(3, 5),
    Version::new(3, 6),
    Version::new(3, 7),
    Version::new(3, 8),
    Version::new(3, 9),
    Version::new(3, 10),
    Version::new(3, 11),
    Version::new(3, 12),
];

/// The Dovecot releases that a check can be made for, oldest first.
pub const DOVECOT_VERSIONS: &[Version] = &[Version::new(2, 3), Version::new(2, 4)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_without_minor_number_is_a_whole_number() {
        assert_eq!(Version::new(2, 0).as_level(), "2");
        assert_eq!(Version::new(3, 6).as_level(), "3.6");
    }

    #[test]
    fn three_ten_comes_after_three_six() {
        assert!(Version::parse("3.10") > Version::parse("3.6"));
        assert_eq!(Version::parse("3.7.11").map(|version| version.to_string()).as_deref(), Some("3.7.11"));
        assert_eq!(Version::parse("3"), None);
        assert_eq!(Version::parse("3.x"), None);
        assert_eq!(Version::parse("3.7.1.2"), None);
    }
}
