//! Where the values of a YAML text stand, in bytes, so that one can be replaced and the rest stays as it is.

use std::ops::Range;

use crate::changelog::edit::Edit;
use crate::config::yaml::{Node, Place, Value};

/// A text whose places are asked for.
pub(super) struct Places<'a> {
    text: &'a str,
}

impl<'a> Places<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text }
    }

    /// Puts another value in the place of a node.
    pub(super) fn replace(&self, node: &Node, value: &str) -> Option<Edit> {
        Some(Edit::replace(self.span(node)?, value))
    }

    /// Sets a key of a mapping: in the place of its value, else as the first of its keys.
    pub(super) fn set(&self, mapping: &Node, key: &str, value: &str) -> Option<Edit> {
        if let Some(there) = mapping.get(key) {
            return self.replace(there, value);
        }
        let Value::Mapping(pairs) = &mapping.value else { return None };
        let (first, _) = pairs.first()?;
        let at = self.offset(first.place)?;
        let flow = self.text.get(self.offset(mapping.place)?..)?.starts_with('{');
        let between = if flow {
            ", ".to_owned()
        } else {
            format!("\n{}", " ".repeat(first.place.column.saturating_sub(1)))
        };
        Some(Edit::insert(at, format!("{key}: {value}{between}")))
    }

    /// The bytes of a scalar or of a list in one line.
    fn span(&self, node: &Node) -> Option<Range<usize>> {
        let start = self.offset(node.place)?;
        let raw = self.text.get(start..)?;
        let length = match (&node.value, raw.chars().next()?) {
            (Value::Scalar { .. }, quote @ ('"' | '\'')) => quoted(raw, quote)?,
            (Value::Scalar { text, plain: true }, _) if raw.starts_with(text.as_str()) => text.len(),
            (Value::Sequence(_), '[') => bracketed(raw)?,
            (Value::Scalar { .. } | Value::Sequence(_) | Value::Mapping(_), _) => return None,
        };
        Some(start..start + length)
    }

    fn offset(&self, place: Place) -> Option<usize> {
        let lines = self.text.split_inclusive('\n').take(place.line.checked_sub(1)?);
        let before: usize = lines.map(str::len).sum();
        let line = self.text.get(before..)?;
        let column = line.char_indices().nth(place.column.checked_sub(1)?)?;
        Some(before + column.0)
    }
}

/// How long a quoted scalar is, its quotes included.
fn quoted(raw: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in raw.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// How long a list in brackets is.
fn bracketed(raw: &str) -> Option<usize> {
    let mut at = 0;
    let mut depth = 0_usize;
    while let Some(c) = raw.get(at..)?.chars().next() {
        match c {
            '"' | '\'' => at += quoted(raw.get(at..)?, c)?,
            '[' => {
                depth += 1;
                at += 1;
            }
            ']' if depth == 1 => return Some(at + 1),
            ']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            c => at += c.len_utf8(),
        }
    }
    None
}
