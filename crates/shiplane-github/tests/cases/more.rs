//! What some policies need besides is asked only for them, and what cannot be read of it is said.

use shiplane_core::gate::facts::{ChangedFile as File, Section};
use shiplane_core::gate::{Facts, Needs};
use shiplane_testkit::github::{ChangedFile, Compare, FakeGitHub, Fault, RuleKind, TOKEN};

use super::setting::{client, facts, seven, shop};

async fn more(github: &FakeGitHub, needs: &Needs) -> Facts {
    let mut begun = facts(github).await;
    github.forget_requests();
    client(github).0.gate_more(&seven(), &mut begun, needs).await.unwrap();
    begun
}

fn whys(facts: &Facts) -> Vec<(Section, &str)> {
    facts.unread.iter().map(|unread| (unread.section, unread.why.as_str())).collect()
}

#[tokio::test]
async fn who_needs_nothing_asks_nothing() {
    let github = shop();
    let facts = more(&github, &Needs { messages: true, ..Needs::default() }).await;
    assert_eq!((github.requests().len(), facts.files, facts.code_owners), (0, None, None));
}

#[tokio::test]
async fn the_distance_to_the_base_is_asked_by_commit_id() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).from_fork = true;
        shop.pull(7).into_branch("release/1.x", "m1");
        shop.compare("release/1.x", "d1", Compare { ahead: 1, behind: 3 });
    });
    let needs = Needs { behind: true, ..Needs::default() };
    assert_eq!(more(&github, &needs).await.pull_request.behind_by, Some(3));
    let requests = github.requests();
    assert_eq!(requests[0].path, "/repos/example/shop/compare/release%2F1.x...d1");
    assert_eq!((requests.len(), requests[0].query.as_str()), (1, "per_page=1"));

    github.next_on("/repos", Fault::status(403, "Resource not accessible by integration"));
    let facts = more(&github, &needs).await;
    assert_eq!(whys(&facts), [(Section::BehindBy, "Resource not accessible by integration")]);
    assert_eq!(facts.unread[0].permissions, ["contents: read"]);
}

#[tokio::test]
async fn changed_files_arrive_in_full_with_their_former_names() {
    let github = shop();
    github.edit(|world| {
        let pull = world.repo("example", "shop").pull(7);
        pull.files.push(ChangedFile::renamed("src/old.rs", "src/new\n::error::.rs"));
        (0..240).for_each(|at| pull.files.push(ChangedFile::modified(&format!("src/{at}.rs"))));
    });
    let facts = more(&github, &Needs { files: true, ..Needs::default() }).await;
    let files = facts.files.unwrap();
    assert_eq!((files.len(), github.requests().len(), facts.unread.len()), (241, 3, 0));
    let renamed = File { path: "src/new\n::error::.rs".to_owned(), previous: Some("src/old.rs".to_owned()) };
    assert_eq!(files[0], renamed);
}

#[tokio::test]
async fn three_thousand_files_may_be_more_and_a_list_that_falls_short_is_said() {
    let github = shop();
    github.edit(|world| {
        let pull = world.repo("example", "shop").pull(7);
        (0..3000).for_each(|at| pull.files.push(ChangedFile::modified(&format!("src/{at}.rs"))));
    });
    let facts = more(&github, &Needs { files: true, ..Needs::default() }).await;
    assert_eq!(whys(&facts), [(Section::Files, "GitHub lists no more than 3000 files")]);
    assert_eq!(github.requests().len(), 30);

    let short = shop();
    short.edit(|world| drop(world.repo("example", "shop").pull(7).changes("a.rs", "MODIFIED").title.clone()));
    short.next_on("/repos", Fault::Status { code: 200, headers: Vec::new(), body: "[]".to_owned() });
    let facts = more(&short, &Needs { files: true, code_owners: true, ..Needs::default() }).await;
    assert_eq!(whys(&facts), [(Section::Files, "0 of 1 files were listed")]);
}

#[tokio::test]
async fn lists_that_are_none_leave_the_files_unread() {
    for (body, why) in
        [("{}", "a page of it is no list"), ("[{\"filename\": 7}]", "a file is not as documented")]
    {
        let github = shop();
        github.next_on("/repos", Fault::Status { code: 200, headers: Vec::new(), body: body.to_owned() });
        let facts = more(&github, &Needs { files: true, ..Needs::default() }).await;
        assert_eq!(whys(&facts), [(Section::Files, why)]);
    }
}

#[tokio::test]
async fn code_owners_and_release_files_share_one_request() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.file("develop", "CODEOWNERS", "* @root\n").file("develop", "docs/CODEOWNERS", "* @docs\n");
        shop.file("d1", ".github/CODEOWNERS", "* @mallory\n");
        shop.file("develop", "CHANGELOG.md", "old\n").file("d1", "CHANGELOG.md", "new\n");
        shop.file("d1", "package.json", "{}");
    });
    let hostile = "a\") { id } evil: object(expression: \"x".to_owned();
    let release_files = vec!["CHANGELOG.md".to_owned(), "./package.json".to_owned(), hostile.clone()];
    let facts = more(&github, &Needs { code_owners: true, release_files, ..Needs::default() }).await;
    let requests = github.requests();
    let asked: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    // The other one asks where the branch left its base, for the changelog is compared with that.
    assert!(matches!(asked[..], [left, "/graphql"] if left.contains("/compare/")), "{asked:?}");
    assert_eq!(facts.unread.len(), 0);
    let owners = facts.code_owners.unwrap();
    assert_eq!((owners.path.as_deref(), owners.text.as_str()), (Some("CODEOWNERS"), "* @root\n"));
    let files = facts.release_files.unwrap();
    let seen: Vec<_> =
        files.iter().map(|it| (it.path.as_str(), it.base.as_deref(), it.head.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("CHANGELOG.md", Some("old\n"), Some("new\n")),
            ("./package.json", None, Some("{}")),
            (hostile.as_str(), None, None),
        ]
    );
    let body: serde_json::Value = serde_json::from_str(&requests[1].body).unwrap();
    assert!(!body["query"].as_str().unwrap().contains("evil"), "a path is never a part of the query");
}

#[tokio::test]
async fn owners_in_githubs_folder_go_first_and_none_are_none() {
    let github = shop();
    let needs = Needs { code_owners: true, ..Needs::default() };
    assert_eq!(more(&github, &needs).await.code_owners.unwrap().path, None);
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.file("develop", "CODEOWNERS", "x").file("develop", ".github/CODEOWNERS", "");
    });
    let owners = more(&github, &needs).await.code_owners.unwrap();
    assert_eq!((owners.path.as_deref(), owners.text.as_str()), (Some(".github/CODEOWNERS"), ""));
}

#[tokio::test]
async fn texts_that_are_cut_or_no_text_or_forbidden_are_not_read() {
    let big = "x".repeat(600_000);
    for (text, why) in [
        (big.as_str(), "`CHANGELOG.md`: GitHub sent only a part of 600000 bytes"),
        ("a\0b", "`CHANGELOG.md`: it is no text"),
    ] {
        let github = shop();
        github
            .edit(|world| drop(world.repo("example", "shop").file("d1", "CHANGELOG.md", text).name.clone()));
        let needs = Needs { release_files: vec!["CHANGELOG.md".to_owned()], ..Needs::default() };
        assert_eq!(whys(&more(&github, &needs).await), [(Section::ReleaseFiles, why)]);
    }
    let github = shop();
    github.edit(|world| {
        drop(world.repo("example", "shop").file("develop", ".github/CODEOWNERS", "x").name.clone());
    });
    let needs = Needs { code_owners: true, ..Needs::default() };
    let mut begun = facts(&github).await;
    github.next(Fault::forbidden("repository.owners0"));
    client(&github).0.gate_more(&seven(), &mut begun, &needs).await.unwrap();
    let why = "`.github/CODEOWNERS`: Resource not accessible by integration (FORBIDDEN)";
    assert_eq!(whys(&begun), [(Section::CodeOwners, why)]);
    assert_eq!(
        (begun.unread[0].permissions.join(""), begun.code_owners),
        ("contents: read".to_owned(), None)
    );
}

#[tokio::test]
async fn a_head_that_moves_meanwhile_is_noticed() {
    let github = shop();
    let mut begun = facts(&github).await;
    github.edit(|world| drop(world.repo("example", "shop").push("feature/login", "d2").clone()));
    let needs = Needs { code_owners: true, ..Needs::default() };
    client(&github).0.gate_more(&seven(), &mut begun, &needs).await.unwrap();
    assert_eq!(begun.pull_request.moved_to.as_deref(), Some("d2"));
}

#[tokio::test]
async fn teams_arrive_with_all_members_or_with_what_would_help() {
    let github = shop();
    let people: Vec<String> = (0..150).map(|number| format!("person-{number}")).collect();
    github.edit(|world| {
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        world.team("example", "leads", &["grace"]).team("example", "all", &people);
    });
    let teams = ["@example/leads", "@example/all", "@example/secret", "@example/..", "12345"];
    let needs = Needs { teams: teams.map(str::to_owned).to_vec(), ..Needs::default() };
    let facts = more(&github, &needs).await;
    let counts: Vec<_> = facts.teams.iter().map(|it| (it.members.len(), it.unreadable.is_none())).collect();
    assert_eq!(counts, [(1, true), (150, true), (0, false), (0, false), (0, false)]);
    assert_eq!(github.requests().len(), 4, "a team costs a request, or one for each 100 members");
    let why = facts.teams[2].unreadable.as_deref().unwrap();
    assert_eq!(
        why,
        "the token may not read who is in it (Not Found); the token of an app with `members: read` may"
    );
    assert_eq!(facts.teams[4].unreadable.as_deref(), Some("`12345` is not written as @owner/team"));
    assert_eq!(facts.unread, []);
}

#[tokio::test]
async fn teams_by_file_are_read_from_the_rules_when_they_are_asked_for() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch("develop", "m1").rule("main", RuleKind::approvals(1));
    });
    let mut begun = facts(&github).await;
    let client = client(&github).0;
    client.gate_protection(&seven(), &mut begun).await.unwrap();
    assert_eq!((begun.protection.len(), begun.unread.len()), (1, 0), "a rule without them adds nothing");

    let rules = serde_json::json!([
        { "type": "deletion", "ruleset_id": 1 },
        { "type": "pull_request", "ruleset_id": 42, "parameters": { "required_reviewers": [
            { "file_patterns": ["*.rs"], "minimum_approvals": 2, "reviewer": { "id": 5, "type": "Team" } },
        ] } },
        { "type": "pull_request", "ruleset_id": 43, "parameters": { "required_reviewers": [{}] } },
    ]);
    let rules = Fault::Status { code: 200, headers: Vec::new(), body: rules.to_string() };
    github.next_on("/repos/example/shop/rules", rules);
    client.gate_protection(&seven(), &mut begun).await.unwrap();
    let asked = &begun.protection[1];
    assert_eq!(asked.source, "ruleset number 42");
    assert_eq!((asked.file_reviewers[0].team.as_str(), asked.file_reviewers[0].at_least), ("5", 2));
    assert_eq!(whys(&begun), [(Section::Protection, "a rule is not as documented")]);
}

#[tokio::test]
async fn a_token_in_githubs_words_goes_no_further() {
    let github = shop();
    let mut begun = facts(&github).await;
    github.next_on("/orgs", Fault::status(403, &format!("{TOKEN} may not")));
    github.next_on("/repos", Fault::status(404, &format!("{TOKEN} is nobody")));
    let needs = Needs { files: true, teams: vec!["@example/leads".to_owned()], ..Needs::default() };
    let client = client(&github).0;
    client.gate_more(&seven(), &mut begun, &needs).await.unwrap();
    let record = serde_json::to_string(&begun).unwrap();
    assert!(!record.contains(TOKEN), "{record}");
    assert!(record.contains("*** may not") && record.contains("*** is nobody"), "{record}");
}

#[tokio::test]
async fn an_approval_before_an_update_is_held_against_what_the_head_changes() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        for (commit, patch) in [("same", "@@ +one"), ("other", "@@ +two"), ("d1", "@@ +one")] {
            shop.commit(commit).patches("src/login.rs", patch);
        }
        let pull = shop.pull(7);
        pull.reviews.clear();
        for (author, commit) in [("grace", "same"), ("linus", "other"), ("ada", "d1"), ("edsger", "far")] {
            pull.review(author, "APPROVED").commit = commit.to_owned();
        }
    });
    github.next_on("/repos/example/shop/compare/develop...far", Fault::status(404, "Not Found"));
    let facts = more(&github, &Needs { diffs: true, ..Needs::default() }).await;
    let known = facts.reviews.iter().map(|review| (review.author.as_str(), review.same_diff));
    let expected = [("grace", Some(true)), ("linus", Some(false)), ("ada", None), ("edsger", None)];
    assert!(known.eq(expected), "{:?}", facts.reviews);
    assert_eq!(github.requests().len(), 4, "the head, and each other commit that was approved");

    github.next_on("/repos", Fault::status(403, "Resource not accessible by integration"));
    let facts = more(&github, &Needs { diffs: true, ..Needs::default() }).await;
    assert!(facts.reviews.iter().all(|review| review.same_diff.is_none()), "what is not seen is not known");
}
