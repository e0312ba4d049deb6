use super::*;
use crate::ProblemKind;
use postproof_diag::FileId;

fn read(text: &str) -> Parsed<Dovecot> {
    parse(&Region::whole(FileId(0), text.as_bytes()), text.as_bytes())
}

/// Every setting as `section label/name=value`.
fn settings(text: &str) -> Vec<String> {
    let step = |section: &Section| match &section.label {
        Some(label) => format!("{} {label}/", section.name),
        None => format!("{}/", section.name),
    };
    let line = |setting: &Setting| {
        format!("{}{}={}", setting.path.iter().map(step).collect::<String>(), setting.name, setting.value.as_str())
    };
    read(text).tree.settings().map(line).collect()
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    read(text).problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn reads_sections_labels_and_values() {
    let text = "protocols = imap lmtp\r\nservice lmtp {\n  unix_listener /var/spool/x {\n    mode = 0600\n  }\n}\n\
                namespace \"my box\" {\n prefix=\n}\ngroup @a b {\n  x = 1\n}\nplugin {\n}\n";
    let expected = [
        "protocols=imap lmtp",
        "service lmtp/unix_listener /var/spool/x/mode=0600",
        "namespace my box/prefix=",
        "group @a b/x=1",
    ];
    assert_eq!(settings(text), expected);
    assert_eq!(kinds(text), []);
}

#[test]
fn comments_are_cut_outside_quotes() {
    let text = "a = b # c\nb = \"x # y\" # z\nc = it's # not\nd = x#y\ne = # hidden, use -P to show it\n";
    assert_eq!(settings(text), ["a=b", "b=x # y", "c=it's # not", "d=x", "e="]);
}

#[test]
fn quotes_and_backslashes_in_them_are_removed() {
    let text = "a = \"x \\\"y\\\" \\n\"\nb = 'q'\nc = \"a\" 'b'\nd = \"\nsub = \"\\\\Trash\"\n";
    assert_eq!(settings(text), ["a=x \"y\" n", "b=q", "c=\"a\" 'b'", "d=\"", "sub=\\Trash"]);
    let parsed = read("a = \"x\\yz\"\n");
    let value = &parsed.tree.settings().next().unwrap().value;
    assert_eq!(value.span_of(1..3), Some(Span::new(FileId(0), 7, 9)));
}

#[test]
fn a_backslash_continues_with_one_space() {
    assert_eq!(settings("a = b \\\n   c\\  \nd\n"), ["a=b c d"]);
    // doveconf 2.3.19: a comment or empty line throws the continued line away.
    assert_eq!(settings("a = b \\\n# c\nd = e\n"), ["d=e"]);
    assert_eq!(kinds("a = b \\\n\nd = e \\\n"), [ProblemKind::NotASetting; 2]);
}

#[test]
fn includes_and_files_are_marked() {
    let parsed = read("!include_try conf.d/*.conf\n!include a b\nssl_cert = </etc/x\nx = \"</y\"\n");
    let includes = parsed.tree.items.iter().filter_map(|item| match item {
        Item::Include { pattern, optional, .. } => Some((pattern.as_str(), *optional)),
        _ => None,
    });
    assert_eq!(includes.collect::<Vec<_>>(), [("conf.d/*.conf", true), ("a b", false)]);
    let files: Vec<_> = parsed.tree.settings().map(|setting| (setting.value.as_str(), setting.from_file)).collect();
    assert_eq!(files, [("</etc/x", true), ("</y", false)]);
}

#[test]
fn the_header_names_version_and_host() {
    let parsed = read("# 2.3.21 (47349e2482): /etc/dovecot/dovecot.conf\n# Hostname: mx1\nssl = no\n");
    assert_eq!(parsed.tree.version, Some(("2.3.21".to_owned(), Span::new(FileId(0), 2, 8))));
    assert_eq!(parsed.tree.hostname.as_deref(), Some("mx1"));
    assert_eq!(read("# 1.2.9: /etc/dovecot/dovecot.conf\n").tree.version.unwrap().0, "1.2.9");
    assert_eq!(read("# 2.3 is old\n").tree.version, None);
    assert_eq!(read("dovecot_config_version = 2.4.1\n").tree.version.unwrap().0, "2.4.1");
}

#[test]
fn braces_that_do_not_match_are_problems() {
    let open = read("protocol imap {\n  a = b\nservice x {\n}\n");
    let place = open.problems.first().map(|problem| (problem.kind, problem.span.start));
    assert_eq!(place, Some((ProblemKind::Braces, 0)));
    assert_eq!(kinds("}\n"), [ProblemKind::Braces]);
    assert_eq!(kinds("passdb { driver = pam }\nx = 1\n"), [ProblemKind::Braces]);
    assert_eq!(kinds("plugin{\n  a = b\n}\n"), [ProblemKind::Braces]);
    assert_eq!(settings("protocol imap{\n  a = b\n} # end\nc = d\n"), ["protocol imap/a=b", "c=d"]);
    assert_eq!(settings("plugin{\n  a = b\n}\nc = d\n"), ["plugin/a=b", "c=d"]);
    assert_eq!(kinds("service a b {\n}\n"), [ProblemKind::Braces]);
}

#[test]
fn words_alone_are_junk() {
    assert_eq!(kinds("hello world\n= x\nok = 1\n"), [ProblemKind::NotASetting; 2]);
}

#[test]
fn the_depth_limit_reports_itself_once_and_balances() {
    let text = format!("{}a = b\n{}c = d\n", "s {\n".repeat(100), "}\n".repeat(100));
    assert_eq!(kinds(&text), [ProblemKind::Limit]);
    assert_eq!(settings(&text), ["c=d"]);
}
