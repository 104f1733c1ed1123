//! The version in `Cargo.toml`, and wherever the workspace repeats it.

use std::collections::BTreeSet;

use semver::{Version, VersionReq};
use toml_edit::{Item, TableLike};

use super::{Document, Problem, Source, Spot, change, toml};
use crate::changelog::edit::{Edit, FileChange};

/// Where the manifest says the version: in `[package]` or in `[workspace.package]`.
pub(super) fn find(text: &str) -> Result<Vec<Spot>, Problem> {
    let document = toml::parse(text)?;
    let places = [&["package", "version"][..], &["workspace", "package", "version"]];
    let spots: Vec<Spot> = places
        .iter()
        .filter_map(|path| toml::version(text, &path.join("."), toml::at(document.as_item(), path)?))
        .collect();
    if spots.is_empty() && inherits(document.as_item()) { Err(Problem::Inherited) } else { Ok(spots) }
}

/// The edits in the lock file and in the manifests that require the packages by version.
pub(super) fn companions(source: &Source, old: &Version, new: &Version) -> Result<Vec<FileChange>, Problem> {
    let names = names(source)?;
    let is_lock = |document: &&Document| document.path.ends_with("Cargo.lock");
    let manifests = source.companions.iter().filter(|document| !is_lock(document));
    let mut changes = Vec::new();
    for manifest in std::iter::once(&source.file).chain(manifests) {
        let edits = requirements(&manifest.text, &names, (old, new)).map_err(|it| it.of(manifest))?;
        changes.push(change(manifest, edits));
    }
    for lock in source.companions.iter().filter(is_lock) {
        changes.push(change(lock, locked(&lock.text, &names, new).map_err(|it| it.of(lock))?));
    }
    Ok(changes)
}

fn inherits(manifest: &Item) -> bool {
    toml::at(manifest, &["package", "version", "workspace"]).and_then(Item::as_bool) == Some(true)
}

/// The packages whose version this is: the manifest's own, or all that inherit it.
fn names(source: &Source) -> Result<BTreeSet<String>, Problem> {
    let own = toml::parse(&source.file.text)?;
    let name = |manifest: &Item| toml::at(manifest, &["package", "name"])?.as_str().map(str::to_owned);
    if toml::at(own.as_item(), &["package", "version"]).and_then(Item::as_str).is_some() {
        return Ok(name(own.as_item()).into_iter().collect());
    }
    let mut names = BTreeSet::new();
    for document in std::iter::once(&source.file).chain(&source.companions) {
        let manifest = toml::parse(&document.text).map_err(|it| it.of(document))?;
        names.extend(name(manifest.as_item()).filter(|_| inherits(manifest.as_item())));
    }
    Ok(names)
}

/// Path dependencies on the packages that name a version: Cargo refuses a workspace where they do not match.
fn requirements(
    text: &str,
    names: &BTreeSet<String>,
    (old, new): (&Version, &Version),
) -> Result<Vec<Edit>, Problem> {
    let document = toml::parse(text)?;
    let root = document.as_item();
    let mut tables: Vec<&dyn TableLike> = dependency_tables(root);
    tables.extend(toml::at(root, &["workspace", "dependencies"]).and_then(Item::as_table_like));
    let targets = root.get("target").and_then(Item::as_table_like);
    for (_, target) in targets.into_iter().flat_map(TableLike::iter) {
        tables.extend(dependency_tables(target));
    }
    let mut edits = Vec::new();
    for (key, item) in tables.into_iter().flat_map(TableLike::iter) {
        let name = item.get("package").and_then(Item::as_str).unwrap_or(key);
        let is_own = names.contains(name) && item.get("path").is_some();
        let written = item.get("version").filter(|_| is_own).and_then(|item| toml::string(text, name, item));
        if let Some(spot) = written {
            edits.extend(requirement(&spot, old, new)?);
        }
    }
    Ok(edits)
}

fn dependency_tables(item: &Item) -> Vec<&dyn TableLike> {
    let keys = ["dependencies", "dev-dependencies", "build-dependencies"];
    keys.iter().filter_map(|key| item.get(key).and_then(Item::as_table_like)).collect()
}

/// A requirement that says the old version says the new one, in as many numbers; a looser one stays while it fits.
fn requirement(spot: &Spot, old: &Version, new: &Version) -> Result<Option<Edit>, Problem> {
    let problem = || Problem::Requirement(spot.text.clone());
    let required = VersionReq::parse(&spot.text).map_err(|_| problem())?;
    let Some(start) = spot.text.find(|c: char| c.is_ascii_digit()) else { return Ok(None) };
    let digits = spot.text.get(start..).unwrap_or_default().trim_end();
    if digits != old.to_string() && required.matches(new) {
        return Ok(None);
    }
    if required.comparators.len() != 1 {
        return Err(problem());
    }
    let operator = spot.text.get(..start).unwrap_or_default();
    let short = match digits.split('.').count() {
        1 => new.major.to_string(),
        2 => format!("{}.{}", new.major, new.minor),
        _ => new.to_string(),
    };
    let fits = VersionReq::parse(&format!("{operator}{short}")).is_ok_and(|required| required.matches(new));
    let written = if fits { short } else { new.to_string() };
    let start = spot.span.start + start;
    Ok(Some(Edit::replace(start..start + digits.len(), written)))
}

/// The packages' entries in `Cargo.lock`: those of the name that come from no registry.
fn locked(text: &str, names: &BTreeSet<String>, new: &Version) -> Result<Vec<Edit>, Problem> {
    let document = toml::parse(text)?;
    let packages = document.get("package").and_then(Item::as_array_of_tables);
    // The first form of the file had its own package apart.
    let root = document.get("root").and_then(Item::as_table);
    let mut edits = Vec::new();
    for package in packages.into_iter().flatten().chain(root) {
        let name = package.get("name").and_then(Item::as_str).unwrap_or_default();
        if names.contains(name) && package.get("source").is_none() {
            let version = package.get("version").and_then(|item| toml::string(text, name, item));
            edits.extend(version.map(|spot| Edit::replace(spot.span, new.to_string())));
        }
        let dependencies = package.get("dependencies").and_then(Item::as_array);
        for value in dependencies.into_iter().flatten() {
            let Some((words, span)) = value.as_str().zip(value.span()) else { continue };
            // "name version" without a source: written where several packages have that name, and this one is ours.
            let Some((_, version)) = words.split_once(' ').filter(|(name, _)| names.contains(*name)) else {
                continue;
            };
            let is_plain = !version.contains(' ');
            let spot = toml::within(text, "", (version, span)).filter(|_| is_plain);
            edits.extend(spot.map(|spot| Edit::replace(spot.span, new.to_string())));
        }
    }
    Ok(edits)
}
