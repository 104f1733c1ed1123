//! The last door before a message leaves: no secret that is known gets through it.

use crate::report::Report;
use crate::secret::Secret;

/// Shorter texts are no secrets, and hiding them would make the message unreadable.
const SHORTEST: usize = 6;

/// The report without anything that is secret.
pub(super) fn without(report: &Report, secrets: &[Secret]) -> Report {
    let mut report = report.clone();
    let mut hidden: Vec<&str> = secrets.iter().map(|secret| secret.expose().trim()).collect();
    hidden.retain(|secret| secret.len() >= SHORTEST);
    // The longer first: one may be a part of another.
    hidden.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let hide = |text: &mut String| {
        for secret in &hidden {
            if text.contains(secret) {
                *text = text.replace(secret, "***");
            }
        }
    };
    hide(&mut report.title);
    for finding in &mut report.findings {
        hide(&mut finding.fact);
        finding.help.as_mut().into_iter().for_each(hide);
    }
    report.outputs.values_mut().for_each(hide);
    report
}
