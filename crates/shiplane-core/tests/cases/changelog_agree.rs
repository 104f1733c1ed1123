//! The check of a pull request and the gate before a merge say the same of the same pull request.

use shiplane_core::changelog::check::{
    CHANGELOG, Proposal, Rules, Sides, VERSION, VersionFile, commit, judge,
};
use shiplane_core::changelog::convention::Convention;
use shiplane_core::changelog::versions::{Document, Source};
use shiplane_core::config::Zero;
use shiplane_core::gate::evaluate;
use shiplane_core::gate::facts::{ChangedFile, Commit, Facts, ReleaseFile};
use shiplane_core::gate::policy::{Demand, Policy, ReleaseRules};
use shiplane_core::report::{Finding, Level};

use super::gate::case;

const LOG: &str =
    "# Changelog\n\n## [Unreleased]\n\n- Known\n- Known, too\n\n## [1.0.0] - 2026-01-01\n\n- Begin\n";

/// A pull request: messages from the oldest, title, label, the changelog and the version on the head.
struct Situation {
    name: &'static str,
    messages: &'static [&'static str],
    title: &'static str,
    label: &'static str,
    log: Option<String>,
    versions: [&'static str; 2],
    wanted: [Level; 2],
}

fn situation(name: &'static str, wanted: [Level; 2]) -> Situation {
    let log = Some(LOG.replace("- Known\n", "- New\n- Known\n"));
    Situation {
        name,
        messages: &["feat: a"],
        title: "x",
        label: "",
        log,
        versions: ["1.1.0", "1.1.0"],
        wanted,
    }
}

fn situations() -> Vec<Situation> {
    use Level::{Fail, Ok};
    let plain = situation;
    let log =
        |name, text: &str, wanted| Situation { log: Some(text.to_owned()), ..plain(name, [wanted, Ok]) };
    let version = |name, versions, wanted| Situation { versions, ..plain(name, [Ok, wanted]) };
    vec![
        plain("all is there", [Ok, Ok]),
        log("no entry", LOG, Fail),
        log("white space", &LOG.replace("- Known\n", "-   Known  \n\n"), Fail),
        log("moved", &LOG.replace("- Known\n- Known, too\n", "- Known, too\n- Known\n"), Fail),
        log("another bullet", &LOG.replace("- Known\n", "* Known\n"), Fail),
        log("other line ends", &LOG.replace('\n', "\r\n"), Fail),
        log("a heading alone", &LOG.replace("- Known\n", "### Added\n\n- Known\n"), Fail),
        log("a comment", &LOG.replace("- Known\n", "<!-- new -->\n- Known\n"), Fail),
        log("a link", &format!("{LOG}\n[new]: https://example.org/new\n"), Fail),
        log("under an old version", &LOG.replace("- Begin\n", "- Begin\n- New\n"), Fail),
        log("released by hand", &LOG.replace("- Known\n", "## [1.1.0]\n\n- New\n- Known\n"), Ok),
        log("moved into a release", &LOG.replace("- Known\n", "## [1.1.0]\n\n- Known\n"), Fail),
        log("in code", &LOG.replace("- Known\n", "```\n- New\n```\n- Known\n"), Fail),
        log("the same words twice", &LOG.replace("- Known\n", "- Known\n- Known\n"), Ok),
        Situation { log: None, ..plain("no changelog", [Fail, Ok]) },
        version("equal", ["1.0.0", "1.0.0"], Fail),
        version("lower", ["0.9.0", "0.9.0"], Fail),
        version("too little", ["1.0.1", "1.0.1"], Fail),
        version("more than asked", ["2.0.0", "2.0.0"], Ok),
        version("build metadata alone", ["1.0.0+7", "1.0.0+7"], Fail),
        version("a pre-release of it", ["1.1.0-rc.1", "1.1.0-rc.1"], Ok),
        version("a pre-release of too little", ["1.0.1-rc.1", "1.0.1-rc.1"], Fail),
        version("two opinions", ["1.1.0", "1.2.0"], Fail),
        version("no version", ["soon", "1.1.0"], Fail),
        Situation {
            messages: &["test: a", "chore: b"],
            log: Some(LOG.to_owned()),
            versions: ["1.0.0", "1.0.0"],
            ..plain("tests", [Ok, Ok])
        },
        Situation { messages: &["fix: a"], versions: ["1.0.1", "1.0.1"], ..plain("a fix", [Ok, Ok]) },
        Situation { messages: &["fix!: a"], ..plain("a break", [Ok, Fail]) },
        Situation { messages: &["wip"], title: "feat!: b", ..plain("a title that breaks", [Ok, Fail]) },
        Situation {
            messages: &["wip"],
            log: Some(LOG.to_owned()),
            versions: ["1.0.1", "1.0.1"],
            ..plain("nobody knows", [Fail, Ok])
        },
        Situation {
            label: "No-Changelog",
            log: Some(LOG.to_owned()),
            versions: ["1.0.0", "1.0.0"],
            ..plain("waived", [Ok, Ok])
        },
        Situation { label: "other", log: Some(LOG.to_owned()), ..plain("another label", [Fail, Ok]) },
    ]
}

const FILES: [&str; 2] = ["VERSION", "package.json"];

fn text(file: &str, version: &str) -> String {
    if file == "VERSION" { format!("{version}\n") } else { format!("{{\"version\": \"{version}\"}}") }
}

fn checked(situation: &Situation) -> Vec<Finding> {
    let messages = situation.messages.iter().enumerate().rev();
    let versions = FILES.iter().zip(situation.versions).map(|(file, version)| VersionFile {
        head: Source {
            file: Document { path: (*file).to_owned(), text: text(file, version) },
            field: None,
            companions: Vec::new(),
        },
        base: Some(text(file, "1.0.0")),
    });
    let proposal = Proposal {
        base: "main".to_owned(),
        title: situation.title.to_owned(),
        labels: vec![situation.label.to_owned()],
        commits: messages.map(|(at, message)| commit(&format!("{at:040x}"), message)).collect(),
        changelog: Sides {
            path: "CHANGELOG.md".to_owned(),
            field: None,
            base: Some(LOG.to_owned()),
            head: situation.log.clone(),
        },
        versions: versions.collect(),
        touching: None,
    };
    let rules = Rules {
        convention: Convention::default(),
        zero: Zero::Semver,
        waive: vec!["no-changelog".to_owned()],
        files_named: true,
    };
    judge(&rules, &proposal)
}

fn gated(situation: &Situation) -> Vec<Finding> {
    let (policy, facts) = asked(situation);
    said(&policy, &facts)
}

fn said(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let mut findings = evaluate(policy, facts);
    findings.retain(|finding| [CHANGELOG, VERSION].contains(&finding.code.as_str()));
    findings
}

fn asked(situation: &Situation) -> (Policy, Facts) {
    let (mut policy, mut facts) = case("everything-in-order");
    policy.changelog = Demand::Required;
    policy.version = Demand::Required;
    policy.release = ReleaseRules {
        versions: FILES.map(str::to_owned).to_vec(),
        waive: vec!["no-changelog".to_owned()],
        ..ReleaseRules::default()
    };
    facts.pull_request.title = situation.title.to_owned();
    facts.pull_request.labels = vec![situation.label.to_owned()];
    let like = facts.commits[0].clone();
    let messages = situation.messages.iter().enumerate();
    facts.commits = messages
        .map(|(at, message)| Commit {
            commit: format!("{at:040x}"),
            message: (*message).to_owned(),
            ..like.clone()
        })
        .collect();
    let mut files = vec![ReleaseFile {
        path: "CHANGELOG.md".to_owned(),
        base: Some(LOG.to_owned()),
        left: None,
        head: situation.log.clone(),
    }];
    files.extend(FILES.iter().zip(situation.versions).map(|(file, version)| ReleaseFile {
        path: (*file).to_owned(),
        base: Some(text(file, "1.0.0")),
        left: None,
        head: Some(text(file, version)),
    }));
    facts.release_files = Some(files);
    (policy, facts)
}

#[test]
fn a_base_that_went_on_makes_nothing_new() {
    let plain = Situation {
        name: "a base that went on",
        messages: &["feat: a"],
        title: "feat: a",
        label: "",
        log: Some(LOG.to_owned()),
        versions: ["1.1.0", "1.1.0"],
        wanted: [Level::Fail, Level::Ok],
    };
    let (policy, mut facts) = asked(&plain);
    // The base reworded a line that the branch still has as it was.
    let reworded = Some(LOG.replace("- Known\n", "- Known by now\n"));
    facts.release_files.as_mut().unwrap()[0].base = reworded;
    assert_eq!(said(&policy, &facts)[0].level, Level::Ok, "taken for new");
    facts.release_files.as_mut().unwrap()[0].left = Some(LOG.to_owned());
    assert_eq!(said(&policy, &facts)[0].level, Level::Fail);
    assert_eq!(checked(&plain)[0].level, Level::Fail);
}

#[test]
fn what_touches_no_path_of_the_release_needs_nothing() {
    let plain = Situation {
        name: "elsewhere",
        messages: &["feat: a"],
        title: "feat: a",
        label: "",
        log: Some(LOG.to_owned()),
        versions: ["1.0.0", "1.0.0"],
        wanted: [Level::Ok, Level::Ok],
    };
    let (mut policy, mut facts) = asked(&plain);
    policy.release.paths = vec!["app".to_owned(), "!app/docs".to_owned()];
    let file = |path: &str| ChangedFile { path: path.to_owned(), previous: None };
    facts.files = Some(vec![file("docs/a.md"), file("app/docs/b.md")]);
    assert!(said(&policy, &facts).iter().all(|it| it.level == Level::Ok), "{:?}", said(&policy, &facts));
    facts.files = Some(vec![file("docs/a.md"), file("app/b.rs")]);
    assert!(said(&policy, &facts).iter().all(|it| it.level == Level::Fail), "{:?}", said(&policy, &facts));
}

#[test]
fn both_say_the_same_and_it_is_right() {
    for situation in situations() {
        let (checked, gated) = (checked(&situation), gated(&situation));
        assert_eq!(checked, gated, "{}", situation.name);
        for (code, wanted) in [CHANGELOG, VERSION].into_iter().zip(situation.wanted) {
            let worst = checked.iter().filter(|it| it.code == code).map(|it| it.level).max();
            assert_eq!(worst, Some(wanted), "{}: {code}: {checked:?}", situation.name);
        }
    }
}
