//! From the options to GitHub: which repository, and the connection; nothing is contacted yet.

use shiplane_action::{Context, GitHubArgs, GitHubWay};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_github::{Client, Repository};

/// How GitHub is reached.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) repository: Repository,
    way: GitHubWay,
}

impl Access {
    /// A flag goes before the runner's word.
    pub(super) fn settle(options: &GitHubArgs, context: &Context) -> Result<Self, Fault> {
        let repository = Repository::new(options.repository(context)?)?;
        Ok(Self { repository, way: options.way(context)? })
    }

    /// As whom git pushes.
    pub(super) fn token(&self) -> &Secret {
        &self.way.token
    }

    /// The connection.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        Client::new(&self.way.api_url, &self.way.graphql_url, &self.way.token)
    }
}
