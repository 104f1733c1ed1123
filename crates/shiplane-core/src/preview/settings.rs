//! What the config says of previews, settled.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fill::{self, Filled};
use crate::config::{Config, Environment, EnvironmentKind, Ports};
use crate::deploy::{Given, Place, compose};
use crate::duration::Span;
use crate::fault::Fault;

/// What directories and projects of previews are called, before the number.
const PREFIX: &str = "pr-";

/// The number of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Number(pub u32);

impl Number {
    /// The preview's directory in the base directory.
    pub fn directory(self) -> String {
        format!("{PREFIX}{self}")
    }

    /// The number in a directory's name, when it is one of ours to the letter.
    pub fn of_directory(name: &str) -> Option<Self> {
        let number: Self = name.strip_prefix(PREFIX)?.parse().ok()?;
        (number.directory() == name).then_some(number)
    }

    /// The preview's Compose project.
    pub fn project(self, base: &str) -> String {
        format!("{base}-{PREFIX}{self}")
    }
}

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim().trim_start_matches('#');
        let number = digits.parse::<u32>().ok().filter(|number| *number > 0);
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        number
            .filter(|_| plain)
            .map(Self)
            .ok_or_else(|| format!("`{text}` is not the number of a pull request"))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Everything that all previews of an environment have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The environment's name.
    pub environment: String,
    /// The host and the base directory.
    pub place: Place,
    /// Where one answers, with places for what differs.
    pub url: String,
    /// How long one stays after the last push.
    pub ttl: Option<Span>,
    /// One for each.
    pub ports: Option<Ports>,
    /// Whether one goes by itself.
    pub auto_destroy: bool,
    /// At most so many at once.
    pub limit: Option<u32>,
    /// What their Compose projects begin with.
    pub project: String,
}

impl Settings {
    /// Of the environment that is named, else of the only one that is a preview.
    pub fn resolve(given: &Given, config: &Config) -> Result<Self, Fault> {
        let (environment, settled) = environment(given.environment.as_deref(), config)?;
        if given.state_dir.is_some() || settled.state_dir.is_some() {
            let fact = "a preview keeps its state in its own directory, and a state directory is named";
            return Err(Fault::usage("preview-state-dir", fact).help("leave `state-dir` out"));
        }
        let given = Given { environment: Some(environment.clone()), ..given.clone() };
        let place = Place::resolve(&given, config)?;
        if place.hosts.len() > 1 {
            let fact = format!("previews go to one host, and {environment} has {}", place.hosts.len());
            return Err(Fault::usage("preview-hosts", fact).help("name one host in the environment"));
        }
        let base = config.project.clone().unwrap_or_else(|| place.site.path.clone());
        let project = Some(compose::default_project(&base)).filter(|name| !name.is_empty());
        Ok(Self {
            url: url(&environment, settled)?,
            ttl: settled.ttl,
            ports: settled.ports,
            auto_destroy: settled.auto_destroy.unwrap_or(true),
            limit: settled.limit,
            project: project.unwrap_or_else(|| "preview".to_owned()),
            environment,
            place,
        })
    }
}

/// Refuses a plain deploy to an environment of previews: it would land among them.
pub fn no_preview(name: Option<&str>, config: &Config) -> Result<(), Fault> {
    let mut all = config.environments.iter();
    let meant = match (name, all.next(), all.next()) {
        (Some(name), ..) => config.environments.get_key_value(name),
        (None, only, None) => only,
        (None, ..) => None,
    };
    match meant {
        Some((name, environment)) if environment.kind == EnvironmentKind::Preview => {
            let fact = format!("the environment {name} is for previews, each in a directory of its own");
            Err(Fault::usage("environment-kind", fact)
                .help("use `ssh-deploy preview up`, or name another with --environment"))
        }
        Some(_) | None => Ok(()),
    }
}

fn environment<'a>(name: Option<&str>, config: &'a Config) -> Result<(String, &'a Environment), Fault> {
    let help = "write `kind: preview` and a `url:` in an environment";
    if let Some(name) = name {
        let environment = config.environment(name)?;
        return match environment.kind {
            EnvironmentKind::Preview => Ok((name.to_owned(), environment)),
            EnvironmentKind::Server | EnvironmentKind::Local => {
                let fact = format!("the environment {name} is no preview");
                Err(Fault::usage("preview-kind", fact).help(help))
            }
        };
    }
    let is_preview = |it: &(&String, &Environment)| it.1.kind == EnvironmentKind::Preview;
    let mut previews = config.environments.iter().filter(is_preview);
    match (previews.next(), previews.next()) {
        (Some((name, only)), None) => Ok((name.clone(), only)),
        (None, _) => {
            Err(Fault::usage("preview-missing", "the config has no environment for previews").help(help))
        }
        (Some((one, _)), Some((other, _))) => {
            let fact = format!("the config has several environments for previews: {one}, {other}");
            Err(Fault::usage("environment-missing", fact).help("name one with --environment"))
        }
    }
}

/// Two pull requests must not answer at the same place, and nothing may stand in it that is more than an address: it
/// goes to `.env` and into a comment.
fn url(name: &str, environment: &Environment) -> Result<String, Fault> {
    let invalid = |fact: String| {
        Err(Fault::usage("preview-url-invalid", fact)
            .help("write an address with the number in it: https://pr-{number}.example.org"))
    };
    let Some(url) = environment.url.clone() else {
        return invalid(format!("the environment {name} is a preview without a `url`"));
    };
    if fill::mentions_port(&url) && environment.ports.is_none() {
        let fact = format!("the `url` of {name} has a {{port}} in it, and there are no ports");
        return Err(Fault::usage("ports-missing", fact).help("write `ports: 20000-20999` in the environment"));
    }
    if !fill::differs(&url) {
        return invalid(format!("the `url` of {name} is the same for every pull request: {url}"));
    }
    let filled = Filled { number: Number(1), port: Some(1), url: String::new() }.fill(&url);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!&'*+,;=%".contains(c);
    let authority = filled.strip_prefix("https://").or_else(|| filled.strip_prefix("http://"));
    match authority {
        Some(rest)
            if rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
                && rest.chars().all(plain) =>
        {
            Ok(url)
        }
        Some(_) | None => invalid(format!("the `url` of {name} is no address: {url}")),
    }
}
