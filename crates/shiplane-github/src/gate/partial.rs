//! From the errors beside a partial answer to the sections that could not be read.

use shiplane_core::gate::facts::{Section, Unread};

use crate::answer::Missing;

/// What an error leaves unread, if it is a part that the gate looks at.
pub(super) fn unread(missing: &Missing) -> Option<Unread> {
    let section = section(&missing.path)?;
    let why = if missing.kind.is_empty() {
        missing.message.clone()
    } else {
        format!("{} ({})", missing.message, missing.kind)
    };
    let permissions = if is_permission(&missing.kind) { permissions(section, &missing.path) } else { &[] };
    Some(Unread { section, why, permissions: permissions.iter().map(|&name| name.to_owned()).collect() })
}

/// Whether the error speaks of a permission.
pub(super) fn is_permission(kind: &str) -> bool {
    matches!(kind, "FORBIDDEN" | "INSUFFICIENT_SCOPES")
}

/// Whether the error withholds a classic rule that is not there: a workflow's own token is refused every such rule,
/// and every reader would see a part of one in the answer's other field (issue, "ossf/scorecard#1097"). Who must have
/// read all asks over REST.
pub(super) fn hides_nothing(missing: &Missing, all: &[Missing]) -> bool {
    let is_of = |error: &Missing, field: &str| error.path.iter().any(|step| step == field);
    is_permission(&missing.kind)
        && is_of(missing, "branchProtectionRule")
        && !all.iter().any(|error| is_of(error, "refUpdateRule"))
}

fn section(path: &[String]) -> Option<Section> {
    // Who pushed and how far it is behind may stay unknown: the rules that need it say so.
    if path.iter().any(|step| matches!(step.as_str(), "push" | "compare" | "labels")) {
        return None;
    }
    // The outermost list decides: an author below a review belongs to the reviews.
    path.iter().find_map(|step| match step.as_str() {
        "latestOpinionatedReviews" => Some(Section::Reviews),
        // Without the force pushes it is not known since when the head is the head: approvals hang on it.
        "timelineItems" => Some(Section::Reviews),
        "reviewThreads" => Some(Section::Threads),
        "commits" => Some(Section::Commits),
        "tip" | "object" => Some(Section::Checks),
        "potentialMergeCommit" => Some(Section::TestMerge),
        "baseRef" => Some(Section::Protection),
        _ => None,
    })
}

/// The keys under `permissions:` that let a job read it (docs, "Permissions required for GitHub Apps").
fn permissions(section: Section, path: &[String]) -> &'static [&'static str] {
    let through = |step: &str| path.iter().any(|name| name == step);
    match section {
        Section::Reviews | Section::Threads => &["pull-requests: read"],
        Section::Checks | Section::TestMerge if through("workflowRun") => &["actions: read"],
        Section::Checks | Section::TestMerge => &["checks: read", "statuses: read"],
        Section::Protection => &["administration: read"],
        Section::Files => &["pull-requests: read"],
        Section::Commits | Section::CodeOwners | Section::ReleaseFiles | Section::BehindBy => {
            &["contents: read"]
        }
    }
}
