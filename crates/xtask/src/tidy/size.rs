//! Files and functions that have grown too long to read in one go. Tests do not count.

use super::Finding;

const FILE_GOAL_LINES: usize = 400;
const FILE_LIMIT_LINES: usize = 700;
const FUNCTION_LIMIT_LINES: usize = 70;

pub(super) fn check(text: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().take_while(|line| *line != "#[cfg(test)]").collect();
    let mut findings = functions(&lines);
    let count = lines.len();
    if count > FILE_GOAL_LINES {
        let message =
            format!("{count} lines without tests; {FILE_GOAL_LINES} is the goal, {FILE_LIMIT_LINES} the limit");
        findings.push(Finding { line: 0, message, fatal: count > FILE_LIMIT_LINES });
    }
    findings
}

fn functions(lines: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (start, line) in lines.iter().enumerate().filter(|(_, line)| starts_function(line)) {
        // rustfmt puts the brace that closes a body under the line that opened it.
        let indent: String = line.chars().take_while(|char| *char == ' ').collect();
        let end = format!("{indent}}}");
        let is_last = |line: &&str| **line == *end || (line.starts_with(&format!("{indent})")) && line.ends_with(';'));
        if line.ends_with(['}', ';']) {
            continue;
        }
        let Some(length) = lines.iter().skip(start).position(is_last).map(|place| place + 1) else { continue };
        if length > FUNCTION_LIMIT_LINES {
            findings.push(Finding::new(
                start + 1,
                format!("a function of {length} lines; {FUNCTION_LIMIT_LINES} are allowed"),
            ));
        }
    }
    findings
}

fn starts_function(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| {
        word.starts_with("pub") || matches!(*word, "const" | "async" | "unsafe" | "extern" | "\"C\"")
    });
    words.next() == Some("fn")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: usize) -> String {
        format!(
            "impl X {{\n    pub(crate) fn long(\n        x: u8,\n    ) {{\n{}    }}\n}}\n",
            "        go();\n".repeat(lines - 4)
        )
    }

    #[test]
    fn a_function_is_measured_from_its_name_to_its_brace() {
        assert_eq!(check(&function(70)), []);
        let findings = check(&function(71));
        assert_eq!((findings.len(), findings[0].line), (1, 2), "{findings:?}");
    }

    #[test]
    fn declarations_and_one_liners_have_no_body() {
        let text = format!(
            "trait X {{\n    fn a(\n        &self,\n    ) -> u8;\n    fn b() {{}}\n{}}}\n",
            "    const C: u8 = 1;\n".repeat(80)
        );
        assert_eq!(check(&text), []);
    }

    #[test]
    fn a_long_file_is_noted_and_a_huge_one_refused_and_tests_do_not_count() {
        let fatal = |lines: usize| check(&"use x;\n".repeat(lines)).first().map(|finding| finding.fatal);
        assert_eq!((fatal(400), fatal(401), fatal(701)), (None, Some(false), Some(true)));
        assert_eq!(check(&format!("#[cfg(test)]\nmod tests {{}}\n{}", "x\n".repeat(900))), []);
    }
}
