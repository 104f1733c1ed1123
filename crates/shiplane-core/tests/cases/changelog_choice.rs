//! Vectors from tags, commits and wishes to a version.

use shiplane_core::changelog::choice::{Asked, Channel, Choice};
use shiplane_core::changelog::history::Commit;
use shiplane_core::changelog::tags::{Seen, Tag};
use shiplane_core::changelog::{Changelog, Facts, Plan, Policy, next, plan};
use shiplane_core::config::Zero;

/// The last release, what was asked for, the commits; the version, or the code of a refusal.
type Vector<'a> = (&'a str, &'a str, &'a [&'a str], &'a str);

fn tag(name: &str) -> Tag {
    Tag::read(name, "v").unwrap()
}

/// `1.0.0` or `-`, then the pre-releases that the commit contains, the highest last; `| messages` come after it.
fn facts(tags: &str, messages: &[&str]) -> Facts {
    let names: Vec<&str> = tags.split_whitespace().collect();
    let pres: Vec<&str> = names.iter().skip(1).copied().collect();
    let commit = |(at, message): (usize, &&str)| Commit {
        id: format!("{at:040}"),
        parents: Vec::new(),
        message: message.trim_start_matches("old ").to_owned(),
    };
    let commits: Vec<Commit> = messages.iter().enumerate().map(commit).collect();
    let newer = messages.iter().zip(&commits).filter(|(message, _)| !message.starts_with("old "));
    let since_pre = newer.map(|(_, commit)| commit.id.clone()).collect();
    let taken: Vec<String> =
        names.iter().filter(|name| **name != "-").map(|name| format!("v{name}")).collect();
    Facts {
        last: names.first().filter(|name| **name != "-").map(|name| tag(&format!("v{name}"))),
        pre: pres.last().map(|name| tag(&format!("v{name}"))),
        strangers: 0,
        seen: Seen { taken, since_pre: pres.last().map(|_| since_pre), ..Seen::default() },
        shallow: false,
        commits,
        date: "2026-03-01".parse().unwrap(),
        changelog: Changelog { path: "CHANGELOG.md".to_owned(), text: None },
        versions: Vec::new(),
        site: None,
    }
}

/// `--pre rc --as minor` as a policy.
fn policy(wish: &str, zero: Zero) -> Policy {
    let mut choice = Choice::default();
    let words: Vec<&str> = wish.split_whitespace().collect();
    for pair in words.chunks(2) {
        match pair {
            ["pre", name] => choice.channel = Some(name.parse::<Channel>().unwrap()),
            ["as", word] => choice.asked = Some(word.parse::<Asked>().unwrap()),
            _ => panic!("{wish}"),
        }
    }
    Policy { prefix: "v".to_owned(), zero, files_named: true, choice }
}

fn told((tags, wish, messages, _): &Vector<'_>, zero: Zero) -> String {
    let next = next(&policy(wish, zero), &facts(tags, messages)).unwrap();
    let codes: Vec<&str> = next.refusals.iter().map(|refusal| refusal.code.as_str()).collect();
    if codes.is_empty() { format!("{} {}", next.version, next.level) } else { codes.join(" ") }
}

fn hold(zero: Zero, vectors: &[Vector<'_>]) {
    let wrong: Vec<String> = vectors
        .iter()
        .filter(|vector| told(vector, zero) != vector.3)
        .map(|vector| format!("{vector:?}: found {}", told(vector, zero)))
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[test]
fn commits_alone() {
    hold(
        Zero::Semver,
        &[
            ("1.0.0", "", &[], "1.0.0 none"),
            ("1.0.0", "", &["docs: a"], "1.0.0 none"),
            ("1.0.0", "", &["test: a"], "1.0.0 none"),
            ("1.0.0", "", &["Add feature"], "1.0.0 none"),
            ("1.0.0", "", &["wip: a"], "1.0.0 none"),
            ("1.0.0", "", &["fix: a"], "1.0.1 patch"),
            ("1.0.0", "", &["perf: a"], "1.0.1 patch"),
            ("1.0.0", "", &["revert: a"], "1.0.1 patch"),
            ("1.0.0", "", &["FIX: a"], "1.0.1 patch"),
            ("1.0.0", "", &["fix: a", "fix: b", "fix: c"], "1.0.1 patch"),
            ("1.0.0", "", &["feat: a"], "1.1.0 minor"),
            ("1.0.0", "", &["Feat(x): a"], "1.1.0 minor"),
            ("1.0.0", "", &["fix: a", "feat: b", "docs: c"], "1.1.0 minor"),
            ("1.0.5", "", &["feat: a"], "1.1.0 minor"),
            ("1.9.9", "", &["feat: a"], "1.10.0 minor"),
            ("1.2.3", "", &["feat!: a"], "2.0.0 major"),
            ("1.2.3", "", &["chore!: a"], "2.0.0 major"),
            ("1.2.3", "", &["wip!: a"], "2.0.0 major"),
            ("1.2.3", "", &["docs: a\n\nBREAKING CHANGE: b"], "2.0.0 major"),
            ("1.2.3", "", &["docs: a\r\n\r\nBREAKING-CHANGE: b\r\n"], "2.0.0 major"),
            ("1.2.3", "", &["docs: a\n\nbreaking change: b"], "1.2.3 none"),
            ("1.2.3", "", &["feat!:"], "1.2.3 none"),
            ("1.2.3", "", &["feat:a"], "1.2.3 none"),
            ("1.2.3", "", &["feat(): a"], "1.2.3 none"),
            ("1.2.3", "", &["feat: a\n\n* feat!: b"], "1.3.0 minor"),
            ("1.2.3", "", &["Revert \"feat: a\"", "feat: a"], "1.2.3 none"),
            ("1.2.3", "", &["Revert \"feat: a\""], "1.2.4 patch"),
            ("1.2.3", "", &["Revert \"feat: a\"", "feat: a", "fix: b"], "1.2.4 patch"),
            ("1.2.3", "", &["Reapply \"feat: a\"", "Revert \"feat: a\"", "feat: a"], "1.3.0 minor"),
            ("1.2.3", "", &["fixup! feat: a", "feat: a"], "1.3.0 minor"),
            ("1.2.3+build.5", "", &["fix: a"], "1.2.4 patch"),
            ("-", "", &["feat: a"], "0.1.0 minor"),
            ("-", "", &["feat!: a"], "0.1.0 major"),
            ("-", "", &["docs: a"], "0.1.0 none"),
            ("-", "", &[], "0.1.0 none"),
            ("18446744073709551615.0.0", "", &["fix: a"], "18446744073709551615.0.1 patch"),
        ],
    );
}

#[test]
fn below_one() {
    let commits: &[&[&str]] = &[&["fix: a"], &["feat: a"], &["feat!: a"], &["docs: a"]];
    let expected = [
        ("0.3.1", Zero::Semver, ["0.3.2 patch", "0.3.2 patch", "0.4.0 minor", "0.3.1 none"]),
        ("0.3.1", Zero::Strict, ["0.3.2 patch", "0.4.0 minor", "1.0.0 major", "0.3.1 none"]),
        ("0.0.3", Zero::Semver, ["0.0.4 patch", "0.0.4 patch", "0.0.4 patch", "0.0.3 none"]),
        ("0.0.3", Zero::Strict, ["0.0.4 patch", "0.1.0 minor", "1.0.0 major", "0.0.3 none"]),
        ("0.1.0", Zero::Semver, ["0.1.1 patch", "0.1.1 patch", "0.2.0 minor", "0.1.0 none"]),
        ("1.0.0", Zero::Semver, ["1.0.1 patch", "1.1.0 minor", "2.0.0 major", "1.0.0 none"]),
        ("1.0.0", Zero::Strict, ["1.0.1 patch", "1.1.0 minor", "2.0.0 major", "1.0.0 none"]),
    ];
    for (last, zero, wanted) in expected {
        for (messages, wanted) in commits.iter().zip(wanted) {
            hold(zero, &[(last, "", messages, wanted)]);
        }
    }
}

#[test]
fn pre_releases() {
    hold(
        Zero::Semver,
        &[
            ("1.0.0", "pre rc", &["feat: a"], "1.1.0-rc.1 minor"),
            ("1.0.0", "pre rc", &["fix: a"], "1.0.1-rc.1 patch"),
            ("1.0.0", "pre rc", &["docs: a"], "1.0.0 none"),
            ("1.0.0", "pre rc", &[], "1.0.0 none"),
            ("0.3.0", "pre rc", &["feat!: a"], "0.4.0-rc.1 minor"),
            ("1.0.0 1.1.0-rc.1", "pre rc", &["fix: b", "old feat: a"], "1.1.0-rc.2 minor"),
            ("1.0.0 1.1.0-rc.1", "pre rc", &["feat: b", "old feat: a"], "1.1.0-rc.2 minor"),
            ("1.0.0 1.1.0-rc.1 1.1.0-rc.2", "pre rc", &["fix: b", "old feat: a"], "1.1.0-rc.3 minor"),
            ("1.0.0 1.1.0-rc.9 1.1.0-rc.10", "pre rc", &["fix: b", "old feat: a"], "1.1.0-rc.11 minor"),
            ("1.0.0 1.1.0-rc.1", "pre rc", &["feat!: b", "old feat: a"], "2.0.0-rc.1 major"),
            ("1.0.0 1.0.1-rc.1", "pre rc", &["feat: b", "old fix: a"], "1.1.0-rc.1 minor"),
            ("1.0.0 1.1.0-rc.1", "pre rc", &["docs: b", "old feat: a"], "1.1.0-rc.1 none"),
            ("1.0.0 1.1.0-rc.1", "pre rc", &["old feat: a"], "1.1.0-rc.1 none"),
            ("1.0.0 1.1.0-rc.1", "pre rc", &["Revert \"feat: a\"", "old feat: a"], "1.1.0-rc.2 patch"),
            ("1.0.0 1.1.0-alpha.3", "pre beta", &["old feat: a"], "1.1.0-beta.1 minor"),
            ("1.0.0 1.1.0-beta.1", "pre alpha", &["fix: b", "old feat: a"], "version-below"),
            ("1.0.0 1.1.0-rc", "pre rc", &["fix: b", "old feat: a"], "1.1.0-rc.1 minor"),
            ("1.0.0 1.1.0-rc.1", "", &["old feat: a"], "1.1.0 minor"),
            ("1.0.0 1.1.0-rc.1", "", &["fix: b", "old feat: a"], "1.1.0 minor"),
            ("1.0.0 1.1.0-rc.1", "", &["feat!: b", "old feat: a"], "2.0.0 major"),
            ("1.0.0 2.0.0-rc.1", "", &["fix: b"], "2.0.0 patch"),
            ("- 0.1.0-rc.1", "pre rc", &["fix: b", "old feat: a"], "0.1.0-rc.2 minor"),
            ("- 0.1.0-rc.1", "", &["fix: b", "old feat: a"], "0.1.0 minor"),
            ("-", "pre rc", &["feat: a"], "0.1.0-rc.1 minor"),
            ("1.0.0", "pre feature-x", &["feat: a"], "1.1.0-feature-x.1 minor"),
            ("1.0.0", "pre rc as major", &["fix: a"], "2.0.0-rc.1 major"),
            ("1.0.0", "pre rc as 3.0.0", &["fix: a"], "3.0.0-rc.1 major"),
            ("1.0.0 1.1.0-rc.1", "pre rc as minor", &["old feat: a"], "1.1.0-rc.2 minor"),
        ],
    );
    for bad in ["", "1", "r c", "rc..x", "rc_1", "ré"] {
        assert!(bad.parse::<Channel>().is_err(), "{bad}");
    }
}

#[test]
fn by_name() {
    hold(
        Zero::Semver,
        &[
            ("1.0.0", "as patch", &["feat: a"], "1.0.1 patch"),
            ("1.0.0", "as minor", &["docs: a"], "1.1.0 minor"),
            ("1.0.0", "as major", &[], "2.0.0 major"),
            ("0.9.0", "as major", &["fix: a"], "1.0.0 major"),
            ("0.9.0", "as minor", &["fix: a"], "0.10.0 minor"),
            ("0.9.0", "as 1.0.0", &["fix: a"], "1.0.0 major"),
            ("1.0.0", "as 1.0.0", &["fix: a"], "version-below tag-exists"),
            ("1.0.0", "as 0.9.0", &["fix: a"], "version-below"),
            ("1.0.0", "as 1.0.0-rc.1", &["fix: a"], "version-below"),
            ("1.0.0", "as 1.0.0+build", &["fix: a"], "version-below tag-exists"),
            ("1.0.0", "as 2.0.0-rc.1", &["fix: a"], "2.0.0-rc.1 major"),
            ("1.0.0 1.1.0-rc.2", "as patch", &["fix: a"], "version-below"),
            ("1.0.0 1.1.0-rc.2", "as 1.1.0-rc.1", &["fix: a"], "version-below"),
            ("1.0.0 1.1.0-rc.2", "as 1.1.0", &["fix: a"], "1.1.0 minor"),
            ("-", "as 1.0.0", &["fix: a"], "1.0.0 major"),
            ("-", "as minor", &["fix: a"], "0.1.0 minor"),
        ],
    );
    for bad in ["", "1", "1.0", "big", "01.0.0", "1.0.0.0"] {
        assert!(bad.parse::<Asked>().is_err(), "{bad}");
    }
}

#[test]
fn what_is_refused_is_not_written_and_what_is_lower_is_said() {
    let facts = facts("1.0.0", &["feat: a"]);
    let policy = policy("as 1.0.0", Zero::Semver);
    let decided = next(&policy, &facts).unwrap();
    assert!(matches!(plan(&policy, &facts, &decided).unwrap(), Plan::Refused(why) if why.len() == 2));
    let lowered = next(&self::policy("as patch", Zero::Semver), &facts).unwrap();
    assert_eq!(lowered.natural.map(|version| version.to_string()), Some("1.1.0".to_owned()));
}
