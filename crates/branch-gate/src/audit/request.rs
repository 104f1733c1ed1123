//! From flags and config to what is wanted: nothing has been contacted yet.

use shiplane_action::{Call, Context, Shared};
use shiplane_core::audit::facts::Secrets;
use shiplane_core::audit::{Wanted, fix};
use shiplane_core::fault::Fault;
use shiplane_github::AuditQuestion;

use super::cli::Audit;

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// The command line.
    pub(super) audit: Audit,
    /// What the config wants.
    pub(super) wanted: Wanted,
    /// How far to go.
    pub(super) mode: Mode,
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Say what is there.
    Look,
    /// Show what would be written, too.
    Show,
    /// Write it.
    Write,
}

impl Request {
    pub(super) fn resolve(audit: Audit, shared: &Shared, call: &Call) -> anyhow::Result<Self> {
        let config = call.config(shared)?;
        let wanted = Wanted::of(&config);
        if wanted.is_empty() {
            let fact =
                "the config names no branches and no environments, so there is nothing to hold against";
            return Err(Fault::usage("nothing-wanted", fact)
                .help("write them under `branches:` and `environments:` of .github/shiplane.yml")
                .into());
        }
        if let Some(name) = &audit.environment {
            config.environment(name)?;
        }
        let mode = match (audit.dry_run, audit.fix) {
            (true, _) => Mode::Show,
            (false, true) => Mode::Write,
            (false, false) => Mode::Look,
        };
        if mode == Mode::Write && audit.facts.facts.is_some() {
            let fact = "recorded facts cannot be fixed: what is there now is not known";
            return Err(Fault::usage("facts-with-fix", fact)
                .help("add --dry-run, or leave out --facts")
                .into());
        }
        Ok(Self { audit, wanted, mode })
    }

    /// What GitHub is asked.
    pub(super) fn question(&self, context: &Context) -> Result<AuditQuestion, Fault> {
        let branches: Vec<String> = self.wanted.branches.iter().map(|branch| branch.name.clone()).collect();
        Ok(AuditQuestion {
            repository: self.audit.access.repository(context)?,
            own_rulesets: branches.iter().map(|branch| fix::name_of(branch)).collect(),
            branches,
            environments: self.wanted.environments.iter().map(|it| it.name.clone()).collect(),
        })
    }

    /// Which secrets this job was given: of the environment that it says it runs in, names alone.
    pub(super) fn given(&self, read: Secrets) -> Secrets {
        let Some(environment) = &self.audit.environment else { return read };
        let wanted = self.wanted.environments.iter().filter(|it| it.name == *environment);
        let names = wanted.flat_map(|it| &it.secrets).filter(|name| Context::is_given(name));
        Secrets { job: names.cloned().collect(), job_environment: Some(environment.clone()), ..read }
    }
}
