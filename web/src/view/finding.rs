//! One finding: what, where, why, and what to do.

use super::bits::{Store, act, command, icon, place, rich, say};
use super::lines::piece;
use super::overview::sentence;
use crate::look::headline;
use crate::look::{DiffLine, FrameLine, Sign, diff, frame, masked};
use crate::state::{Action, Checked};
use crate::strings;
use postproof_engine::diag::{Diagnostic, Fix, Missing, Safety, Severity};
use yew::prelude::*;

/// What [`Finding`] is given.
#[derive(Properties, PartialEq)]
pub(crate) struct FindingProps {
    /// The state.
    pub store: Store,
    /// Its number.
    pub at: usize,
}

/// One finding as a disclosure.
#[component]
pub(crate) fn Finding(props: &FindingProps) -> Html {
    let (store, at) = (&props.store, props.at);
    let (Some(checked), Some(finding)) = (store.report(), store.findings().get(at)) else { return Html::default() };
    let open = store.is_open(at);
    let (class, shape) = match (finding.missing.is_empty(), finding.severity) {
        (false, _) => ("unknown", "unknown"),
        (true, Severity::Error) => ("error", "error"),
        (true, Severity::Warning) => ("warning", "fault"),
        (true, Severity::Info) => ("info", "info"),
        (true, Severity::Hint) => ("hint", "hint"),
    };
    let word =
        if finding.missing.is_empty() { strings::severity(finding.severity) } else { strings::CANNOT_TELL.clone() };
    let current = (store.focus == Some(at)).then_some("true");
    let message = masked(checked, finding.message.get(store.lang));
    let (title, assumed) = headline(&message);
    html! {
        <article class={classes!("finding", class)} data-rule={finding.rule} aria-current={current}>
            <header>
                { icon(shape) }
                <h2><button type="button" class="toggle" id={format!("f-{at}")} aria-expanded={open.to_string()} aria-controls={format!("b-{at}")}
                    onclick={act(store, move || Action::Toggle(at))}>{sentence(title)}</button></h2>
                <span class="at">{ place(store, finding.primary.span, None) }</span>
                <span class="meta"><b>{say(store, &word)}</b><span>{finding.rule}</span>{ fix_word(store, finding) }</span>
                { for assumed.map(|text| html! { <span class="meta plain">{sentence(text)}</span> }) }
            </header>
            <div class="body" id={format!("b-{at}")} hidden={!open}>
                if open { { body(store, checked, finding, at) } }
            </div>
        </article>
    }
}

fn fix_word(store: &Store, finding: &Diagnostic) -> Html {
    let word = match finding.fix.as_ref().map(|fix| fix.safety) {
        Some(Safety::Safe) => &strings::FIX_SAFE,
        Some(Safety::NeedsReview) => &strings::FIX_REVIEW,
        None => return Html::default(),
    };
    html! { <span>{say(store, word)}</span> }
}

fn body(store: &Store, checked: &Checked, finding: &Diagnostic, at: usize) -> Html {
    let text = |text: &postproof_engine::diag::Text| sentence(&masked(checked, text.get(store.lang)));
    html! {
        <>
            <div class="frame">{ for frame(checked, finding).iter().map(|line| frame_line(store, line)) }</div>
            <div><h3>{say(store, &strings::WHY)}</h3><p>{text(&finding.why)}</p></div>
            if let Some(help) = &finding.help { <div><h3>{say(store, &strings::WHAT_TO_DO)}</h3><p>{text(help)}</p></div> }
            if !finding.missing.is_empty() {
                <div><h3>{say(store, &strings::WOULD_TELL)}</h3>{ for finding.missing.iter().map(|one| missing(store, one)) }</div>
            }
            if let Some(fix) = &finding.fix { { fix_block(store, checked, fix, at) } }
            if !finding.sources.is_empty() {
                <p class="sources"><span>{say(store, &strings::SOURCES)}</span>{ for finding.sources.iter().map(|one| html! { <code>{*one}</code> }) }</p>
            }
        </>
    }
}

fn frame_line(store: &Store, line: &FrameLine) -> Html {
    let number = line.number.map(|number| number.to_string()).unwrap_or_default();
    html! {
        <>
            if let Some(path) = &line.path { <div class="of"><i></i><span>{path.clone()}</span></div> }
            <div class={line.primary.then_some("point")}><i>{number}</i><span>{ for line.pieces.iter().map(piece) }</span></div>
            { for line.notes.iter().map(|note| html! {
                <div class={classes!("tip", line.primary.then_some("point"))}><i></i><span>{rich(note.get(store.lang))}</span></div>
            }) }
        </>
    }
}

fn missing(store: &Store, missing: &Missing) -> Html {
    html! {
        <div class="would">
            <p>{sentence(missing.what.get(store.lang))}</p>
            if let Some(text) = &missing.command { { command(text, store.lang) } }
        </div>
    }
}

fn fix_block(store: &Store, checked: &Checked, fix: &Fix, at: usize) -> Html {
    let (head, label, class) = match fix.safety {
        Safety::Safe => (&strings::FIX_SAFE, &strings::APPLY, "btn main"),
        Safety::NeedsReview => (&strings::FIX_REVIEW, &strings::APPLY_REVIEW, "btn"),
    };
    html! {
        <>
            <div>
                <h3>{say(store, head)}{": "}{rich(fix.title.get(store.lang))}</h3>
                <div class="frame diff">{ for diff(checked, fix).iter().map(diff_line) }</div>
            </div>
            <div class="acts">
                <button type="button" {class} data-test="apply" disabled={store.is_stale()} onclick={act(store, move || Action::Apply(at))}>{say(store, label)}</button>
            </div>
        </>
    }
}

fn diff_line(line: &DiffLine) -> Html {
    let (class, sign) = match line.sign {
        Sign::Same => ("", " "),
        Sign::Removed => ("del", "−"),
        Sign::Added => ("add", "+"),
    };
    html! { <div {class}><i>{sign}</i><span>{line.text.clone()}</span></div> }
}
