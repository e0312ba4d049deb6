//! Values that hold the earlier value of their own setting.

/// Bytes of a value that holds its own earlier value, and of all of them: each
/// line may double it.
const MAX_EXPANDED: usize = 64 << 10;
const MAX_EXPANDED_SUM: usize = 64 << 20;

/// Puts the earlier value in the place of each word that `is_own`; leaves all
/// other references as they are. Stops where the result is past the limit.
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
        let Some(after) = after.filter(|_| text.len() <= MAX_EXPANDED) else { return Ok(text) };
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
