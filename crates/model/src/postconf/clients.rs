//! `type:name` in values: names made of prefixes, and client files.

use super::log::{Stop, shown};
use super::scan::{Place, flag};
use super::{ClientFile, Files, Run, load};
use postproof_catalog::{self as catalog, Version};
use postproof_diag::text;
use postproof_syntax::exact::{COMMA_SPACE, Words, in_braces};

/// How deep `{ }` may stand in `{ }`; the real program has no limit but its stack.
pub const MAX_BRACE_DEPTH: usize = 100;

/// Looks for lookup tables in an expanded value.
// postconf_dbms.c, pcf_register_dbms_parameters
pub(super) fn find(run: &mut Run<'_>, files: &Files<'_>, value: &[u8], place: Place) -> Result<(), Stop> {
    find_within(run, files, value, place, true, 0)
}

/// `opens`: whether items that are nothing but braces are looked into.
// postconf_dbms.c, pcf_register_dbms_helper
fn find_within(
    run: &mut Run<'_>,
    files: &Files<'_>,
    value: &[u8],
    place: Place,
    opens: bool,
    depth: usize,
) -> Result<(), Stop> {
    if depth > MAX_BRACE_DEPTH {
        return Err(Stop::Limit(text!(
            "braces are nested more than {MAX_BRACE_DEPTH} deep in a value; Postproof stops here",
            "값의 중괄호가 {MAX_BRACE_DEPTH}단계보다 깊이 중첩되어 Postproof가 여기서 멈춥니다"
        )));
    }
    let since_3_8 = run.version.series() >= Version::new(3, 8);
    let mut words = Words::braced(value, COMMA_SPACE);
    while let Some(word) = words.next() {
        if since_3_8 && word.first() == Some(&b'#') {
            // mystrtok.c, mystrtok_warn
            let rest = super::log::shown_start(words.rest, 20);
            let message = "#comment after other text is not allowed";
            let file = run.file(place);
            return run.warn(&format!("{file}: {message}: {} {rest}...", shown(word)));
        }
        if word.first() == Some(&b'{') {
            let inner = opened(run, word, place)?;
            if opens {
                find_within(run, files, inner, place, opens, depth + 1)?;
            }
            continue;
        }
        let Some((kind, name)) = type_and_name(word, run.version) else { continue };
        match name.first() {
            Some(b'/') => check_client(run, files, kind, name)?,
            Some(b'.') => {}
            Some(b'{') => {
                let is_pattern = since_3_8 && matches!(kind, b"regexp" | b"pcre");
                let inner = opened(run, name, place)?;
                find_within(run, files, inner, place, opens && !is_pattern, depth + 1)?;
            }
            Some(_) | None => {
                for key in client_keys(kind, run.version) {
                    let name = [name, b"_", key.as_bytes()].concat();
                    flag(run, &name, place, true)?;
                }
            }
        }
    }
    Ok(())
}

fn opened<'t>(run: &Run<'_>, text: &'t [u8], place: Place) -> Result<&'t [u8], Stop> {
    let (inner, fault) = in_braces(text, false);
    if let Some(fault) = fault {
        let entry = place.and_then(|entry| run.entries.get(entry));
        // Older releases name the file without its directory.
        let file = match (run.version.series() >= Version::new(3, 8), entry) {
            (true, _) => run.file(place),
            (false, Some(_)) => "master.cf".to_owned(),
            (false, None) => "main.cf".to_owned(),
        };
        let entry = entry.map_or(String::new(), |entry| format!(":{}", shown(&entry.name_space)));
        run.warn(&format!("{file}{entry}: {} in \"{}\"", fault.words(), shown(text)))?;
    }
    Ok(inner)
}

/// The type and what follows it, without those that only pass on.
fn type_and_name(word: &[u8], version: Version) -> Option<(&[u8], &[u8])> {
    let split = |text| {
        let mut parts = <[u8]>::splitn(text, 2, |byte| *byte == b':');
        Some((parts.next()?, parts.next()?))
    };
    let (mut kind, mut name) = split(word)?;
    while kind == b"proxy" || (kind == b"debug" && version.series() >= Version::new(3, 11)) {
        (kind, name) = split(name)?;
    }
    Some((kind, name))
}

/// What client files of a type may set in that release; nothing for other types.
fn client_keys(kind: &[u8], version: Version) -> impl Iterator<Item = &'static str> {
    let keys = std::str::from_utf8(kind).map_or(&[][..], catalog::client_keys);
    keys.iter().filter(move |key| key.since.is_none_or(|since| since <= version.series())).map(|key| key.name)
}

/// Reads a client file when its name is first seen, and warns of names that
/// its type does not have.
// postconf_dbms.c, pcf_check_dbms_client
fn check_client(run: &mut Run<'_>, files: &Files<'_>, kind: &[u8], path: &[u8]) -> Result<(), Stop> {
    if client_keys(kind, run.version).next().is_none() {
        return Ok(());
    }
    let spec = [kind, b":", path].concat();
    if !run.clients.insert(spec.clone()) {
        return Ok(());
    }
    let (kind_shown, path_shown) = (shown(kind), shown(path));
    let refused = |why: &str| format!("open \"{kind_shown}\" configuration \"{path_shown}\": {why}");
    let bytes = match (files.client)(path) {
        ClientFile::Text(bytes) => bytes,
        // It may hold a password, and need not be for everyone.
        ClientFile::Forbidden => return Ok(()),
        ClientFile::Irregular => return run.warn(&refused("not a regular file")),
        ClientFile::Missing(why) => return run.warn(&refused(&why)),
    };
    let mut settings = super::Settings::new();
    load(&bytes, &path_shown, run.version, &mut settings, &mut run.log.borrow_mut())?;
    for key in client_keys(kind, run.version) {
        settings.remove(key.as_bytes());
    }
    for (name, value) in settings {
        run.warn(&format!("{}: unused parameter: {}={}", shown(&spec), shown(&name), shown(&value)))?;
    }
    Ok(())
}
