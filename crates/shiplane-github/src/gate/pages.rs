//! Puts the pages of all lists together, and knows of each list whether it is complete.

use std::collections::BTreeMap;

use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{Mergeable, PullRequest, Section, Unread};
use shiplane_core::gate::time::Time;

use super::{convert, partial, wire};
use crate::answer::Missing;

/// Where each list goes on.
pub(super) type Cursors = BTreeMap<Section, String>;

/// One answer to the gate's question.
#[derive(Debug)]
pub(super) struct Answered {
    /// `owner/name`.
    pub(super) repository: String,
    pub(super) pull_request: wire::PullRequest,
    pub(super) errors: Vec<Missing>,
}

/// What was read so far.
#[derive(Debug)]
pub(super) struct Gathered {
    facts: Facts,
    lists: BTreeMap<Section, List>,
    /// The earliest trace of the head on the server.
    first_trace: Option<Time>,
    /// When it was put in another's place, if it was.
    forced: Option<Time>,
}

/// How far one list was read.
#[derive(Debug, Default)]
struct List {
    cursor: Option<String>,
    more: bool,
    seen: u64,
    total: u64,
    /// Why it is not complete, although it came to its end.
    gap: Option<&'static str>,
}

impl Gathered {
    /// From the first answer.
    pub(super) fn new(answered: Answered) -> Self {
        let facts = Facts {
            repository: answered.repository.clone(),
            pull_request: convert::pull_request(&answered.pull_request),
            head_seen_at: None,
            reviews: Vec::new(),
            threads: Vec::new(),
            checks: Vec::new(),
            commits: Vec::new(),
            own_check: None,
            unread: Vec::new(),
        };
        let mut gathered = Self { facts, lists: BTreeMap::new(), first_trace: None, forced: None };
        gathered.add(answered);
        gathered
    }

    /// One more answer.
    pub(super) fn add(&mut self, answered: Answered) {
        for unread in answered.errors.iter().filter_map(partial::unread) {
            self.leave_unread(unread);
        }
        let pull = answered.pull_request;
        self.settle(pull.mergeable.as_deref(), Some(&pull.head_ref_oid));
        self.force_pushes(pull.timeline_items);
        let reviews = self.take(Section::Reviews, pull.latest_opinionated_reviews, convert::review);
        self.facts.reviews.extend(reviews);
        let threads = self.take(Section::Threads, pull.review_threads, convert::thread);
        self.facts.threads.extend(threads);
        let commits = self.take(Section::Commits, pull.commits, convert::commit);
        self.facts.commits.extend(commits);
        match pull.tip.and_then(|page| page.nodes).and_then(|nodes| nodes.into_iter().flatten().next()) {
            Some(node) => self.tip(node.commit),
            None => self.gap(Section::Checks, "the head's checks are not in the answer"),
        }
    }

    /// A newer word on whether it merges, and on the head.
    pub(super) fn settle(&mut self, mergeable: Option<&str>, head: Option<&str>) {
        let pull = &mut self.facts.pull_request;
        let newer = convert::mergeable(mergeable);
        if newer != Mergeable::Unknown {
            pull.mergeable = newer;
        }
        if let Some(head) = head.filter(|head| *head != pull.head) {
            pull.moved_to = Some(head.to_owned());
        }
    }

    /// The pull request as it is known now.
    pub(super) fn pull_request(&self) -> &PullRequest {
        &self.facts.pull_request
    }

    /// Where to go on, if a list has more. All cursors go along: a complete list answers with an empty page.
    pub(super) fn next_cursors(&self) -> Option<Cursors> {
        let cursor = |(section, list): (&Section, &List)| Some((*section, list.cursor.clone()?));
        self.lists.values().any(|list| list.more).then(|| self.lists.iter().filter_map(cursor).collect())
    }

    /// The facts, with a word about every list that is not complete.
    pub(super) fn into_facts(mut self) -> Facts {
        for (section, list) in std::mem::take(&mut self.lists) {
            let why = match list.gap {
                Some(gap) => gap.to_owned(),
                None if list.more => format!("it goes on after {} entries", list.seen),
                None if list.seen < list.total => {
                    format!("{} of {} entries were listed", list.seen, list.total)
                }
                None => continue,
            };
            if self.facts.complete(section) {
                self.leave_unread(Unread { section, why, permissions: Vec::new() });
            }
        }
        // A commit may have been on the server before it became the head by a force push.
        self.facts.head_seen_at =
            self.first_trace.map(|trace| self.forced.map_or(trace, |forced| trace.max(forced)));
        self.facts
    }

    fn take<T, U>(
        &mut self,
        section: Section,
        page: Option<wire::Page<T>>,
        convert: impl Fn(T) -> Option<U>,
    ) -> Vec<U> {
        let list = self.lists.entry(section).or_default();
        let Some(wire::Page { total_count, page_info, nodes: Some(nodes) }) = page else {
            list.more = false;
            list.gap = Some("it is not in the answer");
            return Vec::new();
        };
        list.total = total_count.unwrap_or_default();
        list.follow(page_info);
        let count = nodes.len();
        let entries: Vec<U> = nodes.into_iter().flatten().filter_map(convert).collect();
        list.seen += u64::try_from(count).unwrap_or_default();
        if entries.len() < count {
            list.gap = Some("an entry is missing, or of a kind that this version does not know");
        }
        entries
    }

    fn tip(&mut self, tip: wire::Tip) {
        if tip.oid != self.facts.pull_request.head {
            self.gap(Section::Checks, "the newest commit is not the head");
            self.settle(None, Some(&tip.oid));
            return;
        }
        let suites = tip.check_suites.and_then(|page| page.nodes).unwrap_or_default();
        for suite in suites.into_iter().flatten() {
            self.trace(convert::time(suite.created_at.as_deref()));
        }
        // No rollup means that nothing has reported; what may not be read is among the errors.
        let Some(rollup) = tip.status_check_rollup else { return };
        let checks = self.take(Section::Checks, rollup.contexts, |context| {
            let at = (context.kind == "StatusContext")
                .then(|| convert::time(context.created_at.as_deref()))
                .flatten();
            convert::check(context).map(|check| (check, at))
        });
        for (check, at) in checks {
            self.trace(at);
            self.facts.checks.push(check);
        }
    }

    /// Something that the server itself dated, and that was made for the head.
    fn trace(&mut self, time: Option<Time>) {
        self.first_trace = match (self.first_trace, time) {
            (Some(known), Some(time)) => Some(known.min(time)),
            (known, time) => known.or(time),
        };
    }

    fn force_pushes(&mut self, page: Option<wire::Page<wire::ForcePush>>) {
        let Some(nodes) = page.and_then(|page| page.nodes) else {
            return self.gap(Section::Reviews, "the force pushes are not in the answer");
        };
        for node in nodes {
            let Some(push) = node else {
                self.gap(Section::Reviews, "a force push is missing in the answer");
                continue;
            };
            if push.after_commit.is_some_and(|commit| commit.oid == self.facts.pull_request.head) {
                self.forced = self.forced.max(convert::time(push.created_at.as_deref()));
            }
        }
    }

    fn gap(&mut self, section: Section, why: &'static str) {
        self.lists.entry(section).or_default().gap = Some(why);
    }

    fn leave_unread(&mut self, unread: Unread) {
        if !self.facts.unread.contains(&unread) {
            self.facts.unread.push(unread);
        }
    }
}

impl List {
    /// Goes on only where GitHub gives a new place to go on from.
    fn follow(&mut self, info: Option<wire::PageInfo>) {
        let Some(info) = info else {
            self.more = false;
            self.gap = Some("it does not say whether it goes on");
            return;
        };
        let fresh = info.end_cursor.is_some() && info.end_cursor != self.cursor;
        if info.has_next_page && !fresh {
            self.gap = Some("its pages lead in a circle");
        }
        self.more = info.has_next_page && fresh;
        self.cursor = info.end_cursor.or(self.cursor.take());
    }
}
