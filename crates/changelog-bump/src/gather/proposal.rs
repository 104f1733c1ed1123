//! A pull request from git: what its branch adds to the base, and the release files on both sides.

use shiplane_core::changelog::check::{Proposal, Sides, VersionFile};
use shiplane_core::fault::Fault;

use super::commits::Range;
use super::files::Tree;
use super::git::{Git, Here};
use super::history::{self, FETCH};
use super::packages;
use crate::check::request::{Base, Request};

/// Reads everything once.
pub(crate) fn read(request: &Request) -> anyhow::Result<Proposal> {
    let git = Git::at(&request.directory);
    let here = git.here()?;
    // Paths in a commit count from the directory that git runs in.
    let git = Git::at(&here.root);
    let (base, left) = points(&git, &here, &request.base)?;
    let scope = &request.scope;
    let range = Range { since: Some(&base), until: "HEAD", lines: scope.lines };
    let commits = history::whole(&git, &here, &range)?;
    let touching = match scope.paths.as_slice() {
        [] => None,
        paths => Some(range.touching(&git, paths)?),
    };
    let tree = Tree::new(here.root);
    let named = packages::named(&tree, (&request.versions, &scope.folder))?;
    let mut versions = Vec::new();
    for head in tree.with_companions(tree.versions(&named)?)? {
        let base = git.file(&base, &head.file.path)?;
        versions.push(VersionFile { head, base });
    }
    Ok(Proposal {
        base: request.base.name.clone(),
        title: request.title.clone(),
        labels: request.labels.clone(),
        commits,
        touching,
        changelog: Sides {
            path: request.changelog.clone(),
            field: None,
            base: git.file(&left, &request.changelog)?,
            head: tree.read(&request.changelog)?,
        },
        versions,
    })
}

/// The base as it is now, and the commit at which the branch left it.
fn points(git: &Git, here: &Here, base: &Base) -> anyhow::Result<(String, String)> {
    for name in &base.tried {
        if let Some(commit) = git.commit(name)? {
            let left = git.fork_point(&commit)?.ok_or_else(|| unrelated(here, base))?;
            return Ok((commit, left));
        }
    }
    let Base { name, .. } = base;
    let fact = format!("the clone does not have the base `{name}`");
    Err(Fault::could_not("base-missing", fact)
        .help(format!("git fetch origin {name}, or check out with `fetch-depth: 0`"))
        .into())
}

fn unrelated(here: &Here, base: &Base) -> Fault {
    if here.shallow {
        let fact = format!("the clone is shallow, and where the branch left `{}` is missing", base.name);
        return Fault::could_not("history-shallow", fact).help(FETCH);
    }
    let fact = format!("the branch and `{}` have no commit in common", base.name);
    Fault::could_not("base-unrelated", fact).help("name the branch that it goes to with --base")
}
