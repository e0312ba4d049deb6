//! Lists of words: `mail_plugins`, `protocols`, `auth_mechanisms`.

use super::{Block, Dovecot, words};
use postproof_diag::Span;

/// Words of one list. A line that names the list twice doubles it, so that
/// twenty of them would fill the memory.
const MAX_WORDS: usize = 1000;

/// One word of a list with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListWord {
    /// The word.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) span: Option<Span>,
}

impl<'a> Dovecot<'a> {
    /// The words of a list within a protocol, or global with an empty name;
    /// nothing if nothing sets it.
    pub(crate) fn list(&self, protocol: &str, name: &'static str) -> Option<Vec<ListWord>> {
        let global = self.list_in(self.root(), name, None);
        match self.root().child("protocol", protocol) {
            Some(block) => self.list_in(block, name, global.as_ref()).or(global),
            None => global,
        }
    }

    fn list_in(
        &self,
        block: Block<'_, 'a>,
        name: &'static str,
        outer: Option<&Vec<ListWord>>,
    ) -> Option<Vec<ListWord>> {
        let mut found: Option<Vec<ListWord>> = None;
        for setting in block.settings().filter(|setting| setting.name == name) {
            let mut list = Vec::new();
            for (range, word) in words::split(setting.value.as_str()) {
                let own = word.strip_prefix("$SET:").or(word.strip_prefix('$'));
                if own == Some(name) {
                    list.extend(found.as_ref().or(outer).into_iter().flatten().cloned());
                } else {
                    list.push(ListWord { text: word.to_owned(), span: setting.value.span_of(range) });
                }
            }
            list.truncate(MAX_WORDS);
            found = Some(list);
        }
        // 2.4: `mail_plugins { quota = yes }` adds to what is there.
        for inner in block.children(name) {
            let mut list = found.take().or_else(|| outer.cloned()).unwrap_or_default();
            for setting in inner.settings() {
                list.retain(|word| word.text != setting.name);
                if words::boolean(setting.value.as_str()) == Some(true) {
                    list.push(ListWord { text: setting.name.clone(), span: Some(setting.name_span) });
                }
            }
            found = Some(list);
        }
        found
    }
}

/// Whether a list has the word.
pub(crate) fn has(list: Option<&[ListWord]>, word: &str) -> bool {
    list.is_some_and(|list| list.iter().any(|one| one.text.eq_ignore_ascii_case(word)))
}
