//! Match lists: mynetworks, mydestination, relay_domains and their kin
//! (match_list.c, match_ops.c).

mod pattern;

use crate::address::is_host_name;
use crate::table::Found;
use crate::taken::Purpose;
use crate::{Config, Finding, Missing};
use pattern::What;
pub(crate) use pattern::{Lines, List, file_lines, missing_host_name, missing_interfaces};
use postproof_model::Scope;
use std::net::IpAddr;
use std::rc::Rc;

/// What is looked for.
#[derive(Clone, Copy)]
struct Sought<'s> {
    /// A name or any other text, with its case folded.
    name: Option<&'s str>,
    /// Whether names below a pattern match it.
    has_parents: bool,
    /// A client's address.
    address: Option<(IpAddr, &'s str)>,
}

impl Config<'_> {
    /// Whether a name equals a member (string list: mydestination …).
    pub(crate) fn in_string_list(&self, param: &'static str, name: &str) -> Finding {
        self.string_list(self.scope(), param, name)
    }

    /// Whether a name equals a member or is below one (domain list: relay_domains …).
    pub(crate) fn in_domain_list(&self, param: &'static str, name: &str) -> Finding {
        self.domain_list(self.scope(), param, name)
    }

    /// Whether a client is in a list of names and addresses (mynetworks …).
    pub(crate) fn in_network_list(&self, param: &'static str, name: &str, address: IpAddr) -> Finding {
        let list = self.list(self.scope(), param);
        let (name, text) = (folded(name), address.to_canonical().to_string());
        let address = Some((address.to_canonical(), text.as_str()));
        self.matches(&list, Sought { name: Some(&name), has_parents: true, address })
    }

    /// [`Config::in_string_list`] in the scope of another service.
    pub(crate) fn string_list(&self, scope: Scope, param: &'static str, name: &str) -> Finding {
        let name = folded(name);
        self.matches(&self.list(scope, param), Sought { name: Some(&name), has_parents: false, address: None })
    }

    /// [`Config::in_domain_list`] in the scope of another service.
    pub(crate) fn domain_list(&self, scope: Scope, param: &'static str, name: &str) -> Finding {
        let name = folded(name);
        self.matches(&self.list(scope, param), Sought { name: Some(&name), has_parents: true, address: None })
    }

    /// Whether names below a member of the list or a key of the table match.
    // match_parent_style.c
    pub(crate) fn matches_below(&self, scope: Scope, param: &str) -> bool {
        let list = self.list(scope, "parent_domain_matches_subdomains");
        self.matches(&list, Sought { name: Some(param), has_parents: false, address: None }) == Finding::Yes
    }

    pub(crate) fn list(&self, scope: Scope, param: &'static str) -> Rc<List> {
        let lists = if scope == self.scope() { &self.lists } else { &self.shared.lists };
        if let Some(list) = lists.borrow().get(param) {
            return Rc::clone(list);
        }
        let takes_below = param != "parent_domain_matches_subdomains" && self.matches_below(scope, param);
        let list = Rc::new(List::read(self, scope, param, takes_below));
        lists.borrow_mut().insert(param, Rc::clone(&list));
        list
    }

    // match_list.c, match_list_match: the first pattern that matches decides
    fn matches(&self, list: &List, sought: Sought<'_>) -> Finding {
        let literal = list.literal(sought);
        let mut open: Vec<(Missing, bool)> = Vec::new();
        let before = list.others.iter().take_while(|other| literal.is_none_or(|(at, _)| other.at < at));
        let mut end = None;
        for other in before {
            match self.matches_other(list, &other.what, sought) {
                Finding::No => {}
                Finding::Yes => {
                    end = Some(if other.matches { Finding::Yes } else { Finding::No });
                    break;
                }
                Finding::Unknown(missing) => open.push((missing, other.matches)),
                Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => {
                    end = Some(Finding::Temporary);
                    break;
                }
            }
        }
        let end = end.unwrap_or(match literal {
            Some((_, true)) => Finding::Yes,
            Some((_, false)) | None => Finding::No,
        });
        let differs = |matches: &bool| end != if *matches { Finding::Yes } else { Finding::No };
        match open.into_iter().find(|(_, matches)| differs(matches)) {
            Some((missing, _)) => Finding::Unknown(missing),
            None => end,
        }
    }

    fn matches_other(&self, list: &List, what: &What, sought: Sought<'_>) -> Finding {
        match what {
            What::Table(table) => self.matches_table(list, table, sought),
            What::Net(net) => match sought.address {
                Some((address, _)) if net.contains(&address) => Finding::Yes,
                Some(_) | None => Finding::No,
            },
            // match_ops.c, match_hostaddr: asked for addresses of its own family only
            What::BadNet { ipv6 } => match sought.address {
                Some((address, _)) if address.is_ipv6() == *ipv6 => Finding::Temporary,
                Some(_) | None => Finding::No,
            },
            What::NoFile => Finding::Temporary,
            What::UnknownFile(missing) => self.matches_unknown_file(missing, sought),
            What::Host { before, after, missing } => {
                let may_be = |name: &str| {
                    name.len() > before.len() + after.len()
                        && name.starts_with(&**before)
                        && name.ends_with(&**after)
                        && is_host_name(name)
                };
                if sought.name.is_some_and(may_be) { Finding::Unknown(missing.clone()) } else { Finding::No }
            }
            What::HostNetworks(missing) => match sought.address {
                Some(_) => Finding::Unknown(missing.clone()),
                None => Finding::No,
            },
        }
    }

    /// Whether a file that was not given has what is sought, as the usual
    /// answers to `file:/etc/postfix/domains:example.com` have it.
    fn matches_unknown_file(&self, missing: &Missing, sought: Sought<'_>) -> Finding {
        let keys = [sought.name, sought.address.map(|(_, address)| address)];
        let ask = |key: &str| self.world.usual(&format!("{}:{key}", missing.question));
        let answers: Vec<_> = keys.into_iter().flatten().map(ask).collect();
        if answers.iter().flatten().any(|answer| answer != "none") {
            Finding::Yes
        } else if answers.iter().all(Option::is_some) {
            Finding::No
        } else {
            Finding::Unknown(missing.clone())
        }
    }

    // match_ops.c, match_string, match_hostname and match_hostaddr
    fn matches_table(&self, list: &List, table: &str, sought: Sought<'_>) -> Finding {
        let mut unknown = None;
        // Tables of patterns are asked for the whole name only.
        let forms = if self.is_pattern_table(table) { 1 } else { usize::MAX };
        let mut ask = |key: &str| match self.taken.within(Purpose::Member, || self.ask(table, key)) {
            Found::Nothing => None,
            Found::Value(..) => Some(Finding::Yes),
            Found::Fails | Found::Broken => Some(Finding::Temporary),
            Found::Unknown(missing) => {
                unknown.get_or_insert(missing);
                None
            }
        };
        if let Some(name) = sought.name {
            let found = if sought.has_parents { list.forms(name).take(forms).find_map(&mut ask) } else { ask(name) };
            if let Some(found) = found {
                return found;
            }
        }
        if let Some(found) = sought.address.and_then(|(_, address)| ask(address)) {
            return found;
        }
        unknown.map_or(Finding::No, Finding::Unknown)
    }
}

/// What stands in a match list.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// Names and whatever else is plain text, addresses among it, in small letters.
    pub names: Vec<String>,
    /// Tables: `type:name`.
    pub tables: Vec<String>,
    /// Networks.
    pub networks: Vec<ipnet::IpNet>,
    /// Files that were not given.
    pub unknown: Vec<Missing>,
}

/// Text with its case folded.
// casefold.c
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase()
}

impl List {
    /// The plain patterns, the tables and the networks of the list, whatever they stand
    /// for, and whether more may be in it.
    pub(crate) fn members(&self) -> Members {
        let mut members =
            Members { names: self.literals.keys().map(ToString::to_string).collect(), ..Members::default() };
        members.names.sort_unstable();
        for other in &self.others {
            match &other.what {
                What::Table(table) => members.tables.push(table.to_string()),
                What::Net(net) => members.networks.push(*net),
                What::UnknownFile(missing) => members.unknown.push(missing.clone()),
                What::BadNet { .. } | What::NoFile | What::Host { .. } | What::HostNetworks(_) => {}
            }
        }
        members
    }

    /// The first literal pattern that matches, and whether it stands for a match.
    fn literal(&self, sought: Sought<'_>) -> Option<(usize, bool)> {
        let get = |key: &str| self.literals.get(key).copied();
        let mut first = None;
        let mut take = |found: Option<(usize, bool)>| {
            if found.is_some_and(|(at, _)| first.is_none_or(|(known, _)| at < known)) {
                first = found;
            }
        };
        if let Some(name) = sought.name {
            take(get(name));
            if sought.has_parents {
                // match_ops.c, match_hostname
                for (dot, _) in name.match_indices('.').filter(|(dot, _)| *dot > 0) {
                    let from = if self.takes_below { dot + 1 } else { dot };
                    take(name.get(from..).filter(|parent| !parent.is_empty()).and_then(get));
                }
            }
        }
        if let Some((_, address)) = sought.address {
            take(get(address));
            take(get(&format!("[{address}]")));
        }
        first
    }

    /// A name and its parents, as tables are asked for them.
    fn forms<'n>(&self, name: &'n str) -> impl Iterator<Item = &'n str> + use<'n> {
        let skip = usize::from(self.takes_below);
        let mut next = Some(name);
        std::iter::from_fn(move || {
            let form = next.filter(|form| !form.is_empty())?;
            let mut chars = form.char_indices().skip(1);
            next = chars.find(|(_, ch)| *ch == '.').and_then(|(dot, _)| form.get(dot + skip..));
            Some(form)
        })
    }
}

#[cfg(test)]
mod tests;
