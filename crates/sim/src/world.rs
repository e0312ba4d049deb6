//! What lies outside the configuration: DNS, policy servers, users, files.

mod dns;

use crate::Missing;
pub use dns::{Dns, DnsRecords, RecordType};
use ipnet::IpNet;
use postproof_diag::text;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of the outside. A part that is closed holds all there is; of
/// one that is open nothing is known beyond what was given or assumed.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// DNS data by name, in small letters, without the final dot.
    pub dns: BTreeMap<String, DnsRecords>,
    /// Whether a name that is not in `dns` does not exist.
    pub dns_is_closed: bool,
    /// What policy servers answer, by `host:port` or socket path.
    pub policy: BTreeMap<String, Vec<PolicyRule>>,
    /// Whether a server that is not in `policy` refuses connections.
    pub policy_is_closed: bool,
    /// Names of system users.
    pub users: BTreeSet<String>,
    /// Whether `users` are all there are.
    pub users_are_closed: bool,
    /// Addresses of the host's interfaces; nothing: not known.
    pub interfaces: Option<Vec<IpNet>>,
    /// Address at the server's end of an IPv4 session, and of an IPv6 one.
    pub server_addresses: [Option<IpAddr>; 2],
    /// Whether a file that the model was not given does not exist.
    pub files_are_closed: bool,
    /// Tables of which nothing is known although files are closed: `texthash:/etc/postfix/access`.
    pub unknown_tables: BTreeSet<String>,
    /// Answers supplied one by one: `dns:mx:example.com` to `nxdomain`,
    /// `pgsql:/etc/postfix/x.cf:example.com` to `OK`.
    pub assumed: BTreeMap<String, String>,
    /// Answers to what is still not known.
    pub usual: Option<Arc<Usual>>,
}

type Answer = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Questions with their answers.
pub(crate) type Given = BTreeMap<String, String>;

/// Answers to questions by what they are about, with a note of those given.
pub struct Usual {
    answer: Box<Answer>,
    given: Mutex<Given>,
    is_silent: bool,
}

impl Usual {
    /// Answers by a function; what it does not answer stays unknown.
    pub fn new(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { answer: Box::new(answer), given: Mutex::default(), is_silent: false }
    }

    /// The same without a note of what was answered, for those who never ask.
    #[must_use]
    pub fn silent(self) -> Self {
        Self { is_silent: true, ..self }
    }

    /// The answer to a question, without a note of it.
    pub fn answer(&self, question: &str) -> Option<String> {
        (self.answer)(question)
    }

    fn noted(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every question answered since the last time, with its answer.
    pub fn take(&self) -> BTreeMap<String, String> {
        std::mem::take(&mut *self.noted())
    }
}

impl fmt::Debug for Usual {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Usual").field("given", &self.given).finish_non_exhaustive()
    }
}

/// One rule of a policy server: the first whose attributes all fit answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// Attributes and the values they must have.
    pub attributes: BTreeMap<String, String>,
    /// What it answers.
    pub action: String,
}

/// What a policy server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyAnswer {
    /// An action, as an access table has on its right-hand side.
    Action(Rc<str>),
    /// It does not answer.
    Refuses,
    /// Not known here.
    Unknown(Missing),
}

impl World {
    /// A world in which nothing exists but what is put into it.
    pub fn closed() -> Self {
        Self {
            dns_is_closed: true,
            policy_is_closed: true,
            users_are_closed: true,
            files_are_closed: true,
            ..Self::default()
        }
    }

    /// A world of which nothing is known but what is put into it.
    pub fn open() -> Self {
        Self::default()
    }

    /// What a policy server answers to a request. The server is named as
    /// `check_policy_service` names it: `inet:127.0.0.1:10040`.
    pub fn policy(&self, server: &str, request: &[(&str, &str)]) -> PolicyAnswer {
        let question = format!("policy:{server}");
        if let Some(answer) = self.assumed.get(&question) {
            return policy_answer(answer);
        }
        let place = server.strip_prefix("inet:").or_else(|| server.strip_prefix("unix:")).unwrap_or(server);
        if let Some(rules) = self.policy.get(place).or_else(|| self.policy.get(server)) {
            let fits = |rule: &&PolicyRule| {
                let is_so = |(name, value): (&String, &String)| {
                    request.iter().any(|(sent, what)| *sent == name && *what == value)
                };
                rule.attributes.iter().all(is_so)
            };
            return match rules.iter().find(fits) {
                Some(rule) => PolicyAnswer::Action(rule.action.as_str().into()),
                None => PolicyAnswer::Refuses,
            };
        }
        if self.policy_is_closed {
            return PolicyAnswer::Refuses;
        }
        if let Some(action) = self.usual(&question) {
            return PolicyAnswer::Action(action.into());
        }
        let text = text!("what the policy server `{server}` answers", "정책 서버 `{server}`의 답");
        PolicyAnswer::Unknown(Missing::new(question, text))
    }

    /// The usual answer to what is not known, if there is one.
    pub(crate) fn usual(&self, question: &str) -> Option<String> {
        let usual = self.usual.as_ref()?;
        let answer = (usual.answer)(question)?;
        if !usual.is_silent {
            usual.noted().insert(question.to_owned(), answer.clone());
        }
        Some(answer)
    }

    /// What a look finds, with the usual answers that it needs: who keeps what
    /// was found has to note them each time it is used.
    pub(crate) fn with_usual<T>(&self, look: impl FnOnce() -> T) -> (T, Given) {
        let Some(usual) = self.usual.as_ref().filter(|usual| !usual.is_silent) else { return (look(), Given::new()) };
        let before = usual.take();
        let found = look();
        let needed = usual.take();
        usual.noted().extend(before);
        self.note(&needed);
        (found, needed)
    }

    /// Notes usual answers that were given before.
    pub(crate) fn note(&self, given: &Given) {
        if let (Some(usual), false) = (&self.usual, given.is_empty()) {
            usual.noted().extend(given.clone());
        }
    }

    /// Whether a system user exists.
    pub fn user(&self, name: &str) -> Result<bool, Missing> {
        let question = format!("users:{name}");
        match self.assumed.get(&question).map(String::as_str) {
            Some("none" | "no") => return Ok(false),
            Some(_) => return Ok(true),
            None => {}
        }
        if self.users_are_closed || self.users.contains(name) {
            return Ok(self.users.contains(name));
        }
        if let Some(answer) = self.usual(&question) {
            return Ok(!matches!(answer.as_str(), "none" | "no"));
        }
        let text = text!("whether the system has a user `{name}`", "시스템에 `{name}` 사용자가 있는지");
        Err(Missing::new(question, text))
    }

    /// Whether a file that was not given is known not to exist.
    pub fn has_no_file(&self, path: &str) -> bool {
        let is_unknown = |table: &String| table.split_once(':').is_some_and(|(_, name)| name == path);
        self.files_are_closed && !self.unknown_tables.iter().any(is_unknown)
    }
}

/// A supplied answer as a policy server gives it.
pub(crate) fn policy_answer(answer: &str) -> PolicyAnswer {
    match answer {
        "fail" => PolicyAnswer::Refuses,
        action => PolicyAnswer::Action(action.into()),
    }
}

#[cfg(test)]
mod tests;
