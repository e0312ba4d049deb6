//! smtpd_command_filter: a table that replaces whole commands.

use super::{Answer, Kind, Run};
use crate::{Config, Finding, Found, Missing, Site};
use postproof_diag::text;

/// A command after the filter.
pub(super) enum Line {
    /// The same command, perhaps in other words.
    Command(String),
    /// Another command or none: the reply.
    Reply(String),
    /// Not known here.
    Unknown(Missing),
}

/// What a filter of which nothing is known may make of a command: it stays, or
/// it becomes one that smtpd does not know.
pub(super) fn filter_answers() -> [Finding; 2] {
    [Finding::No, Finding::Text(NOT_A_COMMAND.into())]
}

/// A command that smtpd does not know.
const NOT_A_VERB: &str = "UNKNOWN";

pub(super) const NOT_A_COMMAND: &str = "500 5.5.2 Error: command not recognized";

/// Commands that do more than answer.
// smtpd.c, smtpd_cmd_table
const COMMANDS: &[&str] =
    &["HELO", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "ETRN", "VRFY", "XCLIENT", "XFORWARD"];

/// That a command becomes another one, whose answer is not followed.
fn as_another(table: &str, line: &str) -> Missing {
    let text = text!(
        "the answer to the command that `{table}` makes of `{line}`",
        "`{table}` 테이블에서 `{line}` 명령 대신 쓰는 명령에 대한 응답"
    );
    Missing::new(format!("{table}:{line}"), text)
}

/// The command that smtpd reads for `line`.
// smtpd.c, smtpd_proto: the filter sees the line without leading blanks
pub(super) fn filtered(config: &Config<'_>, line: String) -> Line {
    let table = config.param("smtpd_command_filter");
    if table.is_empty() {
        return Line::Command(line);
    }
    let replaced = match config.ask(&table, line.trim_start_matches([' ', '\t'])) {
        Found::Nothing => return Line::Command(line),
        Found::Value(text, _) => text,
        Found::Fails | Found::Broken => {
            return Line::Reply(format!("421 4.3.0 {} Server local data error", config.param("myhostname")));
        }
        Found::Unknown(missing) => return Line::Unknown(missing.with_words(["none", NOT_A_VERB])),
    };
    let verb = |line: &str| line.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let (new, old) = (verb(&replaced), verb(&line));
    let greets = |verb: &str| matches!(verb, "HELO" | "EHLO");
    if new == old || (greets(&new) && greets(&old)) {
        return Line::Command(replaced.to_string());
    }
    Line::Reply(match new.as_str() {
        "" => "500 5.5.2 Error: bad syntax".to_owned(),
        "NOOP" | "RSET" => "250 2.0.0 Ok".to_owned(),
        "QUIT" => "221 2.0.0 Bye".to_owned(),
        other if COMMANDS.contains(&other) => return Line::Unknown(as_another(&table, &line).without_words()),
        _ => NOT_A_COMMAND.to_owned(),
    })
}

/// The line after the filter; as sent where that is not known.
pub(super) fn command_of(config: &Config<'_>, sent: String) -> String {
    if config.param("smtpd_command_filter").is_empty() {
        return sent;
    }
    match filtered(config, sent.clone()) {
        Line::Command(line) => line,
        Line::Reply(_) | Line::Unknown(_) => sent,
    }
}

impl Run<'_, '_, '_> {
    /// The reply where the filter leaves nothing of a command without address.
    pub(super) fn filter_takes(&mut self, kind: Kind, argument: &str) -> Option<Answer> {
        if self.server.command_filter.is_empty() {
            return None;
        }
        let line = format!("{} {argument}", kind.verb);
        let config = self.config;
        let look = || match filtered(config, line.trim_end().to_owned()) {
            Line::Command(_) => Finding::No,
            Line::Reply(line) => Finding::Text(line.into()),
            Line::Unknown(missing) => Finding::Unknown(missing),
        };
        let site = Site::of(("command filter", kind.verb));
        match self.checks.who.ask(site, &filter_answers(), &look) {
            Finding::Text(line) => Some(Answer::of_line(&line)),
            Finding::No
            | Finding::Yes
            | Finding::Temporary
            | Finding::Broken
            | Finding::Case(_)
            | Finding::Unknown(_) => None,
        }
    }
}
