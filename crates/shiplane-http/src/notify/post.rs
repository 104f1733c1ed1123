//! One JSON body to one address.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};
use serde_json::Value;
use shiplane_core::notify::Outcome;

use super::tries::{Miss, Tries, judged, unanswered};

/// Sends it. The answer is not read: its status says all that counts.
pub(super) async fn send(client: &Client, url: &Url, body: &Value) -> Result<Outcome, String> {
    let text = body.to_string();
    let mut tries = Tries::default();
    loop {
        match once(client, url, &text).await {
            Ok(()) => return Ok(Outcome::Sent),
            Err(miss) => tries.again(miss).await?,
        }
    }
}

async fn once(client: &Client, url: &Url, text: &str) -> Result<(), Miss> {
    let request = client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(text.to_owned());
    let response = request.send().await.map_err(|error| unanswered(&error))?;
    judged(response).await.map(drop)
}
