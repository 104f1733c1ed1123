//! Messages over the wire: what is tried again, what is not, and what is never said.

use std::io::Read as _;
use std::time::{Duration, Instant};

use serde_json::json;
use shiplane_core::notify::{Letter, Outcome, Way};
use shiplane_core::secret::Secret;
use shiplane_http::notify;

use super::server::{Connection, Server, plain};

/// Reads the whole request; its body.
fn posted(connection: &mut Connection) -> String {
    let head = connection.request().to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    connection.stream.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

/// A server that gives each connection the next of these answers, and the last one for ever.
fn answering(answers: &'static [&'static str]) -> Server {
    Server::start(move |connection| {
        posted(connection);
        connection.say(answers[connection.number.min(answers.len() - 1)].as_bytes());
    })
}

fn to(url: &str) -> Letter {
    let way = Way::Post { url: Secret::new(url), body: json!({ "text": "x" }), plain_http: false };
    Letter { to: "webhook", event: None, way: Ok(way) }
}

fn send(letters: Vec<Letter>) -> Vec<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(notify(letters))
}

fn one(server: &Server) -> Outcome {
    send(vec![to(&server.url("/hook/s3cr3t-part"))]).pop().unwrap()
}

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
const ILL: &str = "HTTP/1.1 500 X\r\ncontent-length: 6\r\n\r\ns3cr3t";
const NO: &str = "HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n";
const SOON: &str = "HTTP/1.1 429 X\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
const MUCH_LATER: &str = "HTTP/1.1 429 X\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n";
const BODY_SOON: &str = "HTTP/1.1 429 X\r\ncontent-length: 34\r\n\r\n{\"parameters\": {\"retry_after\": 1}}";
const BODY_LATER: &str = "HTTP/1.1 429 X\r\ncontent-length: 21\r\n\r\n{\"retry_after\": 60.5}";

#[test]
fn what_may_pass_is_tried_again_and_what_does_not_is_left() {
    let failed = |reason: &str| Outcome::Failed(reason.to_owned());
    let table: [(&'static [&'static str], Outcome, usize); 10] = [
        (&[FINE], Outcome::Sent, 1),
        (&[ACCEPTED], Outcome::Sent, 1),
        (&[ILL, ILL, FINE], Outcome::Sent, 3),
        (&[ILL], failed("status 500 (3 tries)"), 3),
        (&[NO], failed("status 404"), 1),
        (&[SOON, FINE], Outcome::Sent, 2),
        (&[BODY_SOON, FINE], Outcome::Sent, 2),
        (&[MUCH_LATER], failed("status 429, and it asks to wait for 3600 s"), 1),
        (&[BODY_LATER], failed("status 429, and it asks to wait for 60 s"), 1),
        (&["", "", FINE], Outcome::Sent, 3),
    ];
    for (answers, expected, connections) in table {
        let server = answering(answers);
        assert_eq!(one(&server), expected, "{answers:?}");
        assert_eq!(server.connections(), connections, "{answers:?}");
    }
}

#[test]
fn the_body_arrives_as_json_and_once() {
    let server = Server::start(|connection| {
        assert_eq!(posted(connection), r#"{"text":"x"}"#);
        connection.say(FINE.as_bytes());
    });
    assert_eq!(one(&server), Outcome::Sent);
    let head = server.requests().pop().unwrap().to_lowercase();
    assert!(
        head.starts_with("post /hook/s3cr3t-part http/1.1")
            && head.contains("content-type: application/json")
    );
}

#[test]
fn a_redirect_takes_nothing_along() {
    let other = Server::saying(FINE);
    for status in [301, 302, 303, 307, 308] {
        let place = format!("location: {}\r\n", other.url("/"));
        let server = Server::start(move |connection| {
            posted(connection);
            connection.say(&plain(status, &place, ""));
        });
        let expected = format!("status {status}, a redirect, which is not followed");
        assert_eq!(one(&server), Outcome::Failed(expected));
        assert_eq!(server.connections(), 1);
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn who_hangs_or_is_not_there_delays_nobody_for_long() {
    let (hanging, fine) = (Server::start(Connection::hang), answering(&[FINE]));
    let gone = Server::saying("");
    let nowhere = gone.url("/");
    drop(gone);
    let begun = Instant::now();
    let outcomes = send(vec![to(&hanging.url("/")), to(&fine.url("/")), to(&nowhere)]);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(outcomes[0], Outcome::Failed("no answer came in time".to_owned()));
    assert_eq!(outcomes[1], Outcome::Sent);
    assert_eq!(outcomes[2], Outcome::Failed("no connection came about (3 tries)".to_owned()));
    assert_eq!(hanging.connections(), 1, "it may have arrived");
}

#[test]
fn an_address_that_is_none_or_is_open_to_listeners_is_refused_unheard() {
    for (url, part) in [
        ("http://hooks.example.org/s3cr3t", "plain http"),
        ("http://203.0.113.1/s3cr3t", "plain http"),
        ("s3cr3t", "not an address"),
        ("ftp://127.0.0.1/s3cr3t", "not an https address"),
        ("file:///s3cr3t", "not an https address"),
        ("https://", "not an address"),
    ] {
        let Some(Outcome::Failed(reason)) = send(vec![to(url)]).pop() else { panic!("{url}") };
        assert!(reason.contains(part) && !reason.contains("s3cr3t"), "{reason}");
    }
    let unset = Letter { to: "slack", event: None, way: Err("the variable X is not set".to_owned()) };
    assert_eq!(send(vec![unset]), [Outcome::Failed("the variable X is not set".to_owned())]);
}
