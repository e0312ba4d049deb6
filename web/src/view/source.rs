//! What was given: tabs of its parts over the box.

use super::bits::{Store, StoreProps, act, arrows, command, say, sized_icon};
use super::editor::Editor;
use super::first::open_files;
use super::rail::map;
use crate::browser;
use crate::state::Action;
use crate::strings;
use postproof_engine::Host;
use postproof_engine::diag::{FileId, Span, Text};
use postproof_engine::model::{Presence, SourcePart};
use yew::prelude::*;

/// The source pane.
#[component]
pub(crate) fn Source(props: &StoreProps) -> Html {
    let store = &props.store;
    let failed = use_state(String::new);
    let asked = use_state(|| None::<usize>);
    let choose = Callback::from(|_: MouseEvent| {
        if let Some(input) = browser::find("#more-files") {
            input.click();
        }
    });
    let close = {
        let dispatch = store.dispatcher();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Source(false));
            browser::back();
        })
    };
    let odd = store.docs.get(store.active).is_some_and(|doc| doc.raw.is_some());
    html! {
        <section class="source" aria-label={say(store, &strings::SOURCE)}>
            <button type="button" class="rail" aria-label={say(store, &strings::SHOW_SOURCE)} onclick={act(store, || Action::Source(true))}>
                { sized_icon("lines", "18") }<span>{say(store, &strings::SOURCE)}</span>
                { map(store) }
            </button>
            <div class="sheet">
                <div class="sheet-bar">
                    <button type="button" class="btn" onclick={close}>{say(store, &strings::HIDE_SOURCE)}</button>
                </div>
                <div class="parts">
                    <div class="tabs" role="tablist" aria-label={say(store, &strings::PARTS)} onkeydown={arrows()}>{ parts(store) }</div>
                    { missing(store, &asked) }
                    { left_alone(store) }
                    <button type="button" class="part add" onclick={choose}>{"+ "}{say(store, &strings::ADD_FILES)}</button>
                    <input id="more-files" class="vh" type="file" multiple=true tabindex="-1" aria-hidden="true"
                        onchange={open_files(store, failed.clone())} />
                </div>
                { asked_for(store, *asked) }
                if !failed.is_empty() { <p class="note" role="status">{say(store, &strings::not_read(&failed))}</p> }
                if odd { <p class="note">{say(store, &strings::ODD_BYTES)}</p> }
                <Editor store={store.clone()} />
            </div>
        </section>
    }
}

/// One tab: name, kind, count of findings.
fn tab(at: usize, name: String, kind: &str, count: usize, selected: bool, onclick: Callback<MouseEvent>) -> Html {
    let key = format!("{at}");
    let shown = if count > 0 { Some(count) } else { None };
    html! {
        <button type="button" class="part" role="tab" {key} aria-selected={selected.to_string()}
            tabindex={if selected { "0" } else { "-1" }} {onclick}>
            <b>{name}{ for shown.map(|count| html! { <span class="count num">{count}</span> }) }</b>
            <small>{kind.to_string()}</small>
        </button>
    }
}

fn parts(store: &Store) -> Html {
    let Some(host) = store.the_host() else { return documents(store) };
    if host.model.parts.is_empty() {
        return documents(store);
    }
    let groups = groups(host);
    let here = store.jump.map(|jump| jump.span);
    let at_jump = here.and_then(|span| groups.iter().position(|group| holds(group, span)));
    let of_doc =
        || groups.iter().position(|group| group.iter().any(|part| part.part.region.file.0 as usize == store.active));
    let selected = at_jump.or_else(of_doc);
    let one = |(at, group): (usize, &Vec<&SourcePart>)| {
        let Some(part) = group.first() else { return Html::default() };
        let count = store.findings().iter().filter(|finding| holds(group, finding.primary.span)).count();
        let own = part.part.name.clone().unwrap_or_else(|| strings::part_name(part.part.kind).to_string());
        let name = own.rsplit('/').next().unwrap_or(&own).to_string();
        let kind = strings::excerpts(&strings::part_kind(part.part.kind), group.len());
        let region = part.part.region.span();
        let to = Span::new(region.file, region.start, region.start);
        tab(at, name, kind.get(store.lang), count, selected == Some(at), act(store, move || Action::Jump(to)))
    };
    groups.iter().enumerate().map(one).collect()
}

/// The parts of a host, excerpts of one file together.
fn groups(host: &Host) -> Vec<Vec<&SourcePart>> {
    let mut groups: Vec<Vec<&SourcePart>> = Vec::new();
    for part in &host.model.parts {
        let same = |group: &&mut Vec<&SourcePart>| {
            let alike = |other: &&SourcePart| {
                let (a, b) = (&other.part, &part.part);
                (a.region.file, a.kind, &a.name, a.whole) == (b.region.file, b.kind, &b.name, b.whole)
            };
            !part.part.whole && group.first().is_some_and(alike)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(part),
            None => groups.push(vec![part]),
        }
    }
    groups
}

fn holds(group: &[&SourcePart], span: Span) -> bool {
    group.iter().any(|part| part.part.region.span().contains(span))
}

/// The documents as they were given, where no part was recognised.
fn documents(store: &Store) -> Html {
    let one = |(at, doc): (usize, &crate::state::Doc)| {
        let name = if doc.path.is_empty() { say(store, &strings::PASTE_NAME) } else { doc.path.clone() };
        let kind = strings::strip(doc.text.lines().count(), 0);
        tab(at, name, kind.get(store.lang), 0, at == store.active, act(store, move || Action::Doc(at)))
    };
    store.docs.iter().enumerate().map(one).collect()
}

/// Dashed tabs for what was not given.
fn missing(store: &Store, asked: &UseStateHandle<Option<usize>>) -> Html {
    let Some(host) = store.the_host() else { return Html::default() };
    let in_part = host.model.given.main_cf == Presence::Excerpt;
    let one = |(at, missing): (usize, &postproof_engine::diag::Missing)| {
        let command = missing.command.clone()?;
        let name = missing_name(&command);
        let state = if in_part && name == "main.cf" { &strings::ONLY_A_PART } else { &strings::NOT_PASTED };
        let (asked, open) = (asked.clone(), **asked == Some(at));
        let onclick = Callback::from(move |_: MouseEvent| asked.set((!open).then_some(at)));
        Some(html! {
            <button type="button" class="part missing" aria-expanded={open.to_string()} {onclick}>
                <b>{name}</b><small>{say(store, state)}</small>
            </button>
        })
    };
    host.missing.iter().enumerate().filter_map(one).collect()
}

/// What a command prints, as a short name for a tab.
pub(crate) fn missing_name(command: &str) -> String {
    match command.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["postconf", flag, ..] if flag.starts_with("-M") => "master.cf".to_string(),
        ["postconf", ..] => "main.cf".to_string(),
        ["doveconf", ..] => "doveconf".to_string(),
        ["cat", path, ..] => path.rsplit('/').next().unwrap_or(path).to_string(),
        [program, ..] => (*program).to_string(),
        [] => String::new(),
    }
}

fn asked_for(store: &Store, asked: Option<usize>) -> Html {
    let missing = asked.and_then(|at| store.the_host().and_then(|host| host.missing.get(at)));
    let Some(missing) = missing else { return Html::default() };
    html! {
        <div class="note">
            <p>{super::bits::rich(missing.what.get(store.lang))}</p>
            if let Some(text) = &missing.command { { command(text, store.lang) } }
        </div>
    }
}

fn left_alone(store: &Store) -> Html {
    let Some(checked) = store.report() else { return Html::default() };
    let Some(first) = checked.report.left_alone.first() else { return Html::default() };
    let lines: u32 = checked.report.left_alone.iter().map(|left| line_count(checked, left.span)).sum();
    let to = Span::new(FileId(first.span.file.0), first.span.start, first.span.start);
    let words: Text = strings::strip(lines as usize, 0);
    html! {
        <button type="button" class="part left"
            title={say(store, &strings::LEFT_ALONE_LIST)} onclick={act(store, move || Action::Jump(to))}>
            <b>{say(store, &strings::LEFT_ALONE)}</b><small>{words.get(store.lang).to_string()}</small>
        </button>
    }
}

fn line_count(checked: &crate::state::Checked, span: Span) -> u32 {
    let Some(index) = checked.lines.get(span.file.0 as usize) else { return 0 };
    (index.line(span.end.max(span.start + 1) - 1) + 1).saturating_sub(index.line(span.start))
}
