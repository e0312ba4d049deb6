//! Dovecot 2.3 to 2.4: every old line beside what became of it.

use super::bits::{Copy, Store, StoreProps, act, icon, place, rich, say};
use super::overview::full_sentence;
use crate::browser;
use crate::look::{Carried, Carry, carry, masked};
use crate::state::{Action, Checked};
use crate::strings;
use postproof_engine::diag::Text;
use postproof_engine::migration::{Entry, Kind, Note, Sample};
use yew::prelude::*;

/// Entries that are drawn; the file holds all of them.
const DRAWN: usize = 1000;

/// The view.
#[component]
pub(crate) fn Migrate(props: &StoreProps) -> Html {
    let store = &props.store;
    let key = (store.checked.as_ref().map(|(_, revision)| *revision), store.host);
    let carried = {
        let store = store.clone();
        use_memo(key, move |_| carry(store.report()?, store.the_host()?))
    };
    let Some(checked) = store.report() else { return Html::default() };
    match carried.as_ref() {
        None => Html::default(),
        Some(Carried::IsNew) => html! {
            <div class="lead"><h1>{say(store, &strings::IS_NEW)}</h1><p>{say(store, &strings::IS_NEW_NOTE)}</p></div>
        },
        Some(Carried::Done(carry)) => done(store, checked, carry),
    }
}

fn done(store: &Store, checked: &Checked, carry: &Carry) -> Html {
    let migration = &carry.migration;
    let asks = migration.count(Kind::NeedsYou) + migration.notes.iter().filter(|note| note.question).count();
    let text: AttrValue = carry.text().into();
    let shown = masked(checked, &text);
    let download = {
        let text = text.clone();
        Callback::from(move |_: MouseEvent| browser::download("dovecot.conf", &text))
    };
    let is_shown = |entry: &&Entry| !store.only_questions || entry.kind == Kind::NeedsYou;
    let shown_entries: Vec<&Entry> = migration.entries.iter().filter(is_shown).collect();
    let left_out = shown_entries.len().saturating_sub(DRAWN);
    html! {
        <>
            <div class="lead">
                <h1>{say(store, &strings::carried(migration.entries.len(), asks))}</h1>
                <p>{say(store, &strings::CARRIED_NOTE)}</p>
            </div>
            { counters(store, carry) }
            <section class="panel" data-test="ledger" aria-label={say(store, &strings::LEDGER)}>
                <div class="acts">
                    <h2 class="h2">{say(store, &strings::LEDGER)}<small>{"2.3 → 2.4"}</small></h2>
                    <span class="push"></span>
                    if migration.count(Kind::NeedsYou) > 0 {
                        <button type="button" class="btn" aria-pressed={store.only_questions.to_string()} data-test="only-questions"
                            onclick={act(store, || Action::OnlyQuestions)}>{say(store, &strings::ONLY_QUESTIONS)}</button>
                    }
                    <Copy text={text.clone()} lang={store.lang} class="btn" />
                    <button type="button" class="btn main" data-test="download" onclick={download}>{say(store, &strings::DOWNLOAD)}</button>
                </div>
                { notes(store, checked, &migration.notes) }
                <ol class="ledger">{ for shown_entries.iter().take(DRAWN).map(|entry| row(store, checked, carry, entry)) }</ol>
                if left_out > 0 { <p class="quiet">{say(store, &strings::more(left_out))}</p> }
            </section>
            <details class="panel new-file">
                <summary>{say(store, &strings::NEW_FILE)}</summary>
                <pre data-test="new-file">{shown}</pre>
            </details>
        </>
    }
}

/// How many lines came to what.
fn counters(store: &Store, carry: &Carry) -> Html {
    let migration = &carry.migration;
    let all = migration.entries.len();
    let one = |kind: Kind| {
        let count = migration.count(kind);
        if count == 0 {
            return Html::default();
        }
        let class = (kind == Kind::NeedsYou).then_some("is-unk");
        html! { <div {class}>{ icon(shape(kind)) }<b class="num">{count}</b><span>{say(store, &strings::kind(kind))}</span></div> }
    };
    html! {
        <div class="sum" data-test="counters">
            <div class="is-proof">{ icon("proven") }<b class="num">{format!("{all} / {all}")}</b><span>{say(store, &strings::ACCOUNTED)}</span></div>
            { for Kind::ALL.map(one) }
        </div>
    }
}

const fn shape(kind: Kind) -> &'static str {
    match kind {
        Kind::Kept | Kind::Renamed | Kind::Moved | Kind::Merged => "done",
        Kind::Dropped => "gone",
        Kind::NeedsYou | Kind::TooNew => "unknown",
    }
}

fn notes(store: &Store, checked: &Checked, notes: &[Note]) -> Html {
    if notes.is_empty() {
        return Html::default();
    }
    let one = |note: &Note| {
        let text = masked(checked, note.text.get(store.lang));
        html! { <li class={note.question.then_some("ask")}>{ icon(if note.question { "unknown" } else { "info" }) }<span>{full_sentence(&text)}</span></li> }
    };
    html! { <ul class="notes">{ for notes.iter().map(one) }</ul> }
}

fn row(store: &Store, checked: &Checked, carry: &Carry, entry: &Entry) -> Html {
    let old = masked(checked, &carry.old(entry));
    let new = masked(checked, &entry.result.join("\n"));
    let old = if entry.kind == Kind::Dropped {
        html! { <del>{old}</del> }
    } else {
        html! { {old} }
    };
    let reason: &Text = &entry.reason;
    let nothing = if entry.kind == Kind::Merged { &strings::ELSEWHERE } else { &strings::NOTHING_LEFT };
    html! {
        <li class={(entry.kind == Kind::NeedsYou).then_some("need")} data-kind={format!("{:?}", entry.kind)}>
            <pre>{old}</pre>
            { icon(shape(entry.kind)) }
            if new.is_empty() { <p class="quiet">{say(store, nothing)}</p> } else { <pre>{new}</pre> }
            <div class="said">
                <p><b>{say(store, &strings::kind(entry.kind))}</b>{ for carry.place(entry).map(|span| html! { <>{" "}{ place(store, span, None) }</> }) }</p>
                if entry.kind != Kind::Kept { <p>{full_sentence(&masked(checked, reason.get(store.lang)))}</p> }
                if let Some(question) = &entry.question { <p class="ask">{full_sentence(&masked(checked, question.get(store.lang)))}</p> }
                { for entry.samples.iter().map(sample) }
            </div>
        </li>
    }
}

/// What a value with variables gives for one user.
fn sample(sample: &Sample) -> Html {
    let both = match sample.before == sample.after {
        true => format!("`{}`", sample.after),
        false => format!("`{}` → `{}`", sample.before, sample.after),
    };
    html! { <p class="sample"><code>{sample.user}</code>{": "}{rich(&both)}</p> }
}
