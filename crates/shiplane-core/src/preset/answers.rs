//! What a repository answers to a preset's open questions: asked for once, remembered in what was written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Preset;
use crate::config::{self, Config};
use crate::fault::Fault;

/// The answers, settled. A newer version may remember more than this one knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Answers {
    /// The project's name.
    pub project: String,
    /// Hosts by environment.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hosts: BTreeMap<String, Vec<String>>,
    /// Directories on the hosts by environment.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub paths: BTreeMap<String, String>,
    /// Addresses by environment.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub urls: BTreeMap<String, String>,
    /// What the preset's branches are called here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub branches: BTreeMap<String, String>,
    /// The command that runs the tests, as it was typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// The one that the repository's files suggest, where the preset has nothing better to offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_test: Option<String>,
}

/// The answers as they are typed, `ENVIRONMENT=` before a value where there are several.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The project's name.
    pub project: Option<String>,
    /// Hosts.
    pub hosts: Vec<String>,
    /// Directories on the hosts.
    pub paths: Vec<String>,
    /// Addresses.
    pub urls: Vec<String>,
    /// `OLD=NEW`.
    pub branches: Vec<String>,
    /// The command that runs the tests.
    pub test: Option<String>,
}

impl Asked {
    /// Whether something is asked that only the config can carry.
    pub fn is_of_config(&self) -> bool {
        let lists = [&self.hosts, &self.paths, &self.urls, &self.branches];
        self.project.is_some() || lists.iter().any(|list| !list.is_empty())
    }

    /// What is typed goes before what was remembered.
    pub fn settle(&self, preset: &Preset, mut answers: Answers) -> Result<Answers, Fault> {
        let config = config::parse(preset.config()?).map_err(|error| preset.broken(&error.to_string()))?;
        if let Some(name) = &self.project {
            answers.project = project(name)?;
        }
        let mut hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for typed in &self.hosts {
            let (environment, host) = of_environment(typed, &config, "--host")?;
            hosts.entry(environment).or_default().push(word(host, "--host")?);
        }
        answers.hosts.extend(hosts);
        for typed in &self.paths {
            let (environment, path) = of_environment(typed, &config, "--path")?;
            answers.paths.insert(environment, absolute(path)?);
        }
        for typed in &self.urls {
            let (environment, url) = of_environment(typed, &config, "--url")?;
            answers.urls.insert(environment, address(url)?);
        }
        for typed in &self.branches {
            let (old, new) = renamed(typed, &config)?;
            answers.branches.insert(old, new);
        }
        if let Some(command) = &self.test {
            answers.test = Some(line(command, "--test")?);
        }
        Ok(answers)
    }
}

/// The environment that is meant, and the rest.
fn of_environment<'a>(typed: &'a str, config: &Config, option: &str) -> Result<(String, &'a str), Fault> {
    let named = typed.split_once('=').filter(|(name, _)| config.environments.contains_key(*name));
    let mut names = config.environments.keys();
    match (named, names.next(), names.next()) {
        (Some((name, value)), _, _) => Ok((name.to_owned(), value)),
        (None, Some(only), None) => Ok((only.clone(), typed)),
        (None, Some(_), Some(_)) | (None, None, _) => {
            let known: Vec<String> = config.environments.keys().map(|name| format!("`{name}`")).collect();
            let fact = format!("{option} `{typed}` does not say which environment is meant");
            Err(Fault::usage("environment-unclear", fact)
                .help(format!("write {option} ENVIRONMENT=VALUE; the preset has: {}", known.join(", "))))
        }
    }
}

/// A name that Compose takes for a project (Compose docs, "Specify a project name").
fn project(name: &str) -> Result<String, Fault> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if begins && name.chars().all(inner) {
        return Ok(name.to_owned());
    }
    let fact =
        format!("`{name}` cannot be a project's name: Compose takes lower-case letters, digits, - and _");
    Err(Fault::usage("project-invalid", fact).help(format!("write --project {}", project_from(name))))
}

/// The nearest name that Compose takes for a project.
pub(super) fn project_from(name: &str) -> String {
    let lower = name.to_lowercase();
    let letters = lower.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' });
    let mut near: String = letters.take(63).collect();
    while near.contains("--") {
        near = near.replace("--", "-");
    }
    let near = near.trim_matches(['-', '_']);
    if near.is_empty() { "app".to_owned() } else { near.to_owned() }
}

impl Answers {
    /// The answers of a repository of this name, before anybody typed one.
    pub fn of(repository: &str) -> Self {
        Self { project: project_from(repository), ..Self::default() }
    }
}

fn invalid(option: &str, value: &str, help: &str) -> Fault {
    Fault::usage("value-invalid", format!("{option} `{value}` cannot be used")).help(help)
}

/// A text in one line that GitHub does not take for an expression.
fn line(value: &str, option: &str) -> Result<String, Fault> {
    if value.trim().is_empty() || value.chars().any(char::is_control) || value.contains("${{") {
        return Err(invalid(option, value, "write one line, without control characters and without `${{`"));
    }
    Ok(value.to_owned())
}

fn word(value: &str, option: &str) -> Result<String, Fault> {
    if value.starts_with('-') || value.contains(char::is_whitespace) {
        return Err(invalid(option, value, "write it as deploy@203.0.113.10"));
    }
    line(value, option)
}

fn absolute(path: &str) -> Result<String, Fault> {
    if path.starts_with('/') {
        return line(path, "--path");
    }
    Err(invalid("--path", path, "write the whole path, such as /home/deploy/shop"))
}

fn address(url: &str) -> Result<String, Fault> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) {
        return word(url, "--url").map(|url| url.trim_end_matches('/').to_owned());
    }
    Err(invalid("--url", url, "write it as https://shop.example.org"))
}

/// A branch of the preset and what it is called here.
fn renamed(typed: &str, config: &Config) -> Result<(String, String), Fault> {
    let known: Vec<String> = config.branches.keys().map(|name| format!("`{name}`")).collect();
    let help = format!("write --branch OLD=NEW; the preset has: {}", known.join(", "));
    let (old, new) = typed.split_once('=').ok_or_else(|| invalid("--branch", typed, &help))?;
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-');
    let is_name = new.starts_with(|c: char| c.is_ascii_alphanumeric()) && new.chars().all(letters);
    if !config.branches.contains_key(old) || !is_name || new.contains("..") || new.ends_with(['/', '.']) {
        return Err(invalid("--branch", typed, &help));
    }
    if config.branches.contains_key(new) && old != new {
        return Err(invalid("--branch", typed, "the preset has a branch of the new name already"));
    }
    Ok((old.to_owned(), new.to_owned()))
}
