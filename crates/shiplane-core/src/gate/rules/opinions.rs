//! What each person thinks now: the newest review of theirs that says yes, no, or takes it back.

use std::collections::BTreeMap;

use super::words::{is_ghost, same_login};
use crate::gate::facts::{Facts, Review, ReviewState};
use crate::gate::policy::Policy;
use crate::gate::time::Time;

/// Of two accounts that are gone, neither speaks for the other: they share a name, and nothing else.
type Person = (String, Option<(u64, Option<Time>)>);

/// One review a person, in the order of their logins. A remark does not replace an opinion, and a dismissed
/// approval stays the person's newest word: the one before it does not revive. Of a change that has landed, what
/// was said after the merge is no part of how it came about.
pub(super) fn opinions(facts: &Facts) -> Vec<&Review> {
    let mut said: BTreeMap<Person, Vec<&Review>> = BTreeMap::new();
    for review in
        facts.reviews.iter().filter(|review| weight(review.state).is_some() && !is_late(facts, review))
    {
        let id = is_ghost(&review.author).then_some((review.id, review.submitted_at));
        said.entry((review.author.to_ascii_lowercase(), id)).or_default().push(review);
    }
    said.into_values().filter_map(newest).collect()
}

/// Whether it was sent when the change was on the branch already.
pub(super) fn is_late(facts: &Facts, review: &Review) -> bool {
    let merged = facts.landed.as_ref().and(facts.pull_request.merged_at);
    merged.zip(review.submitted_at).is_some_and(|(merged, sent)| sent > merged)
}

/// Newest first by time, then by number; of two that are equal in both, the one that blocks more. Where a time is
/// not known, the numbers alone decide, which grow.
fn newest(said: Vec<&Review>) -> Option<&Review> {
    let timed = said.iter().all(|review| review.submitted_at.is_some());
    said.into_iter()
        .reduce(|known, review| if rank(review, timed) > rank(known, timed) { review } else { known })
}

fn rank(review: &Review, timed: bool) -> impl PartialOrd + use<'_> {
    let time = review.submitted_at.filter(|_| timed).map(|time| time.seconds());
    let doubts = (!review.writer, review.same_diff != Some(true), review.same_diff);
    (time, review.id, weight(review.state), doubts, (&review.commit, &review.author, review.submitted_at))
}

fn weight(state: ReviewState) -> Option<u8> {
    match state {
        ReviewState::Pending | ReviewState::Commented => None,
        ReviewState::Approved => Some(0),
        ReviewState::Dismissed => Some(1),
        ReviewState::Unknown => Some(2),
        ReviewState::ChangesRequested => Some(3),
    }
}

/// Whether the account is a bot that the policy does not name.
pub(in crate::gate) fn unnamed_bot(policy: &Policy, login: &str) -> bool {
    let Some(bare) = without_suffix(login) else { return false };
    !policy.bots.iter().any(|named| same_login(without_suffix(named).unwrap_or(named), bare))
}

fn without_suffix(login: &str) -> Option<&str> {
    let at = login.len().checked_sub("[bot]".len())?;
    let suffix = login.get(at..)?;
    suffix.eq_ignore_ascii_case("[bot]").then(|| login.get(..at)).flatten()
}
