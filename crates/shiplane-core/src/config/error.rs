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
        let line = self.place.and_then(|place| u64::try_from(place.line).ok());
        let fault = Fault::usage("config", format!("{file}:{self}")).at(file, line);
        match &self.help {
            Some(help) => fault.help(help),
            None => fault,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(formatter, "{}:{}: ", place.line, place.column)?;
        }
        if !self.path.is_empty() {
            write!(formatter, "{}: ", self.path.join(".").replace(".[", "["))?;
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
        Self::new(format!("expected {}, found {}", wanted(&expected.to_string()), found(&unexpected)))
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` is missing"))
    }
}

/// What serde expects, in words of the file and not of the program.
fn wanted(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" => "a whole number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" => "a text",
        "a sequence" => "a list",
        "a map" => "keys with values",
        other if other.starts_with("struct ") => "keys with values",
        other => other,
    }
}

fn found(unexpected: &de::Unexpected<'_>) -> String {
    match unexpected {
        de::Unexpected::Str(text) => format!("the text `{text}`"),
        de::Unexpected::Unsigned(number) => format!("`{number}`"),
        de::Unexpected::Signed(number) => format!("`{number}`"),
        de::Unexpected::Float(number) => format!("`{number}`"),
        de::Unexpected::Bool(value) => format!("`{value}`"),
        de::Unexpected::Unit => "nothing".to_owned(),
        de::Unexpected::Seq => "a list".to_owned(),
        de::Unexpected::Map => "keys with values".to_owned(),
        other @ (de::Unexpected::Char(_)
        | de::Unexpected::Bytes(_)
        | de::Unexpected::Option
        | de::Unexpected::NewtypeStruct
        | de::Unexpected::Enum
        | de::Unexpected::UnitVariant
        | de::Unexpected::NewtypeVariant
        | de::Unexpected::TupleVariant
        | de::Unexpected::StructVariant
        | de::Unexpected::Other(_)) => other.to_string(),
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
