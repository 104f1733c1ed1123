//! A container's own health check, asked before the daemon gets round to it.

use std::time::Duration;

use serde_json::Value;
use shiplane_core::command::Command;
use shiplane_core::deploy::settle::Container;

use super::Compose;
use crate::process;

/// A check that takes longer is left to the daemon.
const LIMIT: Duration = Duration::from_secs(5);

/// The check as a program with its arguments; nothing when there is none. The words before it say how to read them
/// (docs.docker.com/reference/compose-file/services/#healthcheck); the shell is the image's own, or `/bin/sh`
/// (docs.docker.com/reference/dockerfile/#shell).
pub(super) fn command(container: &Value) -> Vec<String> {
    let words = |pointer: &str| -> Vec<String> {
        let words = container.pointer(pointer).and_then(Value::as_array);
        words.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let test = words("/Config/Healthcheck/Test");
    match test.split_first() {
        Some((kind, command)) if kind == "CMD" => command.to_vec(),
        Some((kind, command)) if kind == "CMD-SHELL" => {
            let shell = Some(words("/Config/Shell")).filter(|shell| !shell.is_empty());
            let shell = shell.unwrap_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned()]);
            [shell.as_slice(), command].concat()
        }
        Some(_) | None => Vec::new(),
    }
}

impl Compose {
    /// Whether the check says yes at this moment; asked where and as whom the daemon asks it.
    pub(super) fn is_well(&self, container: &Container) -> bool {
        let ask = Command::new("docker").args(["exec", &container.id]).args(&container.check);
        process::ask(&ask, self.setting(&[], LIMIT)).is_ok_and(|answer| answer.success())
    }
}
