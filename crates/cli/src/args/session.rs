//! The session that `simulate` plays, and against what.

use super::Input;
use clap::{Args, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;

/// What `simulate` plays.
#[derive(Args, Debug)]
pub(crate) struct Simulate {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Read a request with configuration and sessions from PATH or standard input and print the
    /// answers, both as JSON (docs/json.md)
    #[arg(long, conflicts_with_all = ["sender", "recipients", "swaks", "show_trace", "assume", "assume_file"])]
    pub(crate) json: bool,
    /// The service that the client talks to: its name in master.cf, or its port
    #[arg(long, value_name = "NAME", default_value = "smtp")]
    pub(crate) service: String,
    /// Address of the client
    #[arg(long, value_name = "ADDRESS", default_value = "203.0.113.9")]
    pub(crate) client: IpAddr,
    /// Verified name of the client; default: unknown
    #[arg(long, value_name = "NAME")]
    pub(crate) client_name: Option<String>,
    /// Name that the client's address points to; default: the verified name
    #[arg(long, value_name = "NAME")]
    pub(crate) reverse_name: Option<String>,
    /// How the look-up of the name went; default: ok with --client-name, forged with --reverse-name
    /// alone, else perm (the address has no name)
    #[arg(long, value_enum, value_name = "STATUS")]
    pub(crate) name_status: Option<NameStatus>,
    /// Argument of EHLO or HELO; default: the client's name
    #[arg(long, value_name = "NAME")]
    pub(crate) helo: Option<String>,
    /// The client sends neither EHLO nor HELO
    #[arg(long, conflicts_with = "helo")]
    pub(crate) no_helo: bool,
    /// The client sends HELO
    #[arg(long, conflicts_with = "no_helo")]
    pub(crate) smtp: bool,
    /// The client sends EHLO (the default)
    #[arg(long, conflicts_with_all = ["smtp", "no_helo"])]
    pub(crate) esmtp: bool,
    /// The client sends STARTTLS
    #[arg(long)]
    pub(crate) tls: bool,
    /// Fingerprint of the client's certificate, as the server's log prints it
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) certificate_fingerprint: Option<String>,
    /// Fingerprint of the public key in the client's certificate
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) certificate_key_fingerprint: Option<String>,
    /// A certificate authority that the server trusts vouches for the client's certificate
    #[arg(long)]
    pub(crate) certificate_trusted: bool,
    /// The client logs in with this name and the right password
    #[arg(long, value_name = "NAME")]
    pub(crate) login: Option<String>,
    /// Sender, as it stands in MAIL FROM; `` or `<>` for the null sender
    #[arg(long = "from", value_name = "ADDRESS")]
    pub(crate) sender: Option<String>,
    /// Recipient; may be repeated
    #[arg(long = "to", value_name = "ADDRESS")]
    pub(crate) recipients: Vec<String>,
    /// Size that MAIL FROM announces
    #[arg(long, value_name = "BYTES")]
    pub(crate) size: Option<u64>,
    /// Another parameter of MAIL FROM, as in SMTPUTF8; may be repeated
    #[arg(long, value_name = "PARAM")]
    pub(crate) mail_param: Vec<String>,
    /// The client sends a message
    #[arg(long)]
    pub(crate) data: bool,
    /// The client sends ETRN with this argument
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) etrn: Option<String>,
    /// The client sends VRFY with this argument
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) vrfy: Option<String>,
    /// The client goes on after every refusal
    #[arg(long)]
    pub(crate) blind: bool,
    /// The client sends MAIL, RCPT and DATA without waiting for answers
    #[arg(long)]
    pub(crate) pipelined: bool,
    #[command(flatten)]
    pub(crate) supplied: Supplied,
    /// Show every entry that was met, with its look-ups
    #[arg(long)]
    pub(crate) show_trace: bool,
    /// Print the swaks command that tries the same on the live server
    #[arg(long)]
    pub(crate) swaks: bool,
}

/// Answers to what the configuration does not tell.
#[derive(Args, Debug)]
pub(crate) struct Supplied {
    /// Answer to something that the configuration does not tell, as the output names it:
    /// dns:mx:example.com=nxdomain; may be repeated
    #[arg(long, value_name = "QUESTION=ANSWER")]
    pub(crate) assume: Vec<String>,
    /// Such answers as a JSON object: {"dns:mx:example.com": "nxdomain"}
    #[arg(long, value_name = "FILE")]
    pub(crate) assume_file: Option<PathBuf>,
}

/// What `prove` reads and prints.
#[derive(Args, Debug)]
pub(crate) struct Prove {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Only this service: its name in master.cf, or its port
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    #[command(flatten)]
    pub(crate) supplied: Supplied,
    /// Print the swaks command that tries a witness on the live server
    #[arg(long)]
    pub(crate) swaks: bool,
}

/// What `diff` reads and prints.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// The configuration as it was: a file, a directory such as /etc/postfix, or - for standard input
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The configuration as it is to be
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Only this service: its name in master.cf, or its port
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// What makes the exit code 1
    #[arg(long, value_enum, default_value = "permitted", value_name = "WHAT")]
    pub(crate) fail_on: FailOnChange,
    #[command(flatten)]
    pub(crate) supplied: Supplied,
    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: super::Format,
    /// Language; default: from LC_ALL, LC_MESSAGES or LANG
    #[arg(long, value_enum)]
    pub(crate) lang: Option<super::Language>,
    /// Postfix release to judge for; default: told from each text
    #[arg(long, value_name = "X.Y", value_parser = super::postfix_version)]
    pub(crate) postfix_version: Option<postproof_engine::catalog::Version>,
    /// Show passwords and keys instead of masking them
    #[arg(long)]
    pub(crate) show_secrets: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: super::Color,
}

/// Which change of behaviour fails a run.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOnChange {
    /// Some session is newly permitted
    Permitted,
    /// Some session is answered or handled otherwise
    Any,
    /// None
    Never,
}

/// How the look-up of a client's name went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NameStatus {
    /// The name is verified
    Ok,
    /// The address has no name
    Perm,
    /// The name does not point back to the address
    Forged,
    /// DNS did not answer
    Temp,
}
