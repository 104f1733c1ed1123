//! A worker's events, shown as they come.

use shiplane_core::deploy::Event;
use shiplane_core::report::Phase;

use crate::progress::{Progress, Running};

/// Shows events and keeps the phases that ended.
#[derive(Debug)]
pub struct EventView {
    progress: Progress,
    running: Option<Running>,
    /// In the order in which they ended.
    pub phases: Vec<Phase>,
}

impl EventView {
    /// Shows events there.
    pub fn new(progress: Progress) -> Self {
        Self { progress, running: None, phases: Vec::new() }
    }

    /// Takes one in.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Began(name) => self.running = Some(self.progress.phase(name)),
            Event::Line(line) => {
                if let Some(running) = &self.running {
                    running.line(line);
                }
            }
            Event::Ended(phase) => {
                if let Some(running) = self.running.take() {
                    running.finish(phase.level, &phase.note);
                }
                self.phases.push(phase.clone());
            }
            // The wait for the proof is no work of the host's; what the client does meanwhile shows itself.
            Event::Held | Event::Switched | Event::Finished(_) => self.running = None,
        }
    }
}
