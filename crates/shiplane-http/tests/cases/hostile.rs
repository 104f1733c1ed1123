//! Servers that mean ill or are broken: each gives a clear answer, in bounded time and memory.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use shiplane_core::smoke::{Failure, FailureKind};
use shiplane_http::{Get, probe};

use super::server::{Connection, Server, plain};

/// The clock over the whole exchange in these tests.
const LIMIT: Duration = Duration::from_millis(600);

/// What a loaded machine may add to it.
const GRACE: Duration = Duration::from_millis(900);

async fn failure(url: &str) -> Failure {
    let get = Get::to(url).unwrap().timeout(LIMIT);
    let started = Instant::now();
    let answer = probe(&get).await.unwrap();
    assert!(started.elapsed() < LIMIT + GRACE, "took {:?}", started.elapsed());
    match answer {
        Err(failure) => failure,
        Ok(answered) => panic!("{answered:?}"),
    }
}

async fn saying(bytes: &[u8]) -> FailureKind {
    let server = Server::saying(bytes);
    let found = failure(&server.url("/")).await;
    assert_eq!(server.connections(), 1, "one attempt is one connection");
    found.reason
}

async fn doing(script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Failure {
    failure(&Server::start(script).url("/")).await
}

#[tokio::test]
async fn nothing_listens() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let found = failure(&format!("http://127.0.0.1:{port}/")).await;
    assert_eq!(found.reason, FailureKind::Refused);
    assert!(found.detail.contains(&format!("127.0.0.1:{port}")), "{}", found.detail);
}

#[tokio::test]
async fn a_name_without_address() {
    // A label of more than 63 characters: the resolver refuses it without asking anybody.
    let found = failure(&format!("http://{}.example/", "a".repeat(64))).await;
    assert_eq!(found.reason, FailureKind::Dns);
}

#[tokio::test]
async fn connected_and_silent() {
    let found = doing(Connection::hang).await;
    assert_eq!(found.reason, FailureKind::Timeout);
    assert_eq!(found.detail, "connected, but no answer came within 600 ms");
}

#[tokio::test]
async fn a_header_byte_by_byte() {
    let found = doing(|connection| {
        connection.request();
        connection.say(b"HTTP/1.1 200 OK\r\nX-Slow: ");
        connection.forever(b"x", Duration::from_millis(30));
    });
    assert_eq!(found.await.reason, FailureKind::Timeout);
}

#[tokio::test]
async fn a_body_byte_by_byte() {
    let found = doing(|connection| {
        connection.request();
        connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        connection.forever(b"x", Duration::from_millis(30));
    });
    let found = found.await;
    assert_eq!(found.reason, FailureKind::Timeout);
    assert!(
        found.detail.starts_with("status 200 came, but the body was not complete after 600 ms"),
        "{}",
        found.detail
    );
}

#[tokio::test]
async fn an_endless_body() {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let server = Server::start(move |connection| {
        connection.request();
        connection.say(b"HTTP/1.1 200 OK\r\n\r\n");
        count.store(connection.forever(&[b'x'; 65536], Duration::ZERO), Ordering::SeqCst);
    });
    let found = failure(&server.url("/")).await;
    assert_eq!(found.reason, FailureKind::TooLarge);
    assert!(
        found.detail.starts_with("status 200 came with a body of more than 1048576 bytes"),
        "{}",
        found.detail
    );
    // What the kernel buffers on both sides is on top of the limit.
    assert!(taken.load(Ordering::SeqCst) < 32 * 1024 * 1024);
}

#[tokio::test]
async fn a_body_that_is_larger_than_is_read() {
    assert_eq!(saying(&plain(200, "", &"x".repeat(1024 * 1024 + 1))).await, FailureKind::TooLarge);
}

#[tokio::test]
async fn headers_without_end() {
    let found = doing(|connection| {
        connection.request();
        connection.say(b"HTTP/1.1 200 OK\r\nX-Long: ");
        connection.forever(&[b'x'; 65536], Duration::ZERO);
    });
    assert_eq!(found.await.reason, FailureKind::TooLarge);
}

#[tokio::test]
async fn headers_larger_than_is_taken() {
    let headers = format!("X-Long: {}\r\n", "x".repeat(100 * 1024));
    assert_eq!(saying(&plain(200, &headers, "")).await, FailureKind::TooLarge);
}

#[tokio::test]
async fn five_thousand_headers() {
    let headers: String = (0..5000).map(|number| format!("X-{number}: 1\r\n")).collect();
    assert_eq!(saying(&plain(200, &headers, "")).await, FailureKind::TooLarge);
}

#[tokio::test]
async fn a_length_longer_than_the_body() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
    let found = failure(&server.url("/")).await;
    assert_eq!(found.reason, FailureKind::Reset);
    assert_eq!(found.detail, "status 200 came, then the connection was cut after 5 bytes of the body");
}

#[tokio::test]
async fn a_reset_in_the_middle() {
    let found = doing(|connection| {
        // Closing with the request unread makes the kernel send a reset (RFC 2525, 2.17).
        connection.stream.peek(&mut [0]).unwrap();
        connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        std::thread::sleep(Duration::from_millis(50));
    });
    assert_eq!(found.await.reason, FailureKind::Reset);
}

#[tokio::test]
async fn a_close_without_a_byte_is_one_attempt() {
    assert_eq!(saying(b"").await, FailureKind::Reset);
}

#[tokio::test]
async fn a_chunked_body_that_is_cut() {
    let cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    assert_eq!(saying(cut).await, FailureKind::Reset);
}

#[tokio::test]
async fn a_chunk_without_a_size() {
    let wrong = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n";
    assert_eq!(saying(wrong).await, FailureKind::Protocol);
}

#[tokio::test]
async fn two_lengths() {
    let two = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!";
    assert_eq!(saying(two).await, FailureKind::Protocol);
}

#[tokio::test]
async fn what_is_not_http() {
    for bytes in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 000 X\r\n\r\n",
        "HTTP/1.1 20 X\r\n\r\n",
        "\0\0\0\0\0\0\0\0\r\n\r\n",
    ] {
        assert_eq!(saying(bytes.as_bytes()).await, FailureKind::Protocol, "{bytes:?}");
    }
}

#[tokio::test]
async fn interim_answers_without_end() {
    let found = doing(|connection| {
        connection.request();
        connection.forever(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", Duration::ZERO);
    });
    let found = found.await;
    assert_eq!(found.reason, FailureKind::TooLarge);
    assert_eq!(found.detail, "more than 10 interim answers (1xx) came before a final one");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_said_to_be_none() {
    let coded = "Content-Encoding: gzip\r\n";
    for (headers, body) in [("", b"\xff\xfe{}".as_slice()), (coded, b"\x1f\x8b\x08\x00".as_slice())] {
        let mut bytes =
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        let server = Server::saying(bytes);
        match probe(&Get::to(&server.url("/")).unwrap()).await.unwrap() {
            Ok(answered) => assert!(!answered.utf8 && answered.status == 200),
            Err(failure) => panic!("{failure:?}"),
        }
    }
}

#[tokio::test]
async fn old_and_unusual_answers_are_answers() {
    let answers = [
        "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello and more than was said",
    ];
    for bytes in answers {
        let server = Server::saying(bytes);
        match probe(&Get::to(&server.url("/")).unwrap()).await.unwrap() {
            Ok(answered) => {
                assert_eq!((answered.status, answered.body.as_str()), (200, "hello"), "{bytes}")
            }
            Err(failure) => panic!("{bytes}: {failure:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_switched_or_announced_without_need_is_no_answer() {
    for bytes in [
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        let server = Server::saying(bytes);
        match probe(&Get::to(&server.url("/")).unwrap().timeout(LIMIT)).await.unwrap() {
            Ok(answered) => assert_eq!(answered.status, 101, "{bytes}"),
            Err(failure) => assert!(
                matches!(failure.reason, FailureKind::Reset | FailureKind::Protocol | FailureKind::TooLarge),
                "{bytes} {failure:?}"
            ),
        }
    }
}
