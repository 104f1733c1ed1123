//! Text that others wrote (commit messages, container logs, HTTP bodies), made harmless before it is printed.
//!
//! The runner obeys `::command::` at the start of a line, after any white space, and the legacy `##[command]`
//! anywhere in a line (actions/runner, `ActionCommand.cs`). A zero-width space inside either keeps it readable
//! and takes the power out of it.

/// The longest piece of foreign text that stands in one line of ours, in characters.
const LINE_LIMIT: usize = 500;

const BREAKER: char = '\u{200b}';

/// The text as one harmless line of bounded length: line ends become `⏎`, controls become visible.
pub fn one_line(text: &str) -> String {
    let trimmed = text.trim_end();
    if is_harmless(trimmed) {
        return trimmed.to_owned();
    }
    clip(&defuse(&visible(text.trim_end(), "⏎")), LINE_LIMIT)
}

/// Whether nothing would be changed: most text is so, and some tools have very much of it.
fn is_harmless(line: &str) -> bool {
    let is_plain = line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    line.len() <= LINE_LIMIT && is_plain && !line.contains("##[") && !line.trim_start().starts_with("::")
}

/// The text as harmless lines, each of bounded length.
pub fn lines(text: &str) -> Vec<String> {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    unified.lines().map(|line| clip(&defuse(&visible(line, "")), LINE_LIMIT)).collect()
}

/// The last `count` lines, harmless; says how many were left out.
pub fn tail(text: &str, count: usize) -> Vec<String> {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let left_out = unified.lines().count().saturating_sub(count);
    let note = (left_out > 0).then(|| format!("({left_out} earlier lines left out)"));
    let kept = unified.lines().skip(left_out).map(|line| clip(&defuse(&visible(line, "")), LINE_LIMIT));
    note.into_iter().chain(kept).collect()
}

/// At most `limit` characters, with an ellipsis where something was cut.
pub fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Takes the power out of anything that the runner would obey.
fn defuse(line: &str) -> String {
    let mut safe = line.replace("##[", &format!("#{BREAKER}#["));
    let start = safe.len() - safe.trim_start().len();
    if safe.get(start..).is_some_and(|rest| rest.starts_with("::")) {
        safe.insert(start + 1, BREAKER);
    }
    safe
}

/// Controls, terminal escapes and marks that reorder text, shown as what they are.
fn visible(text: &str, line_end: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut shown = String::with_capacity(unified.len());
    for c in unified.chars() {
        match c {
            '\n' => shown.push_str(line_end),
            '\t' => shown.push(' '),
            c if c.is_control() || reorders(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// Whether the character changes the order in which its neighbours are shown, or hides as a line end.
fn reorders(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}
