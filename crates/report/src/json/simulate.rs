//! `postproof simulate --json`: a request in, the answers out.

use super::convert::simulate::Answers;
use super::{JsonOptions, request, v1, word, written};
use crate::Places;
use crate::mask::Mask;
use postproof_diag::{SourceMap, Text, text};
use postproof_engine::model::{Model, secrets};
use postproof_engine::sim::Forked;
use postproof_engine::{server, simulated, smtpd_service};

/// Answers a request; what is wrong with it otherwise.
pub fn answer(json: &[u8], options: &JsonOptions) -> Result<String, Text> {
    let request = request::read(json)?;
    let (sources, model) = server(request.files);
    let service = smtpd_service(&model, &request.service).ok_or_else(|| no_service(&request.service, &model))?;
    let sessions = simulated(&model, service, &request.world, &request.sessions);
    Ok(written(&simulation(&sources, &model, &sessions, options)))
}

/// Answers of a simulation as structs.
pub fn simulation(sources: &SourceMap, model: &Model, sessions: &[Forked], options: &JsonOptions) -> v1::Simulation {
    let secrets = if options.show_secrets { Vec::new() } else { secrets(sources, &model.parts) };
    let (places, mask) = (Places::of(sources), Mask::over(sources, secrets));
    let answers = Answers { places: &places, mask: &mask, lang: options.lang };
    v1::Simulation {
        schema: "postproof.simulate/1",
        postproof: env!("CARGO_PKG_VERSION"),
        lang: word(options.lang),
        sessions: sessions.iter().map(|forked| answers.session(forked)).collect(),
    }
}

fn no_service(name: &str, model: &Model) -> Text {
    let known: Vec<&str> = model.services.iter().filter(|one| one.is_smtpd()).map(|one| one.name.as_str()).collect();
    let known = known.join(", ");
    text!(
        "no smtpd service is called `{name}`; there are: {known}",
        "`{name}` 이름의 smtpd 서비스가 없습니다. 있는 것: {known}"
    )
}
