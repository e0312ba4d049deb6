//! The answer first, then a card for each thing that is known.

use super::bits::{Store, StoreProps, act, command, icon, place, rich, say};
use super::first::COMMAND;
use super::proof;
use super::source::missing_name;
use crate::look::{Answer, Card, CardState, Proven, answer, cards, heading, headline, spoken, tally};
use crate::state::{Action, View};
use crate::strings;
use postproof_engine::Host;
use postproof_engine::chain::{Explanation, WalkEnd};
use postproof_engine::model::Stage;
use postproof_engine::prove::Claim;
use yew::prelude::*;

/// The overview of one host.
#[component]
pub(crate) fn Overview(props: &StoreProps) -> Html {
    let store = &props.store;
    let Some(host) = store.the_host() else { return Html::default() };
    let tally = tally(&host.diagnostics);
    let (answer, explanation) = answer(host);
    html! {
        <>
            <div class="lead">
                <h1><span class="sent">{say(store, &answer.sentence())}</span>{" "}<span class="sent">{say(store, &tally.sentence())}</span></h1>
                <p>{say(store, &tally.read(host))}</p>
            </div>
            <div class="cards">
                if let Some(explanation) = explanation { { hero(store, host, answer, explanation) } }
                { for cards(&host.diagnostics).iter().map(|one| card(store, host, one)) }
                { for store.report().map(|checked| proof::cards(store, checked, host)) }
            </div>
            { more(store, host) }
        </>
    }
}

/// Nothing to read in the text.
pub(crate) fn nothing(store: &Store) -> Html {
    html! {
        <div class="lead">
            <h1>{say(store, &strings::NOTHING_FOUND)}</h1>
            <p>{say(store, &strings::LOOKED_FOR)}</p>
            { command(COMMAND, store.lang) }
        </div>
    }
}

fn hero(store: &Store, host: &Host, answer: Answer, explanation: &Explanation) -> Html {
    let proven = crate::look::hero(answer, store.proofs());
    let (state, shape, word) = match (proven, answer) {
        (Some(Proven::Holds), _) => ("proven", "proven", &strings::PROVEN_CLOSED),
        (Some(Proven::Fails(..)), _) => ("open", "open", &strings::OPEN_WITNESS),
        (Some(Proven::Depends(_)), _) => ("unknown", "unknown", &strings::DEPENDS_ON_LOOKUP),
        (Some(Proven::Unknown) | None, answer) => match answer {
            Answer::Refused | Answer::NoPostfix => ("refused", "refuse", &strings::STATE_REFUSED),
            Answer::Doubtful => ("fault", "refuse", &strings::STATE_DOUBTFUL),
            Answer::Accepted => ("open", "open", &strings::STATE_ACCEPTED),
            Answer::Depends => ("unknown", "unknown", &strings::STATE_DEPENDS),
            Answer::DoesNotStart => ("fault", "fault", &strings::STATE_NO_START),
        },
    };
    let is_other = matches!(proven, Some(Proven::Fails(..))) && explanation.stranger.end != WalkEnd::Accepted;
    let at = crate::look::speaker(host);
    let path = {
        let dispatch = store.dispatcher();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Service(at));
            dispatch.dispatch(Action::Show(View::Chain));
        })
    };
    html! {
        <article class="card hero" data-state={state} data-test="relay">
            { icon(shape) }
            <p class="q"><span>{say(store, &strings::OPEN_RELAY)}</span><b>{say(store, word)}</b></p>
            <h2>{ proven_heading(store, proven, explanation) }</h2>
            <div class="why">
                if matches!(proven, Some(Proven::Holds)) { <p>{full_sentence(Claim::NoOpenRelay.definition().get(store.lang))}</p> }
                if let (Some(proven), Some(checked), Some(proofs)) = (proven, store.report(), store.proofs()) {
                    { proof::more(store, checked, proofs, Claim::NoOpenRelay, proven) }
                }
                // The stranger that was followed says nothing of one who gets through.
                if !is_other {
                    { reason(store, explanation) }
                    <p>{full_sentence(explanation.stranger.summary.get(store.lang))}</p>
                }
                { assumptions(store, explanation) }
            </div>
            <footer>
                <button type="button" class="link" onclick={path}>{say(store, &strings::SEE_THE_PATH)}</button>
                if let Some(Proven::Fails(service, witness)) = proven { { proof::see(store, host, service, witness) } }
                if proven.is_none() && matches!(answer, Answer::Refused | Answer::Doubtful) { <span class="quiet">{say(store, &strings::NOT_A_PROOF)}</span> }
            </footer>
            if let (true, Some(Proven::Fails(_, witness)), Some(checked)) = (is_other, proven, store.report()) {
                { proof::hears(store, checked, witness) }
            } else {
                { hears(store, explanation) }
            }
        </article>
    }
}

fn proven_heading(store: &Store, proven: Option<Proven<'_>>, explanation: &Explanation) -> String {
    match proven {
        Some(Proven::Holds) => say(store, &strings::NOBODY_RELAYS),
        Some(Proven::Fails(..)) if explanation.stranger.end != WalkEnd::Accepted => {
            say(store, &strings::SOMEBODY_RELAYS)
        }
        Some(Proven::Fails(..) | Proven::Depends(_) | Proven::Unknown) | None => {
            say(store, &heading(&explanation.stranger.end))
        }
    }
}

fn reason(store: &Store, explanation: &Explanation) -> Html {
    match &explanation.stranger.end {
        WalkEnd::Refused { by, span, param, .. } => html! {
            <p>
                {say(store, &strings::DECIDED_BY)}{" "}
                if let Some(span) = span { { place(store, *span, Some(by)) }{" ("}{ place(store, *span, None) }{")"} }
                else { <code>{by.clone()}</code>{" ("}{say(store, &strings::A_DEFAULT)}{")"} }
                {", "}{say(store, &strings::IN_LIST)}{" "}<code>{*param}</code>
            </p>
        },
        WalkEnd::Depends(open) => {
            html! { <ul class="dots">{ for open.iter().map(|one| html! { <li>{rich(one.get(store.lang))}</li> }) }</ul> }
        }
        WalkEnd::Accepted | WalkEnd::DoesNotStart => Html::default(),
    }
}

/// What the answer stands on, said aloud, unless the summary says it.
pub(crate) fn assumptions(store: &Store, explanation: &Explanation) -> Html {
    let summary = explanation.stranger.summary.get(store.lang);
    let all: Vec<&str> = explanation.assumptions.iter().map(|one| one.get(store.lang)).collect();
    let rest: Vec<&str> = all.into_iter().filter(|one| !summary.contains(one)).collect();
    if rest.is_empty() {
        return Html::default();
    }
    html! {
        <div class="assumed">
            <p class="label">{say(store, &strings::ASSUMED)}</p>
            <ul class="dots">{ for rest.iter().map(|one| html! { <li>{sentence(one)}</li> }) }</ul>
        </div>
    }
}

fn hears(store: &Store, explanation: &Explanation) -> Html {
    if explanation.stranger.end == WalkEnd::DoesNotStart {
        return Html::default();
    }
    let exchange = |stage: Stage| {
        let spoken = spoken(&explanation.stranger, stage);
        let server = spoken.server.clone().or_else(|| spoken.client.as_ref().map(|_| "?".to_string()));
        html! {
            <>
                if let Some(client) = &spoken.client { <p><b>{"C"}</b>{" "}{client.clone()}</p> }
                if let Some(server) = server { <p class={spoken.refusal.then_some("end")}><b>{"S"}</b>{" "}{server}</p> }
            </>
        }
    };
    html! {
        <div class="hears">
            <p>{say(store, &strings::HEARS)}</p>
            { for [Stage::Helo, Stage::Mail, Stage::Rcpt].map(exchange) }
        </div>
    }
}

fn card(store: &Store, host: &Host, card: &Card) -> Html {
    let (state, shape, word) = match card.state {
        CardState::Error => ("open", "error", &strings::STATE_ERROR),
        CardState::Fault => ("fault", "fault", &strings::STATE_FAULT),
        CardState::Unknown => ("unknown", "unknown", &strings::STATE_DEPENDS),
        CardState::Mild => ("mild", "hint", &strings::STATE_MILD),
    };
    let Some((first, finding)) = card.findings.first().and_then(|at| Some((*at, host.diagnostics.get(*at)?))) else {
        return Html::default();
    };
    let rest = card.findings.len() - 1;
    let settle = finding.missing.iter().find_map(|missing| missing.command.clone());
    let onclick = act(store, move || Action::Open(first));
    let (title, assumed) = headline(finding.message.get(store.lang));
    html! {
        <article class="card" data-state={state}>
            { icon(shape) }
            <p class="q"><span>{say(store, card.title)}</span><b>{say(store, word)}</b></p>
            <h2>{sentence(title)}</h2>
            <div class="why"><p>{ place(store, finding.primary.span, None) }{" · "}{sentence(finding.why.get(store.lang))}</p>{ for assumed.map(|text| html! { <p class="quiet">{sentence(text)}</p> }) }</div>
            if let Some(text) = settle { { command(&text, store.lang) } }
            <footer>
                <button type="button" class="link" {onclick}>{say(store, &strings::SEE_FINDING)}</button>
                if rest > 0 { <span class="quiet">{say(store, &strings::more(rest))}</span> }
            </footer>
        </article>
    }
}

/// A message as a sentence of its own.
pub(crate) fn sentence(message: &str) -> Html {
    rich(&crate::look::sentence(message))
}

/// A summary as a paragraph: capital letter and full stop.
pub(crate) fn full_sentence(text: &str) -> Html {
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    html! { <>{sentence(text)}{end}</> }
}

fn more(store: &Store, host: &Host) -> Html {
    if host.missing.is_empty() {
        return Html::default();
    }
    let one = |missing: &postproof_engine::diag::Missing| {
        html! {
            <li>
                if let Some(command) = &missing.command { <b>{missing_name(command)}</b> }
                <span>{sentence(missing.what.get(store.lang))}</span>
                if let Some(text) = &missing.command { { command(text, store.lang) } }
            </li>
        }
    };
    html! {
        <section class="lead">
            <h2 class="h2">{say(store, &strings::PASTE_MORE)}<small>{say(store, &strings::TAKEN_AS_DEFAULT)}</small></h2>
            <ul class="more">{ for host.missing.iter().map(one) }</ul>
        </section>
    }
}
