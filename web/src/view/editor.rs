//! The box: a plain text area over a drawn backdrop with line numbers,
//! colours and marks. Up to [`WHOLE`] lines all are drawn and wrap; above that
//! only those in view, without wrapping, and the text area shows its own text.

use super::bits::{Store, StoreProps, say};
use super::lines::{Sheet, draw};
use crate::browser;
use crate::look::{lines, marks};
use crate::state::{Action, LARGE};
use crate::strings;
use gloo_timers::callback::Timeout;
use postproof_engine::diag::FileId;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Most lines that are drawn at once.
const WHOLE: usize = 3000;
/// Most bytes that are drawn at once.
const WHOLE_BYTES: usize = 300_000;
/// Height of a line in pixels; the style sheet says the same.
const LINE_HEIGHT: i32 = 20;
/// Most bytes that one key press (or a word of an input method) brings.
const TYPED: usize = 64;

/// The box.
#[component]
pub(crate) fn Editor(props: &StoreProps) -> Html {
    let store = &props.store;
    let area = use_node_ref();
    let scroller = use_node_ref();
    let top = use_state(|| 0usize);
    let later = use_mut_ref(|| None::<Timeout>);
    let sheet = use_sheet(store);
    use_text(store, &area);
    use_jump(store, &sheet, &area, &scroller);
    use_window_top(&sheet, *top);
    let large = store.text().len() > LARGE;
    let oninput = {
        let dispatch = store.dispatcher();
        Callback::from(move |event: InputEvent| {
            let Some(area) = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok()) else {
                return;
            };
            if !large {
                dispatch.dispatch(Action::Typed(area.value()));
                return;
            }
            // Reading megabytes out of the text area at each key would be felt.
            let dispatch = dispatch.clone();
            *later.borrow_mut() = Some(Timeout::new(400, move || dispatch.dispatch(Action::Typed(area.value()))));
        })
    };
    let onscroll = {
        let (top, whole) = (top.clone(), sheet.whole);
        Callback::from(move |event: Event| {
            let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
            let line = (element.scroll_top() / LINE_HEIGHT).max(0) as usize / 20 * 20;
            if !whole && line != *top {
                top.set(line);
            }
        })
    };
    let (columns, rows) = size(&sheet);
    html! {
        <div class={classes!("scroller", (!sheet.whole).then_some("windowed"))} ref={scroller} {onscroll}>
            <div class="code-box">
                <div class="code" aria-hidden="true" lang="und">
                    if sheet.whole { { for (0..sheet.lines.len()).map(|at| draw(&sheet, at)) } }
                    else { <div class="drawn">{ for (top.saturating_sub(20)..(*top + 120).min(sheet.lines.len())).map(|at| draw(&sheet, at)) }</div> }
                </div>
                <textarea ref={area} data-test="input" spellcheck="false" autocomplete="off" autocapitalize="off" wrap={if sheet.whole { "soft" } else { "off" }}
                    aria-label={say(store, &strings::CONFIGURATION)} cols={columns} rows={rows} {oninput} />
            </div>
        </div>
    }
}

/// Columns and rows of the text area, so that it needs no scroll bars of its own.
fn size(sheet: &Sheet) -> (String, String) {
    if sheet.whole {
        return ("20".to_string(), "2".to_string());
    }
    let widest = sheet.lines.iter().map(|line| line.range.len()).max().unwrap_or(0);
    (widest.clamp(20, 2000).to_string(), (sheet.lines.len() + 1).to_string())
}

#[hook]
fn use_sheet(store: &Store) -> Sheet {
    let text = store.text();
    let lines = use_memo(text.clone(), |text| lines(text));
    let whole = lines.len() <= WHOLE && text.len() <= WHOLE_BYTES;
    let drift = store.drift();
    let file = FileId(u32::try_from(store.active).unwrap_or(u32::MAX));
    let (marks, prose) = match store.report() {
        None => Default::default(),
        Some(checked) => {
            let left = checked.report.left_alone.iter().filter(|left| left.span.file == file);
            let prose = left.filter_map(|left| drift.map(left.span.start as usize, left.span.end as usize));
            (marks(checked.report.diagnostics(), file, drift), prose.collect())
        }
    };
    Sheet { text, lines, marks: Rc::new(marks), prose: Rc::new(prose), whole }
}

/// Puts the text into the text area whenever something else than typing changed it.
#[hook]
fn use_text(store: &Store, area: &NodeRef) {
    let (area, text) = (area.clone(), store.text());
    let is_first = use_mut_ref(|| true);
    use_effect_with(store.box_revision, move |_| {
        let Some(area) = area.cast::<HtmlTextAreaElement>() else { return };
        if area.value() != text.as_ref() {
            area.set_value(&text);
        }
        // Typing began in the box of the first visit; it goes on here. What was
        // pasted is read from its start.
        if is_first.replace(false) && browser::took_over() {
            let end = if text.len() > TYPED { 0 } else { text.encode_utf16().count() as u32 };
            let _ = area.set_selection_range(end, end);
            browser::focus_quietly(&area);
        }
    });
}

/// Shows the place that was asked for.
#[hook]
fn use_jump(store: &Store, sheet: &Sheet, area: &NodeRef, scroller: &NodeRef) {
    let (area, scroller, sheet, drift) = (area.clone(), scroller.clone(), sheet.clone(), store.drift());
    use_effect_with(store.jump, move |jump| {
        // A sheet that opens for the jump is on the screen only after this turn.
        let timer = jump.map(|jump| {
            Timeout::new(0, move || {
                let place = drift.map(jump.span.start as usize, jump.span.end as usize);
                let area = area.cast::<HtmlTextAreaElement>();
                if let (Some(place), Some(area), Some(scroller)) = (place, area, scroller.cast::<HtmlElement>()) {
                    show(&sheet, place, &area, &scroller);
                }
            })
        });
        move || drop(timer)
    });
}

/// Selects a place and brings it into view.
fn show(sheet: &Sheet, (start, end): (usize, usize), area: &HtmlTextAreaElement, scroller: &HtmlElement) {
    let line = sheet.lines.partition_point(|line| line.range.start <= start).saturating_sub(1);
    browser::focus_quietly(area);
    let _ = area.set_selection_range(units(&sheet.text, start), units(&sheet.text, end));
    let above = scroller.client_height() / 3;
    let drawn = scroller.query_selector(&format!("[data-line='{}']", line + 1)).ok().flatten();
    match drawn.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        Some(element) if sheet.whole => {
            scroller.set_scroll_top(element.offset_top() - above);
            browser::flash(&element);
        }
        _ => scroller.set_scroll_top(line as i32 * LINE_HEIGHT - above),
    }
}

/// UTF-16 units before a byte, as the text area counts: it keeps no CR before LF.
fn units(text: &str, at: usize) -> u32 {
    let before = text.get(..text.floor_char_boundary(at)).unwrap_or_default();
    (before.encode_utf16().count() - before.matches("\r\n").count()) as u32
}

/// Moves the drawn lines of a large text to where they belong.
#[hook]
fn use_window_top(sheet: &Sheet, top: usize) {
    use_effect_with((sheet.whole, top), |(whole, top)| {
        let window = browser::find(".scroller .drawn").filter(|_| !whole);
        if let Some(window) = window {
            let from = top.saturating_sub(20) * LINE_HEIGHT as usize;
            let _ = window.style().set_property("top", &format!("{from}px"));
        }
    });
}
