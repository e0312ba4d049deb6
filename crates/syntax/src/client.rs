//! Client files of pgsql:, mysql:, ldap:, sqlite: and memcache: tables, and
//! Dovecot's dovecot-sql.conf.ext and dovecot-ldap.conf.ext: `name = value`.

use crate::{Parsed, Region, main_cf};

/// Reads a client file; its grammar is that of main.cf (for Dovecot's external
/// files: without continuation lines, which do no harm here).
pub fn parse(region: &Region, bytes: &[u8]) -> Parsed<main_cf::MainCf> {
    main_cf::parse(region, bytes)
}
