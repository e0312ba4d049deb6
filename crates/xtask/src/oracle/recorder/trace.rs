//! What smtpd's own log says of how it came to each reply.

use serde_json::{Value, json};

/// The order in which the two lists of RCPT are walked.
#[derive(Clone, Debug, Default)]
pub(super) struct RcptOrder(pub(super) Vec<&'static str>);

/// One list that was walked.
#[derive(Debug)]
struct Walk {
    list: String,
    entries: Vec<Entry>,
    /// Whether its end was reached, and not left by an error.
    is_done: bool,
}

/// One entry of it.
#[derive(Debug)]
struct Entry {
    name: String,
    status: Option<i32>,
    /// What its class or table result ran: depth, name, status.
    inner: Vec<(usize, String, Option<i32>)>,
}

/// The lines between one reply and the next, with the reply's code.
// smtpd_chat.c, smtpd_chat_reply: `> name[address]: 250 text`, the last line of
// a reply with a blank behind the code
pub(super) fn by_reply(lines: Vec<String>) -> Vec<(i64, Vec<String>)> {
    let mut replies = Vec::new();
    let mut before = Vec::new();
    for line in lines {
        match sent(&line) {
            Some((code, is_last)) => {
                if is_last {
                    replies.push((code, std::mem::take(&mut before)));
                }
            }
            None => before.push(line),
        }
    }
    replies
}

/// The code of a line that was sent, and whether it is the last of a reply.
/// `name[address]` may have a port, and an address of IPv6 has colons.
fn sent(line: &str) -> Option<(i64, bool)> {
    let (_, after) = line.strip_prefix("> ")?.split_once(']')?;
    let (_, reply) = after.split_once(": ")?;
    let (code, rest) = reply.split_at_checked(3)?;
    let code = code.parse().ok().filter(|code| *code >= 200)?;
    Some((code, rest.starts_with(' ') || rest.is_empty()))
}

/// Adds `trace` and `decided_by` to a reply.
pub(super) fn explain(reply: &mut Value, lines: &[String], order: &RcptOrder) {
    let walks = walks(lines, order);
    let steps = steps(&walks);
    if let Some(decider) = decider(reply, &walks, &steps, lines) {
        reply["decided_by"] = decider;
    }
    if !steps.is_empty() {
        reply["trace"] = Value::Array(steps);
    }
}

// smtpd_check.c, generic_checks and its callers, with verbose logging
fn walks(lines: &[String], order: &RcptOrder) -> Vec<Walk> {
    let mut walks: Vec<Walk> = Vec::new();
    let mut depth: usize = 0;
    let mut of_rcpt = order.0.iter();
    for line in lines {
        let banner = |word: &str| line.strip_prefix(word).and_then(|rest| rest.strip_suffix(" RESTRICTIONS <<<"));
        if let Some(title) = banner(">>> START ") {
            if depth == 0 {
                let list = match list(title) {
                    Some("smtpd_recipient_restrictions") => {
                        of_rcpt.next().copied().unwrap_or("(compatibility check)").to_owned()
                    }
                    Some(list) => list.to_owned(),
                    None => title.to_owned(),
                };
                walks.push(Walk { list, entries: Vec::new(), is_done: false });
            }
            depth += 1;
        } else if banner(">>> END ").is_some() {
            depth = depth.saturating_sub(1);
            if let (0, Some(walk)) = (depth, walks.last_mut()) {
                walk.is_done = true;
            }
        } else if let (true, Some(walk), Some(met)) =
            (depth > 0, walks.last_mut(), line.strip_prefix("generic_checks: name="))
        {
            met_entry(walk, depth, met);
        }
    }
    walks
}

/// `NAME` when it begins, `NAME status=N` when it ends.
fn met_entry(walk: &mut Walk, depth: usize, met: &str) {
    let ended = met.rsplit_once(" status=").and_then(|(name, status)| Some((name, status.parse::<i32>().ok()?)));
    match (ended, depth) {
        (None, 1) => walk.entries.push(Entry { name: met.to_owned(), status: None, inner: Vec::new() }),
        (Some((_, status)), 1) => {
            if let Some(entry) = walk.entries.last_mut() {
                entry.status = Some(status);
            }
        }
        (None, _) => {
            if let Some(entry) = walk.entries.last_mut() {
                entry.inner.push((depth - 1, met.to_owned(), None));
            }
        }
        (Some((_, status)), _) => {
            let inner = walk.entries.last_mut().into_iter().flat_map(|entry| entry.inner.iter_mut().rev());
            if let Some(open) = inner.into_iter().find(|(at, _, status)| *at == depth - 1 && status.is_none()) {
                open.2 = Some(status);
            }
        }
    }
}

fn list(title: &str) -> Option<&'static str> {
    Some(match title {
        "Client host" => "smtpd_client_restrictions",
        "Helo command" => "smtpd_helo_restrictions",
        "Sender address" => "smtpd_sender_restrictions",
        "Recipient address" => "smtpd_recipient_restrictions",
        "Data command" => "smtpd_data_restrictions",
        "End-of-data" | "END-OF-MESSAGE" => "smtpd_end_of_data_restrictions",
        "Etrn command" => "smtpd_etrn_restrictions",
        _ => return None,
    })
}

/// smtpd.h: SMTPD_CHECK_DUNNO, _OK, _REJECT.
fn word(status: Option<i32>) -> &'static str {
    match status {
        None => "none",
        Some(0) => "dunno",
        Some(1) => "permit",
        Some(2) => "reject",
        Some(_) => "error",
    }
}

fn steps(walks: &[Walk]) -> Vec<Value> {
    let mut steps = Vec::new();
    for walk in walks {
        for (index, entry) in walk.entries.iter().enumerate() {
            let mut step = json!({
                "list": walk.list, "index": index, "restriction": entry.name, "status": word(entry.status),
            });
            if !entry.inner.is_empty() {
                let inner = entry.inner.iter().map(|(depth, name, status)| json!([depth, name, word(*status)]));
                step["sub"] = inner.collect();
            }
            steps.push(step);
        }
    }
    steps
}

fn decider(reply: &Value, walks: &[Walk], steps: &[Value], lines: &[String]) -> Option<Value> {
    let entry =
        |step: &Value| json!({ "list": step["list"], "index": step["index"], "restriction": step["restriction"] });
    let list = |name: &str| json!({ "list": name, "index": null, "restriction": null });
    let code = reply["code"].as_i64()?;
    if code < 400 {
        let permit = steps.iter().rev().find(|step| step["status"] == "permit");
        return Some(permit.map_or_else(|| list("default"), entry));
    }
    if let (Some(last), Some(walk)) = (steps.last(), walks.last()) {
        // An error leaves the list without its end.
        if last["status"] == "reject" || last["status"] == "error" || !walk.is_done {
            return Some(entry(last));
        }
    }
    let last_check =
        lines.iter().rev().find(|line| line.starts_with(">>> CHECKING ") && line.contains("VALIDATION MAPS"));
    let text = reply["text"].as_str().unwrap_or_default();
    // What an entry put off is sent where nothing else refuses, and the log does
    // not tell it from what the last check says, but for the words.
    let is_unlisted = ["User unknown", "ookup failure"].iter().any(|words| text.contains(words));
    let is_put_off =
        code < 500 && text.contains(" rejected: ") && !is_unlisted && !text.contains("defer_if_reject requested");
    if let Some(check) = last_check.filter(|_| !is_put_off) {
        let is_sender = check.contains("Sender");
        return Some(list(if is_sender { "smtpd_reject_unlisted_sender" } else { "smtpd_reject_unlisted_recipient" }));
    }
    let is_closing = text.contains("service unavailable");
    Some(list(if is_put_off || (!steps.is_empty() && code < 500 && !is_closing) {
        "defer_if_permit"
    } else {
        "builtin"
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn lines_belong_to_the_reply_that_follows() {
        let log = "a\n> unknown[192.0.2.1]: 250-x\n> unknown[192.0.2.1]: 250 y\nb\nc\n> unknown[192.0.2.1]: 554 5.7.1 no: 1\nd";
        let replies = by_reply(lines(log));
        assert_eq!(sent("> a[2001:db8::1]:40000: 250-x"), Some((250, false)));
        assert_eq!(replies, [(250, vec!["a".to_owned()]), (554, vec!["b".to_owned(), "c".to_owned()])]);
    }

    #[test]
    fn the_entry_that_refused_is_named() {
        let log = ">>> START Recipient address RESTRICTIONS <<<\n\
                   generic_checks: name=permit_mynetworks\ngeneric_checks: name=permit_mynetworks status=0\n\
                   generic_checks: name=own\n>>> START Recipient address RESTRICTIONS <<<\n\
                   generic_checks: name=reject\ngeneric_checks: name=reject status=2\n\
                   >>> END Recipient address RESTRICTIONS <<<\ngeneric_checks: name=own status=2\n\
                   >>> END Recipient address RESTRICTIONS <<<";
        let mut reply = json!({ "code": 554, "text": "5.7.1 no" });
        explain(&mut reply, &lines(log), &RcptOrder(vec!["smtpd_relay_restrictions"]));
        let decider = json!({ "list": "smtpd_relay_restrictions", "index": 1, "restriction": "own" });
        assert_eq!(reply["decided_by"], decider);
        assert_eq!(reply["trace"][1]["sub"], json!([[1, "reject", "reject"]]));
    }

    #[test]
    fn what_is_no_list_decides_too() {
        let of = |code: i64, log: &str| {
            let mut reply = json!({ "code": code, "text": "" });
            explain(&mut reply, &lines(log), &RcptOrder::default());
            reply["decided_by"]["list"].as_str().unwrap().to_owned()
        };
        assert_eq!(of(250, ""), "default");
        assert_eq!(of(503, ""), "builtin");
        assert_eq!(of(550, ">>> CHECKING Recipient address VALIDATION MAPS <<<"), "smtpd_reject_unlisted_recipient");
        let walk = ">>> START Client host RESTRICTIONS <<<\ngeneric_checks: name=a\ngeneric_checks: name=a status=0\n>>> END Client host RESTRICTIONS <<<";
        assert_eq!(of(450, walk), "defer_if_permit");
    }
}
