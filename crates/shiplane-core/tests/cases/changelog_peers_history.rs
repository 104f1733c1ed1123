//! Ranges that the suites of other tools are made of: reverts, merges, squashes and fixups, and what is left of them.

use shiplane_core::changelog::convention::{Convention, Lines, Squash};
use shiplane_core::changelog::history::{self, Change, Commit, Reading};

/// `d(bc): message` is a commit `d` with the parents `b` and `c`; `{a}` in a message is the object name of `a`.
fn range(lines: &[&str]) -> Vec<Commit> {
    let commit = |(at, line): (usize, &&str)| {
        let (head, message) = line.split_once(": ").unwrap();
        let mut names = head.chars().filter(|c| c.is_ascii_lowercase() || *c == '-');
        let name = names.next().unwrap();
        let own: Vec<String> = names.filter(|name| *name != '-').map(id).collect();
        let below = lines.get(at + 1).and_then(|line| line.chars().next()).map(id);
        let parents = if head.contains('(') { own } else { below.into_iter().collect() };
        let named = |text: String, name: char| text.replace(&format!("{{{name}}}"), &id(name));
        Commit { id: id(name), parents, message: ('a'..='f').chain(['x']).fold(message.to_owned(), named) }
    };
    lines.iter().enumerate().map(commit).collect()
}

fn id(name: char) -> String {
    // No letter above `f` is a digit of an object name; `x` is one that is released already.
    let digit = if name == 'x' { '0' } else { name };
    digit.to_string().repeat(40)
}

/// The changes, oldest first, with what each asks for; then how many say nothing.
fn told(convention: &Convention, lines: &[&str]) -> String {
    let reading: Reading = history::read_as(convention, &range(lines), None);
    assert_eq!(reading.total(), lines.len());
    let change =
        |change: &Change| format!("{}: {} {}", change.message.kind, change.message.description, change.level);
    let mut told: Vec<String> = reading.changes.iter().map(change).collect();
    told.extend((!reading.odd.is_empty()).then(|| format!("{} odd", reading.odd.len())));
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

fn hold(convention: &Convention, vectors: &[(&[&str], &str)]) {
    let wrong: Vec<String> = vectors
        .iter()
        .filter(|(lines, wanted)| told(convention, lines) != *wanted)
        .map(|(lines, wanted)| format!("{lines:?}\n  wanted {wanted}\n  found  {}", told(convention, lines)))
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[test]
fn the_heaviest_change_is_what_counts() {
    hold(
        &Convention::default(),
        &[
            (
                &["b: fix(scope1): First fix", "a: feat(scope2): Second feature"],
                "feat: Second feature minor, fix: First fix patch",
            ),
            (
                &["b: fix: First fix (fixes #123)", "a: perf: perf improvement"],
                "perf: perf improvement patch, fix: First fix (fixes #123) patch",
            ),
            (&["b: doc: doc update", "a: chore: Chore"], "1 odd"),
            (&["b: ", "a: fix(scope1): First fix"], "fix: First fix patch, 1 odd"),
            (&["a: docs(README): motivation", "b: ci: added travis"], "none"),
            (&["a: performance. Remove the linters", "b: refactor that how this starts"], "2 odd"),
            (&["b: refactor: app is much faster", "a: style: tidy"], "none"),
            (&["a: chore(deps)!: drop Python 3.9"], "chore: drop Python 3.9 major"),
            (&["a: docs: lalala\nBREAKING CHANGE: lalal"], "docs: lalala major"),
            (&["a: Merge remote-tracking branch 'origin/main'"], "1 odd"),
            (&["a: BREAKING CHANGE: `extends` key"], "1 odd"),
            (&["a: Fix: First fix"], "fix: First fix patch"),
            (&["a: Update: Second feature"], "1 odd"),
            (&["a: feature: long word"], "1 odd"),
            (&["a: bugfix: long word"], "1 odd"),
            (&["a: hotfix: x"], "1 odd"),
            (&["a: hotfix!: x"], "hotfix: x major"),
            (&["a: release: 1.0.0"], "1 odd"),
        ],
    );
}

/// Reverts of commits in the range, and of others, in the words of git, GitHub and the specification.
const REVERTS: &[(&[&str], &str)] = &[
    (&["b: Revert \"feat: a\"\n\nThis reverts commit {a}.", "a: feat: a"], "none"),
    (&["b: revert: feat: a\n\nThis reverts commit {a}.", "a: feat: a"], "none"),
    (&["b: revert: feat: a\n\nThis reverts commit {a}.\n\nSigned-off-by: A <a@e.org>", "a: feat: a"], "none"),
    (&["b: revert(x): feat: a\n\nThis reverts commit aaaaaaa.", "a: feat: a"], "none"),
    (&["b: Revert \"feat: a\"\r\n\r\nThis reverts commit {a}.\r\n", "a: feat: a"], "none"),
    (&["b: Revert \"feat: a\"\n\nThis reverts commit {a}, because it was slow.", "a: feat: a"], "none"),
    (&["b: Revert \"feat: a (#12)\" (#13)\n\nReverts o/r#12", "a: feat: a (#12)"], "none"),
    (&["b: revert: let us never again\n\nRefs: aaaaaaa", "a: feat: a"], "none"),
    (&["c: revert: noodles\n\nRefs: {a}, {b}", "b: fix: b", "a: feat: a"], "none"),
    (&["c: revert: noodles\n\nRefs: {a}\nRefs: {b}", "b: fix: b", "a: feat: a"], "none"),
    (
        &[
            "c: Revert \"feat: a\"\n\nThis reverts commit {a}.\n\nThis reverts commit {b}.",
            "b: fix: b",
            "a: feat: a",
        ],
        "none",
    ),
    // By a name of too few digits nothing is found: two commits could have it.
    (&["b: revert: feat: a\n\nRefs: aaaaaa", "a: fix: z"], "fix: z patch, revert: feat: a patch"),
    (
        &["b: Revert \"feat: a\"\n\nThis reverts commit {x}.", "a: feat: a"],
        "feat: a minor, revert: feat: a patch",
    ),
    (&["b: Revert \"docs: a\"\n\nThis reverts commit {a}.", "a: docs: a"], "none"),
    (&["b: Revert \"feat!: a\"\n\nThis reverts commit {a}.", "a: feat!: a"], "none"),
    (&["b: Revert \"feat!: a\"\n\nThis reverts commit {x}.", "a: docs: b"], "revert: feat!: a patch"),
    (&["b: revert!: a\n\nThis reverts commit {x}.", "a: docs: b"], "revert: a major"),
    (&["b: Revert \"feat: a", "a: feat: a"], "feat: a minor, 1 odd"),
    (&["b: Revert feat: a", "a: feat: a"], "feat: a minor, 1 odd"),
    (&["b: reverts: feat: a", "a: feat: a"], "feat: a minor, 1 odd"),
];

/// Reverts of reverts.
const BACK_AND_FORTH: &[(&[&str], &str)] = &[
    (
        &[
            "c: Revert \"Revert \"feat: a\"\"\n\nThis reverts commit {b}.",
            "b: Revert \"feat: a\"\n\nThis reverts commit {a}.",
            "a: feat: a",
        ],
        "feat: a minor",
    ),
    (
        &[
            "c: Reapply \"feat: a\"\n\nThis reverts commit {b}.",
            "b: Revert \"feat: a\"\n\nThis reverts commit {a}.",
            "a: feat: a",
        ],
        "feat: a minor",
    ),
    (
        &[
            "d: Revert \"Reapply \"feat: a\"\"\n\nThis reverts commit {c}.",
            "c: Reapply \"feat: a\"\n\nThis reverts commit {b}.",
            "b: Revert \"feat: a\"\n\nThis reverts commit {a}.",
            "a: feat: a",
        ],
        "none",
    ),
    (
        &[
            "d: Reapply \"Reapply \"feat: a\"\"",
            "c: Revert \"Reapply \"feat: a\"\"",
            "b: Reapply \"feat: a\"",
        ],
        "feat: a minor",
    ),
    (
        &["c: revert: revert: feat: a\n\nRefs: {b}", "b: revert: feat: a\n\nRefs: {a}", "a: feat: a"],
        "feat: a minor",
    ),
    (&["b: Reapply \"feat: a\"\n\nThis reverts commit {x}.", "a: docs: b"], "feat: a minor"),
    (&["c: feat: a", "b: Revert \"feat: a\"\n\nThis reverts commit {a}.", "a: feat: a"], "feat: a minor"),
    (&["d: Revert \"fix: same\"", "c: fix: same", "b: docs: z", "a: fix: same"], "fix: same patch"),
    (
        &["d: Revert \"feat: a\" (#4)", "c: feat: a (#3)", "b: Revert \"feat: a\" (#2)", "a: feat: a (#1)"],
        "none",
    ),
    (
        &[
            "c: Revert \"feat: a\"\n\nThis reverts commit {a}.",
            "b: Revert \"feat: a\"\n\nThis reverts commit {a}.",
            "a: feat: a",
        ],
        "none",
    ),
];

#[test]
fn reverts_by_every_tools_words() {
    hold(&Convention::default(), REVERTS);
    hold(&Convention::default(), BACK_AND_FORTH);
}

#[test]
fn the_revert_of_a_merge_takes_out_what_it_brought_whoever_wrote_it() {
    let merged: [&str; 3] =
        ["d(ac): Merge branch 'x' into 'main'", "c(x): feat: on the branch", "a: fix: on main"];
    for revert in [
        "e: Revert \"Merge branch 'x' into 'main'\"\n\nThis reverts merge request !12",
        "e: Revert \"Merge branch 'x' into 'main'\"\n\nThis reverts commit {d}.",
        "e: Revert \"Merge branch 'x' into 'main'\"\n\nThis reverts commit {d}, reversing\nchanges made to {a}.",
        "e: revert: the branch\n\nRefs: {d}",
    ] {
        let lines: Vec<&str> = [revert].into_iter().chain(merged).collect();
        hold(&Convention::default(), &[(&lines, "fix: on main patch")]);
    }
    let own = ["e: Revert \"feat: b\"", "d(ac): feat: b", "c(x): fix: on the branch", "a: docs: on main"];
    hold(&Convention::default(), &[(&own, "none")]);
}

#[test]
fn merges_of_every_host() {
    let merges = [
        "d(ab): Merge pull request #3 from o/branch\n\nfeat: by its title",
        "d(ab): Merge pull request #3 from o/branch\r\n\r\nfeat: by its title\r\n\r\nmore",
        "d(ab): Merge branch 'topic' into 'main'\n\nfeat: by its title\n\nSee merge request group/project!12",
        "d(ab): Merged in topic (pull request #3)\n\nfeat: by its title\n\nApproved-by: B",
        "d(ab): Merge pull request 'feat: by its title' (#3) from topic into main\n\nReviewed-on: https://example.org/3",
        "d(ab): Merged PR 3: feat: by its title\n\nmore",
        "d(ab): feat: by its title",
        "d(ab): feat: by its title (#3)",
        "d(ab): Pull request #3: feat: by its title\n\nMerge in P/r from topic to main",
    ];
    let line = Convention { lines: Lines::FirstParent, ..Convention::default() };
    for merge in merges {
        let wanted = if merge.contains("title (#3)") && !merge.contains("Merge pull request '") {
            "feat: by its title (#3) minor"
        } else {
            "feat: by its title minor"
        };
        hold(&line, &[(&[merge, "a: docs: z"], wanted)]);
    }
    let silent = [
        "d(ab): Merge branch 'topic'",
        "d(ab): Merge branch 'feat: topic' into main",
        "d(ab): Merge remote-tracking branch 'origin/main' into topic",
        "d(ab): Merge tag 'v1.0.0'",
        "d(abc): Merge branches 'a' and 'b'",
        "d(ab): Merge commit '676104e' into main",
    ];
    for merge in silent {
        hold(&line, &[(&[merge, "a: docs: z"], "1 odd")]);
        hold(&Convention::default(), &[(&[merge, "b(a): fix: b", "a: docs: z"], "fix: b patch")]);
    }
}

#[test]
fn squashes_of_every_host() {
    let title: &[(&[&str], &str)] = &[
        (&["a: feat: t (#10)\n\n* fix: b\n* feat!: c"], "feat: t (#10) minor"),
        (
            &["a: Squashed commit of the following:\n\ncommit 63ec09b\nAuthor: a <a@e.org>\n\n    fix(x): b"],
            "1 odd",
        ),
        (&["a: Merged in feat/x  (pull request #10)\n\nfix(x): b"], "1 odd"),
    ];
    hold(&Convention::default(), title);
    let git = "a: Squashed commit of the following:\n\ncommit 63ec09b9e844e616dcaa7bae35a0b66671b59fbb\nAuthor: a <a@e.org>\nDate:   Sun Jan 19 12:05:23 2025 +0000\n\n    fix(cfg): some subject\n\n    more words\n\n    Resolves: #12\n\ncommit 5f0292fb5a88c3a46e4a02bec35b85f5228e8e51\nAuthor: a <a@e.org>\nDate:   Sat Jan 18 10:13:53 2025 +0000\n\n    fix(cli)!: changed option name\n\n    BREAKING CHANGE: described\n\ncommit 2f314e7924be161cfbf220d3b6e2a6189a3b5609\nAuthor: a <a@e.org>\nDate:   Sat Jan 18 10:13:53 2025 +0000\n\n    feat: search by keyword";
    let all = Convention { squash: Squash::Body, ..Convention::default() };
    hold(
        &all,
        &[
            (
                &[git],
                "fix: some subject patch, fix: changed option name major, feat: search by keyword minor, 1 odd",
            ),
            (
                &[
                    "a: Merged in feat/x  (pull request #10)\n\nfix(cfg): b\n\nmore\n\nfeat: c\n\nfix(cli)!: d\n\nBREAKING CHANGE: e\n\nCloses: #555",
                ],
                "fix: b patch, feat: c minor, fix: d major, 1 odd",
            ),
            (
                &[
                    "a: fix(cfg): b (#10)\n\nmore\n\n* feat: c\n\n* docs(parser): d\n\n* fix(cli)!: e\n\n  BREAKING CHANGE: f\n\n* not conventional",
                ],
                "fix: b (#10) patch, feat: c minor, fix: e major",
            ),
            (
                &["a: feat: t (#10)\n\n- fix: b\n- feat: c"],
                "feat: t (#10) minor, fix: b patch, feat: c minor",
            ),
            (&["a: feat: t\n\n* fix: b\r\n* feat: c\r\n"], "feat: t minor, fix: b patch, feat: c minor"),
            (&["a: chore: t\n\n* docs: b\n\nCo-authored-by: A <a@e.org>"], "none"),
        ],
    );
}

#[test]
fn fixups_as_git_takes_them() {
    hold(
        &Convention::default(),
        &[
            (&["b: fixup! feat: a", "a: feat: a"], "feat: a minor"),
            (&["b: squash! feat: a\n\nmore words", "a: feat: a"], "feat: a minor"),
            (&["b: amend! feat: a\n\nfeat: a better", "a: feat: a"], "feat: a minor"),
            (&["c: fixup! fixup! feat: a", "b: fixup! feat: a", "a: feat: a"], "feat: a minor"),
            (&["b: fixup! feat: released", "a: feat: a"], "feat: a minor, 1 odd"),
            (&["b: fixup! aaaaaaaaaa", "a: feat: a"], "feat: a minor"),
            (&["b: feat: a", "a: fixup! feat: a"], "feat: a minor, 1 odd"),
            (&["b: fixup!feat: a", "a: feat: a"], "feat: a minor, 1 odd"),
        ],
    );
}
