//! What is wanted of the version and which commits count: the command line over the package over the config.

use clap::Args;
use shiplane_core::changelog::choice::{Asked, Channel, Choice};
use shiplane_core::changelog::convention::{Convention, Lines, Mode, Squash, Unknown};
use shiplane_core::config::{self, Package};
use shiplane_core::fault::Fault;

/// Options of whatever decides a version.
#[derive(Args, Debug)]
pub struct ChoiceArgs {
    /// Make a pre-release of this channel, such as rc: 1.1.0-rc.1, then 1.1.0-rc.2
    #[arg(long, value_name = "CHANNEL", env = "SHIPLANE_PRE")]
    pub pre: Option<String>,
    /// Raise by major, minor or patch, or to this version, whatever the commits say
    #[arg(long = "as", value_name = "VERSION", env = "SHIPLANE_AS")]
    pub asked: Option<String>,
    /// Which commits count, and how they are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Options of whatever reads commits.
#[derive(Args, Debug)]
pub struct ReadingArgs {
    /// Part of the repository to release, by its name in the config
    #[arg(long, value_name = "NAME", env = "SHIPLANE_PACKAGE")]
    pub package: Option<String>,
    /// Only commits that touch these count, one a line or between commas; `*` and `**` work, `!` takes out
    #[arg(long, value_name = "PATHS", env = "SHIPLANE_PATHS")]
    pub paths: Vec<String>,
    /// Read the branch's own commits only; a merge speaks for what it brings
    #[arg(long, env = "SHIPLANE_FIRST_PARENT")]
    pub first_parent: bool,
    /// What becomes of commits that are not conventional; list by default
    #[arg(long, value_name = "POLICY", env = "SHIPLANE_UNKNOWN", value_parser = ["list", "refuse", "patch"])]
    pub unknown: Option<String>,
    /// What counts in a squashed commit: its title, or its body's conventional lines too
    #[arg(long, value_name = "PART", env = "SHIPLANE_SQUASH", value_parser = ["title", "body"])]
    pub squash: Option<String>,
    /// What says what a change is: its commit, or the title or the labels of its pull request; conventional by default
    #[arg(long, value_name = "MODE", env = "SHIPLANE_MODE", value_parser = ["conventional", "pr-title", "labels"])]
    pub mode: Option<String>,
}

/// Which commits count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) lines: Lines,
    /// Patterns from the repository's root; all commits count where there are none.
    pub(crate) paths: Vec<String>,
    /// The directory in which version files are looked for; empty for the root.
    pub(crate) folder: String,
}

/// Settles what is wanted and which commits count.
pub(crate) fn settle(args: &ChoiceArgs, config: &config::Changelog) -> Result<(Choice, Scope), Fault> {
    let (convention, scope) = reading(&args.reading, config)?;
    let channel = args.pre.as_deref().map(channel).transpose()?;
    let asked = args.asked.as_deref().map(asked).transpose()?;
    if let (Some(channel), Some(Asked::Version(version))) = (&channel, &asked)
        && !version.pre.is_empty()
    {
        let fact = format!("{version} is a pre-release already, and --pre {channel} makes one");
        return Err(Fault::usage("as-and-pre", fact).help("leave out --pre, or name the version without it"));
    }
    Ok((Choice { channel, asked, convention }, scope))
}

/// Settles which commits count and how they are read.
pub(crate) fn reading(args: &ReadingArgs, config: &config::Changelog) -> Result<(Convention, Scope), Fault> {
    let written = config.convention();
    let lines = if args.first_parent { Lines::FirstParent } else { written.lines };
    let convention = Convention {
        mode: mode(args.mode.as_deref()).unwrap_or(written.mode),
        unknown: unknown(args.unknown.as_deref()).unwrap_or(written.unknown),
        squash: squash(args.squash.as_deref()).unwrap_or(written.squash),
        lines,
        ..written
    };
    Ok((convention, Scope { lines, paths: paths(args, config)?, folder: folder(args, config) }))
}

/// The config as the package has it; the other keys hold for all packages.
pub(crate) fn of_package(
    mut config: config::Changelog,
    name: Option<&str>,
) -> Result<config::Changelog, Fault> {
    let Some(name) = name else { return Ok(config) };
    let Some(package) = config.packages.get(name).cloned() else {
        let known: Vec<&str> = config.packages.keys().map(String::as_str).collect();
        let help = if known.is_empty() {
            "name it under `changelog.packages` in .github/shiplane.yml".to_owned()
        } else {
            format!("there are: {}", known.join(", "))
        };
        let fact = format!("the config has no package `{name}`");
        return Err(Fault::usage("package-unknown", fact).help(help));
    };
    let Package { path, paths, tag_prefix, file, versions } = package;
    let path = path.trim_matches('/').to_owned();
    if path.is_empty() && paths.is_empty() {
        let fact = format!("package `{name}` names no path");
        return Err(Fault::usage("package-without-path", fact).help("add its `path`"));
    }
    let in_folder = |file: &str| if path.is_empty() { file.to_owned() } else { format!("{path}/{file}") };
    config.file = Some(file.unwrap_or_else(|| in_folder("CHANGELOG.md")));
    config.tag_prefix = Some(tag_prefix.unwrap_or_else(|| format!("{name}-v")));
    config.versions = versions;
    config.paths = [path].into_iter().filter(|path| !path.is_empty()).chain(paths).collect();
    Ok(config)
}

/// A package's version files stand in its own directory.
fn folder(args: &ReadingArgs, config: &config::Changelog) -> String {
    let package = args.package.as_deref().and_then(|name| config.packages.get(name));
    package.map(|package| package.path.trim_matches('/').to_owned()).unwrap_or_default()
}

fn paths(args: &ReadingArgs, config: &config::Changelog) -> Result<Vec<String>, Fault> {
    let typed = args.paths.iter().flat_map(|paths| paths.split([',', '\n'])).map(str::trim);
    let typed: Vec<String> = typed.filter(|path| !path.is_empty()).map(str::to_owned).collect();
    let paths = if typed.is_empty() { config.paths.clone() } else { typed };
    for path in paths.iter().map(|path| path.strip_prefix('!').unwrap_or(path)) {
        let climbs = path.split('/').any(|part| part == "..");
        if path.trim().is_empty() || path.starts_with(['/', ':']) || climbs {
            let fact = format!("`{path}` is not a path inside the repository");
            return Err(Fault::usage("path-outside", fact).help("name paths from the repository's root"));
        }
    }
    Ok(paths)
}

fn channel(name: &str) -> Result<Channel, Fault> {
    name.trim().parse().map_err(|why| Fault::usage("pre-invalid", format!("`{name}`: {why}")))
}

fn asked(word: &str) -> Result<Asked, Fault> {
    let word = word.trim();
    let bare = word.strip_prefix('v').unwrap_or(word);
    bare.parse().map_err(|why| Fault::usage("as-invalid", format!("`{word}`: {why}")))
}

/// The command line takes these words only.
fn unknown(word: Option<&str>) -> Option<Unknown> {
    word.map(|word| match word {
        "refuse" => Unknown::Refuse,
        "patch" => Unknown::Patch,
        _ => Unknown::List,
    })
}

fn squash(word: Option<&str>) -> Option<Squash> {
    word.map(|word| if word == "body" { Squash::Body } else { Squash::Title })
}

fn mode(word: Option<&str>) -> Option<Mode> {
    word.map(|word| match word {
        "pr-title" => Mode::PrTitle,
        "labels" => Mode::Labels,
        _ => Mode::Conventional,
    })
}
