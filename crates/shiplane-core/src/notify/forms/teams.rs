//! Microsoft Teams: an Adaptive Card for the webhook of a Workflow; the connectors of Office 365 are retired
//! (Microsoft Learn, "Create incoming webhooks with Workflows").

use serde_json::{Value, json};

use crate::notify::escape::clip16;
use crate::notify::event::Event;
use crate::notify::message::Message;

/// A message may have 28 KiB (Microsoft Learn, "Limits and specifications for Microsoft Teams").
const TEXT: usize = 5000;

/// The body. Text of others stands in `TextRun`, which knows no Markdown; a mention would need an entity beside it.
pub fn teams(message: &Message) -> Value {
    let color = match message.event {
        Event::Broken | Event::Failure => "Attention",
        Event::Rollback | Event::Warning => "Warning",
        Event::Recovery | Event::Success => "Good",
    };
    let block = |run: Value| json!({ "type": "RichTextBlock", "inlines": [run] });
    let heading = format!("{} {}", message.sign(), message.heading);
    let mut left = TEXT;
    let mut body = vec![block(json!({
        "type": "TextRun", "text": heading, "weight": "Bolder", "size": "Medium", "color": color,
    }))];
    for line in message.lines() {
        let line = clip16(&line, left);
        left = left.saturating_sub(line.encode_utf16().count());
        body.push(block(json!({ "type": "TextRun", "text": line })));
        if left < 2 {
            break;
        }
    }
    let open = |link: &String| json!({ "type": "Action.OpenUrl", "title": "Show the run", "url": link });
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
                "actions": message.link.iter().map(open).collect::<Vec<_>>(),
                "msteams": { "width": "Full" },
            },
        }],
    })
}
