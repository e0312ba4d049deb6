//! Counts of tests, read from what cargo's and Node's test runners print.

use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Tally {
    /// Counts one test.
    pub(crate) fn count(&mut self, passed: bool) {
        *self += if passed { Self { passed: 1, failed: 0 } } else { Self { passed: 0, failed: 1 } };
    }

    /// What the line adds: `test result: ok. 3 passed; 0 failed; …`, or `# pass 3` and
    /// `# fail 0` of the TAP that Node prints.
    pub(crate) fn of_line(line: &str) -> Self {
        let number = |text: &str| text.trim().parse().unwrap_or(0);
        if let Some(count) = line.strip_prefix("# pass ") {
            return Self { passed: number(count), failed: 0 };
        }
        if let Some(count) = line.strip_prefix("# fail ") {
            return Self { passed: 0, failed: number(count) };
        }
        let Some(result) = line.strip_prefix("test result: ") else { return Self::default() };
        let before = |word: &str| {
            let part = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(word));
            part.map_or(0, number)
        };
        Self { passed: before(" passed"), failed: before(" failed") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_are_understood() {
        let cargo =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.40s";
        assert_eq!(Tally::of_line(cargo), Tally { passed: 12, failed: 3 });
        assert_eq!(Tally::of_line("# pass 7"), Tally { passed: 7, failed: 0 });
        assert_eq!(Tally::of_line("# fail 2"), Tally { passed: 0, failed: 2 });
        assert_eq!(Tally::of_line("test parse::name ... ok"), Tally::default());
    }
}
