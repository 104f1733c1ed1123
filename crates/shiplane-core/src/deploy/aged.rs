//! When something under `backups` was made, by its name, and when it has been there long enough.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::cold::is_older;
use super::stamp::Stamp;

/// Whether something of that name is a backup of ours, and older than these days. Names of others are nobody's
/// business.
pub fn is_aged(name: &str, now: Stamp, days: u32) -> bool {
    made(name).is_some_and(|made| is_older(made, now, days))
}

/// When something of that name was made.
pub(super) fn made(name: &str) -> Option<Stamp> {
    match name.strip_prefix("env-") {
        Some(run) => of_run(run),
        None => of_backup(name),
    }
}

/// From `v1.4.0-2026-01-05T10-00-00Z`.
fn of_backup(name: &str) -> Option<Stamp> {
    let start = name.strip_prefix('v')?.len().checked_sub("2026-01-05T10-00-00Z".len())?;
    let (version, time) = name.get(1..)?.split_at_checked(start)?;
    version.strip_suffix('-').filter(|version| !version.is_empty())?;
    moment("%Y-%m-%dT%H-%M-%SZ", time)
}

/// From `20260105t100000000-0a1b2c3d`.
fn of_run(run: &str) -> Option<Stamp> {
    let (time, commit) = run.split_once('-')?;
    let (seconds, millis) = time.split_at_checked("20260105t100000".len())?;
    let is_ours = millis.len() == 3 && millis.bytes().all(|byte| byte.is_ascii_digit()) && !commit.is_empty();
    if is_ours { moment("%Y%m%dt%H%M%S", seconds) } else { None }
}

fn moment(format: &str, text: &str) -> Option<Stamp> {
    let at: Timestamp = DateTime::strptime(format, text).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    u64::try_from(at.as_millisecond()).ok().map(Stamp)
}
