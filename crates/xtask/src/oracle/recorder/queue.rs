//! What postcat says of a queue file.

use serde_json::{Value, json};

/// Sender and recipients as they are after all rewriting, in the order of the file.
// postcat.c, postcat: `name: value`, with the names of rec_type_name()
pub(super) fn envelope(text: &str) -> Value {
    let of = |name: &'static str| {
        text.lines().filter_map(move |line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
    };
    json!({ "sender": of("sender").next().unwrap_or_default(), "recipients": of("recipient").collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_read() {
        let text = "*** ENVELOPE RECORDS incoming/1 ***\nmessage_size: 1 2\nsender: a@own.test\n\
                    original_recipient: b@alias.test\nrecipient: b@own.test\nrecipient: c@own.test\n\
                    *** MESSAGE FILE END incoming/1 ***\n";
        let found = json!({ "sender": "a@own.test", "recipients": ["b@own.test", "c@own.test"] });
        assert_eq!(envelope(text), found);
    }
}
