//! From tags, files and changes to the next version.

use semver::Version;
use shiplane_core::changelog::bump::{self, Level};
use shiplane_core::changelog::choice::Choice;
use shiplane_core::changelog::date::Date;
use shiplane_core::changelog::history::Commit;
use shiplane_core::changelog::tags::{self, Seen, Tag};
use shiplane_core::changelog::versions::{Document, Source};
use shiplane_core::changelog::{Changelog, Facts, Plan, Policy, next, plan};
use shiplane_core::config::Zero;

fn policy() -> Policy {
    Policy { prefix: "v".to_owned(), zero: Zero::Semver, files_named: true, choice: Choice::default() }
}

fn facts(last: Option<&str>, messages: &[&str]) -> Facts {
    let commit = |(at, message): (usize, &&str)| Commit {
        id: format!("{at:040}"),
        parents: Vec::new(),
        message: (*message).to_owned(),
    };
    Facts {
        last: last.map(tag),
        pre: None,
        strangers: 0,
        seen: Seen::default(),
        shallow: false,
        commits: messages.iter().enumerate().map(commit).collect(),
        date: "2026-03-01".parse().unwrap(),
        changelog: Changelog { path: "CHANGELOG.md".to_owned(), text: None },
        versions: Vec::new(),
        site: None,
    }
}

fn tag(name: &str) -> Tag {
    Tag::read(name, "v").unwrap()
}

fn source(path: &str, text: &str) -> Source {
    let file = Document { path: path.to_owned(), text: text.to_owned() };
    Source { file, field: None, companions: Vec::new() }
}

#[test]
fn the_weight_of_a_change_raises_its_number() {
    let cases = [
        ("1.2.3", Level::None, "1.2.3", "1.2.3"),
        ("1.2.3", Level::Patch, "1.2.4", "1.2.4"),
        ("1.2.3", Level::Minor, "1.3.0", "1.3.0"),
        ("1.2.3", Level::Major, "2.0.0", "2.0.0"),
        ("1.9.0", Level::Minor, "1.10.0", "1.10.0"),
        ("0.3.1", Level::Patch, "0.3.2", "0.3.2"),
        ("0.3.1", Level::Minor, "0.3.2", "0.4.0"),
        ("0.3.1", Level::Major, "0.4.0", "1.0.0"),
        ("0.0.3", Level::Minor, "0.0.4", "0.1.0"),
        ("0.0.3", Level::Major, "0.0.4", "1.0.0"),
    ];
    for (from, level, semver, strict) in cases {
        let from = Version::parse(from).unwrap();
        let raised = |zero| bump::raise(&from, bump::effective(&from, level, zero)).to_string();
        assert_eq!(
            (raised(Zero::Semver).as_str(), raised(Zero::Strict).as_str()),
            (semver, strict),
            "{from} {level}"
        );
    }
}

#[test]
fn tags_are_ranked_by_precedence_and_foreign_ones_ignored() {
    let names =
        ["v1.9.0", "v1.10.0", "v1", "v1.2", "nightly", "1.11.0", "v1.10.0-rc.1", "v1.9.0+b2", "api-v2.0.0"];
    let ranked: Vec<String> = tags::ranked(names, "v").into_iter().map(|tag| tag.name).collect();
    assert_eq!(ranked, ["v1.10.0", "v1.10.0-rc.1", "v1.9.0", "v1.9.0+b2"]);
    assert_eq!(tags::ranked(names, "api-v").len(), 1);
    assert_eq!(tags::ranked(names, "")[0].name, "1.11.0");
    assert_eq!(tags::strangers(names, "v"), 2);
}

#[test]
fn the_last_tag_and_the_commits_make_the_next_version() {
    let cases: [(&str, &[&str], &str, &str); 7] = [
        ("v1.0.0", &["fix: a"], "1.0.1", "patch"),
        ("v1.0.1", &["fix: b", "docs: c"], "1.0.2", "patch"),
        ("v1.0.2", &["feat: d", "fix: e"], "1.1.0", "minor"),
        ("v1.1.0", &["feat!: f"], "2.0.0", "major"),
        ("v1.1.0", &["test: production flow"], "1.1.0", "none"),
        ("v1.1.0", &[], "1.1.0", "none"),
        ("v0.2.0", &["feat!: f"], "0.3.0", "minor"),
    ];
    for (last, messages, version, level) in cases {
        let next = next(&policy(), &facts(Some(last), messages)).unwrap();
        assert_eq!((next.version.to_string().as_str(), next.level.word()), (version, level), "{messages:?}");
        assert_eq!(next.tag, format!("v{version}"));
    }
}

#[test]
fn a_prerelease_keeps_its_promise() {
    let mut facts = facts(Some("v1.0.0"), &["fix: a"]);
    facts.pre = Some(tag("v1.1.0-rc.2"));
    assert_eq!(next(&policy(), &facts).unwrap().version.to_string(), "1.1.0");
    facts.commits[0].message = "feat!: a".to_owned();
    assert_eq!(next(&policy(), &facts).unwrap().version.to_string(), "2.0.0");
    facts.commits.clear();
    assert_eq!(next(&policy(), &facts).unwrap().version.to_string(), "1.0.0");
}

#[test]
fn a_first_release_is_what_the_first_version_file_says() {
    let mut facts = facts(None, &["feat: a"]);
    assert_eq!(next(&policy(), &facts).unwrap().version.to_string(), "0.1.0");
    facts.versions = vec![source("VERSION", "0.7.0\n"), source("version.json", r#"{"version":"9.9.9"}"#)];
    assert_eq!(next(&policy(), &facts).unwrap().version.to_string(), "0.7.0");
    facts.pre = Some(tag("v2.0.0-beta.1"));
    assert_eq!(next(&policy(), &facts).unwrap().version.to_string(), "2.0.0");
}

fn paths(plan: &Plan) -> Vec<&str> {
    match plan {
        Plan::Write(changes) => changes.iter().map(|change| change.path.as_str()).collect(),
        Plan::Refused(findings) => findings.iter().map(|finding| finding.code.as_str()).collect(),
    }
}

#[test]
fn a_plan_writes_what_differs_and_nothing_twice() {
    let mut facts = facts(Some("v1.0.0"), &["feat: a"]);
    facts.versions = vec![source("VERSION", "1.0.0\n"), source("a/version.json", "{\"version\": \"1.0.0\"}")];
    let decided = next(&policy(), &facts).unwrap();
    let first = plan(&policy(), &facts, &decided).unwrap();
    assert_eq!(paths(&first), ["CHANGELOG.md", "VERSION", "a/version.json"]);
    let Plan::Write(changes) = first else { panic!("not refused") };
    facts.changelog.text = Some(changes[0].after());
    facts.versions[0].file.text = changes[1].after();
    facts.versions[1].file.text = changes[2].after();
    assert_eq!(paths(&plan(&policy(), &facts, &decided).unwrap()), [""; 0]);
}

#[test]
fn nothing_to_release_writes_nothing() {
    let mut facts = facts(Some("v1.0.0"), &["docs: a"]);
    facts.versions = vec![source("VERSION", "0.1.0\n")];
    let decided = next(&policy(), &facts).unwrap();
    assert_eq!(paths(&plan(&policy(), &facts, &decided).unwrap()), [""; 0]);
}

#[test]
fn a_file_that_is_ahead_or_belongs_to_something_else_is_refused() {
    let mut facts = facts(Some("v1.0.0"), &["fix: a"]);
    facts.versions = vec![source("VERSION", "1.2.0\n"), source("version.json", r#"{"version":"0.0.0"}"#)];
    let decided = next(&policy(), &facts).unwrap();
    assert_eq!(paths(&plan(&policy(), &facts, &decided).unwrap()), ["version-ahead"]);
    let found = Policy { files_named: false, ..policy() };
    assert_eq!(paths(&plan(&found, &facts, &decided).unwrap()), ["version-ahead", "version-disagree"]);
}

#[test]
fn days_are_read_strictly_and_counted_right() {
    for good in ["2026-03-01", "2024-02-29", "1999-12-31"] {
        assert_eq!(good.parse::<Date>().unwrap().to_string(), good);
    }
    for bad in
        ["2026-3-1", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "20260301", "2026-03-01x", ""]
    {
        assert!(bad.parse::<Date>().is_err(), "{bad}");
    }
    let cases = [
        (0, "1970-01-01"),
        (951_782_400, "2000-02-29"),
        (1_767_607_200, "2026-01-05"),
        (4_107_542_399, "2100-02-28"),
    ];
    for (seconds, day) in cases {
        assert_eq!(Date::from_unix(seconds).to_string(), day);
    }
}
