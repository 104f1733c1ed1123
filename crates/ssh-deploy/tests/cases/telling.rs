//! What a run tells and what it never tells: outputs, summary, facts, secrets.

use std::fs;
use std::path::Path;

use shiplane_testkit::process::Run;

use shiplane_testkit::ground::{Ground, report, verdict};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// Every file below a directory whose bytes hold the text.
fn holding(dir: &Path, text: &str) -> Vec<String> {
    let found = Run::new("grep").args(["-rlF", "--", text]).arg(dir).run().unwrap();
    assert!(found.code() < 2, "{found}");
    found.stdout.lines().map(str::to_owned).collect()
}

fn command_lines() -> Vec<Vec<u8>> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok()).collect()
}

#[test]
fn every_path_writes_outputs_and_summary() {
    let Some(ground) = Ground::new("telling::paths", PROGRAM) else { return };
    let check = |wanted: &str| {
        let (outputs, summary) = (ground.outputs(), ground.summary());
        for name in ["verdict", "codes", "json"] {
            assert!(outputs.contains(&format!("{name}<<")), "{wanted}: no {name} in {outputs}");
        }
        assert!(outputs.contains(wanted) && summary.contains(wanted), "{wanted}\n{outputs}\n{summary}");
    };
    ground.deploy(&ground.head(), "1.0.0").arg("--dry-run").run().unwrap().expect(0);
    check("planned");
    ground.deploy(&ground.head(), "1.0.0").run().unwrap().expect(0);
    check("deployed");
    assert!(ground.outputs().contains("release<<") && ground.outputs().contains("previous<<"));
    ground.tool(&["history"]).run().unwrap().expect(0);
    check("listed");
    ground.deploy("0123456789", "1.0.0").run().unwrap().expect(10);
    check("refused");
    ground.deploy("nonsense", "1.0.0").run().unwrap().expect(2);
    check("usage");
    ground.deploy(&ground.head(), "1.0.0").env("SHIPLANE_KNOWN_HOSTS", "").run().unwrap().expect(1);
    check("undetermined");
}

#[test]
fn people_read_text_and_programs_read_one_json_object() {
    let Some(ground) = Ground::new("telling::format", PROGRAM) else { return };
    let text = ground.deploy(&ground.head(), "1.0.0").env("SHIPLANE_FORMAT", "text").run().unwrap();
    text.expect(0);
    assert!(text.stdout.contains("deployed") && text.stdout.contains("1.0.0"), "{text}");
    let json = ground.deploy(&ground.head(), "1.0.0").run().unwrap();
    assert_eq!(report(&json)["tool"], "ssh-deploy");
    let step =
        ground.deploy(&ground.head(), "1.0.0").env("SHIPLANE_FORMAT", "text").env("GITHUB_ACTIONS", "true");
    let step = step.run().unwrap();
    let groups = step.stdout.lines().filter(|line| line.starts_with("::group::")).count();
    let ends = step.stdout.lines().filter(|line| *line == "::endgroup::").count();
    assert!(groups > 5 && groups == ends, "{step}");
}

#[test]
fn recorded_facts_decide_the_same_with_no_host_and_hold_no_secret() {
    let Some(ground) = Ground::new("telling::facts", PROGRAM) else { return };
    ground.live("1.0.0");
    let key = ground.sshd.client_key().private_text().unwrap();
    let body = key.lines().nth(1).unwrap();
    let deploy = |version: &str, args: &[&str]| ground.deploy(&ground.head(), version).args(args);
    deploy("1.0.0", &["--dry-run", "--save-facts", "facts.json"]).run().unwrap().expect(0);
    let facts = fs::read_to_string(ground.dir.path().join("facts.json")).unwrap();
    assert!(!facts.contains(body) && !facts.contains("PRIVATE KEY"), "{facts}");
    let away = |run: Run| run.env("SSH_HOST", "deploy@127.0.0.1:1").run().unwrap();
    let replayed = away(deploy("1.0.0", &["--dry-run", "--facts", "facts.json"]));
    replayed.expect(0);
    assert_eq!(verdict(&replayed), ("planned".to_owned(), vec!["already-live".to_owned()]), "{replayed}");
    let plain = ground.sshd.home().display().to_string();
    let place = ["--deploy-path", &plain, "--save-facts", "refused.json"];
    let refused = deploy("1.0.0", &place).run().unwrap();
    refused.expect(10);
    let again = away(deploy("1.0.0", &["--deploy-path", &plain, "--facts", "refused.json"]));
    again.expect(10);
    assert_eq!(verdict(&again), verdict(&refused));
    assert_eq!(report(&again)["findings"], report(&refused)["findings"]);
}

#[test]
fn the_key_is_in_no_command_line_no_output_and_no_file_on_the_server() {
    let Some(ground) = Ground::new("telling::key", PROGRAM) else { return };
    let key = ground.sshd.client_key().private_text().unwrap();
    let body = key.lines().nth(1).unwrap().to_owned();
    let gate = ground.sshd.home().join("gate");
    let script = format!("until test -e {}; do sleep 0.02; done; env", gate.display());
    let build = serde_json::to_string(&["sh", "-c", &script]).unwrap();
    ground.config(
        &ground.config_text().replace("    command:\n", &format!("    command:\n      build: {build}\n")),
    );
    for host in [ground.host(), "local".to_owned()] {
        fs::remove_file(&gate).ok();
        let run =
            ground.deploy(&ground.head(), "1.0.0").env("SSH_HOST", &host).env("SHIPLANE_VERBOSE", "true");
        let before = ground.runs();
        let running = std::thread::spawn(move || run.run().unwrap());
        ground.wait_for_event(&before, r#"{"began":"build release"}"#);
        let lines = command_lines();
        assert!(
            lines.iter().any(|line| line.windows(10).any(|part| part == b"worker\0run")),
            "the worker is seen"
        );
        assert!(!lines.iter().any(|line| String::from_utf8_lossy(line).contains(&body)));
        fs::write(&gate, "").unwrap();
        let outcome = running.join().unwrap();
        outcome.expect(0);
        let said = outcome.stdout + &outcome.stderr + &ground.outputs() + &ground.summary();
        assert!(said.contains("SHIPLANE_RELEASE="), "the build printed its environment: {said}");
        assert!(!said.contains(&body), "{host}");
    }
    assert_eq!(holding(&ground.sshd.home(), &body), Vec::<String>::new());
    assert_eq!(holding(&ground.site(), "PRIVATE KEY"), Vec::<String>::new());
}
