//! A session that somebody tries.

use super::{Action, State, View};
use postproof_engine::sim::{Client, NameStatus, Session};

/// What can be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The client's address.
    Client,
    /// Its verified name.
    Name,
    /// What it says at HELO.
    Helo,
    /// The name with which it logs in.
    Login,
    /// The envelope sender.
    Sender,
    /// The recipients.
    Recipients,
}

impl Field {
    /// All, in the order in which the session needs them.
    pub(crate) const ALL: [Field; 6] =
        [Field::Client, Field::Name, Field::Helo, Field::Login, Field::Sender, Field::Recipients];

    /// The word in data attributes.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Field::Client => "client",
            Field::Name => "name",
            Field::Helo => "helo",
            Field::Login => "login",
            Field::Sender => "sender",
            Field::Recipients => "recipients",
        }
    }
}

/// The form as it is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    client: String,
    name: String,
    helo: String,
    login: String,
    sender: String,
    recipients: String,
    /// Whether the client sends STARTTLS.
    pub tls: bool,
}

impl Form {
    /// The form that gives a session.
    pub(crate) fn of(session: &Session) -> Self {
        Self {
            client: session.client.address.to_string(),
            name: session.client.name.clone().unwrap_or_default(),
            helo: session.helo.clone().unwrap_or_default(),
            login: session.login.clone().unwrap_or_default(),
            sender: session.sender.clone().unwrap_or_default(),
            recipients: session.recipients.join(", "),
            tls: session.tls,
        }
    }

    /// What a field holds.
    pub(crate) fn get(&self, field: Field) -> &str {
        match field {
            Field::Client => &self.client,
            Field::Name => &self.name,
            Field::Helo => &self.helo,
            Field::Login => &self.login,
            Field::Sender => &self.sender,
            Field::Recipients => &self.recipients,
        }
    }

    /// Fills in a field.
    pub(crate) fn set(&mut self, field: Field, text: String) {
        *match field {
            Field::Client => &mut self.client,
            Field::Name => &mut self.name,
            Field::Helo => &mut self.helo,
            Field::Login => &mut self.login,
            Field::Sender => &mut self.sender,
            Field::Recipients => &mut self.recipients,
        } = text;
    }

    /// The session, like `base` in all that the form does not ask; nothing if
    /// the client has no address.
    pub(crate) fn session(&self, base: &Session) -> Option<Session> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let address = self.client.trim().parse().ok()?;
        let name = given(&self.name);
        let client = if address == base.client.address && name == base.client.name {
            base.client.clone()
        } else {
            let name_status = if name.is_some() { NameStatus::Ok } else { NameStatus::Permanent };
            Client { address, reverse_name: name.clone(), name, name_status }
        };
        let bare = |text: &str| text.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
        let recipients = self.recipients.split([',', ' ', '\t']).map(bare).filter(|one| !one.is_empty());
        Some(Session {
            client,
            helo: given(&self.helo),
            login: given(&self.login),
            sender: Some(bare(&self.sender)),
            recipients: recipients.collect(),
            tls: self.tls,
            ..base.clone()
        })
    }
}

impl State {
    /// The form of the session tried: as it was filled in, or that of the typical one.
    pub(crate) fn the_form(&self) -> Form {
        let typical = || self.explanation().map(|explanation| Form::of(&self.walk(explanation).session));
        self.form.clone().or_else(typical).unwrap_or_default()
    }

    pub(super) fn fill(&mut self, fill: impl FnOnce(&mut Form)) {
        let mut form = self.the_form();
        fill(&mut form);
        self.form = Some(form);
    }

    pub(super) fn choose(&mut self, persona: &'static str) {
        (self.persona, self.form) = (persona, None);
        self.supplied.clear();
    }

    pub(super) fn choose_by_number(&mut self, number: usize) {
        let key = self.explanation().and_then(|one| one.walks().nth(number)).map(|walk| walk.key);
        if let (View::Chain | View::Session, Some(key)) = (self.view, key) {
            self.choose(key);
        }
    }

    /// Shows a session of a service, as if somebody had typed it.
    pub(super) fn show_witness(&mut self, service: usize, session: &Session) {
        self.act(Action::Show(View::Session));
        self.supplied.clear();
        (self.service, self.form) = (service, Some(Form::of(session)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_back_its_session() {
        let session = Session {
            sender: Some("a@example.com".to_owned()),
            recipients: vec!["b@example.org".to_owned(), "c@example.org".to_owned()],
            ..Session::default()
        };
        assert_eq!(Form::of(&session).session(&session), Some(session));
    }

    #[test]
    fn what_is_typed_counts() {
        let mut form = Form::of(&Session::default());
        form.set(Field::Client, " 2001:db8::1 ".to_owned());
        form.set(Field::Name, "host.example".to_owned());
        form.set(Field::Helo, " ".to_owned());
        form.set(Field::Recipients, "<b@example.org> c@example.org,".to_owned());
        let session = form.session(&Session::default()).unwrap();
        assert_eq!(session.client.name_status, NameStatus::Ok);
        assert_eq!(session.client.reverse_name.as_deref(), Some("host.example"));
        assert_eq!(session.helo, None);
        assert_eq!(session.recipients, ["b@example.org", "c@example.org"]);
        form.set(Field::Client, "nobody".to_owned());
        assert_eq!(form.session(&Session::default()), None);
    }
}
