//! What kind of text a part is, by its content.

use super::PartKind;
use super::evidence::Family;
use crate::main_cf::name_and_value;

/// Settings in name order that can't be chance: `postconf -n` sorts.
const SORTED_SETTINGS: usize = 15;
/// Nobody sets as many parameters as `postconf` prints with all defaults.
const ALL_SETTINGS: usize = 300;

/// The kind of a text of this grammar that nothing announces.
pub(super) fn kind<'t>(family: Family, lines: impl Iterator<Item = &'t str>, doveconf: bool) -> PartKind {
    match family {
        Family::Main => main_kind(lines),
        Family::Master => PartKind::MasterCf,
        Family::Overrides => PartKind::PostconfP,
        Family::Dovecot if doveconf => PartKind::DoveconfN,
        Family::Dovecot => PartKind::DovecotConf,
        Family::Client => PartKind::ClientFile,
        Family::Table => PartKind::Table,
        Family::Listing => PartKind::Listing,
    }
}

fn main_kind<'t>(lines: impl Iterator<Item = &'t str>) -> PartKind {
    let mut settings = 0;
    let mut sorted = true;
    let mut last = "";
    for line in lines.filter(|line| !line.is_empty()) {
        match name_and_value(line) {
            Ok((_, (name, _))) if !line.starts_with([' ', '\t', '#']) => {
                sorted &= last < name;
                last = name;
                settings += 1;
            }
            _ => sorted = false,
        }
    }
    match settings {
        _ if settings > ALL_SETTINGS => PartKind::PostconfAll,
        _ if sorted && settings >= SORTED_SETTINGS => PartKind::PostconfN,
        _ => PartKind::MainCf,
    }
}

/// The host that the header of `doveconf -n` names.
pub(super) fn hostname<'t>(mut lines: impl Iterator<Item = &'t str>) -> Option<String> {
    let host = lines.find_map(|line| line.strip_prefix("# Hostname:"))?.trim();
    (!host.is_empty()).then(|| host.to_owned())
}
