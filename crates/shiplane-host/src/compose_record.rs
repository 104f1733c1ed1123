//! A Compose release as it is kept on the host: its rendered file and the names and ids of its images.

use std::fs;
use std::path::PathBuf;

use shiplane_core::command::Command;
use shiplane_core::deploy::{Release, compose};
use shiplane_core::rollback::{Piece, named_images};

use crate::compose::{Compose, QUICK};
use crate::failure::Failure;
use crate::process::{self, Finished};
use crate::record;
use crate::runtime::environment;

impl Compose {
    /// The rendered project of a release, when it is kept.
    pub(crate) fn kept_file(&self, release: &Release) -> Option<PathBuf> {
        let file = self.rendered_file(&release.id);
        let names_services =
            |text: String| compose::services(&text).is_ok_and(|services| !services.is_empty());
        fs::read_to_string(&file).ok().filter(|text| names_services(text.clone()))?;
        Some(file)
    }

    /// Gives images that are still on the host their names back, where a prune or a person took them.
    pub(crate) fn give_names(
        &self,
        release: &Release,
        recorded: &[(String, String)],
    ) -> Result<Vec<String>, Failure> {
        let mut named = Vec::new();
        for (service, image) in self.names(release) {
            let Some((_, id)) = recorded.iter().find(|(other, _)| *other == service) else { continue };
            if self.image_id(&image).as_ref() == Some(id) || self.image_id(id).is_none() {
                continue;
            }
            let tag = Command::new("docker").args(["tag", id, &image]);
            let tagged = process::ask(&tag, self.setting(&[], QUICK))?;
            if !tagged.success() {
                return Err(Failure::program("tag-failed", "docker tag", &tagged));
            }
            named.push(image);
        }
        Ok(named)
    }

    /// What the release needs, and the bytes of its images.
    pub(crate) fn needs(&self, release: &Release, recorded: &[(String, String)]) -> (Vec<Piece>, u64) {
        let names = self.names(release);
        let kept = self.kept_file(release);
        let mut pieces = vec![
            Piece { what: "its Compose file".to_owned(), here: kept.is_some(), remedy: None },
            Piece {
                what: "the names of its images".to_owned(),
                here: self.images_file(release).is_file(),
                remedy: None,
            },
        ];
        let mut bytes = 0;
        for (service, image) in names {
            let id = recorded.iter().find(|(other, _)| *other == service).map(|(_, id)| id);
            let found = self.weighed(&image);
            let here = found.as_ref().is_some_and(|(now, _)| id.is_none_or(|id| id == now));
            let nameless = id.filter(|_| !here).and_then(|id| self.weighed(id));
            let remedy =
                nameless.is_some().then(|| "its image is still there and gets its name back".to_owned());
            bytes += found.or(nameless).map_or(0, |(_, size)| size);
            pieces.push(Piece { what: format!("image of {service}, {image}"), here, remedy });
        }
        (pieces, bytes)
    }

    /// What brings the release back without git.
    pub(crate) fn by_record(&self, release: &Release) -> Vec<String> {
        let Some(kept) = self.kept_file(release) else { return Vec::new() };
        let project = self.project(&fs::read_to_string(&kept).unwrap_or_default());
        let mut words: Vec<String> = self.tool.command.clone();
        let (dir, env) = (self.dir(), self.ground.path.join(".env"));
        words.extend(["-p".to_owned(), project]);
        words.extend(["--project-directory".to_owned(), dir.display().to_string()]);
        if dir != self.ground.path && env.exists() {
            words.extend(["--env-file".to_owned(), env.display().to_string()]);
        }
        for file in std::iter::once(kept).chain(self.naming(release)) {
            words.extend(["-f".to_owned(), file.display().to_string()]);
        }
        words.extend(["up", "-d", "--no-build"].map(str::to_owned));
        let values = environment(release).into_iter().map(|(name, value)| format!("{name}={value}"));
        vec![
            "# when git does not work there, in place of the two lines above:".to_owned(),
            Command::new("env").args(values).args(words).line(),
        ]
    }

    /// The line that brings the release's `.env` back, when one is kept.
    pub(crate) fn env_by_hand(&self, release: &Release) -> Option<String> {
        let kept = self.ground.state.release(&release.id).join(record::ENV);
        let to = self.ground.path.join(".env").display().to_string();
        let words = ["-m".to_owned(), "600".to_owned(), kept.display().to_string(), to];
        kept.is_file().then(|| Command::new("install").args(words).line())
    }

    fn names(&self, release: &Release) -> Vec<(String, String)> {
        named_images(&fs::read_to_string(self.images_file(release)).unwrap_or_default())
    }

    /// The id and the bytes of an image, when it is on the host.
    fn weighed(&self, image: &str) -> Option<(String, u64)> {
        let words = ["image", "inspect", "--format", "{{.Id}} {{.Size}}", image];
        let answer = process::ask(&Command::new("docker").args(words), self.setting(&[], QUICK)).ok();
        let answer = answer.filter(Finished::success)?;
        let (id, size) = answer.stdout.trim().split_once(' ')?;
        Some((id.to_owned(), size.parse().ok()?))
    }
}
