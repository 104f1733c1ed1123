//! May this release be deployed to that host, by what the host said?

use super::doctor;
use super::facts::{Checkout, HostFacts, Question};
use super::holder::locked;
use super::journal::History;
use super::plan::{Kind, Limits, Options, Plan, Site};
use super::release::{Release, Runtime};
use super::stamp::release_id;
use super::steps::steps;
use super::strategy::Strategy;
use crate::command::quote;
use crate::report::Finding;

/// What the client asks for, every default settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Where on the host.
    pub site: Site,
    /// How the release gets there.
    pub strategy: Strategy,
    /// What builds and runs a release there.
    pub runtime: Runtime,
    /// How the steps are done.
    pub options: Options,
    /// The commit, as it was given.
    pub commit: String,
    /// The version that it calls itself.
    pub version: Option<String>,
    /// How long the steps may take.
    pub limits: Limits,
    /// Go on in spite of quarantine or age.
    pub force: bool,
    /// Who asks.
    pub actor: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
}

/// One rule about a host.
type Rule = fn(&Ask, &HostFacts) -> Vec<Finding>;

const RULES: [Rule; 10] =
    [path, repository, edits, tools, health, lock, unsettled, already_live, older_version, quarantine];

/// Every reason at once, and a plan that is worth carrying out when none of them is a failure.
pub fn decide(ask: &Ask, facts: &HostFacts) -> (Vec<Finding>, Plan) {
    let findings = RULES.iter().flat_map(|rule| rule(ask, facts)).collect();
    let run = release_id(facts.now, &ask.commit);
    let release = Release { id: run.clone(), commit: ask.commit.clone(), version: ask.version.clone() };
    let plan = Plan {
        run,
        kind: Kind::Deploy,
        site: ask.site.clone(),
        release,
        strategy: ask.strategy.clone(),
        steps: steps(Kind::Deploy, &ask.strategy, &ask.runtime, &ask.options),
        options: Options { compose: facts.tools.compose.clone(), ..ask.options.clone() },
        runtime: ask.runtime.clone(),
        live: History::of(&facts.journal).live,
        limits: ask.limits,
        force: ask.force,
        actor: ask.actor.clone(),
        run_url: ask.run_url.clone(),
        reason: None,
    };
    (findings, plan)
}

fn path(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    let finding = place(&ask.site.path, facts);
    match &ask.strategy {
        Strategy::Files(_) | Strategy::Image { .. } if !facts.path_exists => {
            vec![finding.help(format!("on the host: mkdir -p {}", quote(&ask.site.path)))]
        }
        Strategy::Git | Strategy::Files(_) | Strategy::Image { .. } => vec![finding],
    }
}

/// The finding about the directory itself.
pub(crate) fn place(path: &str, facts: &HostFacts) -> Finding {
    if !facts.path_exists {
        let fact = format!("{path} is no directory on the host");
        return Finding::fail("path-missing", fact)
            .help(format!("on the host: git clone <repository> {path}"));
    }
    if !facts.writable {
        let fact = format!("{path} cannot be written by this user");
        return Finding::fail("path-not-writable", fact).help("give the directory to the deploying user");
    }
    Finding::ok("path", format!("{path} is there and writable"))
}

fn repository(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    if !facts.path_exists || ask.strategy != Strategy::Git {
        return Vec::new();
    }
    vec![checkout(&ask.site.path, facts)]
}

/// The finding about a directory that should be a clone.
pub(crate) fn checkout(path: &str, facts: &HostFacts) -> Finding {
    match (&facts.checkout, facts.has_origin) {
        (Checkout::Missing, _) => Finding::fail("no-repository", format!("{path} is no git checkout"))
            .help(format!("on the host: git clone <repository> {path}")),
        (Checkout::Unreadable(why), _) => {
            Finding::fail("repository-unreadable", format!("git does not read the checkout in {path}: {why}"))
                .help(format!("on the host, as the deploying user: `git -C {path} status` must work"))
        }
        (Checkout::Unborn | Checkout::At(_), false) => {
            Finding::fail("no-origin", format!("the checkout in {path} has no remote `origin`"))
                .help(format!("on the host: git -C {path} remote add origin <repository>"))
        }
        (Checkout::Unborn, true) => Finding::ok("repository", "a clone with nothing checked out yet"),
        (Checkout::At(head), true) => {
            Finding::ok("repository", format!("checked out at {}", head.get(..8).unwrap_or(head)))
        }
    }
}

/// Edits on the server are somebody's work, even when they should not be there: they are set aside, never lost. In
/// the middle of a merge there is no telling what belongs to whom.
fn edits(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    match (&ask.strategy, &ask.runtime) {
        (Strategy::Git, Runtime::Compose { .. }) => {
            let busy = facts.under_way.as_ref().map(|what| under_way(&ask.site.path, what));
            busy.into_iter().chain(dirty(&ask.site.path, &facts.dirty)).collect()
        }
        (Strategy::Git | Strategy::Files(_) | Strategy::Image { .. }, _) => Vec::new(),
    }
}

/// The finding about a merge or the like that somebody has not ended.
pub fn under_way(path: &str, what: &str) -> Finding {
    let fact = format!("somebody is in the middle of a {what} in {path}");
    let help = match what {
        "bisect" => format!("on the host: `git -C {path} bisect reset`"),
        _ => format!("on the host: finish it, or `git -C {path} {what} --abort`"),
    };
    Finding::fail("checkout-busy", fact).help(help)
}

/// The finding about edits that a checkout would meet, when there are any.
pub(crate) fn dirty(path: &str, files: &[String]) -> Option<Finding> {
    if files.is_empty() {
        return None;
    }
    let shown: Vec<&str> = files.iter().take(5).map(String::as_str).collect();
    let more = if files.len() > shown.len() { ", …" } else { "" };
    let (count, names) = (files.len(), shown.join(", "));
    let fact = format!(
        "{count} tracked files have edits on the host that git does not have; they are set aside: {names}{more}"
    );
    let help = format!("on the host: `git -C {path} diff` shows them; commit what shall stay");
    Some(Finding::warning("dirty-tree", fact).help(help))
}

fn tools(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if ask.strategy == Strategy::Git && facts.tools.git.is_none() {
        let help = "on a Debian host: apt-get install git";
        findings.push(Finding::fail("git-missing", "the host has no git").help(help));
    }
    let Runtime::Compose { .. } = &ask.runtime else { return findings };
    findings.extend(compose_tools(facts));
    for file in &facts.missing_files {
        if let Strategy::Image { .. } = &ask.strategy {
            let fact = format!("the Compose file {file} is not in {}", ask.site.path);
            findings.push(
                Finding::fail("compose-file-missing", fact).help("put it there: images bring no such files"),
            );
            continue;
        }
        // Nothing is checked out: no file can be there yet, and what the commit brings is seen when it is.
        if facts.checkout == Checkout::Unborn {
            continue;
        }
        let fact =
            format!("the Compose file {file} is not in {} at the commit checked out now", ask.site.path);
        findings
            .push(Finding::warning("compose-file-missing", fact).help("the commit to deploy must bring it"));
    }
    findings
}

/// What a host needs to run Compose.
pub(crate) fn compose_tools(facts: &HostFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if facts.tools.docker.is_none() {
        findings.push(doctor::docker(facts.checkup.as_ref()));
    }
    match &facts.tools.compose {
        Some(tool) => {
            let fact = format!("`{}` is version {}", tool.command.join(" "), tool.version);
            findings.push(Finding::ok("compose", fact));
        }
        None => {
            let help = "install the plugin docker-compose-v2, or docker-compose";
            findings.push(Finding::fail("compose-missing", "the host has no Compose").help(help));
        }
    }
    findings
}

/// The host's health, when it was looked at.
fn health(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    let question = Question {
        site: ask.site.clone(),
        strategy: ask.strategy.clone(),
        runtime: ask.runtime.clone(),
        checkup: Some(doctor::Inquiry { commit: Some(ask.commit.clone()), env_example: None }),
    };
    doctor::preflight(&question, facts)
}

fn lock(_: &Ask, facts: &HostFacts) -> Vec<Finding> {
    facts.lock.as_ref().map(|holder| locked(holder, facts.now)).into_iter().collect()
}

fn unsettled(_: &Ask, facts: &HostFacts) -> Vec<Finding> {
    uncertain(facts).into_iter().collect()
}

/// The finding about a run that left nothing certain; while somebody holds the lock it is simply not over yet.
pub(crate) fn uncertain(facts: &HostFacts) -> Option<Finding> {
    let history = History::of(&facts.journal);
    let left = history.unsettled.filter(|_| facts.lock.is_none())?;
    let live = history.live.as_ref().map_or("nothing".to_owned(), Release::label);
    let fact = format!(
        "the run for {} was cut off or left broken, so what runs may differ from what is recorded as live: {live}",
        left.label()
    );
    Some(Finding::warning("unsettled", fact).help("`rollback to` starts the recorded release again"))
}

fn already_live(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    let live = History::of(&facts.journal).live.filter(|live| live.commit.starts_with(&ask.commit));
    let warning = |live: Release| {
        let fact = format!("{} is live already, as release {}", live.label(), live.id);
        Finding::warning("already-live", fact).help("it is built and started again")
    };
    live.map(warning).into_iter().collect()
}

/// Without git nothing but the version says which of two releases is the older one.
fn older_version(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    let live = History::of(&facts.journal).live;
    let number = |text: &Option<String>| {
        let text = text.as_deref()?;
        semver::Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
    };
    let (Some(live), Strategy::Files(_) | Strategy::Image { .. }, false) = (live, &ask.strategy, ask.force)
    else {
        return Vec::new();
    };
    let (Some(asked), Some(own)) = (number(&ask.version), number(&live.version)) else { return Vec::new() };
    if asked.cmp_precedence(&own).is_ge() {
        return Vec::new();
    }
    let fact = format!("version {asked} is older than the live one, {own}");
    let help = "to go back use `rollback to`; to deploy it all the same say --force";
    vec![Finding::fail("older-version", fact).help(help)]
}

fn quarantine(ask: &Ask, facts: &HostFacts) -> Vec<Finding> {
    let history = History::of(&facts.journal);
    if ask.force || !history.quarantined.iter().any(|commit| commit.starts_with(&ask.commit)) {
        return Vec::new();
    }
    let fact = format!("commit {} failed or was rolled back on this host", ask.commit);
    vec![Finding::fail("commit-quarantined", fact).help("deploy a newer commit, or say --force")]
}
