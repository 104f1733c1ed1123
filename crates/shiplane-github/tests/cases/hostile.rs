//! Answers that no honest server gives: none is taken for a yes, none is a panic, and the token goes nowhere.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use shiplane_core::approval::{Facts as Approval, Questions};
use shiplane_core::audit::facts::Seen;
use shiplane_core::fault::Fault;
use shiplane_core::gate::policy::{Conversations, ProtectionReading, RequiredCheck};
use shiplane_core::gate::{self, Facts, Needs, Policy};
use shiplane_core::runs;
use shiplane_github::{AuditQuestion, Client, NewStatus, Refusal, Repository, RunsQuestion};
use shiplane_testkit::github::{FakeGitHub, Mergeable, Protection, Repo, RuleKind, TOKEN};

use super::scripted::{Scripted, passed_on, response};
use super::setting::{facts, seven, shop};

/// Everything that the client is asked for.
const VERBS: [&str; 17] = [
    "gate_facts",
    "gate_more",
    "gate_protection",
    "gate_checks",
    "queue_checks",
    "landed",
    "run_facts",
    "audit_facts",
    "write_ruleset",
    "approval_place",
    "approval_people",
    "approval_pull",
    "approval_issue",
    "approval_open",
    "set_status",
    "sticky_comment",
    "ready_for_review",
];

/// How a question ended: the code of the fault, or a word for what came back.
async fn ask(verb: &str, client: &Client, known: &Facts) -> String {
    let ended = asked(verb, client, known).await;
    match ended {
        Ok(word) => word.to_owned(),
        Err(error) => {
            let words = format!("{error:#} {error:?}");
            assert!(!words.contains(TOKEN), "{verb}: {words}");
            let fault = error.chain().find_map(|cause| cause.downcast_ref::<Fault>()).expect("a fault");
            assert_eq!(fault.exit.code(), 1, "{verb}: {fault:?}");
            assert!(fault.fact.chars().count() < 700, "{verb}: {fault:?}");
            fault.code.to_owned()
        }
    }
}

async fn asked(verb: &str, client: &Client, known: &Facts) -> anyhow::Result<&'static str> {
    let (repository, mut facts) = (Repository::new("example/shop")?, known.clone());
    let unread = |facts: &Facts| if facts.unread.is_empty() { "whole" } else { "unread" };
    Ok(match verb {
        "gate_facts" => unread(&client.gate_facts(&seven(), None).await?),
        "gate_more" => {
            facts.pull_request.behind_by = None;
            client.gate_more(&seven(), &mut facts, &needs()).await?;
            if facts.teams[0].unreadable.is_none() { "whole" } else { unread(&facts) }
        }
        "gate_protection" => {
            client.gate_protection(&seven(), &mut facts).await?;
            unread(&facts)
        }
        "gate_checks" => {
            client.gate_checks(&seven(), &mut facts).await?;
            unread(&facts)
        }
        "queue_checks" => {
            client.queue_checks(&repository, "d1", &mut facts).await?;
            unread(&facts)
        }
        "landed" => client.landed(&repository, "main", "m1").await?.map_or("nothing", |_| "whole"),
        "run_facts" => ran(client).await?,
        "audit_facts" => audited(client).await?,
        "write_ruleset" => {
            client.write_ruleset(&repository, None, &json!({})).await?;
            "done"
        }
        "approval_place" => {
            let facts = client.approval_place(&repository, 7).await?;
            if facts.unread.is_empty() { "whole" } else { "unread" }
        }
        "approval_people" => people(client).await?,
        "approval_pull" => client.approval_pull(&repository, "d1").await?.map_or("nothing", |_| "whole"),
        "approval_issue" => {
            client.approval_issue(&repository, ("t", "bot")).await?.map_or("nothing", |_| "whole")
        }
        "approval_open" => client.approval_open(&repository, ("t", "b")).await.map(|_| "done")?,
        "set_status" => settled(client.set_status(&repository, "d1", &status()).await?.map(drop)),
        "sticky_comment" => settled(client.sticky_comment(&seven(), "<!-- m -->", "b").await?.map(drop)),
        "ready_for_review" => settled(client.ready_for_review(&seven()).await?.map(drop)),
        other => unreachable!("{other}"),
    })
}

fn needs() -> Needs {
    Needs {
        files: true,
        behind: true,
        code_owners: true,
        teams: vec!["@example/core".to_owned()],
        ..Needs::default()
    }
}

fn status() -> NewStatus<'static> {
    NewStatus { state: "success", description: "d", url: None, context: "c" }
}

fn settled(read: Result<(), Refusal>) -> &'static str {
    if read.is_ok() { "done" } else { "refused" }
}

async fn ran(client: &Client) -> anyhow::Result<&'static str> {
    let facts = client.run_facts(&runs_of("develop"), &ci()).await?;
    Ok(match gate::verdict(&runs::evaluate(&ci(), &facts)).word.as_str() {
        "pass" => "whole",
        _ => "unread",
    })
}

fn runs_of(branch: &str) -> RunsQuestion {
    let repository = Repository::new("example/shop").unwrap();
    RunsQuestion { repository, branch: branch.to_owned(), commit: None, pinned: false, own_run: None }
}

fn ci() -> runs::Policy {
    runs::Policy { workflows: vec!["CI".to_owned()], ..runs::Policy::default() }
}

async fn audited(client: &Client) -> anyhow::Result<&'static str> {
    let question = AuditQuestion {
        repository: Repository::new("example/shop").unwrap(),
        branches: vec!["main".to_owned()],
        environments: vec!["production".to_owned()],
        own_rulesets: vec!["shiplane: main".to_owned()],
    };
    let facts = client.audit_facts(&question).await?;
    let seen =
        matches!(facts.own_rulesets, Seen::Seen(_)) && matches!(facts.branches[0].classic, Seen::Seen(_));
    Ok(if seen { "whole" } else { "unread" })
}

async fn people(client: &Client) -> anyhow::Result<&'static str> {
    let repository = Repository::new("example/shop").unwrap();
    let questions = Questions {
        commit: Some("d1".to_owned()),
        writers: vec!["grace".to_owned()],
        teams: vec![("example".to_owned(), "core".to_owned())],
        members: vec!["grace".to_owned()],
        runs: vec![42],
    };
    let facts = client.approval_people(&repository, &questions, Approval::default()).await?;
    let refused = facts.permissions[0].unreadable.is_some() && facts.memberships[0].unreadable.is_some();
    let refused = refused && facts.runs[0].unreadable.is_some() && facts.unread.len() == 2;
    Ok(if refused { "unread" } else { "whole" })
}

/// What may come of an answer that says nothing: everything but a yes.
fn is_no_answer(ended: &str) -> bool {
    !matches!(ended, "whole" | "done")
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_never_a_yes() {
    let known = facts(&shop()).await;
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let null = r#"{"data":{"repository":null,"viewer":null,"markPullRequestReadyForReview":null}}"#;
    let odd =
        r#"{"data":{"repository":{"nameWithOwner":7,"pullRequest":[],"object":{"oid":-1}},"viewer":[]}}"#;
    let answers = [
        (200, ""),
        (200, "null"),
        (200, "{}"),
        (200, "true"),
        (200, "[7]"),
        (200, "[null,{}]"),
        (200, "{\"data\":"),
        (200, "{\"data\":null,\"errors\":null}"),
        (200, "{\"data\":[],\"errors\":[{\"message\":null,\"path\":null}]}"),
        (200, "<!DOCTYPE html><title>Sign in</title>"),
        (200, null),
        (200, odd),
        (200, &deep),
        (204, ""),
        (304, ""),
        (418, "{\"message\":7}"),
        (422, "{\"message\":\"Validation Failed\",\"errors\":null}"),
    ];
    for (status, body) in answers {
        let client = Scripted::saying(status, "", body).client().0;
        for verb in VERBS {
            let ended = ask(verb, &client, &known).await;
            let shown = body.get(..60).unwrap_or(body);
            assert!(is_no_answer(&ended), "{verb} took {status} {shown:?} for an answer: {ended}");
        }
    }
}

#[tokio::test]
async fn the_token_follows_no_redirection_to_another_server() {
    let known = facts(&shop()).await;
    for status in [301, 302, 303, 307, 308] {
        let other = Scripted::saying(200, "", "{\"data\":{}}");
        let server = Scripted::saying(status, &format!("location: http://{}/x\r\n", other.address), "");
        let client = server.client().0;
        for verb in VERBS {
            let ended = ask(verb, &client, &known).await;
            assert!(is_no_answer(&ended), "{verb} after {status}: {ended}");
        }
        for request in other.requests() {
            let words = request.to_lowercase();
            assert!(!words.contains("authorization") && !request.contains(TOKEN), "{request}");
        }
    }
}

#[tokio::test]
async fn a_redirection_in_a_circle_comes_to_an_end() {
    let known = facts(&shop()).await;
    let server = Scripted::saying(302, "location: /x\r\n", "");
    let client = server.client().0;
    for verb in VERBS {
        assert!(is_no_answer(&ask(verb, &client, &known).await), "{verb}");
    }
    assert!(server.requests().len() < 1500, "{}", server.requests().len());
}

#[tokio::test]
async fn ten_megabytes_are_read_and_say_nothing() {
    let known = facts(&shop()).await;
    let server = Scripted::saying(200, "", &format!("\"{}\"", "x".repeat(10 << 20)));
    for verb in ["gate_facts", "run_facts", "set_status"] {
        assert_eq!(ask(verb, &server.client().0, &known).await, "github-answer", "{verb}");
        assert!(server.requests().len() <= 3, "{verb}");
    }
}

#[tokio::test]
async fn a_body_without_an_end_is_given_up() {
    let known = facts(&shop()).await;
    let server = Scripted::saying(200, "", &" ".repeat((64 << 20) + 1));
    assert_eq!(ask("gate_facts", &server.client().0, &known).await, "github-answer");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_deed_whose_answer_is_lost_is_not_done_again() {
    let known = facts(&shop()).await;
    let broken = b"HTTP/1.1 201 X\r\ncontent-length: 900\r\n\r\n{\"id\":1".to_vec();
    for answer in [broken, Vec::new(), response(502, "", ""), response(504, "", "")] {
        for verb in ["set_status", "write_ruleset", "approval_open", "ready_for_review", "sticky_comment"] {
            let answer = answer.clone();
            let server = Scripted::start(move |request| {
                let pull = json!({ "id": "P7", "isDraft": true });
                let data = json!({ "repository": { "pullRequest": pull }, "viewer": { "login": "me" } });
                match request {
                    asked if asked.contains("mutation") => answer.clone(),
                    asked if asked.contains("query") => {
                        response(200, "", &json!({ "data": data }).to_string())
                    }
                    asked if asked.starts_with("GET") => response(200, "", "[]"),
                    _ => answer.clone(),
                }
            });
            assert_eq!(ask(verb, &server.client().0, &known).await, "github-unavailable", "{verb}");
            let deed = |it: &&String| it.contains("mutation") || it.starts_with("POST /repos");
            assert_eq!(server.requests().iter().filter(deed).count(), 1, "{verb}");
        }
    }
}

/// A way to make nonsense of a value; a word of the right kind that says something else is no nonsense.
fn nonsense(value: &Value) -> Vec<Value> {
    let all = [
        json!(null),
        json!(true),
        json!(-1),
        json!(9_007_199_254_740_993_u64),
        json!(1e300),
        json!(""),
        json!("TOMORROW"),
        json!([]),
        json!({}),
    ];
    let other = |it: &Value| it != value && !(it.is_boolean() && value.is_boolean());
    all.into_iter().filter(other).collect()
}

/// The places of all values in an answer.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, it)| places(it, &format!("{at}/{name}"), all))
        }
        Value::Array(entries) => {
            entries.iter().enumerate().for_each(|(number, it)| places(it, &format!("{at}/{number}"), all));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn policy() -> Policy {
    Policy {
        approvals: 2,
        checks: vec![RequiredCheck::named("lint"), RequiredCheck::named("test")],
        conversations: Conversations::Resolved,
        protection: ProtectionReading::MustRead,
        ..Policy::default()
    }
}

/// Pull requests, each with one thing in the way, and the part of the answer that says it.
fn blocked() -> Vec<(&'static str, &'static str, FakeGitHub)> {
    let with = |change: fn(&mut Repo)| {
        let github = shop();
        github.edit(|world| change(world.repo("example", "shop")));
        github
    };
    vec![
        ("a check", "tip", with(|shop| _ = shop.commit("d1").checks[1].conclude("FAILURE"))),
        ("a review", "latestOpinionatedReviews", with(|shop| _ = shop.pull(7).request_changes("linus"))),
        ("a conversation", "reviewThreads", with(|shop| _ = shop.pull(7).thread("a.rs", 1, "no"))),
        ("a conflict", "mergeable", with(|shop| _ = shop.pull(7).mergeable(Mergeable::Conflicting))),
        ("a draft", "isDraft", with(|shop| shop.pull(7).draft = true)),
        (
            "a ruleset",
            "baseRef",
            with(|shop| _ = shop.branch("develop", "m1").rule("strict", RuleKind::approvals(3))),
        ),
        (
            "a classic rule",
            "baseRef",
            with(|shop| {
                _ = shop.branch("develop", "m1").protect(Protection::default().approvals(3));
            }),
        ),
    ]
}

#[tokio::test]
async fn no_nonsense_in_one_place_makes_a_pass_of_what_is_blocked() {
    let mut passed = Vec::new();
    for (what, part, github) in blocked() {
        let truth = facts(&github).await;
        assert_eq!(gate::verdict(&gate::evaluate(&policy(), &truth)).word, "blocked", "{what}");
        let address = github.url().trim_start_matches("http://").parse().unwrap();
        let taken = Scripted::start(move |request| response(200, "", &passed_on(address, request).1));
        assert_eq!(ask("gate_facts", &taken.client().0, &truth).await, "whole", "{what}");
        let (_, body) = passed_on(address, &taken.requests()[0]);
        let body: Value = serde_json::from_str(&body).unwrap();
        let mut all = Vec::new();
        places(&body, "", &mut all);
        let served = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&served);
        let server = Scripted::start(move |_| response(200, "", &shown.lock().unwrap()));
        let client = server.client().0;
        // A rule of a kind that nobody here knows is named, and no more.
        for place in all.iter().filter(|it| it.contains(part) && !it.ends_with("/type")) {
            for wrong in nonsense(body.pointer(place).unwrap()) {
                let mut changed = body.clone();
                *changed.pointer_mut(place).unwrap() = wrong.clone();
                *served.lock().unwrap() = changed.to_string();
                let Ok(facts) = client.gate_facts(&seven(), None).await else { continue };
                let verdict = gate::verdict(&gate::evaluate(&policy(), &facts));
                if verdict.word == "pass" {
                    passed.push(format!("{what}: {place} as {wrong}"));
                }
            }
        }
    }
    assert!(passed.is_empty(), "{passed:#?}");
}

#[tokio::test]
async fn no_nonsense_about_a_run_makes_a_pass_of_a_failed_one() {
    let github = FakeGitHub::start();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch("develop", "d1e2f3a");
        shop.run(("CI", "ci.yml"), ("develop", "d1e2f3a"), &["lint"]).conclude("failure");
    });
    let address = github.url().trim_start_matches("http://").parse().unwrap();
    let change: Arc<Mutex<(String, String, Value)>> = Arc::default();
    let asked = Arc::clone(&change);
    let server = Scripted::start(move |request| {
        let (_, body) = passed_on(address, request);
        let (path, place, wrong) = asked.lock().unwrap().clone();
        let mut body: Value = serde_json::from_str(&body).unwrap();
        if !path.is_empty() && request.lines().next().is_some_and(|line| line.contains(&path)) {
            *body.pointer_mut(&place).unwrap() = wrong;
        }
        response(200, "", &body.to_string())
    });
    let (client, mut passed) = (server.client().0, Vec::new());
    assert_eq!(asked_of_runs(&client).await, "blocked");
    let runs = server.requests().into_iter().find(|it| it.contains("/actions/runs?")).unwrap();
    let body: Value = serde_json::from_str(&passed_on(address, &runs).1).unwrap();
    let mut all = Vec::new();
    places(&body, "", &mut all);
    for place in &all {
        for wrong in nonsense(body.pointer(place).unwrap()) {
            *change.lock().unwrap() = ("/actions/runs?".to_owned(), place.clone(), wrong.clone());
            if asked_of_runs(&client).await == "pass" {
                passed.push(format!("{place} as {wrong}"));
            }
        }
    }
    assert!(passed.is_empty(), "{passed:#?}");
}

async fn asked_of_runs(client: &Client) -> String {
    match client.run_facts(&runs_of("develop"), &ci()).await {
        Ok(facts) => gate::verdict(&runs::evaluate(&ci(), &facts)).word,
        Err(_) => "could not".to_owned(),
    }
}
