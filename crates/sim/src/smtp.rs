//! The commands of a session, as smtpd.c answers them.
//!
//! [`play`] follows one way of one session: the client sends what its
//! [`Session`] says, whatever it was offered, and stops where a client of its
//! kind would. [`simulate`] plays every way that unknown answers allow.

mod cleanup;
mod commands;
mod envelope;
mod filter;
mod message;
mod read_at_start;
mod server;
mod start_up;
mod ways;

use crate::address::CommandWord;
use crate::check::Checks;
use crate::trace::Decider;
use crate::{
    Candidates, Command, Config, Explored, Explorer, Finding, Missing, Outcome, Reply, Session, Site, Var, Verdict, Who,
};
use postproof_diag::Text;
use server::Discarded;
use std::borrow::Cow;

pub(crate) use envelope::Commands;
pub(crate) use server::Server;
pub use start_up::StartUpFault;
pub(crate) use start_up::start_up_fault;

/// Ways of one session that are followed; past it, [`Forked::is_cut`] says so
/// and nothing that comes after the first unknown answer is called certain.
pub const MAX_WAYS: usize = 256;

/// How often all ways are played: again where a question turns out to have more
/// answers that count than it seemed to have where it was asked first.
const MAX_ROUNDS: usize = 8;

/// A session with unknown answers.
#[derive(Clone, Debug)]
pub struct Forked {
    /// What is certain, with `unknown` where the ways differ.
    pub outcome: Outcome,
    /// Everything that is not known and that some way asked for, whether it
    /// matters or not.
    pub asked: Vec<Missing>,
    /// Whether there were more ways than are followed.
    pub is_cut: bool,
}

/// The answers to one session. Where something is not known, the answers of
/// all ways are laid together: a reply that all agree on is certain.
pub fn simulate<'c>(config: &'c Config<'c>, session: &Session) -> Forked {
    let session = config.as_seen(session);
    let candidates = Candidates::one(&session);
    let mut outcomes = Vec::new();
    let explorer = Explorer::new(&session, &candidates).one_by_one(&config.taken);
    let mut explored = Explored::default();
    for _ in 0..MAX_ROUNDS {
        outcomes.clear();
        explored = explorer.explore_evenly(MAX_WAYS, &|who| play(config, who), &mut |path| outcomes.push(path.outcome));
        let (missed, can_grow) = config.taken.take_missed();
        let all = explored.paths >= MAX_WAYS;
        explored.is_cut |= missed;
        if !can_grow || all {
            break;
        }
    }
    config.taken.end();
    let asked = ways::asked(&outcomes);
    Forked { outcome: ways::laid_together(outcomes, &session, explored.is_cut), asked, is_cut: explored.is_cut }
}

/// Plays one run: the session of `who` against the service. For proofs and
/// for [`simulate`], which plays every way that unknown answers allow.
pub fn play<'c>(config: &'c Config<'c>, who: &mut Who<'_>) -> Outcome {
    let server = config.server();
    // The texts of a proof are read by nobody.
    let is_traced = Var::ALL.iter().all(|var| who.is_single(*var));
    let sent = Sent::of(who.session());
    let mut run = Run {
        config,
        server,
        sent,
        checks: Checks::new(config, who, is_traced),
        replies: Vec::new(),
        discarded: Discarded::default(),
        discard_map_fails: false,
        errors: 0,
        junk: 0,
        overshoot: 0,
        is_esmtp: false,
        in_mail: false,
        smtputf8: false,
        is_flagged: false,
        accepted: Vec::new(),
        refusal_after_tls: None,
        hangs_up: false,
        is_over: false,
    };
    run.converse();
    let mut handling = run.checks.so_far.handling;
    // smtpd.c, mail_open_stream: written first, so that FILTER counts; a proxy filter
    // takes the message instead of cleanup.
    if handling.filter.is_none() && config.param("smtpd_proxy_filter").is_empty() {
        let filter = config.param("content_filter");
        handling.filter = (!filter.is_empty()).then(|| filter.to_string());
    }
    Outcome {
        replies: run.replies,
        visited: run.checks.visited,
        marked: run.checks.marked,
        is_discarded: run.checks.so_far.discard,
        handling,
    }
}

impl Config<'_> {
    /// The session as the service sees it: without names where it looks none up.
    // smtpd_peer.c, smtpd_peer_hostaddr_to_sockaddr: smtpd_peername_lookup = no
    pub fn as_seen(&self, session: &Session) -> Session {
        let mut seen = session.clone();
        if !self.yes("smtpd_peername_lookup") {
            seen.client.name = None;
            seen.client.reverse_name = None;
            seen.client.name_status = crate::NameStatus::Permanent;
        }
        seen
    }
}

/// What the client sends, as it sends it: the session of `checks.who` has what
/// smtpd keeps of it.
struct Sent {
    helo: Option<String>,
    recipients: Vec<String>,
    data: bool,
    blind: bool,
    pipelined: bool,
}

impl Sent {
    fn of(session: &Session) -> Self {
        Self {
            helo: session.helo.clone(),
            recipients: session.recipients.clone(),
            data: session.data,
            blind: session.blind,
            pipelined: session.pipelined,
        }
    }
}

/// One run.
#[allow(clippy::struct_excessive_bools)]
struct Run<'c, 'w, 'm> {
    config: &'c Config<'c>,
    server: &'c Server,
    sent: Sent,
    checks: Checks<'c, 'w, 'm>,
    replies: Vec<Reply>,
    /// Features that EHLO leaves out.
    discarded: Discarded,
    /// The table of those features can't be read.
    discard_map_fails: bool,
    errors: i64,
    junk: i64,
    overshoot: i64,
    /// EHLO was accepted.
    is_esmtp: bool,
    /// A MAIL command was accepted.
    in_mail: bool,
    /// It said SMTPUTF8.
    smtputf8: bool,
    /// The client was seen to send ahead.
    is_flagged: bool,
    /// The recipients that were accepted.
    accepted: Vec<String>,
    /// What the next command is refused with after a handshake without certificate.
    refusal_after_tls: Option<Answer>,
    /// The server closes the connection.
    hangs_up: bool,
    /// The client sends no more.
    is_over: bool,
}

/// An answer before it is written.
#[derive(Clone, Debug)]
struct Answer {
    code: u16,
    dsn: Option<Cow<'static, str>>,
    text: Cow<'static, str>,
    decider: Option<Decider>,
    why: Option<Text>,
    /// It does not count as an error of the client although it refuses.
    is_forgiven: bool,
}

impl Answer {
    fn new(code: u16, dsn: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        let dsn = Some(dsn.into()).filter(|dsn| !dsn.is_empty());
        Self { code, dsn, text: text.into(), decider: None, why: None, is_forgiven: false }
    }

    fn refusal(refusal: crate::check::Refusal) -> Self {
        Self {
            code: refusal.code,
            dsn: Some(refusal.dsn.into()).filter(|dsn: &Cow<'_, str>| !dsn.is_empty()),
            text: refusal.text.into(),
            decider: Some(refusal.decider),
            why: None,
            is_forgiven: false,
        }
    }

    /// The server closes without a word.
    fn closed() -> Self {
        Self::new(0, "", "")
    }

    fn because(mut self, why: Text) -> Self {
        self.why = Some(why);
        self
    }

    /// A line as smtpd writes it: `501 5.1.7 Bad sender address syntax`.
    fn of_line(line: &str) -> Self {
        let (code, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (dsn, text) = match rest.split_once(' ') {
            Some((dsn, text)) if is_dsn(dsn) => (dsn, text),
            Some(_) | None => ("", rest),
        };
        Self::new(code.parse().unwrap_or_default(), dsn.to_owned(), text.to_owned())
    }
}

fn is_dsn(word: &str) -> bool {
    let mut numbers = word.split('.');
    let is_number = |number: &str| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    numbers.clone().count() == 3 && numbers.all(is_number)
}

/// Further words joined to one, as HELO and VRFY take them.
// smtpd.c, collapse_args
fn joined(words: &[CommandWord]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// How smtpd treats a command before it looks at it.
// smtpd.c, smtpd_cmd_table
#[derive(Clone, Copy)]
struct Kind {
    command: Command,
    verb: &'static str,
    /// Allowed before STARTTLS where TLS is enforced.
    before_tls: bool,
    /// Nothing may be sent behind it without waiting.
    is_last: bool,
    /// May be sent only so often.
    is_limited: bool,
}

const fn kind(command: Command, verb: &'static str, flags: [bool; 3]) -> Kind {
    Kind { command, verb, before_tls: flags[0], is_last: flags[1], is_limited: flags[2] }
}

const HELO: Kind = kind(Command::Helo, "HELO", [true, true, true]);
const EHLO: Kind = kind(Command::Helo, "EHLO", [true, true, true]);
const STARTTLS: Kind = kind(Command::StartTls, "STARTTLS", [true, false, false]);
const AUTH: Kind = kind(Command::Auth, "AUTH", [false, false, false]);
const ETRN: Kind = kind(Command::Etrn, "ETRN", [false, false, true]);
const VRFY: Kind = kind(Command::Vrfy, "VRFY", [false, true, true]);
const MAIL: Kind = kind(Command::Mail, "MAIL", [false, false, false]);
const RCPT: Kind = kind(Command::Rcpt, "RCPT", [false, false, false]);
const DATA: Kind = kind(Command::Data, "DATA", [false, true, false]);

impl Run<'_, '_, '_> {
    /// The whole session, in the client's order.
    fn converse(&mut self) {
        self.connect();
        if self.is_over {
            return;
        }
        self.greet();
        if self.asks(Var::Tls, "tls", |session| session.tls) && !self.server.wrapper && !self.is_over {
            let code = self.send(STARTTLS, String::new(), false, Self::start_tls);
            if code == 220 && !self.is_over {
                self.greet();
            }
        }
        if !self.is_over && self.asks(Var::Login, "login", |session| session.login.is_some()) {
            let login = self.checks.who.session().login.clone().unwrap_or_default();
            self.send(AUTH, login, false, Self::auth);
        }
        if let Some(argument) = self.checks.who.session().etrn.clone().filter(|_| !self.is_over) {
            self.send(ETRN, argument.clone(), false, |run| run.etrn(&argument));
        }
        if let Some(argument) = self.checks.who.session().vrfy.clone().filter(|_| !self.is_over) {
            self.send(VRFY, argument.clone(), false, |run| run.vrfy(&argument));
        }
        if !self.is_over && self.asks(Var::Sender, "mail", |session| session.sender.is_some()) {
            self.transaction();
        }
    }

    /// HELO or EHLO, if the client sends one.
    fn greet(&mut self) {
        if self.is_over || !self.asks(Var::Helo, "helo", |session| session.helo.is_some()) {
            return;
        }
        let is_ehlo = self.asks(Var::Helo, "ehlo", |session| session.protocol == crate::Protocol::Esmtp);
        let argument = self.sent.helo.clone().unwrap_or_default();
        // Sent again as it was, not as smtpd keeps it.
        self.checks.who.turn_to_helo(&argument);
        self.send(if is_ehlo { EHLO } else { HELO }, argument, false, Self::helo);
    }

    /// MAIL, RCPT, DATA and the message.
    fn transaction(&mut self) {
        let pipelined = self.sent.pipelined;
        let recipients = match self.checks.who.is_open(Var::Recipient) {
            true => self.checks.who.session().recipients.clone(),
            false => std::mem::take(&mut self.sent.recipients),
        };
        let twice = if self.checks.who.session().doubled { 2 } else { 1 };
        let recipients: Vec<String> = recipients.into_iter().flat_map(|one| std::iter::repeat_n(one, twice)).collect();
        let more = !recipients.is_empty() || self.sent.data;
        let sender = self.checks.who.session().sender.clone().unwrap_or_default();
        let code = self.send(MAIL, sender, pipelined && more, Self::mail);
        if !pipelined && code >= 400 && !self.sent.blind {
            self.is_over = true;
        }
        let mut any = false;
        for (at, recipient) in recipients.iter().enumerate() {
            if self.is_over {
                return;
            }
            let more = at + 1 < recipients.len() || self.sent.data;
            self.checks.who.turn_to(recipient);
            any |= self.send(RCPT, recipient.clone(), pipelined && more, Self::rcpt) == 250;
        }
        if self.is_over || !self.sent.data || !(any || pipelined || self.sent.blind) {
            return;
        }
        if self.send(DATA, String::new(), false, Self::data) == 354 && !self.is_over {
            self.end_of_data();
        }
    }

    /// A yes/no fact of the session.
    fn asks(&mut self, var: Var, what: &'static str, look: fn(&Session) -> bool) -> bool {
        let look = |session: &Session| if look(session) { Finding::Yes } else { Finding::No };
        self.checks.who.on(var, Site::of(("smtp", what)), crate::YES_OR_NO, &look) == Finding::Yes
    }

    /// One turn of smtpd's command loop: `act` answers if nothing stands in the
    /// way before. `ahead`: the client has sent more without waiting.
    // smtpd.c, smtpd_proto
    fn send(&mut self, kind: Kind, argument: String, ahead: bool, act: impl FnOnce(&mut Self) -> Answer) -> u16 {
        if self.hangs_up || self.checks.who.ends_before(kind.command) {
            self.is_over = true;
            return self.write(kind.command, argument, Answer::closed());
        }
        if let Some(refusal) = self.refusal_after_tls.take() {
            return self.write(kind.command, argument, refusal);
        }
        if self.errors >= self.server.hard_error_limit {
            let text = format!("{} Error: too many errors", self.server.hostname);
            return self.write(kind.command, argument, Answer::new(421, "4.7.0", text));
        }
        if self.is_noop(kind.verb) {
            self.count_junk();
            return self.write(kind.command, argument, Answer::new(250, "2.0.0", "Ok"));
        }
        if self.server.enforce_tls && !self.checks.so_far.tls && !kind.before_tls {
            self.errors += 1;
            let answer = Answer::new(530, "5.7.0", "Must issue a STARTTLS command first");
            return self.write(kind.command, argument, answer);
        }
        if ahead && (!self.is_esmtp || kind.is_last) && !self.is_flagged {
            self.is_flagged = true;
            self.checks.so_far.ill_pipelining = true;
            if self.server.forbids_pipelining {
                self.hangs_up = true;
                let answer = Answer::new(554, "5.5.0", "Error: SMTP protocol synchronization");
                return self.write(kind.command, argument, answer);
            }
        }
        // These ask the filter where they read their line.
        let reads_line = matches!(kind.command, Command::Helo | Command::Mail | Command::Rcpt);
        let filtered = if reads_line { None } else { self.filter_takes(kind, &argument) };
        let answer = filtered.unwrap_or_else(|| act(self));
        if answer.code >= 400 && !answer.is_forgiven {
            self.errors += 1;
        }
        if kind.is_limited {
            self.count_junk();
        }
        self.write(kind.command, argument, answer)
    }

    fn is_noop(&self, verb: &str) -> bool {
        self.server.noop_commands && self.config.in_string_list("smtpd_noop_commands", verb) == Finding::Yes
    }

    fn count_junk(&mut self) {
        if self.junk > self.server.junk_limit {
            self.errors += 1;
        }
        self.junk += 1;
    }

    /// Writes an answer as smtpd sends it, with what led to it.
    // smtpd_chat.c, vsmtpd_chat_reply
    fn write(&mut self, command: Command, argument: String, answer: Answer) -> u16 {
        let Answer { mut code, mut dsn, mut text, decider, why, .. } = answer;
        let is_traced = self.checks.is_traced;
        if is_traced && code >= 400 && !self.server.footer.is_empty() {
            footer(text.to_mut(), &self.server.footer);
        }
        if self.server.soft_bounce && code >= 500 {
            code -= 100;
            dsn = dsn.map(|dsn| match dsn.strip_prefix('5') {
                Some(rest) => format!("4{rest}").into(),
                None => dsn,
            });
        }
        let permitted = self.checks.permitted.take();
        let decider = match (decider, permitted) {
            (Some(decider), _) => decider,
            (None, Some(permitted)) if (1..400).contains(&code) => permitted,
            (None, _) if (1..400).contains(&code) => Decider::list("default"),
            (None, _) => Decider::list("builtin"),
        };
        self.hangs_up |= code == 421 || code == 521 || code == 0;
        // A client that sent ahead reads on until nothing more comes.
        let reads_on = self.sent.pipelined && matches!(command, Command::Mail | Command::Rcpt);
        self.is_over |= code == 0 || (code == 421 && !reads_on);
        self.replies.push(Reply {
            command,
            argument: if is_traced { argument } else { String::new() },
            code,
            dsn: dsn.map(Cow::into_owned),
            text: if is_traced { text.into_owned() } else { String::new() },
            verdict: Verdict::of(code),
            decider,
            steps: std::mem::take(&mut self.checks.steps),
            missing: Vec::new(),
            possible: Vec::new(),
            // A proof has those of the whole way.
            assumed: if is_traced { self.checks.who.assumed().to_vec() } else { Vec::new() },
            why,
        });
        code
    }
}

/// Adds smtpd_reject_footer to a refusal.
// smtp_reply_footer.c: a footer that begins with `\c` goes on in the same line
fn footer(text: &mut String, footer: &str) {
    match footer.strip_prefix("\\c") {
        Some(rest) => text.push_str(rest),
        None => {
            text.push('\n');
            text.push_str(footer);
        }
    }
}

impl Decider {
    fn list(list: &'static str) -> Self {
        Self { list, index: None, restriction: None, span: None }
    }
}

#[cfg(test)]
mod forks;
#[cfg(test)]
mod tests;
