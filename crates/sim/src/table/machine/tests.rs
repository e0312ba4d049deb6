use super::*;
use crate::testing::Setup;
use crate::{Found, World};
use proptest::prelude::*;
use proptest::sample::select;

fn machine_of(kind: &str, rules: &str) -> (Setup, String) {
    let setup = Setup::new("", &[("/t", rules)], World::closed());
    (setup, format!("{kind}:/t"))
}

/// The answer of the automaton to a whole key.
fn answer(machine: &mut Machine, key: &str) -> Option<String> {
    let mut alphabet = Alphabet::default();
    machine.divide(&mut alphabet);
    let steps = Steps::new(u64::MAX);
    let end = key.bytes().fold(machine.start(), |state, byte| machine.step(state, byte, &alphabet, &steps).unwrap());
    let number = machine.end(end);
    machine.answer(number).map(|template| template.text.clone())
}

const PATTERNS: &[&str] = &[
    "/^a/",
    "/b$/",
    "/ab/",
    "!/a/",
    "/^(ab|ba)+$/",
    "/a.b/",
    "/^[^b]*$/",
    "/\\bab/",
    "/(a|b)?a$/",
    "/^$/",
    "/b+a{2}/",
    "!/^b/",
];

const VALUES: &[&str] = &["ONE", "TWO", "DUNNO"];

fn table() -> impl Strategy<Value = String> {
    let line = (select(PATTERNS), select(VALUES), 0..6_u8).prop_map(|(pattern, value, kind)| match kind {
        0 => format!("if {pattern}\n"),
        1 => "endif\n".to_owned(),
        _ => format!("{pattern} {value}\n"),
    });
    proptest::collection::vec(line, 0..7).prop_map(|lines| lines.concat())
}

/// All texts over a small alphabet up to a length.
fn texts(length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..length {
        last = last.iter().flat_map(|text| ["a", "b", "."].map(|more| format!("{text}{more}"))).collect();
        all.extend(last.clone());
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_automaton_answers_what_the_table_does(rules in table(), dialect in select(&["regexp", "pcre"][..])) {
        let (setup, name) = machine_of(dialect, &rules);
        let config = setup.config();
        let mut machine = config.machines(&name, &Template::clone).machines.remove(0);
        // A key that is empty is never looked up.
        for text in texts(5).iter().filter(|text| !text.is_empty()) {
            let known = match config.look_up(&name, text, false) {
                Found::Value(value, _) => Some(value.to_string()),
                _ => None,
            };
            prop_assert_eq!(answer(&mut machine, text), known, "{:?} in {:?}", text, rules);
        }
    }
}

#[test]
fn rules_of_one_answer_are_one_so_that_large_tables_stay_small() {
    let rules: String = (0..300).map(|at| format!("/spam{at}x/ REJECT\n")).collect();
    let (setup, name) = machine_of("regexp", &rules);
    let config = setup.config();
    let mut machine = config.machines(&name, &Template::clone).machines.remove(0);
    assert_eq!(answer(&mut machine, "aspam17xspam18x").as_deref(), Some("REJECT"));
    assert_eq!(answer(&mut machine, "aspam17 spam18"), None);
    assert!(machine.states.len() < 60, "{}", machine.states.len());
}
