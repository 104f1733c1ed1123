//! Versions in TOML files: parsed for the place, replaced in the raw text.

use toml_edit::{Document, Item};

use super::{Problem, Spot, spot};

/// A TOML file, with the places of its parts.
pub(super) fn parse(text: &str) -> Result<Document<&str>, Problem> {
    Document::parse(text).map_err(|error| Problem::Syntax(error.message().to_owned()))
}

/// The item at a path of keys.
pub(super) fn at<'a>(item: &'a Item, path: &[&str]) -> Option<&'a Item> {
    path.iter().try_fold(item, |item, key| item.get(key))
}

/// The place of a string's content, without its quotes.
pub(super) fn string(text: &str, label: &str, item: &Item) -> Option<Spot> {
    let (value, span) = (item.as_str()?, item.span()?);
    within(text, label, (value, span))
}

/// The same of a version; one that is written with escapes stands as it is written, which is no version.
pub(super) fn version(text: &str, label: &str, item: &Item) -> Option<Spot> {
    let span = item.as_str().and(item.span())?;
    string(text, label, item).or_else(|| Some(spot(label, span, text)))
}

/// The place of a value between its quotes; `None` when it is written with escapes.
pub(super) fn within(text: &str, label: &str, (value, span): (&str, std::ops::Range<usize>)) -> Option<Spot> {
    let start = span.start + text.get(span)?.find(value)?;
    Some(spot(label, start..start + value.len(), text))
}
