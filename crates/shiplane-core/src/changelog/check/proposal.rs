//! A pull request as git and the event tell it: judged, and repaired where its author asks for that.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Ask, Asked, CHANGELOG, Need, Sides, VERSION, entry, required, unclear, version, waiver};
use crate::changelog::bump::Level;
use crate::changelog::convention::Convention;
use crate::changelog::document;
use crate::changelog::edit::FileChange;
use crate::changelog::history::Commit;
use crate::changelog::versions::{self, Source};
use crate::config::Zero;
use crate::fault::Fault;
use crate::foreign;
use crate::report::{self, Finding};

/// What a pull request does to the files of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Proposal {
    /// What it is compared with, as it was named.
    pub base: String,
    /// Its title; empty when there is none.
    pub title: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its commits, newest first, children before parents.
    pub commits: Vec<Commit>,
    /// Those that touch the paths, where paths are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touching: Option<BTreeSet<String>>,
    /// The changelog, on the base as it was when the branch left it.
    pub changelog: Sides,
    /// The version files.
    pub versions: Vec<VersionFile>,
}

/// A version file, on the base as it is now: two pull requests cannot take the same number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VersionFile {
    /// The file on the head, with those that repeat it.
    pub head: Source,
    /// Its text on the base branch.
    pub base: Option<String>,
}

/// How a repository wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How changes are read.
    pub convention: Convention,
    /// How versions below 1.0.0 count.
    pub zero: Zero,
    /// Labels that waive it all.
    pub waive: Vec<String>,
    /// Whether the version files were named; others are written only when they said the same before.
    pub files_named: bool,
}

impl Proposal {
    /// What the changes ask for.
    pub fn need(&self, rules: &Rules) -> Need {
        if self.commits.is_empty() && self.title.is_empty() {
            return Need::nothing("the branch brings no commit");
        }
        let asked = Asked {
            commits: &self.commits,
            title: &self.title,
            labels: &self.labels,
            touching: self.touching.as_ref(),
        };
        Need::of(&rules.convention, &asked)
    }

    fn sides(&self) -> Vec<Sides> {
        let sides = |file: &VersionFile| Sides {
            path: file.head.file.path.clone(),
            field: file.head.field.clone(),
            base: file.base.clone(),
            head: Some(file.head.file.text.clone()),
        };
        self.versions.iter().map(sides).collect()
    }
}

/// Every reason at once.
pub fn judge(rules: &Rules, proposal: &Proposal) -> Vec<Finding> {
    if let Some(label) = waiver(&rules.waive, &proposal.labels) {
        let fact = format!("waived by label `{}`", foreign::clip(label, super::SUBJECT_LIMIT));
        return [CHANGELOG, VERSION].map(|code| Finding::ok(code, &fact)).to_vec();
    }
    let need = proposal.need(rules);
    let mut findings = vec![entry(&proposal.changelog, &need)];
    findings.extend(version(&proposal.sides(), &need, rules.zero));
    findings.extend(unclear(&need));
    findings
}

/// What would have to be written so that [`judge`] has nothing to say, as far as that can be known.
pub fn repair(rules: &Rules, proposal: &Proposal) -> Result<Vec<FileChange>, Fault> {
    let findings = judge(rules, proposal);
    let fails = |code: &str| {
        findings.iter().any(|finding| finding.code == code && finding.level == report::Level::Fail)
    };
    let need = proposal.need(rules);
    let mut changes = Vec::new();
    if fails(CHANGELOG) {
        let Sides { path, head, .. } = &proposal.changelog;
        let edits = document::propose(head.as_deref().unwrap_or_default(), &need.notes);
        changes.push(FileChange::new(path, head.clone(), edits));
    }
    if fails(VERSION)
        && let Some(target) = target(rules, proposal, &need)
    {
        for file in &proposal.versions {
            let path = &file.head.file.path;
            let more = versions::changes(&file.head, &target).map_err(|problem| problem.fault(path))?;
            crate::changelog::merge(&mut changes, more);
        }
    }
    changes.retain(|change| !change.is_empty());
    Ok(changes)
}

/// The version that all files are to carry; none where a file cannot be read, or was not meant.
fn target(rules: &Rules, proposal: &Proposal, need: &Need) -> Option<Version> {
    let level = match need.ask {
        Ask::Nothing => return None,
        Ask::Bump(level) => level,
        Ask::Unclear => Level::Patch,
    };
    let mut before: Vec<Version> = Vec::new();
    let mut wanted: Vec<Version> = Vec::new();
    for file in &proposal.versions {
        wanted.push(versions::read(&file.head).ok()?);
        let text = file.base.as_ref()?;
        let mut base = file.head.clone();
        base.file.text.clone_from(text);
        let base = versions::read(&base).ok()?;
        wanted.push(required(&base, level, rules.zero));
        before.push(base);
    }
    let alike = before.iter().all(|version| Some(version) == before.first());
    let target = wanted.into_iter().max()?;
    // A version that only counts further as a pre-release is its author's to choose.
    let is_raised = before.iter().all(|base| target.cmp_precedence(base).is_gt());
    (is_raised && (alike || rules.files_named)).then_some(target)
}
