//! From the engine's report to the structs of version 1.

use super::{JsonOptions, v1};
use crate::mask::Mask;
use crate::{Places, ShowOptions, parts};
use postproof_catalog::Version;
use postproof_diag::{Diagnostic, Fix, Lang, Missing, Safety, Severity, Span, Text};
use postproof_engine::{Host, Report, entrances};
use postproof_model::{Chosen, Presence, SourcePart, Target};

mod chain;
pub(super) mod diff;
mod prove;
mod show;
pub(super) mod simulate;

pub(super) fn check_report(report: &Report, options: &JsonOptions) -> v1::CheckReport {
    Cx::of(report, options).check_report()
}

pub(super) fn explain_report(report: &Report, service: Option<&str>, options: &JsonOptions) -> v1::ExplainReport {
    Cx::of(report, options).explain_report(service)
}

pub(super) fn show_report(report: &Report, show: ShowOptions<'_>, options: &JsonOptions) -> v1::ShowReport {
    Cx::of(report, options).show_report(show)
}

pub(super) fn add(a: v1::Summary, b: v1::Summary) -> v1::Summary {
    v1::Summary {
        findings: a.findings + b.findings,
        error: a.error + b.error,
        warning: a.warning + b.warning,
        info: a.info + b.info,
        hint: a.hint + b.hint,
        cannot_tell: a.cannot_tell + b.cannot_tell,
    }
}

/// What every conversion needs.
struct Cx<'r> {
    report: &'r Report,
    places: Places<'r>,
    mask: Mask,
    lang: Lang,
}

impl<'r> Cx<'r> {
    fn of(report: &'r Report, options: &JsonOptions) -> Self {
        Self {
            report,
            places: Places::of(&report.sources),
            mask: Mask::of(report, options.show_secrets),
            lang: options.lang,
        }
    }

    fn say(&self, text: &Text) -> String {
        self.mask.sentence(text.get(self.lang)).into_owned()
    }

    fn value(&self, text: &str) -> String {
        self.mask.value(text).into_owned()
    }

    fn place(&self, span: Span) -> Option<v1::Place> {
        let place = self.places.place(span)?;
        Some(v1::Place {
            path: place.path.to_owned(),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            start_byte: span.start,
            end_byte: span.end,
        })
    }

    fn place_of(&self, span: Option<Span>) -> Option<v1::Place> {
        span.and_then(|span| self.place(span))
    }

    fn check_report(&self) -> v1::CheckReport {
        v1::CheckReport {
            summary: self.summary(),
            documents: self
                .report
                .sources
                .iter()
                .map(|(_, document)| v1::Document {
                    path: document.path.clone(),
                    bytes: document.bytes.len(),
                    followed: document.followed,
                    notes: document.notes.iter().map(|note| self.say(note)).collect(),
                })
                .collect(),
            hosts: self.report.hosts.iter().map(|host| self.host(host)).collect(),
            left_alone: self
                .report
                .left_alone
                .iter()
                .map(|range| v1::LeftAlone { place: self.place(range.span), what: self.say(&range.what) })
                .collect(),
        }
    }

    fn explain_report(&self, service: Option<&str>) -> v1::ExplainReport {
        let hosts = self.report.hosts.iter().map(|host| v1::ExplainHost {
            name: host.name.clone(),
            target: self.target(&host.model.target),
            services: host
                .services
                .iter()
                .filter(|one| service.is_none_or(|name| parts::is_service(host, one, name)))
                .map(|one| self.service(host, one))
                .collect(),
        });
        v1::ExplainReport { hosts: hosts.filter(|host| service.is_none() || !host.services.is_empty()).collect() }
    }

    fn summary(&self) -> v1::Summary {
        let mut summary = v1::Summary::default();
        for (severity, count) in parts::counts(self.report) {
            summary.findings += count;
            match severity {
                Severity::Error => summary.error = count,
                Severity::Warning => summary.warning = count,
                Severity::Info => summary.info = count,
                Severity::Hint => summary.hint = count,
            }
        }
        summary.cannot_tell = self.report.diagnostics().filter(|found| !found.missing.is_empty()).count();
        summary
    }

    fn host(&self, host: &Host) -> v1::Host {
        let given = &host.model.given;
        v1::Host {
            name: host.name.clone(),
            target: self.target(&host.model.target),
            given: v1::Given {
                main_cf: presence(given.main_cf),
                master_cf: presence(given.master_cf),
                dovecot: presence(given.dovecot),
            },
            parts: host.model.parts.iter().map(|part| self.part(part)).collect(),
            services: host.services.iter().map(|one| self.service(host, one)).collect(),
            entrances: self.entrances(host),
            findings: host.diagnostics.iter().map(|one| self.finding(one)).collect(),
            missing: host.missing.iter().map(|one| self.missing(one)).collect(),
        }
    }

    fn entrances(&self, host: &Host) -> Vec<v1::HostClaim> {
        let answers = simulate::Answers { places: &self.places, mask: &self.mask, lang: self.lang };
        entrances(self.report, host).iter().map(|one| answers.host_claim(one)).collect()
    }

    fn target(&self, target: &Target) -> v1::Target {
        let chosen = |chosen: &Chosen<Version>| v1::Chosen {
            value: chosen.value.to_string(),
            reason: self.say(&chosen.reason),
            place: self.place_of(chosen.span),
        };
        v1::Target {
            postfix: chosen(&target.postfix),
            compatibility_level: v1::Chosen { value: target.level.value.as_level(), ..chosen(&target.level) },
            dovecot: target.dovecot.as_ref().map(chosen),
        }
    }

    fn part(&self, source: &SourcePart) -> v1::Part {
        let region = &source.part.region;
        let (first_line, last_line) = self.places.lines(region.span()).unwrap_or_default();
        v1::Part {
            kind: parts::kind(source.part.kind),
            name: source.part.name.clone(),
            path: self.places.path(region.file).to_owned(),
            first_line,
            last_line,
            whole: source.part.whole,
        }
    }

    fn finding(&self, found: &Diagnostic) -> v1::Finding {
        v1::Finding {
            rule: found.rule,
            severity: found.severity.word(),
            certainty: if found.missing.is_empty() { "certain" } else { "cannot_tell" },
            message: self.say(&found.message),
            place: self.place(found.primary.span),
            note: found.primary.note.as_ref().map(|note| self.say(note)),
            related: found
                .related
                .iter()
                .map(|label| v1::Related {
                    place: self.place(label.span),
                    note: label.note.as_ref().map(|note| self.say(note)),
                })
                .collect(),
            why: self.say(&found.why),
            help: found.help.as_ref().map(|help| self.say(help)),
            fix: found.fix.as_ref().map(|fix| self.fix(fix)),
            missing: found.missing.iter().map(|one| self.missing(one)).collect(),
            sources: found.sources.to_vec(),
            docs: format!("postproof rule {}", found.rule),
        }
    }

    fn fix(&self, fix: &Fix) -> v1::Fix {
        v1::Fix {
            title: self.say(&fix.title),
            safety: match fix.safety {
                Safety::Safe => "safe",
                Safety::NeedsReview => "needs_review",
            },
            edits: fix
                .edits
                .iter()
                .map(|edit| v1::Edit { place: self.place(edit.span), replacement: self.value(&edit.replacement) })
                .collect(),
        }
    }

    fn missing(&self, missing: &Missing) -> v1::Missing {
        v1::Missing {
            what: self.say(&missing.what),
            command: missing.command.as_ref().map(|command| self.value(command)),
        }
    }
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Missing => "missing",
        Presence::Excerpt => "excerpt",
        Presence::Whole => "whole",
    }
}
