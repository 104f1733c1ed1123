//! What a policy asks of the facts that they do not tell yet, so that the caller can ask before it judges.

use std::collections::BTreeSet;

use super::facts::{Facts, Section};
use super::people::{Circle, Outcome};
use super::policy::{Demand, Policy};
use super::rules;
use crate::changelog::versions::USUAL;

/// The changelog when the policy names none.
const CHANGELOG: &str = "CHANGELOG.md";

/// What is still to be asked. What was asked in vain stands in `unread`, or as a team that is unreadable, and is
/// not asked again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// How many commits of the base the branch lacks.
    pub behind: bool,
    /// The files that change.
    pub files: bool,
    /// CODEOWNERS of the base branch.
    pub code_owners: bool,
    /// Changelog and files that carry the version, by path, on both sides.
    pub release_files: Vec<String>,
    /// The messages of the commits.
    pub messages: bool,
    /// Whether approvals of other commits were given for the head's diff.
    pub diffs: bool,
    /// Members of these teams.
    pub teams: Vec<String>,
}

impl Needs {
    /// Whether nothing is to be asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is left when these were asked already. A commit may have an empty message, and a diff may be past
    /// finding out, so what was asked once is not asked in a circle.
    pub fn without(self, asked: &Self) -> Self {
        let left = |list: Vec<String>, asked: &[String]| -> Vec<String> {
            list.into_iter().filter(|item| !asked.contains(item)).collect()
        };
        Self {
            behind: self.behind && !asked.behind,
            files: self.files && !asked.files,
            code_owners: self.code_owners && !asked.code_owners,
            release_files: left(self.release_files, &asked.release_files),
            messages: self.messages && !asked.messages,
            diffs: self.diffs && !asked.diffs,
            teams: left(self.teams, &asked.teams),
        }
    }
}

/// What the policy in force lacks in the facts.
pub fn needs(policy: &Policy, facts: &Facts) -> Needs {
    let by_file = policy.file_reviewers.iter().any(|demand| demand.at_least > 0);
    Needs {
        behind: policy.up_to_date
            && facts.pull_request.behind_by.is_none()
            && facts.complete(Section::BehindBy)
            && facts.merge_group.is_none()
            && facts.landed.is_none(),
        files: (policy.code_owners || by_file || by_path(policy))
            && facts.files.is_none()
            && facts.complete(Section::Files),
        code_owners: policy.code_owners && facts.code_owners.is_none() && facts.complete(Section::CodeOwners),
        release_files: release_files(policy, facts),
        messages: messages(policy, facts),
        diffs: policy.asks_people() && rules::wants_diffs(policy, facts),
        teams: teams(policy, facts),
    }
}

fn release_files(policy: &Policy, facts: &Facts) -> Vec<String> {
    if facts.release_files.is_some() || !facts.complete(Section::ReleaseFiles) {
        return Vec::new();
    }
    let changelog = match policy.release.file.as_str() {
        "" => CHANGELOG,
        named => named,
    };
    let mut paths = BTreeSet::new();
    if policy.changelog == Demand::Required {
        paths.insert(changelog.to_owned());
    }
    if policy.version == Demand::Required {
        // What follows a `#` is the place in the file.
        let path = |name: &String| name.split_once('#').map_or(name.as_str(), |(path, _)| path).to_owned();
        paths.extend(policy.release.versions.iter().map(path));
        if policy.release.versions.is_empty() {
            paths.extend(USUAL.map(str::to_owned));
        }
    }
    paths.into_iter().collect()
}

/// Whether it matters for the release which files change.
fn by_path(policy: &Policy) -> bool {
    [policy.changelog, policy.version].contains(&Demand::Required) && !policy.release.paths.is_empty()
}

fn messages(policy: &Policy, facts: &Facts) -> bool {
    [policy.changelog, policy.version].contains(&Demand::Required)
        && facts.complete(Section::Commits)
        && facts.commits.iter().any(|commit| commit.message.is_empty())
}

/// Teams that could turn the answer: there are approvals enough, and only who gave them is not known.
fn teams(policy: &Policy, facts: &Facts) -> Vec<String> {
    let approvals = rules::approvals(policy, facts);
    let named = policy
        .reviewers
        .iter()
        .map(|reviewers| (Circle::of_reviewers(reviewers), usize::from(reviewers.at_least)));
    let demands =
        named.chain(rules::teams_of_files(policy, facts)).chain(rules::owners_of_files(policy, facts));
    let mut teams = BTreeSet::new();
    for (circle, needed) in demands {
        match circle.tally(needed, &approvals, facts).outcome() {
            Outcome::MembersDecide => teams.extend(circle.unasked_teams(facts)),
            Outcome::Enough | Outcome::ApprovalsDecide | Outcome::TooFew => {}
        }
    }
    teams.into_iter().collect()
}
