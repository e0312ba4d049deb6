//! What the configuration answers to one name, address or mail address, without a
//! session: as the entries of the lists ask it, so that nobody needs a second reader.

use crate::address::{Hit, Listed, Program};
use crate::lists::Members;
use crate::{Config, Finding};
use postproof_model::Scope;
use std::net::IpAddr;

/// Lists of domains that make an address one's own.
pub const OWN_DOMAINS: [&str; 4] =
    ["mydestination", "virtual_mailbox_domains", "relay_domains", "virtual_alias_domains"];

impl Config<'_> {
    /// What an access table has for a name, as `check_client_access` and
    /// `check_helo_access` ask.
    pub fn access_of_name(&self, table: &str, name: &str) -> Finding {
        self.domain_access(table, name)
    }

    /// What an access table has for an address of a client.
    pub fn access_of_address(&self, table: &str, address: IpAddr) -> Finding {
        self.address_access(table, &address.to_string())
    }

    /// What an access table has for a mail address, as `check_sender_access` and
    /// `check_recipient_access` ask; [`Finding::Yes`] where it can't be resolved.
    pub fn access_of_mail(&self, table: &str, address: &str) -> Finding {
        if address.is_empty() {
            let key = self.param("smtpd_null_access_lookup_key");
            return self.access_look(table, &key, false).finding();
        }
        self.mail_access(table, address)
    }

    /// The keys, in order, under which an access table is asked for a mail address;
    /// nothing where it can't be resolved.
    pub fn access_keys(&self, address: &str) -> Option<Vec<(String, bool)>> {
        if address.is_empty() {
            return Some(vec![(self.param("smtpd_null_access_lookup_key").to_string(), false)]);
        }
        self.mail_access_keys(address)
    }

    /// What the tables of a parameter have for a mail address: the whole address, without
    /// its extension, the user of an own domain, `@domain`.
    pub fn mapped(&self, param: &'static str, address: &str) -> Finding {
        let address = match self.resolve_address("", address) {
            Ok(resolved) => resolved.address.clone(),
            Err(missing) => return Finding::Unknown(missing),
        };
        match self.find_address(param, &address) {
            Hit::None => Finding::No,
            Hit::Value(value) => Finding::Text(value),
            Hit::Retry => Finding::Temporary,
            Hit::Faulty => Finding::Broken,
            Hit::Unknown(missing) => Finding::Unknown(missing),
        }
    }

    /// Whether an address exists, as far as the tables of users tell
    /// (`reject_unlisted_recipient`).
    pub fn is_listed(&self, address: &str) -> Finding {
        match self.unlisted("", address, false) {
            Listed::Yes => Finding::Yes,
            Listed::No(..) => Finding::No,
            Listed::Fails => Finding::Temporary,
            Listed::Faulty => Finding::Broken,
            Listed::Unknown(missing, _) => Finding::Unknown(missing),
        }
    }

    /// The logins that may use a sender, as `smtpd_sender_login_maps` has them.
    pub fn owners_of(&self, sender: &str) -> Finding {
        self.owners(sender)
    }

    /// Whether a list of hosts (mynetworks …) has a name, whatever the address.
    pub fn has_name(&self, param: &'static str, name: &str) -> Finding {
        self.in_domain_list(param, name)
    }

    /// Whether a list of hosts has an address that has no name.
    pub fn has_address(&self, param: &'static str, address: IpAddr) -> Finding {
        self.in_network_list(param, "unknown", address)
    }

    /// What stands in a match list of this service.
    pub fn list_members(&self, param: &'static str) -> Members {
        self.list(self.scope(), param).members()
    }

    /// What stands in one of the [`OWN_DOMAINS`], as trivial-rewrite(8) reads it.
    pub fn own_domains(&self, param: &'static str) -> Members {
        self.list(self.rewriting(), param).members()
    }

    /// An address without the extension of its local part, if it has one.
    pub fn without_extension(&self, address: &str) -> Option<String> {
        self.settings(Program::Smtpd).without_extension(address)
    }

    /// The characters that begin an extension.
    pub fn delimiters(&self) -> String {
        self.settings(Program::Smtpd).delimiter.clone()
    }

    /// An address as the programs write it in full: `alice` is `alice@example.com`.
    pub fn in_full(&self, address: &str) -> Option<String> {
        self.rewritten(address).ok()
    }

    fn rewriting(&self) -> Scope {
        self.settings(Program::Rewrite).scope
    }
}
