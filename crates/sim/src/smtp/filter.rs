//! smtpd_command_filter: a table that replaces whole commands.

use super::{Answer, Kind, Run};
use crate::{Config, Finding, Found, Missing, Site};

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

const NOT_A_COMMAND: &str = "500 5.5.2 Error: command not recognized";

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
        Found::Unknown(missing) => return Line::Unknown(missing),
    };
    let verb = |line: &str| line.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let (new, old) = (verb(&replaced), verb(&line));
    if new == old {
        return Line::Command(replaced.to_string());
    }
    Line::Reply(match new.as_str() {
        "" => "500 5.5.2 Error: bad syntax".to_owned(),
        "NOOP" | "RSET" => "250 2.0.0 Ok".to_owned(),
        "QUIT" => "221 2.0.0 Bye".to_owned(),
        _ => NOT_A_COMMAND.to_owned(),
    })
}

impl Run<'_, '_, '_> {
    /// The reply where the filter leaves nothing of a command without address.
    pub(super) fn filter_takes(&mut self, kind: Kind, argument: &str) -> Option<Answer> {
        if self.server.command_filter.is_empty() {
            return None;
        }
        let line = format!("{} {argument}", kind.verb);
        match filtered(self.config, line.trim_end().to_owned()) {
            Line::Command(_) => None,
            Line::Reply(line) => Some(Answer::of_line(&line)),
            Line::Unknown(missing) => {
                match self.checks.who.assume(Site::of(("command filter", kind.verb)), missing, &filter_answers()) {
                    Finding::Text(line) => Some(Answer::of_line(&line)),
                    _ => None,
                }
            }
        }
    }
}
