//! The first visit: a question, a command, a box, lessons.

use super::answers::undo;
use super::bits::{Store, StoreProps, act, command, icon, say};
use crate::browser;
use crate::examples::EXAMPLES;
use crate::state::{Action, Doc};
use crate::strings;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// The command whose output holds everything.
pub(crate) const COMMAND: &str = "postconf -n; postconf -Mf; doveconf -n";

/// Opens the files of an input element.
pub(crate) fn open_files(store: &Store, failed: UseStateHandle<String>) -> Callback<Event> {
    let dispatch = store.dispatcher();
    Callback::from(move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let (dispatch, failed) = (dispatch.clone(), failed.clone());
        let done = Callback::from(move |(docs, lost): (Vec<Doc>, Vec<String>)| {
            failed.set(lost.join(", "));
            dispatch.dispatch(Action::Opened(docs));
        });
        if let Some(files) = input.files() {
            browser::read(files, done);
        }
    })
}

/// What is typed or pasted here goes on in the box of the source.
fn typed(store: &Store) -> Callback<InputEvent> {
    let dispatch = store.dispatcher();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok()) {
            browser::hand_over();
            dispatch.dispatch(Action::Typed(input.value()));
        }
    })
}

/// Takes the clipboard, or says that the browser did not give it.
fn paste(store: &Store, refused: UseStateHandle<bool>) -> Callback<MouseEvent> {
    let dispatch = store.dispatcher();
    Callback::from(move |_: MouseEvent| {
        let (dispatch, refused) = (dispatch.clone(), refused.clone());
        browser::clipboard(Callback::from(move |text: Option<String>| match text {
            Some(text) => dispatch.dispatch(Action::Typed(text)),
            None => {
                refused.set(true);
                browser::focus("[data-test=input]");
            }
        }));
    })
}

/// The whole first screen.
#[component]
pub(crate) fn First(props: &StoreProps) -> Html {
    let store = &props.store;
    let refused = use_state(|| false);
    let failed = use_state(String::new);
    use_effect_with((), |()| {
        if !browser::is_touch() {
            browser::focus("[data-test=input]");
        }
    });
    let oninput = typed(store);
    let paste = paste(store, refused.clone());
    let choose = Callback::from(|_: MouseEvent| {
        if let Some(input) = browser::find("#files") {
            input.click();
        }
    });
    html! {
        <main class="first" id="answers" tabindex="-1">
            <div class="intro">
                <div>
                    <h1>{say(store, &strings::QUESTION)}</h1>
                    <p class="sub">{say(store, &strings::INTRO)}</p>
                    <div>
                        <p class="quiet">{say(store, &strings::RUN_THIS)}</p>
                        { command(COMMAND, store.lang) }
                    </div>
                    <p class="quiet">{say(store, &strings::OFFLINE)}</p>
                </div>
                <div class="paste">
                    <label class="vh" for="paste">{say(store, &strings::CONFIGURATION)}</label>
                    <textarea id="paste" data-test="input" spellcheck="false" autocomplete="off" autocapitalize="off"
                        placeholder={say(store, &strings::PLACEHOLDER)} {oninput} />
                    <footer>
                        { undo(store) }
                        <button type="button" class="btn main" onclick={paste}>{say(store, &strings::PASTE)}</button>
                        <button type="button" class="btn" onclick={choose}>{say(store, &strings::OPEN_FILES)}</button>
                        <input id="files" class="vh" type="file" multiple=true tabindex="-1" aria-hidden="true" data-test="files"
                            onchange={open_files(store, failed.clone())} />
                        <span role="status">
                            if *refused { {say(store, &strings::PASTE_REFUSED)} }
                            else if failed.is_empty() { {say(store, &strings::OR_DROP)} }
                            else { {say(store, &strings::not_read(&failed))} }
                        </span>
                    </footer>
                </div>
            </div>
            <section class="learn">
                <h2 class="h2">{say(store, &strings::LEARN)}</h2>
                <p class="quiet">{say(store, &strings::LEARN_NOTE)}</p>
                { gallery(store) }
            </section>
        </main>
    }
}

/// The lessons.
pub(crate) fn gallery(store: &Store) -> Html {
    let lesson = |(at, example): (usize, &'static crate::examples::Example)| {
        let class = match example.icon {
            "open" => "lesson o",
            "unknown" => "lesson u",
            _ => "lesson f",
        };
        html! {
            <button type="button" {class} data-test={format!("example-{at}")} onclick={act(store, move || Action::Example(at))}>
                { icon(example.icon) }
                <b>{say(store, &example.title)}</b>
                <span>{say(store, &example.notice)}</span>
            </button>
        }
    };
    html! { <div class="gallery">{ for EXAMPLES.iter().enumerate().map(lesson) }</div> }
}
