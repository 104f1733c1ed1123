//! Where a latency stands in a line, and in which unit.

use std::str::FromStr;

/// The place of a latency: a JSON field, `rt` of `rt=0.012`, a number of a field counted from 1, or `last`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    /// The name, the number, or `last`.
    pub field: String,
    /// The unit.
    pub unit: Unit,
}

/// The unit of a latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!("`{text}` is no place of a latency; write it as `request_time:s`, with s, ms, us or ns")
        };
        let (field, unit) = text.trim().rsplit_once(':').ok_or_else(wrong)?;
        let unit = match unit {
            "s" => Unit::Seconds,
            "ms" => Unit::Millis,
            "us" => Unit::Micros,
            "ns" => Unit::Nanos,
            _ => return Err(wrong()),
        };
        if field.is_empty() {
            return Err(wrong());
        }
        Ok(Self { field: field.to_owned(), unit })
    }
}

impl Unit {
    /// A number as it stands in a line: perhaps in quotes, perhaps with its unit.
    pub(super) fn read(self, word: &str) -> Option<f64> {
        let number = word.trim_matches('"').trim_end_matches(|c: char| c.is_ascii_alphabetic());
        self.millis(number.parse().ok()?)
    }

    /// As milliseconds; a negative or endless time is none.
    pub(super) fn millis(self, number: f64) -> Option<f64> {
        let millis = match self {
            Self::Seconds => number * 1000.0,
            Self::Millis => number,
            Self::Micros => number / 1000.0,
            Self::Nanos => number / 1_000_000.0,
        };
        // 0.58 s is 580.0000000000001 ms to a computer, and exactly on a line is not past it.
        let millis = (millis * 1000.0).round() / 1000.0;
        (millis.is_finite() && millis >= 0.0).then_some(millis)
    }
}
