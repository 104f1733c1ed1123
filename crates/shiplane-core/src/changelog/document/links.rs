//! The links from a changelog's headings to the comparisons of its versions.

use super::Release;
use super::outline::{Heading, Kind, Outline, Reference};
use super::style::Style;
use crate::changelog::edit::Edit;

/// The edits that keep the references at the end of the file true.
pub(super) fn edits(outline: &Outline<'_>, release: &Release<'_>, style: &Style) -> Vec<Edit> {
    let mut edits: Vec<Edit> = unreleased_heading(outline, release).into_iter().collect();
    let label = style.label(release).filter(|label| !style.is_inline() && labelled(outline, label).is_none());
    let unreleased = labelled(outline, "unreleased");
    let newest = newest(outline);
    if let Some(unreleased) = unreleased {
        edits.extend(moved_on(outline, &unreleased.url, release));
    }
    let Some(label) = label else { return edits };
    let by_newest = newest.and_then(|(reference, old)| next_url(outline.slice(&reference.url), old, release));
    let by_unreleased = unreleased.and_then(|unreleased| from_unreleased(outline, unreleased, release));
    let by_site = || release.site.map(|site| own_url(site, release));
    let Some(url) = by_newest.or(by_unreleased).or_else(|| by_site().filter(|_| newest.is_some())) else {
        edits.extend(first(outline, &label, release, style));
        return edits;
    };
    let line = format!("[{label}]: {url}");
    let below = |at: usize| Edit::insert(at, format!("{}{line}", style.eol));
    let above = |at: usize| Edit::insert(at, format!("{line}{}", style.eol));
    edits.extend(match (unreleased, newest) {
        (Some(unreleased), Some((newest, _))) if newest.line.start < unreleased.line.start => {
            Some(above(unreleased.line.start))
        }
        (Some(unreleased), _) => Some(below(unreleased.line.end)),
        (None, Some((newest, _))) if ascend(outline, newest) => Some(below(newest.line.end)),
        (None, Some((newest, _))) => Some(above(newest.line.start)),
        (None, None) => None,
    });
    edits
}

/// The references of a file that begins with this release.
pub(super) fn block(label: &str, release: &Release<'_>) -> Option<String> {
    let site = release.site?;
    let unreleased = site.compare(release.tag, "HEAD");
    Some(format!("[unreleased]: {unreleased}\n[{label}]: {}\n", own_url(site, release)))
}

/// What follows a heading's version, with the link in it led to the new release.
pub(super) fn inline(outline: &Outline<'_>, after: &str, release: &Release<'_>) -> String {
    let Some((url, rest)) = after.strip_prefix("](").and_then(|link| link.split_once(')')) else {
        return after.to_owned();
    };
    let old = outline.releases().next().map(|(heading, _)| digits(outline, heading)).unwrap_or_default();
    match next_url(url, old, release) {
        Some(url) => format!("]({url}){rest}"),
        // A link that cannot be led further would be wrong: the brackets stay, the link goes.
        None => format!("]{rest}"),
    }
}

/// A file without any release has no form of its own yet, so that it may have links.
fn first(outline: &Outline<'_>, label: &str, release: &Release<'_>, style: &Style) -> Option<Edit> {
    if !outline.references.is_empty() || outline.releases().next().is_some() {
        return None;
    }
    let references = block(label, release)?;
    let has_unreleased = outline.headings.iter().any(|heading| heading.kind == Kind::Unreleased);
    let skipped = if has_unreleased { 0 } else { references.find('\n')? + 1 };
    // How the file ends, it ends afterwards, too.
    let references = references.get(skipped..)?.trim_end().replace('\n', style.eol);
    let end = outline.content_end(0, outline.text.len());
    Some(Edit::insert(end, format!("{0}{0}{references}", style.eol)))
}

/// `## [Unreleased](…/compare/v1.0.0...HEAD)` goes on from the new release.
fn unreleased_heading(outline: &Outline<'_>, release: &Release<'_>) -> Option<Edit> {
    let heading = outline.headings.iter().find(|heading| heading.kind == Kind::Unreleased)?;
    let words = outline.slice(&heading.text);
    let open = words.find("](")? + "](".len();
    let length = words.get(open..)?.find(')')?;
    let start = heading.text.start + open;
    moved_on(outline, &(start..start + length), release)
}

/// A comparison of the last release with what is not released begins at the new release.
fn moved_on(outline: &Outline<'_>, url: &std::ops::Range<usize>, release: &Release<'_>) -> Option<Edit> {
    let text = outline.slice(url);
    let compare = Compare::read(text)?;
    let at = url.start + compare.older_at();
    Some(Edit::replace(at..at + compare.from.len(), release.tag))
}

fn from_unreleased(outline: &Outline<'_>, unreleased: &Reference, release: &Release<'_>) -> Option<String> {
    let compare = Compare::read(outline.slice(&unreleased.url))?;
    Some(compare.with(release.previous_tag.unwrap_or(compare.from), release.tag))
}

fn own_url(site: &crate::changelog::site::Site, release: &Release<'_>) -> String {
    release.previous_tag.map_or_else(|| site.tag(release.tag), |from| site.compare(from, release.tag))
}

fn labelled<'a>(outline: &'a Outline<'_>, wanted: &str) -> Option<&'a Reference> {
    let is_wanted = |reference: &&Reference| outline.slice(&reference.label).eq_ignore_ascii_case(wanted);
    outline.references.iter().find(is_wanted)
}

/// The reference of the newest release that has one, and what it calls its version.
fn newest<'a>(outline: &'a Outline<'_>) -> Option<(&'a Reference, &'a str)> {
    outline.releases().find_map(|(heading, _)| linked(outline, heading))
}

fn linked<'a>(outline: &'a Outline<'_>, heading: &Heading) -> Option<(&'a Reference, &'a str)> {
    let (_, bracket) = outline.slice(&heading.text).split_once('[')?;
    let (label, _) = bracket.split_once(']')?;
    labelled(outline, label).map(|reference| (reference, digits(outline, heading)))
}

/// Whether older releases have their references above.
fn ascend(outline: &Outline<'_>, newest: &Reference) -> bool {
    let older = outline.releases().skip(1).find_map(|(heading, _)| linked(outline, heading));
    older.is_some_and(|(older, _)| older.line.start < newest.line.start)
}

fn digits<'a>(outline: &Outline<'a>, heading: &Heading) -> &'a str {
    match &heading.kind {
        Kind::Release { digits, .. } => outline.slice(digits),
        Kind::Unreleased | Kind::Other => "",
    }
}

/// The link of the release after the one, of version `old`, that this link belongs to.
fn next_url(url: &str, old: &str, release: &Release<'_>) -> Option<String> {
    if let Some(compare) = Compare::read(url) {
        return Some(compare.with(release.previous_tag.unwrap_or(compare.to), release.tag));
    }
    if let Some(head) = release.previous_tag.and_then(|tag| url.strip_suffix(tag)) {
        return Some(format!("{head}{}", release.tag));
    }
    let is_plain = !old.is_empty() && url.matches(old).count() == 1;
    is_plain.then(|| url.replace(old, &release.version.to_string()))
}

/// `…/compare/v1.0.0...v1.1.0`, in pieces.
struct Compare<'a> {
    head: &'a str,
    from: &'a str,
    between: &'a str,
    to: &'a str,
}

impl<'a> Compare<'a> {
    fn read(url: &'a str) -> Option<Self> {
        let at = url.find("/compare/")? + "/compare/".len();
        let (head, range) = url.split_at_checked(at)?;
        let between = ["...", "..", "%0D", "%0d"].into_iter().find(|between| range.contains(between))?;
        let (one, other) = range.split_once(between)?;
        // Bitbucket names the newer one first.
        let (from, to) = if between.starts_with('%') { (other, one) } else { (one, other) };
        (!from.is_empty() && !to.is_empty()).then_some(Self { head, from, between, to })
    }

    /// Where the older side begins.
    fn older_at(&self) -> usize {
        let behind = if self.is_turned() { self.to.len() + self.between.len() } else { 0 };
        self.head.len() + behind
    }

    fn with(&self, from: &str, to: &str) -> String {
        let Self { head, between, .. } = self;
        if self.is_turned() {
            format!("{head}{to}{between}{from}")
        } else {
            format!("{head}{from}{between}{to}")
        }
    }

    fn is_turned(&self) -> bool {
        self.between.starts_with('%')
    }
}
