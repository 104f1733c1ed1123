//! Restart, logs and status of containers that are really there.

use std::fs;

use serde_json::Value;
use shiplane_testkit::docker::Docker;
use shiplane_testkit::ground::{Ground, finding, report, verdict};
use shiplane_testkit::need::need;
use shiplane_testkit::process::wait_until;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// The sample app needs no base image, so one is made of it that starts at once and can do nothing else.
fn config(ground: &Ground, project: &str) -> String {
    let (host, site) = (ground.host(), ground.site());
    format!(
        "version: 1\nproject: {project}\nenvironments:\n  production:\n    hosts: [\"{host}\"]\n    path: {}\n    \
         compose: docker-compose.yml\n",
        site.display()
    )
}

fn lines(report: &Value) -> String {
    report["excerpts"].to_string()
}

#[test]
fn containers_are_restarted_read_and_told_as_they_are() {
    let test = "operations_docker::all";
    let Some(ground) = Ground::new(test, PROGRAM) else { return };
    let Some(docker) = need(test, Docker::available()) else { return };
    let project = format!("ops-{}-{}", std::process::id(), ground.port);
    let guards = [
        docker.guard(&project, &format!("shiplane/{project}/*")),
        docker.guard(&project, &format!("sample-app:{project}")),
    ];
    ground.config(&config(&ground, &project));
    let env = ground.site().join(".env");
    let settings = format!("PORT={}\nAPP_TAG={project}\nAPI_TOKEN=abcdefgh12345\n", ground.port);
    fs::write(&env, &settings).unwrap();
    let tool = |args: &[&str]| ground.tool(args).env("DOCKER_BUILDKIT", "0").run().unwrap();
    tool(&["deploy", "--commit", &ground.head(), "--release-version", "1.0.0"]).expect(0);

    let status = tool(&["status"]);
    status.expect(0);
    let screen = report(&status)["drawings"].to_string();
    assert!(screen.contains("the release's") && screen.contains("running"), "{screen}");

    let started = || {
        let label = format!("label=com.docker.compose.project={project}");
        let ids = docker.docker(&["ps", "--all", "--quiet", "--filter", &label]).ok().unwrap().stdout;
        let id = ids.split_whitespace().next().unwrap().to_owned();
        let seen = docker.docker(&["inspect", "--format", "{{.State.StartedAt}}", &id]).ok().unwrap();
        (id, seen.stdout.trim().to_owned())
    };
    let before = started();
    let unknown = tool(&["restart", "wep"]);
    unknown.expect(10);
    assert!(finding(&unknown, "unknown-service")["help"].as_str().unwrap().contains("web"));
    let plain = tool(&["restart", "web"]);
    plain.expect(0);
    assert_eq!(verdict(&plain), ("restarted".to_owned(), Vec::new()), "{plain}");
    let after = started();
    assert!(after.0 == before.0 && after.1 != before.1, "{before:?} {after:?}");

    fs::write(&env, settings.replace("abcdefgh12345", "zyxwvuts54321")).unwrap();
    let stale = tool(&["restart"]);
    stale.expect(0);
    assert!(finding(&stale, "env-not-reloaded")["help"].as_str().unwrap().contains("--recreate"), "{stale}");
    let anew = tool(&["restart", "--recreate"]);
    anew.expect(0);
    assert_ne!(started().0, before.0);
    assert_eq!(verdict(&tool(&["restart"])).1, Vec::<String>::new(), "the containers have the new .env");

    let logs = tool(&["logs", "web", "--lines", "5", "--timestamps"]);
    logs.expect(0);
    assert_eq!(report(&logs)["excerpts"][0]["title"], "web", "{logs}");
    assert!(lines(&report(&logs)).contains("T"), "{logs}");
    let id = started().0;
    docker.docker(&["kill", &id]).ok().unwrap();
    wait_until("the container to end", shiplane_testkit::ground::PATIENCE, || {
        let seen = docker.docker(&["inspect", "--format", "{{.State.Status}}", &id]).ok().unwrap();
        (seen.stdout.trim() == "exited").then_some(())
    })
    .unwrap();
    tool(&["logs", "web"]).expect(0);
    tool(&["logs", "wep"]).expect(10);
    let ill = tool(&["status"]);
    ill.expect(10);
    assert!(verdict(&ill).1.contains(&"container-ill".to_owned()), "{ill}");
    drop(guards);
}
