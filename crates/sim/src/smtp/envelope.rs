//! MAIL and RCPT.

use super::filter::{Line, command_of, filter_answers, filtered};
use super::message::Moment;
use super::{Answer, Run};
use crate::address::{CommandWord, Read, Reader, command_words};
use crate::hash::Map;
use crate::lists::folded;
use crate::trace::Handling;
use crate::{Config, Finding, Found, Session, Site, Var};
use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;

/// How many lines that were read are kept.
const MAX_KEPT: usize = 4_000;

/// Lines of MAIL and RCPT that were read: a proof plays the same ones again and again.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    mail: Kept<(String, Dialect), Result<Mail, String>>,
    /// With the sender, where it has a say.
    rcpt: Kept<(String, String, bool), Result<String, String>>,
}

/// What was made of keys.
type Kept<K, V> = RefCell<Map<K, Rc<V>>>;

/// The value of a key, made once.
fn once<K: Eq + Hash, V>(kept: &Kept<K, V>, key: K, make: impl FnOnce(&K) -> V) -> Rc<V> {
    if let Some(known) = kept.borrow().get(&key) {
        return Rc::clone(known);
    }
    let value = Rc::new(make(&key));
    let mut kept = kept.borrow_mut();
    if kept.len() >= MAX_KEPT {
        kept.clear();
    }
    kept.insert(key, Rc::clone(&value));
    value
}

/// What MAIL says.
#[derive(Clone, Debug, Default)]
struct Mail {
    address: String,
    size: i64,
    smtputf8: bool,
}

/// What decides how MAIL and RCPT are read, besides the line itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Dialect {
    smtputf8: bool,
    dsn: bool,
    verp: bool,
}

impl Run<'_, '_, '_> {
    // smtpd.c, mail_cmd
    pub(super) fn mail(&mut self) -> Answer {
        if self.server.helo_required && !self.checks.so_far.helo {
            return Answer::new(503, "5.5.1", "Error: send HELO/EHLO first");
        }
        if self.in_mail {
            return Answer::new(503, "5.5.1", "Error: nested MAIL command");
        }
        let dialect = self.dialect();
        let config = self.config;
        let look = |session: &Session| match filtered(config, mail_line(session)) {
            Line::Command(line) => refusal_of(mail_command(config, line, dialect).as_ref()),
            Line::Reply(line) => Finding::Text(line.into()),
            Line::Unknown(missing) => Finding::Unknown(missing),
        };
        let found = self.checks.who.on(Var::Sender, Site::of(("MAIL", dialect)), &filter_answers(), &look);
        if let Finding::Text(line) = found {
            return Answer::of_line(&line);
        }
        let line = command_of(config, mail_line(self.checks.who.session()));
        let mail = mail_command(config, line, dialect);
        let Ok(mail) = mail.as_ref() else { return Answer::new(501, "5.5.4", "") };
        self.checks.so_far.smtputf8 = mail.smtputf8;
        if self.server.message_limit > 0 && mail.size > self.server.message_limit {
            return Answer::new(552, "5.3.4", "Message size exceeds fixed limit");
        }
        let sender = config.probe_sender(&mail.address).unwrap_or_else(|| mail.address.clone());
        self.checks.who.turn_to_sender(&sender);
        self.checks.so_far.sender = Some(sender);
        let refused = self.mail_refusal(mail);
        match refused {
            Some(answer) => {
                self.checks.so_far.sender = None;
                self.checks.so_far.handling = Handling::default();
                answer
            }
            None => {
                self.in_mail = true;
                self.smtputf8 = mail.smtputf8;
                Answer::new(250, "2.1.0", "Ok")
            }
        }
    }

    fn mail_refusal(&mut self, mail: &Mail) -> Option<Answer> {
        if !self.server.delay_reject
            && let Some(refusal) = self.checks.mail()
        {
            return Some(Answer::refusal(refusal));
        }
        if let Some(answer) = self.rewrite_context_fails() {
            return Some(answer);
        }
        if self.server.strict_smtputf8 && !mail.smtputf8 && !mail.address.is_ascii() {
            return Some(Answer::new(553, "5.6.7", "Must declare SMTPUTF8 to send unicode address"));
        }
        None
    }

    /// Tables of local_header_rewrite_clients that can't be read.
    // smtpd_check.c, smtpd_check_rewrite
    fn rewrite_context_fails(&mut self) -> Option<Answer> {
        let clients = self.config.param("local_header_rewrite_clients");
        for table in clients.split([',', ' ', '\t', '\r', '\n']).filter(|word| word.contains(':')) {
            let config = self.config;
            let look = |session: &Session| match config.look_up(table, &session.client.address.to_string(), false) {
                Found::Fails | Found::Broken => Finding::Temporary,
                Found::Nothing => Finding::No,
                Found::Value(..) => Finding::Yes,
                Found::Unknown(missing) => Finding::Unknown(missing),
            };
            let site = Site::of(("local_header_rewrite_clients", table));
            match self.checks.who.on(Var::Address, site, crate::YES_OR_NO, &look) {
                Finding::Temporary | Finding::Broken => {
                    return Some(Answer::new(451, "4.3.0", "Temporary lookup error"));
                }
                Finding::Yes => return None,
                Finding::No | Finding::Text(_) | Finding::Case(_) | Finding::Unknown(_) => {}
            }
        }
        None
    }

    fn dialect(&mut self) -> Dialect {
        let says_verp = self.checks.who.session().mail_params.iter().any(|param| starts_with(param, "XVERP"));
        Dialect {
            smtputf8: self.server.smtputf8 && !self.discarded.has("SMTPUTF8"),
            dsn: !self.discarded.has("DSN"),
            verp: says_verp && self.is_verp_client(),
        }
    }

    fn is_verp_client(&mut self) -> bool {
        let session = self.checks.who.session();
        let name = session.client.name.clone().unwrap_or_else(|| "unknown".to_owned());
        let (config, address) = (self.config, session.client.address);
        let param = "smtpd_authorized_verp_clients";
        let look = || config.in_network_list(param, &name, address);
        self.checks.who.ask(Site::of(param), crate::YES_OR_NO, &look) == Finding::Yes
    }

    // smtpd.c, rcpt_cmd
    pub(super) fn rcpt(&mut self) -> Answer {
        if !self.in_mail {
            return Answer::new(503, "5.5.1", "Error: need MAIL command");
        }
        let config = self.config;
        let smtputf8 = self.smtputf8;
        // Another sender can't make an address wrong.
        let sender = self.checks.so_far.sender.clone().unwrap_or_default();
        let look = |session: &Session| match filtered(config, rcpt_line(session)) {
            Line::Command(line) => refusal_of(rcpt_command(config, line, &sender, smtputf8).as_ref()),
            Line::Reply(line) => Finding::Text(line.into()),
            Line::Unknown(missing) => Finding::Unknown(missing),
        };
        let found = self.checks.who.on(Var::Recipient, Site::of(("RCPT", smtputf8)), &filter_answers(), &look);
        if let Finding::Text(line) = found {
            return Answer::of_line(&line);
        }
        let line = command_of(config, rcpt_line(self.checks.who.session()));
        let address = rcpt_command(config, line, &sender, smtputf8);
        let Ok(address) = address.as_ref() else { return Answer::new(501, "5.5.4", "") };
        if self.accepted.len() as i64 >= self.server.recipient_limit {
            let mut answer = Answer::new(452, "4.5.3", "Error: too many recipients");
            answer.is_forgiven = self.overshoot < self.server.overshoot_limit;
            self.overshoot += 1;
            return answer;
        }
        if self.server.strict_smtputf8 && !smtputf8 && !address.is_ascii() {
            return Answer::new(553, "5.6.7", "Must declare SMTPUTF8 to send unicode address");
        }
        self.checks.who.turn_to(address);
        if !self.is_probe_sender(address)
            && let Some(refusal) = self.checks.rcpt()
        {
            return Answer::refusal(refusal);
        }
        if let Some(answer) = self.filter_refuses(Moment::Recipient) {
            return answer;
        }
        self.accepted.push(address.clone());
        self.checks.so_far.recipients = self.accepted.len();
        Answer::new(250, "2.1.5", "Ok")
    }

    /// Whether the recipient is the sender of address probes: mail to it is
    /// never refused.
    fn is_probe_sender(&mut self, address: &str) -> bool {
        let (config, smtputf8) = (self.config, self.smtputf8);
        if self.checks.who.is_single(Var::Recipient) {
            return config.probe_sender(address).is_some();
        }
        let look = |session: &Session| match &*rcpt_command(config, rcpt_line(session), "", smtputf8) {
            Ok(address) if config.probe_sender(address).is_some() => Finding::Yes,
            Ok(_) | Err(_) => Finding::No,
        };
        self.checks.who.on(Var::Recipient, Site::of("probe sender"), crate::YES_OR_NO, &look) == Finding::Yes
    }

    /// Forgets the sender and recipients.
    // smtpd.c, mail_reset and rcpt_reset
    pub(super) fn reset_mail(&mut self) {
        self.in_mail = false;
        self.smtputf8 = false;
        self.accepted.clear();
        self.overshoot = 0;
        self.checks.so_far.sender = None;
        self.checks.so_far.recipients = 0;
        self.checks.so_far.smtputf8 = false;
        self.checks.so_far.handling = Handling::default();
    }
}

impl Config<'_> {
    /// The sender of address probes as smtpd writes it, if `address` is it.
    /// Where the time is part of it, nobody else knows it.
    // verify_sender_addr.c, valid_verify_sender_addr
    fn probe_sender(&self, address: &str) -> Option<String> {
        let sender = self.param("address_verify_sender");
        let ttl = self.param("address_verify_sender_ttl");
        let has_time = ttl.bytes().take_while(u8::is_ascii_digit).any(|digit| digit != b'0');
        if sender.is_empty() || &*sender == "<>" || has_time {
            return None;
        }
        let ours = self.rewritten(&sender).ok()?;
        let base = ours.find('@').unwrap_or(ours.len());
        let (local, domain) = (ours.get(..base)?, ours.get(base..)?);
        let (start, rest) = address.split_at_checked(base)?;
        let theirs = address.find('@').and_then(|at| address.get(at..)).unwrap_or_default();
        let is_same = |one: &str, other: &str| folded(one) == folded(other);
        let ends = rest.is_empty() || rest.starts_with('@');
        (ends && is_same(start, local) && is_same(theirs, domain)).then_some(ours)
    }
}

fn refusal_of<T>(read: &Result<T, String>) -> Finding {
    match read {
        Ok(_) => Finding::No,
        Err(line) => Finding::Text(line.as_str().into()),
    }
}

fn mail_line(session: &Session) -> String {
    let mut line = format!("MAIL FROM:{}", sent(session, session.sender.as_deref().unwrap_or_default()));
    for param in &session.mail_params {
        line.push(' ');
        line.push_str(param);
    }
    line
}

fn rcpt_line(session: &Session) -> String {
    format!("RCPT TO:{}", sent(session, session.recipients.first().map(String::as_str).unwrap_or_default()))
}

fn sent(session: &Session, address: &str) -> String {
    if session.brackets { format!("<{address}>") } else { address.to_owned() }
}

/// The address word of a command: the third, behind `FROM:` or `TO:`.
fn address_word<'w>(words: &'w [CommandWord], colon: &str, wrong: &str) -> Result<&'w CommandWord, String> {
    match words {
        [_, second, third, ..] if second.text.eq_ignore_ascii_case(colon) => Ok(third),
        _ => Err(wrong.to_owned()),
    }
}

/// What MAIL says, or the line that refuses it.
fn mail_command(config: &Config<'_>, line: String, dialect: Dialect) -> Rc<Result<Mail, String>> {
    once(&config.commands.mail, (line, dialect), |(line, dialect)| read_mail(config, line, *dialect))
}

fn read_mail(config: &Config<'_>, line: &str, dialect: Dialect) -> Result<Mail, String> {
    let words = command_words(config.as_read(line));
    let sent = address_word(&words, "from:", "501 5.5.4 Syntax: MAIL FROM:<address>")?;
    let params = words.get(3..).unwrap_or_default();
    let says_utf8 = |param: &CommandWord| param.text.eq_ignore_ascii_case("SMTPUTF8");
    let mut mail = Mail { smtputf8: dialect.smtputf8 && params.iter().any(says_utf8), ..Mail::default() };
    mail.address = match config.read_address(sent, Reader::Mail, "", mail.smtputf8) {
        Read::Address(address) => address,
        Read::Error(code, dsn, text) => return Err(format!("{code} {dsn} {text}")),
    };
    let mut seen = Seen::default();
    for param in params {
        mail_param(&param.text, dialect, &mut mail, &mut seen)?;
    }
    if seen.verp && mail.address.is_empty() {
        // Only after the size, which can't differ where it matters.
        return Err("503 5.5.4 Error: XVERP requires non-null sender".to_owned());
    }
    Ok(mail)
}

#[derive(Default)]
struct Seen {
    ret: bool,
    envid: bool,
    auth: bool,
    verp: bool,
}

fn starts_with(param: &str, head: &str) -> bool {
    param.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}

fn mail_param(param: &str, dialect: Dialect, mail: &mut Mail, seen: &mut Seen) -> Result<(), String> {
    let value = param.split_once('=').map_or("", |(_, value)| value);
    if ["BODY=8BITMIME", "BODY=7BIT"].iter().any(|known| known.eq_ignore_ascii_case(param)) {
        return Ok(());
    }
    if starts_with(param, "SIZE=") {
        if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("501 5.5.4 Bad message size syntax".to_owned());
        }
        let too_large = "552 5.3.4 Message size exceeds file system imposed limit";
        mail.size = value.parse().map_err(|_| too_large.to_owned())?;
        return Ok(());
    }
    if dialect.smtputf8 && param.eq_ignore_ascii_case("SMTPUTF8") {
        return Ok(());
    }
    if starts_with(param, "AUTH=") {
        if seen.auth {
            return Err("503 5.5.4 Error: multiple AUTH= options".to_owned());
        }
        seen.auth = value != "<>";
        return Ok(());
    }
    if dialect.verp && starts_with(param, "XVERP") && matches!(param.as_bytes().get(5), None | Some(b'=')) {
        seen.verp = true;
        let delimiters = param.get(6..);
        // verp_sender.c, verp_delims_verify
        return match delimiters.map(str::len) {
            None | Some(2) => Ok(()),
            Some(_) => Err("501 5.5.4 Error: XVERP needs two characters from -=+".to_owned()),
        };
    }
    if starts_with(param, "RET=") || starts_with(param, "ENVID=") {
        return dsn_param(param, value, dialect, seen);
    }
    Err(format!("555 5.5.4 Unsupported option: {param}"))
}

fn dsn_param(param: &str, value: &str, dialect: Dialect, seen: &mut Seen) -> Result<(), String> {
    if !dialect.dsn {
        return Err("501 5.7.1 DSN support is disabled".to_owned());
    }
    if starts_with(param, "RET=") {
        // dsn_mask.c, dsn_ret_code
        let is_known = ["FULL", "HDRS"].iter().any(|known| known.eq_ignore_ascii_case(value));
        if seen.ret || !is_known {
            return Err("501 5.5.4 Bad RET parameter syntax".to_owned());
        }
        seen.ret = true;
        return Ok(());
    }
    if seen.envid || !is_xtext(value) {
        return Err("501 5.5.4 Bad ENVID parameter syntax".to_owned());
    }
    seen.envid = true;
    Ok(())
}

/// Text in which `+XX` stands for a character, all printable once read.
// xtext.c, xtext_unquote; allprint
fn is_xtext(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'+' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else { return false };
                (high * 16 + low) as u8
            }
            byte => byte,
        };
        if !(byte.is_ascii_graphic() || byte == b' ') {
            return false;
        }
    }
    true
}

/// The address of RCPT, or the line that refuses it.
fn rcpt_command(config: &Config<'_>, line: String, sender: &str, smtputf8: bool) -> Rc<Result<String, String>> {
    let sender = if config.resolves_by_sender() { sender } else { "" };
    let key = (line, sender.to_owned(), smtputf8);
    once(&config.commands.rcpt, key, |(line, sender, smtputf8)| read_rcpt(config, line, sender, *smtputf8))
}

fn read_rcpt(config: &Config<'_>, line: &str, sender: &str, smtputf8: bool) -> Result<String, String> {
    let words = command_words(config.as_read(line));
    let sent = address_word(&words, "to:", "501 5.5.4 Syntax: RCPT TO:<address>")?;
    let address = match config.read_address(sent, Reader::Rcpt, sender, smtputf8) {
        Read::Address(address) => address,
        Read::Error(code, dsn, text) => return Err(format!("{code} {dsn} {text}")),
    };
    match words.get(3) {
        Some(word) => Err(format!("555 5.5.4 Unsupported option: {}", word.text)),
        None => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_mail_are_checked_one_by_one() {
        let dialect = Dialect { smtputf8: true, dsn: true, verp: false };
        let read = |params: &[&str]| {
            let (mut mail, mut seen) = (Mail::default(), Seen::default());
            params.iter().try_for_each(|param| mail_param(param, dialect, &mut mail, &mut seen)).map(|()| mail.size)
        };
        assert_eq!(read(&["SIZE=1000", "BODY=8BITMIME", "RET=full", "ENVID=a+20b"]), Ok(1000));
        assert_eq!(read(&["SIZE=1k"]), Err("501 5.5.4 Bad message size syntax".to_owned()));
        assert!(read(&["SIZE=99999999999999999999"]).unwrap_err().starts_with("552"));
        assert!(read(&["RET=FULL", "RET=FULL"]).unwrap_err().starts_with("501"));
        assert!(read(&["ENVID=a+zz"]).unwrap_err().starts_with("501"));
        assert!(read(&["FOO=BAR"]).unwrap_err().starts_with("555"));
        assert!(read(&["XVERP"]).unwrap_err().starts_with("555"));
    }
}
