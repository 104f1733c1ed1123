//! What a program says.

use std::io;
use std::path::Path;
use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_core::smoke::{Answer, FailureKind, Ran, Timings};

use super::Looked;
use crate::process::{self, End, Setting};

/// So much of the end of its output is kept.
const KEPT: usize = 64 * 1024;

/// Runs it to its end, or ends it with everything that it started when its time is over.
pub(super) fn run(words: &[String], directory: Option<&str>, limit: Duration) -> Looked {
    let Some(command) = Command::from_words(words) else {
        return Err((FailureKind::ProgramMissing, "the command is empty".to_owned()));
    };
    let dir = Path::new(directory.unwrap_or("."));
    if !dir.is_dir() {
        let fact =
            format!("`{}` was not started: {} is no directory on the host", command.program(), dir.display());
        return Err((FailureKind::ProgramMissing, fact));
    }
    let finished = match process::ask(&command, Setting { dir, env: &[], limit }) {
        Ok(finished) => finished,
        Err(error) => return Err(not_started(&command, &error)),
    };
    let output = tail(&finished.output, KEPT).to_owned();
    let ran = |status, signal| {
        Ok(Answer::Ran(Ran { status, signal, output: output.clone(), timings: Timings::default() }))
    };
    match finished.end {
        End::Exited(code) => ran(Some(code), None),
        End::Killed(signal) => ran(None, Some(signal)),
        End::TimedOut | End::Cut => {
            let last = output.lines().rev().find(|line| !line.trim().is_empty());
            let last = last.map_or_else(String::new, |line| format!("; it said last: {line}"));
            let fact =
                format!("the command did not end within {limit:.1?}, so its process group was killed{last}");
            Err((FailureKind::Timeout, fact))
        }
    }
}

fn not_started(command: &Command, error: &anyhow::Error) -> (FailureKind, String) {
    let cause = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    let program = command.program();
    match cause.map(io::Error::kind) {
        Some(io::ErrorKind::NotFound) => (
            FailureKind::ProgramMissing,
            format!("the host has no program `{program}`, or not its interpreter"),
        ),
        Some(_) | None => {
            let why = cause.map_or_else(|| error.to_string(), ToString::to_string);
            (FailureKind::ProgramDenied, format!("`{program}` cannot be started: {why}"))
        }
    }
}

/// The last bytes, from the begin of a character on.
pub(super) fn tail(text: &str, most: usize) -> &str {
    let start = text.len().saturating_sub(most);
    let start = (start..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.get(start..).unwrap_or_default()
}
