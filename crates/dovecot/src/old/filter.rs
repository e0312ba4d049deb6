//! `local`, `local_name`, `remote` and `protocol` of 2.3.

use super::Reader;
use crate::net::NotANet;
use crate::{Net, NodeId, ProblemKind, Step};
use postproof_syntax::dovecot::exact::ExactLine;

/// For whom a block holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) local: Option<Net>,
    pub(super) local_name: Option<String>,
    pub(super) remote: Option<Net>,
    pub(super) protocol: Option<String>,
}

impl Filter {
    /// Whether it names an address or a server name.
    // config-parser.c, config_parser_is_in_localremote: a network of no bits is none
    pub(super) fn is_connection(&self) -> bool {
        self.local_name.is_some() || has_bits(self.local.as_ref()) || has_bits(self.remote.as_ref())
    }

    /// Whether what holds here holds for a protocol wherever it is used.
    // config-filter.c, config_filter_match, with the protocol alone to match
    pub(super) fn takes(&self, protocol: Option<&str>) -> bool {
        let fits = match (&self.protocol, protocol) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(asked)) => match mine.strip_prefix('!') {
                Some(other) => other != asked,
                None => mine == asked,
            },
        };
        fits && !self.is_connection()
    }
}

fn has_bits(net: Option<&Net>) -> bool {
    net.is_some_and(|net| net.range.is_none_or(|(_, bits)| bits > 0))
}

impl Reader<'_> {
    /// Opens a filter, if the keyword is one.
    // config-parser.c, config_filter_add_new_filter
    pub(super) fn filter(&mut self, line: &ExactLine, key: &str, value: &str) -> bool {
        if !matches!(key, "protocol" | "local" | "local_name" | "remote") {
            return false;
        }
        let Some(open) = self.stack.last() else { return true };
        let (parent, prefix) = (open.filter.clone(), open.prefix.clone());
        let mut filter = parent.clone();
        let around = |parent: &Filter, key: &str| -> Option<&'static str> {
            let order: &[(&str, bool)] = &[
                ("remote", key != "remote" && key != "protocol" && has_bits(parent.remote.as_ref())),
                ("protocol", parent.protocol.is_some()),
                ("local_name", key == "local" && parent.local_name.is_some()),
            ];
            order.iter().find(|(_, is_wrong)| *is_wrong).map(|(name, _)| match *name {
                "remote" => "remote",
                "local_name" => "local_name",
                _ => "protocol",
            })
        };
        let fault = match around(&parent, key) {
            Some("protocol") if key == "protocol" => {
                Some((ProblemKind::Nesting, "Nested protocol { protocol { .. } } block not allowed".to_owned()))
            }
            Some(outer) => Some((
                ProblemKind::Nesting,
                format!("{outer} {{ {key} {{ .. }} }} not allowed (use {key} {{ {outer} {{ .. }} }} instead)"),
            )),
            None => match key {
                "protocol" => {
                    filter.protocol = Some(value.to_owned());
                    None
                }
                "local_name" => {
                    filter.local_name = Some(value.to_owned());
                    None
                }
                "local" => network(key, value, parent.local.as_ref(), &mut filter.local),
                _ => network(key, value, parent.remote.as_ref(), &mut filter.remote),
            },
        };
        if let Some((kind, words)) = fault {
            self.stop(kind, line.span, words, value);
        }
        let node = self.filter_node(&filter);
        if let Some(node) = self.out.node_mut(node) {
            node.opened.push(line.span);
        }
        self.push(line, None, node, filter, prefix, false);
        true
    }

    /// The block of a filter: how its parts are nested in the text is all the same.
    // config-filter.c, config_filters_equal
    fn filter_node(&mut self, filter: &Filter) -> NodeId {
        let mut node = NodeId::ROOT;
        if let Some(net) = &filter.local {
            node = self.out.child_or_new(node, &net_key("local", net), || Step::Local(net.clone()));
        }
        if let Some(name) = &filter.local_name {
            let key = format!("local_name:{}", name.to_ascii_lowercase());
            node = self.out.child_or_new(node, &key, || Step::LocalName(name.clone()));
        }
        if let Some(net) = &filter.remote {
            node = self.out.child_or_new(node, &net_key("remote", net), || Step::Remote(net.clone()));
        }
        if let Some(name) = &filter.protocol {
            let key = format!("protocol:{name}");
            node = self.out.child_or_new(node, &key, || Step::Protocol(name.clone()));
        }
        node
    }
}

/// The key of a network: its address and bits, not how it is written.
pub(crate) fn net_key(kind: &str, net: &Net) -> String {
    match net.range {
        Some((ip, bits)) => format!("{kind}:{ip}/{bits}"),
        None => format!("{kind}:{}", net.text),
    }
}

/// Reads the network of `local` or `remote`; it must lie within the one around it.
pub(crate) fn network(
    key: &str,
    value: &str,
    around: Option<&Net>,
    place: &mut Option<Net>,
) -> Option<(ProblemKind, String)> {
    match Net::parse(value) {
        Ok(net) => {
            let outside = around.is_some_and(|around| has_bits(Some(around)) && !net.is_inside(around));
            *place = Some(net);
            outside.then(|| {
                let words = format!("{key} net1 {{ {key} net2 {{ .. }} }} requires net2 to be inside net1");
                (ProblemKind::Nesting, words)
            })
        }
        Err(NotANet::Mask(mask)) => {
            *place = Some(Net { text: value.to_owned(), range: None });
            Some((ProblemKind::WrongValue, format!("Invalid network mask: {mask}")))
        }
        Err(NotANet::Host(host)) => {
            *place = Some(Net { text: value.to_owned(), range: None });
            let words = format!("gethostbyname({host}) failed: Name or service not known");
            Some((ProblemKind::HostName, words))
        }
    }
}
