//! Sending the worker more than a message: bytes as they come, and one value for an answer.

use anyhow::{Context as _, Result};
use serde::de::DeserializeOwned;
use tokio::io::AsyncRead;

use crate::attached::Attached;
use crate::exec::Stream;
use crate::faults;

impl Attached {
    /// Calls the worker with input that is read as fast as the host takes it.
    pub async fn pour<A: DeserializeOwned>(
        &self,
        words: &[&str],
        input: impl AsyncRead + Unpin,
    ) -> Result<A> {
        let (mut answer, mut errors) = (String::new(), String::new());
        let on_line = |stream: Stream, line: &str| match stream {
            Stream::Out => line.clone_into(&mut answer),
            Stream::Err => line.clone_into(&mut errors),
        };
        let status = self.stream_to_worker(words, input, on_line).await?;
        if !status.success() {
            let why = if errors.is_empty() { status.to_string() } else { errors };
            return Err(faults::worker_refused(self.host.name(), &why).into());
        }
        serde_json::from_str(&answer)
            .with_context(|| format!("read the worker's answer to {}", words.join(" ")))
    }
}
