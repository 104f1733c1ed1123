//! Pages of REST: thirty to a page, a hundred at most, and a `Link` header.

use serde_json::{Value, json};

use crate::github::Request;
use crate::github::server::Answer;

/// The page a request asks for, and the query it came with.
pub(super) struct Page {
    address: String,
    query: Vec<(String, String)>,
}

impl Page {
    pub(super) fn of(base: &str, request: &Request) -> Self {
        let pairs = request.query.split('&').filter(|pair| !pair.is_empty());
        let split = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let query = split.map(|(name, value)| (name.to_owned(), super::percent_decoded(value))).collect();
        Self { address: format!("{base}{}", request.path), query }
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A list answered bare, as most of REST does.
    pub(super) fn list(&self, items: Vec<Value>) -> Answer {
        let (shown, links) = self.cut(items);
        Answer { headers: links, ..Answer::ok(shown.into()) }
    }

    /// A list inside an object that counts all of it.
    pub(super) fn counted(&self, name: &str, items: Vec<Value>) -> Answer {
        let total = items.len();
        let (shown, links) = self.cut(items);
        Answer { headers: links, ..Answer::ok(json!({ "total_count": total, name: shown })) }
    }

    /// The items of the page, and the header that leads to the others.
    pub(super) fn cut(&self, items: Vec<Value>) -> (Vec<Value>, Vec<(String, String)>) {
        let number = |name: &str| self.parameter(name).and_then(|value| value.parse::<usize>().ok());
        let size = number("per_page").filter(|size| *size > 0).unwrap_or(30).min(100);
        let page = number("page").filter(|page| *page > 0).unwrap_or(1);
        let last = items.len().div_ceil(size).max(1);
        let shown: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
        let mut links = Vec::new();
        if page > 1 {
            links.push(self.link(page.min(last + 1) - 1, "prev"));
        }
        if page < last {
            links.push(self.link(page + 1, "next"));
            links.push(self.link(last, "last"));
        }
        if page > 1 {
            links.push(self.link(1, "first"));
        }
        let headers = if links.is_empty() { Vec::new() } else { vec![("link".to_owned(), links.join(", "))] };
        (shown, headers)
    }

    fn link(&self, page: usize, rel: &str) -> String {
        let kept = self.query.iter().filter(|(name, _)| name != "page");
        let mut query: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        query.push(format!("page={page}"));
        format!("<{}?{}>; rel=\"{rel}\"", self.address, query.join("&"))
    }
}

/// An address has no bare spaces and hashes in it.
fn encoded(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/:".contains(byte);
    value
        .bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
