//! What recordings cannot show: limits, and that no text breaks anything. The
//! recorded answers are replayed by `cargo xtask oracle postconf`.

use super::*;
use proptest::prelude::*;

const MODES: [Mode; 4] = [Mode::Set, Mode::SetExpanded, Mode::Services, Mode::ServiceSettings];
const MASTER: &str = "smtp inet n - n - - smtpd\n";

fn printed(mode: Mode, main: &[u8], master: &[u8], version: (u16, u16)) -> Printed {
    let client = |_: &[u8]| ClientFile::Missing("No such file or directory".to_owned());
    let files = Files {
        main_cf: Ok(main),
        master_cf: Ok(master),
        directory: "/etc/postfix",
        is_default: true,
        client: &client,
    };
    print(mode, &files, Version::new(version.0, version.1), &SystemFacts::default())
}

fn expanded(main: &str) -> Printed {
    printed(Mode::SetExpanded, main.as_bytes(), MASTER.as_bytes(), (3, 7))
}

#[test]
fn releases_say_different_things() {
    let stderr = |main: &str, version| printed(Mode::Set, main.as_bytes(), MASTER.as_bytes(), version).stderr;
    // postconf_unused.c: since 3.9, with a last line since 3.11.
    let deprecated = "mynetworks =\nsmtp_use_tls = no\n";
    assert!(stderr(deprecated, (3, 8)).is_empty());
    let advice = "postconf: warning: /etc/postfix/main.cf: support for parameter \"smtp_use_tls\" will be removed; \
                  instead, specify \"smtp_tls_security_level\"";
    assert_eq!(stderr(deprecated, (3, 10)), [advice]);
    let see = "postconf: warning: See https://www.postfix.org/DEPRECATION_README.html for details";
    assert_eq!(stderr(deprecated, (3, 11)), [advice, see]);
    // mystrtok.c, mystrtok_warn: since 3.8.
    let comment = "mynetworks =\nalias_maps = hash:/x # mine\n";
    assert!(stderr(comment, (3, 7)).is_empty());
    let warning = "postconf: warning: /etc/postfix/main.cf: #comment after other text is not allowed: # mine...";
    assert_eq!(stderr(comment, (3, 8)), [warning]);
    // compat_level.c: since 3.6.
    let level = "mynetworks =\nbiff = ${{1} <level {2} ? {yes} : {no}}\n";
    assert!(stderr(level, (3, 6)).is_empty());
    assert!(stderr(level, (3, 5)).iter().any(|line| line.contains("\"{expression}\" expected at")));
    // readlline.c: since 3.9.
    assert!(stderr("mynetworks =\nbiff = no\0\n", (3, 8)).is_empty());
    let nul = "postconf: warning: /etc/postfix/main.cf, line 2: text after null byte may be ignored";
    assert_eq!(stderr("mynetworks =\nbiff = no\0\n", (3, 9)), [nul]);
}

#[test]
fn functions_came_with_3_11() {
    let main = b"mynetworks =\nmail_name = ${domain_to_ascii{$mydomain}}\nmydomain = a.example\n";
    let of = |version| printed(Mode::SetExpanded, main, MASTER.as_bytes(), version);
    assert_eq!((of((3, 10)).status, of((3, 11)).status), (1, 0));
    assert!(String::from_utf8(of((3, 11)).stdout).unwrap().contains("mail_name = a.example\n"));
}

#[test]
fn the_server_of_a_bare_excerpt_need_not_be_known() {
    let printed = expanded("mail_name = $mynetworks\n");
    assert_eq!(printed.stdout, b"mail_name = 127.0.0.0/8 [::1]/128\n");
    assert!(printed.unknown.is_some());
    assert!(expanded("mynetworks =\n").unknown.is_none());
}

#[test]
fn what_would_crash_or_never_end_reaches_a_limit() {
    let doubling: String = (0..64).map(|at| format!("a{at} = $a{}$a{}\n", at + 1, at + 1)).collect();
    let growing: String = (0..40).map(|at| format!("a{at} = $a{} $a{} x\n", at + 1, at + 1)).collect();
    let tests = [
        "mail_name = ${{$mail_name} == {x}}\n".to_owned(),
        format!("mail_name = {}\n", "${{".repeat(10_000) + &"}}".repeat(10_000)),
        format!("mail_name = $a0\n{doubling}"),
        format!("mail_name = $a0\n{growing}"),
        format!("smtpd_client_restrictions = {}\n", "{".repeat(10_000)),
    ];
    for main in tests {
        let printed = expanded(&format!("mynetworks =\n{main}"));
        assert!(printed.limit.is_some() || printed.status == 1, "{:?}", main.get(..60));
    }
}

#[test]
fn a_megabyte_is_read_in_one_go() {
    let names: String =
        (0..20_000).map(|at| format!("name{at} = $name{} and some text, for length\n", at / 2)).collect();
    let words = format!("mail_name = {}\n", "$biff ${fish?{a}} {b c} mysql:d, ".repeat(30_000));
    let dollars = format!("mail_name = {}\n", "a$$".repeat(300_000));
    let arguments = format!("smtp inet n - n - - smtpd {}\n", "-o a=$b -vovo {c d} ".repeat(50_000));
    let letters = format!("smtp inet n - n - - smtpd -{}\n", "vo".repeat(500_000));
    let services: String = (0..20_000).map(|at| format!("s{at} unix - - n - - smtpd -o name{at}=$x\n")).collect();
    let texts = [
        (Mode::SetExpanded, &names, MASTER),
        (Mode::SetExpanded, &words, MASTER),
        (Mode::Set, &dollars, MASTER),
        (Mode::Services, &names, &arguments),
        (Mode::Services, &words, &letters),
        (Mode::ServiceSettings, &names, &services),
    ];
    for (mode, main, master) in texts {
        let main = format!("mynetworks =\n{main}");
        assert!(printed(mode, main.as_bytes(), master.as_bytes(), (3, 10)).limit.is_none());
    }
}

/// Pieces that configurations, and their mistakes, are made of.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"\n",
        b"\n  ",
        b"\n# c\n",
        b" = ",
        b"=",
        b"$",
        b"${",
        b"$(",
        b"{",
        b"}",
        b")",
        b"${{",
        b"}}",
        b"?",
        b":",
        b" ? {",
        b"==",
        b"<level",
        b"mail_name",
        b"mynetworks",
        b"inet_interfaces",
        b"smtpd_restriction_classes",
        b"biff",
        b"a1",
        b"\na1 = ",
        b"\nmail_name = ",
        b"mysql:",
        b"proxy:",
        b"/x",
        b"inline:{",
        b",",
        b" ",
        b"#",
        b"-",
        b" -o ",
        b" -v",
        b"\nsmtp inet n - n - - smtpd",
        b"\nsmtp unix - - n - - smtp",
        b"3.6",
        b"10",
        b"99999999999999999999",
        b"\0",
        b"\xff",
        b"\xc3\xa9",
        b"\r",
        b"\x0b",
        b"process_name",
        b"virtual_maps",
        b"127.0.0.1",
        b"[::1]",
        b"domain_to_utf8{",
    ];
    let piece = prop_oneof![
        9 => prop::sample::select(known).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_it(main in pieces(), master in pieces(), minor in 4_u16..=12) {
        for mode in MODES {
            let printed = printed(mode, &main, &master, (3, minor));
            let is_fatal = printed.stderr.iter().any(|line| line.starts_with("postconf: fatal: "));
            prop_assert_eq!(printed.status == 0, !is_fatal && printed.limit.is_none());
            prop_assert!(printed.stderr.iter().all(|line| line.is_ascii() && !line.contains('\n')));
        }
    }
}
