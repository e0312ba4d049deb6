//! The command lines that README shows are understood.

use crate::{postproof, said};

const README: &str = include_str!("../../../../README.md");
const RUN: &str = "cargo run -p postproof -- ";

#[test]
fn every_command_line_of_the_readme_is_understood() {
    let lines: Vec<&str> = README.lines().filter_map(|line| line.strip_prefix(RUN)).collect();
    assert!(!lines.is_empty(), "README shows the command line");
    for line in lines {
        let arguments: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        // What the paths hold differs from machine to machine; only the
        // arguments are judged here.
        let said = said(postproof(&arguments).write_stdin(""));
        assert!(!said.err.contains("Usage:"), "{line}: {}", said.err);
    }
}

#[test]
fn the_example_of_the_readme_is_what_comes_out() {
    let mut blocks = README.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    let (Some(input), Some(shown)) = (blocks.next(), blocks.next()) else { panic!("README shows an example") };
    let said = said(postproof(&["check", "-", "--lang", "en"]).write_stdin(input));
    assert!(said.out.contains(shown), "{}", said.out);
}
