//! Small pieces that every view uses.

use crate::browser;
use crate::state::{Action, Checked, State};
use crate::strings;
use gloo_timers::callback::Timeout;
use postproof_engine::diag::{Lang, Span, Text};
use yew::prelude::*;

/// The state, and the way to change it.
pub(crate) type Store = UseReducerHandle<State>;

/// What every view is given.
#[derive(Properties, PartialEq)]
pub(crate) struct StoreProps {
    /// The state.
    pub store: Store,
}

/// A symbol of index.html.
pub(crate) fn icon(name: &str) -> Html {
    html! { <svg aria-hidden="true"><use href={format!("#{name}")} /></svg> }
}

/// A symbol of that size.
pub(crate) fn sized_icon(name: &str, size: &'static str) -> Html {
    html! { <svg width={size} height={size} aria-hidden="true"><use href={format!("#{name}")} /></svg> }
}

/// An icon with a class.
pub(crate) fn classed_icon(name: &str, class: &'static str) -> Html {
    html! { <svg {class} aria-hidden="true"><use href={format!("#{name}")} /></svg> }
}

/// Text in which names stand in backticks.
pub(crate) fn rich(text: &str) -> Html {
    text.split('`')
        .enumerate()
        .map(|(at, part)| match at % 2 {
            0 => html! { {part.to_string()} },
            _ => html! { <code>{part.to_string()}</code> },
        })
        .collect()
}

/// A long name that may break after each underscore.
pub(crate) fn breakable(name: &str) -> Html {
    name.split_inclusive('_').map(|part| html! { <>{part.to_string()}<wbr /></> }).collect()
}

/// A callback that does one action.
pub(crate) fn act<E: 'static>(store: &Store, action: impl Fn() -> Action + 'static) -> Callback<E> {
    let dispatch = store.dispatcher();
    Callback::from(move |_| dispatch.dispatch(action()))
}

/// `line 47` of a single paste, else `main.cf:47`.
pub(crate) fn place_text(checked: &Checked, span: Span, lang: Lang) -> String {
    let line = checked.line(span);
    match checked.report.sources.iter().count() {
        1 => strings::line(line).get(lang).to_string(),
        _ => format!("{}:{line}", checked.report.sources.path(span.file)),
    }
}

/// A link to a place in the source; its words, or the line.
pub(crate) fn place(store: &Store, span: Span, words: Option<&str>) -> Html {
    let Some(checked) = store.report() else { return Html::default() };
    let text = match words {
        Some(words) => words.to_string(),
        None => place_text(checked, span, store.lang),
    };
    let dispatch = store.dispatcher();
    let onclick = Callback::from(move |_: MouseEvent| {
        browser::leave();
        dispatch.dispatch(Action::Jump(span));
    });
    let class = if words.is_none() { "place line-no" } else { "place" };
    html! { <button type="button" {class} {onclick}>{text}</button> }
}

/// What [`Copy`] is given.
#[derive(Properties, PartialEq)]
pub(crate) struct CopyProps {
    /// What is copied.
    pub text: AttrValue,
    /// The language of its words.
    pub lang: Lang,
    /// How the button looks.
    #[prop_or_default]
    pub class: Classes,
}

/// A button that copies a text and says so.
#[component]
pub(crate) fn Copy(props: &CopyProps) -> Html {
    let copied = use_state(|| false);
    let timer = use_mut_ref(|| None::<Timeout>);
    let onclick = {
        let (text, copied) = (props.text.to_string(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            let (copied, timer) = (copied.clone(), timer.clone());
            let done = Callback::from(move |worked: bool| {
                copied.set(worked);
                let back = copied.clone();
                *timer.borrow_mut() = Some(Timeout::new(2000, move || back.set(false)));
            });
            browser::copy(text.clone(), done);
        })
    };
    let word = if *copied { &strings::COPIED } else { &strings::COPY };
    html! {
        <button type="button" class={props.class.clone()} {onclick}>
            { sized_icon("copy", "14") }<span aria-live="polite">{word.get(props.lang).to_string()}</span>
        </button>
    }
}

/// A command with its copy button.
pub(crate) fn command(text: &str, lang: Lang) -> Html {
    html! {
        <div class="cmd"><code>{text.to_string()}</code><Copy text={text.to_string()} {lang} /></div>
    }
}

/// A text in the language of the page.
pub(crate) fn say(store: &Store, text: &Text) -> String {
    text.get(store.lang).to_string()
}

/// Moves between tabs or radio buttons with the arrow keys, as ARIA asks.
pub(crate) fn arrows() -> Callback<KeyboardEvent> {
    Callback::from(|event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => -1,
            _ => return,
        };
        if browser::step_within(&event, step) {
            event.prevent_default();
        }
    })
}
