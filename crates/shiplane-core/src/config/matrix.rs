//! `matrix:` axes and their values, in the order of the file, which GitHub follows when it names the jobs.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// Words that GitHub keeps for itself inside of a matrix (docs, "Workflow syntax", `jobs.<job_id>.strategy.matrix`).
const RESERVED: [&str; 2] = ["include", "exclude"];

/// The axes of a matrix, each with its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix(pub Vec<(String, Vec<String>)>);

impl<'de> Deserialize<'de> for Matrix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Axes)
    }
}

struct Axes;

impl<'de> Visitor<'de> for Axes {
    type Value = Matrix;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("axes, each with a list of values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Matrix, A::Error> {
        let mut axes: Vec<(String, Vec<String>)> = Vec::new();
        while let Some(Axis(name)) = pairs.next_key()? {
            if axes.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                // An expression reads `matrix.OS` and `matrix.os` alike (docs, "Contexts").
                return Err(de::Error::custom(format!("axis `{name}` is there twice")));
            }
            let Values(values) = pairs.next_value()?;
            axes.push((name, values));
        }
        Ok(Matrix(axes))
    }
}

/// A name that `${{ matrix.name }}` can say.
struct Axis(String);

impl<'de> Deserialize<'de> for Axis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if RESERVED.contains(&name.to_lowercase().as_str()) {
            let wrong =
                format!("`{name}` is no axis; `exclude` stands beside `matrix`, and there is no `include`");
            return Err(de::Error::custom(wrong));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(fits) {
            return Ok(Self(name));
        }
        let wrong = format!(
            "`{name}` is no name of an axis; it begins with a letter or `_`, then letters, digits, `-`, `_`"
        );
        Err(de::Error::custom(wrong))
    }
}

/// At least one value, and none twice: each would be one job more of the same name.
struct Values(Vec<String>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values: Vec<String> = Vec::deserialize(deserializer)?;
        if values.is_empty() {
            return Err(de::Error::custom("an axis needs at least one value"));
        }
        let mut known: Vec<&str> = Vec::new();
        for value in &values {
            if known.contains(&value.as_str()) {
                return Err(de::Error::custom(format!("the value `{value}` is there twice")));
            }
            known.push(value);
        }
        Ok(Self(values))
    }
}

impl JsonSchema for Matrix {
    fn schema_name() -> Cow<'static, str> {
        "Matrix".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_-]*$" },
            "additionalProperties": {
                "type": "array", "items": { "type": "string" }, "minItems": 1, "uniqueItems": true
            },
        })
    }
}
