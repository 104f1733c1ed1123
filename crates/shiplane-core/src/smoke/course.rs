//! How waiting went, in classes of answers: refused 14 times, then status 503 6 times.

use serde::{Deserialize, Serialize};

use super::answer::{Answer, FailureKind};
use crate::foreign::{clip, one_line};
use crate::report::Finding;

/// More stretches than these are told as sums.
const MOST_STRETCHES: usize = 6;

/// More classes than these are one.
const MOST_CLASSES: usize = 8;

/// The class of all that has no room of its own.
const OTHERS: &str = "something else";

/// How much of a foreign word stands in a class, in characters.
const SHOWN: usize = 40;

/// What a try was, where it was the right answer.
const RIGHT: &str = "right";

/// The classes of the answers over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Course {
    /// Stretches of one class in the order of time, or sums where there were too many.
    pub parts: Vec<Part>,
    /// Whether the parts are sums.
    pub summed: bool,
}

/// Answers of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Such as `refused` or `status 503`.
    pub class: String,
    /// How many.
    pub count: u32,
}

impl Course {
    /// Takes in one more try.
    pub fn add(&mut self, class: &str) {
        let known = if self.summed {
            self.parts.iter_mut().find(|part| part.class == class)
        } else {
            self.parts.last_mut().filter(|part| part.class == class)
        };
        if let Some(part) = known {
            part.count = part.count.saturating_add(1);
            return;
        }
        if !self.summed && self.parts.len() == MOST_STRETCHES {
            self.sum_up();
            return self.add(class);
        }
        let full = self.summed && self.parts.len() >= MOST_CLASSES && class != OTHERS;
        if full {
            return self.add(OTHERS);
        }
        self.parts.push(Part { class: class.to_owned(), count: 1 });
    }

    fn sum_up(&mut self) {
        self.summed = true;
        let mut sums: Vec<Part> = Vec::new();
        for part in self.parts.drain(..) {
            match sums.iter_mut().find(|sum| sum.class == part.class) {
                Some(sum) => sum.count = sum.count.saturating_add(part.count),
                None => sums.push(part),
            }
        }
        self.parts = sums;
    }

    /// In words; nothing where nothing was counted.
    pub fn told(&self) -> Option<String> {
        if self.parts.is_empty() {
            return None;
        }
        let parts: Vec<String> =
            self.parts.iter().map(|part| format!("{} {}", part.class, times(part.count))).collect();
        let (between, note) = if self.summed { (", ", " by turns") } else { (", then ", "") };
        Some(format!("{}{note}", parts.join(between)))
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// The class of an answer: what is wrong with it, in two words that are the same for the next one of its kind.
pub fn class(answer: &Answer, findings: &[Finding]) -> String {
    let Some(first) = findings.first() else { return RIGHT.to_owned() };
    match (answer, first.code.as_str()) {
        (Answer::Failed(failure), _) => failed(failure.reason).to_owned(),
        (Answer::Answered(answered), "wrong-status") => format!("status {}", answered.status),
        (_, "wrong-version") => {
            // The fact begins with `version 1.2.2 answers`.
            let version = first.fact.split(" answers").next().unwrap_or("wrong version");
            clip(&one_line(version), SHOWN)
        }
        (
            Answer::Answered(_)
            | Answer::Replied(_)
            | Answer::Containers { .. }
            | Answer::Ran(_)
            | Answer::File(_),
            code,
        ) => code.replace('-', " "),
    }
}

fn failed(reason: FailureKind) -> &'static str {
    match reason {
        FailureKind::Dns => "no address for the name",
        FailureKind::NoRoute => "no route",
        FailureKind::Unreachable => "not reachable",
        FailureKind::Refused => "refused",
        FailureKind::Tls => "no good TLS",
        FailureKind::Reset => "cut off",
        FailureKind::Timeout => "timed out",
        FailureKind::Protocol => "not understood",
        FailureKind::TooLarge => "too large",
        FailureKind::Redirect => "redirected too far",
        FailureKind::NoDocker => "no Docker",
        FailureKind::ProgramMissing => "no such program",
        FailureKind::ProgramDenied => "program not startable",
        FailureKind::FileMissing => "no such file",
        FailureKind::NotAFile => "no plain file",
        FailureKind::FileDenied => "file not readable",
    }
}
