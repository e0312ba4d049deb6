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
