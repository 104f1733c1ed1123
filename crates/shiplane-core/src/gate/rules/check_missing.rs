//! What is said where nothing has reported: what is missing, and what usually keeps it away.

use super::checks::slug;
use super::newest::Latest;
use super::words::{judged, nearest, quoted, same_login};
use crate::gate::facts::{Check, Facts};
use crate::gate::policy::RequiredCheck;
use crate::report::Finding;

/// No check is named, and none has reported: that is not a pass.
pub(super) fn nothing(facts: &Facts, latest: &[Latest<'_>]) -> Finding {
    let but = if latest.is_empty() { "" } else { " but the gate itself" };
    let fact = format!("nothing{but} has reported on {}", judged(facts));
    Finding::fail("no-checks", fact).help(never_started(facts))
}

/// A required check that has not reported.
pub(super) fn missing(wanted: &RequiredCheck, facts: &Facts, latest: &[Latest<'_>]) -> Finding {
    let (name, commit) = (quoted(&wanted.name), judged(facts));
    let code = "check-missing";
    let own_status = facts.own_check.as_ref().and_then(|own| own.status.as_deref());
    let reported_itself = latest.iter().any(|latest| latest.own && latest.check.name() == wanted.name);
    if reported_itself || own_status == Some(wanted.name.as_str()) {
        let help = "take it off the list; the branch's protection can require it";
        return Finding::fail(code, format!("{name} is the gate itself, which cannot wait for itself"))
            .help(help);
    }
    if let Some(bot) = perhaps_the_app(wanted, latest) {
        let (app, bot) = (quoted(wanted.app.as_deref().unwrap_or_default()), quoted(bot));
        let fact = format!(
            "{name} has been reported on {commit} by {bot}, and whether that is app {app} is not known"
        );
        return Finding::unknown(code, fact)
            .help("name the app under `checks:`, and have GitHub's own rule require the check of any app");
    }
    let mut strangers = latest.iter().filter(|latest| latest.check.name() == wanted.name);
    if let (Some(app), true) = (&wanted.app, strangers.any(|latest| !latest.own)) {
        return Finding::fail(code, format!("{name} has not been reported on {commit} by {}", quoted(app)))
            .help("another app or person reported a check of that name, which does not count");
    }
    let fact = format!("{name} has not been reported on {commit}");
    match nearest_reported(&wanted.name, latest) {
        Some(near) => Finding::fail(code, fact).help(format!("did you mean {}?", quoted(near))),
        None => Finding::fail(code, fact).help(kept_away(facts)),
    }
}

/// The bot that set a status of that name, where the app is asked for by a number that nothing tells the name of: a
/// status names its setter, who has no number.
fn perhaps_the_app<'a>(wanted: &RequiredCheck, latest: &[Latest<'a>]) -> Option<&'a str> {
    if slug(wanted.app.as_deref()?, latest).is_some() {
        return None;
    }
    latest.iter().filter(|latest| !latest.own).find_map(|latest| match latest.check {
        Check::Status(status) if status.name == wanted.name => {
            let bot = status.by.as_deref().filter(|by| by.ends_with("[bot]"))?;
            // Of this one the number is known.
            (!same_login(bot, "github-actions[bot]")).then_some(bot)
        }
        Check::Status(_) | Check::Run(_) => None,
    })
}

fn kept_away(facts: &Facts) -> &'static str {
    if facts.merge_group.is_some() {
        return "see whether its workflow is started by `merge_group`, too";
    }
    if facts.pull_request.fork {
        return "runs for a fork get no secrets, so a job that needs them cannot report; a maintainer can push the \
                branch to this repository and run it there";
    }
    "see whether a path filter, a branch filter or `[skip ci]` kept its workflow from running"
}

/// The three usual causes, for the place where the run was to be started.
fn never_started(facts: &Facts) -> String {
    let base = quoted(&facts.pull_request.base);
    if facts.merge_group.is_some() {
        return "usual causes: no workflow is started by `merge_group`; a branch filter leaves the queue's branches \
                out; Actions is switched off"
            .to_owned();
    }
    // A workflow for pull requests does not run while there is a conflict (docs, "Events that trigger workflows").
    let third = if facts.pull_request.fork {
        "a run for a fork waits for someone to approve it"
    } else {
        "the pull request conflicts with its base"
    };
    format!(
        "usual causes: no workflow runs on pull requests to {base}; a path filter or `[skip ci]` kept it from \
         running; {third}"
    )
}

fn nearest_reported<'a>(wanted: &str, latest: &[Latest<'a>]) -> Option<&'a str> {
    nearest(wanted, latest.iter().filter(|latest| !latest.own).map(|latest| latest.check.name()))
}
