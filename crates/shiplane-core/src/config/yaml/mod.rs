//! YAML as a tree that remembers where every value stands, and typed values out of it.

mod de;
mod tree;

use serde::Deserialize;

use super::error::ConfigError;

pub use tree::{Node, Place, Value, read};

/// A typed value out of a tree.
pub fn typed<'de, T: Deserialize<'de>>(node: &'de Node) -> Result<T, ConfigError> {
    T::deserialize(node)
}
