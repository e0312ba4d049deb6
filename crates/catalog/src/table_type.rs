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

/// The table type of that name.
pub fn table_type(name: &str) -> Option<&'static TableType> {
    table_types().iter().find(|kind| kind.name == name)
}

/// All table types, sorted by name.
pub fn table_types() -> &'static [TableType] {
    &[]
}
