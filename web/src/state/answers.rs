//! What an answer changes, and which host of it is shown.

use super::{Checked, State, View};
use std::rc::Rc;

impl State {
    pub(super) fn answered(&mut self, checked: Rc<Checked>, revision: u32) {
        let hosts = checked.report.hosts.len();
        let is_first = self.checked.is_none();
        self.checked = Some((checked, revision));
        if self.host >= hosts {
            self.host = 0;
        }
        if !self.offers(self.view) {
            self.view = View::Overview;
        }
        let services = self.the_host().map_or(0, |host| host.services.len());
        if is_first || self.service >= services {
            self.service = self.the_host().map_or(0, crate::look::speaker);
        }
        self.focus = self.focus.filter(|focus| *focus < self.findings().len());
    }

    pub(super) fn show_host(&mut self, host: usize) {
        (self.host, self.focus) = (host, None);
        if !self.offers(self.view) {
            self.view = View::Overview;
        }
        self.service = self.the_host().map_or(0, crate::look::speaker);
    }
}
