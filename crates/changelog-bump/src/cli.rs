//! The command line: names, types and help.

use std::path::PathBuf;

use clap::{Args, Command as ClapCommand, CommandFactory as _, Parser, Subcommand};
use shiplane_action::{FactsArgs, Shared};
use shiplane_core::changelog::date::Date;

use crate::access::Access;
use crate::choice::{ChoiceArgs, ReadingArgs};

/// What is the next version, and what changed? Read from the commits since the last release
#[derive(Parser, Debug)]
#[command(name = "changelog-bump", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every tool.
    #[command(flatten)]
    pub shared: Shared,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Tell the next version and its notes; write nothing
    ///
    /// Example: changelog-bump next --tag-prefix v
    Next(Box<Next>),
    /// Tell what a release brings, as Markdown: the next one, or one that there is
    ///
    /// Example: changelog-bump notes --of 1.2.0 --output notes.md
    Notes(Box<Notes>),
    /// Write the next version into the changelog and the version files
    ///
    /// Example: changelog-bump bump --versions Cargo.toml --dry-run
    Bump(Box<Bump>),
    /// Tell whether a pull request brings the changelog entry and the version that its changes ask for
    ///
    /// Example: changelog-bump check --base main --versions Cargo.toml
    Check(Box<Check>),
    /// Release: commit changelog and versions, tag, and publish the notes with files; safe to repeat
    ///
    /// Needs `permissions: contents: write`. Every step looks first whether it is done, so that a run that was cut off
    /// is finished by running it again. What is pushed with GITHUB_TOKEN starts no workflows.
    ///
    /// Example: changelog-bump release --asset dist/app.tar.gz
    Release(Box<crate::release::Args>),
    /// Keep one pull request with the next release up to date
    ///
    /// Needs `permissions: contents: write` and `pull-requests: write`. Merging it brings changelog and versions;
    /// `release --if-written` then tags and publishes.
    ///
    /// Example: changelog-bump pr --base main --label release
    Pr(Box<crate::pr::Args>),
    /// Open a pull request that brings a hotfix back to where work goes on
    ///
    /// Needs `permissions: pull-requests: write`, and `contents: write` to start from a tag.
    ///
    /// Example: changelog-bump back-merge --from main --into develop
    BackMerge(Box<crate::back_merge::Args>),
}

/// Options of `next`.
#[derive(Args, Debug)]
pub struct Next {
    /// What to read.
    #[command(flatten)]
    pub source: Source,
    /// Tell of every tag and commit how it counts, and how the version came about
    #[arg(long, env = "SHIPLANE_EXPLAIN")]
    pub explain: bool,
    /// Recorded facts.
    #[command(flatten)]
    pub facts: FactsArgs,
}

/// Options of `notes`.
#[derive(Args, Debug)]
pub struct Notes {
    /// A version, or its tag; what is not released yet by default
    #[arg(long, value_name = "VERSION", env = "SHIPLANE_OF", visible_alias = "version")]
    pub of: Option<String>,
    /// The changelog; CHANGELOG.md by default
    #[arg(long, value_name = "FILE", env = "SHIPLANE_FILE")]
    pub file: Option<String>,
    /// Write the notes to a file in place of standard output
    #[arg(long, value_name = "FILE", env = "SHIPLANE_OUTPUT")]
    pub output: Option<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub source: Source,
    /// Recorded facts.
    #[command(flatten)]
    pub facts: FactsArgs,
}

/// Options of `bump`.
#[derive(Args, Debug)]
pub struct Bump {
    /// What to read.
    #[command(flatten)]
    pub source: Source,
    /// The changelog; CHANGELOG.md by default
    #[arg(long, value_name = "FILE", env = "SHIPLANE_FILE")]
    pub file: Option<String>,
    /// Day of the release, such as 2026-03-01; today in UTC by default
    #[arg(long, value_name = "YYYY-MM-DD", env = "SHIPLANE_DATE")]
    pub date: Option<Date>,
    /// Show what would be written, and write nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub dry_run: bool,
    /// Recorded facts.
    #[command(flatten)]
    pub facts: FactsArgs,
}

/// Options of `check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Branch or commit that the pull request goes to; the event's by default
    #[arg(long, value_name = "REF", env = "SHIPLANE_BASE")]
    pub base: Option<String>,
    /// Title of the pull request; the event's by default
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_TITLE")]
    pub title: Option<String>,
    /// Labels of the pull request, one a line or between commas; the event's by default
    #[arg(long, value_name = "NAMES", env = "SHIPLANE_LABELS")]
    pub labels: Vec<String>,
    /// The changelog; CHANGELOG.md by default
    #[arg(long, value_name = "FILE", env = "SHIPLANE_FILE")]
    pub file: Option<String>,
    /// Which commits count, and how they are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Write the entry and the version that are missing
    #[arg(long, env = "SHIPLANE_FIX")]
    pub fix: bool,
    /// What to read.
    #[command(flatten)]
    pub files: Files,
    /// Recorded facts.
    #[command(flatten)]
    pub facts: FactsArgs,
}

/// What `next` and `bump` read.
#[derive(Args, Debug)]
pub struct Source {
    /// Where, and which files.
    #[command(flatten)]
    pub files: Files,
    /// What stands before the version in a tag; v by default, or nothing where the tags have nothing
    #[arg(long, value_name = "PREFIX", env = "SHIPLANE_TAG_PREFIX")]
    pub tag_prefix: Option<String>,
    /// What is wanted, and which commits count.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Read what a shallow clone lacks from GitHub's API
    #[arg(long, env = "SHIPLANE_VIA_API")]
    pub via_api: bool,
    /// How GitHub is reached.
    #[command(flatten)]
    pub access: Access,
}

/// What every command reads.
#[derive(Args, Debug)]
pub struct Files {
    /// A directory in the repository; the present one by default
    #[arg(long, value_name = "DIR", env = "SHIPLANE_DIRECTORY")]
    pub directory: Option<PathBuf>,
    /// How versions below 1.0.0 are raised; semver by default, as Cargo reads them
    #[arg(long, value_name = "READING", env = "SHIPLANE_ZERO", value_parser = ["semver", "strict"])]
    pub zero: Option<String>,
    /// Files that carry the version, one a line or between commas; by default those with usual names at the root
    ///
    /// What follows a `#` is the place in the file: a JSON pointer, a key of Chart.yaml, or after a `~` a pattern with
    /// the version in parentheses, such as app.py#~^VERSION = '(.+)'
    #[arg(long, value_name = "FILE", env = "SHIPLANE_VERSIONS")]
    pub versions: Vec<String>,
}

/// The whole command line.
pub fn command() -> ClapCommand {
    Cli::command()
}
