//! A change that GitHub may refuse because something else was faster: then the asker looks again.

use std::time::Duration;

use serde_json::Value;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;

use crate::answer::{self, Head};
use crate::client::{Client, GaveUp, Request, Verb};
use crate::rest::Refusal;
use crate::trouble::Trouble;

/// Between a change that did not fit and the next look.
const REST: Duration = Duration::from_millis(500);

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed<T> {
    /// It is made.
    Done(T),
    /// It does not fit what is there by now, in GitHub's words; a fresh look may find it made, or find another way.
    Unfit(String),
    /// The token may not, or it is not there.
    Refused(Refusal),
}

impl<T> Changed<T> {
    /// The same with something else in it.
    pub(crate) fn map<U>(self, with: impl FnOnce(T) -> U) -> Changed<U> {
        match self {
            Self::Done(value) => Changed::Done(with(value)),
            Self::Unfit(message) => Changed::Unfit(message),
            Self::Refused(refusal) => Changed::Refused(refusal),
        }
    }

    /// The same with something else in it that may be missing.
    pub(crate) fn read<U>(self, what: &str, with: impl FnOnce(T) -> Option<U>) -> Result<Changed<U>, Fault> {
        Ok(match self {
            Self::Done(value) => Changed::Done(with(value).ok_or_else(|| unnamed(what))?),
            Self::Unfit(message) => Changed::Unfit(message),
            Self::Refused(refusal) => Changed::Refused(refusal),
        })
    }
}

/// An answer that lacks what it is asked for.
pub(crate) fn unnamed(what: &str) -> Fault {
    Fault::could_not("github-answer", format!("GitHub's answer does not name {what}"))
}

impl Client {
    /// Lets GitHub come to rest after a change, before the next look: what it lists can be some seconds old.
    pub async fn rest(&self) {
        self.sleep(REST).await;
    }

    /// Changes something over REST; 409 and 422 say that it does not fit what is there.
    pub(crate) async fn change(&self, verb: Verb, path: &str, body: &Value) -> Result<Changed<Value>, Fault> {
        let url = self.rest_url(path);
        let body = (verb != Verb::Delete).then_some(body);
        let request = Request { verb, url: &url, body };
        self.changed(self.send(&request, read).await)
    }

    /// What became of a change that was sent.
    pub(crate) fn changed(&self, sent: Result<Settled, GaveUp>) -> Result<Changed<Value>, Fault> {
        Ok(match sent {
            Ok(Settled::Made(value)) => Changed::Done(value),
            Ok(Settled::Unfit(message)) => Changed::Unfit(message),
            Err(GaveUp { trouble: Trouble::Forbidden { message, permission }, .. }) => {
                Changed::Refused(Refusal::Forbidden { message: foreign::one_line(&message), permission })
            }
            Err(GaveUp { trouble: Trouble::NotFound(message), .. }) => {
                Changed::Refused(Refusal::NotFound(foreign::one_line(&message)))
            }
            Err(gave_up) => return Err(self.fault(gave_up)),
        })
    }
}

/// An answer to a change.
#[derive(Debug)]
pub(crate) enum Settled {
    Made(Value),
    Unfit(String),
}

/// Reads the answer to a change.
pub(crate) fn read(head: &Head, text: &str) -> Result<Settled, Trouble> {
    if matches!(head.status, 409 | 422) {
        return Ok(Settled::Unfit(reason(text)));
    }
    answer::refuse(head, text)?;
    if text.trim().is_empty() {
        return Ok(Settled::Made(Value::Null));
    }
    serde_json::from_str(text).map(Settled::Made).map_err(|error| Trouble::Nonsense(error.to_string()))
}

/// GitHub's words, with those of the single errors behind them.
fn reason(text: &str) -> String {
    let body = serde_json::from_str::<Value>(text).unwrap_or_default();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    let details = errors.filter_map(|error| {
        let named = || Some(format!("{} {}", text(error, "field")?, text(error, "code")?));
        error.as_str().map(str::to_owned).or_else(|| text(error, "message")).or_else(named)
    });
    let message = text(&body, "message").unwrap_or_else(|| "no reason given".to_owned());
    let all: Vec<String> = std::iter::once(message).chain(details).collect();
    foreign::one_line(&all.join(": "))
}
