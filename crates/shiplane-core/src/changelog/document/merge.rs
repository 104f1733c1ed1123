//! Entries put beside what people wrote by hand, without saying anything twice.

use std::ops::Range;

use super::groups::rank;
use super::outline::{Heading, Outline};
use super::{Style, guard};
use crate::changelog::edit::Edit;
use crate::changelog::notes::Group;

/// Adds the entries that nobody wrote by hand to their group, or the group in its place.
pub(super) fn group(
    outline: &Outline<'_>,
    (heading, end): (&Heading, usize),
    style: &Style,
    (group, entries): (Group, &[String]),
) -> Option<Edit> {
    let part = heading.span.end..end;
    let written = Written::of(outline, part.clone());
    let missing: Vec<String> = entries.iter().filter(|entry| !written.says(entry)).cloned().collect();
    if missing.is_empty() {
        return None;
    }
    let inside = outline.headings.iter().filter(|other| part.contains(&other.span.start));
    let groups: Vec<&Heading> = inside.collect();
    let rank_of = |heading: &Heading| rank(outline.slice(&heading.text));
    let eol = style.eol;
    let own = rank(group.title());
    if let Some(at) = groups.iter().position(|other| rank_of(other) == own) {
        let own = groups.get(at)?;
        // What stands under smaller headings belongs to the group, but is no place for more.
        let next = groups.get(at + 1);
        let content_end = outline.content_end(own.span.end, next.map_or(end, |next| next.span.start));
        let is_empty = content_end <= own.span.end;
        let gap = if is_empty { style.gap() } else { "" };
        let items = style.items(&missing);
        let place = content_end.max(own.span.end);
        let guard = guard(outline, place, eol);
        return Some(Edit::insert(place, format!("{eol}{gap}{items}{guard}")));
    }
    let later = groups.iter().find(|other| rank_of(other) > own).map_or(end, |other| other.span.start);
    let place = outline.content_end(heading.span.end, later).max(heading.span.end);
    let guard = guard(outline, place, eol);
    Some(Edit::insert(place, format!("{eol}{eol}{}{guard}", style.group(group, &missing))))
}

/// What people wrote, in a form that can be compared.
struct Written {
    words: Vec<String>,
    numbers: Vec<u64>,
}

impl Written {
    fn of(outline: &Outline<'_>, part: Range<usize>) -> Self {
        let lines = || outline.within(part.clone()).iter().map(|line| outline.slice(&line.span));
        let numbers = lines().flat_map(numbers).collect();
        // An entry may run over several lines.
        let mut words: Vec<String> = lines().map(plain).collect();
        let mut entry = String::new();
        for line in lines() {
            if line.trim_start().starts_with(['-', '*', '+']) || line.trim().is_empty() {
                words.push(plain(&entry));
                entry.clear();
            }
            entry.push_str(line);
            entry.push(' ');
        }
        words.push(plain(&entry));
        Self { words, numbers }
    }

    /// Whether an entry says nothing new: the same words, or the same pull request.
    fn says(&self, entry: &str) -> bool {
        let first = entry.lines().next().unwrap_or_default();
        let number = own_number(first);
        number.is_some_and(|number| self.numbers.contains(&number))
            || self.words.contains(&plain(first))
            || self.words.contains(&plain(entry))
    }
}

/// The pull request that an entry ends with: `(#12)`, or a link of that name.
fn own_number(entry: &str) -> Option<u64> {
    let (_, last) = entry.rsplit_once('(')?;
    let inside = if last.starts_with('#') { last } else { entry.rsplit_once("([")?.1 };
    inside.strip_prefix('#')?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// All that a line calls by number: `#12` and `/pull/12`.
fn numbers(line: &str) -> Vec<u64> {
    let after =
        ["#", "/pull/", "/pulls/", "/pull-requests/"].into_iter().flat_map(|mark| line.split(mark).skip(1));
    let digits = after.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
    digits.collect()
}

/// The words alone, without bullet, case, closing stop and the links in brackets at the end.
fn plain(text: &str) -> String {
    let mut text = text.trim().trim_start_matches(['-', '*', '+']).trim();
    loop {
        let cut = text.trim_end_matches(['.', ' ']);
        let head = cut.strip_suffix(')').and_then(|open| open.rfind(" (")).and_then(|at| cut.get(..at));
        // `([1a2b3c4](https://…))` and `(#12)` say where, and not what.
        let tail = head.and_then(|head| cut.get(head.len()..)).unwrap_or_default();
        match head.filter(|_| tail.starts_with(" ([") || tail.starts_with(" (#")) {
            Some(head) => text = head,
            None => {
                text = cut;
                break;
            }
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
