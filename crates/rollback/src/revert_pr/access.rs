//! How GitHub is reached: where, as whom, and which repository is meant.

use clap::Args;
use shiplane_action::Context;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_github::{Client, Repository};

const API: &str = "https://api.github.com";

/// How GitHub is reached.
#[derive(Args, Debug)]
#[command(next_help_heading = "Access to GitHub")]
pub(crate) struct AccessArgs {
    /// Repository, as owner/name; by default the one that the workflow runs in
    #[arg(long, value_name = "OWNER/NAME", env = "SHIPLANE_REPOSITORY")]
    repository: Option<String>,
    /// Token with contents: write and pull-requests: write
    #[arg(long, env = "SHIPLANE_TOKEN", hide_env_values = true)]
    token: Option<Secret>,
}

/// The same, settled.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) repository: Repository,
    pub(super) token: Secret,
    api_url: String,
    graphql_url: String,
}

impl AccessArgs {
    /// A flag goes before the runner's word.
    pub(super) fn settle(self, context: &Context) -> Result<Access, Fault> {
        let name = self.repository.as_ref().or(context.repository.as_ref()).ok_or_else(|| {
            Fault::usage("repository-missing", "no repository is named").help("add --repository owner/name")
        })?;
        let token = self.token.or_else(|| context.token.clone()).ok_or_else(|| {
            Fault::usage("token-missing", "no token is given")
                .help("set SHIPLANE_TOKEN or GITHUB_TOKEN; it needs contents: write and pull-requests: write")
        })?;
        let api_url = context.api_url.clone().unwrap_or_else(|| API.to_owned());
        let graphql_url = context.graphql_url.clone().unwrap_or_else(|| format!("{api_url}/graphql"));
        Ok(Access { repository: Repository::new(name)?, token, api_url, graphql_url })
    }
}

impl Access {
    /// The connection; nothing is contacted yet.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        Client::new(&self.api_url, &self.graphql_url, &self.token)
    }
}
