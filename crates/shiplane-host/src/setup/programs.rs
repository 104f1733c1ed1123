//! Git, Docker, Compose, and the right to use them.

use super::{LONG, Look, QUICK, Server, answer, must};

/// Debian and Ubuntu (their packages git, docker.io; Compose is named differently from release to release).
const COMPOSE: [&str; 3] = ["docker-compose-v2", "docker-compose-plugin", "docker-compose"];

pub(super) fn git(server: &Server) -> Look {
    match answer("git", &["--version"]) {
        Some(version) => Look::Ready(version),
        None => missing(server, "git"),
    }
}

pub(super) fn install_git(server: &Server) -> anyhow::Result<String> {
    install(server, &["git"])
}

pub(super) fn docker(server: &Server) -> Look {
    if !server.question.compose {
        return Look::Unneeded;
    }
    match answer("docker", &["--version"]) {
        Some(version) => Look::Ready(version),
        None => missing(server, "docker.io"),
    }
}

pub(super) fn install_docker(server: &Server) -> anyhow::Result<String> {
    install(server, &["docker.io"])
}

pub(super) fn compose(server: &Server) -> Look {
    if !server.question.compose {
        return Look::Unneeded;
    }
    match crate::compose::detect(std::path::Path::new("/")) {
        Some(tool) => Look::Ready(format!("{} {}", tool.command.join(" "), tool.version)),
        None => missing(server, "docker-compose"),
    }
}

pub(super) fn install_compose(server: &Server) -> anyhow::Result<String> {
    let known = |name: &&str| answer("apt-cache", &["show", name]).is_some_and(|text| !text.is_empty());
    let name = COMPOSE.into_iter().find(|name| known(name)).unwrap_or("docker-compose");
    install(server, &[name])
}

/// Nothing is installed that nobody asked for.
fn missing(server: &Server, package: &str) -> Look {
    let fact = format!("install {package}");
    let words = ["apt-get", "install", "-y", "--no-install-recommends", package];
    if answer("apt-get", &["--version"]).is_none() {
        let line = format!("install {package} as this system does it");
        return Look::ByOthers(fact, vec![line]);
    }
    if server.question.install {
        return server.for_admin(fact, &words);
    }
    Look::ByOthers(format!("{fact}, or run setup with --install"), vec![server.as_admin(&words).line()])
}

fn install(server: &Server, packages: &[&str]) -> anyhow::Result<String> {
    // Lists may be old, or not there at all on a new machine; an unreachable mirror shows in the next line.
    must(&server.as_admin(&["apt-get", "update", "-q"]), LONG).ok();
    let words = [&["apt-get", "install", "-y", "-q", "--no-install-recommends"], packages].concat();
    must(&server.as_admin(&words), LONG)?;
    Ok(format!("installed {}", packages.join(", ")))
}

pub(super) fn group(server: &Server) -> Look {
    if !server.question.compose || answer("docker", &["--version"]).is_none() {
        return Look::Unneeded;
    }
    if crate::compose::daemon(std::path::Path::new("/")).is_some() {
        return Look::Ready(format!("the Docker daemon answers {}", server.user));
    }
    let groups = answer("id", &["-Gn", &server.user]).unwrap_or_default();
    if server.user == "root" || groups.split_whitespace().any(|group| group == "docker") {
        let line = server.as_admin(&["systemctl", "enable", "--now", "docker"]).line();
        return Look::ByOthers("the Docker daemon does not answer".to_owned(), vec![line]);
    }
    server.for_admin(
        format!("let {} use Docker, which is as much as being root", server.user),
        &["usermod", "-aG", "docker", &server.user],
    )
}

pub(super) fn join_group(server: &Server) -> anyhow::Result<String> {
    must(&server.as_admin(&["usermod", "-aG", "docker", &server.user]), QUICK)?;
    Ok(format!("{} is in the group docker from its next login on", server.user))
}
