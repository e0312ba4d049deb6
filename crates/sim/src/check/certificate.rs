//! Client certificates.

use super::program::Item;
use super::word::Subject;
use super::{Answer, Checked, Checks, Next, Then};
use crate::{Certificate, Finding, Session, Site, Var, YES_OR_NO};
use postproof_catalog::Version;

/// What a certificate is looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The fingerprint of the certificate.
    Whole,
    /// The fingerprint of its public key.
    Public,
    /// A key that check_ccert_access can't use: refused.
    Name,
}

/// A table with the keys to ask it for.
#[derive(Debug, PartialEq, Eq)]
struct Search {
    table: String,
    keys: Vec<Key>,
}

/// Reads `type:name` or `{ type:name { search_order = … } }`.
// map_search.c, map_search_create
fn search(text: &str) -> Option<Search> {
    let default = || vec![Key::Whole, Key::Public];
    let Some(inner) = text.strip_prefix('{') else {
        return Some(Search { table: text.to_owned(), keys: default() });
    };
    let inner = inner.strip_suffix('}')?;
    let words = postproof_model::words(&postproof_diag::SourceText::unplaced(inner));
    let mut words = words.iter().map(|word| word.text.as_str());
    let table = words.next().filter(|table| table.contains(':'))?.to_owned();
    let mut keys = None;
    for word in words {
        let word = match word.strip_prefix('{') {
            Some(rest) => rest.strip_suffix('}')?.trim(),
            None => word,
        };
        let (name, order) = word.split_once('=')?;
        if !name.trim().eq_ignore_ascii_case("search_order") {
            return None;
        }
        let order = order.split([',', ' ', '\t', '\r', '\n']).filter(|key| !key.is_empty());
        keys = Some(order.map(key).collect::<Option<Vec<_>>>()?);
    }
    Some(Search { table, keys: keys.unwrap_or_else(default) })
}

fn key(name: &str) -> Option<Key> {
    match name {
        "cert_fingerprint" => Some(Key::Whole),
        "pubkey_fingerprint" => Some(Key::Public),
        "issuer_cn" | "subject_cn" => Some(Key::Name),
        _ => None,
    }
}

fn fingerprint(certificate: &Certificate, key: Key) -> &str {
    match key {
        Key::Whole => &certificate.fingerprint,
        Key::Public | Key::Name => &certificate.key_fingerprint,
    }
}

impl Checks<'_, '_, '_> {
    /// Whether the client showed a certificate.
    fn has_certificate(&mut self) -> bool {
        self.so_far.tls
            && self.so_far.asks_certificate
            && self.who.on(Var::Tls, Site::of("certificate"), YES_OR_NO, &|session| {
                if session.certificate.is_some() { Finding::Yes } else { Finding::No }
            }) == Finding::Yes
    }

    /// permit_tls_clientcerts, permit_tls_all_clientcerts
    pub(super) fn client_certificate(&mut self, any: bool) -> Answer {
        if !self.has_certificate() {
            return Answer::Dunno;
        }
        let config = self.config;
        let keys = if config.model.target.postfix.value.series() >= Version::new(3, 9) {
            [Key::Public, Key::Whole]
        } else {
            [Key::Whole, Key::Public]
        };
        let look = |session: &Session| {
            let Some(certificate) = &session.certificate else { return Finding::No };
            if any && certificate.trusted {
                return Finding::Yes;
            }
            for key in keys.map(|key| fingerprint(certificate, key)).into_iter().filter(|key| !key.is_empty()) {
                match config.look_up_in("relay_clientcerts", key, false).finding() {
                    Finding::No => {}
                    Finding::Text(_) => return Finding::Yes,
                    failed => return failed,
                }
            }
            Finding::No
        };
        match self.who.on(Var::Tls, Site::of(("certificate", any)), &[Finding::No, Finding::Yes], &look) {
            Finding::Yes => Answer::Ok,
            Finding::Temporary => Answer::Fails,
            Finding::Broken => Answer::Broken,
            Finding::No | Finding::Text(_) | Finding::Case(_) | Finding::Unknown(_) => Answer::Dunno,
        }
    }

    /// check_ccert_access
    pub(super) fn certificate(&mut self, item: &Item) -> Checked<Next> {
        if search(item.argument.as_deref().unwrap_or_default()).is_none() {
            let answer = self.reject_with(451, "4.3.5", "Server configuration error".to_owned(), false);
            return Ok(Next::Done(answer));
        }
        if !self.has_certificate() {
            return Ok(Next::Done(Answer::Dunno));
        }
        self.certificate_keys(item, 0, Answer::Dunno)
    }

    /// Asks for the keys from `from` on, with the answer of the key before.
    pub(super) fn certificate_keys(&mut self, item: &Item, from: usize, before: Answer) -> Checked<Next> {
        let mut answer = before;
        let Some(search) = search(item.argument.as_deref().unwrap_or_default()) else {
            return Ok(Next::Done(answer));
        };
        let config = self.config;
        for (at, key) in search.keys.iter().enumerate().skip(from) {
            if answer != Answer::Dunno {
                break;
            }
            if *key == Key::Name {
                let answer = self.reject_with(451, "4.3.5", "Server configuration error".to_owned(), false);
                return Ok(Next::Done(answer));
            }
            let site = Site::of((Subject::Certificate, search.table.as_str(), *key));
            let answers = self.table_answers(false);
            let found = self.who.on(Var::Tls, site, answers, &|session| {
                let key = session.certificate.as_ref().map(|one| fingerprint(one, *key)).unwrap_or_default();
                if key.is_empty() { Finding::No } else { config.look_up(&search.table, key, false).finding() }
            });
            let then = Then { next_key: at + 1, ..Then::default() };
            match self.apply(found, Subject::Certificate, then)? {
                Next::Done(next) => answer = next,
                list => return Ok(list),
            }
        }
        Ok(Next::Done(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_a_certificate_are_searched_in_the_order_given() {
        let order = search("{ hash:/etc/postfix/certs { search_order = pubkey_fingerprint, cert_fingerprint } }");
        assert_eq!(
            order,
            Some(Search { table: "hash:/etc/postfix/certs".into(), keys: vec![Key::Public, Key::Whole] })
        );
        assert_eq!(search("hash:x").unwrap().keys, [Key::Whole, Key::Public]);
        assert_eq!(search("{ hash:x { order = a } }"), None);
        assert_eq!(search("{ x }"), None);
        assert_eq!(search("{ hash:x { search_order = name } }"), None);
    }
}
