//! A proof that is asked on the host: what it says keeps a release or takes it back.

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::ground::{Ground, finding, verdict};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

#[test]
fn a_release_that_the_host_finds_wanting_is_taken_back() {
    let Some(ground) = Ground::new("on_host::proof", PROGRAM) else { return };
    let config = ground.config_text().replace("smoke: [web]", "smoke: [web, inside, seen]");
    let port = ground.port;
    ground.config(&format!(
        "{config}  inside:\n    command: [sh, -c, 'echo looking; grep VERSION current/release.env; grep -q VERSION=1.0 current/release.env']\n  \
         seen:\n    http: \"http://{{host}}:{port}/version\"\n    via: ssh\n    version: {{ json: /version }}\n    within: 5s\n"
    ));
    ground.live("1.0.0");
    let worse = ground.release(&AppRelease::good("1.1.0"));
    let run = ground.deploy(&worse, "1.1.0").run().unwrap();
    run.expect(11);
    assert_eq!(verdict(&run).1, ["command-failed", "proof-failed", "restored"], "{run}");
    assert!(finding(&run, "command-failed")["fact"].as_str().unwrap().contains("VERSION=1.1.0"), "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    let status = ground.tool(&["status"]).run().unwrap();
    assert!(!verdict(&status).1.contains(&"host-not-asked".to_owned()), "{status}");
}
