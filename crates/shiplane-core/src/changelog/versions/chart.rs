//! The version fields of a Helm `Chart.yaml`.

use super::{Problem, Spot, spot};

/// Where `version` and `appVersion` are, at the left edge of the file.
pub(super) fn find(text: &str) -> Result<Vec<Spot>, Problem> {
    let mut spots = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches('\u{feff}');
        for key in ["version", "appVersion"] {
            let quoted = |quote: &str| bare.strip_prefix(quote)?.strip_prefix(key)?.strip_prefix(quote);
            let named = quoted("").filter(|rest| !rest.starts_with(['"', '\'']));
            let rest = named.or_else(|| quoted("\"")).or_else(|| quoted("'"));
            let value = rest.and_then(|rest| rest.trim_start_matches(' ').strip_prefix(':'));
            if let Some(value) = value.filter(|value| value.starts_with([' ', '\t'])) {
                let start = at + line.len() - value.len();
                let (skipped, length) = scalar(value);
                let (from, to) = (start + skipped, start + skipped + length);
                // An image's tag is often named with its `v`, which stays.
                let mark = usize::from(text.get(from..to).is_some_and(|words| words.starts_with('v')));
                spots.push(spot(key, from + mark..to, text));
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
