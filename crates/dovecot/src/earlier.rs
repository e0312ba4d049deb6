//! Values that hold the earlier value of their own setting.

/// Bytes of a value that holds its own earlier value, and of all of them: each
/// line may double it.
const MAX_EXPANDED: usize = 64 << 10;
const MAX_EXPANDED_SUM: usize = 64 << 20;

/// Puts the earlier value in the place of each word that `is_own`; leaves all
/// other references as they are. Stops where [`Expanded`] has no room for the result.
// config-parser.c, config_write_keyvariable without expand_values
pub(crate) fn with_earlier(
    value: &str,
    is_own: impl Fn(&str) -> bool,
    is_blank: fn(char) -> bool,
    earlier: impl Fn() -> Result<String, String>,
) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = value;
    loop {
        let (word, after) = match rest.find(' ') {
            Some(end) => (rest.get(..end).unwrap_or_default(), rest.get(end..)),
            None => (rest, None),
        };
        if is_own(word) {
            text.push_str(&earlier()?);
        } else {
            text.push_str(word);
        }
        let is_too_long = text.len() > MAX_EXPANDED.max(value.len());
        let Some(after) = after.filter(|_| !is_too_long) else { return Ok(text) };
        text.push(' ');
        rest = after.trim_start_matches(is_blank);
    }
}

/// What all such values of a configuration weigh.
#[derive(Debug, Default)]
pub(crate) struct Expanded(usize);

impl Expanded {
    /// Whether a value of that length may still be kept.
    pub(crate) fn has_room(&mut self, length: usize, written: usize) -> bool {
        if length > written {
            self.0 += length;
        }
        length <= written || length <= MAX_EXPANDED && self.0 <= MAX_EXPANDED_SUM
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(value: &str, earlier: &str) -> String {
        with_earlier(value, |word| word == "$key", |ch| ch == ' ', || Ok(earlier.to_owned())).unwrap()
    }

    #[test]
    fn a_word_that_names_the_setting_becomes_its_earlier_value() {
        assert_eq!(expanded("$key  b $other $keys", "a"), "a b $other $keys");
    }

    #[test]
    fn a_long_value_without_its_own_name_is_kept_whole() {
        let written = format!("{}$other", "word ".repeat(MAX_EXPANDED / 4));
        let text = expanded(&written, "a");
        assert_eq!(text, written);
        assert!(Expanded::default().has_room(text.len(), written.len()));
    }

    #[test]
    fn a_value_that_grows_past_the_limit_has_no_room() {
        let written = "$key ".repeat(10);
        let text = expanded(&written, &"a".repeat(MAX_EXPANDED / 4));
        assert!(text.len() < MAX_EXPANDED * 2, "it stops early");
        assert!(!Expanded::default().has_room(text.len(), written.len()));
    }

    #[test]
    fn all_values_together_have_a_limit() {
        let mut all = Expanded::default();
        let fits = (0..=MAX_EXPANDED_SUM / MAX_EXPANDED).filter(|_| all.has_room(MAX_EXPANDED, 10)).count();
        assert_eq!(fits, MAX_EXPANDED_SUM / MAX_EXPANDED);
        assert!(all.has_room(10, 10), "what does not grow costs nothing");
    }
}
