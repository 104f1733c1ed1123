//! What GitHub sent back: an answer, whole or in part, or the trouble it speaks of.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use shiplane_core::foreign;
use shiplane_core::gate::time::Time;

use crate::trouble::{Limit, Trouble};

/// Status and the headers that matter.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) remaining: Option<String>,
    pub(crate) reset: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) accepted_permissions: Option<String>,
}

/// Data, and what GitHub says of the parts that are missing in it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) data: Value,
    pub(crate) errors: Vec<Missing>,
    /// When it was given, by the server's clock.
    pub(crate) at: Option<Time>,
    /// What the token may still ask.
    pub(crate) allowance: Option<Allowance>,
}

/// How many points are left, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Points left.
    pub remaining: u64,
    /// When all of them are there again.
    pub reset: Time,
}

/// A part that is missing, and why.
#[derive(Clone, Debug)]
pub(crate) struct Missing {
    /// GitHub's word for the reason, such as `FORBIDDEN`.
    pub(crate) kind: String,
    /// The names on the way to it, without list positions.
    pub(crate) path: Vec<String>,
    pub(crate) message: String,
}

#[derive(Deserialize)]
struct Body {
    data: Option<Value>,
    #[serde(default)]
    errors: Option<Vec<ErrorEntry>>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    #[serde(rename = "type")]
    kind: Option<String>,
    path: Option<Vec<Value>>,
    message: Option<String>,
    #[serde(default)]
    extensions: Value,
}

impl Head {
    /// The server's clock.
    pub(crate) fn at(&self) -> Option<Time> {
        self.date.as_deref().and_then(http_date)
    }

    fn allowance(&self) -> Option<Allowance> {
        let remaining = self.remaining.as_ref()?.trim().parse().ok()?;
        Some(Allowance { remaining, reset: Time::from_seconds(self.reset.as_ref()?.trim().parse().ok()?) })
    }
}

/// Reads an HTTP answer to a GraphQL question.
pub(crate) fn read(head: &Head, text: &str) -> Result<Answer, Trouble> {
    refuse(head, text)?;
    body(head, text)
}

/// The trouble that a status tells of, if it does.
pub(crate) fn refuse(head: &Head, text: &str) -> Result<(), Trouble> {
    match head.status {
        200..=299 => Ok(()),
        401 => Err(Trouble::TokenRefused(message(text))),
        403 | 429 => Err(refused(head, message(text))),
        404 => Err(Trouble::NotFound(message(text))),
        500..=599 => Err(Trouble::Unavailable(format!("with status {}", head.status))),
        other => Err(Trouble::Nonsense(format!("status {other}: {}", message(text)))),
    }
}

fn body(head: &Head, text: &str) -> Result<Answer, Trouble> {
    let body: Body = serde_json::from_str(text).map_err(|error| Trouble::Nonsense(error.to_string()))?;
    // The hour's limit comes with status 200 here (docs, "Rate limits and query limits for the GraphQL API").
    let told = body.errors.unwrap_or_default();
    if told.iter().any(|error| error.kind() == "RATE_LIMITED") {
        return Err(Trouble::Limited(limit(head, false)));
    }
    let errors: Vec<Missing> = told.iter().map(ErrorEntry::missing).collect();
    match (body.data, told.first()) {
        (Some(data), _) if !data.is_null() => {
            Ok(Answer { data, errors, at: head.at(), allowance: head.allowance() })
        }
        (_, Some(error)) => Err(whole(head, error)),
        (_, None) => Err(Trouble::Nonsense("neither data nor errors".to_owned())),
    }
}

/// No data at all: the first error is the reason.
fn whole(head: &Head, error: &ErrorEntry) -> Trouble {
    let message = error.message.clone().unwrap_or_default();
    match error.kind() {
        "NOT_FOUND" => Trouble::NotFound(message),
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" => {
            Trouble::Forbidden { message, permission: head.accepted_permissions.clone() }
        }
        _ if error.extensions.get("code").and_then(Value::as_str) == Some("undefinedField") => {
            Trouble::TooOld(message)
        }
        // An error without a type and a code is GitHub's own failure: "Something went wrong while executing your query".
        "" if error.extensions.get("code").is_none() => {
            Trouble::Unavailable(format!("with an error: {message}"))
        }
        _ => Trouble::Nonsense(message),
    }
}

/// 403 and 429 mean a limit when the headers or the words say so; a 403 else means a permission.
fn refused(head: &Head, message: String) -> Trouble {
    let secondary = message.to_lowercase().contains("secondary rate limit");
    let used_up = head.remaining.as_deref() == Some("0");
    if head.status == 429 || head.retry_after.is_some() || used_up || secondary {
        return Trouble::Limited(limit(head, secondary || !used_up));
    }
    Trouble::Forbidden { message, permission: head.accepted_permissions.clone() }
}

/// `Retry-After` goes first, then the time of renewal, measured on the server's own clock.
fn limit(head: &Head, secondary: bool) -> Limit {
    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.trim().parse::<u64>().ok());
    let now = head.at();
    let until = |moment: Time| {
        let left = moment.seconds().checked_sub(now?.seconds())?;
        // A moment that is over by the server's clock may still be the one that it counts by.
        Some(Duration::from_secs(u64::try_from(left).unwrap_or_default().max(1)))
    };
    // Seconds, or a date (RFC 9110, "Retry-After").
    let date = || head.retry_after.as_deref().and_then(http_date).and_then(until);
    let asked = number(&head.retry_after).map(Duration::from_secs).or_else(date);
    let reset = number(&head.reset).and_then(|seconds| i64::try_from(seconds).ok()).map(Time::from_seconds);
    let reset = reset.filter(|_| asked.is_none() && !secondary);
    Limit { wait: asked.or_else(|| reset.and_then(until)), reset, secondary }
}

/// `Mon, 05 Jan 2026 10:00:00 GMT`
fn http_date(text: &str) -> Option<Time> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, day, month, year, clock, "GMT"] = words.as_slice() else { return None };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| name == month)? + 1;
    format!("{year}-{month:02}-{day}T{clock}Z").parse().ok()
}

/// GitHub's own words in an error's body; of a proxy's page only its size.
fn message(text: &str) -> String {
    let own = serde_json::from_str::<Value>(text).ok();
    let own = own.as_ref().and_then(|body| body.get("message")).and_then(Value::as_str);
    own.map_or_else(|| format!("a body of {} bytes without a message", text.len()), foreign::one_line)
}

impl ErrorEntry {
    fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or_default()
    }

    fn missing(&self) -> Missing {
        let path = self.path.iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        Missing {
            kind: self.kind().to_owned(),
            path,
            message: foreign::one_line(self.message.as_deref().unwrap_or_default()),
        }
    }
}
