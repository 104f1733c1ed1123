//! What reported on the head and on the test merge, and the traces that the head left on the server.

use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{Check, Section, TestMerge};
use shiplane_core::gate::time::Time;

use super::lists::Lists;
use super::{convert, wire};
use crate::graphql;

/// What was read of it so far.
#[derive(Debug, Default)]
pub(super) struct Reported {
    checks: Vec<Check>,
    test_merge: Option<TestMerge>,
    /// The earliest trace of the head on the server.
    first_trace: Option<Time>,
    /// Who brought it, by the earliest of its suites that tells.
    pushed: Option<(Option<Time>, String)>,
    /// When it was put in another's place, if it was, and by whom.
    forced: Option<(Option<Time>, Option<String>)>,
}

impl Reported {
    /// The newest commit's part of an answer. `Err` is another commit than the head.
    pub(super) fn tip(
        &mut self,
        lists: &mut Lists,
        (head, tip): (&str, Option<wire::Page<wire::TipNode>>),
    ) -> Result<(), String> {
        let nodes = tip.and_then(|page| page.nodes);
        let Some(node) = nodes.and_then(|nodes| nodes.into_iter().flatten().next()) else {
            lists.gap(Section::Checks, "the head's checks are not in the answer");
            lists.lost(Section::Checks);
            return Ok(());
        };
        let tip = node.commit;
        if tip.oid != head {
            lists.gap(Section::Checks, "the newest commit is not the head");
            lists.lost(Section::Checks);
            return Err(tip.oid);
        }
        for suite in tip.check_suites.and_then(|page| page.nodes).unwrap_or_default().into_iter().flatten() {
            self.suite(suite);
        }
        self.rollup(lists, tip.status_check_rollup);
        Ok(())
    }

    /// What ran on the judged commit. No rollup means that nothing has reported; what may not be read is among the
    /// errors.
    pub(super) fn rollup(&mut self, lists: &mut Lists, rollup: Option<wire::Rollup>) {
        let Some(rollup) = rollup else { return lists.lost(Section::Checks) };
        let checks = lists.take(Section::Checks, rollup.contexts, |context| {
            let at = (context.kind == "StatusContext")
                .then(|| convert::time(context.created_at.as_deref()))
                .flatten();
            convert::check(context).map(|check| (check, at))
        });
        for (check, at) in checks {
            self.trace(at);
            self.checks.push(check);
        }
    }

    /// The test merge's part of an answer; GitHub may make it anew at any time.
    pub(super) fn test_merge(&mut self, lists: &mut Lists, commit: Option<wire::TestMerge>) {
        let same = |known: &TestMerge| commit.as_ref().is_some_and(|commit| commit.oid == known.commit);
        if self.test_merge.as_ref().is_some_and(|known| !same(known)) {
            return lists.lost(Section::TestMerge);
        }
        let Some(commit) = commit else { return };
        let known = self.test_merge.get_or_insert(TestMerge { commit: commit.oid, checks: Vec::new() });
        match commit.status_check_rollup {
            Some(rollup) => {
                known.checks.extend(lists.take(Section::TestMerge, rollup.contexts, convert::check));
            }
            None => lists.lost(Section::TestMerge),
        }
    }

    /// Whether a test merge was seen.
    pub(super) fn has_test_merge(&self) -> bool {
        self.test_merge.is_some()
    }

    /// The force pushes' part of an answer.
    pub(super) fn force_pushes(
        &mut self,
        lists: &mut Lists,
        (head, page): (&str, Option<wire::Page<wire::ForcePush>>),
    ) {
        let Some(nodes) = page.and_then(|page| page.nodes) else {
            return lists.gap(Section::Reviews, "the force pushes are not in the answer");
        };
        for node in nodes {
            let Some(push) = node else {
                lists.gap(Section::Reviews, "a force push is missing in the answer");
                continue;
            };
            if push.after_commit.is_some_and(|commit| commit.oid == head) {
                let at = convert::time(push.created_at.as_deref());
                let by = push.actor.as_ref().map(|actor| graphql::login(Some(actor)));
                if self.forced.as_ref().is_none_or(|(known, _)| *known <= at) {
                    self.forced = Some((at, by));
                }
            }
        }
    }

    /// The checks alone.
    pub(super) fn into_checks(self) -> Vec<Check> {
        self.checks
    }

    /// Puts what was read in the place of what the facts said.
    pub(super) fn put_into(self, facts: &mut Facts) {
        // A commit may have been on the server before it became the head by a force push.
        let (forced, forced_by) = self.forced.unwrap_or_default();
        if let Some(trace) = self.first_trace {
            facts.head_seen_at = Some(forced.map_or(trace, |forced| trace.max(forced)));
        }
        // The suite's push may have gone to another branch; a force push names this one.
        let pushed_by = forced_by.or(self.pushed.map(|(_, by)| by));
        facts.head_pushed_by = pushed_by.or(facts.head_pushed_by.take());
        facts.checks = self.checks;
        facts.test_merge = self.test_merge;
    }

    fn suite(&mut self, suite: wire::Suite) {
        let at = convert::time(suite.created_at.as_deref());
        self.trace(at);
        let Some(pusher) = suite.push.and_then(|push| push.pusher) else { return };
        let earlier = self.pushed.as_ref().is_none_or(|(known, _)| match (*known, at) {
            (Some(known), Some(at)) => at < known,
            (known, _) => known.is_none(),
        });
        if earlier {
            self.pushed = Some((at, graphql::login(Some(&pusher))));
        }
    }

    /// Something that the server itself dated, and that was made for the head.
    fn trace(&mut self, time: Option<Time>) {
        self.first_trace = match (self.first_trace, time) {
            (Some(known), Some(time)) => Some(known.min(time)),
            (known, time) => known.or(time),
        };
    }
}
