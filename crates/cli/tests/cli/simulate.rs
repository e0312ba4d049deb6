//! `postproof simulate`.

use super::{directory, postproof, refused, run, said};
use std::fs;
use tempfile::TempDir;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n\
    smtpd_recipient_restrictions = check_recipient_access pgsql:/etc/postfix/rcpt.cf\n";

fn simulated(arguments: &[&str]) -> super::Said {
    let directory = directory(MAIN);
    let mut command = postproof(&["simulate", directory.path().to_str().unwrap()]);
    said(command.args(arguments))
}

#[test]
fn each_reply_has_the_entry_that_decides_beside_it() {
    let said = simulated(&["--from", "ann@example.net", "--to", "bob@elsewhere.example"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains(
            "C: RCPT TO:<bob@elsewhere.example>\n  S: 554 5.7.1 <bob@elsewhere.example>: Relay access denied"
        )
    );
    let rule = said.out.lines().find(|line| line.contains("reject_unauth_destination")).unwrap();
    assert!(rule.contains("smtpd_relay_restrictions[1]"), "{rule}");
    assert!(said.out.contains("main.cf:6:"), "{}", said.out);
}

#[test]
fn what_is_not_known_shows_every_outcome_until_it_is_assumed() {
    let question = "pgsql:/etc/postfix/rcpt.cf:bob@example.org";
    let said = simulated(&["--to", "bob@example.org"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("S: cannot tell")
            && said.out.contains(&format!("--assume '{question}=none|OK|REJECT|DEFER|DISCARD'")),
        "{}",
        said.out
    );
    assert!(said.out.contains("- 250 2.1.5 Ok") && said.out.contains("- 554 5.7.1"), "{}", said.out);
    let settled = simulated(&["--to", "bob@example.org", "--assume", &format!("{question}=REJECT Not here")]);
    assert!(
        settled.out.contains("S: 554 5.7.1 <bob@example.org>: Recipient address rejected: Not here"),
        "{}",
        settled.out
    );
    refused(&simulated(&["--to", "bob@example.org", "--assume", "nothing"]), "nothing");
}

#[test]
fn answers_come_from_a_file_too() {
    let file = TempDir::new().unwrap();
    let path = file.path().join("answers.json");
    fs::write(&path, r#"{"pgsql:/etc/postfix/rcpt.cf:bob@example.org": "OK"}"#).unwrap();
    let said = simulated(&["--to", "bob@example.org", "--assume-file", path.to_str().unwrap(), "--show-trace"]);
    assert!(said.out.contains("S: 250 2.1.5 Ok") && said.out.contains("permit_mynetworks"), "{}", said.out);
    fs::write(&path, "[]").unwrap();
    refused(&simulated(&["--assume-file", path.to_str().unwrap()]), "answers.json");
}

#[test]
fn a_request_on_standard_input_is_answered_as_json() {
    let request = r#"{"main_cf": "myhostname = mx.example.org\nmydestination = example.org\nmynetworks = 127.0.0.1\ncompatibility_level = 3.6\n",
        "sessions": [{"client_addr": "192.0.2.1", "helo": "a.example", "sender": "a@b.example", "recipients": ["c@d.example"]}]}"#;
    let answered = said(postproof(&["simulate", "--json"]).write_stdin(request));
    assert_eq!(answered.code, 0, "{}", answered.err);
    let answer: serde_json::Value = serde_json::from_str(&answered.out).unwrap();
    let last = answer.pointer("/sessions/0/replies/3").unwrap();
    assert_eq!(last.get("code").and_then(serde_json::Value::as_u64), Some(454));
    assert_eq!(
        last.pointer("/decided_by/restriction").and_then(|name| name.as_str()),
        Some("defer_unauth_destination")
    );
    refused(&said(postproof(&["simulate", "--json"]).write_stdin("{}")), "main_cf");
    refused(&said(postproof(&["simulate", "--json"]).write_stdin(request.replace("192.0.2.1", "moon"))), "moon");
}

#[test]
fn the_command_for_the_live_server_says_when_xclient_works() {
    let said = simulated(&["--to", "bob@example.org", "--client", "192.0.2.9", "--swaks"]);
    assert!(said.out.contains("swaks \\\n    --server mx.example.org \\\n"), "{}", said.out);
    assert!(!said.out.contains("--xclient-addr"));
    let directory = directory(&format!("{MAIN}smtpd_authorized_xclient_hosts = 127.0.0.1\n"));
    let path = directory.path().to_str().unwrap();
    let said = run(&["simulate", path, "--to", "bob@example.org", "--client", "192.0.2.9", "--swaks"]);
    assert!(said.out.contains("--xclient-addr 192.0.2.9") && said.out.contains("127.0.0.1"), "{}", said.out);
}

#[test]
fn a_service_that_is_not_there_is_refused_with_those_that_are() {
    refused(&simulated(&["--service", "submission", "--to", "bob@example.org"]), "smtp");
}

#[test]
fn port_25_leads_through_postscreen_to_the_smtpd_behind_it() {
    let directory = directory(MAIN);
    let master = "smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\nsubmission inet n - y - - smtpd\n";
    fs::write(directory.path().join("master.cf"), master).unwrap();
    for service in [&[][..], &["--service", "25"]] {
        let mut command = postproof(&["simulate", directory.path().to_str().unwrap(), "--from", "a@example.net"]);
        let said = said(command.args(["--to", "b@elsewhere.example"]).args(service));
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains("== smtpd =="), "{}", said.out);
        assert!(said.out.contains("S: 554 5.7.1 <b@elsewhere.example>: Relay access denied"), "{}", said.out);
    }
}

#[test]
fn a_trace_of_classes_in_a_cycle_stays_readable() {
    let directory = directory(
        "mydestination = example.org\nsmtpd_restriction_classes = a, b\na = b\nb = a\n\
         smtpd_sender_restrictions = a\nsmtpd_relay_restrictions = reject_unauth_destination\n",
    );
    let mut command = postproof(&["simulate", directory.path().to_str().unwrap(), "--show-trace"]);
    let said = said(command.args(["--from", "a@example.net", "--to", "b@example.org"]));
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("entries that stand deeper"), "{}", said.out);
    assert!(said.out.lines().count() < 120, "{}", said.out);
}

#[test]
fn each_look_up_stands_under_the_entry_that_asked_once() {
    let main = "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
        mynetworks = cidr:/etc/postfix/nets\nlocal_recipient_maps =\n\
        smtpd_restriction_classes = inner\ninner = check_helo_access inline:{a=b}, permit\n\
        smtpd_client_restrictions = check_client_access cidr:/etc/postfix/clients\n";
    let directory = directory(main);
    fs::write(directory.path().join("nets"), "10.0.0.0/8 x\n").unwrap();
    fs::write(directory.path().join("clients"), "203.0.113.0/24 inner\n").unwrap();
    let path = directory.path().to_str().unwrap();
    let said = run(&["simulate", path, "--to", "bob@example.org", "--show-trace"]);
    let of = |start: &str| said.out.lines().filter(|line| line.trim().starts_with(start)).count();
    assert_eq!(of("cidr:/etc/postfix/clients 203.0.113.9 = inner"), 1, "{}", said.out);
    assert_eq!(of("cidr:/etc/postfix/clients unknown"), 0, "{}", said.out);
    let lines: Vec<&str> = said.out.lines().collect();
    let client =
        lines.iter().position(|line| line.contains("smtpd_client_restrictions[0] check_client_access")).unwrap();
    let inner = lines.iter().position(|line| line.contains("check_helo_access inline")).unwrap();
    let found = lines.iter().position(|line| line.contains("clients 203.0.113.9 = inner")).unwrap();
    assert!(client < found && found < inner, "{}", said.out);
    assert!(lines.iter().take(inner).all(|line| !line.contains("/etc/postfix/nets")), "{}", said.out);
}

#[test]
fn a_service_that_begins_with_tls_says_so() {
    let directory =
        directory(&MAIN.replace("local_recipient_maps", "smtpd_tls_cert_file = /x.pem\nlocal_recipient_maps"));
    let master = "submissions inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n";
    fs::write(directory.path().join("master.cf"), master).unwrap();
    let path = directory.path().to_str().unwrap();
    let said = run(&["simulate", path, "--service", "465", "--to", "bob@example.org"]);
    assert!(said.out.contains("(unknown[203.0.113.9], connects and begins with TLS)"), "{}{}", said.out, said.err);
}

#[test]
fn the_command_for_the_live_server_does_what_the_session_does() {
    let directory = directory(&format!("{MAIN}smtpd_sasl_auth_enable = yes\n"));
    fs::write(directory.path().join("master.cf"), "587 inet n - y - - smtpd\n").unwrap();
    let swaks = |arguments: &[&str]| -> Vec<String> {
        let mut command = postproof(&["simulate", directory.path().to_str().unwrap(), "--service", "587", "--swaks"]);
        let said = said(command.args(arguments));
        assert_eq!(said.code, 0, "{}", said.err);
        let (_, options) = said.out.split_once("swaks \\\n").unwrap();
        options.lines().map(|line| line.trim().trim_end_matches(" \\").to_owned()).collect()
    };
    assert_eq!(
        swaks(&["--from", "", "--to", "a@example.org", "--to", "b@example.org", "--tls", "--login", "anna", "--data"]),
        [
            "--server mx.example.org",
            "--port 587",
            "--helo client.example",
            "--auth PLAIN",
            "--auth-user anna",
            "--from '<>'",
            "--to a@example.org,b@example.org",
            "--tls",
        ]
    );
    // Without a message it stops behind the recipient, and nothing breaks out of its quotes.
    let stopped = swaks(&["--from", "$(id)@example.net", "--to", "a@example.org", "--helo", "it's; me"]);
    assert!(stopped.contains(&"--quit-after RCPT".to_owned()), "{stopped:?}");
    assert!(stopped.contains(&"--from '$(id)@example.net'".to_owned()), "{stopped:?}");
    assert!(stopped.contains(&r"--helo 'it'\''s; me'".to_owned()), "{stopped:?}");
}

#[test]
fn many_sessions_of_one_request_are_answered_in_their_order() {
    let sessions: Vec<String> = (0..50)
        .map(|number| {
            let to = if number % 2 == 0 { "here@example.org" } else { "there@elsewhere.example" };
            format!(r#"{{"client_addr": "192.0.2.{number}", "helo": "h{number}.example", "sender": "a@b.example", "recipients": ["{to}"]}}"#)
        })
        .collect();
    let request = format!(
        r#"{{"main_cf": "myhostname = mx.example.org\nmydestination = example.org\nlocal_recipient_maps =\nmynetworks = 127.0.0.1\ncompatibility_level = 3.6\n", "sessions": [{}]}}"#,
        sessions.join(",")
    );
    let file = TempDir::new().unwrap();
    let path = file.path().join("request.json");
    fs::write(&path, &request).unwrap();
    let of_file = run(&["simulate", "--json", path.to_str().unwrap()]);
    let of_input = said(postproof(&["simulate", "--json", "-"]).write_stdin(request));
    assert_eq!((of_file.code, &of_file.out), (0, &of_input.out), "{}", of_file.err);
    let answer: serde_json::Value = serde_json::from_str(&of_file.out).unwrap();
    let answered = answer["sessions"].as_array().unwrap();
    assert_eq!(answered.len(), 50);
    for (number, session) in answered.iter().enumerate() {
        let replies = session["replies"].as_array().unwrap();
        assert_eq!(replies[1]["arg"], format!("h{number}.example"));
        let rcpt = replies.iter().find(|reply| reply["command"] == "rcpt").unwrap();
        assert_eq!(rcpt["code"], if number % 2 == 0 { 250 } else { 454 });
    }
}

#[test]
fn a_part_of_the_world_that_a_request_calls_unknown_is_unknown() {
    let request = |unknown: &str| {
        format!(
            r#"{{"main_cf": "myhostname = mx.example.org\nmydestination = example.org\nlocal_recipient_maps =\nmynetworks = 127.0.0.1\ncompatibility_level = 3.6\nsmtpd_recipient_restrictions = reject_unknown_sender_domain\n",
            "dns": {{}}, {unknown} "sessions": [{{"client_addr": "192.0.2.1", "helo": "a.example", "sender": "a@b.example", "recipients": ["c@example.org"]}}]}}"#
        )
    };
    let rcpt = |unknown: &str| {
        let said = said(postproof(&["simulate", "--json"]).write_stdin(request(unknown)));
        assert_eq!(said.code, 0, "{}", said.err);
        let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let replies = answer["sessions"][0]["replies"].as_array().unwrap();
        replies.iter().find(|reply| reply["command"] == "rcpt").unwrap().clone()
    };
    assert_eq!(rcpt("")["verdict"], "defer");
    let unknown = rcpt(r#""unknown": ["dns"],"#);
    assert_eq!(unknown["verdict"], "unknown");
    assert!(unknown["missing"].to_string().contains("dns:mx:b.example"), "{unknown}");
}

#[test]
fn a_request_that_makes_no_sense_is_refused_in_both_languages() {
    let asked =
        |request: &str, lang: &str| said(postproof(&["simulate", "--json", "--lang", lang]).write_stdin(request));
    refused(&asked("{\"main_cf\": \"a = b\n", "en"), "can't be read");
    refused(&asked("{\"main_cf\": \"a = b\n", "ko"), "읽을 수 없습니다");
    let service = r#"{"main_cf": "myhostname = a.example\n", "service": "none", "sessions": []}"#;
    refused(&asked(service, "en"), "no smtpd service is called `none`; there are: smtp");
    refused(&asked(service, "ko"), "`none`");
    refused(&run(&["simulate", "--json", "a.json", "b.json"]), "--json reads one request");
    refused(&run(&["simulate", "--json", "a.json", "b.json", "--lang", "ko"]), "요청 하나만");
    refused(&run(&["simulate", "--json", "nowhere.json"]), "nowhere.json");
    // Options that the request itself has would be passed over.
    refused(&run(&["simulate", "--json", "--to", "a@b.example"]), "--to");
}

#[test]
fn what_stands_before_the_command_is_a_comment_in_every_line() {
    let directory = directory(MAIN);
    for lang in ["en", "ko"] {
        let said = run(&["simulate", directory.path().to_str().unwrap(), "--swaks", "--lang", lang]);
        let (before, _) = said.out.split_once("\nswaks ").unwrap();
        let comment = before.rsplit("\n\n").next().unwrap();
        assert!(comment.lines().all(|line| line.starts_with("# ")), "{comment}");
    }
}
