//! Faults to come: each is kept for one request and then forgotten.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};

use super::world::World;

/// One way for an answer to go wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Another answer instead of the true one.
    Status {
        /// The HTTP status.
        code: u16,
        /// Headers to set.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// The true answer with one part missing, and the reason among the errors.
    Partial {
        /// The part, such as `repository.pullRequest.reviewThreads.nodes.0`.
        path: String,
        /// The error's type, such as `FORBIDDEN`.
        kind: String,
        /// The error's message.
        message: String,
    },
    /// The true answer, broken off in the middle of its body.
    Truncated,
    /// The connection closed without an answer; the request is not carried out.
    Hangup,
    /// The true answer to a world that changed just before it.
    Meanwhile(fn(&mut World)),
    /// The true answer, but late.
    Late(Duration),
}

impl Fault {
    /// Another status with a message as GitHub words it.
    pub fn status(code: u16, message: &str) -> Self {
        let body =
            json!({ "message": message, "documentation_url": super::DOCS, "status": code.to_string() });
        Self::Status { code, headers: Vec::new(), body: body.to_string() }
    }

    /// The hour's allowance is used up until `reset`, in seconds since 1970.
    pub fn rate_limited(reset: u64) -> Self {
        Self::status(403, "API rate limit exceeded for installation ID 1.")
            .header("x-ratelimit-limit", "5000")
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", &reset.to_string())
    }

    /// The secondary limit, with 403 or 429, asking for a pause.
    pub fn secondary_limited(code: u16, retry_after: Duration) -> Self {
        let message =
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        Self::status(code, message).header("retry-after", &retry_after.as_secs().to_string())
    }

    /// The proxy in front of GitHub found nobody behind it.
    pub fn bad_gateway() -> Self {
        let body = "<html><head><title>502 Bad Gateway</title></head></html>".to_owned();
        Self::Status { code: 502, headers: vec![("content-type".to_owned(), "text/html".to_owned())], body }
    }

    /// GraphQL's way to say that the allowance is used up: status 200.
    pub fn graphql_rate_limited() -> Self {
        let error =
            json!({ "type": "RATE_LIMITED", "message": "API rate limit already exceeded for user ID 1." });
        Self::Status { code: 200, headers: Vec::new(), body: json!({ "errors": [error] }).to_string() }
    }

    /// A part that the token may not read.
    pub fn forbidden(path: &str) -> Self {
        let message = "Resource not accessible by integration".to_owned();
        Self::Partial { path: path.to_owned(), kind: "FORBIDDEN".to_owned(), message }
    }

    /// Adds a header to an answer of another status.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match &mut self {
            Self::Status { headers, .. } => headers.push((name.to_owned(), value.to_owned())),
            Self::Partial { .. } | Self::Truncated | Self::Hangup | Self::Late(_) | Self::Meanwhile(_) => {
                panic!("only Fault::Status has headers of its own")
            }
        }
        self
    }
}

/// Faults in the order in which they will happen.
#[derive(Debug, Default)]
pub(super) struct Faults(VecDeque<(String, Fault)>, VecDeque<(usize, Fault)>);

impl Faults {
    pub(super) fn push(&mut self, prefix: &str, fault: Fault) {
        self.0.push_back((prefix.to_owned(), fault));
    }

    pub(super) fn push_after(&mut self, requests: usize, fault: Fault) {
        self.1.push_back((requests, fault));
    }

    /// The first fault meant for a path.
    pub(super) fn take(&mut self, path: &str) -> Option<Fault> {
        let due = self.1.iter().position(|(left, _)| *left == 0);
        self.1.iter_mut().for_each(|(left, _)| *left = left.saturating_sub(1));
        if let Some(at) = due {
            return self.1.remove(at).map(|(_, fault)| fault);
        }
        let at = self.0.iter().position(|(prefix, _)| path.starts_with(prefix.as_str()))?;
        self.0.remove(at).map(|(_, fault)| fault)
    }

    pub(super) fn left(&self) -> usize {
        self.0.len() + self.1.len()
    }
}

/// Takes one part out of a GraphQL answer and says why.
pub(super) fn withhold(answer: &mut Value, (path, kind, message): (&str, &str, &str)) {
    let steps: Vec<Value> =
        path.split('.').map(|step| step.parse::<u64>().map_or_else(|_| step.into(), Value::from)).collect();
    let part = answer.pointer_mut(&format!("/data/{}", path.replace('.', "/")));
    *part.unwrap_or_else(|| panic!("Fault::Partial: the answer has no part {path}")) = Value::Null;
    let error = json!({ "type": kind, "path": steps, "message": message });
    match answer.get_mut("errors").and_then(Value::as_array_mut) {
        Some(errors) => errors.push(error),
        None => answer["errors"] = json!([error]),
    }
}
