//! A release's section put into a changelog that people write by hand; every other byte stays.

mod links;
mod outline;
mod propose;
mod statements;
mod style;

use semver::Version;

use super::date::Date;
use super::edit::Edit;
use super::notes::{Group, Notes};
use outline::{Heading, Kind, Outline};
use style::Style;

pub use propose::propose;
pub use statements::{Section, Statement, has_sections, statements};

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Release<'a> {
    /// Its number.
    pub version: &'a Version,
    /// The tag it will have.
    pub tag: &'a str,
    /// The tag before it.
    pub previous_tag: Option<&'a str>,
    /// Its day.
    pub date: Date,
    /// What its commits say.
    pub notes: &'a Notes,
}

/// The order in which Keep a Changelog names the groups.
const ORDER: [&str; 6] = ["added", "changed", "deprecated", "removed", "fixed", "security"];

/// What a changelog begins with.
const PREAMBLE: &str = "# Changelog\n\nAll notable changes to this project will be documented in this file.\n\n\
     The format is based on [Keep a Changelog](https://keepachangelog.com/en/1.1.0/),\n\
     and this project adheres to [Semantic Versioning](https://semver.org/spec/v2.0.0.html).\n\n\
     ## [Unreleased]\n\n";

/// Whether the file has a section of this version.
pub fn has(text: &str, version: &Version) -> bool {
    Outline::of(text).releases().any(|(_, known)| known.cmp_precedence(version).is_eq())
}

/// The edits that put the release into the file; none when it is there already.
pub fn release(text: &str, release: &Release<'_>) -> Vec<Edit> {
    if text.trim_matches('\u{feff}').trim().is_empty() {
        let style = Style::plain();
        let section = format!("{PREAMBLE}{}\n", style.section(release));
        return vec![Edit::insert(text.len(), section)];
    }
    let outline = Outline::of(text);
    if outline.releases().any(|(_, known)| known.cmp_precedence(release.version).is_eq()) {
        return Vec::new();
    }
    let style = Style::of(&outline, release);
    let unreleased = outline.headings.iter().find(|heading| heading.kind == Kind::Unreleased);
    let newest = outline.releases().next().map(|(heading, _)| heading);
    let mut edits = match (unreleased, newest) {
        (Some(heading), _) => below_unreleased(&outline, heading, &style, release),
        (None, Some(newest)) => vec![Edit::insert(
            line_start(&outline, newest),
            format!("{}{}{}", style.section(release), style.eol, style.eol),
        )],
        (None, None) => {
            let end = outline.content_end(0, outline.prose_end(0));
            vec![block(&outline, end, style.eol, &style.section(release))]
        }
    };
    edits.extend(links::edits(&outline, release, &style));
    edits
}

/// After a byte order mark, when the heading is the first thing in the file.
fn line_start(outline: &Outline<'_>, heading: &Heading) -> usize {
    let line = outline.slice(&heading.span);
    heading.span.start + line.len() - line.trim_start_matches('\u{feff}').len()
}

/// The release takes over what people wrote under Unreleased; an empty template stays where it is.
fn below_unreleased(
    outline: &Outline<'_>,
    heading: &Heading,
    style: &Style,
    release: &Release<'_>,
) -> Vec<Edit> {
    let end = outline.section_end(heading);
    if !has_entries(outline, heading, end) {
        let content_end = outline.content_end(heading.span.end, end).max(heading.span.end);
        return vec![block(outline, content_end, style.eol, &style.section(release))];
    }
    let eol = style.eol;
    let mut edits = vec![Edit::insert(heading.span.end, format!("{eol}{eol}{}", style.heading(release)))];
    for (group, entries) in &release.notes.groups {
        edits.extend(merge(outline, (heading, end), style, (*group, entries)));
    }
    edits
}

/// Whether anything stands in the section but headings and comments.
fn has_entries(outline: &Outline<'_>, heading: &Heading, end: usize) -> bool {
    let inside =
        outline.lines.iter().filter(|line| line.span.start > heading.span.start && line.span.start < end);
    let mut filled = inside.filter(|line| {
        let words = outline.slice(&line.span).trim();
        let is_comment = words.starts_with("<!--") && words.ends_with("-->");
        let is_heading = outline.headings.iter().any(|other| other.span.contains(&line.span.start));
        line.is_prose
            && !words.is_empty()
            && !is_comment
            && !is_heading
            && line.span.start >= heading.span.end
    });
    filled.next().is_some()
}

/// Adds the entries that nobody wrote by hand to their group, or the group in its place.
fn merge(
    outline: &Outline<'_>,
    (heading, end): (&Heading, usize),
    style: &Style,
    (group, entries): (Group, &[String]),
) -> Option<Edit> {
    let inside = |line: &std::ops::Range<usize>| line.start >= heading.span.end && line.start < end;
    let written: Vec<&str> = outline
        .lines
        .iter()
        .filter(|line| inside(&line.span))
        .map(|line| outline.slice(&line.span).trim().trim_start_matches(['-', '*', '+']).trim())
        .collect();
    let missing: Vec<String> =
        entries.iter().filter(|entry| !written.contains(&entry.as_str())).cloned().collect();
    let groups: Vec<&Heading> = outline.headings.iter().filter(|other| inside(&other.span)).collect();
    let rank = |title: &str| ORDER.iter().position(|known| title.trim().eq_ignore_ascii_case(known));
    let title_of = |heading: &Heading| rank(outline.slice(&heading.text));
    let eol = style.eol;
    if missing.is_empty() {
        return None;
    }
    let own = rank(group.title());
    if let Some(at) = groups.iter().position(|other| title_of(other) == own) {
        let (own, next) = (groups.get(at)?, groups.get(at + 1));
        let content_end = outline.content_end(own.span.end, next.map_or(end, |next| next.span.start));
        let is_empty = content_end <= own.span.end;
        let gap = if is_empty { style.gap() } else { "" };
        let items = style.items(&missing);
        return Some(Edit::insert(content_end.max(own.span.end), format!("{eol}{gap}{items}")));
    }
    let later = groups.iter().find(|other| title_of(other) > own).map_or(end, |other| other.span.start);
    let place = outline.content_end(heading.span.end, later).max(heading.span.end);
    Some(Edit::insert(place, format!("{eol}{eol}{}", style.group(heading.level + 1, group, &missing))))
}

/// A section of its own after the end of a line, with one empty line on both sides.
fn block(outline: &Outline<'_>, at: usize, eol: &str, section: &str) -> Edit {
    let rest = outline.text.get(at..).unwrap_or_default();
    let after = rest.strip_prefix("\r\n").or(rest.strip_prefix('\n')).unwrap_or(rest);
    let is_tight = !after.is_empty() && !after.starts_with(['\r', '\n']);
    Edit::insert(at, format!("{eol}{eol}{section}{}", if is_tight { eol } else { "" }))
}
