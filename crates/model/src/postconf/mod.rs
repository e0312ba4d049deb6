//! What the real postconf(1) prints of a configuration directory, byte by byte.
//!
//! This follows the real program step by step, on bytes, and stops where it
//! stops; the [`Model`](crate::Model) is for everything else. Where the real
//! program takes names in a random order, this one takes them sorted.

mod clients;
mod host;
mod level;
mod log;
mod macros;
mod master;
mod print;
mod scan;
mod table;

#[cfg(test)]
mod tests;

pub use clients::MAX_BRACE_DEPTH;
pub use host::SystemFacts;
pub(crate) use host::networks_of_host;
pub use log::MAX_MESSAGE_BYTES;
pub use macros::{MAX_MACRO_FRAMES, MAX_MACRO_RESULT, MAX_MACRO_WORK};

use log::{Log, Stop, shown};
use macros::{Lookup, Macros};
use master::Entry;
use postproof_catalog::Version;
use postproof_diag::Text;
use postproof_syntax::exact::{self, ReadLine};
use print::Out;
use scan::Place;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use table::{Known, Origin, Table};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `postconf -n`: what main.cf sets.
    Set,
    /// `postconf -n -x`: the same with `$name` replaced.
    SetExpanded,
    /// `postconf -Mf`: the services, folded.
    Services,
    /// `postconf -P`: the `-o` settings of the services.
    ServiceSettings,
}

/// The files, and how they are called.
pub struct Files<'f> {
    /// main.cf, or why it cannot be opened.
    pub main_cf: Result<&'f [u8], &'f str>,
    /// master.cf, or why it cannot be opened.
    pub master_cf: Result<&'f [u8], &'f str>,
    /// The directory's name in messages.
    pub directory: &'f str,
    /// Whether that is the directory of the build: otherwise it was asked for
    /// (`-c`), and is a setting of its own.
    pub is_default: bool,
    /// Opens a client file (`mysql:/path`).
    pub client: &'f dyn Fn(&[u8]) -> ClientFile,
}

/// How opening a client file went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientFile {
    /// What it holds.
    Text(Vec<u8>),
    /// One may not read it.
    Forbidden,
    /// A directory or device.
    Irregular,
    /// The system's reason, as in `No such file or directory`.
    Missing(String),
}

/// What a run gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// The lines of standard error, each once; the real order is random in parts.
    pub stderr: Vec<String>,
    /// Exit status.
    pub status: u8,
    /// Where Postproof itself stops: the real program would crash or run on.
    pub limit: Option<Text>,
    /// What of the output could not be known.
    pub unknown: Option<Text>,
}

/// Prints what the postconf of release `version` prints on such a host.
pub fn print(mode: Mode, files: &Files<'_>, version: Version, system: &SystemFacts) -> Printed {
    let log = RefCell::new(Log::default());
    let mut out = Out::default();
    let unknown = Cell::new(false);
    let stopped = run(mode, files, &Target { version, system, log: &log, unknown: &unknown }, &mut out).err();
    let (status, limit) = match stopped {
        None => (0, None),
        Some(Stop::Fatal) => (1, None),
        Some(Stop::Limit(why)) => (1, Some(why)),
    };
    if status != 0 {
        out.cut_by_fatal();
    }
    let unknown = unknown.get().then(|| {
        Text::fixed(
            "the default of `mynetworks` needs the interfaces of the host; only the loopback ones were taken",
            "`mynetworks` 기본값에는 호스트의 인터페이스가 필요하며 루프백 인터페이스만 사용했습니다",
        )
    });
    Printed { stdout: out.0, stderr: log.into_inner().lines, status, limit, unknown }
}

/// The warnings of Postfix about the `$name` references of a value.
pub(crate) fn expansion_messages(
    value: &str,
    version: Version,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    struct Asked<'l>(&'l dyn Fn(&str) -> Option<String>);
    impl Lookup for Asked<'_> {
        fn value(&self, name: &[u8]) -> Result<Option<Cow<'_, [u8]>>, Stop> {
            let value = std::str::from_utf8(name).ok().and_then(self.0);
            // A default that only the host knows stands for itself.
            let known = value.filter(|value| value.strip_prefix('$').map(str::as_bytes) != Some(name));
            Ok(known.map(|value| Cow::Owned(value.into_bytes())))
        }
    }
    let log = RefCell::new(Log::default());
    let stopped = Macros::new(version, &log).expand(value.as_bytes(), &Asked(lookup)).err();
    let mut messages = log.into_inner().lines;
    for message in &mut messages {
        *message = message.splitn(3, ": ").nth(2).unwrap_or_default().to_owned();
    }
    if let Some(Stop::Limit(why)) = stopped {
        messages.push(why.en.into_owned());
    }
    messages
}

struct Target<'r> {
    version: Version,
    system: &'r SystemFacts,
    log: &'r RefCell<Log>,
    unknown: &'r Cell<bool>,
}

/// The steps of postconf.c, main; the modes read the two files in another order.
fn run(mode: Mode, files: &Files<'_>, target: &Target<'_>, out: &mut Out) -> Result<(), Stop> {
    let of_main = matches!(mode, Mode::Set | Mode::SetExpanded);
    let (main, entries) = if of_main {
        let main = read_main(files, target)?;
        (main, read_master(files, target, false)?)
    } else {
        let entries = read_master(files, target, true)?;
        (read_main(files, target)?, entries)
    };
    let mut run = Run::new(main, entries, files, target);
    scan::register(&mut run, files)?;
    match mode {
        Mode::Set => run.print_set(false, out)?,
        Mode::SetExpanded => run.print_set(true, out)?,
        Mode::Services => run.entries.iter().for_each(|entry| master::print_folded(entry, out)),
        Mode::ServiceSettings => run.print_service_settings(out),
    }
    if of_main {
        scan::flag_unused(&mut run, None)?;
    }
    for entry in 0..run.entries.len() {
        scan::flag_unused(&mut run, Some(entry))?;
    }
    if run.found_deprecated {
        run.warn("See https://www.postfix.org/DEPRECATION_README.html for details")?;
    }
    Ok(())
}

fn read_main(files: &Files<'_>, target: &Target<'_>) -> Result<Settings, Stop> {
    let mut log = target.log.borrow_mut();
    let path = shown(format!("{}/main.cf", files.directory).as_bytes());
    let mut main = Settings::new();
    if !files.is_default {
        // mail_conf.c: the directory that was asked for is a setting.
        main.insert(b"config_directory".to_vec(), files.directory.as_bytes().to_vec());
    }
    match files.main_cf {
        Ok(text) => load(text, &path, target.version, &mut main, &mut log)?,
        Err(why) => return Err(log.fatal(&format!("open {path}: {why}"))),
    }
    Ok(main)
}

fn read_master(files: &Files<'_>, target: &Target<'_>, needed: bool) -> Result<Vec<Entry>, Stop> {
    let mut log = target.log.borrow_mut();
    let path = format!("{}/master.cf", files.directory);
    match files.master_cf {
        Ok(text) => master::read(text, &path, target.version, &mut log),
        Err(why) => {
            let message = format!("open {}: {why}", shown(path.as_bytes()));
            if needed {
                return Err(log.fatal(&message));
            }
            log.warn(&message)?;
            Ok(Vec::new())
        }
    }
}

/// Settings by name.
type Settings = BTreeMap<Vec<u8>, Vec<u8>>;

/// Reads `name = value` lines; later ones override.
// dict.c, dict_load_fp
fn load(text: &[u8], path: &str, version: Version, settings: &mut Settings, log: &mut Log) -> Result<(), Stop> {
    for line in exact::read_lines(text) {
        if !check_line(&line, path, version, log)? {
            continue;
        }
        let (name, value) = match exact::name_and_value(line.text()) {
            Ok(pair) => pair,
            Err(why) => {
                let (why, text) = (why.words(), shown(line.text()));
                return Err(log.fatal(&format!("{path}, line {}: {why}: \"{text}\"", line.first)));
            }
        };
        let earlier = settings.insert(name.to_vec(), value.to_vec());
        if let Some(earlier) = earlier.filter(|earlier| earlier != value) {
            let (name, earlier) = (shown(name), shown(&earlier));
            log.warn(&format!("{path}, line {}: overriding earlier entry: {name}={earlier}", line.first))?;
        }
    }
    Ok(())
}

/// Warns of what is odd about a logical line; whether it counts.
// readlline.c, readllines
fn check_line(line: &ReadLine, path: &str, version: Version, log: &mut Log) -> Result<bool, Stop> {
    // Since 3.9.
    if line.nul && version.series() >= Version::new(3, 9) {
        let lines =
            if line.first == line.last { line.last.to_string() } else { format!("{}-{}", line.first, line.last) };
        log.warn(&format!("{path}, line {lines}: text after null byte may be ignored"))?;
    }
    if line.is_orphan() {
        let more = if line.bytes.len() > 30 { "..." } else { "" };
        let start = log::shown_start(line.text(), 30);
        log.warn(&format!("{path}: logical line must not start with whitespace: \"{start}{more}\""))?;
    }
    Ok(!line.is_orphan() && !line.bytes.is_empty())
}

/// All that is known while a run lasts.
struct Run<'r> {
    version: Version,
    system: &'r SystemFacts,
    directory: &'r str,
    log: &'r RefCell<Log>,
    macros: Macros<'r>,
    main: Settings,
    entries: Vec<Entry>,
    /// `-o` settings by service name and type.
    options: Vec<Settings>,
    /// The entries that share one of them.
    sharing: HashMap<usize, Vec<usize>>,
    /// Those of them that set a name.
    setting_it: HashMap<Vec<u8>, Vec<usize>>,
    table: Table,
    /// Names whose use in main.cf was noted, and whether a table makes them.
    flagged: HashSet<(Vec<u8>, bool)>,
    /// Client files that were read.
    clients: HashSet<Vec<u8>>,
    found_deprecated: bool,
    host_name: OnceCell<Vec<u8>>,
    domain: OnceCell<Vec<u8>>,
    networks: OnceCell<Vec<u8>>,
    unknown: &'r Cell<bool>,
}

impl<'r> Run<'r> {
    fn new(main: Settings, entries: Vec<Entry>, files: &'r Files<'_>, target: &Target<'r>) -> Self {
        Self {
            version: target.version,
            system: target.system,
            directory: files.directory,
            log: target.log,
            macros: Macros::new(target.version, target.log),
            main,
            table: table::table(target.version, &entries),
            entries,
            options: Vec::new(),
            sharing: HashMap::new(),
            setting_it: HashMap::new(),
            flagged: HashSet::new(),
            clients: HashSet::new(),
            found_deprecated: false,
            host_name: OnceCell::new(),
            domain: OnceCell::new(),
            networks: OnceCell::new(),
            unknown: target.unknown,
        }
    }

    fn warn(&self, message: &str) -> Result<(), Stop> {
        self.log.borrow_mut().warn(message)
    }

    /// The file of a place, with its directory.
    fn file(&self, place: Place) -> String {
        let name = if place.is_some() { "master.cf" } else { "main.cf" };
        format!("{}/{name}", shown(self.directory.as_bytes()))
    }

    fn settings(&self, place: Place) -> Option<&Settings> {
        match place {
            None => Some(&self.main),
            Some(entry) => self.options.get(self.entries.get(entry)?.settings?),
        }
    }

    fn settings_mut(&mut self, place: Place) -> Option<&mut Settings> {
        match place {
            None => Some(&mut self.main),
            Some(entry) => self.options.get_mut(self.entries.get(entry)?.settings?),
        }
    }

    /// A value with all names replaced, as a place sees them.
    // postconf_lookup.c, pcf_expand_parameter_value
    fn expand(&self, value: &[u8], place: Place) -> Result<Vec<u8>, Stop> {
        match self.macros.expand(value, &Scope { run: self, place })? {
            (text, true) => Ok(text),
            (_, false) => Err(self.log.borrow_mut().fatal("macro processing error")),
        }
    }

    /// A value with the names replaced that `settings` has; no defaults.
    // dict.c, dict_eval
    fn evaluate(&self, value: &[u8], settings: &Settings, name: &[u8]) -> Result<Vec<u8>, Stop> {
        match self.macros.expand(value, settings)? {
            (text, true) => Ok(text),
            (_, false) => {
                let message = format!("dictionary {}: macro processing error", shown(name));
                Err(self.log.borrow_mut().fatal(&message))
            }
        }
    }

    fn evaluated(&self, name: &str) -> Result<Option<Vec<u8>>, Stop> {
        self.main.get(name.as_bytes()).map(|value| self.evaluate(value, &self.main, b"mail_dict")).transpose()
    }

    /// The default of a known name.
    fn default(&self, name: &[u8], known: &Known) -> Result<Option<Cow<'_, [u8]>>, Stop> {
        Ok(Some(match known.default {
            Origin::Text(text) => Cow::Borrowed(text.as_bytes()),
            Origin::Param(other) => Cow::Owned([b"$", other.as_bytes()].concat()),
            Origin::Nothing => return Ok(None),
            Origin::Host => match name {
                b"myhostname" => Cow::Borrowed(self.host_name()?),
                b"mydomain" => Cow::Borrowed(self.domain()?),
                b"mynetworks" => Cow::Borrowed(self.networks()?),
                _ => Cow::Owned(table::of_build(name, self.version).unwrap_or_default().into_bytes()),
            },
        }))
    }

    // postconf_builtin.c, pcf_check_myhostname
    fn host_name(&self) -> Result<&[u8], Stop> {
        cached(&self.host_name, || {
            let mut name = self.system.hostname.clone().into_bytes();
            if !name.contains(&b'.') {
                name.push(b'.');
                name.extend(self.evaluated("mydomain")?.unwrap_or_else(|| b"localdomain".to_vec()));
            }
            Ok(name)
        })
    }

    // postconf_builtin.c, pcf_check_mydomainname
    fn domain(&self) -> Result<&[u8], Stop> {
        cached(&self.domain, || {
            let host = match self.evaluated("myhostname")? {
                Some(host) => host,
                None => self.host_name()?.to_vec(),
            };
            let domain = host.splitn(2, |byte| *byte == b'.').nth(1);
            Ok(domain.map_or_else(|| b"localdomain".to_vec(), <[u8]>::to_vec))
        })
    }

    // postconf_builtin.c, pcf_mynetworks
    fn networks(&self) -> Result<&[u8], Stop> {
        cached(&self.networks, || {
            let setting = |name: &str| match self.evaluated(name)? {
                Some(value) => Ok(value),
                None => match self.table.get(name.as_bytes()).map(|known| known.default) {
                    Some(Origin::Text(default)) => self.expand(default.as_bytes(), None),
                    Some(Origin::Param(_) | Origin::Host | Origin::Nothing) | None => Ok(Vec::new()),
                },
            };
            let (interfaces, style) = (setting("inet_interfaces")?, setting("mynetworks_style")?);
            let protocols = setting("inet_protocols")?;
            let settings = host::NetworkSettings { interfaces: &interfaces, style: &style, protocols: &protocols };
            let (networks, unknown) = host::networks(self.system, &settings, &mut self.log.borrow_mut())?;
            self.unknown.set(unknown);
            Ok(networks)
        })
    }

    // postconf_main.c, pcf_show_parameters
    fn print_set(&self, expanded: bool, out: &mut Out) -> Result<(), Stop> {
        for (name, known) in &self.table {
            let Some(value) = self.main.get(name) else { continue };
            if expanded && !known.raw {
                out.line(name, &self.expand(value, None)?);
            } else {
                out.line(name, value);
            }
        }
        Ok(())
    }

    // postconf_master.c, pcf_show_master_params
    fn print_service_settings(&self, out: &mut Out) {
        for (number, entry) in self.entries.iter().enumerate() {
            for (name, value) in self.settings(Some(number)).into_iter().flatten() {
                out.line(&[entry.name_space.as_slice(), b"/", name].concat(), value);
            }
        }
    }
}

fn cached(cell: &OnceCell<Vec<u8>>, compute: impl FnOnce() -> Result<Vec<u8>, Stop>) -> Result<&[u8], Stop> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = compute()?;
    Ok(cell.get_or_init(|| value))
}

/// What a place sees: its read-only names, its own settings, main.cf, defaults.
// postconf_lookup.c, pcf_lookup_parameter_value
struct Scope<'s> {
    run: &'s Run<'s>,
    place: Place,
}

impl Lookup for Scope<'_> {
    fn value(&self, name: &[u8]) -> Result<Option<Cow<'_, [u8]>>, Stop> {
        if let Some(entry) = self.place.and_then(|entry| self.run.entries.get(entry)) {
            let own = entry.read_only(name).or_else(|| Some(self.run.settings(self.place)?.get(name)?.as_slice()));
            if let Some(value) = own {
                return Ok(Some(Cow::Borrowed(value)));
            }
        }
        if let Some(value) = self.run.main.get(name) {
            return Ok(Some(Cow::Borrowed(value)));
        }
        match self.run.table.get(name) {
            Some(known) => self.run.default(name, known),
            None => Ok(None),
        }
    }

    fn is_literal(&self, name: &[u8]) -> bool {
        self.run.table.get(name).is_some_and(|known| known.raw)
    }
}

impl Lookup for Settings {
    fn value(&self, name: &[u8]) -> Result<Option<Cow<'_, [u8]>>, Stop> {
        Ok(self.get(name).map(|value| Cow::Borrowed(value.as_slice())))
    }
}
