//! Documentation of rules: Markdown files beside the code.

use postproof_diag::Lang;

/// The documentation of one rule, made with [`docs!`](crate::docs).
#[derive(Debug)]
pub struct Docs {
    /// English, with examples.
    pub en: &'static str,
    /// Korean, without examples.
    pub ko: &'static str,
}

/// One fenced example of the English page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Whether the rule must report it.
    pub bad: bool,
    /// The line of the example, counted from 1, at which it must report it;
    /// `bad 3` in the page.
    pub line: Option<usize>,
    /// The configuration: a paste, which may hold several files.
    pub text: String,
}

/// The documentation whose files lie beside the calling file:
/// `docs!("guard_missing")` reads `guard_missing.en.md` and `guard_missing.ko.md`.
/// Without the feature `pages` both are empty.
#[cfg(feature = "pages")]
macro_rules! docs {
    ($stem:literal) => {
        $crate::Docs { en: include_str!(concat!($stem, ".en.md")), ko: include_str!(concat!($stem, ".ko.md")) }
    };
}
#[cfg(not(feature = "pages"))]
macro_rules! docs {
    ($stem:literal) => {
        $crate::Docs { en: "", ko: "" }
    };
}
pub(crate) use docs;

impl Docs {
    /// The headings of every page, in order. The Korean page has no examples.
    pub const fn headings(lang: Lang) -> &'static [&'static str] {
        match lang {
            Lang::En => &["What it finds", "Why it matters", "Examples", "What to do", "Sources"],
            Lang::Ko => &["찾는 것", "중요한 이유", "할 일", "출처"],
        }
    }

    /// The whole page.
    pub const fn page(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Ko => self.ko,
        }
    }

    /// The sentence under the title; empty if there is none.
    pub fn summary(&self, lang: Lang) -> &'static str {
        self.page(lang).lines().skip(1).map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// The fenced blocks marked `bad` or `good`, in order.
    pub fn examples(&self) -> Vec<Example> {
        let mut examples = Vec::new();
        let mut lines = self.en.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```") else { continue };
            let body: String = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
            let mut words = info.split_whitespace();
            let bad = match words.next() {
                Some("bad") => true,
                Some("good") => false,
                Some(_) | None => continue,
            };
            examples.push(Example { bad, line: words.next().and_then(|word| word.parse().ok()), text: body });
        }
        examples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCS: Docs = Docs {
        en: "# a-rule\n\nFinds it.\n\n## Examples\n\n```bad 2\na = b\nc = d\n```\ntext\n```sh\nls\n```\n```good\na = c\n```\n",
        ko: "# a-rule\n\n찾습니다.\n",
    };

    #[test]
    fn only_blocks_marked_bad_or_good_are_examples() {
        let bad = Example { bad: true, line: Some(2), text: "a = b\nc = d\n".to_owned() };
        let good = Example { bad: false, line: None, text: "a = c\n".to_owned() };
        assert_eq!(DOCS.examples(), [bad, good]);
    }

    #[test]
    fn the_summary_is_the_sentence_under_the_title() {
        assert_eq!(DOCS.summary(Lang::En), "Finds it.");
        assert_eq!(DOCS.summary(Lang::Ko), "찾습니다.");
    }
}
