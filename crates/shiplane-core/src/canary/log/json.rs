//! JSON lines as nginx, Caddy, Traefik and many programs write them.

use serde_json::Value;

use super::field::Unit;
use super::{Form, moment};
use crate::canary::tally::{Outcome, Seen};

/// Names of the time.
const TIMES: [&str; 9] =
    ["time", "timestamp", "@timestamp", "ts", "time_iso8601", "time_local", "msec", "StartUTC", "at"];

/// Names of the status.
const STATUSES: [&str; 6] =
    ["status", "status_code", "http_status", "response_status", "DownstreamStatus", "code"];

/// Names of the latency, with the unit that whoever uses the name writes.
const DURATIONS: [(&str, Unit); 9] = [
    ("request_time", Unit::Seconds),
    ("duration_ms", Unit::Millis),
    ("response_time_ms", Unit::Millis),
    ("latency_ms", Unit::Millis),
    ("elapsed_ms", Unit::Millis),
    ("request_time_ms", Unit::Millis),
    ("ms", Unit::Millis),
    ("duration", Unit::Seconds),
    ("Duration", Unit::Nanos),
];

pub(super) fn parse(line: &str, form: &Form) -> Option<Seen> {
    let value: Value = serde_json::from_str(line).ok()?;
    let at = named(&value, form.time.as_deref(), &TIMES).and_then(moment)?;
    let status = named(&value, form.status.as_deref(), &STATUSES).and_then(number)?;
    let outcome = outcome(status)?;
    let millis = match &form.duration {
        Some(duration) => {
            field(&value, &duration.field).and_then(number).and_then(|it| duration.unit.millis(it))
        }
        None => DURATIONS
            .iter()
            .find_map(|(name, unit)| field(&value, name).and_then(number).and_then(|it| unit.millis(it))),
    };
    Some(Seen { at, outcome, millis })
}

/// A status of 0 is how some programs write that there was no answer.
fn outcome(status: f64) -> Option<Outcome> {
    let status: u16 = format!("{status:.0}").parse().ok()?;
    match status {
        0 => Some(Outcome::NoAnswer),
        100..=999 => Some(Outcome::Status(status)),
        _ => None,
    }
}

fn named<'a>(value: &'a Value, name: Option<&str>, usual: &[&str]) -> Option<&'a Value> {
    match name {
        Some(name) => field(value, name),
        None => usual.iter().find_map(|name| field(value, name)),
    }
}

/// A field by its name, or by a JSON pointer.
fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    if name.starts_with('/') { value.pointer(name) } else { value.get(name) }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
