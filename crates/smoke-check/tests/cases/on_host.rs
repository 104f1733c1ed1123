//! What is asked on the host itself, over a real sshd, with real containers.

use std::fs;
use std::time::{Duration, Instant};

use shiplane_testkit::docker::Docker;
use shiplane_testkit::ground::{Ground, finding, report, verdict};
use shiplane_testkit::need::{Missing, need};
use shiplane_testkit::process::{Outcome, Run, find_program, wait_until};

use super::server::{Server, plain};

const PROGRAM: &str = env!("CARGO_BIN_EXE_smoke-check");

/// A server with one environment named `production`, and these probes.
fn ground(test: &str, probes: &str) -> Option<Ground> {
    let ground = Ground::new(test, PROGRAM)?;
    ground.config(&format!(
        "version: 1\nenvironments:\n  production:\n    hosts: [\"{}\"]\n    path: {}\n    command: {{ restart: [true] }}\nprobes:\n{probes}",
        ground.host(),
        ground.site().display()
    ));
    Some(ground)
}

fn smoke(ground: &Ground, args: &[&str]) -> Outcome {
    ground.tool(&[&["run"], args].concat()).run().unwrap()
}

#[test]
fn commands_and_files_are_looked_at_where_the_environment_is() {
    let probes = "  beat: { file-age: run/beat, max-age: 1h, body: tick }\n  check: { command: [sh, -c, 'cat VERSION; pwd'], body: [1.2.3, site] }\n  \
                  bad: { command: [sh, -c, 'echo pool is empty >&2; exit 4'] }\n  none: { command: [./nothing] }\n";
    let Some(ground) = ground("on_host::files", probes) else { return };
    fs::create_dir(ground.site().join("run")).unwrap();
    fs::write(ground.site().join("run/beat"), "tick\n").unwrap();
    fs::write(ground.site().join("VERSION"), "1.2.3\n").unwrap();
    let good = smoke(&ground, &["--probe", "beat,check"]);
    good.expect(0);
    let bad = smoke(&ground, &["--probe", "beat,bad,none"]);
    bad.expect(10);
    assert_eq!(verdict(&bad).1, ["command-failed", "command-missing"], "{bad}");
    assert!(finding(&bad, "command-failed")["fact"].as_str().unwrap().contains("exit code 4: pool is empty"));
    assert!(report(&bad)["excerpts"].to_string().contains("pool is empty"), "{bad}");
    let typed = smoke(&ground, &["--file-age", "run/beat", "--max-age", "1h", "--body-contains", "tock"]);
    typed.expect(10);
    assert_eq!(verdict(&typed).1, ["wrong-body"], "{typed}");
    assert_eq!(smoke(&ground, &["--body-contains", "tock"]).status.code(), Some(2));
}

#[test]
fn a_command_that_hangs_is_ended_with_everything_it_started() {
    let Some(ground) =
        ground("on_host::hung", "  hung: { command: [sh, -c, 'sleep 987 & echo started; sleep 987'] }\n")
    else {
        return;
    };
    let began = Instant::now();
    let hung = smoke(&ground, &["--timeout", "1s"]);
    hung.expect(10);
    assert_eq!(verdict(&hung).1, ["timeout"], "{hung}");
    assert!(finding(&hung, "timeout")["fact"].as_str().unwrap().contains("it said last: started"), "{hung}");
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(sleepers("987"), 0);
}

/// Processes whose command line is this sleep.
fn sleepers(seconds: &str) -> usize {
    let line = format!("sleep\0{seconds}\0");
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter(|entry| fs::read(entry.path().join("cmdline")).is_ok_and(|text| text == line.as_bytes()))
        .count()
}

#[test]
fn a_client_or_a_line_that_goes_leaves_nothing_running() {
    let Some(ground) = ground("on_host::gone", "  hung: { command: [sleep, '976'], timeout: 5m }\n") else {
        return;
    };
    let mut client = ground.spawn(&ground.tool(&["run"]));
    wait_until("the command", Duration::from_secs(30), || (sleepers("976") > 0).then_some(())).unwrap();
    client.kill().unwrap();
    client.wait().unwrap();
    wait_until("its end", Duration::from_secs(30), || (sleepers("976") == 0).then_some(())).unwrap();
    let run = ground.tool(&["run"]);
    let running = std::thread::spawn(move || run.run().unwrap());
    wait_until("the command", Duration::from_secs(30), || (sleepers("976") > 0).then_some(())).unwrap();
    ground.sshd.cut();
    let cut = running.join().unwrap();
    cut.expect(1);
    assert_eq!(verdict(&cut).0, "undetermined", "{cut}");
    wait_until("its end", Duration::from_secs(30), || (sleepers("976") == 0).then_some(())).unwrap();
}

#[test]
fn an_address_is_asked_from_the_host_with_its_secrets() {
    let answer = plain(200, "", r#"{"status":"ok","version":"1.2.3"}"#);
    let server = Server::saying(answer);
    let probes = format!(
        "  web:\n    http: \"http://{{host}}:{}/health\"\n    via: ssh\n    within: 10s\n    json: {{ /status: ok }}\n    version: {{ json: /version }}\n    \
         send: {{ Authorization: {{ env: HEALTH_TOKEN }} }}\n",
        server.port()
    );
    let Some(ground) = ground("on_host::via", &probes) else { return };
    let token = "t0ken-of-the-health-page";
    let run = |version: &str| {
        let args = ["run", "--expect-version", version, "--within", "2s"];
        ground.tool(&args).env("HEALTH_TOKEN", token).run().unwrap()
    };
    let good = run("1.2.3");
    good.expect(0);
    assert_eq!(server.connections(), 3, "the host asked three times in a row");
    assert_eq!(report(&good)["outputs"]["version"], "1.2.3");
    let old = run("1.3.0");
    old.expect(10);
    assert_eq!(verdict(&old).1, ["wrong-version"], "{old}");
    assert!(!format!("{old}").contains(token));
    assert_eq!(
        smoke(&ground, &[]).status.code(),
        Some(2),
        "the variable is missing, and nobody was contacted"
    );
    let url = format!("http://127.0.0.1:{}/", server.port());
    let typed = smoke(
        &ground,
        &[
            "--url",
            &url,
            "--via",
            "ssh",
            "--request-header",
            "Authorization: Bearer abcdefgh",
            "--status",
            "200",
        ],
    );
    typed.expect(0);
}

#[test]
fn without_a_way_to_the_host_nothing_passes() {
    let Some(ground) = ground("on_host::key", "  check: { command: ['true'] }\n") else { return };
    let (other, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made =
        Run::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(other.path().join("key"));
    made.ok().unwrap();
    let key = fs::read_to_string(other.path().join("key")).unwrap();
    let wrong = ground.tool(&["run"]).env("SSH_PRIVATE_KEY", key).env("HOME", dir.path()).run().unwrap();
    wrong.expect(1);
    assert_eq!(verdict(&wrong).0, "undetermined", "{wrong}");
    let here = ground.tool(&["run", "--ssh-host", "local", "--deploy-path", "/"]).run().unwrap();
    here.expect(0);
}

const SHELL: &str = "shiplane-shell:1";

/// A shell that needs nothing around it, as an image.
fn shell(docker: &Docker) -> Result<(), Missing> {
    let missing = || Missing::new("no static busybox on this machine", "apt-get install busybox-static");
    let busybox = find_program("busybox").ok_or_else(missing)?;
    if Run::new("ldd").arg(&busybox).run().is_ok_and(|ldd| ldd.status.success()) {
        return Err(missing());
    }
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("bin")).unwrap();
    fs::copy(&busybox, dir.path().join("bin/sh")).unwrap();
    std::os::unix::fs::symlink("sh", dir.path().join("bin/sleep")).unwrap();
    let tar = dir.path().join("image.tar");
    Run::new("tar").args(["-cf"]).arg(&tar).arg("-C").arg(dir.path()).arg("bin").ok().unwrap();
    docker.docker(&["import", &tar.to_string_lossy(), SHELL]).ok().unwrap();
    Ok(())
}

const COMPOSE: &str = r#"version: "2.4"
services:
  web:
    image: shiplane-shell:1
    command: ["/bin/sh", "-c", "while :; do sleep 1; done"]
    stop_grace_period: 0s
  loop:
    image: shiplane-shell:1
    restart: always
    environment: { API_TOKEN: "s3cr3tvalue99" }
    command: ["/bin/sh", "-c", "echo dying with s3cr3tvalue99; sleep 2; exit 7"]
    stop_grace_period: 0s
  migrate:
    image: shiplane-shell:1
    command: ["/bin/sh", "-c", "exit 0"]
  sick:
    image: shiplane-shell:1
    command: ["/bin/sh", "-c", "while :; do sleep 1; done"]
    healthcheck: { test: ["CMD", "/bin/sh", "-c", "exit 1"], interval: 1s, retries: 1 }
    stop_grace_period: 0s
"#;

#[test]
fn containers_are_told_as_they_are() {
    let test = "on_host::containers";
    let Some(ground) = Ground::new(test, PROGRAM) else { return };
    let Some(docker) = need(test, Docker::available()) else { return };
    if need(test, shell(&docker)).is_none() {
        return;
    }
    let project = format!("onhost-{}-{}", std::process::id(), ground.port);
    let _guard = docker.guard(&project, &format!("nothing:{project}"));
    ground.config(&format!(
        "version: 1\nproject: {project}\nenvironments:\n  production:\n    hosts: [\"{}\"]\n    path: {}\n    compose: docker-compose.yml\n",
        ground.host(),
        ground.site().display()
    ));
    fs::write(ground.site().join("docker-compose.yml"), COMPOSE).unwrap();
    docker.compose(&project, &ground.site(), &["up", "-d"]).ok().unwrap();

    let well = smoke(&ground, &["--containers", "web,migrate", "--one-shot", "migrate"]);
    well.expect(0);
    let all = smoke(&ground, &["--containers", "all", "--one-shot", "migrate", "--within", "20s"]);
    all.expect(10);
    assert!(verdict(&all).1.contains(&"container-unhealthy".to_owned()), "{all}");
    assert!(verdict(&all).1.contains(&"container-restarting".to_owned()), "{all}");
    let told = report(&all)["excerpts"].to_string();
    assert!(told.contains("dying with ***") && !told.contains("s3cr3tvalue99"), "{all}");
    for within in ["1s", "30s"] {
        let looping = smoke(&ground, &["--containers", "loop", "--within", within]);
        looping.expect(10);
        let codes = verdict(&looping).1;
        assert!(codes[0] == "container-restarting" || codes[0] == "container-unsteady", "{looping}");
    }
    let gone = smoke(&ground, &["--containers", "web,worker"]);
    assert_eq!(verdict(&gone).1, ["container-missing"], "{gone}");
    let ended = smoke(&ground, &["--containers", "migrate"]);
    assert_eq!(verdict(&ended).1, ["container-exited"], "{ended}");
    let none =
        smoke(&ground, &["--containers", "all", "--deploy-path", "/nowhere", "--environment", "production"]);
    assert_eq!(none.status.code(), Some(10), "{none}");
}
