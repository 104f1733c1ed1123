//! The options of `explain`: names, types and help.

use std::path::PathBuf;

use clap::Args;

/// Options of `explain`.
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// File whose flowchart must be as the config says, between its two marks
    #[arg(long, value_name = "FILE", env = "SHIPLANE_CHECK", conflicts_with = "write")]
    pub(crate) check: Option<PathBuf>,
    /// File to put the flowchart into, between its two marks
    #[arg(long, value_name = "FILE", env = "SHIPLANE_WRITE")]
    pub(crate) write: Option<PathBuf>,
}
