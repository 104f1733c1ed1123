//! The version files of a package: those that are named, or those with usual names in its own directory.

use shiplane_core::changelog::versions::{self, Document, Source};

use super::files::Tree;
use crate::request::Named;

/// Names for [`Tree::versions`]; none when nothing is named and the package is the whole repository.
pub(super) fn named(tree: &Tree, (named, folder): (&[Named], &str)) -> anyhow::Result<Vec<Named>> {
    if folder.is_empty() || !named.is_empty() {
        return Ok(named.to_vec());
    }
    let mut found = Vec::new();
    for name in versions::USUAL {
        let path = format!("{folder}/{name}");
        let Some(text) = tree.read(&path)? else { continue };
        let file = Document { path: path.clone(), text };
        if versions::carries_version(&Source { file, field: None, companions: Vec::new() }) {
            found.push(Named { path, field: None });
        }
    }
    Ok(found)
}
