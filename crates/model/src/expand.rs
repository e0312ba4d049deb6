//! `$name` expansion, as src/util/mac_parse.c and mac_expand.c do it.
//!
//! Every piece of an expanded text keeps its place, so that a word of
//! `$mua_client_restrictions` still points into the definition of that name.

use crate::{Model, Origin, Scope, Value, Word};
use postproof_catalog as catalog;
use postproof_diag::SourceText;

/// How deep `$name` may nest: Postfix gives up at the same number
/// (mac_expand.c, «unreasonable macro call nesting»).
pub const MAX_EXPANSION_DEPTH: usize = 100;

/// How long a value may grow. Postfix has no such limit; a few lines that
/// refer to each other would otherwise fill any memory.
pub const MAX_EXPANDED_BYTES: usize = 1 << 20;

/// How many references one expansion may follow. Names that each stand for two
/// others double the work at every level even if nothing comes out in the end.
pub const MAX_EXPANSION_STEPS: usize = 10_000;

/// What went wrong while a text was expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpansionFaults {
    /// Broken syntax or endless nesting: the real programs stop here.
    pub broken: bool,
    /// Nesting past [`MAX_EXPANSION_DEPTH`] is among what is broken.
    pub too_deep: bool,
    /// [`MAX_EXPANDED_BYTES`] or [`MAX_EXPANSION_STEPS`] was reached and the
    /// rest was left out.
    pub cut: bool,
}

impl Model {
    /// The effective value of `name` in `scope`: the last `-o` of the service,
    /// else main.cf, else the default of the target. Nothing for a name that is
    /// neither set nor known.
    pub fn value(&self, scope: Scope, name: &str) -> Option<Value> {
        let (raw, origin) = self.raw(scope, name)?;
        let keeps_dollar = catalog::param(name).is_some_and(|param| param.raw);
        let text = if keeps_dollar { raw.clone() } else { self.expand(scope, &raw) };
        Some(Value { name: name.to_owned(), raw, text, origin })
    }

    /// The text of [`Model::value`], empty if there is none.
    pub fn text(&self, scope: Scope, name: &str) -> String {
        self.value(scope, name).map(|value| value.as_str().to_owned()).unwrap_or_default()
    }

    /// Whether a yes/no parameter is `yes`; anything else counts as no.
    pub fn is_yes(&self, scope: Scope, name: &str) -> bool {
        self.value(scope, name).and_then(|value| value.as_bool()).unwrap_or(false)
    }

    /// Text with every `$name` replaced, as `scope` sees it. A name whose
    /// default only the host knows stays as `$name`.
    pub fn expand(&self, scope: Scope, text: &SourceText) -> SourceText {
        self.expand_checked(scope, text).0
    }

    /// The same, with what went wrong.
    pub fn expand_checked(&self, scope: Scope, text: &SourceText) -> (SourceText, ExpansionFaults) {
        let mut expansion = Expansion {
            model: self,
            scope,
            out: SourceText::default(),
            faults: ExpansionFaults::default(),
            steps_left: MAX_EXPANSION_STEPS,
            stopped: false,
        };
        if text.as_str().contains('$') {
            expansion.text(text, 0);
            (expansion.out, expansion.faults)
        } else {
            (text.clone(), expansion.faults)
        }
    }

    /// What Postfix says while it expands a text, in its own words and each
    /// once; nothing if all is well. It stops where this is not empty.
    pub fn expansion_messages(&self, scope: Scope, text: &SourceText) -> Vec<String> {
        let lookup = |name: &str| self.raw(scope, name).map(|(value, _)| value.as_str().to_owned());
        crate::postconf::expansion_messages(text.as_str(), self.target.postfix.value, &lookup)
    }

    /// Every `$name` that a text refers to, in all forms, both branches of
    /// conditionals included (as postconf scans for uses).
    pub fn names_in(text: &str) -> Vec<String> {
        let mut names = Vec::new();
        collect_names(text, 0, &mut names);
        names
    }

    /// The unexpanded text of a name in `scope`, if it is set or known.
    pub fn value_as_written(&self, scope: Scope, name: &str) -> Option<String> {
        self.raw(scope, name).map(|(raw, _)| raw.as_str().to_owned())
    }

    /// What is set for a name in `scope`.
    fn written(&self, scope: Scope, name: &str) -> Option<(SourceText, Origin)> {
        let service = match scope {
            Scope::Main => None,
            Scope::Service(id) => self.services.get(id.0),
        };
        if let Some(option) = service.and_then(|service| service.option(name)) {
            return Some((option.value.clone(), Origin::Override(option.name_span)));
        }
        let written = self.main.get(name)?;
        Some((written.value.clone(), Origin::Written(written.name_span)))
    }

    fn raw(&self, scope: Scope, name: &str) -> Option<(SourceText, Origin)> {
        if let Some(written) = self.written(scope, name) {
            return Some(written);
        }
        if name == "compatibility_level" {
            // The level that was chosen holds for the expressions in defaults too.
            return Some((SourceText::unplaced(&self.target.level.value.as_level()), Origin::Default));
        }
        let (param, release) = (catalog::param(name)?, self.target.postfix.value);
        // A name that the release knows no more is one of the user's own.
        if param.removed.is_some_and(|removed| removed <= release.series()) {
            return None;
        }
        let default = param.default_in(release, self.target.level.value)?;
        let text = match default {
            catalog::Default::Text(text) => SourceText::unplaced(text),
            catalog::Default::Computed => self.computed(scope, name),
        };
        Some((text, Origin::Default))
    }

    /// Defaults that Postfix computes, as far as the configuration decides them.
    fn computed(&self, scope: Scope, name: &str) -> SourceText {
        match name {
            "myhostname" => match self.system_host_name(scope) {
                Some(host) => host,
                None => SourceText::unplaced("$myhostname"),
            },
            // mail_params.c, check_mydomainname: what follows the first dot of
            // myhostname, or `localdomain` if there is none.
            "mydomain" => {
                let host = match self.raw(scope, "myhostname") {
                    Some((host, Origin::Written(_) | Origin::Override(_))) => Some(host),
                    Some((_, Origin::Default)) | None => self.system_host_name(scope),
                };
                match host.map(|host| (host.as_str().find('.'), host)) {
                    Some((Some(dot), host)) => host.slice(dot + 1..host.as_str().len()),
                    Some((None, _)) => SourceText::unplaced("localdomain"),
                    None => SourceText::unplaced("$mydomain"),
                }
            }
            "mynetworks" => match self.system.as_ref().and_then(|system| self.system_networks(scope, system)) {
                Some(networks) => SourceText::unplaced(&networks),
                None => SourceText::unplaced("$mynetworks"),
            },
            // single_server.c, single_server_main: what the process is started as.
            "service_name" | "process_name" => match scope {
                Scope::Service(id) => match self.services.get(id.0) {
                    Some(service) if name == "service_name" => SourceText::unplaced(&service.name),
                    Some(service) => SourceText::unplaced(&service.command),
                    None => SourceText::default(),
                },
                Scope::Main => SourceText::unplaced(&format!("${name}")),
            },
            "mail_version" if self.target.postfix.value.patch.is_some() => {
                SourceText::unplaced(&self.target.postfix.value.to_string())
            }
            // Where every package puts them; a different build sets them in main.cf.
            "config_directory" | "meta_directory" => SourceText::unplaced("/etc/postfix"),
            "queue_directory" => SourceText::unplaced("/var/spool/postfix"),
            // sys_defs.h: what Postfix is built with on Linux.
            "alias_maps" | "alias_database" => SourceText::unplaced("hash:/etc/aliases"),
            "data_directory" => SourceText::unplaced("/var/lib/postfix"),
            _ => SourceText::unplaced(&format!("${name}")),
        }
    }

    /// The host's own name, where the host is known.
    // mail_params.c, check_myhostname: a name without a dot gets mydomain
    fn system_host_name(&self, scope: Scope) -> Option<SourceText> {
        let mut host = SourceText::unplaced(&self.system.as_ref()?.hostname);
        if !host.as_str().contains('.') {
            host.push(".", None);
            match self.written(scope, "mydomain") {
                Some((domain, _)) => host.append(&domain),
                None => host.push("localdomain", None),
            }
        }
        Some(host)
    }

    /// The default of mynetworks, where the interfaces are known.
    fn system_networks(&self, scope: Scope, system: &crate::postconf::SystemFacts) -> Option<String> {
        system.interfaces.as_ref()?;
        let text = |name| self.text(scope, name);
        crate::postconf::networks_of_host(
            system,
            &text("inet_interfaces"),
            &text("mynetworks_style"),
            &text("inet_protocols"),
        )
    }
}

/// The words of a list: separated by commas and white space, `{ }` kept
/// together (src/util/mystrtok.c).
pub fn words(text: &SourceText) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let mut depth = 0_usize;
    for (at, byte) in text.as_str().bytes().enumerate() {
        let separates = depth == 0 && matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n');
        match start {
            None if !separates => start = Some(at),
            Some(from) if separates => {
                words.push(Word { text: text.slice(from..at) });
                start = None;
            }
            None | Some(_) => {}
        }
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if let Some(from) = start {
        words.push(Word { text: text.slice(from..text.as_str().len()) });
    }
    words
}

struct Expansion<'m> {
    model: &'m Model,
    scope: Scope,
    out: SourceText,
    faults: ExpansionFaults,
    steps_left: usize,
    /// Whether a limit was reached, so that nothing more is followed.
    stopped: bool,
}

impl Expansion<'_> {
    fn text(&mut self, text: &SourceText, depth: usize) {
        if depth > MAX_EXPANSION_DEPTH {
            self.faults.broken = true;
            self.faults.too_deep = true;
            self.stopped = true;
        }
        let whole = text.as_str();
        let mut at = 0;
        while let Some(dollar) = whole.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
            self.push(&text.slice(at..dollar));
            if !self.may_go_on() {
                return;
            }
            let Some(reference) = Reference::at(whole, dollar) else {
                self.faults.broken = true;
                self.push(&text.slice(dollar..whole.len()));
                return;
            };
            at = reference.end;
            match reference.form {
                Form::Dollar => self.push(&text.slice(dollar..dollar + 1)),
                Form::Name => self.name(whole.get(reference.body).unwrap_or_default(), depth),
                Form::Braced => self.braced(&text.slice(reference.body), depth),
            }
        }
        self.push(&text.slice(at..whole.len()));
    }

    /// Counts one reference.
    fn may_go_on(&mut self) -> bool {
        match self.steps_left.checked_sub(1) {
            Some(left) => self.steps_left = left,
            None => {
                self.faults.cut = true;
                self.stopped = true;
            }
        }
        !self.stopped
    }

    fn push(&mut self, text: &SourceText) {
        if self.stopped {
        } else if self.out.as_str().len() + text.as_str().len() > MAX_EXPANDED_BYTES {
            self.faults.cut = true;
            self.stopped = true;
        } else {
            self.out.append(text);
        }
    }

    fn name(&mut self, name: &str, depth: usize) {
        let Some((raw, origin)) = self.model.raw(self.scope, name) else { return };
        if origin == Origin::Default && raw.as_str() == format!("${name}") {
            self.push(&raw);
        } else {
            self.text(&raw, depth + 1);
        }
    }

    fn braced(&mut self, body: &SourceText, depth: usize) {
        let Some(parsed) = Conditional::parse(body.as_str()) else {
            self.faults.broken = true;
            return;
        };
        let (truth, plain) = match &parsed.test {
            Test::Name(name) => {
                let name = body.as_str().get(name.clone()).unwrap_or_default();
                if parsed.then.is_none() && parsed.otherwise.is_none() {
                    return self.name(name, depth);
                }
                let value = self.model.raw(self.scope, name);
                (value.is_some_and(|(raw, _)| !self.sub(&raw, depth).is_empty()), None)
            }
            Test::Compare { left, operator, right } => {
                let left = self.sub(&body.slice(left.clone()), depth);
                let right = self.sub(&body.slice(right.clone()), depth);
                let operator = body.as_str().get(operator.clone()).unwrap_or_default();
                let Some(truth) = compare(&left, operator, &right) else {
                    self.faults.broken = true;
                    return;
                };
                (truth, Some("true"))
            }
        };
        let branch = if truth { &parsed.then } else { &parsed.otherwise };
        if let Some(branch) = branch {
            self.text(&body.slice(branch.clone()), depth + 1);
        } else if let (true, Some(plain), None, None) = (truth, plain, &parsed.then, &parsed.otherwise) {
            self.push(&SourceText::unplaced(plain));
        }
    }

    /// A text expanded on its own, for tests.
    fn sub(&mut self, text: &SourceText, depth: usize) -> String {
        let mut inner = Expansion {
            model: self.model,
            scope: self.scope,
            out: SourceText::default(),
            faults: ExpansionFaults::default(),
            steps_left: self.steps_left,
            stopped: self.stopped,
        };
        inner.text(text, depth + 1);
        self.faults.broken |= inner.faults.broken;
        self.faults.too_deep |= inner.faults.too_deep;
        self.faults.cut |= inner.faults.cut;
        self.steps_left = inner.steps_left;
        self.stopped |= inner.stopped;
        inner.out.as_str().to_owned()
    }
}

type Range = std::ops::Range<usize>;

/// A `$…` in a text.
struct Reference {
    form: Form,
    /// The name, or what stands between the brackets.
    body: Range,
    /// Where the text goes on.
    end: usize,
}

enum Form {
    Dollar,
    Name,
    Braced,
}

impl Reference {
    /// The reference whose `$` is at `dollar`; nothing if it is broken.
    fn at(text: &str, dollar: usize) -> Option<Self> {
        let start = dollar + 1;
        let rest = text.get(start..)?;
        match rest.bytes().next()? {
            b'$' => Some(Self { form: Form::Dollar, body: start..start, end: start + 1 }),
            open @ (b'{' | b'(') => {
                let close = closing(text, start, open)?;
                Some(Self { form: Form::Braced, body: start + 1..close, end: close + 1 })
            }
            _ => {
                let len = rest.bytes().take_while(|byte| is_name_byte(*byte)).count();
                (len > 0).then(|| Self { form: Form::Name, body: start..start + len, end: start + len })
            }
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where the bracket at `start` closes; only brackets of its kind count.
fn closing(text: &str, start: usize, open: u8) -> Option<usize> {
    let close = if open == b'{' { b'}' } else { b')' };
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// What stands in `${…}`: a name or a comparison, and up to two branches.
struct Conditional {
    test: Test,
    then: Option<Range>,
    otherwise: Option<Range>,
}

enum Test {
    Name(Range),
    Compare { left: Range, operator: Range, right: Range },
}

impl Conditional {
    fn parse(body: &str) -> Option<Self> {
        let mut at = skip_space(body, 0);
        let test = if body.get(at..)?.starts_with('{') {
            let left = braces(body, at)?;
            let operator_start = skip_space(body, left.end + 1);
            let operator_len = body.get(operator_start..)?.find(|c: char| c == '{' || c.is_ascii_whitespace())?;
            let operator = operator_start..operator_start + operator_len;
            let right = braces(body, skip_space(body, operator.end))?;
            at = skip_space(body, right.end + 1);
            Test::Compare { left, operator, right }
        } else {
            let len = body.get(at..)?.bytes().take_while(|byte| is_name_byte(*byte)).count();
            if len == 0 {
                return None;
            }
            let name = at..at + len;
            at = skip_space(body, name.end);
            Test::Name(name)
        };
        let mut parsed = Self { test, then: None, otherwise: None };
        match body.get(at..)?.bytes().next() {
            None => {}
            Some(b'?') => {
                let (branch, next) = branch(body, at + 1)?;
                parsed.then = Some(branch);
                match body.get(next..)?.bytes().next() {
                    None => {}
                    Some(b':') => parsed.otherwise = Some(self::branch(body, next + 1)?.0),
                    Some(_) => return None,
                }
            }
            Some(b':') => parsed.otherwise = Some(branch(body, at + 1)?.0),
            Some(_) => return None,
        }
        Some(parsed)
    }
}

/// A branch of a conditional: `{text}`, or bare text up to the end.
fn branch(body: &str, at: usize) -> Option<(Range, usize)> {
    let start = skip_space(body, at);
    if body.get(start..)?.starts_with('{') {
        let inner = braces(body, start)?;
        let next = skip_space(body, inner.end + 1);
        Some((inner, next))
    } else {
        Some((at..body.len(), body.len()))
    }
}

/// What stands between the brace at `at` and its partner.
fn braces(body: &str, at: usize) -> Option<Range> {
    body.get(at..)?.starts_with('{').then_some(())?;
    Some(at + 1..closing(body, at, b'{')?)
}

fn skip_space(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start().len())
}

/// mac_expand.c: numbers if both sides are digits, else bytes; with the suffix
/// `level`, compatibility levels.
fn compare(left: &str, operator: &str, right: &str) -> Option<bool> {
    let (operator, levels) = match operator.strip_suffix("level") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let order = if levels {
        level_numbers(left)?.cmp(&level_numbers(right)?)
    } else {
        match (digits(left), digits(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (None | Some(_), None | Some(_)) => left.cmp(right),
        }
    };
    match operator {
        "==" => Some(order.is_eq()),
        "!=" => Some(order.is_ne()),
        "<" => Some(order.is_lt()),
        "<=" => Some(order.is_le()),
        ">" => Some(order.is_gt()),
        ">=" => Some(order.is_ge()),
        _ => None,
    }
}

fn digits(text: &str) -> Option<u64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().unwrap_or(u64::MAX))
}

/// `major[.minor[.patch]]`, missing numbers as zero.
pub(crate) fn level_numbers(text: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    let mut parts = text.trim().split('.');
    for slot in &mut numbers {
        let Some(part) = parts.next() else { break };
        *slot = digits(part)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn collect_names(text: &str, depth: usize, names: &mut Vec<String>) {
    if depth > MAX_EXPANSION_DEPTH {
        return;
    }
    let mut at = 0;
    while let Some(dollar) = text.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
        let Some(reference) = Reference::at(text, dollar) else { return };
        at = reference.end;
        let body = text.get(reference.body).unwrap_or_default();
        match reference.form {
            Form::Dollar => {}
            Form::Name => names.push(body.to_owned()),
            Form::Braced => {
                let Some(parsed) = Conditional::parse(body) else { continue };
                let inner = match parsed.test {
                    Test::Name(name) => {
                        names.extend(body.get(name).map(str::to_owned));
                        [None, None]
                    }
                    Test::Compare { left, right, .. } => [Some(left), Some(right)],
                };
                for range in inner.into_iter().chain([parsed.then, parsed.otherwise]).flatten() {
                    collect_names(body.get(range).unwrap_or_default(), depth + 1, names);
                }
            }
        }
    }
}
