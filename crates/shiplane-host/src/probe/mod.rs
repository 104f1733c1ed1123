//! Questions of a smoke check to this host, one look at a time. Nothing is changed.

mod command;
mod containers;
mod file;
mod logs;
mod site;

use std::io::Read as _;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use shiplane_core::smoke::{Answer, Failure, FailureKind, HostQuestion, Timings};

use crate::running;
use containers::Watch;

pub use logs::logs;
pub use site::Site;

/// One question, to be asked again and again.
#[derive(Debug)]
pub struct HostProbe {
    question: HostQuestion,
    site: Arc<Site>,
    watch: Watch,
}

impl HostProbe {
    /// Gets ready.
    pub fn new(question: HostQuestion, site: Arc<Site>) -> Self {
        Self { question, site, watch: Watch::default() }
    }

    /// One look, of about so long at most.
    pub fn look(&self, limit: Duration) -> Answer {
        let mut began = Instant::now();
        let looked = match &self.question {
            HostQuestion::Containers { services, .. } => {
                let project = self.site.project();
                began = Instant::now();
                self.watch.look(project, services, limit)
            }
            HostQuestion::Command { program, directory } => {
                command::run(program, directory.as_deref(), limit)
            }
            HostQuestion::File { path, directory } => file::look(path, directory.as_deref()),
        };
        timed(looked, began)
    }
}

/// Why there is no answer, and one sentence about it.
type Looked = Result<Answer, (FailureKind, String)>;

fn timed(looked: Looked, began: Instant) -> Answer {
    let took = Timings { total_ms: began.elapsed().as_secs_f64() * 1000.0, ..Timings::default() };
    match looked {
        Ok(Answer::Containers { containers, known, changes, .. }) => {
            Answer::Containers { containers, known, changes, timings: took }
        }
        Ok(Answer::Ran(mut ran)) => {
            ran.timings = took;
            Answer::Ran(ran)
        }
        Ok(Answer::File(mut file)) => {
            file.timings = took;
            Answer::File(file)
        }
        Ok(other @ (Answer::Failed(_) | Answer::Answered(_) | Answer::Replied(_))) => other,
        Err((reason, detail)) => Answer::Failed(Failure { reason, detail, timings: took }),
    }
}

/// When the asker is gone, so are we, with every program that we started.
pub fn while_somebody_listens() {
    thread::spawn(|| {
        let mut rest = [0; 64];
        while matches!(std::io::stdin().lock().read(&mut rest), Ok(count) if count > 0) {}
        running::end_all();
    });
}
