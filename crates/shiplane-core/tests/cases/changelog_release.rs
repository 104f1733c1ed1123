//! The steps that are left of a release, for what is there already.

use semver::Version;
use shiplane_core::changelog::release::asset::{Asset, Differing, Stored, stored_name};
use shiplane_core::changelog::release::{
    BranchSeen, CommitSeen, Files, Latest, Plan, ReleaseSeen, Seen, Step, TagSeen, Way, Wish, bounded, plan,
};

fn wish() -> Wish {
    Wish {
        version: Version::new(1, 1, 0),
        tag: "v1.1.0".to_owned(),
        headline: "chore(release): 1.1.0".to_owned(),
        head: "aaa".to_owned(),
        branch: Some("main".to_owned()),
        files: Files::ToWrite,
        way: Way::Api,
        assets: vec![Asset { name: "app".to_owned(), size: 3, digest: "sha256:1".to_owned() }],
        differing: Differing::Refuse,
        floating: None,
    }
}

fn commit(id: &str, parent: &str, message: &str) -> CommitSeen {
    CommitSeen {
        id: id.to_owned(),
        parents: vec![parent.to_owned()],
        message: message.to_owned(),
        ..CommitSeen::default()
    }
}

fn branch(head: &str, since: Vec<CommitSeen>) -> Option<BranchSeen> {
    Some(BranchSeen { head: head.to_owned(), since })
}

fn fresh() -> Seen {
    Seen { known: true, branch: branch("aaa", Vec::new()), ..Seen::default() }
}

/// The names of the steps, or the codes of the refusals.
fn steps(wish: &Wish, seen: &Seen) -> Vec<String> {
    match plan(wish, seen) {
        Plan::Refused(findings) => {
            findings.into_iter().map(|finding| format!("no: {}", finding.code)).collect()
        }
        Plan::Work(work) => work.steps.iter().map(|step| step.name(wish)).collect(),
    }
}

fn tag(commit: &str) -> Option<TagSeen> {
    Some(TagSeen { commit: commit.to_owned(), annotated: true })
}

fn release(draft: bool, assets: Vec<Stored>) -> ReleaseSeen {
    ReleaseSeen { id: 1, url: "https://example.org".to_owned(), draft, assets }
}

fn stored(size: u64, digest: Option<&str>, whole: bool) -> Stored {
    Stored { id: 7, name: "app".to_owned(), size, digest: digest.map(str::to_owned), whole }
}

#[test]
fn each_step_is_left_out_once_it_is_done() {
    let ours = || branch("bbb", vec![commit("bbb", "aaa", "chore(release): 1.1.0\n\nmore")]);
    let done = |assets| Seen { branch: ours(), tag: tag("bbb"), releases: vec![assets], ..fresh() };
    let all = ["commit over the API", "tag v1.1.0", "draft release", "upload app", "publish release"];
    let cases = [
        (fresh(), &all[..]),
        (Seen { branch: ours(), ..fresh() }, &all[1..]),
        (Seen { branch: ours(), tag: tag("bbb"), ..fresh() }, &all[2..]),
        (done(release(true, Vec::new())), &all[3..]),
        (done(release(true, vec![stored(3, Some("sha256:1"), true)])), &all[4..]),
        (done(release(true, vec![stored(3, None, true)])), &all[4..]),
        (done(release(false, vec![stored(3, Some("sha256:1"), true)])), &[]),
    ];
    for (seen, expected) in cases {
        assert_eq!(steps(&wish(), &seen), expected, "{seen:?}");
    }
}

#[test]
fn what_others_did_is_never_overwritten() {
    let moved = |commits| Seen { branch: branch("ccc", commits), ..fresh() };
    let ours = || commit("bbb", "aaa", "chore(release): 1.1.0");
    let cases = [
        (moved(vec![commit("ccc", "aaa", "fix: quick")]), vec!["no: branch-moved"]),
        (moved(vec![commit("ccc", "zzz", "chore(release): 1.1.0")]), vec!["no: branch-moved"]),
        (moved(Vec::new()), vec!["no: branch-moved"]),
        // Ours came first, and others went on.
        (
            Seen { tag: tag("bbb"), ..moved(vec![ours(), commit("ccc", "bbb", "fix: quick")]) },
            vec!["draft release", "upload app", "publish release"],
        ),
        (Seen { tag: tag("aaa"), ..fresh() }, vec!["no: tag-taken"]),
        (Seen { tag: tag("zzz"), ..moved(vec![ours()]) }, vec!["no: tag-taken"]),
        (Seen { branch: None, ..fresh() }, vec!["no: branch-missing"]),
        (Seen { releases: vec![release(false, Vec::new())], ..fresh() }, vec!["no: release-published"]),
        (
            Seen { releases: vec![release(true, vec![stored(3, Some("sha256:2"), true)])], ..fresh() },
            vec!["no: asset-differs"],
        ),
    ];
    for (seen, expected) in cases {
        assert_eq!(steps(&wish(), &seen), expected, "{seen:?}");
    }
    let detached = Wish { branch: None, ..wish() };
    assert_eq!(steps(&detached, &fresh()), ["no: branch-unknown"]);
}

#[test]
fn written_files_need_no_commit_and_git_pushes_its_own() {
    let written = Wish { files: Files::Written, branch: None, assets: Vec::new(), ..wish() };
    assert_eq!(steps(&written, &fresh()), ["tag v1.1.0", "draft release", "publish release"]);
    let unknown = Seen { known: false, ..fresh() };
    assert_eq!(steps(&written, &unknown), ["no: commit-not-pushed"]);
    let local = Wish { way: Way::Local, ..written };
    assert_eq!(steps(&local, &unknown)[..2], ["push the branch", "tag v1.1.0"]);
    let local = Wish { way: Way::Local, ..wish() };
    assert_eq!(steps(&local, &fresh())[..3], ["commit with git", "push main", "tag v1.1.0"]);
}

#[test]
fn torn_uploads_and_replaced_files_go_before_the_new_ones_come() {
    let with = |asset| Seen { releases: vec![release(true, vec![asset])], ..fresh() };
    let torn = with(stored(0, None, false));
    assert_eq!(steps(&wish(), &torn)[2..], ["remove app", "upload app", "publish release"]);
    let clobber = Wish { differing: Differing::Replace, ..wish() };
    let other = with(stored(4, None, true));
    assert_eq!(steps(&clobber, &other)[2..], ["remove app", "upload app", "publish release"]);
}

#[test]
fn only_the_highest_final_version_is_the_latest() {
    let latest = |version: &str, highest: Option<&str>| {
        let version = Version::parse(version).unwrap();
        let highest = highest.map(|highest| Version::parse(highest).unwrap());
        match plan(&Wish { version, ..wish() }, &Seen { highest, ..fresh() }) {
            Plan::Work(work) => work.steps.contains(&Step::Publish(Latest::Yes)),
            Plan::Refused(findings) => panic!("{findings:?}"),
        }
    };
    assert!(latest("1.1.0", None) && latest("1.1.0", Some("1.0.9")) && latest("1.1.0", Some("1.1.0")));
    assert!(!latest("1.1.0", Some("2.0.0")) && !latest("1.1.0-rc.1", None));
}

#[test]
fn the_floating_tag_goes_forward_only() {
    let floats = |version: &str, (highest, at): (Option<&str>, Option<&str>)| {
        let version = Version::parse(version).unwrap();
        let wish = Wish { version, floating: Some("v1".to_owned()), files: Files::Written, ..wish() };
        let highest_of_major = highest.map(|highest| Version::parse(highest).unwrap());
        let seen = Seen { highest_of_major, floating: at.map(str::to_owned), ..fresh() };
        steps(&wish, &seen).contains(&"move v1".to_owned())
    };
    assert!(floats("1.1.0", (None, None)) && floats("1.1.0", (Some("1.1.0"), Some("zzz"))));
    assert!(!floats("1.1.0", (Some("1.2.0"), None)) && !floats("1.1.0-rc.1", (None, None)));
    assert!(!floats("1.1.0", (None, Some("aaa"))));
}

#[test]
fn names_are_those_that_github_stores_and_texts_are_bounded() {
    for (name, stored) in [
        ("app.tar.gz", "app.tar.gz"),
        ("my app (1).zip", "my.app.1.zip"),
        (".env", "default.env"),
        ("é", "default."),
    ] {
        assert_eq!(stored_name(name), stored, "{name}");
    }
    assert_eq!(bounded("short", 5, "more"), "short");
    assert_eq!(bounded("first line\nsecond line", 20, "more"), "first line\n\nmore");
    assert_eq!(bounded(&"é".repeat(30), 20, "more"), format!("{}\n\nmore", "é".repeat(14)));
}
