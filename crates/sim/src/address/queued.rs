//! What cleanup(8) makes of the envelope of a message that smtpd took: where the
//! mail really goes, and in whose name.
//!
//! Header and body checks, milters and content filters are not played; those of
//! them that may change the envelope are named by [`Config::rewriting_unknowns`].

mod find;
mod map;
mod traced;
mod unknowns;

use super::{Program, Resolved};
use crate::lists::folded;
use crate::{Config, Finding, Missing};
use postproof_diag::Span;
use std::collections::BTreeSet;
use std::rc::Rc;
use traced::Traced;
pub use unknowns::{Rewriting, RewritingUnknown};

/// What stands in the queue file after cleanup(8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The sender after rewriting, canonical maps and masquerading; empty: the
    /// null sender.
    pub sender: String,
    /// What led to the sender.
    pub sender_via: Vec<Hop>,
    /// Every recipient, in the order of the queue file; none if the message is
    /// not queued.
    pub recipients: Vec<QueuedRecipient>,
    /// Why cleanup does not take the message: 451, and it goes nowhere.
    pub refused: Option<NotQueued>,
}

/// One recipient in the queue file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedRecipient {
    /// The address, without quotes, as it stands in the queue file.
    pub address: String,
    /// Its class and transport.
    pub resolved: Rc<Resolved>,
    /// Whether it was added: `always_bcc`, `sender_bcc_maps`, `recipient_bcc_maps`.
    pub is_bcc: bool,
    /// What led here, in order; empty if the address is as it was sent, in full.
    pub via: Vec<Hop>,
    /// Whether a table put a piece of what the client wrote into the address: `$1`
    /// of a pattern, or an extension that no key had.
    pub has_client_text: bool,
    /// Whether the client wrote something of what stands before the last `@`.
    pub local_is_clients: bool,
    /// Whether the client wrote something of the domain.
    pub domain_is_clients: bool,
}

/// One step of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The parameter: `virtual_alias_maps`.
    pub param: &'static str,
    /// The table that has the entry: `hash:/etc/postfix/virtual`; the domain of
    /// `masquerade_domains`, the address of `always_bcc`.
    pub table: String,
    /// The entry, or the value of the parameter, if it has a place.
    pub span: Option<Span>,
    /// The address before; of a copy the address that it is a copy for.
    pub from: String,
}

/// Why a message is not queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotQueued {
    /// The parameter whose tables are at fault.
    pub param: &'static str,
    /// What is wrong.
    pub why: NotQueuedWhy,
    /// The address that was looked up.
    pub address: String,
}

/// What can be wrong with the tables of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotQueuedWhy {
    /// A look-up fails, or gives an empty value or no address.
    LookUpFails,
    /// More than `virtual_alias_recursion_limit` steps.
    NestsTooDeep,
    /// More than `virtual_alias_expansion_limit` addresses.
    ExpandsTooFar,
    /// An address longer than `virtual_alias_address_length_limit`.
    TooLong,
}

/// What ends the play before its end.
enum Stop {
    Missing(Missing),
    Refused(NotQueued),
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Self {
        Stop::Missing(missing)
    }
}

impl Stop {
    fn refused(param: &'static str, why: NotQueuedWhy, address: &str) -> Self {
        Stop::Refused(NotQueued { param, why, address: address.to_owned() })
    }
}

impl<'a> Config<'a> {
    /// What stands in the queue file after a message for one recipient. The
    /// addresses are as smtpd keeps them ([`Config::as_kept`]). Where a table that
    /// was not read decides: what is missing first.
    pub fn queued(&self, sender: &str, recipient: &str) -> Result<Queued, Missing> {
        self.queued_for_all(sender, &[recipient])
    }

    /// [`Config::queued`] for a message with several recipients; one that an
    /// access table adds (`BCC`) is one of them.
    pub fn queued_for_all(&self, sender: &str, recipients: &[&str]) -> Result<Queued, Missing> {
        let maps = self.maps_addresses();
        self.play_cleanup(sender, recipients, maps, maps)
    }

    /// [`Config::queued`] for the sender alone: no recipient has to be known.
    pub fn queued_sender(&self, sender: &str) -> Result<Queued, Missing> {
        self.play_cleanup(sender, &[], self.maps_addresses(), false)
    }

    /// Whether addresses of messages that this service takes are mapped and copied.
    // input_transp.c, input_transp_cleanup
    fn maps_addresses(&self) -> bool {
        let overrides = self.param("receive_override_options");
        !names(&overrides).any(|word| word.eq_ignore_ascii_case("no_address_mappings"))
    }

    /// What stands in the queue file after local(8) sends a message on: addresses
    /// are mapped, and nobody gets a copy.
    // forward.c, FORWARD_CLEANUP_FLAGS
    pub(super) fn forwarded(&self, sender: &str, recipient: &str) -> Result<Queued, Missing> {
        self.play_cleanup(sender, &[recipient], true, false)
    }

    /// cleanup(8) as this service calls it, with its own options.
    fn behind_cleanup(&self) -> &Config<'a> {
        self.cleanup.get_or_init(|| self.behind(&self.param("cleanup_service_name")))
    }

    fn play_cleanup(&self, sender: &str, recipients: &[&str], maps: bool, copies: bool) -> Result<Queued, Missing> {
        let cleanup = self.behind_cleanup();
        let empty = Queued { sender: String::new(), sender_via: Vec::new(), recipients: Vec::new(), refused: None };
        let mut play = Play { front: self, cleanup, maps, copies, seen: BTreeSet::new(), queued: empty };
        match play.run(sender, recipients) {
            Ok(()) => Ok(play.queued),
            Err(Stop::Missing(missing)) => Err(missing),
            Err(Stop::Refused(refused)) => Ok(Queued { recipients: Vec::new(), refused: Some(refused), ..play.queued }),
        }
    }
}

/// One message in cleanup(8).
struct Play<'c, 'a> {
    /// The service that took the message.
    front: &'c Config<'a>,
    /// cleanup, with its own options.
    cleanup: &'c Config<'a>,
    /// Whether addresses are mapped (CLEANUP_FLAG_MAP_OK).
    maps: bool,
    /// Whether copies are added (CLEANUP_FLAG_BCC_OK).
    copies: bool,
    /// Recipients that were written, as the filter of duplicates knows them.
    seen: BTreeSet<String>,
    queued: Queued,
}

/// Which of the two addresses of an envelope is at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Sender,
    Recipient,
}

impl Role {
    /// Its own canonical maps with their classes.
    const fn canonical(self) -> (&'static str, &'static str) {
        match self {
            Role::Sender => ("sender_canonical_maps", "sender_canonical_classes"),
            Role::Recipient => ("recipient_canonical_maps", "recipient_canonical_classes"),
        }
    }

    /// Its name in lists of classes.
    const fn class(self) -> &'static str {
        match self {
            Role::Sender => "envelope_sender",
            Role::Recipient => "envelope_recipient",
        }
    }
}

impl Play<'_, '_> {
    fn run(&mut self, sender: &str, recipients: &[&str]) -> Result<(), Stop> {
        self.sender(sender)?;
        for recipient in recipients {
            self.recipient(recipient)?;
        }
        // cleanup_extracted.c, cleanup_extracted_finish
        let always = self.cleanup.param("always_bcc");
        if self.copies && !recipients.is_empty() && !always.is_empty() {
            let span = self.span_of("always_bcc");
            let from = self.queued.sender.clone();
            self.copy(&always, Hop { param: "always_bcc", table: always.to_string(), span, from })?;
        }
        Ok(())
    }

    // cleanup_addr.c, cleanup_addr_sender
    fn sender(&mut self, sent: &str) -> Result<(), Stop> {
        let mut address = Traced::sent(sent, self.front.rewritten(sent)?);
        if starts_with(&address.text, "MAILER-DAEMON@")
            && address.text.eq_ignore_ascii_case(&self.front.rewritten("MAILER-DAEMON")?)
        {
            address.text.clear();
        }
        let address = self.mapped(address, Role::Sender)?;
        self.queued.sender.clone_from(&address.text);
        self.queued.sender_via.clone_from(&address.via);
        self.copy_by("sender_bcc_maps", &address)
    }

    // cleanup_addr.c, cleanup_addr_recipient
    fn recipient(&mut self, sent: &str) -> Result<(), Stop> {
        let empty = self.cleanup.param("empty_address_recipient");
        let full = self.front.rewritten(if sent.is_empty() { &empty } else { sent })?;
        let address = self.mapped(Traced::sent(sent, full), Role::Recipient)?;
        let original = if address.text.is_empty() { String::new() } else { format!("rfc822;{}", address.text) };
        self.write(&original, sent, &address, false)?;
        self.copy_by("recipient_bcc_maps", &address)
    }

    fn copy_by(&mut self, param: &'static str, address: &Traced) -> Result<(), Stop> {
        if !self.copies || address.text.is_empty() {
            return Ok(());
        }
        match self.copy_for(param, address)? {
            Some(found) => {
                let hop = Hop { param, table: found.table, span: found.span, from: address.text.clone() };
                self.copy(&found.value, hop)
            }
            None => Ok(()),
        }
    }

    // cleanup_addr.c, cleanup_addr_bcc_dsn: the value is one address, whatever it is
    fn copy(&mut self, value: &str, hop: Hop) -> Result<(), Stop> {
        let plain = crate::table::unmarked(value);
        let mut address = Traced::from_value(value, self.front.rewritten(&plain)?);
        address.via.push(hop);
        let address = self.mapped(address, Role::Recipient)?;
        let original = address.text.clone();
        self.write("", &original, &address, true)
    }

    /// Canonical maps and masquerading.
    fn mapped(&self, mut address: Traced, role: Role) -> Result<Traced, Stop> {
        if !self.maps {
            return Ok(address);
        }
        let (own, own_classes) = role.canonical();
        for (param, classes) in [(own, own_classes), ("canonical_maps", "canonical_classes")] {
            if names(&self.cleanup.param(classes)).any(|class| class == role.class()) {
                self.map_to_one(param, &mut address)?;
            }
        }
        if names(&self.cleanup.param("masquerade_classes")).any(|class| class == role.class()) {
            self.masquerade(&mut address)?;
        }
        Ok(address)
    }

    // cleanup_masquerade.c, cleanup_masquerade_external
    fn masquerade(&self, address: &mut Traced) -> Result<(), Stop> {
        let domains = self.cleanup.param("masquerade_domains");
        if domains.is_empty() {
            return Ok(());
        }
        let quoted = traced::external(&address.text);
        address.text = traced::plain(&quoted);
        let Some((local, domain)) = quoted.rsplit_once('@') else { return Ok(()) };
        if !self.cleanup.param("masquerade_exceptions").is_empty() {
            match self.cleanup.string_list(self.cleanup.scope(), "masquerade_exceptions", local) {
                Finding::No => {}
                Finding::Yes => return Ok(()),
                Finding::Unknown(missing) => return Err(missing.into()),
                Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => {
                    return Err(Stop::refused("masquerade_exceptions", NotQueuedWhy::LookUpFails, &address.text));
                }
            }
        }
        let domain = self.folded(domain);
        for word in names(&domains) {
            let bare = word.trim_start_matches('!');
            let bare = self.folded(bare);
            if bare.is_empty() {
                continue;
            }
            if bare == domain {
                break;
            }
            if domain.strip_suffix(bare.as_str()).is_some_and(|below| below.ends_with('.')) {
                // An odd number of `!` leaves the domain as it is.
                if (word.len() - word.trim_start_matches('!').len()) % 2 == 0 {
                    let span = self.span_of("masquerade_domains");
                    let hop =
                        Hop { param: "masquerade_domains", table: word.to_owned(), span, from: address.text.clone() };
                    address.text = traced::plain(&format!("{local}@{bare}"));
                    address.domain = false;
                    address.via.push(hop);
                }
                break;
            }
        }
        Ok(())
    }

    // cleanup_out_recipient.c, cleanup_out_recipient
    fn write(&mut self, original: &str, sent: &str, address: &Traced, is_bcc: bool) -> Result<(), Stop> {
        let all = if self.maps && !self.cleanup.param("virtual_alias_maps").is_empty() {
            self.map_to_many("virtual_alias_maps", address)?
        } else {
            vec![address.clone()]
        };
        for address in all {
            let key = match self.cleanup.yes("enable_original_recipient") {
                true => format!("{original}\n0\n{sent}\n{}", address.text),
                false => address.text.clone(),
            };
            if self.is_again(&self.folded(&key)) {
                continue;
            }
            self.queued.recipients.push(QueuedRecipient {
                resolved: self.front.resolve(&self.queued.sender, &address.text)?,
                address: address.text,
                is_bcc,
                via: address.via,
                has_client_text: address.brought,
                local_is_clients: address.local,
                domain_is_clients: address.domain,
            });
        }
        Ok(())
    }

    /// Whether a recipient was written before. The filter forgets what is beyond
    /// its limit.
    // been_here.c, been_here_fixed
    fn is_again(&mut self, key: &str) -> bool {
        let limit = self.number("duplicate_filter_limit", 1_000);
        let is_again = self.seen.contains(key);
        if !is_again && (limit == 0 || limit > self.seen.len()) {
            self.seen.insert(key.to_owned());
        }
        is_again
    }

    // casefold.c
    fn folded(&self, text: &str) -> String {
        if self.cleanup.yes("smtputf8_enable") { folded(text) } else { text.to_ascii_lowercase() }
    }

    fn number(&self, param: &'static str, usual: usize) -> usize {
        self.cleanup.param(param).parse().unwrap_or(usual)
    }

    fn span_of(&self, param: &'static str) -> Option<Span> {
        self.cleanup.model.value(self.cleanup.scope(), param)?.text_span()
    }
}

/// The names under which local(8) looks for an address, each with the extension
/// that it lacks, delimiter included.
// recipient.c, deliver_recipient
pub(super) fn names_of(agent: &Config<'_>, address: &str) -> Vec<(String, String)> {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local).to_lowercase();
    // `\\user` is not looked for at all.
    if local.starts_with('\\') {
        return Vec::new();
    }
    let Some(user) = agent.settings(Program::Smtpd).without_extension(&local) else {
        return vec![(local, String::new())];
    };
    let extension = local.get(user.len()..).unwrap_or_default().to_owned();
    // An extension with a slash could lead out of a directory: it is dropped.
    if extension.contains('/') {
        return vec![(user, String::new())];
    }
    vec![(local, String::new()), (user, extension)]
}

/// Whether a list of names has a word.
pub(super) fn words_of(list: &str, word: &str) -> bool {
    names(list).any(|one| one == word)
}

/// The words of a list of names.
// mail_params.h, CHARS_COMMA_SP
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty())
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests;
