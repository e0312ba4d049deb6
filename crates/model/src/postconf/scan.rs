//! Which names are used, by whom, and what of that is odd.

use super::clients;
use super::log::{Stop, shown};
use super::table::{self, Class, Known};
use super::{Files, Run, Settings};
use postproof_catalog::Version;
use postproof_syntax::exact::{COMMA_SPACE, Words};
use std::collections::HashMap;

/// A space of names: main.cf, or an entry of master.cf by its number.
pub(super) type Place = Option<usize>;

/// Collects `-o` settings, then looks at every value.
// postconf_user.c, pcf_register_user_parameters
pub(super) fn register(run: &mut Run<'_>, files: &Files<'_>) -> Result<(), Stop> {
    collect_options(run);
    for entry in 0..run.entries.len() {
        if run.entries.get(entry).is_some_and(|entry| entry.settings.is_some()) {
            scan(run, files, Some(entry))?;
        }
    }
    scan_defaults(run)?;
    scan(run, files, None)
}

fn collect_options(run: &mut Run<'_>) {
    let mut by_name: HashMap<Vec<u8>, usize> = HashMap::new();
    for (number, entry) in run.entries.iter_mut().enumerate() {
        for option in entry.options() {
            let Ok((name, value)) = postproof_syntax::exact::name_and_value(option) else { continue };
            let at = *by_name.entry(entry.name_space.clone()).or_insert_with(|| {
                run.options.push(Settings::new());
                run.options.len() - 1
            });
            if let Some(settings) = run.options.get_mut(at) {
                settings.insert(name.to_vec(), value.to_vec());
            }
        }
        entry.settings = by_name.get(&entry.name_space).copied();
        if let Some(at) = entry.settings {
            run.sharing.entry(at).or_default().push(number);
        }
    }
    for (at, settings) in run.options.iter().enumerate() {
        for name in settings.keys() {
            run.setting_it.entry(name.clone()).or_default().push(at);
        }
    }
}

/// Defaults of what main.cf does not set.
// postconf_user.c, pcf_scan_default_parameter_values
fn scan_defaults(run: &mut Run<'_>) -> Result<(), Stop> {
    let mut names = Vec::new();
    for (name, known) in run.table.iter().filter(|(_, known)| !known.raw) {
        if run.main.contains_key(name) {
            continue;
        }
        if let Some(default) = run.default(name, known)? {
            names.extend(run.macros.names(&default)?);
        }
    }
    names.iter().try_for_each(|name| flag(run, name, None, false))
}

/// The values that are set in one place.
// postconf_user.c, pcf_scan_user_parameter_namespace
fn scan(run: &mut Run<'_>, files: &Files<'_>, place: Place) -> Result<(), Stop> {
    for class in classes(run, place)? {
        flag(run, &class, place, false)?;
    }
    for (name, value) in run.settings(place).cloned().unwrap_or_default() {
        let known = run.table.get_mut(&name).map(|known| {
            // A legacy name that is set is printed as if the user had made it.
            if known.class == Class::Legacy && !known.read_only {
                known.class = Class::User;
            }
            *known
        });
        if known.is_some_and(|known| known.read_only) {
            let (name_shown, value, file) = (shown(&name), shown(&value), run.file(place));
            run.warn(&format!("{file}: read-only parameter assignment: {name_shown}={value}"))?;
            run.settings_mut(place).map(|settings| settings.remove(&name));
            continue;
        }
        if known.is_some_and(|known| known.raw) {
            continue;
        }
        for used in run.macros.names(&value)? {
            flag(run, &used, place, false)?;
        }
        if known.is_some_and(|known| known.may_name_tables()) {
            let expanded = run.expand(&value, place)?;
            clients::find(run, files, &expanded, place)?;
        }
    }
    Ok(())
}

/// The restriction classes that are named in one place.
fn classes(run: &Run<'_>, place: Place) -> Result<Vec<Vec<u8>>, Stop> {
    let Some(settings) = run.settings(place) else { return Ok(Vec::new()) };
    let Some(value) = settings.get(&b"smtpd_restriction_classes"[..]) else { return Ok(Vec::new()) };
    let name = place.and_then(|entry| run.entries.get(entry)).map_or(&b"mail_dict"[..], |entry| &entry.name_space);
    let list = run.evaluate(value, settings, name)?;
    Ok(Words::plain(&list, COMMA_SPACE).map(<[u8]>::to_vec).collect())
}

/// Notes that `name` is used in `place`.
// postconf_user.c, pcf_flag_user_parameter
pub(super) fn flag(run: &mut Run<'_>, name: &[u8], place: Place, for_table: bool) -> Result<(), Stop> {
    if place.is_none() && !run.flagged.insert((name.to_vec(), for_table)) {
        return Ok(());
    }
    let is_own = place.is_some() && run.settings(place).is_some_and(|settings| settings.contains_key(name));
    let mut is_set = true;
    if is_own {
        if let Some(entry) = place.and_then(|entry| run.entries.get_mut(entry)) {
            entry.valid.insert(name.to_vec());
        }
    } else if run.main.contains_key(name) {
        run.table.entry(name.to_vec()).or_insert(Known::USER);
    } else {
        is_set = false;
    }
    if place.is_none() {
        for at in run.setting_it.get(name).into_iter().flatten() {
            is_set = true;
            for entry in run.sharing.get(at).into_iter().flatten() {
                if let Some(entry) = run.entries.get_mut(*entry) {
                    entry.valid.insert(name.to_vec());
                }
            }
        }
    }
    if is_set || for_table || run.table.contains_key(name) {
        return Ok(());
    }
    let (file, name) = (run.file(place), shown(name));
    run.warn(&format!("{file}: undefined parameter: {name}"))
}

/// Warns of settings that nothing uses, or that are to go.
// postconf_unused.c, pcf_flag_unused_parameters
pub(super) fn flag_unused(run: &mut Run<'_>, place: Place) -> Result<(), Stop> {
    let Some(settings) = run.settings(place) else { return Ok(()) };
    let file = run.file(place);
    let valid = place.and_then(|entry| run.entries.get(entry)).map(|entry| &entry.valid);
    let mut deprecated = false;
    let mut log = run.log.borrow_mut();
    for (name, value) in settings {
        let is_used = run.table.contains_key(name) || valid.is_some_and(|valid| valid.contains(name));
        let advice = table::advice(name, run.version);
        deprecated |= advice.is_some();
        let name = shown(name);
        match (is_used, advice) {
            (true, None) => {}
            (false, None) => log.warn(&format!("{file}: unused parameter: {name}={}", shown(value)))?,
            (true, Some(advice)) => {
                log.warn(&format!("{file}: support for parameter \"{name}\" will be removed; instead, {advice}"))?;
            }
            (false, Some(advice)) => {
                log.warn(&format!("{file}: support for parameter {name} has been removed; instead, {advice}"))?;
            }
        }
    }
    drop(log);
    run.found_deprecated |= deprecated && run.version.series() >= Version::new(3, 11);
    Ok(())
}
