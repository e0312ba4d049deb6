//! What is drawn. Components draw and dispatch; they decide nothing.

mod answers;
mod bar;
mod bits;
mod chain;
mod dialogs;
mod editor;
mod entry;
mod finding;
mod findings;
mod first;
mod keys;
mod lines;
mod migrate;
mod overview;
mod proof;
mod rail;
mod session;
mod source;

use crate::browser;
use crate::state::{Action, Checked, LARGE, State, Theme};
use crate::strings;
use bits::{Store, say};
use gloo_timers::callback::Timeout;
use postproof_engine::diag::Lang;
use std::rc::Rc;
use yew::prelude::*;

/// The state at the start: the language of the browser unless another is remembered.
fn first_state() -> State {
    let lang = match browser::remembered("lang").as_deref() {
        Some("ko") => Lang::Ko,
        Some(_) => Lang::En,
        None if browser::prefers_korean() => Lang::Ko,
        None => Lang::En,
    };
    let theme = Theme::of(&browser::remembered("theme").unwrap_or_default());
    State::starting(lang, theme)
}

/// Checks the text once typing rests.
#[hook]
fn use_answers(store: &Store) {
    let store = store.clone();
    use_effect_with(store.revision, move |revision| {
        let revision = *revision;
        let wait = if store.size() > LARGE { 700 } else { 150 };
        let timer = (!store.is_empty()).then(|| {
            Timeout::new(wait, move || {
                let checked = Rc::new(Checked::run(&store.docs));
                store.dispatch(Action::Answered(checked, revision));
            })
        });
        move || drop(timer)
    });
}

/// Proves the services one after the other once typing rests, where somebody
/// looks at the overview; between two of them the page draws and listens.
#[hook]
fn use_proofs(store: &Store) {
    let store = store.clone();
    let done = store.proofs_done();
    let answered = store.checked.as_ref().map(|(_, revision)| *revision);
    use_effect_with((answered, store.revision, store.host, store.wants_proofs(), done), move |_| {
        let timer = store.wants_proofs().then(|| {
            Timeout::new(if done == 0 { 900 } else { 30 }, move || {
                let next = store.the_host().and_then(|host| crate::look::prove_next(host, done));
                if let (Some(next), Some(revision)) = (next, answered) {
                    store.dispatch(Action::Proved(Rc::new(next), revision, store.host));
                }
            })
        });
        move || drop(timer)
    });
}

/// Says the result aloud once typing rests.
#[hook]
fn use_announcement(store: &Store) -> String {
    let said = use_state(String::new);
    let (now, lang) = (said.clone(), store.lang);
    let summary = store.checked.as_ref().map(|_| store.summary().get(lang).to_string());
    use_effect_with(summary, move |summary| {
        let timer = summary.clone().map(|summary| Timeout::new(700, move || now.set(summary)));
        move || drop(timer)
    });
    (*said).clone()
}

/// Keeps root and body in step with the state; the style sheet reads them.
#[hook]
fn use_root(store: &Store) {
    use_effect_with((store.lang, store.theme), |(lang, theme)| {
        let word = match lang {
            Lang::En => "en",
            Lang::Ko => "ko",
        };
        browser::root_attribute("lang", word);
        browser::root_attribute("data-theme", theme.word());
    });
    let view = if store.is_empty() { "empty" } else { store.view.word() };
    use_effect_with((view, store.source_open), |(view, open)| {
        browser::body_attribute("data-view", view);
        browser::body_attribute("data-source", if *open { "open" } else { "closed" });
    });
    use_effect_with((), |()| browser::body_attribute("data-ready", "true"));
}

/// The page.
#[component]
pub(crate) fn App() -> Html {
    let store = use_reducer(first_state);
    use_answers(&store);
    use_proofs(&store);
    use_root(&store);
    keys::use_keys(&store);
    let said = use_announcement(&store);
    html! {
        <>
            <a class="skip" href="#answers">{say(&store, &strings::SKIP)}</a>
            <bar::Bar store={store.clone()} />
            if store.is_empty() {
                <first::First store={store.clone()} />
            } else {
                <main class="work">
                    <source::Source store={store.clone()} />
                    <answers::Answers store={store.clone()} />
                </main>
            }
            <p class="vh" role="status" aria-live="polite">{said}</p>
            <dialogs::Dialogs store={store.clone()} />
        </>
    }
}
