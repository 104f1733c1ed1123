//! A probe with what was seen of it and what that means.

use shiplane_core::foreign;
use shiplane_core::report::{Excerpt, Finding, Level, Phase};
use shiplane_core::smoke::{Answer, Observed, conclude, many_failures, read_version};
use shiplane_http::Named;

use super::shown::{certificate, excerpt, healthy, split};
use crate::gather::Facts;

/// How much of a version is shown, in characters.
const VERSION: usize = 40;

/// A probe with what was seen of it and what that means.
pub(super) struct Judged<'a> {
    /// What was asked.
    pub(super) target: &'a Named,
    /// What was seen.
    pub(super) observed: Option<&'a Observed>,
    /// What that means.
    pub(super) findings: Vec<Finding>,
}

impl<'a> Judged<'a> {
    /// Judges what was seen.
    pub(super) fn of(target: &'a Named, facts: &'a Facts) -> Self {
        let Some(observed) = facts.probes.get(&target.name) else {
            if let Some(unknown) = facts.unknown.get(&target.name) {
                let fact = foreign::one_line(&format!("{}: {}", target.name, unknown.fact));
                return Self { target, observed: None, findings: vec![Finding { fact, ..unknown.clone() }] };
            }
            let fact = format!("{}: the recorded facts do not hold this probe", target.name);
            let finding = Finding::unknown("not-observed", fact).help("record them again with --save-facts");
            return Self { target, observed: None, findings: vec![finding] };
        };
        let wrong = conclude(&target.probe.expectation, target.policy.successes, observed);
        let findings =
            if wrong.is_empty() { right(target, observed) } else { reasons(target, observed, wrong) };
        Self { target, observed: Some(observed), findings }
    }

    /// The worst of the findings.
    pub(super) fn level(&self) -> Level {
        self.findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
    }

    /// Whether it is in order, warnings included.
    pub(super) fn is_well(&self) -> bool {
        self.level() <= Level::Warning
    }

    /// The answer that came last.
    pub(super) fn last(&self) -> Option<&Answer> {
        self.observed.and_then(Observed::last)
    }

    /// The version that answered last.
    pub(super) fn version(&self) -> Option<String> {
        match self.last()? {
            Answer::Answered(answered) => {
                let version = read_version(self.target.version_at.as_ref()?, answered).ok()?;
                Some(foreign::clip(&foreign::one_line(&version), VERSION))
            }
            Answer::Failed(_)
            | Answer::Replied(_)
            | Answer::Containers { .. }
            | Answer::Ran(_)
            | Answer::File(_) => None,
        }
    }

    /// How long it took, and where the time of the last try went.
    pub(super) fn phase(&self) -> Option<Phase> {
        let observed = self.observed?;
        let mut parts = vec![effort(observed)];
        parts.extend(self.last().map(|answer| format!("last try: {}", split(answer.timings()))));
        parts.extend(self.version().map(|version| format!("version {version}")));
        parts.extend(
            self.last().and_then(certificate).map(|days| format!("certificate good for {days} days")),
        );
        Some(Phase {
            name: foreign::one_line(&format!("probe {}", self.target.name)),
            seconds: observed.waited.0.as_secs_f64(),
            level: self.level(),
            note: foreign::one_line(&parts.join("; ")),
        })
    }

    /// What came last, for those who have to find out why.
    pub(super) fn excerpt(&self) -> Option<Excerpt> {
        let answer = self.last().filter(|_| !self.is_well())?;
        excerpt(&self.target.name, answer)
    }
}

fn right(target: &Named, observed: &Observed) -> Vec<Finding> {
    let name = &target.name;
    let what = match &observed.coverage {
        Some(coverage) => coverage.told(),
        None => healthy(observed.last()),
    };
    let fact = format!("{name}: {what}, {}", effort(observed));
    let late = many_failures(target.max_failed, observed)
        .map(|warning| Finding { fact: foreign::one_line(&format!("{name}: {}", warning.fact)), ..warning });
    [Some(Finding::ok("healthy", fact)), late].into_iter().flatten().collect()
}

fn reasons(target: &Named, observed: &Observed, wrong: Vec<Finding>) -> Vec<Finding> {
    let course = observed.course.told().filter(|_| observed.tries > 1);
    let effort = match course {
        Some(course) => format!(" ({} tries in {}: {course})", observed.tries, seconds(observed)),
        None => format!(" ({})", effort(observed)),
    };
    let named = wrong.into_iter().enumerate().map(|(number, wrong)| {
        let effort = if number == 0 { effort.as_str() } else { "" };
        Finding { fact: foreign::one_line(&format!("{}: {}{effort}", target.name, wrong.fact)), ..wrong }
    });
    named.collect()
}

/// `7 tries in 0.4 s, 4 failed`.
pub(super) fn effort(observed: &Observed) -> String {
    if observed.tries == 1 {
        return "1 try".to_owned();
    }
    let failed = match observed.failed {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    };
    format!("{} tries in {}{failed}", observed.tries, seconds(observed))
}

fn seconds(observed: &Observed) -> String {
    format!("{:.1} s", observed.waited.0.as_secs_f64())
}
