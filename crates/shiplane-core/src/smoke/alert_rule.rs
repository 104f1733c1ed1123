//! How many bad runs of how many make an incident: `2 of 3`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

/// The most runs that are looked back at.
const MOST: u32 = 20;

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// Bad runs.
    pub bad: u32,
    /// Runs that are looked at, this one included.
    pub of: u32,
}

impl Default for AlertRule {
    fn default() -> Self {
        Self { bad: 2, of: 3 }
    }
}

impl FromStr for AlertRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!(
                "`{text}` is not a rule; write `2 of 3`, with at most {MOST} runs, or one number for so many in a row"
            )
        };
        let number = |part: &str| part.trim().parse::<u32>().map_err(|_| wrong());
        let (bad, of) = match text.split_once("of").or_else(|| text.split_once('/')) {
            Some((bad, of)) => (number(bad)?, number(of)?),
            None => (number(text)?, number(text)?),
        };
        if bad == 0 || bad > of || of > MOST {
            return Err(wrong());
        }
        Ok(Self { bad, of })
    }
}

impl fmt::Display for AlertRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.bad, self.of)
    }
}

impl<'de> Deserialize<'de> for AlertRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for AlertRule {
    fn schema_name() -> Cow<'static, str> {
        "AlertRule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^ *[0-9]+ *((of|/) *[0-9]+)? *$", "examples": ["2 of 3"] })
    }
}
