//! May this version begin to get users?

use super::decide::{Ask, Decision, busy, canary_down, carried, unknown_traffic};
use super::facts::{Change, Drive, Facts, Traffic};
use super::state::State;
use super::step::{Told, Word};
use crate::deploy::Release;
use crate::deploy::decide::uncertain;
use crate::deploy::journal::History;
use crate::exit::Exit;
use crate::report::{Finding, Level};

/// One reason against it.
type Rule = fn(&Ask, &Facts, &Release) -> Option<Finding>;

const RULES: [Rule; 8] = [going_on, under_way, unsettled, quarantined, same, first, passed_before, traffic];

/// Every reason at once.
pub(super) fn decide(ask: &Ask, facts: &Facts, wanted: Option<&str>) -> Decision {
    let Some(release) =
        carried(facts).filter(|release| wanted.is_none_or(|wanted| is_called(release, wanted)))
    else {
        return Decision::refused(not_there(ask, facts, wanted));
    };
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|rule| rule(ask, facts, &release)).collect();
    match findings.iter().map(|finding| finding.level).max() {
        Some(Level::Fail) => return Decision::nothing("refused", Exit::No, findings),
        Some(Level::Unknown | Level::Pending) => {
            return Decision::nothing("undetermined", Exit::CouldNot, findings);
        }
        Some(Level::Ok | Level::Warning) | None => {}
    }
    let before = facts.looked.state.as_ref();
    let generation = before.map_or(0, |state| state.generation).saturating_add(1);
    let state = State::new(release.clone(), ask.policy.stages.clone(), (facts.here.now, generation));
    let stage = state.current().map_or(String::new(), |stage| format!(" for {}", stage.hold));
    let fact = format!("{} is there and gets no users yet; it is watched{stage}", release.label());
    findings.push(Finding::ok("rollout-started", fact));
    let told = Told { word: Word::Started, release, from: 0, to: 0 };
    let change = Change {
        expected: before.map(|state| state.generation),
        state,
        drive: Drive::To(0),
        told: Some(told),
    };
    Decision { change: Some(change), ..Decision::nothing("started", Exit::Done, findings) }
}

/// A version, with or without its `v`, or the beginning of a commit.
fn is_called(release: &Release, wanted: &str) -> bool {
    let plain = |text: &str| text.strip_prefix('v').unwrap_or(text).to_owned();
    let is_version = release.version.as_deref().is_some_and(|version| plain(version) == plain(wanted));
    is_version || (wanted.len() >= 7 && release.commit.starts_with(wanted))
}

fn not_there(ask: &Ask, facts: &Facts, wanted: Option<&str>) -> Finding {
    let carrier = ask.policy.canary.as_ref().unwrap_or(&ask.environment);
    let there = carried(facts).map_or("nothing".to_owned(), |release| release.label());
    let fact = match wanted {
        Some(wanted) => format!("{wanted} is not what `{carrier}` has; it has {there}"),
        None => format!("`{carrier}` has nothing that could be rolled out"),
    };
    let version = wanted.unwrap_or("VERSION");
    Finding::fail("not-deployed", fact)
        .help(format!("first: ssh-deploy deploy --environment {carrier} --release-version {version}"))
}

fn going_on(_: &Ask, facts: &Facts, _: &Release) -> Option<Finding> {
    let state = facts.looked.state.as_ref().filter(|state| state.phase.is_open())?;
    let fact = format!(
        "the rollout of {} is going on, at {} %, {}",
        state.release.label(),
        state.percent,
        state.phase.word()
    );
    let help =
        "let it end, or end it: `ssh-deploy rollout rollback`, or `rollout finish` when it is complete";
    Some(Finding::fail("rollout-going-on", fact).help(help))
}

fn under_way(_: &Ask, facts: &Facts, _: &Release) -> Option<Finding> {
    busy(facts)
}

fn unsettled(_: &Ask, facts: &Facts, _: &Release) -> Option<Finding> {
    uncertain(facts.carrier()).map(|finding| Finding { level: Level::Fail, ..finding })
}

fn quarantined(ask: &Ask, facts: &Facts, release: &Release) -> Option<Finding> {
    let is_bad = |journal: &[_]| History::of(journal).quarantined.contains(&release.commit);
    if ask.force || !(is_bad(&facts.here.journal) || is_bad(&facts.carrier().journal)) {
        return None;
    }
    let fact = format!("{} failed or was rolled back on this host", release.label());
    Some(Finding::fail("commit-quarantined", fact).help("roll out a newer commit, or say --force"))
}

/// With two servers there has to be a difference between them.
fn same(ask: &Ask, facts: &Facts, release: &Release) -> Option<Finding> {
    let stable = History::of(&facts.here.journal).live.filter(|_| facts.canary.is_some())?;
    if stable.commit != release.commit {
        return None;
    }
    let fact = format!("{} is what `{}` has already", release.label(), ask.environment);
    Some(
        Finding::fail("nothing-to-roll-out", fact).help("deploy the new version to the canary's environment"),
    )
}

/// Without an old version there is nobody to take users from, and nothing to go back to.
fn first(ask: &Ask, facts: &Facts, _: &Release) -> Option<Finding> {
    if facts.canary.is_none() || History::of(&facts.here.journal).live.is_some() {
        return None;
    }
    let fact = format!("`{}` has no version that users could have meanwhile", ask.environment);
    Some(
        Finding::fail("stable-missing", fact)
            .help("deploy a version to it first; the next one can be rolled out"),
    )
}

/// The same commit or version has to be good elsewhere.
fn passed_before(ask: &Ask, facts: &Facts, release: &Release) -> Option<Finding> {
    let name = ask.policy.after.as_ref()?;
    let history = facts.after.as_ref().map(|after| History::of(&after.journal)).unwrap_or_default();
    let is_it = |good: &&Release| {
        good.commit == release.commit || (good.version.is_some() && good.version == release.version)
    };
    match history.good.iter().find(is_it) {
        Some(good) if !history.quarantined.contains(&good.commit) => {
            Some(Finding::ok("passed-before", format!("{} was good on `{name}`", good.label())))
        }
        Some(_) | None => {
            let fact = format!("{} has not passed on `{name}`", release.label());
            Some(
                Finding::fail("not-passed-before", fact).help(format!(
                    "first: ssh-deploy deploy --environment {name} --commit {}",
                    release.commit
                )),
            )
        }
    }
}

fn traffic(ask: &Ask, facts: &Facts, _: &Release) -> Option<Finding> {
    match &facts.looked.traffic {
        Traffic::Unknown(why) => Some(unknown_traffic(&ask.policy.driver, why)),
        Traffic::At { .. } => canary_down(facts),
    }
}
