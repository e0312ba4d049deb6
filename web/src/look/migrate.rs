//! The Dovecot configuration of a host carried to 2.4.

use crate::state::Checked;
use postproof_engine::Host;
use postproof_engine::diag::{Document, FileId, SourceMap, Span, decode};
use postproof_engine::dovecot::Dialect;
use postproof_engine::migration::{Entry, Layout, Migration, dovecot};
use postproof_engine::model::SourcePart;
use postproof_engine::syntax::PartKind;
use postproof_engine::{Destination, migrate};

/// What came of it.
#[derive(Debug)]
pub(crate) enum Carried {
    /// It is written for 2.4 already.
    IsNew,
    /// The new configuration and its ledger.
    Done(Box<Carry>),
}

/// A migration, with the way back to the places of the report.
#[derive(Debug)]
pub(crate) struct Carry {
    /// The files and the ledger; places are those of `sources`.
    pub migration: Migration,
    sources: SourceMap,
    /// One for each of `sources`.
    origins: Vec<Origin>,
}

/// Where the lines of one part stand in the report's texts.
#[derive(Debug)]
struct Origin {
    file: FileId,
    /// Where each line starts: in the part alone, and in the text.
    lines: Vec<(u32, u32)>,
}

/// Whether there is anything to carry.
pub(crate) fn has_dovecot(host: &Host) -> bool {
    host.model.parts.iter().any(is_configuration)
}

fn is_configuration(part: &SourcePart) -> bool {
    matches!(part.part.kind, PartKind::DovecotConf | PartKind::DoveconfN)
}

/// Carries the Dovecot configuration of a host to 2.4.
pub(crate) fn carry(checked: &Checked, host: &Host) -> Option<Carried> {
    if checked.report.dovecot(host)?.dialect() == Dialect::V24 {
        return Some(Carried::IsNew);
    }
    let mut parts: Vec<&SourcePart> = host.model.parts.iter().filter(|part| is_configuration(part)).collect();
    let is_main = |part: &SourcePart| name(checked, part).rsplit('/').next() == Some("dovecot.conf");
    parts.sort_by_key(|part| !is_main(part));
    let mut carry = Carry { migration: Migration::default(), sources: SourceMap::default(), origins: Vec::new() };
    parts.iter().for_each(|part| carry.add(checked, part));
    // Files of databases count only where the configuration names them.
    let wanted = dovecot::wanted(&carry.sources);
    let is_wanted = |part: &SourcePart| {
        let name = name(checked, part);
        !name.is_empty() && wanted.iter().any(|(_, path)| path == name || path.ends_with(&format!("/{name}")))
    };
    let others = host.model.parts.iter().filter(|part| !is_configuration(part));
    others.filter(|part| is_wanted(part)).for_each(|part| carry.add(checked, part));
    carry.migration = migrate(&carry.sources, Destination::Dovecot2_4, Layout::OneFile);
    Some(Carried::Done(Box::new(carry)))
}

fn name<'c>(checked: &'c Checked, part: &'c SourcePart) -> &'c str {
    let document = checked.report.sources.get(part.part.region.file);
    part.part.name.as_deref().or_else(|| document.map(Document::known_as)).unwrap_or_default()
}

impl Carry {
    /// Adds a part as a file of its own, without what stands around it in the text.
    fn add(&mut self, checked: &Checked, part: &SourcePart) {
        let region = &part.part.region;
        let Some(document) = checked.report.sources.get(region.file) else { return };
        let (mut bytes, mut lines) = (Vec::new(), Vec::new());
        for line in &region.lines {
            lines.push((u32::try_from(bytes.len()).unwrap_or(u32::MAX), line.start));
            bytes.extend_from_slice(document.bytes.get(line.start as usize..line.end as usize).unwrap_or_default());
        }
        self.sources.add(Document::new(name(checked, part), bytes));
        self.origins.push(Origin { file: region.file, lines });
    }

    /// The old lines of an entry.
    pub(crate) fn old(&self, entry: &Entry) -> String {
        decode(self.sources.slice(entry.span)).trim_end().to_owned()
    }

    /// Where an entry stands in the report's texts.
    pub(crate) fn place(&self, entry: &Entry) -> Option<Span> {
        let origin = self.origins.get(entry.span.file.0 as usize)?;
        let there = |at: u32| {
            let line = origin.lines.partition_point(|(start, _)| *start <= at).checked_sub(1)?;
            origin.lines.get(line).map(|(start, there)| there + (at - start))
        };
        let start = there(entry.span.start)?;
        let end = there(entry.span.end.saturating_sub(1).max(entry.span.start))? + 1;
        Some(Span::new(origin.file, start, end))
    }

    /// The new configuration as text.
    pub(crate) fn text(&self) -> String {
        let files = &self.migration.files;
        let one = |file: &postproof_engine::migration::OutputFile| match files.len() {
            1 => file.text(),
            _ => format!("# {}\n{}", file.path, file.text()),
        };
        files.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Doc;
    use postproof_engine::migration::Kind;

    const OLD: &str = "$ doveconf -n\n# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf\n\
        disable_plaintext_auth = no\nprotocols = imap\nssl_min_protocol = TLSv1.2\n";

    fn carried(text: &str) -> (Checked, Option<Carried>) {
        let checked = Checked::run(&[Doc::pasted(text)]);
        let carried = carry(&checked, &checked.report.hosts[0]);
        (checked, carried)
    }

    #[test]
    fn only_the_dovecot_lines_of_a_paste_are_carried() {
        let text = format!("$ postconf -n\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n\n{OLD}");
        let (checked, carried) = carried(&text);
        let Some(Carried::Done(carry)) = carried else { panic!("nothing was carried") };
        let new = carry.text();
        assert!(new.contains("auth_allow_cleartext = yes") && !new.contains("mynetworks"), "{new}");
        let renamed = carry.migration.entries.iter().find(|entry| entry.kind == Kind::Renamed).unwrap();
        assert_eq!(carry.old(renamed), "disable_plaintext_auth = no");
        let there = carry.place(renamed).unwrap();
        assert_eq!(checked.report.sources.slice(there), b"disable_plaintext_auth = no\n");
    }

    #[test]
    fn quoted_lines_lead_to_their_place() {
        let quoted: String = OLD.lines().map(|line| format!("> {line}\n")).collect();
        let (checked, carried) = carried(&quoted);
        let Some(Carried::Done(carry)) = carried else { panic!("nothing was carried") };
        let last = carry.migration.entries.last().unwrap();
        assert_eq!(carry.old(last), "ssl_min_protocol = TLSv1.2");
        assert!(checked.report.sources.slice(carry.place(last).unwrap()).starts_with(b"ssl_min_protocol"));
    }

    #[test]
    fn a_file_of_a_database_counts_where_it_is_named() {
        let named = "$ cat /etc/dovecot/dovecot.conf\nprotocols = imap\npassdb {\n  driver = sql\n\
            \x20 args = /etc/dovecot/dovecot-sql.conf.ext\n}\n$ cat /etc/dovecot/dovecot-sql.conf.ext\n\
            driver = mysql\nconnect = host=localhost dbname=mail user=mail password=hunter2\n\
            password_query = SELECT password FROM users WHERE email = '%u'\n";
        let (_, carried) = carried(named);
        let Some(Carried::Done(carry)) = carried else { panic!("nothing was carried") };
        let new = carry.text();
        assert!(new.contains("sql_driver = mysql") && new.contains("SELECT password"), "{new}");
    }

    #[test]
    fn what_is_new_already_stays() {
        let (_, carried) = carried(
            "$ cat dovecot.conf\ndovecot_config_version = 2.4.0\nprotocols = imap\nauth_allow_cleartext = no\n",
        );
        assert!(matches!(carried, Some(Carried::IsNew)));
        let (_, none) = self::carried("$ postconf -n\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n");
        assert!(none.is_none());
    }
}
