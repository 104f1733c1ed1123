//! The options by which GitHub is reached, the same in every tool that asks it.

use clap::Args;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;

use crate::context::Context;

const API: &str = "https://api.github.com";

/// How GitHub is reached: where, as whom, and which repository is meant.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Access to GitHub")]
pub struct GitHubArgs {
    /// Repository, as owner/name; by default the one that the workflow runs in
    #[arg(long, value_name = "OWNER/NAME", env = "SHIPLANE_REPOSITORY")]
    pub repository: Option<String>,
    /// Token with the permissions that the command needs
    #[arg(long, env = "SHIPLANE_TOKEN", hide_env_values = true)]
    pub token: Option<Secret>,
    /// REST address, in place of GITHUB_API_URL
    #[arg(long, value_name = "URL", env = "SHIPLANE_API_URL", hide = true)]
    pub api_url: Option<String>,
    /// GraphQL address, in place of GITHUB_GRAPHQL_URL
    #[arg(long, value_name = "URL", env = "SHIPLANE_GRAPHQL_URL", hide = true)]
    pub graphql_url: Option<String>,
}

/// The same, settled.
#[derive(Clone, Debug)]
pub struct GitHubWay {
    /// REST.
    pub api_url: String,
    /// GraphQL.
    pub graphql_url: String,
    /// As whom.
    pub token: Secret,
}

impl GitHubArgs {
    /// Which repository: a flag goes before the runner's word.
    pub fn repository<'a>(&'a self, context: &'a Context) -> Result<&'a str, Fault> {
        self.repository.as_deref().or(context.repository.as_deref()).ok_or_else(|| {
            Fault::usage("repository-missing", "no repository is named").help("add --repository owner/name")
        })
    }

    /// Where, and as whom.
    pub fn way(&self, context: &Context) -> Result<GitHubWay, Fault> {
        let token = self.token.clone().or_else(|| context.token.clone()).ok_or_else(|| {
            Fault::usage("token-missing", "no token is given")
                .help("set SHIPLANE_TOKEN or GITHUB_TOKEN; the tool's page tells which permissions it needs")
        })?;
        let api_url =
            self.api_url.clone().or_else(|| context.api_url.clone()).unwrap_or_else(|| API.to_owned());
        let graphql_url = self.graphql_url.clone().or_else(|| context.graphql_url.clone());
        let graphql_url = graphql_url.unwrap_or_else(|| graphql_beside(&api_url));
        Ok(GitHubWay { api_url, graphql_url, token })
    }
}

/// `https://host/api/v3` has its GraphQL at `https://host/api/graphql` (GitHub Enterprise Server docs, "Forming
/// calls with GraphQL"), github.com below its API.
fn graphql_beside(api_url: &str) -> String {
    let base = api_url.trim_end_matches('/');
    format!("{}/graphql", base.strip_suffix("/v3").unwrap_or(base))
}
