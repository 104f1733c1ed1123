//! Every rule: its flag, its variable and its key in the config have the same effect, and each has one.

use shiplane_testkit::github::{Actor, Compare, Fault, Person, Protection, Repo};

use super::setting::{Setting, expect, run};

/// One rule: what it is called, what it is set to, what the world is like, and the codes without it and with it.
struct Row {
    flag: &'static str,
    value: &'static str,
    /// As the config writes it.
    written: &'static str,
    world: fn(&mut Repo),
    without: &'static str,
    with: &'static str,
}

const fn row(flag: &'static str, value: &'static str, world: fn(&mut Repo), codes: [&'static str; 2]) -> Row {
    let [without, with] = codes;
    Row { flag, value, written: value, world, without, with }
}

fn nothing(_: &mut Repo) {}

const ROWS: [Row; 19] = [
    Row { written: "['hotfix/*']", ..row("from", "hotfix/*", nothing, ["", "source-branch"]) },
    row("forks", "true", |shop| shop.pull(7).from_fork = true, ["fork-source", ""]),
    row("approvals", "3", nothing, ["", "approvals"]),
    Row { written: "[robot]", ..row("bots", "robot", only_a_bot, ["approvals", ""]) },
    Row {
        written: "[contributor]",
        ..row("exclude", "contributor", approved_by_its_author, ["", "approvals"])
    },
    row("stale", "keep", approved_before, ["approvals", ""]),
    row("last-push-approval", "true", approved_by_its_pusher, ["", "last-push-approval"]),
    row("code-owners", "true", owned_by_another, ["", "code-owners"]),
    Row { written: "[lint, deploy]", ..row("checks", "lint,deploy", nothing, ["", "check-missing"]) },
    Row { written: "[success]", ..row("accept", "success", one_skipped, ["", "check-failed"]) },
    // Nothing ran on the head, so nothing tells since when it is the head: approvals stay uncertain.
    row(
        "allow-no-checks",
        "true",
        |shop| shop.commit("d1").checks.clear(),
        ["approvals,no-checks", "approvals"],
    ),
    row("max-check-age", "1h", nothing, ["", "check-too-old"]),
    row(
        "conversations",
        "ignore",
        |shop| drop(shop.pull(7).thread("a.rs", 1, "why?").clone()),
        ["threads", ""],
    ),
    row("up-to-date", "true", behind, ["", "behind"]),
    row("changelog", "required", unreleased, ["", "changelog"]),
    row("version-raised", "required", unreleased, ["", "version"]),
    row("up-to-date", "false", behind, ["", ""]),
    row("stale", "head", approved_before, ["approvals", "approvals"]),
    row("stale", "diff", nothing, ["", ""]),
];

fn only_a_bot(shop: &mut Repo) {
    shop.pull(7).reviews.clear();
    shop.pull(7).review(Actor::bot("robot"), "APPROVED");
}

fn approved_by_its_author(shop: &mut Repo) {
    shop.pull(7).reviews.truncate(1);
    shop.commit("d1").by(Person::known("grace"));
}

fn approved_before(shop: &mut Repo) {
    shop.commit("d0");
    shop.pull(7).reviews.iter_mut().for_each(|review| review.commit = "d0".to_owned());
}

fn approved_by_its_pusher(shop: &mut Repo) {
    shop.pull(7).reviews.truncate(1);
    shop.commit("d1").pushed_by = Some(Actor::user("grace"));
}

fn owned_by_another(shop: &mut Repo) {
    shop.file("m1", "CODEOWNERS", "* @margaret\n").pull(7).changes("a.rs", "MODIFIED");
    shop.role("margaret", "write");
}

fn one_skipped(shop: &mut Repo) {
    shop.commit("d1").checks[0].conclude("skipped");
}

fn behind(shop: &mut Repo) {
    shop.compare("develop", "d1", Compare { ahead: 1, behind: 2 });
}

/// A feature, and neither an entry nor a higher version.
fn unreleased(shop: &mut Repo) {
    shop.commit("d1").message("feat: log in");
    for side in ["m1", "d1"] {
        shop.file(side, "CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-01-01\n");
        shop.file(side, "Cargo.toml", "[package]\nname = \"shop\"\nversion = \"1.2.0\"\n");
    }
}

impl Row {
    fn key(&self) -> &str {
        if self.flag == "version-raised" { "version" } else { self.flag }
    }

    fn variable(&self) -> String {
        format!("SHIPLANE_{}", self.flag.replace('-', "_").to_uppercase())
    }

    fn setting(&self) -> Setting {
        let setting = Setting::new();
        setting.github.edit(|world| (self.world)(world.repo("example", "shop")));
        setting
    }
}

fn config(setting: &Setting, rules: &str) {
    let text = format!("changelog: {{ versions: [Cargo.toml] }}\nbranches:\n  develop: {{ {rules} }}\n");
    std::fs::write(setting.path("shiplane.yml"), text).unwrap();
}

#[test]
fn flag_variable_and_key_have_one_effect() {
    for row in &ROWS {
        let setting = row.setting();
        let codes = |process| {
            let (code, outcome) = run(&process);
            assert!([0, 1, 10].contains(&code), "{}: {}", row.flag, outcome.stdout);
            setting.outputs()["codes"].clone()
        };
        let flag = format!("--{}={}", row.flag, row.value);
        config(&setting, "");
        assert_eq!(codes(setting.check(&[])), row.without, "without {flag}");
        assert_eq!(codes(setting.check(&[&flag])), row.with, "{flag}");
        assert_eq!(codes(setting.check(&[]).env(row.variable(), row.value)), row.with, "{}", row.variable());
        config(&setting, &format!("{}: {}", row.key(), row.written));
        assert_eq!(codes(setting.check(&[])), row.with, "{} in the config", row.key());
        assert_eq!(
            codes(setting.check(&[]).env(row.variable(), " \n")),
            row.with,
            "{} empty",
            row.variable()
        );
    }
}

#[test]
fn a_wrong_value_is_named_with_the_known_ones() {
    let setting = Setting::new();
    for (name, value, known) in [
        ("forks", "maybe", "true, false"),
        ("last-push-approval", "1", "true, false"),
        ("code-owners", "on", "true, false"),
        ("allow-no-checks", "TRUE!", "true, false"),
        ("up-to-date", "ja", "true, false"),
        ("stale", "never", "head, diff, keep"),
        ("exclude", "everyone", "author, contributor"),
        ("conversations", "loud", "resolved, ignore"),
        ("changelog", "yes please", "required, ignore"),
        ("version-raised", "perhaps", "required, ignore"),
        ("protection", "guess", "best-effort, must-read"),
        ("direct-push", "shrug", "allow, warn, deny"),
        ("max-check-age", "old", "30d"),
        ("budget", "cheap", "30d"),
        ("approvals", "300", "255"),
        ("set-status", "maybe", "true, false"),
        ("comment", "maybe", "true, false"),
        ("mark-ready", "maybe", "true, false"),
    ] {
        let variable = format!("SHIPLANE_{}", name.replace('-', "_").to_uppercase());
        let outcome = expect(2, &setting.check(&[]).env(&variable, value));
        for said in [name, value, known] {
            assert!(outcome.stdout.contains(said), "{name}: {said}\n{}", outcome.stdout);
        }
        assert_eq!(setting.outputs()["verdict"], "usage");
    }
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn inputs_of_yes_or_no_are_true_or_false() {
    let setting = Setting::new();
    setting.github.edit(|world| world.repo("example", "shop").pull(7).from_fork = true);
    expect(10, &setting.check(&[]).env("SHIPLANE_FORKS", "false"));
    expect(0, &setting.check(&[]).env("SHIPLANE_FORKS", "true"));
    expect(0, &setting.check(&["--forks"]).env("SHIPLANE_FORKS", "false"));
    let silent = ["SHIPLANE_SET_STATUS", "SHIPLANE_COMMENT", "SHIPLANE_MARK_READY"];
    let quiet = silent.into_iter().fold(setting.check(&["--forks"]), |run, name| run.env(name, "false"));
    expect(0, &quiet);
    assert!(setting.github.requests().iter().all(|asked| asked.path == "/graphql"));
}

#[test]
fn reviewers_and_tier_are_of_the_config_alone() {
    let setting = Setting::new();
    let rules = "reviewers: [{ any: [margaret, linus], at-least: 2 }], tier: quick";
    let text = format!("tiers: {{ quick: {{ budget: 1m }} }}\nbranches: {{ develop: {{ {rules} }} }}\n");
    std::fs::write(setting.path("shiplane.yml"), text).unwrap();
    let outcome = expect(10, &setting.check(&[]));
    assert_eq!(setting.outputs()["codes"], "required-reviewers,budget");
    assert!(outcome.stdout.contains("checks took 3m of 1m"), "{}", outcome.stdout);
    expect(10, &setting.check(&["--budget", "1h"]));
    assert_eq!(setting.outputs()["codes"], "required-reviewers");
}

#[test]
fn a_wrong_config_is_told_with_its_place() {
    let setting = Setting::new();
    for (text, said) in [
        ("branches:\n  develop:\n    reviewers: grace\n", "shiplane.yml:3"),
        ("branches:\n  develop:\n    stale: never\n", "shiplane.yml:3"),
        ("branches:\n  develop:\n    aprovals: 2\n", "aprovals"),
        ("branches:\n  develop:\n    approvals: 300\n", "branches.develop.approvals"),
        ("branches:\n  develop:\n    max-check-age: old\n", "branches.develop.max-check-age"),
        ("branches:\n  develop:\n    reviewers: [{ at-least: 2 }]\n", "any"),
        ("branches:\n  develop:\n    tier: slow\ntiers: { quick: {} }\n", "slow"),
    ] {
        std::fs::write(setting.path("shiplane.yml"), text).unwrap();
        let outcome = expect(2, &setting.check(&[]));
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
        assert_eq!(setting.outputs()["verdict"], "usage");
    }
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn a_plain_pull_request_with_a_workflows_token_has_no_word_on_protection() {
    let setting = Setting::new();
    setting.github.edit(|world| world.repo("example", "shop").admin = false);
    let refused = "repository.pullRequest.baseRef.branchProtectionRule";
    setting.github.next(Fault::forbidden(refused));
    expect(0, &setting.check(&[]));
    assert_eq!(setting.outputs()["codes"], "");
    assert_eq!(setting.github.requests().len(), 1);
    // Who must have read all asks whether there is a rule, and there is none.
    setting.github.next(Fault::forbidden(refused));
    expect(0, &setting.check(&["--protection", "must-read"]));
    setting.outputs();

    setting.github.edit(|world| {
        let branch = world.repo("example", "shop").branch("develop", "m1");
        branch.protect(Protection::default().approvals(1));
    });
    setting.github.next(Fault::forbidden(refused));
    expect(0, &setting.check(&[]));
    assert_eq!(setting.outputs()["codes"], "protection-unreadable");
    for (typed, written) in [("must-read", "best-effort"), ("", "must-read")] {
        config(&setting, &format!("protection: {written}"));
        expect(1, &setting.check(&[]).env("SHIPLANE_PROTECTION", typed));
        let outputs = setting.outputs();
        assert_eq!(
            (outputs["verdict"].as_str(), outputs["codes"].as_str()),
            ("undetermined", "protection-unreadable")
        );
    }
}

#[test]
fn the_age_of_a_check_is_measured_by_the_servers_clock() {
    let setting = Setting::new();
    // The checks ended at 10:05; the fake's day is none that this machine knows.
    for (clock, code) in [(1_767_609_900, 0), (1_767_611_160, 10), (4_000_000_000, 10)] {
        setting.github.edit(|world| world.clock = clock);
        expect(code, &setting.check(&["--max-check-age", "1h"]));
        assert_eq!(setting.outputs()["codes"], if code == 0 { "" } else { "check-too-old" });
    }
}
