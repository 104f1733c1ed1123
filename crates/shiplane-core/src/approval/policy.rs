//! What an approval has to be.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::duration::Span;

/// How long a request is open when nobody says otherwise.
pub const DEFAULT_EXPIRES: Span = Span::seconds(24 * 60 * 60);

/// What is asked of an approval. What is left open here is as the request has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Policy {
    /// What is approved to be deployed to.
    pub environment: String,
    /// How many people; the higher of this and the request's counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u8>,
    /// Of whom; the request's when empty, and people who may write when that is empty, too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Approver>,
    /// How long a request is open; the shorter of this and the request's counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Span>,
    /// Whether the author and the requester are out; they are when either this or the request says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deny_author: Option<bool>,
}

/// Someone who may approve.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Approver {
    /// A person, by login.
    Person(String),
    /// A team, by organization and slug.
    Team {
        /// The organization.
        org: String,
        /// The team's name in addresses.
        slug: String,
    },
}

impl FromStr for Approver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let bare = text.strip_prefix('@').unwrap_or(text);
        let plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.[]".contains(c))
        };
        match bare.split_once('/') {
            None if plain(bare) => Ok(Self::Person(bare.to_owned())),
            Some((org, slug)) if plain(org) && plain(slug) => {
                Ok(Self::Team { org: org.to_owned(), slug: slug.to_owned() })
            }
            _ => Err(format!("`{text}` is neither a login nor a team; write alice or @org/team")),
        }
    }
}

impl fmt::Display for Approver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(login) => formatter.write_str(login),
            Self::Team { org, slug } => write!(formatter, "@{org}/{slug}"),
        }
    }
}

impl Serialize for Approver {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Approver {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Approver {
    fn schema_name() -> Cow<'static, str> {
        "Approver".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["@example/leads", "alice"] })
    }
}
