//! Where a place of the answered text is in the text that has since been typed.

/// One replaced stretch between two texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Drift {
    start: usize,
    old_end: usize,
    new_end: usize,
}

impl Drift {
    /// The stretch in which two texts differ.
    pub(crate) fn between(old: &[u8], new: &[u8]) -> Self {
        if old == new {
            return Self::default();
        }
        let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let most = old.len().min(new.len()) - start;
        let same = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
        Self { start, old_end: old.len() - same, new_end: new.len() - same }
    }

    /// The place in the new text; nothing if it was typed over.
    pub(crate) fn map(self, start: usize, end: usize) -> Option<(usize, usize)> {
        if end <= self.start && self.old_end >= self.start {
            return Some((start, end));
        }
        if start >= self.old_end {
            return Some((start - self.old_end + self.new_end, end - self.old_end + self.new_end));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_before_stay_after_move_and_within_vanish() {
        let drift = Drift::between(b"one two three", b"one 2222 three");
        assert_eq!(drift.map(0, 3), Some((0, 3)));
        assert_eq!(drift.map(4, 7), None);
        assert_eq!(drift.map(8, 13), Some((9, 14)));
    }

    #[test]
    fn an_insertion_moves_what_follows() {
        let drift = Drift::between(b"aa", b"aaa");
        assert_eq!(drift.map(0, 2), Some((0, 2)));
        assert_eq!(Drift::between(b"a\nb", b"x\na\nb").map(2, 3), Some((4, 5)));
    }

    #[test]
    fn no_difference_moves_nothing() {
        assert_eq!(Drift::between(b"same", b"same").map(1, 3), Some((1, 3)));
    }
}
