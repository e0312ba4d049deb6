//! The answers: tabs of views, the view, what was changed last.

use super::bits::{Store, StoreProps, act, arrows, rich, say, sized_icon};
use super::chain::Chain;
use super::findings::Findings;
use super::migrate::Migrate;
use super::overview::{Overview, nothing};
use super::session::Session;
use crate::browser;
use crate::state::{Action, LARGE, Panel, View};
use crate::strings;
use postproof_engine::Host;
use yew::prelude::*;

/// Everything beside the source.
#[component]
pub(crate) fn Answers(props: &StoreProps) -> Html {
    let store = &props.store;
    html! {
        <div class="answers" id="answers" tabindex="-1">
            { strip(store) }
            { tabs(store) }
            { panel(store) }
            { foot(store) }
        </div>
    }
}

fn strip(store: &Store) -> Html {
    let lines = store.docs.iter().map(|doc| doc.text.lines().count()).sum();
    let missing = store.the_host().map_or(0, |host| host.missing.len());
    let name = match store.docs.as_slice() {
        [doc] if doc.path.is_empty() => say(store, &strings::SOURCE),
        docs => docs.iter().map(|doc| doc.path.as_str()).filter(|path| !path.is_empty()).collect::<Vec<_>>().join(", "),
    };
    let onclick = {
        let dispatch = store.dispatcher();
        Callback::from(move |_: MouseEvent| {
            browser::leave();
            dispatch.dispatch(Action::Source(true));
        })
    };
    html! {
        <button type="button" class="strip" {onclick}>
            { sized_icon("lines", "18") }
            <span><b>{name}</b>{" "}{say(store, &strings::strip(lines, missing))}</span>
            <span>{say(store, &strings::SHOW_SOURCE)}</span>
        </button>
    }
}

fn tabs(store: &Store) -> Html {
    let tab = |view: View| {
        let (word, selected) = (view.word(), store.view == view);
        let name = match view {
            View::Overview => &strings::OVERVIEW,
            View::Chain => &strings::CHAIN,
            View::Findings => &strings::FINDINGS,
            View::Session => &strings::SESSION,
            View::Migrate => &strings::MIGRATE,
        };
        let count = store.findings().len();
        html! {
            <button type="button" role="tab" id={format!("t-{word}")} aria-controls={format!("v-{word}")}
                aria-selected={selected.to_string()} tabindex={if selected { "0" } else { "-1" }}
                data-test={format!("view-{word}")} onclick={act(store, move || Action::Show(view))}>
                <span>{say(store, name)}</span>
                if view == View::Findings && store.report().is_some() { <span class="count num">{count}</span> }
            </button>
        }
    };
    html! {
        <nav class="views" role="tablist" aria-label={say(store, &strings::ANSWERS)} onkeydown={arrows()}>
            { for View::ALL.into_iter().filter(|view| store.offers(*view)).map(tab) }
        </nav>
    }
}

fn panel(store: &Store) -> Html {
    let word = store.view.word();
    let (id, by) = (format!("v-{word}"), format!("t-{word}"));
    let stale = store.is_stale() && store.size() > LARGE;
    let content = match (store.report(), store.view) {
        (None, _) => html! { <p class="quiet">{say(store, &strings::STILL_READING)}{" …"}</p> },
        (Some(checked), _) if checked.report.is_empty() => nothing(store),
        (Some(_), View::Overview) => html! { <Overview store={store.clone()} /> },
        (Some(_), View::Chain) => html! { <Chain store={store.clone()} /> },
        (Some(_), View::Findings) => html! { <Findings store={store.clone()} /> },
        (Some(_), View::Session) => html! { <Session store={store.clone()} /> },
        (Some(_), View::Migrate) => html! { <Migrate store={store.clone()} /> },
    };
    html! {
        <div class="view" {id} role="tabpanel" aria-labelledby={by} aria-busy={store.is_stale().to_string()}>
            if stale && store.report().is_some() { <p class="reading">{say(store, &strings::STILL_READING)}{" …"}</p> }
            { undo(store) }
            { hosts(store) }
            { content }
        </div>
    }
}

/// The last change, and the way back.
pub(crate) fn undo(store: &Store) -> Html {
    let Some(last) = store.undo.last() else { return Html::default() };
    let words = match &last.fix {
        Some(title) => html! { <>{say(store, &strings::APPLIED)}{" "}<s>{rich(title.get(store.lang))}</s></> },
        None => html! { {say(store, &strings::REPLACED)} },
    };
    html! {
        <p class="undo">
            <span>{words}</span>
            <button type="button" class="btn" data-test="undo" onclick={act(store, || Action::Undo)}>{say(store, &strings::UNDO)}</button>
        </p>
    }
}

fn hosts(store: &Store) -> Html {
    let Some(checked) = store.report() else { return Html::default() };
    if checked.report.hosts.len() < 2 {
        return Html::default();
    }
    let one = |(at, host): (usize, &Host)| {
        let on = at == store.host;
        let name = host.name.clone().unwrap_or_else(|| say(store, &strings::NO_HOST_NAME));
        html! {
            <button type="button" role="radio" class="btn" aria-checked={on.to_string()} tabindex={if on { "0" } else { "-1" }}
                onclick={act(store, move || Action::Host(at))}>{name}<span class="count num">{host.diagnostics.len()}</span></button>
        }
    };
    html! {
        <div class="hosts" role="radiogroup" aria-label={say(store, &strings::HOSTS)} onkeydown={arrows()}>
            { for checked.report.hosts.iter().enumerate().map(one) }
        </div>
    }
}

fn foot(store: &Store) -> Html {
    html! {
        <footer class="foot">
            <span>{say(store, &strings::FOOT)}</span>
            <button type="button" class="link" onclick={act(store, || Action::Panel(Some(Panel::Privacy)))}>{say(store, &strings::PRIVACY_CHECK)}</button>
        </footer>
    }
}
