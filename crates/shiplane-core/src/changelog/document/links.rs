//! The links from a changelog's headings to the comparisons of its versions.

use super::Release;
use super::outline::{Kind, Outline, Reference};
use super::style::Style;
use crate::changelog::edit::Edit;

/// The edits that keep the references at the end of the file true.
pub(super) fn edits(outline: &Outline<'_>, release: &Release<'_>, style: &Style) -> Vec<Edit> {
    let mut edits = Vec::new();
    let labelled = |wanted: &str| {
        let is_wanted = |reference: &&Reference| outline.slice(&reference.label).eq_ignore_ascii_case(wanted);
        outline.references.iter().find(is_wanted)
    };
    let label = style.label(release).filter(|label| !style.is_inline() && labelled(label).is_none());
    if let Some(unreleased) = labelled("unreleased")
        && let Some(compare) = Compare::read(outline.slice(&unreleased.url))
    {
        let start = unreleased.url.start + compare.head.len();
        edits.push(Edit::replace(start..start + compare.from.len(), release.tag));
        if let Some(label) = label {
            let from = release.previous_tag.unwrap_or(compare.from);
            let line = format!("[{label}]: {}{from}{}{}", compare.head, compare.dots, release.tag);
            edits.push(Edit::insert(unreleased.line.end, format!("{}{line}", style.eol)));
        }
    } else if let Some(label) = label
        && let Some(newest) = newest(outline)
        && let Some(url) = next_url(outline.slice(&newest.url), release)
    {
        edits.push(Edit::insert(newest.line.start, format!("[{label}]: {url}{}", style.eol)));
    }
    edits
}

/// What follows a heading's version, with the link in it led to the new release.
pub(super) fn inline(after: &str, release: &Release<'_>) -> String {
    let Some((url, rest)) = after.strip_prefix("](").and_then(|link| link.split_once(')')) else {
        return after.to_owned();
    };
    match next_url(url, release) {
        Some(url) => format!("]({url}){rest}"),
        // A link that cannot be led further would be wrong: the brackets stay, the link goes.
        None => format!("]{rest}"),
    }
}

/// The reference of the newest release that has one.
fn newest<'a>(outline: &'a Outline<'_>) -> Option<&'a Reference> {
    let labels = outline.headings.iter().filter(|heading| matches!(heading.kind, Kind::Release { .. }));
    let labels = labels.filter_map(|heading| {
        let (label, _) = outline.slice(&heading.text).strip_prefix('[')?.split_once(']')?;
        Some(label)
    });
    let mut found = labels.filter_map(|label| {
        let is_own = |reference: &&Reference| outline.slice(&reference.label).eq_ignore_ascii_case(label);
        outline.references.iter().find(is_own)
    });
    found.next()
}

/// The link of the release after the one that this link belongs to.
fn next_url(url: &str, release: &Release<'_>) -> Option<String> {
    if let Some(compare) = Compare::read(url) {
        let from = release.previous_tag.unwrap_or(compare.to);
        return Some(format!("{}{from}{}{}", compare.head, compare.dots, release.tag));
    }
    let head = url.strip_suffix(release.previous_tag?)?;
    Some(format!("{head}{}", release.tag))
}

/// `…/compare/v1.0.0...v1.1.0`, in pieces.
struct Compare<'a> {
    head: &'a str,
    from: &'a str,
    dots: &'a str,
    to: &'a str,
}

impl<'a> Compare<'a> {
    fn read(url: &'a str) -> Option<Self> {
        let at = url.find("/compare/")? + "/compare/".len();
        let (head, range) = url.split_at_checked(at)?;
        let dots = ["...", ".."].into_iter().find(|dots| range.contains(dots))?;
        let (from, to) = range.split_once(dots)?;
        (!from.is_empty() && !to.is_empty()).then_some(Self { head, from, dots, to })
    }
}
