//! Runs a migration with the release's own images.

use std::path::PathBuf;

use shiplane_core::command::Command;
use shiplane_core::deploy::Release;
use shiplane_core::report::Finding;

use super::Compose;
use crate::failure::Failure;
use crate::process;
use crate::runtime::{OnLine, environment};

impl Compose {
    /// A plain `docker compose` of any generation finds the project and the images of the release by its
    /// environment (Compose docs, "Set or change pre-defined environment variables").
    pub(super) fn run_migration(
        &self,
        release: &Release,
        words: &[String],
        on_line: OnLine<'_>,
    ) -> Result<(), Failure> {
        let Some(command) = Command::from_words(words) else { return Ok(()) };
        let mut env = environment(release);
        let project = self.project(&self.render(&env)?);
        let own = self.own_files().into_iter().map(|file| self.dir().join(file));
        let files: Vec<PathBuf> = own.chain(self.naming(release)).collect();
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        env.push(("COMPOSE_FILE".to_owned(), files.join(":")));
        env.push(("COMPOSE_PATH_SEPARATOR".to_owned(), ":".to_owned()));
        env.push(("COMPOSE_PROJECT_NAME".to_owned(), project.clone()));
        let before = self.containers(&project)?;
        let finished = process::run(&command, self.setting(&env, self.ground.limits.build.0), on_line)?;
        if !finished.success() {
            return Err(Failure::program("migrate-failed", "the migration", &finished)
                .help("the release before still runs; mend the migration and deploy again"));
        }
        let after = self.containers(&project)?;
        let gone = before.iter().filter(|old| !after.iter().any(|now| now.id == old.id));
        let gone: Vec<&str> = gone.map(|old| old.service.as_str()).collect();
        if !gone.is_empty() {
            let fact = format!("the migration replaced containers before the switch: {}", gone.join(", "));
            let help = "let it start nothing else: `docker compose run --rm --no-deps ...`";
            self.remarks.borrow_mut().push(Finding::warning("migrate-restarted", fact).help(help));
        }
        Ok(())
    }
}
