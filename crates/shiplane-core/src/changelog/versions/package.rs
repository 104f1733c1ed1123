//! The version in `package.json`, and where the workspace around it repeats it.

use semver::{Version, VersionReq};
use serde_json::Value;

use super::{Document, Problem, Source, Spot, change, json};
use crate::changelog::edit::{Edit, FileChange};

/// Where a manifest, or an entry of a lock file, says what it depends on.
const DEPENDENCIES: [&str; 4] =
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/// The edits in the lock files and in the manifests that require the package by version.
pub(super) fn companions(source: &Source, old: &Version, new: &Version) -> Result<Vec<FileChange>, Problem> {
    let name = name(&source.file);
    let manifests = || source.companions.iter().filter(|document| !is_lock(document));
    let mut changes = Vec::new();
    for manifest in manifests() {
        let paths: Vec<Vec<String>> = name.iter().flat_map(|name| dependencies(&[], name)).collect();
        let found = json::find_all(&manifest.text, &paths).map_err(|it| it.of(manifest))?;
        changes.push(change(manifest, found.iter().filter_map(|it| requirement(it, old, new)).collect()));
    }
    for lock in source.companions.iter().filter(|document| is_lock(document)) {
        let inside = |document: &Document| below(folder(&document.path), folder(&lock.path));
        let own = inside(&source.file);
        let mut paths = vec![path(&["packages", &own, "version"])];
        if own.is_empty() {
            paths.push(path(&["version"]));
        }
        let found = json::find_all(&lock.text, &paths).map_err(|it| it.of(lock))?;
        let mut edits: Vec<Edit> =
            found.into_iter().map(|spot| Edit::replace(spot.span, new.to_string())).collect();
        let mut paths = Vec::new();
        for (name, manifest) in name.iter().flat_map(|name| manifests().map(move |it| (name, it))) {
            paths.extend(dependencies(&["packages", &inside(manifest)], name));
            paths.extend(self::name(manifest).map(|other| path(&["dependencies", &other, "requires", name])));
        }
        let found = json::find_all(&lock.text, &paths).map_err(|it| it.of(lock))?;
        edits.extend(found.iter().filter_map(|spot| requirement(spot, old, new)));
        changes.push(change(lock, edits));
    }
    Ok(changes)
}

fn is_lock(document: &Document) -> bool {
    ["package-lock.json", "npm-shrinkwrap.json"].iter().any(|name| document.path.ends_with(name))
}

/// What the package calls itself.
fn name(manifest: &Document) -> Option<String> {
    let text = manifest.text.strip_prefix('\u{feff}').unwrap_or(&manifest.text);
    let value: Value = serde_json::from_str(text).ok()?;
    value.get("name").and_then(Value::as_str).map(str::to_owned)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn below(folder: &str, root: &str) -> String {
    folder.strip_prefix(root).unwrap_or(folder).trim_start_matches('/').to_owned()
}

fn path(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

fn dependencies(before: &[&str], name: &str) -> Vec<Vec<String>> {
    DEPENDENCIES.iter().map(|key| path(&[before, &[key, name]].concat())).collect()
}

/// A range that names the old version names the new one; a looser one stays while it fits.
fn requirement(spot: &Spot, old: &Version, new: &Version) -> Option<Edit> {
    let range = spot.text.strip_prefix("workspace:").unwrap_or(&spot.text);
    let begin = spot.text.len() - range.len();
    let digits_at = range.find(|c: char| c.is_ascii_digit())?;
    let (operator, digits) = range.split_at(digits_at);
    let digits = digits.trim_end();
    // A bare version means itself here, and not what is compatible with it.
    let bare = operator.trim().is_empty() && digits.matches('.').count() >= 2;
    let strict = if bare { format!("={digits}") } else { range.to_owned() };
    // Ranges of another kind, such as a tag, an address or `||`, are their author's.
    let required = VersionReq::parse(&strict).ok().filter(|required| required.comparators.len() == 1)?;
    let says_old = digits == old.to_string();
    if !says_old && required.matches(new) {
        return None;
    }
    let start = spot.span.start + begin + digits_at;
    Some(Edit::replace(start..start + digits.len(), new.to_string()))
}
