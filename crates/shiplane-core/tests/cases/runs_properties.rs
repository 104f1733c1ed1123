//! What holds for all runs: order never matters, what is not known never passes, one fact is one reason.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use shiplane_core::report::Level;
use shiplane_core::runs::facts::{Job, Run, Section, Unread};
use shiplane_core::runs::{self, Facts, Policy};

use super::runs::{case, folders, read};

fn reasons(policy: &Policy, facts: &Facts) -> BTreeSet<String> {
    let findings = runs::evaluate(policy, facts);
    findings.into_iter().filter(|finding| finding.level != Level::Ok).map(|finding| finding.code).collect()
}

fn word(policy: &Policy, facts: &Facts) -> String {
    runs::verdict(&runs::evaluate(policy, facts)).word
}

fn job() -> impl Strategy<Value = Job> {
    let words = select(&[Some("success"), Some("failure"), Some("skipped"), Some("odd"), None][..]);
    let names = select(&["lint", "test", "gate"][..]);
    (names, words, select(&["completed", "queued"][..])).prop_map(|(name, conclusion, status)| Job {
        name: name.to_owned(),
        status: status.to_owned(),
        conclusion: conclusion.map(str::to_owned),
        ..Job::default()
    })
}

fn run() -> impl Strategy<Value = Run> {
    let words = select(&[Some("success"), Some("success"), Some("failure"), Some("skipped"), None][..]);
    let files = select(&["ci.yml", "deploy.yml"][..]);
    let events = select(&["push", "pull_request", "schedule"][..]);
    let jobs = proptest::option::of(prop::collection::vec(job(), 0..3));
    let rest = (words, select(&["d1", "c1"][..]), any::<bool>(), jobs);
    (100..106_u64, 1..3_u64, files, events, rest).prop_map(
        |(id, attempt, file, event, (conclusion, commit, fork, jobs))| Run {
            id,
            attempt,
            workflow: file.trim_end_matches(".yml").to_owned(),
            file: Some(file.to_owned()),
            event: event.to_owned(),
            status: "completed".to_owned(),
            conclusion: conclusion.map(str::to_owned),
            commit: commit.to_owned(),
            fork,
            jobs,
            ..Run::default()
        },
    )
}

fn facts(runs: Vec<Run>) -> Facts {
    // Two records of one attempt with different words cannot come from one server.
    let mut once: Vec<Run> = Vec::new();
    for run in runs {
        if !once.iter().any(|known| (known.id, known.attempt) == (run.id, run.attempt)) {
            once.push(run);
        }
    }
    Facts { branch: "develop".into(), head: Some("d1".into()), runs: once, ..Facts::default() }
}

fn policy() -> impl Strategy<Value = Policy> {
    let lists = select(vec![vec![], vec!["ci.yml"], vec!["ci", "deploy.yml"]]);
    let jobs = select(vec![vec![], vec!["lint"], vec!["gate", "none"]]);
    (lists, jobs).prop_map(|(workflows, jobs)| Policy {
        workflows: workflows.into_iter().map(str::to_owned).collect(),
        jobs: jobs.into_iter().map(str::to_owned).collect(),
        ..Policy::default()
    })
}

proptest! {
    #[test]
    fn order_never_matters(policy in policy(), (one, other) in prop::collection::vec(run(), 0..6)
        .prop_map(facts).prop_flat_map(|facts| { let runs = facts.runs.clone(); (Just(facts), Just(runs).prop_shuffle()) }))
    {
        let mut shuffled = Facts { runs: other, ..one.clone() };
        prop_assert_eq!(runs::evaluate(&policy, &one), runs::evaluate(&policy, &shuffled));
        for jobs in shuffled.runs.iter_mut().filter_map(|run| run.jobs.as_mut()) {
            jobs.reverse();
        }
        prop_assert_eq!(runs::evaluate(&policy, &one), runs::evaluate(&policy, &shuffled));
    }

    #[test]
    fn a_pass_has_a_green_run_of_the_very_commit_for_each_workflow(policy in policy(), runs in prop::collection::vec(run(), 0..6)) {
        let facts = facts(runs);
        if word(&policy, &facts) == "pass" {
            let judged = runs::judged(&policy, &facts);
            prop_assert!(runs::unmet(&policy, &facts).is_empty());
            prop_assert!(judged.iter().any(|run| run.conclusion.as_deref() == Some("success")));
            for run in judged {
                prop_assert!(run.commit == "d1" && !run.fork && run.event != "schedule");
                let good = |job: &Job| matches!(job.conclusion.as_deref(), Some("success" | "skipped"));
                prop_assert!(run.jobs.as_ref().is_some_and(|jobs| jobs.iter().all(good)));
            }
        }
    }

    #[test]
    fn what_is_unread_never_passes(policy in policy(), runs in prop::collection::vec(run(), 0..6), section in select(&[Section::Runs, Section::Jobs][..])) {
        let mut facts = facts(runs);
        facts.unread.push(Unread { section, why: "no".into(), permissions: Vec::new() });
        prop_assert_ne!(word(&policy, &facts), "pass");
    }

    #[test]
    fn an_earlier_run_changes_nothing(policy in policy(), runs in prop::collection::vec(run(), 1..6), earlier in run()) {
        let facts = facts(runs);
        let mut more = facts.clone();
        let newest = facts.runs.iter().find(|run| run.commit == "d1" && !run.fork).cloned();
        if let Some(newest) = newest {
            more.runs.push(Run { id: 1, jobs: earlier.jobs, conclusion: earlier.conclusion, ..newest });
            prop_assert_eq!(runs::evaluate(&policy, &facts), runs::evaluate(&policy, &more));
        }
    }
}

#[test]
fn one_fact_is_one_reason() {
    let (policy, green) = case("everything-in-order");
    assert_eq!(reasons(&policy, &green), BTreeSet::new());
    let changed = |change: &dyn Fn(&mut Facts)| {
        let mut facts = green.clone();
        change(&mut facts);
        reasons(&policy, &facts)
    };
    let ci = |facts: &mut Facts, change: &dyn Fn(&mut Run)| change(&mut facts.runs[0]);
    let reason = |code: &str| BTreeSet::from([code.to_owned()]);
    assert_eq!(changed(&|facts| facts.head = None), reason("branch-missing"));
    assert_eq!(changed(&|facts| ci(facts, &|run| run.commit = "c1".into())), reason("run-missing"));
    assert_eq!(changed(&|facts| ci(facts, &|run| run.fork = true)), reason("run-missing"));
    assert_eq!(changed(&|facts| ci(facts, &|run| run.event = "schedule".into())), reason("run-missing"));
    assert_eq!(
        changed(&|facts| ci(facts, &|run| run.conclusion = Some("cancelled".into()))),
        reason("run-failed")
    );
    assert_eq!(
        changed(&|facts| ci(facts, &|run| {
            run.conclusion = None;
            run.status = "queued".into();
        })),
        reason("run-pending")
    );
    let job = |facts: &mut Facts, word: &str| {
        facts.runs[0].jobs.as_mut().unwrap()[0].conclusion = Some(word.to_owned());
    };
    assert_eq!(changed(&|facts| job(facts, "failure")), reason("job-failed"));
    assert_eq!(changed(&|facts| job(facts, "skipped")), reason("job-skipped"));
    assert_eq!(
        changed(&|facts| facts.runs[0].jobs.as_mut().unwrap()[0].name.push('!')),
        reason("job-missing")
    );
    assert_eq!(changed(&|facts| facts.runs[0].jobs = None), reason("jobs-unreadable"));
    assert_eq!(changed(&|facts| facts.seen_at = "2026-02-05T12:00:00Z".parse().ok()), reason("run-too-old"));
}

#[test]
fn no_case_says_anything_that_the_runner_would_obey() {
    for folder in folders() {
        let (policy, facts) = read(&folder);
        for finding in runs::evaluate(&policy, &facts) {
            for text in [Some(&finding.fact), finding.help.as_ref()].into_iter().flatten() {
                let harmless = !text.contains(['\n', '\r', '\u{202e}']) && !text.contains("##[");
                assert!(harmless && !text.trim_start().starts_with("::"), "{}: {text:?}", folder.display());
            }
        }
    }
}
