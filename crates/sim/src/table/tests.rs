//! Answers of tables, as `postmap -q` of Postfix 3.7 and 3.10 gives them unless
//! a source is named.

use super::Found;
use crate::{Config, World};
use postproof_diag::FileId;
use postproof_model::{Model, ServiceId, SourcePart, Tree, Wish, build};
use postproof_syntax::{Part, PartKind, Region, main_cf, table, table::TableSyntax};

/// A model of some files in /etc/postfix.
pub(super) fn model(main: &str, files: &[(&str, &str)]) -> Model {
    let texts = [("main.cf", main)].into_iter().chain(files.iter().copied());
    let parts = texts.enumerate().map(|(at, (name, text))| {
        let region = Region::whole(FileId(at as u32), text.as_bytes());
        let (kind, tree) = if at == 0 {
            (PartKind::MainCf, Tree::Main(main_cf::parse(&region, text.as_bytes())))
        } else {
            let syntax = if name == "aliases" { TableSyntax::Aliases } else { TableSyntax::Indexed };
            (PartKind::Table, Tree::Table(table::parse(syntax, &region, text.as_bytes()).into()))
        };
        SourcePart {
            part: Part { kind, name: Some(format!("/etc/postfix/{name}")), host: None, whole: true, region },
            tree,
        }
    });
    build(parts.collect(), Wish::default())
}

/// What a table answers where `files` are all there are.
pub(super) fn answer(files: &[(&str, &str)], table: &str, key: &str) -> Found {
    let model = model("compatibility_level = 3.6\n", files);
    let world = World { files_are_closed: true, ..World::default() };
    Config::new(&model, ServiceId(0), &world).look_up(table, key, false)
}

/// The value, `-` if there is none, `fails`, `broken`, or `?` and the question.
pub(super) fn words(found: Found) -> String {
    match found {
        Found::Nothing => "-".to_owned(),
        Found::Value(text, _) => text.as_ref().to_owned(),
        Found::Fails => "fails".to_owned(),
        Found::Broken => "broken".to_owned(),
        Found::Unknown(missing) => format!("?{}", missing.question),
    }
}

#[track_caller]
fn check(files: &[(&str, &str)], table: &str, expected: &[(&str, &str)]) {
    for (key, value) in expected {
        assert_eq!(words(answer(files, table, key)), *value, "{key} in {table}");
    }
}

#[test]
fn an_index_has_the_first_of_two_entries_and_folds_keys() {
    let text = "A.example  OK\n# c\nb.example REJECT no\n  thanks\na.example DISCARD\nlone\n\"c d\" x\n\"e f\n";
    let expected =
        [("a.EXAMPLE", "OK"), ("b.example", "REJECT no  thanks"), ("lone", "-"), ("\"c d\"", "x"), ("\"e", "-")];
    check(&[("t", text)], "hash:/etc/postfix/t", &expected);
    check(&[("t", text)], "lmdb:/etc/postfix/t", &expected);
    check(&[("t", "Stra\u{df}e.example 1\n")], "hash:/etc/postfix/t", &[("STRASSE.example", "1")]);
}

#[test]
fn a_texthash_with_a_key_twice_always_fails() {
    // Recorded: smtpd answers 451 and logs `duplicate entry`.
    let text = "a 1\nb 2\nA 3\n";
    check(&[("t", text)], "texthash:/etc/postfix/t", &[("b", "fails"), ("c", "fails")]);
    check(&[("t", "a 1\nb 2\n")], "texthash:/etc/postfix/t", &[("B", "2"), ("c", "-")]);
}

#[test]
fn aliases_are_read_as_postalias_reads_them() {
    let text = "Postmaster: root\n\"a b\": c\nx@y: z\nlist, other: q\nempty:\nroot: |\"/bin/x: y\"\n";
    let expected = [
        ("postmaster", "root"),
        ("a b", "c"),
        ("x@y", "-"),
        ("list", "-"),
        ("empty", "-"),
        ("root", "|\"/bin/x: y\""),
        ("@", "@"),
    ];
    check(&[("aliases", text)], "hash:/etc/postfix/aliases", &expected);
    // texthash: never reads aliases(5): its keys have the colon.
    check(&[("aliases", text)], "texthash:/etc/postfix/aliases", &[("postmaster", "-"), ("postmaster:", "root")]);
}

#[test]
fn networks_are_tried_in_order() {
    let text = "10.0.0.0/8 A\n!192.0.2.0/24 B\n[2001:db8::]/32 C\n2001:db9::1 D\n";
    let expected = [
        ("10.1.2.3", "A"),
        ("192.0.2.1", "-"),
        ("192.0.3.1", "B"),
        ("2001:db8::1", "C"),
        ("2001:DB9:0::1", "D"),
        ("2001:db9::2", "-"),
        ("host", "-"),
        ("10.1", "-"),
    ];
    check(&[("t", text)], "cidr:/etc/postfix/t", &expected);
}

#[test]
fn conditions_of_networks_nest_and_an_open_one_ends_the_table() {
    let text = "if 10.0.0.0/8\nif !10.1.0.0/16\n0.0.0.0/0 A\nendif\n10.1.1.0/24 B\nENDIF x\nendif\nendif\n192.0.2.1 C\nif 192.0.2.0/24\n192.0.2.2 D\n";
    let expected = [
        ("10.2.0.1", "A"),
        ("10.1.1.1", "B"),
        ("10.1.2.1", "-"),
        ("192.0.2.1", "C"),
        ("192.0.2.2", "D"),
        ("198.51.100.1", "-"),
    ];
    check(&[("t", text)], "cidr:/etc/postfix/t", &expected);
    check(&[("t", "if 10.0.0.0/8\n10.0.0.1 A\n192.0.2.1 B\n")], "cidr:/etc/postfix/t", &[("192.0.2.1", "-")]);
}

#[test]
fn broken_networks_are_skipped() {
    let text =
        "10.0.0.1/8 A\n10.0.0.0/33 B\n10.0.0.0/x C\n10.0.0 D\n[10.0.0.0/8]x E\n[10.0.0.9 F\n10.0.0.9\n[10.0.0.0/8] G\n";
    check(&[("t", text)], "cidr:/etc/postfix/t", &[("10.0.0.9", "G")]);
    check(&[("t", "0.0.0.0/0 A\n")], "cidr:/etc/postfix/t", &[("255.1.1.1", "A"), ("::1", "-")]);
}

#[test]
fn networks_may_stand_in_the_name() {
    let table = "cidr:{{10.0.0.0/8 A b}, { !192.0.2.1   C }}";
    check(&[], table, &[("10.0.0.1", "A b"), ("192.0.2.1", "-"), ("192.0.2.2", "C")]);
    check(&[], "cidr:{10.0.0.0/8 A}", &[("10.0.0.1", "fails")]);
}

#[test]
fn inline_tables_have_pairs() {
    let table = "inline:{ A=b, { k = v  w }, { \"x y\" = z }, a=c }";
    check(&[], table, &[("a", "c"), ("K", "v  w"), ("\"x y\"", "z"), ("w", "-")]);
    for broken in
        ["inline:{}", "inline:{a}", "inline:{a=b", "inline:{ {a=b}x }", "inline:{ , }", "inline:a=b", "inline:{=b c}"]
    {
        check(&[], broken, &[("a", "fails")]);
    }
    check(&[], "inline:{a=}", &[("a", "broken"), ("b", "-")]);
}

#[test]
fn static_tables_answer_every_key() {
    check(&[], "static:OK", &[("x", "OK")]);
    check(&[], "static:{ 450 try later }", &[("x", "450 try later")]);
    check(&[], "static:{a", &[("x", "fails")]);
    check(&[], "static:{a}b", &[("x", "fails")]);
    check(&[], "static:{}", &[("x", "broken")]);
}

#[test]
fn tables_of_tables() {
    let first = "inline:{a=b,c=d}";
    check(&[], &format!("unionmap:{{{first},inline:{{a=x}},static:y}}"), &[("A", "b,x,y"), ("q", "y")]);
    check(&[], &format!("pipemap:{{{first},inline:{{b=z}}}}"), &[("a", "z"), ("c", "-"), ("q", "-")]);
    check(&[], &format!("unionmap:{{{first},fail:x}}"), &[("a", "fails"), ("q", "fails")]);
    check(&[], &format!("pipemap:{{{first},fail:x}}"), &[("a", "fails"), ("q", "-")]);
    for broken in ["unionmap:{}", "unionmap:{a}", "pipemap:{static:a b}", "unionmap:static:a"] {
        check(&[], broken, &[("a", "fails")]);
    }
    check(&[], "randmap:{OK}", &[("a", "OK")]);
    check(&[], "randmap:{}", &[("a", "fails")]);
    check(&[], "randmap:{a,b}", &[("k", "?randmap:{a,b}:k")]);
    let deep = "unionmap:{".repeat(2000) + "static:x" + &"}".repeat(2000);
    assert!(matches!(answer(&[], &deep, "a"), Found::Unknown(_)));
}

#[test]
fn other_types() {
    check(&[], "nosuch:x", &[("a", "fails")]);
    check(&[], "fail:x", &[("a", "fails")]);
    check(&[], "internal:x", &[("a", "-")]);
    check(&[], "unix:nosuch", &[("a", "fails")]);
    check(&[], "pgsql:/etc/postfix/x.cf", &[("a", "?pgsql:/etc/postfix/x.cf:a")]);
    check(&[], "proxy:pgsql:/etc/postfix/x.cf", &[("a", "?pgsql:/etc/postfix/x.cf:a")]);
    check(&[("t", "a b\n")], "proxy:hash:/etc/postfix/t", &[("a", "b")]);
    check(&[("t", "a b\n")], "hash:/etc/postfix/nosuch", &[("a", "fails")]);
}

#[test]
fn a_file_that_was_not_given_is_unknown_in_an_open_world() {
    let model = model("", &[]);
    let mut world = World::default();
    let look =
        |world: &World| words(Config::new(&model, ServiceId(0), world).look_up("hash:/etc/postfix/t", "a@b", true));
    assert_eq!(look(&world), "?hash:/etc/postfix/t:a@b");
    world.assumed.insert("hash:/etc/postfix/t:*".to_owned(), String::new());
    assert_eq!(look(&world), "-");
    world.assumed.insert("hash:/etc/postfix/t:a@b".to_owned(), "OK".to_owned());
    assert_eq!(look(&world), "OK");
}

#[test]
fn system_users() {
    let model = model("", &[]);
    let mut world = World { users: ["alice".to_owned()].into(), ..World::default() };
    let look = |world: &World, key| {
        words(Config::new(&model, ServiceId(0), world).look_up("proxy:unix:passwd.byname", key, false))
    };
    assert_eq!(look(&world, "Alice"), "alice:x:::::");
    assert_eq!(look(&world, "bob"), "?unix:passwd.byname:bob");
    world.users_are_closed = true;
    assert_eq!(look(&world, "bob"), "-");
}

#[test]
fn parameters_ask_their_tables_in_order() {
    let main = "compatibility_level = 3.6\nvirtual_alias_maps = inline:{a=1}, cidr:{{10.0.0.1 2}} static:{ }\nlocal_recipient_maps = fail:x inline:{a=1}\n";
    let model = model(main, &[]);
    let world = World { files_are_closed: true, ..World::default() };
    let config = Config::new(&model, ServiceId(0), &world);
    config.keep_looked(true);
    assert_eq!(words(config.look_up_in("virtual_alias_maps", "a", false)), "1");
    assert_eq!(words(config.look_up_in("virtual_alias_maps", "10.0.0.1", false)), "2");
    assert_eq!(words(config.look_up_in("virtual_alias_maps", "10.0.0.1", true)), "broken");
    assert_eq!(words(config.look_up_in("virtual_alias_maps", "", true)), "-");
    // dict_fail.c: its keys are patterns, so it is not asked for pieces.
    assert_eq!(words(config.look_up_in("local_recipient_maps", "a", false)), "fails");
    assert_eq!(words(config.look_up_in("local_recipient_maps", "a", true)), "1");
    let looked: Vec<_> = config.take_looked().into_iter().map(|one| (one.place, one.key, one.found)).collect();
    assert_eq!(looked[0], ("inline:{a=1}".to_owned(), "a".to_owned(), Some("1".to_owned())));
    assert_eq!(looked.len(), 7);
    assert!(config.take_looked().is_empty());
}

#[test]
fn values_have_places() {
    let files = [("t", "a 1\nb 2\n")];
    let Found::Value(_, Some(span)) = answer(&files, "hash:/etc/postfix/t", "b") else { panic!("no place") };
    assert_eq!((span.file, span.start), (FileId(1), 4));
    let Found::Value(_, Some(span)) = answer(&[("t", "# c\n10.0.0.1 x\n")], "cidr:/etc/postfix/t", "10.0.0.1") else {
        panic!("no place")
    };
    assert_eq!(span.start, 4);
}

#[test]
fn a_million_lines_are_read_and_asked() {
    let mut text = String::new();
    for at in 0..1_000_000 {
        text.push_str(&format!("k{at} v\n"));
    }
    let files = [("t", text.as_str())];
    assert_eq!(words(answer(&files, "hash:/etc/postfix/t", "K999999")), "v");
}

#[test]
fn patterns_are_tried_in_order() {
    let text = "/^a@/ A\n!/b/ no b\n/B@(.*)\\.([a-z]+)$/ ${2} $(1)x$$$1\nif /^c/\n/d/ D\nendif\n/c/ \n";
    let expected = [("a@x", "A"), ("qq", "no b"), ("b@f.org", "org fx$f"), ("abc", "broken")];
    check(&[("t", text)], "regexp:/etc/postfix/t", &expected);
    let text = "/^a@/ A\n/B@(.*)\\.([a-z]+)$/ ${2} $(1)x$$$1\nif /^c/\n/d/ D\nendif\nif !/^c/\n/d/ E\nendif\n/^c(?!x)y/ F\n/u/i U\n/^[^@]+@(?!.*\\.ok$)z/ G\n/(?<!\\.ok)$/ last\n";
    let expected = [
        ("a@x", "A"),
        ("b@f.org", "org fx$f"),
        ("cd", "D"),
        ("xd", "E"),
        ("cyx", "F"),
        ("cxy", "last"),
        ("q@z.ok", "-"),
        ("q@z.no", "G"),
        ("U", "last"),
        ("u", "U"),
        ("x.ok", "-"),
    ];
    check(&[("t", text)], "pcre:/etc/postfix/t", &expected);
}

#[test]
fn what_a_library_refuses_is_skipped() {
    let text = "/(/ A\n/[/ B\n/*a/ C\n/a{2,1}/ D\n/a/q E\n/(a)/ $2\n/a/ $x\n!/b/ $1\n/a\nabc X\n/a/ ok\n";
    check(&[("t", text)], "regexp:/etc/postfix/t", &[("a", "ok")]);
    check(&[("t", text)], "pcre:/etc/postfix/t", &[("a", "ok")]);
}

#[test]
fn a_protected_small_letter_of_a_regexp_matches_nothing_where_case_does_not_matter() {
    check(&[("t", "/\\d/ A\n/\\D/ B\n")], "regexp:/etc/postfix/t", &[("d", "B"), ("1", "-")]);
    check(&[("t", "/\\d/i A\n")], "regexp:/etc/postfix/t", &[("d", "A"), ("D", "-")]);
    check(&[("t", "/\\d/ A\n")], "pcre:/etc/postfix/t", &[("d", "-"), ("1", "A")]);
}

#[test]
fn what_we_cannot_match_is_unknown_where_it_matters() {
    let text = "/^x/ X\n/(a)\\1/ A\n/b/ B\n";
    let expected = [("x", "X"), ("aa", "?regexp:/etc/postfix/t:aa"), ("b", "?regexp:/etc/postfix/t:b")];
    check(&[("t", text)], "regexp:/etc/postfix/t", &expected);
    let text = "if /(a)\\1/\n/b/ B\nendif\n/c/ C\n";
    let expected = [("c", "C"), ("b", "?pcre:/etc/postfix/t:b"), ("d", "-")];
    check(&[("t", text)], "pcre:/etc/postfix/t", &expected);
}

#[test]
fn groups_that_could_be_taken_in_two_ways_are_unknown() {
    let text = "/^(a|ab)(c|bcd)(d*)$/ <$1><$2><$3>\n";
    check(&[("t", text)], "regexp:/etc/postfix/t", &[("abcd", "?regexp:/etc/postfix/t:abcd"), ("ac", "<a><c><>")]);
    check(&[("t", text)], "pcre:/etc/postfix/t", &[("abcd", "<a><bcd><>")]);
}

#[test]
fn patterns_that_explode_elsewhere_take_linear_time() {
    let key = "a".repeat(5_000) + "b";
    check(&[("t", "/^(a|a)*(a|aa)+(.*a)*$/ X\n")], "pcre:/etc/postfix/t", &[(&key, "-")]);
    check(
        &[("t", "/(a{1,30}){1,30}(a{1,30}){1,300}/ X\n")],
        "regexp:/etc/postfix/t",
        &[("a", "?regexp:/etc/postfix/t:a")],
    );
    let deep = format!("/{}a{}/ X\n", "(".repeat(50_000), ")".repeat(50_000));
    check(&[("t", &deep)], "regexp:/etc/postfix/t", &[("a", "?regexp:/etc/postfix/t:a")]);
}
