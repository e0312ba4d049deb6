//! master.cf as postconf reads and prints it.

use super::log::{Log, Stop, shown};
use super::print::Out;
use postproof_catalog::Version;
use postproof_syntax::exact::{self, SPACE, Words};
use std::collections::HashSet;

/// Fields before the arguments of the command.
const FIELDS: usize = 8;

/// One service.
#[derive(Debug)]
pub(super) struct Entry {
    /// The fields and, in normal form, the arguments.
    pub(super) argv: Vec<Vec<u8>>,
    /// Name and type.
    pub(super) name_space: Vec<u8>,
    /// `-o` settings, by number: entries with the same name and type share them.
    pub(super) settings: Option<usize>,
    /// Names of settings that something in this entry or in main.cf uses.
    pub(super) valid: HashSet<Vec<u8>>,
}

impl Entry {
    fn field(&self, at: usize) -> &[u8] {
        self.argv.get(at).map_or(b"", Vec::as_slice)
    }

    pub(super) fn service(&self) -> &[u8] {
        self.field(0)
    }

    pub(super) fn command(&self) -> &[u8] {
        self.field(7)
    }

    /// What the service's process may not be told otherwise.
    // postconf_master.c, pcf_parse_master_entry
    pub(super) fn read_only(&self, name: &[u8]) -> Option<&[u8]> {
        match name {
            b"process_name" => self.command().rsplit(|byte| *byte == b'/').next(),
            b"service_name" => Some(self.service()),
            _ => None,
        }
    }

    /// The `name=value` of each `-o`, in order.
    // postconf_user.c, pcf_register_user_parameters
    pub(super) fn options(&self) -> impl Iterator<Item = &[u8]> {
        let mut arguments = self.argv.iter().skip(FIELDS);
        std::iter::from_fn(move || {
            loop {
                let argument = arguments.next().filter(|argument| is_option(argument))?;
                if !takes_value(argument) {
                    continue;
                }
                let value = arguments.next()?;
                if argument == b"-o" {
                    return Some(value.as_slice());
                }
            }
        })
    }
}

/// `-x`, but not `--` alone.
fn is_option(argument: &[u8]) -> bool {
    argument.first() == Some(&b'-') && argument != b"--"
}

/// `-o`, and `-` alone: the C code finds the end of that string in the list of
/// option letters.
fn takes_value(argument: &[u8]) -> bool {
    matches!(argument.get(1), Some(b'o') | None)
}

/// All services, up to the first that is fatal.
// postconf_master.c, pcf_read_master
pub(super) fn read(text: &[u8], path: &str, version: Version, log: &mut Log) -> Result<Vec<Entry>, Stop> {
    let mut entries = Vec::new();
    for line in exact::read_lines(text) {
        if !super::check_line(&line, path, version, log)? {
            continue;
        }
        let text = line.text();
        let argv: Vec<Vec<u8>> = Words::braced(text, SPACE).map(<[u8]>::to_vec).collect();
        if argv.len() < FIELDS {
            return Err(log.fatal(&format!("file {}: line {}: bad field count", shown(path.as_bytes()), line.first)));
        }
        let mut entry = Entry { argv, name_space: Vec::new(), settings: None, valid: HashSet::new() };
        check(&entry, text, log)?;
        entry.argv = normal_arguments(entry.argv, log)?;
        entry.name_space = [entry.field(0), b"/", entry.field(1)].concat();
        entries.push(entry);
    }
    Ok(entries)
}

// postconf_master.c, pcf_check_master_entry
fn check(entry: &Entry, line: &[u8], log: &mut Log) -> Result<(), Stop> {
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let is_type = matches!(entry.field(1), b"unix" | b"fifo" | b"inet" | b"pass" | b"unix-dgram");
    let is_flag = |text: &[u8]| matches!(text, b"y" | b"n" | b"-");
    let wakeup = entry.field(5);
    let interval = wakeup.strip_suffix(b"?").unwrap_or(wakeup);
    let limit = entry.field(6);
    let fields = [
        (1, "type", is_type),
        (2, "private", is_flag(entry.field(2))),
        (3, "unprivileged", is_flag(entry.field(3))),
        (4, "chroot", is_flag(entry.field(4))),
        (5, "wakeup", interval == b"-" || digits(interval)),
        (6, "process_limit", limit == b"-" || digits(limit)),
    ];
    match fields.into_iter().find(|(_, _, good)| !good) {
        None => Ok(()),
        Some((at, name, _)) => {
            let (value, line) = (shown(entry.field(at)), shown(line));
            Err(log.fatal(&format!("invalid {name} field \"{value}\" in \"{line}\"")))
        }
    }
}

/// Arguments with every option in its own word and without outer braces.
// postconf_master.c, pcf_normalize_daemon_args
fn normal_arguments(argv: Vec<Vec<u8>>, log: &mut Log) -> Result<Vec<Vec<u8>>, Stop> {
    let mut words = argv.into_iter().peekable();
    let mut done: Vec<Vec<u8>> = words.by_ref().take(FIELDS).collect();
    while let Some(word) = words.next_if(|word| is_option(word)) {
        split_options(&word, &mut words, &mut done, log)?;
    }
    for argument in words {
        done.push(if argument.first() == Some(&b'{') { opened(&argument, false, log)? } else { argument });
    }
    Ok(done)
}

/// One word of options. `-stuffozz` is read as `-stuff` and `-ozz`, wherever
/// the `o` comes from.
fn split_options(
    word: &[u8],
    words: &mut impl Iterator<Item = Vec<u8>>,
    done: &mut Vec<Vec<u8>>,
    log: &mut Log,
) -> Result<(), Stop> {
    let mut letters = word.get(1..).unwrap_or_default();
    loop {
        let next = letters.iter().skip(1).position(|byte| *byte == b'o').map(|at| at + 1);
        let (option, later) = letters.split_at_checked(next.unwrap_or(letters.len())).unwrap_or((letters, &[]));
        if !matches!(option.first(), Some(b'o') | None) {
            done.push([b"-", option].concat());
            if later.is_empty() {
                return Ok(());
            }
            letters = later;
            continue;
        }
        let (letter, glued) = option.split_at_checked(1).unwrap_or((option, &[]));
        done.push([b"-", letter].concat());
        let value = if !glued.is_empty() {
            Some(glued.to_vec())
        } else if !later.is_empty() {
            Some([b"-", later].concat())
        } else {
            words.next()
        };
        let Some(value) = value else { return Ok(()) };
        let is_setting = letter == b"o";
        done.push(if value.first() == Some(&b'{') { opened(&value, is_setting, log)? } else { value });
        if glued.is_empty() || later.is_empty() {
            return Ok(());
        }
        letters = later;
    }
}

/// What stands in the braces, with white space around `=` taken out of a setting.
fn opened(text: &[u8], is_setting: bool, log: &mut Log) -> Result<Vec<u8>, Stop> {
    let (inner, fault) = exact::in_braces(text, true);
    if let Some(fault) = fault {
        log.warn(&format!("master.cf: {} in \"{}\"", fault.words(), shown(text)))?;
    }
    if !is_setting {
        return Ok(inner.to_vec());
    }
    match exact::name_and_value(inner) {
        Ok((name, value)) => Ok([name, b"=", value].concat()),
        Err(why) => {
            log.warn(&format!("master.cf: {}: \"{}\"", why.words(), shown(inner)))?;
            Ok(inner.to_vec())
        }
    }
}

/// `postconf -Mf` of one service.
// postconf_master.c, pcf_print_master_entry
pub(super) fn print_folded(entry: &Entry, out: &mut Out) {
    const COLUMNS: [usize; FIELDS] = [0, 11, 17, 25, 33, 41, 49, 57];
    const LIMIT: usize = 80;
    const INDENT: &[u8] = b"    ";
    let mut length = 0;
    for (field, column) in entry.argv.iter().zip(COLUMNS) {
        if length > 0 {
            let blanks = column.saturating_sub(length).max(1);
            out.put(&b" ".repeat(blanks));
            length += blanks;
        }
        out.put(field);
        length += field.len();
    }
    let mut arguments = entry.argv.iter().skip(FIELDS);
    let mut in_options = true;
    while let Some(argument) = arguments.next() {
        // The first argument behind the options never gets its braces back.
        let is_later = !in_options;
        in_options = in_options && is_option(argument);
        let value = if in_options && takes_value(argument) { arguments.next() } else { None };
        let in_braces = |text: &[u8]| text.iter().any(|byte| SPACE.contains(byte));
        let braces = value.map_or(is_later && in_braces(argument), |value| in_braces(value));
        let mut width = argument.len();
        if let Some(value) = value {
            // A value has its own line.
            length = LIMIT;
            width += value.len() + 3 + if braces { 2 } else { 0 };
        }
        if length > INDENT.len() {
            if length + 1 + width < LIMIT {
                out.put(b" ");
                length += 1;
            } else {
                out.put(b"\n");
                out.put(INDENT);
                length = INDENT.len();
            }
        }
        let shown = |text: &[u8]| if braces { [b"{", text, b"}"].concat() } else { text.to_vec() };
        match value {
            Some(value) => {
                out.put(argument);
                out.put(b" ");
                out.put(&shown(value));
                length = LIMIT;
            }
            None => {
                let text = shown(argument);
                out.put(&text);
                length += text.len();
            }
        }
    }
    out.put(b"\n");
}
