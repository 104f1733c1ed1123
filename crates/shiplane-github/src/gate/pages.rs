//! Puts the pages of all lists together into facts.

use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{Mergeable, PullRequest, Section, Unread};
use shiplane_core::gate::time::Time;

use super::lists::{Cursors, Lists};
use super::protection::Demands;
use super::reported::Reported;
use super::{convert, partial, wire};
use crate::answer::Missing;

/// GitHub lists no more commits of a pull request (docs, "List commits on a pull request").
const MOST_COMMITS: u64 = 250;

/// One answer to the gate's question.
#[derive(Debug)]
pub(super) struct Answered {
    /// `owner/name`.
    pub(super) repository: String,
    pub(super) pull_request: wire::PullRequest,
    pub(super) errors: Vec<Missing>,
    /// When it was given, by the server's clock.
    pub(super) at: Option<Time>,
}

/// What was read so far.
#[derive(Debug)]
pub(super) struct Gathered {
    facts: Facts,
    lists: Lists,
    reported: Reported,
    demands: Demands,
}

impl Gathered {
    /// From the first answer; the head is the one that the distance to the base was asked for, if it was.
    pub(super) fn new(answered: Answered, head: Option<&str>) -> Self {
        let pull = &answered.pull_request;
        let mut facts = Facts {
            repository: answered.repository.clone(),
            seen_at: answered.at,
            ..Facts::of(convert::pull_request(pull))
        };
        if head == Some(pull.head_ref_oid.as_str()) {
            facts.pull_request.behind_by = pull.base_ref.as_ref().and_then(wire::Base::behind_by);
        }
        let (lists, reported, demands) = (Lists::default(), Reported::default(), Demands::default());
        let mut gathered = Self { facts, lists, reported, demands };
        gathered.add(answered);
        gathered
    }

    /// One more answer.
    pub(super) fn add(&mut self, answered: Answered) {
        let Answered { pull_request: pull, errors, .. } = answered;
        let no_rule = pull.base_ref.as_ref().is_some_and(|base| base.ref_update_rule.is_none());
        let told = errors.iter().filter(|&error| !(no_rule && partial::hides_nothing(error, &errors)));
        for unread in told.filter_map(partial::unread) {
            leave_unread(&mut self.facts, unread);
        }
        self.settle(pull.mergeable.as_deref(), Some(&pull.head_ref_oid));
        let head = self.facts.pull_request.head.clone();
        self.reported.force_pushes(&mut self.lists, (&head, pull.timeline_items));
        let reviews = self.lists.take(Section::Reviews, pull.latest_opinionated_reviews, convert::review);
        self.facts.reviews.extend(reviews);
        let threads = self.lists.take(Section::Threads, pull.review_threads, convert::thread);
        self.facts.threads.extend(threads);
        let commits = self.lists.take(Section::Commits, pull.commits, convert::commit);
        self.facts.commits.extend(commits);
        if self.lists.total(Section::Commits) >= MOST_COMMITS {
            self.lists.gap(Section::Commits, "GitHub lists no more than 250 commits");
        }
        if let Err(other) = self.reported.tip(&mut self.lists, (&head, pull.tip)) {
            self.settle(None, Some(&other));
        }
        self.reported.test_merge(&mut self.lists, pull.potential_merge_commit);
        if let Some(base) = pull.base_ref {
            self.demands.add(&mut self.lists, base);
        }
    }

    /// The protection could not be asked for.
    pub(super) fn without_protection(&mut self, why: &str) {
        let (section, why) = (Section::Protection, why.to_owned());
        leave_unread(&mut self.facts, Unread { section, why, permissions: Vec::new() });
    }

    /// The test merge, when it was made only now.
    pub(super) fn test_merge(&mut self, commit: Option<wire::TestMerge>) {
        if !self.reported.has_test_merge() {
            self.reported.test_merge(&mut self.lists, commit);
        }
    }

    /// A newer word on whether it merges, and on the head.
    pub(super) fn settle(&mut self, mergeable: Option<&str>, head: Option<&str>) {
        settle(&mut self.facts.pull_request, mergeable, head);
    }

    /// What an error left unread.
    pub(super) fn missing(&mut self, errors: &[Missing]) {
        errors.iter().filter_map(partial::unread).for_each(|unread| leave_unread(&mut self.facts, unread));
    }

    /// The pull request as it is known now.
    pub(super) fn pull_request(&self) -> &PullRequest {
        &self.facts.pull_request
    }

    /// Where to go on, if a list has more.
    pub(super) fn next_cursors(&self) -> Option<Cursors> {
        self.lists.next_cursors()
    }

    /// The facts, with a word about every list that is not complete.
    pub(super) fn into_facts(mut self) -> Facts {
        if !self.demands.seen() {
            self.lists.gap(Section::Protection, "the base branch is not in the answer");
        }
        self.facts.protection = self.demands.into_protection();
        self.reported.put_into(&mut self.facts);
        leave_gaps(&mut self.facts, self.lists);
        self.facts
    }
}

/// A newer word on whether it merges, and on the head.
pub(super) fn settle(pull: &mut PullRequest, mergeable: Option<&str>, head: Option<&str>) {
    let newer = convert::mergeable(mergeable);
    if newer != Mergeable::Unknown {
        pull.mergeable = newer;
    }
    if let Some(head) = head.filter(|head| *head != pull.head) {
        pull.moved_to = Some(head.to_owned());
    }
}

/// Says what could not be read, once.
pub(super) fn leave_unread(facts: &mut Facts, unread: Unread) {
    if !facts.unread.contains(&unread) {
        facts.unread.push(unread);
    }
}

/// A word about every list that is not complete, where an error has not said it.
pub(super) fn leave_gaps(facts: &mut Facts, lists: Lists) {
    for unread in lists.gaps() {
        if facts.complete(unread.section) {
            leave_unread(facts, unread);
        }
    }
}
