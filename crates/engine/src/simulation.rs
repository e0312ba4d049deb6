//! Sessions against the services of one server.

use crate::{placed, read};
use postproof_catalog::Version;
use postproof_diag::{Document, FileId, SourceMap};
use postproof_model::{Exposure, Model, Scope, Service, SourcePart, Wish};
use postproof_sim::{Config, Forked, Session, World, simulate};
use postproof_syntax::{Part, PartKind, Region};
use std::collections::BTreeMap;

/// The files of one server, each whole and known by name: nothing is guessed.
#[derive(Clone, Debug, Default)]
pub struct ServerFiles {
    /// main.cf.
    pub main_cf: Vec<u8>,
    /// master.cf; nothing: one plain smtpd service on port 25.
    pub master_cf: Option<Vec<u8>>,
    /// Further files by their path on the server.
    pub others: BTreeMap<String, Vec<u8>>,
    /// The release that is installed.
    pub postfix_version: Option<Version>,
}

/// The one service that there is without master.cf.
const PLAIN_MASTER: &[u8] = b"smtp inet n - n - - smtpd\n";

/// Reads the files of one server.
pub fn server(files: ServerFiles) -> (SourceMap, Model) {
    let mut sources = SourceMap::default();
    let master = files.master_cf.unwrap_or_else(|| PLAIN_MASTER.to_vec());
    let named = [("main.cf", PartKind::MainCf, files.main_cf), ("master.cf", PartKind::MasterCf, master)];
    let mut given: Vec<(FileId, PartKind)> = Vec::new();
    for (path, kind, bytes) in named {
        given.push((sources.add(Document::new(path, bytes)), kind));
    }
    for (path, bytes) in files.others {
        given.push((sources.add(Document::new(path, bytes)), PartKind::Table));
    }
    let wish = Wish { postfix: files.postfix_version, ..Wish::default() };
    let parts = given.iter().filter_map(|(file, kind)| whole(&sources, *file, *kind)).collect();
    let model = placed::build_model(&sources, parts, wish);
    (sources, model)
}

fn whole(sources: &SourceMap, file: FileId, kind: PartKind) -> Option<SourcePart> {
    let document = sources.get(file)?;
    let region = Region::whole(file, &document.bytes);
    let part = Part { kind, name: Some(document.path.clone()), host: None, whole: true, region };
    Some(read::parse(part, document, None))
}

/// The inet or pass smtpd service of that name (first field in master.cf), or
/// with that port.
pub fn smtpd_service<'m>(model: &'m Model, name: &str) -> Option<&'m Service> {
    let is_at = |service: &&Service| {
        let port = service.endpoint.as_ref().and_then(|endpoint| endpoint.port_number);
        port.is_some_and(|port| port.to_string() == name)
    };
    let mut services = model.services.iter().filter(|service| service.is_smtpd());
    let by_name = services.clone().rfind(|service| service.name == name);
    by_name.or_else(|| services.find(is_at)).or_else(|| {
        // postscreen(8): it hands clients to the `pass` service that smtpd_service_name names.
        let is_postscreen = |service: &&Service| service.command == "postscreen" && service.endpoint.is_some();
        let in_front = model.services.iter().filter(is_postscreen);
        let in_front = in_front.clone().find(|one| one.name == name).or_else(|| in_front.clone().find(is_at))?;
        let behind = model.text(Scope::Service(in_front.id), "smtpd_service_name");
        model.services.iter().rfind(|one| one.is_smtpd() && one.exposure == Exposure::Passed && one.name == behind)
    })
}

/// Plays sessions, each for itself, against one service.
pub fn simulated(model: &Model, service: &Service, world: &World, sessions: &[Session]) -> Vec<Forked> {
    let config = Config::new(model, service.id, world);
    sessions.iter().map(|session| simulate(&config, session)).collect()
}
