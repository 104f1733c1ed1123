//! Changes to a text as spans to replace, so that every byte outside them stays, and a diff can be shown.

use std::ops::Range;

use super::patch;

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

    /// What changes, as a patch that `git apply` takes.
    pub fn diff(&self) -> String {
        patch::of(self)
    }
}

/// The part of a text after the edits that fall into it.
pub(super) fn splice(before: &str, part: Range<usize>, edits: &[Edit]) -> String {
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
