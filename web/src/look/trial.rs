//! A session that somebody tries, as its transcript shows it.

use crate::state::Checked;
use postproof_engine::chain::{Explanation, Walk, WalkEnd};
use postproof_engine::diag::{Lang, Span, Text};
use postproof_engine::model::Service;
use postproof_engine::sim::{
    Command, Finding, Forked, Missing, Protocol, Reply, Session, Status, Step, Usual, Verdict, World, on_assumed_host,
};
use postproof_engine::{Host, simulated};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Answers to questions, as `--assume` takes them.
pub(crate) type Supplied = BTreeMap<String, String>;

/// What came out.
#[derive(Debug)]
pub(crate) struct Played {
    /// The session that was played.
    pub session: Session,
    /// Its replies.
    pub forked: Forked,
    /// What was taken as such a session usually finds it.
    pub usual: Supplied,
}

/// Plays a session against the service of an explanation. A typical session
/// (`typed` is nothing) is played as the chain shows it; one that was typed, on
/// the host that was given, with nothing made up about it.
pub(crate) fn play(
    host: &Host,
    explanation: &Explanation,
    walk: &Walk,
    typed: Option<&Session>,
    supplied: &Supplied,
) -> Option<Played> {
    let service = service(host, explanation)?;
    let session = typed.unwrap_or(&walk.session);
    let assumed_host = if typed.is_none() { on_assumed_host(&host.model, &World::open()) } else { None };
    let model = assumed_host.as_ref().unwrap_or(&host.model);
    let run = |world: &World| simulated(model, service, world, std::slice::from_ref(session)).pop();
    let mut answers: Supplied = walk.assumed.iter().cloned().collect();
    if let WalkEnd::Depends(open) = &walk.end {
        // What the end depends on is not taken for granted.
        let bare = run(&World::open())?;
        answers.retain(|question, _| {
            !bare.asked.iter().any(|one| *one.question == **question && open.iter().any(|text| text.en == one.text.en))
        });
    }
    let usual = Arc::new(Usual::new(move |question| answers.get(question).cloned()));
    let world = World { assumed: supplied.clone(), usual: Some(Arc::clone(&usual)), ..World::open() };
    let forked = run(&world)?;
    Some(Played { session: session.clone(), forked, usual: usual.take() })
}

/// The service that an explanation explains.
pub(crate) fn service<'h>(host: &'h Host, explanation: &Explanation) -> Option<&'h Service> {
    host.model.services.iter().find(|service| service.id == explanation.service)
}

/// What the client sends; nothing when it connects.
pub(crate) fn client_line(session: &Session, reply: &Reply) -> Option<String> {
    let argument = &reply.argument;
    let address = || if session.brackets { format!("<{argument}>") } else { argument.clone() };
    Some(match reply.command {
        Command::Connect => return None,
        Command::Helo if session.protocol == Protocol::Esmtp => format!("EHLO {argument}"),
        Command::Helo => format!("HELO {argument}"),
        Command::StartTls => "STARTTLS".to_owned(),
        Command::Auth => format!("AUTH PLAIN ({argument})"),
        Command::Etrn => format!("ETRN {argument}"),
        Command::Vrfy => format!("VRFY {argument}"),
        Command::Mail => {
            let params: String = session.mail_params.iter().map(|param| format!(" {param}")).collect();
            format!("MAIL FROM:{}{params}", address())
        }
        Command::Rcpt => format!("RCPT TO:{}", address()),
        Command::Data => "DATA".to_owned(),
        Command::EndOfData => ".".to_owned(),
    })
}

/// The lines of a reply as they go over the wire; none: the connection is closed.
pub(crate) fn wire(checked: &Checked, reply: &Reply) -> Vec<String> {
    if reply.code == 0 {
        return Vec::new();
    }
    let dsn = reply.dsn.as_ref().map(|dsn| format!("{dsn} ")).unwrap_or_default();
    let text = super::masked(checked, &format!("{dsn}{}", reply.text));
    let count = text.split('\n').count();
    let line = |(at, line): (usize, &str)| format!("{}{}{line}", reply.code, if at + 1 < count { '-' } else { ' ' });
    text.split('\n').enumerate().map(line).collect()
}

/// What one list came to.
#[derive(Debug)]
pub(crate) struct ListEnd<'r> {
    /// The list.
    pub list: &'static str,
    /// The entry that ended it.
    pub step: Option<&'r Step>,
    /// How many of its entries were asked.
    pub asked: usize,
}

/// What the lists that were asked for a reply came to, in the order asked.
pub(crate) fn list_ends(reply: &Reply) -> Vec<ListEnd<'_>> {
    let mut ends: Vec<ListEnd<'_>> = Vec::new();
    for step in reply.steps.iter().filter(|step| step.depth == 0) {
        let at = match ends.iter().position(|end| end.list == step.list) {
            Some(at) => at,
            None => {
                ends.push(ListEnd { list: step.list, step: None, asked: 0 });
                ends.len() - 1
            }
        };
        let Some(end) = ends.get_mut(at) else { continue };
        end.asked += 1;
        match step.status {
            Status::Permit | Status::Reject | Status::Error | Status::Discard => end.step = Some(step),
            Status::Dunno | Status::None => {}
        }
    }
    ends
}

/// What made smtpd answer so, where no entry of a list that was asked did.
pub(crate) fn decided_outside(reply: &Reply) -> Option<(&str, Option<Span>)> {
    let decider = &reply.decider;
    let is_shown = list_ends(reply).iter().any(|end| end.step.is_some_and(|step| step.list == decider.list));
    match &decider.restriction {
        _ if is_shown => None,
        Some(name) => Some((name, decider.span)),
        None if matches!(decider.list, "default" | "builtin" | "") => None,
        None => Some((decider.list, decider.span)),
    }
}

/// Something that decides and is not known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Question<'r> {
    /// As `--assume` takes it.
    pub question: &'r str,
    /// A clause that names it.
    pub text: &'r Text,
    /// Answers that lead to the different replies.
    pub answers: Vec<String>,
}

/// What a reply depends on, with the answers that there can be.
pub(crate) fn questions<'r>(reply: &'r Reply) -> Vec<Question<'r>> {
    let assumed = || reply.possible.iter().flat_map(|way| &way.assumed);
    let one = |missing: &'r Missing| {
        let Missing { question, text, .. } = missing;
        let mut answers: Vec<String> = missing.words().into_iter().map(str::to_owned).collect();
        for finding in assumed().filter(|one| one.missing.question == *question).map(|one| &one.finding) {
            if let Some(answer) = answer_of(question, finding).filter(|answer| !answers.contains(answer)) {
                answers.push(answer);
            }
        }
        Question { question, text, answers }
    };
    reply.missing.iter().map(one).collect()
}

/// An answer as `--assume` takes it. How a look-up of a domain ended answers no
/// table.
pub(crate) fn answer_of(question: &str, finding: &Finding) -> Option<String> {
    Some(match finding {
        Finding::No => "none".to_owned(),
        Finding::Yes => "yes".to_owned(),
        Finding::Temporary | Finding::Broken => "fail".to_owned(),
        Finding::Text(text) => text.to_string(),
        Finding::Case(case) if question.starts_with("dns:") => domain_case(*case).to_owned(),
        Finding::Case(_) | Finding::Unknown(_) => return None,
    })
}

/// How a look-up of a domain ended; the only cases that anything unknown has.
// sim: check/domains.rs, Asked
pub(crate) fn domain_case(case: u32) -> &'static str {
    match case {
        0 => "nxdomain",
        1 => "nullmx",
        2 => "invalid",
        3 => "servfail",
        _ => "found",
    }
}

/// The transcript as text.
pub(crate) fn transcript(checked: &Checked, played: &Played, lang: Lang) -> String {
    let mut out = String::new();
    for reply in &played.forked.outcome.replies {
        if let Some(line) = client_line(&played.session, reply) {
            out.push_str(&format!("C: {line}\n"));
        }
        match reply.verdict {
            Verdict::Unknown => out.push_str(&format!("S: ? {}\n", crate::strings::LEGEND_UNKNOWN.get(lang))),
            Verdict::Permit | Verdict::Defer | Verdict::Reject => {
                wire(checked, reply).iter().for_each(|line| out.push_str(&format!("S: {line}\n")));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Doc, Field, Form};

    const TEXT: &str = "compatibility_level = 3.6\nmyhostname = mail.example.org\nmydestination = example.org\n\
        mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\n\
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

    fn checked(text: &str) -> Checked {
        Checked::run(&[Doc::file("main.cf".to_string(), text.as_bytes().to_vec())])
    }

    fn played(text: &str, fill: impl Fn(&mut Form), supplied: &[(&str, &str)]) -> (Checked, Played) {
        let checked = checked(text);
        let host = &checked.report.hosts[0];
        let explanation = &host.services[0];
        let walk = &explanation.stranger;
        let mut form = Form::of(&walk.session);
        fill(&mut form);
        let typed = form.session(&walk.session).unwrap();
        let supplied = supplied.iter().map(|(a, b)| ((*a).to_string(), (*b).to_string())).collect();
        let played = play(host, explanation, walk, Some(&typed), &supplied).unwrap();
        (checked, played)
    }

    #[test]
    fn every_typical_session_is_answered_as_in_the_chain() {
        for text in [TEXT, "smtpd_recipient_restrictions = permit_mynetworks, reject_rbl_client bl.example\n"] {
            let checked = checked(text);
            let host = &checked.report.hosts[0];
            for walk in host.services[0].walks() {
                let played = play(host, &host.services[0], walk, None, &Supplied::new()).unwrap();
                let last = played.forked.outcome.decisive().unwrap();
                match &walk.end {
                    WalkEnd::Refused { code, .. } => assert_eq!(last.code, *code, "{}", walk.key),
                    WalkEnd::Accepted => assert_eq!(last.verdict, Verdict::Permit, "{}", walk.key),
                    WalkEnd::Depends(_) => assert_eq!(last.verdict, Verdict::Unknown, "{}", walk.key),
                    WalkEnd::DoesNotStart => assert_eq!(last.code, 0, "{}", walk.key),
                }
            }
        }
    }

    #[test]
    fn a_typed_session_gets_its_reply() {
        let (checked, refused) = played(TEXT, |form| form.set(Field::Recipients, "you@elsewhere.example".into()), &[]);
        let last = refused.forked.outcome.decisive().unwrap();
        assert_eq!(last.code, 554);
        let ends = list_ends(last);
        assert_eq!(ends.last().unwrap().step.unwrap().name, "reject_unauth_destination");
        assert_eq!(decided_outside(last), None);
        let text = transcript(&checked, &refused, Lang::En);
        assert!(text.contains("C: RCPT TO:<you@elsewhere.example>\nS: 554 5.7.1"), "{text}");
        let (_, taken) = played(TEXT, |form| form.set(Field::Recipients, "you@example.org".into()), &[]);
        assert_eq!(taken.forked.outcome.decisive().unwrap().verdict, Verdict::Permit);
    }

    #[test]
    fn an_answer_that_is_supplied_decides() {
        let text = format!("{TEXT}smtpd_recipient_restrictions = check_recipient_access pgsql:/etc/postfix/x.cf\n");
        let fill = |form: &mut Form| form.set(Field::Recipients, "you@example.org".into());
        let (_, open) = played(&text, fill, &[]);
        let reply = open.forked.outcome.decisive().unwrap();
        assert_eq!(reply.verdict, Verdict::Unknown);
        let asked = questions(reply);
        assert!(asked.iter().any(|one| one.answers.len() > 1), "{asked:?}");
        let question = "pgsql:/etc/postfix/x.cf:you@example.org";
        let (_, refused) = played(&text, fill, &[(question, "REJECT")]);
        assert_eq!(refused.forked.outcome.decisive().unwrap().code, 554);
    }
}
