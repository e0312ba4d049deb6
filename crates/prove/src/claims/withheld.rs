//! Claims decided without some of the tables, against claims decided with all
//! of them: what holds whatever a table says must hold with what it says.

use super::{Claim, Proof, Verdict, prove};
use crate::Around;
use crate::testing::Setup;
use postproof_sim::World;

/// Numbers in no order, the same in each run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % count as u64) as usize
    }

    fn of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len())]
    }
}

const DOMAINS: &[&str] = &["own.example", "v.example", "friend.example", "other.example", ".friend.example"];
const ADDRESSES: &[&str] =
    &["alice@own.example", "bob@v.example", "@v.example", "@own.example", "alice", "bob@friend.example"];
const CLIENTS: &[&str] = &["203.0.113.77", "198.51.100", "198.51.100.9", "mail.friend.example"];
const ACTIONS: &[&str] = &["OK", "REJECT", "DUNNO", "permit_auth_destination", "reject_unauth_destination"];

/// Tables by path: the keys and values that they may have.
const TABLES: &[(&str, &[&str], &[&str])] = &[
    ("/d", DOMAINS, &["OK", "x"]),
    ("/e", DOMAINS, &["OK", "REJECT"]),
    ("/f", DOMAINS, &[""]),
    ("/m", ADDRESSES, &["x"]),
    ("/a", ADDRESSES, &["alice@own.example", "x@far.example"]),
    ("/t", DOMAINS, &["smtp:[10.0.0.1]", "error:gone"]),
    ("/o", ADDRESSES, &["alice", "bob"]),
    ("/n", CLIENTS, ACTIONS),
    ("/s", DOMAINS, ACTIONS),
    ("/r", ADDRESSES, ACTIONS),
    ("/h", DOMAINS, ACTIONS),
];

const ENTRIES: &[&str] = &[
    "permit_mynetworks",
    "permit_sasl_authenticated",
    "reject_unauth_destination",
    "reject_unauth_destination",
    "defer_unauth_destination",
    "permit_auth_destination",
    "reject_unlisted_recipient",
    "reject_unlisted_sender",
    "reject_sender_login_mismatch",
    "reject_known_sender_login_mismatch",
    "warn_if_reject",
    "check_sender_access hash:/s",
    "check_sender_access hash:/d",
    "check_recipient_access hash:/r",
    "check_recipient_access hash:/s",
    "check_recipient_access hash:/a",
    "check_helo_access hash:/h",
    "check_client_access hash:/n",
    "check_client_access hash:/s",
];

fn main_cf(numbers: &mut Numbers) -> String {
    let mut main = "compatibility_level = 3.6\nmyhostname = mx.own.example\n".to_owned();
    let params: &[(&str, &[&str])] = &[
        ("mydestination", &["own.example", "hash:/d", ""]),
        ("virtual_mailbox_domains", &["", "hash:/d", "hash:/e", "v.example"]),
        ("virtual_mailbox_maps", &["", "hash:/m"]),
        ("relay_domains", &["", "hash:/e", "hash:/d", "v.example", "/f"]),
        ("relay_recipient_maps", &["", "hash:/m"]),
        ("local_recipient_maps", &["", "hash:/m", "hash:/a"]),
        ("virtual_alias_maps", &["", "", "hash:/a"]),
        ("transport_maps", &["", "", "hash:/t"]),
        ("mynetworks", &["127.0.0.0/8", "127.0.0.0/8 hash:/n", "127.0.0.0/8 10.0.0.0/8"]),
        ("smtpd_sender_login_maps", &["", "hash:/o"]),
        ("smtpd_sasl_auth_enable", &["yes", "no"]),
        ("smtpd_reject_unlisted_recipient", &["yes", "yes", "no"]),
        ("smtpd_reject_unlisted_sender", &["no", "yes"]),
        ("parent_domain_matches_subdomains", &["", "smtpd_access_maps, relay_domains"]),
    ];
    for (param, values) in params {
        main.push_str(&format!("{param} = {}\n", numbers.of(values)));
    }
    for list in ["smtpd_relay_restrictions", "smtpd_recipient_restrictions", "smtpd_sender_restrictions"] {
        let entries: Vec<&str> = (0..numbers.below(4)).map(|_| numbers.of(ENTRIES)).collect();
        main.push_str(&format!("{list} = {}\n", entries.join(", ")));
    }
    main
}

fn tables(numbers: &mut Numbers) -> Vec<(&'static str, String)> {
    let table = |(path, keys, values): &(&'static str, &[&str], &[&str])| {
        let lines = (0..numbers.below(3)).map(|_| format!("{} {}\n", numbers.of(keys), numbers.of(values)));
        (*path, lines.collect())
    };
    TABLES.iter().map(table).collect()
}

fn proofs(main: &str, tables: &[(&'static str, String)]) -> Vec<Proof> {
    let tables: Vec<(&str, &str)> = tables.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let world = World { dns_is_closed: true, policy_is_closed: true, users_are_closed: true, ..World::default() };
    let setup = Setup::of(main, &tables, world);
    prove(&setup.model, setup.service, &setup.world, &Around::default()).proofs
}

fn shown(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Holds => "holds".to_owned(),
        Verdict::Fails(witness) => format!("fails for {:?}", witness.session),
        Verdict::Depends(conditions) => format!("depends on {conditions:?}"),
        Verdict::BoundReached => "bound".to_owned(),
    }
}

/// Faults among so many random configurations.
fn faults(seed: u64, count: usize) -> Vec<String> {
    let mut numbers = Numbers(seed);
    let mut faults = Vec::new();
    for _ in 0..count {
        let main = main_cf(&mut numbers);
        let all = tables(&mut numbers);
        let given: Vec<_> = all.iter().filter(|_| numbers.below(3) == 0).cloned().collect();
        for (some, full) in proofs(&main, &given).into_iter().zip(proofs(&main, &all)) {
            let is_so = match (&some.verdict, &full.verdict) {
                (Verdict::Holds, Verdict::Fails(_) | Verdict::Depends(_)) => false,
                // The tables of the test do not have the domains of strangers.
                (Verdict::Fails(witness), Verdict::Holds) if some.claim == Claim::NoOpenRelay => {
                    witness.premises.iter().any(|premise| premise.has_them)
                }
                _ => true,
            };
            if !is_so {
                let paths: Vec<_> = given.iter().map(|(path, _)| *path).collect();
                let claim = some.claim.name();
                let (some, full) = (shown(&some.verdict), shown(&full.verdict));
                faults.push(format!("{main}given {paths:?} of {all:?}\n{claim}: {some}, with all: {full}"));
            }
        }
    }
    faults
}

/// `WITHHELD_CASES=3000` tries more than every test run does, and
/// `WITHHELD_SEED=2` others.
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn what_holds_without_a_table_holds_with_it() {
    let found = faults(number("WITHHELD_SEED", 1), number("WITHHELD_CASES", 40) as usize);
    assert!(found.is_empty(), "{} faults, the first:\n{}", found.len(), found[0]);
}
