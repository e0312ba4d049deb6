//! The list of findings with its filters.

use super::bits::{Store, StoreProps, act, say};
use super::finding::Finding;
use crate::browser;
use crate::look::tally;
use crate::state::{Action, Filter, finding_key, is_safe};
use crate::strings;
use postproof_engine::diag::{Severity, Text};
use yew::prelude::*;

/// All findings of the host.
#[component]
pub(crate) fn Findings(props: &StoreProps) -> Html {
    let store = &props.store;
    use_effect_with(store.focus, |focus| {
        if let Some(toggle) = focus.and_then(|focus| browser::find(&format!("#f-{focus}"))) {
            browser::focus_quietly(&toggle);
            browser::reveal(&toggle);
        }
    });
    let findings = store.findings();
    let safe = findings.iter().filter(|finding| is_safe(finding)).count();
    let shown: Vec<usize> =
        (0..findings.len()).filter(|at| findings.get(*at).is_some_and(|one| store.filter.takes(one))).collect();
    html! {
        <>
            <div class="lead"><h1>{say(store, &head(findings.len(), safe))}</h1></div>
            if !findings.is_empty() {
                <div class="filters" role="group" aria-label={say(store, &strings::FILTER)}>
                    { chips(store) }
                    <span class="push"></span>
                    if safe > 0 {
                        <button type="button" class="btn main" data-test="apply-safe" disabled={store.is_stale()}
                            onclick={act(store, || Action::ApplySafe)}>{say(store, &strings::apply_safe(safe))}</button>
                    }
                </div>
            }
            <div class="findings" data-test="findings">
                { for shown.iter().map(|at| html! { <Finding key={finding_key(findings, *at)} store={store.clone()} at={*at} /> }) }
            </div>
            if shown.is_empty() && !findings.is_empty() { <p class="quiet">{say(store, &strings::NONE_OF_KIND)}</p> }
        </>
    }
}

fn head(all: usize, safe: usize) -> Text {
    if all == 0 { strings::NO_FINDINGS.clone() } else { strings::findings_head(all, safe) }
}

fn chips(store: &Store) -> Html {
    let tally = tally(store.findings());
    let chip = |filter: Filter, word: Text, count: usize| {
        let on = store.filter == filter;
        (count > 0 || on).then(|| {
            html! {
                <button type="button" class="btn" aria-pressed={on.to_string()} onclick={act(store, move || Action::Filter(filter))}>
                    {say(store, &word)}{" "}<span class="num">{count}</span>
                </button>
            }
        })
    };
    let severity = |severity, count| chip(Filter::Severity(severity), strings::severity(severity), count);
    html! {
        <>
            { for chip(Filter::All, strings::ALL.clone(), tally.all()) }
            { for severity(Severity::Error, tally.errors) }
            { for severity(Severity::Warning, tally.warnings) }
            { for severity(Severity::Info, tally.infos) }
            { for severity(Severity::Hint, tally.hints) }
            { for chip(Filter::CannotTell, strings::CANNOT_TELL.clone(), tally.unknown) }
        </>
    }
}
