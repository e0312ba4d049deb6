//! Where mail ends after cleanup(8) and local(8): every alias followed.

use super::{AliasTarget, Aliased};
use crate::address::queued::{Hop, Queued, names_of};
use crate::address::{QueuedRecipient, Resolved};
use crate::{Config, Missing};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many ends are followed; beyond them the answer says that there are more.
/// The largest lists that people keep in aliases have some thousands of members.
const MAX_ENDS: usize = 10_000;

/// How deep aliases may name aliases.
// alias.c, deliver_alias; recipient.c, deliver_recipient
const MAX_LEVEL: usize = 100;

/// One place where a message ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The place.
    pub place: Place,
    /// What led here, in order.
    pub via: Vec<Hop>,
    /// Whether it is of a copy: `always_bcc` and its kin.
    pub is_bcc: bool,
    /// As in [`QueuedRecipient::has_client_text`].
    pub has_client_text: bool,
    /// As in [`QueuedRecipient::local_is_clients`].
    pub local_is_clients: bool,
    /// As in [`QueuedRecipient::domain_is_clients`].
    pub domain_is_clients: bool,
}

/// A place where a message ends, as far as cleanup and aliases tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address that nothing leads on from: of class Local a user, or nobody;
    /// a mailbox of another class; another host's.
    Address(String, Rc<Resolved>),
    /// A program.
    Command(String),
    /// A file.
    File(String),
    /// A file of further addresses, which is not read.
    Include(String),
    /// An address that leads back to itself: the message bounces.
    Loop(String),
    /// An address that a look-up fails for: the message waits.
    Waits(String),
    /// More places than are followed.
    TooMany,
}

impl Config<'_> {
    /// Where a message ends: the recipients in the queue file with all aliases of
    /// local(8) followed. Whether a user is there, and what a user's own
    /// `.forward`, `luser_relay`, `mailbox_transport` and other delivery agents
    /// do, is not asked. A message that is not queued ends nowhere.
    pub fn ends_of(&self, sender: &str, recipient: &str) -> Result<Vec<End>, Missing> {
        let queued = self.queued(sender, recipient)?;
        let mut walk = Walk { front: self, ends: Vec::new(), delivered: Vec::new() };
        walk.message(&queued)?;
        Ok(walk.ends)
    }
}

struct Walk<'c, 'a> {
    front: &'c Config<'a>,
    ends: Vec<End>,
    /// Local addresses that the message passed (`Delivered-To:`).
    delivered: Vec<String>,
}

/// A delivery by local(8).
struct Delivery<'c, 'a> {
    agent: &'c Config<'a>,
    /// The delivery agent's name: other transports get a message of their own.
    transport: String,
    /// Recipients by level that were dealt with.
    seen: BTreeSet<(usize, String)>,
}

/// One recipient of a delivery.
#[derive(Clone)]
struct Recipient {
    address: String,
    resolved: Rc<Resolved>,
    /// Without the place.
    so_far: End,
    sender: String,
    /// Whether an `owner-` alias is the sender now.
    is_owned: bool,
    /// Names of the aliases that led here in this delivery.
    names: Vec<String>,
}

impl Walk<'_, '_> {
    /// Each recipient of a message that cleanup wrote.
    fn message(&mut self, queued: &Queued) -> Result<(), Missing> {
        for one in &queued.recipients {
            self.recipient(&queued.sender, one, &[])?;
        }
        Ok(())
    }

    fn recipient(&mut self, sender: &str, one: &QueuedRecipient, before: &[Hop]) -> Result<(), Missing> {
        let so_far = End {
            place: Place::Address(one.address.clone(), Rc::clone(&one.resolved)),
            via: before.iter().chain(&one.via).cloned().collect(),
            is_bcc: one.is_bcc,
            has_client_text: one.has_client_text,
            local_is_clients: one.local_is_clients,
            domain_is_clients: one.domain_is_clients,
        };
        if let Some(missing) = &one.resolved.transport_unknown {
            return Err(missing.clone());
        }
        let transport = &one.resolved.transport;
        let mut services = self.front.model.services.iter();
        let is_local = services.any(|one| one.name == *transport && one.kind != "inet" && one.command == "local");
        if !is_local {
            self.ends.push(so_far);
            return Ok(());
        }
        let address = one.resolved.address.clone();
        if self.delivered.contains(&address) {
            self.ends.push(End { place: Place::Loop(address), ..so_far });
            return Ok(());
        }
        self.delivered.push(address.clone());
        let other;
        let agent = match transport.as_str() {
            "local" => self.front.local.get_or_init(|| self.front.behind("local")),
            name => {
                other = self.front.behind(name);
                &other
            }
        };
        let mut delivery = Delivery { agent, transport: transport.clone(), seen: BTreeSet::new() };
        let (resolved, sender) = (Rc::clone(&one.resolved), sender.to_owned());
        let recipient = Recipient { address, resolved, so_far, sender, is_owned: false, names: Vec::new() };
        self.deliver(&mut delivery, recipient)?;
        self.delivered.pop();
        Ok(())
    }

    // recipient.c, deliver_recipient and deliver_switch
    fn deliver(&mut self, delivery: &mut Delivery<'_, '_>, recipient: Recipient) -> Result<(), Missing> {
        if self.ends.len() >= MAX_ENDS {
            if self.ends.last().is_none_or(|last| last.place != Place::TooMany) {
                self.ends.push(End { place: Place::TooMany, ..recipient.so_far });
            }
            return Ok(());
        }
        let address = recipient.address.to_lowercase();
        if !delivery.seen.insert((recipient.names.len(), address.clone())) {
            return Ok(());
        }
        let agent = delivery.agent;
        let names = names_of(agent, &address);
        let within = recipient.names.last().map(String::as_str);
        let alias = match agent.alias_of(&names, &address, within)? {
            Aliased::No if recipient.is_owned => return self.forward(delivery, &recipient, &recipient.address),
            Aliased::No => {
                let place = Place::Address(recipient.address, recipient.resolved);
                self.ends.push(End { place, ..recipient.so_far });
                return Ok(());
            }
            Aliased::Fails(_) => {
                self.ends.push(End { place: Place::Waits(address), ..recipient.so_far });
                return Ok(());
            }
            Aliased::To(alias) => alias,
        };
        if recipient.names.contains(&alias.name) || recipient.names.len() >= MAX_LEVEL {
            self.ends.push(End { place: Place::Loop(address), ..recipient.so_far });
            return Ok(());
        }
        let mut next = recipient;
        next.so_far.via.push(alias.hop);
        next.names.push(alias.name.clone());
        if let Some(owner) = agent.owner_of(&alias.name)? {
            next.sender = owner;
            next.is_owned = true;
        }
        let keeps = !alias.extension.is_empty() && next.so_far.local_is_clients;
        next.so_far.local_is_clients = keeps;
        next.so_far.has_client_text = keeps;
        next.so_far.domain_is_clients = false;
        for target in alias.targets {
            let place = match target {
                AliasTarget::Address(address) => {
                    self.resolved_on(delivery, &next, address)?;
                    continue;
                }
                AliasTarget::Command(command) => Place::Command(command),
                AliasTarget::File(file) => Place::File(file),
                AliasTarget::Include(file) => Place::Include(file),
            };
            self.ends.push(End { place, ..next.so_far.clone() });
        }
        Ok(())
    }

    /// An address that an alias names: this delivery goes on with it, or another
    /// message goes to it.
    // resolve.c, deliver_resolve_tree
    fn resolved_on(
        &mut self,
        delivery: &mut Delivery<'_, '_>,
        from: &Recipient,
        address: String,
    ) -> Result<(), Missing> {
        let resolved = delivery.agent.resolve(&from.sender, &address)?;
        if let Some(missing) = &resolved.transport_unknown {
            return Err(missing.clone());
        }
        if resolved.transport == delivery.transport {
            return self.deliver(delivery, Recipient { address, resolved, ..from.clone() });
        }
        self.forward(delivery, from, &address)
    }

    /// A message of its own, through cleanup, without copies.
    // indirect.c, deliver_indirect; forward.c, FORWARD_CLEANUP_FLAGS
    fn forward(&mut self, delivery: &Delivery<'_, '_>, from: &Recipient, address: &str) -> Result<(), Missing> {
        let queued = delivery.agent.forwarded(&from.sender, address)?;
        if queued.refused.is_some() {
            self.ends.push(End { place: Place::Waits(address.to_owned()), ..from.so_far.clone() });
        }
        for one in &queued.recipients {
            let one = QueuedRecipient {
                is_bcc: from.so_far.is_bcc,
                has_client_text: from.so_far.has_client_text && (one.local_is_clients || one.domain_is_clients),
                local_is_clients: one.local_is_clients && from.so_far.local_is_clients,
                domain_is_clients: one.domain_is_clients && from.so_far.domain_is_clients,
                ..one.clone()
            };
            self.recipient(&queued.sender, &one, &from.so_far.via)?;
        }
        Ok(())
    }
}

impl Config<'_> {
    /// The sender of what an alias sends on, if it has an `owner-` alias.
    // alias.c, deliver_alias: OWNER_ASSIGN
    fn owner_of(&self, name: &str) -> Result<Option<String>, Missing> {
        if !self.yes("owner_request_special") {
            return Ok(None);
        }
        let owner = format!("owner-{name}");
        Ok(match self.alias_entry(&owner, &owner, "")? {
            Aliased::No | Aliased::Fails(_) => None,
            Aliased::To(alias) if self.yes("expand_owner_alias") => match alias.targets.into_iter().next() {
                Some(AliasTarget::Address(address)) => Some(address),
                Some(AliasTarget::Command(_) | AliasTarget::File(_) | AliasTarget::Include(_)) | None => None,
            },
            Aliased::To(_) => Some(self.rewritten(&owner)?),
        })
    }
}
