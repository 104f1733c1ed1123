//! Entries put under Unreleased, where people look for what comes.

use semver::Version;

use super::outline::{Kind, Outline};
use super::style::Style;
use super::{PREAMBLE, Release, block, in_lines, legible, line_start, merge};
use crate::changelog::date::Date;
use crate::changelog::edit::Edit;
use crate::changelog::notes::Notes;

/// The edits that add the entries; none for those that stand there already.
pub fn propose(text: &str, notes: &Notes) -> Vec<Edit> {
    if notes.groups.is_empty() {
        return Vec::new();
    }
    if text.trim_matches('\u{feff}').trim().is_empty() {
        let style = Style::plain(text);
        let section = format!("{PREAMBLE}{}\n", groups(&style, notes));
        return vec![Edit::insert(text.len(), in_lines(&section, style.eol))];
    }
    legible(text, proposed(text, notes))
}

fn proposed(text: &str, notes: &Notes) -> Vec<Edit> {
    let outline = Outline::of(text);
    let style = Style::of(&outline, &nothing(notes));
    let eol = style.eol;
    if let Some(heading) = outline.headings.iter().find(|heading| heading.kind == Kind::Unreleased) {
        let end = outline.section_end(heading);
        let added = |(group, entries): &(_, Vec<String>)| {
            merge::group(&outline, (heading, end), &style, (*group, entries.as_slice()))
        };
        return notes.groups.iter().filter_map(added).collect();
    }
    match outline.releases().next() {
        Some((newest, _)) => {
            let section = section(&style, newest.level, notes);
            vec![Edit::insert(line_start(&outline, newest), format!("{section}{eol}{eol}"))]
        }
        None => {
            let end = outline.content_end(0, outline.prose_end(0));
            vec![block(&outline, end, eol, &section(&style, 2, notes))]
        }
    }
}

fn section(style: &Style, level: usize, notes: &Notes) -> String {
    let eol = style.eol;
    format!("{} {}{eol}{eol}{}", "#".repeat(level), style.unreleased(), groups(style, notes))
}

fn groups(style: &Style, notes: &Notes) -> String {
    let groups = notes.groups.iter().map(|(group, entries)| style.group(*group, entries));
    groups.collect::<Vec<_>>().join(&format!("{0}{0}", style.eol))
}

/// A form is read from the file for some release; that one has no heading here.
fn nothing(notes: &Notes) -> Release<'_> {
    const NO_VERSION: &Version = &Version::new(0, 0, 0);
    Release { version: NO_VERSION, tag: "", previous_tag: None, date: Date::from_unix(0), notes, site: None }
}
