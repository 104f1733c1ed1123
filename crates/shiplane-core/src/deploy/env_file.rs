//! `.env`: one key set, every other byte as it was; and which keys two of them have differently.

/// The key with the percentage of users that see the release.
pub const ROLLOUT: &str = "ROLLOUT";

/// The file with that key set: replaced where it stands, added at the end where it does not.
pub fn with_key(text: &[u8], key: &str, value: &str) -> Vec<u8> {
    if let Some(replaced) = replaced(text, key, value) {
        return replaced;
    }
    let mut text = text.to_vec();
    if text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    text.extend(format!("{key}={value}\n").into_bytes());
    text
}

/// The file with that key set wherever it stands; `None` where it stands nowhere.
pub fn replaced(text: &[u8], key: &str, value: &str) -> Option<Vec<u8>> {
    let (mut out, mut found) = (Vec::with_capacity(text.len() + 8), false);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if key_of(line) != Some(key.as_bytes()) {
            out.extend_from_slice(line);
            continue;
        }
        found = true;
        let upto = line.iter().position(|byte| *byte == b'=').map_or(line.len(), |at| at + 1);
        out.extend_from_slice(line.get(..upto).unwrap_or(line));
        out.extend_from_slice(value.as_bytes());
        let end: &[u8] = if line.ends_with(b"\r\n") {
            b"\r\n"
        } else if line.ends_with(b"\n") {
            b"\n"
        } else {
            b""
        };
        out.extend_from_slice(end);
    }
    found.then_some(out)
}

/// Keys and values, in the file's order; comments and lines without `=` are passed over.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.lines().filter_map(pair).collect()
}

fn pair(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (key, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
    let key = key.trim();
    let named = !key.is_empty() && !key.contains(char::is_whitespace);
    named.then(|| (key.to_owned(), unquoted(value.trim()).to_owned()))
}

fn unquoted(value: &str) -> &str {
    let within = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

/// Names of the keys whose values are not the same in both, sorted. Values are compared and never told.
pub fn changed(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (pairs(old), pairs(new));
    let differs = |(key, value): &&(String, String), other: &[(String, String)]| {
        other.iter().rev().find(|(name, _)| name == key).is_none_or(|(_, there)| there != value)
    };
    let here = new.iter().filter(|pair| differs(pair, &old));
    let gone = old.iter().filter(|pair| differs(pair, &new));
    let mut keys: Vec<String> = here.chain(gone).map(|(key, _)| key.clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The key that a line sets; `export` may stand before it.
fn key_of(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_start();
    let line = match line.strip_prefix(b"export") {
        Some(rest) if rest.first().is_some_and(u8::is_ascii_whitespace) => rest.trim_ascii_start(),
        Some(_) | None => line,
    };
    let at = line.iter().position(|byte| *byte == b'=')?;
    let key = line.get(..at)?.trim_ascii_end();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (!key.is_empty() && key.iter().all(plain)).then_some(key)
}
