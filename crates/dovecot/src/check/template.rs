//! `%{…}` of 2.4, which doveconf takes apart when it checks a configuration. It
//! crashes where it can't.

use super::Fault;
use crate::{NodeId, Reading, Stops};

/// Values that crash doveconf 2.4.1.
// config-dump-full.c, config_dump_full_callback
pub(super) fn faults(reading: &Reading) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (id, node) in reading.nodes() {
        for (name, stored) in &node.stored {
            let scalar = (!stored.is_list).then_some((stored.text.as_str(), stored.assignments.last().copied()));
            let items = stored.entries.iter().map(|entry| (entry.value.as_str(), entry.assignment));
            for (text, at) in scalar.into_iter().chain(items) {
                if let Err(words) = parse(text) {
                    faults.push(fault(reading, id, name, format!("{text}: {words}"), at));
                }
            }
        }
    }
    faults
}

fn fault(reading: &Reading, within: NodeId, name: &str, words: String, at: Option<usize>) -> Fault {
    let span = at.and_then(|at| reading.assignment(at)).map(|assignment| assignment.value_span());
    Fault { words, subject: name.to_owned(), span, within, block: within, stops: Stops::Panic }
}

/// What stands between `%{` and `}`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    End,
    Percent,
    Close,
    Pipe,
    Open,
    Shut,
    Comma,
    Equals,
    Plus,
    Minus,
    Star,
    Slash,
    Name,
    Value,
    Number,
}

impl Token {
    const fn name(self) -> &'static str {
        match self {
            Token::End => "end of file",
            Token::Percent => "PERC",
            Token::Close => "CCBRACE",
            Token::Pipe => "PIPE",
            Token::Open => "OBRACE",
            Token::Shut => "CBRACE",
            Token::Comma => "COMMA",
            Token::Equals => "EQ",
            Token::Plus => "PLUS",
            Token::Minus => "MINUS",
            Token::Star => "STAR",
            Token::Slash => "SLASH",
            Token::Name => "NAME",
            Token::Value => "VALUE",
            Token::Number => "NUMBER",
        }
    }
}

/// Takes a text with `%{…}` apart; the words of the real parser if it can't.
// lib-var-expand, var-expand-parser.y and var-expand-lexer.l
pub(super) fn parse(text: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let from = rest.get(at..).unwrap_or_default();
        if let Some(after) = from.strip_prefix("%%{") {
            rest = after;
        } else if let Some(inner) = from.strip_prefix("%{") {
            let mut scan = Scan { rest: inner.as_bytes(), next: Token::End };
            scan.advance()?;
            scan.filters()?;
            rest = inner.get(inner.len() - scan.rest.len()..).unwrap_or_default();
        } else {
            rest = from.get(1..).unwrap_or_default();
        }
    }
    Ok(())
}

struct Scan<'t> {
    rest: &'t [u8],
    next: Token,
}

impl Scan<'_> {
    fn take(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn advance(&mut self) -> Result<(), String> {
        self.next = loop {
            let Some(byte) = self.rest.first().copied() else { break Token::End };
            let run = |fits: fn(u8) -> bool| self.rest.iter().take_while(|byte| fits(**byte)).count();
            let (token, length) = match byte {
                b'}' => (Token::Close, 1),
                b'%' => (Token::Percent, 1),
                b'|' => (Token::Pipe, 1),
                b'(' => (Token::Open, 1),
                b')' => (Token::Shut, 1),
                b',' => (Token::Comma, 1),
                b'=' => (Token::Equals, 1),
                b'+' => (Token::Plus, 1),
                b'-' => (Token::Minus, 1),
                b'*' => (Token::Star, 1),
                b'/' => (Token::Slash, 1),
                b'0'..=b'9' => (Token::Number, run(|byte| byte.is_ascii_digit())),
                b'"' | b'\'' => {
                    self.take(1);
                    break if self.string(byte)? { Token::Value } else { Token::End };
                }
                _ if byte.is_ascii_alphabetic() || byte >= 0x80 => {
                    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_/;:.-".contains(&byte);
                    (Token::Name, run(part))
                }
                // Anything else is passed over.
                _ => {
                    self.take(1);
                    continue;
                }
            };
            self.take(length);
            break token;
        };
        Ok(())
    }

    /// The rest of a text in quotes; false if it does not end.
    fn string(&mut self, quote: u8) -> Result<bool, String> {
        let escape = || "Invalid character escape".to_owned();
        while let Some(byte) = self.rest.first().copied() {
            self.take(1);
            if byte == quote {
                return Ok(true);
            }
            if byte != b'\\' {
                continue;
            }
            let Some(byte) = self.rest.first().copied() else { return Ok(false) };
            let digits = |from: usize, most: usize, fits: fn(&u8) -> bool| {
                self.rest.iter().skip(from).take(most).take_while(|byte| fits(byte)).count()
            };
            let length = match byte {
                b'\\' | b't' | b'r' | b'n' | b'"' | b'\'' => 1,
                b'x' if digits(1, 2, u8::is_ascii_hexdigit) == 2 => 3,
                b'0'..=b'9' => {
                    let length = digits(0, 3, u8::is_ascii_digit);
                    let text = std::str::from_utf8(self.rest.get(..length).unwrap_or_default()).unwrap_or_default();
                    u32::from_str_radix(text, 8).ok().filter(|code| *code < 256).ok_or_else(escape)?;
                    length
                }
                _ => return Err(escape()),
            };
            self.take(length);
        }
        Ok(false)
    }

    fn unexpected<T>(&self, expected: &str) -> Result<T, String> {
        Err(format!("syntax error, unexpected {}, expecting {expected}", self.next.name()))
    }

    fn filters(&mut self) -> Result<(), String> {
        loop {
            let expected = match self.next {
                Token::Name => {
                    self.advance()?;
                    self.function()?;
                    "CCBRACE or PIPE"
                }
                _ => "CCBRACE or PIPE or NAME",
            };
            match self.next {
                Token::Close => return Ok(()),
                Token::Pipe => self.advance()?,
                _ => return self.unexpected(expected),
            }
        }
    }

    fn function(&mut self) -> Result<(), String> {
        if self.next == Token::Open {
            self.advance()?;
            loop {
                self.argument()?;
                match self.next {
                    Token::Comma => self.advance()?,
                    Token::Shut => break,
                    _ => return self.unexpected("CBRACE or COMMA"),
                }
            }
            self.advance()?;
        }
        match self.next {
            Token::Plus | Token::Minus | Token::Star | Token::Slash | Token::Percent => {
                self.advance()?;
                match self.next {
                    Token::Name => self.advance(),
                    _ => self.number("MINUS or NAME or NUMBER"),
                }
            }
            _ => Ok(()),
        }
    }

    fn argument(&mut self) -> Result<(), String> {
        const ANY: &str = "MINUS or NAME or VALUE or NUMBER";
        match self.next {
            Token::Value => self.advance(),
            Token::Name => {
                self.advance()?;
                if self.next != Token::Equals {
                    return Ok(());
                }
                self.advance()?;
                match self.next {
                    Token::Value | Token::Name => self.advance(),
                    _ => self.number(ANY),
                }
            }
            _ => self.number(ANY),
        }
    }

    fn number(&mut self, expected: &str) -> Result<(), String> {
        if self.next == Token::Minus {
            self.advance()?;
            return match self.next {
                Token::Number => self.advance(),
                _ => self.unexpected("NUMBER"),
            };
        }
        match self.next {
            Token::Number => self.advance(),
            _ => self.unexpected(expected),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_taken_apart_as_doveconf_does() {
        // doveconf -n of 2.4.1
        for fine in ["%{}", "100%", "%u", "%{user}}", "%{a|}", "%%{x", "%{user | substr(0, -1)}", "%{a + 1 | b(c='d')}"]
        {
            assert_eq!(parse(fine), Ok(()), "{fine}");
        }
        for (text, words) in [
            ("%{user", "syntax error, unexpected end of file, expecting CCBRACE or PIPE"),
            ("%{a b}", "syntax error, unexpected NAME, expecting CCBRACE or PIPE"),
            ("%{1abc}", "syntax error, unexpected NUMBER, expecting CCBRACE or PIPE or NAME"),
            ("%{a(x", "syntax error, unexpected end of file, expecting CBRACE or COMMA"),
            ("%{a(1 2)}", "syntax error, unexpected NUMBER, expecting CBRACE or COMMA"),
            ("%{a+}", "syntax error, unexpected CCBRACE, expecting MINUS or NAME or NUMBER"),
            ("%{a(-x)}", "syntax error, unexpected NAME, expecting NUMBER"),
            ("%{u(\"x)}", "syntax error, unexpected end of file, expecting MINUS or NAME or VALUE or NUMBER"),
            ("%{a(\"\\q\")}", "Invalid character escape"),
        ] {
            assert_eq!(parse(text).unwrap_err(), words, "{text}");
        }
    }
}
