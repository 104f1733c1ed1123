//! The processes of a server, by what `/proc` says.

use std::fs;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

/// Every process below one, at any depth.
pub(super) fn below(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = processes().filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let (mut found, mut at) = (vec![root], 0);
    while let Some(parent) = found.get(at).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    found.split_off(1)
}

/// Those below one that are servers themselves (`sshd`, `sshd-session`), and not what their users run.
pub(super) fn servers_below(root: u32) -> Vec<u32> {
    let mut servers = below(root);
    servers.retain(|pid| name(*pid).is_some_and(|name| name.starts_with("sshd")));
    servers
}

/// Every process that was started with this variable.
pub(super) fn with_variable(name: &str, value: &Path) -> Vec<u32> {
    let wanted = format!("{name}={}", value.display()).into_bytes();
    let has = |pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted)
    };
    processes().filter(has).collect()
}

/// Sends a signal to each; one that has ended meanwhile needs none.
pub(super) fn signal(pids: &[u32], signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(i32::try_from(*pid).ok()?)) {
        kill_process(pid, signal).ok();
    }
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The fields after the name, which is in brackets and may hold anything.
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

fn name(pid: u32) -> Option<String> {
    fs::read_to_string(format!("/proc/{pid}/comm")).ok()
}
