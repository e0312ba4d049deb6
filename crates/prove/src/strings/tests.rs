use super::*;
use crate::testing::Setup;
use crate::vocabulary::Role;
use postproof_sim::World;
use std::collections::BTreeSet;

fn automata(rules: &str) -> (Setup, Segment) {
    let main = "myhostname = mail.a.example\nsmtpd_sender_restrictions = check_sender_access regexp:/t\n";
    (Setup::of(main, &[("/t", rules)], World::closed()), Segment::Label)
}

fn with(rules: &str, reads: Reads, run: impl FnOnce(&mut Automata)) {
    let (setup, _) = automata(rules);
    let config = Config::new(&setup.model, setup.service, &setup.world);
    let segments =
        [Segment::Local("+".into()), Segment::Extended("+".into()), Segment::Routed, Segment::Quoted, Segment::Labels];
    let mut automata = Automata::of(
        &config,
        &[(reads, "regexp:/t".to_owned(), Role::Sender)],
        &|_, answer| answer.clone(),
        &segments,
        &Steps::new(50_000_000),
    );
    run(&mut automata);
}

fn below_of(rules: &str) -> Below {
    let mut found = None;
    with(rules, Reads::Whole, |automata| {
        let start = [automata.start()];
        found = below(automata, &start, &|ends| ends != [0]);
    });
    found.unwrap()
}

#[test]
fn names_lie_below_few_domains_or_below_many() {
    let few = |names: &[&str]| Below::Few(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(below_of("/^mail[0-9]?\\.partner\\.com$/ OK\n"), few(&["partner.com"]));
    assert_eq!(below_of("/(^|\\.)(partner|friend)\\.com$/ OK\n"), few(&["friend.com", "partner.com"]));
    assert_eq!(below_of("/\\.own\\.lan$/ OK\n"), few(&["own.lan"]));
    assert!(matches!(below_of("/^mail.partner.com$/ OK\n"), Below::Many(_)));
    assert_eq!(below_of("/^(.*\\.)?(own|other)\\.example$/ OK\n"), few(&["other.example", "own.example"]));
    assert!(matches!(below_of("/partner\\.com$/ OK\n"), Below::Many(names) if names[0].ends_with("partner.com")));
    assert!(matches!(below_of("/\\.co\\.kr$/ OK\n"), Below::Many(names) if names[0].ends_with(".co.kr")));
    assert!(matches!(below_of("/^mail\\./ OK\n"), Below::Many(_)));
    assert!(matches!(below_of("/dsl/ OK\n"), Below::Many(_)));
}

#[test]
fn every_answer_that_a_string_gets_is_met() {
    let rules = "/^[^v]/ REJECT\n/@friend\\.example$/ OK\nif /x/\n/@x\\./ HOLD\nendif\n";
    with(rules, Reads::Whole, |automata| {
        let start = [automata.start()];
        let locals = automata.spread(&start, Segment::Local("+".into())).unwrap();
        let at: Vec<Reached> = locals
            .into_iter()
            .map(|(tuple, text)| (automata.enter_domain(tuple).unwrap(), format!("{text}@")))
            .collect();
        let mut ends = BTreeSet::new();
        for segment in [Segment::Labels, Segment::Last] {
            let from =
                if segment == Segment::Labels { at.clone() } else { automata.spread(&at, Segment::Labels).unwrap() };
            for (tuple, text) in automata.spread(&from, segment.clone()).unwrap() {
                if segment == Segment::Last {
                    ends.insert((automata.ends(tuple), text.contains('v')));
                }
            }
        }
        // Refused, let in, held, and none of these.
        assert_eq!(ends.iter().map(|(ends, _)| ends.clone()).collect::<BTreeSet<_>>().len(), 4, "{ends:?}");
    });
}
