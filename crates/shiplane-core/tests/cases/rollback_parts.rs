//! Which release is meant, what is left of it, and how long the way back takes.

use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Kind, Release, Result as Ending};
use shiplane_core::duration::Span;
use shiplane_core::report::{Level, Phase};
use shiplane_core::rollback::{
    BUDGET, Parts, Piece, blocked, choose, expected, hasty, line, named_images, sound,
};

use super::host::{back, began, deploy, limits, release};

fn named(run: &str, version: &str) -> Vec<Entry> {
    let release = Release { version: Some(version.to_owned()), ..release(run) };
    let mut entries = deploy(run, None, Ending::Good);
    entries[0] = began(run, Kind::Deploy, (&release, None));
    entries
}

fn timed(mut entries: Vec<Entry>, names: &[(&str, f64)]) -> Vec<Entry> {
    if let Some(Entry { what: What::Ended { phases, .. }, .. }) = entries.last_mut() {
        let phase = |(name, seconds): &(&str, f64)| Phase {
            name: (*name).to_owned(),
            seconds: *seconds,
            level: Level::Ok,
            note: String::new(),
        };
        *phases = names.iter().map(phase).collect();
    }
    entries
}

fn piece(here: bool, remedy: Option<&str>) -> Piece {
    Piece { what: "image of web".to_owned(), here, remedy: remedy.map(str::to_owned) }
}

#[test]
fn a_version_of_two_commits_is_refused_with_both_and_an_id_decides() {
    let parts = [named("a1", "1.0.0"), named("b1", "v1.0.0"), named("c1", "2.0.0")].concat();
    let history = History::of(&parts);
    let refused = choose(Some("1.0.0"), &history).unwrap_err();
    assert_eq!(refused.code, "target-ambiguous");
    assert!(refused.help.as_deref().unwrap().contains("b1 is v1.0.0"), "{refused:?}");
    assert_eq!(choose(Some("a1"), &history).unwrap().id, "a1");
}

#[test]
fn the_time_is_that_of_rollbacks_here_else_of_the_last_switch() {
    assert_eq!(expected(&[]), None);
    let first = timed(deploy("a1", None, Ending::Good), &[("build release", 90.0), ("switch over", 3.0)]);
    assert_eq!(expected(&first), Some(3.0), "a rollback does not build");
    let second =
        timed(back("r1", ("a1", "b1"), Ending::Good), &[("switch over", 2.0), ("watch it start", 4.5)]);
    assert_eq!(expected(&[first.clone(), second].concat()), Some(6.5));
    let failed = timed(back("r1", ("a1", "b1"), Ending::Restored), &[("switch over", 99.0)]);
    assert_eq!(expected(&[first, failed].concat()), Some(3.0));
}

#[test]
fn no_limit_is_longer_than_the_whole() {
    let long = shiplane_core::deploy::Limits { switch: Span::seconds(600), ..limits() };
    let hasty = hasty(long, BUDGET);
    assert_eq!((hasty.switch, hasty.budget, hasty.fetch), (BUDGET, BUDGET, Span::seconds(1)));
}

#[test]
fn a_release_is_good_only_while_every_part_is_there_or_can_be_mended() {
    let levels = |pieces: Vec<Piece>| {
        let parts = Parts { pieces, ..Parts::default() };
        let findings = sound(&release("a1"), &parts);
        (findings.iter().map(|finding| finding.level).max(), blocked(&parts))
    };
    assert_eq!(levels(vec![piece(true, None)]), (Some(Level::Ok), false));
    assert_eq!(levels(vec![piece(true, None), piece(false, Some("built"))]), (Some(Level::Warning), false));
    assert_eq!(levels(vec![piece(false, None), piece(true, None)]), (Some(Level::Fail), true));
    assert_eq!(levels(Vec::new()), (Some(Level::Unknown), true), "nothing known is no pass");
}

#[test]
fn a_line_tells_age_size_and_marks_and_never_ages_what_is_needed() {
    let parts = [deploy("a1", None, Ending::Good), deploy("b1", Some("a1"), Ending::Good)];
    let third = deploy("c1", Some("b1"), Ending::Good);
    let history = History::of(&[parts.concat(), third].concat());
    let whole = Parts { pieces: vec![piece(true, None)], image_bytes: 5_000_000, ..Parts::default() };
    let old = Some(Span::seconds(40 * 86_400));
    let told = |run: &str| line(&release(run), &whole, (&history, old, 30));
    assert!(told("a1").ends_with("40d old, images 4 MiB, files 0 B, complete [aged]"), "{}", told("a1"));
    assert!(told("b1").ends_with("complete [previous]"), "{}", told("b1"));
    assert!(told("c1").ends_with("complete [live]"), "{}", told("c1"));
    let left = History::of(&[history_of_three(), back("r1", ("b1", "c1"), Ending::Good)].concat());
    let last = line(&release("c1"), &whole, (&left, old, 30));
    assert!(last.ends_with("complete [quarantined]"), "the last good one: {last}");
}

fn history_of_three() -> Vec<Entry> {
    let second = deploy("b1", Some("a1"), Ending::Good);
    [deploy("a1", None, Ending::Good), second, deploy("c1", Some("b1"), Ending::Good)].concat()
}

#[test]
fn the_images_of_a_release_are_read_from_its_file() {
    let text = "# ours\nversion: '3'\nservices:\n  'web':\n    image: shiplane/shop/web:a1\n";
    assert_eq!(named_images(text), [("web".to_owned(), "shiplane/shop/web:a1".to_owned())]);
    for odd in ["", "services: 3", "{", "services: {web: {build: .}}"] {
        assert_eq!(named_images(odd), [], "{odd}");
    }
}
