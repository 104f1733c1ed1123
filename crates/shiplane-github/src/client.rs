//! One connection to GitHub: asks, waits where GitHub asks for patience, gives up within bounds.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octocrab::Octocrab;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;

use crate::answer::{self, Allowance, Answer};
use crate::body;
use crate::limits::Patience;
use crate::trouble::Trouble;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// GitHub ends a GraphQL query after 10 seconds; what takes three times as long is not coming.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// For one answer from its first byte to its last: a trickle must not hold a job.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(60);

const SHORTEST_TOKEN: usize = 8;

/// How waiting is done; tests put their own in.
pub type Sleeper = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A connection to GitHub, or to a GitHub Enterprise Server.
#[derive(Clone)]
pub struct Client {
    octocrab: Octocrab,
    api_url: String,
    graphql_url: String,
    token: Secret,
    sleeper: Sleeper,
    /// What the newest answer over GraphQL said of it; REST has an allowance of its own.
    allowance: Arc<Mutex<Option<Allowance>>>,
}

impl Client {
    /// Contacts nothing yet. To be called within a tokio runtime, which octocrab needs from the start.
    pub fn new(api_url: &str, graphql_url: &str, token: &Secret) -> anyhow::Result<Self> {
        let token = checked(token)?;
        // Octocrab puts the base's path before every path that does not begin with it, and sends the token only to
        // the two bases' hosts: so the bases are bare hosts, and every request names its whole address.
        let octocrab = connection((graphql_url, api_url), &token, READ_TIMEOUT)?;
        let sleeper: Sleeper = Arc::new(|wait| Box::pin(tokio::time::sleep(wait)));
        let api_url = api_url.trim_end_matches('/').to_owned();
        let (graphql_url, allowance) = (graphql_url.to_owned(), Arc::default());
        Ok(Self { octocrab, api_url, graphql_url, token, sleeper, allowance })
    }

    /// Waits by other means than the clock.
    #[must_use]
    pub fn with_sleeper(mut self, sleeper: Sleeper) -> Self {
        self.sleeper = sleeper;
        self
    }

    /// What is left of the hour's allowance for questions over GraphQL, as the newest answer said.
    pub fn allowance(&self) -> Option<Allowance> {
        *self.allowance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks a read-only question. What GitHub calls a passing trouble is waited out, within bounds.
    pub(crate) async fn query(&self, query: &str, variables: &Value) -> anyhow::Result<Answer> {
        let body = json!({ "query": query, "variables": variables });
        let asked = Request { verb: Verb::Ask, url: &self.graphql_url, body: Some(&body) };
        let answer = self.send(&asked, answer::read).await.map_err(|gave_up| self.fault(gave_up))?;
        if answer.allowance.is_some() {
            *self.allowance.lock().unwrap_or_else(PoisonError::into_inner) = answer.allowance;
        }
        Ok(answer)
    }

    /// Changes something over GraphQL; it is not repeated where that could change it twice.
    pub(crate) async fn mutate(&self, mutation: &str, variables: &Value) -> anyhow::Result<Answer> {
        let body = json!({ "query": mutation, "variables": variables });
        let asked = Request { verb: Verb::Post, url: &self.graphql_url, body: Some(&body) };
        Ok(self.send(&asked, answer::read).await.map_err(|gave_up| self.fault(gave_up))?)
    }

    /// Sends a request until it is answered, as often as the troubles on the way allow.
    pub(crate) async fn send<T>(
        &self,
        request: &Request<'_>,
        read: impl Fn(&answer::Head, &str) -> Result<T, Trouble>,
    ) -> Result<T, GaveUp> {
        let mut patience = Patience::default();
        loop {
            let trouble = match self.in_time(request).await.and_then(|(head, text)| read(&head, &text)) {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            match patience.wait_for(&trouble).filter(|_| request.verb.may_repeat(&trouble)) {
                Some(wait) => self.sleep(wait).await,
                None => return Err(GaveUp { trouble, tries: patience.tries() }),
            }
        }
    }

    /// What the reader is told.
    pub(crate) fn fault(&self, gave_up: GaveUp) -> Fault {
        gave_up.trouble.into_fault(gave_up.tries, &self.token)
    }

    /// The whole address of a REST path.
    pub(crate) fn rest_url(&self, path: &str) -> String {
        format!("{}{path}", self.api_url)
    }

    /// Where GraphQL is asked.
    pub(crate) fn graphql_address(&self) -> &str {
        &self.graphql_url
    }

    /// A connection that sends the token to this address alone, for files that take their time.
    pub(crate) fn connection(&self, url: &str, patience: Duration) -> anyhow::Result<Octocrab> {
        connection((url, url), &self.token, patience)
    }

    /// Lets time pass.
    pub(crate) async fn sleep(&self, wait: Duration) {
        (self.sleeper)(wait).await;
    }

    async fn in_time(&self, request: &Request<'_>) -> Result<(answer::Head, String), Trouble> {
        let late =
            |_| Trouble::Connection(anyhow::anyhow!("no whole answer in {} s", WHOLE_TIMEOUT.as_secs()));
        tokio::time::timeout(WHOLE_TIMEOUT, self.once(request)).await.map_err(late)?
    }

    async fn once(&self, request: &Request<'_>) -> Result<(answer::Head, String), Trouble> {
        let (github, url, body) = (&self.octocrab, request.url, request.body);
        let response = match request.verb {
            Verb::Get => github._get(url).await,
            Verb::Ask | Verb::Post => github._post(url, body).await,
            Verb::Put => github._put(url, body).await,
            Verb::Patch => github._patch(url, body).await,
            Verb::Delete => github._delete(url, body).await,
        };
        let response = response.map_err(Trouble::from)?;
        let head = head(response.status().as_u16(), |name| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        });
        let text = body::text(response.into_body()).await?;
        Ok((head, self.without_token(text)))
    }
}

/// Status and the headers that matter.
pub(crate) fn head(status: u16, header: impl Fn(&str) -> Option<String>) -> answer::Head {
    answer::Head {
        status,
        retry_after: header("retry-after"),
        remaining: header("x-ratelimit-remaining"),
        reset: header("x-ratelimit-reset"),
        date: header("date"),
        link: header("link"),
        accepted_permissions: header("x-accepted-github-permissions"),
    }
}

fn connection(
    (one, other): (&str, &str),
    token: &Secret,
    read_timeout: Duration,
) -> anyhow::Result<Octocrab> {
    Ok(Octocrab::builder()
        .base_uri(origin(one)?)?
        .upload_uri(origin(other)?)?
        .set_connect_timeout(Some(CONNECT_TIMEOUT))
        .set_read_timeout(Some(read_timeout))
        .personal_token(token.expose().to_owned())
        .build()?)
}

impl Client {
    /// Nobody should send a token back; if someone does, it goes no further, neither in words nor in facts. One of a
    /// few characters is no token of GitHub's, and would take common words out.
    pub(crate) fn without_token(&self, text: String) -> String {
        let token = self.token.expose();
        if token.len() >= SHORTEST_TOKEN && text.contains(token) { text.replace(token, "***") } else { text }
    }
}

/// One request.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) verb: Verb,
    pub(crate) url: &'a str,
    pub(crate) body: Option<&'a Value>,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Reads over REST.
    Get,
    /// Reads over GraphQL.
    Ask,
    /// Makes something new.
    Post,
    /// Puts something in the place of what was.
    Put,
    /// Changes a part.
    Patch,
    /// Takes something away.
    Delete,
}

impl Verb {
    /// A limit refuses a request before it is carried out; after any other trouble a second POST could make a
    /// second thing.
    fn may_repeat(self, trouble: &Trouble) -> bool {
        self != Self::Post || matches!(trouble, Trouble::Limited(_))
    }
}

/// The trouble that patience ended with.
#[derive(Debug)]
pub(crate) struct GaveUp {
    pub(crate) trouble: Trouble,
    pub(crate) tries: u32,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("graphql_url", &self.graphql_url).finish_non_exhaustive()
    }
}

/// Scheme and host of an address.
fn origin(url: &str) -> Result<String, Fault> {
    let wrong = || {
        let fact = format!("`{url}` is not the address of a GitHub API");
        Fault::usage("api-url-invalid", fact).help("give one such as https://api.github.com/graphql")
    };
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let valid = matches!(scheme, "https" | "http") && !host.is_empty() && host.chars().all(plain);
    if valid { Ok(format!("{scheme}://{host}")) } else { Err(wrong()) }
}

/// The token without white space around it, which a pasted secret often has. Octocrab panics at one that does not
/// fit into a header.
fn checked(token: &Secret) -> Result<Secret, Fault> {
    let bare = token.expose().trim();
    if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_graphic()) {
        let fact = "the token is empty or contains characters that no token has";
        return Err(
            Fault::usage("token-malformed", fact).help("pass the token alone, without quotes or line ends")
        );
    }
    Ok(Secret::new(bare))
}
