//! A regular expression that is known to be one.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use regex_lite::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

/// Bytes that an expression may take when it is ready for use. Matching takes time in the product of this and of the
/// text's length, so that a mebibyte of body stays a matter of moments.
const MOST: usize = 64 * 1024;

/// A regular expression that is known to be one; matching takes linear time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Pattern(String);

impl Pattern {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the text matches somewhere, or why nobody can tell.
pub(super) fn matches(pattern: &str, text: &str) -> Result<bool, String> {
    Ok(compile(pattern)?.is_match(text))
}

fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .size_limit(MOST)
        .build()
        .map_err(|error| format!("`{pattern}` is not a regular expression: {error}"))
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        compile(text).map(|_| Self(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Pattern {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "regex" })
    }
}
