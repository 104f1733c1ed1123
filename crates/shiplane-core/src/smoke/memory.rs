//! What smoke-check remembers from one run to the next: one file, versioned, and never trusted blindly.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::deploy::Stamp;

/// What the file calls itself.
const KIND: &str = "shiplane-smoke-check";

/// The form of the file that this version reads and writes.
const FORMAT: u64 = 1;

/// Runs that are remembered.
const RUNS: usize = 50;

/// The most that is read of a file, in bytes; 50 runs need a tenth of it.
pub const FILE_LIMIT: u64 = 64 * 1024;

/// The runs before this one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Memory {
    /// [`KIND`].
    kind: String,
    /// [`FORMAT`].
    format: u64,
    /// What was asked.
    pub subject: String,
    /// What the runs saw, the oldest first.
    pub runs: Vec<Past>,
    /// The incident that is not over.
    pub incident: Option<Open>,
    /// Whether it was told that good and bad runs alternate.
    pub flapping: bool,
}

/// What a run saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// When it judged.
    pub at: Stamp,
    /// How it was.
    pub health: Health,
}

/// How a run found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// Well.
    Good,
    /// Not well.
    Bad,
    /// It could not be found out; that is not well either.
    Unknown,
}

/// An incident that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Its name.
    pub id: String,
    /// The first run that was not in order.
    pub since: Stamp,
    /// When people were told last.
    pub told: Stamp,
}

/// What came of looking into the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recalled {
    /// There was no file: this run is the first.
    Nothing,
    /// The runs before.
    Known(Memory),
    /// There is something that cannot be understood; it is put aside.
    Damaged(String),
    /// Somebody else's memory, which is left alone.
    Foreign(String),
    /// The file cannot be read, or not kept to ourselves while we decide.
    Unreadable(String),
}

impl Memory {
    /// Of a first run.
    pub fn of(subject: &str) -> Self {
        Self {
            kind: KIND.to_owned(),
            format: FORMAT,
            subject: subject.to_owned(),
            runs: Vec::new(),
            incident: None,
            flapping: false,
        }
    }

    /// One more run; the oldest are forgotten.
    pub(super) fn add(&mut self, run: Past) {
        self.runs.push(run);
        let surplus = self.runs.len().saturating_sub(RUNS);
        self.runs.drain(..surplus);
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// What the file's text says, to a run that asks about `subject`.
pub fn recall(text: &str, subject: &str) -> Recalled {
    if text.trim().is_empty() {
        return Recalled::Nothing;
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Recalled::Damaged("it is not whole JSON".to_owned());
    };
    if value.get("kind").and_then(Value::as_str) != Some(KIND) {
        return Recalled::Damaged("it is not a memory of smoke-check".to_owned());
    }
    match value.get("format").and_then(Value::as_u64) {
        Some(FORMAT) => {}
        Some(other) => {
            return Recalled::Foreign(format!("it has form {other}, and this version reads form {FORMAT}"));
        }
        None => return Recalled::Damaged("it does not say its form".to_owned()),
    }
    match serde_json::from_value::<Memory>(value) {
        Ok(memory) if memory.subject != subject => {
            Recalled::Foreign(format!("it is about `{}`, and this run about `{subject}`", memory.subject))
        }
        Ok(memory) => Recalled::Known(memory),
        Err(_) => Recalled::Damaged("its fields are not those of a memory".to_owned()),
    }
}
