//! Shell prompts and the commands after them.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{opt, recognize, verify};
use nom::multi::fold_many0;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

/// A line with a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prompt<'t> {
    /// The host it names.
    pub(super) host: Option<&'t str>,
    /// What was typed.
    pub(super) command: &'t str,
    /// Whether it can't be anything but a prompt; a lone `#` or `>` may begin
    /// a comment or a quotation.
    pub(super) certain: bool,
}

const MARKS: &[char] = &['#', '$', '%', '>', '❯', '➜'];

/// Reads a line as a prompt with what was typed after it.
pub(super) fn prompt(line: &str) -> Option<Prompt<'_>> {
    let line = line.trim();
    if !line.contains(MARKS) {
        return None;
    }
    // Hosts, paths and marks are short; this also bounds the work on long lines.
    let head = line.char_indices().nth(200).map_or(line, |(at, _)| line.get(..at).unwrap_or(line));
    let (left, (host, certain)) = alt((bracketed, user_at_host, host_only, mark_only)).parse(head).ok()?;
    let command = line.get(head.len() - left.len()..)?.trim();
    Some(Prompt { host, command, certain })
}

type Found<'t> = IResult<&'t str, (Option<&'t str>, bool)>;

/// `[root@mx1 ~]# `
fn bracketed(line: &str) -> Found<'_> {
    let user = take_while1(is_word);
    let inner = delimited(char('['), (user, preceded(char('@'), host), take_till(|ch| ch == ']')), char(']'));
    let (left, (_, host, _)) = terminated(inner, mark).parse(line)?;
    Ok((left, (Some(host), true)))
}

/// `root@mx:~# `, `root@mx ~ # `, `(venv) root@mx:/etc/postfix$ `
fn user_at_host(line: &str) -> Found<'_> {
    let user = take_while1(is_word);
    // Some shells show a branch too: `~/x (main *) `, `~ git:(main) ✗ `.
    let directory = take_while(|ch: char| is_word(ch) || "~/: ()*+✗✔".contains(ch));
    let (left, (_, _, host, _)) =
        terminated((decoration, user, preceded(char('@'), host), directory), mark).parse(line)?;
    Ok((left, (Some(host), true)))
}

/// A virtual environment or the time of day: `(venv) `, `[10:22:31] `, `10:22 `.
fn decoration(line: &str) -> IResult<&str, ()> {
    let clock = |line| take_while1(|ch: char| ch.is_ascii_digit() || ch == ':').parse(line);
    let one = alt((
        delimited(char('('), take_while1(is_word), char(')')),
        delimited(char('['), clock, char(']')),
        verify(clock, |text: &str| text.contains(':')),
    ));
    fold_many0(terminated(one, take_while1(|ch| ch == ' ')), || (), |(), _| ()).parse(line)
}

/// `mx1> `, `mx1# `, `mx1:~ # `, `mx1:/etc/postfix# `
fn host_only(line: &str) -> Found<'_> {
    let directory = opt((char(':'), take_while(|ch: char| is_word(ch) || "~/ ".contains(ch))));
    let (left, (host, _)) = terminated((host, directory), mark).parse(line)?;
    Ok((left, (Some(host), false)))
}

/// `# `, `$ `, `% `, `> `
fn mark_only(line: &str) -> Found<'_> {
    let (left, found) =
        terminated(one_of("#$%>❯➜"), verify(take_while(|ch| ch == ' '), |gap: &str| !gap.is_empty())).parse(line)?;
    Ok((left, (None, matches!(found, '$' | '%' | '❯'))))
}

fn mark(line: &str) -> IResult<&str, char> {
    one_of("#$%>").parse(line)
}

fn host(line: &str) -> IResult<&str, &str> {
    let letter =
        verify(recognize(take_while1(is_word)), |host: &str| host.starts_with(|ch: char| ch.is_ascii_alphanumeric()));
    preceded(opt(tag("\u{1b}[0m")), letter).parse(line)
}

fn is_word(ch: char) -> bool {
    ch.is_alphanumeric() || matches!(ch, '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(Option<&str>, &str)> {
        prompt(line).map(|prompt| (prompt.host, prompt.command))
    }

    #[test]
    fn reads_the_usual_prompts() {
        assert_eq!(read("root@mx:~# postconf -n"), Some((Some("mx"), "postconf -n")));
        assert_eq!(read("[root@mx1 ~]# cat /etc/postfix/master.cf"), Some((Some("mx1"), "cat /etc/postfix/master.cf")));
        assert_eq!(read("user@mx1.example.com:/etc/postfix$ ls"), Some((Some("mx1.example.com"), "ls")));
        assert_eq!(read("mx1:~ # postconf -n"), Some((Some("mx1"), "postconf -n")));
        assert_eq!(read("mx1> postconf"), Some((Some("mx1"), "postconf")));
        assert_eq!(read("$ doveconf -n"), Some((None, "doveconf -n")));
        assert_eq!(read("# postconf -n"), Some((None, "postconf -n")));
        assert_eq!(read("[10:22:31] root@mx1:~# ls"), Some((Some("mx1"), "ls")));
        assert_eq!(read("10:22 (venv) root@mx1 ~/x (main *) $ ls"), Some((Some("mx1"), "ls")));
        assert_eq!(read("user@mac ~ % postconf"), Some((Some("mac"), "postconf")));
    }

    #[test]
    fn mail_addresses_and_comments_are_no_prompts() {
        assert_eq!(read("user@example.com    other@example.com"), None);
        assert_eq!(read("#postconf"), None);
        assert_eq!(read("smtpd_banner = $myhostname # x"), None);
    }
}
