//! `retention:` how long what old releases left stays on a host, and where it goes then.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Deserialize as Fields, Serialize};

/// How long what old releases left stays on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Fields, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Retention {
    /// Days after which a backup, or a release beyond `keep`, leaves the host; 30 by default
    pub days: Option<u32>,
    /// Where it goes then: a directory on the host, or commands to store and to fetch; without it, it is removed
    pub cold: Option<Cold>,
}

/// Where archives are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cold {
    /// A directory on the host, of another disk as a rule.
    Directory(String),
    /// Programs that know a place.
    Commands(ColdCommands),
}

/// Programs with their arguments, run on the host without a shell; `{name}` stands for the archive's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Fields, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ColdCommands {
    /// Reads an archive on its input and keeps it
    pub store: Vec<String>,
    /// Writes an archive to its output
    pub fetch: Vec<String>,
}

impl<'de> Deserialize<'de> for Cold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColdVisitor)
    }
}

struct ColdVisitor;

impl<'de> Visitor<'de> for ColdVisitor {
    type Value = Cold;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a directory, or `store` and `fetch` with a command each")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Cold, E> {
        Ok(Cold::Directory(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cold, A::Error> {
        ColdCommands::deserialize(MapAccessDeserializer::new(map)).map(Cold::Commands)
    }
}

impl JsonSchema for Cold {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Cold".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (directory, commands) =
            (generator.subschema_for::<String>(), generator.subschema_for::<ColdCommands>());
        json_schema!({ "oneOf": [directory, commands] })
    }
}
