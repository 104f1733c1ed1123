//! `release.env`: which version this is, and how good it is. The environment overrides the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::args::variable;

/// One release's nature.
pub(crate) struct Release {
    pub(crate) version: String,
    pub(crate) commit: Option<String>,
    pub(crate) mode: Mode,
    /// How long it takes until it listens.
    pub(crate) start: Duration,
    /// How long it takes to answer.
    pub(crate) slow: Duration,
    /// How many of a hundred requests fail.
    pub(crate) errors: u64,
}

/// Ways of being well or ill.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// All is well.
    Ok,
    /// `/health` says no.
    Unhealthy,
    /// It ends instead of listening.
    Crash,
    /// It says that it is an older version.
    Stale,
    /// `/health` says yes, and `/` fails.
    BrokenHome,
}

impl Release {
    pub(crate) fn read(file: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(file).map_err(|error| format!("read {}: {error}", file.display()))?;
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let pairs: BTreeMap<&str, &str> = lines
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.trim(), value.trim()))
            .collect();
        let value = |key: &str| variable(key).or_else(|| pairs.get(key).map(|value| (*value).to_owned()));
        let number = |key: &str| match value(key) {
            None => Ok(0),
            Some(text) => text.parse::<u64>().map_err(|_| format!("{key}={text} is not a number")),
        };
        let mode = mode(value("MODE").as_deref().unwrap_or("ok"))?;
        let own = value("VERSION").ok_or_else(|| format!("{} has no VERSION", file.display()))?;
        let version = if mode == Mode::Stale { value("STALE_VERSION").unwrap_or(own) } else { own };
        Ok(Self {
            version,
            commit: value("COMMIT"),
            mode,
            start: Duration::from_millis(number("START_MS")?),
            slow: Duration::from_millis(number("SLOW_MS")?),
            errors: number("ERR_PCT")?.min(100),
        })
    }
}

fn mode(word: &str) -> Result<Mode, String> {
    match word {
        "ok" => Ok(Mode::Ok),
        "unhealthy" => Ok(Mode::Unhealthy),
        "crash" => Ok(Mode::Crash),
        "stale" => Ok(Mode::Stale),
        "broken-home" => Ok(Mode::BrokenHome),
        _ => Err(format!("MODE={word} is none of ok, unhealthy, crash, stale, broken-home")),
    }
}
