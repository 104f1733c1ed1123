//! The changelog says something that it did not say before, where it speaks of what is not released yet.

use std::collections::HashMap;

use super::{Ask, CHANGELOG, Need, Sides};
use crate::changelog::document::{self, Section, Statement};
use crate::changelog::notes::{Group, Notes};
use crate::report::Finding;

/// Entries that the help line spells out.
const SHOWN: usize = 3;

/// Whether the changelog has the entry that the changes ask for.
pub fn entry(file: &Sides, need: &Need) -> Finding {
    let path = &file.path;
    match need.ask {
        Ask::Nothing => return Finding::ok(CHANGELOG, format!("no entry is needed: {}", need.because)),
        Ask::Bump(_) | Ask::Unclear => {}
    }
    let Some(head) = &file.head else {
        return Finding::fail(CHANGELOG, format!("there is no {path}")).help(advice(path, &need.notes));
    };
    let base = file.base.as_deref().unwrap_or_default();
    match added(base, head) {
        Added::Here(count) => {
            let noun = if count == 1 { "new line" } else { "new lines" };
            Finding::ok(CHANGELOG, format!("{path} has {count} {noun}"))
        }
        Added::Released => Finding::fail(
            CHANGELOG,
            format!("what is new in {path} stands under a version that was there before"),
        )
        .help(advice(path, &need.notes))
        .at(path, None),
        Added::Nothing => {
            let finding =
                Finding::fail(CHANGELOG, format!("{path} has no new entry; asked for by {}", asked(need)));
            finding.help(advice(path, &need.notes)).at(path, None)
        }
    }
}

/// Where something was added.
enum Added {
    /// So many lines under Unreleased or a new version.
    Here(usize),
    /// Only under versions that the base has, too.
    Released,
    /// Nothing but white space, headings, links and lines that moved.
    Nothing,
}

fn added(base: &str, head: &str) -> Added {
    let (before, after) = (document::statements(base), document::statements(head));
    let mut known: HashMap<&str, usize> = HashMap::new();
    for statement in &before {
        *known.entry(statement.words.as_str()).or_default() += 1;
    }
    let old: Vec<&Section> = before.iter().map(|statement| &statement.section).collect();
    let sectioned = document::has_sections(head);
    let is_open = |statement: &Statement| match &statement.section {
        Section::Unreleased => true,
        Section::Release(_) => !old.contains(&&statement.section) && !names(base, &statement.section),
        // A file without any sections is one list.
        Section::None => !sectioned,
    };
    let is_new = |statement: &&Statement| match known.get_mut(statement.words.as_str()) {
        Some(count @ 1..) => {
            *count -= 1;
            false
        }
        Some(_) | None => true,
    };
    let new: Vec<&Statement> = after.iter().filter(is_new).collect();
    match new.iter().filter(|statement| is_open(statement)).count() {
        0 if new.iter().any(|statement| matches!(statement.section, Section::Release(_))) => Added::Released,
        0 => Added::Nothing,
        count => Added::Here(count),
    }
}

/// Whether the text has a section of that version, be it empty.
fn names(text: &str, section: &Section) -> bool {
    match section {
        Section::Release(version) => document::has(text, version),
        Section::Unreleased | Section::None => false,
    }
}

fn asked(need: &Need) -> &str {
    match need.ask {
        Ask::Bump(_) | Ask::Nothing => &need.because,
        Ask::Unclear => "the policy, since nothing says in conventional form what changes",
    }
}

/// The lines to add, ready to be copied.
fn advice(path: &str, notes: &Notes) -> String {
    let all: Vec<(Group, &String)> = notes
        .groups
        .iter()
        .flat_map(|(group, entries)| entries.iter().map(|entry| (*group, entry)))
        .collect();
    let mut lines: Vec<String> = Vec::new();
    let mut last = None;
    for (group, entry) in all.iter().take(SHOWN) {
        if last.replace(*group) != Some(*group) {
            lines.push(format!("`### {}`", group.title()));
        }
        lines.push(format!("`- {}`", entry.lines().next().unwrap_or_default()));
    }
    let more = all.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    if lines.is_empty() {
        return format!("add to {path}, under `## [Unreleased]`, a line that says what changes");
    }
    format!("add to {path}, under `## [Unreleased]`: {}{rest}", lines.join(", "))
}
