//! Which host, where on it, and what runs there: flags and config settled into one place.

use super::cold::retention;
use super::doctor::Inquiry;
use super::facts::Question;
use super::manifest::is_one_name;
use super::plan::{Limits, Options, Site};
use super::release::Runtime;
use super::strategy::{Shown, Strategy};
use super::waves::Waves;
use crate::backup::{Shelf, shelf};
use crate::config::{self, Config, Environment, EnvironmentKind};
use crate::duration::Span;
use crate::fault::Fault;

/// Longest time for fetching from the git remote.
const FETCH: Span = Span::seconds(5 * 60);
/// Longest time for building, unless the config says otherwise.
const BUILD: Span = Span::seconds(15 * 60);
/// Longest time for the switch, unless the config says otherwise.
const SWITCH: Span = Span::seconds(3 * 60);
/// Longest time for everything, unless the config says otherwise.
const BUDGET: Span = Span::seconds(30 * 60);
/// How many good releases stay, unless the config says otherwise.
const KEEP: u32 = 5;
/// The directory that is uploaded, unless the config says otherwise.
const FROM: &str = "dist";
/// How long the worker waits for the client's word beyond what the proof may take.
const CONFIRM_MARGIN: Span = Span::seconds(60);

/// What the flags say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// An environment of the config.
    pub environment: Option<String>,
    /// `user@host:port`, a part of it, or `local`.
    pub host: Option<String>,
    /// Directory on the host.
    pub path: Option<String>,
    /// Where lock, journal and runs are kept.
    pub state_dir: Option<String>,
    /// How the steps are done.
    pub options: GivenOptions,
}

/// What the flags say about how the steps are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenOptions {
    /// Whether everything is taken down before the switch.
    pub down: Option<bool>,
    /// Whether containers of services that the release does not have are removed.
    pub remove_orphans: Option<bool>,
    /// Whether the build goes without its cache.
    pub no_cache: Option<bool>,
    /// Whether what old releases left is removed.
    pub prune: Option<bool>,
}

/// A place that releases go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The environment's name, else the host.
    pub name: String,
    /// `user@host:port`, a part of it, or `local`; at least one.
    pub hosts: Vec<String>,
    /// How several hosts are switched.
    pub waves: Waves,
    /// A host to go through on the way.
    pub jump: Option<String>,
    /// Where on the host.
    pub site: Site,
    /// How a release gets there.
    pub strategy: Strategy,
    /// Directory on this machine that `strategy: files` uploads.
    pub from: String,
    /// What builds and runs a release.
    pub runtime: Runtime,
    /// How the steps are done.
    pub options: Options,
    /// How long the steps may take.
    pub limits: Limits,
    /// A file with the keys that the host's `.env` must have.
    pub env_example: Option<String>,
    /// Secrets that must be set, by name.
    pub secrets: Vec<String>,
    /// Names of the probes that must pass after a switch.
    pub probes: Vec<String>,
    /// Where backups of its database are kept.
    pub backup: Option<Shelf>,
}

impl Place {
    /// Flags win over the config.
    pub fn resolve(given: &Given, config: &Config) -> Result<Self, Fault> {
        let (name, environment) = environment(given, config)?;
        let environment = environment.cloned().unwrap_or_default();
        let hosts = hosts(given, &environment)?;
        let path = path(given, &environment)?;
        let state_dir = given.state_dir.clone().or(environment.state_dir.clone());
        let state_dir = state_dir.map_or_else(|| under(&path, ".shiplane"), |dir| under(&path, &dir));
        environment.smoke.iter().try_for_each(|probe| config.probe(probe).map(drop))?;
        let site = Site { path, state_dir };
        Ok(Self {
            name: name.unwrap_or_else(|| hosts.join(", ")),
            hosts,
            waves: Waves::new(environment.max_parallel, environment.fail_fast)?,
            jump: environment.jump.clone(),
            strategy: strategy(&environment)?,
            from: environment
                .files
                .as_ref()
                .and_then(|files| files.from.clone())
                .unwrap_or_else(|| FROM.to_owned()),
            runtime: runtime(&environment, config)?,
            options: Options {
                retention: retention(environment.retention.as_ref(), &site.state_dir)?,
                ..options(given, &environment)
            },
            limits: limits(&environment, config),
            backup: shelf(&environment, (&site, config.project.as_deref()))?,
            env_example: environment.env_example,
            secrets: environment.secrets,
            probes: environment.smoke,
            site,
        })
    }

    /// The same, and the host's health with it.
    pub fn close_question(&self, commit: Option<&str>) -> Question {
        let inquiry = Inquiry { commit: commit.map(str::to_owned), env_example: self.env_example.clone() };
        Question { checkup: Some(inquiry), ..self.question() }
    }

    /// What must be known of each host.
    pub fn question(&self) -> Question {
        Question {
            site: self.site.clone(),
            strategy: self.strategy.clone(),
            runtime: self.runtime.clone(),
            checkup: None,
        }
    }
}

/// The named environment, else the only one there is.
fn environment<'a>(
    given: &Given,
    config: &'a Config,
) -> Result<(Option<String>, Option<&'a Environment>), Fault> {
    if let Some(name) = &given.environment {
        return Ok((Some(name.clone()), Some(config.environment(name)?)));
    }
    let mut all = config.environments.iter();
    match (all.next(), all.next()) {
        (Some((name, only)), None) => Ok((Some(name.clone()), Some(only))),
        (None, _) => Ok((None, None)),
        (Some(_), Some(_)) => {
            let names: Vec<&str> = config.environments.keys().map(String::as_str).collect();
            let fact = format!("the config has several environments: {}", names.join(", "));
            Err(Fault::usage("environment-missing", fact).help("name one with --environment"))
        }
    }
}

/// The flag may name several, with commas between.
fn hosts(given: &Given, environment: &Environment) -> Result<Vec<String>, Fault> {
    let named = given.host.as_deref().map(|text| {
        text.split(|c: char| c == ',' || c.is_whitespace()).filter(|host| !host.is_empty()).map(str::to_owned)
    });
    let hosts = named.map_or_else(|| environment.hosts.clone(), Iterator::collect);
    if !hosts.is_empty() {
        return Ok(hosts);
    }
    if environment.kind == EnvironmentKind::Local {
        return Ok(vec!["local".to_owned()]);
    }
    Err(Fault::usage("host-missing", "no host is given")
        .help("set SSH_HOST, pass --ssh-host, or write `hosts:` in the environment; `local` is this machine"))
}

fn path(given: &Given, environment: &Environment) -> Result<String, Fault> {
    let path = given.path.as_ref().or(environment.path.as_ref()).ok_or_else(|| {
        Fault::usage("path-missing", "no directory on the host is given")
            .help("set DEPLOY_PATH, pass --deploy-path, or write `path:` in the environment")
    })?;
    let path = path.trim_end_matches('/');
    if path.starts_with('/') && !path.split('/').any(|part| part == "..") {
        return Ok(path.to_owned());
    }
    let fact = format!("the directory on the host is `{path}`, which is no absolute path");
    Err(Fault::usage("path-invalid", fact).help("begin with / and leave out `..`"))
}

fn under(path: &str, dir: &str) -> String {
    if dir.starts_with('/') { dir.to_owned() } else { format!("{path}/{dir}") }
}

fn strategy(environment: &Environment) -> Result<Strategy, Fault> {
    let files = environment.files.clone().unwrap_or_default();
    match environment.strategy.unwrap_or(config::Strategy::Git) {
        config::Strategy::Git => Ok(Strategy::Git),
        config::Strategy::Files => {
            let to = shown_at(files.to)?;
            Ok(Strategy::Files(Shown { to, rollout: rollout(files.rollout.unwrap_or_default())? }))
        }
        config::Strategy::Image if environment.command.is_some() => {
            let fact = "the environment's strategy is `image`, and own commands run no images";
            Err(Fault::usage("image-needs-compose", fact)
                .help("write `compose:` in the environment in place of `command:`"))
        }
        config::Strategy::Image => Ok(Strategy::Image { images: environment.images.clone() }),
    }
}

/// A link under the path: one plain name, and none of those that mean something there already.
fn shown_at(to: Option<String>) -> Result<String, Fault> {
    let to = to.unwrap_or_else(|| "current".to_owned());
    if is_one_name(&to) && ![".env", ".git", ".shiplane"].contains(&to.as_str()) {
        return Ok(to);
    }
    let fact = format!("`files.to` is `{to}`, which is no name for the live release");
    Err(Fault::usage("files-to-invalid", fact)
        .help("write one name without a slash, such as `current`; it appears under the environment's path"))
}

fn rollout(percent: u8) -> Result<u8, Fault> {
    if percent <= 100 {
        return Ok(percent);
    }
    let fact = format!("`files.rollout` is {percent}, more than 100 percent");
    Err(Fault::usage("rollout-invalid", fact).help("write 0 to 100"))
}

fn options(given: &Given, environment: &Environment) -> Options {
    let prune = given.options.prune.or(environment.prune).unwrap_or(true);
    Options {
        migrate: environment.migrate.clone(),
        down: given.options.down.or(environment.down).unwrap_or_default(),
        remove_orphans: given.options.remove_orphans.or(environment.remove_orphans).unwrap_or_default(),
        no_cache: given.options.no_cache.or(environment.no_cache).unwrap_or_default(),
        keep: prune.then_some(environment.keep.unwrap_or(KEEP)),
        ..Options::default()
    }
}

fn runtime(environment: &Environment, config: &Config) -> Result<Runtime, Fault> {
    let uploads = environment.strategy == Some(config::Strategy::Files);
    match &environment.command {
        // Files that a web server reads: nothing is built and nothing started.
        None if uploads && environment.compose.0.is_empty() => Ok(Runtime::Command(Default::default())),
        None => {
            let project = environment.project.clone().or_else(|| config.project.clone());
            Ok(Runtime::Compose { files: environment.compose.0.clone(), project })
        }
        Some(_) if !environment.compose.0.is_empty() => {
            let fact = "an environment has either `compose` or `command`, and this one has both";
            Err(Fault::usage("runtime-ambiguous", fact))
        }
        Some(commands) if commands.restart.is_empty() && !uploads => {
            Err(Fault::usage("restart-missing", "the environment's `command` has no `restart`")
                .help("write the program and its arguments as a list: [systemctl, restart, shop]"))
        }
        Some(commands) => Ok(Runtime::Command(commands.clone())),
    }
}

/// How long a probe may take: as long as it waits, or as its tries take where it does not.
fn longest(probe: &config::Probe) -> Span {
    let tries = probe.timeout.unwrap_or_default().0.saturating_mul(probe.successes.unwrap_or(1));
    probe.within.unwrap_or(Span(tries.saturating_add(probe.stable.unwrap_or_default().0)))
}

/// The worker waits for our word as long as the slowest proof may take, and a little longer.
fn limits(environment: &Environment, config: &Config) -> Limits {
    let probes = environment.smoke.iter().filter_map(|name| config.probes.get(name));
    let slowest = probes.map(longest).max().unwrap_or_default();
    Limits {
        fetch: FETCH,
        build: environment.build_timeout.unwrap_or(BUILD),
        switch: environment.switch_timeout.unwrap_or(SWITCH),
        budget: environment.budget.unwrap_or(BUDGET),
        confirm: Span(slowest.0 + CONFIRM_MARGIN.0),
    }
}
