//! Actions, one after the other.

use super::*;
use crate::examples::EXAMPLES;
use std::rc::Rc;

const TEXT: &str = "compatibility_level = 3.6\nbroken_sasl_auth_clients = yes\nsmtpd_sasl_auth_enable = yes\n";

fn answered(text: &str) -> State {
    let mut state = State::starting(Lang::En, Theme::System);
    state.act(Action::Typed(text.to_string()));
    answer(&mut state);
    state
}

fn answer(state: &mut State) {
    let checked = Checked::run(&state.docs);
    state.act(Action::Answered(Rc::new(checked), state.revision));
}

fn number(state: &State, rule: &str) -> usize {
    state.findings().iter().position(|finding| finding.rule == rule).unwrap()
}

#[test]
fn a_fix_changes_the_text_and_undo_brings_it_back() {
    let mut state = answered(TEXT);
    let at = number(&state, "sasl-broken-clients");
    state.act(Action::Apply(at));
    assert_ne!(state.text().as_ref(), TEXT);
    assert!(state.is_stale());
    answer(&mut state);
    assert!(state.findings().iter().all(|finding| finding.rule != "sasl-broken-clients"));
    state.act(Action::Undo);
    assert_eq!(state.text().as_ref(), TEXT);
}

#[test]
fn no_fix_is_made_on_an_old_answer() {
    let mut state = answered(TEXT);
    let typed = format!("# more\n{TEXT}");
    state.act(Action::Typed(typed.clone()));
    state.act(Action::Apply(0));
    assert_eq!(state.text().as_ref(), typed);
}

#[test]
fn an_example_keeps_the_text_one_undo_away() {
    let mut state = answered(TEXT);
    state.act(Action::Example(0));
    state.act(Action::Example(1));
    assert_eq!(state.text().as_ref(), EXAMPLES[1].text);
    state.act(Action::Undo);
    assert_eq!(state.text().as_ref(), TEXT);
}

#[test]
fn files_stand_beside_each_other_and_replace_their_namesakes() {
    let file = |name: &str, text: &str| Doc::file(name.to_string(), text.as_bytes().to_vec());
    let mut state = State::default();
    state.act(Action::Opened(vec![file("main.cf", TEXT), file("master.cf", "")]));
    state.act(Action::Opened(vec![file("main.cf", "mynetworks = 10.0.0.0/8\n")]));
    assert_eq!(state.docs.len(), 1);
    assert_eq!(state.text().as_ref(), "mynetworks = 10.0.0.0/8\n");
}

#[test]
fn the_keys_walk_over_what_the_filter_shows() {
    let mut state = answered(EXAMPLES[0].text);
    state.act(Action::Filter(Filter::CannotTell));
    state.act(Action::Move(1));
    let first = state.focus.unwrap();
    assert!(!state.findings()[first].missing.is_empty());
    for _ in 0..20 {
        state.act(Action::Move(1));
    }
    assert!(state.focus.is_some_and(|last| !state.findings()[last].missing.is_empty()));
    state.act(Action::Filter(Filter::All));
    assert_eq!(state.focus, None);
}

#[test]
fn an_empty_text_has_no_answer() {
    let mut state = answered(TEXT);
    state.act(Action::Typed(" \n".to_string()));
    assert!(state.is_empty() && state.report().is_none());
}

#[test]
fn a_typical_session_takes_the_place_of_what_was_typed() {
    let mut state = answered(EXAMPLES[0].text);
    let first = state.the_form();
    state.act(Action::Fill(Field::Helo, "typed.example".to_string()));
    state.act(Action::Tls(true));
    state.act(Action::Supply("dns:mx:typed.example".to_string(), Some("nxdomain".to_string())));
    assert_eq!(state.the_form().get(Field::Helo), "typed.example");
    state.act(Action::PersonaNumber(0));
    assert!(state.form.is_some(), "the number keys choose only where the sessions are shown");
    state.act(Action::Show(View::Session));
    state.act(Action::PersonaNumber(0));
    assert_eq!(state.the_form(), first);
    assert!(state.supplied.is_empty());
}

#[test]
fn the_way_to_the_next_dovecot_is_offered_where_there_is_one() {
    let mut state = answered(TEXT);
    state.act(Action::Show(View::Migrate));
    assert_eq!(state.view, View::Overview);
    state.act(Action::Typed("$ doveconf -n\nprotocols = imap\nmail_location = maildir:~/Maildir\n".to_string()));
    answer(&mut state);
    state.act(Action::Show(View::Migrate));
    assert_eq!(state.view, View::Migrate);
    state.act(Action::Typed(TEXT.to_string()));
    answer(&mut state);
    assert_eq!(state.view, View::Overview);
}

#[test]
fn a_proof_holds_for_its_text_only() {
    let mut state =
        answered("compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions = reject\n");
    assert!(state.wants_proofs());
    let next = crate::look::prove_next(state.the_host().unwrap(), 0).unwrap();
    state.act(Action::Proved(Rc::new(next), state.revision, 0));
    assert!(state.proofs().is_some() && !state.wants_proofs());
    let typed = format!("{}# more\n", state.text());
    state.act(Action::Typed(typed));
    assert!(!state.wants_proofs(), "nothing is proved while typing");
    answer(&mut state);
    assert!(state.proofs().is_none() && state.wants_proofs());
}

#[test]
fn bytes_that_are_no_text_keep_their_number_and_take_no_fix() {
    let doc = Doc::file("main.cf".to_string(), b"a = \xff\n".to_vec());
    assert_eq!(doc.text.as_ref(), "a = ?\n");
    assert!(doc.raw.is_some());
}
