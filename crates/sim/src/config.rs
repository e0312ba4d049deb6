//! One service made ready for sessions.

use crate::check::Programs;
use crate::lists::List;
use crate::smtp::{Server, StartUpFault, start_up_fault};
use crate::table::Tables;
use crate::{World, address};
use postproof_model::{Model, Scope, ServiceId};
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
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
    params: RefCell<HashMap<&'static str, Rc<str>>>,
    pub(crate) tables: Tables<'a>,
    pub(crate) programs: Programs,
    server: OnceCell<Server>,
    fault: OnceCell<Option<StartUpFault>>,
    /// Match lists by parameter; the flag: in the scope of this service.
    pub(crate) lists: RefCell<HashMap<(bool, &'static str), Rc<List>>>,
    /// Addresses that were resolved, and what that needs.
    pub(crate) addresses: address::Cache,
}

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
        }
    }

    /// Where values are asked for.
    pub fn scope(&self) -> Scope {
        Scope::Service(self.service)
    }

    /// The effective text of a parameter, trimmed; empty if there is none.
    pub fn param(&self, name: &'static str) -> Rc<str> {
        if let Some(known) = self.params.borrow().get(name) {
            return Rc::clone(known);
        }
        let text: Rc<str> = self.model.text(self.scope(), name).into();
        self.params.borrow_mut().insert(name, Rc::clone(&text));
        text
    }

    /// Whether a yes/no parameter is `yes`.
    pub fn yes(&self, name: &'static str) -> bool {
        self.param(name).eq_ignore_ascii_case("yes")
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
