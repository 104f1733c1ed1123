//! The version in `pyproject.toml`, and in the lock file of uv, which repeats it.

use semver::Version;
use toml_edit::Item;

use super::{Problem, Source, Spot, change, toml};
use crate::changelog::edit::{Edit, FileChange};

/// Where `pyproject.toml` says the version: in `[project]` or in `[tool.poetry]`.
pub(super) fn find(text: &str) -> Result<Vec<Spot>, Problem> {
    let document = toml::parse(text)?;
    let places = [&["project", "version"][..], &["tool", "poetry", "version"]];
    let found = places
        .iter()
        .filter_map(|path| toml::version(text, &path.join("."), toml::at(document.as_item(), path)?));
    let found: Vec<Spot> = found.collect();
    if found.is_empty() && is_dynamic(document.as_item()) { Err(Problem::Dynamic) } else { Ok(found) }
}

/// The version is made by the build, from a place that only the build knows.
fn is_dynamic(manifest: &Item) -> bool {
    let fields = toml::at(manifest, &["project", "dynamic"]).and_then(Item::as_array);
    fields.is_some_and(|fields| fields.iter().any(|field| field.as_str() == Some("version")))
}

/// The project's own entries in the lock files.
pub(super) fn companions(source: &Source, new: &Version) -> Result<Vec<FileChange>, Problem> {
    let own = toml::parse(&source.file.text)?;
    let named = |path: &[&str]| toml::at(own.as_item(), path).and_then(Item::as_str);
    let Some(name) = named(&["project", "name"]).or_else(|| named(&["tool", "poetry", "name"])) else {
        return Ok(Vec::new());
    };
    let mut changes = Vec::new();
    for lock in &source.companions {
        let document = toml::parse(&lock.text).map_err(|it| it.of(lock))?;
        let packages = document.get("package").and_then(Item::as_array_of_tables);
        let mut edits = Vec::new();
        for package in packages.into_iter().flatten() {
            let known = package.get("name").and_then(Item::as_str).unwrap_or_default();
            // What comes from a registry under the same name is another one.
            let kinds = ["editable", "virtual", "directory"];
            let source = package.get("source");
            let is_here = source.is_some_and(|source| kinds.iter().any(|kind| source.get(kind).is_some()));
            if is_here && normal(known) == normal(name) {
                let spot = package.get("version").and_then(|item| toml::string(&lock.text, known, item));
                edits.extend(spot.map(|spot| Edit::replace(spot.span, new.to_string())));
            }
        }
        changes.push(change(lock, edits));
    }
    Ok(changes)
}

/// One spelling of a name (packaging.python.org/en/latest/specifications/name-normalization).
fn normal(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}
