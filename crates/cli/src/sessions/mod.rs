//! `postproof test`: sessions with expected results against a configuration.

mod file;

use crate::args::{self, Format, Test};
use crate::output::{Output, complain};
use crate::run;
use file::{Case, Expected, SessionFile};
use postproof_engine::diag::{Lang, Text, text};
use postproof_engine::sim::{Config, World, personas};
use postproof_engine::{Depth, Host, Report, simulated, smtpd_service};
use postproof_report::json::{self, v1};
use std::fs;
use std::path::Path;

/// Everything is as expected, or was written down.
const AS_EXPECTED: u8 = 0;
/// Some session came out otherwise.
const DIFFERS: u8 = 1;
/// Unusable input or arguments.
const UNUSABLE: u8 = 2;

pub(crate) fn run(test: &Test) -> u8 {
    let lang = args::language(test.input.lang);
    let done = if test.record { record(test, lang) } else { compare(test, lang) };
    done.unwrap_or_else(|why| {
        complain(&why, lang);
        UNUSABLE
    })
}

fn read(path: &Path) -> Result<SessionFile, Text> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| Text::verbatim(format!("{shown}: {error}")))?;
    SessionFile::read(&shown, &bytes)
}

/// The reply that decides a session on a host; an error where its service is not there.
fn play(host: &Host, case: &Case, world: &World) -> Result<Expected, Text> {
    let mut own = world.clone();
    own.assumed.extend(case.assume.clone());
    let service = smtpd_service(&host.model, &case.service).ok_or_else(|| no_service(&case.service))?;
    let forked = simulated(&host.model, service, &own, &[case.session()]);
    let reply = forked.first().and_then(|forked| forked.outcome.decisive());
    reply.map(Expected::of).ok_or_else(|| no_service(&case.service))
}

fn world(file: &SessionFile) -> World {
    World { assumed: file.assume.clone(), ..World::open() }
}

fn compare(test: &Test, lang: Lang) -> Result<u8, Text> {
    let file = read(&test.sessions)?;
    if file.sessions.is_empty() {
        return Err(NOTHING_TO_PLAY);
    }
    let world = world(&file);
    let mut out = Output::new(test.input.color);
    let mut tested: Vec<v1::TestedSession> = Vec::new();
    let is_text = test.input.format == Format::Text;
    let work = |report: &Report| -> Vec<(String, Vec<Result<Expected, Text>>)> {
        let hosts = report.hosts.iter().filter(|host| host.model.has_postfix());
        let of = |host: &Host| {
            let name = host.name.clone().unwrap_or_default();
            (name, file.sessions.iter().map(|case| play(host, case, &world)).collect())
        };
        hosts.map(of).collect()
    };
    let outcome = run::each(&test.input, lang, Depth::Chains, work, |hosts| {
        for (name, results) in hosts {
            if !name.is_empty() && is_text {
                out.write(&format!("{name}\n"));
            }
            for (case, result) in file.sessions.iter().zip(results) {
                let fits = matches!(&result, Ok(got) if case.expect.as_ref().is_none_or(|wanted| wanted.fits(got)));
                tested.push(one_tested(&name, case, &result, fits));
                if is_text {
                    out.write(&line(case, &result, fits, lang));
                }
            }
        }
    });
    if tested.is_empty() && outcome.read_any {
        return Err(NOTHING_TO_PLAY);
    }
    let all = json::test_of(tested, lang);
    let differ = all.differ;
    match (outcome.read_any, is_text) {
        (false, _) => {}
        (true, true) => out.write(&format!("{}\n", total(all.played, differ).get(lang))),
        (true, false) => out.write(&json::written(&all)),
    }
    Ok(match (outcome.unusable, differ) {
        (true, _) => UNUSABLE,
        (false, 0) => AS_EXPECTED,
        (false, _) => DIFFERS,
    })
}

fn one_tested(host: &str, case: &Case, result: &Result<Expected, Text>, fits: bool) -> v1::TestedSession {
    v1::TestedSession {
        host: (!host.is_empty()).then(|| host.to_owned()),
        name: case.name.clone(),
        service: case.service.clone(),
        as_expected: fits,
        expected: case.expect.as_ref().map(Expected::json),
        got: result.as_ref().ok().map(Expected::json),
    }
}

fn line(case: &Case, result: &Result<Expected, Text>, fits: bool, lang: Lang) -> String {
    let name = &case.name;
    let got = match result {
        Ok(got) => got.line(),
        Err(why) => why.get(lang).to_owned(),
    };
    if fits {
        return format!("  ok    {name}: {got}\n");
    }
    let wanted = case.expect.as_ref().map(Expected::line).unwrap_or_default();
    let expected = text!("expected: {wanted}", "기대: {wanted}");
    let came = text!("got: {got}", "결과: {got}");
    format!("  FAIL  {name}\n          {}\n          {}\n", expected.get(lang), came.get(lang))
}

/// Writes the file with what comes out today: its own sessions if it is there,
/// else typical ones of every smtpd service.
fn record(test: &Test, lang: Lang) -> Result<u8, Text> {
    let mut file = if test.sessions.exists() { read(&test.sessions)? } else { SessionFile::default() };
    let world = world(&file);
    let known = &file.sessions;
    let work = |report: &Report| -> Vec<Result<Vec<Case>, Text>> {
        let hosts = report.hosts.iter().filter(|host| host.model.has_postfix());
        let of = |host: &Host| match known.is_empty() {
            true => typical(host, &world),
            false => known.iter().map(|case| recorded(host, &case.name, case, &world)).collect(),
        };
        hosts.map(of).collect()
    };
    let mut hosts = Vec::new();
    let outcome = run::each(&test.input, lang, Depth::Chains, work, |found| hosts.extend(found));
    if outcome.unusable {
        return Ok(UNUSABLE);
    }
    if hosts.len() > 1 {
        return Err(Text::fixed(
            "--record writes down one host; name its files alone",
            "--record 옵션은 호스트 하나만 기록합니다. 그 호스트의 파일만 적어 주십시오",
        ));
    }
    file.sessions = hosts.pop().unwrap_or_else(|| Ok(Vec::new()))?;
    if file.sessions.is_empty() {
        return Err(NOTHING_TO_PLAY);
    }
    let path = test.sessions.display().to_string();
    fs::write(&test.sessions, file.written()?).map_err(|error| Text::verbatim(format!("{path}: {error}")))?;
    let count = file.sessions.len();
    let sessions = sessions_in_english(count);
    let done = Text {
        en: format!("{sessions} written to {path}\n").into(),
        ko: format!("세션 {count}개를 {path} 파일에 기록했습니다\n").into(),
    };
    Output::new(test.input.color).write(done.get(lang));
    Ok(AS_EXPECTED)
}

fn recorded(host: &Host, name: &str, case: &Case, world: &World) -> Result<Case, Text> {
    let mut recorded = Case::of(name, &case.service, &case.session());
    recorded.assume.clone_from(&case.assume);
    recorded.expect = Some(play(host, case, world)?);
    Ok(recorded)
}

fn typical(host: &Host, world: &World) -> Result<Vec<Case>, Text> {
    let mut cases = Vec::new();
    for service in host.model.services.iter().filter(|service| service.is_smtpd()) {
        for one in personas(&Config::new(&host.model, service.id, world)).iter() {
            let name = format!("{} {}", service.name, one.key);
            let mut case = Case::of(&name, &service.name, &one.session);
            case.assume.clone_from(&one.assumed);
            cases.push(recorded(host, &name, &case, world)?);
        }
    }
    Ok(cases)
}

fn no_service(name: &str) -> Text {
    text!("there is no smtpd service `{name}`", "`{name}` 이름의 smtpd 서비스가 없습니다")
}

fn total(played: usize, differ: usize) -> Text {
    let sessions = sessions_in_english(played);
    Text {
        en: format!("{sessions} played, {differ} came out otherwise").into(),
        ko: format!("세션 {played}개를 시험했고 {differ}개가 기대와 다릅니다").into(),
    }
}

fn sessions_in_english(count: usize) -> String {
    if count == 1 { "1 session".to_owned() } else { format!("{count} sessions") }
}

const NOTHING_TO_PLAY: Text = Text::fixed(
    "there is nothing to play: no session, or no smtpd service to play it against",
    "시험할 것이 없습니다. 세션이 없거나 세션을 시험할 smtpd 서비스가 없습니다",
);
