//! An error in the config, with line, column, the key's path and the nearest valid name.

use std::fmt;

use serde::de;

use super::yaml::Place;
use crate::fault::Fault;

/// Names further away than this are no suggestion but a guess.
const NEAR_ENOUGH: f64 = 0.7;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Line and column, once they are known.
    pub place: Option<Place>,
    /// The keys that lead there, outermost first.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl ConfigError {
    /// An error whose place is not known yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { place: None, path: Vec::new(), message: message.into(), help: None }
    }

    /// Says where, unless an inner value said so already.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }

    /// Puts a key before the path.
    #[must_use]
    pub fn under(mut self, key: &str) -> Self {
        self.path.insert(0, key.to_owned());
        self
    }

    /// For the reader: `file:line:column: path: message`.
    pub fn into_fault(self, file: &str) -> Fault {
        let fact = format!("{file}:{self}");
        match &self.help {
            Some(help) => Fault::usage("config", fact).help(help),
            None => Fault::usage("config", fact),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(formatter, "{}:{}: ", place.line, place.column)?;
        }
        if !self.path.is_empty() {
            write!(formatter, "{}: ", self.path.join("."))?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

impl de::Error for ConfigError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self { help: suggestion(field, expected), ..Self::new(format!("unknown key `{field}`")) }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self { help: suggestion(variant, expected), ..Self::new(format!("`{variant}` is not a known value")) }
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {unexpected}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` is missing"))
    }
}

/// The nearest valid name, else all of them.
fn suggestion(given: &str, valid: &[&str]) -> Option<String> {
    if valid.is_empty() {
        return None;
    }
    let near = |name: &str| strsim::jaro_winkler(&given.to_lowercase(), name);
    let best = valid.iter().max_by(|left, right| near(left).total_cmp(&near(right)))?;
    if near(best) >= NEAR_ENOUGH {
        return Some(format!("did you mean `{best}`?"));
    }
    let names: Vec<String> = valid.iter().map(|name| format!("`{name}`")).collect();
    Some(format!("known here: {}", names.join(", ")))
}
