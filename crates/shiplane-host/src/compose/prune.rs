//! Removes the images of releases that nobody needs any more. Never a volume, never an image of anybody else.

use std::path::PathBuf;

use shiplane_core::command::Command;
use shiplane_core::deploy::compose;
use shiplane_core::report::Finding;

use super::{Compose, QUICK};
use crate::failure::Failure;
use crate::process::{self, Finished};
use crate::room;
use crate::runtime::OnLine;

impl Compose {
    /// By their tags, which are the ids of releases; says how many bytes the daemon's disk has more.
    pub(super) fn remove_images(&self, gone: &[String], on_line: OnLine<'_>) -> Result<u64, Failure> {
        let project = self.project_name()?;
        let images = self.images_of(&project, gone)?;
        let root = self.daemon_root();
        let free = || root.as_ref().and_then(|root| room::disk(root).ok()).map(|disk| disk.free);
        let before = free();
        let mut stuck = Vec::new();
        for image in &images {
            // Without force: an image that a container still uses stays.
            let command = Command::new("docker").args(["image", "rm", image]);
            if !process::run(&command, self.setting(&[], QUICK), on_line)?.success() {
                stuck.push(image.as_str());
            }
        }
        if !stuck.is_empty() {
            let fact = format!("{} of {} old images stay: {}", stuck.len(), images.len(), stuck.join(", "));
            let help = "on the host: `docker image rm` of one says why";
            return Err(Failure::new(Finding::warning("prune-incomplete", fact).help(help)));
        }
        let more = free().zip(before).map(|(after, before)| after.saturating_sub(before));
        Ok(more.unwrap_or_default())
    }

    /// The images that this release of the project has here.
    pub(super) fn images_of_release(&self, release: &str) -> Result<Vec<String>, Failure> {
        let project = self.project_name()?;
        self.images_of(&project, &[release.to_owned()])
    }

    /// The images of the project that are tagged with one of these releases.
    fn images_of(&self, project: &str, gone: &[String]) -> Result<Vec<String>, Failure> {
        let every = compose::image(project, "x", "x");
        let prefix = every.trim_end_matches("x:x");
        let list = Command::new("docker").args(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
        let listed = process::ask(
            &list.args(["--filter", &format!("reference={prefix}*")]),
            self.setting(&[], QUICK),
        )?;
        if !listed.success() {
            return Err(Failure::program("prune-incomplete", "docker image ls", &listed));
        }
        let is_gone = |image: &&str| {
            image.starts_with(prefix)
                && image.rsplit_once(':').is_some_and(|(_, tag)| gone.iter().any(|id| id == tag))
        };
        Ok(listed.stdout.lines().filter(is_gone).map(str::to_owned).collect())
    }

    fn daemon_root(&self) -> Option<PathBuf> {
        let command = Command::new("docker").args(["info", "--format", "{{.DockerRootDir}}"]);
        let answer = process::ask(&command, self.setting(&[], QUICK)).ok().filter(Finished::success)?;
        Some(PathBuf::from(answer.stdout.trim())).filter(|root| root.is_absolute())
    }
}
