//! What is proved, as cards.

use super::bits::{Store, icon, place, rich, say};
use super::overview::{full_sentence, sentence};
use crate::look::{Proven, client_line, exceptions, is_disputed, masked, proven, wire};
use crate::state::{Action, Checked};
use crate::strings;
use postproof_engine::Host;
use postproof_engine::diag::Text;
use postproof_engine::model::ServiceId;
use postproof_engine::prove::{Claim, Condition, Exception, Proofs, Witness, clause};
use postproof_engine::sim::{Command, Reply};
use std::rc::Rc;
use yew::prelude::*;

/// Conditions and exceptions that a card shows.
const SHOWN: usize = 3;

/// A card for each claim but the first, which the answer itself shows.
pub(crate) fn cards(store: &Store, checked: &Checked, host: &Host) -> Html {
    let Some(proofs) = store.proofs() else { return Html::default() };
    let mut rest: Vec<(Claim, Proven<'_>)> =
        Claim::ALL.into_iter().skip(1).filter_map(|claim| Some((claim, proven(proofs, claim)?))).collect();
    rest.retain(|(claim, proven)| !matches!(proven, Proven::Holds) || !is_disputed(host, *claim));
    rest.sort_by_key(|(_, proven)| match proven {
        Proven::Fails(..) => 0,
        Proven::Depends(_) | Proven::Unknown => 1,
        Proven::Holds => 2,
    });
    rest.into_iter().map(|(claim, proven)| card(store, checked, host, proofs, (claim, proven))).collect()
}

fn card(store: &Store, checked: &Checked, host: &Host, proofs: &[Rc<Proofs>], found: (Claim, Proven<'_>)) -> Html {
    let (claim, proven) = found;
    let (state, shape, word): (_, _, &Text) = match (proven, claim) {
        (Proven::Holds, _) => ("proven", "proven", &strings::PROVEN),
        // Whether strangers may use the own domains is a matter of policy.
        (Proven::Fails(..), Claim::OwnDomainsProtected) => ("mild", "hint", &strings::NOT_SO),
        (Proven::Fails(..), _) => ("fault", "fault", &strings::NOT_SO),
        (Proven::Depends(_), _) => ("unknown", "unknown", &strings::DEPENDS_ON_LOOKUP),
        (Proven::Unknown, _) => ("unknown", "unknown", &strings::STATE_DEPENDS),
    };
    html! {
        <article class="card" data-state={state} data-test={format!("proof-{}", claim.name())}>
            { icon(shape) }
            <p class="q"><span>{say(store, &strings::CLAIM)}</span><b>{say(store, word)}</b></p>
            <h2>{sentence(claim.title().get(store.lang))}</h2>
            <div class="why">
                <p>{full_sentence(claim.definition().get(store.lang))}</p>
                { more(store, checked, proofs, claim, proven) }
            </div>
            if let Proven::Fails(service, witness) = proven { <footer>{ see(store, host, service, witness) }</footer> }
        </article>
    }
}

/// The conditions, and whom the entries except.
pub(crate) fn more(store: &Store, checked: &Checked, proofs: &[Rc<Proofs>], claim: Claim, proven: Proven<'_>) -> Html {
    let excepted = exceptions(proofs, claim);
    let left = excepted.len().saturating_sub(SHOWN);
    html! {
        <>
            if let Proven::Depends(conditions) = proven { { depends(store, checked, conditions) } }
            if !excepted.is_empty() {
                <div class="assumed">
                    <p class="label">{say(store, &strings::EXCEPTED)}</p>
                    <ul class="dots">{ for excepted.iter().take(SHOWN).map(|one| exception(store, checked, one)) }</ul>
                    if left > 0 { <p class="quiet">{say(store, &strings::more(left))}</p> }
                </div>
            }
        </>
    }
}

fn depends(store: &Store, checked: &Checked, conditions: &[Condition]) -> Html {
    let left = conditions.len().saturating_sub(SHOWN);
    let one = |condition: &Condition| {
        let clauses: Vec<String> =
            condition.answers.iter().map(|answer| masked(checked, clause(answer).get(store.lang))).collect();
        html! { <li>{rich(&clauses.join("; "))}</li> }
    };
    html! {
        <div class="assumed">
            <p class="label">{say(store, &strings::NOT_SO_IF)}</p>
            <ul class="dots">{ for conditions.iter().take(SHOWN).map(one) }</ul>
            if left > 0 { <p class="quiet">{say(store, &strings::more(left))}</p> }
        </div>
    }
}

fn exception(store: &Store, checked: &Checked, one: &Exception) -> Html {
    let decider = &one.decider;
    let name = masked(checked, decider.restriction.as_deref().unwrap_or(decider.list));
    let whom = masked(checked, &one.whom.join(", "));
    let entry = match decider.span {
        Some(span) => place(store, span, Some(&name)),
        None => html! { <code>{name}</code> },
    };
    html! { <li>{say(store, &one.what)}{": "}<code>{whom}</code>{" "}{entry}</li> }
}

/// What the client of a witness says and hears, in short.
pub(crate) fn hears(store: &Store, checked: &Checked, witness: &Witness) -> Html {
    let exchange = |reply: &Reply| {
        let client = client_line(&witness.session, reply)?;
        let server = wire(checked, reply).pop()?;
        let end = (reply.command == Command::Rcpt).then_some("end");
        Some(
            html! { <><p><b>{"C"}</b>{" "}{masked(checked, &client)}</p><p class={end}><b>{"S"}</b>{" "}{server}</p></> },
        )
    };
    let until = witness.outcome.replies.iter().take_while(|reply| reply.command <= Command::Rcpt);
    html! { <div class="hears"><p>{say(store, &strings::HEARS)}</p>{ for until.filter_map(exchange) }</div> }
}

/// The way to the session that shows it.
pub(crate) fn see(store: &Store, host: &Host, service: ServiceId, witness: &Witness) -> Html {
    let at = host.services.iter().position(|one| one.service == service).unwrap_or(0);
    let session = Rc::new(witness.session.clone());
    let dispatch = store.dispatcher();
    let onclick = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Witness(at, Rc::clone(&session))));
    html! { <button type="button" class="link" data-test="witness" {onclick}>{say(store, &strings::SEE_THE_SESSION)}</button> }
}
