//! Tables of Berkeley DB and what they become.
// DATABASE_README; RELEASE_NOTES of 3.11, Berkeley DB migration

/// The types that Berkeley DB reads. Both become lmdb, which also serves as a
/// cache; cdb is possible where nothing writes to the table.
const TYPES: [&str; 2] = ["hash:", "btree:"];

/// The tables in a value, with their old type: `hash:/etc/aliases`.
pub(super) fn of(value: &str) -> Vec<String> {
    let mut tables = Vec::new();
    for word in value.split(|ch: char| ch.is_whitespace() || matches!(ch, ',' | '{' | '}')) {
        let table = word.strip_prefix("proxy:").unwrap_or(word);
        if TYPES.iter().any(|kind| table.starts_with(kind)) && !tables.iter().any(|one| one == table) {
            tables.push(table.to_owned());
        }
    }
    tables
}

/// A line with lmdb in the place of hash and btree.
pub(super) fn rewritten(line: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for ch in line.chars() {
        if ch.is_whitespace() || matches!(ch, ',' | '{' | '}' | '=') {
            out.push_str(&of_word(&word));
            word.clear();
            out.push(ch);
        } else {
            word.push(ch);
        }
    }
    out.push_str(&of_word(&word));
    out
}

fn of_word(word: &str) -> String {
    let (proxy, table) = match word.strip_prefix("proxy:") {
        Some(table) => ("proxy:", table),
        None => ("", word),
    };
    match TYPES.iter().find_map(|kind| table.strip_prefix(kind)) {
        Some(path) => format!("{proxy}lmdb:{path}"),
        None => word.to_owned(),
    }
}

/// The commands that make the tables of a parameter anew; caches are made by
/// the daemons themselves.
pub(super) fn commands(name: &str, tables: &[String]) -> Vec<String> {
    if name.ends_with("_cache_map") || name.ends_with("session_cache_database") || name == "address_verify_map" {
        return Vec::new();
    }
    let program = if matches!(name, "alias_maps" | "alias_database") { "postalias" } else { "postmap" };
    let path = |table: &String| table.split_once(':').map(|(_, path)| path.to_owned());
    tables
        .iter()
        .filter_map(path)
        .filter(|path| !path.is_empty())
        .map(|path| format!("{program} lmdb:{path}"))
        .collect()
}
