//! What a changelog says, line by line, and of which release it says it.

use std::ops::Range;

use semver::Version;

use super::lines::Line;
use super::outline::{Kind, Outline};

/// A line that says something: no heading, no link reference, no comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its words, without bullet and with single spaces.
    pub words: String,
    /// What it speaks of.
    pub section: Section,
}

/// A part of a changelog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// What is to be released.
    Unreleased,
    /// A release.
    Release(Version),
    /// Neither.
    None,
}

/// All that the text says.
pub fn statements(text: &str) -> Vec<Statement> {
    let outline = Outline::of(text);
    let sections = sections(&outline);
    let is_apart = |line: &Line| outline.is_heading(line) || outline.is_reference(line);
    let mut found = Vec::new();
    for line in outline.lines.iter().filter(|line| line.is_prose && !is_apart(line)) {
        let words = words(outline.slice(&line.span));
        if words.is_empty() {
            continue;
        }
        let at = sections.partition_point(|(span, _)| span.start <= line.span.start);
        let own = at
            .checked_sub(1)
            .and_then(|at| sections.get(at))
            .filter(|(span, _)| span.contains(&line.span.start));
        let section = own.map_or(Section::None, |(_, section)| section.clone());
        found.push(Statement { words, section });
    }
    found
}

/// Whether the text is divided at all.
pub fn has_sections(text: &str) -> bool {
    !sections(&Outline::of(text)).is_empty()
}

fn sections(outline: &Outline<'_>) -> Vec<(Range<usize>, Section)> {
    let own = |kind: &Kind| match kind {
        Kind::Release { version, .. } => Some(Section::Release(version.clone())),
        Kind::Unreleased => Some(Section::Unreleased),
        Kind::Other => None,
    };
    let found = outline.headings.iter().filter_map(|heading| {
        own(&heading.kind).map(|section| (heading.span.start..outline.section_end(heading), section))
    });
    found.collect()
}

/// Empty when there is nothing in the line that could be read aloud.
fn words(line: &str) -> String {
    let line = line.trim_matches('\u{feff}').trim();
    let bare = line.trim_start_matches(['-', '*', '+']).trim();
    let is_comment = line.starts_with("<!--") && line.ends_with("-->");
    if is_comment || !bare.contains(char::is_alphanumeric) {
        return String::new();
    }
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}
