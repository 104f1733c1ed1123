//! `generate`: files that follow from the command lines, the exit codes and the config's types.

use anyhow::{Context as _, bail};
use clap::Args;
use shiplane_action::{Tool, manifest};
use shiplane_core::config;
use shiplane_core::exit::Exit;

use crate::repo::Repo;
use crate::{flows, reasons, say};

/// The tools, each with the sign of its action.
pub(crate) const TOOLS: [(&Tool, &str); 5] = [
    (&branch_gate::TOOL, "git-merge"),
    (&changelog_bump::TOOL, "tag"),
    (&rollback::TOOL, "rotate-ccw"),
    (&smoke_check::TOOL, "activity"),
    (&ssh_deploy::TOOL, "upload-cloud"),
];

const SCHEMA: &str = "crates/shiplane-core/shiplane.schema.json";

/// Options of `generate`.
#[derive(Args, Debug)]
pub struct Options {
    /// Write nothing; fail when a file is not as it would be written
    #[arg(long)]
    check: bool,
}

/// A file as it must be.
#[derive(Debug)]
pub struct Wanted {
    /// Path from the top of the repository.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// Writes or checks every generated file.
pub(crate) fn run(repo: &Repo, options: &Options) -> anyhow::Result<()> {
    if options.check {
        return check(repo);
    }
    let wanted = all(repo)?;
    for file in stale(&wanted, |path| repo.read(path).ok()) {
        let path = repo.path(&file.path);
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).with_context(|| format!("create {}", dir.display()))?;
        }
        std::fs::write(path, &file.text).with_context(|| format!("write {}", file.path))?;
        say::line(&format!("wrote {}", file.path));
    }
    for stray in flows::strays(&repo.files()?, &wanted) {
        std::fs::remove_file(repo.path(stray)).with_context(|| format!("remove {stray}"))?;
        say::line(&format!("removed {stray}"));
    }
    Ok(())
}

/// Every generated file of this repository.
fn all(repo: &Repo) -> anyhow::Result<Vec<Wanted>> {
    let mut files = wanted(|path| repo.read(path).ok(), &reason_codes(repo)?)?;
    files.extend(flows::copies(repo)?);
    Ok(files)
}

/// Fails when a generated file is not as it would be written.
pub(crate) fn check(repo: &Repo) -> anyhow::Result<()> {
    let (wanted, files) = (all(repo)?, repo.files()?);
    let stale = stale(&wanted, |path| repo.read(path).ok());
    let stale: Vec<&str> = stale.iter().map(|file| file.path.as_str()).collect();
    let stale = [stale, flows::strays(&files, &wanted)].concat();
    for file in &stale {
        say::line(&format!("{file} is stale; run `cargo xtask generate`"));
    }
    if stale.is_empty() {
        Ok(())
    } else {
        bail!("{} of {} generated files are stale", stale.len(), wanted.len())
    }
}

/// Every reason code in the sources of what ships.
fn reason_codes(repo: &Repo) -> anyhow::Result<String> {
    let ships = |file: &&String| {
        let chores = ["crates/xtask/", "crates/shiplane-testkit/"].iter().any(|dir| file.starts_with(dir));
        file.starts_with("crates/") && file.contains("/src/") && file.ends_with(".rs") && !chores
    };
    let files = repo.files()?;
    let sources = files.iter().filter(ships).map(|file| Ok((file.as_str(), repo.read(file)?)));
    let sources: Vec<(&str, String)> = sources.collect::<anyhow::Result<_>>()?;
    Ok(reasons::markdown(&reasons::gather(sources.into_iter())))
}

/// Every generated file; `read` gives the hand-written text around a generated part.
pub fn wanted(read: impl Fn(&str) -> Option<String>, reasons: &str) -> anyhow::Result<Vec<Wanted>> {
    let mut files = vec![
        Wanted { path: "action.yml".to_owned(), text: root_action() },
        Wanted { path: SCHEMA.to_owned(), text: format!("{:#}\n", config::schema()) },
    ];
    if read("README.md").is_some() {
        let exits = part(&read, "README.md", ("exit codes", &exit_codes()))?;
        files.push(part(&|_: &str| Some(exits.text.clone()), "README.md", ("reason codes", reasons))?);
    }
    for (tool, icon) in TOOLS {
        let folder = format!("actions/{}", tool.name);
        let action = Wanted { path: format!("{folder}/action.yml"), text: manifest::action_yml(tool, icon) };
        let readme = format!("{folder}/README.md");
        files.extend([action, part(&read, &readme, ("inputs and outputs", &manifest::tables(tool)))?]);
    }
    Ok(files)
}

/// The files that are not as wanted.
pub fn stale(wanted: &[Wanted], read: impl Fn(&str) -> Option<String>) -> Vec<&Wanted> {
    wanted.iter().filter(|file| read(&file.path).as_deref() != Some(file.text.as_str())).collect()
}

/// The text with a new part between `<!-- generated: NAME -->` and `<!-- /generated -->`, if it has these marks.
pub fn splice(text: &str, name: &str, part: &str) -> Option<String> {
    let (before, rest) = text.split_once(&format!("<!-- generated: {name} -->\n"))?;
    let (_, after) = rest.split_once("<!-- /generated -->")?;
    Some(format!("{before}<!-- generated: {name} -->\n{part}<!-- /generated -->{after}"))
}

/// A file that people write, with a part that follows from the code.
fn part(
    read: &impl Fn(&str) -> Option<String>,
    path: &str,
    (name, text): (&str, &str),
) -> anyhow::Result<Wanted> {
    let whole = read(path).with_context(|| format!("{path} is not there"))?;
    match splice(&whole, name, text) {
        Some(text) => Ok(Wanted { path: path.to_owned(), text }),
        None => bail!("{path} has no marks `<!-- generated: {name} -->` and `<!-- /generated -->`"),
    }
}

fn exit_codes() -> String {
    let rows = Exit::ALL.iter().map(|exit| format!("| {} | {} |\n", exit.code(), exit.meaning()));
    format!("| Exit code | Meaning |\n|--:|---|\n{}", rows.collect::<String>())
}

/// The action at the top: binaries on PATH, nothing else.
fn root_action() -> String {
    let names: Vec<&str> = TOOLS.iter().map(|(tool, _)| tool.name).collect();
    format!(
        "# Generated by `cargo xtask generate`; do not edit.
name: 'Shiplane'
description: 'Puts the tools of Shiplane on PATH: {}'
branding: {{ icon: anchor, color: blue }}

inputs:
  tools:
    description: 'Tools to put on PATH, separated by commas or line ends; all by default'
    required: false

runs:
  using: composite
  steps:
    - shell: bash
      run: 'exec bash -p \"$GITHUB_ACTION_PATH/actions/run.sh\" --install'
      env:
        SHIPLANE_TOOLS: ${{{{ inputs.tools }}}}
",
        names.join(", ")
    )
}
