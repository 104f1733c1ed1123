//! A value that is sent: as it stands there, or that of a variable.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A value that is sent: as it stands there, or that of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Sent {
    /// As it stands there.
    Plain(String),
    /// The value of a variable, such as a token.
    Variable(Variable),
}

/// The name of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name
    pub env: String,
}

/// By hand, since what is derived for two forms says of an error neither what it is nor where.
impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SentVisitor)
    }
}

struct SentVisitor;

impl<'de> Visitor<'de> for SentVisitor {
    type Value = Sent;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text (in quotes if it looks like a number), or `{ env: NAME }`")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Sent, E> {
        Ok(Sent::Plain(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Sent, A::Error> {
        Variable::deserialize(MapAccessDeserializer::new(map)).map(Sent::Variable)
    }
}
