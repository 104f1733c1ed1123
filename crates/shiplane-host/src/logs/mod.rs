//! Logs: of containers, of a file, of a run of ours; line by line, secrets taken out before they leave the host.

mod containers;
mod file;
mod own;
mod say;

use std::io::{BufRead as _, Read as _};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use anyhow::Context as _;
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::masks::Masks;
use shiplane_core::deploy::{LogsQuestion, Question, Release, Runtime, Strategy};
use shiplane_core::report::Finding;

use crate::compose::Compose;
use crate::runtime::Ground;
use crate::state::StateDir;
use crate::{journal, masked};
use say::Say;

/// Reads the question from the first line of the input and prints what it asks for. The input stays open as long as
/// somebody listens, which is how the end of an endless answer is found.
pub(crate) fn print() -> anyhow::Result<ExitCode> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("read a question")?;
    let question: LogsQuestion = serde_json::from_str(&line).context("read a question")?;
    if question.follow {
        end_with_the_listener();
    }
    let live = live(&question);
    let say = Say::new(Masks::of(&masked::pairs(&question.site, live.as_ref())));
    match (&question.run, &question.runtime) {
        (Some(run), _) => own::print(&question, run, &say)?,
        (None, Runtime::Command(commands)) => match &commands.log {
            Some(_) if !question.services.is_empty() => {
                let fact = format!("own commands run here, which have no services: {}", question.services.join(", "));
                say.note(Finding::fail("unknown-service", fact).help("leave the services out"));
            }
            Some(log) => file::print(&question, &logged(&question, log), &say)?,
            None => say.note(
                Finding::fail("no-log", "own commands run here, and where they write their log is not configured")
                    .help("write `log:` beside `restart:` in the environment's `command:`, or look with `--run last`"),
            ),
        },
        (None, Runtime::Compose { files, project }) => {
            let ground = Ground::to_look_at(&Question {
                site: question.site.clone(),
                strategy: Strategy::default(),
                runtime: question.runtime.clone(),
                checkup: None,
            });
            match Compose::find(ground, files, project.as_deref()) {
                Ok(compose) => containers::print(&question, (&compose, live.as_ref()), &say)?,
                Err(failure) => say.note(*failure.finding),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is live, when that can be read; logs are wanted most when nothing else can be.
fn live(question: &LogsQuestion) -> Option<Release> {
    let state = StateDir::new(&question.site.state_dir);
    journal::read(&state.journal()).ok().and_then(|entries| History::of(&entries).live)
}

/// The log of own commands; a relative one is where the live release runs.
fn logged(question: &LogsQuestion, log: &str) -> std::path::PathBuf {
    Path::new(&question.site.path).join(crate::command_runtime::LINK).join(log)
}

/// When the asker is gone, so are we, with everything that we started: it reads from us and finds nobody.
fn end_with_the_listener() {
    thread::spawn(|| {
        let mut rest = [0; 64];
        while matches!(std::io::stdin().lock().read(&mut rest), Ok(count) if count > 0) {}
        containers::end_all();
    });
}
