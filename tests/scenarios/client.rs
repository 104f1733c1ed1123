//! A visitor who asks the public address which version answers, all the time, each time over a new connection.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;
use shiplane_testkit::http::Call;
use shiplane_testkit::process::wait_until;

/// From one question to the next.
const PACE: Duration = Duration::from_millis(20);
/// How long one answer is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// Answers that show that a look has not been taken in between two of them.
const SETTLED: usize = 3;

/// Asks until it goes away.
pub(crate) struct Client {
    seen: Arc<Mutex<Vec<(Instant, Answer)>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What came of one question.
#[derive(Clone, PartialEq, Eq)]
enum Answer {
    Version(String),
    /// An answer that no version of the app gives.
    Wrong(String),
    /// Refused, reset, cut off or late: all normal while containers are exchanged.
    Nothing,
}

/// What was seen between two looks.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The versions that answered, in order, with the number of their answers.
    pub(crate) versions: Vec<(String, usize)>,
    /// Answers that no version of the app gives.
    pub(crate) wrong: Vec<String>,
    /// Questions without an answer.
    pub(crate) lost: usize,
    /// The longest time from one answer to the next.
    pub(crate) longest_gap: Duration,
}

impl Client {
    /// Starts to ask.
    pub(crate) fn of(url: &str) -> Self {
        let (seen, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let call = Call::get(&format!("{url}/version")).within(PATIENCE);
        let (noted, stopped) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let asked = Instant::now();
                let answer = ask(&call);
                noted.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), answer));
                std::thread::sleep(PACE.saturating_sub(asked.elapsed()));
            }
        });
        Self { seen, stop, thread: Some(thread) }
    }

    /// What was seen since the last look, the last answer before it included; it is waited for a few more answers.
    pub(crate) fn look(&self) -> Result<Seen> {
        let settled = |seen: &[(Instant, Answer)], from: usize| {
            let answers = seen[from..].iter().filter(|(_, answer)| *answer != Answer::Nothing);
            answers.count() >= SETTLED
        };
        let from = self.with(|seen| seen.len());
        wait_until("answers at the public address", Duration::from_secs(10), || {
            self.with(|seen| settled(seen, from)).then_some(())
        })?;
        Ok(self.with(|seen| {
            let last = seen.iter().rposition(|(_, answer)| *answer != Answer::Nothing).unwrap_or_default();
            let part = Seen::of(&seen[..=last]);
            seen.drain(..last);
            part
        }))
    }

    fn with<T>(&self, read: impl FnOnce(&mut Vec<(Instant, Answer)>) -> T) -> T {
        read(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn ask(call: &Call) -> Answer {
    let Ok(reply) = call.send() else { return Answer::Nothing };
    let version = serde_json::from_str::<Value>(&reply.body).ok();
    let version = version.and_then(|body| body["version"].as_str().map(str::to_owned));
    match version.filter(|_| reply.status == 200) {
        Some(version) => Answer::Version(version),
        None => Answer::Wrong(format!("{}: {}", reply.status, reply.body)),
    }
}

impl Seen {
    fn of(answers: &[(Instant, Answer)]) -> Self {
        let mut seen = Self { versions: Vec::new(), wrong: Vec::new(), lost: 0, longest_gap: Duration::ZERO };
        let mut before: Option<Instant> = None;
        for (at, answer) in answers {
            match answer {
                Answer::Nothing => {
                    seen.lost += 1;
                    continue;
                }
                Answer::Wrong(what) => seen.wrong.push(what.clone()),
                Answer::Version(version) => seen.count(version),
            }
            seen.longest_gap = seen.longest_gap.max(before.map_or(Duration::ZERO, |before| *at - before));
            before = Some(*at);
        }
        seen
    }

    fn count(&mut self, version: &str) {
        match self.versions.last_mut().filter(|(last, _)| last == version) {
            Some((_, count)) => *count += 1,
            None => self.versions.push((version.to_owned(), 1)),
        }
    }

    /// Insists on the versions, in this order and nothing between them, and on a bound for the longest silence.
    #[track_caller]
    pub(crate) fn expect(&self, versions: &[&str], longest_gap: Duration) {
        let order: Vec<&str> = self.versions.iter().map(|(version, _)| version.as_str()).collect();
        assert_eq!(order, versions, "{self}");
        assert_eq!(self.wrong, Vec::<String>::new(), "{self}");
        assert!(self.longest_gap <= longest_gap, "{self}, more than {longest_gap:?}");
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (version, count) in &self.versions {
            write!(out, "{count} answers of {version}, ")?;
        }
        write!(out, "{} wrong, {} lost, longest gap {:?}", self.wrong.len(), self.lost, self.longest_gap)
    }
}
