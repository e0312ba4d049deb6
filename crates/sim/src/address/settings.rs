//! Parameters that decide what becomes of an address.

use crate::lists::{Lines, file_lines, missing_host_name};
use crate::taken::Purpose;
use crate::{Config, Missing};
use postproof_model::{Scope, words};

/// The parameters of one program, read once.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) scope: Scope,
    pub(super) origin: Result<String, Missing>,
    pub(super) domain: Result<String, Missing>,
    pub(super) host: Result<String, Missing>,
    pub(super) appends_origin: bool,
    pub(super) appends_domain: bool,
    pub(super) swaps_bang: bool,
    pub(super) takes_percent: bool,
    pub(super) opens_quotes: bool,
    pub(super) takes_null_domain: bool,
    pub(super) takes_numeric_domain: bool,
    pub(super) takes_minus: bool,
    pub(super) takes_utf8: bool,
    pub(super) shows_table: bool,
    pub(super) empty_recipient: String,
    pub(crate) delimiter: String,
    pub(super) double_bounce: String,
    pub(super) keeps_owners: bool,
    pub(super) transports: Transports,
}

/// Where mail of each class goes.
#[derive(Debug)]
pub(super) struct Transports {
    pub(super) local: String,
    pub(super) virtual_: String,
    pub(super) relay: String,
    pub(super) default: String,
    pub(super) relayhost: String,
    pub(super) maps: MapList,
    pub(super) relocated: MapList,
    pub(super) default_by_sender: MapList,
    pub(super) null_sender_default: String,
    pub(super) relayhost_by_sender: MapList,
    pub(super) null_sender_relayhost: String,
    /// Whether `example.com` in transport_maps matches names below it.
    pub(super) takes_below: bool,
}

/// Where trivial-rewrite has its options: its entry in master.cf.
pub(super) fn rewrite_scope(config: &Config<'_>) -> Scope {
    let name = config.param("rewrite_service_name");
    let mut services = config.model.services.iter();
    let entry = services.find(|service| service.name == *name && service.kind != "inet");
    entry.map_or(Scope::Main, |service| Scope::Service(service.id))
}

impl Settings {
    pub(super) fn of(config: &Config<'_>, scope: Scope) -> Self {
        let text = |name: &str| config.model.text(scope, name);
        let yes = |name: &str| config.model.is_yes(scope, name);
        Self {
            scope,
            origin: origin(config, &text("myorigin")),
            domain: of_host(text("mydomain")),
            host: of_host(text("myhostname")),
            appends_origin: yes("append_at_myorigin"),
            appends_domain: yes("append_dot_mydomain"),
            swaps_bang: yes("swap_bangpath"),
            takes_percent: yes("allow_percent_hack"),
            opens_quotes: yes("resolve_dequoted_address"),
            takes_null_domain: yes("resolve_null_domain"),
            takes_numeric_domain: yes("resolve_numeric_domain"),
            takes_minus: yes("allow_min_user"),
            takes_utf8: yes("smtputf8_enable"),
            shows_table: yes("show_user_unknown_table_name"),
            empty_recipient: text("empty_address_recipient"),
            delimiter: text("recipient_delimiter"),
            double_bounce: text("double_bounce_sender"),
            keeps_owners: yes("owner_request_special"),
            transports: Transports {
                local: text("local_transport"),
                virtual_: text("virtual_transport"),
                relay: text("relay_transport"),
                default: text("default_transport"),
                relayhost: text("relayhost"),
                maps: tables(config, scope, "transport_maps"),
                relocated: tables(config, scope, "relocated_maps"),
                default_by_sender: tables(config, scope, "sender_dependent_default_transport_maps"),
                null_sender_default: text("empty_address_default_transport_maps_lookup_key"),
                relayhost_by_sender: tables(config, scope, "sender_dependent_relayhost_maps"),
                null_sender_relayhost: text("empty_address_relayhost_maps_lookup_key"),
                takes_below: config.matches_below(scope, "transport_maps"),
            },
        }
    }

    /// Whether resolving an address asks for the sender.
    pub(super) fn asks_for_sender(&self) -> bool {
        !self.transports.default_by_sender.names.is_empty() || !self.transports.relayhost_by_sender.names.is_empty()
    }
}

/// Tables in order.
#[derive(Debug)]
pub(super) struct MapList {
    pub(super) names: Vec<String>,
    /// Whether `$1` in a value stands for a piece of the key.
    pub(super) substitutes: bool,
    /// What their answers are for.
    pub(super) purpose: Purpose,
}

/// Parameters whose tables send mail elsewhere, so that no piece of a key gets
/// into a value.
// transport.c, transport_pre_init; trivial-rewrite.c, pre_jail_init
const UNSUBSTITUTED: [&str; 3] =
    ["transport_maps", "sender_dependent_relayhost_maps", "sender_dependent_default_transport_maps"];

/// The tables that a parameter names.
pub(super) fn tables(config: &Config<'_>, scope: Scope, param: &str) -> MapList {
    let value = config.model.value(scope, param);
    let words = value.map(|value| words(&value.text)).unwrap_or_default();
    let names = words.into_iter().map(|word| word.text.as_str().to_owned());
    // Nothing is read behind a comment (mystrtok.c, mystrtokq_cw).
    let names = names.take_while(|table| !table.starts_with('#')).collect();
    let purpose = match param {
        "transport_maps" | "sender_dependent_default_transport_maps" => Purpose::Transport,
        "sender_dependent_relayhost_maps" => Purpose::Nothing,
        "smtpd_sender_login_maps" => Purpose::Asked,
        _ => Purpose::Presence,
    };
    MapList { names, substitutes: !UNSUBSTITUTED.contains(&param), purpose }
}

/// A value that may hold what only the host knows.
fn of_host(text: String) -> Result<String, Missing> {
    if text.contains("$my") { Err(missing_host_name()) } else { Ok(text) }
}

/// myorigin; in Debian the name of a file that holds it.
// mail_params.c, mail_params_init with MYORIGIN_FROM_FILE
fn origin(config: &Config<'_>, text: &str) -> Result<String, Missing> {
    if !text.starts_with('/') {
        return of_host(text.to_owned());
    }
    match file_lines(config, text) {
        Lines::Known(lines) => Ok(lines.first().map(|line| line.as_str().trim().to_owned()).unwrap_or_default()),
        // Without the file no program starts.
        Lines::None => Ok(String::new()),
        Lines::Unknown(missing) => Err(missing),
    }
}
