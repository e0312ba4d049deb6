//! Columns of SQL queries that 2.4 wants under other names: a literal `mail`
//! location, and quota rules that are put together from a column.
// mail-storage-service.c and quota.c of 2.3.19.1 read `mail` and `quota_rule`;
// 2.4.1 takes userdb fields by the names of its settings

use super::location;

/// Longer queries are left as they are.
const MAX_QUERY: usize = 64 << 10;

/// The query with the columns under their new names, and the first column
/// that could not be understood.
pub(super) fn rewritten(query: &str) -> (String, Option<&'static str>) {
    let mut out = query.to_owned();
    let mut left = None;
    if query.len() > MAX_QUERY {
        return (out, left);
    }
    let mut from = 0;
    while let Some((start, end)) = next_column(&out, from) {
        let name = out.get(start..end).unwrap_or_default().to_ascii_lowercase();
        let (prefix, column) = match name.strip_prefix("userdb_") {
            Some(column) => ("userdb_", column),
            None => ("", name.as_str()),
        };
        let old = if column == "mail" { "mail" } else { "quota_rule" };
        let new = expression(&out, start).and_then(|(begin, text)| {
            let new = if old == "mail" { of_mail(prefix, &text) } else { of_quota(prefix, &text) };
            new.map(|new| (begin, new))
        });
        match new {
            Some((begin, new)) => {
                out.replace_range(begin..end, &new);
                from = begin + new.len();
            }
            None => {
                left = left.or(Some(old));
                from = end;
            }
        }
    }
    (out, left)
}

/// The next place of one of the names, after the word AS.
fn next_column(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    let mut after_as = false;
    loop {
        let rest = text.get(at..)?;
        let skipped = rest.len() - rest.trim_start_matches(|ch: char| !is_word(ch)).len();
        let start = at + skipped;
        let word = text.get(start..)?.split(|ch: char| !is_word(ch)).next().filter(|word| !word.is_empty())?;
        let end = start + word.len();
        let wanted = ["mail", "userdb_mail", "quota_rule", "userdb_quota_rule"];
        let between = text.get(at..start).unwrap_or_default();
        if after_as && between.trim().is_empty() && wanted.iter().any(|name| word.eq_ignore_ascii_case(name)) {
            return Some((start, end));
        }
        after_as = word.eq_ignore_ascii_case("as");
        at = end;
    }
}

fn is_word(ch: char) -> bool {
    ch.is_ascii_alphanumeric() || ch == '_'
}

/// Where the expression before `AS name` begins, and its text.
fn expression(text: &str, name: usize) -> Option<(usize, String)> {
    let before = text.get(..name)?.trim_end();
    let before = before.get(..before.len().checked_sub(2)?)?.trim_end();
    // Back to the comma or keyword that begins the column.
    let mut depth = 0usize;
    let mut quote = None;
    let mut begin = 0;
    let mut chars: Vec<(usize, char)> = before.char_indices().collect();
    while let Some((at, ch)) = chars.pop() {
        match (quote, ch) {
            (Some(open), ch) if ch == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(ch),
            (None, ')') => depth += 1,
            (None, '(') => depth = depth.checked_sub(1)?,
            (None, ',') if depth == 0 => {
                begin = at + 1;
                break;
            }
            (None, _) => {}
        }
    }
    let column = before.get(begin..)?;
    let trimmed = column.trim_start();
    let word = trimmed.get(..7).filter(|word| word.eq_ignore_ascii_case("select "));
    let trimmed = word.map_or(trimmed, |_| trimmed.get(7..).unwrap_or_default().trim_start());
    Some((begin + column.len() - trimmed.len(), trimmed.to_owned()))
}

fn literal(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'').filter(|inner| !inner.contains('\''))
}

/// `'maildir:/path'` as one column for each part.
fn of_mail(prefix: &str, text: &str) -> Option<String> {
    let location = location::parse(literal(text)?);
    if location.settings.is_empty() || !location.unknown.is_empty() {
        return None;
    }
    let columns = location.settings.iter().map(|(name, value)| format!("'{value}' AS {prefix}{name}"));
    Some(columns.collect::<Vec<_>>().join(", "))
}

/// `CONCAT('*:storage=', column, 'M')` or `'*:bytes=' || column`.
fn of_quota(prefix: &str, text: &str) -> Option<String> {
    let concat = text.get(..6).filter(|word| word.eq_ignore_ascii_case("concat")).and_then(|_| text.get(6..));
    let parts: Vec<String> = match concat {
        Some(rest) => split(rest.trim().strip_prefix('(')?.strip_suffix(')')?, ","),
        None => split(text, "||"),
    };
    let (first, rest) = parts.split_first()?;
    let unit = match literal(first)? {
        "*:storage=" => "K",
        "*:bytes=" => "",
        _ => return None,
    };
    let (column, unit) = match rest {
        [column] => (column, unit),
        [column, suffix] => (column, literal(suffix).filter(|unit| matches!(*unit, "B" | "K" | "M" | "G" | "T"))?),
        _ => return None,
    };
    let value = match (unit, concat.is_some()) {
        ("" | "B", _) => column.clone(),
        (unit, true) => format!("CONCAT({column}, '{unit}')"),
        (unit, false) => format!("{column} || '{unit}'"),
    };
    Some(format!("{value} AS {prefix}quota_storage_size"))
}

/// At separators outside quotes and parentheses.
fn split(text: &str, separator: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0usize;
    let mut quote = None;
    let mut rest = text;
    while let Some(ch) = rest.chars().next() {
        if quote.is_none() && depth == 0 && rest.starts_with(separator) {
            parts.push(String::new());
            rest = rest.get(separator.len()..).unwrap_or_default();
            continue;
        }
        match (quote, ch) {
            (Some(open), ch) if ch == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(ch),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(ch);
        }
        rest = rest.get(ch.len_utf8()..).unwrap_or_default();
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_locations_and_quota_rules_get_their_new_names() {
        let check = |query: &str, expected: &str| assert_eq!(rewritten(query), (expected.to_owned(), None));
        check(
            "SELECT 'maildir:/m/%d:INDEX=/i' AS mail, 5 AS uid FROM x",
            "SELECT 'maildir' AS mail_driver, '/m/%d' AS mail_path, '/i' AS mail_index_path, 5 AS uid FROM x",
        );
        check(
            "SELECT a, CONCAT('*:storage=', quota, 'M')\nas quota_rule FROM x",
            "SELECT a, CONCAT(quota, 'M') AS quota_storage_size FROM x",
        );
        check("SELECT '*:bytes=' || q AS userdb_quota_rule", "SELECT q AS userdb_quota_storage_size");
        check(
            "SELECT concat('*:storage=', f(a, b)) AS quota_rule",
            "SELECT CONCAT(f(a, b), 'K') AS quota_storage_size",
        );
    }

    #[test]
    fn other_expressions_are_left_and_named() {
        let query = "SELECT concat('maildir:', path) AS userdb_mail, mail AS x FROM mail AS m";
        assert_eq!(rewritten(query), (query.to_owned(), Some("mail")));
        assert_eq!(rewritten("SELECT mail FROM mail"), ("SELECT mail FROM mail".to_owned(), None));
    }
}
