//! The facts: tags and commits from git, the version files and the changelog from the working tree.

mod api;
pub(crate) mod checkout;
mod commits;
pub(crate) mod deeds;
mod files;
mod git;
mod history;
pub(crate) mod notes;
mod packages;
pub(crate) mod proposal;
mod pulls;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use shiplane_action::Context;
use shiplane_core::changelog::date::Date;
use shiplane_core::changelog::site::Site;
use shiplane_core::changelog::{Changelog, Facts};

use crate::request::{Deed, Request};
use files::Tree;
use git::Git;

/// Reads everything once.
pub(crate) async fn facts(request: &Request, context: &Context) -> anyhow::Result<Facts> {
    let git = Git::at(&request.directory);
    let here = git.here()?;
    let range = (request.prefix.as_deref(), &request.scope);
    let mut history = if here.shallow && request.via_api {
        api::history(request, context, &git).await?
    } else {
        history::read(&git, &here, range)?
    };
    history.seen.pulls = pulls::read(request, context, &history.commits).await?;
    let tree = Tree::new(here.root);
    // What repeats the version matters only to those who write it.
    let named = packages::named(&tree, (&request.versions, &request.scope.folder))?;
    let versions = match request.deed {
        Deed::Tell | Deed::Explain => tree.versions(&named)?,
        Deed::Show | Deed::Write => tree.with_companions(tree.versions(&named)?)?,
    };
    let text = tree.read(&request.changelog)?;
    Ok(Facts {
        last: history.last,
        pre: history.pre,
        strangers: history.strangers,
        seen: history.seen,
        shallow: here.shallow && !request.via_api,
        commits: history.commits,
        date: request.date.unwrap_or_else(today),
        changelog: Changelog { path: request.changelog.clone(), text },
        versions,
        site: site(&git, request.site.as_deref())?,
    })
}

/// Where the repository is seen: as it was named, or as the remote's address tells.
fn site(git: &Git, named: Option<&str>) -> anyhow::Result<Option<String>> {
    let remote = match named {
        Some(_) => None,
        None => git.setting("remote.origin.url")?,
    };
    let site = named.and_then(Site::named).or_else(|| remote.as_deref().and_then(Site::of_remote));
    Ok(site.map(|site| site.url().to_owned()))
}

/// The top of the working tree.
pub(crate) fn root(directory: &Path) -> anyhow::Result<PathBuf> {
    Ok(Git::at(directory).here()?.root)
}

fn today() -> Date {
    Date::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}
