use super::*;
use PartKind::{
    ClientFile, DoveconfN, DovecotConf, Listing, MainCf, MasterCf, PostconfAll, PostconfN, PostconfP, Table,
};
use proptest::prelude::*;

const POSTFIX: &[&str] = &[
    "alias_maps",
    "broken_sasl_auth_clients",
    "inet_interfaces",
    "inet_protocols",
    "mydestination",
    "mydomain",
    "myhostname",
    "mynetworks",
    "myorigin",
    "recipient_delimiter",
    "relayhost",
    "smtp_tls_CApath",
    "smtp_tls_security_level",
    "smtpd_helo_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_sasl_auth_enable",
    "smtpd_sasl_type",
    "smtpd_sender_restrictions",
    "smtpd_tls_auth_only",
    "smtpd_tls_cert_file",
    "smtpd_tls_security_level",
    "virtual_alias_maps",
    "virtual_mailbox_domains",
    "virtual_transport",
];
const DOVECOT: &[&str] = &[
    "auth_mechanisms",
    "disable_plaintext_auth",
    "driver",
    "mail_location",
    "mode",
    "passdb",
    "protocol",
    "protocols",
    "recipient_delimiter",
    "service",
    "ssl",
    "ssl_cert",
    "unix_listener",
    "user",
    "userdb",
];

/// Files that settings name, and what these make of them.
const CONFIGURED: &[(&str, PartKind)] =
    &[("/etc/postfix/mynetworks.cf", Table), ("mynetworks.cf", Table), ("/srv/mail/query", ClientFile)];

const DOVECONF: &str = "# 2.3.21 (47349e2482): /etc/dovecot/dovecot.conf\n# Hostname: mx1\nmail_location = maildir:~\n\
                        passdb {\n  driver = pam\n}\nprotocols = imap\n";
const ENTRIES: &str = "smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n    -o syslog_name=postfix/sub\n";

pub(super) fn words<T>(run: impl FnOnce(Vocabulary<'_>) -> T) -> T {
    let postfix = |name: &str| POSTFIX.contains(&name);
    let dovecot = |name: &str| DOVECOT.contains(&name);
    let configured = |name: &str| CONFIGURED.iter().find(|(path, _)| *path == name).map(|(_, kind)| *kind);
    run(Vocabulary {
        postfix_parameter: &postfix,
        dovecot_setting: &dovecot,
        dovecot_section: &dovecot,
        configured_file: &configured,
    })
}

fn cut_as(path: &str, text: &[u8]) -> Split {
    words(|words| split(FileId(0), &Document::new(path, text), words))
}

/// Every part as `kind`, and what its region holds.
fn cut(text: &str) -> Vec<(PartKind, String)> {
    let split = cut_as("paste", text.as_bytes());
    split.parts.iter().map(|part| (part.kind, held(part, text))).collect()
}

fn held(part: &Part, text: &str) -> String {
    part.region.lines.iter().filter_map(|line| text.get(line.start as usize..line.end as usize)).collect()
}

fn kinds(text: &str) -> Vec<PartKind> {
    cut(text).into_iter().map(|(kind, _)| kind).collect()
}

/// Name, host and whether it is whole, of every part.
fn facts(text: &str) -> Vec<(Option<String>, Option<String>, bool)> {
    cut_as("paste", text.as_bytes()).parts.into_iter().map(|part| (part.name, part.host, part.whole)).collect()
}

fn fact(name: &str, host: Option<&str>, whole: bool) -> (Option<String>, Option<String>, bool) {
    (Some(name.to_owned()), host.map(str::to_owned), whole)
}

#[test]
fn the_korean_review_is_read() {
    let text = include_str!("../../../../tests/fixtures/review.ko.md");
    let split = cut_as("review.md", text.as_bytes());
    let kinds: Vec<_> = split.parts.iter().map(|part| part.kind).collect();
    assert_eq!(kinds, [MainCf, MainCf, MainCf, MainCf, MainCf, MainCf, MainCf, Listing]);
    assert!(split.parts.iter().all(|part| !part.whole && part.name.is_none() && part.host.is_none()));
    let lines: usize = split.parts.iter().map(|part| part.region.lines.len()).sum();
    assert_eq!(lines, 31);
    every_line_is_accounted_for(text.as_bytes(), &split);
}

#[test]
fn prompts_name_parts_and_hosts() {
    let text = format!(
        "Hello, I need help.\n\nroot@mx1:~# postconf -n\nmyhostname = a\nmydomain = b\nroot@mx1:~# postconf -Mf\n{ENTRIES}\
         [root@mx2 ~]# cat /etc/postfix/main.cf\n# comment\n\nmyhostname = c\n\nThanks!\n"
    );
    assert_eq!(kinds(&text), [PostconfN, MasterCf, MainCf]);
    let expected = [
        fact("postconf -n", Some("mx1"), true),
        fact("postconf -Mf", Some("mx1"), true),
        fact("/etc/postfix/main.cf", Some("mx2"), true),
    ];
    assert_eq!(facts(&text), expected);
    assert_eq!(cut(&text)[2].1, "# comment\n\nmyhostname = c\n");
}

#[test]
fn outputs_without_separator_are_told_by_content() {
    let text = format!("$ postconf -n; postconf -Mf; doveconf -n\nmyhostname = a\nmydomain = b\n{ENTRIES}{DOVECONF}");
    assert_eq!(kinds(&text), [PostconfN, MasterCf, DoveconfN]);
    let hosts: Vec<_> = facts(&text).into_iter().map(|fact| fact.1).collect();
    assert_eq!(hosts, [None, None, Some("mx1".to_owned())]);
    let bare = text.split_once('\n').unwrap().1;
    assert_eq!(kinds(bare), [MainCf, MasterCf, DoveconfN]);
    assert!(cut(&text)[2].1.starts_with("# 2.3.21"));
}

#[test]
fn head_and_tail_headers_name_files() {
    let text = format!(
        "==> /etc/postfix/main.cf <==\nmyhostname = a\n\n==> /etc/postfix/master.cf <==\n{ENTRIES}\n\
                        ==> /etc/postfix/virtual <==\na@example.com b\n@example.org c\n"
    );
    assert_eq!(kinds(&text), [MainCf, MasterCf, Table]);
    assert_eq!(facts(&text)[2], fact("/etc/postfix/virtual", None, true));
}

#[test]
fn titles_and_here_documents_name_files() {
    let text = "**main.cf**\n\n```\nmyhostname = a\n```\nmaster.cf:\n\n    smtp inet n - y - - smtpd\n      -o a=b\n";
    assert_eq!(kinds(text), [MainCf, MasterCf]);
    assert_eq!(cut(text)[1].1, "smtp inet n - y - - smtpd\n  -o a=b\n");
    let text = "cat <<EOF > /etc/postfix/main.cf\nmyhostname = a\nfoo bar\nmydomain = b\nEOF\necho done\n";
    assert_eq!(cut(text), [(MainCf, "myhostname = a\nfoo bar\nmydomain = b\n".to_owned())]);
    assert_eq!(facts("Output of `postconf -n`:\n\nmyhostname = a\n"), [fact("postconf -n", None, true)]);
}

#[test]
fn paths_without_a_known_name_hold_what_their_lines_say() {
    let text = "relayhost = [a.example]:587\n# /etc/postfix/relay_passwd\n[a.example]:587 user:secret\n";
    assert_eq!(kinds(text), [MainCf, Table]);
    assert_eq!(facts(text)[1].0.as_deref(), Some("/etc/postfix/relay_passwd"));
    assert_eq!(kinds("$ cat /etc/postfix/vdomains\na.example OK\n"), [Table]);
    assert_eq!(kinds("#submission inet n - y - - smtpd\n  -o syslog_name=x\n"), [MasterCf]);
}

#[test]
fn quoted_mail_loses_its_prefix() {
    let text =
        "He wrote:\n> > smtpd_recipient_restrictions =\n> >   permit_mynetworks\n> >\n> > mydomain = b\n> why?\n";
    let expected = "smtpd_recipient_restrictions =\n  permit_mynetworks\n\nmydomain = b\n";
    assert_eq!(cut(text), [(MainCf, expected.to_owned())]);
}

#[test]
fn indented_code_is_stripped_but_continuations_are_not() {
    let text = "I have\n\n    mynetworks = a,\n      b\n\n    mydomain = c\n\nand that is it\n";
    assert_eq!(cut(text), [(MainCf, "mynetworks = a,\n  b\n\nmydomain = c\n".to_owned())]);
    let text = "mynetworks =\n    127.0.0.0/8\n    10.0.0.0/8\n";
    assert_eq!(cut(text), [(MainCf, text.to_owned())]);
}

#[test]
fn tags_around_code_are_left_out() {
    let text = "see\n<pre><code>mydomain = a\nmyorigin = b</code></pre>\nbye\n[code]\nrelayhost = c\n[/code]\n";
    assert_eq!(kinds(text), [MainCf, MainCf]);
    assert_eq!(cut(text)[0].1, "mydomain = a\nmyorigin = b");
}

#[test]
fn one_known_parameter_is_configuration_and_prose_is_not() {
    assert_eq!(kinds("I set this:\n\nsmtpd_tls_auth_only = yes\n\nIs that right?\n"), [MainCf]);
    assert_eq!(kinds("Let x be this:\nx = y\nwhere y = 2 holds\n"), []);
    assert_eq!(kinds("```\nserver {\n  listen = 80\n  root = /x\n}\n```\nnginx, see?\n").len(), 0);
    assert_eq!(kinds("hostname = a\n"), []);
}

#[test]
fn names_of_both_programs_follow_their_neighbours() {
    let text = "```\nrecipient_delimiter = +\nmydomain = a\n```\n```\nprotocols = imap\nrecipient_delimiter = +\n```\n";
    assert_eq!(kinds(text), [MainCf, DovecotConf]);
    assert_eq!(kinds("so:\nrecipient_delimiter = +\n"), [MainCf]);
}

#[test]
fn own_parameters_need_neighbours_or_restrictions() {
    assert_eq!(kinds("mydomain = a\nmy_own = b\n"), [MainCf]);
    assert_eq!(kinds("```\nmua_client_restrictions = permit_sasl_authenticated,reject\n```\n"), [MainCf]);
}

#[test]
fn warnings_and_logs_are_left_alone() {
    let text = "# postconf -n\nmydomain = a\npostconf: warning: /etc/postfix/main.cf: unused parameter: x=y\nmyorigin = b\n\
                Sep 15 13:11:02 mx postfix/smtpd[1]: connect from x\nmynetworks = c\n";
    let found = cut(text);
    assert_eq!(found[0], (PostconfN, "mydomain = a\nmyorigin = b\n".to_owned()));
    assert_eq!(found[1].1, "mynetworks = c\n");
    let whats: Vec<_> = cut_as("paste", text.as_bytes()).left_alone.into_iter().map(|left| left.what).collect();
    assert_eq!(whats, [Reason::Prompt.text(), Reason::Warning.text(), Reason::Log.text()]);
}

#[test]
fn an_elision_makes_excerpts() {
    let text = "$ cat main.cf\nmydomain = a\n[...]\nmyorigin = b\n";
    assert_eq!(facts(text), [fact("main.cf", None, false), fact("main.cf", None, false)]);
}

#[test]
fn files_are_one_part_with_their_faults() {
    let text = "  mydomain = a\nthis is broken\nmyorigin = b\n# x\n/etc/postfix/x.cf\nmynetworks = c\nrelayhost = d\nmyhostname = e\n";
    let split = cut_as("/etc/postfix/main.cf", text.as_bytes());
    assert_eq!(split.parts.iter().map(|part| (part.kind, part.whole)).collect::<Vec<_>>(), [(MainCf, true)]);
    assert_eq!(held(&split.parts[0], text), text);
    let one =
        |path: &str, text: &str| cut_as(path, text.as_bytes()).parts.iter().map(|part| part.kind).collect::<Vec<_>>();
    assert_eq!(one("conf/012.cf", ENTRIES), [MasterCf]);
    assert_eq!(
        one("dovecot-sql.conf.ext", "driver = pgsql\nconnect = host=a\npassword_query = SELECT \\\n  a\n"),
        [ClientFile]
    );
    assert_eq!(one("a.cf", "user = a\npassword = b\nhosts = c\nquery = SELECT\n  x\n"), [ClientFile]);
    assert_eq!(one("/etc/aliases", "root: admin\npostmaster: root\n"), [Table]);
    assert_eq!(one("x.pcre", "/^a/ REJECT\n"), [Table]);
    assert_eq!(one("-", "foo bar\nbar baz\n"), []);
    assert_eq!(one("dovecot.conf", DOVECONF), [DoveconfN]);
}

#[test]
fn a_file_that_is_a_forum_post_is_split() {
    let text = "Hi all,\nmy server does not work, and I do not know why it does not.\n\n$ postconf -n\nmydomain = a\n";
    let split = cut_as("main.cf", text.as_bytes());
    assert_eq!(split.parts.iter().map(|part| part.kind).collect::<Vec<_>>(), [PostconfN]);
}

#[test]
fn sorted_output_is_that_of_postconf() {
    let sorted: String = POSTFIX.iter().map(|name| format!("{name} = x\n")).collect();
    assert_eq!(kinds(&sorted), [PostconfN]);
    let all: String = (0..400).map(|number| format!("name{number} = x\n")).collect();
    assert_eq!(kinds(&format!("mydomain = a\n{all}")), [PostconfAll]);
    assert_eq!(kinds(&format!("mydomain = a\n{all}{ENTRIES}")), [PostconfAll, MasterCf]);
    assert_eq!(kinds("smtp/inet/smtpd_tls_wrappermode = yes\n"), [PostconfP]);
}

#[test]
fn an_open_section_does_not_swallow_postfix() {
    let text = "service auth {\n  unix_listener x {\n    mode = 0600\n\nmydomain = a\nmyorigin = b\n";
    assert_eq!(kinds(text), [DovecotConf, MainCf]);
}

#[test]
fn what_editors_and_terminals_add_is_left_out() {
    assert_eq!(cut("\u{feff}mydomain = a\nmyorigin = b\n"), [(MainCf, "mydomain = a\nmyorigin = b\n".to_owned())]);
    let text = "\u{1b}[01;32mroot@mx1\u{1b}[00m:~# postconf -n\nmydomain = a\n\u{1b}[0mroot@mx1:~#\n";
    assert_eq!(cut(text), [(PostconfN, "mydomain = a\n".to_owned())]);
    assert_eq!(facts(text), [fact("postconf -n", Some("mx1"), true)]);
    // The server reads what stands in its own file.
    let file = cut_as("main.cf", "\u{feff}mydomain = a\nmyorigin = b\nrelayhost = c\n".as_bytes());
    assert_eq!(file.parts[0].region.lines[0].start, 0);
}

#[test]
fn a_diff_holds_the_file_after_the_change() {
    let text = "--- main.cf.orig\n+++ main.cf\t2024-01-03\n@@ -1,2 +1,3 @@\n mydomain = a\n-myorigin = b\n+myorigin =\n+  c\nthanks\n";
    assert_eq!(cut(text), [(MainCf, "mydomain = a\nmyorigin =\n  c\n".to_owned())]);
    assert_eq!(facts(text), [fact("main.cf", None, false)]);
    let fenced = format!("see\n```diff\n{}```\n", text.trim_end_matches("thanks\n"));
    assert_eq!(cut(&fenced), cut(text));
}

#[test]
fn numbers_and_paths_of_grep_are_taken_off() {
    let text = "$ grep -n my /etc/postfix/main.cf\n12:mydomain = a\n14:myorigin = b\n";
    assert_eq!(cut(text), [(MainCf, "mydomain = a\nmyorigin = b\n".to_owned())]);
    let text = "     1\tmynetworks =\n     2\t  10.0.0.0/8\n";
    assert_eq!(cut(text), [(MainCf, "mynetworks =\n  10.0.0.0/8\n".to_owned())]);
    let text = "see\n/etc/postfix/main.cf:mydomain = a\n/etc/postfix/main.cf:myorigin = b\n";
    assert_eq!(cut(text), [(MainCf, "mydomain = a\nmyorigin = b\n".to_owned())]);
}

#[test]
fn files_of_other_programs_are_left_alone() {
    assert_eq!(kinds("[mysqld]\nuser = mysql\nssl = 1\nmode = x\n"), []);
    assert_eq!(kinds("[Dovecot]\nssl = yes\nprotocols = imap\n"), [DovecotConf]);
}

#[test]
fn tags_with_arguments_are_no_configuration() {
    assert_eq!(cut("[code=text]\nmydomain = a\n[/code]\n"), [(MainCf, "mydomain = a\n".to_owned())]);
    let text = "[spoiler=all][code]\nmydomain = a\nmyorigin = b\n[/code][/spoiler]\n";
    assert_eq!(cut(text), [(MainCf, "mydomain = a\nmyorigin = b\n".to_owned())]);
}

#[test]
fn binary_input_has_no_parts() {
    let split = cut_as("x", &[0; 100]);
    assert!(split.parts.is_empty());
    assert_eq!(split.left_alone.len(), 1);
    assert!(cut_as("x", b"mydomain = a\0\n").parts.len() == 1);
    assert!(cut_as("x", b"").parts.is_empty());
}

/// Every line is in one part or left alone, and never both.
fn every_line_is_accounted_for(bytes: &[u8], split: &Split) {
    let lines = Region::whole(FileId(0), bytes).lines;
    let mut owners = vec![0; lines.len()];
    let line_of = |at: u32| lines.partition_point(|line| line.end <= at);
    for part in &split.parts {
        assert!(!part.region.lines.is_empty());
        assert!(part.region.lines.windows(2).all(|pair| pair[0].end <= pair[1].start));
        for line in &part.region.lines {
            assert!(line.start <= line.end && line.end as usize <= bytes.len());
            let at = line_of(line.start.min(line.end.saturating_sub(1).max(line.start)));
            owners[at.min(lines.len() - 1)] += 1;
        }
    }
    for left in &split.left_alone {
        for (at, line) in lines.iter().enumerate() {
            owners[at] += usize::from(left.span.start <= line.start && line.end <= left.span.end);
        }
    }
    assert!(owners.iter().all(|count| *count == 1), "{owners:?}\n{split:?}");
}

proptest! {
    #[test]
    fn no_line_is_lost_or_taken_twice(pieces in prop::collection::vec(prop::sample::select(vec![
        "\n", "\r\n", "mydomain = a\n", "my_own = b\n", "  permit_mynetworks\n", "smtp inet n - y - - smtpd\n", "  -o a=b\n",
        "protocols = imap\n", "service x {\n", "}\n", "recipient_delimiter = +\n", "x = y\n", "Hello there, world.\n",
        "```\n", "~~~ ini\n", "> ", "> > ", "    ", "\t", "<pre>", "</pre>\n", "[code]", "$ postconf -n\n", "root@mx:~# ",
        "cat <<EOF > main.cf\n", "EOF\n", "==> /etc/postfix/virtual <==\n", "a@b c\n", "[...]\n", "main.cf:\n", "# c\n",
        "# 2.3.21 (a): /x\n", "# postconf -n; postconf -M\n", "postconf: warning: x\n", "-rw-r--r-- 1 a b 1 Sep 1 x\n",
        "user = a\n", "query = b\n", "smtp/inet/a = b\n", "cat /etc/aliases\n", "root: a\n", "가나\n", "\0", ";",
    ]), 0..30), path in prop::sample::select(vec!["paste", "main.cf", "dovecot.conf", "x.cf", "aliases"])) {
        let text = pieces.concat();
        let split = cut_as(path, text.as_bytes());
        every_line_is_accounted_for(text.as_bytes(), &split);
    }

    #[test]
    fn any_bytes_are_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let split = cut_as("paste", &bytes);
        every_line_is_accounted_for(&bytes, &split);
    }
}

#[test]
fn a_file_that_a_setting_names_is_what_the_setting_makes_of_it() {
    let nets = "127.0.0.0/8\n10.0.0.0/8, !192.0.2.1\n\n[2001:db8::]/32\nlocalhost\n";
    for title in ["==> /etc/postfix/mynetworks.cf <==", "# cat /etc/postfix/mynetworks.cf", "**mynetworks.cf**"] {
        let text = format!("$ postconf -n\nmyhostname = x\n\n{title}\n{nets}");
        let found = cut(&text);
        assert_eq!(found.last().map(|(kind, _)| *kind), Some(Table), "{title}");
        let held: String = found.last().map(|(_, held)| held.clone()).unwrap_or_default();
        assert_eq!(held, nets, "{title}");
    }
    let sentence = "myhostname = x\n\nAnd in /etc/postfix/mynetworks.cf:\n\n10.0.0.0/8\n\nThanks a lot for any help!\n";
    assert_eq!(cut(sentence), [(MainCf, "myhostname = x\n".to_owned()), (Table, "10.0.0.0/8\n".to_owned())]);
    let client = "$ sudo cat /srv/mail/query\nuser = mail\npassword = x\nquery = SELECT 1\n";
    assert_eq!(kinds(client), [ClientFile]);
    assert_eq!(cut_as("mynetworks.cf", b"a.example\n").parts.first().map(|part| part.kind), Some(Table));
    assert_eq!(cut_as("other.cf", b"a.example\n").parts.len(), 0);
}
