//! What a range of commits adds up to.

use shiplane_core::changelog::bump::Level;
use shiplane_core::changelog::history::{self, Commit, Reading, Reason};

/// A range, newest first; each commit's parent is the next one. Ids are forty times the letter.
fn range(messages: &[(char, &str)]) -> Vec<Commit> {
    let parent = |at: usize| messages.get(at + 1).map(|(name, _)| id(*name)).into_iter().collect();
    let commit = |(at, (name, message)): (usize, &(char, &str))| Commit {
        id: id(*name),
        parents: parent(at),
        message: (*message).to_owned(),
    };
    messages.iter().enumerate().map(commit).collect()
}

fn id(name: char) -> String {
    name.to_string().repeat(40)
}

fn subjects(reading: &Reading) -> Vec<String> {
    let words = |change: &history::Change| format!("{}: {}", change.message.kind, change.message.description);
    reading.changes.iter().map(words).collect()
}

fn odd(reading: &Reading) -> Vec<&str> {
    reading.odd.iter().map(|odd| odd.subject.as_str()).collect()
}

#[test]
fn every_commit_is_counted_once_and_none_is_dropped() {
    let reading = history::read(&range(&[
        ('f', "chore: tidy"),
        ('e', "Add feature"),
        ('d', "wip: later"),
        ('c', "fix: b"),
        ('b', "feat: a"),
        ('a', "test: production flow"),
    ]));
    assert_eq!(subjects(&reading), ["feat: a", "fix: b"]);
    assert_eq!(reading.silent, [0, 5]);
    assert_eq!(odd(&reading), ["wip: later", "Add feature"]);
    assert_eq!(reading.odd[0].reason, Reason::Unknown);
    assert_eq!((reading.level(), reading.total()), (Level::Minor, 6));
}

#[test]
fn only_types_that_release_raise_the_version() {
    let cases = [
        ("feat: x", Level::Minor),
        ("fix: x", Level::Patch),
        ("perf: x", Level::Patch),
        ("docs: x", Level::None),
        ("test: x", Level::None),
        ("chore: x", Level::None),
        ("ci: x", Level::None),
        ("build: x", Level::None),
        ("style: x", Level::None),
        ("refactor: x", Level::None),
        ("refactor!: x", Level::Major),
        ("docs: x\n\nBREAKING CHANGE: y", Level::Major),
        ("wip!: unknown but breaking", Level::Major),
        ("Add feature", Level::None),
    ];
    for (message, level) in cases {
        assert_eq!(history::read(&range(&[('a', message)])).level(), level, "{message:?}");
    }
}

#[test]
fn a_revert_takes_the_reverted_commit_out() {
    let cases = [
        format!("Revert \"feat: a\"\n\nThis reverts commit {}.", id('a')),
        format!("Revert \"feat: a\"\n\nThis reverts commit {}.", &id('a')[..7]),
        "Revert \"feat: a\"\n\nReverts example/repo#12".to_owned(),
        "Revert \"feat: a…\" (#13)\n\nReverts example/repo#12".to_owned(),
        "Revert \"feat: a\" (#13)".to_owned(),
        format!("revert: feat: a\n\nRefs: {}", id('a')),
        format!("revert: let us never speak of it\n\nRefs: {}, {}", &id('a')[..7], &id('b')[..8]),
        "revert: feat: a".to_owned(),
    ];
    for revert in &cases {
        let reading = history::read(&range(&[('c', revert), ('b', "docs: b"), ('a', "feat: a (#12)")]));
        assert_eq!(reading.level(), Level::None, "{revert:?}");
        assert!(reading.reverted >= 2 && reading.total() == 3, "{revert:?}: {reading:?}");
    }
}

#[test]
fn a_revert_of_something_released_is_a_patch() {
    for revert in [
        format!("Revert \"feat: old\"\n\nThis reverts commit {}.", id('0')),
        format!("revert: feat: old\n\nRefs: {}", id('0')),
        "Revert \"feat: old\"".to_owned(),
        "revert: something".to_owned(),
    ] {
        let reading = history::read(&range(&[('b', &revert), ('a', "docs: a")]));
        assert_eq!(reading.level(), Level::Patch, "{revert:?}");
    }
}

#[test]
fn a_revert_of_a_released_and_an_unreleased_commit_does_both() {
    let revert = format!("revert: both\n\nRefs: {}, {}", id('0'), id('a'));
    let reading = history::read(&range(&[('b', &revert), ('a', "feat: a")]));
    assert_eq!(subjects(&reading), ["revert: both"]);
}

#[test]
fn a_revert_of_a_revert_brings_the_commit_back() {
    let first = format!("Revert \"feat: a\"\n\nThis reverts commit {}.", id('a'));
    for second in [
        format!("Revert \"Revert \"feat: a\"\"\n\nThis reverts commit {}.", id('b')),
        format!("Reapply \"feat: a\"\n\nThis reverts commit {}.", id('b')),
        "Reapply \"feat: a\"".to_owned(),
    ] {
        let reading = history::read(&range(&[('c', &second), ('b', &first), ('a', "feat: a")]));
        assert_eq!(subjects(&reading), ["feat: a"], "{second:?}");
    }
}

#[test]
fn what_is_brought_back_after_a_released_revert_counts_again() {
    for message in ["Reapply \"feat: a\"", "Revert \"Revert \"feat: a\"\""] {
        let message = format!("{message}\n\nThis reverts commit {}.", id('0'));
        assert_eq!(subjects(&history::read(&range(&[('b', &message)]))), ["feat: a"], "{message:?}");
    }
}

#[test]
fn a_newer_commit_is_never_reverted_by_an_older_one() {
    let reading = history::read(&range(&[('b', "feat: a"), ('a', "Revert \"feat: a\"")]));
    assert_eq!(subjects(&reading), ["revert: feat: a", "feat: a"]);
}

#[test]
fn a_merge_counts_by_its_own_conventional_line_only() {
    let mut commits = range(&[
        ('d', "Merge pull request #3 from x\n\nfeat: title in the body"),
        ('c', "fix: on the branch"),
        ('b', "docs: on main"),
    ]);
    commits[0].parents.push(id('b'));
    let reading = history::read(&commits);
    assert_eq!(subjects(&reading), ["fix: on the branch"]);
    assert_eq!((reading.folded, reading.odd.len()), (1, 0));

    commits[0].message = "feat: merged by title".to_owned();
    assert_eq!(history::read(&commits).level(), Level::Minor);
}

#[test]
fn the_revert_of_a_merge_takes_out_what_the_merge_brought() {
    let revert = format!(
        "Revert \"Merge branch 'x'\"\n\nThis reverts commit {}, reversing\nchanges made to {}.",
        id('d'),
        id('a')
    );
    let mut commits = range(&[
        ('e', &revert),
        ('d', "Merge branch 'x'"),
        ('c', "feat: on the branch"),
        ('b', "feat: on the branch too"),
        ('a', "fix: on main"),
    ]);
    commits[1].parents = vec![id('a'), id('c')];
    commits[3].parents = vec![id('0')];
    assert_eq!(subjects(&history::read(&commits)), ["fix: on main"]);
}

#[test]
fn a_fixup_speaks_through_its_commit() {
    let reading = history::read(&range(&[
        ('d', "fixup! fixup! feat: a"),
        ('c', "squash! feat: a"),
        ('b', "fixup! feat: released"),
        ('a', "feat: a"),
    ]));
    assert_eq!((subjects(&reading).len(), reading.folded), (1, 2));
    assert_eq!(odd(&reading), ["fixup! feat: released"]);
}
