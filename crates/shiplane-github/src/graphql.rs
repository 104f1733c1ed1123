//! What every GraphQL answer has in it: pages of a list, accounts, commits by their ids.

use serde::Deserialize;

/// One page of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page<T> {
    pub(crate) total_count: Option<u64>,
    pub(crate) page_info: Option<PageInfo>,
    pub(crate) nodes: Option<Vec<Option<T>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageInfo {
    pub(crate) has_next_page: bool,
    pub(crate) end_cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Actor {
    #[serde(rename = "__typename")]
    pub(crate) kind: String,
    pub(crate) login: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Oid {
    pub(crate) oid: String,
}

/// A login as REST writes it, with bots marked; accounts that are gone are GitHub's ghost.
pub(crate) fn login(actor: Option<&Actor>) -> String {
    match actor {
        None => "ghost".to_owned(),
        Some(bot) if bot.kind == "Bot" && !bot.login.ends_with("[bot]") => format!("{}[bot]", bot.login),
        Some(other) => other.login.clone(),
    }
}
