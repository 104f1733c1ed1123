//! GitHub Enterprise Server: every command asks below its own addresses, and no more often than elsewhere.

use shiplane_testkit::github::{Granted, Person, PullState, TOKEN};
use shiplane_testkit::process::Run;

use super::setting::{Setting, expect};

const A1: &str = "a1b2c3d4e5a1b2c3d4e5a1b2c3d4e5a1b2c3d4e5";

/// A repository in which each command has something to look at.
fn server() -> Setting {
    let setting = Setting::new();
    setting.github.edit(|world| {
        world.granted = Granted::all();
        let shop = world.repo("example", "shop");
        shop.role("grace", "write");
        shop.commit(A1).by(Person::known("ada"));
        let pull = shop.pull(9).by("ada").from("develop", "d9").into_branch("main", A1);
        pull.state = PullState::Merged;
        pull.test_merge = Some(A1.to_owned());
        shop.branch("develop", "d1e2f3a");
        shop.run(("CI", "ci.yml"), ("develop", "d1e2f3a"), &["lint"]);
    });
    setting
}

fn command(setting: &Setting, args: &[&str]) -> Run {
    setting
        .bare(args)
        .env("GITHUB_API_URL", setting.github.enterprise_url())
        .env("GITHUB_GRAPHQL_URL", setting.github.enterprise_graphql_url())
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", "example/shop")
        .env("GITHUB_EVENT_NAME", "push")
        .env("GITHUB_SHA", A1)
        .env("GITHUB_ACTOR", "ada")
        .env("GITHUB_SERVER_URL", "https://github.example.org")
        .env("GITHUB_RUN_ID", "42")
        .env("GITHUB_OUTPUT", setting.path("output"))
}

#[test]
fn every_command_asks_the_server_that_it_is_told_to_and_seldom() {
    for (code, most, args) in [
        (0, 1, &["check", "--config", "shiplane.yml", "--pull-request", "7"][..]),
        (0, 3, &["status", "--branch", "develop", "--workflows", "CI"]),
        (10, 18, &["audit", "--config", "shiplane.yml"]),
        (10, 40, &["audit", "--config", "shiplane.yml", "--fix"]),
        (0, 4, &["approve", "request", "--environment", "production"]),
        (10, 4, &["approve", "check", "--environment", "production"]),
    ] {
        let setting = server();
        expect(code, &command(&setting, args));
        let requests = setting.github.requests();
        let paths: Vec<String> =
            requests.iter().map(|it| format!("{} {}?{}", it.method, it.path, it.query)).collect();
        assert!(paths.len() <= most && !paths.is_empty(), "{args:?}: {} {paths:#?}", paths.len());
        let below = requests.iter().all(|it| it.path.starts_with("/api/v3/") || it.path == "/api/graphql");
        assert!(below, "{args:?}: {paths:#?}");
    }
}
