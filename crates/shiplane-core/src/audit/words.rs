//! How names and lists stand in a sentence of the audit.

use crate::audit::facts::Obstacle;
use crate::foreign;
use crate::report::Finding;
use crate::words::NAME_LIMIT;
pub(super) use crate::words::{count, nearest};

/// A list longer than this is not read.
const LIST_LIMIT: usize = 12;

/// A name that others chose, in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", foreign::clip(&foreign::one_line(name), NAME_LIMIT))
}

/// `` `a`, `b` ``
pub(super) fn list<T: AsRef<str>>(names: &[T]) -> String {
    let mut shown: Vec<String> = names.iter().take(LIST_LIMIT).map(|name| quoted(name.as_ref())).collect();
    if names.len() > LIST_LIMIT {
        shown.push(format!("{} more", names.len() - LIST_LIMIT));
    }
    shown.join(", ")
}

/// Something that could not be read, with what would help; a thing that the plan lacks is a no.
pub(super) fn unread(code: &str, what: &str, obstacle: &Obstacle) -> Finding {
    if obstacle.not_available {
        let fact = format!("{what}: this is not available for the repository: {}", obstacle.why);
        return Finding::fail("protection-not-available", fact)
            .help("make the repository public or change its plan; until then nothing on GitHub keeps anyone from merging");
    }
    let finding = Finding::unknown(code, format!("{what} could not be read: {}", obstacle.why));
    match &obstacle.permission {
        Some(permission) => finding.help(permission_help(permission)),
        None => finding,
    }
}

/// What a workflow's own token can be given, and what it cannot (docs, "Permissions for the GITHUB_TOKEN").
pub(super) fn permission_help(permission: &str) -> String {
    let grantable = ["actions", "checks", "contents", "pull-requests", "statuses"];
    let key = permission.split(':').next().unwrap_or_default();
    if grantable.contains(&key) {
        return format!("grant the job {} under `permissions:`", quoted(permission));
    }
    format!(
        "pass a token of a GitHub App or a person with {}; GITHUB_TOKEN cannot be given it",
        quoted(permission)
    )
}
