//! The effective configuration.

use super::{Given, Place, Target};
use serde::Serialize;

/// What `postproof show --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Show {
    /// `postproof.show/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// One report for each configuration that was read on its own.
    pub reports: Vec<ShowReport>,
}

/// One configuration.
#[derive(Clone, Debug, Serialize)]
pub struct ShowReport {
    /// The hosts with Postfix.
    pub hosts: Vec<ShowHost>,
}

/// One host.
#[derive(Clone, Debug, Serialize)]
pub struct ShowHost {
    /// Its name, where the text gives one.
    pub name: Option<String>,
    /// What it is judged for.
    pub target: Target,
    /// How much was given.
    pub given: Given,
    /// main.cf, then services.
    pub sections: Vec<Section>,
}

/// The parameters of main.cf or of a service.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The service's name field; `null` for main.cf.
    pub service: Option<String>,
    /// The name as people say it.
    pub label: Option<String>,
    /// The program it runs.
    pub command: Option<String>,
    /// Its entry.
    pub place: Option<Place>,
    /// Parameters by name.
    pub parameters: Vec<Parameter>,
}

/// One parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// After expansion; `null` where the server computes it.
    pub value: Option<String>,
    /// Before expansion.
    pub written: String,
    /// `main.cf`, `override` or `default`.
    pub origin: &'static str,
    /// What sets it.
    pub place: Option<Place>,
    /// For a default, the release whose it is.
    pub release: Option<String>,
    /// For a default, the compatibility level at which it holds.
    pub level: Option<String>,
}
