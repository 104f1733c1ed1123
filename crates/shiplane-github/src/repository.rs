//! Which repository.

use std::fmt;

use shiplane_core::fault::Fault;

/// A repository by its two names, which fit into a path as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its owner.
    pub owner: String,
    /// Its name.
    pub name: String,
}

impl Repository {
    /// From `owner/name`.
    pub fn new(repository: &str) -> Result<Self, Fault> {
        let wrong = || {
            let fact = format!("`{repository}` is not a repository");
            Fault::usage("repository-invalid", fact).help("write it as owner/name")
        };
        let (owner, name) = repository.split_once('/').ok_or_else(wrong)?;
        // `.` and `..` would lead elsewhere in a path.
        let plain = |part: &str| {
            !part.chars().all(|c| c == '.')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        };
        if !plain(owner) || !plain(name) {
            return Err(wrong());
        }
        Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
    }

    /// The REST path of something below the repository, such as `branches/main`.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/repos/{}/{}/{below}", self.owner, self.name)
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}
