//! Claims about a host besides its smtpd services.

use super::Place;
use serde::Serialize;

/// One claim about a host, or about one service of it.
#[derive(Clone, Debug, Serialize)]
pub struct HostClaim {
    /// Its name.
    pub claim: &'static str,
    /// What it says in a few words.
    pub title: String,
    /// What it says exactly.
    pub definition: String,
    /// `holds`, `fails`, `depends` or `unknown`.
    pub verdict: &'static str,
    /// The service that it is about, as people say it.
    pub service: Option<String>,
    /// Why.
    pub reason: String,
    /// What makes it so.
    pub place: Option<Place>,
    /// Who may do it all the same.
    pub exceptions: Vec<String>,
    /// What was not given and would tell.
    pub missing: Vec<String>,
}
