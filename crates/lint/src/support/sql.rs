//! What can be read off a SQL query without a SQL parser: tables, the columns
//! it gives, the conditions it sets, and where variables stand. What a query of
//! an unusual form does not show is left out.

use std::ops::Range;

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A name, keyword or number, in lower case, its last part where it is
    /// `table.column`.
    Word(String),
    /// A name in `"…"` or backticks.
    Name(String),
    /// Text in `'…'`.
    Text(String),
    /// Anything else.
    Sign(char),
}

/// A variable of the query: `%u`, `%{user}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SqlVariable {
    /// Its place in the text.
    pub(crate) range: Range<usize>,
    /// Whether it stands inside quotes.
    pub(crate) quoted: bool,
}

/// What was read off a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct SqlScan {
    /// The first keyword: `select`, `update`, `call`.
    pub(crate) verb: String,
    /// The tables of FROM and JOIN, without schema, each once.
    pub(crate) tables: Vec<String>,
    /// The names of the columns that the outer SELECT gives; `*` for all.
    pub(crate) columns: Vec<String>,
    /// Whether every column has a name that can be read.
    pub(crate) columns_known: bool,
    /// Whether there is a WHERE.
    pub(crate) has_where: bool,
    /// Columns compared with a fixed value: `active = 1`.
    pub(crate) flags: Vec<(String, String)>,
    /// Columns compared with a text that holds a variable.
    pub(crate) keys: Vec<(String, String)>,
    /// Every variable.
    pub(crate) variables: Vec<SqlVariable>,
}

/// Words that end a list of tables.
const AFTER_TABLES: &[&str] = &[
    "where", "join", "inner", "left", "right", "full", "cross", "natural", "on", "using", "group", "order", "limit",
    "union", "having", "window", "for", "offset", "set",
];

/// Reads a query.
pub(crate) fn scan(query: &str) -> SqlScan {
    let (tokens, variables) = tokens(query);
    let mut found = SqlScan { variables, ..SqlScan::default() };
    found.verb = tokens.iter().find_map(word).unwrap_or_default().to_owned();
    found.has_where = tokens.iter().any(|token| word(token) == Some("where"));
    tables(&tokens, &mut found);
    columns(&tokens, &mut found);
    conditions(&tokens, &mut found);
    found
}

fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) => Some(word),
        Token::Name(_) | Token::Text(_) | Token::Sign(_) => None,
    }
}

fn name(token: &Token) -> Option<&str> {
    match token {
        Token::Word(name) | Token::Name(name) => Some(name),
        Token::Text(_) | Token::Sign(_) => None,
    }
}

fn tokens(query: &str) -> (Vec<Token>, Vec<SqlVariable>) {
    let mut tokens = Vec::new();
    let mut variables = Vec::new();
    let mut quote: Option<char> = None;
    let mut text = String::new();
    let mut chars = query.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        if ch == '%'
            && let Some(end) = variable_end(query, at)
        {
            variables.push(SqlVariable { range: at..end, quoted: quote.is_some() });
            text.push_str(query.get(at..end).unwrap_or_default());
            while chars.next_if(|(next, _)| *next < end).is_some() {}
            continue;
        }
        match quote {
            Some(open) if ch == open => {
                let content = std::mem::take(&mut text);
                tokens.push(if open == '\'' { Token::Text(content) } else { Token::Name(content.to_lowercase()) });
                quote = None;
            }
            Some(_) => {
                text.push(ch);
                if ch == '\\'
                    && let Some((_, next)) = chars.next()
                {
                    text.push(next);
                }
            }
            None if matches!(ch, '\'' | '"' | '`') => {
                // `table`.`column`: the last part counts.
                if !text.ends_with('.') {
                    flush(&mut text, &mut tokens);
                }
                text.clear();
                quote = Some(ch);
            }
            None if ch.is_alphanumeric() || matches!(ch, '_' | '$' | '.' | '@' | ':') => text.push(ch),
            None => {
                flush(&mut text, &mut tokens);
                if !ch.is_whitespace() {
                    tokens.push(Token::Sign(ch));
                }
            }
        }
    }
    flush(&mut text, &mut tokens);
    (tokens, variables)
}

/// No variable is longer; text full of openings is not searched to its end for each.
const MAX_VARIABLE_BYTES: usize = 200;

/// Where a variable ends that begins at `at`; nothing for a lone `%` and `%%`.
fn variable_end(query: &str, at: usize) -> Option<usize> {
    let rest = query.get(at + 1..)?;
    let modifiers =
        rest.len() - rest.trim_start_matches(|ch: char| "LUEXRHNMT.-".contains(ch) || ch.is_ascii_digit()).len();
    let body = rest.get(modifiers..)?;
    let length = match body.chars().next()? {
        '{' => body.bytes().take(MAX_VARIABLE_BYTES).position(|byte| byte == b'}')? + 1,
        ch if ch.is_ascii_alphabetic() => 1,
        _ => return None,
    };
    Some(at + 1 + modifiers + length)
}

fn flush(text: &mut String, tokens: &mut Vec<Token>) {
    if text.is_empty() {
        return;
    }
    let word = std::mem::take(text).to_lowercase();
    let last = if word.contains('%') { &word } else { word.rsplit('.').next().unwrap_or(&word) };
    tokens.push(Token::Word(last.to_owned()));
}

fn tables(tokens: &[Token], found: &mut SqlScan) {
    let mut rest = tokens.iter().peekable();
    while let Some(token) = rest.next() {
        if !matches!(word(token), Some("from" | "join" | "update" | "into")) {
            continue;
        }
        let in_from = word(token) == Some("from");
        loop {
            // `FROM (a JOIN b …)`: the list goes on inside.
            while rest.next_if(|token| **token == Token::Sign('(')).is_some() {}
            let Some(table) = rest.peek().and_then(|token| name(token)).filter(|table| *table != "select") else {
                break;
            };
            if !found.tables.iter().any(|known| known == table) {
                found.tables.push(table.to_owned());
            }
            rest.next();
            // An alias, with or without AS.
            while rest.next_if(|token| name(token).is_some_and(|name| !AFTER_TABLES.contains(&name))).is_some() {}
            if !in_from || rest.next_if(|token| **token == Token::Sign(',')).is_none() {
                break;
            }
        }
    }
}

fn columns(tokens: &[Token], found: &mut SqlScan) {
    let mut rest = tokens.iter().skip_while(|token| word(token) != Some("select")).skip(1);
    let mut depth = 0_usize;
    let mut last: Option<&Token> = None;
    let mut any = false;
    found.columns_known = true;
    let mut close = |last: &mut Option<&Token>, any: &mut bool| {
        if !std::mem::take(any) {
            return;
        }
        match last.take() {
            Some(Token::Word(name) | Token::Name(name)) => found.columns.push(name.clone()),
            // MySQL takes `AS 'name'`; a bare text or a call has no name of use.
            Some(Token::Text(name)) => found.columns.push(name.to_lowercase()),
            Some(Token::Sign('*')) => found.columns.push("*".to_owned()),
            Some(Token::Sign(_)) | None => found.columns_known = false,
        }
    };
    for token in rest.by_ref() {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => depth = depth.saturating_sub(1),
            Token::Sign(',') if depth == 0 => {
                close(&mut last, &mut any);
                continue;
            }
            Token::Word(word)
                if depth == 0 && matches!(word.as_str(), "from" | "into" | "limit" | "where" | "union") =>
            {
                break;
            }
            Token::Word(_) | Token::Name(_) | Token::Text(_) | Token::Sign(_) => {}
        }
        any = true;
        last = Some(token);
    }
    close(&mut last, &mut any);
}

/// `column = value` in WHERE and ON.
fn conditions(tokens: &[Token], found: &mut SqlScan) {
    let from = tokens.iter().position(|token| matches!(word(token), Some("where" | "on"))).unwrap_or(tokens.len());
    let conditions = tokens.get(from..).unwrap_or_default();
    for window in conditions.windows(3) {
        let [left, sign, right] = window else { continue };
        let (Some(column), Token::Sign('=')) = (name(left), sign) else { continue };
        match right {
            Token::Text(text) if text.contains('%') => found.keys.push((column.to_owned(), text.clone())),
            Token::Word(value) if value.contains('%') => found.keys.push((column.to_owned(), value.clone())),
            Token::Text(value) => found.flags.push((column.to_owned(), value.to_lowercase())),
            Token::Word(value) if is_constant(value) => found.flags.push((column.to_owned(), value.clone())),
            Token::Word(_) | Token::Name(_) | Token::Sign(_) => {}
        }
    }
    // `AND active`, `AND NOT disabled`, `active IS TRUE`.
    for (at, token) in conditions.iter().enumerate() {
        let Some(column) = name(token).filter(|column| is_flag(column)) else { continue };
        let next = conditions.get(at + 1);
        let ends = next.is_none_or(|next| {
            matches!(word(next), Some("and" | "or" | "limit" | "is" | "order")) || *next == Token::Sign(')')
        });
        let before = at.checked_sub(1).and_then(|at| conditions.get(at)).and_then(word);
        let starts = matches!(before, Some("and" | "or" | "where" | "not" | "on"));
        if ends && starts {
            found.flags.push((column.to_owned(), if before == Some("not") { "0" } else { "1" }.to_owned()));
        }
    }
}

fn is_constant(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit()) || matches!(word, "true" | "false")
}

/// Names of columns that say whether an entry counts.
pub(crate) fn is_flag(column: &str) -> bool {
    let stems = [
        "active",
        "enabled",
        "enable",
        "disabled",
        "disable",
        "activated",
        "suspended",
        "deleted",
        "blocked",
        "locked",
        "banned",
    ];
    let bare = column.strip_prefix("is_").unwrap_or(column);
    stems.iter().any(|stem| bare == *stem || bare.strip_suffix(stem).is_some_and(|before| before.ends_with('_')))
        || matches!(column, "status" | "state" | "isactive" | "isenabled")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_columns_and_conditions_are_read_off() {
        let scan = scan(
            "SELECT u.email AS user, `password`, CONCAT('/var/mail/', maildir) AS home FROM mail.users u \
             JOIN domains AS d ON u.domain_id = d.id WHERE u.email = '%u' AND d.active = '1' AND NOT u.disabled LIMIT 1",
        );
        assert_eq!(scan.tables, ["users", "domains"]);
        assert_eq!(scan.columns, ["user", "password", "home"]);
        assert!(scan.columns_known && scan.has_where && scan.verb == "select");
        assert_eq!(scan.keys, [("email".to_owned(), "%u".to_owned())]);
        assert_eq!(scan.flags, [("active".to_owned(), "1".to_owned()), ("disabled".to_owned(), "0".to_owned())]);
    }

    #[test]
    fn variables_know_their_quotes() {
        let quoted = |text| scan(text).variables.iter().map(|one| one.quoted).collect::<Vec<_>>();
        assert_eq!(quoted("SELECT a FROM b WHERE c = %u AND d = '%Ld'"), [false, true]);
        assert_eq!(quoted("SELECT a FROM b WHERE c = '%{user | username}' AND x LIKE '10%%'"), [true]);
    }

    #[test]
    fn unusual_queries_say_little() {
        let scan = scan("SELECT count(*) FROM (SELECT 1) x, y");
        assert!(!scan.columns_known && !scan.has_where);
        assert!(super::scan("").tables.is_empty());
        assert!(super::scan("CALL login('%u')").verb == "call");
    }
}
