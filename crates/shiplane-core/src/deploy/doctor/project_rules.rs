//! The Compose project: valid, complete, and with nothing in the way of its start.

use super::super::strategy::Strategy;
use super::checkup::{External, Learned, Port, Project};
use super::{Patient, not_known};
use crate::report::Finding;
use crate::words::{count, list};

/// The project, when Compose could read it.
fn project<'a>(patient: &Patient<'a>) -> Option<&'a Project> {
    match &patient.checkup.project {
        Learned::Known(project) if project.invalid.is_none() => Some(project),
        Learned::Known(_) | Learned::NotAsked | Learned::Unknown(_) => None,
    }
}

pub(super) fn valid(patient: &Patient<'_>) -> Vec<Finding> {
    match &patient.checkup.project {
        Learned::NotAsked => Vec::new(),
        Learned::Unknown(why) => vec![not_known("compose-unreadable", "the Compose project", why)],
        Learned::Known(Project { invalid: Some(why), .. }) => {
            let path = &patient.question.site.path;
            vec![Finding::fail("compose-invalid", format!("Compose refuses the project in {path}: {why}"))
                .help("the Compose files must be valid on the host, with its .env: `docker compose config` shows it")]
        }
        Learned::Known(project) => {
            vec![Finding::ok("compose-config", format!("Compose reads the project {}", project.name))]
        }
    }
}

pub(super) fn blank(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(project) = project(patient) else { return Vec::new() };
    // Without any .env that is one finding, not two.
    if project.blank.is_empty() || matches!(patient.checkup.env, Learned::Known(None)) {
        return Vec::new();
    }
    let fact = format!(
        "the Compose files use {} that nothing sets, so that empty text takes the place: {}",
        count(project.blank.len(), "variable"),
        list(&project.blank)
    );
    vec![
        Finding::warning("env-blank", fact)
            .help("set them in .env on the host, or write `${NAME:?}` in the file so that Compose refuses"),
    ]
}

pub(super) fn ports(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(project) = project(patient) else { return Vec::new() };
    let taken: Vec<Finding> = project.ports.iter().filter_map(taken).collect();
    if !taken.is_empty() || project.ports.is_empty() {
        return taken;
    }
    vec![Finding::ok(
        "ports",
        format!("nobody else has the {}", count(project.ports.len(), "published port")),
    )]
}

fn taken(port: &Port) -> Option<Finding> {
    let Port { service, number, protocol, taken_by, .. } = port;
    let who = taken_by.as_ref()?;
    let fact = format!("port {number}/{protocol}, which {service} publishes, is taken by {who}");
    let help =
        format!("stop it, or publish another port; on the host, as root: `ss -lntup 'sport = :{number}'`");
    Some(Finding::fail("port-taken", fact).help(help))
}

pub(super) fn networks(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(project) = project(patient) else { return Vec::new() };
    external(&project.networks, ("network-missing", "networks"), "external network", "docker network create")
}

pub(super) fn volumes(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(project) = project(patient) else { return Vec::new() };
    external(&project.volumes, ("volume-missing", "volumes"), "external volume", "docker volume create")
}

fn external(all: &[External], (code, fine): (&str, &str), what: &str, command: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for External { name, present } in all {
        match present {
            Learned::Known(true) => {}
            Learned::Known(false) => {
                let finding = Finding::fail(code, format!("the {what} {name} is not there"));
                findings.push(finding.help(format!("on the host: {command} {name}")));
            }
            Learned::Unknown(why) => {
                findings.push(not_known("external-unknown", &format!("the {what} {name}"), why))
            }
            Learned::NotAsked => {}
        }
    }
    if findings.is_empty() && !all.is_empty() {
        findings.push(Finding::ok(fine, format!("{} there", count(all.len(), what))));
    }
    findings
}

/// Docker makes an empty directory, owned by root, where a mounted file is missing.
pub(super) fn mounts(patient: &Patient<'_>) -> Vec<Finding> {
    let missing = sources(patient, false);
    if missing.is_empty() {
        return Vec::new();
    }
    let fact =
        format!("{} that services mount are not there: {}", count(missing.len(), "path"), list(&missing));
    vec![
        Finding::warning("mount-missing", fact).help(
            "put them there before; Docker makes an empty directory, owned by root, for what is missing",
        ),
    ]
}

pub(super) fn contexts(patient: &Patient<'_>) -> Vec<Finding> {
    let missing = sources(patient, true);
    if missing.is_empty() {
        return Vec::new();
    }
    let fact =
        format!("{} to build from are not there: {}", count(missing.len(), "directory"), list(&missing));
    vec![Finding::warning("build-context-missing", fact).help("the commit to deploy must bring them")]
}

fn sources(patient: &Patient<'_>, build: bool) -> Vec<String> {
    let all = project(patient).map(|project| project.sources.as_slice()).unwrap_or_default();
    let missing = all.iter().filter(|source| source.build == build && !source.present);
    missing.map(|source| format!("{} ({})", source.path, source.service)).collect()
}

/// What is pulled during the switch is waited for while nothing serves.
pub(super) fn images(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(project) = project(patient) else { return Vec::new() };
    let is_sent = match patient.question.strategy {
        Strategy::Image { .. } => true,
        Strategy::Git | Strategy::Files(_) => false,
    };
    let absent: Vec<String> = project
        .images
        .iter()
        .filter(|image| image.present == Learned::Known(false))
        .map(|image| image.name.clone())
        .collect();
    if absent.is_empty() || is_sent {
        return Vec::new();
    }
    let fact =
        format!("{} will be pulled when the services start: {}", count(absent.len(), "image"), list(&absent));
    vec![
        Finding::warning("image-absent", fact)
            .help("on the host: `docker compose pull` before shortens the switch"),
    ]
}
