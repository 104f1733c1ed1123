//! What GitHub is told: one comment, and a deployment with its address. What could not be told changes no answer.

use shiplane_action::{Context, GitHubArgs};
use shiplane_core::preview::{Number, Pull, State, Told, comment, marker};
use shiplane_core::report::Finding;
use shiplane_github::{Client, NewDeployment, PullRequestId, Read, Refusal, Repository};

use super::report;

/// The way to the repository's pull requests.
#[derive(Debug)]
pub(super) struct Hub {
    client: Client,
    repository: Repository,
    run_url: Option<String>,
}

impl Hub {
    /// None without a token or a repository: then nobody is told.
    pub(super) fn settle(options: &GitHubArgs, context: &Context) -> anyhow::Result<Option<Self>> {
        let (Ok(repository), Ok(way)) = (options.repository(context), options.way(context)) else {
            return Ok(None);
        };
        let repository = Repository::new(repository)?;
        let client = Client::new(&way.api_url, &way.graphql_url, &way.token)?;
        Ok(Some(Self { client, repository, run_url: context.run_url.clone() }))
    }

    /// Whether a pull request is open.
    pub(super) async fn state(&self, number: Number) -> Pull {
        self.client.pull_state(&self.pull(number)).await
    }

    /// Tells how a preview stands; the findings are what could not be told.
    pub(super) async fn tell(&self, environment: &str, number: Number, state: &State) -> Vec<Finding> {
        let commented = self.comment(environment, number, state).await;
        let told = match state {
            State::Up { url, commit, .. } => self.deployed(environment, number, (commit, Some(url))).await,
            State::Failed { commit, .. } => self.deployed(environment, number, (commit, None)).await,
            State::Gone(_) => {
                let task = task(number);
                let ended = self.client.end_deployments(&self.repository, (environment, &task)).await;
                untold(ended, "deployment", "deployments: write")
            }
            State::Stays { .. } => None,
        };
        commented.into_iter().chain(told).collect()
    }

    /// Where there never was a preview, nobody needs to hear of its end.
    async fn comment(&self, environment: &str, number: Number, state: &State) -> Option<Finding> {
        let told = Told {
            number,
            environment: environment.to_owned(),
            state: state.clone(),
            run_url: self.run_url.clone(),
        };
        let (pull, marker, body) = (self.pull(number), marker(environment), comment(&told));
        let needs = "pull-requests: write";
        match state {
            State::Up { .. } | State::Failed { .. } => {
                untold(self.client.sticky_comment(&pull, &marker, &body).await, "comment", needs)
            }
            State::Gone(_) | State::Stays { .. } => {
                untold(self.client.revise_comment(&pull, &marker, &body).await, "comment", needs)
            }
        }
    }

    async fn deployed(
        &self,
        environment: &str,
        number: Number,
        (commit, url): (&str, Option<&String>),
    ) -> Option<Finding> {
        let description = report::deployment(number, url.is_some());
        let new = NewDeployment {
            commit,
            environment,
            task: &task(number),
            description: &description,
            is_up: url.is_some(),
            url: url.map(String::as_str),
            log_url: self.run_url.as_deref(),
        };
        let told = self.client.tell_deployment(&self.repository, &new).await;
        untold(told, "deployment", "deployments: write")
    }

    fn pull(&self, number: Number) -> PullRequestId {
        PullRequestId { repository: self.repository.clone(), number: number.0.into() }
    }
}

/// All previews are of one environment, so that its name does not grow in GitHub's lists; the task tells them apart.
fn task(number: Number) -> String {
    format!("preview:{number}")
}

fn untold<T>(told: anyhow::Result<Read<T>>, what: &str, needs: &str) -> Option<Finding> {
    let why = match told {
        Ok(Ok(_)) => return None,
        Ok(Err(Refusal::Forbidden { message, .. } | Refusal::NotFound(message))) => message,
        Err(error) => format!("{error:#}"),
    };
    Some(report::untold(what, &why, needs))
}
