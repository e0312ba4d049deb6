//! Windows over the page: keys, privacy, examples.

use super::bits::{Store, StoreProps, act, say, sized_icon};
use super::first::gallery;
use crate::browser;
use crate::state::{Action, Panel};
use crate::strings;
use postproof_engine::diag::Text;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// The policy of index.html, as the privacy window shows it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'";

/// The open window, if one is.
#[component]
pub(crate) fn Dialogs(props: &StoreProps) -> Html {
    let store = &props.store;
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(store.panel, move |panel| {
            let Some(dialog) = dialog.cast::<HtmlDialogElement>() else { return };
            match panel {
                Some(_) if !dialog.open() => {
                    browser::leave();
                    let _ = dialog.show_modal();
                }
                Some(_) => {}
                None if dialog.open() => {
                    dialog.close();
                    browser::back();
                }
                None => {}
            }
        });
    }
    let (title, content) = match store.panel {
        None => (String::new(), Html::default()),
        Some(Panel::Keys) => (say(store, &strings::KEYS), keys(store)),
        Some(Panel::Privacy) => (say(store, &strings::PRIVACY_TITLE), privacy(store)),
        Some(Panel::Examples) => (say(store, &strings::LEARN), gallery(store)),
    };
    let oncancel = {
        let dispatch = store.dispatcher();
        Callback::from(move |event: Event| {
            event.prevent_default();
            dispatch.dispatch(Action::Panel(None));
        })
    };
    html! {
        <dialog ref={dialog} class="window" aria-labelledby="window-title" {oncancel}>
            <header>
                <h2 id="window-title">{title}</h2>
                <button type="button" class="btn bare" aria-label={say(store, &strings::CLOSE)} onclick={act(store, || Action::Panel(None))}>{ sized_icon("close", "18") }</button>
            </header>
            { content }
        </dialog>
    }
}

fn keys(store: &Store) -> Html {
    let key = |keys: &[&'static str], does: &Text| {
        html! { <><dt>{ for keys.iter().map(|key| html! { <kbd>{*key}</kbd> }) }</dt><dd>{say(store, does)}</dd></> }
    };
    html! {
        <>
            <dl class="keys">
                { key(&["g o", "g c", "g f", "g s", "g m"], &strings::KEY_VIEWS) }
                { key(&["j", "k"], &strings::KEY_MOVE) }
                { key(&["1", "9"], &strings::KEY_PERSONA) }
                { key(&["Enter"], &strings::KEY_OPEN) }
                { key(&["."], &strings::KEY_FIX) }
                { key(&["e"], &strings::KEY_EDITOR) }
                { key(&["Esc"], &strings::KEY_ESCAPE) }
                { key(&["?"], &strings::KEY_HELP) }
            </dl>
            <p class="quiet">{say(store, &strings::KEYS_NOTE)}</p>
        </>
    }
}

fn privacy(store: &Store) -> Html {
    html! {
        <>
            <p>{say(store, &strings::PRIVACY_BODY)}</p>
            <pre class="policy">{POLICY}</pre>
            <h3>{say(store, &strings::PRIVACY_CHECK)}</h3>
            <ol class="steps">
                <li>{say(store, &strings::PRIVACY_STEP_1)}</li>
                <li>{say(store, &strings::PRIVACY_STEP_2)}</li>
                <li>{say(store, &strings::PRIVACY_STEP_3)}</li>
            </ol>
            <p class="quiet">{say(store, &strings::PRIVACY_KEPT)}</p>
        </>
    }
}
