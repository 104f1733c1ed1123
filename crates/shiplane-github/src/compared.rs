//! Tags and commits as GitHub has them, for clones that do not have them.

use anyhow::Context as _;
use serde_json::Value;
use shiplane_core::changelog::history::Commit;
use shiplane_core::fault::Fault;

use crate::change::unnamed;
use crate::client::Client;
use crate::repository::Repository;
use crate::rest::{Listed, Read, Refusal, encoded};

/// A hundred commits each.
const MOST_PAGES: u64 = 100;

/// What a head has that a base has not, and the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many commits of the base the head lacks; 0 when the head contains it.
    pub behind: u64,
    /// The commits that the base lacks, oldest first; left out where the head does not contain the base.
    pub commits: Vec<Commit>,
}

impl Client {
    /// What the head has beyond the base; nothing when one of them is not there, or they have nothing in common. One
    /// request for each hundred commits.
    pub async fn compared(
        &self,
        repository: &Repository,
        (base, head): (&str, &str),
    ) -> anyhow::Result<Read<Option<Compared>>> {
        let mut compared = Compared::default();
        for page in 1..=MOST_PAGES {
            let below = format!("compare/{}...{}?per_page=100&page={page}", encoded(base), encoded(head));
            let found = self.get(&repository.path(&below)).await;
            let found = match found.with_context(|| format!("compare {head} with {base}"))? {
                Ok(found) => found,
                Err(Refusal::NotFound(_)) => return Ok(Ok(None)),
                Err(refusal @ Refusal::Forbidden { .. }) => return Ok(Err(refusal)),
            };
            let number = |key: &str| found.get(key).and_then(Value::as_u64);
            compared.behind = number("behind_by").ok_or_else(|| unnamed("the distance"))?;
            if compared.behind > 0 {
                return Ok(Ok(Some(Compared { behind: compared.behind, commits: Vec::new() })));
            }
            let total = number("total_commits").ok_or_else(|| unnamed("how many commits there are"))?;
            let some = found.get("commits").and_then(Value::as_array).and_then(|all| read(all));
            let some = some.ok_or_else(|| unnamed("the commits"))?;
            let is_last = some.is_empty();
            compared.commits.extend(some);
            let count = u64::try_from(compared.commits.len()).unwrap_or(u64::MAX);
            if count == total {
                return Ok(Ok(Some(compared)));
            }
            if is_last || count > total {
                let fact = format!("GitHub lists {count} of {total} commits since {base}");
                return Err(Fault::could_not("github-answer", fact).into());
            }
        }
        Err(too_long(MOST_PAGES * 100).into())
    }

    /// All commits that this one has, newest first; nothing when it is not there.
    pub async fn history(
        &self,
        repository: &Repository,
        head: &str,
    ) -> anyhow::Result<Read<Option<Vec<Commit>>>> {
        let path = repository.path(&format!("commits?sha={}", encoded(head)));
        match self.list(&path, None).await.with_context(|| format!("list commits of {head}"))? {
            Ok(Listed { gap: Some(gap), entries, .. }) if !entries.is_empty() => {
                let fact = format!("{} commits were listed, but not all: {gap}", entries.len());
                Err(Fault::could_not("range-too-long", fact).into())
            }
            Ok(listed) => Ok(Ok(Some(read(&listed.entries).ok_or_else(|| unnamed("the commits"))?))),
            Err(Refusal::NotFound(_)) => Ok(Ok(None)),
            Err(refusal @ Refusal::Forbidden { .. }) => Ok(Err(refusal)),
        }
    }

    /// The names of all tags that begin so, or an error: a part of them could hide the highest.
    pub async fn all_tags(&self, repository: &Repository, prefix: &str) -> anyhow::Result<Read<Vec<String>>> {
        let path = repository.path(&format!("git/matching-refs/tags/{}", encoded_path(prefix)));
        let listed = match self.list(&path, None).await.with_context(|| format!("list tags {prefix}*"))? {
            Ok(listed) => listed,
            // An empty repository has none.
            Err(Refusal::NotFound(_)) => return Ok(Ok(Vec::new())),
            Err(refusal @ Refusal::Forbidden { .. }) => return Ok(Err(refusal)),
        };
        if let Some(gap) = listed.gap {
            return Err(
                Fault::could_not("github-answer", format!("the list of tags is not whole: {gap}")).into()
            );
        }
        let names = listed.entries.iter().filter_map(|it| it.get("ref").and_then(Value::as_str));
        Ok(Ok(names.filter_map(|name| name.strip_prefix("refs/tags/")).map(str::to_owned).collect()))
    }
}

fn encoded_path(name: &str) -> String {
    name.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

fn too_long(most: u64) -> Fault {
    Fault::could_not("range-too-long", format!("there are more than {most} commits since the last release"))
}

fn read(entries: &[Value]) -> Option<Vec<Commit>> {
    let commit = |value: &Value| {
        let text = |key: &str| value.pointer(key).and_then(Value::as_str).map(str::to_owned);
        let parents = value.get("parents")?.as_array()?.iter();
        Some(Commit {
            id: text("/sha")?,
            parents: parents.map(|it| Some(it.get("sha")?.as_str()?.to_owned())).collect::<Option<_>>()?,
            message: text("/commit/message")?.trim_end().to_owned(),
        })
    };
    entries.iter().map(commit).collect()
}
