//! A list of endpoints below one address, several at once; each has to answer as expected.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use shiplane_core::fault::Fault;
use shiplane_core::report::Finding;
use shiplane_core::smoke::endpoints::{Coverage, Endpoint, Failing, SHOWN};
use shiplane_core::smoke::{Answer, Expectation, FailureKind, Observed, class, conclude, judge};
use tokio::time::Instant;

use crate::ask::Asker as _;
use crate::configured::{Endpoints, Named};
use crate::get::Get;
use crate::probe::Prober;
use crate::wait::{Outcome, span};

/// After so many endpoints in a row at whose address nothing answers, the rest is not asked.
const HOPELESS: u32 = 20;

/// Classes of failures that are told apart.
const MOST_CLASSES: usize = 8;

/// The pause before those that failed are asked again.
const PAUSE: Duration = Duration::from_millis(250);

/// Asks all endpoints; those that fail again and again as long as there is time.
pub(crate) async fn observe(
    get: &Get,
    endpoints: &Endpoints,
    named: &Named,
    mut on_line: impl FnMut(&str),
) -> Result<Outcome, Fault> {
    let fresh = Prober::new(get.clone())?;
    let asking = Asking { get, named, kept: fresh.clone().keeping(), fresh, started: Instant::now() };
    let mut seen = Seen::default();
    let mut left: Vec<usize> = (0..endpoints.list.len()).collect();
    loop {
        let round = asking.round(endpoints, &left).await;
        left.clone_from(&round.again);
        seen.take(round);
        let (all, pause) = (endpoints.list.len(), PAUSE.min(asking.left() / 2));
        on_line(&format!("{}: {} of {all} endpoints answer as expected", named.name, all - left.len()));
        if left.is_empty() || pause < PAUSE / 10 {
            break;
        }
        tokio::time::sleep(pause).await;
    }
    let observed = seen.observed(endpoints, asking.started.elapsed());
    let findings = conclude(&named.probe.expectation, 1, &observed);
    Ok(Outcome { ready: findings.is_empty(), observed, findings })
}

struct Asking<'a> {
    get: &'a Get,
    named: &'a Named,
    /// On connections that serve one request after the other.
    kept: Prober,
    /// On a connection of its own for each.
    fresh: Prober,
    started: Instant,
}

/// What one round over a list brought.
#[derive(Default)]
struct Round {
    next: usize,
    tries: u32,
    failed: u32,
    /// Endpoints in a row at whose address nothing answered.
    silent: u32,
    /// Those to be asked again, by their place in the list.
    again: Vec<usize>,
    /// Of these, those that were not asked.
    not_asked: usize,
    /// The first that fail.
    failing: BTreeMap<usize, Vec<Finding>>,
    classes: BTreeMap<String, u64>,
    /// One answer for the reader: the first wrong one, else the last.
    shown: Option<(usize, Answer)>,
    last: Option<Answer>,
}

/// What all rounds brought: sums, and the last of them.
#[derive(Default)]
struct Seen {
    tries: u32,
    failed: u32,
    round: Round,
}

impl Asking<'_> {
    /// What is left of the time to wait; nothing where one try is all.
    fn left(&self) -> Duration {
        let within = self.named.policy.within.unwrap_or_default();
        within.saturating_sub(self.started.elapsed())
    }

    async fn round(&self, endpoints: &Endpoints, places: &[usize]) -> Round {
        let round = RefCell::new(Round::default());
        let one = async || {
            loop {
                let place = round.borrow_mut().draw(places);
                let Some((place, endpoint)) = place.and_then(|it| Some((it, endpoints.list.get(it)?))) else {
                    return;
                };
                let answer = self.ask(endpoint).await;
                let findings = judge(&expectation(&self.named.probe.expectation, endpoint), &answer);
                round.borrow_mut().add(place, answer, findings);
            }
        };
        let together = usize::try_from(endpoints.together.max(1)).unwrap_or(1).min(places.len());
        join_all((0..together).map(|_| one())).await;
        let mut round = round.into_inner();
        let rest = places.get(round.next..).unwrap_or_default();
        round.again.extend_from_slice(rest);
        round.not_asked = rest.len();
        round
    }

    /// A connection that was kept may be closed by the other side just as it is used: that is no failure of the
    /// service, and what changes nothing there can be asked again.
    async fn ask(&self, endpoint: &Endpoint) -> Answer {
        let get = self.get.clone().below(&endpoint.path);
        let get = match get.clone().method(&endpoint.method) {
            Ok(get) => get,
            Err(_) => get,
        };
        let limit = self.named.policy.budget(self.started.elapsed());
        if !matches!(endpoint.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            return self.fresh.to(get).attempt(limit).await;
        }
        match self.kept.to(get.clone()).fetch(limit).await {
            Ok(answered) => Answer::Answered(answered),
            Err(failure) if failure.reason == FailureKind::Reset => {
                let limit = self.named.policy.budget(self.started.elapsed());
                self.fresh.to(get).attempt(limit).await
            }
            Err(failure) => Answer::Failed(failure),
        }
    }
}

fn expectation<'a>(common: &'a Expectation, endpoint: &Endpoint) -> Cow<'a, Expectation> {
    if endpoint.status.0.is_empty() {
        return Cow::Borrowed(common);
    }
    Cow::Owned(Expectation { status: endpoint.status.clone(), ..common.clone() })
}

impl Round {
    /// The next place, unless it is hopeless.
    fn draw(&mut self, places: &[usize]) -> Option<usize> {
        if self.silent >= HOPELESS {
            return None;
        }
        let place = places.get(self.next).copied()?;
        self.next += 1;
        Some(place)
    }

    fn add(&mut self, place: usize, answer: Answer, findings: Vec<Finding>) {
        self.tries = self.tries.saturating_add(1);
        self.silent = if is_silence(&answer) { self.silent.saturating_add(1) } else { 0 };
        if findings.is_empty() {
            self.last = Some(without_body(answer));
            return;
        }
        self.failed = self.failed.saturating_add(1);
        self.again.push(place);
        let class = class(&answer, &findings);
        let known = self.classes.len() < MOST_CLASSES || self.classes.contains_key(&class);
        *self.classes.entry(if known { class } else { "something else".to_owned() }).or_default() += 1;
        if self.shown.as_ref().is_none_or(|(other, _)| place < *other) {
            self.shown = Some((place, answer));
        }
        self.failing.insert(place, findings);
        if self.failing.len() > SHOWN {
            self.failing.pop_last();
        }
    }
}

/// Nothing is there, and the next one will find nothing either, after as long a wait.
fn is_silence(answer: &Answer) -> bool {
    match answer {
        Answer::Failed(failure) => {
            matches!(failure.reason, FailureKind::Dns | FailureKind::NoRoute | FailureKind::Unreachable)
        }
        Answer::Answered(_)
        | Answer::Replied(_)
        | Answer::Containers { .. }
        | Answer::Ran(_)
        | Answer::File(_) => false,
    }
}

/// Of a right answer only its time is of interest.
fn without_body(mut answer: Answer) -> Answer {
    if let Answer::Answered(answered) = &mut answer {
        answered.body.clear();
    }
    answer
}

impl Seen {
    fn take(&mut self, mut round: Round) {
        self.tries = self.tries.saturating_add(round.tries);
        self.failed = self.failed.saturating_add(round.failed);
        round.last = round.last.or(self.round.last.take());
        self.round = round;
    }

    fn observed(self, endpoints: &Endpoints, waited: Duration) -> Observed {
        let Self { tries, failed, round } = self;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let declared = count(endpoints.list.len());
        let failing = round.failing.into_iter().filter_map(|(place, findings)| {
            let Endpoint { method, path, line, .. } = endpoints.list.get(place)?.clone();
            Some(Failing { method, path, line, findings })
        });
        let coverage = Coverage {
            file: endpoints.file.clone(),
            declared,
            right: declared.saturating_sub(count(round.again.len())),
            not_asked: count(round.not_asked),
            failing: failing.collect(),
            classes: round.classes,
        };
        let shown = round.shown.map(|(_, answer)| answer).or(round.last);
        let answers = shown.into_iter().collect();
        Observed {
            tries,
            failed,
            waited: span(waited),
            answers,
            coverage: Some(coverage),
            ..Observed::default()
        }
    }
}
