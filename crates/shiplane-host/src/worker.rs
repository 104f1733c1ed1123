//! The worker's own commands: `hello`, `facts`, `start`, `follow`, `decide`, `attend`, `stop`, `unlock`, and `run`,
//! which nobody calls by hand.
//!
//! `start` leaves a process behind that has a session of its own, so that neither a lost connection nor a closed
//! terminal ends it. What that process says goes into a file; `follow` reads it, from any line on, as often as needed.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::Serialize;
use shiplane_core::deploy::{Decision, Event, Kind, Plan};

use crate::events::{self, EventLog, EventReader};
use crate::leash::STOP;
use crate::run::{ATTENDED, DECISION, carry_out};
use crate::spare;
use crate::state::{self, StateDir, is_plain_name};
use crate::{old_runs, old_workers, reserve};

/// The file that a run keeps locked while it lives.
const ALIVE: &str = "alive";

/// `follow` ends with this when the run is gone and has not said how it ended.
const CUT_OFF: u8 = 3;

/// `follow` ends with this when there never was such a run.
const NOT_BEGUN: u8 = 4;

/// Longest time from `start` until the run is there.
const BIRTH: Duration = Duration::from_secs(10);

/// When this process was called as `<binary> worker …`, does the work and says how to exit.
pub fn called_as_worker() -> Option<ExitCode> {
    let mut args = std::env::args().skip(1);
    if args.next()? != "worker" {
        return None;
    }
    let words: Vec<String> = args.collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Some(dispatch(&words).unwrap_or_else(|error| {
        writeln!(std::io::stderr(), "{error:#}").ok();
        ExitCode::FAILURE
    }))
}

fn dispatch(words: &[&str]) -> anyhow::Result<ExitCode> {
    match words {
        ["hello"] => print(&serde_json::json!({ "worker": env!("CARGO_PKG_VERSION") })),
        ["unlock"] => print(&crate::unlock::unlock(&read_input("word")?)?),
        ["stop", state_dir, run] => stop(state_dir, run),
        ["backup"] => crate::backup::carry_out(),
        ["backups"] => print(&crate::backup::list(&read_input("question")?)?),
        ["facts"] => print(&crate::facts::gather(&read_input("question")?)?),
        ["standing"] => print(&crate::standing::gather(&read_input("question")?)?),
        ["rollout-look"] => print(&crate::rollout::look(&read_input("question")?)?),
        ["rollout-apply"] => print(&crate::rollout::apply(&read_input("question")?)?),
        ["setup"] => print(&crate::setup::prepare(read_input("question")?)?),
        ["logs"] => crate::logs::print(),
        ["parts"] => print(&crate::parts::look(&read_input("question")?)?),
        ["take-over"] => print(&crate::take_over::take_over(&read_input("question")?)?),
        ["preview-make"] => print(&crate::preview::make(&read_input("preview")?)?),
        ["preview-list"] => print(&crate::preview::list(&read_input("preview")?)?),
        ["preview-remove"] => print(&crate::preview::remove(&read_input("preview")?)?),
        ["stock"] => print(&crate::docker::stock()?),
        ["load"] => print(&crate::intake::take(std::io::stdin())?),
        ["manifest"] => print(&crate::base::answer(&read_input("site")?)?),
        ["receive"] => print(&crate::receive::receive(std::io::stdin().lock())?),
        ["start"] => start(&read_input("plan")?),
        ["follow", state_dir, run, from] => {
            follow(&run_dir(state_dir, run)?, from.parse().context("read a number")?)
        }
        ["decide", state_dir, run, word, from] => {
            let decision: Decision = serde_json::from_value((*word).into()).context("read a decision")?;
            let dir = run_dir(state_dir, run)?;
            let text = serde_json::to_string(&decision)?;
            // On a full disk the run's own reserve has room for the word.
            while let Err(error) = state::write(&dir.join(DECISION), &text) {
                if !reserve::give(&dir) {
                    return Err(error);
                }
            }
            follow(&dir, from.parse().context("read a number")?)
        }
        ["attend", state_dir, run] => {
            let dir = run_dir(state_dir, run)?;
            state::write(&dir.join(ATTENDED), "")?;
            print(&is_alive(&dir)?)
        }
        ["run", dir] => run(&PathBuf::from(dir)),
        _ => bail!("the worker does not know `{}`", words.join(" ")),
    }
}

/// Keeps the plan, leaves a run behind, and follows it.
fn start(plan: &Plan) -> anyhow::Result<ExitCode> {
    let dir = run_dir(&plan.site.state_dir, &plan.run)?;
    if !is_plain_name(&plan.release.id) {
        bail!("`{}` is no name of a release", plan.release.id);
    }
    let state = StateDir::new(&plan.site.state_dir);
    state.prepare()?;
    state::make(&state.runs())?;
    if !state::make_new(&dir)? {
        bail!("a run named {} exists already", plan.run);
    }
    if plan.kind == Kind::Rollback {
        spare::give_up_if_tight(state.path());
    }
    state::write(&dir.join("plan.json"), &serde_json::to_string_pretty(plan)?)?;
    let errors = File::create(dir.join("worker.log")).context("make the worker's log")?;
    Command::new(std::env::current_exe().context("find the worker's own file")?)
        .args(["worker", "run"])
        .arg(&dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors)
        .current_dir("/")
        .spawn()
        .context("start the run")?;
    let born = Instant::now();
    while !events::path(&dir).exists() {
        if born.elapsed() > BIRTH {
            let log = std::fs::read_to_string(dir.join("worker.log")).unwrap_or_default();
            bail!("the run did not begin within {BIRTH:?}: {}", log.trim());
        }
        thread::sleep(Duration::from_millis(5));
    }
    follow(&dir, 0)
}

/// The run itself. From here on nobody holds its hand.
fn run(dir: &std::path::Path) -> anyhow::Result<ExitCode> {
    // A process group leader cannot become a session leader, and then has a group of its own in any case.
    rustix::process::setsid().ok();
    let alive = File::create(dir.join(ALIVE)).context("make the sign of life")?;
    alive.lock().context("lock the sign of life")?;
    let text = std::fs::read_to_string(dir.join("plan.json")).context("read the plan")?;
    let plan: Plan = serde_json::from_str(&text).context("read the plan")?;
    let log = EventLog::create(dir)?;
    let outcome = carry_out(&plan, &log);
    log.say(&Event::Finished(Box::new(outcome)));
    reserve::free(dir);
    // Nobody waits for this, and what cannot be removed is not worth a word.
    old_runs::remove(&StateDir::new(&plan.site.state_dir)).ok();
    old_workers::remove().ok();
    Ok(ExitCode::SUCCESS)
}

/// Tells a run to stop, in whatever phase before the switch it is; says whether it has begun. Where there is no such
/// run yet, its name is taken, so that there will be none.
fn stop(state_dir: &str, run: &str) -> anyhow::Result<ExitCode> {
    let dir = run_dir(state_dir, run)?;
    let state = StateDir::new(state_dir);
    state.prepare()?;
    state::make(&state.runs())?;
    let begun = !state::make_new(&dir)?;
    File::create(dir.join(STOP)).context("tell the run to stop")?;
    print(&serde_json::json!({ "begun": begun }))
}

/// Prints the run's events from a line on, until it waits for the client's word or has ended.
fn follow(dir: &std::path::Path, from: usize) -> anyhow::Result<ExitCode> {
    let (mut out, mut events) = (std::io::stdout(), EventReader::from(dir, from));
    loop {
        let alive = is_alive(dir)?;
        let lines = events.more()?;
        for line in &lines {
            writeln!(out, "{line}").context("print an event")?;
        }
        out.flush().context("print events")?;
        match lines.last().and_then(|line| serde_json::from_str(line).ok()) {
            Some(Event::Finished(_)) => return Ok(ExitCode::SUCCESS),
            Some(Event::Held) if decision(dir).is_none() => return Ok(ExitCode::SUCCESS),
            Some(Event::Switched) if matches!(decision(dir), None | Some(Decision::Proceed)) => {
                return Ok(ExitCode::SUCCESS);
            }
            Some(Event::Held | Event::Switched | Event::Began(_) | Event::Line(_) | Event::Ended(_)) => {}
            None if !alive => return ended(dir),
            None => {}
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// The client's last word.
fn decision(dir: &std::path::Path) -> Option<Decision> {
    serde_json::from_str(&std::fs::read_to_string(dir.join(DECISION)).ok()?).ok()
}

/// The run is gone and everything it said from the given line on is printed: did it say how it ended?
fn ended(dir: &std::path::Path) -> anyhow::Result<ExitCode> {
    if !dir.exists() {
        return Ok(ExitCode::from(NOT_BEGUN));
    }
    let last = EventReader::from(dir, 0).more()?.pop().and_then(|line| serde_json::from_str(&line).ok());
    Ok(match last {
        Some(Event::Finished(_)) => ExitCode::SUCCESS,
        Some(Event::Held | Event::Switched | Event::Began(_) | Event::Line(_) | Event::Ended(_)) | None => {
            ExitCode::from(CUT_OFF)
        }
    })
}

/// Whether the run's process lives: it keeps its sign of life locked, and the kernel frees the lock with it.
pub(crate) fn is_alive(dir: &std::path::Path) -> anyhow::Result<bool> {
    let Ok(file) = File::open(dir.join(ALIVE)) else { return Ok(false) };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error).context("look for the sign of life"),
    }
}

/// A run's directory; its name came over the wire.
fn run_dir(state_dir: &str, run: &str) -> anyhow::Result<PathBuf> {
    if !is_plain_name(run) {
        bail!("`{run}` is no name of a run");
    }
    Ok(StateDir::new(state_dir).run(run))
}

fn read_input<T: serde::de::DeserializeOwned>(what: &str) -> anyhow::Result<T> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).with_context(|| format!("read a {what}"))?;
    serde_json::from_str(&text).with_context(|| format!("read a {what}"))
}

fn print(value: &impl Serialize) -> anyhow::Result<ExitCode> {
    writeln!(std::io::stdout(), "{}", serde_json::to_string(value)?).context("print an answer")?;
    Ok(ExitCode::SUCCESS)
}
