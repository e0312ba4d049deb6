//! A session of one's own: the form, and the conversation that comes of it.

use super::bits::{Copy, Store, StoreProps, act, icon, place, rich, say};
use super::chain::{no_service, personas, services};
use crate::look::{
    ListEnd, Played, Question, answer_of, client_line, decided_outside, domain_case, list_ends, masked, play,
    questions, transcript, wire,
};
use crate::state::{Action, Checked, Field, Form, View};
use crate::strings;
use postproof_engine::diag::Text;
use postproof_engine::sim::{Client, Decider, Finding, Reply, Status, Verdict};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The view.
#[component]
pub(crate) fn Session(props: &StoreProps) -> Html {
    let store = &props.store;
    let (Some(checked), Some(host)) = (store.report(), store.the_host()) else { return Html::default() };
    let Some(explanation) = store.explanation() else { return no_service(store) };
    let walk = store.walk(explanation);
    let form = store.the_form();
    let typed = store.form.as_ref().map(|form| form.session(&walk.session));
    let played = match &typed {
        Some(None) => None,
        Some(Some(session)) => play(host, explanation, walk, Some(session), &store.supplied),
        None => play(host, explanation, walk, None, &store.supplied),
    };
    html! {
        <>
            <div class="lead">
                <h1>{say(store, &strings::TRY)}</h1>
                <p>{say(store, &strings::TRY_NOTE)}</p>
            </div>
            { services(store, host) }
            { personas(store, explanation, store.form.is_none().then_some(walk)) }
            <div class="two">
                <section class="panel" aria-label={say(store, &strings::YOUR_SESSION)}>
                    { fields(store, &form, matches!(typed, Some(None))) }
                    { for played.as_ref().map(|played| given(store, checked, played)) }
                </section>
                { for played.as_ref().map(|played| conversation(store, checked, played)) }
            </div>
        </>
    }
}

fn fields(store: &Store, form: &Form, no_address: bool) -> Html {
    let one = |field: Field| {
        let (label, note): (&Text, Option<&Text>) = match field {
            Field::Client => (&strings::FIELD_CLIENT, None),
            Field::Name => (&strings::FIELD_NAME, Some(&strings::FIELD_NAME_NOTE)),
            Field::Helo => (&strings::FIELD_HELO, Some(&strings::FIELD_HELO_NOTE)),
            Field::Login => (&strings::FIELD_LOGIN, Some(&strings::FIELD_LOGIN_NOTE)),
            Field::Sender => (&strings::FIELD_SENDER, Some(&strings::FIELD_SENDER_NOTE)),
            Field::Recipients => (&strings::FIELD_RECIPIENTS, Some(&strings::FIELD_RECIPIENTS_NOTE)),
        };
        let bad = no_address && field == Field::Client;
        let dispatch = store.dispatcher();
        let oninput = Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            dispatch.dispatch(Action::Fill(field, text));
        });
        html! {
            <label class="field">
                {say(store, label)}
                <input type="text" value={form.get(field).to_string()} {oninput} data-test={format!("try-{}", field.word())}
                    autocomplete="off" autocapitalize="off" spellcheck="false" aria-invalid={bad.then_some("true")} />
                if bad { <small class="bad" role="alert">{say(store, &strings::BAD_ADDRESS)}</small> }
                if let Some(note) = note { <small>{say(store, note)}</small> }
            </label>
        }
    };
    let dispatch = store.dispatcher();
    let onchange = Callback::from(move |event: Event| {
        dispatch.dispatch(Action::Tls(event.target_unchecked_into::<HtmlInputElement>().checked()));
    });
    html! {
        <>
            { for Field::ALL.map(one) }
            <label class="field check">
                <input type="checkbox" checked={form.tls} {onchange} data-test="try-tls" />{say(store, &strings::FIELD_TLS)}
            </label>
        </>
    }
}

/// Answers that the session stands on and that the text does not hold.
fn given(store: &Store, checked: &Checked, played: &Played) -> Html {
    let answer = |text: &str| rich(strings::answer(&masked(checked, text)).get(store.lang));
    let supplied = |(question, text): (&String, &String)| {
        let taken = question.clone();
        let onclick = act(store, move || Action::Supply(taken.clone(), None));
        html! {
            <li><code>{masked(checked, question)}</code><span>{answer(text)}</span>
                <button type="button" class="link" {onclick}>{say(store, &strings::UNDO)}</button></li>
        }
    };
    html! {
        <>
            if !store.supplied.is_empty() {
                <div class="supplied">
                    <h3>{say(store, &strings::YOU_ANSWERED)}</h3>
                    <ul>{ for store.supplied.iter().map(supplied) }</ul>
                </div>
            }
            if !played.usual.is_empty() {
                <details class="supplied">
                    <summary>{say(store, &strings::TAKEN)}{" ("}{played.usual.len()}{")"}</summary>
                    <ul>{ for played.usual.iter().map(|(question, text)| html! { <li><code>{masked(checked, question)}</code><span>{answer(text)}</span></li> }) }</ul>
                </details>
            }
        </>
    }
}

fn conversation(store: &Store, checked: &Checked, played: &Played) -> Html {
    let outcome = &played.forked.outcome;
    let decisive = outcome.decisive();
    let is_last = |reply: &Reply| decisive.is_some_and(|last| std::ptr::eq(last, reply));
    html! {
        <section class="panel" aria-label={say(store, &strings::TRANSCRIPT)}>
            { for decisive.map(|reply| head(store, checked, reply)) }
            <ol class="wire" data-test="wire">
                { for outcome.replies.iter().map(|reply| turn(store, checked, played, reply, is_last(reply))) }
            </ol>
            if played.forked.is_cut { <p class="quiet">{say(store, &strings::CUT)}</p> }
            <div class="acts">
                <Copy text={transcript(checked, played, store.lang)} lang={store.lang} class="btn" />
                if store.form.is_some() {
                    <button type="button" class="btn" data-test="typical" onclick={again(store)}>{say(store, &strings::BACK_TO_TYPICAL)}</button>
                } else {
                    <button type="button" class="btn" onclick={act(store, || Action::Show(View::Chain))}>{say(store, &strings::SEE_THE_PATH)}</button>
                }
            </div>
        </section>
    }
}

fn again(store: &Store) -> Callback<MouseEvent> {
    let persona = store.persona;
    act(store, move || Action::Persona(persona))
}

fn head(store: &Store, checked: &Checked, reply: &Reply) -> Html {
    let (class, mark, word) = match reply.verdict {
        Verdict::Permit => ("outcome ink", "pass", &strings::ACCEPTED),
        Verdict::Reject if reply.code == 0 => ("outcome fault", "fault", &strings::NO_START),
        Verdict::Reject => ("outcome ink", "stop", &strings::REFUSED),
        Verdict::Defer => ("outcome ink", "stop", &strings::REFUSED_FOR_NOW),
        Verdict::Unknown => ("outcome unknown", "unknown", &strings::DEPENDS),
    };
    let line = (reply.verdict != Verdict::Unknown).then(|| wire(checked, reply).pop()).flatten();
    html! {
        <div {class} role="status" data-test="reply">
            { icon(mark) }
            <h2><b>{say(store, word)}</b></h2>
            { for line.map(|line| html! { <p><code>{line}</code></p> }) }
        </div>
    }
}

/// One command and its reply, with what decided between them.
fn turn(store: &Store, checked: &Checked, played: &Played, reply: &Reply, last: bool) -> Html {
    let client = match client_line(&played.session, reply) {
        Some(line) => masked(checked, &line),
        None => connects(store, &played.session.client),
    };
    // Of a reply that is not known, each way has its own reason.
    let reason = if reply.verdict == Verdict::Unknown { None } else { reason(store, checked, reply) };
    let line = |line: String| html! { <li class={last.then_some("last")}><b>{"S"}</b><span>{line}</span></li> };
    html! {
        <>
            <li class="c"><b>{"C"}</b><span>{client}</span></li>
            { for reason.map(|reason| html! { <li class="why"><div>{reason}</div></li> }) }
            if reply.verdict == Verdict::Unknown {
                <li><b>{"S"}</b><span class="q">{say(store, &strings::LEGEND_UNKNOWN)}</span></li>
                <li class="why"><div class="open">{ unknown(store, checked, reply) }</div></li>
            } else {
                { for said(store, checked, reply).into_iter().map(line) }
            }
        </>
    }
}

fn connects(store: &Store, client: &Client) -> String {
    let name = client.name.as_deref().unwrap_or("unknown");
    format!("{name}[{}] {}", client.address, strings::CONNECTS.get(store.lang))
}

/// The lines of a reply.
fn said(store: &Store, checked: &Checked, reply: &Reply) -> Vec<String> {
    let lines = wire(checked, reply);
    if lines.is_empty() { vec![say(store, &strings::CLOSED)] } else { lines }
}

/// What decided: the end of each list that was asked, and what smtpd does itself.
fn reason(store: &Store, checked: &Checked, reply: &Reply) -> Option<Html> {
    let ends = list_ends(reply);
    let outside = decided_outside(reply);
    if ends.is_empty() && outside.is_none() && reply.why.is_none() {
        return None;
    }
    let end = |end: &ListEnd<'_>| {
        let Some(step) = end.step else {
            return html! { <p><span class="l">{end.list}</span><br />{say(store, &strings::none_decides(end.asked))}</p> };
        };
        let word = match step.status {
            Status::Permit => &strings::PERMITS,
            Status::Discard => &strings::DISCARDS,
            Status::Reject | Status::Error => &strings::REFUSES,
            Status::Dunno | Status::None => &strings::GO_ON,
        };
        html! {
            <p>
                <span class="l">{end.list}</span><br />
                { entry(store, &masked(checked, &step.name), step.span) }
                {" "}<b>{say(store, word)}</b>{": "}{rich(&masked(checked, step.why.get(store.lang)))}
            </p>
        }
    };
    Some(html! {
        <>
            { for ends.iter().map(end) }
            if let Some((name, span)) = outside { <p>{say(store, &strings::DECIDED_BY)}{" "}{ entry(store, &masked(checked, name), span) }</p> }
            if let Some(why) = &reply.why { <p>{rich(&masked(checked, why.get(store.lang)))}</p> }
        </>
    })
}

/// The entry that decides one of several answers.
fn decided(store: &Store, checked: &Checked, decider: &Decider) -> Html {
    let Some(name) = &decider.restriction else { return Html::default() };
    html! { <p>{say(store, &strings::DECIDED_BY)}{" "}{ entry(store, &masked(checked, name), decider.span) }</p> }
}

/// A name with the way to its place.
fn entry(store: &Store, name: &str, span: Option<postproof_engine::diag::Span>) -> Html {
    match span {
        Some(span) => html! { <>{ place(store, span, Some(name)) }{" ("}{ place(store, span, None) }{")"}</> },
        None => html! { <code>{name.to_string()}</code> },
    }
}

/// Every reply that there can be, and what decides between them.
fn unknown(store: &Store, checked: &Checked, reply: &Reply) -> Html {
    let way = |one: &Reply| {
        let ifs = one.assumed.iter().filter_map(|assumed| {
            let question = masked(checked, &assumed.missing.question);
            let answer = answer_of(&assumed.missing.question, &assumed.finding);
            let case = if let (None, Finding::Case(case)) = (&answer, &assumed.finding) { Some(*case) } else { None };
            let text = strings::answer(&masked(checked, &answer.or_else(|| case.map(|case| domain_case(case).to_string()))?));
            let and_dns = case.map(|_| say(store, &strings::AND_DNS));
            Some(html! { <p>{say(store, &strings::IF)}{" "}<code>{question}</code>{and_dns}{": "}{rich(text.get(store.lang))}</p> })
        });
        let ifs: Html = ifs.collect();
        html! { <li><pre>{said(store, checked, one).join("\n")}</pre>{ decided(store, checked, &one.decider) }{ifs}</li> }
    };
    let ask = |one: Question<'_>| {
        let choice = |answer: &String| {
            let (question, given) = (one.question.to_string(), answer.clone());
            let onclick = act(store, move || Action::Supply(question.clone(), Some(given.clone())));
            html! { <button type="button" class="btn" data-answer={answer.clone()} {onclick}>{rich(strings::answer(&masked(checked, answer)).get(store.lang))}</button> }
        };
        html! {
            <div class="ask">
                <p>{say(store, &strings::NEEDS)}{": "}{rich(&masked(checked, one.text.get(store.lang)))}</p>
                if !one.answers.is_empty() {
                    <div class="acts"><span>{say(store, &strings::TELL)}</span>{ for one.answers.iter().map(choice) }</div>
                }
            </div>
        }
    };
    html! {
        <>
            <p>{say(store, &strings::ONE_OF)}</p>
            <ul class="ways dots">{ for reply.possible.iter().map(way) }</ul>
            { for questions(reply).into_iter().map(ask) }
        </>
    }
}
