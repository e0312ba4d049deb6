//! Under which answers of the world a claim is not so, in the simplest form.

use crate::claims::Witness;
use postproof_diag::{Text, text};
use postproof_sim::{Assumed, Finding};

/// Conditions that are shown of one claim; more of the same help nobody.
pub const MAX_CONDITIONS: usize = 20;

/// Answers that make a claim fail together.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The answers; all must be so.
    pub answers: Vec<Assumed>,
    /// A session that goes through then.
    pub witness: Witness,
}

/// Whether two answers are the same answer to what a reader takes for the same
/// question: a table is asked for each key, but it is one table.
fn same(one: &Assumed, other: &Assumed) -> bool {
    is_same_topic(&one.missing.question, &other.missing.question) && one.finding == other.finding
}

/// Whether two questions have the same [`topic`]; most differ in the first bytes.
fn is_same_topic(one: &str, other: &str) -> bool {
    if std::ptr::eq(one, other) {
        return true;
    }
    let Some(at) = one.bytes().zip(other.bytes()).position(|(one, other)| one != other) else {
        return topic(one) == topic(other);
    };
    // Before the second colon stands no key, but of users.
    let colons = one.bytes().take(at).filter(|byte| *byte == b':').count();
    (colons >= 2 || one.starts_with("users:")) && topic(one) == topic(other)
}

/// What a question is about, without the key.
fn topic(question: &str) -> &str {
    let colons = match question.split(':').next() {
        Some("policy" | "host" | "file") => return question,
        Some("users") => 1,
        Some("proxy") => 3,
        Some(_) | None => 2,
    };
    let end = question.match_indices(':').nth(colons - 1).map_or(question.len(), |(at, _)| at);
    question.get(..end).unwrap_or(question)
}

/// Each answer once.
pub(crate) fn each_once(answers: Vec<Assumed>) -> Vec<Assumed> {
    let mut kept: Vec<Assumed> = Vec::new();
    for answer in answers {
        if !kept.iter().any(|known| same(known, &answer)) {
            kept.push(answer);
        }
    }
    kept
}

fn within(few: &[Assumed], many: &[Assumed]) -> bool {
    // Answers mostly come in the order of the lists: each is looked for behind the last.
    let mut behind = 0;
    few.iter().all(|one| {
        let order = (behind..many.len()).chain(0..behind.min(many.len()));
        let found = order.into_iter().find(|at| many.get(*at).is_some_and(|other| same(one, other)));
        behind = found.map_or(behind, |at| at + 1);
        found.is_some()
    })
}

/// Adds the answers of one failing way, unless fewer of them are known to be enough.
pub(crate) fn add(conditions: &mut Vec<Condition>, condition: Condition) {
    if conditions.iter().any(|known| within(&known.answers, &condition.answers)) {
        return;
    }
    conditions.retain(|known| !within(&condition.answers, &known.answers));
    conditions.push(condition);
}

/// Leaves out questions of which every answer was seen to fail, all others equal.
pub(crate) fn simplified(conditions: Vec<Condition>) -> Vec<Condition> {
    let mut few: Vec<Condition> = Vec::new();
    for condition in conditions {
        let answers = each_once(condition.answers);
        add(&mut few, Condition { answers, ..condition });
    }
    let mut conditions = few;
    conditions.sort_by_key(|condition| condition.answers.len());
    let mut at = 0;
    while let Some(condition) = conditions.get(at) {
        let both = condition.answers.iter().enumerate().find_map(|(skipped, one)| {
            let rest = |answers: &[Assumed], skipped: usize| -> Vec<Assumed> {
                answers.iter().enumerate().filter(|(at, _)| *at != skipped).map(|(_, one)| one.clone()).collect()
            };
            let own = rest(&condition.answers, skipped);
            // `yes` and `no` are all the answers there are.
            let opposite = match one.finding {
                Finding::Yes => Finding::No,
                Finding::No => Finding::Yes,
                Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) | Finding::Unknown(_) => {
                    return None;
                }
            };
            let other = Assumed::new(one.missing.clone(), opposite);
            let mut wanted = own.clone();
            wanted.push(other);
            let found = conditions.iter().any(|known| within(&known.answers, &wanted));
            found.then_some(own)
        });
        match both {
            Some(answers) => {
                let witness = condition.witness.clone();
                conditions.retain(|known| !within(&answers, &known.answers));
                conditions.push(Condition { answers, witness });
                conditions.sort_by_key(|condition| condition.answers.len());
                at = 0;
            }
            None => at += 1,
        }
    }
    conditions
}

/// One answer as a clause: what is asked, and what it answers.
pub fn clause(assumed: &Assumed) -> Text {
    let what = &assumed.missing.text;
    // These are sentences already.
    if let Some("release" | "proxy" | "certificate" | "trust" | "commands" | "leads" | "rewrites" | "ciphers") =
        assumed.missing.question.split(':').next()
    {
        return what.clone();
    }
    match &assumed.finding {
        Finding::No => match assumed.missing.question.split(':').next() {
            Some("policy") => text!("{what} is: `DUNNO`", "{what}: 응답 `DUNNO`", what = what),
            Some("milter" | "filter" | "users" | "host" | "file") => text!("{what}: no", "{what}: 아님", what = what),
            Some(_) | None => text!("{what} is: nothing found", "{what}: 없음", what = what),
        },
        Finding::Yes => text!("{what} is: yes", "{what}: 있음", what = what),
        Finding::Temporary => text!("{what} is: a temporary failure", "{what}: 일시적 실패", what = what),
        Finding::Broken => text!("{what} is: a failure", "{what}: 실패", what = what),
        Finding::Text(value) => {
            let value = Text::verbatim(&**value);
            text!("{what} is: `{value}`", "{what}: 값 `{value}`", what = what, value = value)
        }
        Finding::Case(number) => {
            let number = Text::verbatim(number.to_string());
            text!("{what} is: case {number}", "{what}: {number}번 경우", what = what, number = number)
        }
        Finding::Unknown(_) => text!("{what} is: not known", "{what}: 알 수 없음", what = what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_sim::{Missing, Outcome, Session};

    fn condition(answers: &[(&str, Finding)]) -> Condition {
        let assumed = |(question, finding): &(&str, Finding)| {
            let missing = Missing::new(*question, Text::verbatim((*question).to_owned()));
            Assumed::new(missing, finding.clone())
        };
        let (session, outcome) = (Session::default(), Outcome::default());
        let witness = Witness { session, outcome, arranged: Vec::new(), premises: Vec::new() };
        Condition { answers: answers.iter().map(assumed).collect(), witness }
    }

    fn shown(conditions: &[Condition]) -> Vec<String> {
        let clauses = |one: &Condition| one.answers.iter().map(|one| clause(one).en.to_string()).collect::<Vec<_>>();
        conditions.iter().map(|one| clauses(one).join(" and ")).collect()
    }

    #[test]
    fn fewer_answers_stand_for_more() {
        let mut all = Vec::new();
        add(&mut all, condition(&[("a", Finding::Yes), ("b", Finding::No)]));
        add(&mut all, condition(&[("a", Finding::Yes)]));
        add(&mut all, condition(&[("a", Finding::Yes), ("c", Finding::No)]));
        assert_eq!(shown(&all), ["a is: yes"]);
    }

    #[test]
    fn questions_are_the_same_but_for_the_key() {
        for (one, other, expected) in [
            ("pgsql:/a.cf:x", "pgsql:/a.cf:y", true),
            ("pgsql:/a.cf:x", "pgsql:/b.cf:x", false),
            ("pgsql:/a.cf:x", "pgsql:/a.cfx:x", false),
            ("users:a", "users:b", true),
            ("policy:inet:a", "policy:inet:b", false),
            ("proxy:pgsql:/a.cf:x", "proxy:pgsql:/b.cf:x", false),
            ("proxy:pgsql:/a.cf:x", "proxy:pgsql:/a.cf:y", true),
            ("dns:mx", "dns:mx:a", true),
        ] {
            assert_eq!((is_same_topic(one, other), topic(one) == topic(other)), (expected, expected), "{one} {other}");
        }
    }

    #[test]
    fn a_question_whose_answers_all_fail_is_left_out() {
        let all = vec![
            condition(&[("a", Finding::Yes), ("p", Finding::Text("OK".into()))]),
            condition(&[("a", Finding::No), ("p", Finding::Text("OK".into()))]),
        ];
        assert_eq!(shown(&simplified(all)), ["p is: `OK`"]);
    }
}
