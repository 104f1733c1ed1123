//! A server with a history. Releases get there by the worker, which is this very binary.

use std::fs;

use shiplane_core::config::CommandRuntime;
use shiplane_core::deploy::{
    Ask, Event, HostFacts, Limits, Options, Question, Runtime, Site, Strategy, decide,
};
use shiplane_core::duration::Span;
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::process::Run;

use shiplane_testkit::ground::Ground;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_rollback");

/// A server on which these versions were live, one after the other; answers their commits, too.
pub(crate) fn with_history(test: &str, versions: &[&str]) -> Option<(Ground, Vec<String>)> {
    let ground = Ground::new(test, PROGRAM)?;
    let commits =
        versions.iter().map(|version| put(&ground, &AppRelease::good(version), "confirm")).collect();
    Some((ground, commits))
}

/// Deploys a release and gives the worker its word; answers the commit.
pub(crate) fn put(ground: &Ground, release: &AppRelease, word: &str) -> String {
    let commit = ground.release(release);
    let runtime = Runtime::Command(CommandRuntime { restart: ground.restart(), ..CommandRuntime::default() });
    let (path, state_dir) = (ground.site().display().to_string(), ground.state().display().to_string());
    let site = Site { path, state_dir: state_dir.clone() };
    let question =
        Question { site: site.clone(), strategy: Strategy::Git, runtime: runtime.clone(), checkup: None };
    let asked = worker(ground, &["facts"]).stdin(serde_json::to_vec(&question).unwrap()).ok().unwrap();
    let facts: HostFacts = serde_json::from_str(&asked.stdout).unwrap();
    let second = Span::seconds(20);
    let limits = Limits { fetch: second, build: second, switch: second, budget: second, confirm: second };
    let version = Some(release.version().to_owned());
    let commit_asked = commit.clone();
    let ask = Ask {
        site,
        strategy: Strategy::Git,
        runtime,
        options: Options::default(),
        commit: commit_asked,
        version,
        limits,
        force: true,
        actor: None,
        run_url: None,
    };
    let (_, plan) = decide(&ask, &facts);
    let started = worker(ground, &["start"]).stdin(serde_json::to_vec(&plan).unwrap()).ok().unwrap();
    let last = started.stdout.lines().last().unwrap();
    assert_eq!(serde_json::from_str::<Event>(last).unwrap(), Event::Switched, "{started}");
    if word != "none" {
        worker(ground, &["decide", &state_dir, &plan.run, word, "0"]).ok().unwrap();
    }
    commit
}

fn worker(ground: &Ground, words: &[&str]) -> Run {
    Run::new(PROGRAM).arg("worker").args(words).env("HOME", ground.sshd.home())
}

/// Lets every restart fail from now on.
pub(crate) fn break_restarts(ground: &Ground) {
    let (good, bad) = (serde_json::to_string(&ground.restart()).unwrap(), r#"["false"]"#);
    ground.config(&ground.config_text().replace(&good, bad));
}

/// Ends the process of the newest run as the kernel does when memory is short.
pub(crate) fn kill_newest_run(ground: &Ground) {
    Run::new("kill").args(["-KILL", &run_process(ground).to_string()]).ok().unwrap();
}

/// The process of the newest run.
pub(crate) fn run_process(ground: &Ground) -> u32 {
    let wanted = format!("worker\0run\0{}\0", ground.runs().pop().unwrap().display());
    let is_it = |pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).ends_with(&wanted)
    };
    let all = fs::read_dir("/proc").unwrap().flatten();
    let mut pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.find(is_it).unwrap()
}

/// How many releases have their directory.
pub(crate) fn trees(ground: &Ground) -> usize {
    let releases = fs::read_dir(ground.state().join("releases")).unwrap().flatten();
    releases.filter(|release| release.path().join("tree").is_dir()).count()
}
