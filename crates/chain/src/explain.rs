//! The lists of one service as people read them.

use crate::cx::{Cache, Cx};
use crate::{Walk, assumptions, entries, texts, walk};
use postproof_catalog::{Need, Verdict};
use postproof_diag::{Span, Text};
use postproof_model::{LISTS, Model, Origin, RestrictionList, ServiceId, Stage};

/// What one smtpd service asks, stage by stage.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The service.
    pub service: ServiceId,
    /// Assumptions that the whole explanation stands on, each a sentence:
    /// stock master.cf, default settings, the level that was taken.
    pub assumptions: Vec<Text>,
    /// Whether refusals of early stages wait for RCPT TO (smtpd_delay_reject).
    pub delays_refusals: bool,
    /// The stages in the order of the conversation; each list appears once.
    pub stages: Vec<StageView>,
    /// A stranger's attempt to relay.
    pub stranger: Walk,
    /// Further typical sessions, unless explained briefly.
    pub typical: Vec<Walk>,
}

impl Explanation {
    /// All sessions that were followed, the stranger's first.
    pub fn walks(&self) -> impl Iterator<Item = &Walk> {
        std::iter::once(&self.stranger).chain(&self.typical)
    }
}

/// One stage of the conversation.
#[derive(Clone, Debug)]
pub struct StageView {
    /// Which.
    pub stage: Stage,
    /// What the stage is, in one sentence.
    pub text: Text,
    /// Its lists in the order asked (RCPT: relay and recipient in the order of
    /// the release).
    pub lists: Vec<ListView>,
}

/// One restriction list.
#[derive(Clone, Debug)]
pub struct ListView {
    /// The parameter.
    pub param: &'static str,
    /// Where its value comes from.
    pub origin: Origin,
    /// The place that sets it.
    pub span: Option<Span>,
    /// Its entries; empty for an empty list. Built-in checks that follow the
    /// list (unlisted recipient) come last, marked `built_in`.
    pub entries: Vec<EntryView>,
    /// What happens at its end, in one sentence.
    pub end: Text,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct EntryView {
    /// The words as written, `warn_if_reject` and argument included.
    pub name: String,
    /// Where they stand; nothing for defaults and built-in checks.
    pub span: Option<Span>,
    /// What it does, in one sentence.
    pub text: Text,
    /// What it can answer.
    pub answers: Vec<Answer>,
    /// What must be known to say what it answers.
    pub needs: Vec<Need>,
    /// `needs` in words: which table, which DNS name; empty if nothing.
    pub needs_text: Vec<Text>,
    /// Whether it can be reached and can matter.
    pub reach: Reach,
    /// Whether it is no entry of the list but a check that smtpd adds.
    pub built_in: bool,
    /// The entries of a class.
    pub inner: Vec<EntryView>,
}

/// One answer of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub verdict: Verdict,
    /// The reply code with which it refuses here (configured or default).
    pub code: Option<u16>,
    /// The enhanced status code.
    pub dsn: Option<&'static str>,
    /// When, as a short clause: «if the domain is none of yours».
    pub when: Text,
}

/// Whether an entry can be reached and can matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It can be.
    Live,
    /// No session gets to it.
    Never {
        /// The entry that ends the list before it, if it has a place.
        by: Option<Span>,
        /// Why, in one sentence.
        why: Text,
    },
    /// Sessions get to it, and it changes nothing.
    NoEffect {
        /// Why, in one sentence.
        why: Text,
    },
}

/// Explains smtpd service `service`.
pub fn explain(model: &Model, service: ServiceId) -> Explanation {
    explained(model, service, walk::walks)
}

/// [`explain`] without the further typical sessions, which cost most.
pub fn explain_briefly(model: &Model, service: ServiceId) -> Explanation {
    explained(model, service, |cx, service, lists| (walk::strangers_walk(cx, service, lists), Vec::new()))
}

fn explained(
    model: &Model,
    service: ServiceId,
    walks: impl FnOnce(&Cx<'_>, ServiceId, &[RestrictionList]) -> (Walk, Vec<Walk>),
) -> Explanation {
    let cache = Cache::default();
    let cx = Cx::new(model, service, &cache);
    let lists = lists_in_order(&cx);
    let (stranger, typical) = walks(&cx, service, &lists);
    Explanation {
        service,
        assumptions: assumptions::of_service(&cx, service, &lists, &stranger),
        delays_refusals: cx.delays_refusals(),
        stages: stages(&cx, &lists),
        stranger,
        typical,
    }
}

/// The lists in the order in which this release asks them; that of ETRN only
/// if it is set.
fn lists_in_order(cx: &Cx<'_>) -> Vec<RestrictionList> {
    let mut rcpt = cx.model.rcpt_order(cx.scope).into_iter();
    let mut lists = Vec::new();
    for (param, stage) in LISTS {
        let param = match stage {
            Stage::Rcpt => rcpt.next().unwrap_or(param),
            Stage::Connect | Stage::Helo | Stage::Mail | Stage::Data | Stage::EndOfData | Stage::Etrn => param,
        };
        let list = cx.model.restriction_list(cx.scope, param);
        if *stage != Stage::Etrn || list.origin != Origin::Default {
            lists.push(list);
        }
    }
    lists
}

fn stages(cx: &Cx<'_>, lists: &[RestrictionList]) -> Vec<StageView> {
    let mut stages: Vec<StageView> = Vec::new();
    for (at, list) in lists.iter().enumerate() {
        let is_last_of_stage = lists.get(at + 1).is_none_or(|next| next.stage != list.stage);
        let view = list_view(cx, list, is_last_of_stage);
        match stages.last_mut().filter(|stage| stage.stage == list.stage) {
            Some(stage) => stage.lists.push(view),
            None => {
                stages.push(StageView { stage: list.stage, text: texts::stage_text(cx, list.stage), lists: vec![view] })
            }
        }
    }
    stages
}

fn list_view(cx: &Cx<'_>, list: &RestrictionList, is_last_of_stage: bool) -> ListView {
    let (mut entries, closed) = entries::views(cx, list);
    let end = match list.is_cut {
        true => texts::cut_text(),
        false => texts::end_text(list.param, entries.is_empty(), closed),
    };
    if is_last_of_stage {
        entries.extend(entries::built_in(cx, list.stage));
    }
    ListView {
        param: list.param,
        origin: list.origin.clone(),
        span: match list.origin {
            Origin::Written(span) | Origin::Override(span) => Some(span),
            Origin::Default => None,
        },
        entries,
        end,
    }
}
