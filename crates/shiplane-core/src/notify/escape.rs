//! Text of others in the languages of the places it goes to: nothing in it is markup, a link or a mention.

/// An invisible space: it ends a name that would be a mention, and is not seen.
const BREAKER: char = '\u{200b}';

/// At most so many UTF-16 units, which is how chat programs count, with an ellipsis where something was cut.
pub(super) fn clip16(text: &str, limit: usize) -> String {
    if text.encode_utf16().count() <= limit {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.len_utf16();
        used <= limit
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Slack's three control letters (Slack docs, "Formatting text for app surfaces"): without them there is no
/// mention of a channel, a person or a group, and no link with a name of its own.
pub(super) fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Telegram finds names and commands in plain text by itself, and would call those who are named.
pub(super) fn telegram(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        safe.push(c);
        if c == '@' {
            safe.push(BREAKER);
        }
    }
    safe
}

/// Discord's Markdown. Mentions are switched off by the form; a name would still be shown as one.
pub(super) fn discord(text: &str) -> String {
    marked(text, |c| "\\*_~`|>#-[]()<:".contains(c))
}

/// GitHub's Markdown: as in the step summary.
pub(super) fn github(text: &str) -> String {
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let safe = marked(&html, |c| "\\`*_[]|~#!$".contains(c));
    // Bare addresses become links by these (GitHub Flavored Markdown, "Autolinks (extension)").
    safe.replace("://", ":&#47;/").replace("www.", "www&#46;")
}

fn marked(text: &str, is_markup: impl Fn(char) -> bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_markup(c) {
            safe.push('\\');
        }
        safe.push(c);
        if c == '@' {
            safe.push(BREAKER);
        }
    }
    safe
}
