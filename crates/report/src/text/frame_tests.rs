use super::*;
use crate::{Places, mask::Mask, text::style::Palette};
use postproof_diag::{Document, Lang, SourceMap};
use postproof_engine::Report;

/// Draws marks at the given words of `text`; `secret` is hidden.
fn frame(text: &[u8], words: &[(&str, Option<&str>)], secret: Option<&str>, columns: usize) -> String {
    let mut sources = SourceMap::default();
    let file = sources.add(Document::new("main.cf", text));
    let decoded = postproof_diag::decode(text).into_owned();
    let at = |word: &str| {
        let start = decoded.find(word).unwrap() as u32;
        Span::new(file, start, start + word.len() as u32)
    };
    let secrets: Vec<Span> = secret.map(at).into_iter().collect();
    let mask = Mask::over(&sources, secrets);
    let report = Report { sources, hosts: Vec::new(), left_alone: Vec::new(), secrets: Vec::new() };
    let cx = Cx {
        report: &report,
        places: Places::of(&report.sources),
        mask,
        lang: Lang::En,
        width: columns,
        palette: Palette::default(),
    };
    let marks: Vec<Mark> = words
        .iter()
        .enumerate()
        .map(|(number, (word, note))| Mark { span: at(word), note: note.map(str::to_owned), primary: number == 0 })
        .collect();
    let mut out = String::new();
    draw(&cx, &mut out, &marks, Style::new());
    out
}

#[test]
fn marks_two_lines_and_leaves_out_those_between() {
    let text = b"a = 1\nb = 2\nc = 3\n";
    let expected = " --> main.cf:3:5\n  |\n1 | a = 1\n  | - set here\n...\n3 | c = 3\n  |     ^\n  |\n";
    assert_eq!(frame(text, &[("3", None), ("a", Some("set here"))], None, 80), expected);
}

#[test]
fn a_mark_behind_a_secret_and_wide_letters_and_tabs_stands_under_its_word() {
    let text = "password = hunter2\t한글 word".as_bytes();
    let out = frame(text, &[("글 word", None)], Some("hunter2"), 80);
    let lines: Vec<&str> = out.lines().collect();
    // 11 columns, the mask to 19, the tab stop at 20, two columns for each wide letter.
    assert_eq!(lines[2], "1 | password = ******** 한글 word");
    assert_eq!(lines[3], format!("  | {}^^^^^^^", " ".repeat(22)));
}

#[test]
fn a_mark_on_a_secret_covers_the_mask() {
    let out = frame(b"password = x\n", &[("x", None)], Some("x"), 80);
    assert!(out.contains("1 | password = ********\n  |            ^^^^^^^^\n"), "{out}");
}

#[test]
fn a_line_of_megabytes_is_cut_around_each_mark() {
    let mut text = vec![b'a'; 2_000_000];
    text.extend_from_slice(b" one ");
    text.extend(vec![b'b'; 3_000_000]);
    text.extend_from_slice(b" two ");
    let out = frame(&text, &[("one", None), ("two", Some("here"))], None, 80);
    assert!(out.lines().all(|line| width(line) <= 80), "{out}");
    assert!(out.contains(" one ") && out.contains(" two "), "{out}");
    assert!(out.contains("- here") || out.contains("--- here"), "{out}");
}

#[test]
fn a_window_that_would_begin_inside_a_secret_begins_before_it() {
    let secret = "s".repeat(300);
    let text = format!("{}{secret} word{}", "a".repeat(500), "b".repeat(500));
    let out = frame(text.as_bytes(), &[("word", None)], Some(&secret), 80);
    assert!(out.contains("...******** wordbb"), "{out}");
}

#[test]
fn a_place_of_many_lines_shows_both_ends() {
    let text: String = (0..40).map(|number| format!("line {number}\n")).collect();
    let out = frame(text.as_bytes(), &[(text.as_str(), None)], None, 80);
    assert!(out.contains("line 0\n") && out.contains("line 39\n") && !out.contains("line 20\n"), "{out}");
}

#[test]
fn bytes_that_are_no_text_are_shown_as_question_marks() {
    let out = frame(b"a = \xff\xfe word\r\n", &[("word", None)], None, 80);
    assert!(out.contains("1 | a = ?? word\n  |        ^^^^\n"), "{out}");
}
