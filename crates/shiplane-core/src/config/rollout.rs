//! `rollout:` how a new version gets its users, share by share.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::duration::Span;

/// How a new version gets its users, share by share.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rollout {
    /// What splits the users
    pub driver: DriverName,
    /// Shares with the time that each is watched; 0, 10, 25, 50 and 100 percent by default
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// Environment on the same host that the new version is deployed to; with `haproxy` and `nginx`
    pub canary: Option<String>,
    /// Environment on which the same version must have passed before
    pub after: Option<String>,
    /// Of `haproxy`: where its runtime API listens, a path or `address:port`; it needs `level admin`
    pub socket: Option<String>,
    /// Of `haproxy`: the backend that both servers are in
    pub backend: Option<String>,
    /// The two servers: names in HAProxy's backend, or addresses for nginx
    pub servers: Option<Servers>,
    /// Of `nginx`: the file with the upstream, which is written by us and included by its configuration
    pub file: Option<String>,
    /// Of `nginx`: what the upstream is called
    pub upstream: Option<String>,
    /// Of `nginx`: a program that tests the configuration; `[nginx, -t]` by default
    pub test: Option<Vec<String>>,
    /// A program that makes the new share count; `[nginx, -s, reload]` by default with `nginx`
    pub reload: Option<Vec<String>>,
    /// Of `command`: a program that sets the share, with `{percent}` among its arguments
    pub set: Option<Vec<String>>,
    /// Of `command`: a program that prints the share
    pub get: Option<Vec<String>>,
}

/// What splits the users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriverName {
    /// HAProxy, by weights over its runtime API.
    Haproxy,
    /// nginx, by weights in a file and a reload.
    Nginx,
    /// The application itself, by ROLLOUT in the host's `.env`.
    EnvFile,
    /// Own programs.
    Command,
}

/// Two servers between which users are split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Servers {
    /// The one with the version that everybody had
    pub stable: String,
    /// The one with the new version
    pub canary: String,
}

/// A share of the users, and how long it is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stage {
    /// Percent of the users
    pub at: u8,
    /// At least and at most so long, such as `2h..4h`; after the second time people are told
    pub hold: Hold,
    /// What people call it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether somebody has to say `rollout resume` before users get this share
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<NeedsApproval>,
}

/// That somebody has to say yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NeedsApproval {
    /// Nothing goes on by itself.
    Required,
}

/// At least and at most so long: `2h..4h`, or `48h` for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Before that nothing is promoted.
    pub least: Span,
    /// After that people are told when nothing was.
    pub most: Span,
}

impl fmt::Display for Hold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.most {
            return write!(formatter, "{}", self.least);
        }
        write!(formatter, "{}..{}", self.least, self.most)
    }
}

impl std::str::FromStr for Hold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let hold = Self { least: least.trim().parse()?, most: most.trim().parse()? };
        if hold.least > hold.most {
            return Err(format!("`{text}` ends before it begins; write the shorter time first: 2h..4h"));
        }
        Ok(hold)
    }
}

impl Serialize for Hold {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Hold {
    fn schema_name() -> Cow<'static, str> {
        "Hold".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let span = "[0-9]+(ms|s|m|h|d)";
        json_schema!({
            "type": "string",
            "pattern": format!("^{span}( *\\.\\. *{span})?$"),
            "examples": ["2h..4h", "48h"]
        })
    }
}
