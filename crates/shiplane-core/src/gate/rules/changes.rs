//! A demand for changes by someone who may write blocks, whatever the count, until that person approves or a
//! writer dismisses it. It does not grow stale.

use super::opinions::{opinions, unnamed_bot};
use super::words::{is_ghost, list};
use crate::gate::facts::{Facts, Review, ReviewState, Section};
use crate::gate::policy::Policy;
use crate::report::Finding;

const CODE: &str = "changes-requested";

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let counts = |review: &&Review| review.writer && !unnamed_bot(policy, &review.author);
    let (counted, others): (Vec<&Review>, Vec<&Review>) = opinions(facts).into_iter().partition(counts);
    let reasons: Vec<Finding> = counted.into_iter().filter_map(reason).collect();
    if !reasons.is_empty() || !facts.complete(Section::Reviews) {
        return reasons;
    }
    let refused = others.iter().filter(|review| review.state == ReviewState::ChangesRequested);
    let refused: Vec<String> = refused.map(|review| review.author.clone()).collect();
    let nobody = "nobody who may write asks for changes";
    vec![if refused.is_empty() {
        Finding::ok(CODE, nobody)
    } else {
        Finding::ok(CODE, format!("{nobody}; not counted: {}", list(&refused)))
    }]
}

fn reason(review: &Review) -> Option<Finding> {
    let who = &review.author;
    match review.state {
        ReviewState::ChangesRequested => {
            let help = if is_ghost(who) {
                "the account is gone: have the review dismissed by someone who may write".to_owned()
            } else {
                format!("settle it with {who}, who can approve; or have the review dismissed")
            };
            Some(Finding::fail(CODE, format!("{who} asks for changes")).help(help))
        }
        ReviewState::Unknown => {
            let fact = format!("{who}'s review is of a kind that this version does not know");
            Some(
                Finding::unknown(CODE, fact).help(format!("ask {who} to review again, or have it dismissed")),
            )
        }
        ReviewState::Approved | ReviewState::Dismissed | ReviewState::Commented | ReviewState::Pending => {
            None
        }
    }
}
