//! A clock that moves only when a test says so.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A clock for step functions that are given `now`.
#[derive(Debug, Clone)]
pub struct FakeClock {
    now: Duration,
}

impl FakeClock {
    /// A clock that stands at so many seconds since 1970.
    pub fn at(seconds: u64) -> Self {
        Self { now: Duration::from_secs(seconds) }
    }

    /// Moves the clock, and answers the new time.
    pub fn advance(&mut self, by: Duration) -> SystemTime {
        self.now += by;
        self.now()
    }

    /// The present time.
    pub fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.now
    }

    /// The present time in seconds since 1970.
    pub fn seconds(&self) -> u64 {
        self.now.as_secs()
    }

    /// The present time as GitHub writes it, such as `2026-01-05T10:00:00Z`.
    pub fn rfc3339(&self) -> String {
        rfc3339(self.seconds())
    }
}

/// Seconds since 1970 as a date and time in UTC, by the proleptic Gregorian calendar.
pub fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days are counted from 1 March of year 0, so that the leap day is the last of its year.
    let day = days + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day_of_month:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Seconds since 1970 as HTTP's `Date` header has them, such as `Mon, 05 Jan 2026 10:00:00 GMT`.
pub fn http_date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let written = rfc3339(seconds);
    let month: usize = written[5..7].parse().expect("a month is a number");
    let (year, day, clock) = (&written[..4], &written[8..10], &written[11..19]);
    let weekday = DAYS[(seconds / 86_400 % 7) as usize];
    format!("{weekday}, {day} {} {year} {clock} GMT", MONTHS[month - 1])
}
