//! Which release a target stands for.

use crate::deploy::Release;
use crate::deploy::journal::History;
use crate::report::Finding;

/// The release to go back to. "Previous" is what the journal calls good, never the commit before in git.
pub fn choose<'a>(target: Option<&str>, history: &'a History) -> Result<&'a Release, Box<Finding>> {
    let Some(target) = target else { return previous(history) };
    let release = named(target, history)?;
    let live = history.live.as_ref().filter(|live| live.id == release.id);
    // While a rollout goes on, users have what is not live here: the way back is to take it from them.
    let rolled_out = history.rolled_out.as_ref().filter(|other| other.commit != release.commit);
    match (live, history.unsettled.as_ref().or(rolled_out)) {
        (Some(live), None) => {
            let fact = format!("{} is live already", live.label());
            Err(Box::new(
                Finding::fail("target-live", fact).help("name another release, or none for the previous one"),
            ))
        }
        (Some(_), Some(_)) | (None, _) => Ok(release),
    }
}

/// The one release that has this id, else the newest of the one commit that the target stands for.
fn named<'a>(target: &str, history: &'a History) -> Result<&'a Release, Box<Finding>> {
    if let Some(release) = history.good.iter().find(|release| release.id == target) {
        return Ok(release);
    }
    let matching: Vec<&Release> = history.good.iter().rev().filter(|release| is(release, target)).collect();
    let Some(newest) = matching.first().copied() else {
        let known: Vec<String> = history.good.iter().rev().take(5).map(Release::label).collect();
        let help = if known.is_empty() {
            "no release was ever good here".to_owned()
        } else {
            format!("good here, newest first: {}", known.join(", "))
        };
        let fact = format!("no good release here is `{target}`");
        return Err(Box::new(Finding::fail("target-unknown", fact).help(help)));
    };
    if matching.iter().all(|release| release.commit == newest.commit) {
        return Ok(newest);
    }
    let ids: Vec<String> =
        matching.iter().map(|release| format!("{} is {}", release.id, release.label())).collect();
    let fact = format!("`{target}` stands for {} releases of different commits", matching.len());
    let help = format!("name the release id; newest first: {}", ids.join(", "));
    Err(Box::new(Finding::fail("target-ambiguous", fact).help(help)))
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
