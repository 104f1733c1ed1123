//! Asked wrongly, or of a host that is not as it should be: a clear error, its exit code, nothing changed.

use std::fs;

use serde_json::Value;
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::process::{Outcome, free_port};
use shiplane_testkit::sshd::{Key, KeyKind};

use shiplane_testkit::ground::{Ground, finding, report, verdict};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");
const FULL: &str = "0123456789abcdef0123456789abcdef01234567";

/// Exit code, the one code, and outputs and summary on this path, too.
#[track_caller]
fn refused(ground: &Ground, run: &Outcome, wanted: (i32, &str)) -> Value {
    run.expect(wanted.0);
    assert_eq!(verdict(run).1, [wanted.1], "{run}");
    assert!(ground.outputs().contains(wanted.1), "{}", ground.outputs());
    assert!(ground.summary().contains(wanted.1), "{}", ground.summary());
    assert_eq!(ground.answers(), None, "something was started");
    finding(run, wanted.1)
}

#[track_caller]
fn untouched(ground: &Ground) {
    assert!(!ground.state().exists(), "the server has a state directory");
    assert!(!ground.site().join("current").exists());
}

#[test]
fn who_the_host_is_and_who_we_are_is_checked() {
    let Some(ground) = Ground::new("bad_input::keys", PROGRAM) else { return };
    let deploy = || ground.deploy(&ground.head(), "1.0.0");
    let unknown = deploy().env("SHIPLANE_KNOWN_HOSTS", "").run().unwrap();
    let found = refused(&ground, &unknown, (1, "host-key-unknown"));
    let line = ground.sshd.host_keys()[0].public_line().split(' ').nth(1).unwrap().to_owned();
    assert!(found["help"].as_str().unwrap().contains(&line), "the help has the line to add: {found}");
    let stranger = Key::generate(ground.dir.path(), "stranger", KeyKind::Ed25519).unwrap();
    let other = format!("[127.0.0.1]:{} {}\n", ground.sshd.port(), stranger.public_line());
    let changed = deploy().env("SHIPLANE_KNOWN_HOSTS", other).run().unwrap();
    refused(&ground, &changed, (1, "host-key-changed"));
    let wrong = deploy().env("SSH_PRIVATE_KEY", stranger.private_text().unwrap()).run().unwrap();
    refused(&ground, &wrong, (1, "auth-refused"));
    let public = deploy().env("SSH_PRIVATE_KEY", stranger.public_line()).run().unwrap();
    refused(&ground, &public, (2, "key-invalid"));
    let none = deploy().env("SSH_PRIVATE_KEY", "").run().unwrap();
    refused(&ground, &none, (2, "key-missing"));
    let file = deploy().env("SSH_PRIVATE_KEY", "").args(["--ssh-key-file", "no/such/file"]).run().unwrap();
    refused(&ground, &file, (2, "key-invalid"));
    untouched(&ground);
}

#[test]
fn a_host_that_is_not_there_is_not_found_out() {
    let Some(ground) = Ground::new("bad_input::host", PROGRAM) else { return };
    let deploy = |host: &str| ground.deploy(&ground.head(), "1.0.0").env("SSH_HOST", host).run().unwrap();
    let nobody = deploy(&format!("deploy@127.0.0.1:{}", free_port()));
    refused(&ground, &nobody, (1, "host-unreachable"));
    refused(&ground, &deploy("deploy@no such host"), (2, "host-invalid"));
    refused(&ground, &deploy(&format!("deploy@{}.example", "a".repeat(64))), (1, "host-unresolved"));
    untouched(&ground);
}

#[test]
fn what_is_asked_is_checked_before_anything_is_contacted() {
    let Some(ground) = Ground::new("bad_input::usage", PROGRAM) else { return };
    let tool = |args: &[&str]| ground.tool(args).env("SSH_HOST", "deploy@127.0.0.1:1").run().unwrap();
    refused(&ground, &tool(&["deploy"]), (2, "commit-missing"));
    let empty = ground.tool(&["deploy"]).env("SHIPLANE_COMMIT", "").env("GITHUB_SHA", " \n").run().unwrap();
    refused(&ground, &empty, (2, "commit-missing"));
    for wrong in ["main", "v1.0.0", "abc123", "--upload-pack=x", "0123456789abcdef0123456789abcdef0123456g"] {
        refused(&ground, &tool(&["deploy", &format!("--commit={wrong}")]), (2, "commit-invalid"));
    }
    let deploy = ["deploy", "--commit", FULL];
    let more = |args: &[&str]| tool(&[&deploy[..], args].concat());
    refused(&ground, &more(&["--environment", "staging"]), (2, "unknown-environment"));
    refused(&ground, &more(&["--deploy-path", "relative/path"]), (2, "path-invalid"));
    refused(&ground, &more(&["--deploy-path", "/srv/../etc"]), (2, "path-invalid"));
    refused(&ground, &more(&["--ssh-port", "70000"]), (2, "usage"));
    refused(&ground, &more(&["--config", "no/such.yml"]), (2, "config-unreadable"));
    refused(&ground, &more(&["--facts", "no/such.json"]), (2, "facts-unreadable"));
    untouched(&ground);
}

#[test]
fn a_mistake_in_the_config_is_shown_where_it_is() {
    let Some(ground) = Ground::new("bad_input::config", PROGRAM) else { return };
    let good = ground.config_text();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{good}");
        ground.config(&good.replacen(from, to, 1));
        ground.deploy(&ground.head(), "1.0.0").run().unwrap()
    };
    let unknown = with("    path:", "    pathe:");
    unknown.expect(2);
    let found = &report(&unknown)["findings"][0];
    let text = found.to_string();
    assert!(text.contains("pathe") && text.contains("`path`") && text.contains(":5:5"), "{text}");
    assert_eq!(found["place"]["line"], 5, "{text}");
    let cases = [
        ("    within: 5s", "    within: soon", "soon"),
        ("smoke: [web]", "smoke: [wep]", "wep"),
        ("      restart:", "      start:", "restart"),
        ("    hosts: [", "    hosts: ['a@b:99999', ", "99999"),
    ];
    for (from, to, word) in cases {
        let run = with(from, to);
        run.expect(2);
        assert!(report(&run)["findings"].to_string().contains(word), "{run}");
    }
    untouched(&ground);
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let Some(ground) = Ground::new("bad_input::argv", PROGRAM) else { return };
    for option in ["--ssh-private-key", "--ssh-passphrase"] {
        let run = ground.deploy(&ground.head(), "1.0.0").args([option, "s3cret-words"]).run().unwrap();
        let found = refused(&ground, &run, (2, "secret-in-argv"));
        assert!(found["fact"].as_str().unwrap().contains(option), "{found}");
        let said = run.stdout + &run.stderr + &ground.outputs() + &ground.summary();
        assert!(!said.contains("s3cret-words"), "{said}");
    }
    untouched(&ground);
}

#[test]
fn a_commit_that_does_not_exist_changes_nothing() {
    let Some(ground) = Ground::new("bad_input::commit", PROGRAM) else { return };
    let first = ground.live("1.0.0");
    let link = fs::read_link(ground.site().join("current")).unwrap();
    let unpushed = ground.work.commit("feat: never pushed").unwrap();
    for commit in [FULL, &unpushed, &FULL[..9]] {
        let run = ground.deploy(commit, "9.9.9").run().unwrap();
        run.expect(10);
        assert_eq!(verdict(&run), ("refused".to_owned(), vec!["commit-not-found".to_owned()]), "{run}");
        assert_eq!(report(&run)["outputs"]["commit"], first.as_str());
    }
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    assert_eq!(fs::read_link(ground.site().join("current")).unwrap(), link);
    fs::rename(ground.origin.dir(), ground.dir.path().join("away")).unwrap();
    let run = ground.deploy(FULL, "9.9.9").run().unwrap();
    run.expect(10);
    assert_eq!(verdict(&run).1, ["origin-not-found"], "{run}");
}

#[test]
fn a_directory_that_is_not_ready_is_refused_with_every_reason() {
    let Some(ground) = Ground::new("bad_input::path", PROGRAM) else { return };
    let at = |path: &str| {
        let path = ground.sshd.home().join(path).display().to_string();
        ground.deploy(&ground.head(), "1.0.0").args(["--deploy-path", &path]).run().unwrap()
    };
    refused(&ground, &at("nowhere"), (10, "path-missing"));
    fs::create_dir(ground.sshd.home().join("plain")).unwrap();
    refused(&ground, &at("plain"), (10, "no-repository"));
    refused(&ground, &at("site/.git/refs"), (10, "no-repository"));
    let orphan = shiplane_testkit::git::GitRepo::init(ground.sshd.home().join("orphan")).unwrap();
    orphan.commit("chore: alone").unwrap();
    refused(&ground, &at("orphan"), (10, "no-origin"));
    let damaged = ground.sshd.home().join("damaged");
    ground.origin.clone_to(&damaged).unwrap();
    fs::write(damaged.join(".git/HEAD"), "nonsense\n").unwrap();
    refused(&ground, &at("damaged"), (10, "repository-unreadable"));
    untouched(&ground);
    for name in ["plain", "orphan", "damaged"] {
        assert!(!ground.sshd.home().join(name).join(".shiplane").exists(), "{name}");
    }
}

#[test]
fn an_empty_clone_takes_its_first_release() {
    let Some(ground) = Ground::new("bad_input::empty", PROGRAM) else { return };
    let empty = shiplane_testkit::git::GitRepo::init(ground.sshd.home().join("empty")).unwrap();
    empty.git(&["remote", "add", "origin", &ground.origin.dir().to_string_lossy()]).unwrap();
    let path = empty.dir().display().to_string();
    let run = ground.deploy(&ground.head(), "1.0.0").args(["--deploy-path", &path]).run().unwrap();
    run.expect(0);
    assert!(finding(&run, "repository")["fact"].as_str().unwrap().contains("nothing checked out"), "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
}

#[test]
fn edits_on_the_server_are_not_lost_to_compose() {
    let Some(ground) = Ground::new("bad_input::dirty", PROGRAM) else { return };
    let compose = ground.config_text().replace(
        &format!("command:\n      restart: {}", serde_json::to_string(&ground.restart()).unwrap()),
        "compose: [docker-compose.yml]",
    );
    ground.config(&compose);
    let edited = ground.site().join("CHANGELOG.md");
    fs::write(&edited, "somebody's work\n").unwrap();
    let commit = ground.release(&AppRelease::good("1.1.0"));
    let run = ground.deploy(&commit, "1.1.0").arg("--dry-run").run().unwrap();
    let found = finding(&run, "dirty-tree");
    assert_eq!(found["level"], "warning", "they are set aside");
    assert!(found["fact"].as_str().unwrap().contains("1 tracked files"), "{found}");
    assert!(found["fact"].as_str().unwrap().contains("CHANGELOG.md"), "{found}");
    assert_eq!(fs::read_to_string(&edited).unwrap(), "somebody's work\n");
    untouched(&ground);
}
