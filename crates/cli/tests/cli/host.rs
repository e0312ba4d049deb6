//! A copy of a server's /etc: both products, tables and client files followed.

use crate::run;

const HOST: [&str; 2] = ["host/etc/postfix", "host/etc/dovecot"];

#[test]
fn everything_that_the_host_names_is_followed() {
    let said = run(&["check", "--format", "json", HOST[0], HOST[1]]);
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let documents = value["reports"][0]["documents"].as_array().unwrap();
    let mut paths: Vec<&str> = documents.iter().map(|document| document["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    let expected = [
        "host/etc/aliases",
        "host/etc/dovecot/conf.d/10-auth.conf",
        "host/etc/dovecot/conf.d/10-master.conf",
        "host/etc/dovecot/dovecot-sql.conf.ext",
        "host/etc/dovecot/dovecot.conf",
        "host/etc/postfix/clients.cidr",
        "host/etc/postfix/main.cf",
        "host/etc/postfix/master.cf",
        "host/etc/postfix/pgsql-domains.cf",
        "host/etc/postfix/pgsql-mailboxes.cf",
        "host/etc/postfix/recipients",
        "host/etc/postfix/sasl_passwd",
    ];
    assert_eq!(paths, expected);
    assert_eq!(value["reports"].as_array().unwrap().len(), 1, "one host, one report");
    let parts = value["reports"][0]["hosts"][0]["parts"].as_array().unwrap();
    assert_eq!(parts.len(), documents.len(), "each document is a part of the host");
}

#[test]
fn the_missing_index_of_a_table_is_noted() {
    let said = run(&["check", HOST[0]]);
    assert!(said.out.contains("the index `aliases.db` is not there"), "{}", said.out);
}

#[test]
fn a_paste_of_the_same_text_follows_nothing() {
    let text = std::fs::read(crate::fixtures().join("host/etc/postfix/main.cf")).unwrap();
    let said = crate::said(crate::postproof(&["check", "--format", "json", "-"]).write_stdin(text));
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["reports"][0]["documents"].as_array().unwrap().len(), 1);
}

#[test]
fn a_file_called_main_cf_is_followed_as_its_directory_is() {
    let said = run(&["check", "--format", "json", "host/etc/postfix/main.cf"]);
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert!(value["reports"][0]["documents"].as_array().unwrap().len() > 1);
}

#[test]
fn the_output_for_the_host_reads_well() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(crate::fixtures().join("../snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for lang in ["en", "ko"] {
            for (command, format) in [("check", "text"), ("check", "json"), ("explain", "text")] {
                let said = run(&[command, "--format", format, "--lang", lang, HOST[0], HOST[1]]);
                insta::assert_snapshot!(format!("host.{command}.{format}.{lang}"), said.out);
            }
        }
    });
}
