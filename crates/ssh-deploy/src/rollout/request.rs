//! Flags, environment and config settled into what is asked. The last place for "you asked wrongly".

use shiplane_action::{Call, FactsArgs, HostArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{Given, Place, Runtime};
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::rollout::{Ask, Change, Deed, Driver, Heard, Policy, Question};
use shiplane_fleet::reaches;
use shiplane_http::Named;
use shiplane_remote::Reach;

use super::cli::{RolloutArgs, Step};

/// What is wanted.
#[derive(Debug)]
pub(super) enum Wanted {
    /// Only the stages; nobody is asked.
    Plan(Box<Ask>),
    /// A step on the host.
    Step(Box<Request>),
}

/// A step, every default settled.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) place: Place,
    pub(super) reaches: Vec<Reach>,
    /// Where the new version is deployed to, when that is another place on the same host.
    pub(super) canary: Option<Place>,
    /// Where it must have passed before, and how to get there.
    pub(super) after: Option<(Place, Vec<Reach>)>,
    /// What must answer when a release was taken back.
    pub(super) probes: Vec<Named>,
    pub(super) ask: Ask,
    pub(super) dry_run: bool,
    pub(super) facts: FactsArgs,
    actor: Option<String>,
    run_url: Option<String>,
}

impl Wanted {
    pub(super) fn resolve(args: RolloutArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let environment = environment(&args.host, config)?;
        let policy = Policy::resolve(&environment, config)?;
        let Some(deed) = deed(&args)? else {
            let ask = Ask { environment, policy, deed: Deed::Status, reason: None, force: false };
            return Ok(Self::Plan(Box::new(ask)));
        };
        let given = Given { environment: Some(environment.clone()), ..args.host.given() };
        let place = Place::resolve(&given, config)?;
        let reaches = reaches(&args.host, &place, call)?;
        let canary = policy.canary.as_ref().map(|name| canary(name, &place, config)).transpose()?;
        let after = match (&policy.after, &deed) {
            (Some(name), Deed::Start(_)) => Some(other(name, &args.host, (config, call))?),
            (Some(_) | None, _) => None,
        };
        let probes = shiplane_fleet::probes(config, canary.as_ref().unwrap_or(&place))?;
        let reason = args.reason.as_deref().map(foreign::one_line).filter(|reason| !reason.is_empty());
        if place.hosts.len() > 1 {
            let fact = format!("`{environment}` has {} hosts, and a rollout has one", place.hosts.len());
            return Err(Fault::usage("rollout-hosts", fact)
                .help("split the users where they arrive: on the host with the proxy")
                .into());
        }
        let ask = Ask { environment, policy, deed, reason, force: args.force };
        let (actor, run_url) = (call.context.actor.clone(), call.context.run_url.clone());
        let (dry_run, facts) = (args.dry_run, args.facts);
        let request = Request { place, reaches, canary, after, probes, ask, dry_run, facts, actor, run_url };
        Ok(Self::Step(Box::new(request)))
    }
}

impl Request {
    /// What is asked of the worker, or what it shall do.
    pub(super) fn question(&self, change: Option<Change>) -> Question {
        Question {
            site: self.place.site.clone(),
            driver: self.ask.policy.driver.clone(),
            change,
            actor: self.actor.clone(),
            run_url: self.run_url.clone(),
            reason: self.ask.reason.clone(),
        }
    }

    /// Where the new version is.
    pub(super) fn carrier(&self) -> &Place {
        self.canary.as_ref().unwrap_or(&self.place)
    }
}

/// The named one, else the only one that has a rollout.
fn environment(host: &HostArgs, config: &Config) -> Result<String, Fault> {
    if let Some(name) = &host.environment {
        return Ok(name.clone());
    }
    let mut all = config.environments.iter().filter(|(_, environment)| environment.rollout.is_some());
    match (all.next(), all.next()) {
        (Some((name, _)), None) => Ok(name.clone()),
        (None, _) => Err(Fault::usage("rollout-missing", "no environment of the config has a `rollout`")
            .help("write `rollout: { driver: … }` under one in .github/shiplane.yml")),
        (Some(_), Some(_)) => {
            Err(Fault::usage("environment-missing", "several environments of the config have a `rollout`")
                .help("name one with --environment"))
        }
    }
}

/// `None` is the plan, which is no deed.
fn deed(args: &RolloutArgs) -> Result<Option<Deed>, Fault> {
    Ok(Some(match args.step {
        Step::Start => Deed::Start(args.release_version.as_deref().map(|it| it.trim().to_owned())),
        Step::Tick => Deed::Tick(Heard::from_word(args.verdict.as_deref())),
        Step::Set => match (args.percent, &args.reason) {
            (Some(percent), Some(_)) => Deed::Set(percent),
            (None, _) => {
                return Err(Fault::usage("percent-missing", "no share is given")
                    .help("ssh-deploy rollout set 25 --reason \"…\""));
            }
            (Some(_), None) => {
                return Err(Fault::usage("reason-missing", "a share that is set by hand needs a reason")
                    .help("add --reason \"…\"; it is kept in the host's journal"));
            }
        },
        Step::Pause => Deed::Pause,
        Step::Resume => Deed::Resume,
        Step::Rollback => Deed::Rollback,
        Step::Finish => Deed::Finish,
        Step::Status => Deed::Status,
        Step::Plan => return Ok(None),
    }))
}

/// Another environment on the same host, with a place and a project of its own.
fn canary(name: &str, stable: &Place, config: &Config) -> Result<Place, Fault> {
    let host = stable.hosts.first().cloned();
    let own = &config.environment(name)?.hosts;
    if own.iter().any(|own| Some(own) != host.as_ref()) && !own.is_empty() {
        let fact = format!("`{name}` is on another host than `{}`", stable.name);
        return Err(Fault::usage("canary-elsewhere", fact)
            .help("both versions run on the host whose proxy splits the users; leave out its `hosts`"));
    }
    let given = Given { environment: Some(name.to_owned()), host, ..Given::default() };
    let canary = Place::resolve(&given, config)?;
    if canary.site.path == stable.site.path || canary.site.state_dir == stable.site.state_dir {
        let fact = format!("`{name}` and `{}` have the same directory on the host", stable.name);
        return Err(Fault::usage("canary-same-place", fact).help("give the canary a `path` of its own"));
    }
    match (&canary.runtime, &stable.runtime) {
        (Runtime::Compose { project: one, .. }, Runtime::Compose { project: other, .. })
            if one.is_some() && one == other =>
        {
            let fact = format!("`{name}` and `{}` are the same Compose project", stable.name);
            Err(Fault::usage("canary-same-project", fact)
                .help("write `project:` under the canary's environment, with another name"))
        }
        (Runtime::Compose { .. } | Runtime::Command(_), Runtime::Compose { .. } | Runtime::Command(_)) => {
            Ok(canary)
        }
    }
}

/// Another environment, wherever it is.
fn other(
    name: &str,
    host: &HostArgs,
    (config, call): (&Config, &Call),
) -> anyhow::Result<(Place, Vec<Reach>)> {
    let given = Given { environment: Some(name.to_owned()), ..Given::default() };
    let place = Place::resolve(&given, config)?;
    let reaches = reaches(host, &place, call)?;
    Ok((place, reaches))
}

/// For the words: whether the proxy's weights are forgotten when it is loaded again.
pub(super) fn forgets(driver: &Driver) -> bool {
    match driver {
        Driver::Haproxy { .. } => true,
        Driver::Nginx { .. } | Driver::EnvFile { .. } | Driver::Command { .. } => false,
    }
}
