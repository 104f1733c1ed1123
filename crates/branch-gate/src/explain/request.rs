//! What is drawn, and what is done with it.

use std::path::PathBuf;

use shiplane_core::config::Config;
use shiplane_core::fault::Fault;
use shiplane_core::flow::{self, Flow};

use super::cli::Explain;

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// The flow of the config.
    pub(super) flow: Flow,
    /// What to do with it.
    pub(super) deed: Deed,
}

/// What to do with the drawing.
#[derive(Debug)]
pub(super) enum Deed {
    /// Show it.
    Draw,
    /// Compare it with the one in this file.
    Check(PathBuf),
    /// Put it into this file.
    Write(PathBuf),
}

impl Request {
    /// Draws nothing from nothing.
    pub(super) fn resolve(args: Explain, config: &Config) -> Result<Self, Fault> {
        let flow = flow::flow(config);
        if flow.nodes.is_empty() {
            return Err(Fault::usage("flow-empty", "the config has no branches and no environments")
                .help("add `branches:` to .github/shiplane.yml, or name the config with --config"));
        }
        let deed = match (args.check, args.write) {
            (Some(file), _) => Deed::Check(file),
            (None, Some(file)) => Deed::Write(file),
            (None, None) => Deed::Draw,
        };
        Ok(Self { flow, deed })
    }
}
