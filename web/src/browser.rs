//! The few things that need the browser: storage, clipboard, files, focus.

use crate::state::Doc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element, FileList, HtmlElement, Window};
use yew::Callback;

/// Files above this many bytes are not read: the box could not hold them.
pub(crate) const LARGEST_FILE: f64 = 64.0 * 1024.0 * 1024.0;

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// Where the page is drawn.
pub(crate) fn root() -> Option<Element> {
    document()?.get_element_by_id("app")
}

/// The first element that matches.
pub(crate) fn find(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// Moves the focus.
pub(crate) fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        let _ = element.focus();
    }
}

/// Brings an element into view without moving it further than needed.
pub(crate) fn reveal(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// A remembered word. Storage can be forbidden; then nothing is remembered.
pub(crate) fn remembered(key: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Remembers a word.
pub(crate) fn remember(key: &str, word: &str) {
    if let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) {
        let _ = storage.set_item(key, word);
    }
}

/// Whether the browser asks for Korean.
pub(crate) fn prefers_korean() -> bool {
    window().and_then(|window| window.navigator().language()).is_some_and(|language| language.starts_with("ko"))
}

/// Whether the page shows dark when it follows the system.
pub(crate) fn system_is_dark() -> bool {
    let query = window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// Whether a finger is the pointer; then nothing takes the focus by itself.
pub(crate) fn is_touch() -> bool {
    let query = window().and_then(|window| window.match_media("(pointer: coarse)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// Copies a text, then says whether that worked.
pub(crate) fn copy(text: String, done: Callback<bool>) {
    let Some(window) = window() else { return };
    spawn_local(async move {
        let promise = window.navigator().clipboard().write_text(&text);
        done.emit(JsFuture::from(promise).await.is_ok());
    });
}

/// Offers a text as a file to keep. It is made in the page: nothing is requested.
pub(crate) fn download(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let url =
        web_sys::Blob::new_with_str_sequence(&parts).and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob));
    let link = document().and_then(|document| document.create_element("a").ok());
    let (Ok(url), Some(Ok(link))) = (url, link.map(|link| link.dyn_into::<HtmlElement>())) else { return };
    if link.set_attribute("href", &url).and_then(|()| link.set_attribute("download", name)).is_ok() {
        link.click();
    }
    // The browser reads the text after this call.
    let forget = gloo_timers::callback::Timeout::new(30_000, move || drop(web_sys::Url::revoke_object_url(&url)));
    forget.forget();
}

/// Reads the clipboard, which the browser may ask the person about.
pub(crate) fn clipboard(done: Callback<Option<String>>) {
    let Some(window) = window() else { return };
    spawn_local(async move {
        let text = JsFuture::from(window.navigator().clipboard().read_text()).await;
        done.emit(text.ok().and_then(|text| text.as_string()));
    });
}

/// Reads files in the order given; what can't be read says so in its own text.
pub(crate) fn read(files: FileList, done: Callback<(Vec<Doc>, Vec<String>)>) {
    spawn_local(async move {
        let (mut docs, mut failed) = (Vec::new(), Vec::new());
        for at in 0..files.length() {
            let Some(file) = files.get(at) else { continue };
            let buffer = if file.size() > LARGEST_FILE { None } else { JsFuture::from(file.array_buffer()).await.ok() };
            match buffer {
                Some(buffer) => docs.push(Doc::file(file.name(), js_sys::Uint8Array::new(&buffer).to_vec())),
                None => failed.push(file.name()),
            }
        }
        done.emit((docs, failed));
    });
}

/// Sets an attribute of the root element, or takes it away.
pub(crate) fn root_attribute(name: &str, value: &str) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let _ = if value.is_empty() { root.remove_attribute(name) } else { root.set_attribute(name, value) };
}

/// Sets an attribute of the body.
pub(crate) fn body_attribute(name: &str, value: &str) {
    if let Some(body) = document().and_then(|document| document.body()) {
        let _ = body.set_attribute(name, value);
    }
}

thread_local! {
    static TYPING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    static LEFT: std::cell::RefCell<Option<HtmlElement>> = const { std::cell::RefCell::new(None) };
}

/// Notes where the focus is before it goes to the source.
pub(crate) fn leave() {
    let active = document().and_then(|document| document.active_element());
    let element = active.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    LEFT.with(|left| left.replace(element));
}

/// Brings the focus back to where it was.
pub(crate) fn back() {
    let left = LEFT.with(std::cell::RefCell::take).filter(|element| element.is_connected());
    if let Some(element) = left.or_else(|| find("#answers")) {
        let _ = element.focus();
    }
}

/// Moves the focus within a tab list or radio group and presses what it finds.
pub(crate) fn step_within(event: &web_sys::KeyboardEvent, step: i32) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target else { return false };
    let Ok(Some(group)) = target.closest("[role=tablist], [role=radiogroup]") else { return false };
    let Ok(items) = group.query_selector_all("[role=tab], [role=radio]") else { return false };
    let count = items.length() as i32;
    let at = (0..count).find(|at| items.get(*at as u32).is_some_and(|item| item.is_same_node(Some(&target))));
    let Some(at) = at else { return false };
    let next = items.get(((at + step + count) % count) as u32).and_then(|item| item.dyn_into::<HtmlElement>().ok());
    if let Some(next) = next {
        let _ = next.focus();
        next.click();
    }
    true
}

/// Whether keys belong to a text field just now.
pub(crate) fn is_typing() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_some_and(|element| ["TEXTAREA", "INPUT", "SELECT"].contains(&element.tag_name().as_str()))
}

/// Whether the focus stands on the heading of a finding or on nothing.
pub(crate) fn on_finding() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_none_or(|element| element.tag_name() == "BODY" || element.class_list().contains("toggle"))
}

/// Gives an element the focus without moving the page.
pub(crate) fn focus_quietly(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Marks a line for a moment; the style sheet lets it fade.
pub(crate) fn flash(element: &HtmlElement) {
    if let Some(Ok(others)) = document().map(|document| document.query_selector_all(".row.here")) {
        for at in 0..others.length() {
            if let Some(other) = others.get(at).and_then(|other| other.dyn_into::<HtmlElement>().ok()) {
                let _ = other.class_list().remove_1("here");
            }
        }
    }
    // Reading a size between the two starts the animation anew.
    let _ = element.offset_width();
    let _ = element.class_list().add_1("here");
}

/// Notes that typing began in the box of the first visit, which goes away now.
pub(crate) fn hand_over() {
    TYPING.set(true);
}

/// Whether typing goes on in the box that has just appeared.
pub(crate) fn took_over() -> bool {
    TYPING.replace(false)
}
