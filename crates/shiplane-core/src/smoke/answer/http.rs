//! A whole HTTP answer, as a recorded fact.

use serde::{Deserialize, Serialize};

use super::{Certificate, Timings};

/// A whole answer, bounded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Where it came from in the end, without credentials.
    pub url: String,
    /// The address that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// Name in lower case and value, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body as text; bytes that are no UTF-8 are replaced.
    pub body: String,
    /// Whether the body was UTF-8 as it came.
    pub utf8: bool,
    /// The certificate of the last server, where there was TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// What the name's other addresses answered, where each was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Answered>,
    /// How long its parts took.
    pub timings: Timings,
}

impl Answered {
    /// All values of a header; the name's case does not matter.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}
