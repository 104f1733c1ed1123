//! Asking again and again at a pace, and the bounds of a longer question.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use shiplane_core::smoke::{Answer, FailureKind};
use shiplane_http::{Get, Go, Pace, probe, sample};

use super::server::{Server, plain};

fn pace(length: u64, interval: u64, together: u32) -> Pace {
    Pace { length: Duration::from_millis(length), interval: Duration::from_millis(interval), together }
}

#[tokio::test]
async fn there_are_never_more_at_once_than_allowed_and_none_is_made_up_for() {
    let (flying, most) = (Arc::new(AtomicI32::new(0)), Arc::new(AtomicI32::new(0)));
    let (now, highest) = (Arc::clone(&flying), Arc::clone(&most));
    let server = Server::start(move |connection| {
        connection.request();
        highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(100));
        now.fetch_sub(1, Ordering::SeqCst);
        connection.say(&plain(200, "", ""));
    });
    let get = Get::to(&server.url("/")).unwrap();
    let mut begun = Vec::new();
    sample(&get, pace(500, 10, 2), |since, answer| {
        assert!(matches!(answer, Answer::Answered(_)), "{answer:?}");
        begun.push(since);
        Go::On
    })
    .await
    .unwrap();
    assert!(most.load(Ordering::SeqCst) <= 2);
    assert!((1..=12).contains(&begun.len()), "{} of the 50 that were due", begun.len());
    assert!(begun.iter().all(|since| *since < Duration::from_millis(700)), "{begun:?}");
}

#[tokio::test]
async fn it_ends_when_enough_is_known() {
    let server = Server::saying(plain(500, "", ""));
    let get = Get::to(&server.url("/")).unwrap();
    let mut asked = 0;
    let stop = |_, _: &Answer| {
        asked += 1;
        if asked == 3 { Go::Stop } else { Go::On }
    };
    sample(&get, pace(60_000, 10, 1), stop).await.unwrap();
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_longer_body_is_taken_only_when_asked_for_and_parameters_are_escaped() {
    let server = Server::saying(plain(200, "", &"x".repeat(2 * 1024 * 1024)));
    let get = Get::to(&server.url("/query")).unwrap().parameter("query", "a{b=~\"c&d\"}[5m]");
    match probe(&get.clone().most(3 * 1024 * 1024)).await.unwrap() {
        Ok(answered) => assert_eq!(answered.body.len(), 2 * 1024 * 1024),
        Err(failure) => panic!("{failure:?}"),
    }
    match probe(&get).await.unwrap() {
        Err(failure) => assert_eq!(failure.reason, FailureKind::TooLarge),
        Ok(answered) => panic!("{} bytes", answered.body.len()),
    }
    let head = server.requests().remove(0);
    assert!(head.starts_with("GET /query?query=a%7Bb%3D%7E%22c%26d%22%7D%5B5m%5D HTTP"), "{head}");
}
