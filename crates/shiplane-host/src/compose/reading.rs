//! What Compose makes of the project's files. To ask takes Compose 1.29 most of a second, so an answer is kept for as
//! long as nothing of what was asked has changed.

use std::fs;

use shiplane_core::command::Command;

use super::{Compose, QUICK};
use crate::failure::Failure;
use crate::process;

/// One answer, with all that it depends on but the project's files.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    command: Command,
    env: Vec<(String, String)>,
    dotenv: Option<Vec<u8>>,
    text: String,
}

impl Compose {
    /// The project as Compose reads it, with every variable filled in. The files are those that were read before,
    /// unless something else differs.
    pub(super) fn render(&self, env: &[(String, String)]) -> Result<String, Failure> {
        let command = self.command(self.project.as_deref(), None).arg("config");
        let dotenv = fs::read(self.ground.path.join(".env")).ok();
        let is_same = |kept: &&Reading| kept.command == command && kept.env == env && kept.dotenv == dotenv;
        if let Some(kept) = self.reading.borrow().as_ref().filter(is_same) {
            return Ok(kept.text.clone());
        }
        let finished = process::ask(&command, self.setting(env, QUICK))?;
        if finished.success() && finished.stdout.contains("services") {
            let text = finished.stdout;
            *self.reading.borrow_mut() =
                Some(Reading { command, env: env.to_vec(), dotenv, text: text.clone() });
            return Ok(text);
        }
        Err(Failure::program("compose-invalid", "compose config", &finished)
            .help("the Compose files at this commit must be valid on the host, with its .env"))
    }

    /// The same, of files that may be others than before.
    pub(super) fn render_anew(&self, env: &[(String, String)]) -> Result<String, Failure> {
        self.reading.take();
        self.render(env)
    }

    /// The project's name. The files have their say where nothing else names it, and no release changes it.
    pub(super) fn project_name(&self) -> Result<String, Failure> {
        if let Some(reading) = self.reading.borrow().as_ref() {
            return Ok(self.project(&reading.text));
        }
        let text = if self.project.is_some() { String::new() } else { self.render(&[])? };
        Ok(self.project(&text))
    }
}
