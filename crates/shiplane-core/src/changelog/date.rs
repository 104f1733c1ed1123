//! A day of the calendar; which day it is, is a fact and comes from outside.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A day, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(civil::Date);

impl Date {
    /// The day of a Unix time, in UTC.
    pub fn from_unix(seconds: u64) -> Self {
        let moment =
            i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        Self(moment.unwrap_or(jiff::Timestamp::MAX).to_zoned(TimeZone::UTC).date())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Only the plain form: the calendar's reader takes times behind the day as well.
        let plain = text.len() == "2026-03-01".len();
        let day = text.parse().ok().filter(|_| plain).map(Self);
        day.ok_or_else(|| format!("`{text}` is not a day written YYYY-MM-DD"))
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}
