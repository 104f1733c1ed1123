//! Names of secrets; GitHub tells no values.

use shiplane_core::audit::facts::{Secrets, Seen};
use shiplane_core::fault::Fault;

use super::seen::{names, whole};
use crate::client::Client;
use crate::repository::Repository;
use crate::rest::Refusal;

impl Client {
    pub(super) async fn secret_names(&self, repository: &Repository) -> Result<Secrets, Fault> {
        let own = self.list(&repository.path("actions/secrets"), Some("secrets")).await?;
        let shared = self.list(&repository.path("actions/organization-secrets"), Some("secrets")).await?;
        let organization = match shared {
            // Whoever may list the repository's and finds none of an organization has no organization.
            Err(Refusal::NotFound(_)) if own.is_ok() => Seen::Seen(Vec::new()),
            shared => names(whole(shared, "secrets: read"), "name"),
        };
        let repository = names(whole(own, "secrets: read"), "name");
        Ok(Secrets { repository, organization, ..Secrets::default() })
    }
}
