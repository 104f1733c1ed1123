//! Access logs: a line to a request, in the common, combined, HAProxy or JSON form, told apart line by line.
//!
//! A client writes parts of such a line. What it sends stands in quotes, and the server escapes quotes in it, so the
//! fields are found from the outside in.

mod field;
mod haproxy;
mod json;
mod text;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::tally::Seen;
use crate::gate::time::Time;

pub use field::{Duration, Unit};

/// Where a log says what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The field of the time in a JSON line.
    pub time: Option<String>,
    /// The field of the status in a JSON line.
    pub status: Option<String>,
    /// Where the latency stands, and in which unit.
    pub duration: Option<Duration>,
}

/// Reads a line; nothing means that it makes no sense.
pub fn parse(line: &str, form: &Form) -> Option<Seen> {
    let line = line.trim();
    if line.starts_with('{') {
        return json::parse(line, form);
    }
    text::parse(line, form).or_else(|| haproxy::parse(line))
}

/// A moment: RFC 3339, the form of access logs, or seconds or milliseconds since 1970.
pub(crate) fn moment(value: &Value) -> Option<Time> {
    match value {
        Value::Number(number) => epoch(number.as_f64()?),
        Value::String(text) => written(text.trim()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A moment as servers write it.
fn written(text: &str) -> Option<Time> {
    let parsed = text.parse().ok().or_else(|| clf(text)).or_else(|| utc(text.parse().ok()?));
    parsed.or_else(|| epoch(text.parse().ok()?))
}

/// `10/Oct/2026:13:55:36 +0000`.
fn clf(text: &str) -> Option<Time> {
    let moment = Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", text).ok()?;
    Some(Time::from_seconds(moment.as_second()))
}

/// A time without a zone is taken as UTC.
fn utc(moment: DateTime) -> Option<Time> {
    let moment = moment.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Time::from_seconds(moment.as_second()))
}

/// Above this they are milliseconds: as seconds it would be the year 5138.
const MILLIS: f64 = 100_000_000_000.0;

/// The last second of the year 9999.
const LATEST: f64 = 253_402_300_799.0;

fn epoch(number: f64) -> Option<Time> {
    let seconds = if number >= MILLIS { number / 1000.0 } else { number };
    if !(0.0..=LATEST).contains(&seconds) {
        return None;
    }
    format!("{:.0}", seconds.floor()).parse().ok().map(Time::from_seconds)
}
