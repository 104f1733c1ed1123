//! Flags, environment and config settled into what is asked. The last place for "you asked wrongly".

use std::path::PathBuf;

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::Place;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_fleet::reaches;
use shiplane_remote::Reach;

use super::access::Access;
use super::cli::RevertArgs;

/// A revert, every default settled.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) bad: Bad,
    /// The last commit that stays, when more than one goes.
    pub(super) range: Option<String>,
    pub(super) base: String,
    pub(super) reason: Option<String>,
    pub(super) dry_run: bool,
    pub(super) access: Access,
    /// The checkout.
    pub(super) directory: PathBuf,
    pub(super) actor: Option<String>,
    pub(super) run_url: Option<String>,
}

/// Where the bad commit is known from.
#[derive(Debug)]
pub(super) enum Bad {
    Named(String),
    Journal { place: Box<Place>, reaches: Vec<Reach>, facts: FactsArgs },
}

impl Request {
    pub(super) fn resolve(args: RevertArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let context = &call.context;
        let given = args.host.given();
        let branch = match &given.environment {
            Some(name) => config.environment(name)?.branch.clone(),
            None if config.environments.len() == 1 => {
                config.environments.values().next().and_then(|only| only.branch.clone())
            }
            None => None,
        };
        let base = args.base.or(branch).ok_or_else(|| {
            Fault::usage("base-missing", "it is not said to which branch the pull request goes")
                .help("add --base, or write `branch:` in the environment")
        })?;
        let bad = match args.commit {
            Some(commit) => Bad::Named(commit),
            None => {
                let place = Place::resolve(&given, config)?;
                let reaches = reaches(&args.host, &place, call)?;
                Bad::Journal { place: Box::new(place), reaches, facts: args.facts }
            }
        };
        Ok(Self {
            bad,
            range: args.range,
            base,
            reason: args.reason.map(|reason| foreign::one_line(&reason)),
            dry_run: args.dry_run,
            access: Access::settle(&args.access, context)?,
            directory: context.workspace.clone().unwrap_or_else(|| PathBuf::from(".")),
            actor: context.actor.clone(),
            run_url: context.run_url.clone(),
        })
    }
}
