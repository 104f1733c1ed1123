//! The probes that must pass after a switch.

use shiplane_action::Context;
use shiplane_core::config::Config;
use shiplane_core::deploy::Place;
use shiplane_core::fault::Fault;
use shiplane_http::{Around, Named, configured};

/// The probes of a place, settled; nobody is contacted.
pub fn probes(config: &Config, place: &Place) -> Result<Vec<Named>, Fault> {
    let around = Around {
        hosts: place.hosts.clone(),
        asked: place.hosts.clone(),
        project: config.project.clone(),
        path: Some(place.site.path.clone()),
        secrets: Context::secrets(config.variables()),
        checkout: None,
    };
    configured(config, &place.probes, &around)
}
