//! What passes is waited out within bounds; what does not is said, with the time when GitHub answers again.

use std::sync::Mutex;
use std::time::Duration;

use shiplane_core::fault::Fault as Refusal;
use shiplane_testkit::github::Fault;

use super::scripted::{Scripted, response};
use super::setting::{client, fault, seven, shop};

#[tokio::test]
async fn a_bad_gateway_is_tried_again_with_growing_waits() {
    let github = shop();
    (0..2).for_each(|_| github.next(Fault::bad_gateway()));
    let (client, waits) = client(&github);
    assert!(client.gate_facts(&seven(), None).await.is_ok());
    assert_eq!(*waits.lock().unwrap(), [0.5, 2.0]);
    assert_eq!(github.requests().len(), 3);
}

#[tokio::test]
async fn a_gateway_that_stays_bad_is_given_up() {
    let github = shop();
    (0..9).for_each(|_| github.next(Fault::bad_gateway()));
    let (client, _) = client(&github);
    let (fault, _) = fault(&client).await;
    assert_eq!((fault.code, fault.exit.code()), ("github-unavailable", 1));
    assert_eq!(fault.fact, "GitHub answered with status 502 (4 tries)");
    assert_eq!(github.requests().len(), 4);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    for broken in [Fault::Truncated, Fault::Hangup] {
        let github = shop();
        github.next(broken);
        let (client, waits) = client(&github);
        assert!(client.gate_facts(&seven(), None).await.is_ok());
        assert_eq!(*waits.lock().unwrap(), [0.5]);
    }
}

#[tokio::test]
async fn a_secondary_limit_is_waited_out_for_as_long_as_github_asks() {
    for code in [403, 429] {
        let github = shop();
        github.next(Fault::secondary_limited(code, Duration::from_secs(30)));
        let (client, waits) = client(&github);
        assert!(client.gate_facts(&seven(), None).await.is_ok());
        assert_eq!(*waits.lock().unwrap(), [30.0]);
    }
}

#[tokio::test]
async fn a_secondary_limit_that_names_no_time_is_given_a_minute() {
    let github = shop();
    github.next(Fault::status(403, "You have exceeded a secondary rate limit."));
    let (client, waits) = client(&github);
    assert!(client.gate_facts(&seven(), None).await.is_ok());
    assert_eq!(*waits.lock().unwrap(), [60.0]);
}

#[tokio::test]
async fn a_limit_that_lasts_too_long_is_said_at_once_with_its_time() {
    let github = shop();
    github.next(Fault::secondary_limited(429, Duration::from_secs(1_000)));
    let (client, waits) = client(&github);
    let (fault, _) = fault(&client).await;
    assert_eq!((fault.code, fault.exit.code()), ("rate-limited", 1));
    assert_eq!(fault.fact, "the secondary limit of requests is used up; GitHub answers again in 1000 s");
    assert!(waits.lock().unwrap().is_empty());
    assert_eq!(github.requests().len(), 1);
}

#[tokio::test]
async fn the_hours_limit_says_when_it_is_renewed() {
    let github = shop();
    // The server's own clock stands in its answer, so that ours does not matter.
    let limit = |reset| Fault::rate_limited(reset).header("date", "Mon, 05 Jan 2026 11:00:00 GMT");
    github.next(limit(1_767_612_600));
    let (client, waits) = client(&github);
    let (fault, _) = fault(&client).await;
    assert_eq!(fault.code, "rate-limited");
    assert_eq!(
        fault.fact,
        "the hour's limit of requests is used up; GitHub answers again at 2026-01-05T11:30:00Z"
    );
    assert!(waits.lock().unwrap().is_empty());

    github.next(limit(1_767_610_820));
    assert!(client.gate_facts(&seven(), None).await.is_ok());
    assert_eq!(*waits.lock().unwrap(), [20.0]);
}

#[tokio::test]
async fn a_limit_in_an_answer_of_status_200_is_a_limit() {
    let github = shop();
    github.next(Fault::graphql_rate_limited());
    let (client, waits) = client(&github);
    let (fault, _) = fault(&client).await;
    assert_eq!(fault.code, "rate-limited");
    assert!(fault.fact.ends_with("GitHub answers again within the hour"), "{}", fault.fact);
    assert!(waits.lock().unwrap().is_empty());
}

#[tokio::test]
async fn limits_that_come_again_and_again_are_bounded() {
    let github = shop();
    (0..20).for_each(|_| github.next(Fault::secondary_limited(429, Duration::from_secs(1))));
    let (client, waits) = client(&github);
    assert_eq!(fault(&client).await.0.code, "rate-limited");
    assert_eq!((github.requests().len(), waits.lock().unwrap().len()), (6, 5));
}

/// A server that answers each request with the next of these, and at last with the last.
fn answers(all: Vec<Vec<u8>>) -> Scripted {
    let left = Mutex::new(all);
    Scripted::start(move |_| {
        let mut left = left.lock().unwrap();
        if left.len() > 1 { left.remove(0) } else { left[0].clone() }
    })
}

async fn waits_of(all: Vec<Vec<u8>>) -> (Vec<f64>, usize, Refusal) {
    let server = answers(all);
    let (client, waits) = server.client();
    let (fault, _) = fault(&client).await;
    let waits = waits.lock().unwrap().clone();
    (waits, server.requests().len(), fault)
}

#[tokio::test]
async fn secondary_limits_without_a_time_are_given_more_each_time() {
    let body = r#"{"message":"You have exceeded a secondary rate limit."}"#;
    for code in [403, 429] {
        let (waits, requests, fault) = waits_of(vec![response(code, "", body)]).await;
        assert_eq!((waits, requests, fault.code), (vec![60.0, 120.0], 3, "rate-limited"));
    }
}

#[tokio::test]
async fn a_date_to_come_back_at_is_kept() {
    let limited = |header: &str| response(429, header, "{}");
    let nothing = response(401, "", "{}");
    for (header, expected) in [
        ("retry-after: Mon, 05 Jan 2026 11:00:25 GMT\r\n", vec![25.0]),
        ("retry-after: Mon, 05 Jan 2026 10:00:00 GMT\r\n", vec![1.0]),
        ("retry-after: 0\r\n", vec![0.0]),
        ("retry-after: -5\r\n", vec![60.0]),
        ("retry-after: tomorrow\r\n", vec![60.0]),
        ("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1767610830\r\n", vec![30.0]),
        ("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1767610000\r\n", vec![1.0]),
    ] {
        let (waits, _, fault) = waits_of(vec![limited(header), nothing.clone()]).await;
        assert_eq!((waits, fault.code), (expected, "token-refused"), "{header}");
    }
}

#[tokio::test]
async fn numbers_that_are_no_times_are_no_trouble() {
    let wrong = response(502, "", "");
    for header in [
        "retry-after: 18446744073709551615\r\n",
        "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 9223372036854775807\r\n",
        "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: -9223372036854775808\r\n",
    ] {
        let (_, requests, fault) = waits_of(vec![wrong.clone(), response(403, header, "{}")]).await;
        assert_eq!((requests, fault.code), (2, "rate-limited"), "{header}");
    }
}

#[tokio::test]
async fn all_waiting_together_is_bounded() {
    let limited = response(429, "retry-after: 50\r\n", "{}");
    let (waits, _, fault) = waits_of(vec![limited, response(502, "", "")]).await;
    assert_eq!((waits, fault.code), (vec![50.0, 0.5, 2.0, 5.0], "github-unavailable"));
    let (waits, ..) = waits_of(vec![response(429, "retry-after: 50\r\n", "{}")]).await;
    assert_eq!(waits, [50.0, 50.0, 50.0]);
}
