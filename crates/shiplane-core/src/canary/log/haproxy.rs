//! The HTTP log of HAProxy (configuration manual, "HTTP log format").

use jiff::civil::DateTime;

use crate::canary::tally::{Outcome, Seen};
use crate::gate::time::Time;

/// `… [06/Feb/2026:12:14:14.655] frontend backend/server TR/Tw/Tc/Tr/Ta status …`; its times are taken as UTC.
pub(super) fn parse(line: &str) -> Option<Seen> {
    let (at, rest) = dated(line)?;
    let mut words = rest.split_whitespace().skip(2);
    let timers: Vec<i64> = words
        .next()?
        .split('/')
        .map(|timer| timer.trim_start_matches('+').parse().ok())
        .collect::<Option<_>>()?;
    let [_, _, _, response, _] = timers.as_slice() else { return None };
    let status: i32 = words.next()?.parse().ok()?;
    let outcome = match u16::try_from(status) {
        Ok(status @ 100..=999) => Outcome::Status(status),
        Ok(_) => return None,
        // -1: the connection ended before there was an answer.
        Err(_) => Outcome::NoAnswer,
    };
    let millis = u32::try_from(*response).ok().map(f64::from);
    Some(Seen { at, outcome, millis })
}

/// The first bracket that holds a date: the name of the process has one, too.
fn dated(line: &str) -> Option<(Time, &str)> {
    let mut rest = line;
    while let Some((_, after)) = rest.split_once('[') {
        if let Some((time, behind)) = after.split_once("] ")
            && let Ok(moment) = DateTime::strptime("%d/%b/%Y:%H:%M:%S%.f", time)
        {
            return Some((super::utc(moment)?, behind));
        }
        rest = after;
    }
    None
}
