//! The proof of a release: what the public address answers, from here, on fresh connections.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use futures_util::future::join_all;
use shiplane_core::fault::Fault;
use shiplane_core::foreign::clip;
use shiplane_core::report::{Excerpt, Finding, Level};
use shiplane_core::smoke::{Answer, many_failures, read_version};

use crate::ask::{Ask, Asker};
use crate::configured::{From, Named};
use crate::dial::Dialer;
use crate::get::Get;
use crate::paths;
use crate::probe::Prober;
use crate::wait::{Attempt, Outcome, wait_until};

/// Lines of a wrong answer that are worth showing.
const BODY_LINES: usize = 20;

/// Changes that are told; a service that flaps has many.
const MOST_LINES: u32 = 20;

/// How much of a version is shown, in characters.
const SHOWN: usize = 40;

/// What every probe saw.
#[derive(Debug)]
pub struct Proof {
    probes: Vec<(String, Result<Outcome, Fault>)>,
    warnings: Vec<Finding>,
    /// Logs of the services that are not well.
    logs: Vec<Excerpt>,
}

/// Asks all probes side by side, each until it is ready or its time is up.
pub async fn prove(probes: &[Named], on_line: impl FnMut(&str)) -> Proof {
    let on_line = RefCell::new(on_line);
    let one =
        async |named: &Named| (named.name.clone(), observe(named, |line| on_line.borrow_mut()(line)).await);
    let results = join_all(probes.iter().map(one)).await;
    Proof::of(probes, results, Vec::new())
}

/// Asks one probe until it is ready or its time is up, and tells only what is new: a hundred refused connections
/// are one line.
pub async fn observe(named: &Named, on_line: impl FnMut(&str)) -> Result<Outcome, Fault> {
    if let From::Host(host) = &named.from {
        let fact = format!("{} is asked from {host}, and there is no way to it here", named.name);
        return Err(Fault::could_not("host-not-asked", fact));
    }
    if let (Ask::Http(get), Some(list)) = (&named.probe.ask, &named.endpoints) {
        return paths::observe(get, list, named, on_line).await;
    }
    match &named.probe.ask {
        Ask::Http(get) => Ok(observe_by(&Prober::new(Get::clone(get))?, named, on_line).await),
        Ask::Dial(dial) => Ok(observe_by(&Dialer::new(dial.clone())?, named, on_line).await),
        Ask::Host(_) => {
            let fact = format!("{} asks the host itself, and nobody is there to do it", named.name);
            Err(Fault::could_not("host-not-asked", fact))
        }
    }
}

/// The same, asked by somebody in particular.
pub async fn observe_by(asker: &impl Asker, named: &Named, mut on_line: impl FnMut(&str)) -> Outcome {
    let (mut said, mut lines, mut versions) = (String::new(), 0_u32, BTreeMap::<String, u32>::new());
    let tell = |attempt: &Attempt<'_>| {
        if let (Some(at), Answer::Answered(answered)) = (&named.version_at, attempt.answer)
            && let Ok(version) = read_version(at, answered)
        {
            *versions.entry(version).or_default() += 1;
        }
        let wrong: Vec<&str> = attempt.findings.iter().map(|finding| finding.fact.as_str()).collect();
        if attempt.class == said {
            return;
        }
        attempt.class.clone_into(&mut said);
        lines += 1;
        let now = if wrong.is_empty() { "a right answer".to_owned() } else { wrong.join("; ") };
        match lines.cmp(&MOST_LINES) {
            Ordering::Less => on_line(&format!("{}: try {}: {now}", named.name, attempt.number)),
            Ordering::Equal => on_line(&format!("{}: it changes again and again", named.name)),
            Ordering::Greater => {}
        }
    };
    let mut outcome = wait_until(asker, (&named.probe.expectation, &named.policy), tell).await;
    for finding in outcome.findings.iter_mut().filter(|finding| finding.code == "wrong-version") {
        finding.fact = format!("{}; answers so far: {}", finding.fact, counted(&versions));
    }
    if outcome.ready {
        outcome.findings.extend(many_failures(named.max_failed, &outcome.observed));
    }
    outcome
}

/// Which version answered how often.
fn counted(versions: &BTreeMap<String, u32>) -> String {
    let shown: Vec<String> =
        versions.iter().map(|(version, count)| format!("{} of {}", count, clip(version, SHOWN))).collect();
    shown.join(", ")
}

impl Proof {
    /// What was seen of these probes, by whomever, with the logs that tell why.
    pub fn of(asked: &[Named], probes: Vec<(String, Result<Outcome, Fault>)>, logs: Vec<Excerpt>) -> Self {
        let warnings = asked.iter().flat_map(Named::warnings).collect();
        Self { probes, warnings, logs }
    }

    /// Both, as one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.probes.extend(other.probes);
        self.warnings.extend(other.warnings);
        self.logs.extend(other.logs);
        self
    }

    /// Every probe was right, often enough in a row. What could not be asked has not passed.
    pub fn passed(&self) -> bool {
        self.probes.iter().all(|(_, result)| result.as_ref().is_ok_and(|outcome| outcome.ready))
    }

    /// For the phase.
    pub fn level(&self) -> Level {
        if self.passed() { Level::Ok } else { Level::Fail }
    }

    /// For the phase, in a few words.
    pub fn note(&self) -> String {
        let ready =
            self.probes.iter().filter(|(_, result)| result.as_ref().is_ok_and(|outcome| outcome.ready));
        format!("{} of {} probes in order", ready.count(), self.probes.len())
    }

    /// One for every probe that was right, and every reason why another was not.
    pub fn findings(&self) -> Vec<Finding> {
        let found = self.probes.iter().flat_map(|(name, result)| findings(name, result));
        found.chain(self.warnings.iter().cloned()).collect()
    }

    /// The last wrong answers.
    pub fn excerpts(&self) -> Vec<Excerpt> {
        let wrong = self.probes.iter().filter_map(|(name, result)| match result {
            Ok(outcome) if !outcome.ready => Some((name, outcome.observed.last()?)),
            Ok(_) | Err(_) => None,
        });
        wrong
            .filter_map(|(name, answer)| match answer {
                Answer::Answered(answered) => {
                    let text = format!("HTTP {}\n{}", answered.status, answered.body);
                    Some(Excerpt::tail(format!("last answer of {name}"), &text, BODY_LINES))
                }
                Answer::Ran(ran) => Some(Excerpt::tail(format!("output of {name}"), &ran.output, BODY_LINES)),
                Answer::File(file) if !file.tail.is_empty() => {
                    Some(Excerpt::tail(format!("end of {}", file.path), &file.tail, BODY_LINES))
                }
                Answer::Failed(_) | Answer::Replied(_) | Answer::Containers { .. } | Answer::File(_) => None,
            })
            .chain(self.logs.iter().cloned())
            .collect()
    }
}

fn findings(name: &str, result: &Result<Outcome, Fault>) -> Vec<Finding> {
    match result {
        Err(fault) => vec![Finding::unknown(fault.code, format!("{name}: {fault}"))],
        Ok(outcome) => {
            let (tries, waited) = (outcome.observed.tries, outcome.observed.waited.0.as_secs_f64());
            let effort = format!("{tries} tries in {waited:.1} s");
            let course = outcome.observed.course.told().filter(|_| !outcome.ready && tries > 1);
            let effort = course.map_or(effort.clone(), |course| format!("{effort}: {course}"));
            let proven = outcome.ready.then(|| match &outcome.observed.coverage {
                Some(coverage) => Finding::ok("proven", format!("{name}: {}, {effort}", coverage.told())),
                None => Finding::ok("proven", format!("{name}: right answers in a row, {effort}")),
            });
            let named = |(number, finding): (usize, &Finding)| {
                let effort = if number == 0 { format!(" ({effort})") } else { String::new() };
                Finding { fact: format!("{name}: {}{effort}", finding.fact), ..finding.clone() }
            };
            proven.into_iter().chain(outcome.findings.iter().enumerate().map(named)).collect()
        }
    }
}
