//! A text as a YAML value: whatever it holds, it reads back as itself and begins nothing else.

/// Words that YAML readers take for something else than a text.
const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// The value, without quotes where nobody could misread it.
pub(super) fn quoted(value: &str) -> String {
    let begins = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '@' | '-' | ':');
    let word = WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    if begins && value.chars().all(plain) && !value.ends_with(':') && !word {
        return value.to_owned();
    }
    let mut text = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            ' '..='~' => text.push(c),
            c if c.is_alphanumeric() => text.push(c),
            c => text.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    text.push('"');
    text
}

/// Several values as a list in one line.
pub(super) fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", values.join(", "))
}
