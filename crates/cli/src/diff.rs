//! `postproof diff`.

use crate::args::{self, Diff, FailOnChange, Format};
use crate::output::{Output, complain};
use crate::{run, simulate};
use postproof_engine::diag::{Lang, Text, text};
use postproof_engine::prove::Kind;
use postproof_engine::sim::World;
use postproof_engine::{Host, Options, Report};
use postproof_report::{json, text as texts};
use std::path::Path;

/// Nothing is newly permitted.
const NOTHING_MORE: u8 = 0;
/// Something is.
const SOMETHING_MORE: u8 = 1;
/// Unusable input or arguments.
const UNUSABLE: u8 = 2;

pub(crate) fn run(diff: &Diff) -> u8 {
    let lang = args::language(diff.lang);
    compared(diff, lang).unwrap_or_else(|why| {
        complain(&why, lang);
        UNUSABLE
    })
}

fn compared(diff: &Diff, lang: Lang) -> Result<u8, Text> {
    if [&diff.old, &diff.new].iter().all(|path| path.as_path() == Path::new("-")) {
        return Err(Text::fixed(
            "only one of the two can come from standard input",
            "둘 가운데 하나만 표준 입력에서 읽을 수 있습니다",
        ));
    }
    let world = World { assumed: simulate::assumed(&diff.supplied)?, ..World::open() };
    let options = Options { postfix_version: diff.postfix_version, ..Options::default() };
    let reports = [read(&diff.old, options)?, read(&diff.new, options)?];
    let [old, new] = [host(&reports[0], &diff.old)?, host(&reports[1], &diff.new)?];
    let service = diff.service.as_deref();
    let found = postproof_engine::diff(&old.model, &new.model, service, &world);
    if let Some(name) = service.filter(|_| found.services.is_empty()) {
        return Err(run::no_service(name, reports.iter().flat_map(simulate::names).collect()));
    }
    let mut out = Output::new(diff.color);
    let both = [&reports[0], &reports[1]];
    match diff.format {
        Format::Text => {
            let options = run::text_options_of(lang, diff.show_secrets, out.color);
            out.write(&texts::diff(both, &found, &options));
        }
        Format::Json => {
            let options = json::JsonOptions { lang, show_secrets: diff.show_secrets };
            out.write(&json::written(&json::diff(both, &found, &options)));
        }
    }
    let has = |kind: Kind| found.services.iter().any(|service| service.comparison.has(kind));
    let fails = match diff.fail_on {
        FailOnChange::Permitted => has(Kind::Permitted),
        FailOnChange::Any => Kind::ALL.into_iter().any(has),
        FailOnChange::Never => false,
    };
    Ok(if fails { SOMETHING_MORE } else { NOTHING_MORE })
}

fn read(path: &Path, options: Options) -> Result<Report, Text> {
    let mut reports = run::reports(&[path.to_path_buf()], options)?;
    match (reports.pop(), reports.is_empty()) {
        (Some(report), true) => Ok(report),
        (Some(_), false) => Err(not_one(path)),
        (None, _) => Err(nothing(path)),
    }
}

/// The one host with Postfix.
fn host<'r>(report: &'r Report, path: &Path) -> Result<&'r Host, Text> {
    let mut hosts = report.hosts.iter().filter(|host| host.model.has_postfix());
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Ok(host),
        (Some(_), Some(_)) => Err(not_one(path)),
        (None, _) => Err(nothing(path)),
    }
}

fn not_one(path: &Path) -> Text {
    let path = path.display().to_string();
    text!("{path} holds more than one configuration", "{path} 안에 설정이 여러 개 있습니다")
}

fn nothing(path: &Path) -> Text {
    let path = path.display().to_string();
    text!("{path} holds no configuration of Postfix", "{path} 안에 Postfix 설정이 없습니다")
}
