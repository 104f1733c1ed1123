//! From flags, environment and config to the rules that hold: every default is settled here, once.

use std::collections::BTreeMap;

use shiplane_action::Call;
use shiplane_core::config::{self, Branch};
use shiplane_core::fault::Fault;
use shiplane_core::gate::Policy;
use shiplane_core::gate::pattern::BranchPattern;
use shiplane_core::gate::policy::{Conversations, RequiredCheck};

use crate::cli::{self, Check, Cli, Command};
use crate::names;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Request {
    /// The command line.
    pub(crate) check: Check,
    /// The config's base branches.
    branches: BTreeMap<String, Branch>,
}

impl Request {
    /// Reads the config; nothing has been contacted yet.
    pub(crate) fn resolve(cli: Cli, call: &Call) -> anyhow::Result<Self> {
        let Command::Check(check) = cli.command;
        let branches = call.config(&cli.shared)?.branches;
        Ok(Self { check: *check, branches })
    }

    /// The rules of a base branch: a flag goes before the config, the config before the default.
    pub(crate) fn policy(&self, base: &str) -> Result<Policy, Fault> {
        let branch = self.branch(base)?;
        let (flags, default) = (&self.check.rules, Policy::default());
        let or =
            |typed: Vec<String>, written: &[String]| if typed.is_empty() { written.to_vec() } else { typed };
        let from = or(names::branches(&flags.from), &branch.from);
        let checks = or(names::checks(&flags.checks), &branch.checks);
        let conversations = flags.conversations.map(of_flag).or_else(|| branch.conversations.map(of_config));
        Ok(Policy {
            from: from.into_iter().map(BranchPattern::new).collect(),
            forks: branch.forks.unwrap_or(default.forks),
            approvals: flags.approvals.or(branch.approvals).unwrap_or(default.approvals),
            checks: checks.into_iter().map(RequiredCheck::named).collect(),
            conversations: conversations.unwrap_or(default.conversations),
            ..default
        })
    }

    /// What the config says of a base branch. Without any, the flags are the rules.
    fn branch(&self, base: &str) -> Result<Branch, Fault> {
        if self.branches.is_empty() {
            return Ok(Branch::default());
        }
        self.branches.get(base).cloned().ok_or_else(|| {
            let known: Vec<String> = self.branches.keys().map(|name| format!("`{name}`")).collect();
            Fault::usage("base-not-configured", format!("the config has no rules for base branch `{base}`"))
                .help(format!(
                    "it has rules for {}; add `{base}` under `branches:`, or retarget",
                    known.join(", ")
                ))
        })
    }
}

fn of_flag(typed: cli::Conversations) -> Conversations {
    match typed {
        cli::Conversations::Resolved => Conversations::Resolved,
        cli::Conversations::Ignore => Conversations::Ignore,
    }
}

fn of_config(written: config::Conversations) -> Conversations {
    match written {
        config::Conversations::Resolved => Conversations::Resolved,
        config::Conversations::Ignore => Conversations::Ignore,
    }
}
