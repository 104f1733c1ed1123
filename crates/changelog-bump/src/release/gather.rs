//! What GitHub has of a release.

use serde::{Deserialize, Serialize};
use shiplane_core::changelog::Facts;
use shiplane_core::changelog::release::{Files, Seen, Wish};
use shiplane_core::changelog::tags::{self, Tag};
use shiplane_github::{Client, Repository};

use crate::gather::checkout::{Checkout, Included};
use crate::permission::allowed;

/// What a record holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) facts: Facts,
    pub(super) checkout: Checkout,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) included: Vec<Included>,
    pub(super) seen: Option<Seen>,
}

/// Reads everything that a release can be made of.
pub(super) async fn seen(
    client: &Client,
    repository: &Repository,
    (wish, prefix, made): (&Wish, &str, Option<u64>),
) -> anyhow::Result<Seen> {
    let doing = "read the repository";
    let right = "contents: read";
    let known = allowed(client.tree_of(repository, &wish.head).await?, (doing, right))?.is_some();
    let mut seen = Seen { known, ..Seen::default() };
    if let (Files::ToWrite, Some(name)) = (wish.files, &wish.branch)
        && let Some(head) = allowed(client.branch_head(repository, name).await?, (doing, right))?
    {
        let beyond = client.beyond(repository, (&wish.head, &head)).await?;
        // A head that cannot be compared with ours is a branch that went elsewhere.
        let since = allowed(beyond, (doing, right))?.map(|beyond| beyond.since).unwrap_or_default();
        seen.branch = Some(shiplane_core::changelog::release::BranchSeen { head, since });
    }
    seen.tag = allowed(client.tag(repository, &wish.tag).await?, (doing, right))?;
    // A token that may not write sees no drafts; then the draft cannot be made either, and that says so.
    let releases = allowed(client.releases(repository, (&wish.tag, made)).await?, (doing, right))?;
    seen.releases = releases.own;
    let published = tags::ranked(releases.published.iter().map(String::as_str), prefix);
    seen.highest = published.into_iter().find(Tag::is_final).map(|tag| tag.version);
    if let Some(name) = &wish.floating {
        seen.floating = allowed(client.tag(repository, name).await?, (doing, right))?.map(|tag| tag.commit);
        let names = allowed(client.tags_like(repository, &format!("{name}.")).await?, (doing, right))?;
        let tags = tags::ranked(names.iter().map(String::as_str), prefix);
        let of_major = |tag: &Tag| tag.is_final() && tag.version.major == wish.version.major;
        seen.highest_of_major = tags.into_iter().find(of_major).map(|tag| tag.version);
    }
    Ok(seen)
}
