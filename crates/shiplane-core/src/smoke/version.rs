//! Which version an answer says it is.

use serde_json::Value;

use super::answer::Answered;
use super::expectation::VersionAt;
use super::judge::json_body;

/// The longest text that passes for a version.
const LONGEST: usize = 128;

/// The version that the answer names, or why it names none.
pub fn read_version(at: &VersionAt, answered: &Answered) -> Result<String, String> {
    let version = match at {
        VersionAt::Header(name) => from_header(name, answered)?,
        VersionAt::Json(pointer) => from_json(pointer, answered)?,
        VersionAt::Body => answered.body.trim().to_owned(),
    };
    if version.is_empty() {
        return Err(format!("the {at} is empty"));
    }
    if version.chars().count() > LONGEST || version.chars().any(char::is_control) {
        return Err(format!("the {at} is not one line of at most {LONGEST} characters"));
    }
    Ok(version)
}

/// Whether both mean the same version: `v1.2.3` is `1.2.3`.
pub(super) fn same(left: &str, right: &str) -> bool {
    bare(left) == bare(right)
}

fn bare(version: &str) -> &str {
    let version = version.trim();
    match version.strip_prefix(['v', 'V']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        Some(_) | None => version,
    }
}

fn from_header(name: &str, answered: &Answered) -> Result<String, String> {
    let mut values = answered.header(name);
    let first = values.next().ok_or_else(|| format!("there is no header `{name}`"))?;
    if values.any(|other| !same(first, other)) {
        return Err(format!("the header `{name}` comes more than once with different values"));
    }
    Ok(first.trim().to_owned())
}

fn from_json(pointer: &str, answered: &Answered) -> Result<String, String> {
    let body = json_body(answered)?;
    match body.pointer(pointer) {
        Some(Value::String(text)) => Ok(text.trim().to_owned()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            Err(format!("the JSON value `{pointer}` is neither text nor a number"))
        }
        None => Err(format!("the JSON body has no value at `{pointer}`")),
    }
}
