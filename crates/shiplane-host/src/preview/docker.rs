//! What Docker has of a preview: found by the exact label of its project, and by the exact name of its images.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use shiplane_core::deploy::compose;
use shiplane_core::preview::Containers;

use crate::docker::{docker, last_line, setting};
use crate::process;

/// Longest time for a question.
const QUICK: Duration = Duration::from_secs(60);

/// Longest time for what is stopped and removed.
const LONG: Duration = Duration::from_secs(300);

/// A kind of thing that Docker has.
#[derive(Clone, Copy, Debug)]
struct Kind {
    /// For people, one of them.
    name: &'static str,
    list: &'static [&'static str],
    remove: &'static [&'static str],
}

/// In this order: each is held by those before it. A container's own volumes go with it.
const KINDS: [Kind; 3] = [
    Kind {
        name: "container",
        list: &["ps", "--all", "--quiet", "--no-trunc"],
        remove: &["rm", "--force", "--volumes"],
    },
    Kind { name: "volume", list: &["volume", "ls", "--quiet"], remove: &["volume", "rm"] },
    Kind { name: "network", list: &["network", "ls", "--quiet", "--no-trunc"], remove: &["network", "rm"] },
];

/// Removes all that a project has, or counts it; says what, in words.
pub(super) fn clear(project: &str, dry_run: bool) -> anyhow::Result<Vec<String>> {
    let mut gone = Vec::new();
    for kind in KINDS {
        let found = of_project(kind, project)?;
        if found.is_empty() {
            continue;
        }
        gone.push(counted(found.len(), kind.name));
        if dry_run {
            continue;
        }
        let said = act(kind.remove, &found)?;
        let left = of_project(kind, project)?;
        if !left.is_empty() {
            bail!("{} of project {project} stay: {said}", counted(left.len(), kind.name));
        }
    }
    let images = images(project)?;
    if !images.is_empty() {
        gone.push(counted(images.len(), "image"));
        if !dry_run {
            let said = act(&["image", "rm"], &images)?;
            let left = self::images(project)?;
            if !left.is_empty() {
                bail!("{} of project {project} stay: {said}", counted(left.len(), "image"));
            }
        }
    }
    Ok(gone)
}

/// A container of that project that somebody started from elsewhere, with the directory; then the name is not ours.
pub(super) fn started_elsewhere(project: &str, dir: &Path) -> anyhow::Result<Option<String>> {
    let containers = of_project(KINDS[0], project)?;
    if containers.is_empty() {
        return Ok(None);
    }
    let label = r#"{{ index .Config.Labels "com.docker.compose.project.working_dir" }}"#;
    let asked = docker(&["inspect", "--format", label]).args(&containers);
    let answer = process::ask(&asked, setting(QUICK)).context("ask docker")?;
    if !answer.success() {
        bail!("docker inspect: {}: {}", answer.how(), last_line(&answer));
    }
    // Some Compose takes the path as it is given, and some the one that links lead to.
    let real = dir.parent().and_then(|base| base.canonicalize().ok()).zip(dir.file_name());
    let real = real.map_or_else(|| dir.to_owned(), |(base, name)| base.join(name));
    let is_ours = |line: &str| Path::new(line).starts_with(dir) || Path::new(line).starts_with(&real);
    let is_elsewhere = |line: &&str| !line.trim().is_empty() && !is_ours(line.trim());
    Ok(answer.stdout.lines().find(is_elsewhere).map(|line| line.trim().to_owned()))
}

/// How many containers a project has; `None` where Docker does not answer.
pub(super) fn containers(project: &str) -> Option<Containers> {
    let label = format!("label=com.docker.compose.project={project}");
    let words = ["ps", "--all", "--format", "{{.State}}", "--filter", &label];
    let once = ["--filter", "label=com.docker.compose.oneoff=False"];
    let answer = process::ask(&docker(&words).args(once), setting(QUICK)).ok().filter(|it| it.success())?;
    let states: Vec<&str> = answer.stdout.split_whitespace().collect();
    let running = states.iter().filter(|state| **state == "running").count();
    Some(Containers { all: states.len(), running })
}

fn of_project(kind: Kind, project: &str) -> anyhow::Result<Vec<String>> {
    let label = format!("label=com.docker.compose.project={project}");
    ids(&docker(kind.list).args(["--filter", &label]))
}

/// Images that were built or tagged for releases of the project; the pattern is theirs to the slash.
fn images(project: &str) -> anyhow::Result<Vec<String>> {
    let every = compose::image(project, "x", "x");
    let prefix = every.trim_end_matches("x:x");
    let list = ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter"];
    let found = ids(&docker(&list).arg(format!("reference={prefix}*")))?;
    Ok(found.into_iter().filter(|image| image.starts_with(prefix)).collect())
}

fn ids(command: &shiplane_core::command::Command) -> anyhow::Result<Vec<String>> {
    let answer = process::ask(command, setting(QUICK)).context("ask docker")?;
    if !answer.success() {
        bail!("{command}: {}: {}", answer.how(), last_line(&answer));
    }
    Ok(answer.stdout.split_whitespace().map(str::to_owned).collect())
}

/// What it said at last; whether it worked is seen by what is left.
fn act(words: &[&str], things: &[String]) -> anyhow::Result<String> {
    let answer = process::ask(&docker(words).args(things), setting(LONG)).context("ask docker")?;
    Ok(last_line(&answer).to_owned())
}

fn counted(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
}
