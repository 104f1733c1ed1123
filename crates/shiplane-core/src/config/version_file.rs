//! A file that carries the version: its name, or its name with the way to the place in it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// `VERSION`, `build.json#/app/version`, or `{ file: app.py, pattern: "^VERSION = '(.+)'" }`, which is the same as
/// `app.py#~^VERSION = '(.+)'`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFile(pub String);

/// The long form.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Parts {
    file: String,
    field: Option<String>,
    pattern: Option<String>,
}

impl<'de> Deserialize<'de> for VersionFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FileVisitor)
    }
}

struct FileVisitor;

impl<'de> Visitor<'de> for FileVisitor {
    type Value = VersionFile;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a file, or `file` with a `field` or a `pattern`")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<VersionFile, E> {
        Ok(VersionFile(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, pairs: A) -> Result<VersionFile, A::Error> {
        let Parts { file, field, pattern } = Parts::deserialize(MapAccessDeserializer::new(pairs))?;
        if file.contains('#') {
            return Err(de::Error::custom("the file's name has a `#`; write what follows it as `field`"));
        }
        match (field, pattern) {
            (None, None) => Ok(VersionFile(file)),
            (Some(field), None) => Ok(VersionFile(format!("{file}#{field}"))),
            (None, Some(pattern)) => Ok(VersionFile(format!("{file}#~{pattern}"))),
            (Some(_), Some(_)) => Err(de::Error::custom("`field` and `pattern` are two ways; name one")),
        }
    }
}

impl JsonSchema for VersionFile {
    fn schema_name() -> Cow<'static, str> {
        "VersionFile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "oneOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": {
                        "file": { "type": "string" },
                        "field": { "type": "string" },
                        "pattern": { "type": "string" }
                    },
                    "required": ["file"],
                    "additionalProperties": false
                }
            ]
        })
    }
}
