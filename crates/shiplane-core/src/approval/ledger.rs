//! The requests that are stored in an issue, and how each of them stands.

use super::facts::{Comment, Facts};
use super::names::same;
use super::policy::Policy;
use super::record::{Block, Deed, Record, Terms};
use crate::duration::Span;
use crate::gate::time::Time;

/// Everything that the tool wrote into an issue, and what others wrote in its manner.
#[derive(Debug, Default)]
pub(super) struct Ledger<'f> {
    /// Oldest first.
    pub(super) requests: Vec<Request<'f>>,
    /// Approvals by button, oldest first.
    pub(super) grants: Vec<(&'f Comment, Deed)>,
    /// Machine blocks by someone else.
    pub(super) forged: Vec<&'f Comment>,
    /// Machine blocks of the tool's own that cannot be read.
    pub(super) broken: Vec<&'f Comment>,
}

/// A stored request.
#[derive(Clone, Debug)]
pub(super) struct Request<'f> {
    /// Where it is stored.
    pub(super) comment: &'f Comment,
    /// What it asks for.
    pub(super) terms: Terms,
    /// When it ends.
    pub(super) ends: Time,
    /// How it stands.
    pub(super) state: State,
}

/// How a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It waits, or has what it needs.
    Open,
    /// Somebody changed its text.
    Edited,
    /// Somebody closed it.
    Withdrawn(String),
    /// A later one for another commit took its place.
    Replaced(String),
    /// Its time is over.
    Expired,
}

/// Which of the requests is meant.
#[derive(Debug)]
pub(super) enum Choice<'l, 'f> {
    /// There is none for the environment.
    Missing,
    /// There are some, for other commits.
    OtherCommits(Vec<String>),
    /// This one.
    Found(&'l Request<'f>),
}

impl<'f> Ledger<'f> {
    /// Reads the comments.
    pub(super) fn read(policy: &Policy, facts: &'f Facts) -> Self {
        let mut comments: Vec<&Comment> = facts.comments.iter().collect();
        comments.sort_by_key(|comment| comment.id);
        let (mut ledger, mut withdrawals) = (Self::default(), Vec::new());
        for comment in comments {
            match Record::find(&comment.body) {
                Block::None => {}
                Block::Broken | Block::Record(_) if !same(&comment.author, &facts.identity) => {
                    ledger.forged.push(comment);
                }
                Block::Broken => ledger.broken.push(comment),
                Block::Record(Record::Request(terms)) => {
                    let ends = ends(policy, &terms, comment.created_at);
                    ledger.requests.push(Request { comment, terms, ends, state: State::Open });
                }
                Block::Record(Record::Grant(deed)) => ledger.grants.push((comment, deed)),
                Block::Record(Record::Withdrawal(deed)) => withdrawals.push((comment.id, deed)),
            }
        }
        ledger.settle(&withdrawals, facts.seen_at);
        ledger
    }

    /// The request for the commit that was asked about, else the newest. Of two for one commit the older open one
    /// counts, so that two runs at once agree.
    pub(super) fn choose(&self, policy: &Policy, asked: Option<&str>) -> Choice<'_, 'f> {
        let ours: Vec<&Request<'f>> =
            self.requests.iter().filter(|one| same(&one.terms.environment, &policy.environment)).collect();
        let Some(newest) = ours.last() else { return Choice::Missing };
        let commit = asked.unwrap_or(&newest.terms.commit);
        let mut those = ours.iter().filter(|one| same(&one.terms.commit, commit));
        match those.clone().find(|one| one.state == State::Open).or_else(|| those.next_back()) {
            Some(found) => Choice::Found(found),
            None => Choice::OtherCommits(ours.iter().map(|one| one.terms.commit.clone()).collect()),
        }
    }

    /// Whether anything else than this commit in this environment is waited for.
    pub(super) fn others_open(&self, request: &Request<'_>) -> bool {
        let is_other = |one: &Request<'_>| {
            !same(&one.terms.commit, &request.terms.commit)
                || !same(&one.terms.environment, &request.terms.environment)
        };
        self.requests.iter().any(|one| one.state == State::Open && is_other(one))
    }

    fn settle(&mut self, withdrawals: &[(u64, Deed)], now: Option<Time>) {
        let states: Vec<State> = self.requests.iter().map(|one| self.state(one, withdrawals, now)).collect();
        for (request, state) in self.requests.iter_mut().zip(states) {
            request.state = state;
        }
    }

    fn state(&self, request: &Request<'_>, withdrawals: &[(u64, Deed)], now: Option<Time>) -> State {
        if request.comment.edited {
            return State::Edited;
        }
        let withdrawn =
            withdrawals.iter().find(|(id, deed)| *id > request.comment.id && request.is_meant_by(deed));
        if let Some((_, deed)) = withdrawn {
            return State::Withdrawn(deed.by.clone());
        }
        let later = self.requests.iter().rfind(|later| {
            later.comment.id > request.comment.id
                && same(&later.terms.environment, &request.terms.environment)
                && !same(&later.terms.commit, &request.terms.commit)
        });
        match later {
            Some(later) => State::Replaced(later.terms.commit.clone()),
            None if now.is_some_and(|now| now >= request.ends) => State::Expired,
            None => State::Open,
        }
    }
}

impl Request<'_> {
    /// Whether something that was done is about this commit and environment.
    pub(super) fn is_meant_by(&self, deed: &Deed) -> bool {
        same(&deed.commit, &self.terms.commit) && same(&deed.environment, &self.terms.environment)
    }
}

/// By the server's own dates: from when the comment was written, no longer than either side allows.
fn ends(policy: &Policy, terms: &Terms, from: Time) -> Time {
    let ours = same(&policy.environment, &terms.environment);
    let cap = policy.expires.filter(|_| ours);
    let span: Span = cap.map_or(terms.expires, |cap| cap.min(terms.expires));
    let seconds = i64::try_from(span.0.as_secs()).unwrap_or(i64::MAX);
    Time::from_seconds(from.seconds().saturating_add(seconds))
}
