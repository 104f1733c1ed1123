//! The options that all tools share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of every command of every tool.
#[derive(Args, Clone, Debug)]
pub struct Shared {
    /// Config file; without it `.github/shiplane.yml` is read when it exists
    #[arg(
        long,
        value_name = "FILE",
        env = "SHIPLANE_CONFIG",
        global = true,
        help_heading = "Shared options"
    )]
    pub config: Option<PathBuf>,
    /// Form of the report on standard output
    #[arg(
        long,
        value_enum,
        default_value_t = Format::Text,
        env = "SHIPLANE_FORMAT",
        global = true,
        help_heading = "Shared options"
    )]
    pub format: Format,
    /// Write words in place of emoji
    #[arg(long, env = "SHIPLANE_NO_EMOJI", global = true, help_heading = "Shared options")]
    pub no_emoji: bool,
    /// Show what passed and what was run, too
    #[arg(short, long, env = "SHIPLANE_VERBOSE", global = true, help_heading = "Shared options")]
    pub verbose: bool,
    /// Tell nobody of this run, whatever `notify:` of the config says
    #[arg(long, env = "SHIPLANE_NO_NOTIFY", global = true, help_heading = "Shared options")]
    pub no_notify: bool,
}

/// The form of the report on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one JSON object.
    Json,
}

/// Record what a run saw, or decide again from such a record.
#[derive(Args, Clone, Debug, Default)]
pub struct FactsArgs {
    /// Decide from recorded facts; nothing is contacted
    #[arg(long, value_name = "FILE", env = "SHIPLANE_FACTS", conflicts_with = "save_facts")]
    pub facts: Option<PathBuf>,
    /// Record what this run saw, without secrets
    #[arg(long, value_name = "FILE", env = "SHIPLANE_SAVE_FACTS")]
    pub save_facts: Option<PathBuf>,
}
