//! Slack: an incoming webhook with blocks (Slack docs, "Sending messages using incoming webhooks").

use serde_json::{Value, json};

use crate::notify::escape::{clip16, slack as escape};
use crate::notify::message::Message;

/// Letters of a header (Slack docs, "Header block").
const HEADER: usize = 150;

/// Letters of a section (Slack docs, "Section block").
const SECTION: usize = 3000;

/// The text for notifications beside the blocks; Slack cuts at 40,000.
const TEXT: usize = 4000;

/// The body. Text of others stands in `plain_text`, where nothing is markup.
pub fn slack(message: &Message) -> Value {
    let heading = format!("{} {}", message.sign(), message.heading);
    let lines: Vec<String> = message.lines().collect();
    let plain = |text: &str| json!({ "type": "plain_text", "text": text, "emoji": false });
    let mut blocks = vec![
        json!({ "type": "header", "text": plain(&clip16(&heading, HEADER)) }),
        json!({ "type": "section", "text": plain(&clip16(&lines.join("\n"), SECTION)) }),
    ];
    if let Some(link) = &message.link {
        let button = json!({ "type": "button", "text": plain("Show the run"), "url": link });
        blocks.push(json!({ "type": "actions", "elements": [button] }));
    }
    let text = escape(&format!("{heading}\n{}", lines.join("\n")));
    json!({ "text": cut_entities(&clip16(&text, TEXT)), "mrkdwn": false, "blocks": blocks })
}

/// A cut through `&amp;` would leave half of it to be read.
fn cut_entities(text: &str) -> &str {
    match text.rfind('&') {
        Some(at) if text.ends_with('…') && !text.get(at..).unwrap_or_default().contains(';') => {
            text.get(..at).unwrap_or_default()
        }
        Some(_) | None => text,
    }
}
