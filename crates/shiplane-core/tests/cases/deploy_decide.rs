//! May a release be deployed to a host? Every rule, and all reasons at once.

use shiplane_core::config::CommandRuntime;
use shiplane_core::deploy::{Ask, Checkout, HostFacts, Kind, Result as Ending, Runtime, Step, Tools, decide};
use shiplane_core::report::{Finding, Level};

use super::host::{ask, began, codes, commit, compose, deploy, holder, host, release, wrong};

fn command() -> Runtime {
    Runtime::Command(CommandRuntime { restart: vec!["true".to_owned()], ..CommandRuntime::default() })
}

fn findings(change: impl FnOnce(&mut HostFacts)) -> Vec<Finding> {
    let mut facts = host(Vec::new());
    change(&mut facts);
    decide(&ask(compose()), &facts).0
}

/// The one thing that is wrong.
#[track_caller]
fn only(findings: Vec<Finding>, code: &str) -> Finding {
    assert_eq!(wrong(&findings), [code]);
    findings.into_iter().find(|finding| finding.code == code).unwrap()
}

#[test]
fn a_host_in_order_takes_the_release() {
    let (findings, plan) = decide(&ask(compose()), &host(Vec::new()));
    assert_eq!(codes(&findings), ["path", "repository", "compose"]);
    assert!(findings.iter().all(|finding| finding.level == Level::Ok));
    assert_eq!(plan.run, "20260105t100000000-ffffffff");
    assert_eq!((plan.kind, &plan.release.id, &plan.release.commit), (Kind::Deploy, &plan.run, &commit('f')));
    let steps =
        [Step::Fetch, Step::SetAside, Step::Checkout, Step::Build, Step::Switch, Step::Settle, Step::Confirm];
    assert_eq!((plan.steps.as_slice(), plan.live), (&steps[..], None));
    let (findings, plan) = decide(&ask(command()), &host(Vec::new()));
    assert_eq!(codes(&findings), ["path", "repository"]);
    assert_eq!(plan.steps, [Step::Fetch, Step::Unpack, Step::Build, Step::Switch, Step::Confirm]);
}

#[test]
fn every_reason_is_told_at_once() {
    let mut journal = deploy("a1", None, Ending::Good);
    journal.extend(deploy("f1", Some("a1"), Ending::Restored));
    let mut facts = host(journal);
    facts.writable = false;
    facts.has_origin = false;
    facts.dirty = vec!["a.txt".to_owned()];
    facts.tools = Tools::default();
    facts.missing_files = vec!["docker-compose.yml".to_owned()];
    facts.lock = Some(holder());
    let wanted = [
        "path-not-writable",
        "no-origin",
        "dirty-tree",
        "git-missing",
        "docker-missing",
        "compose-missing",
        "compose-file-missing",
        "lock-held",
        "commit-quarantined",
    ];
    assert_eq!(wrong(&decide(&ask(compose()), &facts).0), wanted);
}

#[test]
fn a_path_that_is_not_there_is_one_reason_and_not_three() {
    let found = findings(|facts| {
        facts.path_exists = false;
        facts.writable = false;
        facts.checkout = Checkout::Missing;
        facts.has_origin = false;
    });
    let found = only(found, "path-missing");
    assert_eq!(found.help.as_deref(), Some("on the host: git clone <repository> /srv/shop"));
}

#[test]
fn what_git_says_of_the_path_is_told_apart() {
    let at = |checkout| findings(|facts| facts.checkout = checkout);
    assert_eq!(wrong(&at(Checkout::At(commit('a')))), [""; 0]);
    assert_eq!(wrong(&at(Checkout::Unborn)), [""; 0]);
    only(at(Checkout::Missing), "no-repository");
    let why = "detected dubious ownership in repository at '/srv/shop'".to_owned();
    let found = only(at(Checkout::Unreadable(why)), "repository-unreadable");
    assert!(found.fact.ends_with("detected dubious ownership in repository at '/srv/shop'"), "{found:?}");
    for checkout in [Checkout::Unborn, Checkout::At(commit('a'))] {
        let found = findings(|facts| (facts.checkout, facts.has_origin) = (checkout, false));
        only(found, "no-origin");
    }
}

#[test]
fn edits_matter_where_the_checkout_is_what_runs() {
    let many: Vec<String> = (1..=7).map(|number| format!("file{number}")).collect();
    let found = only(findings(|facts| facts.dirty = many.clone()), "dirty-tree");
    assert!(found.fact.starts_with("7 tracked files have edits"), "{found:?}");
    assert!(found.fact.ends_with("file1, file2, file3, file4, file5, …"), "{found:?}");
    assert_eq!(found.level, Level::Warning, "they are set aside");
    let found = only(findings(|facts| facts.under_way = Some("rebase".to_owned())), "checkout-busy");
    assert!(found.level == Level::Fail && found.help.is_some_and(|help| help.contains("rebase --abort")));
    let mut facts = host(Vec::new());
    facts.dirty = many;
    facts.under_way = Some("merge".to_owned());
    assert_eq!(wrong(&decide(&ask(command()), &facts).0), [""; 0]);
}

#[test]
fn own_commands_need_no_docker() {
    let mut facts = host(Vec::new());
    facts.tools.docker = None;
    facts.tools.compose = None;
    assert_eq!(wrong(&decide(&ask(command()), &facts).0), [""; 0]);
    assert_eq!(wrong(&decide(&ask(compose()), &facts).0), ["docker-missing", "compose-missing"]);
}

#[test]
fn a_compose_file_that_the_commit_may_bring_is_a_warning() {
    let found =
        only(findings(|facts| facts.missing_files = vec!["x.yml".to_owned()]), "compose-file-missing");
    assert_eq!(found.level, Level::Warning);
    let unborn = findings(|facts| {
        facts.missing_files = vec!["x.yml".to_owned()];
        facts.checkout = Checkout::Unborn;
    });
    assert!(unborn.iter().all(|finding| finding.level == Level::Ok), "{unborn:?}");
}

#[test]
fn the_holder_of_the_lock_is_named() {
    let found = only(findings(|facts| facts.lock = Some(holder())), "lock-held");
    let wanted = "run run-41 by ada holds the lock since 2026-01-05T10:00:00Z (0s): \
                  https://git.example/org/shop/actions/runs/41";
    assert_eq!((found.fact.as_str(), found.level), (wanted, Level::Fail));
    let nameless = shiplane_core::deploy::Holder { actor: None, run_url: None, ..holder() };
    let found = only(findings(|facts| facts.lock = Some(nameless)), "lock-held");
    assert_eq!(found.fact, "run run-41 by somebody holds the lock since 2026-01-05T10:00:00Z (0s)");
}

#[test]
fn a_commit_that_failed_here_needs_force() {
    let mut journal = deploy("a1", None, Ending::Good);
    journal.extend(deploy("f1", Some("a1"), Ending::Restored));
    let facts = host(journal);
    only(decide(&ask(compose()), &facts).0, "commit-quarantined");
    let part = Ask { commit: commit('f')[..7].to_owned(), ..ask(compose()) };
    only(decide(&part, &facts).0, "commit-quarantined");
    let forced = Ask { force: true, ..ask(compose()) };
    assert_eq!(wrong(&decide(&forced, &facts).0), [""; 0]);
    let other = Ask { commit: commit('b'), ..ask(compose()) };
    assert_eq!(wrong(&decide(&other, &facts).0), [""; 0]);
}

#[test]
fn a_commit_that_is_live_is_deployed_again_with_a_warning() {
    let mut journal = deploy("a1", None, Ending::Good);
    journal.extend(deploy("f1", Some("a1"), Ending::Good));
    let facts = host(journal);
    for asked in [commit('f'), commit('f')[..8].to_owned()] {
        let (findings, plan) = decide(&Ask { commit: asked, ..ask(compose()) }, &facts);
        let found = only(findings, "already-live");
        assert_eq!(
            (found.level, found.fact.as_str()),
            (Level::Warning, "1.0.f1 (ffffffff) is live already, as release f1")
        );
        assert_eq!(plan.live, Some(release("f1")));
    }
    let older = Ask { commit: commit('a'), ..ask(compose()) };
    assert_eq!(wrong(&decide(&older, &facts).0), [""; 0], "the host's git knows what is older");
}

#[test]
fn a_run_that_was_cut_off_is_told_unless_it_is_still_at_work() {
    let mut journal = deploy("a1", None, Ending::Good);
    journal.push(began("b1", Kind::Deploy, (&release("b1"), Some(&release("a1")))));
    let mut facts = host(journal);
    let found = only(decide(&ask(compose()), &facts).0, "unsettled");
    assert_eq!(found.level, Level::Warning);
    assert!(found.fact.contains("1.0.b1") && found.fact.ends_with("live: 1.0.a1 (aaaaaaaa)"), "{found:?}");
    facts.lock = Some(holder());
    only(decide(&ask(compose()), &facts).0, "lock-held");
}

#[test]
fn a_plan_and_facts_travel_as_json() {
    let mut facts = host(deploy("a1", None, Ending::Good));
    facts.lock = Some(holder());
    let (_, plan) = decide(&ask(compose()), &facts);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<shiplane_core::deploy::Plan>(&text).unwrap(), plan);
    for checkout in [Checkout::Missing, Checkout::Unborn, Checkout::Unreadable("x".to_owned())] {
        facts.checkout = checkout;
        let text = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<HostFacts>(&text).unwrap(), facts);
    }
}

#[test]
fn the_plan_in_words_has_every_step_and_its_undo() {
    let (_, plan) = decide(&ask(command()), &host(Vec::new()));
    let wanted = [
        "fetch commit",
        "unpack release (undo: remove the directory)",
        "build release",
        "switch over (undo: switch back to the release that was live)",
        "await proof",
    ];
    assert_eq!(plan.in_words().lines, wanted);
}
