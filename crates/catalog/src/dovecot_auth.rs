//! Mechanisms, password schemes and drivers of Dovecot's logins.
//!
//! Names and series from the sources of 2.3.19.1 and 2.4.1 (mech-*.c with their
//! flags, password-scheme*.c, passdb-*.c, userdb-*.c). The strength of a scheme
//! is a judgement; which ones 2.4 refuses without `auth_allow_weak_schemes` is
//! its own flag.

/// A SASL mechanism.
#[derive(Debug)]
pub struct Mechanism {
    /// Its name as written in `auth_mechanisms`.
    pub name: &'static str,
    /// Whether it sends the password, or a token that is as good, as it is.
    pub plaintext: bool,
    /// Whether a listener can guess the password from what it hears.
    pub dictionary: bool,
    /// Whether an attacker in between can.
    pub active: bool,
    /// Whether anybody may use it.
    pub anonymous: bool,
    /// Whether the server proves that it knows the password too.
    pub mutual: bool,
    /// Whether 2.3 and 2.4 have it.
    pub series: (bool, bool),
    /// The schemes by which it can verify, besides clear text; nothing where the
    /// mechanism does not care how passwords are stored.
    pub schemes: Option<&'static [&'static str]>,
}

/// A way of storing passwords.
#[derive(Debug)]
pub struct PasswordScheme {
    /// Its name without braces.
    pub name: &'static str,
    /// How well it holds when the list of passwords leaks.
    pub strength: SchemeStrength,
    /// Whether 2.3 and 2.4 have it.
    pub series: (bool, bool),
    /// Whether 2.4 refuses it without `auth_allow_weak_schemes`.
    pub needs_allow_weak: bool,
}

/// How well a scheme holds when the list of passwords leaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeStrength {
    /// What is stored is the password, or serves as one.
    Plain,
    /// Fast to guess: unsalted or an old function.
    Weak,
    /// Salted, but with a fast function or few rounds.
    Fair,
    /// Salted and slow.
    Strong,
    /// The hash itself names its function.
    Named,
}

/// A driver of passdb or userdb.
#[derive(Debug)]
pub struct AuthDriver {
    /// Its name.
    pub name: &'static str,
    /// Whether 2.3 and 2.4 have it.
    pub series: (bool, bool),
}

/// The mechanism of that name, in any case.
pub fn dovecot_mechanism(name: &str) -> Option<&'static Mechanism> {
    MECHANISMS.iter().find(|one| one.name.eq_ignore_ascii_case(name))
}

/// All mechanisms, sorted.
pub fn dovecot_mechanisms() -> &'static [Mechanism] {
    MECHANISMS
}

/// The scheme of that name, in any case, with or without an encoding behind it.
pub fn password_scheme(name: &str) -> Option<&'static PasswordScheme> {
    let bare = name.split('.').next().unwrap_or(name);
    SCHEMES.iter().find(|one| one.name.eq_ignore_ascii_case(bare))
}

/// The drivers of `passdb`.
pub fn passdb_drivers() -> &'static [AuthDriver] {
    PASSDB
}

/// The drivers of `userdb`.
pub fn userdb_drivers() -> &'static [AuthDriver] {
    USERDB
}

#[rustfmt::skip]
static MECHANISMS: &[Mechanism] = &[
    Mechanism { name: "anonymous", plaintext: false, dictionary: false, active: false, anonymous: true, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "apop", plaintext: false, dictionary: true, active: true, anonymous: false, mutual: false, series: (true, true), schemes: Some(&[]) },
    Mechanism { name: "cram-md5", plaintext: false, dictionary: true, active: true, anonymous: false, mutual: false, series: (true, true), schemes: Some(&["CRAM-MD5", "HMAC-MD5"]) },
    Mechanism { name: "digest-md5", plaintext: false, dictionary: true, active: true, anonymous: false, mutual: true, series: (true, true), schemes: Some(&["DIGEST-MD5"]) },
    Mechanism { name: "dovecot-token", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "external", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "gss-spnego", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "gssapi", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "login", plaintext: true, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "ntlm", plaintext: false, dictionary: true, active: true, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "oauthbearer", plaintext: true, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "otp", plaintext: false, dictionary: true, active: true, anonymous: false, mutual: false, series: (true, true), schemes: Some(&["OTP"]) },
    Mechanism { name: "plain", plaintext: true, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
    Mechanism { name: "scram-sha-1", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: true, series: (true, true), schemes: Some(&["SCRAM-SHA-1"]) },
    Mechanism { name: "scram-sha-1-plus", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: true, series: (false, true), schemes: Some(&["SCRAM-SHA-1"]) },
    Mechanism { name: "scram-sha-256", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: true, series: (true, true), schemes: Some(&["SCRAM-SHA-256"]) },
    Mechanism { name: "scram-sha-256-plus", plaintext: false, dictionary: false, active: false, anonymous: false, mutual: true, series: (false, true), schemes: Some(&["SCRAM-SHA-256"]) },
    Mechanism { name: "xoauth2", plaintext: true, dictionary: false, active: false, anonymous: false, mutual: false, series: (true, true), schemes: None },
];

#[rustfmt::skip]
static SCHEMES: &[PasswordScheme] = &[
    PasswordScheme { name: "ARGON2", strength: SchemeStrength::Strong, series: (false, true), needs_allow_weak: false },
    PasswordScheme { name: "ARGON2I", strength: SchemeStrength::Strong, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "ARGON2ID", strength: SchemeStrength::Strong, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "BLF-CRYPT", strength: SchemeStrength::Strong, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "CLEAR", strength: SchemeStrength::Plain, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "CLEARTEXT", strength: SchemeStrength::Plain, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "CRAM-MD5", strength: SchemeStrength::Plain, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "CRYPT", strength: SchemeStrength::Named, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "DES-CRYPT", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "DIGEST-MD5", strength: SchemeStrength::Plain, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "HMAC-MD5", strength: SchemeStrength::Plain, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "LANMAN", strength: SchemeStrength::Weak, series: (false, false), needs_allow_weak: false },
    PasswordScheme { name: "LDAP-MD5", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "MD5", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "MD5-CRYPT", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "NTLM", strength: SchemeStrength::Plain, series: (false, false), needs_allow_weak: false },
    PasswordScheme { name: "OTP", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "PBKDF2", strength: SchemeStrength::Fair, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "PLAIN", strength: SchemeStrength::Plain, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "PLAIN-MD4", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "PLAIN-MD5", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "PLAIN-TRUNC", strength: SchemeStrength::Plain, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "RPA", strength: SchemeStrength::Weak, series: (false, false), needs_allow_weak: false },
    PasswordScheme { name: "SCRAM-SHA-1", strength: SchemeStrength::Fair, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SCRAM-SHA-256", strength: SchemeStrength::Fair, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SHA", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SHA1", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SHA256", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SHA256-CRYPT", strength: SchemeStrength::Strong, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SHA512", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SHA512-CRYPT", strength: SchemeStrength::Strong, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SMD5", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: true },
    PasswordScheme { name: "SSHA", strength: SchemeStrength::Weak, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SSHA256", strength: SchemeStrength::Fair, series: (true, true), needs_allow_weak: false },
    PasswordScheme { name: "SSHA512", strength: SchemeStrength::Fair, series: (true, true), needs_allow_weak: false },
];

#[rustfmt::skip]
static PASSDB: &[AuthDriver] = &[
    AuthDriver { name: "bsdauth", series: (true, true) },
    AuthDriver { name: "checkpassword", series: (true, false) },
    AuthDriver { name: "dict", series: (true, false) },
    AuthDriver { name: "imap", series: (true, true) },
    AuthDriver { name: "ldap", series: (true, true) },
    AuthDriver { name: "lua", series: (true, true) },
    AuthDriver { name: "oauth2", series: (true, true) },
    AuthDriver { name: "pam", series: (true, true) },
    AuthDriver { name: "passwd", series: (true, true) },
    AuthDriver { name: "passwd-file", series: (true, true) },
    AuthDriver { name: "shadow", series: (true, false) },
    AuthDriver { name: "sql", series: (true, true) },
    AuthDriver { name: "static", series: (true, true) },
];

#[rustfmt::skip]
static USERDB: &[AuthDriver] = &[
    AuthDriver { name: "checkpassword", series: (true, false) },
    AuthDriver { name: "dict", series: (true, false) },
    AuthDriver { name: "ldap", series: (true, true) },
    AuthDriver { name: "lua", series: (true, true) },
    AuthDriver { name: "passwd", series: (true, true) },
    AuthDriver { name: "passwd-file", series: (true, true) },
    AuthDriver { name: "prefetch", series: (true, true) },
    AuthDriver { name: "sql", series: (true, true) },
    AuthDriver { name: "static", series: (true, true) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_with_an_encoding() {
        assert!(dovecot_mechanism("PLAIN").is_some_and(|one| one.plaintext));
        assert!(dovecot_mechanism("plian").is_none());
        assert_eq!(password_scheme("ssha512.b64").unwrap().strength, SchemeStrength::Fair);
        assert!(password_scheme("MD5").unwrap().needs_allow_weak);
    }

    #[test]
    fn drivers_that_2_4_lost_are_marked() {
        let shadow = passdb_drivers().iter().find(|one| one.name == "shadow").unwrap();
        assert_eq!(shadow.series, (true, false));
        assert!(userdb_drivers().iter().any(|one| one.name == "prefetch"));
    }
}
