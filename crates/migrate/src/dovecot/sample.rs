//! What an expression gives for sample users, in both versions.

use super::vars::{Old, Scope, parse, tail, translate};
use crate::Sample;

/// The users that samples are shown for.
const USERS: [&str; 2] = ["anna@example.org", "Bob"];

/// The samples of a value; none where it needs what samples do not have.
pub(super) fn of(value: &str, scope: Scope<'_>) -> Vec<Sample> {
    let new = translate(value, scope);
    if !new.any || !new.failed.is_empty() {
        return Vec::new();
    }
    let one =
        |user: &'static str| Some(Sample { user, before: before(value, scope, user)?, after: after(&new.text, user)? });
    USERS.into_iter().filter_map(one).collect()
}

/// The value of a variable of 2.4 for a sample user.
fn variable(name: &str, user: &str) -> Option<String> {
    Some(match name {
        "user" | "owner_user" | "auth_user" | "login_user" | "original_user" => user.to_owned(),
        "home" | "owner_home" => format!("/home/{}", local(user)),
        "service" | "protocol" => "imap".to_owned(),
        "remote_ip" => "192.0.2.1".to_owned(),
        "local_ip" => "198.51.100.1".to_owned(),
        _ => return None,
    })
}

fn local(user: &str) -> &str {
    user.split_once('@').map_or(user, |(local, _)| local)
}

fn domain(user: &str) -> &str {
    user.split_once('@').map_or("", |(_, domain)| domain)
}

/// As 2.3 expands it.
// var-expand.c of 2.3.19.1, var_expand_with_funcs
fn before(value: &str, scope: Scope<'_>, user: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = value;
    while let Some((text, after)) = rest.split_once('%') {
        out.push_str(text);
        if let Some(after) = after.strip_prefix('%') {
            let shared =
                if scope.shared { parse(after).filter(|old| matches!(old.key, "u" | "n" | "d" | "h")) } else { None };
            match shared {
                Some(old) => {
                    out.push_str(&old_value(&old, user)?);
                    rest = tail(after, old.len);
                }
                None => {
                    out.push('%');
                    rest = after;
                }
            }
            continue;
        }
        let old = parse(after)?;
        out.push_str(&old_value(&old, user)?);
        rest = tail(after, old.len);
    }
    out.push_str(rest);
    Some(out)
}

fn old_value(old: &Old<'_>, user: &str) -> Option<String> {
    let mut text = match old.key {
        "u" | "user" => user.to_owned(),
        "n" | "username" => local(user).to_owned(),
        "d" | "domain" => domain(user).to_owned(),
        "h" | "home" => format!("/home/{}", local(user)),
        "s" | "service" => "imap".to_owned(),
        "r" | "rip" => "192.0.2.1".to_owned(),
        "l" | "lip" => "198.51.100.1".to_owned(),
        _ => return None,
    };
    for modifier in old.modifiers.chars() {
        text = match modifier {
            'L' => text.to_lowercase(),
            'U' => text.to_uppercase(),
            'R' => text.chars().rev().collect(),
            'D' => text.replace('.', ",dc="),
            'E' => text,
            _ => return None,
        };
    }
    Some(part(&text, old.offset, old.width))
}

fn part(text: &str, offset: i64, width: i64) -> String {
    let skip = if offset < 0 { (text.len() as i64 + offset).max(0) } else { offset };
    let take = if width == 0 { i64::MAX } else { width };
    text.chars().skip(skip as usize).take(take.max(0) as usize).collect()
}

/// As 2.4 expands it.
// lib-var-expand/expansion-filter.c of 2.4.1
fn after(value: &str, user: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = value;
    while let Some((text, after)) = rest.split_once("%{") {
        if let Some(text) = text.strip_suffix('%') {
            out.push_str(text);
            out.push_str("%{");
            rest = after;
            continue;
        }
        out.push_str(text);
        let (inner, after) = after.split_once('}')?;
        let mut parts = inner.split('|').map(str::trim);
        let mut text = variable(parts.next()?, user)?;
        for filter in parts {
            text = match filter {
                "username" => local(&text).to_owned(),
                "domain" => domain(&text).to_owned(),
                "lower" => text.to_lowercase(),
                "upper" => text.to_uppercase(),
                "reverse" => text.chars().rev().collect(),
                "ldap_dn" => text.replace('.', ",dc="),
                _ => {
                    let arguments = filter.strip_prefix("substr(")?.strip_suffix(')')?;
                    let mut numbers = arguments.split(',').map(|number| number.trim().parse::<i64>().ok());
                    part(&text, numbers.next()??, numbers.next().flatten().unwrap_or(0))
                }
            };
        }
        out.push_str(&text);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
