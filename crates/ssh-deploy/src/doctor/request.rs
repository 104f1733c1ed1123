//! Flags, environment and config settled into what is asked. What is missing is an answer here, not an error.

use shiplane_action::{Context, FactsArgs, HostArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::doctor::{Input, Secrets};
use shiplane_core::deploy::{Place, Question};
use shiplane_core::fault::Fault;

use super::cli::DoctorArgs;

/// What tells the way to a host, as teams name their secrets.
const INPUTS: [&str; 6] =
    ["SSH_HOST", "SSH_USERNAME", "SSH_PORT", "SSH_PRIVATE_KEY", "SSH_PASSPHRASE", "DEPLOY_PATH"];

/// An examination, every default settled.
#[derive(Debug)]
pub(crate) struct Doctor {
    /// Where to go, or why that is not known.
    pub(crate) place: Result<Place, Fault>,
    /// Variables that the way is told by.
    pub(crate) given: Secrets,
    /// Secrets that the config names.
    pub(crate) secrets: Secrets,
    pub(crate) commit: Option<String>,
    pub(crate) host: HostArgs,
    pub(crate) facts: FactsArgs,
}

impl Doctor {
    pub(crate) fn resolve(args: DoctorArgs, config: &Config) -> Self {
        let place = Place::resolve(&args.host.given(), config);
        let wanted = place.as_ref().map(|place| place.secrets.clone()).unwrap_or_default();
        let environment = args.host.environment.clone();
        let environment = environment.or_else(|| {
            let only = config.environments.len() == 1;
            config.environments.keys().next().filter(|_| only).cloned()
        });
        let variables = present(&INPUTS, place.as_ref().ok());
        Self {
            place,
            given: Secrets { environment: environment.clone(), variables },
            secrets: secrets(environment, &wanted),
            commit: args.commit,
            host: args.host,
            facts: args.facts,
        }
    }

    /// What must be known of each host.
    pub(crate) fn question(&self, place: &Place) -> Question {
        let commit = self.commit.as_deref().map(str::trim).map(str::to_lowercase);
        let commit = commit.filter(|text| text.len() >= 7 && text.chars().all(|c| c.is_ascii_hexdigit()));
        place.close_question(commit.as_deref())
    }
}

/// The secrets that an environment names, each as this step has it.
pub(crate) fn secrets(environment: Option<String>, names: &[String]) -> Secrets {
    let state = |name: &String| {
        let prefixed = Context::input(&format!("SHIPLANE_{name}")) == Input::Given;
        (name.clone(), if prefixed { Input::Given } else { Context::input(name) })
    };
    Secrets { environment, variables: names.iter().map(state).collect() }
}

/// The variables that are there at all. Nobody misses an empty one where there is no way to go.
fn present(names: &[&str], place: Option<&Place>) -> Vec<(String, Input)> {
    let stays_here = place.is_some_and(|place| place.hosts.iter().all(|host| host.trim() == "local"));
    let states = names.iter().map(|name| ((*name).to_owned(), Context::input(name)));
    let counts = |name: &str, input: &Input| match input {
        Input::Absent => false,
        Input::Empty => !stays_here && !place.is_some_and(|place| is_told(name, place)),
        Input::Given => true,
    };
    states.filter(|(name, state)| counts(name, state)).collect()
}

/// Whether the config says what an empty variable does not.
fn is_told(name: &str, place: &Place) -> bool {
    let each = |says: fn(&str) -> bool| place.hosts.iter().all(|host| says(host));
    match name {
        // Without them there is no place.
        "SSH_HOST" | "DEPLOY_PATH" => true,
        "SSH_USERNAME" => each(|host| host.contains('@')),
        "SSH_PORT" => each(|host| host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())),
        _ => false,
    }
}
