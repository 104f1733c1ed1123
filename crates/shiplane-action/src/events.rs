//! A worker's events, shown as they come, or a phase at a time where several workers speak at once.

use std::collections::VecDeque;
use std::time::Instant;

use shiplane_core::deploy::Event;
use shiplane_core::report::{Level, Phase};

use crate::progress::{Progress, Running};

/// Lines of one phase that are kept while it lasts; of a longer one the last ones are shown.
const KEPT_LINES: usize = 2000;

/// Shows events and keeps the phases that ended.
#[derive(Debug)]
pub struct EventView {
    progress: Progress,
    running: Option<Showing>,
    nickname: Option<String>,
    /// In the order in which they ended.
    pub phases: Vec<Phase>,
}

/// A phase that is going on.
#[derive(Debug)]
enum Showing {
    /// Nobody else speaks.
    Alone(Running),
    /// Groups of Actions can neither nest nor take turns, so its lines wait until it is over.
    InCompany(Kept),
}

#[derive(Debug)]
struct Kept {
    name: String,
    started: Instant,
    lines: VecDeque<String>,
    left_out: usize,
}

impl EventView {
    /// Shows events there.
    pub fn new(progress: Progress) -> Self {
        Self { progress, running: None, nickname: None, phases: Vec::new() }
    }

    /// Shows events of one host among several, each line with its nickname in front.
    pub fn of(nickname: &str, progress: Progress) -> Self {
        Self { progress, running: None, nickname: Some(nickname.to_owned()), phases: Vec::new() }
    }

    /// Takes one in.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Began(name) => self.began(name),
            Event::Line(line) => self.line(line),
            Event::Ended(phase) => self.ended(phase.clone()),
            // The wait for the proof is no work of the host's; what the client does meanwhile shows itself.
            Event::Held | Event::Switched | Event::Finished(_) => self.hush(),
        }
    }

    /// A phase of ours for this host, shown like its own ones.
    pub fn began(&mut self, name: &str) {
        self.hush();
        let showing = match &self.nickname {
            None => Showing::Alone(self.progress.phase(name)),
            Some(_) => Showing::InCompany(Kept {
                name: name.to_owned(),
                started: Instant::now(),
                lines: VecDeque::new(),
                left_out: 0,
            }),
        };
        self.running = Some(showing);
    }

    /// A line of the phase that goes on, or of none.
    pub fn line(&mut self, line: &str) {
        match (&mut self.running, &self.nickname) {
            (Some(Showing::Alone(running)), _) => running.line(line),
            // Nobody folds or redraws plain lines, so they need not wait.
            (_, Some(nickname)) if self.progress == Progress::Plain => {
                for line in line.lines() {
                    self.progress.line(&format!("[{nickname}]   {line}"));
                }
            }
            (Some(Showing::InCompany(kept)), _) => kept.take(line),
            (None, Some(nickname)) => self.progress.line(&format!("[{nickname}] {line}")),
            (None, None) => {}
        }
    }

    /// The phase of ours that goes on has ended like this; it is kept.
    pub fn finished(&mut self, level: Level, note: &str) {
        let (name, seconds) = match &self.running {
            None => return,
            Some(Showing::Alone(running)) => (running.name().to_owned(), running.seconds()),
            Some(Showing::InCompany(kept)) => (kept.name.clone(), kept.started.elapsed().as_secs_f64()),
        };
        self.ended(Phase { name, seconds, level, note: note.to_owned() });
    }

    fn ended(&mut self, phase: Phase) {
        match (self.running.take(), &self.nickname) {
            (Some(Showing::Alone(running)), _) => drop(running.finish(phase.level, &phase.note)),
            (Some(Showing::InCompany(kept)), Some(nickname)) => {
                drop(kept.show(nickname, self.progress).finish(phase.level, &phase.note));
            }
            (Some(Showing::InCompany(_)), None) | (None, _) => {}
        }
        let name = match &self.nickname {
            Some(nickname) => format!("{nickname}: {}", phase.name),
            None => phase.name.clone(),
        };
        self.phases.push(Phase { name, ..phase });
    }

    /// Nothing more comes of the phase that goes on; what it said is shown.
    fn hush(&mut self) {
        if let (Some(Showing::InCompany(kept)), Some(nickname)) = (self.running.take(), &self.nickname)
            && !kept.lines.is_empty()
        {
            drop(kept.show(nickname, self.progress));
        }
    }
}

impl Drop for EventView {
    fn drop(&mut self) {
        self.hush();
    }
}

impl Kept {
    fn take(&mut self, text: &str) {
        for line in text.lines() {
            if self.lines.len() >= KEPT_LINES {
                self.lines.pop_front();
                self.left_out += 1;
            }
            self.lines.push_back(line.to_owned());
        }
    }

    /// All of it at once.
    fn show(&self, nickname: &str, progress: Progress) -> Running {
        let running = progress.phase_since(&format!("[{nickname}] {}", self.name), self.started);
        if self.left_out > 0 {
            running.line(&format!("[{nickname}] {} earlier lines left out", self.left_out));
        }
        for line in &self.lines {
            running.line(&format!("[{nickname}] {line}"));
        }
        running
    }
}
