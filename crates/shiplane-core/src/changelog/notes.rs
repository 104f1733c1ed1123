//! What a release brings, in the words of its commits, as Markdown.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::history::Change;
use super::site::Site;
use crate::{foreign, raw};

/// What an entry begins with that tells of a break.
const BREAKING: &str = "**Breaking:** ";

/// Characters of a commit's name that are shown.
const SHORT: usize = 7;

/// A heading of Keep a Changelog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// New features.
    Added,
    /// What is different: breaks, speed, reverts.
    Changed,
    /// What will go away.
    Deprecated,
    /// What went away.
    Removed,
    /// What works again.
    Fixed,
    /// What was open to attacks.
    Security,
}

/// Entries by group, in the order of Keep a Changelog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notes {
    /// Only groups that have entries; an entry can have a second, indented line.
    pub groups: Vec<(Group, Vec<String>)>,
    /// Those of the entries that tell of a break.
    pub breaking: Vec<String>,
}

impl Group {
    /// All of them, in the order of Keep a Changelog.
    pub const ALL: [Self; 6] =
        [Self::Added, Self::Changed, Self::Deprecated, Self::Removed, Self::Fixed, Self::Security];

    /// As it stands in the heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Removed => "Removed",
            Self::Fixed => "Fixed",
            Self::Security => "Security",
        }
    }

    /// Where a change of this type stands.
    pub fn of(kind: &str, breaking: bool) -> Self {
        match kind {
            _ if breaking => Self::Changed,
            "feat" => Self::Added,
            "fix" => Self::Fixed,
            _ => Self::Changed,
        }
    }
}

impl Notes {
    /// The entries of the changes that a user would notice; the same words are said once, and breaks first.
    pub fn of(changes: &[Change]) -> Self {
        Self::linked(changes, None)
    }

    /// The same, each entry with a link to its pull request, or else to its commit.
    pub fn linked(changes: &[Change], site: Option<&Site>) -> Self {
        let mut notes = Self::default();
        for group in Group::ALL {
            let mut entries: Vec<String> = Vec::new();
            let mut said = HashSet::new();
            let noticed = changes.iter().filter(|change| change.level > Level::None);
            let own = || noticed.clone().filter(|change| change.group == group);
            let breaks = |change: &&Change| change.message.breaking.is_some();
            for change in own().filter(breaks).chain(own().filter(|change| !breaks(change))) {
                let entry = entry(change);
                if said.insert(entry.clone()) {
                    let entry = site.map_or(entry.clone(), |site| link(&entry, &change.id, site));
                    if breaks(&change) {
                        notes.breaking.push(entry.clone());
                    }
                    entries.push(entry);
                }
            }
            if !entries.is_empty() {
                notes.groups.push((group, entries));
            }
        }
        notes
    }

    /// The notes of a release on its own, without the version's heading: what breaks first, and nobody is called.
    pub fn markdown(&self) -> String {
        let items = |entries: &[&String]| -> String {
            entries.iter().map(|entry| format!("- {}\n", uncalled(entry))).collect()
        };
        let mut sections = Vec::new();
        if !self.breaking.is_empty() {
            let bare: Vec<String> = self
                .breaking
                .iter()
                .map(|entry| entry.strip_prefix(BREAKING).unwrap_or(entry).to_owned())
                .collect();
            sections.push(format!("### Breaking\n\n{}", items(&bare.iter().collect::<Vec<_>>())));
        }
        for (group, entries) in &self.groups {
            let others: Vec<&String> = entries.iter().filter(|it| !self.breaking.contains(it)).collect();
            if !others.is_empty() {
                sections.push(format!("### {}\n\n{}", group.title(), items(&others)));
            }
        }
        sections.join("\n")
    }
}

/// The entry with a link: `(#12)` at the end of its first line becomes one, or the commit is named.
fn link(entry: &str, id: &str, site: &Site) -> String {
    let (first, rest) = entry.split_at(entry.find('\n').unwrap_or(entry.len()));
    let number = || {
        let (head, last) = first.rsplit_once(" (#")?;
        let number: u64 = last.strip_suffix(')')?.parse().ok()?;
        Some((head, number, site.pull(number)?))
    };
    if let Some((head, number, url)) = number() {
        return format!("{head} ([#{number}]({url})){rest}");
    }
    let is_name = id.len() >= SHORT && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    match id.get(..SHORT).filter(|_| is_name) {
        Some(short) => format!("{first} ([{short}]({})){rest}", site.commit(id)),
        None => entry.to_owned(),
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
    format!("{BREAKING}{scope}{verb}{description}{more}")
}

/// The text with every `@name` as code: a release calls everybody whom it names otherwise.
pub(super) fn uncalled(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'`' | b'@')) {
        let (piece, from) = rest.split_at(at);
        safe.push_str(piece);
        before = piece.chars().next_back().or(before);
        let run = from.len() - from.trim_start_matches('`').len();
        let is_alone = before.is_none_or(|c: char| !c.is_alphanumeric() && !"/_`.-".contains(c));
        let taken = match run {
            0 if is_alone => called(from),
            0 => 1,
            run => code_span(from, run).unwrap_or(run),
        };
        let (piece, after) = from.split_at_checked(taken).unwrap_or((from, ""));
        let quote = if run == 0 && taken > 1 { "`" } else { "" };
        safe.extend([quote, piece, quote]);
        before = if run == 0 && is_alone { Some('`') } else { piece.chars().next_back() };
        rest = after;
    }
    safe.push_str(rest);
    safe
}

/// The length of `@name` or `@team/name` at the start of the text; 1 when it is no name.
fn called(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    let name = text.strip_prefix('@').unwrap_or_default();
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return 1;
    }
    1 + name.find(|c| !is_part(c)).unwrap_or(name.len())
}

/// Foreign text on one line, with nothing in it that Markdown takes for HTML.
///
/// Code spans stay as they are, by CommonMark's rule: a run of backticks closes at the next run of its length.
pub(super) fn plain(text: &str) -> String {
    let line = foreign::one_line(text.trim());
    let text = if line.is_ascii() { line } else { line.replace(raw::stands_for_a_byte, "\u{fffd}") };
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'`' | b'\\' | b'<' | b'!')) {
        let (before, from) = rest.split_at(at);
        safe.push_str(before);
        let taken = special(from, &mut safe);
        rest = from.get(taken..).unwrap_or_default();
    }
    safe.push_str(rest);
    safe
}

/// Copies what begins with a backtick, a backslash, `<` or `!`, and returns how many bytes were read.
fn special(from: &str, safe: &mut String) -> usize {
    let taken = match from.as_bytes() {
        // An image is fetched from wherever the text says, by everybody who reads it.
        [b'<', ..] | [b'!', b'[', ..] => {
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
    if !before.is_empty() {
        return text.to_owned();
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    let is_counted = (1..=9).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "));
    match (is_counted, opens_block(text)) {
        (true, _) => format!("{number}\\{rest}"),
        (false, true) => format!("\\{text}"),
        (false, false) => text.to_owned(),
    }
}

fn opens_block(text: &str) -> bool {
    let after_hashes = text.trim_start_matches('#');
    let heading = after_hashes.len() < text.len() && after_hashes.starts_with([' ', '\t']);
    let item = ["- ", "+ ", "* "].iter().any(|marker| text.starts_with(marker));
    let line = text.chars().all(|c| matches!(c, '-' | '*' | '_' | '+' | '=' | '#' | ' '));
    let link = text.starts_with('[') && text.contains("]:");
    let block = text.starts_with('>') || text.starts_with("```") || text.starts_with("~~~");
    heading || item || line || link || block
}
