//! A share of requests as people write it, and a limit that may ask for more than one window.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::duration::Span;

/// A share in millionths, so that comparing is exact; written as `1%` or `0.05%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

/// Millionths of one percent.
const PERCENT: u32 = 10_000;

impl Share {
    /// So many percent.
    pub const fn percent(percent: u32) -> Self {
        Self(percent * PERCENT)
    }

    /// Whether `hits` of `all` are more than this share; exactly as many are not.
    pub fn is_passed_by(self, hits: u64, all: u64) -> bool {
        u128::from(hits) * u128::from(100 * PERCENT) > u128::from(self.0) * u128::from(all)
    }

    /// As a number from 0 to 1.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / f64::from(100 * PERCENT)
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not a share; write a number from 0 to 100 with `%`: 1% or 0.05%");
        let number = text.trim().strip_suffix('%').ok_or_else(wrong)?.trim_end();
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 4 {
            return Err(wrong());
        }
        let whole: u32 = whole.parse().map_err(|_| wrong())?;
        let part: u32 = format!("{part:0<4}").parse().map_err(|_| wrong())?;
        match whole.checked_mul(PERCENT).and_then(|whole| whole.checked_add(part)) {
            Some(share) if share <= 100 * PERCENT => Ok(Self(share)),
            Some(_) | None => Err(wrong()),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / PERCENT, self.0 % PERCENT);
        let part = format!("{part:04}");
        let part = part.trim_end_matches('0');
        let dot = if part.is_empty() { "" } else { "." };
        write!(formatter, "{whole}{dot}{part} %")
    }
}

/// A limit, and in how many windows in a row it has to be passed; written as `1%` or `1% for 2 windows`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit<T> {
    /// The line.
    pub value: T,
    /// Windows in a row; one means that the proof is enough.
    pub windows: u32,
}

/// The most windows that may be asked for.
const MOST_WINDOWS: u32 = 24;

impl<T: FromStr<Err = String>> FromStr for Limit<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((value, windows)) = text.split_once(" for ") else {
            return Ok(Self { value: text.trim().parse()?, windows: 1 });
        };
        let wrong =
            || format!("`{text}` is not a limit; after it may stand `for 2 windows`, at most {MOST_WINDOWS}");
        let count = windows.trim().strip_suffix("windows").or_else(|| windows.trim().strip_suffix("window"));
        let windows = count.and_then(|count| count.trim().parse().ok()).ok_or_else(wrong)?;
        if !(1..=MOST_WINDOWS).contains(&windows) {
            return Err(wrong());
        }
        Ok(Self { value: value.trim().parse()?, windows })
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl<'de, T: FromStr<Err = String>> Deserialize<'de> for Limit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

const SHARE: &str = "[0-9]+(\\.[0-9]{1,4})? *%";

const WINDOWS: &str = "( for [0-9]+ windows?)?";

impl JsonSchema for Share {
    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": format!("^{SHARE}$"), "examples": ["1%", "0.05%"] })
    }
}

impl JsonSchema for Limit<Share> {
    fn schema_name() -> Cow<'static, str> {
        "LimitOfShare".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": format!("^{SHARE}{WINDOWS}$"), "examples": ["1%", "1% for 2 windows"]
        })
    }
}

impl JsonSchema for Limit<Span> {
    fn schema_name() -> Cow<'static, str> {
        "LimitOfTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": format!("^[0-9]+(ms|s|m|h|d){WINDOWS}$"), "examples": ["2s", "2s for 2 windows"]
        })
    }
}
