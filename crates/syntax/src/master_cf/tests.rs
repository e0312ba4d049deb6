use super::*;
use postproof_diag::FileId;

fn read(text: &str) -> Parsed<MasterCf> {
    parse(&Region::whole(FileId(0), text.as_bytes()), text.as_bytes())
}

fn overrides(text: &str) -> Vec<(String, String)> {
    let parsed = read(text);
    let all = parsed.tree.services().flat_map(|service| &service.overrides);
    all.map(|option| (option.name.clone(), option.value.as_str().to_owned())).collect()
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    read(text).problems.iter().map(|problem| problem.kind).collect()
}

const SUBMISSION: &str = "submission inet n - y - - smtpd\n";

#[test]
fn reads_fields_arguments_and_options() {
    let text = "smtp      inet  n       -       y       -       -       smtpd\n\
                submission inet n - y - 10? smtpd -v\n\
                # comment\n\
                \x20 -o smtpd_tls_security_level=encrypt\n\
                \x20 -o { smtpd_milters = inet:a:1, inet:b:2 }\n";
    let parsed = read(text);
    let services: Vec<_> = parsed.tree.services().collect();
    assert_eq!(services.len(), 2);
    assert_eq!(services[1].arguments.len(), 5);
    assert_eq!(services[1].arguments[4].text, "smtpd_milters = inet:a:1, inet:b:2");
    let expected = [("smtpd_tls_security_level", "encrypt"), ("smtpd_milters", "inet:a:1, inet:b:2")];
    let expected: Vec<_> = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    assert_eq!(overrides(text), expected);
    assert_eq!(kinds(text), [ProblemKind::FieldValue]);
}

#[test]
fn places_of_options_are_exact() {
    let text = format!("{SUBMISSION}  -o smtpd_sasl_auth_enable=yes\n");
    let parsed = read(&text);
    let option = &parsed.tree.services().next().unwrap().overrides[0];
    let part = |span: Span| text.get(span.start as usize..span.end as usize).unwrap();
    assert_eq!(part(option.span), "-o smtpd_sasl_auth_enable=yes");
    assert_eq!(part(option.name_span), "smtpd_sasl_auth_enable");
    assert_eq!(part(option.value.span().unwrap()), "yes");
}

#[test]
fn options_glued_or_after_switches_are_read() {
    let text = format!("{SUBMISSION}  -oa=b -vo c=d -t 1 -o e=\n");
    let expected = [("a", "b"), ("c", "d"), ("e", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(overrides(&text), expected);
}

#[test]
fn arguments_of_pipe_are_no_options() {
    let text = "cyrus unix - n n - - pipe\n  user=cyrus argv=/bin/deliver -o x=y -r ${sender}\n";
    assert_eq!(overrides(text), []);
    assert_eq!(kinds(text), []);
}

#[test]
fn blanks_around_equals_are_a_problem_and_later_options_are_kept() {
    let text = format!("{SUBMISSION} -o a = b\n -o c=d\n");
    assert_eq!(kinds(&text), [ProblemKind::OptionSyntax]);
    assert_eq!(overrides(&text), [("c".to_owned(), "d".to_owned())]);
}

#[test]
fn a_last_option_without_value_is_a_problem() {
    assert_eq!(kinds(&format!("{SUBMISSION} -o\n")), [ProblemKind::OptionSyntax]);
}

#[test]
fn short_entries_are_junk() {
    let text = "smtp inet n - y -\nsmtp inet n - y - - smtpd\n";
    assert_eq!(kinds(text), [ProblemKind::FieldCount]);
    assert_eq!(read(text).tree.services().count(), 1);
}

#[test]
fn each_bad_field_is_named() {
    let bad = "smtp tcp yes no x 1m many smtpd\n";
    assert_eq!(kinds(bad), [ProblemKind::FieldValue; 6]);
    let good = "a unix-dgram y n - 300? 0 b\nb pass - - - 0 1 c\n";
    assert_eq!(kinds(good), []);
}

#[test]
fn an_open_brace_swallows_the_rest() {
    assert_eq!(kinds(&format!("{SUBMISSION} -o {{ a = b\n")), [ProblemKind::OptionSyntax, ProblemKind::Braces]);
}
