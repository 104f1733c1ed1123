//! What should run of a Compose project, as its files say.

use shiplane_core::deploy::Release;
use shiplane_core::deploy::compose::Service;

use super::Compose;
use crate::failure::Failure;
use crate::runtime::environment;

impl Compose {
    /// The project's name and its services.
    pub(crate) fn expected(&self, live: Option<&Release>) -> Result<(String, Vec<Service>), Failure> {
        let rendered = self.render(&live.map(environment).unwrap_or_default())?;
        let services = self.services(&rendered)?;
        Ok((self.project(&rendered), services))
    }
}
