//! The decision tree of a rollout, hour by hour on a clock of our own.

use shiplane_core::config::{NeedsApproval, Servers};
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Holder, HostFacts, Kind, Release, Result as Ending, Stamp};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::report::Level;
use shiplane_core::rollout::{
    Ask, Change, Decision, Deed, Drive, Driver, Facts, Heard, Looked, Next, Phase, Policy, State, Told,
    Traffic, Why, Word, decide, defaults,
};

const HOUR: u64 = 3_600_000;

fn release(version: &str) -> Release {
    let commit = version.replace('.', "a").repeat(14);
    Release { id: format!("run-{version}"), commit, version: Some(version.to_owned()) }
}

fn entry(at: u64, run: &str, what: What) -> Entry {
    let (run, fence) = (run.to_owned(), 1);
    Entry { at: Stamp(at), run, what, fence, actor: None, run_url: None, reason: None }
}

fn deployed(version: &str, result: Ending) -> Vec<Entry> {
    let (release, kind) = (release(version), Kind::Deploy);
    let ended = What::Ended { result, release: None, phases: vec![], images: vec![], why: None };
    vec![entry(0, version, What::Began { kind, release, from: None }), entry(0, version, ended)]
}

fn haproxy() -> Driver {
    let servers = Servers { stable: "blue".to_owned(), canary: "green".to_owned() };
    Driver::Haproxy { socket: "/run/haproxy.sock".to_owned(), backend: "shop".to_owned(), servers }
}

/// A host, its clock, and what it keeps.
struct Host {
    ask: Ask,
    facts: Facts,
}

impl Host {
    /// The canary has 1.1.0, users have 1.0.0.
    fn with_canary() -> Self {
        let mut host = Self::with_env_file();
        host.ask.policy.driver = haproxy();
        host.ask.policy.canary = Some("canary".to_owned());
        let journal = [deployed("1.0.0", Ending::Good), deployed("1.1.0", Ending::Good)].concat();
        host.facts.canary = Some(HostFacts { journal, ..HostFacts::default() });
        host.facts.here.journal = deployed("1.0.0", Ending::Good);
        host
    }

    /// The application splits its users by itself.
    fn with_env_file() -> Self {
        let policy = Policy {
            driver: Driver::EnvFile { reload: vec![] },
            stages: defaults(),
            canary: None,
            after: None,
        };
        let (environment, deed) = ("production".to_owned(), Deed::Status);
        let ask = Ask { environment, policy, deed, reason: None, force: false };
        let journal = [deployed("1.0.0", Ending::Good), deployed("1.1.0", Ending::Good)].concat();
        let here = HostFacts { now: Stamp(1000 * HOUR), journal, ..HostFacts::default() };
        let traffic = Traffic::At { percent: 0, stable_up: None, canary_up: None };
        let facts = Facts { here, looked: Looked { state: None, traffic }, ..Facts::default() };
        Self { ask, facts }
    }

    fn started(mut self) -> Self {
        let decision = self.does(Deed::Start(None));
        assert_eq!(decision.verdict.word, "started", "{decision:?}");
        self
    }

    fn asks(&self, deed: Deed) -> Decision {
        decide(&Ask { deed, ..self.ask.clone() }, &self.facts)
    }

    /// Decides, and carries it out as a host does.
    fn does(&mut self, deed: Deed) -> Decision {
        let decision = self.asks(deed);
        if let Some(Change { expected, state, drive, told }) = decision.change.clone() {
            assert_eq!(expected, self.facts.looked.state.as_ref().map(|state| state.generation));
            let percent = match drive {
                Drive::Leave => self.percent(),
                Drive::To(percent) => percent,
                Drive::Close => 0,
            };
            self.traffic(percent);
            self.facts.looked.state = Some(state);
            let now = self.facts.here.now.0;
            self.facts.here.journal.extend(told.map(|told| entry(now, "rollout", What::Rollout(told))));
        }
        decision
    }

    fn tick(&mut self, word: &str) -> (String, u8) {
        let decision = self.does(Deed::Tick(Heard::from_word(Some(word))));
        (decision.verdict.word, self.percent())
    }

    fn later(&mut self, millis: u64) -> &mut Self {
        self.facts.here.now.0 += millis;
        self
    }

    fn traffic(&mut self, percent: u8) {
        self.facts.looked.traffic = Traffic::At { percent, stable_up: None, canary_up: None };
    }

    fn percent(&self) -> u8 {
        match &self.facts.looked.traffic {
            Traffic::At { percent, .. } => *percent,
            Traffic::Unknown(why) => panic!("{why}"),
        }
    }

    fn state(&self) -> &State {
        self.facts.looked.state.as_ref().unwrap()
    }

    /// Good numbers until it is at that share.
    fn at(mut self, percent: u8) -> Self {
        while self.percent() < percent {
            let hold = self.state().current().unwrap().hold.least;
            self.later(u64::try_from(hold.0.as_millis()).unwrap());
            assert_eq!(self.tick("ok").0, "promoted");
        }
        self
    }
}

fn codes(decision: &Decision) -> Vec<&str> {
    decision.findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn word(decision: &Decision) -> (&str, Exit) {
    (decision.verdict.word.as_str(), decision.verdict.exit)
}

#[test]
fn every_stage_is_held_for_its_time_and_then_gets_more_users() {
    let mut host = Host::with_canary().started();
    assert_eq!(host.percent(), 0);
    for (hours, percent) in [(1, 10), (2, 25), (4, 50), (8, 100)] {
        let before = host.percent();
        host.later(hours * HOUR - 1000);
        assert_eq!(host.tick("ok"), ("held".to_owned(), before), "a second before {hours} h");
        host.later(1000);
        assert_eq!(host.tick("ok"), ("promoted".to_owned(), percent));
        assert_eq!(host.tick("ok"), ("held".to_owned(), percent), "twice in a row");
    }
    host.later(48 * HOUR - 1);
    assert_eq!(host.tick("ok"), ("held".to_owned(), 100));
    host.later(1);
    let done = host.asks(Deed::Tick(Heard::Ok));
    assert_eq!(codes(&done), ["release-complete"]);
    assert_eq!(host.tick("ok"), ("complete".to_owned(), 100));
    assert_eq!(host.state().phase, Phase::Complete);
    assert_eq!(host.tick("ok"), ("held".to_owned(), 100));
}

#[test]
fn a_tick_that_comes_hours_late_promotes_once() {
    let mut host = Host::with_canary().started().at(10);
    host.later(30 * HOUR);
    assert_eq!(host.tick("ok"), ("promoted".to_owned(), 25));
    assert_eq!(host.tick("ok"), ("held".to_owned(), 25));
}

#[test]
fn bad_numbers_take_everybody_away_in_every_stage() {
    for percent in [0, 10, 25, 50, 100] {
        let mut host = Host::with_canary().started().at(percent);
        let decision = host.does(Deed::Tick(Heard::Rollback));
        assert_eq!(word(&decision), ("rolled-back", Exit::Restored), "{percent} %");
        assert_eq!(decision.next, Next::GoBack);
        assert_eq!((host.percent(), host.state().phase), (0, Phase::RolledBack));
        let history = History::of(&host.facts.here.journal);
        assert_eq!(history.quarantined, [release("1.1.0").commit]);
        assert_eq!(host.tick("ok"), ("none".to_owned(), 0), "what is over stays over");
        let again = host.asks(Deed::Start(None));
        assert_eq!((word(&again), codes(&again)), (("refused", Exit::No), vec!["commit-quarantined"]));
    }
}

#[test]
fn bad_numbers_do_not_wait_for_a_deploy_that_holds_the_lock() {
    let mut host = Host::with_canary().started().at(25);
    host.facts.here.lock = Some(Holder { run: "other".to_owned(), ..Holder::default() });
    assert_eq!(host.tick("rollback"), ("rolled-back".to_owned(), 0));
}

#[test]
fn nothing_is_promoted_while_a_deploy_holds_the_lock() {
    let mut host = Host::with_canary().started();
    host.facts.here.lock = Some(Holder { run: "other".to_owned(), ..Holder::default() });
    host.later(HOUR);
    assert_eq!(host.tick("ok"), ("held".to_owned(), 0));
}

#[test]
fn a_warning_pauses_until_a_person_says_so() {
    for percent in [0, 10, 25, 50, 100] {
        let mut host = Host::with_canary().started().at(percent);
        host.later(HOUR / 2);
        let decision = host.does(Deed::Tick(Heard::Warning));
        assert_eq!((word(&decision), host.percent()), (("paused", Exit::Done), percent));
        assert_eq!(host.state().phase, Phase::Paused(Why::Verdict));
        host.later(500 * HOUR);
        assert_eq!(host.tick("ok"), ("held".to_owned(), percent), "a good verdict alone does not go on");
        assert_eq!(host.tick("warning"), ("held".to_owned(), percent));
        assert_eq!(host.does(Deed::Resume).verdict.word, "resumed");
        assert_eq!(host.state().window, host.facts.here.now, "what was before is looked at no more");
        assert_eq!(host.tick("ok"), ("held".to_owned(), percent), "the stage's time stood still");
        assert_eq!(host.state().watched_until(host.facts.here.now), Span::seconds(1800));
    }
}

#[test]
fn a_paused_rollout_still_goes_back() {
    let mut host = Host::with_canary().started().at(25);
    host.tick("warning");
    assert_eq!(host.tick("rollback"), ("rolled-back".to_owned(), 0));
}

#[test]
fn no_numbers_hold_and_are_told_when_the_time_is_over() {
    let mut host = Host::with_canary().started().at(10);
    host.later(4 * HOUR);
    let held = host.does(Deed::Tick(Heard::NoData));
    assert_eq!((word(&held), codes(&held)), (("held", Exit::Done), vec!["no-data"]));
    host.later(1000);
    let overdue = host.does(Deed::Tick(Heard::NoData));
    assert_eq!(codes(&overdue), ["no-data", "stage-overdue"]);
    assert_eq!(host.tick("ok"), ("promoted".to_owned(), 25), "numbers that come late count");
}

#[test]
fn too_few_numbers_hold_and_nobody_is_told_before_the_time_is_over() {
    let mut host = Host::with_canary().started().at(10);
    host.later(4 * HOUR);
    let held = host.does(Deed::Tick(Heard::from_word(Some("too-few"))));
    assert_eq!((word(&held), codes(&held)), (("held", Exit::Done), vec!["too-few"]));
    assert_eq!(held.findings[0].level, Level::Ok);
    assert_eq!((host.percent(), host.state().phase), (10, Phase::Observing));
    host.later(1000);
    assert_eq!(codes(&host.does(Deed::Tick(Heard::TooFew))), ["too-few", "stage-overdue"]);
}

#[test]
fn a_verdict_that_nobody_gave_promotes_nothing() {
    let mut host = Host::with_canary().started();
    host.later(HOUR);
    for wrong in ["", "OK", "okay", "pass", "{}", "ok\nok"] {
        let decision = host.does(Deed::Tick(Heard::from_word(Some(wrong))));
        assert_eq!((word(&decision), host.percent()), (("undetermined", Exit::CouldNot), 0), "{wrong:?}");
        assert_eq!(codes(&decision), ["verdict-missing"]);
    }
    assert_eq!(host.asks(Deed::Tick(Heard::from_word(None))).verdict.exit, Exit::CouldNot);
    assert_eq!(host.tick(" ok\n"), ("promoted".to_owned(), 10));
}

#[test]
fn trouble_in_the_last_stage_goes_back_and_after_it_is_only_told() {
    let at_47 = |word: &str| {
        let mut host = Host::with_canary().started().at(100);
        host.later(47 * HOUR);
        host.tick(word)
    };
    assert_eq!(at_47("rollback"), ("rolled-back".to_owned(), 0));
    let mut host = Host::with_canary().started().at(100);
    host.later(49 * HOUR);
    let late = host.does(Deed::Tick(Heard::Rollback));
    assert_eq!((codes(&late), host.percent()), (vec!["trouble-after-end"], 100));
    assert_eq!(host.state().phase, Phase::Paused(Why::Verdict), "what is in trouble is not complete");
    let mut host = Host::with_canary().started().at(100);
    host.later(48 * HOUR);
    host.tick("ok");
    host.later(HOUR);
    let late = host.does(Deed::Tick(Heard::Rollback));
    assert_eq!((word(&late), host.percent()), (("held", Exit::Done), 100));
    assert_eq!(codes(&late), ["release-complete", "trouble-after-end"]);
}

#[test]
fn a_proxy_that_forgot_is_told_again_and_promotes_nothing_meanwhile() {
    let mut host = Host::with_canary().started().at(25);
    host.later(5 * HOUR).traffic(0);
    let decision = host.does(Deed::Tick(Heard::Ok));
    assert_eq!((word(&decision), host.percent()), (("held", Exit::Done), 25));
    assert_eq!(codes(&decision), ["rollout-drift"]);
    assert_eq!(host.state().window, host.facts.here.now);
    assert_eq!(host.tick("ok"), ("promoted".to_owned(), 50));
    host.tick("warning");
    host.traffic(90);
    assert_eq!(host.tick("ok"), ("held".to_owned(), 50), "in a pause, too");
    host.tick("rollback");
    host.traffic(50);
    assert_eq!(host.tick("ok"), ("none".to_owned(), 0), "and when it is over");
}

#[test]
fn who_gets_what_must_be_known_except_to_go_back() {
    let mut host = Host::with_canary().started().at(10);
    host.later(3 * HOUR);
    host.facts.looked.traffic = Traffic::Unknown("no such socket".to_owned());
    for heard in [Heard::Ok, Heard::NoData, Heard::Nothing] {
        let decision = host.asks(Deed::Tick(heard));
        assert_eq!((word(&decision), &decision.change), (("undetermined", Exit::CouldNot), &None));
    }
    let change = host.asks(Deed::Tick(Heard::Rollback)).change.unwrap();
    assert_eq!((change.drive, change.state.phase), (Drive::Close, Phase::RolledBack));
    let fresh = Host {
        facts: Facts { looked: Looked { state: None, ..host.facts.looked.clone() }, ..host.facts },
        ..host
    };
    assert_eq!(fresh.asks(Deed::Start(None)).verdict.exit, Exit::CouldNot);
}

#[test]
fn users_are_not_sent_to_a_server_that_is_down() {
    let mut host = Host::with_canary().started().at(10);
    host.later(3 * HOUR);
    host.facts.looked.traffic = Traffic::At { percent: 10, stable_up: Some(true), canary_up: Some(false) };
    let decision = host.asks(Deed::Tick(Heard::Ok));
    assert_eq!((word(&decision), codes(&decision)), (("held", Exit::No), vec!["canary-down"]));
    host.facts.looked.traffic = Traffic::At { percent: 10, stable_up: Some(false), canary_up: Some(true) };
    let decision = host.asks(Deed::Tick(Heard::Rollback));
    assert_eq!((word(&decision), codes(&decision)), (("broken", Exit::Broken), vec!["stable-down"]));
    let change = decision.change.unwrap();
    assert_eq!((change.drive, change.state.phase), (Drive::Leave, Phase::Paused(Why::Verdict)));
}

#[test]
fn a_stage_with_an_approval_waits_for_it() {
    let mut host = Host::with_canary();
    host.ask.policy.stages[2].approval = Some(NeedsApproval::Required);
    let mut host = host.started().at(10);
    host.later(2 * HOUR);
    let decision = host.does(Deed::Tick(Heard::Ok));
    assert_eq!((word(&decision), host.percent()), (("paused", Exit::Done), 10));
    assert_eq!(codes(&decision), ["approval-needed"]);
    host.later(HOUR);
    assert_eq!(host.tick("ok"), ("held".to_owned(), 10));
    assert_eq!(host.does(Deed::Resume).verdict.word, "promoted");
    assert_eq!(host.percent(), 25);
}

#[test]
fn a_person_sets_a_share() {
    let mut host = Host::with_canary().started();
    host.ask.reason = Some("a friend asked".to_owned());
    assert_eq!((host.does(Deed::Set(25)).verdict.word.as_str(), host.percent()), ("set", 25));
    assert_eq!((host.state().phase, host.state().stage), (Phase::Observing, 2), "up to a stage it goes on");
    host.later(4 * HOUR);
    assert_eq!(host.tick("ok"), ("promoted".to_owned(), 50));
    host.does(Deed::Set(30));
    assert_eq!((host.percent(), host.state().phase), (30, Phase::Paused(Why::Person)));
    host.later(100 * HOUR);
    assert_eq!(host.tick("ok"), ("held".to_owned(), 30));
    host.does(Deed::Resume);
    host.later(4 * HOUR);
    assert_eq!(host.tick("ok"), ("promoted".to_owned(), 50), "from between two stages to the next");
    host.does(Deed::Set(0));
    assert_eq!((host.percent(), host.state().phase), (0, Phase::Paused(Why::Person)));
    let told: Vec<Word> = host.facts.here.journal.iter().filter_map(told).map(|told| told.word).collect();
    assert_eq!(told.iter().filter(|word| **word == Word::Set).count(), 3);
}

fn told(entry: &Entry) -> Option<&Told> {
    let What::Rollout(told) = &entry.what else { return None };
    Some(told)
}

#[test]
fn a_person_pauses_and_goes_back() {
    let mut host = Host::with_canary().started().at(50);
    assert_eq!(host.does(Deed::Pause).verdict.word, "paused");
    assert_eq!(host.asks(Deed::Pause).change, None, "twice is once");
    let back = host.does(Deed::Rollback);
    assert_eq!((word(&back), back.next, host.percent()), (("rolled-back", Exit::Done), Next::GoBack, 0));
    for deed in [Deed::Pause, Deed::Resume, Deed::Set(10), Deed::Rollback, Deed::Finish] {
        let refused = host.asks(deed);
        assert_eq!((word(&refused), codes(&refused)), (("refused", Exit::No), vec!["no-rollout"]));
    }
}

#[test]
fn another_version_ends_it() {
    let mut host = Host::with_canary().started().at(25);
    host.facts.canary.as_mut().unwrap().journal.extend(deployed("1.2.0", Ending::Good));
    assert_eq!(host.tick("ok"), ("superseded".to_owned(), 0));
    assert_eq!(host.tick("rollback"), ("none".to_owned(), 0));
    assert_eq!(host.does(Deed::Start(Some("1.2.0".to_owned()))).verdict.word, "started");
    assert_eq!((host.state().percent, host.state().stage), (0, 0));
    let mut host = Host::with_env_file().started().at(25);
    host.facts.here.journal.extend(deployed("1.2.0", Ending::Good));
    let decision = host.asks(Deed::Tick(Heard::Ok));
    assert_eq!(decision.change.map(|change| change.drive), Some(Drive::Leave), "its deploy wrote the file");
}

#[test]
fn it_ends_when_the_stable_server_has_the_version_too() {
    let mut host = Host::with_canary().started().at(100);
    assert_eq!(codes(&host.asks(Deed::Finish)), ["rollout-not-complete"]);
    host.later(48 * HOUR);
    host.tick("ok");
    let refused = host.asks(Deed::Finish);
    assert_eq!(codes(&refused), ["stable-not-deployed"]);
    let help = refused.findings[0].help.clone().unwrap();
    assert!(help.contains("ssh-deploy deploy --environment production --commit 1a1a0"), "{help}");
    host.facts.here.journal.extend(deployed("1.1.0", Ending::Good));
    host.facts.looked.traffic = Traffic::At { percent: 100, stable_up: Some(false), canary_up: Some(true) };
    let refused = host.does(Deed::Finish);
    assert_eq!(
        (codes(&refused), host.percent()),
        (vec!["stable-down"], 100),
        "nobody would answer them there"
    );
    host.traffic(100);
    assert_eq!(host.does(Deed::Finish).verdict.word, "finished");
    assert_eq!((host.percent(), host.state().phase), (0, Phase::Finished));
    assert_eq!(host.tick("rollback"), ("none".to_owned(), 0));
    let mut host = Host::with_env_file().started().at(100);
    host.ask.force = true;
    assert_eq!(host.does(Deed::Finish).verdict.word, "finished");
    assert_eq!(host.percent(), 100);
}

#[test]
fn what_may_not_begin() {
    let start = |host: &Host, wanted: Option<&str>| host.asks(Deed::Start(wanted.map(str::to_owned)));
    let host = Host::with_canary();
    for good in [None, Some("1.1.0"), Some("v1.1.0"), Some("1a1a01a")] {
        assert_eq!(start(&host, good).verdict.word, "started", "{good:?}");
    }
    for bad in ["1.2.0", "1.0.0", "1a1a", ""] {
        assert_eq!(codes(&start(&host, Some(bad))), ["not-deployed"], "{bad:?}");
    }
    let mut host = Host::with_canary();
    host.facts.here.journal.extend(deployed("1.1.0", Ending::Good));
    assert_eq!(codes(&start(&host, None)), ["nothing-to-roll-out"]);
    let mut host = Host::with_canary();
    host.facts.here.journal.clear();
    assert_eq!(codes(&start(&host, None)), ["stable-missing"]);
    let mut host = Host::with_canary().started().at(10);
    assert_eq!(codes(&start(&host, None)), ["rollout-going-on"]);
    host.later(1);
    let mut host = Host::with_canary();
    host.facts.here.journal.extend(deployed("1.1.0", Ending::Restored));
    assert_eq!(codes(&start(&host, None)), ["commit-quarantined"]);
    host.ask.force = true;
    assert_eq!(start(&host, None).verdict.word, "started");
    let mut host = Host::with_canary();
    host.ask.policy.after = Some("staging".to_owned());
    assert_eq!(codes(&start(&host, None)), ["not-passed-before"]);
    let staging = |version: &str, ending| {
        Some(HostFacts { journal: deployed(version, ending), ..HostFacts::default() })
    };
    host.facts.after = staging("1.1.0", Ending::Restored);
    assert_eq!(codes(&start(&host, None)), ["not-passed-before"]);
    host.facts.after = staging("1.1.0", Ending::Good);
    assert_eq!(codes(&start(&host, None)), ["passed-before", "rollout-started"]);
}

#[test]
fn a_clock_that_goes_backwards_adds_nothing() {
    let mut host = Host::with_canary().started().at(10);
    host.facts.here.now.0 -= 2 * HOUR;
    assert_eq!(host.tick("ok"), ("held".to_owned(), 10));
    host.tick("warning");
    assert_eq!(host.state().watched, 0);
}

#[test]
fn without_a_rollout_a_tick_does_nothing() {
    let mut host = Host::with_canary();
    for word in ["ok", "warning", "rollback", ""] {
        assert_eq!(host.tick(word), ("none".to_owned(), 0));
    }
    assert_eq!(codes(&host.asks(Deed::Resume)), ["no-rollout"]);
}
