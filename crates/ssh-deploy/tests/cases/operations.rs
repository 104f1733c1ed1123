//! Restart, logs, status, history and setup on a real server without Docker.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::ground::{Ground, PATIENCE, finding, report, verdict};
use shiplane_testkit::process::{Run, wait_until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// A value that an output holds as JSON.
#[track_caller]
fn output(report: &Value, name: &str) -> Value {
    serde_json::from_str(report["outputs"][name].as_str().unwrap()).unwrap()
}

/// The lines of all drawings.
fn drawn(report: &Value) -> String {
    let drawings = report["drawings"].as_array().into_iter().flatten();
    let lines = drawings.flat_map(|drawing| drawing["lines"].as_array().unwrap().clone());
    lines.map(|line| line.as_str().unwrap().to_owned() + "\n").collect()
}

#[test]
fn what_is_live_starts_again_under_the_lock_and_the_journal_tells() {
    let Some(ground) = Ground::new("operations::restart", PROGRAM) else { return };
    let restart = || ground.tool(&["restart"]).env("GITHUB_ACTOR", "ada");
    ground.live("1.0.0");
    let pid = || fs::read_to_string(ground.sshd.home().join("app.pid")).unwrap();
    let before = pid();
    let planned = restart().arg("--dry-run").run().unwrap();
    planned.expect(0);
    assert_eq!((verdict(&planned).0.as_str(), pid()), ("planned", before.clone()));
    let done = restart().run().unwrap();
    done.expect(0);
    assert_eq!(verdict(&done).0, "restarted", "{done}");
    assert_ne!(pid(), before);
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    assert_eq!(ground.last_result(), "good");
    // It starts, and does not answer as it should: the journal says what the exit code says.
    let own = ground.config_text();
    ground.config(&own.replace("/version\"\n", "/no/such/page\"\n"));
    let unwell = restart().run().unwrap();
    unwell.expect(12);
    assert_eq!(ground.last_result(), "broken", "{unwell}");
    let codes = verdict(&unwell).1;
    assert!(["proof-failed", "not-well"].iter().all(|code| codes.contains(&(*code).to_owned())), "{unwell}");
    ground.config(&own);
    restart().run().unwrap().expect(0);
    assert_eq!(ground.last_result(), "good");
    let named = restart().arg("web").run().unwrap();
    named.expect(10);
    assert_eq!(verdict(&named).1, ["unknown-service"]);
    // The program that starts it is gone: nothing comes up, and nothing can be taken back.
    let broken = ground.config_text().replace("./sample-app", "./no-such-app");
    ground.config(&broken);
    let failed = restart().run().unwrap();
    failed.expect(12);
    assert_eq!(ground.last_result(), "broken");
    let ill = ground.tool(&["status"]).run().unwrap();
    ill.expect(10);
    assert!(verdict(&ill).1.contains(&"unsettled".to_owned()), "{ill}");
}

#[test]
fn history_and_status_tell_the_story_on_one_screen_and_as_json() {
    let Some(ground) = Ground::new("operations::status", PROGRAM) else { return };
    let empty = ground.tool(&["status"]).run().unwrap();
    assert!(verdict(&empty).1.contains(&"nothing-deployed".to_owned()), "{empty}");
    let first = ground.live("1.0.0");
    let bad = ground.release(&AppRelease::stale("1.1.0", "1.0.0"));
    ground.deploy(&bad, "1.1.0").run().unwrap().expect(11);
    ground.tool(&["restart"]).env("GITHUB_ACTOR", "ada").run().unwrap().expect(0);
    let backups = ground.site().join("backups");
    fs::create_dir(&backups).unwrap();
    fs::write(backups.join("shop-1.sql.gz"), vec![0; 3000]).unwrap();

    let history = ground.tool(&["history"]).run().unwrap();
    history.expect(0);
    let told = report(&history);
    let runs = output(&told, "runs");
    let words: Vec<[&str; 3]> = runs
        .as_array()
        .unwrap()
        .iter()
        .map(|run| ["kind", "version", "result"].map(|name| run[name].as_str().unwrap()))
        .collect();
    let expected =
        [["restart", "1.0.0", "good"], ["deploy", "1.1.0", "restored"], ["deploy", "1.0.0", "good"]];
    assert_eq!(words, expected);
    assert_eq!(runs[0]["actor"], "ada");
    let began = runs[2]["began"].as_str().unwrap();
    assert!(began.len() == 20 && began.ends_with('Z') && runs[2]["seconds"].as_f64().unwrap() > 0.0);
    assert!(drawn(&told).contains("restored"), "{told:#}");
    let one = ground.tool(&["history", "--limit", "1", "--save-facts", "h.json"]).run().unwrap();
    assert_eq!(output(&report(&one), "runs").as_array().unwrap().len(), 1);
    let none = ground.tool(&["history", "--since", "1ms", "--facts", "h.json"]);
    let none = none.env("SSH_HOST", "deploy@127.0.0.1:1").run().unwrap();
    assert_eq!(output(&report(&none), "runs"), Value::Array(Vec::new()));

    let status = ground.tool(&["status", "--save-facts", "s.json"]).run().unwrap();
    status.expect(0);
    let seen = report(&status);
    assert_eq!((&seen["verdict"], &seen["outputs"]["commit"]), (&"well".into(), &first.as_str().into()));
    let screen = drawn(&seen);
    for part in ["1.0.0", "last run", "restart good", "shop-1.sql.gz", "2.9 kB", "disk ", "HTTP 200", "right"]
    {
        assert!(screen.contains(part), "{part}\n{screen}");
    }
    assert!(screen.lines().count() < 40, "{screen}");
    let data = output(&seen, "status");
    assert_eq!(data["hosts"][0]["last-run"]["kind"], "restart");
    assert_eq!(data["hosts"][0]["quarantined"][0], bad.as_str());
    assert!(data["hosts"][0]["room"]["disk_total"].as_u64().unwrap() > 0);
    let again = ground.tool(&["status", "--facts", "s.json"]).env("SSH_HOST", "x@127.0.0.1:1").run().unwrap();
    assert_eq!(report(&again)["findings"], seen["findings"]);

    Run::new("kill")
        .args(["-KILL", fs::read_to_string(ground.sshd.home().join("app.pid")).unwrap().trim()])
        .ok()
        .unwrap();
    let away = ground.tool(&["status"]).run().unwrap();
    away.expect(10);
    assert_eq!(verdict(&away).0, "ill");
}

/// A config whose commands write a log.
fn with_log(ground: &Ground, log: &str) {
    let text = ground.config_text().replace("    command:\n", &format!("    command:\n      log: {log}\n"));
    ground.config(&text);
}

#[test]
fn the_last_lines_of_a_log_come_with_secrets_taken_out_and_commands_defused() {
    let Some(ground) = Ground::new("operations::logs", PROGRAM) else { return };
    let none = ground.tool(&["logs"]).run().unwrap();
    none.expect(10);
    assert!(finding(&none, "no-log")["help"].as_str().unwrap().contains("log:"));
    let log = ground.sshd.home().join("shop.log");
    with_log(&ground, &log.display().to_string());
    let gone = ground.tool(&["logs"]).run().unwrap();
    gone.expect(1);
    assert_eq!(verdict(&gone).1, ["log-unreadable"]);
    fs::write(
        ground.site().join(".env"),
        "DB_PASSWORD=\"hunter2hunter2\"\nDATABASE=postgres://shop:s3cr3tpass@db/shop\nMODE=production\n",
    )
    .unwrap();
    let mut text: String = (1..=300).map(|number| format!("line {number} in production\n")).collect();
    text.push_str(
        "login hunter2hunter2 at postgres://shop:s3cr3tpass@db/shop\n::error::not ours\nlast \u{1b}[31m",
    );
    fs::write(&log, &text).unwrap();
    let shown = ground.tool(&["logs"]).run().unwrap();
    shown.expect(0);
    let excerpt = report(&shown)["excerpts"][0].clone();
    assert_eq!(excerpt["title"], "shop.log");
    let lines: Vec<&str> =
        excerpt["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!((lines.len(), lines[0]), (100, "line 204 in production"));
    assert_eq!(lines[97], "login *** at ***");
    assert!(!shown.stdout.contains("hunter2") && !shown.stdout.contains("s3cr3t"), "{shown}");
    assert!(lines[98].starts_with(":\u{200b}:error") && !lines[99].contains('\u{1b}'), "{lines:?}");
    for (words, count) in [(["--lines", "2"], 2), (["--lines", "all"], 303)] {
        let run = ground.tool(&["logs"]).args(words).env("SHIPLANE_FORMAT", "text").run().unwrap();
        run.expect(0);
        assert_eq!(run.stdout.lines().filter(|line| line.starts_with("shop.log | ")).count(), count, "{run}");
    }
    ground.tool(&["logs", "--lines", "some"]).run().unwrap().expect(2);
    ground.live("1.0.0");
    let run = ground.tool(&["logs", "--run", "last"]).run().unwrap();
    run.expect(0);
    let said = report(&run)["excerpts"][0]["lines"].to_string();
    assert!(said.contains("switch over done in") && said.contains("ended: good"), "{said}");
    ground.tool(&["logs", "--run", "nothing-such"]).run().unwrap().expect(10);
}

#[test]
fn following_shows_lines_as_they_come_and_ends_when_interrupted_leaving_nobody_behind() {
    let Some(ground) = Ground::new("operations::follow", PROGRAM) else { return };
    let log = ground.sshd.home().join("shop.log");
    with_log(&ground, &log.display().to_string());
    fs::write(&log, "one\n").unwrap();
    let mut child = ground.spawn(&ground.tool(&["logs", "--follow"]).env("SHIPLANE_FORMAT", "text"));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "shop.log | one"));
    let add = |text: &str| fs::write(&log, fs::read_to_string(&log).unwrap() + text).unwrap();
    add("two\n");
    assert!(lines.any(|line| line == "shop.log | two"));
    fs::rename(&log, log.with_extension("old")).unwrap();
    fs::write(&log, "three\n").unwrap();
    assert!(lines.any(|line| line == "shop.log | three"), "the log was rotated");
    Run::new("kill").args(["-INT", &child.id().to_string()]).ok().unwrap();
    assert!(child.wait().unwrap().success());
    let folder = ground.worker_folder().display().to_string();
    let left = || {
        let mut all = fs::read_dir("/proc").unwrap().flatten();
        let is_ours = all.any(|it| {
            let line = fs::read(it.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line);
            line.contains(&folder) && line.contains("worker\0logs")
        });
        (!is_ours).then_some(())
    };
    wait_until("the worker to end with its listener", PATIENCE, left).unwrap();
}

#[test]
fn a_bare_server_is_prepared_in_one_go_and_the_second_time_changes_nothing() {
    let Some(ground) = Ground::new("operations::setup", PROGRAM) else { return };
    ground.work.write(".env.example", "# keys\nPORT=80\nexport TOKEN=example\n").unwrap();
    let commit = ground.work.commit("feat: example").unwrap();
    ground.work.push().unwrap();
    let site = ground.sshd.home().join("bare/site");
    let (path, origin) = (site.display().to_string(), ground.origin.dir().display().to_string());
    let words = ["setup", "--deploy-path", &path, "--repository", &origin, "--env-example", ".env.example"];
    let states = |run: &shiplane_testkit::process::Outcome| -> Vec<String> {
        let findings = report(run)["findings"].as_array().unwrap().clone();
        findings.iter().map(|it| it["fact"].as_str().unwrap().split(':').next().unwrap().to_owned()).collect()
    };
    let planned = ground.tool(&words).arg("--dry-run").run().unwrap();
    planned.expect(0);
    assert_eq!(verdict(&planned).0, "planned", "{planned}");
    assert!(!site.exists());
    let done = ground.tool(&words).run().unwrap();
    done.expect(0);
    assert_eq!(verdict(&done).0, "prepared", "{done}");
    assert_eq!(states(&planned).len(), states(&done).len());
    let env = site.join(".env");
    assert_eq!(fs::read_to_string(&env).unwrap(), "PORT=\nTOKEN=\n");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&env), mode(&site.join(".shiplane"))), (0o600, 0o700));
    fs::write(&env, "PORT=8080\n").unwrap();
    let again = ground.tool(&words).run().unwrap();
    again.expect(0);
    assert_eq!(verdict(&again).0, "ready", "{again}");
    assert!(states(&again).iter().all(|state| state == "ready"));
    assert_eq!(fs::read_to_string(&env).unwrap(), "PORT=8080\n");
    let deploy = ["deploy", "--deploy-path", &path, "--commit", &commit, "--release-version", "1.0.0"];
    ground.tool(&deploy).run().unwrap().expect(0);
    // Another repository is somebody's decision.
    let other =
        ground.tool(&["setup", "--deploy-path", &path, "--repository", "/elsewhere.git"]).run().unwrap();
    other.expect(10);
    assert!(drawn(&report(&other)).contains("remote set-url origin /elsewhere.git"), "{other}");
}

#[test]
fn a_host_that_may_not_read_the_repository_gets_a_key_to_show_and_no_half_clone() {
    let Some(ground) = Ground::new("operations::key", PROGRAM) else { return };
    let site = ground.sshd.home().join("locked");
    let (path, port) = (site.display().to_string(), ground.sshd.port());
    let address = format!("ssh://nobody@127.0.0.1:{port}/srv/shop.git");
    let words = ["setup", "--deploy-path", &path, "--repository", &address];
    let unknown = ground.tool(&words).run().unwrap();
    unknown.expect(10);
    assert!(verdict(&unknown).1.contains(&"git-host-keys-missing".to_owned()), "{unknown}");
    let refused =
        ground.tool(&words).env("SHIPLANE_GIT_KNOWN_HOSTS", ground.sshd.known_hosts()).run().unwrap();
    refused.expect(10);
    let told = report(&refused);
    let key = told["outputs"]["deploy-key"].as_str().unwrap();
    assert!(key.starts_with("ssh-ed25519 ") && drawn(&told).contains(key), "{told:#}");
    assert!(finding(&refused, "clone-failed")["fact"].as_str().unwrap().contains("Deploy keys"));
    let private = site.join(".shiplane/deploy-key");
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!refused.stdout.contains("PRIVATE KEY") && !site.join(".git").exists());
    assert!(!site.join(".shiplane/clone.new").exists());
    let text = fs::read_to_string(&private).unwrap();
    ground.tool(&words).env("SHIPLANE_GIT_KNOWN_HOSTS", ground.sshd.known_hosts()).run().unwrap().expect(10);
    assert_eq!(fs::read_to_string(&private).unwrap(), text, "the key stays");
}
