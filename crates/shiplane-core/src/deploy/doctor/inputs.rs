//! What the step was given: an unset secret arrives as empty text, and nobody says so until something fails.

use serde::{Deserialize, Serialize};

use crate::report::Finding;
use crate::words::{count, list};

/// A variable as the step has it. Its value goes nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// There is no such variable.
    #[default]
    Absent,
    /// It is there and holds nothing.
    Empty,
    /// It holds something.
    Given,
}

/// Variables by name, and the environment whose secrets they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Secrets {
    /// The environment of the config.
    pub environment: Option<String>,
    /// In the order in which they are named.
    pub variables: Vec<(String, Input)>,
}

impl Secrets {
    fn named(&self, input: Input) -> Vec<String> {
        let named = self.variables.iter().filter(|(_, state)| *state == input);
        named.map(|(name, _)| name.clone()).collect()
    }

    fn help(&self, name: &str) -> String {
        match &self.environment {
            Some(environment) => format!(
                "`gh secret set {name} --env {environment}`; a secret of an environment reaches only a job that \
                 says `environment: {environment}`"
            ),
            None => {
                format!("`gh secret set {name}`; a secret of an environment reaches only a job that names it")
            }
        }
    }
}

/// What the way to a host is told by: host, user, key, path.
pub fn inputs(given: &Secrets) -> Vec<Finding> {
    let (empty, set) = (given.named(Input::Empty), given.named(Input::Given));
    let mut findings = arrived_empty(given, &empty);
    if empty.is_empty() {
        let fact =
            if set.is_empty() { "no variable is empty".to_owned() } else { format!("given: {}", list(&set)) };
        findings.push(Finding::ok("inputs", fact));
    }
    findings
}

/// The secrets that the config says must be set.
pub fn secrets(wanted: &Secrets) -> Vec<Finding> {
    let (empty, absent) = (wanted.named(Input::Empty), wanted.named(Input::Absent));
    let mut findings = arrived_empty(wanted, &empty);
    if !absent.is_empty() {
        let fact = format!(
            "{} of the config {} not passed to this step, so whether they are set is not known: {}",
            count(absent.len(), "secret"),
            if absent.len() == 1 { "is" } else { "are" },
            list(&absent)
        );
        let name = absent.first().map(String::as_str).unwrap_or_default();
        let help = format!("pass them as variables of the step: `{name}: ${{{{ secrets.{name} }}}}`");
        findings.push(Finding::warning("secret-unseen", fact).help(help));
    }
    if findings.is_empty() && !wanted.variables.is_empty() {
        let fact = format!("{} of the config set", count(wanted.variables.len(), "secret"));
        findings.push(Finding::ok("secrets", fact));
    }
    findings
}

fn arrived_empty(given: &Secrets, empty: &[String]) -> Vec<Finding> {
    let Some(first) = empty.first() else { return Vec::new() };
    let verb = if empty.len() == 1 { "is" } else { "are" };
    let fact = format!("{} {verb} there and empty, as an unset secret arrives", list(empty));
    vec![Finding::fail("secret-empty", fact).help(given.help(first))]
}
