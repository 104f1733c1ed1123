//! What is asked on a host itself.

use serde::{Deserialize, Serialize};

/// What is asked on a host itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum HostQuestion {
    /// How the containers of a Compose project are.
    Containers {
        /// The name of the Compose project; what its files say where it is empty.
        project: String,
        /// Services; all of the project where none is named.
        services: Vec<String>,
    },
    /// What a program says.
    Command {
        /// The program with its arguments; no shell is involved.
        program: Vec<String>,
        /// Where it runs; the user's home where nothing is said.
        directory: Option<String>,
    },
    /// When a file was written last.
    File {
        /// Its path; relative to the environment's `path`.
        path: String,
        /// The environment's `path`.
        directory: Option<String>,
    },
}
