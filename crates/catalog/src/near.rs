//! Which known name a misspelt one means.

use std::cmp::Reverse;

use strsim::osa_distance;

/// No name is longer than this; longer input is no misspelt name.
const LONGEST: usize = 100;

/// The candidate whose name is nearest, if one is near enough to be meant:
/// two edits, one edit in a short name, or nothing but underscores, dashes and
/// case. Of equally near ones, the one that begins alike for longest.
pub(crate) fn nearest<T>(name: &str, candidates: impl Iterator<Item = (&'static str, T)>) -> Option<T> {
    if name.len() > LONGEST || squeezed(name).next().is_none() {
        return None;
    }
    let length = name.chars().count();
    let letters = letters(name);
    let allowed = if length < 8 { 1 } else { 2 };
    let near = candidates.filter_map(|(candidate, value)| {
        // An edit changes the length by one at most and puts at most one
        // letter in the place of another. Most names end here.
        let may_be_near = candidate.len().abs_diff(length) <= allowed
            && (letters ^ self::letters(candidate)).count_ones() as usize <= 2 * allowed;
        let distance = if squeezed(name).eq(squeezed(candidate)) {
            0
        } else if may_be_near {
            osa_distance(name, candidate)
        } else {
            return None;
        };
        let rank = (distance, Reverse(common_start(name, candidate)), candidate);
        (distance <= allowed).then_some((rank, value))
    });
    near.min_by(|(left, _), (right, _)| left.cmp(right)).map(|(_, value)| value)
}

fn squeezed(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase())
}

/// One bit for each letter that occurs.
fn letters(name: &str) -> u64 {
    name.chars().fold(0, |bits, letter| bits | 1 << (u32::from(letter) % 64))
}

fn common_start(left: &str, right: &str) -> usize {
    left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["smtp_bind_address", "smtpd_bind_address", "relayhost", "reject"];

    fn near(name: &str) -> Option<&'static str> {
        nearest(name, NAMES.iter().map(|name| (*name, *name)))
    }

    #[test]
    fn two_edits_are_near_in_a_long_name_and_one_in_a_short_one() {
        assert_eq!(near("relayhsot"), Some("relayhost"));
        assert_eq!(near("relaxhosts"), Some("relayhost"));
        assert_eq!(near("relaxhoosts"), None);
        assert_eq!(near("rejct"), Some("reject"));
        assert_eq!(near("rejc"), None);
    }

    #[test]
    fn of_equally_near_names_the_one_that_begins_alike_wins() {
        assert_eq!(near("smtpd_bind_addres"), Some("smtpd_bind_address"));
        assert_eq!(near("smtpbind_address"), Some("smtp_bind_address"));
        assert_eq!(near("relay-host"), Some("relayhost"));
    }

    #[test]
    fn letters_outside_ascii_count_as_one_edit_each() {
        assert_eq!(near("relayhöst"), Some("relayhost"));
        assert_eq!(near("한글한글한글한글한"), None);
    }
}
