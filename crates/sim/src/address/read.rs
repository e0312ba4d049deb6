//! The address of MAIL, RCPT and VRFY as it was sent (smtpd.c, extract_addr).

use super::parse::parse;
use super::tokens::internal;
use super::words::CommandWord;
use super::{MAX_KEPT, text_of};
use crate::Config;

/// Which command sends an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reader {
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// VRFY.
    Vrfy,
}

/// What decides how an address is read, besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct How {
    reader: Reader,
    is_strict: bool,
    is_utf8: bool,
}

/// What smtpd reads in `MAIL FROM:<…>` or `RCPT TO:<…>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// The address, without source route and quotes as smtpd keeps it.
    Address(String),
    /// A syntax error: code, enhanced code, text.
    Error(u16, &'static str, &'static str),
}

impl Reader {
    fn error(self) -> Read {
        match self {
            Reader::Mail => Read::Error(501, "5.1.7", "Bad sender address syntax"),
            Reader::Rcpt | Reader::Vrfy => Read::Error(501, "5.1.3", "Bad recipient address syntax"),
        }
    }
}

/// Whether an address has nothing in it that is read in any other way than as written.
pub(crate) fn is_plain(address: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+=".contains(&byte);
    let parts = address.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    parts.is_some_and(|(local, domain)| local.bytes().chain(domain.bytes()).all(is_plain))
}

/// Default of line_length_limit, for values that are no number.
const LINE_LENGTH: usize = 2048;

impl Config<'_> {
    /// As much of a command line as smtpd reads; the rest of a longer one is lost.
    // smtpd_chat.c, smtpd_chat_query_limit with line_length_limit
    pub(crate) fn as_read<'l>(&self, line: &'l str) -> &'l str {
        let limit = self.param("line_length_limit").parse().unwrap_or(LINE_LENGTH);
        line.get(..line.floor_char_boundary(limit)).unwrap_or(line)
    }

    /// Reads the address of a command: the word behind `FROM:` or `TO:`.
    /// `other` is the sender where a recipient is read, and the other way
    /// round; empty if there is none. `is_utf8`: SMTPUTF8 was asked for.
    // smtpd.c, mail_cmd, rcpt_cmd, vrfy_cmd and extract_addr
    pub(crate) fn read_address(&self, word: &CommandWord, reader: Reader, other: &str, is_utf8: bool) -> Read {
        let is_strict = reader != Reader::Vrfy && self.yes("strict_rfc821_envelopes");
        // Only the commands with a colon look at unclosed quotes.
        if word.is_broken && reader != Reader::Vrfy {
            return reader.error();
        }
        let other = if self.resolves_by_sender() { other } else { "" };
        let how = How { reader, is_strict, is_utf8 };
        if !other.is_empty() {
            return self.read_anew(word, how, other);
        }
        let key = (word.text.clone(), how);
        if let Some(known) = self.shared.addresses.read.borrow().get(&key) {
            return known.clone();
        }
        let read = self.read_anew(word, how, other);
        let mut kept = self.shared.addresses.read.borrow_mut();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, read.clone());
        read
    }

    fn read_anew(&self, word: &CommandWord, how: How, other: &str) -> Read {
        let How { reader, is_strict, is_utf8 } = how;
        let sent = word.text.as_str();
        let text = sent.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(sent);
        let text = match text.split_once(':') {
            Some((_, rest)) if text.starts_with('@') => rest,
            Some(_) | None => text,
        };
        if sent.starts_with('<') && is_plain(text) {
            let is_bad = self.refuses_syntax(other, text, is_utf8);
            return if is_bad { reader.error() } else { Read::Address(text.to_owned()) };
        }
        let parsed = parse(text.as_bytes());
        if parsed.addresses > 1 || (is_strict && (parsed.others > 0 || !sent.starts_with('<'))) {
            return reader.error();
        }
        let address = parsed.last.map(|tokens| text_of(&internal(&tokens))).unwrap_or_default();
        let is_bad = if address.is_empty() {
            reader != Reader::Mail
        } else {
            (is_strict && address.starts_with('@')) || self.refuses_syntax(other, &address, is_utf8)
        };
        if is_bad { reader.error() } else { Read::Address(address) }
    }

    /// What smtpd keeps of an address that is sent in `<` and `>`; nothing if it
    /// refuses it.
    pub fn as_kept(&self, sent: &str, is_sender: bool) -> Option<String> {
        let word = CommandWord { text: format!("<{sent}>"), is_broken: false };
        match self.read_address(&word, if is_sender { Reader::Mail } else { Reader::Rcpt }, "", true) {
            Read::Address(kept) => Some(kept),
            Read::Error(..) => None,
        }
    }

    // smtpd_check.c, smtpd_check_addr
    fn refuses_syntax(&self, other: &str, address: &str, is_utf8: bool) -> bool {
        // Where even the address is not known, what is missing is whose domain
        // stands behind a routed one.
        self.resolve_address(other, address).is_ok_and(|resolved| {
            let domain = resolved.address.rsplit_once('@').map(|(_, domain)| domain);
            resolved.is_error || (!is_utf8 && domain.is_some_and(|domain| !domain.is_ascii()))
        })
    }
}
