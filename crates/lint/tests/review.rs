//! The review report, pasted whole: what the rules must say about it, and where.

mod common;

use std::path::Path;

#[test]
fn every_fault_of_the_review_is_found_at_its_line() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/review.ko.md");
    let text = std::fs::read_to_string(path).unwrap();
    let line = |start: u32| text.bytes().take(start as usize).filter(|byte| *byte == b'\n').count() + 1;
    let mut found: Vec<_> = common::findings(&text)
        .iter()
        .map(|one| (line(one.primary.span.start), one.severity.word(), one.rule))
        .filter(|(_, _, rule)| {
            ["tls-", "sasl-", "chain-", "spoof-", "class-"].iter().any(|group| rule.starts_with(group))
                || rule.ends_with("-parameter")
        })
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (23, "info", "class-mydest-vmailbox"),
            (40, "hint", "sasl-broken-clients"),
            (45, "warning", "tls-snakeoil"),
            (47, "error", "sasl-plaintext-without-tls"),
            (62, "warning", "chain-helo-not-required"),
            (63, "warning", "spoof-no-sender-ownership"),
            (64, "hint", "chain-trailing-permit"),
            (69, "info", "cfg-unused-parameter"),
            (70, "info", "cfg-unused-parameter"),
            (71, "info", "cfg-unused-parameter"),
        ]
    );
}
