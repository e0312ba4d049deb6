//! Which parameter names are used, as postconf decides it (postconf_user.c,
//! postconf_service.c, postconf_dbms.c).

use crate::Cx;
use postproof_catalog::{Default, client_key, param, params, service_patterns_of, table_type};
use postproof_diag::{SourceText, Span};
use postproof_model::{Model, Scope, SourcePart, table_ref, words};
use postproof_syntax::PartKind;
use std::collections::{BTreeMap, BTreeSet};

/// What the configuration refers to.
#[derive(Debug)]
pub(crate) struct Uses {
    /// `$name` of any value or default, and restriction classes.
    names: BTreeSet<String>,
    /// Tables whose client parameters stand in main.cf, as prefix and types:
    /// `ldap:accounts` uses `accounts_server_host`.
    prefixes: BTreeMap<String, BTreeSet<String>>,
    /// The services with their programs.
    services: BTreeSet<(String, String)>,
}

/// How a name that is no parameter of the release is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is a parameter, or something that was given refers to it.
    Known,
    /// It belongs to a service that no given master.cf has.
    OtherService,
    /// Nothing refers to it.
    None,
}

impl Uses {
    /// Collects all references.
    pub(crate) fn of(cx: &Cx<'_>) -> Self {
        let services = cx.model.services.iter().map(|service| (service.name.clone(), service.command.clone()));
        let mut uses = Uses { names: BTreeSet::new(), prefixes: BTreeMap::new(), services: services.collect() };
        let target = &cx.model.target;
        for written in cx.model.main.values() {
            uses.add(&written.value);
        }
        for option in cx.model.services.iter().flat_map(|service| &service.overrides) {
            uses.add(&option.value);
        }
        for one in params().iter().filter(|one| one.is_in(target.postfix.value)) {
            match one.default_in(target.postfix.value, target.level.value) {
                Some(Default::Text(text)) => uses.names.extend(Model::names_in(text)),
                Some(Default::Computed) | None => {}
            }
        }
        let scopes = cx.model.services.iter().map(|service| Scope::Service(service.id));
        for scope in std::iter::once(Scope::Main).chain(scopes) {
            let Some(classes) = cx.model.value(scope, "smtpd_restriction_classes") else { continue };
            uses.names.extend(words(&classes.text).iter().map(|word| word.text.as_str().to_owned()));
        }
        uses
    }

    fn add(&mut self, value: &SourceText) {
        self.names.extend(Model::names_in(value.as_str()));
        for word in words(value) {
            let Some(table) = table_ref(&word.text) else { continue };
            let is_client = table_type(&table.kind).is_some_and(|kind| kind.client_file);
            if is_client && !table.name.starts_with(['/', '.']) {
                self.prefixes.entry(table.name).or_default().insert(table.kind);
            }
        }
    }

    /// How `name` is used.
    pub(crate) fn of_name(&self, cx: &Cx<'_>, name: &str) -> Use {
        let is_param = param(name).is_some_and(|param| param.is_in(cx.model.target.postfix.value));
        if is_param || self.names.contains(name) || self.is_client_param(name) {
            return Use::Known;
        }
        let mut use_of_service = Use::None;
        for (service, pattern) in service_patterns_of(name) {
            let runs = |program: &&str| self.services.contains(&(service.to_owned(), (*program).to_owned()));
            if pattern.programs.iter().any(runs) {
                return Use::Known;
            }
            use_of_service = Use::OtherService;
        }
        use_of_service
    }

    fn is_client_param(&self, name: &str) -> bool {
        name.match_indices('_').any(|(at, _)| {
            let kinds = name.get(..at).and_then(|prefix| self.prefixes.get(prefix));
            let suffix = name.get(at + 1..).unwrap_or_default();
            kinds.is_some_and(|kinds| kinds.iter().any(|kind| client_key(kind, suffix).is_some()))
        })
    }
}

/// Whether postconf printed the setting at `span`: it leaves out what nothing
/// uses, so the name is one that the host knows.
pub(crate) fn is_dumped(cx: &Cx<'_>, span: Span) -> bool {
    part_at(cx, span).is_some_and(|(_, kind)| matches!(kind, PartKind::PostconfN | PartKind::PostconfAll))
}

/// The part that holds a place: its number and kind.
pub(crate) fn part_at(cx: &Cx<'_>, span: Span) -> Option<(usize, PartKind)> {
    let parts = &cx.model.parts;
    let begins = |part: &SourcePart| {
        let whole = part.part.region.span();
        (whole.file, whole.start) <= (span.file, span.start)
    };
    let holds = |at: &usize| parts.get(*at).is_some_and(|part| part.part.region.span().contains(span));
    // Parts stand in the order of the text, but for files that were followed
    // later: a paste of many thousand parts is not searched for each setting.
    let likely = parts.partition_point(begins).checked_sub(1).filter(holds);
    let at = likely.or_else(|| (0..parts.len()).find(holds))?;
    parts.get(at).map(|part| (at, part.part.kind))
}

/// Whether two names differ by one letter added, left out, changed, or
/// swapped with its neighbour.
pub(crate) fn is_one_edit(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let (short, long) = (short.as_bytes(), long.as_bytes());
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = |bytes: &[u8], skip: usize| bytes.get(start + skip..).unwrap_or_default().to_vec();
    match long.len() - short.len() {
        0 if start == short.len() => false,
        0 => {
            let (mut swapped, other) = (rest(short, 0), rest(long, 0));
            if swapped.len() > 1 {
                swapped.swap(0, 1);
            }
            rest(short, 1) == rest(long, 1) || swapped == other
        }
        1 => rest(short, 0) == rest(long, 1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_one_edit;

    #[test]
    fn one_letter_added_left_out_changed_or_swapped() {
        for (wrong, right) in [
            ("smtpd_helo_require", "smtpd_helo_required"),
            ("smtpd_hello_required", "smtpd_helo_required"),
            ("smtpd_halo_required", "smtpd_helo_required"),
            ("smptd_helo_required", "smtpd_helo_required"),
            ("a", "b"),
        ] {
            assert!(is_one_edit(wrong, right), "{wrong}");
        }
    }

    #[test]
    fn the_same_name_and_two_edits_are_not_one() {
        for (wrong, right) in [("mynetworks", "mynetworks"), ("mynetwork", "mynetworkss"), ("ab", "cd"), ("", "ab")] {
            assert!(!is_one_edit(wrong, right), "{wrong}");
        }
    }
}
