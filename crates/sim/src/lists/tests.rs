use crate::testing::Setup;
use crate::{Finding, World};
use std::net::IpAddr;

fn network(main: &str, name: &str, address: &str) -> Finding {
    let setup = Setup::new(main, &[], World::closed());
    let address: IpAddr = address.parse().unwrap();
    setup.config().in_network_list("mynetworks", name, address)
}

#[test]
fn networks_match_in_order() {
    let main =
        "mynetworks = 127.0.0.0/8 [::1]/128 !10.0.0.66 10.0.0.0/24 ![2001:db8::77] [2001:db8::]/32 host.example\n";
    for (name, address, expected) in [
        ("unknown", "127.0.0.5", Finding::Yes),
        ("unknown", "::1", Finding::Yes),
        ("unknown", "10.0.0.66", Finding::No),
        ("unknown", "10.0.0.67", Finding::Yes),
        ("unknown", "2001:db8::77", Finding::No),
        ("unknown", "2001:db8::78", Finding::Yes),
        ("HOST.example", "192.0.2.1", Finding::Yes),
        ("x.host.example", "192.0.2.1", Finding::Yes),
        ("unknown", "192.0.2.1", Finding::No),
        ("unknown", "::ffff:10.0.0.1", Finding::Yes),
    ] {
        assert_eq!(network(main, name, address), expected, "{name} {address}");
    }
}

#[test]
fn a_broken_network_fails_only_those_who_meet_it() {
    let main = "mynetworks = 127.0.0.0/8 10.0.0.1/24 192.0.2.0/24\n";
    assert_eq!(network(main, "unknown", "127.0.0.1"), Finding::Yes);
    assert_eq!(network(main, "unknown", "192.0.2.1"), Finding::Temporary);
    assert_eq!(network(main, "unknown", "2001:db8::1"), Finding::No);
}

#[test]
fn names_below_match_by_the_style_of_the_list() {
    let domain =
        |main: &str, name: &str| Setup::new(main, &[], World::closed()).config().in_domain_list("relay_domains", name);
    let below = "relay_domains = a.example, .b.example, !x.c.example, c.example\n";
    assert_eq!(domain(below, "A.example"), Finding::Yes);
    assert_eq!(domain(below, "x.a.example"), Finding::Yes);
    assert_eq!(domain(below, "x.b.example"), Finding::No, "with parents, a dot is part of the name");
    assert_eq!(domain(below, "x.c.example"), Finding::No);
    assert_eq!(domain(below, "y.x.c.example"), Finding::No);
    assert_eq!(domain(below, "y.c.example"), Finding::Yes);
    let dots = "parent_domain_matches_subdomains =\nrelay_domains = a.example, .b.example\n";
    assert_eq!(domain(dots, "x.a.example"), Finding::No);
    assert_eq!(domain(dots, "x.b.example"), Finding::Yes);
    assert_eq!(domain(dots, "b.example"), Finding::No);
}

#[test]
fn files_of_patterns_are_read_in_place() {
    let main = "mydestination = !/etc/postfix/not, /etc/postfix/names\nmynetworks = /etc/postfix/gone 127.0.0.1\n";
    let tables = [
        ("/etc/postfix/not", "b.example\n"),
        ("/etc/postfix/names", "a.example, b.example\n# c.example\nd.example x\n"),
    ];
    let setup = Setup::new(main, &tables, World::closed());
    let config = setup.config();
    for (name, expected) in
        [("a.example", true), ("b.example", false), ("c.example", false), ("d.example", true), ("x", true)]
    {
        let expected = if expected { Finding::Yes } else { Finding::No };
        assert_eq!(config.in_string_list("mydestination", name), expected, "{name}");
    }
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    assert_eq!(config.in_network_list("mynetworks", "localhost", loopback), Finding::Temporary);
    let open = Setup::new(main, &tables, World::open());
    let Finding::Unknown(missing) =
        open.config().in_network_list("mynetworks", "unknown", "192.0.2.1".parse().unwrap())
    else {
        panic!("known")
    };
    assert_eq!(&*missing.question, "file:/etc/postfix/gone");
}

#[test]
fn what_only_the_host_knows_is_unknown() {
    let setup = Setup::new("", &[], World::open());
    let config = setup.config();
    assert_eq!(config.in_string_list("mydestination", "localhost"), Finding::Yes);
    assert!(matches!(config.in_string_list("mydestination", "x.example"), Finding::Unknown(_)));
    assert_eq!(config.in_string_list("mydestination", "no host"), Finding::No);
    assert!(matches!(
        config.in_network_list("mynetworks", "unknown", "192.0.2.1".parse().unwrap()),
        Finding::Unknown(_)
    ));
}

#[test]
fn a_long_list_is_read_once() {
    let names: Vec<String> = (0..100_000).map(|at| format!("d{at}.example")).collect();
    let setup = Setup::new(&format!("mydestination = {}\n", names.join(" ")), &[], World::closed());
    let config = setup.config();
    for name in names.iter().rev().take(10_000) {
        assert_eq!(config.in_string_list("mydestination", name), Finding::Yes);
    }
}
