//! One section of the tree.

use super::{Dovecot, Node};
use postproof_diag::Span;
use postproof_syntax::dovecot::Setting;

/// A section, or with number 0 what stands outside all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'d, 'a> {
    tree: &'d Dovecot<'a>,
    at: usize,
}

impl<'d, 'a> Block<'d, 'a> {
    pub(super) fn new(tree: &'d Dovecot<'a>, at: usize) -> Self {
        Self { tree, at }
    }

    fn node(&self) -> Option<&'d Node<'a>> {
        self.tree.nodes.get(self.at)
    }

    /// The keyword: `service`; empty at the top.
    pub(crate) fn name(&self) -> &'a str {
        self.node().map_or("", |node| node.name)
    }

    /// The name after it: `auth`.
    pub(crate) fn label(&self) -> Option<&'a str> {
        self.node()?.label
    }

    /// The name after it, or nothing.
    pub(crate) fn label_text(&self) -> &'a str {
        self.label().unwrap_or_default()
    }

    /// Where its first block names it.
    pub(crate) fn span(&self) -> Option<Span> {
        self.node()?.span
    }

    /// Whether it is what stands outside all sections.
    pub(crate) fn is_root(&self) -> bool {
        self.at == 0
    }

    /// What it sets, in the order read.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'a Setting> + use<'d, 'a> {
        self.node().into_iter().flat_map(|node| node.settings.iter().map(|(_, setting)| *setting))
    }

    /// The same with the number of each in the order read.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &'a Setting)> + use<'d, 'a> {
        self.node().into_iter().flat_map(|node| node.settings.iter().copied())
    }

    /// Sections in it.
    pub(crate) fn inner(&self) -> impl Iterator<Item = Block<'d, 'a>> + use<'d, 'a> {
        let tree = self.tree;
        self.node().into_iter().flat_map(move |node| node.children.iter().map(move |at| Block::new(tree, *at)))
    }

    /// Sections in it with that keyword.
    pub(crate) fn children(&self, name: &'static str) -> impl Iterator<Item = Block<'d, 'a>> + use<'d, 'a> {
        self.inner().filter(move |block| block.name() == name)
    }

    /// The section in it with that keyword and name.
    pub(crate) fn child(&self, name: &'static str, label: &str) -> Option<Block<'d, 'a>> {
        self.children(name).find(|block| block.label() == Some(label))
    }

    /// The last setting of that name in it. In 2.4 a name may leave out the
    /// section's own as its beginning, or have it (config-parser.c,
    /// config_apply_line_full).
    pub(crate) fn get(&self, name: &str) -> Option<&'a Setting> {
        self.numbered_get(name).map(|(_, setting)| setting)
    }

    fn numbered_get(&self, name: &str) -> Option<(usize, &'a Setting)> {
        self.numbered().filter(|(_, setting)| self.is_same(&setting.name, name)).last()
    }

    fn is_same(&self, written: &str, wanted: &str) -> bool {
        if written == wanted {
            return true;
        }
        if !self.tree.is_new || self.at == 0 {
            return false;
        }
        let (section, label) = (self.name(), self.label_text());
        let forms = |key: &str| {
            let prefixed = format!("{section}_{key}");
            let named = format!("{section}_{label}_{key}");
            [key.to_owned(), prefixed, named]
        };
        let wanted = forms(wanted);
        forms(written).iter().any(|form| wanted.contains(form))
    }

    /// The same, and in 2.4 what a section without a name holds for it:
    /// `ssl_server { cert_file = … }` for `ssl_server_cert_file`.
    pub(crate) fn get_deep(&self, name: &str) -> Option<&'a Setting> {
        let mut found = self.numbered_get(name);
        if self.tree.is_new {
            for block in self.inner().filter(|block| block.label().is_none()) {
                let Some(short) = name.strip_prefix(block.name()).and_then(|rest| rest.strip_prefix('_')) else {
                    continue;
                };
                let inner = block.numbered_get(short);
                found = found.max_by_number(inner);
            }
        }
        found.map(|(_, setting)| setting)
    }

    /// The text of a setting in it.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name).map(|setting| setting.value.as_str())
    }
}

trait Later {
    fn max_by_number(self, other: Self) -> Self;
}

impl Later for Option<(usize, &Setting)> {
    fn max_by_number(self, other: Self) -> Self {
        match (self, other) {
            (Some(one), Some(two)) => Some(if two.0 > one.0 { two } else { one }),
            (one, two) => one.or(two),
        }
    }
}
