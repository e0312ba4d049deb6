//! `postproof simulate`.

use crate::args::{self, NameStatus, Simulate, Supplied};
use crate::output::{Output, complain};
use crate::run::{self, Choice, How, Made};
use postproof_engine::diag::{Lang, Text, text};
use postproof_engine::sim::{self, Certificate, Client, Protocol, Session, World};
use postproof_engine::{Depth, Report, model::Model};
use postproof_report::json::{self, JsonOptions, simulate as answers};
use postproof_report::{Simulated, text as texts};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

/// Every session was played, whatever came out.
const PLAYED: u8 = 0;
/// Unusable input or arguments.
const UNUSABLE: u8 = 2;

pub(crate) fn run(simulate: &Simulate) -> u8 {
    let lang = args::language(simulate.input.lang);
    let code = if simulate.json { request(simulate, lang) } else { session(simulate, lang) };
    code.unwrap_or_else(|why| {
        complain(&why, lang);
        UNUSABLE
    })
}

/// `postproof simulate --json [PATH]`.
fn request(simulate: &Simulate, lang: Lang) -> Result<u8, Text> {
    let options = JsonOptions { lang, show_secrets: simulate.input.show_secrets };
    let json = match simulate.input.paths.as_slice() {
        [] => standard_input()?,
        [path] if path == Path::new("-") => standard_input()?,
        [path] => read(path)?,
        _ => return Err(Text::fixed("--json reads one request", "--json 옵션은 요청 하나만 읽습니다")),
    };
    Output::new(args::Color::Never).write(&answers::answer(&json, &options)?);
    Ok(PLAYED)
}

fn standard_input() -> Result<Vec<u8>, Text> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| cannot_read("-", &error))?;
    Ok(bytes)
}

fn read(path: &Path) -> Result<Vec<u8>, Text> {
    fs::read(path).map_err(|error| cannot_read(&path.display().to_string(), &error))
}

fn cannot_read(path: &str, error: &std::io::Error) -> Text {
    Text::verbatim(format!("{path}: {error}"))
}

/// `postproof simulate [PATH…]` with a session from the options.
fn session(simulate: &Simulate, lang: Lang) -> Result<u8, Text> {
    let world = World { assumed: assumed(&simulate.supplied)?, ..World::open() };
    let session = session_of(simulate);
    let asked = Simulated {
        service: &simulate.service,
        session: &session,
        world: &world,
        trace: simulate.show_trace,
        swaks: simulate.swaks,
    };
    let work = |report: &Report, how: &How| match how {
        How::Text(options) => Made::of_text(texts::simulate(report, &asked, options)),
        How::Json(options) => {
            let json = answers::played(report, &asked, options);
            Made { is_chosen: !json.is_empty(), json, ..Made::default() }
        }
    };
    let absent = |names| run::no_service(&simulate.service, names);
    let choice = Choice { names: &names, absent: &absent, depth: Depth::Chains };
    let whole = |sessions| json::written(&answers::simulation_of(sessions, lang));
    let printed = run::printed(&simulate.input, &choice, work, whole);
    Ok(if printed.unusable { UNUSABLE } else { PLAYED })
}

pub(crate) fn names(report: &Report) -> Vec<String> {
    let of = |model: &Model| -> Vec<String> {
        model.services.iter().filter(|service| service.is_smtpd()).map(|service| service.label()).collect()
    };
    report.hosts.iter().flat_map(|host| of(&host.model)).collect()
}

fn session_of(simulate: &Simulate) -> Session {
    let name = simulate.client_name.clone();
    let reverse_name = simulate.reverse_name.clone().or_else(|| name.clone());
    let name_status = match simulate.name_status {
        Some(NameStatus::Ok) => sim::NameStatus::Ok,
        Some(NameStatus::Perm) => sim::NameStatus::Permanent,
        Some(NameStatus::Forged) => sim::NameStatus::Forged,
        Some(NameStatus::Temp) => sim::NameStatus::Temporary,
        None if name.is_some() => sim::NameStatus::Ok,
        None if reverse_name.is_some() => sim::NameStatus::Forged,
        None => sim::NameStatus::Permanent,
    };
    let helo = simulate.helo.clone().or_else(|| name.clone()).unwrap_or_else(|| "client.example".to_owned());
    let mut mail_params: Vec<String> = simulate.size.iter().map(|size| format!("SIZE={size}")).collect();
    mail_params.extend(simulate.mail_param.iter().cloned());
    let sender = simulate.sender.clone().or_else(|| (!simulate.recipients.is_empty()).then(String::new));
    let inner = |address: &String| {
        let inner = address.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        inner.unwrap_or(address).to_owned()
    };
    let certificate = (simulate.certificate_fingerprint.is_some()
        || simulate.certificate_key_fingerprint.is_some()
        || simulate.certificate_trusted)
        .then(|| Certificate {
            trusted: simulate.certificate_trusted,
            fingerprint: simulate.certificate_fingerprint.clone().unwrap_or_default(),
            key_fingerprint: simulate.certificate_key_fingerprint.clone().unwrap_or_default(),
            subject: String::new(),
            issuer: String::new(),
        });
    Session {
        client: Client { address: simulate.client, name, reverse_name, name_status },
        protocol: if simulate.smtp { Protocol::Smtp } else { Protocol::Esmtp },
        helo: (!simulate.no_helo).then_some(helo),
        tls: simulate.tls || certificate.is_some(),
        certificate,
        login: simulate.login.clone(),
        etrn: simulate.etrn.clone(),
        vrfy: simulate.vrfy.clone(),
        sender: sender.as_ref().map(inner),
        mail_params,
        recipients: simulate.recipients.iter().map(inner).collect(),
        brackets: true,
        data: simulate.data,
        doubled: false,
        blind: simulate.blind,
        pipelined: simulate.pipelined,
    }
}

/// The answers that were supplied; those of options win.
pub(crate) fn assumed(supplied: &Supplied) -> Result<BTreeMap<String, String>, Text> {
    let mut assumed = BTreeMap::new();
    if let Some(path) = &supplied.assume_file {
        let shown = path.display().to_string();
        let wrong = |error: serde_json::Error| Text::verbatim(format!("{shown}: {error}"));
        assumed = serde_json::from_slice(&read(path)?).map_err(wrong)?;
    }
    for given in &supplied.assume {
        let Some((question, answer)) = given.split_once('=') else { return Err(no_answer(given)) };
        assumed.insert(question.to_owned(), answer.to_owned());
    }
    Ok(assumed)
}

fn no_answer(given: &str) -> Text {
    text!(
        "--assume needs a question and its answer, not `{given}`",
        "--assume 옵션에는 질문과 답이 필요합니다: `{given}`"
    )
}
