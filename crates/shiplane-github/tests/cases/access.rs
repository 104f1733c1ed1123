//! Tokens, addresses and names that are wrong, and servers of one's own.

use serde_json::json;
use shiplane_core::fault::Fault as Refusal;
use shiplane_core::secret::Secret;
use shiplane_github::{Client, PullRequestId};
use shiplane_testkit::github::{Fault, TOKEN};

use super::setting::{client, fault, seven, shop};

fn refusal(api: &str, graphql: &str, token: &str) -> Refusal {
    Client::new(api, graphql, &Secret::new(token)).unwrap_err().downcast().unwrap()
}

#[tokio::test]
async fn a_token_that_is_refused_is_not_shown_and_not_tried_again() {
    let github = shop();
    let client = Client::new(&github.url(), &github.graphql_url(), &Secret::new("stolen-token")).unwrap();
    let (fault, words) = fault(&client).await;
    assert_eq!((fault.code, fault.exit.code()), ("token-refused", 1));
    assert!(words.contains("Bad credentials") && !words.contains("stolen-token"), "{words}");
    assert_eq!(github.requests().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_sent_back_goes_no_further() {
    let github = shop();
    github.next(Fault::status(403, &format!("token {TOKEN} may not")));
    let (fault, _) = fault(&client(&github).0).await;
    assert_eq!(fault.fact, "the token may not read this: token *** may not");
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let github = shop();
    github.next(Fault::status(403, "Resource not accessible by integration"));
    let (first, _) = fault(&client(&github).0).await;
    assert_eq!((first.code, first.exit.code()), ("permission-missing", 1));
    assert!(first.help.unwrap().contains("`pull-requests: read`"));

    let refused = Fault::status(403, "Resource not accessible by integration");
    github.next(refused.header("x-accepted-github-permissions", "pull_requests=read"));
    let (second, _) = fault(&client(&github).0).await;
    assert_eq!(second.help.as_deref(), Some("grant the token `pull_requests=read`"));
    assert_eq!(github.requests().len(), 2);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let github = shop();
    let (client, _) = client(&github);
    for (repository, number) in [("example/shop", 8), ("example/other", 7)] {
        let error =
            client.gate_facts(&PullRequestId::new(repository, number).unwrap(), None).await.unwrap_err();
        let fault = error.chain().find_map(|cause| cause.downcast_ref::<Refusal>()).unwrap();
        assert_eq!((fault.code, fault.exit.code()), ("not-found", 1));
        assert!(format!("{error:#}").contains(&format!("{repository}#{number}")), "{error:#}");
    }
    github.next(Fault::status(404, "Not Found"));
    assert_eq!(fault(&client).await.0.code, "not-found");
}

#[tokio::test]
async fn a_server_that_lacks_a_field_is_too_old() {
    let github = shop();
    let error = json!({
        "message": "Field 'authorCanPushToRepository' doesn't exist on type 'PullRequestReview'",
        "extensions": { "code": "undefinedField" },
    });
    let body = json!({ "errors": [error] }).to_string();
    for _ in ["the whole question", "the one for old servers"] {
        github.next(Fault::Status { code: 200, headers: Vec::new(), body: body.clone() });
    }
    let (fault, _) = fault(&client(&github).0).await;
    assert_eq!(fault.code, "github-too-old");
    assert!(fault.fact.contains("authorCanPushToRepository"), "{}", fault.fact);
}

#[tokio::test]
async fn an_answer_that_is_no_json_cannot_be_read() {
    let github = shop();
    github.next(Fault::Status { code: 200, headers: Vec::new(), body: "<html>sign in</html>".to_owned() });
    assert_eq!(fault(&client(&github).0).await.0.code, "github-answer");
}

#[tokio::test]
async fn githubs_own_failure_in_an_answer_of_status_200_is_tried_again() {
    let github = shop();
    let body = json!({ "data": null, "errors": [{ "message": "Something went wrong while executing your query." }] });
    github.next(Fault::Status { code: 200, headers: Vec::new(), body: body.to_string() });
    let (client, waits) = client(&github);
    assert!(client.gate_facts(&seven(), None).await.is_ok());
    assert_eq!(*waits.lock().unwrap(), [0.5]);
}

#[tokio::test]
async fn a_server_that_is_not_there_says_why() {
    let github = shop();
    let (client, waits) = client(&github);
    drop(github);
    let (fault, _) = fault(&client).await;
    assert_eq!(fault.code, "github-unavailable");
    assert!(fault.fact.contains("onnection refused"), "{}", fault.fact);
    assert_eq!(waits.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn graphql_of_an_enterprise_server_is_reached_beside_its_rest() {
    let github = shop();
    let token = Secret::new(TOKEN);
    let client = Client::new(&github.enterprise_url(), &github.enterprise_graphql_url(), &token).unwrap();
    assert!(client.gate_facts(&seven(), None).await.is_ok());
    assert_eq!(github.requests()[0].path, "/api/graphql");
}

#[tokio::test]
async fn white_space_around_a_token_does_not_hurt() {
    let github = shop();
    let token = Secret::new(format!(" {TOKEN}\n"));
    let client = Client::new(&github.url(), &github.graphql_url(), &token).unwrap();
    assert!(client.gate_facts(&seven(), None).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_a_token_or_an_address_is_refused_before_anything_is_sent() {
    let github = shop();
    let (api, graphql) = (github.url(), github.graphql_url());
    for token in ["", " \n", "two\nlines", "gh\u{e9}"] {
        let fault = refusal(&api, &graphql, token);
        assert_eq!((fault.code, fault.exit.code()), ("token-malformed", 2));
    }
    for url in
        ["", "api.github.com", "ftp://api.github.com/graphql", "https:///graphql", "https://a b/graphql"]
    {
        assert_eq!(refusal(&api, url, TOKEN).code, "api-url-invalid", "{url}");
        assert_eq!(refusal(url, &graphql, TOKEN).code, "api-url-invalid", "{url}");
    }
    for repository in ["", "shop", "/shop", "example/", "a/b/c", "exa mple/shop", "example/shop\"}"] {
        assert_eq!(PullRequestId::new(repository, 7).unwrap_err().code, "repository-invalid", "{repository}");
    }
    assert_eq!(github.requests().len(), 0);
}
