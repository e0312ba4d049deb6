//! `$name` in values, with every warning that Postfix gives of them.
//!
//! The order of the steps is that of mac_parse.c and mac_expand.c, including
//! that reading goes on after an error and that the nesting counter is not
//! taken back then: which warnings come depends on it.

use super::level::{self, Operator};
use super::log::{Log, Stop, shown, shown_start};
use postproof_catalog::Version;
use postproof_diag::{Text, text};
use postproof_syntax::exact::{SPACE, closing_brace, trim_end, trim_start};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};

/// Nesting above which Postfix gives up (mac_expand.c).
const MAX_NESTING: u32 = 100;

/// How deep expressions may hold expressions, all `$name` between them counted.
/// The real program has no limit and crashes on expressions without end.
pub const MAX_MACRO_FRAMES: u32 = 250;

/// How many bytes one run may look at while it expands, about. Names that use each
/// other twice double with each step, and the real program runs on for hours.
pub const MAX_MACRO_WORK: usize = 1 << 27;

/// What looking at a text costs beside its bytes.
const WORK_PER_TEXT: usize = 64;

/// How long an expanded value may get.
pub const MAX_MACRO_RESULT: usize = 1 << 26;

/// What `$name` stands for.
pub(super) trait Lookup {
    /// The value, if there is one.
    fn value(&self, name: &[u8]) -> Result<Option<Cow<'_, [u8]>>, Stop>;
    /// Whether `$` in the value means nothing.
    fn is_literal(&self, _name: &[u8]) -> bool {
        false
    }
}

/// Reads values of one release.
pub(super) struct Macros<'r> {
    pub(super) version: Version,
    pub(super) log: &'r RefCell<Log>,
    work: Cell<usize>,
    frames: Cell<u32>,
}

/// One call of `mac_expand`.
struct Call<'l> {
    /// Nothing: only names are collected, of both branches.
    lookup: Option<&'l dyn Lookup>,
    names: Vec<Vec<u8>>,
    result: Vec<u8>,
    nesting: u32,
    error: bool,
}

/// Whether a step ended its caller too, which leaves the nesting as it is.
type Ended = bool;

/// A text and what follows it; nothing after an error.
type Cut<'t> = Option<(&'t [u8], &'t [u8])>;

impl<'r> Macros<'r> {
    pub(super) fn new(version: Version, log: &'r RefCell<Log>) -> Self {
        Self { version, log, work: Cell::new(0), frames: Cell::new(0) }
    }

    /// The value with all names replaced, and whether it is in order.
    pub(super) fn expand(&self, value: &[u8], lookup: &dyn Lookup) -> Result<(Vec<u8>, bool), Stop> {
        let mut call = Call::new(Some(lookup));
        let error = self.parse(value, &mut call)?;
        Ok((call.result, !error))
    }

    /// Every name in the value.
    pub(super) fn names(&self, value: &[u8]) -> Result<Vec<Vec<u8>>, Stop> {
        let mut call = Call::new(None);
        self.parse(value, &mut call)?;
        Ok(call.names)
    }

    fn warn(&self, message: &str) -> Result<(), Stop> {
        self.log.borrow_mut().warn(message)
    }

    /// Reads text and macros in turn; says whether there was an error.
    // mac_parse.c, mac_parse
    fn parse(&self, value: &[u8], call: &mut Call<'_>) -> Result<bool, Stop> {
        self.spend(value.len() + WORK_PER_TEXT)?;
        let mut error = false;
        let mut literal = Vec::new();
        let mut rest = value;
        while let Some((first, after)) = rest.split_first() {
            if *first != b'$' {
                let end = rest.iter().position(|byte| *byte == b'$').unwrap_or(rest.len());
                literal.extend_from_slice(part(rest, 0, end));
                rest = part(rest, end, rest.len());
                continue;
            }
            if after.first() == Some(&b'$') {
                literal.push(b'$');
                rest = part(after, 1, after.len());
                continue;
            }
            if !literal.is_empty() {
                error |= self.literal(&std::mem::take(&mut literal), call)?;
            }
            let body = match after.first() {
                Some(b'(') => enclosed(after, b'(', b')'),
                Some(b'{') => enclosed(after, b'{', b'}'),
                Some(_) | None => {
                    let end = after.iter().position(|byte| !is_name(*byte)).unwrap_or(after.len());
                    Some((part(after, 0, end), part(after, end, after.len())))
                }
            };
            let in_brackets = matches!(after.first(), Some(b'(' | b'{'));
            let Some((body, behind)) = body else {
                self.warn(&format!("truncated macro reference: \"{}\"", shown(value)))?;
                return Ok(true);
            };
            if in_brackets && error {
                return Ok(true);
            }
            if body.is_empty() {
                self.warn(&format!("empty macro name: \"{}\"", shown(value)))?;
                return Ok(true);
            }
            error |= self.reference(body, call)?;
            rest = behind;
        }
        if !literal.is_empty() && !error {
            error |= self.literal(&literal, call)?;
        }
        Ok(error)
    }

    fn literal(&self, text: &[u8], call: &mut Call<'_>) -> Result<bool, Stop> {
        if self.enter(text, call)? {
            if call.lookup.is_some() {
                call.append(text)?;
            }
            call.nesting -= 1;
        }
        Ok(call.error)
    }

    fn reference(&self, body: &[u8], call: &mut Call<'_>) -> Result<bool, Stop> {
        if self.enter(body, call)? {
            self.frames.set(self.frames.get() + 1);
            if self.frames.get() > MAX_MACRO_FRAMES {
                return Err(Stop::Limit(text!(
                    "an expression is used within itself without end, or nested more than {MAX_MACRO_FRAMES} deep; \
                     the real postconf may crash here",
                    "식이 끝없이 자신 안에서 쓰이거나 {MAX_MACRO_FRAMES}단계보다 깊이 중첩되어 \
                     실제 postconf가 여기서 비정상 종료될 수 있습니다"
                )));
            }
            let ended = self.evaluate(body, call)?;
            self.frames.set(self.frames.get() - 1);
            if !ended {
                call.nesting -= 1;
            }
        }
        Ok(call.error)
    }

    /// Counts the nesting; whether to go on.
    // mac_expand.c, mac_expand_callback, its head
    fn enter(&self, text: &[u8], call: &mut Call<'_>) -> Result<bool, Stop> {
        let too_deep = call.nesting > MAX_NESTING;
        call.nesting += 1;
        if too_deep {
            call.error = true;
            self.warn(&format!("unreasonable macro call nesting: \"{}\"", shown(text)))?;
        }
        Ok(!call.error)
    }

    // mac_expand.c, mac_expand_callback
    fn evaluate(&self, body: &[u8], call: &mut Call<'_>) -> Result<Ended, Stop> {
        if let Some(expression) = left_brace(body) {
            let Some((holds, rest)) = self.relation(expression, call)? else { return Ok(true) };
            let value = holds.then_some(Cow::Borrowed(&b"true"[..]));
            return match rest.split_first() {
                None => self.plain(b"", value, call),
                Some((b'?', rest)) => self.then(rest, value.is_some(), call),
                Some((b':', rest)) => self.otherwise(rest, value.is_some(), call),
                Some(_) => {
                    self.error(call, &format!("\"?\" or \":\" expected at: \"...}}>>>{}\"", shown_start(rest, 20)))
                }
            };
        }
        let blank = body.len() - trim_blank(body).len();
        let mut at = blank;
        loop {
            let here = part(body, at, body.len());
            let next = trim_blank(here);
            let name = part(body, blank, at);
            match next.split_first() {
                None => {
                    let value = self.look_up(name, call)?;
                    return self.plain(name, value, call);
                }
                Some((operator @ (b'?' | b':'), rest)) => {
                    let is_set = self.look_up(name, call)?.is_some_and(|value| !value.is_empty());
                    return match operator {
                        b'?' => self.then(rest, is_set, call),
                        _ => self.otherwise(rest, is_set, call),
                    };
                }
                // mac_expand.c, mac_exp_parse_function, since 3.11
                Some((b'{', _)) if self.version.series() >= Version::new(3, 11) => {
                    return self.function(name, next, call);
                }
                Some(_) => {}
            }
            if !here.first().is_some_and(|byte| is_name(*byte)) {
                let (seen, here) = (shown(part(body, 0, at)), shown_start(here, 20));
                return self.error(call, &format!("attribute name syntax error at: \"...{seen}>>>{here}\""));
            }
            at += 1;
        }
    }

    fn error(&self, call: &mut Call<'_>, message: &str) -> Result<Ended, Stop> {
        call.error = true;
        self.warn(message)?;
        Ok(true)
    }

    fn look_up<'l>(&self, name: &[u8], call: &mut Call<'l>) -> Result<Option<Cow<'l, [u8]>>, Stop> {
        match call.lookup {
            Some(lookup) => lookup.value(name),
            None => {
                call.names.push(name.to_vec());
                Ok(None)
            }
        }
    }

    /// A macro without condition.
    fn plain(&self, name: &[u8], value: Option<Cow<'_, [u8]>>, call: &mut Call<'_>) -> Result<Ended, Stop> {
        let (Some(lookup), Some(value)) = (call.lookup, value) else { return Ok(false) };
        if self.version.series() >= Version::new(3, 11) && lookup.is_literal(name) {
            call.append(&value)?;
        } else if !value.is_empty() {
            call.error |= self.parse(&value, call)?;
        }
        Ok(false)
    }

    /// What follows a `?`.
    fn then(&self, rest: &[u8], holds: bool, call: &mut Call<'_>) -> Result<Ended, Stop> {
        let Some((branch, rest)) = self.branch(rest, call)? else { return Ok(true) };
        if holds || call.lookup.is_none() {
            call.error |= self.parse(branch, call)?;
        }
        match rest.split_first() {
            None => Ok(false),
            Some((b':', rest)) => self.otherwise(rest, holds, call),
            Some(_) => {
                let (branch, rest) = (shown(branch), shown_start(rest, 20));
                self.error(call, &format!("\":\" expected at: \"...{branch}}}>>>{rest}\""))
            }
        }
    }

    /// What follows a `:`.
    fn otherwise(&self, rest: &[u8], holds: bool, call: &mut Call<'_>) -> Result<Ended, Stop> {
        let Some((branch, rest)) = self.branch(rest, call)? else { return Ok(true) };
        if !holds || call.lookup.is_none() {
            call.error |= self.parse(branch, call)?;
        }
        if rest.is_empty() {
            return Ok(false);
        }
        let (branch, rest) = (shown(branch), shown_start(rest, 20));
        self.error(call, &format!("unexpected input at: \"...{branch}}}>>>{rest}\""))
    }

    /// A branch in braces and what follows, or all there is.
    fn branch<'t>(&self, rest: &'t [u8], call: &mut Call<'_>) -> Result<Cut<'t>, Stop> {
        match left_brace(rest) {
            Some(braced) => self.payload(braced, call),
            None => Ok(Some((rest, &[]))),
        }
    }

    /// What the braces hold, and what follows them and white space.
    // mac_expand.c, mac_exp_extract_curly_payload
    fn payload<'t>(&self, text: &'t [u8], call: &mut Call<'_>) -> Result<Cut<'t>, Stop> {
        self.spend(text.len())?;
        let Some(end) = closing_brace(text) else {
            self.error(call, &format!("unbalanced {{}} in attribute expression: \"{}\"", shown(text)))?;
            return Ok(None);
        };
        Ok(Some((part(text, 1, end), trim_blank(part(text, end + 1, text.len())))))
    }

    /// Whether `{left} operator {right}` holds, and what follows; nothing
    /// after an error. Holds not while names are only collected.
    // mac_expand.c, mac_exp_parse_relational
    fn relation<'t>(&self, text: &'t [u8], call: &mut Call<'_>) -> Result<Option<(bool, &'t [u8])>, Stop> {
        let Some((left, rest)) = self.payload(text, call)? else { return Ok(None) };
        let length = rest.iter().position(|byte| !b"<>!=?+-*/~&|%".contains(byte)).unwrap_or(rest.len());
        let sign = part(rest, 0, length);
        let Some(operator) = Operator::of(sign) else {
            let (left, rest) = (shown(left), shown_start(rest, 20));
            // The doubled quotes are those of the real message.
            let all = r#""==" or "!="" or "<"" or "<="" or ">="" or ">""#;
            self.error(call, &format!("{all} expected at: \"...{left}}}>>>{rest}\""))?;
            return Ok(None);
        };
        let mut rest = part(rest, length, rest.len());
        let mut by_level = false;
        // Operators with a suffix exist since 3.6.
        if self.version.series() >= Version::new(3, 6) {
            let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let suffix = part(rest, 0, length);
            by_level = suffix == b"level";
            if !suffix.is_empty() && !by_level {
                let (sign, suffix) = (shown(sign), shown(suffix));
                self.error(call, &format!("bad operator suffix at: \"...{sign}>>>{suffix}\""))?;
                return Ok(None);
            }
            rest = part(rest, length, rest.len());
        }
        let Some(braced) = left_brace(rest) else {
            let (left, sign, rest) = (shown(left), shown(sign), shown_start(rest, 20));
            self.error(call, &format!("\"{{expression}}\" expected at: \"...{{{left}}} {sign}>>>{rest}\""))?;
            return Ok(None);
        };
        let Some((right, rest)) = self.payload(braced, call)? else { return Ok(None) };
        let left = self.operand(left, call)?;
        let right = self.operand(right, call)?;
        let mut holds = false;
        if call.lookup.is_some() {
            let mut log = self.log.borrow_mut();
            match level::compare(&left, operator, &right, by_level, &mut log)? {
                Some(result) => holds = result,
                None => call.error = true,
            }
        }
        Ok((!call.error).then_some((holds, rest)))
    }

    /// An operand or argument, expanded on its own.
    fn operand(&self, text: &[u8], call: &mut Call<'_>) -> Result<Vec<u8>, Stop> {
        let mut own = Call::new(call.lookup);
        call.error |= self.parse(text, &mut own)?;
        call.names.append(&mut own.names);
        Ok(own.result)
    }

    /// `name{argument}`. Ends its caller even where all is well.
    fn function(&self, name: &[u8], text: &[u8], call: &mut Call<'_>) -> Result<Ended, Stop> {
        let Some((argument, rest)) = self.payload(text, call)? else { return Ok(true) };
        let argument = trim_end(trim_start(argument));
        if !rest.is_empty() {
            let (argument, rest) = (shown(argument), shown_start(rest, 20));
            return self.error(call, &format!("unexpected input at: \"...{argument}}}>>>{rest}\""));
        }
        // mac_midna.c: these two turn internationalized names into the other
        // form, which leaves names of ASCII letters as they are.
        if !matches!(name, b"domain_to_ascii" | b"domain_to_utf8") {
            let (name, argument) = (shown(name), shown(argument));
            let message = format!("unknown function \"{name}\" at\"...>>>{name}{{{argument}}}\"");
            return self.error(call, &message);
        }
        let value = self.operand(argument, call)?;
        if call.lookup.is_some() && !call.error {
            call.append(&value)?;
        }
        Ok(true)
    }

    fn spend(&self, bytes: usize) -> Result<(), Stop> {
        self.work.set(self.work.get().saturating_add(bytes));
        if self.work.get() <= MAX_MACRO_WORK {
            return Ok(());
        }
        Err(Stop::Limit(Text::fixed(
            "the `$name` references multiply beyond what Postproof follows; the real postconf may not end",
            "`$name` 참조가 Postproof에서 따라갈 수 있는 양보다 많이 늘어나며 실제 postconf는 끝나지 않을 수 있습니다",
        )))
    }
}

impl<'l> Call<'l> {
    fn new(lookup: Option<&'l dyn Lookup>) -> Self {
        Self { lookup, names: Vec::new(), result: Vec::new(), nesting: 0, error: false }
    }

    fn append(&mut self, text: &[u8]) -> Result<(), Stop> {
        if self.result.len() + text.len() > MAX_MACRO_RESULT {
            return Err(Stop::Limit(Text::fixed(
                "a value grows beyond 64 MiB when its `$name` references are replaced",
                "`$name` 참조를 바꾸면 값이 64 MiB보다 커집니다",
            )));
        }
        self.result.extend_from_slice(text);
        Ok(())
    }
}

/// What stands between the bracket that `text` begins with and its partner,
/// and what follows. Brackets of the other kind do not count.
fn enclosed(text: &[u8], open: u8, close: u8) -> Option<(&[u8], &[u8])> {
    let mut depth = 0_usize;
    let end = text.iter().position(|byte| {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            depth -= 1;
        }
        depth == 0
    })?;
    Some((part(text, 1, end), part(text, end + 1, text.len())))
}

/// The text from a `{` on that only white space precedes.
fn left_brace(text: &[u8]) -> Option<&[u8]> {
    let text = trim_blank(text);
    (text.first() == Some(&b'{')).then_some(text)
}

fn trim_blank(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !SPACE.contains(byte)).unwrap_or(text.len());
    part(text, start, text.len())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn part(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end).unwrap_or_default()
}
