use super::*;

fn records(of: &[(RecordType, &[&str])]) -> DnsRecords {
    let records = of.iter().map(|(kind, data)| (*kind, data.iter().map(|record| (*record).to_owned()).collect()));
    DnsRecords { fails: false, records: records.collect() }
}

fn world() -> World {
    let mut world = World::closed();
    let mut add = |name: &str, of: &[(RecordType, &[&str])]| world.dns.insert(name.to_owned(), records(of));
    add("a.example", &[(RecordType::Mx, &["10 mx.a.example"]), (RecordType::A, &["192.0.2.1"])]);
    add("mx.deep.b.example", &[(RecordType::A, &["192.0.2.2"])]);
    add("alias.example", &[(RecordType::Cname, &["a.example."])]);
    add("loop.example", &[(RecordType::Cname, &["loop.example"])]);
    add("none.example", &[(RecordType::Mx, &["0 ."])]);
    add("bad.example", &[(RecordType::Mx, &["10 -bad-.example"])]);
    add("*.wild.example", &[(RecordType::A, &["192.0.2.3"])]);
    world.dns.insert("down.example".to_owned(), DnsRecords { fails: true, ..DnsRecords::default() });
    world
}

#[test]
fn a_closed_world_answers_every_question() {
    let world = world();
    let found = |data: &str| Dns::Found(vec![data.to_owned()]);
    for (name, kind, expected) in [
        ("A.Example", RecordType::A, found("192.0.2.1")),
        ("a.example", RecordType::Aaaa, Dns::NoData),
        ("alias.example", RecordType::Mx, found("10 mx.a.example")),
        ("deep.b.example", RecordType::A, Dns::NoData),
        ("b.example", RecordType::A, Dns::NoData),
        ("c.example", RecordType::A, Dns::NoName),
        ("x.y.wild.example", RecordType::A, found("192.0.2.3")),
        ("wild.example", RecordType::A, Dns::NoData),
        ("down.example", RecordType::Mx, Dns::Fails),
        ("loop.example", RecordType::A, Dns::Fails),
        ("none.example", RecordType::Mx, Dns::NullMx),
        ("bad.example", RecordType::Mx, Dns::Invalid),
        ("192.0.2.1", RecordType::A, Dns::NoName),
        ("a..example", RecordType::A, Dns::NoName),
    ] {
        assert_eq!(world.dns(name, kind), expected, "{name} {kind:?}");
    }
}

#[test]
fn an_open_world_names_what_is_missing_and_takes_supplied_answers() {
    let mut world = World { dns_is_closed: false, ..world() };
    let Dns::Unknown(missing) = world.dns("c.example", RecordType::Mx) else { panic!("known") };
    assert_eq!(&*missing.question, "dns:mx:c.example");
    world.assumed.insert("dns:mx:c.example".to_owned(), "10 mx.c.example, 20 other.example".to_owned());
    world.assumed.insert("dns:a:d.example".to_owned(), "NXDOMAIN".to_owned());
    world.assumed.insert("dns:a:a.example".to_owned(), "servfail".to_owned());
    let both = Dns::Found(vec!["10 mx.c.example".to_owned(), "20 other.example".to_owned()]);
    assert_eq!(world.dns("c.example", RecordType::Mx), both);
    assert_eq!(world.dns("d.example", RecordType::A), Dns::NoName);
    assert_eq!(world.dns("a.example", RecordType::A), Dns::Fails, "what is supplied counts before what is listed");
}

#[test]
fn policy_servers_and_users_answer_by_what_is_known() {
    let mut world = World::closed();
    let rule = |attributes: &[(&str, &str)], action: &str| PolicyRule {
        attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        action: action.to_owned(),
    };
    let rules = vec![rule(&[("sender", "x@y.example")], "REJECT"), rule(&[], "DUNNO")];
    world.policy.insert("127.0.0.1:10040".to_owned(), rules);
    let ask = |world: &World, server: &str, sender: &str| world.policy(server, &[("sender", sender)]);
    assert_eq!(ask(&world, "inet:127.0.0.1:10040", "x@y.example"), PolicyAnswer::Action("REJECT".into()));
    assert_eq!(ask(&world, "inet:127.0.0.1:10040", "z@y.example"), PolicyAnswer::Action("DUNNO".into()));
    assert_eq!(ask(&world, "inet:127.0.0.1:1", "z@y.example"), PolicyAnswer::Refuses);
    world.policy_is_closed = false;
    assert!(matches!(ask(&world, "inet:127.0.0.1:1", "z@y.example"), PolicyAnswer::Unknown(_)));
    assert_eq!(world.user("alice"), Ok(false));
    world.users_are_closed = false;
    world.users.insert("bob".to_owned());
    assert_eq!(world.user("bob"), Ok(true));
    assert!(world.user("alice").is_err_and(|missing| &*missing.question == "users:alice"));
}
