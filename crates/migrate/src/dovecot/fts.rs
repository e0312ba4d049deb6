//! Full text search: the engine and the languages.

use super::facts::Facts;
use super::outcome::{Outcome, Statement, label, quoted};
use super::read::Value;
use super::texts;
use crate::Kind;

/// Mailboxes that are looked through for their special use; no server names
/// as many.
const MAX_MAILBOXES: usize = 1000;

/// A key of `plugin { fts… }`.
pub(super) fn setting(facts: &Facts, around: &str, what: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let engine = facts.plugin(around, "fts").unwrap_or("solr").to_owned();
    let moved = |statements: Vec<Statement>| Outcome::new(Kind::Moved, statements, texts::moved_out(name));
    match what {
        "fts" => match value.text.as_str() {
            "solr" | "flatcurve" => {
                moved(vec![Statement { blocks: vec![format!("fts {}", value.text)], ..Statement::default() }])
            }
            other => Outcome::ask(line, texts::fts_engine(other)),
        },
        "fts-solr" => solr(value, line),
        "fts-flat" => {
            let key = name.strip_prefix("fts_flatcurve_").unwrap_or(name);
            moved(vec![Statement::new(&["fts flatcurve"], format!("{key} = {}", value.text))])
        }
        "fts-tika" => {
            let header = format!("fts {}", label(&engine));
            let lines =
                ["fts_decoder_driver = tika".to_owned(), format!("fts_decoder_tika_url = {}", quoted(&value.text))];
            moved(lines.map(|line| Statement::here(line).inside(&header)).to_vec())
        }
        "fts-decoder" => moved(vec![
            Statement::here("fts_decoder_driver = script"),
            Statement::here(format!("fts_decoder_script_socket_path = {}", quoted(&value.text))),
        ]),
        "fts-languages" => {
            let one = |(at, language): (usize, &&str)| Statement {
                blocks: vec![format!("language {}", label(language))],
                lines: if at == 0 { vec!["default = yes".to_owned()] } else { Vec::new() },
                ..Statement::default()
            };
            moved(value.words().iter().enumerate().map(one).collect())
        }
        // fts-user.c of 2.3.19.1 and the search settings of 2.4.1
        "fts-enforced" => {
            let (add, fallback) = match value.text.as_str() {
                "yes" => ("yes", "no"),
                "body" => ("body-search-only", "no"),
                _ => ("body-search-only", "yes"),
            };
            moved(vec![
                Statement::here(format!("fts_search_add_missing = {add}")),
                Statement::here(format!("fts_search_read_fallback = {fallback}")),
            ])
        }
        "autoindex-exclude" => exclude(facts, name, value, line),
        _ => languages(name, value, line),
    }
}

fn solr(value: &Value, line: &str) -> Outcome {
    let mut statements = Vec::new();
    for word in value.text.split([' ', '\t']).filter(|word| !word.is_empty()) {
        let line = match word.split_once('=') {
            Some(("url", url)) => format!("url = {}", quoted(url)),
            Some((key @ ("batch_size" | "soft_commit"), text)) => format!("{key} = {text}"),
            Some(("rawlog_dir", path)) => format!("http_client_rawlog_dir = {}", quoted(path)),
            Some(("default_ns", _)) | None => continue,
            Some(_) => return Outcome::ask(line, texts::args_question("solr")),
        };
        statements.push(Statement::new(&["fts solr"], line));
    }
    Outcome::new(Kind::Moved, statements, texts::moved_out("fts_solr"))
}

/// `fts_autoindex_exclude = \Junk` or the name of a mailbox.
fn exclude(facts: &Facts, name: &str, value: &Value, line: &str) -> Outcome {
    let mailboxes: Vec<String> = if value.text.starts_with('\\') {
        facts
            .named("special_use")
            .take(MAX_MAILBOXES)
            .filter(|(_, uses)| uses.split(' ').any(|one| one == value.text))
            .filter_map(|(place, _)| place.rsplit_once("mailbox ").map(|(_, name)| name.to_owned()))
            .collect()
    } else {
        vec![value.text.clone()]
    };
    if mailboxes.is_empty() {
        return Outcome::ask(line, texts::which_mailbox(&value.text));
    }
    let one = |mailbox: &String| Statement::new(&[&format!("mailbox {}", label(mailbox))], "fts_autoindex = no");
    Outcome::new(Kind::Moved, mailboxes.iter().map(one).collect(), texts::moved_out(name))
}

/// `fts_filters`, `fts_filters_en`, `fts_tokenizers`, `fts_tokenizer_generic` …
fn languages(name: &str, value: &Value, line: &str) -> Outcome {
    let moved = |statements: Vec<Statement>| Outcome::new(Kind::Moved, statements, texts::moved_out(name));
    for (old, new) in [("fts_filters", "language_filters"), ("fts_tokenizers", "language_tokenizers")] {
        if let Some(rest) = name.strip_prefix(old) {
            let statement = Statement::here(format!("{new} = {}", value.words().join(" ")));
            return moved(vec![match rest.strip_prefix('_') {
                Some(language) => statement.inside(&format!("language {}", label(language))),
                None => statement,
            }]);
        }
    }
    let prefix = match name {
        "fts_tokenizer_generic" => "language_tokenizer_generic",
        "fts_tokenizer_email_address" => "language_tokenizer_address",
        "fts_filter_normalizer_icu" => "language_filter_normalizer_icu",
        _ => return Outcome::ask(line, texts::unknown_plugin(name)),
    };
    let option = |word: &str| {
        let (key, text) = word.split_once('=')?;
        let key = match key {
            "maxlen" => "token_maxlen",
            "algorithm" | "wb5a" | "id" => key,
            _ => return None,
        };
        Some(Statement::here(format!("{prefix}_{key} = {}", quoted(text))))
    };
    moved(value.text.split(' ').filter_map(option).collect())
}
