//! Types of lookup tables.

use crate::Version;

/// One type of lookup table: the word before the colon in `hash:/etc/aliases`.
#[derive(Debug)]
pub struct TableType {
    /// The word.
    pub name: &'static str,
    /// First release that has it; `None`: older than 2.1.
    pub since: Option<Version>,
    /// Suffix of the indexed file that postmap(1) makes, for such types.
    pub indexed_suffix: Option<&'static str>,
    /// Whether its name is the path of a client file (SQL, LDAP, memcache …).
    pub client_file: bool,
}

/// One name that client files of a table type may set.
#[derive(Debug)]
pub struct ClientKey {
    /// The table type.
    pub table_type: &'static str,
    /// The name.
    pub name: &'static str,
    /// First release that has it; `None`: older than 2.1.
    pub since: Option<Version>,
    /// Whether its value is a password or may hold one (a connection URI).
    pub secret: bool,
}

static TABLE_TYPES: &[TableType] = include!(concat!(env!("OUT_DIR"), "/table-types.rs"));
static CLIENT_KEYS: &[ClientKey] = include!(concat!(env!("OUT_DIR"), "/client-keys.rs"));

/// The table type of that name.
pub fn table_type(name: &str) -> Option<&'static TableType> {
    TABLE_TYPES.binary_search_by(|kind| kind.name.cmp(name)).ok().and_then(|at| TABLE_TYPES.get(at))
}

/// All table types, sorted by name.
pub fn table_types() -> &'static [TableType] {
    TABLE_TYPES
}

/// The names that client files of a table type may set, sorted; empty for
/// types without client files.
pub fn client_keys(table_type: &str) -> &'static [ClientKey] {
    let start = CLIENT_KEYS.partition_point(|key| key.table_type < table_type);
    let end = CLIENT_KEYS.partition_point(|key| key.table_type <= table_type);
    CLIENT_KEYS.get(start..end).unwrap_or_default()
}

/// The key of that name in client files of a table type.
pub fn client_key(table_type: &str, name: &str) -> Option<&'static ClientKey> {
    let keys = client_keys(table_type);
    keys.binary_search_by(|key| key.name.cmp(name)).ok().and_then(|at| keys.get(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_keys_are_sorted_and_each_is_found() {
        assert_eq!(table_types().len(), 32);
        assert!(table_types().is_sorted_by(|left, right| left.name < right.name));
        for kind in table_types() {
            assert!(std::ptr::eq(table_type(kind.name).unwrap(), kind));
            assert_eq!(client_keys(kind.name).is_empty(), !kind.client_file, "{}", kind.name);
            for key in client_keys(kind.name) {
                assert!(std::ptr::eq(client_key(kind.name, key.name).unwrap(), key));
            }
        }
        assert!(table_type("mysq").is_none() && client_keys("hash").is_empty());
    }

    #[test]
    fn passwords_are_secret() {
        // pgsql_table(5), ldap_table(5), mongodb_table(5).
        let secret = |kind, name| client_key(kind, name).unwrap().secret;
        assert!(secret("pgsql", "password") && secret("mysql", "password"));
        assert!(secret("ldap", "bind_pw") && secret("mongodb", "uri"));
        assert!(!secret("pgsql", "user") && !secret("ldap", "bind_dn"));
    }

    #[test]
    fn indexed_types_have_the_suffix_of_postmap() {
        // postmap(1), DATABASE TYPES.
        assert_eq!(table_type("hash").unwrap().indexed_suffix, Some(".db"));
        assert_eq!(table_type("lmdb").unwrap().indexed_suffix, Some(".lmdb"));
        assert_eq!(table_type("texthash").unwrap().indexed_suffix, None);
    }
}
