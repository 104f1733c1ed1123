//! `Release-As: 2.0.0` among a commit's footers: a version that is asked for where the work is done.
//!
//! release-please has made it known (github.com/googleapis/release-please, `Release-As`).

use semver::Version;

use super::commit;
use super::history::{Commit, Reading, Why};
use super::{Facts, Policy};

/// What a commit asks for.
pub(super) struct Wish {
    /// Its full object name.
    pub(super) commit: String,
    /// The version, or the words that are none.
    pub(super) asked: Result<Version, String>,
}

/// The newest wish of the range, unless a pre-release that contains it has fulfilled it.
pub(super) fn wish(policy: &Policy, facts: &Facts, reading: &Reading) -> Option<Wish> {
    let mut wishes = facts.commits.iter().enumerate().filter(|(at, _)| !is_mute(reading, *at));
    let (commit, text) = wishes.find_map(|(_, commit)| Some((commit, value(&commit.message)?)))?;
    let bare = text.strip_prefix(facts.prefix(policy)).unwrap_or(&text).trim_start_matches(['v', 'V']);
    let asked = Version::parse(bare).map_err(|_| text.clone());
    let is_fulfilled = asked.as_ref().is_ok_and(|version| is_fulfilled(facts, commit, version));
    (!is_fulfilled).then(|| Wish { commit: commit.id.clone(), asked })
}

/// The footer's value; most messages are seen not to have one without being read.
fn value(message: &str) -> Option<String> {
    if !message.contains("elease-") && !message.contains("ELEASE-") {
        return None;
    }
    let footers = commit::footers(message);
    footers.into_iter().find(|it| it.token.eq_ignore_ascii_case("release-as")).map(|footer| footer.value)
}

/// What is taken back or has no say here wishes nothing either.
fn is_mute(reading: &Reading, at: usize) -> bool {
    let why = reading.gone.binary_search_by_key(&at, |gone| gone.at).ok();
    match why.and_then(|place| reading.gone.get(place)).map(|gone| gone.why) {
        Some(Why::RevertedBy(_) | Why::Outside | Why::LeftOut) => true,
        Some(Why::Reverts | Why::Folded) | None => false,
    }
}

fn is_fulfilled(facts: &Facts, commit: &Commit, version: &Version) -> bool {
    let contained = facts.seen.since_pre.as_ref().is_some_and(|since| !since.contains(&commit.id));
    contained && facts.pre.as_ref().is_some_and(|pre| pre.version.cmp_precedence(version).is_ge())
}
