//! The options of `release`: names, types and help.

use std::path::PathBuf;

use crate::cli::Bump;

/// Options of `release`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What to read and write.
    #[command(flatten)]
    pub bump: Bump,
    /// How to release.
    #[command(flatten)]
    pub options: Options,
}

/// What `release` can be told besides.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Branch that the release is made on; the one that is checked out by default
    #[arg(long, value_name = "BRANCH", env = "SHIPLANE_BRANCH")]
    pub branch: Option<String>,
    /// File to attach to the release, or a directory for all files in it; may be given more than once, or one a line
    #[arg(long = "asset", value_name = "FILE", env = "SHIPLANE_ASSET")]
    pub assets: Vec<String>,
    /// File of the checkout that belongs into the release's commit, such as a list of hashes; may be given more than
    /// once, or one a line
    #[arg(long = "include", value_name = "FILE", env = "SHIPLANE_INCLUDE")]
    pub include: Vec<String>,
    /// Replace attached files of a draft that are not the same
    #[arg(long, env = "SHIPLANE_CLOBBER")]
    pub clobber: bool,
    /// Release only what the files carry already, as after merging a release pull request
    #[arg(long, env = "SHIPLANE_IF_WRITTEN")]
    pub if_written: bool,
    /// Let the tag of the major version, such as v1, follow
    #[arg(long, env = "SHIPLANE_FLOATING_MAJOR")]
    pub floating_major: bool,
    /// Commit and tag with git here, and push, in place of the API
    #[arg(long, env = "SHIPLANE_LOCAL")]
    pub local: bool,
    /// Sign the tag with the key that git is configured with, and push it with git
    #[arg(long, env = "SHIPLANE_SIGN")]
    pub sign: bool,
    /// Remote that git pushes to; origin by default
    #[arg(long, value_name = "NAME", env = "SHIPLANE_REMOTE")]
    pub remote: Option<String>,
    /// Who may release, by login, between commas or one a line; everybody by default
    #[arg(long, value_name = "LOGINS", env = "SHIPLANE_RELEASERS")]
    pub releasers: Vec<String>,
}

impl Options {
    /// The files that are to be attached.
    pub(super) fn asset_paths(&self) -> Vec<PathBuf> {
        lines(&self.assets).map(PathBuf::from).collect()
    }

    /// The files that belong into the commit.
    pub(super) fn included(&self) -> Vec<String> {
        lines(&self.include).map(str::to_owned).collect()
    }

    /// The logins that may release.
    pub(super) fn logins(&self) -> Vec<String> {
        let names = self.releasers.iter().flat_map(|value| value.split([',', '\n'])).map(str::trim);
        names
            .map(|name| name.trim_start_matches('@'))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

fn lines(values: &[String]) -> impl Iterator<Item = &str> {
    values.iter().flat_map(|value| value.lines()).map(str::trim).filter(|line| !line.is_empty())
}
