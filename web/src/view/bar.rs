//! The bar over everything.

use super::bits::{StoreProps, act, say, sized_icon};
use crate::browser;
use crate::state::{Action, Panel, Theme};
use crate::strings;
use postproof_engine::diag::Lang;
use yew::prelude::*;

/// Name, privacy, examples, language, theme.
#[component]
pub(crate) fn Bar(props: &StoreProps) -> Html {
    let store = &props.store;
    let (other, other_code, other_name) = match store.lang {
        Lang::En => (Lang::Ko, "ko", "한국어"),
        Lang::Ko => (Lang::En, "en", "English"),
    };
    let switch = {
        let dispatch = store.dispatcher();
        Callback::from(move |_: MouseEvent| {
            browser::remember("lang", other_code);
            dispatch.dispatch(Action::Lang(other));
        })
    };
    let (next, word) = match store.theme {
        Theme::System if browser::system_is_dark() => (Theme::Light, &strings::THEME_SYSTEM),
        Theme::System => (Theme::Dark, &strings::THEME_SYSTEM),
        Theme::Dark if browser::system_is_dark() => (Theme::System, &strings::THEME_DARK),
        Theme::Dark => (Theme::Light, &strings::THEME_DARK),
        Theme::Light if browser::system_is_dark() => (Theme::Dark, &strings::THEME_LIGHT),
        Theme::Light => (Theme::System, &strings::THEME_LIGHT),
    };
    let theme = {
        let dispatch = store.dispatcher();
        Callback::from(move |_: MouseEvent| {
            browser::remember("theme", next.word());
            dispatch.dispatch(Action::Theme(next));
        })
    };
    let theme_label = say(store, word);
    html! {
        <header class="bar">
            <button type="button" class="brand" onclick={act(store, || Action::Clear)} title={say(store, &strings::START_OVER)}>
                { sized_icon("mark", "24") }{"Postproof"}
            </button>
            <button type="button" class="private" onclick={act(store, || Action::Panel(Some(Panel::Privacy)))}>
                { sized_icon("unplugged", "16") }<span>{say(store, &strings::PRIVATE)}</span>
            </button>
            <span class="push"></span>
            if !store.is_empty() {
                <button type="button" class="btn bare opt" data-test="examples" onclick={act(store, || Action::Panel(Some(Panel::Examples)))}>{say(store, &strings::EXAMPLES)}</button>
            }
            <button type="button" class="btn bare opt" onclick={act(store, || Action::Panel(Some(Panel::Keys)))}>{say(store, &strings::KEYS)}</button>
            <button type="button" class="btn bare" data-test="lang" lang={other_code} onclick={switch}>{other_name}</button>
            <button type="button" class="btn bare" data-test="theme" aria-label={theme_label.clone()} title={theme_label} onclick={theme}>
                { sized_icon("theme", "18") }
            </button>
        </header>
    }
}
