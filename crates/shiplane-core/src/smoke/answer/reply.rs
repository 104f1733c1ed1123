//! What a server that speaks no HTTP answered, as a recorded fact.

use serde::{Deserialize, Serialize};

use super::Timings;

/// What a server that speaks no HTTP answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The address that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// What it said, bounded; bytes that are no UTF-8 are replaced. Nothing where nothing is said, as with TCP.
    pub said: String,
    /// The addresses of the name that was looked up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Its certificate, where there was TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// How long its parts took.
    pub timings: Timings,
}

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The names that it is good for.
    pub names: Vec<String>,
    /// Who made it.
    pub issuer: String,
    /// When it ends, in seconds since 1970.
    pub not_after: i64,
    /// When it was seen, in seconds since 1970.
    pub seen: i64,
}
