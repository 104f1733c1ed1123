//! A hotfix brought back: what the branch where work goes on does not hold yet.

use serde::{Deserialize, Serialize};

use super::PullSeen;
use crate::command::quote;

/// What is to be brought where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// A branch or a tag, as it was named.
    pub from: String,
    /// The branch that gets it.
    pub into: String,
}

/// What GitHub has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What `from` is.
    pub from: Option<From>,
    /// How many of its commits `into` lacks; nothing when there is no such branch.
    pub ahead: Option<u64>,
    /// The branch of the pull request, when that has to be made and is there.
    pub carrier: Option<String>,
    /// The open pull request.
    pub pull: Option<PullSeen>,
}

/// Where a hotfix comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// A branch, which can be merged as it is.
    Branch,
    /// A tag on this commit; a pull request needs a branch there.
    Tag(String),
}

/// One step; each can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make a branch where the tag is.
    Carry {
        /// Its name.
        branch: String,
        /// The commit that the tag names.
        commit: String,
    },
    /// Open the pull request.
    Open,
}

/// What is left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// There is no such branch or tag.
    NoSource,
    /// There is no such branch.
    NoTarget,
    /// The target holds it all.
    Nothing,
    /// These steps; none when the pull request is open.
    Steps(Vec<Step>),
}

/// The branch that a pull request comes from.
pub fn carrier(wish: &Wish, from: &From) -> String {
    match from {
        From::Branch => wish.from.clone(),
        From::Tag(_) => format!("back-merge/{}", wish.from),
    }
}

/// The title of the pull request.
pub fn title(wish: &Wish) -> String {
    format!("Merge {} back into {}", wish.from, wish.into)
}

/// Decides what is left.
pub fn plan(wish: &Wish, seen: &Seen) -> Plan {
    let Some(from) = &seen.from else { return Plan::NoSource };
    let Some(ahead) = seen.ahead else { return Plan::NoTarget };
    if ahead == 0 {
        return Plan::Nothing;
    }
    let mut steps = Vec::new();
    if seen.pull.is_none() {
        if let (From::Tag(commit), None) = (from, &seen.carrier) {
            steps.push(Step::Carry { branch: carrier(wish, from), commit: commit.clone() });
        }
        steps.push(Step::Open);
    }
    Plan::Steps(steps)
}

/// What to do by hand where both sides changed the same lines.
pub fn by_hand(wish: &Wish, from: &From) -> String {
    let (into, branch) = (&wish.into, format!("back-merge/{}", wish.from));
    let source = match from {
        From::Branch => format!("origin/{}", wish.from),
        From::Tag(_) => wish.from.clone(),
    };
    format!(
        "git fetch origin --tags && git switch --no-track -c {} {} && git merge {}, resolve, git commit && git push origin HEAD, and open a pull request into {into}",
        quote(&branch),
        quote(&format!("origin/{into}")),
        quote(&source)
    )
}
