//! Going back: to which release, and may we?

use shiplane_core::config::CommandRuntime;
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{
    HostFacts, Kind, Options, Release, Result as Ending, Runtime, Step, Strategy, Tools,
};
use shiplane_core::rollback::{Ask, choose, decide};
use shiplane_core::rollout::{Told, Word};

use super::host::{back, began, codes, commit, compose, deploy, holder, host, limits, release, site, wrong};

fn ask(runtime: Runtime, target: Option<&str>) -> Ask {
    let target = target.map(str::to_owned);
    Ask {
        site: site(),
        strategy: Strategy::Git,
        runtime,
        target,
        limits: limits(),
        actor: None,
        run_url: None,
        reason: Some("the shop is slow".to_owned()),
        options: Options::default(),
    }
}

fn command() -> Runtime {
    Runtime::Command(CommandRuntime::default())
}

/// Three good releases and one that failed.
fn journal() -> Vec<Entry> {
    let parts = [
        deploy("a1", None, Ending::Good),
        deploy("b1", Some("a1"), Ending::Good),
        deploy("c1", Some("b1"), Ending::Restored),
        deploy("d1", Some("b1"), Ending::Good),
    ];
    parts.concat()
}

fn chosen(target: Option<&str>, history: &History) -> Result<String, String> {
    choose(target, history).map(|release| release.id.clone()).map_err(|finding| finding.code.clone())
}

#[test]
fn without_a_target_it_is_the_good_release_before_the_live_one() {
    let history = History::of(&journal());
    assert_eq!(chosen(None, &history), Ok("b1".to_owned()));
    assert_eq!(chosen(None, &History::default()), Err("no-previous".to_owned()));
    let first = History::of(&deploy("a1", None, Ending::Good));
    let refused = choose(None, &first).unwrap_err();
    assert_eq!(refused.fact, "there is no good release older than 1.0.a1 (aaaaaaaa)");
}

#[test]
fn a_target_is_a_version_a_commit_or_a_release() {
    let history = History::of(&journal());
    for target in ["1.0.a1", "v1.0.a1", "a1", &commit('a'), "aaaaaaa"] {
        assert_eq!(chosen(Some(target), &history), Ok("a1".to_owned()), "{target}");
    }
    for unknown in
        ["9.9.9", "1.0.c1", "c1", &commit('c'), "aaaaaa", "HEAD~1", "HEAD", "main", "", "v", "latest"]
    {
        assert_eq!(chosen(Some(unknown), &history), Err("target-unknown".to_owned()), "{unknown}");
    }
    let refused = choose(Some("9.9.9"), &history).unwrap_err();
    let help = "good here, newest first: 1.0.d1 (dddddddd), 1.0.b1 (bbbbbbbb), 1.0.a1 (aaaaaaaa)";
    assert_eq!(
        (refused.fact.as_str(), refused.help.as_deref()),
        ("no good release here is `9.9.9`", Some(help))
    );
}

#[test]
fn a_version_that_was_written_with_a_v_is_the_same() {
    let mut entries = deploy("a1", None, Ending::Good);
    let named = Release { version: Some("v2.0.0".to_owned()), ..release("b1") };
    entries.push(began("b1", Kind::Deploy, (&named, None)));
    entries.extend(deploy("b1", None, Ending::Good).into_iter().skip(1));
    entries.extend(deploy("c1", Some("b1"), Ending::Good));
    for target in ["2.0.0", "v2.0.0"] {
        assert_eq!(chosen(Some(target), &History::of(&entries)), Ok("b1".to_owned()), "{target}");
    }
}

#[test]
fn of_two_releases_of_a_commit_the_newer_one_is_meant() {
    let parts = [journal(), deploy("a2", Some("d1"), Ending::Good), deploy("e1", Some("a2"), Ending::Good)];
    let history = History::of(&parts.concat());
    assert_eq!(chosen(Some(&commit('a')), &history), Ok("a2".to_owned()));
    assert_eq!(chosen(Some("a1"), &history), Ok("a1".to_owned()));
}

#[test]
fn what_is_live_is_no_target_unless_it_may_not_be_what_runs() {
    let history = History::of(&journal());
    assert_eq!(chosen(Some("1.0.d1"), &history), Err("target-live".to_owned()));
    let rolled_out = |word| What::Rollout(Told { word, release: release("e1"), from: 10, to: 25 });
    let mut under_way = journal();
    under_way.push(Entry { what: rolled_out(Word::Promoted), ..under_way[0].clone() });
    assert_eq!(chosen(Some("1.0.d1"), &History::of(&under_way)), Ok("d1".to_owned()), "others have e1");
    under_way.push(Entry { what: rolled_out(Word::RolledBack), ..under_way[0].clone() });
    assert_eq!(chosen(Some("1.0.d1"), &History::of(&under_way)), Err("target-live".to_owned()));
    let cut = [journal(), vec![began("e1", Kind::Deploy, (&release("e1"), Some(&release("d1"))))]].concat();
    let history = History::of(&cut);
    assert_eq!(chosen(Some("1.0.d1"), &history), Ok("d1".to_owned()));
    assert_eq!(chosen(None, &history), Ok("d1".to_owned()), "back to what was live before the cut-off run");
}

#[test]
fn the_release_that_is_left_can_be_named_and_is_never_chosen() {
    let left = [journal(), back("r1", ("b1", "d1"), Ending::Good)].concat();
    let history = History::of(&left);
    assert_eq!(chosen(None, &history), Ok("a1".to_owned()));
    assert_eq!(chosen(Some("d1"), &history), Ok("d1".to_owned()));
}

/// The way back by Compose in a checkout.
const ROUTE: [Step; 6] =
    [Step::SetAside, Step::Checkout, Step::Configure, Step::Switch, Step::Settle, Step::Confirm];

#[test]
fn the_plan_needs_no_build_no_git_remote_and_no_registry() {
    let facts = HostFacts { has_origin: false, ..host(journal()) };
    let (findings, plan) = decide(&ask(compose(), None), &facts);
    assert_eq!(codes(&findings), ["path", "compose", "target"]);
    let plan = plan.unwrap();
    assert_eq!(plan.steps, ROUTE);
    assert_eq!(plan.reason.as_deref(), Some("the shop is slow"));
    assert_eq!((plan.kind, plan.release, plan.live), (Kind::Rollback, release("b1"), Some(release("d1"))));
    assert_eq!(plan.run, "20260105t100000000-backbbbb");
    let facts = HostFacts { tools: Tools::default(), dirty: vec!["x".to_owned()], ..facts };
    let (findings, plan) = decide(&ask(command(), None), &facts);
    assert_eq!(wrong(&findings), [""; 0], "own commands need neither git nor docker to go back");
    assert_eq!(plan.unwrap().steps, [Step::Configure, Step::Switch, Step::Confirm]);
}

#[test]
fn every_reason_is_told_at_once() {
    let mut facts = host(Vec::new());
    facts.writable = false;
    facts.lock = Some(holder());
    facts.tools = Tools::default();
    facts.dirty = vec!["x".to_owned()];
    let (findings, plan) = decide(&ask(compose(), None), &facts);
    let wanted =
        ["path-not-writable", "lock-held", "docker-missing", "compose-missing", "dirty-tree", "no-previous"];
    assert_eq!((wrong(&findings), plan), (wanted.to_vec(), None));
}
