//! Enough of the people and teams have approved who must, for the whole change or for certain files.

use super::circles::{Asked, judged};
use super::words::quoted;
use crate::gate::facts::{ChangedFile, Facts, FileReviewers, Section};
use crate::gate::owners::FilePatterns;
use crate::gate::people::Circle;
use crate::gate::policy::{Policy, Reviewers};
use crate::report::{Finding, Level};

const CODE: &str = "required-reviewers";

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    if !facts.complete(Section::Reviews) {
        return Vec::new();
    }
    let named = policy.reviewers.iter().map(|reviewers| judged(policy, facts, &asked(reviewers)));
    let by_file = policy.file_reviewers.iter().filter(|demand| demand.at_least > 0);
    named.chain(by_file.filter_map(|demand| of_files(policy, facts, demand))).collect()
}

fn asked(reviewers: &Reviewers) -> Asked {
    Asked {
        code: CODE,
        circle: Circle::of_reviewers(reviewers),
        needed: usize::from(reviewers.at_least),
        concern: String::new(),
        instead: Some("name the people in `reviewers`"),
    }
}

/// None when it could not be seen whether the demand applies, which the unread files say themselves.
fn of_files(policy: &Policy, facts: &Facts, demand: &FileReviewers) -> Option<Finding> {
    let patterns = FilePatterns::new(&demand.patterns);
    let changed = facts.files.as_deref().and_then(|files| changed_first(&patterns, files));
    let concern = changed.map_or(String::new(), |path| format!(" for {}", quoted(path)));
    let asked = Asked {
        code: CODE,
        circle: Circle::of_team(&demand.team),
        needed: usize::from(demand.at_least),
        concern,
        instead: None,
    };
    let finding = judged(policy, facts, &asked);
    if changed.is_some() || finding.level == Level::Ok {
        return Some(finding);
    }
    let team = quoted(&demand.team);
    match (&facts.files, facts.complete(Section::Files)) {
        (_, false) => None,
        (Some(_), true) => {
            Some(Finding::ok(CODE, format!("no changed file is one that {team} must approve")))
        }
        (None, true) => {
            let fact = format!("which files change is not recorded, so nor is whether {team} must approve");
            Some(Finding::unknown(CODE, fact).help("add `files` to the facts"))
        }
    }
}

/// The first changed file that is meant, by either of its names.
fn changed_first<'facts>(patterns: &FilePatterns, files: &'facts [ChangedFile]) -> Option<&'facts str> {
    let paths = files.iter().flat_map(|file| [&file.path].into_iter().chain(&file.previous));
    paths.map(String::as_str).filter(|path| patterns.matches(path)).min()
}

/// The teams that must approve what changes.
pub(in crate::gate) fn teams_of_files(policy: &Policy, facts: &Facts) -> Vec<(Circle, usize)> {
    let files = facts.files.as_deref().unwrap_or_default();
    let asked = policy.file_reviewers.iter().filter(|demand| {
        demand.at_least > 0 && changed_first(&FilePatterns::new(&demand.patterns), files).is_some()
    });
    asked.map(|demand| (Circle::of_team(&demand.team), usize::from(demand.at_least))).collect()
}
