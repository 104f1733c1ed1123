//! Flags, environment and config settled into what is asked. The last place for "you asked wrongly".

use std::path::{Path, PathBuf};

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{Ask, Given, Limits, Place, Question, Strategy};
use shiplane_core::fault::Fault;
use shiplane_fleet::{Patience, reaches};
use shiplane_http::Named;
use shiplane_remote::Reach;

use super::cli::DeployArgs;
use super::images;

/// Shorter names of a commit are too easily those of two.
const SHORTEST_COMMIT: usize = 7;

/// Length of a SHA-256 commit name, the longest there is.
const LONGEST_COMMIT: usize = 64;

/// A deploy, every default settled.
#[derive(Debug)]
pub(crate) struct Deploy {
    pub(crate) place: Place,
    pub(crate) reaches: Vec<Reach>,
    pub(crate) ask: Ask,
    /// What must answer after the switch.
    pub(crate) probes: Vec<Named>,
    /// Whether some probe reads the version.
    pub(crate) proves_version: bool,
    /// What is uploaded; `None` where nothing is.
    pub(crate) from: Option<PathBuf>,
    pub(crate) dry_run: bool,
    pub(crate) facts: FactsArgs,
    pub(crate) patience: Patience,
}

impl Deploy {
    pub(crate) fn resolve(args: DeployArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let given = Given { options: args.options.given(), ..args.host.given() };
        let mut place = Place::resolve(&given, config)?;
        place.waves = args.waves.over(place.waves)?;
        place.strategy = images::over(place.strategy, &args.images)?;
        let commit = commit(args.commit.or_else(|| call.context.sha.clone()))?;
        let reaches = reaches(&args.host, &place, call)?;
        let mut probes = shiplane_fleet::probes(config, &place)?;
        let mut proves_version = false;
        for probe in &mut probes {
            let version = args.release_version.as_deref();
            proves_version |= version.is_some_and(|version| probe.expect_version(version));
        }
        let from = from(args.from, &place, call)?;
        let ask = Ask {
            site: place.site.clone(),
            strategy: place.strategy.clone(),
            runtime: place.runtime.clone(),
            options: place.options.clone(),
            commit,
            version: args.release_version.clone(),
            limits: Limits { budget: args.budget.unwrap_or(place.limits.budget), ..place.limits },
            force: args.force,
            actor: call.context.actor.clone(),
            run_url: call.context.run_url.clone(),
        };
        let patience = Patience::new(args.wait_for_lock.map(|wait| wait.0));
        let (dry_run, facts) = (args.dry_run, args.facts);
        Ok(Self { place, reaches, ask, probes, proves_version, from, dry_run, facts, patience })
    }

    /// What must be known of the host, its health included.
    pub(crate) fn question(&self) -> Question {
        self.place.close_question(Some(&self.ask.commit))
    }
}

/// The flag, from where the command is run; else what the config says, from the checkout.
fn from(given: Option<PathBuf>, place: &Place, call: &Call) -> Result<Option<PathBuf>, Fault> {
    match &place.strategy {
        Strategy::Git | Strategy::Image { .. } => return Ok(None),
        Strategy::Files(_) => {}
    }
    let root = call.context.workspace.as_deref().unwrap_or(Path::new("."));
    let dir = given.unwrap_or_else(|| root.join(&place.from));
    if dir.is_dir() {
        return Ok(Some(dir));
    }
    Err(Fault::usage("files-missing", format!("{} is no directory", dir.display()))
        .help("build the release first, or name its directory with --from"))
}

/// A branch or a tag may mean another commit in a minute; only the commit's own name is exact.
fn commit(given: Option<String>) -> Result<String, Fault> {
    let help = "pass --commit \"$(git rev-parse HEAD)\"";
    let commit = given.ok_or_else(|| Fault::usage("commit-missing", "no commit is given").help(help))?;
    let commit = commit.trim().to_lowercase();
    let length = SHORTEST_COMMIT..=LONGEST_COMMIT;
    if length.contains(&commit.len()) && commit.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(commit);
    }
    let fact = format!("`{commit}` is not the name of a commit: 7 to 64 hexadecimal digits");
    Err(Fault::usage("commit-invalid", fact).help(help))
}
