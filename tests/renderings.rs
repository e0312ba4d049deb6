//! Every rendering of every fixture: their look is the product.

use crate::{LANGUAGES, report, report_on};
use postproof_report::json::{self, JsonOptions};
use postproof_report::text::{self, TextOptions};
use postproof_tests::PASTES;

fn snapshots(run: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(run);
}

/// The name of a snapshot; fixtures may lie in directories.
fn file(name: &str, what: &str, word: &str) -> String {
    format!("{}.{what}.{word}", name.replace('/', "-"))
}

#[test]
fn findings_as_text() {
    snapshots(|| {
        for name in PASTES {
            let report = report(name);
            for (lang, word) in LANGUAGES {
                let options = TextOptions { lang, ..TextOptions::default() };
                insta::assert_snapshot!(file(name, "check.text", word), text::check(&report, &options));
            }
        }
    });
}

#[test]
fn findings_as_json() {
    snapshots(|| {
        for name in PASTES {
            let report = [report(name)];
            for (lang, word) in LANGUAGES {
                let options = JsonOptions { lang, ..JsonOptions::default() };
                insta::assert_snapshot!(file(name, "check.json", word), json::check(&report, &options));
            }
        }
    });
}

#[test]
fn chains_as_text() {
    snapshots(|| {
        for name in PASTES {
            let report = report(name);
            for (lang, word) in LANGUAGES {
                let options = TextOptions { lang, ..TextOptions::default() };
                let explained = text::explain(&report, None, &options).unwrap_or_default();
                insta::assert_snapshot!(file(name, "explain.text", word), explained);
            }
        }
    });
}

#[test]
fn chains_as_json() {
    snapshots(|| {
        let explained = json::explain(&[report("postconf-n.txt")], Some("smtp"), &JsonOptions::default());
        insta::assert_snapshot!("postconf-n.txt.explain.json.en", explained);
    });
}

#[test]
fn colour_changes_nothing_but_escape_sequences() {
    for name in PASTES {
        let report = report(name);
        let render = |color| {
            let options = TextOptions { color, ..TextOptions::default() };
            text::check(&report, &options) + &text::explain(&report, None, &options).unwrap_or_default()
        };
        let colored = render(true);
        assert!(colored.contains('\u{1b}'));
        assert_eq!(without_escapes(&colored), render(false), "{name}");
    }
}

fn without_escapes(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap_or_default().to_owned();
    first + &pieces.filter_map(|piece| piece.split_once('m').map(|(_, rest)| rest)).collect::<String>()
}

#[test]
fn lines_fit_the_width_wherever_a_space_allows() {
    for name in PASTES {
        let text = text::check(&report(name), &TextOptions { width: 80, ..TextOptions::default() });
        for line in text.lines().filter(|line| line.is_ascii() && line.trim().contains(' ')) {
            let longest = line.split_whitespace().map(str::len).max().unwrap_or_default();
            assert!(line.len() <= 80 || longest > 40, "{name}: {} columns: {line}", line.len());
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for name in PASTES {
        let once = || json::check(&[report(name)], &JsonOptions::default());
        assert_eq!(once(), once(), "{name}");
    }
}

#[test]
fn any_cut_of_a_fixture_can_be_rendered() {
    for name in PASTES {
        let bytes = postproof_tests::bytes(name).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let report = report_on(name, bytes.get(..end).unwrap_or_default().to_vec());
            text::check(&report, &TextOptions { color: true, ..TextOptions::default() });
            text::explain(&report, None, &TextOptions::default());
            json::check(&[report], &JsonOptions::default());
        }
    }
}
