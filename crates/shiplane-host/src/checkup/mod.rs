//! The host's state of health. Looks only: nothing is written, nothing is started that stays.
//!
//! The questions do not wait for each other, and none waits long: what does not answer is not known.

mod docker;
mod dotenv;
mod machine;
mod origin;
mod ports;
mod project;

use std::path::Path;
use std::thread;
use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_core::deploy::doctor::{Checkup, Inquiry, Learned};
use shiplane_core::deploy::{Question, Runtime, Strategy};

use crate::process::{self, Finished, Setting};

/// Longest time for a question that the machine itself answers.
const QUICK: Duration = Duration::from_secs(10);

/// Answers the whole inquiry.
pub(crate) fn examine(question: &Question, inquiry: &Inquiry) -> Checkup {
    let path = Path::new(&question.site.path);
    let here = if path.is_dir() { path } else { Path::new("/") };
    let from_git = match question.strategy {
        Strategy::Git => true,
        Strategy::Files(_) | Strategy::Image { .. } => false,
    };
    let is_compose = match question.runtime {
        Runtime::Compose { .. } => true,
        Runtime::Command(_) => false,
    };
    thread::scope(|scope| {
        let docker = is_compose.then(|| scope.spawn(|| docker::daemon(here)));
        let buildx = is_compose.then(|| scope.spawn(|| docker::buildx(here)));
        let origin = from_git.then(|| scope.spawn(|| origin::look(path, inquiry.commit.as_deref())));
        let project = is_compose.then(|| scope.spawn(|| project::look(question)));
        let dotenv = scope.spawn(|| (dotenv::env(path), dotenv::example(path, inquiry)));
        let (docker, root) = docker.and_then(|it| it.join().ok()).unwrap_or_default();
        let (env, example) = dotenv.join().unwrap_or_default();
        Checkup {
            // Only who asks can tell how far our clock is from theirs.
            clock: Learned::NotAsked,
            user: machine::user(here),
            disks: machine::disks(&question.site, root.as_deref()),
            memory: machine::memory(),
            load: machine::load(),
            docker,
            buildx: buildx.and_then(|it| it.join().ok()).unwrap_or_default(),
            origin: origin.and_then(|it| it.join().ok()).unwrap_or_default(),
            env,
            example,
            project: project.and_then(|it| it.join().ok()).unwrap_or_default(),
        }
    })
}

/// Asks a program; `Err` is why there is no answer.
fn ask(dir: &Path, program: &str, args: &[&str]) -> Result<Finished, String> {
    let command = Command::new(program).args(args.iter().copied());
    let answer = process::ask(&command, Setting { dir, env: &[], limit: QUICK });
    answer.map_err(|error| format!("{error:#}"))
}

/// The same, and only success counts.
fn answer(dir: &Path, program: &str, args: &[&str]) -> Result<String, String> {
    let finished = ask(dir, program, args)?;
    if finished.success() {
        return Ok(finished.stdout);
    }
    let said = finished.output.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
    Err(format!("`{program} {}`: {}: {said}", args.first().unwrap_or(&""), finished.how()))
}

/// What was learned from an attempt.
fn learned<T>(attempt: Result<T, String>) -> Learned<T> {
    match attempt {
        Ok(value) => Learned::Known(value),
        Err(why) => Learned::Unknown(why),
    }
}
