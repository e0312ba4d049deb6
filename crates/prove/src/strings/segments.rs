//! The syntax of the parts of addresses and names, as small automata.

use postproof_sim::Alphabet;

/// The one letter beyond ASCII that stands for all, byte by byte: `é`.
pub(super) const UTF8: [u8; 2] = [0xC3, 0xA9];

/// Strings of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A local part without quotes, extension and signs that route; the argument are
    /// the characters that begin an extension.
    Local(String),
    /// A user with an extension.
    Extended(String),
    /// A local part with `%` or `!`.
    Routed,
    /// A local part that needs quotes.
    Quoted,
    /// Labels, each with the dot behind it.
    Labels,
    /// One label of at least two characters, the first of which is a letter.
    Last,
    /// One label.
    Label,
    /// An argument of HELO.
    Helo,
    /// A login.
    Login,
    /// An IPv6 address with nine groups or fewer, without `::` and with one.
    Ipv6 { is_short: bool },
}

const IN_WORD: u8 = 1;
const AFTER_DOT: u8 = 2;
const IN_LETTER: u8 = 3;
const MORE: u8 = 4;
const MORE_AFTER_DOT: u8 = 5;
const MORE_IN_LETTER: u8 = 6;
const AFTER_HYPHEN: u8 = 7;

/// rfc5321, Atom
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"#$&'*-/=?^_`{|}~+".contains(&byte)
}

fn is_route(byte: u8) -> bool {
    matches!(byte, b'%' | b'!')
}

/// quote_822_local.c, is_822_dot_string
fn needs_quotes(byte: u8) -> bool {
    b" ()<>@,;:\\\"[]".contains(&byte)
}

fn is_label(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'
}

/// smtpd.c, NEUTER_CHARACTERS: what smtpd turns into `?` is left out.
fn is_helo(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"<>()\\\";@".contains(&byte)
}

fn is_login(byte: u8) -> bool {
    byte.is_ascii_graphic()
}

impl Segment {
    /// The state before any byte.
    pub(super) fn start(&self) -> u8 {
        0
    }

    /// Whether a string may end in this state.
    pub(super) fn is_end(&self, state: u8) -> bool {
        match self {
            Segment::Local(_) | Segment::Helo | Segment::Login => state == IN_WORD,
            Segment::Extended(_) | Segment::Routed | Segment::Quoted => state == MORE,
            Segment::Labels => state == AFTER_DOT,
            Segment::Last => state == MORE,
            Segment::Label => state == IN_WORD,
            Segment::Ipv6 { is_short: false } => state > 7 * 8,
            Segment::Ipv6 { is_short: true } => state >= 0x80 && !state.is_multiple_of(8),
        }
    }

    /// The state behind one more byte; nothing where it can't follow.
    pub(super) fn step(&self, state: u8, byte: u8) -> Option<u8> {
        match self {
            Segment::Local(delimiters) => local(state, byte, delimiters),
            Segment::Extended(delimiters) => extended(state, byte, delimiters),
            Segment::Routed => doubled(state, byte, is_route),
            Segment::Quoted => doubled(state, byte, needs_quotes),
            Segment::Labels => labels(state, byte),
            Segment::Last => last(state, byte),
            Segment::Label => labels(state, byte).filter(|next| *next != AFTER_DOT),
            Segment::Helo => word(state, byte, is_helo),
            Segment::Login => word(state, byte, is_login),
            Segment::Ipv6 { is_short } => ipv6(state, byte, *is_short),
        }
    }

    /// Tells bytes apart that the segment does.
    pub(super) fn divide(&self, alphabet: &mut Alphabet) {
        let sets: &[fn(u8) -> bool] = &[
            is_atext,
            is_route,
            needs_quotes,
            is_label,
            is_helo,
            is_login,
            |byte| byte.is_ascii_hexdigit(),
            |byte| byte.is_ascii_lowercase(),
        ];
        sets.iter().for_each(|set| alphabet.divide(set));
        for single in b".-@ :0".iter().chain(&UTF8) {
            alphabet.divide(&|byte| byte == *single);
        }
        if let Segment::Local(delimiters) | Segment::Extended(delimiters) = self {
            alphabet.divide(&|byte| delimiters.as_bytes().contains(&byte));
        }
    }
}

fn local(state: u8, byte: u8, delimiters: &str) -> Option<u8> {
    let is_atom = is_atext(byte) && !delimiters.as_bytes().contains(&byte);
    match state {
        // A recipient that begins with `-` is refused; such ones are tried apart.
        0 if byte == b'-' => None,
        0 | IN_WORD | AFTER_DOT if is_atom => Some(IN_WORD),
        0 | IN_WORD | AFTER_DOT if byte == UTF8[0] => Some(IN_LETTER),
        IN_WORD if byte == b'.' => Some(AFTER_DOT),
        IN_LETTER if byte == UTF8[1] => Some(IN_WORD),
        _ => None,
    }
}

fn extended(state: u8, byte: u8, delimiters: &str) -> Option<u8> {
    let is_delimiter = delimiters.as_bytes().contains(&byte);
    match state {
        IN_WORD if is_delimiter => Some(MORE_AFTER_DOT),
        0..=IN_LETTER => local(state, byte, delimiters),
        MORE | MORE_AFTER_DOT if is_atext(byte) || is_delimiter => Some(MORE),
        MORE if byte == b'.' => Some(MORE_AFTER_DOT),
        MORE | MORE_AFTER_DOT if byte == UTF8[0] => Some(MORE_IN_LETTER),
        MORE_IN_LETTER if byte == UTF8[1] => Some(MORE),
        _ => None,
    }
}

/// A local part in which a sign stands at least once.
fn doubled(state: u8, byte: u8, is_sign: fn(u8) -> bool) -> Option<u8> {
    match state {
        0 if byte == b'-' => None,
        0 | IN_WORD | AFTER_DOT if is_atext(byte) => Some(IN_WORD),
        IN_WORD if byte == b'.' => Some(AFTER_DOT),
        IN_WORD if is_sign(byte) => Some(MORE_AFTER_DOT),
        MORE | MORE_AFTER_DOT if is_atext(byte) => Some(MORE),
        MORE if byte == b'.' || is_sign(byte) => Some(MORE_AFTER_DOT),
        _ => None,
    }
}

fn labels(state: u8, byte: u8) -> Option<u8> {
    match state {
        0 | IN_WORD | AFTER_DOT | AFTER_HYPHEN if is_label(byte) => Some(IN_WORD),
        0 | IN_WORD | AFTER_DOT if byte == UTF8[0] => Some(IN_LETTER),
        IN_LETTER if byte == UTF8[1] => Some(IN_WORD),
        IN_WORD if byte == b'.' => Some(AFTER_DOT),
        IN_WORD | AFTER_HYPHEN if byte == b'-' => Some(AFTER_HYPHEN),
        _ => None,
    }
}

fn last(state: u8, byte: u8) -> Option<u8> {
    match state {
        0 if byte.is_ascii_lowercase() => Some(IN_WORD),
        IN_WORD | MORE | AFTER_HYPHEN if byte.is_ascii_lowercase() || byte.is_ascii_digit() => Some(MORE),
        MORE | AFTER_HYPHEN if byte == b'-' => Some(AFTER_HYPHEN),
        _ => None,
    }
}

fn word(state: u8, byte: u8, is_in: fn(u8) -> bool) -> Option<u8> {
    match state {
        0 | IN_WORD if is_in(byte) => Some(IN_WORD),
        0 | IN_WORD if byte == UTF8[0] => Some(IN_LETTER),
        IN_LETTER if byte == UTF8[1] => Some(IN_WORD),
        _ => None,
    }
}

/// Eight groups without leading zeros, the first one of 2000::/3; or fewer, then `::`
/// and one more. A state is eight times the number of the group plus its digits; past
/// `::` it has the highest bit.
fn ipv6(state: u8, byte: u8, is_short: bool) -> Option<u8> {
    let (is_end, group, digits) = (state >= 0x80, (state & 0x7f) / 8, state % 8);
    let is_hex = byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if is_hex {
        let is_first = group == 0 && !is_end;
        let fits =
            digits < 4 && !(digits == 0 && byte == b'0') && !(is_first && digits == 0 && !matches!(byte, b'2' | b'3'));
        return fits.then_some(state + 1);
    }
    if byte != b':' || is_end {
        return None;
    }
    let is_whole = digits == 4 || (group > 0 && digits > 0);
    match digits {
        // The second colon of `::`.
        0 if is_short && (1..7).contains(&group) => Some(0x80 | (group * 8)),
        _ if is_whole && group < 7 => Some((group + 1) * 8),
        _ => None,
    }
}
