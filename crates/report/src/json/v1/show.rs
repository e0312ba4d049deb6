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
    /// The hosts.
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
    /// main.cf, then services; empty without Postfix.
    pub sections: Vec<Section>,
    /// Dovecot; null where no configuration of it was given or one service was chosen.
    pub dovecot: Option<DovecotShown>,
}

/// The effective configuration of Dovecot.
#[derive(Clone, Debug, Serialize)]
pub struct DovecotShown {
    /// The version whose settings it is read with: `2.3` or `2.4`.
    pub dialect: &'static str,
    /// Why that one.
    pub reason: String,
    /// Its blocks, outermost first.
    pub blocks: Vec<DovecotBlock>,
}

/// What is set in one block.
#[derive(Clone, Debug, Serialize)]
pub struct DovecotBlock {
    /// The blocks that it stands in, and itself; empty: where no block says otherwise.
    pub path: Vec<String>,
    /// Where it is opened.
    pub place: Option<Place>,
    /// Its settings by name.
    pub settings: Vec<DovecotSetting>,
}

/// One setting.
#[derive(Clone, Debug, Serialize)]
pub struct DovecotSetting {
    /// Its name; with its key behind a slash where it is a list of keys and values.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What sets it; null for a default.
    pub place: Option<Place>,
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
