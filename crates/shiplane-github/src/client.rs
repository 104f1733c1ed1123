//! One connection to GitHub: asks, waits where GitHub asks for patience, gives up within bounds.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use octocrab::Octocrab;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;

use crate::answer::{self, Answer};
use crate::limits::Patience;
use crate::trouble::Trouble;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// GitHub ends a GraphQL query after 10 seconds; what takes three times as long is not coming.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How waiting is done; tests put their own in.
pub type Sleeper = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A connection to GitHub, or to a GitHub Enterprise Server.
#[derive(Clone)]
pub struct Client {
    octocrab: Octocrab,
    graphql_url: String,
    token: Secret,
    sleeper: Sleeper,
}

impl Client {
    /// Contacts nothing yet. To be called within a tokio runtime, which octocrab needs from the start.
    pub fn new(api_url: &str, graphql_url: &str, token: &Secret) -> anyhow::Result<Self> {
        let token = checked(token)?;
        // Octocrab puts the base's path before every path that does not begin with it, and sends the token only to
        // the two bases' hosts: so the bases are bare hosts, and every request names its whole address.
        let octocrab = Octocrab::builder()
            .base_uri(origin(graphql_url)?)?
            .upload_uri(origin(api_url)?)?
            .set_connect_timeout(Some(CONNECT_TIMEOUT))
            .set_read_timeout(Some(READ_TIMEOUT))
            .personal_token(token.expose().to_owned())
            .build()?;
        let sleeper: Sleeper = Arc::new(|wait| Box::pin(tokio::time::sleep(wait)));
        Ok(Self { octocrab, graphql_url: graphql_url.to_owned(), token, sleeper })
    }

    /// Waits by other means than the clock.
    #[must_use]
    pub fn with_sleeper(mut self, sleeper: Sleeper) -> Self {
        self.sleeper = sleeper;
        self
    }

    /// Asks a read-only question. What GitHub calls a passing trouble is waited out, within bounds.
    pub(crate) async fn query(&self, query: &str, variables: &Value) -> anyhow::Result<Answer> {
        let body = json!({ "query": query, "variables": variables });
        let mut patience = Patience::default();
        loop {
            let trouble = match self.ask(&body).await {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            match patience.wait_for(&trouble) {
                Some(wait) => self.sleep(wait).await,
                None => return Err(trouble.into_fault(patience.tries(), &self.token).into()),
            }
        }
    }

    /// Lets time pass.
    pub(crate) async fn sleep(&self, wait: Duration) {
        (self.sleeper)(wait).await;
    }

    async fn ask(&self, body: &Value) -> Result<Answer, Trouble> {
        let response =
            self.octocrab._post(self.graphql_url.as_str(), Some(body)).await.map_err(Trouble::from)?;
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let head = answer::Head {
            status: response.status().as_u16(),
            retry_after: header("retry-after"),
            remaining: header("x-ratelimit-remaining"),
            reset: header("x-ratelimit-reset"),
            date: header("date"),
            accepted_permissions: header("x-accepted-github-permissions"),
        };
        let text = self.octocrab.body_to_string(response).await.map_err(Trouble::from)?;
        answer::read(&head, &text)
    }
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
