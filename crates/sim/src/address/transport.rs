//! Which delivery agent an address gets (resolve.c, transport.c).

use super::find::{Hit, Keys};
use super::settings::{MapList, Settings};
use super::{Class, Resolved};
use crate::{Config, Missing};

/// Delivery agent and what it delivers to, while they are worked out.
struct Route<'r> {
    transport: String,
    nexthop: String,
    domain: &'r str,
    open: Option<Missing>,
}

/// A table failed, or a transport is empty.
struct Fails;

/// Fills in the transport of an address whose class is known.
pub(super) fn route(
    config: &Config<'_>,
    settings: &Settings,
    sender: Result<String, Missing>,
    domain: &str,
    resolved: &mut Resolved,
) {
    let mut route = Route { transport: String::new(), nexthop: domain.to_owned(), domain, open: None };
    let end = route.of_class(config, settings, sender, resolved.class);
    let end = end.and_then(|()| route.of_maps(config, settings, resolved));
    resolved.fails = end.is_err();
    resolved.transport = route.transport;
    resolved.nexthop = route.nexthop;
    resolved.transport_unknown = route.open;
}

impl Route<'_> {
    // resolve.c, resolve_addr: "if (domain != 0)" and what follows
    fn of_class(
        &mut self,
        config: &Config<'_>,
        settings: &Settings,
        sender: Result<String, Missing>,
        class: Class,
    ) -> Result<(), Fails> {
        let transports = &settings.transports;
        match class {
            Class::Local => self.transport.clone_from(&transports.local),
            Class::Alias => {
                self.transport = "error".to_owned();
                let table = if settings.shows_table { " in virtual alias table" } else { "" };
                self.nexthop = format!("5.1.1 User unknown{table}");
            }
            Class::Virtual => self.transport.clone_from(&transports.virtual_),
            Class::Relay => {
                self.transport.clone_from(&transports.relay);
                self.relay(config, settings, sender)?;
            }
            Class::Default => {
                let (tables, null) = (&transports.default_by_sender, &transports.null_sender_default);
                let found = self.by_sender(config, settings, tables, &sender, null)?;
                self.transport = found.unwrap_or_else(|| transports.default.clone());
                self.relay(config, settings, sender)?;
            }
        }
        if let Some((transport, nexthop)) = self.transport.split_once(':') {
            if !nexthop.is_empty() {
                self.nexthop = nexthop.to_owned();
            }
            self.transport = transport.to_owned();
        }
        if self.transport.is_empty() { Err(Fails) } else { Ok(()) }
    }

    /// The relayhost, by sender or for all.
    fn relay(
        &mut self,
        config: &Config<'_>,
        settings: &Settings,
        sender: Result<String, Missing>,
    ) -> Result<(), Fails> {
        let transports = &settings.transports;
        let (tables, null) = (&transports.relayhost_by_sender, &transports.null_sender_relayhost);
        let found = self.by_sender(config, settings, tables, &sender, null)?;
        if let Some(relay) = found {
            self.nexthop = relay;
        } else if !transports.relayhost.is_empty() {
            self.nexthop.clone_from(&transports.relayhost);
        }
        Ok(())
    }

    fn by_sender(
        &mut self,
        config: &Config<'_>,
        settings: &Settings,
        tables: &MapList,
        sender: &Result<String, Missing>,
        null: &str,
    ) -> Result<Option<String>, Fails> {
        if tables.names.is_empty() {
            return Ok(None);
        }
        let sender = match sender {
            Ok(sender) if sender.is_empty() => null,
            Ok(sender) => sender,
            Err(missing) => {
                self.open.get_or_insert(missing.clone());
                return Ok(None);
            }
        };
        match config.find_in(tables, settings, sender, Keys::Usual, &mut self.open) {
            Hit::Value(found) if found.eq_ignore_ascii_case("DUNNO") => Ok(None),
            Hit::Value(found) => Ok(Some(found.to_string())),
            Hit::None | Hit::Unknown(_) => Ok(None),
            // maps.c refuses an empty value before it is seen here.
            Hit::Retry | Hit::Faulty => Err(Fails),
        }
    }

    fn of_maps(&mut self, config: &Config<'_>, settings: &Settings, resolved: &Resolved) -> Result<(), Fails> {
        let transports = &settings.transports;
        if resolved.class != Class::Alias && !transports.maps.names.is_empty() {
            let keys = Keys::Transport { dot: !transports.takes_below };
            let mut found = config.find_in(&transports.maps, settings, &resolved.address, keys, &mut self.open);
            if found == Hit::None {
                found = config.find_key(&transports.maps, "*", false, &mut self.open);
            }
            match found {
                Hit::Value(entry) => self.take(&entry),
                Hit::None | Hit::Unknown(_) => {}
                Hit::Retry | Hit::Faulty => return Err(Fails),
            }
        }
        match config.find_in(&transports.relocated, settings, &resolved.address, Keys::Usual, &mut self.open) {
            Hit::Value(place) => {
                self.transport = "error".to_owned();
                self.nexthop = format!("5.1.6 User has moved to {place}");
                Ok(())
            }
            Hit::None | Hit::Unknown(_) => Ok(()),
            Hit::Retry | Hit::Faulty => Err(Fails),
        }
    }

    /// Takes an entry of transport_maps.
    // transport.c, update_entry
    fn take(&mut self, entry: &str) {
        let (transport, nexthop) = entry.split_once(':').unwrap_or((entry, ""));
        if !nexthop.is_empty() {
            self.nexthop = nexthop.to_owned();
        }
        if !transport.is_empty() {
            self.transport = transport.to_owned();
            if nexthop.is_empty() {
                let is_error = matches!(transport, "error" | "retry");
                self.nexthop = if is_error { "Address is undeliverable".to_owned() } else { self.domain.to_owned() };
            }
        }
    }
}
