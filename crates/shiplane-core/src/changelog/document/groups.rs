//! The groups of a release's section, by whatever name a file calls them.

use super::outline::{Kind, Outline};
use crate::changelog::notes::Group;

/// The order in which Keep a Changelog names the groups, each with the names that other forms give it.
const ORDER: [&[&str]; 6] = [
    &["added", "features", "feature", "new features", "new"],
    &["changed", "changes", "improvements"],
    &["deprecated", "deprecations"],
    &["removed"],
    &["fixed", "bug fixes", "bugfixes", "fixes", "bug fix"],
    &["security"],
];

/// The place of a group in that order.
pub(super) fn rank(title: &str) -> Option<usize> {
    // Some put a picture before the word.
    let bare = title.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end_matches([' ', ':']);
    if title.contains(['<', '>']) {
        return None;
    }
    ORDER.iter().position(|names| names.iter().any(|name| bare.eq_ignore_ascii_case(name)))
}

/// The groups that a file calls otherwise, as it calls them the first time.
pub(super) fn titles(outline: &Outline<'_>) -> Vec<(Group, String)> {
    let mut titles: Vec<(Group, String)> = Vec::new();
    for heading in outline.headings.iter().filter(|heading| heading.kind == Kind::Other && heading.level > 1)
    {
        let title = outline.slice(&heading.text);
        let group =
            Group::ALL.into_iter().find(|group| rank(title).is_some() && rank(title) == rank(group.title()));
        if let Some(group) = group.filter(|group| titles.iter().all(|(known, _)| known != group)) {
            titles.push((group, title.to_owned()));
        }
    }
    // Where one of the two has the name that tools give it, so has the other.
    let pairs = [(Group::Added, Group::Fixed, "Bug Fixes"), (Group::Fixed, Group::Added, "Features")];
    for (known, other, title) in pairs {
        let is_tools = |title: &str| ["Features", "Bug Fixes"].contains(&title);
        let leads = titles.iter().any(|(group, title)| *group == known && is_tools(title));
        if leads && titles.iter().all(|(group, _)| *group != other) {
            titles.push((other, title.to_owned()));
        }
    }
    titles
}
