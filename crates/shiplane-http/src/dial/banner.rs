//! What a server says on its own.

use std::time::Duration;

use shiplane_core::smoke::FailureKind;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::failure::{self, Stop};
use crate::marks::Marks;
use crate::place::Place;

/// The most that is heard.
const MOST: usize = 8 * 1024;

/// A greeting has no end that all protocols share: this long a pause is taken for one.
const PAUSE: Duration = Duration::from_millis(200);

/// What is said until a pause, or until the other side closes.
pub(super) async fn hear(
    stream: &mut (impl AsyncRead + Unpin),
    marks: &Marks,
    place: &Place,
) -> Result<String, Stop> {
    let mut said = Vec::new();
    let mut part = [0; 1024];
    while said.len() < MOST {
        let reading = stream.read(&mut part);
        let read = if said.is_empty() {
            reading.await
        } else {
            match tokio::time::timeout(PAUSE, reading).await {
                Ok(read) => read,
                Err(_) => break,
            }
        };
        match read {
            Ok(0) => break,
            Ok(count) => said.extend_from_slice(part.get(..count).unwrap_or_default()),
            // What was said before still counts.
            Err(_) if !said.is_empty() => break,
            Err(error) => return Err(failure::of_system(&error, marks, place)),
        }
    }
    if said.is_empty() {
        let detail = "the connection was closed before a word was said".to_owned();
        return Err(Stop { reason: FailureKind::Reset, detail });
    }
    marks.answered(None);
    Ok(String::from_utf8_lossy(&said).into_owned())
}
