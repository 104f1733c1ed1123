//! From flags, environment and config to the rules that hold: every default is settled here, once.

use std::collections::BTreeMap;

use shiplane_action::{Call, Shared};
use shiplane_core::config::{Branch, Changelog, Config};
use shiplane_core::fault::Fault;
use shiplane_core::gate::Policy;
use shiplane_core::gate::pattern::BranchPattern;
use shiplane_core::gate::policy::{ReleaseRules, RequiredCheck};

use super::cli::Check;
use crate::names;

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// The command line.
    pub(super) check: Check,
    config: Config,
}

impl Request {
    /// Reads the config; nothing has been contacted yet.
    pub(super) fn resolve(check: Check, shared: &Shared, call: &Call) -> anyhow::Result<Self> {
        let config = call.config(shared)?;
        // A tier that is not there is told whatever the branch: no request is made in vain.
        for tier in config.branches.values().filter_map(|branch| branch.tier.as_deref()) {
            config.tier(tier)?;
        }
        Ok(Self { check, config })
    }

    /// The rules of a base branch: a flag goes before the config, the config before the default.
    pub(super) fn policy(&self, base: &str) -> Result<Policy, Fault> {
        let branch = self.branch(base)?;
        let (flags, default) = (&self.check.rules, Policy::default());
        let from = or(names::plain(&flags.from), branch.from);
        let checks = names::checks(&flags.checks).into_iter().map(RequiredCheck::named).collect();
        let tier = branch.tier.as_deref().map(|name| self.config.tier(name)).transpose()?;
        let tier_budget = tier.and_then(|tier| tier.budget);
        Ok(Policy {
            from: from.into_iter().map(BranchPattern::new).collect(),
            forks: flags.forks.or(branch.forks).unwrap_or(default.forks),
            approvals: flags.approvals.or(branch.approvals).unwrap_or(default.approvals),
            bots: or(names::plain(&flags.bots), branch.bots),
            exclude: or(flags.exclude.clone(), branch.exclude),
            stale: flags.stale.or(branch.stale).unwrap_or(default.stale),
            last_push_approval: flags
                .last_push_approval
                .or(branch.last_push_approval)
                .unwrap_or(default.last_push_approval),
            reviewers: branch.reviewers,
            code_owners: flags.code_owners.or(branch.code_owners).unwrap_or(default.code_owners),
            checks: or(checks, branch.checks),
            accept: or(names::plain(&flags.accept), or(branch.accept, default.accept)),
            allow_no_checks: flags
                .allow_no_checks
                .or(branch.allow_no_checks)
                .unwrap_or(default.allow_no_checks),
            max_check_age: flags.max_check_age.or(branch.max_check_age),
            conversations: flags.conversations.or(branch.conversations).unwrap_or(default.conversations),
            up_to_date: flags.up_to_date.or(branch.up_to_date).unwrap_or(default.up_to_date),
            changelog: flags.changelog.or(branch.changelog).unwrap_or(default.changelog),
            version: flags.version_raised.or(branch.version).unwrap_or(default.version),
            release: release(&self.config.changelog),
            protection: flags.protection.or(branch.protection).unwrap_or(default.protection),
            direct_push: flags.direct_push.or(branch.direct_push).unwrap_or(default.direct_push),
            budget: flags.budget.or(tier_budget),
            ..default
        })
    }

    /// What the config says of a base branch. Without any, the flags are the rules.
    fn branch(&self, base: &str) -> Result<Branch, Fault> {
        let branches: &BTreeMap<String, Branch> = &self.config.branches;
        if branches.is_empty() {
            return Ok(Branch::default());
        }
        branches.get(base).cloned().ok_or_else(|| {
            let known: Vec<String> = branches.keys().map(|name| format!("`{name}`")).collect();
            Fault::usage("base-not-configured", format!("the config has no rules for base branch `{base}`"))
                .help(format!(
                    "it has rules for {}; add `{base}` under `branches:`, or retarget",
                    known.join(", ")
                ))
        })
    }
}

/// The first list that says something.
fn or<T>(typed: Vec<T>, written: Vec<T>) -> Vec<T> {
    if typed.is_empty() { written } else { typed }
}

fn release(changelog: &Changelog) -> ReleaseRules {
    ReleaseRules {
        file: changelog.file.clone().unwrap_or_else(|| "CHANGELOG.md".to_owned()),
        versions: changelog.versions.iter().map(|file| file.0.clone()).collect(),
        zero: changelog.zero,
        waive: changelog.waive.clone(),
        convention: changelog.convention(),
        paths: changelog.paths.clone(),
    }
}
