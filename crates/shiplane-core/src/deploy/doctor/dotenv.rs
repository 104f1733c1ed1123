//! The keys of a `.env`. Values are looked at and forgotten here.

use super::checkup::EnvFile;

/// The keys of a `.env`, with those that are empty or stand there twice.
pub fn read(text: &str) -> EnvFile {
    let mut file = EnvFile::default();
    for (key, value) in entries(text) {
        if file.keys.contains(&key) {
            if !file.twice.contains(&key) {
                file.twice.push(key.clone());
            }
        } else {
            file.keys.push(key.clone());
        }
        // The last one counts, so what an earlier one said does not.
        file.empty.retain(|name| *name != key);
        if value.is_empty() {
            file.empty.push(key);
        }
    }
    file
}

/// Every key with its value, as Compose reads them (Compose docs, "Set environment variables within .env file syntax").
pub fn entries(text: &str) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let mut value = value.trim().to_owned();
        if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            // A quoted value may go on over lines.
            while closing(&value, quote).is_none() {
                let Some(next) = lines.next() else { break };
                value.push('\n');
                value.push_str(next);
            }
            let end = closing(&value, quote).unwrap_or(value.len());
            value = value.get(1..end).unwrap_or_default().to_owned();
        } else if let Some((before, _)) = format!(" {value}").split_once(" #") {
            value = before.trim().to_owned();
        }
        entries.push((key.trim().to_owned(), value));
    }
    entries
}

/// Where the quote that opens a value is closed again.
fn closing(value: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in value.char_indices().skip(1) {
        if c == quote && !escaped {
            return Some(at);
        }
        escaped = c == '\\' && !escaped && quote == '"';
    }
    None
}
