//! Processes as the kernel tells of them in /proc (proc(5)).

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use shiplane_core::deploy::Process;

/// Longest time for a process to go that was killed; one that hangs in the kernel stays longer.
const GOING: Duration = Duration::from_secs(3);

/// One process, as it is right now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alive {
    pub(crate) process: Process,
    pub(crate) group: u32,
    pub(crate) session: u32,
    /// Stopped by a signal or a debugger.
    pub(crate) stopped: bool,
}

/// The process of that number, unless it has ended. One that nobody collected has.
pub(crate) fn look(pid: u32) -> Option<Alive> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything, brackets and spaces included.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    let state = *fields.first()?;
    if matches!(state, "Z" | "X" | "x") {
        return None;
    }
    Some(Alive {
        process: Process { pid, started: number(19)? },
        group: u32::try_from(number(2)?).ok()?,
        session: u32::try_from(number(3)?).ok()?,
        stopped: matches!(state, "T" | "t"),
    })
}

/// Whether that very process lives, and not a later one of its number.
pub(crate) fn lives(process: Process) -> bool {
    look(process.pid).is_some_and(|alive| alive.process == process)
}

/// This process.
pub(crate) fn own() -> Option<Process> {
    look(std::process::id()).map(|alive| alive.process)
}

/// Every process that lives.
pub(crate) fn all() -> Vec<Alive> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| look(entry.file_name().to_str()?.parse().ok()?)).collect()
}

/// Whether a process was started with this variable.
pub(crate) fn has_variable(pid: u32, name: &str, value: &str) -> bool {
    let wanted = format!("{name}={value}");
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes())
}

/// Whether anybody is left in a group, be it one that nobody collected.
pub(crate) fn has_members(group: u32) -> bool {
    pid(group).is_some_and(|group| test_kill_process_group(group).is_ok())
}

/// Ends that very process and waits until it is gone; says whether it is.
pub(crate) fn end(process: Process) -> bool {
    if lives(process)
        && let Some(pid) = pid(process.pid)
    {
        kill_process(pid, Signal::KILL).ok();
    }
    gone(&[process])
}

/// Ends a whole group.
pub(crate) fn end_group(group: u32) {
    if let Some(group) = pid(group) {
        kill_process_group(group, Signal::KILL).ok();
    }
}

/// Waits until all of them are gone; says whether they are.
pub(crate) fn gone(processes: &[Process]) -> bool {
    let begun = Instant::now();
    while processes.iter().any(|process| lives(*process)) {
        if begun.elapsed() > GOING {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}

fn pid(number: u32) -> Option<Pid> {
    i32::try_from(number).ok().filter(|number| *number > 1).and_then(Pid::from_raw)
}
