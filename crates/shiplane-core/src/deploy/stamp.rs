//! A moment on the host's clock, and names made from it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970 in UTC, as the host's own clock tells them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp(pub u64);

impl Stamp {
    /// A time as daemons write it: RFC 3339, with or without parts of a second.
    pub fn parse(text: &str) -> Option<Self> {
        let moment: Timestamp = text.parse().ok()?;
        u64::try_from(moment.as_millisecond()).ok().map(Self)
    }

    /// To the second and without punctuation, for names of files: `20260105T060000Z`.
    pub fn compact(self) -> String {
        self.moment().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// A moment out of such a name; nothing where it is written in another way.
    pub fn from_compact(text: &str) -> Option<Self> {
        let digits = |from: usize, to: usize| {
            text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let whole = text.len() == 16 && text.get(8..9) == Some("T") && text.ends_with('Z');
        let (year, month, day) = (digits(0, 4)?, digits(4, 6)?, digits(6, 8)?);
        let (hour, minute, second) = (digits(9, 11)?, digits(11, 13)?, digits(13, 15)?);
        Self::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).filter(|_| whole)
    }

    fn moment(self) -> Timestamp {
        let millis = i64::try_from(self.0).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.0}", self.moment())
    }
}

/// The name of a run and of the release it makes: sorts by time, and names the commit for people.
pub fn release_id(now: Stamp, commit: &str) -> String {
    let short: String = commit.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    format!("{}-{}", now.moment().strftime("%Y%m%dt%H%M%S%3f"), short.to_lowercase())
}
