//! Claims about a host besides its smtpd services, one line each.

use super::Cx;
use super::style::paint;
use super::wrap::{hang_at, visible};
use anstyle::Style;
use postproof_diag::Text;
use postproof_engine::prove::{HostClaim, HostProof, HostVerdict};

/// Column at which what stands under a claim begins.
const INDENT: usize = 9;

/// All claims under a heading, with the reason where one does not hold.
pub(super) fn all(cx: &Cx<'_>, out: &mut String, proofs: &[HostProof]) {
    if proofs.is_empty() {
        return;
    }
    out.push_str(&format!("== {} ==\n", paint(cx.palette.strong, cx.word(&WHOLE_HOST))));
    for proof in proofs {
        one(cx, out, proof);
    }
    out.push('\n');
}

fn one(cx: &Cx<'_>, out: &mut String, proof: &HostProof) {
    let (word, style) = verdict(cx, proof.verdict);
    let title = cx.say(&proof.claim.title());
    let service = proof.service.as_ref().filter(|_| proof.verdict != HostVerdict::Holds);
    let about = service.map(|service| format!(" ({})", visible(service))).unwrap_or_default();
    out.push_str(&format!(" {}  {}{about}\n", paint(style, cx.word(word)), paint(cx.palette.strong, title)));
    if proof.verdict != HostVerdict::Holds {
        let place = proof.place.map(|span| format!(" ({})", visible(&cx.places.show(span)))).unwrap_or_default();
        under(cx, out, &format!("{}{place}", cx.say(&proof.reason)));
    }
    for missing in &proof.missing {
        labelled(cx, out, &super::words::DECIDES, missing);
    }
    for exception in &proof.exceptions {
        labelled(cx, out, &EXCEPT, exception);
    }
}

/// What a check says of ways in besides smtpd: those that are open, or may be for
/// relaying. Nothing where smtpd is the only one.
pub(super) fn entrances(cx: &Cx<'_>, out: &mut String, proofs: &[HostProof]) {
    for proof in proofs.iter().filter(|proof| is_told(proofs, proof)) {
        let (word, _) = verdict(cx, proof.verdict);
        let service = proof.service.as_deref().map(visible).unwrap_or_default();
        cx.hang(out, &format!("  {service}: "), &format!("{}: {}", cx.word(word).trim_end(), cx.say(&proof.reason)));
    }
}

/// A relay says more than an entrance of the same service.
fn is_told(all: &[HostProof], proof: &HostProof) -> bool {
    let is_relay = |one: &HostProof| one.claim == HostClaim::NoOpenRelay;
    match proof.verdict {
        HostVerdict::Holds => false,
        HostVerdict::Fails => is_relay(proof) || !all.iter().any(|one| is_relay(one) && one.service == proof.service),
        HostVerdict::Depends | HostVerdict::Unknown => is_relay(proof),
    }
}

fn verdict(cx: &Cx<'_>, verdict: HostVerdict) -> (&'static Text, Style) {
    match verdict {
        HostVerdict::Holds => (&super::prove::HOLDS, cx.palette.info),
        HostVerdict::Fails => (&super::prove::FAILS, cx.palette.error),
        HostVerdict::Depends => (&super::prove::DEPENDS, cx.palette.warning),
        HostVerdict::Unknown => (&super::words::CANNOT_TELL, cx.palette.unknown),
    }
}

fn under(cx: &Cx<'_>, out: &mut String, text: &str) {
    hang_at(out, &" ".repeat(INDENT), text, INDENT, cx.width);
}

fn labelled(cx: &Cx<'_>, out: &mut String, label: &'static Text, text: &Text) {
    hang_at(out, &format!("{:INDENT$}{}: ", "", cx.word(label)), &cx.say(text), INDENT + 2, cx.width);
}

static WHOLE_HOST: Text = Text::fixed("The host besides its smtpd services", "smtpd 서비스 외의 호스트 전체");
static EXCEPT: Text = Text::fixed("except", "예외");
