//! The form in which a changelog is kept: its line ends, headings and bullets.

use super::Release;
use super::links;
use super::outline::{Heading, Kind, Outline};
use crate::changelog::notes::Group;

/// Stands where the date goes; no text has it.
const DATE: char = '\0';

/// How new text is to look.
pub(super) struct Style {
    pub(super) eol: &'static str,
    /// The heading of a release, around its version.
    before: String,
    after: String,
    underline: Option<char>,
    level: usize,
    bullet: char,
    /// An empty line between a group's heading and its entries.
    spaced: bool,
}

impl Style {
    /// Keep a Changelog's own form, for a file that does not exist yet.
    pub(super) fn plain() -> Self {
        Self {
            eol: "\n",
            before: "## [".to_owned(),
            after: format!("] - {DATE}"),
            underline: None,
            level: 2,
            bullet: '-',
            spaced: true,
        }
    }

    /// The form of the newest release, or of the file where there is none.
    pub(super) fn of(outline: &Outline<'_>, release: &Release<'_>) -> Self {
        let windows = outline.text.matches("\r\n").count();
        let eol = if windows * 2 > outline.text.matches('\n').count() { "\r\n" } else { "\n" };
        let mut style = Self { eol, ..Self::plain() };
        if let Some(heading) = outline.releases().next().map(|(heading, _)| heading) {
            style.take_heading(outline, heading, release);
        } else if let Some(heading) = outline.headings.iter().find(|heading| heading.kind == Kind::Unreleased)
        {
            style.level = heading.level;
            let bracket = if outline.slice(&heading.text).starts_with('[') { "[" } else { "" };
            style.before = format!("{} {bracket}", "#".repeat(heading.level));
            style.after = if bracket.is_empty() { format!(" - {DATE}") } else { format!("] - {DATE}") };
        }
        style.take_entries(outline);
        style
    }

    fn take_heading(&mut self, outline: &Outline<'_>, heading: &Heading, release: &Release<'_>) {
        let Kind::Release { digits, .. } = &heading.kind else { return };
        let line = outline.slice(&heading.span);
        let first = line.lines().next().unwrap_or_default().trim_end();
        let under = line.lines().nth(1).map(str::trim_end);
        let start = heading.span.start;
        let before = first.get(..digits.start - start).unwrap_or_default();
        let after = first.get(digits.end - start..).unwrap_or_default();
        self.level = heading.level;
        self.underline = under.and_then(|under| under.chars().next());
        self.before = before.trim_start_matches('\u{feff}').to_owned();
        self.after = around_date(&links::inline(after, release));
    }

    /// Bullet and spacing of the first entries in the file.
    fn take_entries(&mut self, outline: &Outline<'_>) {
        let lines =
            || outline.lines.iter().filter(|line| line.is_prose).map(|line| outline.slice(&line.span));
        let bullet =
            |line: &str| line.strip_prefix(['-', '*']).filter(|rest| rest.starts_with(' ')).is_some();
        if let Some(first) = lines().find(|line| bullet(line)) {
            self.bullet = first.chars().next().unwrap_or('-');
        }
        let group = "#".repeat(self.level + 1) + " ";
        let headings = lines().zip(lines().skip(1)).filter(|(line, _)| line.starts_with(&group));
        let tight = headings.filter(|(_, next)| !next.trim().is_empty()).count();
        self.spaced = tight == 0;
    }

    /// The empty line below a group's heading, where the file has one there.
    pub(super) fn gap(&self) -> &'static str {
        if self.spaced { self.eol } else { "" }
    }

    /// What stands in the brackets of a release's heading; `None` when there are none.
    pub(super) fn label(&self, release: &Release<'_>) -> Option<String> {
        let (_, inside) = self.before.rsplit_once('[')?;
        self.after.starts_with(']').then(|| format!("{inside}{}", release.version))
    }

    /// Whether the heading links to somewhere by itself.
    pub(super) fn is_inline(&self) -> bool {
        self.after.starts_with("](")
    }

    /// `Unreleased` as it stands in a heading, in brackets where releases do.
    pub(super) fn unreleased(&self) -> &'static str {
        if self.before.contains('[') { "[Unreleased]" } else { "Unreleased" }
    }

    /// The release's heading, without the last line end.
    pub(super) fn heading(&self, release: &Release<'_>) -> String {
        let after = self.after.replace(DATE, &release.date.to_string());
        let line = format!("{}{}{after}", self.before, release.version);
        match self.underline {
            Some(c) => format!("{line}{}{}", self.eol, c.to_string().repeat(line.chars().count())),
            None => line,
        }
    }

    /// The release's whole section, without the last line end.
    pub(super) fn section(&self, release: &Release<'_>) -> String {
        let groups = &release.notes.groups;
        let groups = groups.iter().map(|(group, entries)| self.group(self.level + 1, *group, entries));
        let parts: Vec<String> = std::iter::once(self.heading(release)).chain(groups).collect();
        parts.join(&format!("{}{}", self.eol, self.eol))
    }

    /// A group with its entries, without the last line end.
    pub(super) fn group(&self, level: usize, group: Group, entries: &[String]) -> String {
        format!("{} {}{}{}{}", "#".repeat(level), group.title(), self.eol, self.gap(), self.items(entries))
    }

    /// Entries, a line each, without the last line end.
    pub(super) fn items(&self, entries: &[String]) -> String {
        let item = |entry: &String| format!("{} {}", self.bullet, entry.replace('\n', self.eol));
        entries.iter().map(item).collect::<Vec<_>>().join(self.eol)
    }
}

/// What follows the version in a heading, with a place for the date where there is one, and no further words.
fn around_date(after: &str) -> String {
    let is_date = |text: &str| {
        let shape =
            |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
        text.len() == 10 && text.bytes().enumerate().all(shape)
    };
    let starts = after.char_indices().map(|(at, _)| at);
    if let Some(at) = starts.into_iter().find(|at| after.get(*at..at + 10).is_some_and(is_date)) {
        let head = after.get(..at).unwrap_or_default();
        let closed = after.get(at + 10..).is_some_and(|rest| rest.starts_with(')'));
        return format!("{head}{DATE}{}", if closed { ")" } else { "" });
    }
    let link =
        after.strip_prefix("](").and_then(|rest| rest.split_once(')')).map(|(url, _)| format!("]({url})"));
    link.unwrap_or_else(|| if after.starts_with(']') { "]".to_owned() } else { String::new() })
}
