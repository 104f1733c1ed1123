//! Branches and tags, and the commits behind them.

use anyhow::Context as _;
use serde_json::{Value, json};
use shiplane_core::changelog::release::{BranchSeen, CommitSeen, TagSeen};
use shiplane_core::fault::Fault;

use crate::change::{Changed, unnamed};
use crate::client::{Client, Verb};
use crate::repository::Repository;
use crate::rest::{Read, Refusal, encoded};

/// A branch or a tag, of which every part of the name may be anything but a slash.
fn path_of(name: &str) -> String {
    name.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

impl Client {
    /// The commit at the head of a branch; nothing when there is no such branch.
    pub async fn branch_head(
        &self,
        repository: &Repository,
        branch: &str,
    ) -> anyhow::Result<Read<Option<String>>> {
        let seen = self.object_of(repository, &format!("heads/{branch}")).await;
        Ok(seen.with_context(|| format!("read branch {branch}"))?.map(|it| it.map(|(_, id)| id)))
    }

    /// What a tag names in the end; nothing when there is no such tag.
    pub async fn tag(&self, repository: &Repository, tag: &str) -> anyhow::Result<Read<Option<TagSeen>>> {
        self.read_tag(repository, tag).await.with_context(|| format!("read tag {tag}"))
    }

    async fn read_tag(&self, repository: &Repository, tag: &str) -> Result<Read<Option<TagSeen>>, Fault> {
        let (mut kind, mut id) = match self.object_of(repository, &format!("tags/{tag}")).await? {
            Ok(Some(object)) => object,
            Ok(None) => return Ok(Ok(None)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let annotated = kind == "tag";
        // A tag can name a tag; nobody means more than a few.
        for _ in 0..8 {
            if kind != "tag" {
                break;
            }
            let path = repository.path(&format!("git/tags/{}", encoded(&id)));
            match self.get(&path).await? {
                Ok(object) => (kind, id) = object_in(&object).ok_or_else(|| unnamed("what the tag names"))?,
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(Some(TagSeen { commit: id, annotated })))
    }

    /// The kind and the id behind a ref. GitHub answers 404 where a ref is not there, and 409 in an empty repository.
    async fn object_of(
        &self,
        repository: &Repository,
        name: &str,
    ) -> Result<Read<Option<(String, String)>>, Fault> {
        let path = repository.path(&format!("git/ref/{}", path_of(name)));
        Ok(match self.get(&path).await? {
            Ok(found) => Ok(Some(object_in(&found).ok_or_else(|| unnamed("what the ref names"))?)),
            Err(Refusal::NotFound(_)) => Ok(None),
            Err(refusal @ Refusal::Forbidden { .. }) => Err(refusal),
        })
    }

    /// The names of the tags that begin so.
    pub async fn tags_like(
        &self,
        repository: &Repository,
        prefix: &str,
    ) -> anyhow::Result<Read<Vec<String>>> {
        let path = repository.path(&format!("git/matching-refs/tags/{}", path_of(prefix)));
        let listed = self.list(&path, None).await.with_context(|| format!("list tags {prefix}*"))?;
        Ok(listed.map(|listed| {
            let names = listed.entries.iter().filter_map(|it| it.get("ref").and_then(Value::as_str));
            names.filter_map(|name| name.strip_prefix("refs/tags/")).map(str::to_owned).collect()
        }))
    }

    /// Whether GitHub has this commit, and the id of its tree.
    pub async fn tree_of(
        &self,
        repository: &Repository,
        commit: &str,
    ) -> anyhow::Result<Read<Option<String>>> {
        let path = repository.path(&format!("git/commits/{}", encoded(commit)));
        let found = self.get(&path).await.with_context(|| format!("read commit {commit}"))?;
        let text = |value: &Value| value.pointer("/tree/sha").and_then(Value::as_str).map(str::to_owned);
        Ok(match found {
            Ok(commit) => Ok(Some(text(&commit).ok_or_else(|| unnamed("the tree of the commit"))?)),
            Err(Refusal::NotFound(_)) => Ok(None),
            Err(refusal @ Refusal::Forbidden { .. }) => Err(refusal),
        })
    }

    /// What a branch, at this commit, has that the base has not: oldest first.
    pub async fn beyond(
        &self,
        repository: &Repository,
        (base, head): (&str, &str),
    ) -> anyhow::Result<Read<Option<BranchSeen>>> {
        let path = repository.path(&format!("compare/{}...{}?per_page=100", encoded(base), encoded(head)));
        let found = self.get(&path).await.with_context(|| format!("compare {head} with {base}"))?;
        let compared = match found {
            Ok(compared) => compared,
            Err(Refusal::NotFound(_)) => return Ok(Ok(None)),
            Err(refusal @ Refusal::Forbidden { .. }) => return Ok(Err(refusal)),
        };
        let entries = compared.get("commits").and_then(Value::as_array);
        let since: Option<Vec<CommitSeen>> = entries.and_then(|all| all.iter().map(commit).collect());
        let since = since.ok_or_else(|| unnamed("the commits"))?;
        Ok(Ok(Some(BranchSeen { head: head.to_owned(), since })))
    }

    /// How many commits of the head the base lacks.
    pub async fn ahead(
        &self,
        repository: &Repository,
        (base, head): (&str, &str),
    ) -> anyhow::Result<Read<u64>> {
        let path = repository.path(&format!("compare/{}...{}?per_page=1", encoded(base), encoded(head)));
        let found = self.get(&path).await.with_context(|| format!("compare {head} with {base}"))?;
        Ok(match found {
            Ok(it) => {
                Ok(it.get("ahead_by").and_then(Value::as_u64).ok_or_else(|| unnamed("the distance"))?)
            }
            Err(refusal) => Err(refusal),
        })
    }

    /// Makes a tag with a message, and lets the name point to it; needs `contents: write`.
    pub async fn make_tag(
        &self,
        repository: &Repository,
        (tag, message): (&str, &str),
        commit: &str,
    ) -> anyhow::Result<Changed<()>> {
        let body = json!({ "tag": tag, "message": message, "object": commit, "type": "commit" });
        let made = self.change(Verb::Post, &repository.path("git/tags"), &body).await;
        let made = made.with_context(|| format!("make tag {tag}"))?;
        // Nothing points to the object yet: what is left of it when this fails, GitHub sweeps away.
        match made.read("the tag", |tag| tag.get("sha")?.as_str().map(str::to_owned))? {
            Changed::Done(object) => self.make_ref(repository, &format!("refs/tags/{tag}"), &object).await,
            Changed::Unfit(message) => Ok(Changed::Unfit(message)),
            Changed::Refused(refusal) => Ok(Changed::Refused(refusal)),
        }
    }

    /// A new name, such as `refs/heads/next`; needs `contents: write`.
    pub async fn make_ref(
        &self,
        repository: &Repository,
        name: &str,
        object: &str,
    ) -> anyhow::Result<Changed<()>> {
        let body = json!({ "ref": name, "sha": object });
        let made = self.change(Verb::Post, &repository.path("git/refs"), &body).await;
        Ok(made.with_context(|| format!("make {name}"))?.map(drop))
    }

    /// Lets a tag name another commit, whatever it named before.
    pub async fn move_tag(
        &self,
        repository: &Repository,
        tag: &str,
        commit: &str,
    ) -> anyhow::Result<Changed<()>> {
        let path = repository.path(&format!("git/refs/tags/{}", path_of(tag)));
        let body = json!({ "sha": commit, "force": true });
        let moved = self.change(Verb::Patch, &path, &body).await;
        Ok(moved.with_context(|| format!("move tag {tag}"))?.map(drop))
    }
}

fn object_in(value: &Value) -> Option<(String, String)> {
    let text = |key: &str| value.pointer(key).and_then(Value::as_str).map(str::to_owned);
    Some((text("/object/type")?, text("/object/sha")?))
}

fn commit(value: &Value) -> Option<CommitSeen> {
    let text = |key: &str| value.pointer(key).and_then(Value::as_str).map(str::to_owned);
    let parents = value.get("parents")?.as_array()?.iter();
    Some(CommitSeen {
        id: text("/sha")?,
        parents: parents.map(|it| Some(it.get("sha")?.as_str()?.to_owned())).collect::<Option<_>>()?,
        message: text("/commit/message")?,
        tree: text("/commit/tree/sha").unwrap_or_default(),
        committer: text("/commit/committer/name").unwrap_or_default(),
        author: text("/author/login").or_else(|| text("/commit/author/name")).unwrap_or_default(),
    })
}
