//! Whatever a file holds: nothing panics, nothing is lost, and what was written once is not written again.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use semver::Version;
use shiplane_core::changelog::document::{self, Release};
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::changelog::history::{self, Commit};
use shiplane_core::changelog::notes::Notes;
use shiplane_core::changelog::site::Site;
use shiplane_core::changelog::versions::{self, Document, Source};
use shiplane_core::raw;

/// Pieces of which changelogs are made, and of which they should not be.
const PIECES: [&str; 48] = [
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "    ",
    "\t",
    "#",
    "## ",
    "### ",
    "[",
    "]",
    "(",
    ")",
    "](",
    "]: ",
    "Unreleased",
    "[Unreleased]",
    "1.1.0",
    "v1.1.0",
    "1.2.0",
    "0.9",
    " - 2026-01-01",
    " (January 1st, 2026)",
    "Added",
    "Fixed",
    "Features",
    "- ",
    "* ",
    "+ ",
    "by hand",
    "a",
    "\u{feff}",
    "```",
    "~~~",
    "<!--",
    "-->",
    "---",
    "===",
    "<a name=\"1.1.0\">",
    "</a>",
    "https://github.com/o/r/compare/v1.1.0...HEAD",
    "/compare/a%0Db",
    "[1.1.0]: ",
    "é",
    "\u{10ffe4}",
    "#12",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60).prop_map(|pieces| pieces.concat())
}

fn change(text: &str) -> FileChange {
    let messages = ["feat: a (#12)", "fix!: größer\n\nBREAKING CHANGE: b", "perf: - c"];
    let commit =
        |message: &&str| Commit { id: "a".repeat(40), parents: Vec::new(), message: (*message).to_owned() };
    let commits: Vec<Commit> = messages.iter().map(commit).collect();
    let site = Site::named("https://github.com/o/r").unwrap();
    let notes = Notes::linked(&history::read(&commits).changes, Some(&site));
    let (version, date) = (Version::new(1, 2, 0), "2026-03-01".parse().unwrap());
    let release = Release {
        version: &version,
        tag: "v1.2.0",
        previous_tag: Some("v1.1.0"),
        date,
        notes: &notes,
        site: Some(&site),
    };
    FileChange::new("CHANGELOG.md", Some(text.to_owned()), document::release(text, &release))
}

/// What a unified diff makes of a text.
fn patched(before: &str, patch: &str) -> String {
    let mut old = before.split_inclusive('\n');
    let mut after = String::new();
    let mut at = 1;
    let mut lines = patch.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = lines.next() {
        let whole = |text: &str| text.strip_suffix('\n').unwrap_or(text).to_owned();
        let ends = lines.peek().is_some_and(|next| next.starts_with("\\ No newline"));
        let body = if ends { whole(&line[1..]) } else { line[1..].to_owned() };
        match line.as_bytes()[0] {
            b'@' => {
                let (start, count) = line[4..].split_once(' ').unwrap().0.split_once(',').unwrap();
                let start = start.parse::<usize>().unwrap() + usize::from(count == "0");
                while at < start {
                    after.push_str(old.next().unwrap());
                    at += 1;
                }
            }
            b'+' => after.push_str(&body),
            sign @ (b' ' | b'-') => {
                assert_eq!(old.next().unwrap(), body, "{patch}");
                at += 1;
                if sign == b' ' {
                    after.push_str(&body);
                }
            }
            b'\\' => {}
            other => panic!("{}: {patch}", char::from(other)),
        }
    }
    after.extend(old);
    after
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, rng_seed: RngSeed::Fixed(20_260_301), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_release_is_written_once_and_takes_nothing_away(text in text()) {
        let change = change(&text);
        let after = change.after();
        prop_assert!(self::change(&after).is_empty(), "{text:?}\n{after:?}");
        prop_assert!(document::has(&after, &Version::new(1, 2, 0)), "{text:?}\n{after:?}");
        for edit in change.edits.iter().filter(|edit| !edit.span.is_empty()) {
            prop_assert_eq!(&edit.text, "v1.2.0");
        }
        let mut at = 0;
        for edit in &change.edits {
            prop_assert!(edit.span.start >= at, "{text:?}: {:?}", change.edits);
            at = edit.span.end;
        }
        prop_assert_eq!(patched(&text, &change.diff()), after);
    }

    #[test]
    fn entries_are_proposed_once(text in text()) {
        let notes = Notes { groups: vec![(shiplane_core::changelog::notes::Group::Fixed, vec!["mend it".to_owned()])], breaking: Vec::new() };
        let after = FileChange::new("c", Some(text.clone()), document::propose(&text, &notes)).after();
        let again = document::propose(&after, &notes);
        prop_assert!(again.is_empty(), "{text:?}\n{after:?}\n{again:?}");
    }

    #[test]
    fn bytes_come_back_as_they_were(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(raw::encode(&raw::decode(bytes.clone())), bytes);
    }

    #[test]
    fn characters_that_stand_for_bytes_come_back_too(text in "[a\u{10ff00}-\u{10ffff}é]{0,20}") {
        let bytes = text.into_bytes();
        prop_assert_eq!(raw::encode(&raw::decode(bytes.clone())), bytes);
    }

    #[test]
    fn version_files_of_any_kind_never_panic(
        name in prop::sample::select(vec!["Cargo.toml", "package.json", "pyproject.toml", "VERSION", "Chart.yaml", "x.json"]),
        pieces in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "version", ":", "=", ",", "\"version\"", "1.0.0", "\"1.0.0\"", "\n", " ", "[package]",
            "[project]", "v", "\\", "'", "#", "\u{feff}", "é", "\r", "appVersion", "\"\"\"", "name",
        ]), 0..40),
    ) {
        let text = pieces.concat();
        let source = Source {
            file: Document { path: name.to_owned(), text: text.clone() },
            field: None,
            companions: Vec::new(),
        };
        if let Ok(changes) = versions::changes(&source, &Version::new(2, 0, 0)) {
            let after = changes[0].after();
            let again = Source { file: Document { path: name.to_owned(), text: after.clone() }, ..source };
            prop_assert_eq!(versions::read(&again).ok(), Some(Version::new(2, 0, 0)), "{:?} {:?}", text, after);
        }
    }
}
