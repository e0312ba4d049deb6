//! Whole migrations of Postfix.

use super::*;
use postproof_diag::Document;

const RELEASES: Releases = Releases { from: Version::new(3, 7), from_is_assumed: false, to: Version::new(3, 11) };

fn of(files: &[(&str, &str)]) -> Migration {
    let mut sources = SourceMap::default();
    for (path, text) in files {
        sources.add(Document::new(*path, *text));
    }
    migrate(&sources, RELEASES)
}

/// The lines that come from lines of the source.
fn check(path: &str, text: &str) -> String {
    let out = of(&[(path, text)]);
    let lines = out.files.iter().flat_map(|file| &file.lines).filter(|line| line.entry.is_some());
    lines.map(|line| line.text.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn old_switches_of_tls_become_one_level() {
    assert_eq!(check("main.cf", "smtpd_use_tls = yes\n"), "smtpd_tls_security_level = may");
    assert_eq!(check("main.cf", "smtp_use_tls = yes\nsmtp_enforce_tls = yes\n"), "smtp_tls_security_level = verify");
    assert_eq!(
        check("main.cf", "smtp_enforce_tls = yes\nsmtp_tls_enforce_peername = no\n"),
        "smtp_tls_security_level = encrypt"
    );
    // Only the level counts where it is set.
    assert_eq!(
        check("main.cf", "smtpd_use_tls = yes\nsmtpd_tls_security_level = encrypt\n"),
        "smtpd_tls_security_level = encrypt"
    );
}

#[test]
fn renamed_parameters_keep_their_value_and_form() {
    let text = "postscreen_whitelist_interfaces = !192.0.2.1,\n    static:all\n";
    assert_eq!(check("main.cf", text), "postscreen_allowlist_interfaces = !192.0.2.1,\n    static:all");
    assert_eq!(check("main.cf", "fallback_relay = x\n"), "smtp_fallback_relay = x");
}

#[test]
fn berkeley_tables_become_lmdb_with_the_commands_that_make_them() {
    let out = of(&[("main.cf", "alias_maps = hash:/etc/aliases\nvirtual_alias_maps = proxy:hash:/v, btree:/w\n")]);
    let text = out.files.first().map(OutputFile::text).unwrap_or_default();
    assert!(text.starts_with("alias_maps = lmdb:/etc/aliases\nvirtual_alias_maps = proxy:lmdb:/v, lmdb:/w\n"));
    assert!(text.contains("default_database_type = lmdb"));
    let said = |what: &str| out.notes.iter().any(|note| note.text.en.contains(what));
    assert!(said("`postalias lmdb:/etc/aliases`") && said("`postmap lmdb:/v`") && said("`postmap lmdb:/w`"));
}

#[test]
fn overrides_of_services_change_in_their_place() {
    let text = "smtps inet n - y - - smtpd\n  -o smtpd_enforce_tls=yes\n  -o { smtpd_per_record_deadline = yes }\n";
    let expected =
        "smtps inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  -o { smtpd_per_request_deadline = yes }";
    assert_eq!(check("master.cf", text), expected);
}

#[test]
fn a_default_that_changes_is_written_out() {
    let text = |main: &str| of(&[("main.cf", main)]).files.first().map(OutputFile::text).unwrap_or_default();
    assert!(text("myhostname = x\n").contains("\nmilter_default_action = tempfail\n"));
    assert!(!text("milter_default_action = accept\n").contains("tempfail"));
}

#[test]
fn the_level_decides_which_defaults_change() {
    // postconf(5), smtp_tls_security_level: may from level 3.11 on
    let changed = |main: &str| {
        of(&[("main.cf", main)]).files.iter().any(|file| file.text().contains("\nsmtp_tls_security_level ="))
    };
    assert!(!changed("compatibility_level = 3.6\n"));
    assert!(changed("compatibility_level = 3.11\n"));
}

#[test]
fn what_came_later_than_the_target_is_too_new() {
    let mut sources = SourceMap::default();
    sources.add(Document::new("main.cf", "smtpd_forbid_bare_newline = yes\n"));
    let back = Releases { from: Version::new(3, 11), from_is_assumed: false, to: Version::new(3, 4) };
    assert_eq!(migrate(&sources, back).count(Kind::TooNew), 1);
}

#[test]
fn every_line_has_an_entry() {
    let text = "# c\n\na = b\n  c\n junk\nd\n";
    let out = of(&[("main.cf", text)]);
    let sum: u32 = out.entries.iter().map(|entry| entry.span.len()).sum();
    assert_eq!(sum as usize, text.len() - "# c\n\n".len());
}
