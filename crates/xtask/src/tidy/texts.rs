//! Sentences in two languages: both are there, and both name the same things.

use super::Finding;

/// Particles whose form depends on the sound before them, which a placeholder does not tell.
const PARTICLES: [&str; 10] = ["을", "를", "이", "가", "은", "는", "와", "과", "로", "으로"];

/// Proper names, which are the same in both languages.
const NAMES: [&str; 13] =
    ["Postfix", "Dovecot", "PostgreSQL", "MySQL", "TLS", "SASL", "SMTP", "LMTP", "LDAP", "SQL", "DNS", "HELO", "JSON"];

pub(super) fn check(source: &str) -> Vec<Finding> {
    let source = source.split("\n#[cfg(test)]\n").next().unwrap_or_default();
    let mut findings = Vec::new();
    for (opening, has_placeholders) in [("text!(", true), ("Text::fixed(", false)] {
        for (place, _) in source.match_indices(opening) {
            let before = source.get(..place).unwrap_or_default();
            let line = before.lines().next_back().filter(|_| !before.ends_with('\n')).unwrap_or_default();
            if line.trim_start().starts_with("//") {
                continue;
            }
            let number = before.matches('\n').count() + 1;
            let Some((en, ko)) = pair(source.get(place + opening.len()..).unwrap_or_default()) else { continue };
            findings
                .extend(compare(&en, &ko, has_placeholders).into_iter().map(|message| Finding::new(number, message)));
        }
    }
    findings
}

/// The first two arguments, where both are string literals.
fn pair(arguments: &str) -> Option<(String, String)> {
    let (en, rest) = literal(arguments.trim_start())?;
    let (ko, _) = literal(rest.trim_start().strip_prefix(',')?.trim_start())?;
    Some((en, ko))
}

/// The value of the string literal at the start, and what follows it.
fn literal(source: &str) -> Option<(String, &str)> {
    if let Some(raw) = source.strip_prefix('r') {
        let hashes = raw.chars().take_while(|char| *char == '#').count();
        let body = raw.get(hashes..)?.strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        return body.split_once(&end).map(|(value, rest)| (value.to_owned(), rest));
    }
    let mut chars = source.strip_prefix('"')?.chars();
    let mut value = String::new();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => match chars.next()? {
                '\n' => chars = chars.as_str().trim_start().chars(),
                // Which character it stands for makes no difference here.
                escaped => value.push(escaped),
            },
            char => value.push(char),
        }
    }
}

fn compare(en: &str, ko: &str, has_placeholders: bool) -> Vec<String> {
    let mut messages = Vec::new();
    let (theirs, ours) = (placeholders(en), placeholders(ko));
    if has_placeholders && theirs != ours {
        messages.push(format!("English has the placeholders {theirs:?}, Korean {ours:?}"));
    }
    let has_words = prose(en).split(|char: char| !char.is_ascii_alphabetic()).any(is_word);
    if has_words && en == ko {
        messages.push("Korean is the same as English".to_owned());
    } else if has_words && !ko.chars().any(is_hangul) {
        messages.push("Korean has no Hangul".to_owned());
    }
    if prose(en).chars().any(is_hangul) {
        messages.push("English has Hangul".to_owned());
    }
    if en.contains('\u{2014}') || ko.contains('\u{2014}') {
        messages.push("an em dash; a comma, colon or full stop does".to_owned());
    }
    if has_placeholders && let Some(particle) = particle_after_placeholder(ko) {
        messages.push(format!("particle `{particle}` straight after a placeholder; put a noun between"));
    }
    messages
}

/// The names in braces, sorted; a doubled brace is a plain one.
fn placeholders(text: &str) -> Vec<String> {
    let text = text.replace("{{", "").replace("}}", "");
    let inside = text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(inside, _)| inside));
    let mut names: Vec<String> =
        inside.map(|name| name.split(':').next().unwrap_or_default().trim().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// The text without what stands in backticks or braces: those are names.
fn prose(text: &str) -> String {
    let outside: String = text.split('`').step_by(2).collect();
    let after = |part: &str| part.split_once('}').map_or(String::new(), |(_, rest)| rest.to_owned());
    let mut parts = outside.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |prose, part| prose + &after(part))
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && !NAMES.contains(&word)
}

fn is_hangul(char: char) -> bool {
    ('\u{ac00}'..='\u{d7a3}').contains(&char)
}

fn particle_after_placeholder(ko: &str) -> Option<&'static str> {
    let word = |rest: &str| -> String {
        let rest = rest.strip_prefix('`').unwrap_or(rest);
        rest.chars().take_while(|char| is_hangul(*char)).collect()
    };
    ko.split('}').skip(1).find_map(|rest| {
        let word = word(rest);
        PARTICLES.into_iter().find(|particle| *particle == word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `T!` and `F!` stand for the calls, which would otherwise be found in this file too.
    fn spelled(source: &str) -> String {
        source.replace("T!", "text!").replace("F!", "Text::fixed")
    }

    fn messages(source: &str) -> Vec<String> {
        check(&spelled(source)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn good_pairs_are_silent() {
        let good = [
            r#"T!("`{name}` is never reached", "`{name}` 항목은 실행되지 않습니다")"#,
            r##"T!(r#"say "{x}""#, r#""{x}" 라고 합니다"#)"##,
            "T!(\n    \"a long \\\n     line {x:?}\",\n    \"긴 줄 {x}\",\n)",
            r#"T!("`{name}`", "`{name}`")"#,
            r#"F!("braces {{ stay", "괄호 {} 그대로")"#,
            "T!($en, $ko)",
            "// T!(\"only in English\", \"only in English\")",
            r#"F!("Postfix, TLS", "Postfix, TLS")"#,
            "fn f() {}\n#[cfg(test)]\nF!(\"a\", \"a\")",
            r#"T!("{n} of {m}", "{m}개 중 {n}개")"#,
        ];
        for source in good {
            assert_eq!(messages(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn each_breach_is_named() {
        for (source, word) in [
            (r#"T!("`{name}` is set", "설정되어 있습니다")"#, "placeholders"),
            (r#"T!("not set", "not set")"#, "same as English"),
            (r#"F!("not set", "unset")"#, "no Hangul"),
            (r#"T!("`{name}` is set", "`{name}`을 설정했습니다")"#, "`을`"),
            ("T!(\"a \u{2014} b\", \"가 나\")", "em dash"),
        ] {
            assert!(messages(source).iter().any(|message| message.contains(word)), "{source}: {:?}", messages(source));
        }
    }

    #[test]
    fn the_line_is_that_of_the_call() {
        assert_eq!(check(&spelled("\n\nlet x = T!(\"a\", \"a\");\n"))[0].line, 3);
    }
}
