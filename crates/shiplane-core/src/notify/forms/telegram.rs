//! Telegram: `sendMessage` of the Bot API, as plain text (Bot API docs, "sendMessage").

use serde_json::{Value, json};

use crate::notify::escape::{clip16, telegram as escape};
use crate::notify::message::Message;

/// UTF-16 units of a text (Bot API docs, "sendMessage").
const TEXT: usize = 4096;

/// The body. Without a `parse_mode` nothing in the text is markup.
pub fn telegram(message: &Message, chat: &str, thread: Option<u64>) -> Value {
    let heading = format!("{} {}", message.sign(), message.heading);
    let text: Vec<String> = std::iter::once(heading).chain(message.lines()).collect();
    let text = escape(&text.join("\n"));
    let link = message.link.as_ref().map_or_else(String::new, |link| format!("\n{link}"));
    let room = TEXT.saturating_sub(link.encode_utf16().count());
    let mut body = json!({
        "chat_id": chat,
        "text": clip16(&text, room) + &link,
        "link_preview_options": { "is_disabled": true },
    });
    if let (Some(thread), Some(fields)) = (thread, body.as_object_mut()) {
        fields.insert("message_thread_id".to_owned(), thread.into());
    }
    body
}
