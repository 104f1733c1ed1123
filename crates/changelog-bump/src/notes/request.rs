//! Of which release, and where to: the command line over the config over the defaults.

use std::path::PathBuf;

use shiplane_action::Context;
use shiplane_core::changelog::Version;
use shiplane_core::config;
use shiplane_core::fault::Fault;

use crate::cli::{Next, Notes};
use crate::request::{self, changelog};

/// Everything settled.
#[derive(Debug)]
pub(crate) struct Request {
    /// As for the next version.
    pub(crate) release: request::Request,
    /// The version; none for what is not released yet.
    pub(crate) of: Option<Version>,
    pub(crate) output: Option<PathBuf>,
}

impl Request {
    /// Settles every option.
    pub(crate) fn resolve(args: Notes, config: config::Changelog, context: &Context) -> Result<Self, Fault> {
        let Notes { of, file, output, source, facts } = args;
        let file = changelog(file, config.file.clone())?;
        let mut release =
            request::Request::next(Next { source, explain: false, facts }, config)?.seen_at(context)?;
        release.changelog = file;
        let of = of.filter(|of| !of.trim().is_empty()).map(|of| version(&of, &release.policy.prefix));
        Ok(Self { of: of.transpose()?, release, output })
    }
}

/// A version, or the tag of one.
fn version(text: &str, prefix: &str) -> Result<Version, Fault> {
    let text = text.trim();
    let bare = text.strip_prefix("refs/tags/").unwrap_or(text);
    let bare = bare.strip_prefix(prefix).unwrap_or(bare);
    Version::parse(bare).or_else(|_| Version::parse(bare.trim_start_matches('v'))).map_err(|_| {
        Fault::usage("version-invalid", format!("`{text}` is no SemVer version")).help("write it as 1.2.0")
    })
}
