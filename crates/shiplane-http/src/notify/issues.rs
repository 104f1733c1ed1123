//! Issues on GitHub: looked for, then opened, commented on or closed.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Response, Url};
use serde_json::{Value, json};
use shiplane_core::notify::{Deed, Filed, IssueLetter, Outcome, deeds};

use super::tries::{Miss, Tries, judged, unanswered};
use super::{address, client};

/// Open issues that are looked through: pages, and issues on each.
const PAGES: u32 = 10;
const PER_PAGE: usize = 50;

/// The most that is read of a page; an issue's text has at most 64 KiB.
const PAGE_LIMIT: usize = 8 * 1024 * 1024;

/// Who may write in the repository (GitHub docs, "Comment author association").
const OURS: [&str; 3] = ["OWNER", "MEMBER", "COLLABORATOR"];

/// Makes the issues what they should be. Whole tries: what one has opened, the next one finds.
pub(super) async fn settle(letter: &IssueLetter) -> Result<Outcome, String> {
    let api =
        address(&letter.api, false).map_err(|_| "the address of GitHub's API is not https".to_owned())?;
    let github = GitHub { client: client(&api)?, api, letter };
    let mut tries = Tries::default();
    loop {
        match github.settle().await {
            Ok(outcome) => return Ok(outcome),
            Err(miss) => tries.again(miss).await?,
        }
    }
}

struct GitHub<'a> {
    client: Client,
    api: Url,
    letter: &'a IssueLetter,
}

impl GitHub<'_> {
    async fn settle(&self) -> Result<Outcome, Miss> {
        let filed = self.filed().await?;
        let deeds = deeds(&filed, &self.letter.key, &self.letter.wish);
        if deeds.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        for deed in &deeds {
            self.act(deed).await?;
        }
        Ok(Outcome::Sent)
    }

    /// The open issues, newest first: one that was opened for an incident is among them until somebody closes it.
    async fn filed(&self) -> Result<Vec<Filed>, Miss> {
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let mut url = self.url("issues")?;
            url.query_pairs_mut()
                .append_pair("state", "open")
                .append_pair("per_page", &PER_PAGE.to_string())
                .append_pair("page", &page.to_string());
            let body = read(self.ask(Method::GET, url, None).await?).await?;
            let issues = body.as_array().ok_or_else(|| Miss::Final("GitHub listed no issues".to_owned()))?;
            all.extend(issues.iter().filter_map(issue));
            if issues.len() < PER_PAGE {
                break;
            }
        }
        Ok(all)
    }

    async fn act(&self, deed: &Deed) -> Result<(), Miss> {
        let (method, path, body) = match deed {
            Deed::Open { title, body } => {
                let labels = &self.letter.labels;
                (Method::POST, "issues".to_owned(), json!({ "title": title, "body": body, "labels": labels }))
            }
            Deed::Comment { number, body } => {
                (Method::POST, format!("issues/{number}/comments"), json!({ "body": body }))
            }
            Deed::Remark { number, body } => {
                (Method::PATCH, format!("issues/{number}"), json!({ "body": body }))
            }
            Deed::Close { number } => {
                let closed = json!({ "state": "closed", "state_reason": "completed" });
                (Method::PATCH, format!("issues/{number}"), closed)
            }
        };
        self.ask(method, self.url(&path)?, Some(body.to_string())).await.map(drop)
    }

    fn url(&self, path: &str) -> Result<Url, Miss> {
        let base = self.api.as_str().trim_end_matches('/');
        let text = format!("{base}/repos/{}/{path}", self.letter.repository);
        Url::parse(&text).map_err(|_| Miss::Final("the repository has no address".to_owned()))
    }

    async fn ask(&self, method: Method, url: Url, body: Option<String>) -> Result<Response, Miss> {
        let mut request = self.client.request(method, url).headers(self.headers()?);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        judged(request.send().await.map_err(|error| unanswered(&error))?).await.map_err(explained)
    }

    fn headers(&self) -> Result<HeaderMap, Miss> {
        let bearer = format!("Bearer {}", self.letter.token.expose());
        let mut bearer = HeaderValue::from_str(&bearer)
            .map_err(|_| Miss::Final("GITHUB_TOKEN cannot be sent in a header".to_owned()))?;
        bearer.set_sensitive(true);
        Ok(HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("application/vnd.github+json")),
            (AUTHORIZATION, bearer),
        ]))
    }
}

/// What the usual refusals mean.
fn explained(miss: Miss) -> Miss {
    match miss {
        Miss::Final(reason) if reason == "status 403" || reason == "status 404" => {
            Miss::Final(format!("{reason}; the job needs `permissions: issues: write`"))
        }
        Miss::Final(reason) if reason == "status 410" => {
            Miss::Final(format!("{reason}; issues are switched off"))
        }
        Miss::Final(_) | Miss::Later(..) => miss,
    }
}

/// REST lists pull requests as issues, too.
fn issue(value: &Value) -> Option<Filed> {
    if value.get("pull_request").is_some() {
        return None;
    }
    let text = |path: &str| value.pointer(path).and_then(Value::as_str).unwrap_or_default();
    Some(Filed {
        number: value.get("number")?.as_u64()?,
        body: text("/body").to_owned(),
        ours: OURS.contains(&text("/author_association")) || text("/user/type") == "Bot",
    })
}

async fn read(mut response: Response) -> Result<Value, Miss> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(&error))? {
        if body.len() + chunk.len() > PAGE_LIMIT {
            return Err(Miss::Final("GitHub's list of issues is too large to be read".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|_| Miss::Final("GitHub's answer is not JSON".to_owned()))
}
