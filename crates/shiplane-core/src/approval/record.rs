//! The machine's part of a comment: one line at its end that people do not see.
//!
//! ```text
//! <!-- shiplane:approval {"kind":"request","commit":"…","environment":"production","count":2,…} -->
//! ```

use serde::{Deserialize, Serialize};

use super::policy::Approver;
use crate::duration::Span;

const OPENING: &str = "<!-- shiplane:approval ";
const CLOSING: &str = " -->";

/// What a comment of the tool says to the tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Record {
    /// An approval is asked for.
    Request(Terms),
    /// Someone approved by a button.
    Grant(Deed),
    /// Someone closed the request.
    Withdrawal(Deed),
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Terms {
    /// The exact commit.
    pub commit: String,
    /// What it shall be deployed to.
    pub environment: String,
    /// How many people have to approve.
    pub count: u8,
    /// Of whom; anyone who may write when empty.
    #[serde(default)]
    pub from: Vec<Approver>,
    /// Login of who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    /// How long the request is open.
    pub expires: Span,
    /// Whether the author and the requester are out.
    pub deny_author: bool,
}

/// Something that one person did to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deed {
    /// The exact commit of the request.
    pub commit: String,
    /// The environment of the request.
    pub environment: String,
    /// Login.
    pub by: String,
    /// The run in which they did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<u64>,
}

/// What stands in the place of the machine's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Nothing.
    None,
    /// Something of ours.
    Record(Record),
    /// Something like ours that cannot be read.
    Broken,
}

impl Record {
    /// The line. `<` and `>` stand escaped in it, so that nothing inside can end it.
    pub fn line(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        format!("{OPENING}{}{CLOSING}", json.replace('<', "\\u003c").replace('>', "\\u003e"))
    }

    /// Reads it from a comment: only the last line counts, so that no name quoted in the text can pose as one.
    pub fn find(body: &str) -> Block {
        let last = body.trim_end().lines().next_back().unwrap_or_default();
        let Some(rest) = last.strip_prefix(OPENING) else { return Block::None };
        let json = rest.strip_suffix(CLOSING);
        json.and_then(|json| serde_json::from_str(json).ok()).map_or(Block::Broken, Block::Record)
    }
}
