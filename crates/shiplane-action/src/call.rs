//! One call of a tool: its command line, its context, its config, its facts.

use std::path::Path;

use anyhow::Context as _;
use clap::{ArgMatches, FromArgMatches};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shiplane_core::config::{self, Config};
use shiplane_core::fault::Fault;

use crate::args::{FactsArgs, Shared};
use crate::context::Context;
use crate::progress::Progress;

/// Where the config is looked for when no file is named.
const DEFAULT_CONFIG: &str = ".github/shiplane.yml";

/// What a tool's `run` receives.
#[derive(Debug)]
pub struct Call {
    matches: ArgMatches,
    /// What the runner says of the run.
    pub context: Context,
    /// Where progress is shown.
    pub progress: Progress,
}

impl Call {
    /// A call, from its parts.
    pub fn new(matches: ArgMatches, context: Context, progress: Progress) -> Self {
        Self { matches, context, progress }
    }

    /// The command line as the tool's own type.
    pub fn cli<C: FromArgMatches>(&self) -> anyhow::Result<C> {
        C::from_arg_matches(&self.matches).map_err(|error| Fault::usage("usage", error.to_string()).into())
    }

    /// The config: the named file, else `.github/shiplane.yml` in the checkout, else the defaults.
    pub fn config(&self, shared: &Shared) -> anyhow::Result<Config> {
        read_config(&self.context, shared.config.as_deref())
    }

    /// The facts: from the record that `--facts` names, else gathered now and recorded where `--save-facts` says.
    pub async fn facts<F, G>(&self, args: &FactsArgs, gather: G) -> anyhow::Result<F>
    where
        F: Serialize + DeserializeOwned,
        G: AsyncFnOnce() -> anyhow::Result<F>,
    {
        if let Some(path) = &args.facts {
            return read_facts(path);
        }
        let facts = gather().await?;
        if let Some(path) = &args.save_facts {
            let text = serde_json::to_string_pretty(&facts).context("write facts as JSON")?;
            std::fs::write(path, text + "\n")
                .with_context(|| format!("write facts to {}", path.display()))?;
        }
        Ok(facts)
    }
}

/// The config: the named file, else the one of the checkout, else the defaults.
pub(crate) fn read_config(context: &Context, named: Option<&Path>) -> anyhow::Result<Config> {
    let root = context.workspace.as_deref().unwrap_or(Path::new("."));
    let (path, named) = match named {
        Some(path) => (path.to_owned(), true),
        None => (root.join(DEFAULT_CONFIG), false),
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => {
            return Ok(Config::default());
        }
        Err(error) => {
            let fact = format!("read config {}: {error}", path.display());
            return Err(Fault::usage("config-unreadable", fact)
                .help("see how --config is written, and check the repository out before")
                .into());
        }
    };
    let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
    Ok(config::parse(&text).map_err(|error| error.into_fault(&shown))?)
}

fn read_facts<F: DeserializeOwned>(path: &Path) -> anyhow::Result<F> {
    let wrong = |error: String| {
        Fault::usage("facts-unreadable", format!("read facts {}: {error}", path.display()))
            .help("name a record that --save-facts of the same command wrote")
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    Ok(serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?)
}
