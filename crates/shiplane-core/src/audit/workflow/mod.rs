//! Workflow files, as far as the audit asks: when they run, what their jobs are called, what they use.

mod matrix;
mod name;
mod triggers;

use crate::audit::facts::{Facts, WorkflowFile};
use crate::config::ConfigError;
use crate::config::yaml::{self, Node, Value};
use matrix::Matrix;

pub(super) use name::Name;
pub(super) use triggers::{Trigger, Triggers};

/// The one directory that GitHub looks into.
pub(super) const HOME: &str = ".github/workflows/";

/// Reusable workflows may call each other this deep (docs, "Reusing workflow configurations", limits).
const NESTING: usize = 10;

/// A workflow.
pub(super) struct Workflow {
    /// Path from the repository's root.
    pub(super) path: String,
    /// When it runs.
    pub(super) triggers: Triggers,
    /// Its jobs.
    pub(super) jobs: Vec<Job>,
}

/// A job.
pub(super) struct Job {
    /// What its checks are called, when no other workflow calls it.
    names: Vec<Name>,
    /// The workflow that it calls.
    calls: Option<String>,
    /// The environment that it deploys to.
    pub(super) environment: Option<String>,
    /// Names of secrets that it uses.
    pub(super) secrets: Vec<String>,
    /// What its steps use and run, with what they are given.
    pub(super) steps: Vec<String>,
}

/// Why a file is no workflow.
pub(super) struct Broken {
    /// What is wrong.
    pub(super) message: String,
    /// Where, both counted from 1.
    pub(super) place: Option<yaml::Place>,
}

impl From<ConfigError> for Broken {
    fn from(error: ConfigError) -> Self {
        let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path.join(".")) };
        Self { message: format!("{path}{}", error.message), place: error.place }
    }
}

/// Whether the path lies where GitHub looks.
pub(super) fn at_home(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    yaml && path.strip_prefix(HOME).is_some_and(|name| !name.contains('/'))
}

/// The workflows that GitHub finds and can read.
pub(super) fn all(facts: &Facts) -> Vec<Workflow> {
    let files = facts.workflows.value().into_iter().flatten().filter(|file| at_home(&file.path));
    files.filter_map(|file| read(file).ok()).collect()
}

/// Reads a file.
pub(super) fn read(file: &WorkflowFile) -> Result<Workflow, Broken> {
    let root = yaml::read(&file.text)?;
    let nothing = || Broken { message: "the file says nothing".to_owned(), place: None };
    let root = root.ok_or_else(nothing)?;
    let lacking =
        |key: &str| Broken { message: format!("the key `{key}` is missing"), place: Some(root.place) };
    let on = root.get("on").ok_or_else(|| lacking("on"))?;
    let jobs = root.get("jobs").ok_or_else(|| lacking("jobs"))?;
    let Value::Mapping(jobs) = &jobs.value else {
        return Err(Broken {
            message: "jobs: expected keys with values".to_owned(),
            place: Some(jobs.place),
        });
    };
    let jobs = jobs.iter().filter_map(|(id, job)| Some(Job::read(id.text()?, job)));
    Ok(Workflow { path: file.path.clone(), triggers: Triggers::read(on), jobs: jobs.collect() })
}

/// Everything that the jobs of a workflow may report, those of workflows that it calls included.
pub(super) fn names(workflow: &Workflow, all: &[Workflow]) -> Vec<Name> {
    names_within(workflow, all, NESTING)
}

fn names_within(workflow: &Workflow, all: &[Workflow], depth: usize) -> Vec<Name> {
    let mut names = Vec::new();
    for job in &workflow.jobs {
        let Some(calls) = &job.calls else {
            names.extend(job.names.iter().cloned());
            continue;
        };
        let local = calls.strip_prefix("./");
        let called = local.and_then(|path| all.iter().find(|other| other.path == path));
        let inner = match called.filter(|_| depth > 0) {
            Some(called) => names_within(called, all, depth - 1),
            None => vec![Name::anything()],
        };
        names.extend(job.names.iter().flat_map(|outer| inner.iter().map(|inner| outer.then(" / ", inner))));
    }
    names
}

impl Job {
    fn read(id: &str, node: &Node) -> Self {
        let matrix = Matrix::read(node.get("strategy").and_then(|strategy| strategy.get("matrix")));
        let environment = node.get("environment");
        let environment = environment.and_then(|it| it.text().or_else(|| it.get("name")?.text()));
        let steps = match node.get("steps").map(|steps| &steps.value) {
            Some(Value::Sequence(steps)) => steps.iter().map(step).collect(),
            Some(Value::Scalar { .. } | Value::Mapping(_)) => Vec::new(),
            // A job that calls a workflow says what it calls, and with what, in the words of a step.
            None => vec![step(node)],
        };
        let mut secrets = Vec::new();
        used_secrets(node, &mut secrets);
        Self {
            names: matrix.names(id, node.get("name").and_then(Node::text)),
            calls: node.get("uses").and_then(Node::text).map(str::to_owned),
            environment: environment.map(str::to_owned),
            secrets,
            steps,
        }
    }
}

/// What a step uses, runs and is given, in one text.
fn step(step: &Node) -> String {
    let mut text = String::new();
    for key in ["uses", "run"] {
        if let Some(value) = step.get(key).and_then(Node::text) {
            text.push_str(value);
            text.push('\n');
        }
    }
    if let Some(Value::Mapping(given)) = step.get("with").map(|with| &with.value) {
        for (key, value) in given {
            text.push_str(&format!(
                "{}: {}\n",
                key.text().unwrap_or_default(),
                value.text().unwrap_or_default()
            ));
        }
    }
    text
}

/// `secrets.NAME` and `secrets['NAME']` inside expressions.
fn used_secrets(node: &Node, found: &mut Vec<String>) {
    match &node.value {
        Value::Scalar { text, .. } => {
            for part in text.split("secrets").skip(1) {
                let name = part.strip_prefix('.').or_else(|| part.strip_prefix("['"));
                let name = name.unwrap_or_default();
                let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
                let name = name.get(..end).unwrap_or_default().to_uppercase();
                // GitHub sets these by itself.
                if !name.is_empty()
                    && !name.starts_with("GITHUB_")
                    && text.contains("${{")
                    && !found.contains(&name)
                {
                    found.push(name);
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| used_secrets(item, found)),
        Value::Mapping(pairs) => pairs.iter().for_each(|(_, value)| used_secrets(value, found)),
    }
}
