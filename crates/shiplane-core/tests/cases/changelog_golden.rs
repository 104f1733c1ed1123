//! Changelogs of many forms, before and after a release is written into them: `tests/changelog/`.
//! `UPDATE_EXPECT=1` writes what is made of them now.
#![expect(clippy::disallowed_methods, reason = "the files are what is tested")]

use std::fs;
use std::path::PathBuf;

use semver::Version;
use shiplane_core::changelog::date::Date;
use shiplane_core::changelog::document::{self, Release};
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::changelog::history::{self, Commit};
use shiplane_core::changelog::notes::Notes;
use shiplane_core::changelog::site::Site;
use shiplane_core::raw;

/// Newest first.
const MESSAGES: [&str; 4] = [
    "perf!: größer und schneller\n\nBREAKING CHANGE: the cache is\nempty at first",
    "docs: nothing to tell",
    "fix: mind the gap",
    "feat(web): log in (#12)",
];

fn notes(site: &Site) -> Notes {
    let commit = |(number, message): (usize, &&str)| Commit {
        id: format!("{number}").repeat(40),
        parents: Vec::new(),
        message: (*message).to_owned(),
    };
    let commits: Vec<Commit> = MESSAGES.iter().enumerate().map(commit).collect();
    Notes::linked(&history::read(&commits).changes, Some(site))
}

/// What writing 1.2.0 on that day changes.
fn change(text: &str, day: &str) -> FileChange {
    let site = Site::named("https://github.com/example/shop").unwrap();
    let (version, date): (Version, Date) = (Version::new(1, 2, 0), day.parse().unwrap());
    let notes = notes(&site);
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

fn cases() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/changelog");
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = all.filter(|path| path.to_string_lossy().ends_with(".before.md")).collect();
    cases.sort();
    cases
}

#[test]
fn every_form_is_kept_byte_for_byte() {
    let mut wrong = Vec::new();
    for before in cases() {
        let expected = PathBuf::from(before.to_string_lossy().replace(".before.", ".after."));
        let text = raw::decode(fs::read(&before).unwrap());
        let after = raw::encode(&change(&text, "2026-03-01").after());
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &after).unwrap();
        }
        if fs::read(&expected).unwrap_or_default() != after {
            wrong.push(format!("{}:\n{}", before.display(), String::from_utf8_lossy(&after)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases().len() > 50);
}

#[test]
fn twice_in_a_row_changes_nothing_on_another_day_either() {
    for before in cases() {
        let text = raw::decode(fs::read(&before).unwrap());
        let after = change(&text, "2026-03-01").after();
        assert!(document::has(&after, &Version::new(1, 2, 0)), "{}", before.display());
        assert!(change(&after, "2026-03-02").is_empty(), "{}", before.display());
    }
}

#[test]
fn nothing_is_taken_away_but_the_tag_in_a_link() {
    for before in cases() {
        let text = raw::decode(fs::read(&before).unwrap());
        let change = change(&text, "2026-03-01");
        for edit in change.edits.iter().filter(|edit| !edit.span.is_empty()) {
            let taken = &text[edit.span.clone()];
            assert_eq!((taken, edit.text.as_str()), ("v1.1.0", "v1.2.0"), "{}", before.display());
        }
    }
}
