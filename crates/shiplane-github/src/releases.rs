//! Releases: drafts, what is attached to them, and their publication.

use std::time::Duration;

use anyhow::Context as _;
use octocrab::OctoBody;
use serde_json::{Value, json};
use shiplane_core::changelog::release::asset::{Asset, Stored};
use shiplane_core::changelog::release::{Latest, ReleaseSeen};
use shiplane_core::fault::Fault;

use crate::body;
use crate::change::{self, Changed, unnamed};
use crate::client::{self, Client, GaveUp, Verb};
use crate::repository::Repository;
use crate::rest::{Read, Refusal, encoded};
use crate::trouble::Trouble;

/// A release as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRelease<'s> {
    /// Its tag, which is there.
    pub tag: &'s str,
    /// The commit of the tag.
    pub commit: &'s str,
    /// Its title.
    pub name: &'s str,
    /// Its notes.
    pub body: &'s str,
    /// Whether it is a pre-release.
    pub prerelease: bool,
}

/// The releases of a repository, as far as they matter here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Releases {
    /// Those of the tag that was asked for, drafts too.
    pub own: Vec<ReleaseSeen>,
    /// The tags of those that are published and final.
    pub published: Vec<String>,
}

impl Client {
    /// Everything that stands under a tag. Drafts are found in the list alone, and the list can be some seconds old:
    /// one that was made just now is asked for by its number.
    pub async fn releases(
        &self,
        repository: &Repository,
        (tag, made): (&str, Option<u64>),
    ) -> anyhow::Result<Read<Releases>> {
        let listed = match self.list(&repository.path("releases"), None).await.context("list releases")? {
            Ok(listed) => listed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(gap) = listed.gap {
            // A draft that is not seen would be made a second time.
            let fact = format!("the releases could not be read in full: {gap}");
            return Err(Fault::could_not("releases-unreadable", fact).help("run it again").into());
        }
        let mut releases = Releases::default();
        for entry in &listed.entries {
            let is = |key: &str| entry.get(key).and_then(Value::as_bool).unwrap_or(false);
            let Some(name) = entry.get("tag_name").and_then(Value::as_str) else { continue };
            if name == tag {
                releases.own.push(release(entry).ok_or_else(|| unnamed("the release"))?);
            }
            if !is("draft") && !is("prerelease") {
                releases.published.push(name.to_owned());
            }
        }
        let is_listed = |id: u64| releases.own.iter().any(|release| release.id == id);
        if let Some(id) = made.filter(|id| !is_listed(*id)) {
            let path = repository.path(&format!("releases/{id}"));
            match self.get(&path).await.context("read the release")? {
                Ok(found) => releases.own.push(release(&found).ok_or_else(|| unnamed("the release"))?),
                Err(Refusal::NotFound(_)) => {}
                Err(refusal @ Refusal::Forbidden { .. }) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(releases))
    }

    /// A draft, which only the repository's people see; needs `contents: write`.
    pub async fn draft(
        &self,
        repository: &Repository,
        new: &NewRelease<'_>,
    ) -> anyhow::Result<Changed<ReleaseSeen>> {
        let body = json!({
            "tag_name": new.tag, "target_commitish": new.commit, "name": new.name, "body": new.body,
            "prerelease": new.prerelease, "draft": true,
            // Better GitHub's own notes than none.
            "generate_release_notes": new.body.is_empty(),
        });
        let made = self.change(Verb::Post, &repository.path("releases"), &body).await;
        let made = made.with_context(|| format!("draft release {}", new.tag))?;
        Ok(made.read("the release", |made| release(&made))?)
    }

    /// Takes a draft away that another run was faster to make.
    pub async fn drop_release(&self, repository: &Repository, id: u64) -> anyhow::Result<Changed<()>> {
        let path = repository.path(&format!("releases/{id}"));
        let gone = self.change(Verb::Delete, &path, &Value::Null).await;
        Ok(gone.context("delete a draft")?.map(drop))
    }

    /// Lets everybody see a draft.
    pub async fn publish(
        &self,
        repository: &Repository,
        id: u64,
        (latest, prerelease): (Latest, bool),
    ) -> anyhow::Result<Changed<ReleaseSeen>> {
        let make_latest = match latest {
            Latest::Yes => "true",
            Latest::No => "false",
        };
        let body = json!({ "draft": false, "prerelease": prerelease, "make_latest": make_latest });
        let path = repository.path(&format!("releases/{id}"));
        let made = self.change(Verb::Patch, &path, &body).await.context("publish the release")?;
        Ok(made.read("the release", |made| release(&made))?)
    }

    /// Takes an attached file away.
    pub async fn drop_asset(&self, repository: &Repository, id: u64) -> anyhow::Result<Changed<()>> {
        let path = repository.path(&format!("releases/assets/{id}"));
        let gone = self.change(Verb::Delete, &path, &Value::Null).await;
        Ok(gone.context("remove an attached file")?.map(drop))
    }

    /// Attaches a file.
    pub async fn upload(
        &self,
        repository: &Repository,
        release: u64,
        (asset, bytes): (&Asset, Vec<u8>),
    ) -> anyhow::Result<Changed<()>> {
        let base = self.uploads_url()?;
        let path = repository.path(&format!("releases/{release}/assets"));
        let url = format!("{base}{path}?name={}", encoded(&asset.name));
        let within = patience(asset.size);
        let octocrab = self.connection(&base, within)?;
        // From octocrab's own builder, because its types of HTTP are not ours to name.
        let mut request = octocrab.build_request(Default::default(), None::<&()>)?;
        *request.method_mut() = "POST".parse()?;
        *request.uri_mut() = url.parse()?;
        request.headers_mut().insert("content-type", "application/octet-stream".parse()?);
        request.headers_mut().insert("content-length", bytes.len().into());
        *request.body_mut() = OctoBody::from(bytes);
        let late = |_| Trouble::Connection(anyhow::anyhow!("no answer in {} s", within.as_secs()));
        let answered = async {
            let response = octocrab.send(request).await.map_err(Trouble::from)?;
            let head = client::head(response.status().as_u16(), |name| {
                response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
            });
            let text = body::text(response.into_body()).await?;
            change::read(&head, &self.without_token(text))
        };
        let sent = tokio::time::timeout(within, answered).await.map_err(late).flatten();
        // A file that did not arrive is sent again after a look at what is there, not blindly.
        let sent = sent.map_err(|trouble| GaveUp { trouble, tries: 1 });
        Ok(self.changed(sent).with_context(|| format!("upload {}", asset.name))?.map(drop))
    }

    /// Files go to a host of their own: `uploads.` beside github.com's `api.`, and below a server's own API
    /// (docs, "Upload a release asset"; GitHub Enterprise Server docs, "Getting started with the REST API").
    fn uploads_url(&self) -> Result<String, Fault> {
        let api = self.rest_url("");
        let (scheme, rest) = api.split_once("://").ok_or_else(|| unnamed("the API"))?;
        Ok(match (rest.strip_prefix("api."), rest.strip_suffix("/api/v3")) {
            (Some(host), _) => format!("{scheme}://uploads.{host}"),
            (None, Some(host)) => format!("{scheme}://{host}/api/uploads"),
            (None, None) => format!("{scheme}://{rest}"),
        })
    }
}

/// A minute, and what a slow line needs for so many bytes.
fn patience(size: u64) -> Duration {
    const SLOW_LINE: u64 = 100_000;
    Duration::from_secs(60 + size / SLOW_LINE)
}

fn release(value: &Value) -> Option<ReleaseSeen> {
    Some(ReleaseSeen {
        id: value.get("id")?.as_u64()?,
        url: value.get("html_url")?.as_str()?.to_owned(),
        draft: value.get("draft")?.as_bool()?,
        assets: value.get("assets")?.as_array()?.iter().map(stored).collect::<Option<_>>()?,
    })
}

fn stored(value: &Value) -> Option<Stored> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Stored {
        id: value.get("id")?.as_u64()?,
        name: text("name")?,
        size: value.get("size")?.as_u64()?,
        digest: text("digest"),
        whole: text("state").as_deref() == Some("uploaded"),
    })
}
