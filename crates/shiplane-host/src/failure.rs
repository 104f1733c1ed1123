//! Why a step failed: a finding for the reader, and what a program printed that explains it.

use shiplane_core::report::{Excerpt, Finding};

use crate::process::Finished;

/// How many lines of a program's output explain enough.
const TAIL: usize = 40;

/// A step that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) finding: Box<Finding>,
    pub(crate) excerpts: Vec<Excerpt>,
}

impl Failure {
    pub(crate) fn new(finding: Finding) -> Self {
        Self { finding: Box::new(finding), excerpts: Vec::new() }
    }

    /// A program that ended badly.
    pub(crate) fn program(code: &str, what: &str, finished: &Finished) -> Self {
        let finding = Finding::fail(code, format!("{what}: {}", finished.how()));
        let excerpt = Excerpt::tail(format!("output of {what}"), &finished.output, TAIL);
        Self { finding: Box::new(finding), excerpts: vec![excerpt] }
    }

    /// The same under another code, with what happened before the cause; a lock that is lost stays that.
    #[must_use]
    pub(crate) fn unless_lost(self, code: &str, fact: &str) -> Self {
        if self.finding.code == "lock-lost" {
            return self;
        }
        let cause = &self.finding.fact;
        Self { finding: Box::new(Finding::fail(code, format!("{fact}: {cause}"))), ..self }
    }

    #[must_use]
    pub(crate) fn help(self, help: &str) -> Self {
        Self { finding: Box::new(self.finding.help(help)), ..self }
    }
}

/// What the operating system refused: a full disk, a missing permission.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Finding::fail("host-error", format!("{error:#}")))
    }
}
