//! Who the client is: its name and address, and its login.

use super::reject::client_name;
use super::word::{Ownership, Subject};
use super::{Answer, Checked, Checks};
use crate::address::Hit;
use crate::{Config, Finding, NameStatus, Site, Var, YES_OR_NO};
use std::net::IpAddr;

/// How a client's names stand.
const NAME_CASES: &[Finding] = &[Finding::Case(0), Finding::Case(1), Finding::Case(2)];

fn yes(is_so: bool) -> Finding {
    if is_so { Finding::Yes } else { Finding::No }
}

impl Config<'_> {
    /// The logins that own a sender: [`Finding::Case`] where the address can't
    /// be resolved for now.
    pub(crate) fn owners(&self, sender: &str) -> Finding {
        let resolved = match self.resolve_address("", sender) {
            Ok(resolved) if resolved.fails => return Finding::Case(0),
            Ok(resolved) => resolved,
            Err(missing) => return Finding::Unknown(missing),
        };
        match self.find_address("smtpd_sender_login_maps", &resolved.address) {
            Hit::None => Finding::No,
            Hit::Value(owners) => Finding::Text(owners),
            Hit::Retry => Finding::Temporary,
            Hit::Faulty => Finding::Broken,
            Hit::Unknown(missing) => Finding::Unknown(missing),
        }
    }

    /// Whether a list names clients by something else than addresses.
    fn names_clients(&self, param: &'static str) -> bool {
        let is_network = |word: &str| {
            let word = word.trim_start_matches('!');
            let bare = word.split_once('/').map_or(word, |(bare, _)| bare);
            let bare = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
            word.starts_with("cidr:") || (!word.starts_with('/') && bare.parse::<IpAddr>().is_ok())
        };
        let text = self.param(param);
        let mut words = text.split(|ch: char| ch == ',' || ch.is_ascii_whitespace()).filter(|word| !word.is_empty());
        !words.all(is_network)
    }
}

impl Checks<'_, '_, '_> {
    pub(super) fn unknown_client(&mut self) -> Answer {
        let finding = self.who.on(Var::Name, Site::of("client name status"), NAME_CASES, &|session| {
            Finding::Case(match session.client.name_status {
                NameStatus::Ok => 0,
                NameStatus::Permanent | NameStatus::Forged => 1,
                NameStatus::Temporary => 2,
            })
        });
        let code = match finding {
            Finding::Case(1) => self.config.number("unknown_client_reject_code", 450),
            Finding::Case(2) => 450,
            _ => return Answer::Dunno,
        };
        self.reject(code, "4.7.25", |checks| {
            format!("Client host rejected: cannot find your hostname, [{}]", checks.who.session().client.address)
        })
    }

    pub(super) fn unknown_reverse_client(&mut self) -> Answer {
        let finding = self.who.on(Var::Name, Site::of("reverse name status"), NAME_CASES, &|session| {
            Finding::Case(match (&session.client.reverse_name, session.client.name_status) {
                (Some(_), _) => 0,
                (None, NameStatus::Temporary) => 2,
                (None, NameStatus::Ok | NameStatus::Permanent | NameStatus::Forged) => 1,
            })
        });
        let code = match finding {
            Finding::Case(1) => self.config.number("unknown_client_reject_code", 450),
            Finding::Case(2) => 450,
            _ => return Answer::Dunno,
        };
        self.reject(code, "4.7.1", |checks| {
            format!(
                "Client host rejected: cannot find your reverse hostname, [{}]",
                checks.who.session().client.address
            )
        })
    }

    pub(super) fn own_interfaces(&mut self) -> Answer {
        let config = self.config;
        let finding = self.who.on(Var::Address, Site::of("own address"), YES_OR_NO, &|session| {
            config.is_own_interface(config.scope(), session.client.address.to_canonical())
        });
        if finding == Finding::Yes { Answer::Ok } else { Answer::Dunno }
    }

    pub(super) fn my_networks(&mut self) -> Answer {
        let config = self.config;
        // Each pattern is compared with the name and then with the address
        // (namadr_list), so the name counts where a pattern can be one.
        let name = if config.names_clients("mynetworks") {
            self.who.on(Var::Name, Site::of("client name"), &[Finding::No], &|session| {
                Finding::Text(client_name(session).into())
            })
        } else {
            Finding::No
        };
        let name = if let Finding::Text(name) = &name { name.as_ref() } else { "unknown" };
        let answers = &[Finding::No, Finding::Yes];
        let finding = self.who.on(Var::Address, Site::of(("mynetworks", name)), answers, &|session| {
            config.in_network_list("mynetworks", name, session.client.address)
        });
        match finding {
            Finding::Yes => Answer::Ok,
            Finding::Temporary => Answer::Fails,
            Finding::Broken => Answer::Broken,
            Finding::No | Finding::Text(_) | Finding::Case(_) | Finding::Unknown(_) => Answer::Dunno,
        }
    }

    pub(super) fn sasl_authenticated(&mut self) -> Answer {
        if self.so_far.login { Answer::Ok } else { Answer::Dunno }
    }

    pub(super) fn ownership(&mut self, ownership: Ownership) -> Checked {
        if !self.config.yes("smtpd_sasl_auth_enable") || !self.state.has_sender {
            return Ok(Answer::Dunno);
        }
        let is_logged_in = self.so_far.login;
        let asks = match ownership {
            Ownership::LoggedIn => is_logged_in,
            Ownership::NotLoggedIn => !is_logged_in,
            Ownership::Known => true,
        };
        if !asks || self.is_null_sender() {
            return Ok(Answer::Dunno);
        }
        let (config, raw) = (self.config, self.raw());
        // Yes stands for a list of owners that holds the login.
        let [no_one, others, me] =
            config.programs.owners.get_or_init(|| [Finding::No, Finding::Text("".into()), Finding::Yes]);
        let answers: &[Finding] = match (is_logged_in, ownership) {
            (true, Ownership::Known) => &[no_one.clone(), others.clone(), me.clone()],
            (true, Ownership::LoggedIn | Ownership::NotLoggedIn) => &[no_one.clone(), me.clone()],
            (false, _) => &[no_one.clone(), others.clone()],
        };
        let own = self.name_of(Subject::Login);
        let exact = self.who.is_exact().then(|| {
            let other = if own == OTHER { "another" } else { OTHER };
            let text = |answer: &Finding| match answer {
                Finding::Yes => Finding::Text(own.as_str().into()),
                Finding::Text(_) => Finding::Text(other.into()),
                answer => answer.clone(),
            };
            answers.iter().map(text).collect::<Vec<_>>()
        });
        let answers = exact.as_deref().unwrap_or(answers);
        let owners = self
            .who
            .on(Var::Sender, Site::of("owners"), answers, &|session| config.owners(&raw.sender(config, session)));
        let is_owner = match &owners {
            Finding::Case(_) => return Err(self.fail(Subject::Sender)),
            Finding::Temporary => return Err(self.fail(Subject::Sender)),
            Finding::Broken => return Err(self.server_error()),
            Finding::No | Finding::Unknown(_) if !is_logged_in || ownership == Ownership::Known => {
                return Ok(Answer::Dunno);
            }
            Finding::No | Finding::Unknown(_) => false,
            Finding::Yes => true,
            Finding::Text(owners) if is_logged_in => {
                self.who.on(Var::Login, Site::of(("owned by", owners)), YES_OR_NO, &|session| {
                    let login = session.login.as_deref().unwrap_or_default();
                    yes(owners.split([',', ' ', '\t', '\r', '\n']).any(|owner| is_same(owner, login)))
                }) == Finding::Yes
            }
            Finding::Text(_) => false,
        };
        if is_owner {
            return Ok(Answer::Dunno);
        }
        Ok(self.reject(553, "5.7.1", |checks| {
            let sender = checks.name_of(Subject::Sender);
            if is_logged_in {
                let login = checks.name_of(Subject::Login);
                format!("<{sender}>: Sender address rejected: not owned by user {login}")
            } else {
                format!("<{sender}>: Sender address rejected: not logged in")
            }
        }))
    }
}

/// A login that is not the client's.
const OTHER: &str = "somebody-else";

/// strcasecmp_utf8
fn is_same(left: &str, right: &str) -> bool {
    !left.is_empty() && (left.eq_ignore_ascii_case(right) || left.to_lowercase() == right.to_lowercase())
}
