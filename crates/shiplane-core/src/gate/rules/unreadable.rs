//! What could not be read, or not in full, is never a pass.

use super::words::granting;
use crate::changelog::check;
use crate::gate::facts::{Facts, Section, Unread};
use crate::gate::policy::{Conversations, Demand, Exclude, Policy};
use crate::report::Finding;

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let mut unread: Vec<&Unread> =
        facts.unread.iter().filter(|unread| matters(policy, facts, unread.section)).collect();
    unread.sort_by_key(|unread| (unread.section, &unread.why));
    unread.into_iter().map(reason).collect()
}

/// Whether the policy asks anything of that section.
fn matters(policy: &Policy, facts: &Facts, section: Section) -> bool {
    let to_be_merged = facts.merge_group.is_none() && facts.landed.is_none();
    match section {
        // A demand for changes blocks even where no approval is asked for.
        Section::Reviews | Section::Checks => true,
        Section::TestMerge => to_be_merged,
        Section::Threads => policy.conversations == Conversations::Resolved,
        Section::Commits => {
            release(policy, facts) || policy.asks_people() && policy.exclude.contains(&Exclude::Contributor)
        }
        // It has a rule of its own.
        Section::Protection => false,
        Section::Files => {
            policy.code_owners
                || policy.file_reviewers.iter().any(|reviewers| reviewers.at_least > 0)
                || release(policy, facts) && !policy.release.paths.is_empty()
        }
        Section::CodeOwners => policy.code_owners,
        Section::ReleaseFiles => release(policy, facts),
        Section::BehindBy => policy.up_to_date && to_be_merged,
    }
}

/// Whether changelog or version are asked for, and no label waives them.
fn release(policy: &Policy, facts: &Facts) -> bool {
    let asked = [policy.changelog, policy.version].contains(&Demand::Required);
    asked && check::waiver(&policy.release.waive, &facts.pull_request.labels).is_none()
}

fn reason(unread: &Unread) -> Finding {
    let (code, what) = match unread.section {
        Section::Reviews => ("reviews-unreadable", "reviews"),
        Section::Threads => ("threads-unreadable", "conversations"),
        Section::Checks => ("checks-unreadable", "checks"),
        Section::TestMerge => ("checks-unreadable", "checks of the test merge"),
        Section::Commits => ("commits-unreadable", "commits"),
        Section::Protection => ("protection-unreadable", "protection of the base"),
        Section::Files => ("files-unreadable", "changed files"),
        Section::CodeOwners => ("code-owners-unreadable", "code owners"),
        Section::ReleaseFiles => ("release-files-unreadable", "changelog and version"),
        Section::BehindBy => ("behind", "distance to the base"),
    };
    let finding = Finding::unknown(code, format!("the {what} could not be read in full: {}", unread.why));
    finding
        .help(granting(&unread.permissions).unwrap_or_else(|| without_permission(unread.section).to_owned()))
}

/// What helps where no permission does. GitHub lists 250 commits and 3000 files of a pull request, and no more
/// (docs, "REST API endpoints for pull requests").
fn without_permission(section: Section) -> &'static str {
    match section {
        Section::Commits | Section::Files => {
            "run the gate again; where GitHub lists no more of them, split the pull request"
        }
        Section::Reviews
        | Section::Threads
        | Section::Checks
        | Section::TestMerge
        | Section::Protection
        | Section::CodeOwners
        | Section::ReleaseFiles
        | Section::BehindBy => "run the gate again in a minute",
    }
}
