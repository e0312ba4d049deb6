//! Lines that can't be read: each is said, and a flood of them is summed up.

mod common;

#[test]
fn a_flood_of_unreadable_lines_is_summed_up() {
    let text = format!(
        "==> /etc/postfix/main.cf <==\nmyhostname = mx.example.org\n{}mydestination = localhost\n",
        "mail_name = a\n= x\n".repeat(500)
    );
    let found = common::findings(&text);
    let syntax: Vec<_> = found.iter().filter(|finding| finding.rule == "cfg-syntax").collect();
    assert_eq!(syntax.len(), 51);
    assert!(syntax.iter().any(|finding| finding.message.en.starts_with("450 more places")));
}

#[test]
fn a_setting_without_its_sign_is_said_in_a_paste_too() {
    let found = common::findings("mydestination = localhost\nmynetworks 127.0.0.0/8\nrelay_domains = example.org\n");
    assert!(found.iter().any(|finding| finding.rule == "cfg-syntax" && finding.primary.span.start == 26));
}

#[test]
fn a_sentence_that_begins_with_a_parameter_is_no_setting() {
    let found = common::findings("mydestination = localhost\n\nrelay_domains is empty here.\nThanks\n");
    assert!(found.iter().all(|finding| finding.rule != "cfg-syntax"));
}
