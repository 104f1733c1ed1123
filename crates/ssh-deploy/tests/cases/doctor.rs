//! The doctor on a real way to a real host: what it finds, and that it leaves everything as it was.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use shiplane_testkit::ground::{Ground, finding, report, verdict};
use shiplane_testkit::process::{Outcome, Run, free_port};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

fn doctor(ground: &Ground) -> Run {
    ground.tool(&["doctor"])
}

/// Verdict and exit code.
#[track_caller]
fn is(outcome: &Outcome, exit: i32, word: &str) {
    outcome.expect(exit);
    assert_eq!(verdict(outcome).0, word, "{outcome}");
}

/// Every file with its bytes and times; the worker's own folder excepted.
fn tree(dir: &Path) -> String {
    let script = "cd \"$1\" && find . -path ./.cache/shiplane -prune -o -printf '%p %m %s %T@\\n' | \
                  grep -v -e '^\\. ' -e '^./.cache ' | sort; \
                  find . -path ./.cache -prune -o -type f -print0 | sort -z | xargs -0 sha256sum";
    Run::new("sh").args(["-c", script, "sh"]).arg(dir).ok().unwrap().stdout
}

#[test]
fn an_empty_variable_is_no_trouble_where_the_config_says_it() {
    let Some(ground) = Ground::new("doctor::empty", PROGRAM) else { return };
    let empty = ["SSH_HOST", "SSH_USERNAME", "SSH_PORT", "DEPLOY_PATH"];
    let run = empty.iter().fold(doctor(&ground), |run, name| run.env(name, ""));
    is(&run.run().unwrap(), 0, "well");
    // Without the config's word it is the cause.
    let text = ground.config_text();
    let (host, user) = (ground.host(), ground.sshd.user());
    ground.config(&text.replace(&host, host.trim_start_matches(&format!("{user}@"))));
    let run = doctor(&ground).env("SSH_USERNAME", "").run().unwrap();
    assert!(finding(&run, "secret-empty")["fact"].as_str().unwrap().contains("SSH_USERNAME"), "{run}");
}

#[test]
fn all_is_well_and_nothing_is_changed() {
    let Some(ground) = Ground::new("doctor::well", PROGRAM) else { return };
    let (home, origin) = (tree(&ground.sshd.home()), tree(ground.origin.dir()));
    let outcome = doctor(&ground).args(["--commit", &ground.head()]).run().unwrap();
    is(&outcome, 0, "well");
    assert_eq!(tree(&ground.sshd.home()), home);
    assert_eq!(tree(ground.origin.dir()), origin);
    let count = report(&outcome)["findings"].as_array().unwrap().len();
    println!("{count} checks");
    assert!(count >= 20, "{outcome}");
    finding(&outcome, "origin");
    assert!(finding(&outcome, "commit")["fact"].as_str().unwrap().contains("on the host"));
    let fingerprint = ground.sshd.host_keys()[0].fingerprint();
    assert!(finding(&outcome, "host-key")["fact"].as_str().unwrap().contains(fingerprint));
}

#[test]
fn each_stage_that_fails_is_told_apart_and_what_lies_behind_is_not_passed() {
    let Some(ground) = Ground::new("doctor::stages", PROGRAM) else { return };
    let user = ground.sshd.user().to_owned();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let web = silent.local_addr().unwrap().port();
    let talker = std::thread::spawn(move || {
        for stream in silent.incoming().take(1) {
            use std::io::Write as _;
            stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        }
    });
    let stranger = shiplane_testkit::sshd::Key::generate(
        ground.dir.path(),
        "stranger",
        shiplane_testkit::sshd::KeyKind::Ed25519,
    );
    let stranger = stranger.unwrap().private_text().unwrap();
    let cases = [
        (doctor(&ground).env("SSH_HOST", format!("{user}@no-such-host.invalid")), "host-unresolved"),
        (doctor(&ground).env("SSH_HOST", format!("{user}@127.0.0.1:{}", free_port())), "host-unreachable"),
        (doctor(&ground).env("SSH_HOST", format!("{user}@127.0.0.1:{web}")), "host-not-ssh"),
        (doctor(&ground).env("SHIPLANE_KNOWN_HOSTS", ""), "host-key-unknown"),
        (doctor(&ground).env("SSH_PRIVATE_KEY", stranger), "auth-refused"),
        (doctor(&ground).env("SSH_PRIVATE_KEY", "ssh-ed25519 AAAA"), "key-invalid"),
        (doctor(&ground).env("SSH_PRIVATE_KEY", ""), "secret-empty"),
    ];
    for (run, code) in cases {
        let outcome = run.run().unwrap();
        is(&outcome, 10, "ill");
        finding(&outcome, code);
        assert_eq!(finding(&outcome, "not-reached")["level"], "unknown", "{outcome}");
        assert!(!outcome.stdout.contains("\"worker\""), "{outcome}");
    }
    talker.join().unwrap();
}

#[test]
fn a_key_that_was_bent_is_repaired_and_told() {
    let Some(ground) = Ground::new("doctor::bent", PROGRAM) else { return };
    let key = ground.sshd.client_key().private_text().unwrap();
    for (bent, word) in [(key.replace('\n', "\r\n"), "CRLF"), (key.trim_end().to_owned(), "no newline")] {
        let outcome = doctor(&ground).env("SSH_PRIVATE_KEY", bent).run().unwrap();
        is(&outcome, 0, "well");
        assert!(finding(&outcome, "key-repaired")["fact"].as_str().unwrap().contains(word), "{outcome}");
    }
}

#[test]
fn an_encrypted_default_key_asks_for_its_passphrase_by_name() {
    let Some(ground) = Ground::new("doctor::locked", PROGRAM) else { return };
    let folder = ground.dir.path().join("home/.ssh");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("id_ed25519");
    Run::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "sesame", "-f"]).arg(&file).ok().unwrap();
    let outcome = doctor(&ground).env("SSH_PRIVATE_KEY", "").run().unwrap();
    is(&outcome, 10, "ill");
    let found = finding(&outcome, "passphrase-missing");
    assert!(found["fact"].as_str().unwrap().contains("id_ed25519"), "{outcome}");
}

#[test]
fn the_dotenv_is_held_against_its_example_and_a_deploy_is_stopped_by_it() {
    let Some(ground) = Ground::new("doctor::dotenv", PROGRAM) else { return };
    let text =
        ground.config_text().replace("    command:\n", "    env-example: .env.example\n    command:\n");
    ground.config(&text);
    fs::write(ground.site().join(".env.example"), "SECRET_KEY=\nTELEGRAM_TOKEN=\n").unwrap();
    fs::write(ground.site().join(".env"), "SECRET_KEY=hunter2hunter2\nEMPTY=\n").unwrap();
    let outcome = doctor(&ground).run().unwrap();
    is(&outcome, 10, "ill");
    assert!(finding(&outcome, "env-keys-missing")["fact"].as_str().unwrap().contains("TELEGRAM_TOKEN"));
    finding(&outcome, "env-world-readable");
    finding(&outcome, "env-empty");
    assert!(!outcome.stdout.contains("hunter2"), "{outcome}");
    let before = tree(&ground.sshd.home());
    let refused = ground.deploy(&ground.head(), "1.0.0").run().unwrap();
    is(&refused, 10, "refused");
    finding(&refused, "env-keys-missing");
    assert_eq!(tree(&ground.sshd.home()), before);
    // A deploy asks for the keys of the commit to come.
    let whole = "SECRET_KEY=hunter2hunter2\nTELEGRAM_TOKEN=x\nPORT=1\n";
    fs::write(ground.site().join(".env"), whole).unwrap();
    is(&ground.deploy(&ground.head(), "1.0.0").run().unwrap(), 0, "deployed");
}

#[test]
fn a_remote_that_the_host_cannot_read_is_told_with_its_cause_and_no_token() {
    let Some(ground) = Ground::new("doctor::origin", PROGRAM) else { return };
    let set = |url: &str| {
        Run::new("git")
            .args(["-C"])
            .arg(ground.site())
            .args(["remote", "set-url", "origin", url])
            .ok()
            .unwrap();
    };
    set("/nowhere/at/all.git");
    finding(&doctor(&ground).run().unwrap(), "origin-not-found");
    set(&format!("ssh://git@127.0.0.1:{}/shop.git", ground.sshd.port()));
    finding(&doctor(&ground).run().unwrap(), "origin-host-key");
    set(&format!("https://user:hunter2hunter2@127.0.0.1:{}/shop.git", free_port()));
    let outcome = doctor(&ground).run().unwrap();
    finding(&outcome, "origin-unreachable");
    assert!(!outcome.stdout.contains("hunter2"), "{outcome}");
}

#[test]
fn secrets_that_arrive_empty_are_named_and_records_say_the_same_again() {
    let Some(ground) = Ground::new("doctor::secrets", PROGRAM) else { return };
    let text =
        ground.config_text().replace("    command:\n", "    secrets: [SMTP_TOKEN, OTHER]\n    command:\n");
    ground.config(&text);
    let run = doctor(&ground).env("SMTP_TOKEN", "").env("OTHER", "hunter2hunter2");
    let outcome = run.args(["--save-facts", "facts.json"]).run().unwrap();
    is(&outcome, 10, "ill");
    assert!(finding(&outcome, "secret-empty")["fact"].as_str().unwrap().contains("SMTP_TOKEN"));
    let facts = fs::read_to_string(ground.dir.path().join("facts.json")).unwrap();
    assert!(!facts.contains("hunter2") && !facts.contains("PRIVATE KEY"), "{facts}");
    let again = doctor(&ground).args(["--facts", "facts.json"]).env("SSH_HOST", "nobody@127.0.0.1:1");
    let again = again.run().unwrap();
    is(&again, 10, "ill");
    let deployed = ground.deploy(&ground.head(), "1.0.0").env("SMTP_TOKEN", "").run().unwrap();
    is(&deployed, 10, "refused");
}
