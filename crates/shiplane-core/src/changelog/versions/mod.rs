//! The files that carry the version: where it stands in them, and the edits that change it and nothing else.

mod cargo;
mod chart;
mod json;
mod package;
mod pattern;
mod plain;
mod python;
mod toml;

use std::ops::Range;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::edit::{Edit, FileChange};
use crate::fault::Fault;
use crate::foreign;

/// The files that are looked for when none is named.
pub const USUAL: [&str; 6] =
    ["Cargo.toml", "package.json", "pyproject.toml", "version.json", "VERSION", "Chart.yaml"];

/// A file that carries the version, with the files that repeat it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file itself.
    pub file: Document,
    /// Which field, when the name says so after a `#`: `Chart.yaml#appVersion`, `build.json#/app/version`; after a `~`
    /// it is a pattern with the version in parentheses: `app.py#~^VERSION = '(.+)'`.
    pub field: Option<String>,
    /// Lock files and manifests that repeat it; read along, changed along.
    pub companions: Vec<Document>,
}

/// A file of the repository as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// From the repository's root, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// How a version file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `Cargo.toml`; `Cargo.lock` and the workspace's other manifests repeat it.
    Cargo,
    /// `package.json`; its lock file repeats it.
    Package,
    /// `pyproject.toml`.
    Pyproject,
    /// Helm's `Chart.yaml`.
    Chart,
    /// Any other JSON file.
    Json,
    /// Nothing but the version.
    Plain,
}

/// Why a file has no version that could be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file cannot be read as what it is.
    Syntax(String),
    /// No version in it.
    Missing,
    /// The version is inherited from the workspace's root manifest.
    Inherited,
    /// More than one place; a guess would be wrong half the time.
    Several(Vec<String>),
    /// What stands there is no SemVer version.
    Invalid(String),
    /// A kind of file that we do not know.
    Format,
    /// The version is made by the build.
    Dynamic,
    /// The pattern is none, or has not one pair of parentheses.
    Pattern(String),
    /// A requirement on one of the packages that the new version would not meet.
    Requirement(String),
    /// What is wrong is in a file that repeats the version.
    Beside(String, Box<Problem>),
}

/// A version in a text.
pub(crate) struct Spot {
    label: String,
    span: Range<usize>,
    text: String,
}

fn spot(label: &str, span: Range<usize>, text: &str) -> Spot {
    let words = text.get(span.clone()).unwrap_or_default().to_owned();
    Spot { label: label.to_owned(), span, text: words }
}

/// The kind of file, by its name.
pub fn format(path: &str) -> Option<Format> {
    match path.rsplit('/').next().unwrap_or_default() {
        "Cargo.toml" => Some(Format::Cargo),
        "package.json" => Some(Format::Package),
        "pyproject.toml" => Some(Format::Pyproject),
        "Chart.yaml" | "Chart.yml" => Some(Format::Chart),
        name if name.ends_with(".json") => Some(Format::Json),
        name if name.to_ascii_lowercase().trim_end_matches(".txt").ends_with("version") => {
            Some(Format::Plain)
        }
        _ => None,
    }
}

/// Whether a file found by its usual name is a version file at all.
pub fn carries_version(source: &Source) -> bool {
    !matches!(read(source), Err(Problem::Missing | Problem::Inherited | Problem::Dynamic))
}

/// Whether a `Cargo.toml` is the root of a workspace.
pub fn is_cargo_workspace(text: &str) -> bool {
    toml::parse(text).is_ok_and(|manifest| manifest.contains_key("workspace"))
}

/// Whether a `package.json` is the root of a workspace.
pub fn is_npm_workspace(text: &str) -> bool {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(body).is_ok_and(|value: serde_json::Value| value.get("workspaces").is_some())
}

/// The version that the file carries.
pub fn read(source: &Source) -> Result<Version, Problem> {
    spots(source).and_then(|spots| agreed(&spots).cloned())
}

/// The edits that make it carry another one, in the file and in those that repeat it.
pub fn changes(source: &Source, new: &Version) -> Result<Vec<FileChange>, Problem> {
    let found = spots(source)?;
    let old = agreed(&found)?;
    let edits = found.iter().map(|(spot, _)| Edit::replace(spot.span.clone(), new.to_string())).collect();
    let mut changes = vec![change(&source.file, edits)];
    match format(&source.file.path).filter(|_| pattern_of(source).is_none()) {
        Some(Format::Cargo) => changes.extend(cargo::companions(source, old, new)?),
        Some(Format::Package) => changes.extend(package::companions(source, old, new)?),
        Some(Format::Pyproject) => changes.extend(python::companions(source, new)?),
        Some(Format::Chart | Format::Json | Format::Plain) | None => {}
    }
    Ok(changes)
}

fn change(document: &Document, edits: Vec<Edit>) -> FileChange {
    FileChange::new(&document.path, Some(document.text.clone()), edits)
}

/// The places where the version stands, each with what it says.
fn spots(source: &Source) -> Result<Vec<(Spot, Version)>, Problem> {
    let text = &source.file.text;
    if let Some(pattern) = pattern_of(source) {
        return pattern::find(text, pattern)?.into_iter().map(versioned).collect();
    }
    let found = match format(&source.file.path).ok_or(Problem::Format)? {
        Format::Cargo => cargo::find(text)?,
        Format::Package => json::find(text, &pointer(source.field.as_deref()))?,
        Format::Pyproject => python::find(text)?,
        Format::Chart => chart::find(text)?,
        Format::Json => json::find(text, &pointer(source.field.as_deref()))?,
        Format::Plain => plain::find(text)?,
    };
    let is_chart = format(&source.file.path) == Some(Format::Chart);
    let wanted = source.field.as_ref().filter(|_| is_chart);
    let is_wanted = |spot: &Spot| match wanted {
        Some(field) => *field == spot.label,
        // What a chart installs may be numbered in any other way; then it is no candidate.
        None => !is_chart || spot.label == "version" || Version::parse(&spot.text).is_ok(),
    };
    let found = found.into_iter().filter(is_wanted);
    found.map(versioned).collect()
}

fn versioned(spot: Spot) -> Result<(Spot, Version), Problem> {
    match Version::parse(&spot.text) {
        Ok(version) => Ok((spot, version)),
        Err(_) => Err(Problem::Invalid(spot.text)),
    }
}

fn pattern_of(source: &Source) -> Option<&str> {
    source.field.as_deref()?.strip_prefix('~')
}

/// The one version that all places say; only a chart's two fields may say the same.
fn agreed(spots: &[(Spot, Version)]) -> Result<&Version, Problem> {
    let labels = || spots.iter().map(|(spot, version)| format!("{} {version}", spot.label).trim().to_owned());
    match spots {
        [] => Err(Problem::Missing),
        [(_, version)] => Ok(version),
        [(one, version), (other, same)] if is_chart_pair(one, other) && version == same => Ok(version),
        _ => Err(Problem::Several(labels().collect())),
    }
}

fn is_chart_pair(one: &Spot, other: &Spot) -> bool {
    one.label != other.label
        && [one, other].iter().all(|spot| ["version", "appVersion"].contains(&&*spot.label))
}

/// The parts of a JSON pointer (RFC 6901).
fn pointer(field: Option<&str>) -> Vec<String> {
    let field = field.unwrap_or("/version");
    let parts = field.strip_prefix('/').unwrap_or(field).split('/');
    parts.map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

impl Problem {
    /// The same, in a file that repeats the version.
    fn of(self, document: &Document) -> Self {
        Self::Beside(document.path.clone(), Box::new(self))
    }

    /// The problem as an error: the file has to be named or written differently.
    pub fn fault(&self, path: &str) -> Fault {
        match self {
            Self::Syntax(why) => Fault::usage(
                "version-file-unreadable",
                format!("{path} cannot be read: {}", foreign::one_line(why)),
            ),
            Self::Missing => Fault::usage("version-missing", format!("{path} carries no version"))
                .help("name a file that does under `changelog.versions`, or add a version to this one"),
            Self::Inherited => {
                Fault::usage("version-missing", format!("{path} inherits its version from the workspace"))
                    .help("name the workspace's root Cargo.toml instead")
            }
            Self::Dynamic => {
                let fact = format!("{path} leaves its version to the build (`dynamic`)");
                Fault::usage("version-dynamic", fact)
                    .help("name the file that it comes from, or drop it from `changelog.versions`")
            }
            Self::Pattern(why) => {
                let fact = format!("the pattern for {path} cannot be used: {}", foreign::one_line(why));
                Fault::usage("version-pattern", fact).help("write one with the version in parentheses")
            }
            Self::Several(places) => {
                let fact = format!("{path} carries {} versions: {}", places.len(), places.join(", "));
                Fault::usage("version-ambiguous", fact).help("leave one, or name the field after a `#`")
            }
            Self::Invalid(text) => {
                Fault::usage("version-invalid", format!("{path} says `{text}`, which is no SemVer version"))
                    .help("write it as MAJOR.MINOR.PATCH")
            }
            Self::Format => {
                Fault::usage("version-file-unknown", format!("{path} is no known kind of version file")).help(
                    "Known are Cargo.toml, package.json, pyproject.toml, Chart.yaml, *.json and VERSION; for others add a pattern",
                )
            }
            Self::Beside(path, problem) => problem.fault(path),
            Self::Requirement(text) => {
                let fact = format!("{path}: the requirement `{text}` would exclude the new version");
                Fault::usage("version-requirement", fact).help("write it as a single version")
            }
        }
    }
}
