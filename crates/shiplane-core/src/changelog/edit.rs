//! Changes to a text as spans to replace, so that every byte outside them stays, and a diff can be shown.

use std::ops::Range;

/// One span of a text, and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// In bytes; empty where something is inserted.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

/// A file with what changes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// From the repository's root.
    pub path: String,
    /// What is there now; `None` when there is no such file.
    pub before: Option<String>,
    /// In order, without overlap.
    pub edits: Vec<Edit>,
}

impl Edit {
    /// Replaces a span.
    pub fn replace(span: Range<usize>, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Inserts at a place.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: at..at, text: text.into() }
    }
}

impl FileChange {
    /// A file with its edits put in order; edits that change nothing, or say the same twice, are left out.
    pub fn new(path: impl Into<String>, before: Option<String>, edits: Vec<Edit>) -> Self {
        let mut change = Self { path: path.into(), before, edits: Vec::new() };
        change.add(edits);
        change
    }

    /// More edits of the same file.
    pub fn add(&mut self, edits: Vec<Edit>) {
        let before = self.before.as_deref().unwrap_or_default();
        for edit in edits {
            let is_known = !edit.span.is_empty() && self.edits.contains(&edit);
            if !is_known && before.get(edit.span.clone()) != Some(edit.text.as_str()) {
                self.edits.push(edit);
            }
        }
        // Stable: what is inserted at one place stays in the order in which it was asked for.
        self.edits.sort_by_key(|edit| edit.span.start);
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text afterwards.
    pub fn after(&self) -> String {
        let before = self.before.as_deref().unwrap_or_default();
        splice(before, 0..before.len(), &self.edits)
    }

    /// What changes, in the form of `diff -u` without context lines around.
    pub fn diff(&self) -> String {
        let before = self.before.as_deref().unwrap_or_default();
        let old = if self.before.is_some() { format!("a/{}", self.path) } else { "/dev/null".to_owned() };
        let mut shown = format!("--- {old}\n+++ b/{}\n", self.path);
        let mut shift = 0_isize;
        for (lines, edits) in hunks(before, &self.edits) {
            let (old, new) =
                (before.get(lines.clone()).unwrap_or_default(), splice(before, lines.clone(), edits));
            let first = before.get(..lines.start).unwrap_or_default().matches('\n').count();
            shift += hunk(&mut shown, (first, shift), old, &new);
        }
        shown
    }
}

/// The part of a text after the edits that fall into it.
fn splice(before: &str, part: Range<usize>, edits: &[Edit]) -> String {
    let mut after = String::with_capacity(part.len());
    let mut at = part.start;
    for edit in edits {
        after.push_str(before.get(at..edit.span.start).unwrap_or_default());
        after.push_str(&edit.text);
        at = edit.span.end;
    }
    after.push_str(before.get(at..part.end).unwrap_or_default());
    after
}

/// The whole lines that are touched, with the edits that touch them.
fn hunks<'a>(before: &str, edits: &'a [Edit]) -> Vec<(Range<usize>, &'a [Edit])> {
    let mut hunks: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (number, edit) in edits.iter().enumerate() {
        let start = before.get(..edit.span.start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
        let rest = before.get(edit.span.end..).unwrap_or_default();
        let end = rest.find('\n').map_or(before.len(), |at| edit.span.end + at + 1);
        match hunks.last_mut().filter(|(lines, _)| start < lines.end) {
            Some((lines, range)) => {
                lines.end = lines.end.max(end);
                range.end = number + 1;
            }
            None => hunks.push((start..end, number..number + 1)),
        }
    }
    hunks.into_iter().map(|(lines, range)| (lines, edits.get(range).unwrap_or_default())).collect()
}

/// Shows the lines that differ and returns by how much the text grew, in lines.
fn hunk(shown: &mut String, (first, shift): (usize, isize), old: &str, new: &str) -> isize {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let room = old.len().min(new.len()) - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(one, other)| one == other).count();
    let minus = old.get(head..old.len() - tail).unwrap_or_default();
    let plus = new.get(head..new.len() - tail).unwrap_or_default();
    let line = first + head + 1;
    let (old_line, new_line) = (line - usize::from(minus.is_empty()), line.saturating_add_signed(shift));
    shown.push_str(&format!("@@ -{old_line},{} +{new_line},{} @@\n", minus.len(), plus.len()));
    for (sign, lines) in [('-', minus), ('+', plus)] {
        for line in lines {
            shown.push(sign);
            shown.push_str(line);
            shown.push('\n');
        }
    }
    isize::try_from(plus.len()).unwrap_or(0) - isize::try_from(minus.len()).unwrap_or(0)
}
