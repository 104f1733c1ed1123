//! Which pull request to ask about, where, and as whom; not settled when the facts are on record.

use serde_json::Value;
use shiplane_action::Context;
use shiplane_core::fault::Fault;
use shiplane_core::gate::facts::OwnCheck;
use shiplane_core::secret::Secret;
use shiplane_github::PullRequestId;

use crate::request::Request;

const API: &str = "https://api.github.com";

/// What GitHub is asked.
#[derive(Debug)]
pub(crate) struct Question {
    /// Which pull request.
    pub(crate) pull: PullRequestId,
    /// REST.
    pub(crate) api_url: String,
    /// GraphQL, which is not below REST on GitHub Enterprise Server.
    pub(crate) graphql_url: String,
    /// As whom.
    pub(crate) token: Secret,
    /// Which check is this run's own.
    pub(crate) own_check: Option<OwnCheck>,
}

impl Question {
    /// Flags go before the event and the runner's variables.
    pub(crate) fn resolve(request: &Request, context: &Context) -> Result<Self, Fault> {
        let (check, access) = (&request.check, &request.check.access);
        let repository = check.repository.as_ref().or(context.repository.as_ref()).ok_or_else(|| {
            Fault::usage("repository-missing", "no repository is named").help("add --repository owner/name")
        })?;
        let number = check.pull_request.or_else(|| number(&context.event)).ok_or_else(|| {
            let event = context.event_name.as_deref().map(|name| format!("; event `{name}` is about none"));
            let fact = format!("no pull request is named{}", event.unwrap_or_default());
            Fault::usage("pull-request-missing", fact)
                .help("add --pull-request NUMBER, or run on pull_request events")
        })?;
        let token = access.token.clone().or_else(|| context.token.clone()).ok_or_else(|| {
            Fault::usage("token-missing", "no token is given")
                .help("set SHIPLANE_TOKEN or GITHUB_TOKEN; reading the pull request and its checks is enough")
        })?;
        let api_url =
            access.api_url.clone().or_else(|| context.api_url.clone()).unwrap_or_else(|| API.to_owned());
        let graphql_url = access.graphql_url.clone().or_else(|| context.graphql_url.clone());
        let graphql_url = graphql_url.unwrap_or_else(|| graphql_beside(&api_url));
        let own_check = own_check(access.check_run_id, context);
        Ok(Self { pull: PullRequestId::new(repository, number)?, api_url, graphql_url, token, own_check })
    }
}

/// `https://host/api/v3` has its GraphQL at `https://host/api/graphql` (GitHub Enterprise Server docs, "Forming
/// calls with GraphQL"), github.com below its API.
fn graphql_beside(api_url: &str) -> String {
    let base = api_url.trim_end_matches('/');
    format!("{}/graphql", base.strip_suffix("/v3").unwrap_or(base))
}

/// The pull request that the event is about: its own, or the one that was commented on.
fn number(event: &Value) -> Option<u64> {
    let own = event.pointer("/pull_request/number");
    let commented = || event.pointer("/issue/pull_request").and(event.pointer("/issue/number"));
    own.or_else(commented).and_then(Value::as_u64)
}

fn own_check(id: Option<u64>, context: &Context) -> Option<OwnCheck> {
    let own = OwnCheck { id, run: context.run_id, job: context.job.clone() };
    (own.id.is_some() || (own.run.is_some() && own.job.is_some())).then_some(own)
}
