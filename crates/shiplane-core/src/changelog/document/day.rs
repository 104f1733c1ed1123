//! The day in a heading, written as the newest release writes it.

use std::ops::Range;

use regex_lite::{Captures, Regex};

use crate::changelog::date::Date;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How a day is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `2026-03-01`, between the numbers a character of one's own.
    Numbers(char),
    /// `March 1, 2026`
    Words(Words),
}

/// A day with the month's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    day_first: bool,
    short: bool,
    padded: bool,
    ordinal: bool,
    comma: bool,
}

/// Where a day stands in the text, and how it is written.
pub(super) fn find(text: &str) -> Option<(Range<usize>, Form)> {
    numbers(text).or_else(|| words(text))
}

impl Form {
    /// The day in this form.
    pub(super) fn write(&self, date: Date) -> String {
        let plain = date.to_string();
        let words = match self {
            Self::Numbers(between) => return plain.replace('-', &between.to_string()),
            Self::Words(words) => words,
        };
        let mut parts = plain.splitn(3, '-');
        let mut part = || parts.next().and_then(|part| part.parse::<usize>().ok()).unwrap_or_default();
        let (year, month, day) = (part(), part(), part());
        let name = month.checked_sub(1).and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
        let name = if words.short { name.get(..3).unwrap_or(name) } else { name };
        let end = if words.ordinal { ending(day) } else { "" };
        let day = if words.padded { format!("{day:02}{end}") } else { format!("{day}{end}") };
        let comma = if words.comma { "," } else { "" };
        if words.day_first {
            format!("{day} {name}{comma} {year}")
        } else {
            format!("{name} {day}{comma} {year}")
        }
    }
}

fn numbers(text: &str) -> Option<(Range<usize>, Form)> {
    let found = Regex::new(r"\d{4}([-/.])\d{2}([-/.])\d{2}").ok()?.captures(text)?;
    let between = |at: usize| found.get(at).and_then(|found| found.as_str().chars().next());
    let same = between(1).filter(|one| between(2) == Some(*one))?;
    Some((found.get(0)?.range(), Form::Numbers(same)))
}

fn words(text: &str) -> Option<(Range<usize>, Form)> {
    let month = MONTHS.map(|name| {
        let (head, tail) = name.split_at_checked(3).unwrap_or((name, ""));
        format!("{head}(?:{tail})?")
    });
    let month = format!(r"(?P<month>{})\.?", month.join("|"));
    let day = r"(?P<day>\d{1,2})(?P<end>st|nd|rd|th)?";
    let form = |found: &Captures<'_>, day_first: bool| {
        let text = |name: &str| found.name(name).map_or("", |found| found.as_str());
        Words {
            day_first,
            short: text("month").len() == 3 && text("month") != "May",
            padded: text("day").starts_with('0'),
            ordinal: !text("end").is_empty(),
            comma: !text("comma").is_empty(),
        }
    };
    for (pattern, day_first) in [
        (format!(r"{month} {day}(?P<comma>,?) \d{{4}}"), false),
        (format!(r"{day} {month}(?P<comma>,?) \d{{4}}"), true),
    ] {
        if let Some(found) = Regex::new(&pattern).ok()?.captures(text) {
            return Some((found.get(0)?.range(), Form::Words(form(&found, day_first))));
        }
    }
    None
}

fn ending(day: usize) -> &'static str {
    match (day % 10, day / 10) {
        (1, 0 | 2 | 3) => "st",
        (2, 0 | 2) => "nd",
        (3, 0 | 2) => "rd",
        _ => "th",
    }
}
