//! After a good end: removes what old releases left. Whatever happens here, the release stays good.

use std::fs;
use std::time::Instant;

use anyhow::Context as _;
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::stays;
use shiplane_core::report::Finding;

use super::Run;
use super::freeze::Frozen;
use crate::failure::Failure;
use crate::journal;
use crate::runtime::OnLine;

impl Run<'_> {
    /// The journal must have the good end by then: a release that is not yet good would not be kept.
    pub(super) fn prune(&mut self) -> Vec<Finding> {
        let Some(keep) = self.plan.options.keep else { return Vec::new() };
        let mut findings = Vec::new();
        let done = self.phase("prune", |run, on_line| {
            let (until, mut frozen) = (Instant::now() + run.plan.limits.build.0, Frozen::default());
            // A backup is known by the release that names it, so the backups come first.
            findings.extend(run.age_out(keep, (until, &mut frozen))?);
            let gone = run.freeze_releases(run.no_longer_needed(keep)?, (until, &mut frozen))?;
            findings.extend(frozen.findings(run.plan.options.retention.days));
            if !gone.is_empty() {
                findings.extend(run.remove_releases(&gone, on_line));
            }
            run.forget_unused()
        });
        findings.extend(done.err().map(incomplete));
        findings
    }

    /// Releases of this journal, whatever became of them, that nobody goes back to.
    fn no_longer_needed(&self, keep: u32) -> Result<Vec<String>, Failure> {
        let entries = journal::read(&self.state.journal())?;
        let history = History::of(&entries);
        let stays: Vec<&str> = stays(&history, keep).iter().map(|release| release.id.as_str()).collect();
        let made = |entry: &Entry| {
            let (What::Began { release, .. } | What::Adopted { release }) = &entry.what else { return None };
            Some(release.id.clone())
        };
        let mut gone: Vec<String> = entries.iter().filter_map(made).collect();
        gone.sort_unstable();
        gone.dedup();
        gone.retain(|id| !stays.contains(&id.as_str()) && *id != self.release.id);
        Ok(gone)
    }

    fn remove_releases(&self, gone: &[String], on_line: OnLine<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let freed = self.runs.prune(gone, on_line);
        let removed = gone.iter().map(|id| self.remove_release(id)).filter(|done| !matches!(done, Ok(false)));
        let removed: Vec<Result<bool, Failure>> = removed.collect();
        let count = removed.iter().filter(|done| done.is_ok()).count();
        if count > 0 {
            let bytes = freed.as_ref().copied().unwrap_or_default();
            let fact =
                format!("removed {count} old releases; the daemon's disk has {} more", mebibytes(bytes));
            findings.push(Finding::ok("pruned", fact));
        }
        findings.extend(freed.err().map(incomplete));
        findings.extend(removed.into_iter().filter_map(Result::err).map(incomplete).take(1));
        findings
    }

    /// Removes a release's directory; says whether there was one.
    fn remove_release(&self, id: &str) -> Result<bool, Failure> {
        let dir = self.state.release(id);
        if !dir.exists() {
            return Ok(false);
        }
        let tree = dir.join("tree");
        // A checkout of its own is known to git, and has a file where a clone has a directory.
        if tree.join(".git").is_file() {
            self.git().remove_unpacked(&tree)?;
        }
        fs::remove_dir_all(&dir).with_context(|| format!("remove {}", dir.display()))?;
        Ok(true)
    }
}

/// Nothing here is worth more than a warning.
fn incomplete(failure: Failure) -> Finding {
    let Finding { fact, help, .. } = *failure.finding;
    let finding = Finding::warning("prune-incomplete", fact);
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
