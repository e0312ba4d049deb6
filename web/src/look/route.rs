//! A stranger's walk, as the chain's picture shows it.

use postproof_engine::chain::{EntryView, Reach, StageView, Step, StepState, Walk, WalkEnd};
use postproof_engine::model::Stage;
use postproof_engine::sim::{Command, Reply, Verdict};

/// How an entry is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryState {
    /// Asked, goes on.
    GoesOn,
    /// Ends its list.
    Permits,
    /// Decides: refuses.
    Refuses,
    /// Its answer is not known, and the end depends on it.
    Depends,
    /// Its answer is not known, and the end is the same either way.
    Unknown,
    /// Refuses, unless an answer before it that is not known permits.
    MayRefuse,
    /// Not asked in this session.
    NotAsked,
    /// Asked by nobody, or without effect.
    Dead,
}

/// How a station is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StageState {
    /// The walk passes.
    On,
    /// The walk ends here.
    Stop,
    /// What happens from here on is not known.
    Unknown,
    /// The walk does not come here.
    Off,
}

/// The state of the entry at `path` in the list `param`.
pub(crate) fn entry_state(walk: &Walk, param: &str, path: &[usize], entry: &EntryView) -> EntryState {
    let step = walk.steps.iter().find(|step| step.param == param && step.path == path);
    // A class decides through the entry in it that does.
    let within = |step: &&Step| step.param == param && step.path.starts_with(path);
    if walk.steps.iter().filter(within).any(|step| decides(walk, step)) {
        return EntryState::Refuses;
    }
    match &entry.reach {
        Reach::Never { .. } | Reach::NoEffect { .. } => return EntryState::Dead,
        Reach::Live => {}
    }
    match step.map(|step| step.state) {
        Some(StepState::GoesOn) => EntryState::GoesOn,
        Some(StepState::Permits) => EntryState::Permits,
        Some(StepState::Refuses) => EntryState::MayRefuse,
        Some(StepState::Unknown) if matches!(walk.end, WalkEnd::Depends(_)) => EntryState::Depends,
        Some(StepState::Unknown) => EntryState::Unknown,
        Some(StepState::NotReached) | None => EntryState::NotAsked,
    }
}

/// Whether the session ends at a step: a step can refuse without that if an
/// unknown answer before it may have let the session past.
fn decides(walk: &Walk, step: &Step) -> bool {
    let WalkEnd::Refused { by, span, param, .. } = &walk.end else { return false };
    let is_named = step.name.split_whitespace().any(|word| word == by) && step.span == *span;
    (step.param == *param && step.state != StepState::NotReached && is_named) || is_built_in(step, param)
}

/// Whether a step is the check that smtpd makes itself and names by a parameter.
fn is_built_in(step: &Step, param: &str) -> bool {
    step.state == StepState::Refuses && step.span.is_none() && param.strip_prefix("smtpd_") == Some(&step.name)
}

/// The stage whose list refuses for certain.
fn refusing_stage(walk: &Walk) -> Option<Stage> {
    let WalkEnd::Refused { param, stage, .. } = &walk.end else { return None };
    let of_list = walk.steps.iter().find(|step| step.param == *param).map(|step| step.stage);
    Some(of_list.unwrap_or(*stage))
}

/// Whether the list that refuses is the second of its station.
pub(crate) fn second_refuses(walk: &Walk, view: &StageView) -> bool {
    let WalkEnd::Refused { param, .. } = &walk.end else { return false };
    let of_built_in = walk.steps.iter().find(|step| is_built_in(step, param)).map(|step| step.param);
    view.lists.get(1).is_some_and(|list| list.param == of_built_in.unwrap_or(param))
}

/// The state of a station.
pub(crate) fn stage_state(walk: &Walk, view: &StageView) -> StageState {
    match &walk.end {
        WalkEnd::DoesNotStart => StageState::Off,
        WalkEnd::Accepted => StageState::On,
        WalkEnd::Refused { .. } => match refusing_stage(walk).map(|stage| view.stage.cmp(&stage)) {
            Some(std::cmp::Ordering::Less) | None => StageState::On,
            Some(std::cmp::Ordering::Equal) => StageState::Stop,
            Some(std::cmp::Ordering::Greater) => StageState::Off,
        },
        WalkEnd::Depends(_) => {
            let first = walk.steps.iter().find(|step| step.state == StepState::Unknown).map(|step| step.stage);
            if first.is_some_and(|first| view.stage >= first) { StageState::Unknown } else { StageState::On }
        }
    }
}

/// What is said at a station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spoken {
    /// The client's words.
    pub client: Option<String>,
    /// The server's words.
    pub server: Option<String>,
    /// Whether the server's words are the refusal.
    pub refusal: bool,
}

/// The words at a station in a session.
pub(crate) fn spoken(walk: &Walk, stage: Stage) -> Spoken {
    let commands: &[Command] = match stage {
        Stage::Connect => &[Command::Connect],
        Stage::Helo => &[Command::Helo],
        Stage::Mail => &[Command::Mail],
        Stage::Rcpt => &[Command::Rcpt],
        Stage::Data => &[Command::Data],
        Stage::EndOfData => &[Command::EndOfData],
        Stage::Etrn => &[Command::Etrn],
    };
    // After STARTTLS the client greets again: the last reply counts.
    let Some(reply) = walk.replies.iter().rfind(|reply| commands.contains(&reply.command)) else {
        return Spoken::default();
    };
    if walk.end == WalkEnd::DoesNotStart {
        return Spoken::default();
    }
    let client = match stage {
        Stage::Connect => walk.client.clone(),
        Stage::Helo => format!("EHLO {}", walk.helo),
        Stage::Mail => format!("MAIL FROM:<{}>", walk.sender),
        Stage::Rcpt => format!("RCPT TO:<{}>", walk.recipient),
        Stage::Data => "DATA".to_string(),
        Stage::EndOfData => ".".to_string(),
        Stage::Etrn => return Spoken::default(),
    };
    let depends = matches!(walk.end, WalkEnd::Depends(_)) && stage >= Stage::Rcpt;
    let is_open = depends || reply.verdict == Verdict::Unknown;
    let refusal = matches!(reply.verdict, Verdict::Defer | Verdict::Reject) && !is_open;
    Spoken { client: Some(client), server: (!is_open).then(|| said(reply)), refusal }
}

/// The codes of a reply, and of a refusal its reason.
fn said(reply: &Reply) -> String {
    let dsn = reply.dsn.as_deref().map(|dsn| format!(" {dsn}")).unwrap_or_default();
    let reason = match reply.verdict {
        // What stands before the reason repeats the command.
        Verdict::Defer | Verdict::Reject => reply.text.lines().last().and_then(|text| text.rsplit(": ").next()),
        Verdict::Permit | Verdict::Unknown => None,
    };
    let reason = reason.map(|reason| format!(" {reason}")).unwrap_or_default();
    format!("{}{dsn}{reason}", reply.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Checked, Doc};
    use postproof_engine::chain::Explanation;

    fn explained(text: &str) -> Explanation {
        let checked = Checked::run(&[Doc::file("main.cf".to_string(), text.as_bytes().to_vec())]);
        checked.report.hosts[0].services[0].clone()
    }

    fn states(explanation: &Explanation, param: &str) -> Vec<EntryState> {
        let list = explanation.stages.iter().flat_map(|stage| &stage.lists).find(|list| list.param == param).unwrap();
        let entries = list.entries.iter().enumerate();
        entries.map(|(at, entry)| entry_state(&explanation.stranger, param, &[at], entry)).collect()
    }

    fn station(explanation: &Explanation, stage: Stage) -> StageState {
        stage_state(&explanation.stranger, explanation.stages.iter().find(|view| view.stage == stage).unwrap())
    }

    #[test]
    fn the_entry_that_refuses_for_certain_ends_the_line() {
        let explanation = explained(
            "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\n\
             smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n",
        );
        let relay = states(&explanation, "smtpd_relay_restrictions");
        assert_eq!(relay, [EntryState::GoesOn, EntryState::Refuses]);
        assert_eq!(station(&explanation, Stage::Mail), StageState::On);
        assert_eq!(station(&explanation, Stage::Rcpt), StageState::Stop);
        assert_eq!(station(&explanation, Stage::Data), StageState::Off);
        let said = spoken(&explanation.stranger, Stage::Rcpt);
        assert_eq!(said.server.as_deref(), Some("554 5.7.1 Relay access denied"));
        assert_eq!(spoken(&explanation.stranger, Stage::Data), Spoken::default());
    }

    #[test]
    fn a_class_decides_through_its_entry() {
        let explanation = explained(
            "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nsmtpd_restriction_classes = shut\n\
             shut = permit_mynetworks, reject_unauth_destination\nsmtpd_relay_restrictions = shut, permit\n",
        );
        let relay = states(&explanation, "smtpd_relay_restrictions");
        assert_eq!(relay.first(), Some(&EntryState::Refuses));
    }

    #[test]
    fn the_check_that_smtpd_makes_itself_ends_the_line_in_its_list() {
        let explanation = explained(
            "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nmydestination = example.org\n\
             local_recipient_maps = inline:{kim=yes}\nsmtpd_relay_restrictions = reject_unauth_destination\n",
        );
        let walk = explanation.walks().find(|walk| walk.key == "unknown-user").unwrap();
        let rcpt = explanation.stages.iter().find(|view| view.stage == Stage::Rcpt).unwrap();
        assert!(second_refuses(walk, rcpt));
        let list = rcpt.lists.get(1).unwrap();
        let (at, entry) = list.entries.iter().enumerate().next_back().unwrap();
        assert_eq!(entry_state(walk, list.param, &[at], entry), EntryState::Refuses);
    }

    #[test]
    fn a_table_that_was_not_given_is_taken_to_hold_nothing_and_that_is_said() {
        let explanation = explained(
            "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\n\
             smtpd_client_restrictions = check_client_access pgsql:/etc/postfix/x.cf, reject\n\
             smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n",
        );
        let client = states(&explanation, "smtpd_client_restrictions");
        assert_eq!(client, [EntryState::GoesOn, EntryState::Refuses]);
        assert_eq!(station(&explanation, Stage::Connect), StageState::Stop);
        let assumed = &explanation.stranger.assumed;
        assert!(assumed.iter().any(|(question, _)| question.starts_with("pgsql:/etc/postfix/x.cf:")), "{assumed:?}");
        assert!(explanation.stranger.summary.en.contains("pgsql:/etc/postfix/x.cf"));
    }
}
