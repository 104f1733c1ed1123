//! What a Compose project needs of its host, out of the file that `compose config` prints.

use super::checkup::{External, Port, Project, Source};
use crate::config::ConfigError;
use crate::config::yaml::{self, Node, Value};

/// Reads a rendered project; what is there and who has a port is for the host to find out.
pub fn read(rendered: &str) -> Result<Project, ConfigError> {
    let Some(root) = yaml::read(rendered)? else { return Ok(Project::default()) };
    let mut project = Project {
        name: root.get("name").and_then(Node::text).unwrap_or_default().to_owned(),
        networks: externals(root.get("networks")),
        volumes: externals(root.get("volumes")),
        ..Project::default()
    };
    for (name, service) in pairs(root.get("services")) {
        let Some(name) = name.text() else { continue };
        // A service with profiles is not started unless one is chosen (Compose docs, "Using profiles").
        if service.get("profiles").is_none() {
            visit(&mut project, name, service);
        }
    }
    Ok(project)
}

/// Variables that were not set and became empty text, as Compose of either generation warns of them.
///
/// v1 writes `The NAME variable is not set. Defaulting to a blank string.`; v2 has the name in escaped quotes.
pub fn blank(warnings: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in warnings.lines() {
        let Some((before, _)) = line.split_once(" variable is not set") else { continue };
        let word = before.rsplit(' ').next().unwrap_or_default();
        let name = word.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn visit(project: &mut Project, service: &str, body: &Node) {
    let source = |path: &str, build| Source {
        service: service.to_owned(),
        path: path.to_owned(),
        build,
        present: false,
    };
    project.ports.extend(items(body.get("ports")).flat_map(|port| published(service, port)));
    project.sources.extend(items(body.get("volumes")).filter_map(bind).map(|path| source(path, false)));
    match body.get("build") {
        Some(build) => {
            let context = build.text().or_else(|| build.get("context").and_then(Node::text));
            project
                .sources
                .extend(context.filter(|path| path.starts_with('/')).map(|path| source(path, true)));
        }
        None => project.images.extend(
            body.get("image")
                .and_then(Node::text)
                .map(|name| External { name: name.to_owned(), ..External::default() }),
        ),
    }
}

/// The host's side of a mount, when it is a path.
fn bind(volume: &Node) -> Option<&str> {
    let path = match volume.text() {
        Some(text) => text.split(':').next()?,
        None => volume.get("source").and_then(Node::text)?,
    };
    path.starts_with('/').then_some(path)
}

/// The ports of one entry: `127.0.0.1:8080-8081:80-81/tcp`, or the long form.
fn published(service: &str, port: &Node) -> Vec<Port> {
    let long = |key: &str| port.get(key).and_then(Node::text).unwrap_or_default().to_owned();
    let (address, numbers, protocol) = match port.text() {
        Some(text) => {
            let (rest, protocol) = text.rsplit_once('/').unwrap_or((text, "tcp"));
            let Some((host, _)) = rest.rsplit_once(':') else { return Vec::new() };
            let (address, numbers) = host.rsplit_once(':').unwrap_or(("", host));
            (address.trim_matches(['[', ']']).to_owned(), numbers.to_owned(), protocol.to_owned())
        }
        None => (long("host_ip"), long("published"), long("protocol")),
    };
    let protocol = if protocol.is_empty() { "tcp".to_owned() } else { protocol };
    let (first, last) = numbers.split_once('-').unwrap_or((&numbers, &numbers));
    let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else { return Vec::new() };
    let port = |number| Port {
        service: service.to_owned(),
        address: if address == "0.0.0.0" { String::new() } else { address.clone() },
        number,
        protocol: protocol.clone(),
        taken_by: None,
    };
    // 0 lets Docker choose, and a range of thousands is looked at in part.
    (first..=last).filter(|number| *number != 0).take(64).map(port).collect()
}

/// Networks or volumes that somebody else has to make; the name may stand in either of two places.
fn externals(node: Option<&Node>) -> Vec<External> {
    let external = |(key, body): &(Node, Node)| {
        let outside = body.get("external")?;
        if outside.text() == Some("false") {
            return None;
        }
        let name =
            body.get("name").or_else(|| outside.get("name")).and_then(Node::text).or_else(|| key.text())?;
        Some(External { name: name.to_owned(), ..External::default() })
    };
    pairs(node).iter().filter_map(external).collect()
}

fn pairs(node: Option<&Node>) -> &[(Node, Node)] {
    match node.map(|node| &node.value) {
        Some(Value::Mapping(pairs)) => pairs,
        Some(Value::Sequence(_) | Value::Scalar { .. }) | None => &[],
    }
}

fn items(node: Option<&Node>) -> impl Iterator<Item = &Node> {
    let items = match node.map(|node| &node.value) {
        Some(Value::Sequence(items)) => items.as_slice(),
        Some(Value::Mapping(_) | Value::Scalar { .. }) | None => &[],
    };
    items.iter()
}
