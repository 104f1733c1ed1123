//! Why a deed with a backup did not end well, and what was done by then.

use shiplane_core::backup::End;
use shiplane_core::report::Finding;

use super::Outcome;
use crate::failure::Failure;

/// A deed that did not end well.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) end: End,
    pub(super) failure: Failure,
    /// What was done and found all the same.
    pub(super) outcome: Box<Outcome>,
}

impl Trouble {
    pub(super) fn new(end: End, failure: impl Into<Failure>) -> Self {
        Self { end, failure: failure.into(), outcome: Box::default() }
    }

    /// Nothing was begun.
    pub(super) fn refused(finding: Finding) -> Self {
        Self::new(End::Refused, Failure::new(finding))
    }

    /// It was tried, or looked at, and the answer is no.
    pub(super) fn failed(finding: Finding) -> Self {
        Self::new(End::Failed, Failure::new(finding))
    }

    /// The same, with what was done by then.
    pub(super) fn after(self, outcome: Outcome) -> Self {
        let mut findings = outcome.findings;
        findings.extend(self.outcome.findings);
        Self { outcome: Box::new(Outcome { findings, ..outcome }), ..self }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::new(End::Failed, failure)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::new(End::Failed, Failure::from(error))
    }
}
