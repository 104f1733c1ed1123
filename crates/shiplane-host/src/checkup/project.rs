//! The Compose project as the host's Compose reads it, held against what Docker has.

use std::path::Path;

use shiplane_core::deploy::doctor::{External, Learned, Project, project};
use shiplane_core::deploy::{Question, Runtime};

use super::{answer, dotenv, learned, ports};
use crate::compose::Compose;
use crate::runtime::Ground;

/// Not asked where there is no Compose, no path or no file, which are other findings.
pub(super) fn look(question: &Question) -> Learned<Project> {
    let Runtime::Compose { files, project } = &question.runtime else { return Learned::NotAsked };
    let path = Path::new(&question.site.path);
    let Ok(compose) = Compose::find(Ground::to_look_at(question), files, project.as_deref()) else {
        return Learned::NotAsked;
    };
    let own = compose.own_files();
    if !path.is_dir() || own.is_empty() || own.iter().any(|file| !path.join(file).exists()) {
        return Learned::NotAsked;
    }
    learned(read(path, &compose))
}

fn read(path: &Path, compose: &Compose) -> Result<Project, String> {
    let finished = compose.config(super::QUICK).map_err(|error| format!("{error:#}"))?;
    // Compose v1 ends with 0 after printing its usage.
    if !finished.success() || !finished.stdout.contains("services") {
        let said = finished.output.lines().filter(|line| !line.contains(" variable is not set"));
        let said: Vec<&str> = said.map(str::trim).filter(|line| !line.is_empty()).take(6).collect();
        let said = if said.is_empty() { finished.how() } else { said.join(" ") };
        return Ok(Project { invalid: Some(dotenv::without_values(path, &said)), ..Project::default() });
    }
    let rendered = finished.stdout;
    let mut found = project::read(&rendered).map_err(|error| error.to_string())?;
    found.name = compose.project(&rendered);
    found.blank = project::blank(&finished.output);
    for source in &mut found.sources {
        source.present = Path::new(&source.path).exists();
    }
    compare(&mut found.networks, names(path, &["network", "ls", "--format", "{{.Name}}"]));
    compare(&mut found.volumes, names(path, &["volume", "ls", "--format", "{{.Name}}"]));
    let format = "{{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}";
    compare(&mut found.images, names(path, &["image", "ls", "--digests", "--format", format]));
    ports::find_owners(path, &mut found);
    Ok(found)
}

fn names(path: &Path, question: &[&str]) -> Result<Vec<String>, String> {
    answer(path, "docker", question).map(|text| text.split_whitespace().map(str::to_owned).collect())
}

fn compare(wanted: &mut [External], there: Result<Vec<String>, String>) {
    for External { name, present } in wanted {
        *present = match &there {
            Ok(names) => Learned::Known(names.iter().any(|known| full(known) == full(name))),
            Err(why) => Learned::Unknown(why.clone()),
        };
    }
}

/// Names of images are written short; networks and volumes have no slash and keep theirs.
fn full(name: &str) -> String {
    let name = name.trim_start_matches("docker.io/").trim_start_matches("library/");
    let last = name.rsplit('/').next().unwrap_or(name);
    let tagged = last.contains([':', '@']);
    if tagged { name.to_owned() } else { format!("{name}:latest") }
}
