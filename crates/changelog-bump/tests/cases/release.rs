//! `release`: commit, tag, release, and what is refused.

use shiplane_testkit::github::{Fault, RuleKind};
use shiplane_testkit::need::{Missing, need};
use shiplane_testkit::process::{Run, find_program};

use super::hub::{CHANGELOG, Hub, step};

#[test]
fn a_release_is_committed_tagged_and_published_with_its_notes() {
    let hub = Hub::with(&["feat: carts", "fix: totals"]);
    let first = hub.report(&["release"], 0);
    assert_eq!(
        (first.verdict().as_str(), first.get("version"), first.get("tag")),
        ("released", "1.1.0", "v1.1.0")
    );
    assert_eq!(first.get("release-url"), "https://github.com/example/shop/releases/tag/v1.1.0");
    assert_eq!(first.codes(), ["workflows-not-started"]);
    hub.edit(|shop| {
        let commit = shop.tags["v1.1.0"].clone();
        assert_eq!((&shop.branches["main"].sha, first.get("commit")), (&commit, commit.as_str()));
        assert_eq!(shop.commits[&commit].message, "chore(release): 1.1.0");
        assert_eq!(shop.files_of(&commit)["VERSION"], "1.1.0\n");
        assert!(
            shop.files_of(&commit)["CHANGELOG.md"]
                .contains("## [1.1.0] - 2026-03-01\n\n### Added\n\n- carts")
        );
        let object = shop.workshop.tag_objects[&shop.workshop.annotated["v1.1.0"]].clone();
        assert_eq!((object.message.as_str(), object.commit), ("Release 1.1.0", commit));
        let release = &shop.releases[0];
        assert_eq!(
            (release.draft, release.prerelease, shop.workshop.latest),
            (false, false, Some(release.id))
        );
        let told: Vec<&str> =
            release.body.lines().map(|line| line.split(" (").next().unwrap_or(line)).collect();
        assert_eq!(told.join("\n"), "### Added\n\n- carts\n\n### Fixed\n\n- totals");
        assert!(release.body.contains("](https://github.com/example/shop/commit/"), "{}", release.body);
    });
    // The same job started again has the old commit checked out.
    let state = hub.state();
    hub.github.forget_requests();
    let again = hub.report(&["release"], 0);
    assert_eq!((again.verdict().as_str(), again.codes().len()), ("unchanged", 0), "{}", again.json);
    assert_eq!(again.get("commit"), first.get("commit"));
    assert!(hub.github.requests().iter().all(|request| request.method == "GET"));
    assert_eq!(hub.state(), state);
}

#[test]
fn nothing_to_release_is_an_answer() {
    let hub = Hub::with(&["test: more", "docs: less"]);
    let answer = hub.report(&["release"], 0);
    assert_eq!(
        (answer.verdict().as_str(), answer.get("bump"), answer.get("released")),
        ("none", "none", "false")
    );
    assert_eq!(hub.github.requests().len(), 0);
}

#[test]
fn a_dry_run_tells_the_steps_and_writes_nothing() {
    let hub = Hub::with(&["feat!: carts"]);
    let (before, asset) = (hub.state(), hub.project.home.path().join("app.tar"));
    std::fs::write(&asset, "app").unwrap();
    let record = hub.project.home.path().join("facts.json");
    let (asset, record) = (asset.to_str().unwrap(), record.to_str().unwrap());
    let args = ["release", "--dry-run", "--floating-major", "--asset", asset];
    let saved = hub.report(&[&args[..], &["--save-facts", record]].concat(), 0);
    let planned: Vec<String> = told(&saved.json, "step-planned");
    assert_eq!(
        planned,
        [
            "would commit over the API",
            "would tag v2.0.0",
            "would draft release",
            "would upload app.tar",
            "would publish release",
            "would move v2"
        ]
    );
    let sum = "app.tar: 3 bytes, sha256:a172cedcae47474b615c54d510a5d84a8dea3032e958587430b413538be3f333";
    assert_eq!(told(&saved.json, "asset-read"), [sum]);
    assert_eq!(hub.state(), before);
    assert!(hub.github.requests().iter().all(|request| request.method == "GET"));
    hub.github.forget_requests();
    let replayed = hub.report(&[&args[..], &["--facts", record]].concat(), 0);
    assert_eq!((replayed.json, hub.github.requests().len()), (saved.json, 0));
}

fn told(json: &serde_json::Value, code: &str) -> Vec<String> {
    let findings = json["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == code);
    findings.map(|finding| finding["fact"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_head_that_moved_meanwhile_is_not_overwritten() {
    let hub = Hub::with(&["feat: carts"]);
    fn push(world: &mut shiplane_testkit::github::World) {
        world.repo("example", "shop").lands("main", &"e".repeat(40), ("fix: quick", &[("a", "b")]));
    }
    // The look finds the branch where it was, the commit does not.
    hub.github.next_on("/graphql", Fault::Meanwhile(push));
    let answer = hub.report(&["release"], 10);
    assert_eq!(answer.codes(), ["branch-moved"], "{}", answer.json);
    hub.edit(|shop| {
        assert_eq!((shop.branches["main"].sha.as_str(), shop.tags.len()), ("e".repeat(40).as_str(), 1));
        assert!(shop.releases.is_empty());
    });
}

#[test]
fn a_tag_on_another_commit_is_refused_before_anything_is_written() {
    let hub = Hub::with(&["feat: carts"]);
    hub.edit(|shop| {
        let old = shop.tags["v1.0.0"].clone();
        shop.tag("v1.1.0", &old);
    });
    let before = hub.state();
    let answer = hub.report(&["release"], 10);
    assert_eq!((answer.codes(), hub.state()), (vec!["tag-taken".to_owned()], before));
}

#[test]
fn what_the_files_say_already_is_tagged_and_released_alone() {
    let hub = Hub::with(&["feat: carts"]);
    let waits = hub.report(&["release", "--if-written"], 0);
    assert_eq!((waits.verdict().as_str(), waits.get("released")), ("none", "false"));
    hub.project.run(&["bump", "--date", "2026-03-01"]).expect(0);
    let dirty = hub.report(&["release"], 10);
    assert_eq!(dirty.codes(), ["files-uncommitted"]);
    hub.project.commits(&["chore(release): 1.1.0"]);
    assert_eq!(hub.report(&["release", "--if-written"], 10).codes(), ["commit-not-pushed"]);
    hub.edit(|shop| {
        let head = hub.project.repo.head().unwrap();
        shop.lands("main", &head, ("chore(release): 1.1.0", &[("VERSION", "1.1.0\n")]));
    });
    let done = hub.report(&["release", "--if-written"], 0);
    assert_eq!((done.verdict().as_str(), done.get("commit")), ("released", hub.head().as_str()));
    // With the tag fetched, its commit is the release, and that is finished rather than another one begun.
    hub.edit(|shop| {
        shop.releases.clear();
    });
    hub.project.repo.tag("v1.1.0").unwrap();
    let resumed = hub.report(&["release"], 0);
    assert_eq!((resumed.verdict().as_str(), resumed.get("version")), ("released", "1.1.0"));
    assert_eq!(hub.edit(|shop| shop.releases[0].body.clone()), "### Added\n\n- carts");
}

#[test]
fn assets_arrive_once_and_others_of_that_name_are_refused() {
    let hub = Hub::with(&["feat: carts"]);
    let home = hub.project.home.path();
    let write = |name: &str, text: &str| {
        std::fs::write(home.join(name), text).unwrap();
        home.join(name).display().to_string()
    };
    let (one, odd, empty) = (write("app.tar", "app"), write("my app (1).zip", "zip"), write("empty", ""));
    for (args, code) in [
        (vec![empty.as_str()], "asset-unfit"),
        (vec!["/nowhere"], "asset-unfit"),
        (vec![&one, &one], "asset-twice"),
    ] {
        let args: Vec<&str> = args.iter().flat_map(|path| ["--asset", path]).collect();
        assert_eq!(hub.report(&[&["release"], &args[..]].concat(), 2).codes(), [code]);
    }
    assert_eq!(hub.github.requests().len(), 0);
    let args = ["release", "--asset", &one, "--asset", &odd];
    assert_eq!(hub.report(&args, 0).get("assets"), "app.tar\nmy.app.1.zip");
    assert!(hub.state().contains("  app.tar 3 uploaded\n  my.app.1.zip 3 uploaded\n"), "{}", hub.state());
    assert_eq!(hub.report(&args, 0).verdict(), "unchanged");
    write("app.tar", "other");
    assert_eq!(hub.report(&args, 10).codes(), ["release-published"]);
    // A draft may still change, when it is asked for.
    hub.edit(|shop| shop.releases[0].draft = true);
    assert_eq!(hub.report(&args, 10).codes(), ["asset-differs"]);
    hub.report(&[&args[..], &["--clobber"]].concat(), 0);
    assert!(hub.state().contains("app.tar 5 uploaded"), "{}", hub.state());
    // An upload that broke off has left its name.
    hub.edit(|shop| {
        shop.releases[0].draft = true;
        shop.releases[0].assets[1].state = "starter".to_owned();
    });
    hub.report(&args, 0);
    assert!(hub.state().contains("app.tar 5 uploaded"), "{}", hub.state());
}

#[test]
fn a_floating_tag_follows_forward_and_only_final_releases() {
    let hub = Hub::with(&["feat: carts"]);
    hub.report(&["release", "--floating-major"], 0);
    hub.edit(|shop| assert_eq!(shop.tags["v1"], shop.tags["v1.1.0"]));
    let moved = Hub::with(&["fix: totals"]);
    moved.edit(|shop| {
        let old = shop.tags["v1.0.0"].clone();
        shop.tag("v1", &old);
    });
    moved.report(&["release", "--floating-major"], 0);
    moved.edit(|shop| assert_eq!(shop.tags["v1"], shop.tags["v1.0.1"]));
    // A fix of an older line.
    let behind = Hub::with(&["fix: totals"]);
    behind.edit(|shop| {
        let old = shop.tags["v1.0.0"].clone();
        shop.tag("v1.4.0", &old).tag("v1", &old);
        shop.releases.push(shiplane_testkit::github::Release {
            id: 1,
            tag: "v1.4.0".to_owned(),
            name: String::new(),
            body: String::new(),
            target: "main".to_owned(),
            draft: false,
            prerelease: false,
            assets: Vec::new(),
        });
    });
    let answer = behind.report(&["release", "--floating-major"], 0);
    assert!(answer.codes().contains(&"floating-tag-kept".to_owned()), "{}", answer.json);
    behind.edit(|shop| assert_eq!((&shop.tags["v1"], shop.workshop.latest), (&shop.tags["v1.0.0"], None)));
}

#[test]
fn what_the_token_may_not_is_named() {
    let refused = || Fault::status(403, "Resource not accessible by integration");
    let hub = Hub::with(&["feat: carts"]);
    hub.github.next_on("/repos/example/shop/git/tags", refused());
    let answer = hub.report(&["release"], 1);
    assert_eq!(answer.codes()[0], "permission-missing", "{}", answer.json);
    let help = answer.help("permission-missing");
    assert!(help.starts_with("add `contents: write` to the job's `permissions:`"), "{help}");
    assert!(help.ends_with("run it again; what is done stays done"), "{help}");
    hub.report(&["release"], 0);

    let protected = Hub::with(&["feat: carts"]);
    protected.edit(|shop| {
        let kind = RuleKind::PullRequest {
            approvals: 1,
            dismiss_stale: false,
            code_owners: false,
            last_push_approval: false,
            conversations: false,
        };
        shop.branches.get_mut("main").unwrap().rule("main", kind);
    });
    let answer = protected.report(&["release"], 10);
    assert_eq!(answer.codes(), ["push-protected"]);
    assert!(answer.help("push-protected").contains("changelog-bump pr"));
}

#[test]
fn only_the_named_people_release() {
    let hub = Hub::with(&["feat: carts"]);
    assert_eq!(hub.report(&["release", "--releasers", "grace, linus"], 10).codes(), ["releaser-stranger"]);
    assert_eq!(hub.github.requests().len(), 0);
    hub.report(&["release", "--releasers", "@Ada", "--dry-run"], 0);
}

#[test]
fn hostile_names_and_long_notes_do_no_harm() {
    let hub = Hub::with(&["feat: carts"]);
    let long: String = (0..4000).map(|at| format!("- {at} @ada {}\n", "x".repeat(40))).collect();
    let text = CHANGELOG.replace("## [Unreleased]\n", &format!("## [Unreleased]\n\n### Added\n\n{long}"));
    hub.project.repo.write("CHANGELOG.md", &text).unwrap();
    hub.project.commits(&["docs: all of it"]);
    let head = hub.head();
    hub.edit(|shop| {
        shop.lands("main", &head, ("docs: all of it", &[("CHANGELOG.md", &text)]));
    });
    hub.report(&["release", "--branch=-x"], 2);
    hub.report(&["release", "--branch", "a b"], 2);
    hub.report(&["release", "--local", "--remote=-x"], 2);
    assert_eq!(hub.github.requests().len(), 0);
    hub.report(&["release"], 0);
    let body = hub.edit(|shop| shop.releases[0].body.clone());
    assert!(body.chars().count() <= 125_000 && body.ends_with("The rest is in CHANGELOG.md."));
    let spaced = Hub::with(&["feat: carts"]);
    assert_eq!(spaced.report(&["release", "--tag-prefix", "my tag "], 2).codes(), ["tag-prefix-invalid"]);
    assert_eq!(spaced.github.requests().len(), 0);
}

#[test]
fn with_git_the_commit_and_the_tag_are_made_here_and_pushed() {
    let hub = Hub::with(&["feat: carts"]);
    let origin = shiplane_testkit::git::Origin::create(hub.project.home.path().join("origin.git")).unwrap();
    hub.project.repo.git(&["remote", "add", "origin", &origin.dir().display().to_string()]).unwrap();
    hub.project.repo.push().unwrap();
    let named = |run: Run| {
        let roles = ["AUTHOR", "COMMITTER"];
        roles.iter().fold(run, |run, role| {
            run.env(format!("GIT_{role}_NAME"), "Dev").env(format!("GIT_{role}_EMAIL"), "dev@example.org")
        })
    };
    // GitHub sees what is pushed only in this fake's next look; until then it does not know the commit.
    let outcome = named(step(&hub.project, &hub.github, &["release", "--local"])).run().unwrap();
    let head = hub.head();
    assert_eq!(origin.resolve("main").unwrap(), head, "{outcome}");
    assert_eq!(origin.resolve("v1.1.0").unwrap(), head, "{outcome}");
    assert_eq!(hub.project.read("VERSION"), "1.1.0\n");
    hub.edit(|shop| {
        shop.lands("main", &head, ("chore(release): 1.1.0", &[("VERSION", "1.1.0\n")]));
        shop.tag("v1.1.0", &head);
    });
    let done = named(step(&hub.project, &hub.github, &["release", "--local"])).run().unwrap();
    done.expect(0);
    assert_eq!(hub.edit(|shop| shop.releases.len()), 1);
}

#[test]
fn a_tag_is_signed_with_the_key_that_git_has() {
    let hub = Hub::with(&["feat: carts"]);
    let key = hub.project.home.path().join("key");
    let missing = Missing::new("no ssh-keygen on this machine", "apt-get install openssh-client");
    let program = find_program("ssh-keygen").ok_or(missing);
    let Some(program) = need("a_tag_is_signed_with_the_key_that_git_has", program) else { return };
    Run::new(program).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).ok().unwrap();
    let origin = shiplane_testkit::git::Origin::create(hub.project.home.path().join("origin.git")).unwrap();
    let git = |args: &[&str]| hub.project.repo.git(args).unwrap();
    git(&["remote", "add", "origin", &origin.dir().display().to_string()]);
    git(&["config", "gpg.format", "ssh"]);
    git(&["config", "user.signingKey", &key.display().to_string()]);
    git(&["config", "user.name", "Dev"]);
    git(&["config", "user.email", "dev@example.org"]);
    hub.project.run(&["bump", "--date", "2026-03-01"]).expect(0);
    hub.project.commits(&["chore(release): 1.1.0"]);
    hub.project.repo.push().unwrap();
    let head = hub.head();
    hub.edit(|shop| {
        shop.lands("main", &head, ("chore(release): 1.1.0", &[]));
    });
    // This GitHub does not see what git pushes to the origin beside it.
    hub.report(&["release", "--sign"], 0);
    assert_eq!(origin.resolve("v1.1.0").unwrap(), head);
    assert!(git(&["cat-file", "tag", "v1.1.0"]).contains("-----BEGIN SSH SIGNATURE-----"));
}

#[test]
fn a_file_that_belongs_to_the_release_is_in_its_commit_and_a_directory_is_attached_whole() {
    let hub = Hub::with(&["feat: carts"]);
    let place = hub.project.home.path().join("dist");
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join("b.tar"), "b").unwrap();
    std::fs::write(place.join("a.tar"), "a").unwrap();
    hub.project.repo.write("hashes.txt", "abc  a.tar\n").unwrap();
    let args = ["release", "--include", "hashes.txt", "--asset", place.to_str().unwrap()];
    let first = hub.report(&args, 0);
    assert_eq!(first.verdict(), "released", "{}", first.json);
    hub.edit(|shop| {
        let commit = shop.tags["v1.1.0"].clone();
        assert_eq!(shop.files_of(&commit)["hashes.txt"], "abc  a.tar\n");
    });
    assert_eq!(first.get("assets"), "a.tar\nb.tar", "{}", first.json);
    let again = hub.report(&args, 0);
    assert_eq!(
        (again.verdict().as_str(), again.get("commit")),
        ("unchanged", first.get("commit")),
        "{}",
        again.json
    );
    let missing = hub.report(&["release", "--include", "none.txt"], 2);
    assert_eq!(missing.codes(), ["include-unreadable"]);
}
