//! What a release brings, in the words of its commits, as Markdown.

use std::collections::HashSet;

use serde::Serialize;

use super::bump::Level;
use super::history::Change;
use crate::foreign;

/// A heading of Keep a Changelog that commits can fall under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Group {
    /// New features.
    Added,
    /// What is different: breaks, speed, reverts.
    Changed,
    /// What works again.
    Fixed,
}

/// Entries by group, in the order of Keep a Changelog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notes {
    /// Only groups that have entries; an entry can have a second, indented line.
    pub groups: Vec<(Group, Vec<String>)>,
}

impl Group {
    /// As it stands in the heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Fixed => "Fixed",
        }
    }

    fn of(change: &Change) -> Self {
        if change.message.breaking.is_some() {
            return Self::Changed;
        }
        match change.message.kind.as_str() {
            "feat" => Self::Added,
            "fix" => Self::Fixed,
            _ => Self::Changed,
        }
    }
}

impl Notes {
    /// The entries of the changes that a user would notice; the same words are said once.
    pub fn of(changes: &[Change]) -> Self {
        let mut groups = Vec::new();
        for group in [Group::Added, Group::Changed, Group::Fixed] {
            let mut entries: Vec<String> = Vec::new();
            let mut said = HashSet::new();
            let noticed = changes.iter().filter(|change| change.level > Level::None);
            for change in noticed.filter(|change| Group::of(change) == group) {
                let entry = entry(change);
                if said.insert(entry.clone()) {
                    entries.push(entry);
                }
            }
            if !entries.is_empty() {
                groups.push((group, entries));
            }
        }
        Self { groups }
    }

    /// The notes of a release on its own, without the version's heading.
    pub fn markdown(&self) -> String {
        let section = |(group, entries): &(Group, Vec<String>)| {
            let items: Vec<String> = entries.iter().map(|entry| format!("- {entry}\n")).collect();
            format!("### {}\n\n{}", group.title(), items.concat())
        };
        self.groups.iter().map(section).collect::<Vec<_>>().join("\n")
    }
}

fn entry(change: &Change) -> String {
    let message = &change.message;
    let scope = message.scope.as_deref().map(|scope| format!("{}: ", plain(scope))).unwrap_or_default();
    let verb = if message.kind == "revert" { "Reverted: " } else { "" };
    let description = plain(&message.description);
    let Some(breaking) = &message.breaking else {
        return format!("{scope}{verb}{}", lead(&description, &format!("{scope}{verb}")));
    };
    let more = if breaking == &message.description {
        String::new()
    } else {
        // Only the first paragraph: a footer's value runs to the end of the message.
        let paragraph = breaking.split("\n\n").next().unwrap_or_default();
        let text = plain(&paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
        format!("\n  {}", lead(&text, ""))
    };
    format!("**Breaking:** {scope}{verb}{description}{more}")
}

/// Foreign text on one line, with nothing in it that Markdown takes for HTML.
///
/// Code spans stay as they are, by CommonMark's rule: a run of backticks closes at the next run of its length.
fn plain(text: &str) -> String {
    let text = foreign::one_line(text.trim());
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['`', '\\', '<']) {
        let (before, from) = rest.split_at(at);
        safe.push_str(before);
        let taken = special(from, &mut safe);
        rest = from.get(taken..).unwrap_or_default();
    }
    safe.push_str(rest);
    safe
}

/// Copies what begins with a backtick, a backslash or `<`, and returns how many bytes were read.
fn special(from: &str, safe: &mut String) -> usize {
    let taken = match from.as_bytes() {
        [b'<', ..] => {
            safe.push('\\');
            1
        }
        [b'\\', next, ..] if next.is_ascii_punctuation() => 2,
        [b'`', ..] => {
            let run = from.len() - from.trim_start_matches('`').len();
            code_span(from, run).unwrap_or(run)
        }
        _ => 1,
    };
    safe.push_str(from.get(..taken).unwrap_or_default());
    taken
}

/// The length of the code span that opens here with so many backticks, when it closes.
fn code_span(from: &str, run: usize) -> Option<usize> {
    let mut at = run;
    loop {
        at += from.get(at..)?.find('`')?;
        let rest = from.get(at..)?;
        let length = rest.len() - rest.trim_start_matches('`').len();
        at += length;
        if length == run {
            return Some(at);
        }
    }
}

/// The text at the start of an entry, unable to begin a block of its own: a heading, a quote, a link definition.
fn lead(text: &str, before: &str) -> String {
    if before.is_empty() && opens_block(text) { format!("\\{text}") } else { text.to_owned() }
}

fn opens_block(text: &str) -> bool {
    let after_hashes = text.trim_start_matches('#');
    let heading = after_hashes.len() < text.len() && after_hashes.starts_with([' ', '\t']);
    let item = ["- ", "+ ", "* "].iter().any(|marker| text.starts_with(marker));
    let link = text.starts_with('[') && text.contains("]:");
    heading || item || link || text.starts_with('>') || text.starts_with("```") || text.starts_with("~~~")
}
