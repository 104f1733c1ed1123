//! A file that is nothing but the version, such as `VERSION`.

use super::{Problem, Spot, spot};

/// Where the version is: the one line that has something on it, with or without a `v`.
pub(super) fn find(text: &str) -> Result<Vec<Spot>, Problem> {
    let mut spots = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start_matches('\u{feff}').trim();
        let bare =
            words.strip_prefix(['v', 'V']).filter(|bare| bare.starts_with(|c: char| c.is_ascii_digit()));
        let version = bare.unwrap_or(words);
        if !words.is_empty() && !words.starts_with('#') {
            let start = at + line.find(words).unwrap_or_default() + words.len() - version.len();
            spots.push(spot("", start..start + version.len(), text));
        }
        at += line.len();
    }
    Ok(spots)
}
