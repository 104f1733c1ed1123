//! The options for what is asked on the host: names, types and help.

use clap::Args;
use clap::builder::PossibleValuesParser;
use shiplane_core::duration::Span;

use crate::cli::ASKED;

/// What is asked on the host itself.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "On the host")]
pub(crate) struct OnHost {
    /// Compose services whose containers must run on the host, or `all`
    #[arg(
        long,
        value_name = "SERVICES",
        env = "SHIPLANE_CONTAINERS",
        value_delimiter = ',',
        group = ASKED,
        conflicts_with = "probe"
    )]
    pub(crate) containers: Vec<String>,
    /// Compose services that run to their end, such as migrations
    #[arg(
        long,
        value_name = "SERVICES",
        env = "SHIPLANE_ONE_SHOT",
        value_delimiter = ',',
        requires = "containers"
    )]
    pub(crate) one_shot: Vec<String>,
    /// A program that must end well on the host, then its arguments, one a line or flag; no shell is involved
    #[arg(
        long,
        value_name = "WORD",
        env = "SHIPLANE_HOST_COMMAND",
        value_delimiter = '\n',
        allow_hyphen_values = true,
        group = ASKED,
        conflicts_with = "probe"
    )]
    pub(crate) host_command: Vec<String>,
    /// A file on the host that must have been written lately; relative to the environment's directory
    #[arg(
        long,
        value_name = "FILE",
        env = "SHIPLANE_FILE_AGE",
        requires = "max_age",
        group = ASKED,
        conflicts_with = "probe"
    )]
    pub(crate) file_age: Option<String>,
    /// Longest time since the file was written, such as 5m
    #[arg(long, value_name = "TIME", env = "SHIPLANE_MAX_AGE", requires = "file_age")]
    pub(crate) max_age: Option<Span>,
    /// Ask from the host, for ports that are not public
    #[arg(long, value_name = "WAY", env = "SHIPLANE_VIA", value_parser = PossibleValuesParser::new(["ssh"]))]
    pub(crate) via: Option<String>,
}
