//! Settings in a filter or section where no program reads them.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::{Assignment, Dialect, Reading, Step};

pub(crate) static RULE: Rule = Rule {
    name: "dv-setting-no-effect",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["master-settings.c", "Dovecot 2.4 manual, configuration file syntax, filters"],
    docs: docs!("setting_no_effect"),
    check,
};

/// What the master process reads once, for no connection.
// master-settings.c
const MASTER: &[&str] = &[
    "base_dir",
    "default_client_limit",
    "default_idle_kill",
    "default_internal_group",
    "default_internal_user",
    "default_login_user",
    "default_process_limit",
    "default_vsz_limit",
    "instance_name",
    "listen",
    "protocols",
    "state_dir",
];

/// Sections that only the master process reads.
const OF_SERVICES: &[&str] = &["service", "unix_listener", "fifo_listener", "inet_listener"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(reading) = cx.reading() else { return };
    for assignment in reading.assignments().iter().filter(|assignment| !assignment.refused) {
        let name = assignment.name.as_str();
        let steps = reading.path(assignment.node);
        let filter = steps.iter().find(|step| is_connection(step));
        if let (Some(filter), true) = (filter, MASTER.contains(&assignment.setting.as_str())) {
            let place = word(filter);
            let found = out.report(&RULE, assignment.name_span(), in_filter(name, place), WHY_MASTER);
            found.help = Some(HELP);
        } else if reading.dialect() == Dialect::V24 && in_service(reading, assignment) {
            let found = out.report(&RULE, assignment.name_span(), in_section(name), WHY_SERVICE);
            found.help = Some(HELP);
        }
    }
}

fn is_connection(step: &Step) -> bool {
    match step {
        Step::Protocol(_) | Step::Local(_) | Step::LocalName(_) | Step::Remote(_) => true,
        Step::Root | Step::Section { .. } | Step::Group { .. } => false,
    }
}

fn word(step: &Step) -> &'static str {
    match step {
        Step::Protocol(_) => "protocol",
        Step::Local(_) => "local",
        Step::LocalName(_) => "local_name",
        Step::Remote(_) => "remote",
        Step::Root | Step::Section { .. } | Step::Group { .. } => "",
    }
}

/// Whether a global setting stands in a section of a service, which 2.4 takes
/// without a word.
fn in_service(reading: &Reading, assignment: &Assignment) -> bool {
    let Some(Step::Section { kind, .. }) = reading.node(assignment.node).map(|node| &node.step) else { return false };
    let Some(known) = assignment.known else { return false };
    let is_own = OF_SERVICES.iter().any(|own| known.section == *own || known.name.starts_with(&format!("{own}_")));
    OF_SERVICES.contains(&kind.as_str())
        && !is_own
        && known.section == "global"
        && known.module != "service"
        && known.module != "master"
}

fn in_filter(name: &str, place: &str) -> Text {
    text!(
        "`{name}` has no effect in `{place}`: it is read once for the whole server",
        "`{name}` 설정은 서버 전체에 한 번만 읽히므로 `{place}` 섹션에서는 효과가 없습니다"
    )
}

fn in_section(name: &str) -> Text {
    text!("`{name}` has no effect in the section of a service", "`{name}` 설정은 서비스의 섹션에서는 효과가 없습니다")
}

const WHY_MASTER: Text = Text::fixed(
    "Dovecot's main process reads it before there is any connection; doveconf takes the line without a word.",
    "Dovecot의 주 프로세스는 연결이 생기기 전에 이 설정을 읽습니다. doveconf는 이 줄을 아무 말 없이 받습니다.",
);
const WHY_SERVICE: Text = Text::fixed(
    "Sections of services hold settings of processes and sockets; what the process itself does is read elsewhere.",
    "서비스 섹션에는 프로세스와 소켓의 설정이 들어가며, 프로세스가 하는 일의 설정은 다른 곳에서 읽힙니다.",
);
const HELP: Text = Text::fixed(
    "Put it outside all sections, or into `protocol` if it is about one protocol.",
    "모든 섹션 밖에 두거나, 한 프로토콜에 관한 것이라면 `protocol` 섹션에 두십시오.",
);
