//! The fake GitHub answers as GitHub does.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::{Value, json};
use shiplane_testkit::github::{
    Actor, Compare, FakeGitHub, Fault, Mergeable, Person, Protection, RuleKind, TOKEN,
};
use shiplane_testkit::http::{Call, Reply};

/// A repository with one pull request from `develop` into `main`.
fn shop() -> FakeGitHub {
    let github = FakeGitHub::start();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch("main", "m1").protect(Protection::default().approvals(2).check("lint"));
        shop.branch("main", "m1").rule("release", RuleKind::checks(&["test"]));
        shop.pull(7).title("feat: a cart").by("ada").from("develop", "d1").into_branch("main", "m1");
    });
    github
}

fn graphql(github: &FakeGitHub, query: &str, variables: &Value) -> Value {
    let reply = post(github, &json!({ "query": query, "variables": variables }));
    assert_eq!(reply.status, 200, "{}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

fn post(github: &FakeGitHub, body: &Value) -> Reply {
    authorized(Call::post(&github.graphql_url(), &body.to_string())).send().unwrap()
}

fn get(github: &FakeGitHub, path: &str) -> Reply {
    authorized(Call::get(&format!("{}{path}", github.url()))).send().unwrap()
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

fn authorized(call: Call) -> Call {
    call.header("authorization", &format!("Bearer {TOKEN}"))
}

/// Asks for something of pull request 7.
fn of_pull(selection: &str) -> String {
    format!(
        "{{ repository(owner: \"example\", name: \"shop\") {{ pullRequest(number: 7) {{ {selection} }} }} }}"
    )
}

#[test]
fn the_gate_query_sees_the_whole_story() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.compare("main", "develop", Compare { ahead: 2, behind: 3 });
        shop.file("main", "CHANGELOG.md", "# old").file("d1", "CHANGELOG.md", "# new");
        let pull = shop.pull(7);
        pull.label("feature").changes("src/cart.rs", "ADDED").approve("grace");
        pull.thread("src/cart.rs", 3, "why?").resolved = true;
        let head = shop.commit("d1");
        head.by(Person::unknown("ada@example.org")).checks_passed(&["lint"]);
        head.check("scan").app(99, "scanner").conclude("failure");
        head.status("legacy", "pending");
        shop.force_push("develop", "d2", "2026-01-05T10:30:00Z").checks_passed(&["lint"]);
    });
    let variables = json!({
        "owner": "example", "name": "shop", "number": 7, "head": "develop",
        "baseBlob": "main:CHANGELOG.md", "headBlob": "d1:CHANGELOG.md",
    });
    let answer = graphql(&github, include_str!("gate.query.graphql"), &variables);
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let at = |pointer: &str| {
        answer.pointer(&format!("/data{pointer}")).unwrap_or_else(|| panic!("{pointer}: {answer:#}"))
    };
    let pull = |pointer: &str| at(&format!("/repository/pullRequest{pointer}"));
    assert_eq!(pull("/headRefOid"), "d2");
    assert_eq!(pull("/reviewDecision"), "REVIEW_REQUIRED");
    assert_eq!(pull("/latestOpinionatedReviews/nodes/0/commit/oid"), "d1");
    assert_eq!(pull("/timelineItems/nodes/0/afterCommit/oid"), "d2");
    assert_eq!(pull("/baseRef/compare"), &json!({ "behindBy": 3, "aheadBy": 2, "status": "DIVERGED" }));
    assert_eq!(pull("/baseRef/branchProtectionRule/requiredStatusChecks/0/context"), "lint");
    assert_eq!(pull("/baseRef/rules/nodes/0/parameters/requiredStatusChecks/0/context"), "test");
    let context = pull("/headRef/target/statusCheckRollup/contexts/nodes/0");
    assert_eq!((&context["__typename"], &context["isRequired"]), (&json!("CheckRun"), &json!(true)));
    assert_eq!(context["checkSuite"]["workflowRun"]["workflow"]["name"], "ci");
    assert_eq!(at("/repository/headChangelog/text"), "# new");
    assert_eq!(at("/rateLimit/cost"), 1);
}

#[test]
fn connections_come_in_pages() {
    let github = shop();
    github.edit(|world| {
        for number in 0..250 {
            world.repo("example", "shop").commit("d1").check(&format!("job {number}"));
        }
    });
    let query = "query Page($after: String) { repository(owner: \"example\", name: \"shop\") { pullRequest(number: 7) {
        headRef { target { ... on Commit { statusCheckRollup { contexts(first: 100, after: $after) {
            totalCount pageInfo { hasNextPage endCursor } nodes { ... on CheckRun { name } } } } } } } } } }";
    let (mut after, mut names) = (Value::Null, Vec::new());
    loop {
        let answer = graphql(&github, query, &json!({ "after": after }));
        let page = &answer["data"]["repository"]["pullRequest"]["headRef"]["target"]["statusCheckRollup"]["contexts"];
        assert_eq!(page["totalCount"], 250);
        names.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["name"].clone()));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!((names.len(), &names[249], github.count("/graphql")), (250, &json!("job 249"), 3));
}

#[test]
fn a_page_of_more_than_a_hundred_is_refused() {
    let answer = graphql(&shop(), &of_pull("labels(first: 101) { totalCount }"), &json!({}));
    assert_eq!(answer["errors"][0]["type"], "EXCESSIVE_PAGINATION", "{answer:#}");
    let answer = graphql(&shop(), &of_pull("labels { totalCount }"), &json!({}));
    assert_eq!(answer["errors"][0]["type"], "MISSING_PAGINATION_BOUNDARIES", "{answer:#}");
}

#[test]
fn what_github_would_not_run_is_refused() {
    let github = shop();
    let first =
        |query: &str, variables: Value| graphql(&github, query, &variables)["errors"][0]["message"].clone();
    assert_eq!(first(&of_pull("colour"), json!({})), "Field 'colour' doesn't exist on type 'PullRequest'");
    assert_eq!(
        first(&of_pull("labels(first: 1) { nodes { ... on Commit { oid } } }"), json!({})),
        "Fragment on Commit can't be spread inside Label"
    );
    assert_eq!(
        first(&format!("{} fragment a on PullRequest {{ title ...a }}", of_pull("...a")), json!({})),
        "Fragment a contains an infinite loop"
    );
    assert_eq!(
        first(&of_pull("compare(headRef: \"x\") { aheadBy }"), json!({})),
        "Field 'compare' doesn't exist on type 'PullRequest'"
    );
    assert_eq!(
        first(
            "query Q($n: Int!) { repository(owner: \"a\", name: \"b\") { pullRequest(number: $n) { title } } }",
            json!({})
        ),
        "Variable $n of type Int! was provided invalid value"
    );
    assert_eq!(
        first("{ repository(owner: \"example\", name: \"none\") { id } }", json!({})),
        "Could not resolve to a Repository with the name 'example/none'."
    );
}

#[test]
fn aliases_and_fragments_are_put_together() {
    let query = format!(
        "{} fragment names on PullRequest {{ author {{ __typename }} }}",
        of_pull("who: author { login } author { login } ...names")
    );
    let answer = graphql(&shop(), &query, &json!({}));
    let expected = json!({ "who": { "login": "ada" }, "author": { "login": "ada", "__typename": "User" } });
    assert_eq!(answer["data"]["repository"]["pullRequest"], expected);
}

#[test]
fn mergeability_may_take_its_time() {
    let github = shop();
    github.edit(|world| {
        world.repo("example", "shop").pull(7).mergeable(Mergeable::Conflicting).computing_for(2);
    });
    let ask = || {
        graphql(&github, &of_pull("mergeable"), &json!({}))["data"]["repository"]["pullRequest"]["mergeable"]
            .clone()
    };
    assert_eq!([ask(), ask(), ask()], ["UNKNOWN", "UNKNOWN", "CONFLICTING"]);
}

#[test]
fn each_fault_happens_once() {
    let github = shop();
    github.next(Fault::bad_gateway());
    github.next_on("/graphql", Fault::graphql_rate_limited());
    github.next(Fault::secondary_limited(429, Duration::from_secs(7)));
    let path = "/repos/example/shop/pulls/7";
    assert_eq!(get(&github, path).status, 502);
    let limited = get(&github, path);
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
    assert_eq!(get(&github, path).status, 200);
    let answer = graphql(&github, &of_pull("title"), &json!({}));
    assert_eq!(answer["errors"][0]["type"], "RATE_LIMITED");
    assert_eq!(github.faults_left(), 0);
    assert_eq!(graphql(&github, &of_pull("title"), &json!({})).get("errors"), None);
}

#[test]
fn a_part_may_be_withheld() {
    let github = shop();
    github.next(Fault::forbidden("repository.pullRequest.author"));
    let answer = graphql(&github, &of_pull("title author { login }"), &json!({}));
    assert_eq!(
        answer["data"]["repository"]["pullRequest"],
        json!({ "title": "feat: a cart", "author": null })
    );
    assert_eq!(answer["errors"][0]["type"], "FORBIDDEN");
    assert_eq!(answer["errors"][0]["path"], json!(["repository", "pullRequest", "author"]));
}

#[test]
fn connections_may_break() {
    let github = shop();
    let call = authorized(Call::get(&format!("{}/repos/example/shop", github.url())));
    for fault in [Fault::Hangup, Fault::Truncated] {
        github.next(fault);
        assert_eq!(call.send().unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
    assert_eq!(call.send().unwrap().status, 200);
}

#[test]
fn only_known_tokens_are_let_in() {
    let github = shop();
    let url = format!("{}/repos/example/shop", github.url());
    let asked =
        |token: &str| Call::get(&url).header("authorization", &format!("token {token}")).send().unwrap();
    assert_eq!((asked("wrong").status, &body(&asked("wrong"))["message"]), (401, &json!("Bad credentials")));
    assert_eq!(Call::get(&url).send().unwrap().status, 401);
    github.edit(|world| {
        world.accept_token("other");
    });
    assert_eq!(asked("other").status, 200);
}

#[test]
fn rest_comes_in_pages_with_links() {
    let github = shop();
    github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        (0..31).for_each(|number| {
            commit.check(&format!("job {number}"));
        });
    });
    let first = get(&github, "/repos/example/shop/commits/develop/check-runs");
    assert_eq!(
        (body(&first)["total_count"].clone(), body(&first)["check_runs"].as_array().unwrap().len()),
        (json!(31), 30)
    );
    let link = first.header("link").unwrap().to_owned();
    let next = link.split_once('<').unwrap().1.split_once(">; rel=\"next\"").unwrap().0.to_owned();
    let second = authorized(Call::get(&next)).send().unwrap();
    assert_eq!(body(&second)["check_runs"].as_array().unwrap().len(), 1);
    assert!(!second.header("link").unwrap().contains("rel=\"next\""));
}

#[test]
fn rest_reads_and_writes_the_same_world() {
    let github = shop();
    assert_eq!(body(&get(&github, "/repos/example/shop/compare/main...develop"))["status"], "ahead");
    assert_eq!(body(&get(&github, "/repos/example/shop/branches/main"))["protected"], true);
    assert_eq!(
        body(&get(&github, "/repos/example/shop/rules/branches/main"))[0]["type"],
        "required_status_checks"
    );
    assert_eq!(get(&github, "/repos/example/shop/branches/none").status, 404);
    assert_eq!(body(&get(&github, "/nothing/here"))["status"], "404");
    let write = |path: &str, body: Value| {
        authorized(Call::post(&format!("{}/repos/example/shop/{path}", github.url()), &body.to_string()))
            .send()
            .unwrap()
    };
    assert_eq!(write("issues/7/comments", json!({ "body": "hello" })).status, 201);
    assert_eq!(
        body(&get(&github, "/repos/example/shop/issues/7/comments"))[0]["user"]["login"],
        "github-actions[bot]"
    );
    assert_eq!(write("releases", json!({ "tag_name": "v1.0.0", "target_commitish": "main" })).status, 201);
    assert_eq!(write("releases", json!({ "tag_name": "v1.0.0" })).status, 422);
    assert_eq!(body(&get(&github, "/repos/example/shop/git/ref/tags/v1.0.0"))["object"]["sha"], "m1");
}

#[test]
fn enterprise_paths_lead_to_the_same_place() {
    let github = shop();
    let rest =
        authorized(Call::get(&format!("{}/repos/example/shop", github.enterprise_url()))).send().unwrap();
    let query = json!({ "query": "{ viewer { login } }" }).to_string();
    let graphql = authorized(Call::post(&github.enterprise_graphql_url(), &query)).send().unwrap();
    assert_eq!((rest.status, graphql.status), (200, 200));
    assert_eq!(body(&graphql)["data"]["viewer"]["login"], "github-actions[bot]");
}

#[test]
fn the_log_keeps_requests_and_no_tokens() {
    let github = shop();
    get(&github, &format!("/repos/example/shop?token={TOKEN}"));
    let requests = github.requests();
    assert_eq!((requests.len(), requests[0].query.as_str()), (1, "token=***"));
    github.edit(|world| {
        assert_eq!(world.viewer, Actor::bot("github-actions[bot]"));
    });
}
