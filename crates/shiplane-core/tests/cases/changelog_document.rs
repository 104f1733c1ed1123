//! CHANGELOG.md, byte for byte.

use semver::Version;
use shiplane_core::changelog::date::Date;
use shiplane_core::changelog::document::{self, Release};
use shiplane_core::changelog::edit::{Edit, FileChange};
use shiplane_core::changelog::history::{self, Commit};
use shiplane_core::changelog::notes::Notes;

fn notes(messages: &[&str]) -> Notes {
    let commit =
        |message: &&str| Commit { id: "a".repeat(40), parents: Vec::new(), message: (*message).to_owned() };
    Notes::of(&history::read(&messages.iter().rev().map(commit).collect::<Vec<_>>()).changes)
}

fn change(text: &str, version: &str, messages: &[&str]) -> FileChange {
    let (version, notes) = (Version::parse(version).unwrap(), notes(messages));
    let tag = format!("v{version}");
    let date: Date = "2026-03-01".parse().unwrap();
    let release = Release {
        version: &version,
        tag: &tag,
        previous_tag: Some("v1.1.0"),
        date,
        notes: &notes,
        site: None,
    };
    FileChange::new("CHANGELOG.md", Some(text.to_owned()), document::release(text, &release))
}

/// The text after 1.2.0 is written; writing it again changes nothing.
fn released(text: &str, messages: &[&str]) -> String {
    let after = change(text, "1.2.0", messages).after();
    assert!(change(&after, "1.2.0", messages).is_empty(), "a second time:\n{after}");
    assert!(document::has(&after, &Version::new(1, 2, 0)));
    after
}

const KEEP: &str = "# Changelog\n\nHand-written.   \n\n## [Unreleased]\n\n## [1.1.0] - 2026-01-01\n\n### Added\n\n- Old\n\n\
     [unreleased]: https://example.org/o/r/compare/v1.1.0...HEAD\n\
     [1.1.0]: https://example.org/o/r/compare/v1.0.0...v1.1.0\n";

#[test]
fn a_release_stands_between_unreleased_and_the_newest_with_its_link() {
    assert_eq!(
        released(KEEP, &["feat(api): login", "fix: crash"]),
        "# Changelog\n\nHand-written.   \n\n## [Unreleased]\n\n## [1.2.0] - 2026-03-01\n\n### Added\n\n- api: login\n\n\
         ### Fixed\n\n- crash\n\n## [1.1.0] - 2026-01-01\n\n### Added\n\n- Old\n\n\
         [unreleased]: https://example.org/o/r/compare/v1.2.0...HEAD\n\
         [1.2.0]: https://example.org/o/r/compare/v1.1.0...v1.2.0\n\
         [1.1.0]: https://example.org/o/r/compare/v1.0.0...v1.1.0\n"
    );
}

#[test]
fn line_ends_mark_and_missing_last_newline_are_kept() {
    let dressed = |text: &str| format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"));
    let messages = ["feat: a", "feat!: b\n\nBREAKING CHANGE: c"];
    assert_eq!(released(&dressed(KEEP), &messages), dressed(&released(KEEP, &messages)));
    let short = "# Changelog\n\n## [Unreleased]";
    assert_eq!(
        released(short, &["fix: a"]),
        "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-03-01\n\n### Fixed\n\n- a"
    );
}

#[test]
fn what_people_wrote_under_unreleased_moves_into_the_release() {
    let text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- By hand,\n  on two lines\n\n### Security\n- Tight\n\n\
                ## [1.1.0] - 2026-01-01\n- x\n";
    assert_eq!(
        released(text, &["feat: a", "fix: b"]),
        "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-03-01\n\n### Added\n\n- By hand,\n  on two lines\n- a\n\n\
         ### Fixed\n- b\n\n### Security\n- Tight\n\n## [1.1.0] - 2026-01-01\n- x\n"
    );
}

#[test]
fn entries_without_a_group_move_and_entries_that_stand_there_are_not_repeated() {
    let text = "## Unreleased\n- By hand\n* fix it\n\n## 1.1.0 - 2026-01-01\n";
    assert_eq!(
        released(text, &["fix: fix it", "feat: new"]),
        "## Unreleased\n\n## 1.2.0 - 2026-03-01\n- By hand\n* fix it\n\n### Added\n\n- new\n\n## 1.1.0 - 2026-01-01\n"
    );
}

#[test]
fn an_empty_template_stays_under_unreleased() {
    let text = "# Changelog\n\n## [Unreleased]\n\n<!-- write here -->\n\n### Added\n\n### Fixed\n\n## [1.1.0] - 2026-01-01\n";
    assert_eq!(
        released(text, &["fix: a"]),
        "# Changelog\n\n## [Unreleased]\n\n<!-- write here -->\n\n### Added\n\n### Fixed\n\n## [1.2.0] - 2026-03-01\n\n\
         ### Fixed\n\n- a\n\n## [1.1.0] - 2026-01-01\n"
    );
}

#[test]
fn other_forms_are_left_in_their_form() {
    let cases = [
        (
            "# v1.1.0 (2026-01-01)\n* x\n",
            "# v1.2.0 (2026-03-01)\n\n## Fixed\n\n* a\n\n# v1.1.0 (2026-01-01)\n* x\n",
        ),
        ("## Version 1.1.0\n\n- x\n", "## Version 1.2.0\n\n### Fixed\n\n- a\n\n## Version 1.1.0\n\n- x\n"),
        (
            "# Log\n\n### 1.1.0 / 2026-01-01 [YANKED]\n",
            "# Log\n\n### 1.2.0 / 2026-03-01\n\n#### Fixed\n\n- a\n\n### 1.1.0 / 2026-01-01 [YANKED]\n",
        ),
        (
            "v1.1.0 / 2026-01-01\n===================\n\n  * x\n",
            "v1.2.0 / 2026-03-01\n===================\n\n## Fixed\n\n  * a\n\nv1.1.0 / 2026-01-01\n===================\n\n  * x\n",
        ),
        (
            "## [1.1.0](https://example.org/compare/v1.0.0...v1.1.0) (2026-01-01)\n",
            "## [1.2.0](https://example.org/compare/v1.1.0...v1.2.0) (2026-03-01)\n\n### Fixed\n\n- a\n\n\
             ## [1.1.0](https://example.org/compare/v1.0.0...v1.1.0) (2026-01-01)\n",
        ),
        ("# Changelog\n\nWords.\n", "# Changelog\n\nWords.\n\n## [1.2.0] - 2026-03-01\n\n### Fixed\n\n- a\n"),
        (
            "# Changelog\n\n[a]: https://example.org\n",
            "# Changelog\n\n## [1.2.0] - 2026-03-01\n\n### Fixed\n\n- a\n\n[a]: https://example.org\n",
        ),
        ("\u{feff}## 1.1.0\n", "\u{feff}## 1.2.0\n\n### Fixed\n\n- a\n\n## 1.1.0\n"),
    ];
    for (text, after) in cases {
        assert_eq!(released(text, &["fix: a"]), after);
    }
}

#[test]
fn links_follow_the_newest_release_where_unreleased_has_none() {
    let text = "## [1.1.0] - 2026-01-01\n\n[1.1.0]: https://example.org/releases/tag/v1.1.0\n";
    let after = released(text, &["fix: a"]);
    assert!(after.ends_with(
        "\n[1.2.0]: https://example.org/releases/tag/v1.2.0\n[1.1.0]: https://example.org/releases/tag/v1.1.0\n"
    ), "{after}");
}

#[test]
fn headings_in_code_and_comments_are_no_headings() {
    let text = "# Changelog\n\n```md\n## [1.2.0] - 2026-01-01\n```\n\n<!--\n## [Unreleased]\n-->\n\n## [1.1.0] - 2026-01-01\n";
    let after = released(text, &["fix: a"]);
    assert_eq!(
        after.matches("-->\n\n## [1.2.0] - 2026-03-01\n\n### Fixed\n\n- a\n\n## [1.1.0]").count(),
        1,
        "{after}"
    );
}

#[test]
fn a_version_that_is_there_already_changes_nothing() {
    for text in ["## [1.2.0] - 2020-01-01\n", "# v1.2.0\n", "## 1.2\n", "1.2.0\n-----\n"] {
        assert!(change(text, "1.2.0", &["feat: a"]).is_empty(), "{text}");
    }
}

#[test]
fn an_absent_changelog_begins_in_keep_a_changelog_form() {
    let after = released("", &["feat: a"]);
    assert!(after.starts_with("# Changelog\n\nAll notable"), "{after}");
    assert!(after.ends_with("\n## [Unreleased]\n\n## [1.2.0] - 2026-03-01\n\n### Added\n\n- a\n"), "{after}");
}

#[test]
fn foreign_text_stays_text() {
    let cases = [
        ("feat: use <script>alert(1)</script>", "- use \\<script>alert(1)\\</script>"),
        ("feat: Vec<u8> and `Vec<u8>`", "- Vec\\<u8> and `Vec<u8>`"),
        ("feat: a ` and <b>", "- a ` and \\<b>"),
        ("feat: ``a ` <b>`` <c>", "- ``a ` <b>`` \\<c>"),
        ("feat: \\<!-- x", "- \\<!-- x"),
        ("feat: \\` <b> `", "- \\` \\<b> `"),
        ("feat: <!-- x", "- \\<!-- x"),
        ("feat: [1.0.0]: https://evil.example", "- \\[1.0.0]: https://evil.example"),
        ("feat: # heading", "- \\# heading"),
        ("feat: #12 again", "- #12 again"),
        (
            "feat: thanks @ada, and @org/team; not a@b.c or `@c`",
            "- thanks `@ada`, and `@org/team`; not a@b.c or `@c`",
        ),
        ("feat: see https://medium.example/@ada @ and @", "- see https://medium.example/@ada @ and @"),
        ("feat: ![x](https://spy.example/x.png)", "- \\![x](https://spy.example/x.png)"),
        ("feat: 1. one", "- 1\\. one"),
        ("feat: ---", "- \\---"),
        ("feat: (#12) @", "- (#12) @"),
        ("feat: *really* fast", "- *really* fast"),
        ("feat: a\u{7}b\u{202e}c", "- a\\u{7}b\\u{202e}c"),
        ("feat!: drop it", "- drop it"),
        ("feat(api)!: drop it\n\nBREAKING CHANGE: call\nv2\n\nmore", "- api: drop it\n  call v2"),
    ];
    for (message, line) in cases {
        let markdown = notes(&[message]).markdown();
        assert!(markdown.ends_with(&format!("\n\n{line}\n")), "{message}: {markdown}");
    }
    let markdown =
        notes(&["feat: ##[error]x", "feat: ::error::x", &format!("fix: {}", "x".repeat(10_000))]).markdown();
    assert!(!markdown.contains("##[") && markdown.len() < 1_000, "{markdown}");
    assert!(markdown.lines().all(|line| !line.trim_start().starts_with("::")), "{markdown}");
}

#[test]
fn the_same_words_are_said_once_and_silent_types_not_at_all() {
    let markdown = notes(&["feat: a", "feat: a", "docs: b", "perf: c", "refactor!: d"]).markdown();
    assert_eq!(markdown, "### Breaking\n\n- d\n\n### Added\n\n- a\n\n### Changed\n\n- c\n");
}

#[test]
fn a_diff_shows_the_lines_that_change() {
    let edits = vec![Edit::replace(2..3, "B"), Edit::insert(7, "\nX")];
    let change = FileChange::new("f", Some("a\nb\nc\nd\ne\n".to_owned()), edits);
    assert_eq!(change.after(), "a\nB\nc\nd\nX\ne\n");
    assert_eq!(change.diff(), "--- a/f\n+++ b/f\n@@ -1,5 +1,6 @@\n a\n-b\n+B\n c\n d\n+X\n e\n");
    let made = FileChange::new("f", None, vec![Edit::insert(0, "a\nb\n")]);
    assert_eq!(made.diff(), "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
}
