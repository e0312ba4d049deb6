//! The effective configuration.

use super::{Cx, presence};
use crate::json::v1;
use crate::shown::{Row, ShowOptions, dovecot, sections};
use postproof_engine::Host;
use postproof_engine::dovecot::Reading;
use postproof_model::{Origin, Target};

impl Cx<'_> {
    pub(super) fn show_report(&self, options: ShowOptions<'_>) -> v1::ShowReport {
        let hosts = self.report.hosts.iter().map(|host| self.show_host(host, options));
        let is_empty = |host: &v1::ShowHost| host.sections.is_empty() && host.dovecot.is_none();
        v1::ShowReport { hosts: hosts.filter(|host| !is_empty(host)).collect() }
    }

    fn show_host(&self, host: &Host, options: ShowOptions<'_>) -> v1::ShowHost {
        let given = &host.model.given;
        let target = &host.model.target;
        let sections = if host.model.has_postfix() { sections(host, options) } else { Vec::new() };
        let sections = sections.into_iter().map(|section| v1::Section {
            service: section.service.map(|service| service.name.clone()),
            label: section.service.map(|service| service.label()),
            command: section.service.map(|service| service.command.clone()),
            place: self.place_of(section.service.and_then(|service| service.name_span.or(service.span))),
            parameters: section.rows.into_iter().map(|row| self.parameter(row, target)).collect(),
        });
        v1::ShowHost {
            name: host.name.clone(),
            target: self.target(target),
            given: v1::Given {
                main_cf: presence(given.main_cf),
                master_cf: presence(given.master_cf),
                dovecot: presence(given.dovecot),
            },
            sections: sections.collect(),
            // A service that is asked for is one of master.cf.
            dovecot: self.report.dovecot(host).filter(|_| options.service.is_none()).map(|one| self.dovecot(&one)),
        }
    }

    fn dovecot(&self, reading: &Reading) -> v1::DovecotShown {
        let setting = |row: dovecot::Row| v1::DovecotSetting {
            name: row.name,
            value: row.value,
            place: self.place_of(row.place),
        };
        let block = |block: dovecot::Block| v1::DovecotBlock {
            path: block.path,
            place: self.place_of(block.opened),
            settings: block.rows.into_iter().map(setting).collect(),
        };
        v1::DovecotShown {
            dialect: reading.dialect().name(),
            reason: self.say(&reading.told.because),
            blocks: dovecot::blocks(reading, &self.mask).into_iter().map(block).collect(),
        }
    }

    fn parameter(&self, row: Row, target: &Target) -> v1::Parameter {
        let is_default = row.origin == Origin::Default;
        let (origin, span) = match row.origin {
            Origin::Written(span) => ("main.cf", Some(span)),
            Origin::Override(span) => ("override", Some(span)),
            Origin::Default => ("default", None),
        };
        v1::Parameter {
            value: row.value.map(|value| self.value(&value)),
            written: self.value(&row.written),
            name: row.name,
            origin,
            place: self.place_of(span),
            release: is_default.then(|| target.postfix.value.to_string()),
            level: is_default.then(|| target.level.value.as_level()),
        }
    }
}
