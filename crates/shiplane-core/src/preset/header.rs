//! The first line of a file that was written: what it was made from, and how it was when it was written.

use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::{Writer, pins};

/// How the line begins; the rest of it is JSON.
const START: &str = "# Written by `branch-gate init`; run it again to bring this file up to date. ";

/// What the line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Header {
    /// The preset's name.
    pub preset: String,
    /// The version that wrote it.
    pub version: String,
    /// Which text of the preset it was made from.
    pub template: String,
    /// SHA-256 of what follows, pins left out.
    pub sha256: String,
    /// What was answered.
    pub answers: Answers,
}

/// A text as it is compared: the line ends of a checkout are not the file's.
pub(super) fn unix(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

impl Header {
    /// The header of a text, and what follows it.
    pub fn read(text: &str) -> Option<(Self, String)> {
        let text = unix(text);
        let (first, body) = text.split_once('\n')?;
        let header = serde_json::from_str(first.strip_prefix(START)?).ok()?;
        Some((header, body.to_owned()))
    }

    /// Whether nobody has changed what follows it, pins apart.
    pub fn fits(&self, body: &str, writer: &Writer) -> bool {
        self.sha256 == sum(body, writer)
    }

    /// The line, with its line end. It is ASCII, so that no letter of an answer reorders or ends it.
    pub(super) fn line(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        let mut line = START.to_owned();
        for c in json.chars() {
            match c {
                ' '..='~' => line.push(c),
                c => {
                    let mut units = [0; 2];
                    line.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
                }
            }
        }
        line.push('\n');
        line
    }
}

/// What tells whether a person changed a body.
pub(super) fn sum(body: &str, writer: &Writer) -> String {
    (writer.hash)(pins::without(body).as_bytes())
}

/// What tells one text of a preset from another.
pub(super) fn template(text: &str, writer: &Writer) -> String {
    (writer.hash)(text.as_bytes()).chars().take(16).collect()
}
