//! Compares simulated sessions with recorded answers of a real smtpd.
//!
//! With a part of the world forgotten (`--forget`), the same requests may be
//! answered `unknown`, but never otherwise than recorded.

use super::cases::{escaped, lines, park};
use crate::args::Args;
use anyhow::{Context, Result, anyhow, bail};
use postproof_report::json::{JsonOptions, simulate};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What can be forgotten.
const PARTS: [&str; 4] = ["dns", "policy", "users", "tables"];

/// The parts of a recorded request that a tool reads.
const REQUEST: [&str; 9] =
    ["main_cf", "master_cf", "tables", "service", "sessions", "dns", "policy", "system", "postfix_version"];

/// `cargo xtask oracle smtpd`.
pub(super) fn command(file: &Path, args: &mut Args) -> Result<()> {
    let shown = args.value("--show")?.map_or(Ok(5), |number| number.parse())?;
    let only = args.value("--only")?;
    let forget = args.value("--forget")?;
    args.finish()?;
    if let Some(part) = forget.as_deref().filter(|part| !PARTS.contains(part)) {
        bail!("nothing to forget is called `{part}`; there are {}", PARTS.join(", "));
    }
    let mut sums = Sums::default();
    for line in lines(file)? {
        let record: Value = serde_json::from_str(&park(&line))?;
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        if only.as_deref().is_none_or(|only| only == id) {
            sums.add(&record, id, forget.as_deref(), shown).with_context(|| id.to_owned())?;
        }
    }
    sums.print();
    if sums.wrong + sums.absent + sums.extra == 0 { Ok(()) } else { bail!("answers differ from the recorded ones") }
}

/// The file that `--set` names.
pub(super) fn file(args: &mut Args) -> Result<Option<PathBuf>> {
    Ok(args.value("--set")?.map(PathBuf::from))
}

#[derive(Default)]
struct Sums {
    requests: usize,
    replies: usize,
    equal: usize,
    unknown: usize,
    /// Certain, and not what was recorded.
    wrong: usize,
    /// Recorded, and not among ours.
    absent: usize,
    /// Ours, and not recorded, although all before it was certain.
    extra: usize,
    scored: usize,
    decided: usize,
}

/// A reply by its command and its number among those of that command.
type Place = (String, usize);

impl Sums {
    fn add(&mut self, record: &Value, id: &str, forget: Option<&str>, shown: usize) -> Result<()> {
        let request = record.get("request").context("no request")?;
        let request: serde_json::Map<String, Value> =
            REQUEST.iter().filter_map(|key| Some(((*key).to_owned(), request.get(*key)?.clone()))).collect();
        for (what, request) in variants(request, forget) {
            self.requests += 1;
            let json = escaped(&Value::Object(request).to_string());
            let answer =
                simulate::answer(json.as_bytes(), &JsonOptions::default()).map_err(|why| anyhow!("{}", why.en))?;
            let answer: Value = serde_json::from_str(&answer)?;
            let real = record.pointer("/response/sessions").and_then(Value::as_array).into_iter().flatten();
            let ours = answer.get("sessions").and_then(Value::as_array).into_iter().flatten();
            for (number, (real, ours)) in real.zip(ours).enumerate() {
                self.session(&replies(real), &replies(ours), &format!("{id}{what} session {number}"), shown);
            }
        }
        Ok(())
    }

    fn session(&mut self, real: &[(Place, &Value)], ours: &[(Place, &Value)], id: &str, shown: usize) {
        let own: BTreeMap<&Place, &Value> = ours.iter().map(|(place, reply)| (place, *reply)).collect();
        for (place, recorded) in real {
            self.replies += 1;
            let Some(reply) = own.get(place) else {
                self.absent += 1;
                self.show(id, place, recorded, None, shown);
                continue;
            };
            if reply.get("verdict").and_then(Value::as_str) == Some("unknown") {
                self.unknown += 1;
                continue;
            }
            if ["code", "dsn"].iter().any(|key| reply.get(*key) != recorded.get(*key)) {
                self.wrong += 1;
                self.show(id, place, recorded, Some(reply), shown);
                continue;
            }
            self.equal += 1;
            self.decider(recorded, reply);
        }
        let recorded: BTreeSet<&Place> = real.iter().map(|(place, _)| place).collect();
        let is_unknown = |reply: &Value| reply.get("verdict").and_then(Value::as_str) == Some("unknown");
        let certain = ours.iter().take_while(|(_, reply)| !is_unknown(reply));
        for (place, reply) in certain.filter(|(place, _)| !recorded.contains(place)) {
            self.extra += 1;
            self.show(id, place, &Value::Null, Some(reply), shown);
        }
    }

    fn decider(&mut self, recorded: &Value, reply: &Value) {
        let of = |reply: &Value, key: &str| reply.pointer(&format!("/decided_by/{key}")).cloned().unwrap_or_default();
        let restriction = of(recorded, "restriction");
        if restriction.is_null() || of(recorded, "list") == "(compatibility check)" {
            return;
        }
        self.scored += 1;
        let same = ["list", "index"].iter().all(|key| of(recorded, key) == of(reply, key));
        let own = of(reply, "restriction");
        let name = |value: &Value| value.as_str().unwrap_or_default().to_ascii_lowercase();
        self.decided += usize::from(same && name(&own) == name(&restriction));
    }

    fn show(&self, id: &str, place: &Place, recorded: &Value, reply: Option<&Value>, shown: usize) {
        if self.wrong + self.absent + self.extra > shown {
            return;
        }
        let line = |reply: &Value| {
            let of = |key: &str| reply.get(key).cloned().unwrap_or_default();
            format!("{} {} {} {}", of("code"), of("dsn"), of("text"), of("decided_by"))
        };
        println!("{id} {} {}", place.0, place.1);
        println!("    recorded {}", line(recorded));
        println!("    ours     {}", reply.map_or_else(|| "nothing".to_owned(), line));
    }

    fn print(&self) {
        let Self { requests, replies, equal, unknown, wrong, absent, extra, scored, decided } = self;
        let share =
            |part: &usize, whole: &usize| if *whole == 0 { 100.0 } else { *part as f64 * 100.0 / *whole as f64 };
        println!("{requests} requests, {replies} recorded replies");
        println!("equal code and enhanced code  {equal:7} {:7.3} %", share(equal, replies));
        println!("unknown                       {unknown:7} {:7.3} %", share(unknown, replies));
        println!("certain and wrong             {wrong:7}");
        println!("recorded, but not ours        {absent:7}");
        println!("ours, but not recorded        {extra:7}");
        println!("deciding entry, of {scored:7}    {decided:7} {:7.3} %", share(decided, scored));
    }
}

fn replies(session: &Value) -> Vec<(Place, &Value)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let replies = session.get("replies").and_then(Value::as_array).into_iter().flatten();
    let place = |reply: &Value| {
        let command = reply.get("command").and_then(Value::as_str).unwrap_or_default().to_owned();
        let count = counts.entry(command.clone()).or_default();
        *count += 1;
        (command, *count)
    };
    let mut place = place;
    replies.map(|reply| (place(reply), reply)).collect()
}

/// The request itself, or those in which a part of the world is not known: for
/// tables one without each, and one without any.
fn variants(
    request: serde_json::Map<String, Value>,
    forget: Option<&str>,
) -> Vec<(String, serde_json::Map<String, Value>)> {
    let forgetting = |edit: &dyn Fn(&mut serde_json::Map<String, Value>), unknown: Vec<String>| {
        let mut request = request.clone();
        edit(&mut request);
        request.insert("unknown".to_owned(), json!(unknown));
        request
    };
    match forget {
        None => vec![(String::new(), request)],
        Some("users") => {
            let edit = |request: &mut serde_json::Map<String, Value>| {
                if let Some(system) = request.get_mut("system").and_then(Value::as_object_mut) {
                    system.remove("users");
                }
            };
            vec![(String::new(), forgetting(&edit, vec!["users".to_owned()]))]
        }
        Some("tables") => {
            let tables = request.get("tables").and_then(Value::as_object).into_iter().flatten();
            let names: Vec<String> = tables.map(|(name, _)| name.clone()).collect();
            let question = |name: &String| format!("table:texthash:/etc/postfix/{name}");
            let without = |name: &String| {
                let edit = |request: &mut serde_json::Map<String, Value>| {
                    if let Some(tables) = request.get_mut("tables").and_then(Value::as_object_mut) {
                        tables.remove(name);
                    }
                };
                (format!(" without {name}"), forgetting(&edit, vec![question(name)]))
            };
            let all = |request: &mut serde_json::Map<String, Value>| drop(request.remove("tables"));
            let mut requests: Vec<_> = names.iter().map(without).collect();
            requests.push((" without tables".to_owned(), forgetting(&all, names.iter().map(question).collect())));
            requests
        }
        Some(part) => {
            let edit = |request: &mut serde_json::Map<String, Value>| drop(request.remove(part));
            vec![(String::new(), forgetting(&edit, vec![part.to_owned()]))]
        }
    }
}
