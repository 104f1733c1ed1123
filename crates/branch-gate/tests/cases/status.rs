//! The last runs of a branch: what is asked, what is said, and how it ends.

use serde_json::json;
use shiplane_testkit::github::{Fault, PullState, TOKEN};
use shiplane_testkit::process::Run;

use super::setting::{Setting, expect};

/// A branch `develop` with two workflows that have passed on its head.
fn setting() -> Setting {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch("develop", "d1e2f3a");
        shop.run(("CI", "ci.yml"), ("develop", "d1e2f3a"), &["lint", "Security Checks", "CI Success Check"]);
        shop.run(("Deploy to Staging", "deploy.yml"), ("develop", "d1e2f3a"), &["deploy"]);
    });
    setting
}

/// As a person types it.
fn typed(setting: &Setting, args: &[&str]) -> Run {
    let args: Vec<&str> = [&["status", "--repository", "example/shop"], args].concat();
    setting
        .bare(&args)
        .env("SHIPLANE_TOKEN", TOKEN)
        .env("GITHUB_OUTPUT", setting.path("output"))
        .env("GITHUB_STEP_SUMMARY", setting.path("summary"))
}

fn codes(setting: &Setting, code: i32, args: &[&str]) -> String {
    expect(code, &typed(setting, args));
    setting.outputs()["codes"].clone()
}

const DEVELOP: [&str; 4] = ["--branch", "develop", "--workflows", "CI,deploy.yml"];

#[test]
fn a_green_branch_passes_job_by_job() {
    let setting = setting();
    let jobs = ["--jobs", "CI Success Check,Security Checks", "--max-age", "24h", "--budget", "20m"];
    let outcome = expect(0, &typed(&setting, &[&DEVELOP[..], &jobs, &["--verbose"]].concat()));
    for said in [
        "branch-gate: pass — develop at d1e2f3a",
        "run: `CI` passed on d1e2f3a, 3 of 3 jobs, 3m",
        "run: `Deploy to Staging` passed on d1e2f3a, 1 of 1 job, 3m",
        "job: job `CI Success Check` passed",
    ] {
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
    }
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("pass", ""));
    assert_eq!((outputs["head-sha"].as_str(), outputs["run-id"].as_str()), ("d1e2f3a", "9001"));
    assert_eq!(outputs["run-url"], "https://github.com/example/shop/actions/runs/9001");
    assert_eq!(outputs["lead-time-seconds"], "");
    let summary = std::fs::read_to_string(setting.path("summary")).unwrap();
    assert!(summary.contains("passed on d1e2f3a, 3 of 3 jobs, 3m"), "{summary}");
    assert_eq!(setting.github.requests().len(), 4);
}

#[test]
fn every_reason_is_said_at_once_and_the_worst_run_is_linked() {
    let setting = setting();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.runs[0].jobs[1].conclude("failure");
        shop.runs[0].jobs[2].conclude("skipped");
        shop.runs[1].conclude("cancelled");
    });
    let args = ["--branch", "develop", "--workflows", "CI,deploy.yml,Nightly", "--jobs", "CI Success Check"];
    let outcome = expect(10, &typed(&setting, &args));
    let outputs = setting.outputs();
    assert_eq!(outputs["codes"], "run-missing,run-failed,job-failed,job-skipped");
    assert_eq!((outputs["verdict"].as_str(), outputs["run-id"].as_str()), ("blocked", "9001"));
    for said in [
        "`Nightly` has not run on d1e2f3a of `develop`",
        "`Deploy to Staging` ended with cancelled on d1e2f3a",
        "job `Security Checks` of `CI` ended with failure, although the run is green",
        "job `CI Success Check` of `CI` was skipped",
        "https://github.com/example/shop/actions/runs/9000/job/9000001",
    ] {
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
    }
}

#[test]
fn a_run_of_an_older_commit_is_stale_and_linked() {
    let setting = setting();
    setting.github.edit(|world| {
        world.repo("example", "shop").branch("develop", "f00ba42");
    });
    let outcome = expect(10, &typed(&setting, &DEVELOP));
    let said = "the last run of `CI` on `develop` is of d1e2f3a, not of f00ba42";
    assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
    let outputs = setting.outputs();
    assert_eq!((outputs["codes"].as_str(), outputs["head-sha"].as_str()), ("run-stale", "f00ba42"));
    assert_eq!(outputs["run-url"], "https://github.com/example/shop/actions/runs/9000");
}

#[test]
fn the_pull_requests_own_branch_and_head_are_the_default() {
    let setting = setting();
    let head = json!({ "ref": "develop", "sha": "d1e2f3a" });
    let event = json!({ "pull_request": { "number": 7, "head": head } });
    std::fs::write(setting.path("event.json"), event.to_string()).unwrap();
    let job = |setting: &Setting, args: &[&str]| {
        typed(setting, args)
            .env("GITHUB_EVENT_NAME", "pull_request")
            .env("GITHUB_EVENT_PATH", setting.path("event.json"))
            .env("GITHUB_REF_NAME", "7/merge")
    };
    expect(0, &job(&setting, &[]));
    assert_eq!(setting.outputs()["head-sha"], "d1e2f3a");
    setting.github.edit(|world| {
        world.repo("example", "shop").branch("develop", "f00ba42");
    });
    expect(10, &job(&setting, &[]));
    assert_eq!(setting.outputs()["codes"], "head-moved");
    expect(0, &job(&setting, &["--commit", "d1e2f3a"]));
    assert_eq!(setting.outputs()["codes"], "head-moved");
    // Another branch has nothing to do with the event's commit.
    expect(10, &job(&setting, &["--branch", "main"]));
    assert_eq!(setting.outputs()["head-sha"], "");
}

#[test]
fn a_run_does_not_wait_for_itself() {
    let setting = setting();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.run(("Promote", "promote.yml"), ("develop", "d1e2f3a"), &[])
            .unfinished("in_progress")
            .job("gate");
    });
    let job = |setting: &Setting| {
        let run = typed(setting, &[]).env("GITHUB_REPOSITORY", "example/shop");
        run.env("GITHUB_REF_NAME", "develop")
    };
    expect(10, &job(&setting));
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("pending", "run-pending"));
    expect(0, &job(&setting).env("GITHUB_RUN_ID", "9002"));
}

#[test]
fn what_is_missing_or_wrong_is_a_usage_error_before_anything_is_contacted() {
    let setting = setting();
    for (args, code) in [
        (&[][..], "branch-not-named"),
        (&["--branch", "develop", "--commit", "HEAD"], "commit-invalid"),
        (&["--branch", "develop", "--commit", "d1"], "commit-invalid"),
        (&["--branch", "develop", "--lead-budget", "42m"], "environment-missing"),
        (&["--branch", "develop", "--max-age", "soon"], "usage"),
    ] {
        assert_eq!(codes(&setting, 2, args), code);
    }
    let no_token = setting.bare(&["status", "--repository", "example/shop", "--branch", "develop"]);
    expect(2, &no_token.env("GITHUB_OUTPUT", setting.path("output")));
    assert_eq!(setting.outputs()["codes"], "token-missing");
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn an_empty_input_means_unset() {
    let setting = setting();
    let names =
        ["COMMIT", "WORKFLOWS", "JOBS", "EVENT", "MAX_AGE", "BUDGET", "ENVIRONMENT", "LEAD_BUDGET", "BRANCH"];
    let run = names.iter().fold(typed(&setting, &[]), |run, name| run.env(format!("SHIPLANE_{name}"), ""));
    expect(0, &run.env("GITHUB_REF_NAME", "develop"));
}

#[test]
fn what_could_not_be_read_is_undetermined_and_names_the_permission() {
    let setting = setting();
    let refused = Fault::status(403, "Resource not accessible by integration");
    setting.github.next_on("/repos/example/shop/actions/runs", refused);
    let outcome = expect(1, &typed(&setting, &DEVELOP));
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("undetermined", "runs-unreadable"));
    assert!(outcome.stdout.contains("grant the job `actions: read`"), "{}", outcome.stdout);

    let hour = Fault::rate_limited(1_767_612_600).header("date", "Mon, 05 Jan 2026 11:00:00 GMT");
    setting.github.next(hour);
    assert_eq!(codes(&setting, 1, &DEVELOP), "rate-limited");
    setting.github.next(Fault::status(401, "Bad credentials"));
    assert_eq!(codes(&setting, 1, &DEVELOP), "token-refused");
}

#[test]
fn age_and_budgets_are_measured_by_the_servers_times() {
    let setting = setting();
    assert_eq!(codes(&setting, 10, &[&DEVELOP[..], &["--max-age", "1h"]].concat()), "run-too-old");
    assert_eq!(codes(&setting, 0, &[&DEVELOP[..], &["--budget", "2m"]].concat()), "budget");
    let config = "branches: { develop: { tier: fast } }\ntiers: { fast: { budget: 2m } }\n";
    std::fs::write(setting.path("tiers.yml"), config).unwrap();
    assert_eq!(codes(&setting, 0, &[&DEVELOP[..], &["--config", "tiers.yml"]].concat()), "budget");
    let flag_first = [&DEVELOP[..], &["--config", "tiers.yml", "--budget", "3m"]].concat();
    assert_eq!(codes(&setting, 0, &flag_first), "");
}

#[test]
fn the_way_to_production_is_told_with_people_apart_from_machines() {
    let setting = setting();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(8).from("feature/cart", "d1e2f3a").into_branch("develop", "m1").state = PullState::Merged;
        shop.branch("develop", "d1e2f3a");
        let deployment = shop.deployment("production", "d1e2f3a");
        deployment.came("waiting", "2026-01-05T12:05:00Z").came("queued", "2026-01-05T12:25:00Z");
        deployment.came("success", "2026-01-05T12:43:00Z");
    });
    let args = [&DEVELOP[..], &["--environment", "production", "--lead-budget", "42m"]].concat();
    let outcome = expect(0, &typed(&setting, &args));
    let said = "43m from merge to `production`: 23m of machines, 20m of waiting for people; \
                review and merge of #8 before it: 2h; 42m is allowed";
    assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
    let outputs = setting.outputs();
    let seconds =
        ["lead-time-seconds", "machine-seconds", "waiting-seconds"].map(|name| outputs[name].as_str());
    assert_eq!((seconds, outputs["codes"].as_str()), (["2580", "1380", "1200"], "lead-time"));
    assert_eq!(setting.github.requests().len(), 7);
}

#[test]
fn a_record_decides_again_without_a_network_and_holds_no_secret() {
    let setting = setting();
    setting.github.edit(|world| {
        world.repo("example", "shop").runs[0].jobs[0].conclude("failure");
    });
    let record = setting.path("facts.json");
    let record = record.to_str().unwrap();
    let first = expect(10, &typed(&setting, &[&DEVELOP[..], &["--save-facts", record]].concat()));
    assert!(!std::fs::read_to_string(record).unwrap().contains(TOKEN));
    setting.github.forget_requests();
    let again = expect(10, &setting.bare(&["status", "--workflows", "CI,deploy.yml", "--facts", record]));
    assert_eq!((again.stdout, setting.github.requests().len()), (first.stdout, 0));
}

#[test]
fn hostile_names_are_shown_and_obeyed_by_nobody() {
    let setting = setting();
    let (branch, evil) = ("rel/ #?%2e", "x\n::error::owned\n##[group]\u{202e}<b>`");
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch(branch, "d1e2f3a");
        shop.run((evil, "evil.yml"), (branch, "d1e2f3a"), &[evil]).jobs[0].conclude("failure");
    });
    let outcome = expect(10, &typed(&setting, &["--branch", branch]).env("GITHUB_ACTIONS", "true"));
    assert_eq!(setting.outputs()["codes"], "job-failed");
    let obeyed =
        |line: &str| line.trim_start().starts_with("::error::owned") || line.contains("##[group]\u{202e}");
    assert!(!outcome.stdout.lines().chain(outcome.stderr.lines()).any(obeyed), "{}", outcome.stdout);
    let summary = std::fs::read_to_string(setting.path("summary")).unwrap();
    assert!(!summary.contains("<b>") && !summary.contains('\u{202e}'), "{summary}");
    assert_eq!(setting.github.requests()[0].path, "/repos/example/shop/branches/rel%2F%20%23%3F%252e");
}

#[test]
fn the_help_names_every_option() {
    let help = expect(0, &setting().bare(&["status", "--help"]).env("SHIPLANE_TOKEN", TOKEN)).stdout;
    for option in [
        "--branch",
        "--commit",
        "--workflows",
        "--jobs",
        "--event",
        "--max-age",
        "--budget",
        "--environment",
        "--lead-budget",
        "--facts",
        "--save-facts",
        "Example: branch-gate status",
    ] {
        assert!(help.contains(option), "{option}\n{help}");
    }
}
