//! What is going on right now: log groups in Actions, a progress line on a terminal, never both.

use std::io::{IsTerminal as _, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use shiplane_core::foreign;
use shiplane_core::report::{Level, Phase};

use crate::render::annotations::escape_data;

/// Where progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Log groups on standard output, which the runner folds.
    Actions,
    /// A line that moves, on standard error.
    Terminal,
    /// Plain lines on standard error.
    Plain,
}

/// A phase that has begun. Finish it; a phase that is dropped closes its group without a word.
#[derive(Debug)]
pub struct Running {
    progress: Progress,
    name: String,
    started: Instant,
    bar: Option<ProgressBar>,
    open: bool,
}

impl Progress {
    /// The right one for this run. A program that reads JSON gets nothing else on standard output.
    pub fn choose(actions: bool, json: bool) -> Self {
        if actions && !json {
            Self::Actions
        } else if std::io::stderr().is_terminal() {
            Self::Terminal
        } else {
            Self::Plain
        }
    }

    /// Begins a phase.
    pub fn phase(self, name: &str) -> Running {
        let name = foreign::one_line(name);
        let mut bar = None;
        match self {
            Self::Actions => say(std::io::stdout(), &format!("::group::{}", escape_data(&name))),
            Self::Terminal => bar = Some(spinner(&name)),
            Self::Plain => {}
        }
        Running { progress: self, name, started: Instant::now(), bar, open: true }
    }

    /// Begins a phase that has been going on since then, for lines that were kept until it was over.
    pub(crate) fn phase_since(self, name: &str, started: Instant) -> Running {
        let mut running = self.phase(name);
        running.started = started;
        running
    }

    /// One line of ours or of others, outside any phase.
    pub fn line(self, text: &str) {
        for line in foreign::lines(text) {
            match self {
                Self::Actions => say(std::io::stdout(), &line),
                Self::Terminal | Self::Plain => say(std::io::stderr(), &line),
            }
        }
    }
}

impl Running {
    /// A line that belongs to the phase, such as what a build prints.
    pub fn line(&self, text: &str) {
        for line in foreign::lines(text) {
            match (&self.bar, self.progress) {
                (Some(bar), _) => bar.set_message(foreign::clip(&line, 80)),
                (None, Progress::Actions) => say(std::io::stdout(), &line),
                (None, Progress::Terminal | Progress::Plain) => say(std::io::stderr(), &format!("  {line}")),
            }
        }
    }

    /// What is done.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How long it has been going on.
    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Ends the phase and says how it went.
    pub fn finish(mut self, level: Level, note: &str) -> Phase {
        let seconds = self.started.elapsed().as_secs_f64();
        self.close();
        let name = std::mem::take(&mut self.name);
        let note = foreign::one_line(note);
        let tail = if note.is_empty() { String::new() } else { format!(": {note}") };
        let word = match level {
            Level::Ok => "done",
            Level::Warning => "warning",
            Level::Pending => "pending",
            Level::Unknown => "unknown",
            Level::Fail => "failed",
        };
        self.progress.line(&format!("{name} {word} in {seconds:.1} s{tail}"));
        Phase { name, seconds, level, note }
    }

    fn close(&mut self) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        match self.progress {
            Progress::Actions => say(std::io::stdout(), "::endgroup::"),
            Progress::Terminal | Progress::Plain => {}
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.close();
    }
}

fn spinner(name: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// A reader that went away is no reason to stop the work.
fn say(mut stream: impl Write, line: &str) {
    writeln!(stream, "{line}").ok();
}
