//! Discord: "Execute Webhook" (Discord docs, "Webhook Resource").

use serde_json::{Value, json};

use crate::notify::escape::{clip16, discord as escape};
use crate::notify::message::Message;

/// Letters of a message (Discord docs, "Execute Webhook").
const CONTENT: usize = 2000;

/// Links are shown without what is behind them (Discord docs, "Message Flags").
const SUPPRESS_EMBEDS: u32 = 4;

/// The body. Nobody is called, whatever names stand in the text.
pub fn discord(message: &Message) -> Value {
    let heading = format!("{} **{}**", message.sign(), escape(&message.heading));
    let lines = message.lines().map(|line| escape(&line));
    let text: Vec<String> = std::iter::once(heading).chain(lines).collect();
    let link = message.link.as_ref().map_or_else(String::new, |link| format!("\n<{link}>"));
    let room = CONTENT.saturating_sub(link.encode_utf16().count());
    let text = clip16(&text.join("\n"), room);
    json!({
        "content": whole(&text) + &link,
        "allowed_mentions": { "parse": [] },
        "flags": SUPPRESS_EMBEDS,
    })
}

/// A backslash that lost its letter would take the power of the ellipsis instead; and of what follows.
fn whole(text: &str) -> String {
    match text.strip_suffix("\\…") {
        Some(rest) => format!("{rest}…"),
        None => text.to_owned(),
    }
}
