//! The commands.

use crate::args::{self, FailOn, Format, Input, Show};
use crate::output::{Output, complain, width};
use crate::read::{self, Gathered, Unit, follow};
use postproof_engine::diag::{Lang, Severity, Text, text};
use postproof_engine::{Depth, Options, Report};
use postproof_report::{ShowOptions, json, rules, text as texts};
use rayon::prelude::*;

/// Nothing found at or above the threshold.
const CLEAN: u8 = 0;
/// Findings at or above the threshold.
const FINDINGS: u8 = 1;
/// Unusable input or arguments.
const UNUSABLE: u8 = 2;

/// Units checked side by side before their output is written: enough to keep
/// every core busy, few enough to hold in memory.
const BATCH: usize = 64;

/// Names of files without configuration that are written out.
const NAMED_EMPTY: usize = 5;

/// `postproof check`.
pub(crate) fn check(input: &Input, fail_on: FailOn) -> u8 {
    let lang = args::language(input.lang);
    let mut out = Output::new(input.color);
    let text_options = text_options(input, lang, out.color);
    let json_options = json::JsonOptions { lang, show_secrets: input.show_secrets };
    let mut reports = Vec::new();
    let mut total: Vec<(Severity, usize)> = Vec::new();
    let mut count = 0;
    let work = |report: &Report| {
        let counts = postproof_report::counts(report);
        match input.format {
            Format::Text => (counts, Some(texts::check(report, &text_options)), None),
            Format::Json => (counts, None, Some(json::check_report(report, &json_options))),
        }
    };
    let depth = if input.format == Format::Text { Depth::Findings } else { Depth::Full };
    let outcome = each(input, lang, depth, work, |(counts, text, report)| {
        if count > 0 && text.is_some() {
            out.write("\n");
        }
        count += 1;
        add(&mut total, &counts);
        out.write(&text.unwrap_or_default());
        reports.extend(report);
    });
    if count > 1 && input.format == Format::Text {
        out.write(&format!("\n{}", texts::total(count, &total, lang)));
    }
    let fails = total.iter().any(|(severity, found)| *found > 0 && fail_on.fails(*severity));
    if input.format == Format::Json && outcome.read_any {
        out.write(&json::written(&json::check_of(reports, lang)));
    }
    match (outcome.unusable, fails) {
        (true, _) => UNUSABLE,
        (false, true) => FINDINGS,
        (false, false) => CLEAN,
    }
}

/// `postproof explain`.
pub(crate) fn explain(input: &Input, service: Option<&str>) -> u8 {
    let lang = args::language(input.lang);
    let work = |report: &Report, how: &How| match how {
        How::Text(options) => Made::of_text(texts::explain(report, service, options)),
        How::Json(options) => {
            let made = json::explain_report(report, service, options);
            Made { is_chosen: !made.hosts.is_empty(), json: vec![made], ..Made::default() }
        }
    };
    let none = |report: &Report| postproof_report::service_names(report);
    let absent = |names| no_service(service.unwrap_or_default(), names);
    let choice = Choice { names: &none, absent: &absent, depth: Depth::Full };
    status(printed(input, &choice, work, |reports| json::written(&json::explain_of(reports, lang))))
}

/// `postproof show` without `--postconf`.
pub(crate) fn show(show: &Show) -> u8 {
    let input = &show.input;
    let lang = args::language(input.lang);
    let options = ShowOptions { service: show.service.as_deref(), all: show.all };
    let work = |report: &Report, how: &How| match how {
        How::Text(how) => Made::of_text(texts::show(report, options, how)),
        How::Json(how) => {
            let made = json::show_report(report, options, how);
            Made { is_chosen: !made.hosts.is_empty(), json: vec![made], ..Made::default() }
        }
    };
    let choice = Choice {
        names: &postproof_report::all_service_names,
        absent: &|names| nothing_to_show(options.service, names),
        depth: Depth::Full,
    };
    status(printed(input, &choice, work, |reports| json::written(&json::show_of(reports, lang))))
}

fn status(printed: Printed) -> u8 {
    if printed.unusable { UNUSABLE } else { CLEAN }
}

/// `postproof rule NAME`.
pub(crate) fn rule(name: &str, lang: Lang) -> u8 {
    match rules::page(name, lang, width()) {
        Ok(page) => {
            Output::new(args::Color::Never).write(&page);
            CLEAN
        }
        Err(nearest) => {
            complain(&no_rule(name, nearest), lang);
            UNUSABLE
        }
    }
}

/// `postproof rules`.
pub(crate) fn rules(lang: Lang) -> u8 {
    Output::new(args::Color::Never).write(&rules::list(lang, width()));
    CLEAN
}

fn add(total: &mut Vec<(Severity, usize)>, counts: &[(Severity, usize)]) {
    for (severity, count) in counts {
        match total.iter_mut().find(|(known, _)| known == severity) {
            Some((_, sum)) => *sum += count,
            None => total.push((*severity, *count)),
        }
    }
}

fn text_options(input: &Input, lang: Lang, color: bool) -> texts::TextOptions {
    text_options_of(lang, input.show_secrets, color)
}

pub(crate) fn text_options_of(lang: Lang, show_secrets: bool, color: bool) -> texts::TextOptions {
    texts::TextOptions { lang, show_secrets, color, width: width() }
}

/// The configurations that the paths hold.
pub(crate) fn reports(paths: &[std::path::PathBuf], options: Options) -> Result<Vec<Report>, Text> {
    let Gathered { named, found, skipped: _, failed } = read::gather(paths)?;
    if let Some(why) = failed.into_iter().next() {
        return Err(why);
    }
    let units = named.into_iter().chain(found);
    let reports = units.map(|unit| follow::check(unit.documents, &unit.follow, options));
    Ok(reports.filter(|report| !report.is_empty()).collect())
}

/// The format that is asked for, with its options.
pub(crate) enum How {
    Text(texts::TextOptions),
    Json(json::JsonOptions),
}

/// What a command makes of one configuration.
pub(crate) struct Made<J> {
    /// Whether it has what was asked for.
    pub(crate) is_chosen: bool,
    pub(crate) text: String,
    pub(crate) json: Vec<J>,
    /// How many faults count for the exit code.
    pub(crate) failing: usize,
}

impl<J> Default for Made<J> {
    fn default() -> Self {
        Self { is_chosen: false, text: String::new(), json: Vec::new(), failing: 0 }
    }
}

impl<J> Made<J> {
    /// The text; nothing where the configuration has not what was asked for.
    pub(crate) fn of_text(text: Option<String>) -> Self {
        Self { is_chosen: text.is_some(), text: text.unwrap_or_default(), ..Self::default() }
    }
}

/// What can be asked for by name.
pub(crate) struct Choice<'a> {
    /// The names that a configuration has.
    pub(crate) names: &'a (dyn Fn(&Report) -> Vec<String> + Sync),
    /// The complaint that no configuration has what was asked for.
    pub(crate) absent: &'a dyn Fn(Vec<String>) -> Text,
    /// How much of a host it shows.
    pub(crate) depth: Depth,
}

/// How it went.
#[derive(Default)]
pub(crate) struct Printed {
    pub(crate) unusable: bool,
    pub(crate) failing: usize,
}

/// Reads the input and writes what `work` makes of each configuration: texts one
/// after the other, or one JSON object of all.
pub(crate) fn printed<J: Send>(
    input: &Input,
    choice: &Choice<'_>,
    work: impl Fn(&Report, &How) -> Made<J> + Sync,
    whole: impl FnOnce(Vec<J>) -> String,
) -> Printed {
    let lang = args::language(input.lang);
    let mut out = Output::new(input.color);
    let how = match input.format {
        Format::Text => How::Text(text_options(input, lang, out.color)),
        Format::Json => How::Json(json::JsonOptions { lang, show_secrets: input.show_secrets }),
    };
    let (mut names, mut all) = (Vec::new(), Made::default());
    let work = |report: &Report| ((choice.names)(report), work(report, &how));
    let outcome = each(input, lang, choice.depth, work, |(known, made): (Vec<String>, Made<J>)| {
        names.extend(known);
        all.is_chosen |= made.is_chosen;
        all.failing += made.failing;
        all.json.extend(made.json);
        out.write(&made.text);
    });
    if outcome.read_any && !all.is_chosen {
        complain(&(choice.absent)(names), lang);
        return Printed { unusable: true, failing: 0 };
    }
    if input.format == Format::Json && outcome.read_any {
        out.write(&whole(all.json));
    }
    Printed { unusable: outcome.unusable, failing: all.failing }
}

/// How reading went.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Whether some text held configuration.
    pub(crate) read_any: bool,
    /// Whether something that was to be read could not be, or held nothing.
    pub(crate) unusable: bool,
}

/// Reads the input, checks every unit (many at a time) and hands the results
/// over in the order of the input. Complains of what could not be read.
pub(crate) fn each<T: Send>(
    input: &Input,
    lang: Lang,
    depth: Depth,
    work: impl Fn(&Report) -> T + Sync,
    mut take: impl FnMut(T),
) -> Outcome {
    let Gathered { named, found, skipped, failed } = match read::gather(&input.paths) {
        Ok(gathered) => gathered,
        Err(why) => {
            complain(&why, lang);
            return Outcome { unusable: true, ..Outcome::default() };
        }
    };
    let options = Options { postfix_version: input.postfix_version, dovecot_version: input.dovecot_version, depth };
    let mut outcome = Outcome { unusable: !failed.is_empty(), ..Outcome::default() };
    let named_count = named.len();
    let units: Vec<Unit> = named.into_iter().chain(found).collect();
    let mut empty = Vec::new();
    for (number, unit) in units.chunks(BATCH).enumerate() {
        let done: Vec<Option<T>> = unit.par_iter().map(|unit| judge(unit, options, &work)).collect();
        for (at, (unit, result)) in unit.iter().zip(done).enumerate() {
            match result {
                Some(result) => {
                    outcome.read_any = true;
                    take(result);
                }
                None if number * BATCH + at < named_count => {
                    outcome.unusable = true;
                    complain(&read::no_configuration(&unit.documents), lang);
                }
                None => empty.extend(unit.documents.iter().map(|document| document.path.as_str())),
            }
        }
    }
    skipped.iter().chain(&failed).for_each(|why| complain(why, lang));
    if !empty.is_empty() {
        complain(&without_configuration(&empty), lang);
    }
    if !outcome.read_any && !outcome.unusable {
        outcome.unusable = true;
        complain(&nothing_found(&input.paths), lang);
    }
    outcome
}

/// Checks one unit; nothing if it holds no configuration.
fn judge<T>(unit: &Unit, options: Options, work: &impl Fn(&Report) -> T) -> Option<T> {
    let report = follow::check(unit.documents.clone(), &unit.follow, options);
    (!report.is_empty()).then(|| work(&report))
}

fn without_configuration(paths: &[&str]) -> Text {
    let count = paths.len();
    let mut names = paths.iter().take(NAMED_EMPTY).copied().collect::<Vec<_>>().join(", ");
    if count > NAMED_EMPTY {
        names.push_str(", ...");
    }
    text!("no configuration found in {count} of the files: {names}", "설정을 찾지 못한 파일 {count}개: {names}")
}

fn nothing_found(paths: &[std::path::PathBuf]) -> Text {
    let names = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    text!(
        "{names}: no configuration found. Looked for main.cf, master.cf, dovecot.conf, and in every other file \
         for lines that Postfix or Dovecot know.",
        "{names}: 설정을 찾지 못했습니다. main.cf, master.cf, dovecot.conf 파일을 찾고, \
         다른 파일에서는 Postfix나 Dovecot이 아는 줄을 찾았습니다."
    )
}

pub(crate) fn no_service(name: &str, mut names: Vec<String>) -> Text {
    names.sort();
    names.dedup();
    if names.is_empty() {
        return text!("there is no smtpd service to explain", "설명할 smtpd 서비스가 없습니다");
    }
    let known = names.join(", ");
    text!(
        "no smtpd service is called `{name}`; there are: {known}",
        "`{name}` 이름의 smtpd 서비스가 없습니다. 있는 것: {known}"
    )
}

fn nothing_to_show(service: Option<&str>, mut names: Vec<String>) -> Text {
    let Some(name) = service else {
        return text!("there is no configuration to show", "보여 줄 설정이 없습니다");
    };
    names.sort();
    names.dedup();
    let known = names.join(", ");
    text!("no service is called `{name}`; there are: {known}", "`{name}` 이름의 서비스가 없습니다. 있는 것: {known}")
}

fn no_rule(name: &str, nearest: Option<&'static str>) -> Text {
    match nearest {
        Some(near) => text!(
            "no rule is called `{name}`; the nearest is `{near}` (all: postproof rules)",
            "`{name}` 이름의 규칙이 없습니다. 가장 가까운 이름은 `{near}` 입니다 (전체 목록: postproof rules)"
        ),
        None => text!(
            "no rule is called `{name}` (all: postproof rules)",
            "`{name}` 이름의 규칙이 없습니다 (전체 목록: postproof rules)"
        ),
    }
}
