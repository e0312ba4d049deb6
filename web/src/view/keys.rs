//! The keyboard, paste and drop anywhere on the page.

use super::bits::Store;
use crate::browser;
use crate::state::{Action, Doc, Panel, View};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Event, KeyboardEvent};
use yew::prelude::*;

/// Listens on the window.
#[hook]
pub(crate) fn use_keys(store: &Store) {
    let after_g = use_mut_ref(|| false);
    use_effect_with(store.clone(), move |store| {
        let Some(window) = browser::window() else { return Box::new(|| ()) as Box<dyn FnOnce()> };
        let active = EventListenerOptions::enable_prevent_default();
        let keys = {
            let store = store.clone();
            EventListener::new_with_options(&window, "keydown", active, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    let mut after_g = after_g.borrow_mut();
                    *after_g = key(&store, event, *after_g);
                }
            })
        };
        let paste = {
            let store = store.clone();
            EventListener::new_with_options(&window, "paste", active, move |event| pasted(&store, event))
        };
        let over = EventListener::new_with_options(&window, "dragover", active, |event| event.prevent_default());
        let drop_files = {
            let store = store.clone();
            EventListener::new_with_options(&window, "drop", active, move |event| dropped(&store, event))
        };
        Box::new(move || drop((keys, paste, over, drop_files)))
    });
}

/// A paste outside of any text field replaces an empty page.
fn pasted(store: &Store, event: &Event) {
    if browser::is_typing() || !store.is_empty() {
        return;
    }
    let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
    if let Some(text) = data.and_then(|data| data.get_data("text/plain").ok()).filter(|text| !text.is_empty()) {
        store.dispatch(Action::Typed(text));
    }
}

fn dropped(store: &Store, event: &Event) {
    let files = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer).and_then(|data| data.files());
    let Some(files) = files.filter(|files| files.length() > 0) else { return };
    event.prevent_default();
    let dispatch = store.dispatcher();
    browser::read(
        files,
        Callback::from(move |(docs, _): (Vec<Doc>, Vec<String>)| dispatch.dispatch(Action::Opened(docs))),
    );
}

/// One key; gives whether the next key names a view.
fn key(store: &Store, event: &KeyboardEvent, after_g: bool) -> bool {
    let key = event.key();
    if key == "Escape" {
        escape(store, event);
        return false;
    }
    if browser::is_typing() || store.panel.is_some() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    let action = match (after_g, key.as_str()) {
        (true, "o") => Action::Show(View::Overview),
        (true, "c") => Action::Show(View::Chain),
        (true, "f") => Action::Show(View::Findings),
        (true, "s") => Action::Show(View::Session),
        (true, "m") => Action::Show(View::Migrate),
        (false, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9") => {
            let number: usize = key.parse().unwrap_or(1);
            Action::PersonaNumber(number.saturating_sub(1))
        }
        (_, "?") => Action::Panel(Some(Panel::Keys)),
        (_, "g") => return true,
        (_, "e") if !store.is_empty() => {
            event.prevent_default();
            browser::leave();
            Action::Source(true)
        }
        (_, "j") if store.view == View::Findings => Action::Move(1),
        (_, "k") if store.view == View::Findings => Action::Move(-1),
        (_, ".") if store.view == View::Findings => match store.focus {
            Some(focus) => Action::Apply(focus),
            None => return false,
        },
        (_, "Enter") if store.view == View::Findings && browser::on_finding() => {
            let finding = store.focus.and_then(|focus| store.findings().get(focus));
            let Some(finding) = finding else { return false };
            event.prevent_default();
            browser::leave();
            Action::Jump(finding.primary.span)
        }
        _ => return false,
    };
    let to_box = matches!(action, Action::Source(true));
    store.dispatch(action);
    if to_box {
        browser::focus("[data-test=input]");
    }
    false
}

fn escape(store: &Store, event: &KeyboardEvent) {
    if store.panel.is_some() {
        return;
    }
    if browser::is_typing() && !store.is_empty() {
        event.prevent_default();
        browser::back();
    }
    if store.source_open {
        store.dispatch(Action::Source(false));
    }
}
