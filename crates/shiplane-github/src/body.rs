//! The body of an answer, up to a bound.

use std::pin::Pin;

use http_body::Body;

use crate::trouble::Trouble;

/// A hundred files with their changes are some megabytes; what is far more fills the memory of the runner.
const MOST_BYTES: usize = 64 << 20;

/// All of it as text.
pub(crate) async fn text<B>(mut body: B) -> Result<String, Trouble>
where
    B: Body + Unpin,
    B::Data: AsRef<[u8]>,
    B::Error: Into<octocrab::Error>,
{
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|error| Trouble::from(error.into()))?;
        let Ok(part) = frame.into_data() else { continue };
        bytes.extend_from_slice(part.as_ref());
        if bytes.len() > MOST_BYTES {
            return Err(Trouble::Nonsense(format!("it is longer than {} MB", MOST_BYTES >> 20)));
        }
    }
    String::from_utf8(bytes).map_err(|error| Trouble::Nonsense(error.utf8_error().to_string()))
}
