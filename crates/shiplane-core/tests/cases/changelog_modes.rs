//! Pull requests say what changed: by their titles, or by their labels.

use shiplane_core::changelog::bump::Level;
use shiplane_core::changelog::check::{Ask, Asked, Need, unclear};
use shiplane_core::changelog::convention::{Convention, Lines, Mode, Unknown};
use shiplane_core::changelog::history::{self, Commit, Reading, Reason, Why};
use shiplane_core::changelog::mark::Mark;
use shiplane_core::changelog::notes::{Group, Notes};
use shiplane_core::changelog::pulls::{Pull, Pulls, by_subjects};
use shiplane_core::changelog::tags::Seen;
use shiplane_core::report::Level as Weight;

fn mode(mode: Mode) -> Convention {
    Convention { mode, ..Convention::default() }
}

/// Commits, newest first: name, parents, message.
fn range(commits: &[(&str, &[&str], &str)]) -> Vec<Commit> {
    let commit = |(id, parents, message): &(&str, &[&str], &str)| Commit {
        id: (*id).to_owned(),
        parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
        message: (*message).to_owned(),
    };
    commits.iter().map(commit).collect()
}

/// Number, title, labels, and the commits that came by it.
fn pulls(all: &[(u64, &str, &[&str], &[&str])]) -> Pulls {
    let mut pulls = Pulls::default();
    for (number, title, labels, commits) in all {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        let pull = Pull { number: *number, title: (*title).to_owned(), labels };
        commits.iter().for_each(|commit| pulls.put(commit, pull.clone()));
    }
    pulls
}

fn read(convention: &Convention, commits: &[Commit], pulls: Pulls) -> Reading {
    history::read_seen(convention, commits, &Seen { pulls: Some(pulls), ..Seen::default() })
}

fn told(reading: &Reading) -> Vec<String> {
    let change = |change: &history::Change| {
        format!("{}: {} {}", change.message.kind, change.message.description, change.level)
    };
    reading.changes.iter().map(change).collect()
}

#[test]
fn a_title_speaks_for_all_commits_of_its_pull_request() {
    let commits = range(&[
        ("m", &["d", "c"], "Merge pull request #7 from dev/carts\n\nwhatever"),
        ("d", &["a"], "typo in the title of a squash (#8)\n\nBREAKING CHANGE: none of the title's"),
        ("c", &["b"], "feat!: wip"),
        ("b", &["a"], "wip"),
        ("a", &[], "fix: straight to main"),
    ]);
    let reading = read(
        &mode(Mode::PrTitle),
        &commits,
        pulls(&[(7, "feat: carts", &[], &["m", "c", "b"]), (8, "fix(ui): colours", &[], &["d"])]),
    );
    assert_eq!(
        told(&reading),
        ["fix: straight to main patch", "fix: colours (#8) major", "feat: carts (#7) minor"]
    );
    assert_eq!((reading.folded, reading.total()), (2, 5));
}

#[test]
fn a_title_that_says_nothing_is_listed_and_a_merge_of_others_pull_requests_is_folded() {
    let commits = range(&[
        ("m", &["a", "b"], "Merge pull request #9 from dev/develop\n\nNext"),
        ("b", &["a"], "Add carts (#7)"),
        ("a", &[], "feat: more (#6)"),
    ]);
    let all =
        pulls(&[(9, "Next", &[], &["m"]), (7, "Add carts", &[], &["b"]), (6, "feat: more", &[], &["a"])]);
    let reading = read(&mode(Mode::PrTitle), &commits, all);
    assert_eq!(told(&reading), ["feat: more (#6) minor"]);
    assert_eq!(reading.odd.iter().map(|odd| odd.subject.as_str()).collect::<Vec<_>>(), ["Add carts (#7)"]);
    assert_eq!(reading.folded, 1);
}

#[test]
fn a_revert_takes_back_the_pull_request_whose_title_it_quotes() {
    let commits = range(&[
        ("ccccccc", &["bbbbbbb"], "Merge pull request #9 from dev/revert-7\n\nRevert"),
        ("bbbbbbb", &["aaaaaaa"], "Merge pull request #7 from dev/carts\n\nx"),
        ("aaaaaaa", &[], "wip"),
    ]);
    for title in ["Revert \"feat: carts\"", "Revert \"feat: carts (#7)\""] {
        let all = pulls(&[(9, title, &[], &["ccccccc"]), (7, "feat: carts", &[], &["bbbbbbb", "aaaaaaa"])]);
        for mode in [mode(Mode::PrTitle), Convention { lines: Lines::FirstParent, ..mode(Mode::Labels) }] {
            let reading = read(&mode, &commits, all.clone());
            assert_eq!((told(&reading).len(), reading.odd.len(), reading.reverted), (0, 0, 2), "{title}");
        }
    }
}

#[test]
fn labels_decide_whatever_the_title_says() {
    let by_label = |label: &str, title: &str| {
        let labels: Vec<&str> = label.split('|').filter(|label| !label.is_empty()).collect();
        read(&mode(Mode::Labels), &range(&[("a", &[], "x")]), pulls(&[(1, title, &labels, &["a"])]))
    };
    for (label, title, wanted) in [
        ("feature", "Add carts", "feat: Add carts (#1) minor"),
        ("Enhancement", "fix: carts", "feat: carts (#1) minor"),
        ("bug", "feat: carts", "fix: carts (#1) patch"),
        ("performance", "perf: faster", "perf: faster (#1) patch"),
        ("bug|breaking", "Remove carts", "feat: Remove carts (#1) major"),
        ("major", "fix: carts", "fix: carts (#1) major"),
        ("documentation|feature", "Words", "feat: Words (#1) minor"),
    ] {
        assert_eq!(told(&by_label(label, title)), [wanted], "{label}");
    }
    assert_eq!(by_label("documentation", "feat: a").silent, [0]);
    let left_out = by_label("feature|Skip-Changelog", "feat: a");
    assert_eq!((left_out.left_out, left_out.changes.len(), left_out.gone[0].why), (1, 0, Why::LeftOut));
    assert_eq!(by_label("", "feat: a").odd[0].reason, Reason::Unlabelled);
    let direct = read(&mode(Mode::Labels), &range(&[("a", &[], "feat: a")]), Pulls::default());
    assert_eq!(direct.odd[0].reason, Reason::Direct);
    let patch = Convention { unknown: Unknown::Patch, ..mode(Mode::Labels) };
    assert_eq!(read(&patch, &range(&[("a", &[], "a")]), Pulls::default()).level(), Level::Patch);
}

#[test]
fn labels_can_be_given_another_meaning() {
    let mut convention = mode(Mode::Labels);
    convention.labels.insert("kind/feature".to_owned(), Mark::Minor);
    convention.labels.insert("bug".to_owned(), Mark::Skip);
    let labels = |names: &[&str]| {
        convention.labelled(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(labels(&["Kind/Feature"]), Some(Mark::Minor));
    assert_eq!(labels(&["bug", "breaking"]), Some(Mark::Skip));
    assert_eq!(labels(&["good first issue"]), None);
}

#[test]
fn first_lines_tell_only_where_all_of_them_do() {
    let squashed = range(&[("b", &["a"], "feat: b (#2)"), ("a", &[], "fix: a (#1)\n\nwords")]);
    let found = by_subjects(&squashed).unwrap();
    assert_eq!(found.all[&2].title, "feat: b");
    assert_eq!(found.of["a"], 1);
    let merged = range(&[
        ("m", &["a", "c"], "Merge pull request #3 from dev/x\n\nfeat: x"),
        ("c", &["b"], "more"),
        ("b", &["a"], "wip"),
        ("a", &[], "fix: a (#1)"),
    ]);
    let found = by_subjects(&merged).unwrap();
    assert_eq!((found.of["b"], found.of["c"], found.of["m"], found.of["a"]), (3, 3, 3, 1));
    assert_eq!(by_subjects(&range(&[("b", &["a"], "feat: b"), ("a", &[], "fix: a (#1)")])), None);
}

#[test]
fn a_type_can_stand_under_another_heading() {
    let mut convention = Convention::default();
    convention.sections.insert("perf".to_owned(), Group::Fixed);
    convention.sections.insert("security".to_owned(), Group::Security);
    convention.types.insert("security".to_owned(), Level::Patch);
    let commits =
        range(&[("c", &["b"], "perf!: other"), ("b", &["a"], "security: hole"), ("a", &[], "perf: fast")]);
    let notes = Notes::of(&history::read_as(&convention, &commits, None).changes);
    let groups: Vec<Group> = notes.groups.iter().map(|(group, _)| *group).collect();
    assert_eq!(groups, [Group::Changed, Group::Fixed, Group::Security]);
    assert!(notes.markdown().contains("### Security\n\n- hole"), "{}", notes.markdown());
}

#[test]
fn a_pull_request_is_asked_as_the_release_will_ask() {
    let commits = range(&[("a", &[], "wip")]);
    let labels = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let need = |convention: &Convention, title: &str, names: &[&str]| {
        Need::of(convention, &Asked { commits: &commits, title, labels: &labels(names), touching: None })
    };
    let (title, label) = (mode(Mode::PrTitle), mode(Mode::Labels));
    assert_eq!(need(&title, "feat: a", &[]).ask, Ask::Bump(Level::Minor));
    assert_eq!(need(&title, "docs: a", &[]).ask, Ask::Nothing);
    assert_eq!(need(&title, "Add a", &["feature"]).ask, Ask::Unclear);
    assert_eq!(need(&label, "Add a", &["feature"]).ask, Ask::Bump(Level::Minor));
    assert_eq!(need(&label, "feat: a", &["chore"]).ask, Ask::Nothing);
    assert_eq!(need(&label, "feat: a", &["skip-changelog"]).ask, Ask::Nothing);
    assert_eq!(need(&label, "feat: a", &[]).ask, Ask::Unclear);
    let refuse = |convention: &Convention| Convention { unknown: Unknown::Refuse, ..convention.clone() };
    let level = |need: Need| unclear(&need).map(|finding| finding.level);
    assert_eq!(level(need(&refuse(&title), "Add a", &[])), Some(Weight::Fail));
    assert_eq!(level(need(&refuse(&label), "feat: a", &[])), Some(Weight::Fail));
    assert_eq!(level(need(&refuse(&Convention::default()), "feat: a", &[])), Some(Weight::Warning));
    assert_eq!(level(need(&refuse(&Convention::default()), "Add a", &[])), Some(Weight::Fail));
    assert_eq!(level(need(&title, "Add a", &[])), None);
}
