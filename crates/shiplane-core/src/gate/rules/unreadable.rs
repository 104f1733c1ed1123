//! What could not be read, or not in full, is never a pass.

use super::words::quoted;
use crate::gate::facts::{Facts, Section, Unread};
use crate::gate::policy::{Conversations, Exclude, Policy};
use crate::report::Finding;

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let mut unread: Vec<&Unread> =
        facts.unread.iter().filter(|unread| matters(policy, unread.section)).collect();
    unread.sort_by_key(|unread| (unread.section, &unread.why));
    unread.into_iter().map(reason).collect()
}

/// Whether the policy asks anything of that section.
fn matters(policy: &Policy, section: Section) -> bool {
    match section {
        // A demand for changes blocks even where no approval is asked for.
        Section::Reviews | Section::Checks => true,
        Section::Threads => policy.conversations == Conversations::Resolved,
        Section::Commits => policy.approvals > 0 && policy.exclude.contains(&Exclude::Contributor),
    }
}

fn reason(unread: &Unread) -> Finding {
    let (code, what) = match unread.section {
        Section::Reviews => ("reviews-unreadable", "reviews"),
        Section::Threads => ("threads-unreadable", "conversations"),
        Section::Checks => ("checks-unreadable", "checks"),
        Section::Commits => ("commits-unreadable", "commits"),
    };
    let finding = Finding::unknown(code, format!("the {what} could not be read in full: {}", unread.why));
    if unread.permissions.is_empty() {
        return finding;
    }
    let permissions: Vec<String> = unread.permissions.iter().map(|permission| quoted(permission)).collect();
    finding.help(format!("grant the job {} under `permissions:`", permissions.join(" and ")))
}
