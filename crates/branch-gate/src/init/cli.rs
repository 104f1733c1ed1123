//! The options of `init`: names, types and help.

use std::path::PathBuf;

use clap::Args;

/// Options of `init`.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// Preset by name or letter; by default the one that was written before
    ///
    /// a develop-main-hotfix, b staged, c preview, d canary, e server
    #[arg(long, value_name = "PRESET", env = "SHIPLANE_PRESET")]
    pub(crate) preset: Option<String>,
    /// The project's name; by default the repository's
    #[arg(long, value_name = "NAME", env = "SHIPLANE_PROJECT")]
    pub(crate) project: Option<String>,
    /// Host such as deploy@203.0.113.10; ENVIRONMENT=HOST where there are several
    #[arg(long, value_name = "HOST", env = "SHIPLANE_HOST", value_delimiter = '\n')]
    pub(crate) host: Vec<String>,
    /// Directory on the host; ENVIRONMENT=DIR where there are several
    #[arg(long, value_name = "DIR", env = "SHIPLANE_PATH", value_delimiter = '\n')]
    pub(crate) path: Vec<String>,
    /// Address of the app; ENVIRONMENT=URL where there are several
    #[arg(long, value_name = "URL", env = "SHIPLANE_URL", value_delimiter = '\n')]
    pub(crate) url: Vec<String>,
    /// Another name for a branch of the preset, such as main=master
    #[arg(long, value_name = "OLD=NEW", env = "SHIPLANE_BRANCH", value_delimiter = '\n')]
    pub(crate) branch: Vec<String>,
    /// Command that runs the tests; by default what the files of the repository suggest
    #[arg(long, value_name = "COMMAND", env = "SHIPLANE_TEST")]
    pub(crate) test: Option<String>,
    /// Commit of the release that the workflows use; without it they name its tag
    #[arg(long = "ref", value_name = "COMMIT", env = "SHIPLANE_REF")]
    pub(crate) commit: Option<String>,
    /// Repository to write into; by default the one around the current directory
    #[arg(long, value_name = "DIR", env = "SHIPLANE_DIRECTORY")]
    pub(crate) directory: Option<PathBuf>,
    /// Replace files that people wrote or changed, too
    #[arg(long, env = "SHIPLANE_FORCE")]
    pub(crate) force: bool,
    /// Show what would be written, and write nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
}
