//! Going back: to which release, and may we?

use crate::deploy::decide::{compose_tools, dirty, place, uncertain};
use crate::deploy::journal::History;
use crate::deploy::{
    HostFacts, Kind, Limits, Options, Plan, Release, Runtime, Site, Strategy, locked, release_id, steps,
};
use crate::report::Finding;

/// What the client asks for, every default settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Where on the host.
    pub site: Site,
    /// How releases got there.
    pub strategy: Strategy,
    /// What runs a release there.
    pub runtime: Runtime,
    /// A version, a commit or a release id; `None` means the previous good release.
    pub target: Option<String>,
    /// How long the steps may take.
    pub limits: Limits,
    /// Who asks.
    pub actor: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
}

/// Every reason against it, and the plan when there is a release to go back to.
pub fn decide(ask: &Ask, facts: &HostFacts) -> (Vec<Finding>, Option<Plan>) {
    let history = History::of(&facts.journal);
    let mut findings = vec![place(&ask.site.path, facts)];
    findings.extend(facts.lock.as_ref().map(|holder| locked(holder, facts.now)));
    findings.extend(uncertain(facts));
    if let Runtime::Compose { .. } = ask.runtime {
        findings.extend(compose_tools(facts));
        if !facts.dirty.is_empty() {
            findings.push(dirty(&ask.site.path, &facts.dirty));
        }
    }
    let release = match choose(ask.target.as_deref(), &history) {
        Ok(release) => release.clone(),
        Err(finding) => {
            findings.push(*finding);
            return (findings, None);
        }
    };
    findings.push(Finding::ok("target", format!("{} was good on this host", release.label())));
    let plan = Plan {
        run: release_id(facts.now, &format!("back{}", release.commit)),
        kind: Kind::Rollback,
        site: ask.site.clone(),
        strategy: ask.strategy.clone(),
        steps: steps(Kind::Rollback, &ask.strategy, &ask.runtime, &Options::default()),
        options: Options::default(),
        runtime: ask.runtime.clone(),
        live: history.live.clone(),
        release,
        limits: ask.limits,
        force: true,
        actor: ask.actor.clone(),
        run_url: ask.run_url.clone(),
    };
    (findings, Some(plan))
}

/// The release to go back to. "Previous" is what the journal calls good, never the commit before in git.
pub fn choose<'a>(target: Option<&str>, history: &'a History) -> Result<&'a Release, Box<Finding>> {
    let Some(target) = target else { return previous(history) };
    let matching = history.good.iter().rev().find(|release| is(release, target));
    let Some(release) = matching else {
        let known: Vec<String> = history.good.iter().rev().take(5).map(Release::label).collect();
        let help = if known.is_empty() {
            "no release was ever good here".to_owned()
        } else {
            format!("good here, newest first: {}", known.join(", "))
        };
        return Err(Box::new(
            Finding::fail("target-unknown", format!("no good release here is `{target}`")).help(help),
        ));
    };
    let live = history.live.as_ref().filter(|live| live.id == release.id);
    match (live, &history.unsettled) {
        (Some(live), None) => {
            let fact = format!("{} is live already", live.label());
            Err(Box::new(
                Finding::fail("target-live", fact).help("name another release, or none for the previous one"),
            ))
        }
        (Some(_), Some(_)) | (None, _) => Ok(release),
    }
}

/// After a run that left nothing certain, the way back is to what was live before it.
fn previous(history: &History) -> Result<&Release, Box<Finding>> {
    let last_good = history.unsettled.as_ref().and(history.live.as_ref());
    last_good.or_else(|| history.previous()).ok_or_else(|| {
        let fact = match &history.live {
            Some(live) => format!("there is no good release older than {}", live.label()),
            None => "no release was ever good on this host".to_owned(),
        };
        Box::new(Finding::fail("no-previous", fact).help("name a release, or deploy one"))
    })
}

fn is(release: &Release, target: &str) -> bool {
    let version = target.strip_prefix('v').unwrap_or(target);
    let own = release.version.as_deref().map(|own| own.strip_prefix('v').unwrap_or(own));
    own == Some(version) || release.id == target || (target.len() >= 7 && release.commit.starts_with(target))
}
