//! What each person thinks now: the newest review of theirs that says yes, no, or takes it back.

use std::collections::BTreeMap;

use super::words::same_login;
use crate::gate::facts::{Facts, Review, ReviewState};
use crate::gate::policy::Policy;

/// One review a person, in the order of their logins. A remark does not replace an opinion, and a dismissed
/// approval stays the person's newest word: the one before it does not revive.
pub(super) fn opinions(facts: &Facts) -> Vec<&Review> {
    let mut newest: BTreeMap<String, &Review> = BTreeMap::new();
    for review in facts.reviews.iter().filter(|review| weight(review.state).is_some()) {
        let known = newest.entry(review.author.to_ascii_lowercase()).or_insert(review);
        if rank(review) > rank(known) {
            *known = review;
        }
    }
    newest.into_values().collect()
}

/// Newest first by time, then by number; of two that are equal in both, the one that blocks more.
fn rank(review: &Review) -> impl PartialOrd + use<'_> {
    let time = review.submitted_at.map(|time| time.seconds());
    let doubts = (!review.writer, review.same_diff != Some(true), review.same_diff);
    (time, review.id, weight(review.state), doubts, &review.commit, &review.author)
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
