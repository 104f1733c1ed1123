//! Enough people who may write have approved the present head.

use super::opinions::{is_late, opinions, unnamed_bot};
use super::words::{count, is_ghost, list, same_login, short};
use crate::gate::facts::{Facts, Review, ReviewState, Section};
use crate::gate::policy::{Exclude, Policy, Stale};
use crate::report::Finding;

const CODE: &str = "approvals";

/// Whose approvals count, and whose do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approvals {
    /// Logins whose approval counts.
    pub counted: Vec<String>,
    /// Logins whose approval may count or not, and what is not known.
    pub uncertain: Vec<(String, String)>,
    /// Logins whose approval does not count, and why.
    pub refused: Vec<(String, String)>,
}

/// Weighs every approval.
pub(in crate::gate) fn approvals(policy: &Policy, facts: &Facts) -> Approvals {
    let mut sorted = Approvals::default();
    for review in opinions(facts).into_iter().filter(|review| review.state == ReviewState::Approved) {
        let login = review.author.clone();
        match standing(policy, facts, review) {
            Standing::Counts => sorted.counted.push(login),
            Standing::Uncertain(why) => sorted.uncertain.push((login, why)),
            Standing::Refused(why) => sorted.refused.push((login, why)),
        }
    }
    sorted.refused.extend(late(facts, &sorted));
    sorted
}

/// Who approved only when it was merged already.
fn late(facts: &Facts, sorted: &Approvals) -> Vec<(String, String)> {
    let told =
        sorted.counted.iter().chain(sorted.uncertain.iter().chain(&sorted.refused).map(|(login, _)| login));
    let told: Vec<&String> = told.collect();
    let approved = facts.reviews.iter().filter(|review| review.state == ReviewState::Approved);
    let mut late: Vec<String> = approved
        .filter(|review| {
            is_late(facts, review) && !told.iter().any(|login| same_login(login, &review.author))
        })
        .map(|review| review.author.clone())
        .collect();
    late.sort();
    late.dedup_by(|left, right| same_login(left, right));
    late.into_iter().map(|login| (login, "after the merge".to_owned())).collect()
}

/// Whether an approval of another commit could count, if only it were known what that commit changed.
pub(in crate::gate) fn wants_diffs(policy: &Policy, facts: &Facts) -> bool {
    policy.stale == Stale::Diff
        && opinions(facts).into_iter().any(|review| {
            let other = review.commit.as_ref().is_some_and(|commit| *commit != facts.pull_request.head);
            let open = review.state == ReviewState::Approved && review.same_diff.is_none() && other;
            open && matches!(standing(policy, facts, review), Standing::Uncertain(_))
        })
}

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let needed = usize::from(policy.approvals);
    if needed == 0 {
        return vec![Finding::ok(CODE, "no approvals are asked for")];
    }
    if !facts.complete(Section::Reviews) {
        return Vec::new();
    }
    let found = approvals(policy, facts);
    let (sure, possible) = (found.counted.len(), found.counted.len() + found.uncertain.len());
    let whom = if sure == 0 { String::new() } else { format!(": {}", list(&found.counted)) };
    let tally = format!("{sure} of {}{whom}", count(needed, "approval"));
    if sure >= needed {
        return vec![Finding::ok(CODE, tally)];
    }
    if possible >= needed {
        let fact = format!("{tally}; not certain: {}", reasons(&found.uncertain));
        return vec![Finding::unknown(CODE, fact).help(uncertain_help(policy, facts))];
    }
    let mut others = found.refused;
    others.extend(found.uncertain);
    let fact = if others.is_empty() { tally } else { format!("{tally}; not counted: {}", reasons(&others)) };
    let missing = count(needed - sure, "more approval");
    vec![Finding::fail(CODE, fact).help(asking(facts, "people who may write", &missing))]
}

/// Who can give what is missing; once it is merged, nobody.
pub(super) fn asking(facts: &Facts, whom: &str, missing: &str) -> String {
    if facts.landed.is_some() {
        return format!(
            "it was merged without {missing}: revert it, and bring it back with a pull request that is approved"
        );
    }
    format!("ask {whom} for {missing} of {}", short(&facts.pull_request.head))
}

/// What makes an approval certain.
pub(super) fn uncertain_help(policy: &Policy, facts: &Facts) -> String {
    let head = short(&facts.pull_request.head);
    let again = format!("run the gate again when a workflow has run on {head}");
    match (policy.stale, facts.head_seen_at) {
        (Stale::Head | Stale::Keep, _) | (Stale::Diff, None) => again,
        (Stale::Diff, Some(_)) => format!("ask them to approve {head} itself"),
    }
}

pub(super) fn reasons(people: &[(String, String)]) -> String {
    list(&people.iter().map(|(login, why)| format!("{login} ({why})")).collect::<Vec<_>>())
}

enum Standing {
    Counts,
    Uncertain(String),
    Refused(String),
}

fn standing(policy: &Policy, facts: &Facts, review: &Review) -> Standing {
    let login = &review.author;
    if same_login(login, &facts.pull_request.author) {
        return Standing::Refused("the author".to_owned());
    }
    if is_ghost(login) {
        return Standing::Refused("an account that is gone".to_owned());
    }
    if unnamed_bot(policy, login) {
        return Standing::Refused("a bot that the policy does not name".to_owned());
    }
    if !review.writer {
        return Standing::Refused("may not write to the repository".to_owned());
    }
    if policy.exclude.contains(&Exclude::Contributor) {
        if contributed(facts, login) {
            return Standing::Refused("committed to the branch".to_owned());
        }
        if !facts.complete(Section::Commits) {
            return Standing::Uncertain("the commits could not be read".to_owned());
        }
    }
    freshness(policy, facts, review)
}

fn contributed(facts: &Facts, login: &str) -> bool {
    let mut people = facts.commits.iter().flat_map(|commit| commit.author.iter().chain(&commit.committer));
    people.any(|person| same_login(person, login))
}

fn freshness(policy: &Policy, facts: &Facts, review: &Review) -> Standing {
    match policy.stale {
        Stale::Keep => Standing::Counts,
        Stale::Head => of_the_head(facts, review),
        Stale::Diff => match (of_the_head(facts, review), review.same_diff) {
            (Standing::Counts, _) | (_, Some(true)) => Standing::Counts,
            (Standing::Uncertain(_) | Standing::Refused(_), Some(false)) => {
                Standing::Refused("of another diff".to_owned())
            }
            (Standing::Uncertain(why), None) => Standing::Uncertain(why),
            (Standing::Refused(why), None) => {
                Standing::Uncertain(format!("{why}, and whether that was the same diff is not known"))
            }
        },
    }
}

/// Fresh: it names the head, and it was sent when the server had the head already. Either alone is not enough, for
/// after a force push a review was seen to name the new head.
fn of_the_head(facts: &Facts, review: &Review) -> Standing {
    let head = &facts.pull_request.head;
    match &review.commit {
        None => return Standing::Refused("of a commit that is gone".to_owned()),
        Some(commit) if commit != head => return Standing::Refused(format!("of {}", short(commit))),
        Some(_) => {}
    }
    match (review.submitted_at, facts.head_seen_at) {
        (Some(sent), Some(seen)) if sent >= seen => Standing::Counts,
        (Some(_), Some(_)) => Standing::Refused(format!("before {} was pushed", short(head))),
        (_, None) => Standing::Uncertain(format!("when {} was pushed is not known", short(head))),
        (None, Some(_)) => Standing::Uncertain("when it was sent is not known".to_owned()),
    }
}
