//! The way of a change, from branch to branch and on to production, drawn from the config.

mod block;
mod build;
mod mermaid;
mod text;

use crate::report::Finding;

pub use block::{CLOSE, OPEN, put};
pub use build::flow;
pub use mermaid::mermaid;
pub use text::text;

/// Where changes go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// What there is, each once.
    pub nodes: Vec<Node>,
    /// The ways between them, in the order in which a change goes.
    pub edges: Vec<Edge>,
    /// What the config names and does not have.
    pub findings: Vec<Finding>,
}

/// A place on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
}

/// What a place on the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A branch with rules, or a pattern of branches.
    Branch,
    /// Where a release runs.
    Environment,
    /// Probes that must pass.
    Probes,
}

/// A way from one place to another, by their positions in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// From here.
    pub from: usize,
    /// To there.
    pub to: usize,
    /// Whether it is gone when all goes well.
    pub way: Way,
    /// What it takes, a part each.
    pub label: Vec<String>,
}

/// When a way is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// When all goes well.
    Forward,
    /// When it does not.
    Back,
}
