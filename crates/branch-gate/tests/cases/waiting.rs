//! `--wait`: looks again while time can still change the answer, and not once more.

use std::time::Duration;

use shiplane_testkit::github::{Commit, Mergeable, RateLimit, World};
use shiplane_testkit::process::{Outcome, Run, wait_until};

use super::setting::{Setting, expect, queued, run};

/// Everything that reported must have passed: a check may come late.
const ALL: &str = "branches: { develop: { approvals: 2 } }\n";

/// The fake's clock.
const NOW: u64 = 1_767_614_400;

type Change = fn(&mut World);

/// Changes the world once so many answers have gone out, while the gate waits.
fn meanwhile(
    setting: &Setting,
    (process, answers): (&Run, u64),
    change: impl FnOnce(&mut World),
) -> (i32, Outcome) {
    let before = setting.github.edit(|world| world.rate.remaining);
    std::thread::scope(|scope| {
        let running = scope.spawn(|| run(process));
        let answered = || setting.github.edit(|world| before - world.rate.remaining >= answers).then_some(());
        wait_until("answers", Duration::from_secs(20), answered).unwrap();
        setting.github.edit(change);
        running.join().unwrap()
    })
}

fn head(world: &mut World) -> &mut Commit {
    world.repo("example", "shop").commit("d1")
}

fn with_a_check_that_runs() -> Setting {
    let setting = Setting::new();
    setting.github.edit(|world| head(world).checks[1].in_progress().id);
    setting
}

fn answer(setting: &Setting) -> (String, String) {
    let outputs = setting.outputs();
    (outputs["verdict"].clone(), outputs["codes"].clone())
}

fn is(setting: &Setting, verdict: &str, codes: &str) {
    assert_eq!(answer(setting), (verdict.to_owned(), codes.to_owned()));
}

#[test]
fn a_check_that_turns_green_is_waited_for_and_everything_is_read_again() {
    let setting = with_a_check_that_runs();
    let waits = setting.check(&["--wait", "20s"]);
    let (code, outcome) = meanwhile(&setting, (&waits, 2), |world| {
        head(world).checks[1].conclude("success").completed_at = Some("2026-01-05T11:59:00Z".to_owned());
    });
    assert_eq!(code, 0, "{}", outcome.stdout);
    is(&setting, "pass", "");
    // The first reading, two looks, the reading after them.
    assert_eq!(setting.github.requests().len(), 4);
    let looks: Vec<bool> =
        setting.github.requests().iter().map(|asked| !asked.body.contains("reviewThreads")).collect();
    assert_eq!(looks, [false, true, true, false]);
}

#[test]
fn without_wait_it_is_looked_at_once() {
    let setting = with_a_check_that_runs();
    expect(10, &setting.check(&[]));
    is(&setting, "pending", "check-pending");
    assert_eq!(setting.github.requests().len(), 1);
}

#[test]
fn a_check_that_never_comes_ends_with_the_deadline_and_all_reasons() {
    let setting = with_a_check_that_runs();
    let outcome =
        expect(10, &setting.check(&["--wait", "1s", "--checks", "lint,test (sqlite, local),deploy"]));
    is(&setting, "blocked", "check-pending,check-missing");
    assert!(outcome.stdout.contains("`deploy` has not been reported on d1"), "{}", outcome.stdout);
    assert_eq!(setting.github.requests().len(), 3);
}

#[test]
fn green_is_believed_after_it_has_settled() {
    let setting = Setting::new();
    std::fs::write(setting.path("shiplane.yml"), ALL).unwrap();
    let outcome = expect(0, &setting.check(&["--wait", "20s", "--settle", "1s"]));
    assert_eq!(setting.github.requests().len(), 3);
    assert!(outcome.took >= Duration::from_secs(1), "{:?}", outcome.took);
}

#[test]
fn a_check_that_appears_while_green_settles_counts() {
    let setting = Setting::new();
    std::fs::write(setting.path("shiplane.yml"), ALL).unwrap();
    let waits = setting.check(&["--wait", "20s", "--settle", "1s"]);
    let (code, _) = meanwhile(&setting, (&waits, 1), |world| {
        head(world).check("late").conclude("failure");
    });
    assert_eq!(code, 10);
    is(&setting, "blocked", "check-failed");
}

#[test]
fn named_checks_need_not_settle() {
    let setting = Setting::new();
    expect(0, &setting.check(&["--wait", "20s", "--settle", "15s"]));
    assert_eq!(setting.github.requests().len(), 1);
}

#[test]
fn what_time_cannot_change_is_not_waited_for() {
    let changes: [(&str, Change); 5] = [
        ("check-failed,check-pending", |world| {
            head(world).checks[0].conclude("failure");
        }),
        ("approvals,check-pending", |world| world.repo("example", "shop").pull(7).reviews.clear()),
        ("changes-requested,check-pending", |world| {
            world.repo("example", "shop").pull(7).request_changes("margaret");
        }),
        ("check-pending,conflict", |world| {
            world.repo("example", "shop").pull(7).mergeable(Mergeable::Conflicting);
        }),
        ("draft,check-pending", |world| world.repo("example", "shop").pull(7).draft = true),
    ];
    for (codes, change) in changes {
        let setting = with_a_check_that_runs();
        setting.github.edit(change);
        expect(10, &setting.check(&["--wait", "20m"]));
        is(&setting, "blocked", codes);
        assert_eq!(setting.github.requests().len(), 1, "{codes}");
    }
}

#[test]
fn an_allowance_that_is_too_small_is_not_used_up() {
    let setting = with_a_check_that_runs();
    setting.github.edit(|world| world.rate = RateLimit { limit: 1000, remaining: 9, reset: NOW + 3_000 });
    let outcome = expect(1, &setting.check(&["--wait", "20m"]));
    is(&setting, "undetermined", "check-pending,rate-limited");
    for said in ["the token's allowance has 8", "renewed in 50m"] {
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
    }
    assert_eq!(setting.github.requests().len(), 1);
}

#[test]
fn an_approval_that_is_taken_back_meanwhile_is_seen() {
    let setting = with_a_check_that_runs();
    let waits = setting.check(&["--wait", "20s"]);
    let (code, _) = meanwhile(&setting, (&waits, 1), |world| {
        head(world).checks[1].conclude("success");
        world.repo("example", "shop").pull(7).reviews[1].state = "DISMISSED".to_owned();
    });
    assert_eq!(code, 10);
    is(&setting, "blocked", "approvals");
}

#[test]
fn a_head_that_moves_during_the_wait_is_said_at_once() {
    let setting = with_a_check_that_runs();
    let waits = setting.check(&["--wait", "50s"]);
    let (code, outcome) = meanwhile(&setting, (&waits, 1), |world| {
        let shop = world.repo("example", "shop");
        shop.push("feature/login", "d2").checks_passed(&["lint", "test (sqlite, local)"]);
        shop.pull(7).reviews.iter_mut().for_each(|review| review.commit = "d2".to_owned());
    });
    assert_eq!(code, 1, "{}", outcome.stdout);
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["head-sha"].as_str()), ("undetermined", "d1"));
    assert!(outputs["codes"].contains("head-moved"), "{}", outputs["codes"]);
    assert!(outcome.stdout.contains("the head moved from d1 to d2"), "{}", outcome.stdout);
    assert_eq!(setting.github.requests().len(), 2);
}

#[test]
fn the_queues_own_checks_are_waited_for() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.commit("q1").checks_passed(&["lint"]).check("test (sqlite, local)").in_progress();
    });
    let waits = setting.job("merge_group", &queued("q1")).args(["--wait", "20s"]);
    let (code, outcome) = meanwhile(&setting, (&waits, 2), |world| {
        world.repo("example", "shop").commit("q1").checks[1].conclude("success");
    });
    assert_eq!(code, 0, "{}", outcome.stdout);
    assert_eq!(setting.outputs()["head-sha"], "q1");
    assert_eq!(setting.github.requests().len(), 5);
}

#[test]
fn a_draft_that_is_to_be_marked_ready_waits_for_its_checks() {
    let setting = with_a_check_that_runs();
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    let waits = setting.check(&["--wait", "20s", "--mark-ready"]);
    let (code, outcome) = meanwhile(&setting, (&waits, 1), |world| {
        head(world).checks[1].conclude("success");
    });
    assert_eq!(code, 0, "{}", outcome.stdout);
    assert!(!setting.github.edit(|world| world.repo("example", "shop").pull(7).draft));
}

#[test]
fn settle_without_wait_is_a_usage_error() {
    let setting = Setting::new();
    expect(2, &setting.check(&["--settle", "1s"]));
    expect(2, &setting.check(&[]).env("SHIPLANE_SETTLE", "1s"));
    let outcome = expect(2, &setting.check(&["--wait", "soon"]));
    assert!(outcome.stdout.contains("soon"), "{}", outcome.stdout);
    assert_eq!(setting.github.requests().len(), 0);
}
