//! REST, for what GraphQL does not tell: one thing, a list of many pages, a change.

use serde_json::Value;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::gate::time::Time;

use crate::answer::{self, Head};
use crate::client::{Client, GaveUp, Request, Verb};
use crate::trouble::Trouble;

/// More pages than this are no list but a loop: 100 entries each.
const MOST_PAGES: usize = 50;

/// What was asked for, or why it may not be seen.
pub type Read<T> = Result<T, Refusal>;

/// GitHub's no to one question; the others can still be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The token may not; the permission that GitHub names, if it does.
    Forbidden {
        /// GitHub's words.
        message: String,
        /// Such as `administration=read`.
        permission: Option<String>,
    },
    /// It is not there, or the token may not know that it is.
    NotFound(String),
}

/// A list, whole or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    /// Its entries so far.
    pub entries: Vec<Value>,
    /// How many there are in all, where GitHub counts them.
    pub total: Option<u64>,
    /// Why it is not the whole list.
    pub gap: Option<&'static str>,
}

impl Client {
    /// One thing. A missing permission or thing is an answer; what else stands in the way is an error.
    pub(crate) async fn get(&self, path: &str) -> Result<Read<Value>, Fault> {
        let url = self.rest_url(path);
        let request = Request { verb: Verb::Get, url: &url, body: None };
        self.settle(self.send(&request, json).await)
    }

    /// One thing, and when it was seen by the server's clock.
    pub(crate) async fn get_dated(&self, path: &str) -> Result<Read<(Value, Option<Time>)>, Fault> {
        let url = self.rest_url(path);
        let request = Request { verb: Verb::Get, url: &url, body: None };
        self.settle(self.send(&request, |head, text| Ok((json(head, text)?, head.at()))).await)
    }

    /// A list with all its pages; `key` names it where it stands inside an object.
    pub(crate) async fn list(&self, path: &str, key: Option<&str>) -> Result<Read<Listed>, Fault> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut url = self.rest_url(&format!("{path}{mark}per_page=100"));
        let (mut listed, mut visited) = (Listed::default(), Vec::new());
        loop {
            let request = Request { verb: Verb::Get, url: &url, body: None };
            let page = self.send(&request, |head, text| Ok((json(head, text)?, next(head)))).await;
            let (body, next) = match self.settle(page)? {
                Ok(page) => page,
                Err(refusal) => return Ok(Err(refusal)),
            };
            listed.total = body.get("total_count").and_then(Value::as_u64).or(listed.total);
            let entries = key.map_or(Some(&body), |key| body.get(key)).and_then(Value::as_array);
            match entries {
                Some(entries) => listed.entries.extend(entries.iter().cloned()),
                None => listed.gap = Some("a page of it is no list"),
            }
            visited.push(std::mem::take(&mut url));
            match next {
                // The token is for this server alone.
                Some(next) if !next.starts_with(&self.rest_url("/")) => {
                    listed.gap = Some("its next page is said to be on another server");
                }
                Some(next) if visited.contains(&next) => listed.gap = Some("its pages lead in a circle"),
                Some(_) if visited.len() >= MOST_PAGES => listed.gap = Some("it does not come to an end"),
                Some(next) => {
                    url = next;
                    continue;
                }
                None => {}
            }
            return Ok(Ok(listed));
        }
    }

    /// A change. It is repeated after a passing trouble only where that cannot make two things of one.
    pub(crate) async fn write(&self, verb: Verb, path: &str, body: &Value) -> Result<Read<Value>, Fault> {
        let url = self.rest_url(path);
        let body = (verb != Verb::Delete).then_some(body);
        let request = Request { verb, url: &url, body };
        self.settle(self.send(&request, |head, text| done(verb, head, text)).await)
    }

    fn settle<T>(&self, sent: Result<T, GaveUp>) -> Result<Read<T>, Fault> {
        match sent {
            Ok(value) => Ok(Ok(value)),
            Err(GaveUp { trouble: Trouble::Forbidden { message, permission }, .. }) => {
                Ok(Err(Refusal::Forbidden { message: foreign::one_line(&message), permission }))
            }
            Err(GaveUp { trouble: Trouble::NotFound(message), .. }) => {
                Ok(Err(Refusal::NotFound(foreign::one_line(&message))))
            }
            Err(gave_up) => Err(self.fault(gave_up)),
        }
    }
}

/// A part of a path: a branch may be called `feature/x`, or anything else.
pub(crate) fn encoded(part: &str) -> String {
    part.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte))
            }
            other => text.push_str(&format!("%{other:02X}")),
        }
        text
    })
}

/// A redirection may have made a mere look of the change.
fn done(verb: Verb, head: &Head, text: &str) -> Result<Value, Trouble> {
    let answer = json(head, text)?;
    if verb == Verb::Post && head.status != 201 {
        return Err(Trouble::Nonsense(format!(
            "status {} where a new thing is answered with 201",
            head.status
        )));
    }
    Ok(answer)
}

fn json(head: &Head, text: &str) -> Result<Value, Trouble> {
    answer::refuse(head, text)?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|error| Trouble::Nonsense(error.to_string()))
}

/// The address of the next page, as the `Link` header names it.
fn next(head: &Head) -> Option<String> {
    let links = head.link.as_deref()?;
    links.split('<').find_map(|link| {
        let (url, parameters) = link.split_once('>')?;
        let mut parameters = parameters.split([';', ',']).map(str::trim);
        parameters.any(|it| matches!(it, "rel=\"next\"" | "rel=next")).then(|| url.to_owned())
    })
}
