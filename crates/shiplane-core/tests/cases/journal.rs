//! The journal read as a story: what is live, what was good, what is in quarantine, what is uncertain.

use proptest::prelude::*;
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Kind, Release, Result as Ending};

use super::host::{adopted, back, began, commit, deploy, ended, release};

fn history(parts: &[Vec<Entry>]) -> History {
    History::of(&parts.concat())
}

fn live(history: &History) -> Option<&str> {
    history.live.as_ref().map(|release| release.id.as_str())
}

fn previous(history: &History) -> Option<&str> {
    history.previous().map(|release| release.id.as_str())
}

fn unsettled(history: &History) -> Option<&str> {
    history.unsettled.as_ref().map(|release| release.id.as_str())
}

#[test]
fn an_empty_journal_knows_nothing() {
    assert_eq!(History::of(&[]), History::default());
}

#[test]
fn the_previous_release_is_the_last_good_one_before_the_live_one() {
    let story = history(&[
        deploy("a1", None, Ending::Good),
        deploy("b1", Some("a1"), Ending::Restored),
        deploy("c1", Some("a1"), Ending::Refused),
        deploy("d1", Some("a1"), Ending::Good),
    ]);
    assert_eq!((live(&story), previous(&story), unsettled(&story)), (Some("d1"), Some("a1"), None));
    assert_eq!(story.quarantined, [commit('b')]);
}

#[test]
fn a_deploy_that_was_never_good_is_never_gone_back_to() {
    for result in [Ending::Restored, Ending::Refused, Ending::Broken] {
        let story = history(&[deploy("a1", None, result), deploy("b1", None, Ending::Good)]);
        assert_eq!((live(&story), previous(&story)), (Some("b1"), None), "{result:?}");
    }
}

#[test]
fn going_back_twice_goes_back_two_and_never_forward() {
    let three = [
        deploy("a1", None, Ending::Good),
        deploy("b1", Some("a1"), Ending::Good),
        deploy("c1", Some("b1"), Ending::Good),
    ];
    let once = [three.concat(), back("r1", ("b1", "c1"), Ending::Good)];
    assert_eq!((live(&history(&once)), previous(&history(&once))), (Some("b1"), Some("a1")));
    let twice = [once.concat(), back("r2", ("a1", "b1"), Ending::Good)];
    let story = history(&twice);
    assert_eq!((live(&story), previous(&story)), (Some("a1"), None));
    assert_eq!(story.quarantined, [commit('c'), commit('b')]);
    let forward = [twice.concat(), back("r3", ("c1", "a1"), Ending::Good)];
    let story = history(&forward);
    assert_eq!(live(&story), Some("c1"), "somebody may name what was left");
    assert_eq!(story.quarantined, [commit('b'), commit('a')]);
    assert_eq!(previous(&story), None);
}

#[test]
fn what_was_left_on_purpose_is_left_out_until_it_is_good_again() {
    let left = [
        deploy("a1", None, Ending::Good),
        deploy("b1", Some("a1"), Ending::Good),
        back("r1", ("a1", "b1"), Ending::Good),
        deploy("c1", Some("a1"), Ending::Good),
    ];
    assert_eq!(previous(&history(&left)), Some("a1"));
    let again =
        [left.concat(), deploy("b2", Some("c1"), Ending::Good), deploy("d1", Some("b2"), Ending::Good)];
    let story = history(&again);
    assert_eq!((previous(&story), story.quarantined.len()), (Some("b2"), 0));
}

#[test]
fn the_same_commit_again_is_no_way_back() {
    let story = history(&[
        deploy("a1", None, Ending::Good),
        deploy("b1", Some("a1"), Ending::Good),
        deploy("b2", Some("b1"), Ending::Good),
    ]);
    assert_eq!((live(&story), previous(&story)), (Some("b2"), Some("a1")));
}

#[test]
fn a_rollback_that_failed_changes_nothing() {
    let two = [deploy("a1", None, Ending::Good), deploy("b1", Some("a1"), Ending::Good)].concat();
    for result in [Ending::Restored, Ending::Refused] {
        let story = history(&[two.clone(), back("r1", ("a1", "b1"), result)]);
        assert_eq!(story, History::of(&two), "{result:?}");
    }
    let broken = history(&[two, back("r1", ("a1", "b1"), Ending::Broken)]);
    assert_eq!((live(&broken), unsettled(&broken)), (Some("b1"), Some("a1")));
}

#[test]
fn what_ran_before_is_a_good_release() {
    let story = history(&[vec![adopted("a1")], deploy("b1", Some("a1"), Ending::Restored)]);
    assert_eq!((live(&story), previous(&story)), (Some("a1"), None));
    let story = history(&[vec![adopted("a1")], deploy("b1", Some("a1"), Ending::Good)]);
    assert_eq!((live(&story), previous(&story)), (Some("b1"), Some("a1")));
}

#[test]
fn a_run_without_an_end_is_uncertain_until_another_one_settles_it() {
    let cut =
        [deploy("a1", None, Ending::Good), vec![began("b1", Kind::Deploy, (&release("b1"), None))]].concat();
    let story = History::of(&cut);
    assert_eq!((live(&story), unsettled(&story)), (Some("a1"), Some("b1")));
    let after = |result| history(&[cut.clone(), deploy("c1", Some("a1"), result)]);
    assert_eq!(unsettled(&after(Ending::Refused)), Some("b1"), "nothing was switched, so nothing is settled");
    assert_eq!(unsettled(&after(Ending::Restored)), None);
    assert_eq!(unsettled(&after(Ending::Broken)), Some("c1"));
    assert_eq!((unsettled(&after(Ending::Good)), live(&after(Ending::Good))), (None, Some("c1")));
    let twice = history(&[cut, vec![began("c1", Kind::Deploy, (&release("c1"), None))]]);
    assert_eq!(unsettled(&twice), Some("c1"));
}

#[test]
fn an_end_belongs_to_its_own_run() {
    let strange = [
        deploy("a1", None, Ending::Good),
        vec![
            ended("x1", Ending::Good),
            began("b1", Kind::Deploy, (&release("b1"), None)),
            ended("x2", Ending::Good),
        ],
    ];
    let story = history(&strange);
    assert_eq!((live(&story), unsettled(&story)), (Some("a1"), Some("b1")));
}

#[test]
fn the_end_knows_the_whole_commit() {
    let short = Release { commit: "bbbbbbb".to_owned(), ..release("b1") };
    let whole = |result| {
        let mut end = ended("b1", result);
        end.what = What::Ended {
            result,
            release: Some(release("b1")),
            phases: Vec::new(),
            images: Vec::new(),
            why: None,
        };
        History::of(&[began("b1", Kind::Deploy, (&short, None)), end])
    };
    assert_eq!(whole(Ending::Good).live, Some(release("b1")));
    assert_eq!(whole(Ending::Restored).quarantined, [commit('b')]);
}

#[test]
fn journals_of_earlier_versions_are_read() {
    let line = r#"{"at":1767607200000,"run":"a1","what":{"ended":{"result":"good","phases":[],"images":[]}},"fence":1}"#;
    let entry: Entry = serde_json::from_str(line).unwrap();
    assert_eq!(entry.what, ended("a1", Ending::Good).what);
    assert_eq!(serde_json::to_string(&entry).unwrap(), line);
}

fn any_entry() -> impl Strategy<Value = Vec<Entry>> {
    let runs = prop::sample::select(vec!["a1", "a2", "b1", "b2", "c1", "d1"]);
    let results = prop::sample::select(vec![Ending::Good, Ending::Refused, Ending::Restored, Ending::Broken]);
    (runs.clone(), runs, results, 0..5_u8).prop_map(|(run, other, result, shape)| match shape {
        0 => deploy(run, Some(other), result),
        1 => back("r1", (run, other), result),
        2 => vec![began(run, Kind::Deploy, (&release(run), None))],
        3 => vec![ended(run, result)],
        _ => vec![adopted(run)],
    })
}

proptest! {
    #[test]
    fn what_is_live_was_good_and_so_was_what_came_before(parts in prop::collection::vec(any_entry(), 0..30)) {
        let story = history(&parts);
        if let Some(live) = &story.live {
            prop_assert!(story.good.contains(live));
        } else {
            prop_assert!(story.good.is_empty());
        }
        if let Some(previous) = story.previous() {
            prop_assert!(story.good.contains(previous));
            prop_assert!(!story.quarantined.contains(&previous.commit));
            prop_assert_ne!(Some(&previous.commit), story.live.as_ref().map(|live| &live.commit));
        }
        let mut ids: Vec<&str> = story.good.iter().map(|release| release.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), story.good.len());
    }
}
