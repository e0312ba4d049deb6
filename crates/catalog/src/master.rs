//! The master.cf that comes with Postfix.

/// One entry of a master.cf as delivered.
#[derive(Debug)]
pub struct StockService {
    /// Service name.
    pub name: &'static str,
    /// `inet`, `unix` …
    pub kind: &'static str,
    /// Whether its chroot field says `y`.
    pub chroot: bool,
    /// The program.
    pub command: &'static str,
}

/// Debian's entries, then those of Postfix.
static SERVICES: (&[StockService], &[StockService]) = include!(concat!(env!("OUT_DIR"), "/services.rs"));

/// The entries of the master.cf that Postfix ships, the same from 3.7 to 3.12;
/// sorted by name and type.
pub fn stock_services() -> &'static [StockService] {
    SERVICES.1
}

/// The entries of the master.cf of Debian 12; Debian 13 has the same without
/// those that run pipe. Sorted by name and type.
pub fn debian_services() -> &'static [StockService] {
    SERVICES.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_entries_have_no_chroot_and_debian_has() {
        // conf/master.cf of Postfix, and /etc/postfix/master.cf of Debian 12.
        let smtp = |entries: &'static [StockService]| {
            entries.iter().find(|entry| (entry.name, entry.kind) == ("smtp", "inet")).unwrap()
        };
        assert_eq!((smtp(stock_services()).command, smtp(stock_services()).chroot), ("smtpd", false));
        assert_eq!((smtp(debian_services()).command, smtp(debian_services()).chroot), ("smtpd", true));
        assert_eq!((stock_services().len(), debian_services().len()), (25, 31));
    }
}
