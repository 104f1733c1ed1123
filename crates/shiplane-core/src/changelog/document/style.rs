//! The form in which a changelog is kept: its line ends, headings and bullets.

use super::Release;
use super::day::{self, Form};
use super::groups;
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
    day: Form,
    underline: Option<char>,
    /// The line above a heading that gives it a name for links.
    anchor: Option<String>,
    level: usize,
    group_level: usize,
    /// Groups as this file calls them.
    titles: Vec<(Group, String)>,
    /// What stands before an entry, white space on both sides included.
    bullet: String,
    /// An empty line between a group's heading and its entries.
    spaced: bool,
    /// An empty line between a release's heading and its first group.
    airy: bool,
    /// An empty line above a group's heading.
    apart: bool,
}

impl Style {
    /// Keep a Changelog's own form, for a file that does not exist yet.
    pub(super) fn plain(text: &str) -> Self {
        Self {
            eol: eol(text),
            before: "## [".to_owned(),
            after: format!("] - {DATE}"),
            day: Form::Numbers('-'),
            underline: None,
            anchor: None,
            level: 2,
            group_level: 3,
            titles: Vec::new(),
            bullet: "- ".to_owned(),
            spaced: true,
            airy: true,
            apart: true,
        }
    }

    /// The form of the newest release, or of the file where there is none.
    pub(super) fn of(outline: &Outline<'_>, release: &Release<'_>) -> Self {
        let mut style = Self::plain(outline.text);
        let unreleased = outline.headings.iter().find(|heading| heading.kind == Kind::Unreleased);
        let newest = outline.releases().next().map(|(heading, _)| heading);
        if let Some(heading) = newest {
            style.take_heading(outline, heading, release);
        } else if let Some(heading) = unreleased {
            style.level = heading.level;
            let bracket = if outline.slice(&heading.text).starts_with('[') { "[" } else { "" };
            style.before = format!("{} {bracket}", "#".repeat(heading.level));
            style.after = if bracket.is_empty() { format!(" - {DATE}") } else { format!("] - {DATE}") };
        }
        style.group_level = (style.level + 1).min(6);
        style.titles = groups::titles(outline);
        for heading in [unreleased, newest].into_iter().flatten() {
            style.take_groups(outline, heading);
        }
        // A group of its own level would end the section.
        let least = unreleased.map_or(0, |heading| heading.level) + 1;
        style.group_level = style.group_level.max(least).min(6);
        style.take_bullet(outline, [unreleased, newest]);
        style
    }

    fn take_heading(&mut self, outline: &Outline<'_>, heading: &Heading, release: &Release<'_>) {
        let Kind::Release { digits, .. } = &heading.kind else { return };
        let old = outline.slice(digits);
        let led = |text: &str| text.replace(old, &release.version.to_string());
        let line = outline.slice(&heading.span);
        let mut parts = line.split(if outline.text.contains('\n') { '\n' } else { '\r' });
        let first = parts.next().unwrap_or_default().trim_end();
        let under = parts.next().map(str::trim_end);
        let start = heading.span.start;
        let before = first.get(..digits.start - start).unwrap_or_default().trim_start_matches('\u{feff}');
        let after = first.get(digits.end - start..).unwrap_or_default();
        self.level = heading.level;
        self.underline = under.and_then(|under| under.chars().next());
        self.before = if before.contains("<a ") { led(before) } else { before.to_owned() };
        self.anchor = outline.anchor(heading).map(|anchor| led(outline.slice(&anchor)));
        self.around_day(&links::inline(outline, after, release));
    }

    /// Level and spacing of the groups under a heading.
    fn take_groups(&mut self, outline: &Outline<'_>, heading: &Heading) {
        let part = heading.span.end..outline.section_end(heading);
        let lines: Vec<&str> =
            outline.within(part.clone()).iter().map(|line| outline.slice(&line.span)).collect();
        let inside = outline.headings.iter().filter(|other| part.contains(&other.span.start));
        let Some(first) = inside.clone().map(|group| group.level).min() else { return };
        self.group_level = first;
        let is_blank =
            |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
        for (number, group) in inside.filter(|group| group.level == first).enumerate() {
            let Some(at) = outline.within(part.start..group.span.start + 1).len().checked_sub(1) else {
                continue;
            };
            let (above, below) = (at > 0 && is_blank(at.checked_sub(1)), is_blank(Some(at + 1)));
            if number == 0 {
                self.airy = above;
                self.spaced = below;
                self.apart = true;
            } else {
                self.apart &= above;
                self.spaced &= below;
            }
        }
    }

    /// The bullet of the first entry where releases are, or else of the file.
    fn take_bullet(&mut self, outline: &Outline<'_>, sections: [Option<&Heading>; 2]) {
        let parts =
            sections.into_iter().flatten().map(|heading| heading.span.end..outline.section_end(heading));
        let whole = 0..outline.text.len();
        for part in parts.chain(std::iter::once(whole)) {
            let lines = outline.within(part).iter().filter(|line| line.is_prose);
            if let Some(found) = lines.map(|line| outline.slice(&line.span)).find_map(bullet) {
                self.bullet = found.to_owned();
                return;
            }
        }
    }

    /// What follows the version in a heading, with a place for the date where there is one, and no further words.
    fn around_day(&mut self, after: &str) {
        if let Some((place, form)) = day::find(after) {
            let head = after.get(..place.start).unwrap_or_default();
            let rest = after.get(place.end..).unwrap_or_default();
            let closed = rest.chars().next().filter(|c| matches!(c, ')' | ']' | '*' | '_'));
            self.day = form;
            self.after = format!("{head}{DATE}{}", closed.map(String::from).unwrap_or_default());
            return;
        }
        let link = after.strip_prefix("](").and_then(|rest| rest.split_once(')'));
        self.after = match link {
            Some((url, _)) => format!("]({url})"),
            None if after.starts_with(']') => "]".to_owned(),
            None => String::new(),
        };
    }

    /// The empty line below a group's heading, where the file has one there.
    pub(super) fn gap(&self) -> &'static str {
        if self.spaced { self.eol } else { "" }
    }

    /// The empty line between two releases, unless the file has none anywhere.
    pub(super) fn between(&self, outline: &Outline<'_>, newest: &Heading) -> &'static str {
        let above = outline.within(0..newest.span.start).last();
        let is_tight = above.is_some_and(|line| !outline.slice(&line.span).trim().is_empty());
        if is_tight && !self.airy { "" } else { self.eol }
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
        let after = self.after.replace(DATE, &self.day.write(release.date));
        let line = format!("{}{}{after}", self.before, release.version);
        let anchor = self.anchor.as_ref().map(|anchor| format!("{anchor}{}", self.eol)).unwrap_or_default();
        match self.underline {
            Some(c) => {
                format!("{anchor}{line}{}{}", self.eol, c.to_string().repeat(line.chars().count()))
            }
            None => format!("{anchor}{line}"),
        }
    }

    /// The release's whole section, without the last line end.
    pub(super) fn section(&self, release: &Release<'_>) -> String {
        let groups = &release.notes.groups;
        let groups: Vec<String> = groups.iter().map(|(group, entries)| self.group(*group, entries)).collect();
        let between = if self.apart { self.eol } else { "" };
        let top = if self.airy { self.eol } else { "" };
        let heading = self.heading(release);
        if groups.is_empty() {
            return heading;
        }
        format!("{heading}{}{top}{}", self.eol, groups.join(&format!("{}{between}", self.eol)))
    }

    /// A group with its entries, without the last line end.
    pub(super) fn group(&self, group: Group, entries: &[String]) -> String {
        let known = self.titles.iter().find(|(known, _)| *known == group);
        let title = known.map_or(group.title(), |(_, title)| title);
        format!("{} {title}{}{}{}", "#".repeat(self.group_level), self.eol, self.gap(), self.items(entries))
    }

    /// Entries, a line each, without the last line end.
    pub(super) fn items(&self, entries: &[String]) -> String {
        // Further lines of an entry stand below its words.
        let below: String = self.bullet.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let broken = format!("{}{below}", self.eol);
        let item = |entry: &String| format!("{}{}", self.bullet, entry.replace("\n  ", &broken));
        entries.iter().map(item).collect::<Vec<_>>().join(self.eol)
    }
}

/// What most lines end with.
fn eol(text: &str) -> &'static str {
    let (windows, all) = (text.matches("\r\n").count(), text.matches('\n').count());
    match (windows * 2 > all, all == 0 && text.contains('\r')) {
        (true, _) => "\r\n",
        (false, true) => "\r",
        (false, false) => "\n",
    }
}

/// Bullet with the white space around it, when the line is an entry that is not indented as code.
fn bullet(line: &str) -> Option<&str> {
    let words = line.trim_start_matches(' ');
    let indent = line.len() - words.len();
    let after = words.strip_prefix(['-', '*', '+'])?;
    let rest = after.trim_start_matches([' ', '\t']);
    let width = after.len() - rest.len();
    let fits = indent <= 3 && (1..=4).contains(&width) && !rest.trim().is_empty();
    line.get(..indent + 1 + width).filter(|_| fits)
}
