//! How often something is tried, and when trying again is of use.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde_json::Value;

/// Tries of a message.
const TRIES: u32 = 3;

/// The pause before the second try; it grows.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest that anyone may have us wait before the next try.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most that is read of an answer that asks us to wait.
const ANSWER: usize = 4096;

/// Why a try did not work.
#[derive(Debug)]
pub(super) enum Miss {
    /// The same again would end the same.
    Final(String),
    /// It may work after a pause.
    Later(String, Option<Duration>),
}

/// The tries that were made.
#[derive(Debug, Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// Waits until the next try, or says that there will be none.
    pub(super) async fn again(&mut self, miss: Miss) -> Result<(), String> {
        self.0 += 1;
        match miss {
            Miss::Final(reason) => Err(reason),
            Miss::Later(reason, Some(pause)) if pause > PATIENCE => {
                Err(format!("{reason}, and it asks to wait for {} s", pause.as_secs()))
            }
            Miss::Later(reason, _) if self.0 >= TRIES => Err(format!("{reason} ({} tries)", self.0)),
            Miss::Later(_, pause) => {
                tokio::time::sleep(pause.unwrap_or(PAUSE * self.0)).await;
                Ok(())
            }
        }
    }
}

/// A request that got no answer. Nothing of the error is repeated: it may have the address in it.
pub(super) fn unanswered(error: &reqwest::Error) -> Miss {
    if error.is_timeout() && !error.is_connect() {
        // It may have arrived: the same again could tell people twice.
        return Miss::Final("no answer came in time".to_owned());
    }
    let reason = if error.is_connect() { "no connection came about" } else { "the connection was cut" };
    Miss::Later(reason.to_owned(), None)
}

/// An answer as what it means; a redirect is not followed, because the message would go with it.
pub(super) async fn judged(response: Response) -> Result<Response, Miss> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let reason = format!("status {}", status.as_u16());
    if status.is_redirection() {
        return Err(Miss::Final(format!("{reason}, a redirect, which is not followed")));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        let pause = asked(response).await;
        return Err(Miss::Later(reason, pause));
    }
    if status.is_server_error() {
        let pause = header(&response);
        return Err(Miss::Later(reason, pause));
    }
    Err(Miss::Final(reason))
}

/// How long the other side asks us to wait: in the header, or in the body as Telegram and Discord say it.
async fn asked(mut response: Response) -> Option<Duration> {
    if let Some(pause) = header(&response) {
        return Some(pause);
    }
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER {
            return None;
        }
    }
    let body: Value = serde_json::from_slice(&body).ok()?;
    let said = body.pointer("/parameters/retry_after").or_else(|| body.get("retry_after"))?;
    Duration::try_from_secs_f64(said.as_f64()?).ok()
}

/// Seconds; the form with a date is left to the pauses of our own.
fn header(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}
