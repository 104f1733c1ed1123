//! From the options to GitHub: which repository, and the connection; nothing is contacted yet.

use clap::Args;
use shiplane_action::{Context, GitHubArgs};
use shiplane_core::fault::Fault;
use shiplane_github::{Client, Repository};

/// How GitHub is reached.
#[derive(Args, Clone, Debug, Default)]
pub struct Access {
    /// The options.
    #[command(flatten)]
    options: GitHubArgs,
}

impl Access {
    /// Which repository.
    pub(crate) fn repository(&self, context: &Context) -> Result<Repository, Fault> {
        Repository::new(self.options.repository(context)?)
    }

    /// Whether there is a token to ask with.
    pub(crate) fn has_token(&self, context: &Context) -> bool {
        self.options.token.is_some() || context.token.is_some()
    }

    /// The connection.
    pub(crate) fn client(&self, context: &Context) -> anyhow::Result<Client> {
        let way = self.options.way(context)?;
        Client::new(&way.api_url, &way.graphql_url, &way.token)
    }
}
