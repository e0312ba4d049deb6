//! The SMTP conversation as a line from CONNECT to END, with the lists that
//! hang from its stations and the walk of a typical session lit up.

use super::bits::{Store, StoreProps, act, arrows, breakable, icon, place, say, sized_icon};
use super::entry::Entry;
use super::overview::{assumptions, full_sentence, sentence};
use crate::look::{Answer, StageState, answer, second_refuses, spoken, stage_state};
use crate::state::Action;
use crate::strings;
use postproof_engine::Host;
use postproof_engine::chain::{Explanation, ListView, StageView, Walk, WalkEnd, Wanted};
use postproof_engine::diag::Text;
use postproof_engine::model::{Origin, Stage};
use yew::prelude::*;

/// The chain of one service.
#[component]
pub(crate) fn Chain(props: &StoreProps) -> Html {
    let store = &props.store;
    let Some(host) = store.the_host() else { return Html::default() };
    let Some(explanation) = store.explanation() else { return no_service(store) };
    let delays = explanation.delays_refusals;
    let walk = store.walk(explanation);
    html! {
        <>
            <div class="lead">
                <h1>{say(store, &strings::HOW_FAR)}</h1>
                <p>{say(store, &strings::HOW_FAR_NOTE)}</p>
            </div>
            { services(store, host) }
            { personas(store, explanation, Some(walk)) }
            { assumptions(store, explanation) }
            <section class="chain" data-test="chain" aria-label={say(store, &strings::RESTRICTION_CHAIN)}>
                { outcome(store, host, walk) }
                <div class="chain-tools">
                    <button type="button" class="btn" aria-pressed={store.all_entries.to_string()} data-test="all-entries"
                        onclick={act(store, || Action::AllEntries)}>{say(store, &strings::SHOW_ALL)}</button>
                </div>
                <ol class={classes!("line", delays.then_some("held"))}>
                    { for explanation.stages.iter().filter(|one| is_shown(one)).map(|one| stage(store, explanation, walk, one)) }
                </ol>
                { legend(store) }
            </section>
        </>
    }
}

/// Where there is nothing to follow.
pub(crate) fn no_service(store: &Store) -> Html {
    html! { <div class="lead"><h1>{say(store, &strings::NO_SERVICE)}</h1><p>{say(store, &strings::NO_SERVICE_NOTE)}</p></div> }
}

/// ETRN is no part of a delivery: it shows only where its list holds something.
fn is_shown(view: &StageView) -> bool {
    view.stage != Stage::Etrn || view.lists.iter().any(|list| !list.entries.is_empty())
}

/// The smtpd services to choose from.
pub(crate) fn services(store: &Store, host: &Host) -> Html {
    let label = |one: &Explanation| {
        let service = host.model.services.iter().find(|service| service.id == one.service);
        service.map_or_else(String::new, postproof_engine::model::Service::label)
    };
    if let [only] = host.services.as_slice() {
        return html! { <p class="quiet">{say(store, &strings::SERVICE)}{": "}<code>{label(only)}</code></p> };
    }
    let one = |(at, explanation): (usize, &Explanation)| {
        let on = at == store.service;
        let shape = shape(&explanation.stranger);
        html! {
            <button type="button" role="radio" class={format!("persona is-{shape}")} aria-checked={on.to_string()} tabindex={if on { "0" } else { "-1" }}
                onclick={act(store, move || Action::Service(at))}>{ icon(shape) }<span>{label(explanation)}</span></button>
        }
    };
    html! {
        <div class="personas" role="radiogroup" aria-label={say(store, &strings::SERVICE)} onkeydown={arrows()}>
            { for host.services.iter().enumerate().map(one) }
        </div>
    }
}

/// The shape of how a session ends: an end that nobody wants stands out.
fn shape(walk: &Walk) -> &'static str {
    match (&walk.end, walk.wanted) {
        (WalkEnd::Accepted, Wanted::Refused) => "open",
        (WalkEnd::Refused { .. }, Wanted::Accepted) | (WalkEnd::DoesNotStart, _) => "fault",
        (WalkEnd::Accepted, Wanted::Accepted | Wanted::Either) => "go",
        (WalkEnd::Refused { .. }, Wanted::Refused | Wanted::Either) => "refuse",
        (WalkEnd::Depends(_), _) => "unknown",
    }
}

/// How many typical sessions a narrow page shows before they are asked for;
/// the style sheet hides the others.
const SHOWN: usize = 3;

/// Who tries what: each typical session with the shape of its end.
pub(crate) fn personas(store: &Store, explanation: &Explanation, chosen: Option<&Walk>) -> Html {
    let count = explanation.walks().count();
    let one = |(at, walk): (usize, &Walk)| {
        let on = chosen.is_some_and(|chosen| walk.key == chosen.key);
        let shape = shape(walk);
        let key = walk.key;
        let ends = match &walk.end {
            WalkEnd::Refused { .. } => &strings::ENDS_REFUSED,
            WalkEnd::Accepted => &strings::ENDS_ACCEPTED,
            WalkEnd::Depends(_) => &strings::LEGEND_UNKNOWN,
            WalkEnd::DoesNotStart => &strings::NO_START,
        };
        html! {
            <button type="button" role="radio" class={format!("persona is-{shape}")} aria-checked={on.to_string()} tabindex={if on || (chosen.is_none() && at == 0) { "0" } else { "-1" }}
                data-test={format!("persona-{key}")} data-number={(at + 1).to_string()}
                onclick={act(store, move || Action::Persona(key))}>
                { icon(shape) }<span>{ sentence(walk.title.get(store.lang)) }<span class="vh">{": "}{say(store, ends)}</span></span>
            </button>
        }
    };
    html! {
        <div class={classes!("personas", "who", store.all_personas.then_some("all"))} role="radiogroup" aria-label={say(store, &strings::WHO)} onkeydown={arrows()} data-test="personas">
            { for explanation.walks().enumerate().map(one) }
            if count > SHOWN {
                <button type="button" class="link fold" aria-expanded={store.all_personas.to_string()} onclick={act(store, || Action::AllPersonas)}>
                    {say(store, &strings::others(count - SHOWN, store.all_personas))}
                </button>
            }
        </div>
    }
}

fn outcome(store: &Store, host: &Host, walk: &Walk) -> Html {
    let is_stranger = walk.key == "stranger-elsewhere";
    let is_doubtful = is_stranger && answer(host).0 == Answer::Doubtful;
    let (class, mark, head, rest): (_, _, _, Option<&Text>) = match (&walk.end, walk.wanted) {
        (WalkEnd::Refused { .. }, Wanted::Refused) => {
            ("outcome ink", "stop", &strings::REFUSED, (!is_doubtful).then_some(&strings::AS_IT_SHOULD))
        }
        (WalkEnd::Refused { .. }, Wanted::Accepted) => {
            ("outcome fault", "stop", &strings::REFUSED, Some(&strings::NOT_MEANT))
        }
        (WalkEnd::Refused { .. }, Wanted::Either) => ("outcome ink", "stop", &strings::REFUSED, None),
        (WalkEnd::Accepted, Wanted::Refused) if is_stranger || walk.key == "routed-elsewhere" => {
            ("outcome open", "open", &strings::ACCEPTED, Some(&strings::ACCEPTED_REST))
        }
        (WalkEnd::Accepted, Wanted::Refused) => {
            ("outcome fault", "pass", &strings::ACCEPTED, Some(&strings::NOT_MEANT))
        }
        (WalkEnd::Accepted, Wanted::Accepted) => {
            ("outcome ink", "pass", &strings::ACCEPTED, Some(&strings::AS_IT_SHOULD))
        }
        (WalkEnd::Accepted, Wanted::Either) => ("outcome ink", "pass", &strings::ACCEPTED, None),
        (WalkEnd::Depends(_), _) => ("outcome unknown", "unknown", &strings::DEPENDS, None),
        (WalkEnd::DoesNotStart, _) => ("outcome fault", "fault", &strings::NO_START, None),
    };
    html! {
        <div {class} role="status" data-test="outcome">
            { icon(mark) }
            <h2><b>{say(store, head)}</b>{" "}{ for rest.map(|rest| say(store, rest)) }</h2>
            <p>{ full_sentence(walk.summary.get(store.lang)) }</p>
        </div>
    }
}

const fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Connect => "CONNECT",
        Stage::Helo => "HELO",
        Stage::Mail => "MAIL",
        Stage::Rcpt => "RCPT",
        Stage::Data => "DATA",
        Stage::EndOfData => "END",
        Stage::Etrn => "ETRN",
    }
}

fn stage(store: &Store, explanation: &Explanation, walk: &Walk, view: &StageView) -> Html {
    let state = match stage_state(walk, view) {
        StageState::On => "on",
        StageState::Stop => "stop",
        StageState::Unknown => "unk",
        StageState::Off => "off",
    };
    let empty = view.lists.iter().all(|list| list.entries.is_empty());
    let early = explanation.delays_refusals && view.stage < Stage::Rcpt;
    let class = classes!(
        "stage",
        (view.stage == Stage::Rcpt).then_some("rcpt"),
        (view.lists.len() > 1).then_some("two-lists"),
        empty.then_some("empty"),
        early.then_some("early"),
        second_refuses(walk, view).then_some("in-second")
    );
    html! {
        <li {class} data-s={state}>
            if explanation.delays_refusals && view.stage == Stage::Connect { <p class="hold">{say(store, &strings::HOLD)}</p> }
            <span class="knob">{ sized_icon("stop", "28") }</span>
            <div class="stop-body">
                <h3 title={view.text.get(store.lang).to_string()}>{name(view.stage)}</h3>
                <div class="talk">{ talk(walk, view.stage) }</div>
                <div class="lists">{ for view.lists.iter().enumerate().map(|(at, one)| list(store, walk, one, at)) }</div>
            </div>
        </li>
    }
}

fn talk(walk: &Walk, stage: Stage) -> Html {
    let spoken = spoken(walk, stage);
    let Some(client) = spoken.client else { return html! { <span>{"–"}</span> } };
    let client = client.trim_start_matches("MAIL ").trim_start_matches("RCPT ").to_string();
    html! {
        <>
            <span>if stage != Stage::Connect { <b>{"C "}</b> }{client}</span>
            <span class={spoken.refusal.then_some("hit")}><b>{"S "}</b>{spoken.server.unwrap_or_else(|| "?".to_string())}</span>
        </>
    }
}

fn list(store: &Store, walk: &Walk, list: &ListView, at: usize) -> Html {
    let origin = match (&list.origin, list.span) {
        (Origin::Default, _) | (_, None) => html! { <span>{say(store, &strings::IS_DEFAULT)}</span> },
        (Origin::Written(_) | Origin::Override(_), Some(span)) => place(store, span, None),
    };
    let class = classes!("list", (at > 0).then_some("second"));
    html! {
        <div {class} title={list.end.get(store.lang).to_string()}>
            if at > 0 { <i class="knot"></i> }
            <header><code>{breakable(list.param)}</code>{origin}</header>
            if list.entries.is_empty() {
                <p class="none seg-line">{say(store, &strings::EMPTY_LIST)}</p>
            } else {
                <ol class="entries">
                    { for list.entries.iter().enumerate().map(|(at, entry)| html! {
                        <Entry store={store.clone()} param={list.param} path={vec![at]} entry={entry.clone()} walk={walk.clone()} />
                    }) }
                </ol>
            }
        </div>
    }
}

fn legend(store: &Store) -> Html {
    html! {
        <ul class="legend">
            <li><span class="dot"></span><span>{say(store, &strings::LEGEND_ASKED)}</span></li>
            <li>{ icon("stop") }<span>{say(store, &strings::DECIDES)}</span></li>
            <li>{ icon("pass") }<span>{say(store, &strings::LEGEND_PERMIT)}</span></li>
            <li>{ icon("unknown") }<span>{say(store, &strings::LEGEND_UNKNOWN)}</span></li>
            <li>{ icon("dead") }<s>{say(store, &strings::NO_EFFECT)}</s></li>
            <li><span class="ring"></span><span>{say(store, &strings::LEGEND_NOT_ASKED)}</span></li>
        </ul>
    }
}
