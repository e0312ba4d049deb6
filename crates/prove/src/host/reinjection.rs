//! Services that take mail back from a content filter.

use super::clients::{Clients, clients};
use super::{HostClaim, HostProof, all_hold};
use postproof_diag::{Text, text};
use postproof_model::{Entry, EntryKind, Exposure, Model, Presence, RestrictionList, Scope, Service, words};

const CLAIM: HostClaim = HostClaim::ReinjectionFromLoopbackOnly;

/// The ports that FILTER_README and amavisd-new use for mail that comes back.
const PORTS: [u16; 3] = [10025, 10026, 10027];

/// The lists that can refuse a client before its mail is taken.
const LISTS: [&str; 5] = [
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
];

pub(super) fn proofs(model: &Model) -> Vec<HostProof> {
    let back = model.services.iter().filter(|service| service.is_smtpd() && takes_back(model, service));
    let mut each: Vec<HostProof> = back.map(|service| proof(model, service)).collect();
    let filter = model.text(Scope::Main, "content_filter");
    if each.is_empty() && !filter.is_empty() && model.given.master_cf != Presence::Whole {
        each.push(HostProof::depends(CLAIM, NOT_SEEN, MASTER_MISSING));
    }
    let reason = if each.is_empty() { NONE } else { CLOSED };
    all_hold(CLAIM, reason, each)
}

/// Whether the options of a service say that its mail has been filtered.
// FILTER_README, Advanced content filter example
fn takes_back(model: &Model, service: &Service) -> bool {
    let unfiltered = service.option("content_filter").is_some_and(|option| option.value.trimmed().is_empty())
        && (!model.text(Scope::Main, "content_filter").is_empty() || model.given.main_cf != Presence::Whole);
    let unchecked = service.option("receive_override_options").is_some_and(|option| {
        words(&option.value).iter().any(|word| word.text.as_str() == "no_unknown_recipient_checks")
    });
    let port = service.endpoint.as_ref().and_then(|endpoint| endpoint.port_number);
    unfiltered || unchecked || port.is_some_and(|port| PORTS.contains(&port))
}

fn proof(model: &Model, service: &Service) -> HostProof {
    let decided = match service.exposure {
        Exposure::Loopback | Exposure::Socket => HostProof::holds(CLAIM, CLOSED),
        Exposure::Network | Exposure::Passed => by_lists(model, service),
    };
    let decided = match decided.verdict {
        super::HostVerdict::Fails if model.given.main_cf != Presence::Whole => {
            HostProof::depends(CLAIM, decided.reason, MAIN_MISSING)
        }
        super::HostVerdict::Holds
        | super::HostVerdict::Fails
        | super::HostVerdict::Depends
        | super::HostVerdict::Unknown => decided,
    };
    decided.at(service.name_span.or(service.span)).of(service.label())
}

/// Whether a list refuses everybody but the listed clients.
fn by_lists(model: &Model, service: &Service) -> HostProof {
    let scope = Scope::Service(service.id);
    let mut unsure = None;
    for param in LISTS {
        match gate(&model.restriction_list(scope, param)) {
            Gate::Nobody => return HostProof::holds(CLAIM, CLOSED),
            Gate::Networks => match clients(model, scope, "mynetworks") {
                Clients::Listed(listed) => return HostProof::holds(CLAIM, CLOSED).except(by_networks(listed)),
                Clients::World { .. } => {}
                Clients::Unread { .. } => unsure = unsure.or(Some(("mynetworks", "mynetworks".to_owned()))),
            },
            Gate::Perhaps(word) => unsure = unsure.or(Some((param, word))),
            Gate::Open => {}
        }
    }
    match unsure {
        Some((param, word)) => HostProof::depends(CLAIM, perhaps(param, &word), look_up(param)),
        None => HostProof::fails(CLAIM, open(&service.name)),
    }
}

/// The listed clients that are not this host alone.
fn by_networks(listed: Vec<Text>) -> Vec<Text> {
    let is_here = |whom: &Text| ["`127.", "`::1"].iter().any(|here| whom.en.contains(here));
    listed
        .into_iter()
        .filter(|whom| !is_here(whom))
        .map(|whom| text!("{whom}, by `mynetworks`", "{whom}: `mynetworks` 설정으로 허용", whom = whom))
        .collect()
}

/// Whom a list lets past.
enum Gate {
    /// Nobody at all.
    Nobody,
    /// Clients of mynetworks alone.
    Networks,
    /// Whoever meets this entry, which is not looked into.
    Perhaps(String),
    /// Everybody.
    Open,
}

fn gate(list: &RestrictionList) -> Gate {
    let mut networks = false;
    let mut perhaps = None;
    for entry in list.flat() {
        if entry.warn_if_reject.is_some() {
            continue;
        }
        match entry {
            _ if entry.is("permit") => break,
            _ if entry.is("reject") || entry.is("defer") => {
                return match (perhaps, networks) {
                    (Some(word), _) => Gate::Perhaps(word),
                    (None, true) => Gate::Networks,
                    (None, false) => Gate::Nobody,
                };
            }
            _ if entry.is("permit_mynetworks") => networks = true,
            _ if only_refuses(entry) => {}
            _ => perhaps = perhaps.or(Some(entry.word.clone())),
        }
    }
    // Without a final refusal a table may still hold one for all.
    Gate::Open
}

/// Whether no answer of the entry lets a client past the rest of the list.
fn only_refuses(entry: &Entry) -> bool {
    match &entry.kind {
        EntryKind::Builtin(restriction) => restriction.name.starts_with("reject_"),
        EntryKind::BareTable(_)
        | EntryKind::Class(_)
        | EntryKind::UndefinedClass
        | EntryKind::Recursive
        | EntryKind::Unknown => false,
    }
}

const NONE: Text = Text::fixed(
    "no service takes mail back from a content filter",
    "콘텐츠 필터에서 메일을 돌려받는 서비스가 없습니다",
);
const CLOSED: Text = Text::fixed(
    "what takes mail back from a content filter is closed to other hosts",
    "콘텐츠 필터에서 메일을 돌려받는 서비스는 다른 호스트에 닫혀 있습니다",
);
const NOT_SEEN: Text = Text::fixed(
    "mail goes through a content filter, and the service that takes it back was not given",
    "메일이 콘텐츠 필터를 거치는데 메일을 돌려받는 서비스가 주어지지 않았습니다",
);
const MASTER_MISSING: Text = Text::fixed(
    "master.cf as a whole: `postconf -M`. The service that takes mail back must listen at 127.0.0.1",
    "master.cf 전체: `postconf -M`. 메일을 돌려받는 서비스는 127.0.0.1에서 기다려야 합니다",
);
const MAIN_MISSING: Text = Text::fixed(
    "main.cf as a whole: `postconf -n`. `inet_interfaces` must be of this host alone, or a list must refuse other clients",
    "main.cf 전체: `postconf -n`. `inet_interfaces` 주소가 이 호스트만의 것이거나 목록이 다른 클라이언트를 거부해야 합니다",
);

fn open(name: &str) -> Text {
    text!(
        "other hosts can hand mail to `{name}`, past the filter",
        "다른 호스트가 필터를 건너뛰고 `{name}` 서비스에 메일을 넘길 수 있습니다"
    )
}

fn perhaps(param: &str, word: &str) -> Text {
    text!(
        "`{word}` in `{param}` decides which other hosts may hand mail over, past the filter",
        "`{param}` 설정의 `{word}` 항목이 필터를 건너뛰고 메일을 넘길 수 있는 다른 호스트를 정합니다"
    )
}

fn look_up(param: &str) -> Text {
    text!(
        "whom `{param}` lets past for this service: it must be the host of the filter alone",
        "이 서비스에서 `{param}` 설정이 통과시키는 클라이언트: 필터가 있는 호스트뿐이어야 합니다"
    )
}
