//! A release that fails at any request is finished by running it again, and nothing is there twice.

use shiplane_testkit::github::{FakeGitHub, Fault};

use super::hub::{Hub, run, state};

fn args(hub: &Hub) -> Vec<String> {
    let asset = hub.project.home.path().join("app.tar");
    std::fs::write(&asset, "app").unwrap();
    ["release", "--floating-major", "--asset", asset.to_str().unwrap()].map(str::to_owned).to_vec()
}

fn until_done(hub: &Hub, (github, args): (&FakeGitHub, &[&str]), what: &str) {
    for _ in 0..4 {
        let outcome = run(&hub.project, github, args);
        match outcome.code() {
            0 => return,
            1 => {}
            other => panic!("{what}: {other}\n{outcome}"),
        }
    }
    panic!("{what}: it is never done");
}

fn everywhere(hub: &Hub, args: &[&str]) {
    run(&hub.project, &hub.github, args).expect(0);
    let (golden, requests) = (hub.state(), hub.github.requests());
    for (at, request) in requests.iter().enumerate() {
        let what = format!("{at}: {} {}", request.method, request.path);
        let github = hub.again();
        // The run ends here, as if it was killed before the request.
        github.after(at, Fault::status(401, "Bad credentials"));
        until_done(hub, (&github, args), &what);
        assert_eq!(state(&github), golden, "stopped at {what}");
        if request.method == "GET" || request.body.contains("query Identity") {
            continue;
        }
        // It is carried out, and nobody hears of it; or a proxy answers in its place.
        for fault in [Fault::Truncated, Fault::bad_gateway()] {
            let github = hub.again();
            github.after(at, fault.clone());
            until_done(hub, (&github, args), &what);
            assert_eq!(state(&github), golden, "{fault:?} at {what}");
        }
    }
}

#[test]
fn a_release_is_finished_wherever_it_stopped() {
    let hub = Hub::with(&["feat: carts", "fix: totals"]);
    let args = args(&hub);
    everywhere(&hub, &args.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_release_pull_request_is_finished_wherever_it_stopped() {
    let hub = Hub::with(&["feat: carts", "fix: totals"]);
    everywhere(&hub, &["pr", "--label", "release"]);
}
