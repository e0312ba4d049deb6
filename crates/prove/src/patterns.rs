//! Texts that a pattern of a regexp or pcre table matches.
//!
//! A small reader of regular expressions that writes one text for each of the
//! first alternatives. What it can't read (look-around, back-references) gives
//! no text; every text is tried on the real table before it counts.

/// Texts made of one pattern.
const MAX_SAMPLES: usize = 6;

/// The texts of one entry's key, as `/pattern/flags`; nothing if it can't be read.
pub(crate) fn samples(key: &str) -> Option<Vec<String>> {
    let pattern = body(key)?;
    let mut reader = Reader { rest: pattern.chars().collect(), at: 0, depth: 0 };
    let texts = reader.alternatives()?;
    (reader.at == reader.rest.len()).then_some(texts)
}

/// Whether the texts of a pattern must end where the pattern ends: what comes
/// after can't be chosen.
pub(crate) fn is_anchored_at_end(key: &str) -> bool {
    body(key).is_some_and(|pattern| pattern.trim_end_matches(')').ends_with('$'))
}

/// What stands between the delimiters; nothing for `if`, `endif` and negations.
fn body(key: &str) -> Option<&str> {
    let delimiter = key.chars().next().filter(|ch| !ch.is_alphanumeric() && *ch != '!')?;
    let (inner, _) = key.get(delimiter.len_utf8()..)?.rsplit_once(delimiter)?;
    Some(inner)
}

struct Reader {
    rest: Vec<char>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let ch = self.peek();
        self.at += usize::from(ch.is_some());
        ch
    }

    fn alternatives(&mut self) -> Option<Vec<String>> {
        if self.depth > 30 {
            return None;
        }
        self.depth += 1;
        let mut texts = self.sequence()?;
        while self.peek() == Some('|') {
            self.next();
            texts.extend(self.sequence()?);
        }
        self.depth -= 1;
        texts.truncate(MAX_SAMPLES);
        Some(texts)
    }

    fn sequence(&mut self) -> Option<Vec<String>> {
        let mut texts = vec![String::new()];
        while let Some(ch) = self.peek() {
            if ch == '|' || ch == ')' {
                break;
            }
            let piece = self.repeated()?;
            let joined = texts.iter().flat_map(|text| piece.iter().map(move |piece| format!("{text}{piece}")));
            texts = joined.take(MAX_SAMPLES).collect();
        }
        Some(texts)
    }

    fn repeated(&mut self) -> Option<Vec<String>> {
        let piece = self.atom()?;
        let Some(sign) = self.peek() else { return Some(piece) };
        let count = match sign {
            '*' => 0,
            '?' => 0,
            '+' => 1,
            '{' => match self.bounds() {
                Some(least) => {
                    self.lazy();
                    return Some(piece.iter().map(|text| text.repeat(least.max(1))).collect());
                }
                None => return Some(piece),
            },
            _ => return Some(piece),
        };
        self.next();
        self.lazy();
        let mut texts = piece;
        // What may be missing is there in one text and missing in another.
        if count == 0 {
            texts.truncate(MAX_SAMPLES - 1);
            texts.push(String::new());
        }
        Some(texts)
    }

    fn lazy(&mut self) {
        if matches!(self.peek(), Some('?' | '+')) {
            self.next();
        }
    }

    fn bounds(&mut self) -> Option<usize> {
        let start = self.at;
        self.next();
        let mut digits = String::new();
        while let Some(ch) = self.next() {
            match ch {
                '}' => return digits.split(',').next()?.parse().ok().filter(|least| *least <= 64),
                ch if ch.is_ascii_digit() || ch == ',' => digits.push(ch),
                _ => break,
            }
        }
        self.at = start;
        None
    }

    fn atom(&mut self) -> Option<Vec<String>> {
        let one = |ch: char| Some(vec![ch.to_string()]);
        match self.next()? {
            '^' | '$' => Some(vec![String::new()]),
            '.' => one('x'),
            '[' => self.set(),
            '(' => {
                if self.peek() == Some('?') {
                    self.next();
                    match self.next()? {
                        ':' => {}
                        _ => return None,
                    }
                }
                let texts = self.alternatives()?;
                (self.next()? == ')').then_some(texts)
            }
            '\\' => match self.next()? {
                'd' => one('1'),
                'w' => one('a'),
                's' => one(' '),
                'D' | 'W' | 'S' => one('-'),
                'b' | 'B' | '<' | '>' | 'A' | 'z' | 'Z' => Some(vec![String::new()]),
                ch if ch.is_ascii_digit() => None,
                ch => one(ch),
            },
            ch => one(ch),
        }
    }

    fn set(&mut self) -> Option<Vec<String>> {
        let negated = self.peek() == Some('^');
        if negated {
            self.next();
        }
        let mut members: Vec<(char, char)> = Vec::new();
        let mut first = true;
        loop {
            let ch = self.next()?;
            match ch {
                ']' if !first => break,
                '[' if self.peek() == Some(':') => {
                    let class: String = self.rest.iter().skip(self.at + 1).take_while(|ch| **ch != ':').collect();
                    self.at += class.chars().count() + 3;
                    members.extend(named(&class)?);
                }
                '\\' => match self.next()? {
                    'd' => members.push(('0', '9')),
                    'w' => members.extend([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]),
                    's' => members.push((' ', ' ')),
                    ch => members.push((ch, ch)),
                },
                low => {
                    let is_range = self.peek() == Some('-') && self.rest.get(self.at + 1).is_some_and(|ch| *ch != ']');
                    if is_range {
                        self.next();
                        members.push((low, self.next()?));
                    } else {
                        members.push((low, low));
                    }
                }
            }
            first = false;
        }
        let has = |ch: char| members.iter().any(|(low, high)| (*low..=*high).contains(&ch));
        let likely = ['a', 'x', '1', '0', '-', '.', '_', '@', 'A', ' ', '=', '%', '!', '+', '/', '"'];
        let chosen = likely.into_iter().find(|ch| has(*ch) != negated);
        let chosen = chosen.or_else(|| members.first().map(|(low, _)| *low).filter(|_| !negated))?;
        Some(vec![chosen.to_string()])
    }
}

fn named(class: &str) -> Option<Vec<(char, char)>> {
    Some(match class {
        "alpha" => vec![('a', 'z'), ('A', 'Z')],
        "digit" => vec![('0', '9')],
        "alnum" => vec![('a', 'z'), ('A', 'Z'), ('0', '9')],
        "lower" => vec![('a', 'z')],
        "upper" => vec![('A', 'Z')],
        "xdigit" => vec![('0', '9'), ('a', 'f'), ('A', 'F')],
        "space" | "blank" => vec![(' ', ' ')],
        "punct" => vec![('-', '-'), ('.', '.')],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_give_texts_that_they_match() {
        let first = |key: &str| samples(key).and_then(|texts| texts.first().cloned());
        assert_eq!(first(r"/^a\.b$/"), Some("a.b".to_owned()));
        assert_eq!(samples(r"/(dsl|cable)[0-9]+\./i"), Some(vec!["dsl1.".to_owned(), "cable1.".to_owned()]));
        assert_eq!(first(r"/@spam\.(com|net)$/"), Some("@spam.com".to_owned()));
        assert_eq!(first(r"/^[^@]*@x{2}/"), Some("a@xx".to_owned()));
        assert_eq!(samples(r"/(?!a)b/"), None);
        assert_eq!(samples("endif"), None);
        assert_eq!(samples(r"/((((/"), None);
    }

    #[test]
    fn an_anchor_at_the_end_is_seen() {
        assert!(is_anchored_at_end(r"/\.example\.com$/"));
        assert!(!is_anchored_at_end(r"/dsl/"));
    }
}
