//! The common and the combined form, with whatever stands behind them.

use super::field::Duration;
use super::{Form, written};
use crate::canary::tally::{Outcome, Seen};

/// Names of a latency in seconds that are written as `name=value` behind the combined form.
const USUAL: [&str; 2] = ["rt=", "request_time="];

/// `host ident user [time] "request" status bytes …`.
pub(super) fn parse(line: &str, form: &Form) -> Option<Seen> {
    // Before the first quote there is none, and a user's name may hold brackets: the time ends at `] "`.
    let (before, request) = line.split_once("] \"")?;
    let (_, time) = before.rsplit_once('[')?;
    let at = written(time)?;
    let rest = behind_quote(request)?;
    let status: u16 = rest.split_whitespace().next()?.parse().ok()?;
    if !(100..=999).contains(&status) {
        return None;
    }
    let millis = match &form.duration {
        Some(duration) => millis(line, rest, duration),
        None => usual(rest),
    };
    Some(Seen { at, outcome: Outcome::Status(status), millis })
}

/// What stands behind the closing quote; a quote within is escaped.
fn behind_quote(text: &str) -> Option<&str> {
    let mut escaped = false;
    for (place, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return text.get(place + 1..),
            _ => {}
        }
    }
    None
}

fn millis(line: &str, rest: &str, duration: &Duration) -> Option<f64> {
    let word = match duration.field.parse::<usize>() {
        Ok(number) => *words(line).get(number.checked_sub(1)?)?,
        Err(_) if duration.field == "last" => *words(line).last()?,
        Err(_) => {
            let name = format!("{}=", duration.field);
            words(rest).into_iter().find_map(|word| word.strip_prefix(&name))?
        }
    };
    duration.unit.read(word)
}

fn usual(rest: &str) -> Option<f64> {
    let value =
        words(rest).into_iter().find_map(|word| USUAL.iter().find_map(|name| word.strip_prefix(name)))?;
    super::field::Unit::Seconds.read(value)
}

/// The words of a line; what stands in quotes or brackets is one.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let after = behind_quote(quoted).unwrap_or_default();
                (quoted.get(..quoted.len().saturating_sub(after.len() + 1)).unwrap_or_default(), after)
            }
            None if rest.starts_with('[') => rest.split_once(']').unwrap_or((rest, "")),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}
