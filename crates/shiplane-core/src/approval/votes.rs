//! What people answered to a request: the last word of each person.

use std::collections::BTreeMap;

use super::facts::{Comment, Facts, Run};
use super::ledger::{Ledger, Request};
use super::names::{same, short};
use super::word::{Answer, Order, Said, said};
use crate::foreign;
use crate::gate::facts::ReviewState;
use crate::gate::time::Time;
use crate::report::Finding;

/// One person's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Vote {
    /// Login.
    pub(super) login: String,
    /// When.
    at: Time,
    /// What.
    pub(super) word: Word,
}

/// What an answer says; of two in the same second the later in this list counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    /// Yes.
    Yes,
    /// Perhaps yes: what it rests on could not be read.
    Unproven(String),
    /// Neither any more: a later review asked for changes, or was dismissed.
    TakenBack,
    /// No.
    No,
}

/// The answers, and what is worth telling of those that are none.
#[derive(Debug, Default)]
pub(super) struct Votes {
    /// By lower-case login.
    pub(super) last: BTreeMap<String, Vote>,
    /// Answers that were not taken.
    pub(super) remarks: Vec<Finding>,
}

impl Votes {
    /// Reads comments, reviews and buttons, in whatever order they came.
    pub(super) fn read(facts: &Facts, ledger: &Ledger<'_>, request: &Request<'_>) -> Self {
        let mut votes = Self::default();
        let mut comments: Vec<&Comment> =
            facts.comments.iter().filter(|comment| comment.id > request.comment.id).collect();
        comments.sort_by_key(|comment| comment.id);
        for comment in comments {
            if let Said::Unclear = said(&comment.body) {
                votes.remark(unclear(comment));
            }
            if let Said::Order(order) = said(&comment.body) {
                votes.comment((ledger, request), comment, &order);
            }
        }
        votes.reviews(facts, request);
        votes.grants(facts, (ledger, request));
        votes
    }

    fn comment(&mut self, (ledger, request): (&Ledger<'_>, &Request<'_>), comment: &Comment, order: &Order) {
        match aim(ledger, request, order) {
            Aim::Elsewhere => return,
            Aim::Unclear => return self.remark(unclear(comment)),
            Aim::Unknown(commit) => {
                let fact = format!(
                    "{} names `{commit}`, and the request is for {}",
                    comment.author,
                    short(&request.terms.commit)
                );
                return self.remark(Finding::warning("approval-other-commit", fact));
            }
            Aim::Here => {}
        }
        let word = match order.answer {
            Answer::Approve if comment.edited => {
                let fact = format!("the approval of {} was edited after it was written", comment.author);
                let help = "comment anew; an edited comment is not proof of who wrote it";
                return self.remark(Finding::warning("approval-edited", fact).help(help));
            }
            Answer::Approve => Word::Yes,
            Answer::Deny => Word::No,
        };
        self.cast(&comment.author, comment.created_at, word);
    }

    /// After a force push a review was seen to name the new head: so it has to be younger than the request, too.
    fn reviews(&mut self, facts: &Facts, request: &Request<'_>) {
        let since = |at: &Time| *at >= request.comment.created_at;
        for review in &facts.reviews {
            let Some(at) = review.submitted_at.filter(since) else { continue };
            let names_it = review.commit.as_ref().is_some_and(|commit| same(commit, &request.terms.commit));
            match review.state {
                ReviewState::Approved if names_it => self.cast(&review.author, at, Word::Yes),
                // A dismissed review stays the person's newest word: an older yes does not revive.
                ReviewState::ChangesRequested | ReviewState::Dismissed => {
                    self.cast(&review.author, at, Word::TakenBack);
                }
                ReviewState::Unknown => {
                    let why = "their review is of a kind that this version does not know".to_owned();
                    self.cast(&review.author, at, Word::Unproven(why));
                }
                ReviewState::Approved | ReviewState::Pending | ReviewState::Commented => {}
            }
        }
    }

    /// Any workflow can write as the tool does, so a button counts only if GitHub's own record of the run agrees.
    fn grants(&mut self, facts: &Facts, (ledger, request): (&Ledger<'_>, &Request<'_>)) {
        let meant = ledger
            .grants
            .iter()
            .filter(|(comment, deed)| comment.id > request.comment.id && request.is_meant_by(deed));
        for (comment, deed) in meant {
            if comment.edited {
                let fact = format!("the record of {}'s approval was edited after it was written", deed.by);
                self.remark(Finding::warning("approval-edited", fact));
                continue;
            }
            let run = deed.run.and_then(|id| facts.runs.iter().find(|run| run.id == id));
            match run.map(|run| (&run.unreadable, pressed(run, &deed.by))) {
                Some((None, true)) => self.cast(&deed.by, comment.created_at, Word::Yes),
                Some((None, false)) => {
                    let fact = format!("a record says that {} approved, and its run says otherwise", deed.by);
                    self.remark(Finding::warning("approval-forged", fact).help(look_into(comment)));
                }
                Some((Some(why), _)) => {
                    let why = format!("the run of the approval could not be read: {why}");
                    self.cast(&deed.by, comment.created_at, Word::Unproven(why));
                }
                None => {
                    let why = "the run of the approval was not read".to_owned();
                    self.cast(&deed.by, comment.created_at, Word::Unproven(why));
                }
            }
        }
    }

    fn cast(&mut self, login: &str, at: Time, word: Word) {
        let vote = Vote { login: login.to_owned(), at, word };
        let last = self.last.entry(login.to_lowercase()).or_insert_with(|| vote.clone());
        if (vote.at, &vote.word) > (last.at, &last.word) {
            *last = vote;
        }
    }

    fn remark(&mut self, finding: Finding) {
        self.remarks.push(finding);
    }
}

enum Aim {
    Here,
    Elsewhere,
    Unclear,
    Unknown(String),
}

/// What an order is about. Without a commit it is about the only thing that is open; a no is about each of them.
fn aim(ledger: &Ledger<'_>, request: &Request<'_>, order: &Order) -> Aim {
    if let Some(environment) = &order.environment
        && !same(environment, &request.terms.environment)
    {
        let known = ledger.requests.iter().any(|one| same(&one.terms.environment, environment));
        return if known { Aim::Elsewhere } else { Aim::Unclear };
    }
    let Some(commit) = &order.commit else {
        let sure =
            !ledger.others_open(request) || order.environment.is_some() || order.answer == Answer::Deny;
        return if sure { Aim::Here } else { Aim::Unclear };
    };
    let names = |full: &str| full.to_lowercase().starts_with(&commit.to_lowercase());
    if names(&request.terms.commit) {
        return Aim::Here;
    }
    let known = ledger.requests.iter().any(|one| names(&one.terms.commit));
    if known { Aim::Elsewhere } else { Aim::Unknown(commit.clone()) }
}

fn pressed(run: &Run, by: &str) -> bool {
    run.event == "workflow_dispatch" && same(&run.actor, by) && same(&run.triggering_actor, by)
}

fn unclear(comment: &Comment) -> Finding {
    let line = foreign::clip(comment.body.lines().next().unwrap_or_default(), 80);
    let fact = format!("{} wrote `{line}`, and it is not clear what that is about", comment.author);
    Finding::warning("approval-unclear", fact).help("write `/approve` and the first 7 digits of the commit")
}

/// What to do about a record that nobody of ours wrote.
pub(super) fn look_into(comment: &Comment) -> String {
    format!("see who or which workflow wrote {}", comment.url)
}
