//! One service made ready for sessions.

use crate::check::Programs;
use crate::hash::Map;
use crate::lists::List;
use crate::smtp::{Commands, Server, StartUpFault, start_up_fault};
use crate::table::{Table, Tables};
use crate::taken::Taken;
use crate::{Dns, RecordType, World, address};
use postproof_model::{Model, Scope, ServiceId};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// One service: its parameters, lists and tables, each read once.
#[derive(Debug)]
pub struct Config<'a> {
    /// The effective configuration.
    pub model: &'a Model,
    /// The service.
    pub service: ServiceId,
    /// What lies outside.
    pub world: &'a World,
    /// By where the name stands: that is quicker than what it says.
    params: RefCell<Map<(usize, usize), Rc<str>>>,
    pub(crate) tables: Tables<'a>,
    pub(crate) programs: Programs,
    server: OnceCell<Server>,
    fault: OnceCell<Option<StartUpFault>>,
    /// Match lists of this service by parameter.
    pub(crate) lists: RefCell<Map<&'static str, Rc<List>>>,
    pub(crate) addresses: address::Cache,
    pub(crate) commands: Commands,
    /// Answers that the way at hand takes for what is not known.
    pub(crate) taken: Rc<Taken>,
    pub(crate) shared: Rc<Shared<'a>>,
    /// cleanup(8) and local(8) behind this service, made ready when first asked.
    pub(crate) cleanup: OnceCell<Box<Config<'a>>>,
    pub(crate) local: OnceCell<Box<Config<'a>>>,
}

/// What does not depend on the service.
#[derive(Debug, Default)]
pub(crate) struct Shared<'a> {
    /// Opened tables by name, with substitution in patterns allowed and not.
    pub(crate) open: [RefCell<Map<Box<str>, Rc<Table<'a>>>>; 2],
    /// Match lists of trivial-rewrite by parameter.
    pub(crate) lists: RefCell<Map<&'static str, Rc<List>>>,
    /// Addresses that were read and resolved, and what that needs.
    pub(crate) addresses: address::SharedCache,
}

/// Parameters of a service on which what is shared depends.
const SHARED_BY: [&str; 2] = ["smtputf8_enable", "rewrite_service_name"];

impl<'a> Config<'a> {
    /// Makes a service ready.
    pub fn new(model: &'a Model, service: ServiceId, world: &'a World) -> Self {
        Self {
            model,
            service,
            world,
            params: RefCell::default(),
            tables: Tables::default(),
            programs: Programs::default(),
            server: OnceCell::new(),
            fault: OnceCell::new(),
            lists: RefCell::default(),
            addresses: address::Cache::default(),
            commands: Commands::default(),
            taken: Rc::default(),
            shared: Rc::default(),
            cleanup: OnceCell::new(),
            local: OnceCell::new(),
        }
    }

    /// Makes another service of the same host ready: what does not depend on the
    /// service is read once for both.
    #[must_use]
    pub fn beside(&self, service: ServiceId) -> Self {
        let other = Self::new(self.model, service, self.world);
        match SHARED_BY.iter().all(|name| self.param(name) == other.param(name)) {
            true => Self { shared: Rc::clone(&self.shared), ..other },
            false => other,
        }
    }

    /// The service that a socket's name leads to, with the answers that this way
    /// takes; this one if master.cf has none.
    pub(crate) fn behind(&self, name: &str) -> Box<Self> {
        let entry = self.model.services.iter().find(|one| one.name == name && one.kind != "inet");
        let service = entry.map_or(self.service, |one| one.id);
        Box::new(Self { taken: Rc::clone(&self.taken), ..self.beside(service) })
    }

    /// Where values are asked for.
    pub fn scope(&self) -> Scope {
        Scope::Service(self.service)
    }

    /// The effective text of a parameter, trimmed; empty if there is none.
    pub fn param(&self, name: &'static str) -> Rc<str> {
        let key = (name.as_ptr() as usize, name.len());
        if let Some(known) = self.params.borrow().get(&key) {
            return Rc::clone(known);
        }
        let text: Rc<str> = self.model.text(self.scope(), name).into();
        self.params.borrow_mut().insert(key, Rc::clone(&text));
        text
    }

    /// Whether a yes/no parameter is `yes`.
    pub fn yes(&self, name: &'static str) -> bool {
        self.param(name).eq_ignore_ascii_case("yes")
    }

    /// The answer that was supplied to a question, or that this way takes.
    pub(crate) fn assumed(&self, question: &str) -> Option<Rc<str>> {
        self.taken.answer(question).or_else(|| self.world.assumed.get(question).map(|answer| answer.as_str().into()))
    }

    /// What DNS answers, with the answers that this way takes.
    pub(crate) fn dns(&self, name: &str, kind: RecordType) -> Dns {
        self.world.dns_with(name, kind, &|question| self.taken.answer(question))
    }

    /// Settings that hold for every session.
    pub(crate) fn server(&self) -> &Server {
        self.server.get_or_init(|| Server::of(self))
    }

    /// What stops the service from starting, if anything does: no client then
    /// gets a greeting.
    pub fn start_up_fault(&self) -> Option<&StartUpFault> {
        self.fault.get_or_init(|| start_up_fault(self)).as_ref()
    }
}
