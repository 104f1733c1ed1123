//! The version fields of a Helm `Chart.yaml`.

use super::{Problem, Spot, spot};

/// Where `version` and `appVersion` are, at the left edge of the file.
pub(super) fn find(text: &str) -> Result<Vec<Spot>, Problem> {
    let mut spots = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches('\u{feff}');
        for key in ["version", "appVersion"] {
            let value =
                bare.strip_prefix(key).and_then(|rest| rest.trim_start_matches(' ').strip_prefix(':'));
            if let Some(value) = value.filter(|value| value.starts_with([' ', '\t'])) {
                let start = at + line.len() - value.len();
                let (skipped, length) = scalar(value);
                spots.push(spot(key, start + skipped..start + skipped + length, text));
            }
        }
        at += line.len();
    }
    Ok(spots)
}

/// Where a plain or quoted scalar on one line begins, and how long it is, quotes and comment aside.
fn scalar(value: &str) -> (usize, usize) {
    let words = value.trim_start();
    let skipped = value.len() - words.len();
    if let Some(quote) = words.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inside = words.get(1..).unwrap_or_default();
        return (skipped + 1, inside.find(quote).unwrap_or(0));
    }
    let end = words.find(" #").or_else(|| words.find("\t#")).unwrap_or(words.len());
    (skipped, words.get(..end).unwrap_or_default().trim_end().len())
}
