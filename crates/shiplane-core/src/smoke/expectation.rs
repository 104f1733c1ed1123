//! What a right answer looks like.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::duration::Span;

/// What a right answer looks like. Everything that is named must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Expectation {
    /// The status codes that are right.
    pub status: StatusSet,
    /// Texts that the body, the output or the file must contain.
    pub body: Vec<String>,
    /// Regular expressions that the body, the output or the file must match.
    pub matches: Vec<String>,
    /// Values that the JSON body must have.
    pub json: Vec<JsonValue>,
    /// Values that headers must have.
    pub headers: Vec<NamedHeader>,
    /// The version that must be the one answering.
    pub version: Option<VersionExpected>,
    /// The longest that the whole exchange may take.
    pub latency: Option<Span>,
    /// The days that the certificate must still be good for.
    pub certificate_days: Option<u32>,
    /// Addresses that the name must have.
    pub addresses: Vec<String>,
    /// The containers that must run.
    pub containers: ContainersWanted,
    /// The longest time since a file was written.
    pub max_age: Option<Span>,
}

/// The containers that must run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContainersWanted {
    /// Compose services; all that there are where none is named.
    pub services: Vec<String>,
    /// Services that run to their end: they may be gone with exit code 0.
    pub one_shot: Vec<String>,
}

/// Status codes, as ranges; none at all stands for 200 to 299.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusSet(pub Vec<StatusRange>);

/// One code, or codes from the first to the last: `204` or `200-299`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRange {
    /// The lowest right code.
    pub first: u16,
    /// The highest right code.
    pub last: u16,
}

/// A place in a JSON body and the value that must stand there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonValue {
    /// RFC 6901: `/checks/0/status`; the empty pointer is the whole body.
    pub pointer: String,
    /// A string is compared as it is; a number, truth value or structure as JSON.
    pub value: String,
}

/// A header and the value that it must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedHeader {
    /// The name, in any case.
    pub name: String,
    /// The whole value.
    pub value: String,
}

/// Which version must answer, and where it says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionExpected {
    /// Where the answer says which version it is.
    pub at: VersionAt,
    /// The version; a `v` before the digits does not matter.
    pub version: String,
}

/// Where an answer says which version it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionAt {
    /// In a header.
    Header(String),
    /// At a JSON pointer in the body.
    Json(String),
    /// The body is the version and nothing else.
    Body,
}

impl StatusSet {
    /// Exactly these codes; an empty list stands for 200 to 299.
    pub fn codes(codes: &[u16]) -> Self {
        Self(codes.iter().map(|code| StatusRange { first: *code, last: *code }).collect())
    }

    /// Whether the code is a right one.
    pub fn contains(&self, code: u16) -> bool {
        if self.0.is_empty() {
            return (200..=299).contains(&code);
        }
        self.0.iter().any(|range| (range.first..=range.last).contains(&code))
    }
}

impl fmt::Display for StatusSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return formatter.write_str("200-299");
        }
        let ranges: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&ranges.join(", "))
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(formatter, "{}", self.first);
        }
        write!(formatter, "{}-{}", self.first, self.last)
    }
}

impl FromStr for StatusRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            || format!("`{text}` is not a status; write a code such as 204 or a range such as 200-299");
        let code = |text: &str| text.trim().parse().ok().filter(|code| (100..=599).contains(code));
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (code(first).ok_or_else(wrong)?, code(last).ok_or_else(wrong)?);
        if first > last {
            return Err(wrong());
        }
        Ok(Self { first, last })
    }
}

impl Serialize for StatusRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.first == self.last {
            return serializer.serialize_u16(self.first);
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StatusRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusVisitor)
    }
}

struct StatusVisitor;

impl Visitor<'_> for StatusVisitor {
    type Value = StatusRange;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a status such as 204 or a range such as 200-299")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<StatusRange, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<StatusRange, E> {
        value.parse().map_err(E::custom)
    }
}

impl JsonSchema for StatusRange {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            { "type": "string", "pattern": "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$" },
        ] })
    }
}

impl FromStr for JsonValue {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not POINTER=VALUE; write it as /status=ok");
        let (pointer, value) = text.split_once('=').ok_or_else(wrong)?;
        Self::new(pointer, value)
    }
}

impl JsonValue {
    /// The value at the pointer, if the pointer is one.
    pub fn new(pointer: &str, value: &str) -> Result<Self, String> {
        Ok(Self { pointer: checked(pointer)?, value: value.to_owned() })
    }
}

impl FromStr for NamedHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not NAME: VALUE; write it as X-Version: 1.2.3");
        let (name, value) = text.split_once(':').ok_or_else(wrong)?;
        if name.trim().is_empty() {
            return Err(wrong());
        }
        Ok(Self { name: name.trim().to_owned(), value: value.trim().to_owned() })
    }
}

impl VersionAt {
    /// The place in the JSON body, if the pointer is one.
    pub fn json(pointer: &str) -> Result<Self, String> {
        checked(pointer).map(Self::Json)
    }
}

/// A JSON pointer is empty or begins with a slash (RFC 6901); anything else would silently point nowhere.
fn checked(pointer: &str) -> Result<String, String> {
    if pointer.is_empty() || pointer.starts_with('/') {
        return Ok(pointer.to_owned());
    }
    Err(format!("`{pointer}` is not a JSON pointer; write it as /status"))
}

impl fmt::Display for VersionAt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(formatter, "header `{name}`"),
            Self::Json(pointer) => write!(formatter, "JSON value `{pointer}`"),
            Self::Body => formatter.write_str("body"),
        }
    }
}
