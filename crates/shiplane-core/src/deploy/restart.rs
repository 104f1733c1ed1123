//! May what is live be started again, by what the host said?

use serde::{Deserialize, Serialize};

use super::decide::{Ask, compose_tools, place, uncertain};
use super::facts::{Checkout, HostFacts};
use super::holder::locked;
use super::journal::History;
use super::plan::{Kind, Options, Plan};
use super::release::{Release, Runtime};
use super::stamp::release_id;
use super::standing::Standing;
use super::steps::steps;
use crate::report::Finding;

/// What is started again, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Again {
    /// These services; none means all.
    pub services: Vec<String>,
    /// Whether the containers are made anew, which is what it takes to read `.env` again.
    pub recreate: bool,
}

/// One rule about a host.
type Rule = fn(&Ask, &HostFacts, &Standing) -> Vec<Finding>;

const RULES: [Rule; 8] = [path, tools, lock, services, release, checkout, unsettled, stale];

/// Every reason at once, and the plan. A host on which nothing was ever deployed is restarted as it is.
pub fn decide_restart(ask: &Ask, facts: &HostFacts, standing: &Standing) -> (Vec<Finding>, Plan) {
    let findings = RULES.iter().flat_map(|rule| rule(ask, facts, standing)).collect();
    let live = History::of(&facts.journal).live;
    let run = release_id(facts.now, "restart");
    let nothing = Release { id: format!("{run}-as-it-is"), commit: head(facts), version: None };
    let plan = Plan {
        run,
        kind: Kind::Restart,
        site: ask.site.clone(),
        release: live.clone().unwrap_or(nothing),
        strategy: ask.strategy.clone(),
        steps: steps(Kind::Restart, &ask.strategy, &ask.runtime, &ask.options),
        options: Options {
            again: ask.options.again.clone(),
            compose: facts.tools.compose.clone(),
            ..Options::default()
        },
        runtime: ask.runtime.clone(),
        live,
        limits: ask.limits,
        force: ask.force,
        actor: ask.actor.clone(),
        run_url: ask.run_url.clone(),
        reason: None,
    };
    (findings, plan)
}

fn head(facts: &HostFacts) -> String {
    match &facts.checkout {
        Checkout::At(commit) => commit.clone(),
        Checkout::Missing | Checkout::Unreadable(_) | Checkout::Unborn => "unknown".to_owned(),
    }
}

fn path(ask: &Ask, facts: &HostFacts, _: &Standing) -> Vec<Finding> {
    vec![place(&ask.site.path, facts)]
}

fn tools(ask: &Ask, facts: &HostFacts, _: &Standing) -> Vec<Finding> {
    match &ask.runtime {
        Runtime::Compose { .. } => compose_tools(facts),
        Runtime::Command(_) => Vec::new(),
    }
}

fn lock(_: &Ask, facts: &HostFacts, _: &Standing) -> Vec<Finding> {
    facts.lock.as_ref().map(|holder| locked(holder, facts.now)).into_iter().collect()
}

fn services(ask: &Ask, facts: &HostFacts, standing: &Standing) -> Vec<Finding> {
    let wanted = &ask.options.again.services;
    match &ask.runtime {
        Runtime::Command(_) if wanted.is_empty() => Vec::new(),
        Runtime::Command(_) => {
            let fact = format!("own commands run here, which have no services: {}", wanted.join(", "));
            vec![Finding::fail("unknown-service", fact).help("leave the services out")]
        }
        Runtime::Compose { .. } if facts.tools.compose.is_none() => Vec::new(),
        Runtime::Compose { .. } => match &standing.unknown {
            Some(why) => {
                let help = "the Compose files on the host must be valid, with its .env";
                vec![Finding::fail("compose-invalid", why).help(help)]
            }
            None => unknown_services(wanted, standing).into_iter().collect(),
        },
    }
}

/// The finding about services that the project does not have.
pub fn unknown_services(wanted: &[String], standing: &Standing) -> Option<Finding> {
    let has = |name: &&String| standing.services.iter().any(|service| service.name == **name);
    let unknown: Vec<&str> = wanted.iter().filter(|name| !has(name)).map(String::as_str).collect();
    let all: Vec<&str> = standing.services.iter().map(|service| service.name.as_str()).collect();
    let fact = format!("the project has no service {}", unknown.join(", "));
    let help = format!("its services are {}", all.join(", "));
    (!unknown.is_empty()).then(|| Finding::fail("unknown-service", fact).help(help))
}

fn release(_: &Ask, facts: &HostFacts, _: &Standing) -> Vec<Finding> {
    let finding = match History::of(&facts.journal).live {
        Some(live) => Finding::ok("live", format!("{} is live", live.label())),
        None => Finding::warning(
            "nothing-deployed",
            "no release was deployed here; what runs is restarted as it is",
        ),
    };
    vec![finding]
}

/// Containers are made anew from the files that lie there, and those are the checkout's.
fn checkout(ask: &Ask, facts: &HostFacts, _: &Standing) -> Vec<Finding> {
    let live = History::of(&facts.journal).live;
    let (Some(live), Checkout::At(head)) = (live, &facts.checkout) else { return Vec::new() };
    match &ask.runtime {
        Runtime::Compose { .. } if ask.options.again.recreate && *head != live.commit => {
            let short = head.get(..8).unwrap_or(head);
            let fact = format!("{} is live, and the checkout stands at {short}", live.label());
            let help = "deploy, or roll back to the release, so that its own Compose files are there";
            vec![Finding::fail("checkout-differs", fact).help(help)]
        }
        Runtime::Compose { .. } | Runtime::Command(_) => Vec::new(),
    }
}

fn unsettled(_: &Ask, facts: &HostFacts, _: &Standing) -> Vec<Finding> {
    uncertain(facts).into_iter().collect()
}

fn stale(ask: &Ask, _: &HostFacts, standing: &Standing) -> Vec<Finding> {
    if ask.options.again.recreate { Vec::new() } else { not_reloaded(standing) }
}

/// The findings about edits that a restart does not bring into the containers.
pub(crate) fn not_reloaded(standing: &Standing) -> Vec<Finding> {
    let Standing { stale, .. } = standing;
    let services = stale.services.join(", ");
    let help = "`restart --recreate` makes the containers anew, with the live release's images";
    let mut findings = Vec::new();
    if !stale.keys.is_empty() {
        let keys = stale.keys.join(", ");
        let fact = format!(".env changed after the containers of {services} were made; not in them: {keys}");
        findings.push(Finding::warning("env-not-reloaded", fact).help(help));
    } else if stale.unnamed {
        let fact = format!(".env changed after the containers of {services} were made; in what is not known");
        findings.push(Finding::warning("env-not-reloaded", fact).help(help));
    }
    if !stale.files.is_empty() {
        let fact =
            format!("changed after the containers were made, and not in them: {}", stale.files.join(", "));
        findings.push(Finding::warning("compose-not-reloaded", fact).help(help));
    }
    findings
}
