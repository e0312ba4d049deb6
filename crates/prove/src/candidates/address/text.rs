//! Addresses that patterns tell apart: tables of patterns are asked for the address as
//! text. IPv4 is followed byte by byte through all networks at once; of IPv6, whose text
//! has a form of its own for every run of zeros, both forms are followed as text.

use super::{Nets, ROLES};
use crate::candidates::{Lens, Standing};
use crate::limits::{Limit, MAX_POOL};
use crate::strings::{Automata, Read, Reads, Segment};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;

/// Addresses outside of every network that a pattern may hold and still name particular
/// clients: a network of 16 bits.
const MAX_NAMED: u64 = 1 << 16;

/// An address for each combination of patterns and networks.
pub(super) fn addresses(lens: &Lens<'_, '_>, nets: &Nets, limits: &mut BTreeSet<Limit>) -> Vec<(IpAddr, Standing)> {
    let mut found = Vec::new();
    for config in lens.configs {
        let tables: Vec<Read> =
            lens.words.asked(ROLES).map(|asked| (Reads::Whole, asked.table.clone(), asked.role)).collect();
        let segments = [Segment::Ipv6 { is_short: false }, Segment::Ipv6 { is_short: true }];
        let mut automata =
            Automata::of(config, &tables, &|role, answer| lens.alike(role, answer), &segments, &lens.steps);
        if automata.is_empty() {
            continue;
        }
        match (ipv4(&mut automata, nets), ipv6(&mut automata, nets, &segments)) {
            (Some(four), Some(six)) => found.extend(four.into_iter().chain(six)),
            (four, six) => {
                limits.insert(Limit::Patterns);
                found.extend(four.into_iter().chain(six).flatten());
            }
        }
    }
    found
}

/// Where a walk through the bytes of an address stands: the state of the patterns, and
/// the networks that addresses with these bytes can be in.
type At = (u32, Rc<[u32]>);

/// What leads there: how many addresses, and the first bytes of one.
#[derive(Clone, Copy, Default)]
struct Way {
    count: u64,
    first: u32,
}

fn ipv4(automata: &mut Automata, nets: &Nets) -> Option<Vec<(IpAddr, Standing)>> {
    let all: Vec<(u32, u32)> = nets.all.iter().filter_map(range).collect();
    let every: Rc<[u32]> = (0..u32::try_from(all.len()).ok()?).collect();
    let mut level: BTreeMap<At, Way> = BTreeMap::from([((automata.start().0, every), Way { count: 1, first: 0 })]);
    for place in 0..4_u32 {
        let mut next: BTreeMap<At, Way> = BTreeMap::new();
        let shift = 8 * (3 - place);
        for ((tuple, inside), way) in &level {
            for byte in 0..=255_u32 {
                let first = way.first | (byte << shift);
                let text = if place == 0 { byte.to_string() } else { format!(".{byte}") };
                let to = automata.after(*tuple, &text)?;
                let last = first | ((1_u64 << shift) as u32).wrapping_sub(1);
                let meets =
                    |net: &&u32| all.get(**net as usize).is_some_and(|(low, high)| *low <= last && *high >= first);
                let inside: Rc<[u32]> = inside.iter().filter(meets).copied().collect();
                let known = next.entry((to, inside)).or_insert(Way { count: 0, first });
                known.count += way.count;
            }
        }
        level = next;
        if level.len() > MAX_POOL {
            return None;
        }
    }
    let mut by_answer: BTreeMap<(Vec<u32>, Rc<[u32]>), Way> = BTreeMap::new();
    for ((tuple, inside), way) in level {
        let known = by_answer.entry((automata.ends(tuple), inside)).or_insert(Way { count: 0, first: way.first });
        known.count += way.count;
    }
    // Outside of every narrow network it counts how many addresses have the answer in all.
    let mut free: BTreeMap<&Vec<u32>, u64> = BTreeMap::new();
    let address = |way: &Way| IpAddr::V4(Ipv4Addr::from_bits(way.first));
    for ((ends, _), way) in by_answer.iter().filter(|(_, way)| !nets.is_named(address(way))) {
        *free.entry(ends).or_default() += way.count;
    }
    let standing = |ends: &Vec<u32>, way: &Way| match free.get(ends) {
        Some(count) if *count > MAX_NAMED && !nets.is_named(address(way)) => Standing::Free,
        Some(_) | None => Standing::Named,
    };
    Some(by_answer.iter().map(|((ends, _), way)| (address(way), standing(ends, way))).collect())
}

fn range(net: &IpNet) -> Option<(u32, u32)> {
    match net {
        IpNet::V4(net) => Some((net.network().to_bits(), net.broadcast().to_bits())),
        IpNet::V6(_) => None,
    }
}

fn ipv6(automata: &mut Automata, nets: &Nets, segments: &[Segment]) -> Option<Vec<(IpAddr, Standing)>> {
    let start = [automata.start()];
    let mut found = Vec::new();
    for segment in segments {
        for (_, text) in automata.spread(&start, segment.clone())? {
            let Ok(address) = text.parse::<IpAddr>() else { continue };
            // Anything else is no text that smtpd writes.
            if address.to_string() == text {
                let standing = if nets.is_named(address) { Standing::Named } else { Standing::Free };
                found.push((address, standing));
            }
        }
    }
    Some(found)
}
