//! How Docker answers this user, told apart by what its client says.

use std::path::Path;

use shiplane_core::deploy::doctor::{Docker, Learned};

use super::ask;

/// The daemon, and the directory that its images are in.
pub(super) fn daemon(dir: &Path) -> (Learned<Docker>, Option<String>) {
    let answer = match ask(dir, "docker", &["info", "--format", "{{.ServerVersion}} {{.DockerRootDir}}"]) {
        Ok(answer) => answer,
        Err(_) => return (Learned::Known(Docker::Absent), None),
    };
    // An older client prints its own half and ends with 0 when no daemon answers.
    if let Some((version, root)) = answer.stdout.trim().split_once(' ')
        && answer.success()
        && version.starts_with(|c: char| c.is_ascii_digit())
    {
        return (Learned::Known(Docker::Answers(version.to_owned())), Some(root.to_owned()));
    }
    if answer.output.to_lowercase().contains("permission denied") {
        return (Learned::Known(Docker::Denied), None);
    }
    let said = answer.output.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    let why = if said.is_empty() { answer.how() } else { said.trim().to_owned() };
    (Learned::Known(Docker::Silent(why)), None)
}

/// The builder's version; `None` when this client has none.
pub(super) fn buildx(dir: &Path) -> Learned<Option<String>> {
    let Ok(answer) = ask(dir, "docker", &["buildx", "version"]) else { return Learned::NotAsked };
    let version = answer.stdout.split_whitespace().nth(1).map(str::to_owned);
    Learned::Known(version.filter(|_| answer.success()))
}
