//! Whom a list of client patterns names: nobody, some, or the whole Internet.

use ipnet::IpNet;
use postproof_catalog::suffix::is_public_suffix;
use postproof_diag::{Span, Text, text};
use postproof_model::{Model, Network, NetworkKind, Presence, Scope, TableContent, table_ref, words};
use postproof_syntax::table::TableSyntax;

/// Whom a list names.
#[derive(Clone, Debug)]
pub(super) enum Clients {
    /// These alone; without any, nobody.
    Listed(Vec<Text>),
    /// Everybody, or everybody who registers a name.
    World {
        /// The pattern that does it.
        pattern: String,
        /// Its place.
        place: Option<Span>,
    },
    /// What was not given decides.
    Unread {
        /// The pattern.
        pattern: String,
        /// Its place.
        place: Option<Span>,
    },
}

/// Reads a list of names and addresses in the order in which it is matched.
// namadr_list.c; match_list.c, match_list_match: the first match decides
pub(super) fn clients(model: &Model, scope: Scope, param: &str) -> Clients {
    let value = model.value(scope, param);
    if model.given.main_cf != Presence::Whole && !value.as_ref().is_some_and(|value| value.is_set()) {
        return Clients::Unread { pattern: param.to_owned(), place: None };
    }
    let Some(networks) = model.networks(scope, param) else {
        return Clients::Unread { pattern: param.to_owned(), place: value.and_then(|value| value.text_span()) };
    };
    let has_parents = words(&model.expand(scope, &parent_style(model, scope)))
        .iter()
        .any(|word| word.text.as_str().eq_ignore_ascii_case(param));
    let reader = Reader { model, has_parents };
    let (mut listed, mut closed, mut unread) = (Vec::new(), Closed::default(), None);
    for network in &networks {
        let found = reader.pattern(network);
        let pattern = network.text.as_str().to_owned();
        let place = network.text.span();
        match (found, network.negated) {
            (Named::Some(_), true) => {}
            (Named::World(family), true) => closed.close(family),
            (Named::Unread, true) => closed.perhaps = true,
            (Named::Some(whom), false) => listed.extend(whom),
            (Named::World(family), false) if closed.is_closed(family) => {}
            (Named::World(_), false) if closed.perhaps => unread = unread.or(Some((pattern, place))),
            (Named::World(_), false) => return Clients::World { pattern, place },
            (Named::Unread, false) => unread = unread.or(Some((pattern, place))),
        }
    }
    match unread {
        Some((pattern, place)) => Clients::Unread { pattern, place },
        None => Clients::Listed(listed),
    }
}

fn parent_style(model: &Model, scope: Scope) -> postproof_diag::SourceText {
    model.value(scope, "parent_domain_matches_subdomains").map(|value| value.text).unwrap_or_default()
}

/// Whether a network is so wide that nobody has all of it: fewer than 8 bits, of
/// IPv6 fewer than 16 outside the addresses that no router of the Internet knows.
pub(super) fn is_world(net: &IpNet) -> bool {
    match net {
        IpNet::V4(net) => net.prefix_len() < 8,
        IpNet::V6(net) => {
            let [first, ..] = net.network().segments();
            let is_local = first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
            net.prefix_len() < 16 && !(is_local && net.prefix_len() >= 7)
        }
    }
}

/// A network with the number of its addresses.
pub(super) fn sized(net: &IpNet) -> Text {
    match net {
        IpNet::V4(net) if net.prefix_len() < 32 => {
            let count = 1_u64 << (32 - u32::from(net.prefix_len()));
            text!("clients in `{net}` ({count} addresses)", "`{net}` 안의 클라이언트(주소 {count}개)")
        }
        IpNet::V4(net) => address(&net.addr().to_string()),
        IpNet::V6(net) if net.prefix_len() == 128 => address(&net.addr().to_string()),
        IpNet::V6(net) => text!("clients in `{net}`", "`{net}` 안의 클라이언트"),
    }
}

fn address(address: &str) -> Text {
    text!("the client `{address}`", "`{address}` 클라이언트")
}

/// Address families that a pattern before has shut out.
#[derive(Default)]
struct Closed {
    v4: bool,
    v6: bool,
    /// A table that was not given may shut out more.
    perhaps: bool,
}

#[derive(Clone, Copy)]
enum Family {
    V4,
    V6,
    /// By name, or by any key.
    Any,
}

impl Closed {
    fn close(&mut self, family: Family) {
        match family {
            Family::V4 => self.v4 = true,
            Family::V6 => self.v6 = true,
            Family::Any => (self.v4, self.v6) = (true, true),
        }
    }

    fn is_closed(&self, family: Family) -> bool {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
            Family::Any => self.v4 && self.v6,
        }
    }
}

/// Whom one pattern names.
enum Named {
    Some(Vec<Text>),
    World(Family),
    Unread,
}

struct Reader<'m> {
    model: &'m Model,
    /// Whether `example.org` stands for names below it too
    /// (parent_domain_matches_subdomains).
    has_parents: bool,
}

impl Reader<'_> {
    fn pattern(&self, network: &Network) -> Named {
        match &network.kind {
            NetworkKind::Net(net) => one_net(net),
            NetworkKind::Name => self.name(network.text.as_str().trim_start_matches('!')),
            NetworkKind::File => Named::Unread,
            NetworkKind::Table => self.table(network),
            NetworkKind::Invalid => Named::Some(Vec::new()),
        }
    }

    // match_ops.c, match_hostname: a pattern with a dot in front is for names
    // below it, and one without too if the list has parents.
    fn name(&self, name: &str) -> Named {
        if name.contains('$') {
            return Named::Unread;
        }
        // A client without a verified name is called `unknown` (qmqpd_peer.c).
        if name.eq_ignore_ascii_case("unknown") {
            return Named::World(Family::Any);
        }
        let bare = name.trim_start_matches('.');
        let is_tree = self.has_parents || name.starts_with('.');
        match (is_tree, is_public_suffix(bare)) {
            (true, true) => Named::World(Family::Any),
            (true, false) => Named::Some(vec![text!(
                "clients with a verified name in `{bare}`",
                "검증된 이름이 `{bare}` 도메인에 속하는 클라이언트"
            )]),
            (false, _) => Named::Some(vec![text!(
                "the client with the verified name `{bare}`",
                "`{bare}` 이름으로 검증된 클라이언트"
            )]),
        }
    }

    fn table(&self, network: &Network) -> Named {
        let skipped = network.text.as_str().len() - network.text.as_str().trim_start_matches('!').len();
        let bare = network.text.slice(skipped..network.text.as_str().len());
        let Some(table) = table_ref(&bare) else { return Named::Unread };
        // dict_static.c: every key is found, whatever stands behind the colon.
        if table.kind == "static" {
            return Named::World(Family::Any);
        }
        let TableContent::Text(content, syntax) = self.model.table_content(&table) else { return Named::Unread };
        let mut listed = Vec::new();
        for entry in content.entries() {
            let key = entry.key.as_str();
            let named = match (syntax, key.parse::<IpNet>(), key.parse::<std::net::IpAddr>()) {
                (TableSyntax::Pattern | TableSyntax::List, ..) => Named::Unread,
                (TableSyntax::Cidr, Ok(net), _) => one_net(&net),
                (TableSyntax::Cidr | TableSyntax::Indexed | TableSyntax::Aliases, _, Ok(ip)) => {
                    Named::Some(vec![address(&ip.to_string())])
                }
                (TableSyntax::Cidr, Err(_), Err(_)) => Named::Unread,
                (TableSyntax::Indexed | TableSyntax::Aliases, ..) => self.name(key),
            };
            match named {
                Named::Some(whom) => listed.extend(whom),
                Named::World(_) | Named::Unread => return named,
            }
        }
        Named::Some(listed)
    }
}

fn one_net(net: &IpNet) -> Named {
    match (is_world(net), net) {
        (false, _) => Named::Some(vec![sized(net)]),
        (true, IpNet::V4(_)) => Named::World(Family::V4),
        (true, IpNet::V6(_)) => Named::World(Family::V6),
    }
}
