//! How names, commits, lists and GitHub's own words stand in a sentence, alike in every part.

use crate::foreign;

/// Names longer than this are cut, so that one name cannot fill a sentence.
pub(crate) const NAME_LIMIT: usize = 120;

/// The longest of GitHub's words, and of any word in their place.
const WORD_LIMIT: usize = 40;

/// Names less alike than this are no suggestion but a guess.
const NEAR_ENOUGH: f64 = 0.75;

/// A name that others chose, in quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", foreign::clip(name, NAME_LIMIT))
}

/// The first characters of a commit's id, as git shows it.
pub(crate) fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

/// `alice, bob`, each of bounded length.
pub(crate) fn list(names: &[String]) -> String {
    names.iter().map(|name| foreign::clip(name, NAME_LIMIT)).collect::<Vec<_>>().join(", ")
}

/// `1 check`, `2 checks`
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// GitHub's words, and any word in their place: `timed out`.
pub(crate) fn said(word: &str) -> String {
    foreign::clip(&word.replace('_', " "), WORD_LIMIT)
}

/// The permissions that would help, as a workflow writes them.
pub(crate) fn granting(permissions: &[String]) -> Option<String> {
    let permissions: Vec<String> = permissions.iter().map(|permission| quoted(permission)).collect();
    (!permissions.is_empty())
        .then(|| format!("grant the job {} under `permissions:`", permissions.join(" and ")))
}

/// The known name that may have been meant; of two that are as near, the one that comes first in the alphabet.
pub(crate) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = |name: &str| strsim::jaro_winkler(&wanted.to_lowercase(), &name.to_lowercase());
    let best =
        known.max_by(|left, right| near(left).total_cmp(&near(right)).then_with(|| right.cmp(left)))?;
    (near(best) >= NEAR_ENOUGH).then_some(best)
}
