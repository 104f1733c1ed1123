//! How a project's own convention reads the same commits.

use std::collections::BTreeSet;

use shiplane_core::changelog::bump::Level;
use shiplane_core::changelog::convention::{Convention, Lines, Squash, Unknown};
use shiplane_core::changelog::history::{self, Commit, Reading};

fn commit(name: char, parents: &str, message: &str) -> Commit {
    let id = |name: char| name.to_string().repeat(40);
    Commit { id: id(name), parents: parents.chars().map(id).collect(), message: message.to_owned() }
}

fn said(reading: &Reading) -> Vec<String> {
    let words = |change: &history::Change| {
        format!("{}: {} {}", change.message.kind, change.message.description, change.level)
    };
    reading.changes.iter().map(words).collect()
}

fn alone(convention: &Convention, message: &str) -> Reading {
    history::read_as(convention, &[commit('a', "", message)], None)
}

#[test]
fn types_ask_for_what_the_project_says() {
    let types = [("ui", Level::Patch), ("docs", Level::Minor), ("fix", Level::None), ("ops", Level::None)];
    let types = types.map(|(kind, level)| (kind.to_owned(), level)).into_iter().collect();
    let convention = Convention { types, ..Convention::default() };
    let cases = [
        ("ui: a", Level::Patch, 0),
        ("UI: a", Level::Patch, 0),
        ("docs: a", Level::Minor, 0),
        ("fix: a", Level::None, 0),
        ("fix!: a", Level::Major, 0),
        ("ops: a", Level::None, 0),
        ("feat: a", Level::Minor, 0),
        ("wip: a", Level::None, 1),
    ];
    for (message, level, odd) in cases {
        let reading = alone(&convention, message);
        assert_eq!((reading.level(), reading.odd.len()), (level, odd), "{message}");
    }
}

#[test]
fn unknown_commits_are_listed_whatever_the_policy() {
    for (unknown, level) in
        [(Unknown::List, Level::None), (Unknown::Refuse, Level::None), (Unknown::Patch, Level::Patch)]
    {
        let convention = Convention { unknown, ..Convention::default() };
        for message in ["Add feature", "wip: a", "feat:a"] {
            let reading = alone(&convention, message);
            assert_eq!(
                (reading.level(), reading.odd.len(), reading.total()),
                (level, 1, 1),
                "{unknown:?} {message}"
            );
        }
    }
    let convention = Convention { unknown: Unknown::Patch, ..Convention::default() };
    assert_eq!(said(&alone(&convention, "Add feature\n\nbody")), [": Add feature patch"]);
}

#[test]
fn a_squashed_body_counts_where_it_is_asked_for() {
    let github = "Add login (#12)\n\n* feat: a\n\n* fix(b): c\n\nmore of it\n\n* wip: later\n* docs: e\n\n---------\n\nCo-authored-by: A <a@e.org>";
    assert_eq!(said(&alone(&Convention::default(), github)), [""; 0]);
    let convention = Convention { squash: Squash::Body, ..Convention::default() };
    let reading = alone(&convention, github);
    assert_eq!(said(&reading), ["feat: a minor", "fix: c patch"]);
    assert_eq!(reading.silent, [0]);
    assert_eq!((reading.odd.len(), reading.total()), (1, 1));
    let cases: [(&str, &[&str]); 6] = [
        ("feat: a\n\n* fix: b", &["feat: a minor", "fix: b patch"]),
        ("fix: a\n\n- feat!: b", &["fix: a patch", "feat: b major"]),
        ("fix: a\r\n\r\n* feat: b\r\n", &["fix: a patch", "feat: b minor"]),
        ("fix: a\n\nfeat: b\n\nBREAKING CHANGE: c", &["fix: a major", "feat: b major"]),
        ("docs: a\n\n* feat(b): c\n\n  words\n\n  BREAKING-CHANGE: d", &["feat: c major"]),
        ("fix: a\n\nNote: nothing\nRefs: #1", &["fix: a patch"]),
    ];
    for (message, wanted) in cases {
        assert_eq!(said(&alone(&convention, message)), wanted, "{message:?}");
    }
}

#[test]
fn on_the_branchs_own_line_a_merge_speaks_for_what_it_brings() {
    let convention = Convention { lines: Lines::FirstParent, ..Convention::default() };
    let merges = [
        ("Merge pull request #3 from x/y\n\nfeat: by its title", "feat: by its title minor", 0),
        ("feat: by its own line", "feat: by its own line minor", 0),
        ("Merge pull request #3 from x/y\n\nAdd things", "", 1),
        ("Merge branch 'x'", "", 1),
    ];
    for (message, wanted, odd) in merges {
        let reading = history::read_as(&convention, &[commit('c', "ab", message)], None);
        assert_eq!((said(&reading).concat().as_str(), reading.odd.len()), (wanted, odd), "{message}");
    }
}

#[test]
fn only_what_touches_the_paths_counts_and_reverts_still_find_what_they_revert() {
    let commits = [
        commit('d', "c", "Revert \"feat: here\""),
        commit('c', "b", "feat: elsewhere"),
        commit('b', "a", "feat: here"),
        commit('a', "", "fix: here too"),
    ];
    let touching: BTreeSet<String> = [0, 2, 3].iter().map(|at| commits[*at].id.clone()).collect();
    let reading = history::read_as(&Convention::default(), &commits, Some(&touching));
    assert_eq!(said(&reading), ["fix: here too patch"]);
    assert_eq!((reading.outside, reading.reverted, reading.total()), (1, 2, 4));
}

#[test]
fn a_fixup_may_name_its_commit() {
    let commits = [commit('b', "a", &format!("fixup! {}", "a".repeat(10))), commit('a', "", "feat: a")];
    assert_eq!(history::read(&commits).folded, 1);
}

#[test]
fn commits_are_put_in_order_whatever_the_clocks_said() {
    let names = |commits: &[Commit]| -> String {
        commits.iter().filter_map(|commit| commit.id.chars().next()).collect()
    };
    let mixed = vec![
        commit('e', "dc", ""),
        commit('a', "", ""),
        commit('c', "b", ""),
        commit('b', "a", ""),
        commit('d', "a", ""),
    ];
    assert_eq!(names(&history::sorted(mixed)), "ecbda");
    assert_eq!(names(&history::sorted(vec![commit('b', "a", ""), commit('a', "z", "")])), "ba");
    assert_eq!(history::sorted(Vec::new()), []);
}
