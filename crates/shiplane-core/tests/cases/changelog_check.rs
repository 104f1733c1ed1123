//! What a pull request has to say in the changelog, and how far it has to raise the version.

use semver::Version;
use shiplane_core::changelog::bump::Level;
use shiplane_core::changelog::check::{Ask, Asked, Need, Sides, commit, entry, required, version};
use shiplane_core::changelog::convention::Convention;
use shiplane_core::changelog::document::propose;
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::config::Zero;
use shiplane_core::report::Level as Weight;

/// What these messages, oldest first, and this title ask for.
fn need(messages: &[&str], title: &str) -> Need {
    let newest_first = messages.iter().enumerate().rev();
    let commits: Vec<_> = newest_first.map(|(at, message)| commit(&format!("{at:07x}"), message)).collect();
    Need::of(&Convention::default(), &Asked { commits: &commits, title, ..Asked::default() })
}

#[test]
fn what_the_changes_ask_for() {
    for (messages, title, wanted) in [
        (&["feat: a"][..], "", Ask::Bump(Level::Minor)),
        (&["wip", "fix: a"], "", Ask::Bump(Level::Patch)),
        (&["fix: a", "feat!: b"], "", Ask::Bump(Level::Major)),
        (&["fix: a\n\nBREAKING CHANGE: b"], "", Ask::Bump(Level::Major)),
        (&["wip"], "feat: a", Ask::Bump(Level::Minor)),
        (&["fix: a"], "docs: a", Ask::Bump(Level::Patch)),
        (&["test: a", "chore: b"], "Cover a", Ask::Nothing),
        (&["wip", "more"], "chore: a", Ask::Nothing),
        (&["test: a", "Merge branch 'main' into feature"], "x", Ask::Nothing),
        (&["test: a", "wip"], "x", Ask::Unclear),
        (&["Add login"], "Add login", Ask::Unclear),
        (&["fear: a"], "fear: a", Ask::Unclear),
        (&[], "", Ask::Unclear),
        (&[], "feat: a", Ask::Bump(Level::Minor)),
        (&["feat: a", "Revert \"feat: a\"\n\nThis reverts commit 0000000."], "x", Ask::Nothing),
        (&["Revert \"feat: a\"\n\nThis reverts commit fffffff."], "x", Ask::Bump(Level::Patch)),
    ] {
        assert_eq!(need(messages, title).ask, wanted, "{messages:?} {title}");
    }
}

#[test]
fn the_least_version_that_will_do() {
    for (base, level, zero, wanted) in [
        ("1.4.2", Level::Patch, Zero::Semver, "1.4.3"),
        ("1.4.2", Level::Minor, Zero::Semver, "1.5.0"),
        ("1.4.2", Level::Major, Zero::Semver, "2.0.0"),
        ("0.4.2", Level::Major, Zero::Semver, "0.5.0"),
        ("0.4.2", Level::Minor, Zero::Semver, "0.4.3"),
        ("0.0.2", Level::Major, Zero::Semver, "0.0.3"),
        ("0.4.2", Level::Major, Zero::Strict, "1.0.0"),
        ("1.4.2+7", Level::Patch, Zero::Semver, "1.4.3"),
        ("1.5.0-rc.1", Level::Minor, Zero::Semver, "1.5.0"),
        ("1.5.0-rc.1", Level::Patch, Zero::Semver, "1.5.0"),
        ("1.5.0-rc.1", Level::Major, Zero::Semver, "2.0.0"),
        ("1.4.3-rc.1", Level::Minor, Zero::Semver, "1.5.0"),
        ("2.0.0-rc.1", Level::Major, Zero::Semver, "2.0.0"),
    ] {
        let base = Version::parse(base).unwrap();
        assert_eq!(required(&base, level, zero).to_string(), wanted, "{base} {level}");
    }
}

fn judged(base: Option<&str>, head: &str) -> (Weight, String) {
    let file = Sides {
        path: "CHANGES.md".to_owned(),
        field: None,
        base: base.map(str::to_owned),
        head: Some(head.to_owned()),
    };
    let finding = entry(&file, &need(&["feat: a"], ""));
    (finding.level, finding.fact)
}

#[test]
fn an_entry_is_a_line_that_was_not_there_and_speaks_of_what_comes() {
    const OLD: &str = "# Log\n\n## Unreleased\n\n- one\n- two\n\n## 1.0.0\n\n- three\n";
    for (base, head) in [
        (Some(OLD), OLD.replace("- two\n", "- two\n- new\n")),
        (Some(OLD), OLD.replace("- two\n", "- two, and more\n")),
        (Some(OLD), OLD.replace("- two\n", "- two\n- two\n")),
        (Some(OLD), OLD.replace("- two\n", "- two\n- new\n").replace('\n', "\r\n")),
        (Some(OLD), OLD.replace("## 1.0.0", "## 1.1.0\n\nWords alone\n\n## 1.0.0")),
        (Some(OLD), OLD.replace("- two\n", "- two\n\n### Añadido\n\n- sesión\n")),
        (None, OLD.to_owned()),
        (Some(""), "- a list without sections\n".to_owned()),
        (Some("2026\n====\n\n- one\n"), "2026\n====\n\n- one\n- two\n".to_owned()),
    ] {
        let (level, fact) = judged(base, &head);
        assert_eq!(level, Weight::Ok, "{fact}\n{head}");
    }
    for head in [
        OLD.to_owned(),
        OLD.replace('\n', "\r\n"),
        format!("\u{feff}{OLD}"),
        OLD.replace("- one\n", ""),
        OLD.replace("- one\n- two\n", "- two\n- one\n"),
        OLD.replace("- two\n", "*  two\n"),
        OLD.replace("- two\n", "- two\n<!-- new -->\n"),
        OLD.replace("- two\n", "- two\n- \n---\n"),
        OLD.replace("- two\n", "- two\n\n```\nnew\n```\n"),
        OLD.replace("- two\n", "- two\n\n### Added\n"),
        OLD.replace("- three\n", "- three\n- new\n"),
        OLD.replace("# Log\n", "# Log\n\nnew preface\n"),
        format!("{OLD}\n[1.0.0]: https://example.com/1.0.0\n"),
        OLD.replace("## 1.0.0", "## 1.1.0\n\n## 1.0.0"),
    ] {
        let (level, fact) = judged(Some(OLD), &head);
        assert_eq!(level, Weight::Fail, "{fact}\n{head}");
    }
}

#[test]
fn every_file_has_its_say_at_once() {
    let file = |path: &str, base: &str, head: &str| Sides {
        path: path.to_owned(),
        field: None,
        base: Some(base.to_owned()),
        head: Some(head.to_owned()),
    };
    let files = [file("VERSION", "1.0.0\n", "1.0.0\n"), file("ui/VERSION", "1.0.0\n", "nine\n")];
    let findings = version(&files, &need(&["fix: a"], ""), Zero::Semver);
    let facts: Vec<&str> = findings.iter().map(|finding| finding.fact.as_str()).collect();
    assert_eq!(
        facts,
        [
            "VERSION says 1.0.0, as on the base branch; `fix: a` asks for patch",
            "ui/VERSION says `nine`, which is no SemVer version"
        ]
    );
    let both = [file("VERSION", "1.0.0\n", "1.0.1\n"), file("ui/VERSION", "1.0.0\n", "1.0.1\n")];
    let findings = version(&both, &need(&["fix: a"], ""), Zero::Semver);
    assert_eq!((findings.len(), findings[0].level), (1, Weight::Ok));
}

#[test]
fn proposed_entries_take_the_form_of_the_file() {
    let notes = need(&["feat: a", "fix: b"], "").notes;
    let proposed =
        |text: &str| FileChange::new("CHANGELOG.md", Some(text.to_owned()), propose(text, &notes)).after();
    for (text, wanted) in [
        (
            "# Log\n\n## [Unreleased]\n## [1.0.0] - 2026-01-01\n",
            "# Log\n\n## [Unreleased]\n\n### Added\n\n- a\n\n### Fixed\n\n- b\n## [1.0.0] - 2026-01-01\n",
        ),
        (
            "## Unreleased\n### Added\n* a\n* c\n\n## 1.0.0\n",
            "## Unreleased\n### Added\n* a\n* c\n\n### Fixed\n* b\n\n## 1.0.0\n",
        ),
        (
            "# Log\n\n1.0.0\n-----\n\n* x\n",
            "# Log\n\n## Unreleased\n\n### Added\n\n* a\n\n### Fixed\n\n* b\n\n1.0.0\n-----\n\n* x\n",
        ),
        (
            "# Log\n\nWords.\n\n[x]: https://example.com\n",
            "# Log\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- a\n\n### Fixed\n\n- b\n\n[x]: https://example.com\n",
        ),
    ] {
        assert_eq!(proposed(text), wanted, "{text}");
        assert_eq!(proposed(wanted), wanted, "a second time");
        let (level, fact) = judged(Some(text), wanted);
        assert_eq!(level, Weight::Ok, "{fact}\n{wanted}");
    }
    let new = proposed("");
    assert!(
        new.starts_with("# Changelog\n")
            && new.ends_with("## [Unreleased]\n\n### Added\n\n- a\n\n### Fixed\n\n- b\n")
    );
    assert_eq!(proposed(&new), new);
}
