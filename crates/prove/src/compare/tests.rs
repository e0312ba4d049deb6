use super::*;
use crate::testing::Setup;
use postproof_sim::World;

const COMMON: &str = "myhostname = mx.own.test\nmydestination = own.test\nmynetworks = 192.0.2.0/24\n\
    inet_interfaces = 127.0.0.1\nalias_maps =\nlocal_recipient_maps =\ncompatibility_level = 3.6\n";

fn compared_in(old: &str, new: &str, world: &World) -> Comparison {
    let config = |text: &str| {
        let setup = Setup::of(&format!("{COMMON}{text}"), &[], world.clone());
        Box::leak(Box::new(Box::leak(Box::new(setup)).config()))
    };
    compare(config(old), config(new))
}

fn compared(old: &str, new: &str) -> Comparison {
    compared_in(old, new, &World::closed())
}

/// Each change in short: kind, command, both codes.
fn told(comparison: &Comparison) -> Vec<(&'static str, Command, [u16; 2])> {
    assert!(!comparison.is_cut);
    let code = |change: &Change, side: usize| {
        reply_at(&change.outcomes[side], change.difference.place).map_or(0, |reply| reply.code)
    };
    let one = |change: &Change| {
        (change.difference.kind.name(), change.difference.place.0, [code(change, 0), code(change, 1)])
    };
    let mut told: Vec<_> = comparison.changes.iter().map(one).collect();
    told.dedup();
    told
}

#[test]
fn the_same_behaviour_in_other_words_is_no_change() {
    let old = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n";
    let new =
        "smtpd_recipient_restrictions = permit_mynetworks, permit_mynetworks, reject_unauth_destination, permit\n";
    assert_eq!(told(&compared(old, new)), []);
    assert_eq!(told(&compared(old, old)), []);
}

#[test]
fn a_guard_that_is_gone_newly_permits() {
    let old = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";
    let new = "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination\n\
        smtpd_recipient_restrictions = reject_non_fqdn_sender\n";
    let both = compared(old, new);
    assert!(!both.has(Kind::Permitted));
    let open =
        "smtpd_relay_restrictions = permit_mynetworks, check_client_access static:OK, reject_unauth_destination\n";
    let both = compared(old, open);
    assert!(both.has(Kind::Permitted));
    let change = &both.changes[0];
    let blamed: Vec<_> = change.blamed.iter().map(|one| (one.edit, &*one.entry.word)).collect();
    assert_eq!(blamed, [(Edit::Added, "check_client_access")]);
    assert!(change.assumed.is_empty());
}

#[test]
fn a_new_refusal_and_another_code_are_told_apart() {
    let old = "smtpd_sender_restrictions =\n";
    let new = "smtpd_sender_restrictions = check_sender_access inline:{{spam.test=REJECT}}\n";
    let both = told(&compared(old, new));
    assert_eq!(both[0], ("newly-refused", Command::Rcpt, [250, 554]));
    assert!(both[1..].iter().all(|one| matches!(one.0, "handled-otherwise" | "other-answer")));
    let other = "smtpd_sender_restrictions = check_sender_access inline:{{spam.test=DEFER}}\n";
    assert_eq!(told(&compared(new, other))[0], ("handled-otherwise", Command::Rcpt, [554, 450]));
}

#[test]
fn an_entry_that_moved_is_blamed_as_moved() {
    let old = "smtpd_recipient_restrictions = check_sender_access inline:{{spam.test=REJECT}}, permit_mynetworks\n";
    let new = "smtpd_recipient_restrictions = permit_mynetworks, check_sender_access inline:{{spam.test=REJECT}}\n";
    let both = compared(old, new);
    assert_eq!(told(&both), [("newly-permitted", Command::Rcpt, [554, 250])]);
    assert!(both.changes[0].blamed.iter().all(|one| one.edit == Edit::Moved));
    assert!(!both.changes[0].blamed.is_empty());
}

#[test]
fn unknown_answers_are_the_same_for_both() {
    let old = "smtpd_recipient_restrictions = reject_rbl_client list.test, permit_mynetworks\n";
    let same = "smtpd_recipient_restrictions = reject_rbl_client list.test, permit_mynetworks, permit\n";
    assert_eq!(told(&compared_in(old, same, &World::open())), []);
    let moved = "smtpd_recipient_restrictions = permit_mynetworks, reject_rbl_client list.test\n";
    let both = compared_in(old, moved, &World::open());
    assert!(both.has(Kind::Permitted) && !both.has(Kind::Refused));
    assert!(
        both.changes
            .iter()
            .all(|change| { change.assumed.iter().any(|one| one.missing.question.contains("list.test")) })
    );
}

#[test]
fn parameters_count_like_entries() {
    let old = "smtpd_helo_required = no\n";
    let new = "smtpd_helo_required = yes\n";
    assert_eq!(told(&compared(old, new))[0], ("newly-refused", Command::Mail, [250, 503]));
    assert!(!compared(old, new).has(Kind::Permitted));
    let narrow = "mynetworks = 192.0.2.0/25\n";
    assert!(compared("", narrow).has(Kind::Refused) && !compared("", narrow).has(Kind::Permitted));
}

#[test]
fn a_bounce_to_two_recipients_is_tried() {
    let old = "smtpd_data_restrictions =\n";
    let new = "smtpd_data_restrictions = reject_multi_recipient_bounce\n";
    assert!(compared(old, new).has(Kind::Refused));
}

/// The changes of a list of entries in a table for senders.
fn of_senders(old: &str, new: &str) -> Comparison {
    let list = |table: &str| format!("smtpd_sender_restrictions = check_sender_access inline:{{{table}}}\n");
    compared(&list(old), &list(new))
}

#[test]
fn what_is_done_with_a_message_counts() {
    let told_of = |old: &str, new: &str| told(&of_senders(old, new));
    for action in ["HOLD", "FILTER smtp:[127.0.0.1]:10025", "REDIRECT a@own.test", "BCC a@own.test", "PREPEND X-A: b"] {
        let with = format!("a.test=DUNNO, {{spam.test={action}}}");
        let without = "a.test=DUNNO";
        assert_eq!(told_of(without, &with), [("handled-otherwise", Command::EndOfData, [250, 250])], "{action}");
        assert_eq!(told_of(&with, without), [("handled-otherwise", Command::EndOfData, [250, 250])], "{action}");
        assert_eq!(told_of(&with, &with), []);
    }
    // What lacks what it needs is not done.
    assert_eq!(told_of("spam.test=DUNNO", "{spam.test=FILTER nowhere}"), []);
}

#[test]
fn of_two_alike_the_one_that_changes_is_found() {
    let both = of_senders(
        "{a.test=FILTER smtp:one}, {b.test=FILTER smtp:one}",
        "{a.test=FILTER smtp:one}, {b.test=FILTER smtp:two}",
    );
    assert_eq!(told(&both), [("handled-otherwise", Command::EndOfData, [250, 250])]);
    assert!(both.changes[0].session.sender.as_deref().is_some_and(|sender| sender.ends_with("@b.test")));
    let both = of_senders("a.test=REJECT, b.test=REJECT", "a.test=REJECT, {b.test=REJECT 5.1.8 gone}");
    assert_eq!(told(&both), [("other-answer", Command::Rcpt, [554, 554])]);
}

#[test]
fn a_content_filter_handles_all_that_is_taken() {
    let both = compared("", "content_filter = smtp:[127.0.0.1]:10024\n");
    assert_eq!(told(&both), [("handled-otherwise", Command::EndOfData, [250, 250])]);
}

#[test]
fn a_held_message_is_blamed_on_the_entry_that_holds_it() {
    let new = "smtpd_sender_restrictions = check_sender_access inline:{spam.test=HOLD}\n";
    let both = compared("", new);
    let blamed: Vec<_> = both.changes[0].blamed.iter().map(|one| (one.edit, &*one.entry.word)).collect();
    assert_eq!(blamed, [(Edit::Added, "check_sender_access")]);
}
