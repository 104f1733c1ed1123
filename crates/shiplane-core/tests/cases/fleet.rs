//! Several hosts: who waits, who migrates, who goes when, and what they are called.

use shiplane_core::deploy::{Ask, HostPlan, Options, Seen, Step, Strategy, Waves, decide, each, nicknames};
use shiplane_core::report::Finding;

use super::host::{commit, compose, host, limits, site};

fn ask() -> Ask {
    Ask {
        site: site(),
        strategy: Strategy::Git,
        runtime: compose(),
        options: Options { migrate: vec!["migrate".to_owned()], ..Options::default() },
        commit: commit('b'),
        version: None,
        limits: limits(),
        force: false,
        actor: None,
        run_url: None,
    }
}

fn planned(hosts: &[&str]) -> (Vec<Finding>, Vec<HostPlan>) {
    let seen = |name: &&str| Seen { host: (*name).to_owned(), facts: host(Vec::new()) };
    let seen: Vec<Seen> = hosts.iter().map(seen).collect();
    each(&seen, |facts| {
        let (findings, plan) = decide(&ask(), facts);
        (findings, Some(plan))
    })
}

#[test]
fn a_host_alone_waits_for_nobody() {
    let (_, plans) = planned(&["web"]);
    assert!(!plans[0].plan.steps.contains(&Step::Hold), "{:?}", plans[0].plan.steps);
}

#[test]
fn several_wait_before_anything_can_be_noticed_and_the_first_one_migrates() {
    let (findings, plans) = planned(&["web-1", "web-2"]);
    let steps = |number: usize| plans[number].plan.steps.clone();
    let before = [Step::Fetch, Step::SetAside, Step::Checkout, Step::Build, Step::Hold];
    let after = [Step::Switch, Step::Settle, Step::Confirm];
    assert_eq!(steps(0), [&before[..], &[Step::Migrate], &after[..]].concat());
    assert_eq!(steps(1), [&before[..], &after[..]].concat());
    assert!(findings.iter().any(|finding| finding.fact.starts_with("web-2: ")), "{findings:?}");
}

#[test]
fn the_first_host_goes_alone_and_the_others_in_waves() {
    let waves = |hosts, max_parallel| {
        let waves = Waves { max_parallel, fail_fast: true }.of(hosts);
        waves.into_iter().map(|wave| (wave.start, wave.end)).collect::<Vec<_>>()
    };
    assert_eq!(waves(1, 1), [(0, 1)]);
    assert_eq!(waves(3, 1), [(0, 1), (1, 2), (2, 3)]);
    assert_eq!(waves(6, 2), [(0, 1), (1, 3), (3, 5), (5, 6)]);
    assert_eq!(waves(3, usize::MAX), [(0, 1), (1, 3)]);
    assert_eq!(Waves::new(Some(0), None).unwrap_err().code, "max-parallel-invalid");
}

#[test]
fn names_are_as_short_as_they_can_be() {
    let names = |hosts: &[&str], instead| {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        nicknames(&hosts, instead)
    };
    assert_eq!(names(&["a@web-1.shop.test:22", "web-2.shop.test"], None), ["web-1", "web-2"]);
    assert_eq!(names(&["web.a.test", "web.b.test"], None), ["web.a.test", "web.b.test"]);
    assert_eq!(names(&["u@10.0.0.1:22", "u@10.0.0.1:23"], None), ["u@10.0.0.1:22", "u@10.0.0.1:23"]);
    assert_eq!(names(&["u@10.0.0.1", "[2001:db8::1]:22"], None), ["10.0.0.1", "2001:db8::1"]);
    assert_eq!(names(&["a", "a"], None), ["host-1", "host-2"]);
    assert_eq!(names(&["a", "b"], Some("production")), ["production-1", "production-2"]);
}
