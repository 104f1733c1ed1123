//! What Compose makes of the project's files. To ask takes Compose 1.29 most of a second, so an answer is kept for as
//! long as nothing of what was asked has changed: in a run, and with a release for the day on which it comes back.

use std::fs;

use ring::digest::{Context, SHA256};
use shiplane_core::command::Command;
use shiplane_core::deploy::Release;

use super::{Compose, QUICK};
use crate::failure::Failure;
use crate::{process, state};

/// The file beside a rendered project that says what it was made of.
const KEY: &str = "compose.key";

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
        let command = self.question();
        let dotenv = self.dotenv();
        let is_same = |kept: &&Reading| kept.command == command && kept.env == env && kept.dotenv == dotenv;
        if let Some(kept) = self.reading.borrow().as_ref().filter(is_same) {
            return Ok(kept.text.clone());
        }
        let text = match self.rendered_before(env) {
            Some(text) => text,
            None => self.ask(&command, env)?,
        };
        *self.reading.borrow_mut() = Some(Reading { command, env: env.to_vec(), dotenv, text: text.clone() });
        Ok(text)
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

    /// Keeps with a release what its rendered project was made of, when it is what was read just now.
    pub(super) fn keep_key(&self, release: &Release, rendered: &str) -> anyhow::Result<()> {
        let reading = self.reading.borrow();
        let Some(read) = reading.as_ref().filter(|reading| reading.text == rendered) else { return Ok(()) };
        let Some(key) = self.key(&read.env) else { return Ok(()) };
        state::write(&self.ground.state.release(&release.id).join(KEY), key)
    }

    /// What was rendered for the release that these variables name, when it was made of the same.
    fn rendered_before(&self, env: &[(String, String)]) -> Option<String> {
        let (_, id) = env.iter().find(|(name, _)| name == "SHIPLANE_RELEASE")?;
        let kept = fs::read_to_string(self.ground.state.release(id).join(KEY)).ok()?;
        (self.key(env)? == kept).then(|| fs::read_to_string(self.rendered_file(id)).ok())?
    }

    fn ask(&self, question: &Command, env: &[(String, String)]) -> Result<String, Failure> {
        let finished = process::ask(question, self.setting(env, QUICK))?;
        if finished.success() && finished.stdout.contains("services") {
            return Ok(finished.stdout);
        }
        Err(Failure::program("compose-invalid", "compose config", &finished)
            .help("the Compose files at this commit must be valid on the host, with its .env"))
    }

    fn question(&self) -> Command {
        self.command(self.project.as_deref(), None).arg("config")
    }

    fn dotenv(&self) -> Option<Vec<u8>> {
        fs::read(self.ground.path.join(".env")).ok()
    }

    /// A digest of all that an answer depends on. What the project's files name beside themselves comes with the same
    /// commit.
    fn key(&self, env: &[(String, String)]) -> Option<String> {
        let mut context = Context::new(&SHA256);
        let mut add = |part: &[u8]| {
            context.update(&part.len().to_le_bytes());
            context.update(part);
        };
        add(self.tool.version.as_bytes());
        add(self.question().line().as_bytes());
        for (name, value) in env {
            add(name.as_bytes());
            add(value.as_bytes());
        }
        add(&self.dotenv().unwrap_or_default());
        for file in self.own_files() {
            add(&fs::read(self.dir().join(file)).ok()?);
        }
        let digest = context.finish();
        Some(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}
