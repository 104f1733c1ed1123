//! A release's section put into a changelog that people write by hand; every other byte stays.

mod day;
mod groups;
mod lines;
mod links;
mod merge;
mod outline;
mod propose;
mod section;
mod statements;
mod style;

use semver::Version;

use super::date::Date;
use super::edit::Edit;
use super::notes::Notes;
use super::site::Site;
use crate::raw;
use outline::{Heading, Kind, Outline};
use style::Style;

pub use propose::propose;
pub use section::{section, unreleased};
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
    /// Where the repository is seen, when that is known.
    pub site: Option<&'a Site>,
}

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
        let style = Style::plain(text);
        let links = links::block(&release.version.to_string(), release);
        let links = links.map(|links| format!("\n{links}")).unwrap_or_default();
        let section = format!("{PREAMBLE}{}\n{links}", style.section(release));
        return vec![Edit::insert(text.len(), in_lines(&section, style.eol))];
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
            format!("{}{}{}", style.section(release), style.eol, style.between(&outline, newest)),
        )],
        (None, None) => {
            let end = outline.content_end(0, outline.prose_end(0));
            vec![block(&outline, end, style.eol, &style.section(release))]
        }
    };
    edits.extend(links::edits(&outline, release, &style));
    legible(text, edits)
}

fn in_lines(text: &str, eol: &str) -> String {
    // A style of our own has one kind of line end already.
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', eol)
}

/// In a file that is in some older encoding, nobody can say which, new letters are written as what they are called.
fn legible(text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    let is_known = |c: char| c.is_ascii() || c == '\u{feff}';
    let is_old = text.contains(raw::stands_for_a_byte)
        && text.chars().all(|c| is_known(c) || raw::stands_for_a_byte(c));
    if is_old {
        for edit in &mut edits {
            let letters = edit.text.chars().map(|c| match c {
                c if c.is_ascii() || raw::stands_for_a_byte(c) => c.to_string(),
                c => format!("&#{};", u32::from(c)),
            });
            edit.text = letters.collect();
        }
    }
    edits
}

/// Where a release begins: at the line above its heading that gives it a name, and after a byte order mark.
fn line_start(outline: &Outline<'_>, heading: &Heading) -> usize {
    let start = outline.anchor(heading).map_or(heading.span.start, |anchor| anchor.start);
    let line = outline.text.get(start..).unwrap_or_default();
    start + line.len() - line.trim_start_matches('\u{feff}').len()
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
    let top = advice_end(outline, heading, end);
    let mut edits = vec![Edit::insert(top, format!("{eol}{eol}{}", style.heading(release)))];
    for (group, entries) in &release.notes.groups {
        edits.extend(merge::group(outline, (heading, end), style, (*group, entries)));
    }
    edits
}

/// Whether anything stands in the section but headings and comments.
fn has_entries(outline: &Outline<'_>, heading: &Heading, end: usize) -> bool {
    let mut filled = outline.within(heading.span.end..end).iter().filter(|line| {
        let words = outline.slice(&line.span).trim();
        let is_comment = words.starts_with("<!--") && words.ends_with("-->");
        line.is_prose && !words.is_empty() && !is_comment && !outline.is_heading(line)
    });
    filled.next().is_some()
}

/// The end of the heading, or of the comments right below it, which tell people what to write and stay there.
fn advice_end(outline: &Outline<'_>, heading: &Heading, end: usize) -> usize {
    let mut last = heading.span.end;
    let mut open = false;
    for line in outline.within(heading.span.end..end) {
        let words = outline.slice(&line.span).trim();
        let begins = words.starts_with("<!--") && (!line.is_prose || words.ends_with("-->"));
        if open || begins {
            open = !words.contains("-->");
            if !open {
                last = line.span.end;
            }
        } else if !words.is_empty() {
            break;
        }
    }
    last
}

/// An empty line, where words follow at once that would become part of what is put before them.
fn guard(outline: &Outline<'_>, at: usize, eol: &'static str) -> &'static str {
    let rest = outline.text.get(at..).unwrap_or_default();
    let after = rest.strip_prefix("\r\n").or(rest.strip_prefix(['\n', '\r'])).unwrap_or(rest);
    let is_apart = after.is_empty() || after.starts_with(['\r', '\n', '#', '-', '*', '+']);
    if is_apart { "" } else { eol }
}

/// A section of its own after the end of a line, with one empty line on both sides.
fn block(outline: &Outline<'_>, at: usize, eol: &str, section: &str) -> Edit {
    let rest = outline.text.get(at..).unwrap_or_default();
    let after = rest.strip_prefix("\r\n").or(rest.strip_prefix(['\n', '\r'])).unwrap_or(rest);
    let is_tight = !after.is_empty() && !after.starts_with(['\r', '\n']);
    Edit::insert(at, format!("{eol}{eol}{section}{}", if is_tight { eol } else { "" }))
}
