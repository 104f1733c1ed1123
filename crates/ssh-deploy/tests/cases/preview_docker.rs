//! Previews by Compose: projects side by side, and an end that takes one of them and nothing else.

use std::fs;
use std::time::Duration;

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::docker::Docker;
use shiplane_testkit::ground::verdict;
use shiplane_testkit::need::need;

use super::preview_town::{Town, answers, output};

/// Builds take their time on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(400);

/// What Docker has of a project: containers, volumes, networks, images.
fn things(docker: &Docker, project: &str) -> [usize; 4] {
    let label = format!("label=com.docker.compose.project={project}");
    let image = format!("reference=shiplane/{project}/*");
    let count = |words: &[&str]| docker.docker(words).ok().unwrap().stdout.split_whitespace().count();
    [
        count(&["ps", "--all", "--quiet", "--filter", &label]),
        count(&["volume", "ls", "--quiet", "--filter", &label]),
        count(&["network", "ls", "--quiet", "--filter", &label]),
        count(&["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter", &image]),
    ]
}

#[test]
fn each_has_a_project_of_its_own_and_the_end_of_one_is_not_that_of_another() {
    let test = "preview::compose";
    let Some(docker) = need(test, Docker::available()) else { return };
    let name = format!("pre-{}", std::process::id());
    let Some(town) = Town::with_compose(test, &name) else { return };
    let projects = [1, 12].map(|number| format!("{name}-pr-{number}"));
    let _guards = projects.clone().map(|project| docker.guard(&project, &format!("shiplane/{project}/*")));
    let compose = fs::read_to_string(town.ground.work.dir().join("docker-compose.yml")).unwrap();
    let compose = compose.replace("    restart:", "    volumes: [\"data:/data\"]\n    restart:");
    town.ground.work.write("docker-compose.yml", compose + "volumes:\n  data: {}\n").unwrap();

    let mut urls = Vec::new();
    for number in [1, 12] {
        let commit = town.pull(number, &AppRelease::good(&format!("1.{number}.0")));
        let up = town.run_of(town.event("opened", (number, &commit), "example/shop"), &["up"]);
        let up = up.env("DOCKER_BUILDKIT", "0").within(PATIENCE).run().unwrap();
        up.expect(0);
        urls.push(output(&up, "url"));
    }
    let seen: Vec<Option<String>> = urls.iter().map(|url| answers(url)).collect();
    assert_eq!(seen, [Some("1.1.0".to_owned()), Some("1.12.0".to_owned())]);
    assert_eq!(things(&docker, &projects[0]), [1, 1, 1, 1]);

    let list = town.preview(&["list"]).run().unwrap();
    assert_eq!(output(&list, "previews").matches("\"state\":\"up\"").count(), 2, "{list}");

    let down = town.preview(&["down", "--number", "1"]).run().unwrap();
    down.expect(0);
    assert_eq!(verdict(&down).0, "removed", "{down}");
    assert_eq!(things(&docker, &projects[0]), [0; 4], "{down}");
    assert_eq!(things(&docker, &projects[1]), [1; 4]);
    assert!(!town.dir(1).exists() && town.dir(12).exists());

    // The directory is gone, and somebody has started the project from elsewhere: that is not ours to end.
    let label = format!("com.docker.compose.project={}", projects[0]);
    let image = docker.docker(&["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter"]);
    let image = image.arg(format!("reference=shiplane/{}/*", projects[1])).ok().unwrap().stdout;
    let words = ["create", "--label", &label, "--label", "com.docker.compose.project.working_dir=/srv/else"];
    let foreign = docker.docker(&words).arg(image.trim()).ok().unwrap().stdout;
    let taken = town.preview(&["down", "--number", "1"]).run().unwrap();
    taken.expect(10);
    assert_eq!(verdict(&taken).1[0], "preview-project-taken");
    assert_eq!(things(&docker, &projects[0])[0], 1);
    docker.docker(&["rm", foreign.trim()]).ok().unwrap();

    let last = town.preview(&["down", "--number", "12"]).run().unwrap();
    last.expect(0);
    assert_eq!(things(&docker, &projects[1]), [0; 4], "{last}");
}
