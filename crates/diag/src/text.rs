//! Sentences in the two languages that Postproof speaks.

use std::borrow::Cow;

/// The languages of every message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

/// One sentence in English and Korean. Made with [`text!`](crate::text!), so
/// that a missing translation does not compile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// The English sentence.
    pub en: Cow<'static, str>,
    /// The Korean sentence.
    pub ko: Cow<'static, str>,
}

impl Text {
    /// A text that needs no formatting; usable in statics.
    pub const fn fixed(en: &'static str, ko: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), ko: Cow::Borrowed(ko) }
    }

    /// The same words in both languages: names, numbers, commands.
    pub fn verbatim(text: impl Into<String>) -> Self {
        let text: String = text.into();
        Self { en: Cow::Owned(text.clone()), ko: Cow::Owned(text) }
    }

    /// The sentence in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ko => &self.ko,
        }
    }
}

/// Makes a [`Text`] from an English and a Korean format string.
///
/// Both strings capture variables from the scope, as `format!` does. Where a
/// placeholder is itself a [`Text`], write the call as
/// `text!("… {x} …", "… {x} …", x = some_text)`: each language gets its own.
#[macro_export]
macro_rules! text {
    ($en:literal, $ko:literal $(,)?) => {
        $crate::Text { en: ::std::format!($en).into(), ko: ::std::format!($ko).into() }
    };
    ($en:literal, $ko:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::Text {
            en: ::std::format!($en, $($name = $value.en),+).into(),
            ko: ::std::format!($ko, $($name = $value.ko),+).into(),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_gets_its_own_words() {
        let part = Text::fixed("a client", "클라이언트");
        let name = "reject";
        let whole = text!("{name} {part}", "{name} {part}", part = part);
        assert_eq!(whole.get(Lang::En), "reject a client");
        assert_eq!(whole.get(Lang::Ko), "reject 클라이언트");
    }
}
