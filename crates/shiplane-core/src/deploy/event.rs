//! What the worker says while it works: one JSON object a line, kept in the run's directory and read from there.

use serde::{Deserialize, Serialize};

use super::release::Release;
use crate::report::{Excerpt, Finding, Phase};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A phase begins.
    Began(String),
    /// A line that a program printed; foreign.
    Line(String),
    /// The phase that began last has ended.
    Ended(Phase),
    /// Everything before the switch is done, and the run waits for the client's word.
    Held,
    /// The release has taken over and waits for the client's word.
    Switched,
    /// Nothing more will come.
    Finished(Box<Outcome>),
}

/// How a run on a host ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// In one word.
    pub result: Result,
    /// Why.
    pub findings: Vec<Finding>,
    /// What others printed that explains it.
    pub excerpts: Vec<Excerpt>,
    /// What is live now.
    pub live: Option<Release>,
}

/// How a run on a host ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Result {
    /// The release is live.
    Good,
    /// Not begun, or failed before the switch; the old release was never touched.
    Refused,
    /// Failed after the switch; the old release is live again.
    Restored,
    /// Failed after the switch, and so did the way back.
    Broken,
}
