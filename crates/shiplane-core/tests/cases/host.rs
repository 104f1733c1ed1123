//! Hosts, releases and journals, as the cases of deploy and rollback need them.

use shiplane_core::deploy::journal::{Entry, What};
use shiplane_core::deploy::{
    Ask, Checkout, ComposeTool, Holder, HostFacts, Kind, Limits, Options, Release, Result as Ending, Runtime,
    Site, Stamp, Strategy, Tools,
};
use shiplane_core::duration::Span;
use shiplane_core::report::Finding;

/// 2026-01-05T10:00:00Z.
pub(crate) const NOW: Stamp = Stamp(1_767_607_200_000);

/// A commit's name, as long as one is.
pub(crate) fn commit(letter: char) -> String {
    std::iter::repeat_n(letter, 40).collect()
}

/// The release of a run; its commit is the first letter of the run forty times.
pub(crate) fn release(run: &str) -> Release {
    let letter = run.chars().next().unwrap();
    Release { id: run.to_owned(), commit: commit(letter), version: Some(format!("1.0.{run}")) }
}

pub(crate) fn site() -> Site {
    Site { path: "/srv/shop".to_owned(), state_dir: "/srv/shop/.shiplane".to_owned() }
}

pub(crate) fn compose() -> Runtime {
    Runtime::Compose { files: vec!["docker-compose.yml".to_owned()], project: None }
}

pub(crate) fn limits() -> Limits {
    let second = Span::seconds(1);
    Limits { fetch: second, build: second, switch: second, budget: second, confirm: second }
}

/// A host on which everything is in order.
pub(crate) fn host(journal: Vec<Entry>) -> HostFacts {
    let compose = ComposeTool {
        command: vec!["docker".to_owned(), "compose".to_owned()],
        version: "2.26.1".to_owned(),
    };
    HostFacts {
        now: NOW,
        path_exists: true,
        writable: true,
        checkout: Checkout::At(commit('a')),
        has_origin: true,
        under_way: None,
        dirty: Vec::new(),
        missing_files: Vec::new(),
        tools: Tools {
            git: Some("2.39.5".to_owned()),
            docker: Some("26.1.5".to_owned()),
            compose: Some(compose),
        },
        lock: None,
        left: None,
        journal,
        checkup: None,
    }
}

pub(crate) fn holder() -> Holder {
    let url = Some("https://git.example/org/shop/actions/runs/41".to_owned());
    let (run, actor) = ("run-41".to_owned(), Some("ada".to_owned()));
    Holder { run, since: NOW, actor, run_url: url, fence: 7, ..Holder::default() }
}

pub(crate) fn ask(runtime: Runtime) -> Ask {
    Ask {
        site: site(),
        strategy: Strategy::Git,
        runtime,
        options: Options::default(),
        commit: commit('f'),
        version: Some("1.4.0".to_owned()),
        limits: limits(),
        force: false,
        actor: Some("ada".to_owned()),
        run_url: None,
    }
}

pub(crate) fn entry(run: &str, what: What) -> Entry {
    Entry { at: NOW, run: run.to_owned(), what, fence: 1, actor: None, run_url: None, reason: None }
}

/// A run began: what shall be live, and what was.
pub(crate) fn began(run: &str, kind: Kind, (to, from): (&Release, Option<&Release>)) -> Entry {
    entry(run, What::Began { kind, release: to.clone(), from: from.cloned() })
}

pub(crate) fn ended(run: &str, result: Ending) -> Entry {
    entry(run, What::Ended { result, release: None, phases: Vec::new(), images: Vec::new(), why: None })
}

pub(crate) fn adopted(run: &str) -> Entry {
    entry(run, What::Adopted { release: release(run) })
}

/// A whole deploy.
pub(crate) fn deploy(run: &str, from: Option<&str>, result: Ending) -> Vec<Entry> {
    let from = from.map(release);
    vec![began(run, Kind::Deploy, (&release(run), from.as_ref())), ended(run, result)]
}

/// A whole rollback.
pub(crate) fn back(run: &str, (to, from): (&str, &str), result: Ending) -> Vec<Entry> {
    vec![began(run, Kind::Rollback, (&release(to), Some(&release(from)))), ended(run, result)]
}

pub(crate) fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// The codes of what is not in order.
pub(crate) fn wrong(findings: &[Finding]) -> Vec<&str> {
    let wrong = findings.iter().filter(|finding| finding.level != shiplane_core::report::Level::Ok);
    wrong.map(|finding| finding.code.as_str()).collect()
}
