//! Tags and commits over GitHub's API, for a shallow clone.

use shiplane_action::Context;
use shiplane_core::changelog::convention::Lines;
use shiplane_core::changelog::history::sorted;
use shiplane_core::changelog::tags::{self, Aside, Tag, WhyAside};
use shiplane_core::fault::Fault;
use shiplane_github::{Client, Compared, Repository};

use super::git::Git;
use super::history::{FETCH, History};
use crate::permission::allowed;
use crate::request::Request;

/// So many tags are compared, from the highest version down.
const MOST: usize = 30;

const RIGHT: (&str, &str) = ("read commits", "contents: read");

/// Everything that a release is decided by.
pub(super) async fn history(request: &Request, context: &Context, git: &Git) -> anyhow::Result<History> {
    let scope = &request.scope;
    if !scope.paths.is_empty() || scope.lines == Lines::FirstParent {
        let fact = "which commits touch paths, or are the branch's own, is not read over the API";
        return Err(Fault::usage("via-api-in-part", fact).help(FETCH).into());
    }
    let head = git.text(&["rev-parse", "--verify", "HEAD"])?.trim_end().to_owned();
    let repository = request.access.repository(context)?;
    let client = request.access.client(context)?;
    let hub = Hub { client, repository, head };
    hub.is_there().await?;
    let prefix = &request.policy.prefix;
    let mut names = allowed(hub.client.all_tags(&hub.repository, prefix).await?, RIGHT)?;
    if request.prefix.is_none() && tags::ranked(names.iter().map(String::as_str), prefix).is_empty() {
        names = allowed(hub.client.all_tags(&hub.repository, "").await?, RIGHT)?;
    }
    let prefix = tags::prefix(&names, request.prefix.as_deref());
    let ranked = tags::ranked(names.iter().map(String::as_str), prefix);
    let mut history = History::default();
    let is_usual = request.prefix.is_some() || prefix == tags::USUAL;
    history.seen.prefix = (!is_usual).then(|| prefix.to_owned());
    history.seen.taken = ranked.iter().map(|tag| tag.name.clone()).collect();
    let mut tried = 0;
    for tag in ranked {
        if !tag.is_final() && history.pre.is_some() {
            continue;
        }
        tried += 1;
        if tried > MOST {
            let fact = format!("none of the {MOST} highest tags is contained in the commit");
            return Err(Fault::could_not("tags-too-many", fact).help(FETCH).into());
        }
        match hub.since(&tag).await? {
            None => history.seen.aside.push(Aside { name: tag.name, why: WhyAside::Elsewhere }),
            Some(compared) if tag.is_final() => {
                history.commits = newest_first(compared);
                history.last = Some(tag);
                return Ok(history);
            }
            Some(compared) => {
                history.seen.since_pre = Some(compared.commits.into_iter().map(|commit| commit.id).collect());
                history.pre = Some(tag);
            }
        }
    }
    let all = allowed(hub.client.history(&hub.repository, &hub.head).await?, RIGHT)?;
    history.commits = sorted(all.ok_or_else(|| hub.absent())?);
    Ok(history)
}

struct Hub {
    client: Client,
    repository: Repository,
    head: String,
}

impl Hub {
    async fn is_there(&self) -> anyhow::Result<()> {
        let tree = allowed(self.client.tree_of(&self.repository, &self.head).await?, RIGHT)?;
        Ok(tree.map(drop).ok_or_else(|| self.absent())?)
    }

    fn absent(&self) -> Fault {
        let fact = format!("{} does not have the commit {}", self.repository, self.head);
        Fault::could_not("commit-not-at-github", fact).help("push it, or name --repository")
    }

    /// The commits since a tag; nothing when the commit does not contain it.
    async fn since(&self, tag: &Tag) -> anyhow::Result<Option<Compared>> {
        let compared = self.client.compared(&self.repository, (&tag.name, &self.head)).await?;
        Ok(allowed(compared, RIGHT)?.filter(|compared| compared.behind == 0))
    }
}

fn newest_first(compared: Compared) -> Vec<shiplane_core::changelog::history::Commit> {
    let mut commits = compared.commits;
    commits.reverse();
    sorted(commits)
}
