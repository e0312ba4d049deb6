//! `postproof simulate --json`: a request in, the answers out.

use super::convert::simulate::Answers;
use super::{JsonOptions, request, v1, word, written};
use crate::mask::Mask;
use crate::{Places, Simulated};
use postproof_diag::{Lang, SourceMap, Text, text};
use postproof_engine::Report;
use postproof_engine::model::postconf::SystemFacts;
use postproof_engine::model::{Model, secrets};
use postproof_engine::sim::Forked;
use postproof_engine::{server, simulated, smtpd_service};

/// Answers a request; what is wrong with it otherwise.
pub fn answer(json: &[u8], options: &JsonOptions) -> Result<String, Text> {
    let request = request::read(json)?;
    let (sources, mut model) = server(request.files);
    if let Some(hostname) = request.hostname {
        let interfaces = request.world.interfaces.clone();
        model.system = Some(SystemFacts { hostname, interfaces, ..SystemFacts::default() });
    }
    let service = smtpd_service(&model, &request.service).ok_or_else(|| no_service(&request.service, &model))?;
    let sessions = simulated(&model, service, &request.world, &request.sessions);
    Ok(written(&simulation(&sources, &model, &sessions, options)))
}

/// Answers of a simulation as structs.
fn simulation(sources: &SourceMap, model: &Model, sessions: &[Forked], options: &JsonOptions) -> v1::Simulation {
    let secrets = if options.show_secrets { Vec::new() } else { secrets(sources, &model.parts) };
    let (places, mask) = (Places::of(sources), Mask::over(sources, secrets));
    let answers = Answers { places: &places, mask: &mask, lang: options.lang };
    simulation_of(sessions.iter().map(|forked| answers.session(forked)).collect(), options.lang)
}

/// One session against every host of a report that has the service.
pub fn played(report: &Report, asked: &Simulated<'_>, options: &JsonOptions) -> Vec<v1::Played> {
    let (places, mask) = (Places::of(&report.sources), Mask::of(report, options.show_secrets));
    let answers = Answers { places: &places, mask: &mask, lang: options.lang };
    let mut played = Vec::new();
    for host in report.hosts.iter().filter(|host| host.model.has_postfix()) {
        let Some(service) = smtpd_service(&host.model, asked.service) else { continue };
        let sessions = std::slice::from_ref(asked.session);
        played.extend(simulated(&host.model, service, asked.world, sessions).iter().map(|one| answers.session(one)));
    }
    played
}

/// The whole output as structs.
pub fn simulation_of(sessions: Vec<v1::Played>, lang: Lang) -> v1::Simulation {
    v1::Simulation { schema: "postproof.simulate/1", postproof: env!("CARGO_PKG_VERSION"), lang: word(lang), sessions }
}

fn no_service(name: &str, model: &Model) -> Text {
    let known: Vec<&str> = model.services.iter().filter(|one| one.is_smtpd()).map(|one| one.name.as_str()).collect();
    let known = known.join(", ");
    text!(
        "no smtpd service is called `{name}`; there are: {known}",
        "`{name}` 이름의 smtpd 서비스가 없습니다. 있는 것: {known}"
    )
}
