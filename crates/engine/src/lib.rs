//! The façade that every front end calls.
//!
//! [`check`] takes named texts and gives a [`Report`]: the hosts it found, the
//! parts it read, the chain of every smtpd service explained, and the
//! findings. [`Draft::wanted`] names the files that the configuration refers to
//! and that were not given, for front ends that can read them. The crate holds no
//! logic of its own, reads no files and prints nothing.

mod diff;
mod dovecot_parts;
mod hosts;
mod placed;
mod proofs;
mod read;
mod simulation;

use hosts::HostParts;
use placed::Names;
use postproof_catalog::Version;
use postproof_chain::Explanation;
use postproof_diag::{Diagnostic, FileId, Missing, SourceMap, Span, Text, text};
use postproof_lint::Cx;
use postproof_model::{
    ListPattern, MAX_FILE_DEPTH, MAX_PATTERNS, Model, PatternKind, Reference, Scope, ServiceId, Wish,
};
use postproof_syntax::{LeftAlone, Part, PartKind};
use std::collections::BTreeMap;

pub use diff::{Diff, OneSided, ParamDiff, PersonaDiff, ServiceDiff, diff};
pub use postproof_catalog as catalog;
pub use postproof_chain as chain;
pub use postproof_diag as diag;
pub use postproof_dovecot as dovecot;
pub use postproof_lint as lint;
pub use postproof_migrate as migration;
pub use postproof_model as model;
pub use postproof_prove as prove;
pub use postproof_sim as sim;
pub use postproof_syntax as syntax;
pub use proofs::{MAX_PROVED_SERVICES, dead_entries, entrances, host_proofs, provable, proved, unjudged_lists};
pub use simulation::{ServerFiles, server, simulated, smtpd_service};

/// What a caller can choose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Postfix release to judge for; nothing: told from the text, else the newest.
    pub postfix_version: Option<Version>,
    /// Dovecot release to judge for; nothing: told from the text.
    pub dovecot_version: Option<Version>,
    /// How much is worked out.
    pub depth: Depth,
}

/// How much of each host is worked out: what nobody shows costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Everything.
    #[default]
    Full,
    /// All but the typical sessions other than the stranger's.
    Findings,
    /// The model and the chains: neither findings nor what is proved at a glance.
    Chains,
}

/// The outcome of one check.
#[derive(Debug)]
pub struct Report {
    /// The given texts.
    pub sources: SourceMap,
    /// The hosts that the texts describe, in the order in which they appear.
    pub hosts: Vec<Host>,
    /// Lines that are part of no configuration.
    pub left_alone: Vec<LeftAlone>,
    /// Places of passwords and keys, sorted; no output shows them unless asked.
    pub secrets: Vec<Span>,
}

/// One host.
#[derive(Debug)]
pub struct Host {
    /// Its name, where the text gives one (prompt, header, myhostname).
    pub name: Option<String>,
    /// Its effective configuration, with the parts it was built from.
    pub model: Model,
    /// Its smtpd services, explained.
    pub services: Vec<Explanation>,
    /// What is proved of the smtpd services, as far as a check takes the time.
    pub glances: Vec<postproof_prove::Glance>,
    /// What is known of it besides Postfix, for proofs.
    pub around: postproof_prove::Around,
    /// The findings, worst first, then by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Files that were not given, what they would tell, and the commands that
    /// print them.
    pub missing: Vec<Missing>,
}

impl Host {
    /// What is proved of a service; nothing where it was not looked at, or does not
    /// start and accepts nothing.
    pub fn glance(&self, service: ServiceId) -> Option<&postproof_prove::Glance> {
        self.glances.iter().find(|one| one.service == service && one.starts)
    }
}

impl Report {
    /// Whether no configuration was found in the texts. Any two words on a line
    /// look like a lookup table, so that a table alone is none.
    pub fn is_empty(&self) -> bool {
        let parts = self.hosts.iter().flat_map(|host| &host.model.parts);
        // A header or command that names the table says that it is one.
        let is_named = |part: &Part| {
            let path = self.sources.get(part.region.file).map(|document| document.path.as_str());
            part.name.is_some() && part.name.as_deref() != path
        };
        parts.into_iter().all(|part| match part.part.kind {
            PartKind::Table => !is_named(&part.part),
            PartKind::Listing => true,
            PartKind::MainCf
            | PartKind::PostconfN
            | PartKind::PostconfAll
            | PartKind::MasterCf
            | PartKind::PostconfP
            | PartKind::DovecotConf
            | PartKind::DoveconfN
            | PartKind::ClientFile => false,
        })
    }

    /// The Dovecot configuration of a host as it is read; nothing without any.
    pub fn dovecot(&self, host: &Host) -> Option<dovecot::Reading> {
        dovecot_parts::reading(&self.sources, &host.model)
    }

    /// All findings of all hosts.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.hosts.iter().flat_map(|host| &host.diagnostics)
    }
}

/// Services that are explained. No real master.cf has as many; a made-up one
/// with a hundred thousand would fill gigabytes with what is said of each.
pub const MAX_EXPLAINED_SERVICES: usize = 200;

/// Hosts that are checked. A paste can name another one on every second line.
pub const MAX_HOSTS: usize = 1000;

/// Findings of one rule for one host. More of the same help nobody, and a
/// made-up file has one on every line.
pub const MAX_FINDINGS_OF_RULE: usize = 500;

/// Texts that were read, before anything is said of what they hold. Front ends
/// that can read further files ask it which, and check only once all are there.
#[derive(Debug)]
pub struct Draft {
    sources: SourceMap,
    hosts: Vec<(Option<String>, Model)>,
    left_alone: Vec<LeftAlone>,
    depth: Depth,
}

/// Where [`migrate`] carries a configuration.
#[derive(Clone, Copy, Debug)]
pub enum Destination {
    /// Dovecot 2.3 to 2.4.
    Dovecot2_4,
    /// Dovecot 2.4 to 2.3: says what is too new, and writes nothing.
    Dovecot2_3,
    /// Postfix from one release to another.
    Postfix(migration::postfix::Releases),
}

/// Carries a configuration to another version, with an entry for every line.
pub fn migrate(sources: &SourceMap, to: Destination, layout: migration::Layout) -> migration::Migration {
    match to {
        Destination::Dovecot2_4 => migration::dovecot::to_2_4(sources, layout),
        Destination::Dovecot2_3 => migration::dovecot::to_2_3(sources),
        Destination::Postfix(releases) => migration::postfix::migrate(sources, releases),
    }
}

/// Checks the texts.
pub fn check(sources: SourceMap, options: Options) -> Report {
    draft(sources, options).check()
}

/// Reads the texts.
pub fn draft(mut sources: SourceMap, options: Options) -> Draft {
    let (mut hosts, left_alone) = read_hosts(&sources);
    let left_out = hosts.split_off(hosts.len().min(MAX_HOSTS));
    if let Some(part) = left_out.first().and_then(|host| host.parts.first()) {
        sources.note(part.part.region.file, not_checked(left_out.len()));
    }
    let wish = Wish {
        postfix: options.postfix_version,
        dovecot: options.dovecot_version,
        // With several hosts it is not known whose release it is.
        named_postfix: if hosts.len() == 1 { read::named_release(&sources, &left_alone) } else { None },
    };
    let build = |host: HostParts| (host.name, placed::build_model(&sources, host.parts, wish));
    let hosts = hosts.into_iter().map(build).collect();
    Draft { sources, hosts, left_alone, depth: options.depth }
}

/// Reads the texts, twice where one is a file that a setting in another names:
/// the setting tells what it is, whatever its name looks like.
fn read_hosts(sources: &SourceMap) -> (Vec<HostParts>, Vec<LeftAlone>) {
    let (parts, left_alone) = read::given(sources, &Names::default());
    let mut hosts = hosts::group(parts);
    let mut references = Vec::new();
    for host in &mut hosts {
        let model = postproof_model::build(std::mem::take(&mut host.parts), Wish::default());
        references.extend(model.references());
        host.parts = model.parts;
    }
    let names = Names::of(&references, hosts.iter().flat_map(|host| &host.parts));
    if names.is_empty() || !read::is_titled(sources, &names) {
        return (hosts, left_alone);
    }
    let (parts, left_alone) = read::given(sources, &names);
    (hosts::group(parts), left_alone)
}

impl Draft {
    /// The texts.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// Files that the configuration names and that were not given.
    pub fn wanted(&self) -> Vec<Reference> {
        let known = |path: &str| self.sources.iter().any(|(_, document)| document.known_as() == path);
        let references = self.hosts.iter().flat_map(|(_, model)| model.references());
        references.filter(|reference| !known(&reference.path)).collect()
    }

    /// Checks what was read.
    pub fn check(self) -> Report {
        let Self { mut sources, hosts, left_alone, depth } = self;
        let mut hosts: Vec<_> =
            hosts.into_iter().map(|(name, model)| check_host(&sources, name, model, depth)).collect();
        for (first, rule, count) in hosts.iter_mut().flat_map(cap_findings) {
            sources.note(first.file, not_listed(rule, count));
        }
        for (file, count) in hosts.iter().filter_map(unexplained) {
            sources.note(file, not_explained(count));
        }
        for (param, pattern) in hosts.iter().flat_map(|host| host.model.cut_lists()) {
            if let Some(span) = pattern.text.span() {
                sources.note(span.file, cut_list(&param, &pattern));
            }
        }
        for file in read::with_typography(&sources) {
            sources.note(file, TYPOGRAPHY);
        }
        let secrets = postproof_model::secrets(&sources, hosts.iter().flat_map(|host| &host.model.parts));
        Report { sources, hosts, left_alone, secrets }
    }
}

fn check_host(sources: &SourceMap, name: Option<String>, model: Model, depth: Depth) -> Host {
    let explain = if depth == Depth::Full { postproof_chain::explain } else { postproof_chain::explain_briefly };
    let smtpd = model.services.iter().filter(|service| service.is_smtpd());
    let services: Vec<Explanation> = match model.has_postfix() {
        true => smtpd.take(MAX_EXPLAINED_SERVICES).map(|service| explain(&model, service.id)).collect(),
        false => Vec::new(),
    };
    let cx = Cx::new(sources, &model, &services);
    let mut diagnostics = if depth == Depth::Chains { Vec::new() } else { postproof_lint::run(&cx) };
    let around = cx.around();
    let glances = if depth == Depth::Chains { Vec::new() } else { cx.into_glances() };
    diagnostics.sort_by(|a, b| {
        let key = |one: &Diagnostic| (one.severity, one.primary.span, one.rule);
        key(a).cmp(&key(b))
    });
    let name = name.or_else(|| model.main.get("myhostname").map(|_| model.text(Scope::Main, "myhostname")));
    let missing = model.missing();
    Host { name, model, services, glances, around, diagnostics, missing }
}

/// Leaves out what is past the limit; gives for each rule the first place that
/// was left out and how many were.
fn cap_findings(host: &mut Host) -> Vec<(Span, &'static str, usize)> {
    let mut counts: BTreeMap<&'static str, (usize, Span)> = BTreeMap::new();
    host.diagnostics.retain(|found| {
        let (count, first) = counts.entry(found.rule).or_insert((0, found.primary.span));
        *count += 1;
        if *count == MAX_FINDINGS_OF_RULE + 1 {
            *first = found.primary.span;
        }
        *count <= MAX_FINDINGS_OF_RULE
    });
    let left_out = counts.into_iter().filter(|(_, (count, _))| *count > MAX_FINDINGS_OF_RULE);
    left_out.map(|(rule, (count, first))| (first, rule, count - MAX_FINDINGS_OF_RULE)).collect()
}

fn not_listed(rule: &str, count: usize) -> Text {
    text!(
        "{count} more findings of `{rule}` are not listed; only the first {MAX_FINDINGS_OF_RULE} of a host are",
        "`{rule}` 규칙의 결과 {count}개는 싣지 않았습니다. 호스트마다 처음 {MAX_FINDINGS_OF_RULE}개만 싣습니다"
    )
}

/// How many services of a host were left out of the explanation, and the file
/// that has them.
fn unexplained(host: &Host) -> Option<(FileId, usize)> {
    if host.services.is_empty() {
        return None;
    }
    let count = host.model.services.iter().filter(|service| service.is_smtpd()).count();
    let file = host.model.parts.iter().find(|part| part.part.kind == PartKind::MasterCf)?.part.region.file;
    count.checked_sub(host.services.len()).filter(|left| *left > 0).map(|left| (file, left))
}

fn cut_list(param: &str, pattern: &ListPattern) -> Text {
    let name = pattern.text.as_str();
    match pattern.kind {
        PatternKind::Cut => text!(
            "`{param}` is read up to {MAX_PATTERNS} patterns; what stands from `{name}` on is left out",
            "`{param}` 목록은 패턴 {MAX_PATTERNS}개까지만 읽으며 `{name}` 패턴부터는 읽지 않았습니다"
        ),
        PatternKind::Plain | PatternKind::Table | PatternKind::File(_) => text!(
            "`{param}`: files that name files are read {MAX_FILE_DEPTH} deep; `{name}` is not read",
            "`{param}`: 파일이 파일을 가리키면 {MAX_FILE_DEPTH}단계까지만 읽으며 `{name}` 파일은 읽지 않았습니다"
        ),
    }
}

const TYPOGRAPHY: Text = Text::fixed(
    "non-breaking spaces are read as blanks, as copies from web pages have them; in a file of its own Postfix takes them for letters",
    "줄바꿈 없는 공백(U+00A0)은 웹 페이지에서 복사할 때 생기므로 보통 공백으로 읽었습니다. 파일에 그대로 있으면 Postfix는 글자로 봅니다",
);

fn not_checked(count: usize) -> Text {
    text!(
        "{count} more hosts are not checked; only the first {MAX_HOSTS} are",
        "호스트 {count}개는 검사하지 않았습니다. 처음 {MAX_HOSTS}개만 검사합니다"
    )
}

fn not_explained(count: usize) -> Text {
    text!(
        "{count} smtpd services of master.cf are checked but not explained; only the first {MAX_EXPLAINED_SERVICES} of a host are",
        "master.cf의 smtpd 서비스 {count}개는 검사만 하고 설명하지 않았습니다. 호스트마다 처음 {MAX_EXPLAINED_SERVICES}개만 설명합니다"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_diag::Document;

    #[test]
    fn non_breaking_spaces_of_a_paste_are_blanks() {
        let read = |path: &str| {
            let mut sources = SourceMap::default();
            sources.add(Document::new(path, "smtpd_helo_restrictions\u{a0}=\n\u{a0}\u{a0}permit_mynetworks\n"));
            check(sources, Options::default())
        };
        let report = read("paste");
        assert!(report.hosts[0].model.main.contains_key("smtpd_helo_restrictions"));
        assert_eq!(report.sources.iter().map(|(_, document)| document.notes.len()).sum::<usize>(), 1);
        assert!(read("main.cf").sources.iter().all(|(_, document)| document.notes.is_empty()));
    }

    #[test]
    fn files_too_deep_in_files_are_noted() {
        let mut sources = SourceMap::default();
        sources.add(Document::new("main.cf", "mynetworks = /n/0\n"));
        for at in 0..=MAX_FILE_DEPTH {
            sources.add(Document::new(format!("/n/{at}"), format!("/n/{}\n", at + 1)));
        }
        let report = check(sources, Options::default());
        let notes: Vec<_> = report.sources.iter().flat_map(|(_, document)| &document.notes).collect();
        assert_eq!(notes.len(), 1);
        assert!(notes[0].en.contains("`/n/16` is not read"), "{}", notes[0].en);
    }

    #[test]
    fn a_table_counts_if_the_text_names_it() {
        let is_empty = |text: &str| {
            let mut sources = SourceMap::default();
            sources.add(Document::new("paste", text));
            check(sources, Options::default()).is_empty()
        };
        assert!(!is_empty("==> /etc/postfix/access <==\n192.0.2.5 REJECT\n"));
        assert!(is_empty("two words\n"));
    }

    #[test]
    fn more_findings_of_a_rule_than_the_limit_are_noted() {
        let mut sources = SourceMap::default();
        let names: String = (0..MAX_FINDINGS_OF_RULE + 7).map(|at| format!(" d{at}.example.org")).collect();
        let text = format!("mydestination ={names}\nvirtual_mailbox_domains ={names}\n");
        sources.add(Document::new("main.cf", text));
        let report = check(sources, Options::default());
        let found = report.diagnostics().filter(|found| found.rule == "class-mydest-vmailbox").count();
        assert_eq!(found, MAX_FINDINGS_OF_RULE);
        let notes: Vec<_> = report.sources.iter().flat_map(|(_, document)| &document.notes).collect();
        assert!(notes.len() == 1 && notes[0].en.starts_with("7 more findings"));
    }

    #[test]
    fn more_hosts_than_the_limit_are_noted() {
        let mut sources = SourceMap::default();
        let dump = |at: usize| format!("root@mx{at}:~# postconf -n\nmydestination = localhost\n");
        sources.add(Document::new("paste", (0..=MAX_HOSTS).map(dump).collect::<String>()));
        let report = check(sources, Options::default());
        assert_eq!(report.hosts.len(), MAX_HOSTS);
        assert_eq!(report.sources.iter().map(|(_, document)| document.notes.len()).sum::<usize>(), 1);
    }

    #[test]
    fn more_services_than_the_limit_are_noted() {
        let mut sources = SourceMap::default();
        let entry = |at: usize| format!("127.0.0.1:{} inet n - y - - smtpd\n", 1000 + at);
        let text: String = (0..MAX_EXPLAINED_SERVICES + 3).map(entry).collect();
        sources.add(Document::new("/etc/postfix/master.cf", text));
        let report = check(sources, Options::default());
        assert_eq!(report.hosts[0].services.len(), MAX_EXPLAINED_SERVICES);
        let notes: Vec<_> = report.sources.iter().flat_map(|(_, document)| &document.notes).collect();
        assert!(notes.len() == 1 && notes[0].en.starts_with("3 smtpd services"));
    }
}
