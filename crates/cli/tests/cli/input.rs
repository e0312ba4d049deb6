//! What is read, what is refused, and with which exit code.

use crate::{postproof, refused, run, said};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;

const REVIEW: &str = "review.ko.md";

fn file(bytes: &[u8]) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("input");
    fs::write(&path, bytes).unwrap();
    let path = path.display().to_string();
    (directory, path)
}

#[test]
fn empty_input_is_refused() {
    refused(&said(postproof(&["check", "-"]).write_stdin("")), "<stdin>: the input is empty");
    let (_directory, path) = file(b" \n\n");
    refused(&run(&["check", &path]), "the input is empty");
}

#[test]
fn text_without_configuration_is_refused_and_says_what_was_looked_for() {
    let input = "Dear all,\n\nthe server is down again.\nPlease help.\n";
    let english = said(postproof(&["check", "-"]).write_stdin(input));
    refused(&english, "no configuration found");
    for name in ["main.cf", "postconf -n", "master.cf", "postconf -Mf", "dovecot.conf", "doveconf -n"] {
        assert!(english.err.contains(name), "{}", english.err);
    }
    let korean = said(postproof(&["check", "--lang", "ko", "-"]).write_stdin(input));
    refused(&korean, "설정을 찾지 못했습니다");
}

#[test]
fn a_binary_file_is_refused() {
    let (_directory, path) = file(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0");
    refused(&run(&["check", &path]), "binary file");
    let mut large = b"\x7fELF\x02\x01\x01".to_vec();
    large.extend((0..5_000_000_u32).flat_map(u32::to_le_bytes));
    let (_directory, path) = file(&large);
    refused(&run(&["check", &path]), "binary file");
}

#[test]
fn a_missing_path_is_refused() {
    refused(&run(&["check", "no/such/path"]), "no/such/path: no such file or directory");
    refused(&run(&["explain", REVIEW, "no/such/path"]), "no/such/path");
}

#[test]
fn a_pipe_is_refused_without_waiting_for_it() {
    let device = run(&["check", "/dev/zero"]);
    refused(&device, "/dev/zero: no regular file");
}

#[test]
fn a_directory_without_permission_is_refused_to_an_ordinary_user() {
    let directory = tempfile::tempdir().unwrap();
    let locked = directory.path().join("postfix");
    fs::create_dir(&locked).unwrap();
    fs::write(locked.join("main.cf"), "myhostname = mail.example.com\n").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let output = as_ordinary_user(directory.path(), &["check", locked.to_str().unwrap()]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("no permission"), "{err}");
    assert!(output.stdout.is_empty());
}

/// Runs the program as a user whom permissions bind. Root is bound by none:
/// then a copy of the program is started as `nobody`.
fn as_ordinary_user(directory: &Path, arguments: &[&str]) -> std::process::Output {
    let program = directory.join("postproof");
    fs::copy(assert_cmd::cargo::cargo_bin("postproof"), &program).unwrap();
    let mut command = std::process::Command::new(&program);
    command.args(arguments).env_clear().current_dir("/");
    if fs::metadata(directory).unwrap().uid() == 0 {
        const NOBODY: u32 = 65534;
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().unwrap()
}

#[test]
fn a_named_file_without_permission_is_noted_and_the_rest_is_judged() {
    let directory = tempfile::tempdir().unwrap();
    let postfix = directory.path().join("etc/postfix");
    fs::create_dir_all(&postfix).unwrap();
    let text = "myhostname = mail.example.com\nalias_maps = hash:/etc/postfix/locked\n";
    fs::write(postfix.join("main.cf"), text).unwrap();
    fs::write(postfix.join("locked"), "root: admin\n").unwrap();
    fs::set_permissions(postfix.join("locked"), fs::Permissions::from_mode(0o000)).unwrap();
    let output = as_ordinary_user(directory.path(), &["check", "--fail-on", "never", postfix.to_str().unwrap()]);
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{out}");
    assert!(out.contains("cannot read a file that it names") && out.contains("locked: no permission"), "{out}");
}

#[test]
fn a_line_of_five_megabytes_is_read() {
    let addresses = "192.0.2.1, ".repeat(5 * 1024 * 1024 / 11);
    let text = format!("mynetworks = {addresses}0.0.0.0/0");
    let (_directory, path) = file(text.as_bytes());
    let outcome = run(&["check", &path]);
    assert!(outcome.code == 0 || outcome.code == 1, "{} {}", outcome.code, outcome.err);
    assert!(outcome.out.len() < 100_000, "{} bytes of output", outcome.out.len());
}

#[test]
fn a_search_reads_every_file_and_says_which_hold_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir_all(root.join("b/etc/postfix")).unwrap();
    fs::write(root.join("a.txt"), "mynetworks = 127.0.0.0/8\nmyhostname = a.example.com\n").unwrap();
    fs::write(root.join("b/etc/postfix/main.cf"), "myhostname = b.example.com\n").unwrap();
    fs::write(root.join("c.bin"), b"\0\x01\x02\0\0\0").unwrap();
    fs::write(root.join("notes.txt"), "nothing here\n").unwrap();
    let outcome = run(&["check", "--fail-on", "never", root.to_str().unwrap()]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let (a, b) = (outcome.out.find("a.example.com"), outcome.out.find("b.example.com"));
    assert!(a.is_some() && a < b, "{}", outcome.out);
    assert!(outcome.out.contains("2 configurations, "), "{}", outcome.out);
    assert!(outcome.err.contains("c.bin: a binary file"), "{}", outcome.err);
    assert!(outcome.err.contains("no configuration found in 1 of the files") && outcome.err.contains("notes.txt"));
}

#[test]
fn a_search_that_finds_nothing_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("notes.txt"), "nothing here\n").unwrap();
    refused(&run(&["check", directory.path().to_str().unwrap()]), "no configuration found");
}

#[test]
fn the_exit_code_follows_the_threshold() {
    let json = said(&mut postproof(&["check", "--format", "json", "--fail-on", "never", REVIEW]));
    assert_eq!(json.code, 0);
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let count = |name: &str| value["summary"][name].as_u64().unwrap();
    assert!(count("warning") > 0 && count("info") > 0, "{}", value["summary"]);
    let mut found = 0;
    for severity in ["error", "warning", "info", "hint"] {
        found += count(severity);
        let expected = i32::from(found > 0);
        assert_eq!(run(&["check", "--fail-on", severity, REVIEW]).code, expected, "--fail-on {severity}");
    }
    assert_eq!(run(&["check", REVIEW]).code, 1);
}

#[test]
fn arguments_are_checked() {
    refused(&run(&["check", "--postfix-version", "2.11", REVIEW]), "3.4, 3.5, 3.6");
    refused(&run(&["check", "--dovecot-version", "two", REVIEW]), "2.3, 2.4");
    refused(&run(&["check", "--format", "xml", REVIEW]), "text, json");
    refused(&run(&["explain", "--service", "nosuch", REVIEW]), "no smtpd service is called `nosuch`; there are: ");
    refused(&run(&["rule", "cfg-sintax"]), "the nearest is `cfg-syntax`");
    refused(&run(&["frobnicate"]), "unrecognized subcommand");
}

#[test]
fn the_version_asked_for_is_the_one_judged_for() {
    let json = run(&["check", "--format", "json", "--postfix-version", "3.5", REVIEW]);
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(value["reports"][0]["hosts"][0]["target"]["postfix"]["value"], "3.5");
}

#[test]
fn rules_are_listed_and_each_has_a_page() {
    let list = run(&["rules"]);
    assert_eq!(list.code, 0);
    let names: Vec<&str> =
        list.out.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"cfg-syntax"), "{names:?}");
    for name in names {
        for lang in ["en", "ko"] {
            let page = run(&["rule", name, "--lang", lang]);
            assert_eq!(page.code, 0, "{name}");
            assert!(page.out.starts_with(name), "{}", page.out);
        }
    }
}

#[test]
fn the_language_comes_from_the_environment_unless_asked_for() {
    let korean = said(postproof(&["check", "no/such"]).env("LANG", "ko_KR.UTF-8"));
    refused(&korean, "파일이나 디렉터리가 없습니다");
    let english = said(postproof(&["check", "--lang", "en", "no/such"]).env("LANG", "ko_KR.UTF-8"));
    refused(&english, "no such file");
}

#[test]
fn colour_is_for_terminals_and_no_color_is_obeyed() {
    assert!(!run(&["check", REVIEW]).out.contains('\u{1b}'), "a pipe gets no colour");
    assert!(run(&["check", "--color", "always", REVIEW]).out.contains("\u{1b}["));
    assert!(!run(&["check", "--color", "never", REVIEW]).out.contains('\u{1b}'));
    // CLICOLOR_FORCE stands in for a terminal.
    let forced = said(postproof(&["check", REVIEW]).env("CLICOLOR_FORCE", "1"));
    assert!(forced.out.contains("\u{1b}["), "auto would use colour here");
    let refused = said(postproof(&["check", REVIEW]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"));
    assert!(!refused.out.contains('\u{1b}'), "NO_COLOR");
    assert!(!run(&["check", "--color", "always", "--format", "json", REVIEW]).out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_gets_no_message() {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("postproof"))
        .args(["check", REVIEW])
        .current_dir(crate::fixtures())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_section_after_one_that_is_not_closed_is_not_taken_for_another_version() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("dovecot.conf");
    std::fs::write(&path, "protocols = imap\nservice auth {\n  user = root\npassdb {\n  driver = pam\n}\n").unwrap();
    let said = run(&["check", "--dovecot-version", "2.3", path.to_str().unwrap()]);
    assert!(said.out.contains("a `passdb` section can't stand in this place"), "{}", said.out);
    assert!(!said.out.contains("which 2.3 does not have"), "{}", said.out);
}

#[test]
fn dovecot_alone_has_no_postfix_in_its_head() {
    let said =
        said(postproof(&["check", "-"]).write_stdin("protocols = imap\nssl_protocols = !SSLv3\nssl = required\n"));
    assert!(said.out.contains("Dovecot 2.3") && !said.out.contains("Postfix"), "{}", said.out);
    // Of doveconf's two warnings the one about the setting.
    let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("ssl_protocols has been replaced by ssl_min_protocol"), "{}", said.out);
}
