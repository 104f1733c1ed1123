//! Waiting for real: one attempt at a time, an end that is kept, and a last word that says why.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_core::smoke::{Expectation, VersionAt, VersionExpected};
use shiplane_http::{Get, Outcome, Prober, wait_until};

use super::server::{Connection, Server, plain};

async fn wait(server: &Server, expectation: Expectation, within: u64) -> Outcome {
    let prober = Prober::new(Get::to(&server.url("/health")).unwrap()).unwrap();
    let policy = WaitPolicy::within(Duration::from_millis(within));
    wait_until(&prober, (&expectation, &policy), |_| ()).await
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[tokio::test]
async fn what_comes_up_late_is_ready_after_three_answers_in_a_row() {
    let open = AtomicUsize::new(0);
    let server = Server::start(move |connection| {
        connection.request();
        assert_eq!(open.fetch_add(1, Ordering::SeqCst), 0, "never two at once");
        std::thread::sleep(Duration::from_millis(5));
        open.fetch_sub(1, Ordering::SeqCst);
        let status = if matches!(connection.number, 0..3 | 5) { 503 } else { 200 };
        connection.say(&plain(status, "", ""));
    });
    let mut seen = Vec::new();
    let prober = Prober::new(Get::to(&server.url("/")).unwrap()).unwrap();
    let expectation = Expectation::default();
    let policy = WaitPolicy::within(Duration::from_secs(30));
    let outcome =
        wait_until(&prober, (&expectation, &policy), |attempt| seen.push(attempt.findings.is_empty())).await;
    assert!(outcome.ready && outcome.findings.is_empty());
    assert_eq!(seen, [false, false, false, true, true, false, true, true, true]);
    assert_eq!((outcome.observed.tries, outcome.observed.failed), (9, 4));
    assert_eq!(outcome.observed.answers.len(), 3);
    assert_eq!(server.connections(), 9);
}

#[tokio::test]
async fn the_old_version_is_waited_for_and_then_named() {
    let server = Server::saying(plain(200, "X-Version: 1.2.2\r\n", ""));
    let version =
        VersionExpected { at: VersionAt::Header("x-version".to_owned()), version: "1.2.3".to_owned() };
    let outcome = wait(&server, Expectation { version: Some(version), ..Expectation::default() }, 300).await;
    assert!(!outcome.ready);
    assert_eq!(codes(&outcome), ["wrong-version"]);
    assert!(outcome.observed.tries > 3);
}

#[tokio::test]
async fn one_stale_replica_of_two_is_seen() {
    let server = Server::start(|connection| {
        connection.request();
        let version = if connection.number % 2 == 0 { "1.2.3" } else { "1.2.2" };
        connection.say(&plain(200, &format!("X-Version: {version}\r\n"), ""));
    });
    let version =
        VersionExpected { at: VersionAt::Header("x-version".to_owned()), version: "1.2.3".to_owned() };
    let outcome = wait(&server, Expectation { version: Some(version), ..Expectation::default() }, 300).await;
    assert!(!outcome.ready);
    assert!(outcome.findings[0].fact.contains("version 1.2.2 answers"), "{}", outcome.findings[0].fact);
}

#[tokio::test]
async fn the_end_is_kept_when_nothing_answers() {
    let server = Server::start(Connection::hang);
    let started = Instant::now();
    let outcome = wait(&server, Expectation::default(), 500).await;
    assert!(started.elapsed() < Duration::from_millis(1400), "{:?}", started.elapsed());
    assert_eq!(codes(&outcome), ["timeout"]);
}

#[tokio::test]
async fn an_attempt_cut_short_by_the_end_does_not_hide_what_was_said_before() {
    let server = Server::start(|connection| {
        connection.request();
        if connection.number > 1 {
            return connection.hang();
        }
        connection.say(&plain(503, "", ""));
    });
    let outcome = wait(&server, Expectation::default(), 500).await;
    assert_eq!(codes(&outcome), ["wrong-status"]);
    assert_eq!(outcome.observed.tries, 3);
}
