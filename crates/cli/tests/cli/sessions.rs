//! `postproof test`.

use super::{Said, directory, fixtures, postproof, refused, said};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n\
    smtpd_recipient_restrictions = check_recipient_access pgsql:/etc/postfix/rcpt.cf\n";

/// A stranger who asks to relay.
const RELAY: &str = "[[session]]\nname = \"relay\"\nclient = \"203.0.113.9\"\nhelo = \"a.example.net\"\n\
    from = \"bob@example.net\"\nto = [\"alice@example.com\"]\n";

/// A message to the server's own domain; a database decides.
const HOME: &str = "[[session]]\nname = \"home\"\nclient = \"203.0.113.9\"\nhelo = \"a.example.net\"\n\
    from = \"bob@example.net\"\nto = [\"alice@example.org\"]\ndata = true\n";

const QUESTION: &str = "\"pgsql:/etc/postfix/rcpt.cf:alice@example.org\"";

/// A configuration with a file of sessions beside it.
struct Tried {
    place: TempDir,
}

impl Tried {
    fn new(sessions: &str) -> Self {
        let place = directory(MAIN);
        fs::write(place.path().join("sessions.toml"), sessions).unwrap();
        Self { place }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.against(&self.place.path().join("main.cf"), arguments)
    }

    fn against(&self, configuration: &Path, arguments: &[&str]) -> Said {
        let mut command = postproof(&["test"]);
        said(command.arg(self.file()).arg(configuration).args(arguments))
    }

    fn file(&self) -> std::path::PathBuf {
        self.place.path().join("sessions.toml")
    }

    fn sessions(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn change(&self, main: &str) {
        fs::write(self.place.path().join("main.cf"), main).unwrap();
    }
}

fn tried(sessions: &str) -> Said {
    Tried::new(sessions).run(&[])
}

fn expecting(expected: &str) -> Said {
    tried(&format!("{RELAY}[session.expect]\n{expected}\n"))
}

#[test]
fn what_comes_out_as_expected_passes() {
    let all = "verdict = \"reject\"\nat = \"rcpt\"\ncode = 554\ndsn = \"5.7.1\"\n\
        by = \"Reject_Unauth_Destination\"\nlist = \"smtpd_relay_restrictions\"";
    let said = expecting(all);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let line = "  ok    relay: reject at rcpt, 554 5.7.1, reject_unauth_destination in smtpd_relay_restrictions\n";
    assert_eq!(said.out, format!("mx.example.org\n{line}1 session played, 0 came out otherwise\n"));
    // What is left out may be anything.
    assert_eq!(tried(RELAY).code, 0);
}

#[test]
fn each_part_of_what_is_expected_can_fail() {
    for wrong in [
        "verdict = \"permit\"",
        "at = \"mail\"",
        "code = 550",
        "dsn = \"5.7.0\"",
        "by = \"reject\"",
        "list = \"smtpd_recipient_restrictions\"",
    ] {
        let said = expecting(wrong);
        assert_eq!(said.code, 1, "{wrong}: {}{}", said.out, said.err);
        assert!(said.out.contains("  FAIL  relay\n          expected: "), "{}", said.out);
        assert!(said.out.contains("\n          got: reject at rcpt, 554 5.7.1, reject_un"), "{}", said.out);
        assert!(said.out.contains("1 session played, 1 came out otherwise\n"), "{}", said.out);
    }
}

#[test]
fn answers_hold_for_the_file_and_for_one_session() {
    let expected = |verdict: &str| format!("[session.expect]\nverdict = \"{verdict}\"\n");
    let open = tried(&format!("{HOME}{}", expected("unknown")));
    assert_eq!(open.code, 0, "{}", open.out);
    let of_file = format!("[assume]\n{QUESTION} = \"OK\"\n{HOME}{}", expected("permit"));
    assert_eq!(tried(&of_file).code, 0);
    let of_session = format!("{HOME}[session.assume]\n{QUESTION} = \"REJECT\"\n{}", expected("reject"));
    let both = tried(&format!("{of_file}{of_session}"));
    assert_eq!(both.code, 0, "{}", both.out);
    assert!(both.out.contains("2 sessions played, 0 came out otherwise"), "{}", both.out);
}

#[test]
fn a_failure_speaks_korean() {
    let tried = Tried::new(&format!("{RELAY}[session.expect]\nverdict = \"permit\"\n"));
    let said = tried.run(&["--lang", "ko"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("\n          기대: permit\n          결과: reject at rcpt, 554"), "{}", said.out);
    assert!(said.out.ends_with("세션 1개를 시험했고 1개가 기대와 다릅니다\n"), "{}", said.out);
}

#[test]
fn what_is_recorded_passes_until_the_behaviour_changes() {
    let tried = Tried::new("");
    fs::remove_file(tried.file()).unwrap();
    let recorded = tried.run(&["--record"]);
    assert_eq!(recorded.code, 0, "{}", recorded.err);
    assert!(recorded.out.contains("sessions written to "), "{}", recorded.out);
    let same = tried.run(&[]);
    assert_eq!(same.code, 0, "{}", same.out);
    for key in ["smtp stranger-elsewhere", "smtp bounce-home", "smtp network-elsewhere"] {
        assert!(same.out.contains(&format!("  ok    {key}: ")), "{}", same.out);
    }
    // Each session says itself what was taken for granted.
    let text = tried.sessions();
    let of = |name: &str| text.split("[[session]]").find(|one| one.contains(name)).unwrap().to_owned();
    assert!(of("unknown-user").contains("rcpt.cf:no-such-user") && !of("bounce-home").contains("no-such-user"));

    // Somebody lets the whole Internet relay.
    tried.change(&MAIN.replace("127.0.0.0/8", "0.0.0.0/0"));
    let changed = tried.run(&[]);
    assert_eq!(changed.code, 1, "{}", changed.out);
    assert!(changed.out.contains("  FAIL  smtp stranger-elsewhere\n"), "{}", changed.out);
    assert!(changed.out.contains("  ok    smtp network-elsewhere: "), "{}", changed.out);
}

#[test]
fn every_smtpd_service_is_recorded() {
    let tried = Tried::new("");
    let master = "smtp inet n - y - - smtpd\n587 inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n";
    fs::write(tried.place.path().join("master.cf"), master).unwrap();
    let recorded = tried.against(tried.place.path(), &["--record"]);
    assert_eq!(recorded.code, 0, "{}", recorded.err);
    let text = tried.sessions();
    assert!(text.contains("name = \"smtp stranger-elsewhere\"") && text.contains("name = \"587 login-elsewhere\""));
    assert!(!text.contains("name = \"smtp login-elsewhere\""), "{text}");
    assert_eq!(tried.against(tried.place.path(), &[]).code, 0);
}

#[test]
fn sessions_of_the_own_file_keep_all_but_what_comes_out() {
    let session = "[[session]]\nname = \"kept\"\nservice = \"25\"\nclient = \"2001:db8::1\"\nclient_name = \"a.example.net\"\n\
        reverse_name = \"b.example.net\"\nname_status = \"temp\"\nhelo = \"c.example.net\"\nsmtp = true\ntls = true\n\
        certificate_fingerprint = \"AA:BB\"\ncertificate_key_fingerprint = \"CC\"\ncertificate_trusted = true\n\
        login = \"anna\"\netrn = \"example.org\"\nvrfy = \"root\"\nfrom = \"\"\nmail_params = [\"SIZE=10\"]\n\
        to = [\"alice@example.com\", \"alice@example.org\"]\ndata = true\nblind = true\npipelined = true\n";
    let tried = Tried::new(&format!(
        "[assume]\n{QUESTION} = \"OK\"\n{session}[session.assume]\n\"dns:a:x\" = \"none\"\n[session.expect]\ncode = 999\n"
    ));
    let recorded = tried.run(&["--record", "--lang", "ko"]);
    assert_eq!(recorded.code, 0, "{}", recorded.err);
    assert!(
        recorded.out.starts_with("세션 1개를 ") && recorded.out.ends_with("파일에 기록했습니다\n"),
        "{}",
        recorded.out
    );
    let text = tried.sessions();
    for line in session.lines().chain(["[assume]", &format!("{QUESTION} = \"OK\""), "\"dns:a:x\" = \"none\""]) {
        // Lists stand on lines of their own.
        if !line.contains(", ") {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
    assert!(text.contains("\"alice@example.com\"") && text.contains("\"alice@example.org\""), "{text}");
    assert!(text.contains("[session.expect]") && !text.contains("999"), "{text}");
    assert_eq!(tried.run(&[]).code, 0);
}

#[test]
fn a_file_with_answers_alone_gets_typical_sessions() {
    let question = "pgsql:/etc/postfix/rcpt.cf:user@example.org";
    let tried = Tried::new(&format!("[assume]\n\"{question}\" = \"REJECT closed\"\n"));
    assert_eq!(tried.run(&["--record"]).code, 0);
    let text = tried.sessions();
    assert!(text.contains(&format!("\"{question}\" = \"REJECT closed\"")), "{text}");
    let home = text.split("[[session]]").find(|one| one.contains("stranger-home")).unwrap();
    assert!(home.contains("by = \"check_recipient_access\""), "{home}");
}

#[test]
fn a_file_that_cannot_be_read_is_refused_with_the_line() {
    for (text, line, why) in [
        ("[[session]]\nname = \"x\n", "line 2", "invalid basic string"),
        (&format!("{RELAY}recipient = \"a\"\n"), "line 7", "unknown field `recipient`"),
        (&format!("{RELAY}[session.expect]\nverdict = \"reject\"\nreply = 1\n"), "line 9", "unknown field `reply`"),
        ("[assumed]\na = \"b\"\n", "line 1", "unknown field `assumed`"),
        (&RELAY.replace("203.0.113.9", "moon"), "line 3", "invalid IP address"),
        (&format!("{RELAY}[session.expect]\nverdict = \"maybe\"\n"), "line 8", "unknown variant `maybe`"),
        (&RELAY.replace("name = \"relay\"\n", ""), "line 1", "missing field `name`"),
    ] {
        for record in [&[][..], &["--record"]] {
            let tried = Tried::new(text);
            let said = tried.run(record);
            refused(&said, why);
            assert!(said.err.contains("sessions.toml can't be read") && said.err.contains(line), "{}", said.err);
            assert_eq!(tried.sessions(), text, "the file is left as it is");
        }
        refused(&Tried::new(text).run(&["--lang", "ko"]), "sessions.toml 파일을 읽을 수 없습니다");
    }
    let tried = Tried::new("");
    fs::write(tried.file(), b"[[session]]\nname = \"\xff\"\n").unwrap();
    refused(&tried.run(&[]), "sessions.toml can't be read");
    fs::remove_file(tried.file()).unwrap();
    refused(&tried.run(&[]), "sessions.toml");
}

#[test]
fn a_session_without_its_service_fails_and_is_not_recorded() {
    let tried = Tried::new(&format!("{RELAY}service = \"submission\"\n[session.expect]\ncode = 250\n"));
    let before = tried.sessions();
    let failed = tried.run(&[]);
    assert_eq!(failed.code, 1);
    assert!(failed.out.contains("got: there is no smtpd service `submission`"), "{}", failed.out);
    refused(&tried.run(&["--record"]), "there is no smtpd service `submission`");
    refused(&tried.run(&["--record", "--lang", "ko"]), "`submission` 이름의 smtpd 서비스가 없습니다");
    assert_eq!(tried.sessions(), before);
}

#[test]
fn a_configuration_that_is_not_there_is_refused() {
    let tried = Tried::new(RELAY);
    for record in [&[][..], &["--record"]] {
        refused(&tried.against(&tried.place.path().join("nowhere"), record), "nowhere");
        refused(&tried.against(&tried.file(), record), "no configuration");
    }
    assert_eq!(tried.sessions(), RELAY);
}

#[test]
fn several_hosts_are_tested_one_by_one_and_not_recorded_together() {
    let tried = Tried::new(RELAY);
    let hosts = fixtures().join("two-hosts.txt");
    let tested = tried.against(&hosts, &[]);
    assert!(tested.out.contains("2 sessions played"), "{}{}", tested.out, tested.err);
    refused(&tried.against(&hosts, &["--record"]), "--record writes down one host");
    assert_eq!(tried.sessions(), RELAY);
}

/// The example of the documentation.
fn documented() -> String {
    let page = include_str!("../../../../docs/sessions.md");
    page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn what_comes_out_otherwise_fails_the_run_and_stands_in_the_json() {
    let other = documented().replace("code = 554", "code = 550");
    let said = Tried::new(&other).run(&["--format", "json"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&json["schema"], &json["differ"]), (&"postproof.test/1".into(), &1.into()));
    let session = &json["sessions"][0];
    assert_eq!((&session["host"], &session["as_expected"]), (&"mx.example.org".into(), &false.into()));
    assert_eq!((&session["expected"]["code"], &session["got"]["code"]), (&550.into(), &554.into()));
    let docs = include_str!("../../../../docs/json.md");
    for key in session.as_object().unwrap().keys().chain(session["got"].as_object().unwrap().keys()) {
        assert!(docs.contains(&format!("`{key}`")), "docs/json.md does not name {key}");
    }
}

#[test]
fn where_nothing_can_be_played_the_run_is_refused() {
    refused(&tried(""), "nothing to play");
}
