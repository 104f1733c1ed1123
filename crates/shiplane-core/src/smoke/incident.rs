//! From what was remembered and what was seen now to one alert for an incident, and one word when it is over.

use super::alert_rule::AlertRule;
use super::memory::{Health, Memory, Open, Past, Recalled};
use crate::deploy::Stamp;
use crate::duration::Span;
use crate::notify::{Incident, Turn};
use crate::report::Finding;

/// Good runs in a row that end an incident.
const RECOVER: u32 = 2;

/// Runs in which changes are counted, and changes that are too many.
const FLAP: (usize, usize) = (10, 5);

/// Older runs say nothing about how it is now.
const HORIZON: Span = Span::seconds(24 * 3600);

/// Clocks of several machines differ; what is further ahead was written by one that is wrong.
const SKEW: Span = Span::seconds(300);

/// When runs that follow each other are an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vigilance {
    /// Bad runs that make one.
    pub rule: AlertRule,
    /// Good runs in a row that end it.
    pub recover: u32,
    /// How often runs are scheduled.
    pub every: Option<Span>,
    /// How long it lasts before it is told again.
    pub remind: Option<Span>,
}

impl Default for Vigilance {
    fn default() -> Self {
        Self { rule: AlertRule::default(), recover: RECOVER, every: None, remind: None }
    }
}

/// How it is, with the runs before taken into account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Well.
    Healthy,
    /// Not in order now, and well before: too early to alert.
    Suspect,
    /// Not in order now, and nothing tells that it was ever well.
    Unproven,
    /// Good and bad runs alternate.
    Flapping,
    /// Not well, and told.
    Incident,
    /// Well now, and not for long enough to call the incident over.
    Recovering,
}

impl State {
    /// The word of the output `state`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Suspect | Self::Unproven => "suspect",
            Self::Flapping => "flapping",
            Self::Incident => "incident",
            Self::Recovering => "recovering",
        }
    }
}

/// What a run with a memory comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the next run has to know.
    pub memory: Memory,
    /// How it is.
    pub state: State,
    /// For those who are told.
    pub incident: Incident,
    /// What the reader should know of it.
    pub findings: Vec<Finding>,
}

/// Takes one more run into account. Nothing comes of it where there can be no memory; the findings say why.
pub fn follow(
    recalled: &Recalled,
    subject: &str,
    seen: Past,
    vigilance: &Vigilance,
) -> Result<Standing, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut memory = match recalled {
        Recalled::Known(memory) => memory.clone(),
        Recalled::Nothing => {
            findings.push(first());
            Memory::of(subject)
        }
        Recalled::Damaged(reason) => {
            findings.push(damaged(reason));
            Memory::of(subject)
        }
        Recalled::Foreign(reason) => return Err(vec![foreign(reason)]),
        Recalled::Unreadable(reason) => return Err(vec![unreadable(reason)]),
    };
    findings.extend(forget_future(&mut memory, seen.at));
    findings.extend(late(&memory, seen.at, vigilance));
    memory.add(seen);
    let view = View::of(&memory, vigilance);
    let (state, turn) = step(&memory, &view, vigilance);
    let incident = settle(&mut memory, &view, (seen.at, turn));
    findings.extend(words(state, &incident, &view, vigilance));
    if view.flapping {
        findings.push(flapping(&view));
    }
    memory.flapping = view.flapping;
    Ok(Standing { memory, state, incident, findings })
}

/// What the rule looks at.
struct View {
    seen: Past,
    /// Runs of the window that were not in order, and how many it has.
    not_good: usize,
    window: usize,
    /// The first of them.
    first: Stamp,
    /// Whether a run before this one was good.
    was_good: bool,
    /// Good runs in a row, up to this one, and when they began.
    streak: usize,
    well_since: Stamp,
    changes: usize,
    flapping: bool,
}

impl View {
    fn of(memory: &Memory, vigilance: &Vigilance) -> Self {
        let now = memory.runs.last().map_or_else(Stamp::default, |run| run.at);
        let seen = memory.runs.last().copied().unwrap_or(Past { at: now, health: Health::Unknown });
        let horizon = vigilance.every.map_or(HORIZON, |every| {
            Span(HORIZON.0.max(every.0.saturating_mul(vigilance.rule.of.saturating_add(1))))
        });
        let recent = || memory.runs.iter().rev().take_while(|run| since(run.at, now) <= horizon);
        let window: Vec<&Past> = recent().take(size(vigilance.rule.of)).collect();
        let wrong: Vec<&&Past> = window.iter().filter(|run| run.health != Health::Good).collect();
        let streak: Vec<&Past> =
            memory.runs.iter().rev().take_while(|run| run.health == Health::Good).collect();
        let known: Vec<Health> =
            recent().take(FLAP.0).map(|run| run.health).filter(|health| *health != Health::Unknown).collect();
        let changes = known.iter().zip(known.iter().skip(1)).filter(|(one, next)| one != next).count();
        Self {
            seen,
            not_good: wrong.len(),
            window: window.len(),
            first: wrong.last().map_or(now, |run| run.at.min(now)),
            was_good: recent().skip(1).any(|run| run.health == Health::Good),
            streak: streak.len(),
            well_since: streak.last().map_or(now, |run| run.at.min(now)),
            changes,
            flapping: changes >= FLAP.1,
        }
    }
}

/// How it is now, and what that changes.
fn step(memory: &Memory, view: &View, vigilance: &Vigilance) -> (State, Turn) {
    let good = view.seen.health == Health::Good;
    let reminding = |open: &Open| vigilance.remind.is_some_and(|time| since(open.told, view.seen.at) >= time);
    match &memory.incident {
        // While it flaps, a good run or two are no recovery: they would open the next incident's way.
        Some(_) if good && view.streak >= size(vigilance.recover) && !view.flapping => {
            (State::Healthy, Turn::Recovered)
        }
        Some(_) if good => (State::Recovering, Turn::Ongoing),
        Some(open) if reminding(open) => (State::Incident, Turn::Reminder),
        Some(_) => (State::Incident, Turn::Ongoing),
        None if !good && view.not_good >= size(vigilance.rule.bad) => (State::Incident, Turn::Opened),
        None if view.flapping && !memory.flapping => (State::Flapping, Turn::Flapping),
        None if view.flapping => (State::Flapping, Turn::Suspect),
        None if good => (State::Healthy, Turn::None),
        None if view.was_good => (State::Suspect, Turn::Suspect),
        None => (State::Unproven, Turn::Suspect),
    }
}

/// Writes the change into the memory, and says it to those who are told.
fn settle(memory: &mut Memory, view: &View, (now, turn): (Stamp, Turn)) -> Incident {
    match turn {
        Turn::Opened => {
            memory.incident = Some(Open { id: name(now), since: view.first, told: now });
        }
        Turn::Reminder => {
            if let Some(open) = &mut memory.incident {
                open.told = now;
            }
        }
        Turn::None | Turn::Suspect | Turn::Ongoing | Turn::Recovered | Turn::Flapping => {}
    }
    let open = if turn == Turn::Recovered { memory.incident.take() } else { memory.incident.clone() };
    let end = if turn == Turn::Recovered { view.well_since } else { now };
    Incident {
        turn,
        id: open.as_ref().map_or_else(String::new, |open| open.id.clone()),
        since: open.as_ref().map(|open| open.since),
        lasted: open.as_ref().map(|open| since(open.since, end)),
    }
}

/// `20261121t204149z`: when it was opened.
fn name(now: Stamp) -> String {
    now.to_string().chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

fn since(then: Stamp, now: Stamp) -> Span {
    Span::millis(now.0.saturating_sub(then.0))
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Runs from the future are not before this one.
fn forget_future(memory: &mut Memory, now: Stamp) -> Option<Finding> {
    let latest = Stamp(now.0.saturating_add(u64::try_from(SKEW.0.as_millis()).unwrap_or(u64::MAX)));
    let before = memory.runs.len();
    memory.runs.retain(|run| run.at <= latest);
    if let Some(open) = &mut memory.incident {
        open.since = open.since.min(now);
        open.told = open.told.min(now);
    }
    let gone = before - memory.runs.len();
    (gone > 0).then(|| {
        let noun = if gone == 1 { "run" } else { "runs" };
        Finding::warning(
            "state-from-future",
            format!("{gone} remembered {noun} happened after now, {now}; they are forgotten"),
        )
        .help("set the clocks of the machines that run this right")
    })
}

fn late(memory: &Memory, now: Stamp, vigilance: &Vigilance) -> Option<Finding> {
    let (last, every) = (memory.runs.last()?, vigilance.every?);
    let ago = since(last.at, now);
    let slack = (every.0 / 2).max(std::time::Duration::from_secs(60));
    (ago.0 > every.0.saturating_add(slack)).then(|| {
        let fact = format!("the run before this one was {} ago; one every {every} is expected", ago.brief());
        Finding::warning("schedule-late", fact).help(
            "GitHub delays and drops scheduled runs when it is busy; choose an odd minute, or run it from a timer on a server",
        )
    })
}

fn words(state: State, incident: &Incident, view: &View, vigilance: &Vigilance) -> Option<Finding> {
    let (bad, all, rule) = (view.not_good, view.window, vigilance.rule);
    let id = &incident.id;
    let lasted = incident.lasted.unwrap_or_default().brief();
    match (state, incident.turn) {
        (State::Incident, Turn::Opened) => Some(Finding::warning(
            "incident-opened",
            format!("incident {id}: {bad} of the last {all} runs were not in order; {rule} make an alert"),
        )),
        (State::Incident, Turn::Reminder) => {
            Some(Finding::warning("incident-reminder", format!("incident {id} has lasted for {lasted}")))
        }
        (State::Incident, _) => Some(Finding::warning(
            "incident-ongoing",
            format!("incident {id} has lasted for {lasted}; it was told before"),
        )),
        (State::Recovering, _) => Some(Finding::warning(
            "recovering",
            format!(
                "incident {id}: {} good in a row; {} end it",
                plural(view.streak, "run"),
                vigilance.recover
            ),
        )),
        (State::Healthy, Turn::Recovered) => {
            Some(Finding::ok("incident-recovered", format!("incident {id} is over after {lasted}")))
        }
        (State::Suspect | State::Unproven, _) => Some(Finding::warning(
            "suspect",
            format!("{bad} of the last {all} runs not in order; {rule} make an alert"),
        )),
        (State::Flapping | State::Healthy, _) => None,
    }
}

fn flapping(view: &View) -> Finding {
    let fact = format!("good and bad changed {} times within the last {} runs", view.changes, FLAP.0);
    Finding::warning("flapping", fact)
        .help("look for what is overloaded or restarts; an incident stays open until it is steady")
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}

fn first() -> Finding {
    Finding::ok("state-new", "nothing is remembered yet: this run is the first")
}

fn damaged(reason: &str) -> Finding {
    Finding::warning(
        "state-damaged",
        format!("the state file is put aside, and this run is the first: {reason}"),
    )
    .help("look at the file beside it that ends in .damaged, and at what keeps the file between runs")
}

fn foreign(reason: &str) -> Finding {
    Finding::warning(
        "state-foreign",
        format!("the state file is left alone, and nothing is remembered: {reason}"),
    )
    .help("name a file of its own with --state, or delete this one to begin anew")
}

fn unreadable(reason: &str) -> Finding {
    Finding::warning("state-unreadable", format!("nothing is remembered: {reason}"))
        .help("make the state file readable and writable; until then every bad run is told")
}

/// The finding when what was seen could not be kept.
pub fn not_kept(reason: &str) -> Finding {
    Finding::warning("state-unwritable", format!("this run cannot be remembered: {reason}"))
        .help("make the state file's directory writable; until then every bad run is told")
}
