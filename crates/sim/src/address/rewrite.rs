//! Rewriting an address to its full form (rewrite.c).

use super::quote::{Quote, quoted, unquoted};
use super::tokens::{Kind, Token, append, ends_in_dot, external, find, find_last, prepend, scan};
use super::{Settings, text_of};
use crate::Missing;

impl Settings {
    /// An address without quotes as it is after rewriting in local context.
    // rewrite_clnt.c, rewrite_clnt_internal
    pub(super) fn rewritten(&self, address: &str) -> Result<String, Missing> {
        let mut tree = scan(&quoted(address.as_bytes(), Quote::Address));
        self.rewrite(&mut tree)?;
        Ok(text_of(&unquoted(&external(&tree))))
    }

    // rewrite.c, rewrite_tree with local_context
    pub(super) fn rewrite(&self, tree: &mut Vec<Token>) -> Result<(), Missing> {
        match tree.as_slice() {
            [] => return Ok(()),
            [only] if only.is_empty_quoted() => return Ok(()),
            [only] if only.is(b'@') => {
                *tree = vec![Token::empty_quoted()];
                return Ok(());
            }
            [first, ..] if first.is(b'@') => {
                if let Some(colon) = find(tree, b':').filter(|colon| colon + 1 < tree.len()) {
                    tree.drain(..=colon);
                }
            }
            _ => {}
        }
        if find_last(tree, b'@').is_none() {
            self.add_domain(tree)?;
        }
        self.complete_domain(tree)?;
        if ends_in_dot(tree) {
            tree.pop();
        }
        Ok(())
    }

    fn add_domain(&self, tree: &mut Vec<Token>) -> Result<(), Missing> {
        let bang = find(tree, b'!').filter(|_| self.swaps_bang);
        let percent = find_last(tree, b'%').filter(|_| self.takes_percent);
        if let Some(bang) = bang {
            let mut local = tree.split_off(bang);
            local.drain(..1);
            prepend(tree, vec![Token::operator(b'@')]);
            prepend(tree, local);
        } else if let Some(percent) = percent.and_then(|percent| tree.get_mut(percent)) {
            percent.kind = Kind::Operator(b'@');
        } else if self.appends_origin {
            let origin = self.origin.as_ref().map_err(Clone::clone)?;
            if !origin.is_empty() {
                append(tree, vec![Token::operator(b'@')]);
                append(tree, scan(origin.as_bytes()));
            }
        }
        Ok(())
    }

    fn complete_domain(&self, tree: &mut Vec<Token>) -> Result<(), Missing> {
        let Some(at) = find_last(tree, b'@').filter(|at| at + 1 < tree.len()) else { return Ok(()) };
        let is_short = |token: &Token| token.kind != Kind::Literal && !token.is(b'.');
        if self.appends_domain && tree.iter().skip(at).all(is_short) {
            let domain = self.domain.as_ref().map_err(Clone::clone)?;
            if !domain.is_empty() {
                append(tree, vec![Token::operator(b'.')]);
                append(tree, scan(domain.as_bytes()));
            }
        }
        Ok(())
    }
}
