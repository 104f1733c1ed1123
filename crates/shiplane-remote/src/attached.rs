//! A host with our worker on it: asks it, starts a run, reads its events, and comes back when the line breaks.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shiplane_core::command::Command;
use shiplane_core::deploy::{Decision, Event, HostFacts, Outcome, Plan, Question};
use shiplane_core::fault::Fault;
use tokio::io::AsyncRead;
use tokio::time::{sleep, timeout};

use crate::clock;
use crate::exec::{Status, Stream};
use crate::faults;
use crate::host::Host;
use crate::reach::Reach;
use crate::worker::{Worker, bring};

/// How often to come back after the line broke. With the pauses this is about two minutes; the run goes on anyway.
const RETURNS: u32 = 24;

/// Longest time for a sign of life to a run, and for a new connection when the old one is gone.
const ATTENTION: Duration = Duration::from_secs(10);

/// What `follow` ends with when the run is gone and has not said how it ended.
pub(crate) const CUT_OFF: i32 = 3;

/// What `follow` ends with when there never was such a run.
pub(crate) const NOT_BEGUN: i32 = 4;

/// A connection with a worker at its other end.
pub struct Attached {
    pub(crate) reach: Reach,
    pub(crate) host: Host,
    pub(crate) worker: Worker,
    /// Events of the current run that were heard.
    pub(crate) heard: usize,
}

/// Where a run stands when it has nothing more to say for now.
#[derive(Debug)]
pub enum Halt {
    /// Everything before the switch is done, and the run waits for a word.
    Held,
    /// The release took over and waits for a word.
    Switched,
    /// The run has ended.
    Finished(Box<Outcome>),
}

impl Attached {
    /// Connects and brings the worker along.
    pub async fn open(
        reach: Reach,
        binary: &Path,
        on_progress: impl FnMut(u64, u64) + Unpin,
    ) -> Result<Self> {
        let host = reach.connect().await?;
        let worker = bring(&host, binary, on_progress).await?;
        Ok(Self { reach, host, worker, heard: 0 })
    }

    /// What people call the host.
    pub fn name(&self) -> &str {
        self.host.name()
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// What the host says about itself.
    pub async fn facts(&self, question: &Question) -> Result<HostFacts> {
        let asked = clock::here();
        let mut facts = self.ask("facts", question).await?;
        clock::compare(&mut facts, asked);
        Ok(facts)
    }

    /// Asks the worker something that it answers at once with one value.
    pub async fn ask<A: DeserializeOwned>(&self, verb: &str, question: &impl Serialize) -> Result<A> {
        let answer = self.host.run(&self.command(&[verb]), &json(question)?).await?;
        if !answer.status.success() {
            let why = String::from_utf8_lossy(&answer.stderr);
            return Err(faults::worker_refused(self.host.name(), why.trim()).into());
        }
        serde_json::from_slice(&answer.stdout).with_context(|| format!("read the worker's answer to {verb}"))
    }

    /// Runs a verb of the worker with input that is made while it travels.
    pub(crate) async fn stream_to_worker(
        &self,
        words: &[&str],
        stdin: impl AsyncRead + Unpin,
        on_line: impl FnMut(Stream, &str),
    ) -> Result<Status> {
        self.host.stream(&self.command(words), stdin, on_line).await
    }

    /// Goes there again after the line broke.
    pub(crate) async fn come_back(&mut self, returns: u32) -> Result<()> {
        self.return_to_host(returns).await.map(drop)
    }

    /// Starts a run and follows it until it waits for a word or has ended.
    pub async fn start(&mut self, plan: &Plan, on_event: impl FnMut(&Event)) -> Result<Halt> {
        self.heard = 0;
        self.follow(plan, Word::Start, on_event).await
    }

    /// Gives a run that waits its word, and follows it on.
    pub async fn decide(
        &mut self,
        plan: &Plan,
        decision: Decision,
        on_event: impl FnMut(&Event),
    ) -> Result<Halt> {
        self.follow(plan, Word::Decide(decision), on_event).await
    }

    /// Gives a run that waits for its word a sign of life, so that it waits on; says whether it still does.
    ///
    /// When the line broke, a new one is ready for the next time.
    pub async fn attend(&mut self, plan: &Plan) -> Result<bool> {
        let command = self.command(&["attend", &plan.site.state_dir, &plan.run]);
        match timeout(ATTENTION, self.host.run(&command, &[])).await {
            Ok(Ok(answer)) if answer.status.success() => {
                serde_json::from_slice(&answer.stdout).context("read the worker's answer to attend")
            }
            Ok(Ok(answer)) => {
                let why = String::from_utf8_lossy(&answer.stderr);
                Err(faults::worker_refused(self.host.name(), why.trim()).into())
            }
            Ok(Err(_)) | Err(_) => {
                let fault = faults::connection_lost(self.host.name(), "it gave no sign of life");
                if let Ok(Ok(host)) = timeout(ATTENTION, self.reach.connect()).await {
                    self.host = host;
                }
                Err(fault.into())
            }
        }
    }

    /// The host, as it was named when it was asked for.
    pub fn given(&self) -> &str {
        &self.reach.given
    }

    /// Ends the connection.
    pub async fn close(self) {
        self.host.close().await;
    }

    /// Reads events until the run halts. When the line breaks, goes there again and reads on from the same event.
    async fn follow(&mut self, plan: &Plan, first: Word, mut on_event: impl FnMut(&Event)) -> Result<Halt> {
        let (mut word, mut returns) = (first, 0);
        loop {
            match self.listen(plan, word, &mut on_event).await {
                Ok(Heard { halt: Some(halt), .. }) => return Ok(halt),
                // The line broke before the plan had got there whole.
                Ok(Heard { status: Status::Exited(NOT_BEGUN), .. })
                    if first == Word::Start && word != first =>
                {
                    word = first;
                    continue;
                }
                Ok(Heard { status: Status::Exited(CUT_OFF), .. }) => {
                    return Err(faults::run_cut_off(self.host.name(), &plan.run).into());
                }
                Ok(Heard { status: Status::Unknown, .. }) if returns < RETURNS => {}
                Ok(Heard { errors, .. }) => {
                    return Err(faults::worker_refused(self.host.name(), &errors).into());
                }
                Err(error) if is_lost(&error) && returns < RETURNS => {}
                Err(error) => return Err(error),
            }
            on_event(&Event::Line(format!(
                "the connection to {} broke; going there again",
                self.host.name()
            )));
            returns = self.return_to_host(returns + 1).await?;
            word = match first {
                Word::Start | Word::Follow => Word::Follow,
                Word::Decide(_) => first,
            };
        }
    }

    async fn listen(&mut self, plan: &Plan, word: Word, on_event: &mut impl FnMut(&Event)) -> Result<Heard> {
        let (command, input) = self.say(plan, word)?;
        let (mut halt, mut errors, mut heard) = (None, String::new(), 0);
        let on_line = |stream: Stream, line: &str| match (stream, serde_json::from_str::<Event>(line)) {
            (Stream::Out, Ok(event)) => {
                heard += 1;
                on_event(&event);
                halt = match event {
                    Event::Held => Some(Halt::Held),
                    Event::Switched => Some(Halt::Switched),
                    Event::Finished(outcome) => Some(Halt::Finished(outcome)),
                    Event::Began(_) | Event::Line(_) | Event::Ended(_) => None,
                };
            }
            (Stream::Out, Err(_)) => {}
            (Stream::Err, _) => errors = line.to_owned(),
        };
        let status = self.host.stream(&command, &input[..], on_line).await;
        self.heard += heard;
        // What was heard stands, even when the line broke right after it: it is not said a second time.
        let status = if halt.is_some() { Status::Exited(0) } else { status? };
        Ok(Heard { halt, status, errors })
    }

    async fn return_to_host(&mut self, mut returns: u32) -> Result<u32> {
        loop {
            sleep(Duration::from_secs(u64::from(returns.min(5)))).await;
            match self.reach.connect().await {
                Ok(host) => {
                    self.host = host;
                    return Ok(returns);
                }
                Err(_) if returns < RETURNS => returns += 1,
                Err(error) => {
                    return Err(
                        error.context(faults::connection_lost(self.host.name(), "it does not come back"))
                    );
                }
            }
        }
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        Command::new(&self.worker.path).arg("worker").args(words.iter().copied())
    }

    /// The command for a word, and its input.
    fn say(&self, plan: &Plan, word: Word) -> Result<(Command, Vec<u8>)> {
        let (state_dir, run, from) = (&plan.site.state_dir, &plan.run, self.heard.to_string());
        let decide = |decision| self.command(&["decide", state_dir, run, decision, &from]);
        Ok(match word {
            Word::Start => (self.command(&["start"]), json(plan)?),
            Word::Follow => (self.command(&["follow", state_dir, run, &from]), Vec::new()),
            Word::Decide(Decision::Proceed) => (decide("proceed"), Vec::new()),
            Word::Decide(Decision::Confirm) => (decide("confirm"), Vec::new()),
            Word::Decide(Decision::Revert) => (decide("revert"), Vec::new()),
        })
    }
}

/// What is said to the worker about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Begin it.
    Start,
    /// Read on.
    Follow,
    /// Keep or take back what it switched to.
    Decide(Decision),
}

struct Heard {
    halt: Option<Halt>,
    status: Status,
    errors: String,
}

pub(crate) fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).context("write a message to the worker")
}

pub(crate) fn is_lost(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<Fault>())
        .any(|fault| fault.code == "connection-lost")
}
