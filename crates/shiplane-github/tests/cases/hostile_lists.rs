//! Lists that do not come to an end, lead elsewhere, say a thing twice or less than they count.

use serde_json::{Value, json};
use shiplane_core::approval::{Facts as Approval, Questions};
use shiplane_core::audit::facts::Seen;
use shiplane_core::fault::Fault;
use shiplane_core::gate::{Facts, Needs};
use shiplane_core::runs;
use shiplane_core::runs::facts::Section;
use shiplane_github::{AuditQuestion, Client, Repository, RunsQuestion};
use shiplane_testkit::github::TOKEN;

use super::scripted::{Scripted, response};
use super::setting::{facts, seven, shop};

fn repository() -> Repository {
    Repository::new("example/shop").unwrap()
}

/// Every list that says less than it should is said to be incomplete, whoever asked for it.
async fn is_said(client: &Client, known: &Facts, what: &str) {
    let mut facts = known.clone();
    let needs = Needs { files: true, teams: vec!["@example/core".to_owned()], ..Needs::default() };
    client.gate_more(&seven(), &mut facts, &needs).await.unwrap();
    assert!(!facts.complete(shiplane_core::gate::facts::Section::Files), "{what}");
    assert!(facts.teams[0].unreadable.is_some(), "{what}");
    let question = Questions { commit: Some("d1".to_owned()), ..Questions::default() };
    let people = client.approval_people(&repository(), &question, Approval::default()).await.unwrap();
    assert!(people.unread.iter().any(|it| it.what == "commit's pull requests"), "{what}");
    for ended in [
        client.approval_pull(&repository(), "d1").await.err(),
        client.approval_issue(&repository(), ("t", "bot")).await.err(),
    ] {
        assert_eq!(ended.map(|fault| fault.code), Some("approval-unreadable"), "{what}");
    }
    let error = client.sticky_comment(&seven(), "<!-- m -->", "b").await.unwrap_err();
    assert_eq!(error.downcast_ref::<Fault>().unwrap().code, "comments-unreadable", "{what}");
}

/// A server whose lists are of one page with this header.
fn lists(link: &'static str) -> Scripted {
    Scripted::start(move |request| {
        if request.starts_with("POST /graphql") {
            return response(200, "", r#"{"data":{"viewer":{"login":"me"}}}"#);
        }
        let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let path = request.split(' ').nth(1).unwrap_or_default();
        let page = request.matches("page=").count();
        let link = link.replace("HOST", host).replace("PATH", path).replace("PAGE", &page.to_string());
        response(200, &format!("link: {link}\r\n"), "[]")
    })
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_or_nowhere_are_said() {
    let known = facts(&shop()).await;
    for link in [
        "<http://HOSTPATH>; rel=\"next\"",
        "<http://HOSTPATH&page=2>; rel=\"next\"",
        "<http://127.0.0.1:1/x>; rel=\"next\"",
        "<http://HOST.example.org/x>; rel=next",
        "</relative>; rel=\"next\"",
        "<http://HOST/a,b>; rel=\"prev\", <ftp://HOST/x>; title=\"x\"; rel=\"next\"",
    ] {
        let server = lists(link);
        is_said(&server.client().0, &known, link).await;
        let most = 6 * 51 + 2;
        assert!(server.requests().len() <= most, "{link}: {}", server.requests().len());
        let own = |request: &String| request.contains(&format!("host: {}", server.address));
        assert!(server.requests().iter().all(own), "{link}");
    }
}

#[tokio::test]
async fn the_token_does_not_follow_a_link_to_another_server() {
    let other = Scripted::saying(200, "", "[]");
    let link = format!("link: <http://{}/x>; rel=\"next\"\r\n", other.address);
    let server = Scripted::saying(200, &link, "[]");
    let known = facts(&shop()).await;
    let mut facts = known.clone();
    let needs = Needs { files: true, ..Needs::default() };
    server.client().0.gate_more(&seven(), &mut facts, &needs).await.unwrap();
    assert_eq!(facts.unread[0].why, "its next page is said to be on another server");
    assert!(other.requests().is_empty(), "{:?}", other.requests());
    assert!(server.requests()[0].contains(TOKEN));
}

#[tokio::test]
async fn a_list_that_counts_more_than_it_has_is_not_whole() {
    let server = Scripted::start(|request| {
        let run = json!({
            "id": 1, "name": "CI", "path": ".github/workflows/ci.yml", "event": "push", "status": "completed",
            "conclusion": "success", "head_sha": "d1", "head_branch": "main", "secrets": "x",
        });
        let twice = json!({
            "total_count": 2, "workflow_runs": [run, run], "secrets": [{ "name": "A" }], "jobs": [], "environments": [],
        });
        let branch = json!({ "commit": { "sha": "d1" }, "protected": false });
        match request.split(' ').nth(1).unwrap_or_default() {
            path if path.contains("/branches/") && !path.contains("rules") => {
                response(200, "", &branch.to_string())
            }
            path if path.contains("/actions/") || path.contains("/environments") => {
                response(200, "", &twice.to_string())
            }
            path if path.contains("/commits/") => {
                response(200, "", &json!({ "total_count": 9, "check_runs": [], "statuses": [] }).to_string())
            }
            _ => response(200, "", "[]"),
        }
    });
    let client = server.client().0;
    let question = RunsQuestion {
        repository: repository(),
        branch: "main".to_owned(),
        commit: None,
        pinned: false,
        own_run: None,
    };
    let policy = runs::Policy { workflows: vec!["CI".to_owned()], ..runs::Policy::default() };
    let facts = client.run_facts(&question, &policy).await.unwrap();
    assert_eq!((facts.runs.len(), facts.unread[0].section), (1, Section::Runs));
    assert_eq!(facts.unread[0].why, "GitHub counts 2 entries and lists 1");
    let (branches, environments) = (vec!["main".to_owned()], vec!["production".to_owned()]);
    let question =
        AuditQuestion { repository: repository(), branches, environments, own_rulesets: Vec::new() };
    let facts = client.audit_facts(&question).await.unwrap();
    assert!(matches!(facts.secrets.repository, Seen::Obstacle(_)), "{:?}", facts.secrets);
    assert!(matches!(facts.environments, Seen::Obstacle(_)));
    assert!(matches!(facts.reported, Seen::Obstacle(_)));
}

#[tokio::test]
async fn one_file_on_two_pages_hides_no_other() {
    let server = Scripted::start(|request| {
        let file = json!([{ "filename": "a.rs" }]);
        let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let next = format!("link: <http://{host}/repos/example/shop/pulls/7/files?page=2>; rel=\"next\"\r\n");
        let data: Value = json!({ "repository": {
            "pullRequest": { "headRefOid": "d1", "changedFiles": 2 }, "owners0": null, "owners1": null, "owners2": null,
        } });
        match request {
            graphql if graphql.starts_with("POST") => response(200, "", &json!({ "data": data }).to_string()),
            second if second.contains("page=2") => response(200, "", &file.to_string()),
            _ => response(200, &next, &file.to_string()),
        }
    });
    let mut facts = facts(&shop()).await;
    let needs = Needs { files: true, code_owners: true, ..Needs::default() };
    server.client().0.gate_more(&seven(), &mut facts, &needs).await.unwrap();
    assert_eq!(facts.unread.first().map(|unread| unread.why.as_str()), Some("1 of 2 files were listed"));
}
