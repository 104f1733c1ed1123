//! Arrows between our crates, and the doors by which outsiders enter.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, MetadataCommand};

use super::Offence;
use super::architecture::{FILE, Tables};
use crate::repo::Repo;

/// A crate of ours, and what it imports outside its tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crate {
    /// Where its dependencies are written down.
    pub manifest: String,
    /// Crates of ours.
    pub ours: BTreeSet<String>,
    /// Crates of others.
    pub theirs: BTreeSet<String>,
}

/// Our crates by name, from their manifests.
pub fn gather(repo: &Repo) -> anyhow::Result<BTreeMap<String, Crate>> {
    let metadata = MetadataCommand::new()
        .manifest_path(repo.path("Cargo.toml"))
        .no_deps()
        .exec()
        .context("read the manifests with cargo metadata")?;
    let ours: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let crates = metadata.packages.iter().map(|package| {
        let manifest = package.manifest_path.strip_prefix(repo.root()).unwrap_or(&package.manifest_path);
        let used =
            package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
        let (own, theirs) =
            used.map(|dependency| dependency.name.clone()).partition(|name| ours.contains(name));
        (package.name.to_string(), Crate { manifest: manifest.to_string(), ours: own, theirs })
    });
    Ok(crates.collect())
}

/// Manifests and tables must say the same, in both directions.
pub fn check(tables: &Tables, crates: &BTreeMap<String, Crate>) -> Vec<Offence> {
    let mut offences = arrows(tables, crates);
    offences.extend(doors(tables, crates));
    offences.extend(forgotten(tables, crates));
    offences
}

fn arrows(tables: &Tables, crates: &BTreeMap<String, Crate>) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (name, found) in crates {
        let Some(row) = tables.imports.get(name) else {
            let words = (
                format!("the crate {name} is not in the table"),
                "add its row: crate, does, never does, may import",
            );
            offences.push(Offence::new(FILE, 1, words));
            continue;
        };
        for import in found.ours.difference(&row.names) {
            let words = (
                format!("{name} imports {import}, which {FILE}:{} does not allow", row.line),
                "take the import out, or change the drawing first",
            );
            offences.push(Offence::new(&found.manifest, 1, words));
        }
        for import in row.names.difference(&found.ours) {
            let words = (format!("{name} does not import {import}"), "take it out of the row");
            offences.push(Offence::new(FILE, row.line, words));
        }
    }
    offences
}

fn doors(tables: &Tables, crates: &BTreeMap<String, Crate>) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (name, found) in crates {
        for outsider in &found.theirs {
            let words = match tables.doors.get(outsider) {
                Some(row) if row.is_any() || row.names.contains(name) => continue,
                Some(row) => (
                    format!("{outsider} enters by {name}, which {FILE}:{} does not allow", row.line),
                    "go through the crate that has the door",
                ),
                None => (
                    format!("{outsider} enters by {name} and is not in {FILE}"),
                    "add its row: outsider, door, what for",
                ),
            };
            offences.push(Offence::new(&found.manifest, 1, words));
        }
    }
    offences
}

/// Rows about crates that are not there, and doors that nobody uses.
fn forgotten(tables: &Tables, crates: &BTreeMap<String, Crate>) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (name, row) in tables.imports.iter().filter(|(name, _)| !crates.contains_key(*name)) {
        offences.push(Offence::new(
            FILE,
            row.line,
            (format!("there is no crate {name}"), "take the row out"),
        ));
    }
    for (outsider, row) in &tables.doors {
        let users: BTreeSet<&String> = crates
            .iter()
            .filter(|(_, found)| found.theirs.contains(outsider))
            .map(|(name, _)| name)
            .collect();
        for door in row.names.iter().filter(|door| !row.is_any() && !users.contains(door)) {
            let words = (format!("{outsider} does not enter by {door}"), "take it out of the row");
            offences.push(Offence::new(FILE, row.line, words));
        }
        if users.is_empty() {
            offences.push(Offence::new(
                FILE,
                row.line,
                (format!("nobody uses {outsider}"), "take the row out"),
            ));
        }
    }
    offences
}
