//! The worker without a client: a clone, a plan, and what comes back line by line.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use shiplane_core::config::CommandRuntime;
use shiplane_core::deploy::journal::{Entry, History};
use shiplane_core::deploy::{
    Ask, Event, HostFacts, Limits, Options, Outcome as End, Plan, Question, Result as Ending, Runtime, Site,
    Strategy, decide,
};
use shiplane_core::duration::Span;
use shiplane_testkit::git::GitRepo;
use shiplane_testkit::process::{Outcome, Run, wait_until};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Puts the version into the file `live`, unless the release says something else.
const RESTART: &str = "echo \"$SHIPLANE_VERSION\" > \"$1\"\n";

/// A host to be.
pub(crate) struct Desk {
    pub(crate) dir: TempDir,
    pub(crate) site: GitRepo,
    /// What the config would have.
    pub(crate) build: Vec<String>,
    pub(crate) stop: Vec<String>,
    pub(crate) options: Options,
    pub(crate) limits: Limits,
    /// Where programs are looked for first.
    pub(crate) programs: Option<PathBuf>,
}

impl Desk {
    /// A clone whose origin is itself: every commit is there already.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let site = GitRepo::init(dir.path().join("site")).unwrap();
        site.git(&["remote", "add", "origin", "."]).unwrap();
        let (long, confirm) = (Span::seconds(20), Span::seconds(20));
        let limits = Limits { fetch: long, build: long, switch: long, budget: Span::seconds(60), confirm };
        let (build, stop, options) = (Vec::new(), Vec::new(), Options::default());
        Self { dir, site, build, stop, options, limits, programs: None }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.site.dir().join(".shiplane")
    }

    /// What serves now, as the restart command left it.
    pub(crate) fn live(&self) -> String {
        fs::read_to_string(self.path("live")).unwrap_or_default().trim().to_owned()
    }

    /// A commit that restarts like this.
    pub(crate) fn commit_with(&self, restart: &str) -> String {
        self.site.write("restart.sh", restart).unwrap();
        self.site.commit("feat: release").unwrap()
    }

    pub(crate) fn commit(&self) -> String {
        self.commit_with(RESTART)
    }

    fn runtime(&self) -> Runtime {
        let live = self.path("live").display().to_string();
        let restart = vec!["sh".to_owned(), "restart.sh".to_owned(), live];
        let (build, stop) = (self.build.clone(), self.stop.clone());
        Runtime::Command(CommandRuntime { build, restart, stop, ..CommandRuntime::default() })
    }

    pub(crate) fn place(&self) -> Site {
        let (path, state_dir) = (self.site.dir().display().to_string(), self.state().display().to_string());
        Site { path, state_dir }
    }

    pub(crate) fn worker(&self, words: &[&str]) -> Run {
        let run = Run::new(PROGRAM).arg("worker").args(words).env("HOME", self.dir.path());
        match &self.programs {
            Some(dir) => run.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", dir.display())),
            None => run,
        }
    }

    pub(crate) fn facts(&self) -> HostFacts {
        let question =
            Question { site: self.place(), strategy: Strategy::Git, runtime: self.runtime(), checkup: None };
        let asked = self.worker(&["facts"]).stdin(serde_json::to_vec(&question).unwrap()).ok().unwrap();
        serde_json::from_str(&asked.stdout).unwrap()
    }

    pub(crate) fn history(&self) -> History {
        History::of(&self.facts().journal)
    }

    /// What the client would send.
    pub(crate) fn plan(&self, commit: &str, version: &str) -> Plan {
        let ask = Ask {
            site: self.place(),
            strategy: Strategy::Git,
            runtime: self.runtime(),
            options: self.options.clone(),
            commit: commit.to_owned(),
            version: Some(version.to_owned()),
            limits: self.limits,
            force: false,
            actor: Some("ada".to_owned()),
            run_url: None,
        };
        decide(&ask, &self.facts()).1
    }

    pub(crate) fn start(&self, plan: &Plan) -> Outcome {
        self.worker(&["start"]).stdin(serde_json::to_vec(plan).unwrap()).run().unwrap()
    }

    pub(crate) fn say(&self, plan: &Plan, word: &str, from: usize) -> Outcome {
        let state = self.state().display().to_string();
        self.worker(&["decide", &state, &plan.run, word, &from.to_string()]).run().unwrap()
    }

    pub(crate) fn follow(&self, run: &str, from: usize) -> Outcome {
        let state = self.state().display().to_string();
        self.worker(&["follow", &state, run, &from.to_string()]).run().unwrap()
    }

    /// Carries a plan out and keeps it.
    pub(crate) fn carry_out(&self, plan: &Plan) -> End {
        let started = self.start(plan);
        let heard = events(&started);
        match heard.last() {
            Some(Event::Switched) => end(&self.say(plan, "confirm", heard.len())),
            _ => end(&started),
        }
    }

    /// Deploys a release that must become live.
    pub(crate) fn deploy(&self, version: &str) -> String {
        let commit = self.commit();
        let end = self.carry_out(&self.plan(&commit, version));
        assert_eq!((end.result, self.live().as_str()), (Ending::Good, version), "{end:?}");
        commit
    }

    /// Starts a plan and leaves its follower running.
    pub(crate) fn spawn(&self, plan: &Plan) -> Child {
        let plan_file = self.path("plan.json");
        fs::write(&plan_file, serde_json::to_vec(plan).unwrap()).unwrap();
        let mut command = self.worker(&["start"]).command();
        let input = fs::File::open(&plan_file).unwrap();
        command.stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    pub(crate) fn events_of(&self, run: &str) -> String {
        fs::read_to_string(self.state().join("runs").join(run).join("events.jsonl")).unwrap_or_default()
    }

    pub(crate) fn wait_for(&self, plan: &Plan, wanted: &str) {
        let said = || self.events_of(&plan.run).contains(wanted).then_some(());
        wait_until(&format!("{wanted} in {}", plan.run), PATIENCE, said).unwrap();
    }

    /// The process that carries the plan out.
    pub(crate) fn process_of(&self, plan: &Plan) -> u32 {
        let wanted = format!("worker\0run\0{}\0", self.state().join("runs").join(&plan.run).display());
        let is_it = |pid: &u32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).ends_with(&wanted)
        };
        let all = fs::read_dir("/proc").unwrap().flatten();
        let mut pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        pids.find(is_it).expect("the run's process")
    }

    /// Ends the process of a run as the kernel does when memory is short.
    pub(crate) fn kill(&self, plan: &Plan) {
        let pid = self.process_of(plan).to_string();
        Run::new("kill").args(["-KILL", &pid]).ok().unwrap();
        // Until it is gone, or nobody but its parent knows of it, the kernel has not freed what it held.
        let state = || fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let is_gone = || (state().is_empty() || state().contains(") Z ")).then_some(());
        wait_until("the worker to be gone", PATIENCE, is_gone).unwrap();
    }

    pub(crate) fn journal(&self) -> Vec<Entry> {
        self.facts().journal
    }
}

/// The events that a worker printed.
#[track_caller]
pub(crate) fn events(outcome: &Outcome) -> Vec<Event> {
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {outcome}"));
    outcome.stdout.lines().map(line).collect()
}

/// How a run ended, by its last event.
#[track_caller]
pub(crate) fn end(outcome: &Outcome) -> End {
    match events(outcome).pop() {
        Some(Event::Finished(end)) => *end,
        other => panic!("the last event is {other:?}\n{outcome}"),
    }
}

/// The codes of what a run found.
pub(crate) fn codes(end: &End) -> Vec<&str> {
    end.findings.iter().map(|finding| finding.code.as_str()).collect()
}
