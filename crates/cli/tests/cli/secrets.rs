//! Passwords never appear unless asked for.

use crate::{postproof, run};

const HOST: [&str; 2] = ["host/etc/postfix", "host/etc/dovecot"];

/// The passwords that the fixture holds.
const SECRETS: [&str; 3] = ["Pg-s3cret-Domains", "Relay-s3cret-Pass", "Dove-s3cret-Connect"];

#[test]
fn no_password_is_in_any_output() {
    for command in ["check", "explain", "show"] {
        for format in ["text", "json"] {
            for lang in ["en", "ko"] {
                let said = run(&[command, "--format", format, "--lang", lang, HOST[0], HOST[1]]);
                assert!(said.code < 2, "{}", said.err);
                for secret in SECRETS {
                    let found = said.out.contains(secret) || said.err.contains(secret);
                    assert!(!found, "{secret} in {command} {format} {lang}:\n{}", said.out);
                }
            }
        }
    }
}

#[test]
fn a_password_in_a_code_frame_is_masked_unless_asked_for() {
    let paste = "\
root@mail:~# postconf -n
myhostname = mail.example.com
smtp_sasl_password_maps = static:relayuser:First-s3cret-Pass
smtp_sasl_password_maps = static:relayuser:Other-s3cret-Pass
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
";
    for format in ["text", "json"] {
        let said = |more: &[&str]| {
            let arguments = [&["check", "--format", format, "-"], more].concat();
            crate::said(postproof(&arguments).write_stdin(paste)).out
        };
        let masked = said(&[]);
        assert!(masked.contains("cfg-duplicate-parameter"), "{masked}");
        assert!(!masked.contains("s3cret"), "{masked}");
        if format == "text" {
            assert!(masked.contains("smtp_sasl_password_maps = static:********"), "{masked}");
            assert!(said(&["--show-secrets"]).contains("relayuser:First-s3cret-Pass"));
        }
    }
}

/// A configuration whose password stands in a query, an answer and a session too.
const PASSWORD: &str = "hunter2-s3cret";

fn directory(networks: &str, password: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let main = format!(
        "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
         mynetworks = {networks}\nlocal_recipient_maps =\nvirtual_mailbox_domains = pgsql:/etc/postfix/d.cf\n\
         smtpd_sender_restrictions = check_sender_access inline:{{{{a@b.example=REJECT {PASSWORD}}}}}\n"
    );
    std::fs::write(directory.path().join("main.cf"), main).unwrap();
    let source = format!("user = mail\npassword = {password}\nquery = SELECT '%s', '{PASSWORD}'\n");
    std::fs::write(directory.path().join("d.cf"), source).unwrap();
    directory
}

#[test]
fn no_password_is_in_sessions_proofs_and_comparisons() {
    let (old, new) = (directory("127.0.0.0/8", PASSWORD), directory("10.0.0.0/8", "other-s3cret"));
    let [old, new] = [&old, &new].map(|directory| directory.path().to_str().unwrap());
    let login = ["--login", PASSWORD, "--helo", PASSWORD, "--from", "a@b.example", "--to", "x@example.org"];
    let session = [&["simulate", old, "--show-trace", "--swaks"], &login[..]].concat();
    for command in [vec!["prove", old, "--swaks"], session, vec!["diff", old, new], vec!["diff", new, old]] {
        for format in ["text", "json"] {
            let said = run(&[&command[..], &["--format", format]].concat());
            assert!(said.code < 2, "{}", said.err);
            assert!(!said.out.contains("s3cret") && !said.err.contains("s3cret"), "{command:?} {format}: {}", said.out);
            let shown = run(&[&command[..], &["--format", format, "--show-secrets"]].concat());
            assert_eq!(shown.code, said.code);
        }
    }
}
