//! Compose: which services it has, which image each release gets, and what may stand in a name.

use crate::config::ConfigError;
use crate::config::yaml::{self, Node, Value};

/// One service of a Compose project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Whether its image is built here.
    pub built: bool,
    /// Whether Compose starts it by default, and wants it to stay up.
    pub expected: bool,
    /// Whether it has ports or a health check, so that its end is no success.
    pub serves: bool,
    /// Whether another service waits for its end.
    pub once: bool,
    /// How many containers it must have; 0 where nothing is said, which means at least one.
    pub replicas: u32,
}

/// The services of a rendered Compose file, as `compose config` prints it.
pub fn services(rendered: &str) -> Result<Vec<Service>, ConfigError> {
    let Some(root) = yaml::read(rendered)? else { return Ok(Vec::new()) };
    let Some(Value::Mapping(pairs)) = root.get("services").map(|node| &node.value) else {
        return Ok(Vec::new());
    };
    let ends: Vec<&str> = pairs.iter().flat_map(|(_, body)| awaited(body)).collect();
    let service = |(name, body): &(Node, Node)| {
        let name = name.text()?.to_owned();
        let scale =
            body.get("scale").or_else(|| body.get("deploy").and_then(|deploy| deploy.get("replicas")));
        let scale = scale.and_then(Node::text).and_then(|text| text.parse().ok());
        // A service with profiles is not started unless a profile is chosen (Compose docs, "Using profiles").
        let expected = body.get("profiles").is_none() && scale != Some(0);
        let (built, serves) = (body.get("build").is_some(), serves(body));
        let (once, replicas) = (ends.contains(&name.as_str()), scale.unwrap_or_default());
        Some(Service { name, built, expected, serves, once, replicas })
    };
    Ok(pairs.iter().filter_map(service).collect())
}

/// The services whose end this one waits for.
fn awaited(body: &Node) -> Vec<&str> {
    let Some(Value::Mapping(pairs)) = body.get("depends_on").map(|node| &node.value) else {
        return Vec::new();
    };
    let ends = |on: &Node| on.get("condition").and_then(Node::text) == Some("service_completed_successfully");
    pairs.iter().filter(|(_, on)| ends(on)).filter_map(|(name, _)| name.text()).collect()
}

fn serves(body: &Node) -> bool {
    let has_ports = matches!(body.get("ports").map(|node| &node.value), Some(Value::Sequence(ports)) if !ports.is_empty());
    let check = body.get("healthcheck");
    let is_off = |check: &Node| check.get("disable").and_then(Node::text) == Some("true");
    has_ports || check.is_some_and(|check| !is_off(check) && check.get("test").is_some())
}

/// The project's name, when the rendered file tells it.
pub fn project_name(rendered: &str) -> Option<String> {
    yaml::read(rendered).ok().flatten()?.get("name")?.text().map(str::to_owned)
}

/// The image that a service has in a release. Unique for every release, so that no build takes it away.
pub fn image(project: &str, service: &str, release: &str) -> String {
    format!("shiplane/{}/{}:{release}", path_component(project), path_component(service))
}

/// A Compose file that gives every built service its image of the release.
///
/// Compose v1 refuses files of different versions, so the version of the project's own file is repeated.
pub fn images_file(project: &str, release: &str, services: &[Service], version: Option<&str>) -> String {
    let mut text = String::from("# Written by ssh-deploy: the images of one release.\n");
    if let Some(version) = version {
        text.push_str(&format!("version: {}\n", quoted(version)));
    }
    let built: Vec<&Service> = services.iter().filter(|service| service.built).collect();
    if built.is_empty() {
        return text;
    }
    text.push_str("services:\n");
    for service in built {
        let image = image(project, &service.name, release);
        text.push_str(&format!("  {}:\n    image: {image}\n", quoted(&service.name)));
    }
    text
}

/// The `version` of a Compose file as it was written.
pub fn file_version(text: &str) -> Option<String> {
    yaml::read(text).ok().flatten()?.get("version")?.text().map(str::to_owned)
}

/// The name that Compose gives a project after its directory (Compose docs, "Specify a project name").
pub fn default_project(directory: &str) -> String {
    let name = directory.trim_end_matches('/').rsplit('/').next().unwrap_or(directory);
    let kept: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-'))
        .collect();
    kept.trim_start_matches(['_', '-']).to_owned()
}

/// What may stand between slashes in an image's name: lower case, digits, single separators inside.
fn path_component(name: &str) -> String {
    let mut component = String::with_capacity(name.len());
    for c in name.to_lowercase().chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            component.push(c);
        } else if !component.is_empty() && !component.ends_with('-') {
            component.push('-');
        }
    }
    let trimmed = component.trim_end_matches('-');
    if trimmed.is_empty() { "x".to_owned() } else { trimmed.to_owned() }
}

fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}
