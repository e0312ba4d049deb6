//! What can be said on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use postproof_engine::catalog::{DOVECOT_VERSIONS, POSTFIX_VERSIONS, Version};
use postproof_engine::diag::{Lang, Severity};
use std::path::PathBuf;

pub(crate) use session::{Diff, FailOnChange, NameStatus, Prove, Simulate, Supplied};

mod session;

/// Proofreads Postfix and Dovecot configuration.
#[derive(Debug, Parser)]
#[command(name = "postproof", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report what is wrong: exit 0 clean, 1 findings, 2 unusable input or arguments
    Check {
        #[command(flatten)]
        input: Input,
        /// The mildest severity that makes the exit code 1
        #[arg(long, value_enum, default_value = "warning", value_name = "SEVERITY")]
        fail_on: FailOn,
    },
    /// Explain the restriction lists of every smtpd service, stage by stage
    Explain {
        #[command(flatten)]
        input: Input,
        /// Only this service: its name in master.cf, or its port
        #[arg(long, value_name = "NAME")]
        service: Option<String>,
    },
    /// Print the effective configuration and where each value comes from, or what postconf or doveconf
    /// prints
    Show(Show),
    /// Play an SMTP session against a service and print each reply with what decided it
    Simulate(Box<Simulate>),
    /// Play the sessions of a file and compare what comes out with what is expected: exit 0 as
    /// expected, 1 otherwise, 2 unusable input or arguments
    Test(Test),
    /// Decide what holds for every session of every smtpd service: exit 0 nothing fails, 1 a claim
    /// fails, 2 unusable input or arguments
    Prove(Prove),
    /// Compare two configurations by what they answer: exit 0 nothing is newly permitted, 1 something
    /// is, 2 unusable input or arguments
    Diff(Box<Diff>),
    /// Carry a configuration to another version, with a ledger that accounts for every line:
    /// exit 0 done, 1 questions are left, 2 unusable input or arguments
    Migrate(Migrate),
    /// Print the documentation of one rule
    Rule {
        /// Name of the rule, as in `chain-after-permit`
        name: String,
        /// Language; default: from LC_ALL, LC_MESSAGES or LANG
        #[arg(long, value_enum)]
        lang: Option<Language>,
    },
    /// Print every rule with its severity and what it finds
    Rules {
        /// Language; default: from LC_ALL, LC_MESSAGES or LANG
        #[arg(long, value_enum)]
        lang: Option<Language>,
    },
}

/// What `test` plays.
#[derive(Args, Debug)]
pub(crate) struct Test {
    /// The sessions (docs/sessions.md)
    #[arg(value_name = "SESSIONS.toml")]
    pub(crate) sessions: PathBuf,
    #[command(flatten)]
    pub(crate) input: Input,
    /// Write the file: its own sessions if it is there, else typical ones of each smtpd service,
    /// with what comes out today
    #[arg(long)]
    pub(crate) record: bool,
}

/// What `show` reads, and as which program it prints.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Only this service, with all that holds in it: its name in master.cf, or its port
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Show defaults as well
    #[arg(long)]
    pub(crate) all: bool,
    /// Print exactly what the real postconf prints of one directory, with its messages and exit
    /// status: -n, -n -x, -Mf or -P
    #[arg(long, value_enum, value_name = "MODE", conflicts_with_all = ["service", "all"])]
    pub(crate) postconf: Option<PostconfMode>,
    /// Print exactly what doveconf -n prints of one file and its includes, without the header
    /// lines of its host; exit 1 with the reason where it refuses the file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["service", "all", "postconf", "paths"])]
    pub(crate) doveconf: Option<PathBuf>,
    /// Facts of the server as JSON: {"hostname": ..., "interfaces": ["192.0.2.1/24", ...],
    /// "hosts": {"name": ["192.0.2.1"]}}. Default: this machine; names resolve from /etc/hosts only
    #[arg(long, value_name = "FILE", requires = "postconf")]
    pub(crate) system: Option<PathBuf>,
    /// Path of the directory on the server, where Postfix finds it without being told
    #[arg(long, value_name = "PATH", requires = "postconf")]
    pub(crate) config_directory: Option<String>,
}

/// What `migrate` reads and writes.
#[derive(Args, Debug)]
pub(crate) struct Migrate {
    /// The program whose configuration it is
    #[arg(value_enum)]
    pub(crate) product: Product,
    /// Files, a directory such as /etc/dovecot, or - for standard input; files that they name
    /// and that lie in the same directory are read as well. Default: that of this machine
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Release to come: 2.4 for Dovecot, such as 3.11 for Postfix; `dovecot --to 2.3` says what of
    /// a 2.4 configuration is too new
    #[arg(long, value_name = "X.Y", value_parser = any_version)]
    pub(crate) to: Version,
    /// Postfix release that runs now; default: assumed, and said
    #[arg(long, value_name = "X.Y", value_parser = any_version)]
    pub(crate) from: Option<Version>,
    /// Write the same set of files below this directory; default: one file on standard output
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write the ledger to this file, as JSON if it ends in .json; default: standard error
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// Language of the ledger; default: from LC_ALL, LC_MESSAGES or LANG
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Language>,
    /// Show passwords and keys in the ledger instead of masking them
    #[arg(long)]
    pub(crate) show_secrets: bool,
}

/// The programs whose configuration is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Product {
    Dovecot,
    Postfix,
}

/// The modes of postconf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PostconfMode {
    #[value(name = "n")]
    Set,
    #[value(name = "x")]
    Expanded,
    #[value(name = "Mf")]
    Services,
    #[value(name = "P")]
    ServiceSettings,
}

/// What `check`, `explain` and `show` read and how they print.
#[derive(Args, Debug)]
pub(crate) struct Input {
    /// Files, directories such as /etc/postfix, or - for standard input.
    /// Default: /etc/postfix and /etc/dovecot of this machine
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Language; default: from LC_ALL, LC_MESSAGES or LANG
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Language>,
    /// Postfix release to judge for; default: told from the text
    #[arg(long, value_name = "X.Y", value_parser = postfix_version)]
    pub(crate) postfix_version: Option<Version>,
    /// Dovecot release to judge for; default: told from the text
    #[arg(long, value_name = "X.Y", value_parser = dovecot_version)]
    pub(crate) dovecot_version: Option<Version>,
    /// Show passwords and keys instead of masking them
    #[arg(long)]
    pub(crate) show_secrets: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    En,
    Ko,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Hint,
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails the run.
    pub(crate) fn fails(self, severity: Severity) -> bool {
        let threshold = match self {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Hint => Severity::Hint,
            FailOn::Never => return false,
        };
        severity <= threshold
    }
}

/// The language asked for, else that of the environment.
pub(crate) fn language(wish: Option<Language>) -> Lang {
    match wish {
        Some(Language::En) => Lang::En,
        Some(Language::Ko) => Lang::Ko,
        None => language_of_environment(|name| std::env::var(name).ok()),
    }
}

/// The first of the variables that is set and not empty counts, as locale(7) has it.
fn language_of_environment(variable: impl Fn(&str) -> Option<String>) -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| variable(name).filter(|it| !it.is_empty()));
    match locale {
        Some(locale) if locale == "ko" || locale.starts_with("ko_") || locale.starts_with("ko.") => Lang::Ko,
        Some(_) | None => Lang::En,
    }
}

fn any_version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| "not a release number".to_owned())
}

fn postfix_version(text: &str) -> Result<Version, String> {
    known_version(text, POSTFIX_VERSIONS, "Postfix")
}

fn dovecot_version(text: &str) -> Result<Version, String> {
    known_version(text, DOVECOT_VERSIONS, "Dovecot")
}

fn known_version(text: &str, known: &[Version], product: &str) -> Result<Version, String> {
    let listed = || known.iter().map(Version::to_string).collect::<Vec<_>>().join(", ");
    let version =
        Version::parse(text).ok_or_else(|| format!("not a release number; known to Postproof: {}", listed()))?;
    if known.contains(&version.series()) {
        Ok(version)
    } else {
        Err(format!("no release of {product} that Postproof can judge for; it knows {}", listed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_chooses_the_language() {
        let korean = |name: &str| (name == "LANG").then(|| "ko_KR.UTF-8".to_owned());
        assert_eq!(language_of_environment(korean), Lang::Ko);
        let overridden = |name: &str| Some(if name == "LC_ALL" { "C" } else { "ko_KR" }.to_owned());
        assert_eq!(language_of_environment(overridden), Lang::En);
        let konkani = |name: &str| (name == "LANG").then(|| "kok_IN".to_owned());
        assert_eq!(language_of_environment(konkani), Lang::En);
        assert_eq!(language_of_environment(|_| None), Lang::En);
    }

    #[test]
    fn only_known_releases_are_taken() {
        assert_eq!(postfix_version("3.7.11").map(|version| version.to_string()), Ok("3.7.11".to_owned()));
        assert!(postfix_version("2.11").unwrap_err().contains("3.4, 3.5"));
        assert!(postfix_version("latest").unwrap_err().contains("not a release number"));
        assert!(dovecot_version("2.2").is_err());
    }

    #[test]
    fn the_threshold_counts_itself_and_worse() {
        assert!(FailOn::Warning.fails(Severity::Error) && FailOn::Warning.fails(Severity::Warning));
        assert!(!FailOn::Warning.fails(Severity::Info) && !FailOn::Never.fails(Severity::Error));
    }
}
