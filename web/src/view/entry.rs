//! One entry of a list: what it did in the walk, and on request what it does.

use super::bits::{Store, act, breakable, classed_icon, icon, place, rich, say};
use super::overview::sentence;
use crate::look::{EntryState, entry_state};
use crate::state::Action;
use crate::strings;
use postproof_engine::catalog::Verdict;
use postproof_engine::chain::{Answer, EntryView, Reach, Walk, WalkEnd};
use postproof_engine::diag::Text;
use yew::prelude::*;

/// What [`Entry`] is given.
#[derive(Properties)]
pub(crate) struct EntryProps {
    /// The state.
    pub store: Store,
    /// The list it stands in.
    pub param: &'static str,
    /// Its place in the list, and in classes.
    pub path: Vec<usize>,
    /// The entry.
    pub entry: EntryView,
    /// The stranger's walk.
    pub walk: Walk,
}

/// The state says whether anything changed: a new answer is a new state.
impl PartialEq for EntryProps {
    fn eq(&self, other: &Self) -> bool {
        self.store == other.store && self.param == other.param && self.path == other.path
    }
}

/// One entry.
#[component]
pub(crate) fn Entry(props: &EntryProps) -> Html {
    let EntryProps { store, param, path, entry, walk } = props;
    let state = entry_state(walk, param, path, entry);
    let key = format!("{param} {path:?}");
    let open = store.all_entries != store.entries.contains(&key);
    let (word, shape) = match state {
        EntryState::GoesOn => ("pass", None),
        EntryState::Permits => ("permit", Some(("pass", "i-permit"))),
        EntryState::Refuses => ("stop", Some(("stop", "i-stop"))),
        EntryState::Depends => ("unk", Some(("unknown", "i-unk"))),
        EntryState::Unknown | EntryState::MayRefuse => ("q", Some(("unknown", "i-unk"))),
        EntryState::NotAsked => ("skip", None),
        EntryState::Dead => ("dead", Some(("dead", "i-dead"))),
    };
    let inner = |(at, inner): (usize, &EntryView)| {
        let path: Vec<usize> = path.iter().copied().chain([at]).collect();
        html! { <Entry store={store.clone()} param={*param} {path} entry={inner.clone()} walk={walk.clone()} /> }
    };
    let onclick = {
        let key = key.clone();
        act(store, move || Action::Entry(key.clone()))
    };
    html! {
        <li class={classes!("entry", entry.built_in.then_some("built"), open.then_some("is-open"))} data-is={word}>
            { for shape.map(|(name, class)| classed_icon(name, class)) }
            <button type="button" class="name" aria-expanded={open.to_string()} {onclick}>
                <code>{breakable(&entry.name)}</code>
                if state == EntryState::Dead { <span class="vh">{" ("}{say(store, &strings::NO_EFFECT)}{")"}</span> }
            </button>
            { note(props, state) }
            if open { { detail(store, entry) } }
            if !entry.inner.is_empty() { <ol class="entries inner">{ for entry.inner.iter().enumerate().map(inner) }</ol> }
        </li>
    }
}

/// One line: what it did.
fn note(props: &EntryProps, state: EntryState) -> Html {
    let EntryProps { store, param, path, entry, walk } = props;
    let step = walk.steps.iter().find(|step| step.param == *param && step.path == *path);
    let why = step.map(|step| rich(step.why.get(store.lang)));
    let built = entry.built_in.then(|| html! { <span class="tagline">{say(store, &strings::BUILT_IN)}{" "}</span> });
    let text = match state {
        EntryState::GoesOn | EntryState::Permits => html! { { for why } },
        EntryState::Depends | EntryState::Unknown => {
            html! { <>{say(store, &strings::LEGEND_UNKNOWN)}{": "}{ for why }</> }
        }
        EntryState::Refuses => {
            let code = match &walk.end {
                WalkEnd::Refused { code, dsn, .. } => format!(" → {code} {dsn}"),
                WalkEnd::Accepted | WalkEnd::Depends(_) | WalkEnd::DoesNotStart => String::new(),
            };
            // A reason that is the reply itself stands at the station.
            let is_reply = step.is_some_and(
                |step| matches!(&walk.end, WalkEnd::Refused { code, .. } if step.why.en.contains(&code.to_string())),
            );
            html! { <>{say(store, &strings::DECIDES)}if !is_reply { {": "}{ for why } }{code}</> }
        }
        EntryState::MayRefuse => html! { {say(store, &strings::MAY_REFUSE)} },
        EntryState::NotAsked => html! { {say(store, &strings::NOT_REACHED)} },
        EntryState::Dead => dead(store, entry),
    };
    html! { <p>{ for built }{ text }</p> }
}

fn dead(store: &Store, entry: &EntryView) -> Html {
    match &entry.reach {
        Reach::Live => Html::default(),
        Reach::NoEffect { why } => html! {
            <><span class="tagline">{say(store, &strings::CHANGES_NOTHING)}</span>{" "}{rich(why.get(store.lang))}</>
        },
        Reach::Never { by, why } => html! {
            <>
                <span class="tagline">{say(store, &strings::NEVER_ASKED)}</span>{" "}{rich(why.get(store.lang))}
                if let Some(by) = by { {" "}{say(store, &strings::BLOCKED_BY)}{" "}{ place(store, *by, None) } }
            </>
        },
    }
}

/// What it does, can answer and needs.
fn detail(store: &Store, entry: &EntryView) -> Html {
    html! {
        <div class="detail">
            <p>{sentence(entry.text.get(store.lang))}{ for entry.span.map(|span| html! { <>{" "}{ place(store, span, None) }</> }) }</p>
            if !entry.answers.is_empty() {
                <h4>{say(store, &strings::CAN_ANSWER)}</h4>
                <ul class="can">{ for entry.answers.iter().map(|one| answer(store, one)) }</ul>
            }
            if !entry.needs_text.is_empty() {
                <h4>{say(store, &strings::NEEDS)}</h4>
                <ul class="dots">{ for entry.needs_text.iter().map(|one| html! { <li>{rich(one.get(store.lang))}</li> }) }</ul>
            }
        </div>
    }
}

fn answer(store: &Store, answer: &Answer) -> Html {
    let (shape, word): (_, &Text) = match answer.verdict {
        Verdict::Permit => ("pass", &strings::PERMIT),
        Verdict::Reject => ("refuse", &strings::REJECT),
        Verdict::GoOn => ("go", &strings::GO_ON),
        Verdict::DeferIfPermit => ("refuse", &strings::DEFER_LATER),
        Verdict::DeferIfReject => ("refuse", &strings::DEFER_SOFT),
        Verdict::Anything => ("unknown", &strings::ANYTHING),
    };
    let code = match (answer.code, answer.dsn) {
        (Some(code), Some(dsn)) => format!(" {code} {dsn}"),
        (Some(code), None) => format!(" {code}"),
        (None, _) => String::new(),
    };
    html! { <li>{ icon(shape) }<span><b>{say(store, word)}{code}</b>{" "}{rich(answer.when.get(store.lang))}</span></li> }
}
