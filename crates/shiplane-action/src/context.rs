//! What the runner says of the run: the `GITHUB_*` variables, each of them optional.

use std::path::PathBuf;

use serde_json::Value;
use shiplane_core::deploy::doctor::Input;
use shiplane_core::secret::{Secret, Secrets};

use crate::inputs::{is_there, variable};

/// The context of the run. On a laptop every field is empty, and every tool still works.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Whether a GitHub Actions runner reads our output.
    pub actions: bool,
    /// `owner/name`.
    pub repository: Option<String>,
    /// `push`, `pull_request`, …
    pub event_name: Option<String>,
    /// The event's payload; null without one.
    pub event: Value,
    /// The commit that the run is about.
    pub sha: Option<String>,
    /// Branch or tag, short.
    pub ref_name: Option<String>,
    /// The branch that a pull request goes to.
    pub base_ref: Option<String>,
    /// The branch that a pull request comes from.
    pub head_ref: Option<String>,
    /// Who started the run.
    pub actor: Option<String>,
    /// Who started this attempt of it.
    pub triggering_actor: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
    /// The run's number within GitHub, to tell our own checks from others.
    pub run_id: Option<u64>,
    /// The job's id in the workflow file.
    pub job: Option<String>,
    /// The file name of the workflow that the run is of.
    pub workflow: Option<String>,
    /// Where people see GitHub, such as `https://github.com`.
    pub server_url: Option<String>,
    /// REST, such as `https://api.github.com`.
    pub api_url: Option<String>,
    /// GraphQL, such as `https://api.github.com/graphql`.
    pub graphql_url: Option<String>,
    /// `GITHUB_TOKEN`, where the step passed it.
    pub token: Option<Secret>,
    /// The checkout.
    pub workspace: Option<PathBuf>,
    /// The user's home, for keys and known hosts.
    pub home: Option<PathBuf>,
    /// Where the user keeps what can be made again.
    pub cache: Option<PathBuf>,
    /// The socket of an SSH agent.
    pub ssh_agent: Option<PathBuf>,
    /// Where outputs go.
    pub output: Option<PathBuf>,
    /// Where the step summary goes.
    pub summary: Option<PathBuf>,
}

impl Context {
    /// Reads the environment, once.
    pub fn from_environment() -> Self {
        let repository = text("GITHUB_REPOSITORY");
        let run_url = match (text("GITHUB_SERVER_URL"), &repository, text("GITHUB_RUN_ID")) {
            (Some(server), Some(repository), Some(run)) => {
                Some(format!("{server}/{repository}/actions/runs/{run}"))
            }
            _ => None,
        };
        Self {
            actions: text("GITHUB_ACTIONS").as_deref() == Some("true"),
            repository,
            event_name: text("GITHUB_EVENT_NAME"),
            event: text("GITHUB_EVENT_PATH").map_or(Value::Null, |path| payload(&path)),
            sha: text("GITHUB_SHA"),
            ref_name: text("GITHUB_REF_NAME"),
            base_ref: text("GITHUB_BASE_REF"),
            head_ref: text("GITHUB_HEAD_REF"),
            actor: text("GITHUB_ACTOR"),
            triggering_actor: text("GITHUB_TRIGGERING_ACTOR"),
            run_url,
            run_id: text("GITHUB_RUN_ID").and_then(|id| id.parse().ok()),
            job: text("GITHUB_JOB"),
            workflow: text("GITHUB_WORKFLOW_REF").and_then(|path| file_name(&path)),
            server_url: text("GITHUB_SERVER_URL"),
            api_url: text("GITHUB_API_URL"),
            graphql_url: text("GITHUB_GRAPHQL_URL"),
            token: text("GITHUB_TOKEN").map(Secret::new),
            workspace: text("GITHUB_WORKSPACE").map(PathBuf::from),
            home: text("HOME").map(PathBuf::from),
            cache: text("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| Some(PathBuf::from(text("HOME")?).join(".cache"))),
            ssh_agent: text("SSH_AUTH_SOCK").map(PathBuf::from),
            output: text("GITHUB_OUTPUT").map(PathBuf::from),
            summary: text("GITHUB_STEP_SUMMARY").map(PathBuf::from),
        }
    }

    /// Whether there is such a variable, and whether it holds something. Its value goes nowhere.
    pub fn input(name: &str) -> Input {
        if Self::is_given(name) {
            Input::Given
        } else if !name.is_empty() && !name.contains(['=', '\0']) && is_there(name) {
            Input::Empty
        } else {
            Input::Absent
        }
    }

    /// The values of the variables of these names that are set to something.
    pub fn secrets<'a>(names: impl IntoIterator<Item = &'a str>) -> Secrets {
        let given = names.into_iter().filter(|name| Self::is_given(name));
        given.filter_map(|name| Some((name.to_owned(), Secret::new(text(name)?)))).collect()
    }

    /// Whether the job was given a variable of that name that is not empty. Its value goes nowhere.
    pub fn is_given(name: &str) -> bool {
        // What cannot be a name is asked of no environment: the standard library takes it for a mistake.
        !name.is_empty() && !name.contains(['=', '\0']) && variable(name).is_some()
    }
}

fn text(name: &str) -> Option<String> {
    variable(name).and_then(|value| value.into_string().ok())
}

/// `gate.yml` of `example/shop/.github/workflows/gate.yml@refs/heads/main`; a branch may have slashes, too.
fn file_name(workflow: &str) -> Option<String> {
    let path = workflow.split('@').next()?;
    path.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The event's payload. A file that cannot be read is like no payload: what needs a field of it says so.
fn payload(path: &str) -> Value {
    std::fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
