//! Logs of a project's containers, the ended and the dying ones included.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use shiplane_core::deploy::masks::Masks;
use shiplane_core::deploy::restart::unknown_services;
use shiplane_core::deploy::{LogsQuestion, Release};
use shiplane_core::report::Finding;

use super::say::Say;
use crate::compose::{Compose, environment_of};

/// How often a follower looks for containers that are new or started again.
const LOOK: Duration = Duration::from_millis(500);

/// Longest time for a question to the daemon.
const QUICK: Duration = Duration::from_secs(30);

/// What this process has started. They are ended by their own ids, and never wait for one another.
static STARTED: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Ends everything that was started here, and then this process.
#[expect(
    clippy::exit,
    reason = "called from a thread of its own while others wait for lines that may never come"
)]
pub(super) fn end_all() {
    let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    for id in started.iter() {
        if let Some(pid) = i32::try_from(*id).ok().and_then(Pid::from_raw) {
            // It may have ended by itself meanwhile.
            kill_process(pid, Signal::KILL).ok();
        }
    }
    std::process::exit(0);
}

/// One container whose log is wanted.
#[derive(Clone, Debug)]
struct Source {
    id: String,
    service: String,
    /// Since when it runs; a container that was started again has more to say.
    started: String,
}

/// Prints each service's lines; or all of them as they come, until the asker goes away.
pub(super) fn print(
    question: &LogsQuestion,
    (compose, live): (&Compose, Option<&Release>),
    say: &Say,
) -> anyhow::Result<()> {
    let project = compose.project_now(live);
    let all = compose.inspected(&project, QUICK)?;
    hide(&all, say);
    if let Some(finding) = unknown(question, (compose, live), &all)? {
        say.note(finding);
        return Ok(());
    }
    let sources = sources(question, &all);
    if sources.is_empty() {
        let fact = format!("the project {project} has no containers, so there is no log");
        let help = "`ssh-deploy status` tells what runs; `--run last` shows what the last run said";
        say.note(Finding::fail("no-containers", fact).help(help));
        return Ok(());
    }
    if question.follow {
        return follow(question, (compose, &project), say);
    }
    for source in &sources {
        let share = share(question, &sources, source);
        let last = read(question, (source, share), None, say)?;
        if let Some(why) = last.failed {
            let fact = format!("the log of {} cannot be read: {why}", source.service);
            let help =
                "the service's logging driver must keep lines on the host: json-file, local or journald";
            say.note(Finding::unknown("log-unreadable", fact).help(help));
        }
    }
    Ok(())
}

/// A service without a container may still be one of the project.
fn unknown(
    question: &LogsQuestion,
    (compose, live): (&Compose, Option<&Release>),
    all: &[Value],
) -> anyhow::Result<Option<Finding>> {
    let has = |name: &String| all.iter().filter_map(service).any(|service| service == *name);
    if question.services.iter().all(has) {
        return Ok(None);
    }
    let mut standing = compose.standing(live)?;
    let known = standing.services.iter().map(|service| service.name.clone()).collect::<Vec<_>>();
    let more = all.iter().filter_map(service).filter(|name| !known.contains(name));
    let more = more.map(|name| shiplane_core::deploy::Expected { name, expected: false }).collect::<Vec<_>>();
    standing.services.extend(more);
    Ok(unknown_services(&question.services, &standing))
}

fn service(value: &Value) -> Option<String> {
    value.pointer("/Config/Labels/com.docker.compose.service")?.as_str().map(str::to_owned)
}

/// What the containers were started with is as secret as the file that it came from.
fn hide(all: &[Value], say: &Say) {
    let pairs: Vec<(String, String)> = all.iter().flat_map(environment_of).collect();
    say.hide(Masks::of(&pairs));
}

fn sources(question: &LogsQuestion, all: &[Value]) -> Vec<Source> {
    let text =
        |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let source = |value: &Value| {
        let started = text(value, "/State/StartedAt").unwrap_or_default();
        Some(Source { id: text(value, "/Id")?, service: service(value)?, started })
    };
    let wanted = |it: &Source| question.services.is_empty() || question.services.contains(&it.service);
    let mut sources: Vec<Source> = all.iter().filter_map(source).filter(wanted).collect();
    sources.sort_by(|one, other| one.service.cmp(&other.service).then_with(|| one.id.cmp(&other.id)));
    sources
}

/// The lines of a service are shared by its containers.
fn share(question: &LogsQuestion, sources: &[Source], source: &Source) -> Option<u32> {
    let many = sources.iter().filter(|other| other.service == source.service).count();
    let many = u32::try_from(many).unwrap_or(u32::MAX).max(1);
    question.lines.map(|lines| (lines / many).max(1))
}

/// How a log came to its end.
struct Last {
    /// The time of the last line, in the daemon's words.
    at: Option<String>,
    /// Why it could not be read.
    failed: Option<String>,
}

/// Prints one container's log to its end. With `after`, only what is newer.
fn read(
    question: &LogsQuestion,
    (source, lines): (&Source, Option<u32>),
    after: Option<&str>,
    say: &Say,
) -> anyhow::Result<Last> {
    let (mut child, reader) = start(question, (source, lines), after)?;
    let (mut reader, mut line) = (BufReader::new(reader), Vec::new());
    let (mut at, mut unstamped) = (after.map(str::to_owned), None);
    while reader.read_until(b'\n', &mut line).context("read a log")? > 0 {
        match split(&line) {
            Some((time, _)) if after.is_some_and(|after| time <= after) => {}
            Some((time, text)) => {
                say.line(&source.service, if question.timestamps { &line } else { text });
                at = Some(time.to_owned());
            }
            // Not the log: what docker itself has to say.
            None => unstamped = Some(String::from_utf8_lossy(&line).trim().to_owned()),
        }
        line.clear();
    }
    let status = child.wait().context("wait for docker logs")?;
    forget(child.id());
    let failed = (!status.success()).then(|| unstamped.unwrap_or_else(|| format!("docker logs: {status}")));
    Ok(Last { at, failed })
}

/// Both streams through one pipe, which keeps them in the order in which docker tells them.
fn start(
    question: &LogsQuestion,
    (source, lines): (&Source, Option<u32>),
    after: Option<&str>,
) -> anyhow::Result<(Child, std::io::PipeReader)> {
    let (reader, writer) = std::io::pipe().context("make a pipe")?;
    let mut command = Command::new("docker");
    command.args(["logs", "--timestamps", "--tail"]);
    command.arg(lines.filter(|_| after.is_none()).map_or("all".to_owned(), |lines| lines.to_string()));
    match (after, question.since) {
        (Some(after), _) => command.args(["--since", after]),
        (None, Some(since)) => command.args(["--since", &format!("{}s", since.0.as_secs())]),
        (None, None) => &mut command,
    };
    if question.follow {
        command.arg("--follow");
    }
    command
        .arg(&source.id)
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("share a pipe")?)
        .stderr(writer);
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn().context("start docker logs")?;
    started.push(child.id());
    Ok((child, reader))
}

fn forget(id: u32) {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner).retain(|started| *started != id);
}

/// `2026-01-05T10:00:00.000000000Z text`: the daemon's times have one length, so they can be compared as text.
fn split(line: &[u8]) -> Option<(&str, &[u8])> {
    let space = line.iter().take(40).position(|byte| matches!(byte, b' ' | b'\n'))?;
    let (time, rest) = line.split_at_checked(space)?;
    let time = std::str::from_utf8(time).ok().filter(|time| time.len() >= 20 && time.contains('T'))?;
    shiplane_core::deploy::Stamp::parse(time)?;
    Some((time, rest.get(1..).unwrap_or_default()))
}

/// What a follower knows of a container.
#[derive(Clone, Default)]
struct Heard {
    /// While its log is read.
    busy: bool,
    started: String,
    at: Option<String>,
}

/// A thread for each container; one that was started again, or is new, gets another.
fn follow(question: &LogsQuestion, (compose, project): (&Compose, &str), say: &Say) -> anyhow::Result<()> {
    let known: Arc<Mutex<BTreeMap<String, Heard>>> = Arc::default();
    thread::scope(|scope| {
        let mut first = true;
        loop {
            // A daemon that is being restarted says nothing for a while.
            let all = compose.inspected(project, QUICK).unwrap_or_default();
            hide(&all, say);
            let sources = sources(question, &all);
            for source in &sources {
                let mut held = known.lock().unwrap_or_else(PoisonError::into_inner);
                let heard = held.entry(source.id.clone()).or_default();
                if heard.busy || heard.started == source.started {
                    continue;
                }
                let (after, lines) = (heard.at.clone(), share(question, &sources, source).filter(|_| first));
                *heard = Heard { busy: true, started: source.started.clone(), at: after.clone() };
                drop(held);
                let (source, known) = (source.clone(), Arc::clone(&known));
                scope.spawn(move || {
                    let last = read(question, (&source, lines), after.as_deref(), say);
                    let mut held = known.lock().unwrap_or_else(PoisonError::into_inner);
                    let heard = held.entry(source.id).or_default();
                    heard.busy = false;
                    heard.at = last.ok().and_then(|last| last.at).or(after);
                });
            }
            first = false;
            thread::sleep(LOOK);
        }
    })
}
