//! What a run of ours said, for people.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use shiplane_core::deploy::{Event, LogsQuestion, Result as Ending};
use shiplane_core::report::{Finding, Level};

use super::say::Say;
use crate::events::EventReader;
use crate::state::{StateDir, is_plain_name};

/// How often a follower looks.
const LOOK: Duration = Duration::from_millis(100);

/// Prints a run's events. `last` is the newest run there is.
pub(super) fn print(question: &LogsQuestion, run: &str, say: &Say) -> anyhow::Result<()> {
    let state = StateDir::new(&question.site.state_dir);
    let mut runs: Vec<String> = fs::read_dir(state.runs())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| is_plain_name(name))
        .collect();
    // Their names begin with the time.
    runs.sort();
    let named = if run == "last" { runs.last() } else { runs.iter().find(|name| *name == run) };
    let Some(named) = named else {
        let newest: Vec<&str> = runs.iter().rev().take(5).map(String::as_str).collect();
        let help = if newest.is_empty() {
            "there was none yet".to_owned()
        } else {
            format!("the newest are {}", newest.join(", "))
        };
        say.note(Finding::fail("unknown-run", format!("there is no run {run} on this host")).help(help));
        return Ok(());
    };
    let mut events = EventReader::from(&state.run(named), 0);
    let mut all = Vec::new();
    let mut skip = None;
    loop {
        let mut finished = false;
        for line in events.more()? {
            let event: Event = serde_json::from_str(&line).context("read an event")?;
            finished |= matches!(event, Event::Finished(_));
            all.extend(words(&event));
        }
        // The last lines of what is there, then everything that comes.
        let lines = question.lines.and_then(|lines| usize::try_from(lines).ok()).unwrap_or(usize::MAX);
        let from = *skip.get_or_insert(all.len().saturating_sub(lines));
        for line in all.drain(..).skip(from) {
            say.line(named, line.as_bytes());
        }
        skip = Some(0);
        if finished || !question.follow {
            return Ok(());
        }
        thread::sleep(LOOK);
    }
}

fn words(event: &Event) -> Vec<String> {
    match event {
        Event::Began(name) => vec![format!("{name}:")],
        Event::Line(line) => vec![format!("  {line}")],
        Event::Ended(phase) => {
            let word = if phase.level == Level::Ok { "done" } else { "failed" };
            let note = if phase.note.is_empty() { String::new() } else { format!(": {}", phase.note) };
            vec![format!("{} {word} in {:.1} s{note}", phase.name, phase.seconds)]
        }
        Event::Held => vec!["waiting for the other hosts".to_owned()],
        Event::Switched => vec!["switched; waiting for the proof".to_owned()],
        Event::Finished(outcome) => {
            let word = match outcome.result {
                Ending::Good => "good",
                Ending::Refused => "refused, nothing was switched",
                Ending::Restored => "failed, and taken back",
                Ending::Broken => "failed, and so did the way back",
            };
            let reasons = outcome.findings.iter().map(|it| format!("  {}: {}", it.code, it.fact));
            let excerpts = outcome.excerpts.iter().flat_map(|it| {
                std::iter::once(format!("  {}:", it.title))
                    .chain(it.lines.iter().map(|line| format!("  | {line}")))
            });
            std::iter::once(format!("ended: {word}")).chain(reasons).chain(excerpts).collect()
        }
    }
}
