//! The images that a release's own Compose file names.

use crate::config::yaml::{self, Node, Value};

/// Service and image, from the file that names the images of one release.
pub fn named_images(text: &str) -> Vec<(String, String)> {
    let Ok(Some(root)) = yaml::read(text) else { return Vec::new() };
    let Some(Value::Mapping(pairs)) = root.get("services").map(|node| &node.value) else { return Vec::new() };
    let named = |(name, body): &(Node, Node)| {
        Some((name.text()?.to_owned(), body.get("image").and_then(Node::text)?.to_owned()))
    };
    pairs.iter().filter_map(named).collect()
}
