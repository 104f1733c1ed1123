//! Flags, environment and config settled into what is asked.

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::{Config, Environment};
use shiplane_core::deploy::{Runtime, SetupQuestion};
use shiplane_core::fault::Fault;

use super::cli::SetupArgs;
use crate::place::Look;

/// A preparation, every default settled.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) look: Look,
    pub(crate) question: SetupQuestion,
}

impl Setup {
    pub(crate) fn resolve(args: SetupArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let example = args.env_example.or_else(|| configured(args.host.environment.as_deref(), config));
        let look = Look::resolve(&args.host, FactsArgs::default(), (config, call))?;
        if let Some(wrong) = args.repository.as_deref().filter(|address| address.starts_with('-')) {
            let fact = format!("`{wrong}` is no address of a repository");
            return Err(Fault::usage("repository-invalid", fact)
                .help("git@github.com:owner/name.git")
                .into());
        }
        let is_inside =
            |name: &str| !name.starts_with(['/', '-']) && !name.split('/').any(|part| part == "..");
        if let Some(wrong) = example.as_deref().filter(|name| !is_inside(name)) {
            let fact = format!("`{wrong}` is no file of the repository");
            return Err(Fault::usage("env-example-invalid", fact)
                .help("name it from the repository's top")
                .into());
        }
        let question = SetupQuestion {
            site: look.place.site.clone(),
            compose: match &look.place.runtime {
                Runtime::Compose { .. } => true,
                Runtime::Command(_) => false,
            },
            repository: args.repository,
            git_known_hosts: args.git_known_hosts,
            env_example: example,
            install: args.install,
            dry_run: args.dry_run,
        };
        Ok(Self { look, question })
    }
}

/// The named environment's, else that of the only one.
fn configured(name: Option<&str>, config: &Config) -> Option<String> {
    let mut all = config.environments.iter();
    let found = match (name, all.next(), all.next()) {
        (Some(name), ..) => config.environments.get(name),
        (None, Some((_, only)), None) => Some(only),
        (None, ..) => None,
    };
    found.and_then(|environment: &Environment| environment.env_example.clone())
}
