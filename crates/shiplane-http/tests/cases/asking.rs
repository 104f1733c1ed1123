//! What is sent, what is kept of the answer, and what is refused before anything is sent.

use shiplane_core::secret::Secret;
use shiplane_core::smoke::{Answer, Answered, FailureKind};
use shiplane_http::{Get, probe};

use super::server::{Server, plain};

async fn answered(get: Get) -> Answered {
    match probe(&get).await.unwrap() {
        Ok(answered) => answered,
        Err(failure) => panic!("{failure:?}"),
    }
}

#[tokio::test]
async fn the_answer_is_kept_with_its_parts() {
    let server = Server::saying(plain(503, "X-Version: 1.2.3\r\n", "not ready"));
    let found = answered(Get::to(&server.url("/health")).unwrap()).await;
    assert_eq!((found.status, found.body.as_str(), found.utf8), (503, "not ready", true));
    assert_eq!(found.header("x-version").collect::<Vec<_>>(), ["1.2.3"]);
    assert_eq!(found.url, server.url("/health"));
    assert_eq!(found.peer, Some(format!("127.0.0.1:{}", server.port())));
    let timings = found.timings;
    assert!(timings.dns_ms.is_none() && timings.connect_ms.is_some() && timings.first_byte_ms.is_some());
    assert!(timings.total_ms >= timings.connect_ms.unwrap());
}

#[tokio::test]
async fn every_attempt_is_one_plain_request_on_its_own_connection() {
    let server = Server::saying(plain(200, "", "ok"));
    let get = Get::to(&server.url("/health?x=1")).unwrap().header("X-Probe", &Secret::new("1")).unwrap();
    for _ in 0..3 {
        answered(get.clone()).await;
    }
    assert_eq!(server.connections(), 3);
    let request = server.requests()[0].to_lowercase();
    assert!(request.starts_with("get /health?x=1 http/1.1\r\n"), "{request}");
    for line in ["connection: close", "accept-encoding: identity", "x-probe: 1", "user-agent: shiplane/"] {
        assert!(request.contains(line), "{line} in {request}");
    }
}

#[tokio::test]
async fn localhost_is_found_in_both_address_families() {
    let script = |connection: &mut super::server::Connection| {
        connection.request();
        connection.say(&plain(200, "", "six"));
    };
    // A machine without IPv6 has nothing to show here.
    let Ok(server) = Server::on("[::1]:0", script) else { return };
    let found = answered(Get::to(&format!("http://localhost:{}/", server.port())).unwrap()).await;
    assert_eq!(found.body, "six");
    assert!(found.timings.dns_ms.is_some());
}

#[tokio::test]
async fn what_was_sent_in_confidence_does_not_come_back() {
    let server = Server::start(|connection| {
        let head = connection.request();
        let value = |name: &str| {
            head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
        };
        let (token, login) = (value("x-api-key:"), value("authorization:"));
        let headers = format!("X-Echo: {token}\r\nSet-Cookie: session=abcdef\r\n");
        connection.say(&plain(200, &headers, &format!("{token} {login} open-sesame")));
    });
    let url = server.url("/").replace("http://", "http://user:open-sesame@");
    let get = Get::to(&url).unwrap().header("X-Api-Key", &Secret::new("k-123456")).unwrap();
    assert!(!format!("{get:?}").contains("sesame"));
    let found = answered(get).await;
    assert!(server.requests()[0].contains("authorization: Basic dXNlcjpvcGVuLXNlc2FtZQ=="));
    let all = serde_json::to_string(&Answer::Answered(found)).unwrap();
    for secret in ["k-123456", "open-sesame", "abcdef"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn redirects_are_followed_only_as_far_as_allowed() {
    let server = Server::start(|connection| {
        let head = connection.request();
        let to = if head.starts_with("GET /a ") { "/b" } else { "/a" };
        if head.starts_with("GET /end ") {
            connection.say(&plain(200, "", "end"));
        } else if head.starts_with("GET /start ") {
            connection.say(&plain(302, "Location: /end\r\n", ""));
        } else {
            connection.say(&plain(301, &format!("Location: {to}\r\n"), ""));
        }
    });
    let not_followed = answered(Get::to(&server.url("/start")).unwrap()).await;
    assert_eq!(not_followed.status, 302);
    if std::fs::read_dir("/etc/ssl/certs").is_err() {
        return; // what may lead to https needs the machine's CA certificates
    }
    let followed = answered(Get::to(&server.url("/start")).unwrap().follow(1)).await;
    assert_eq!((followed.status, followed.url), (200, server.url("/end")));
    let before = server.connections();
    match probe(&Get::to(&server.url("/a")).unwrap().follow(3)).await.unwrap() {
        Err(failure) => assert_eq!(failure.reason, FailureKind::Redirect),
        Ok(answered) => panic!("{answered:?}"),
    }
    assert_eq!(server.connections() - before, 4);
}

#[tokio::test]
async fn own_headers_do_not_follow_to_another_origin() {
    if std::fs::read_dir("/etc/ssl/certs").is_err() {
        return; // what may lead to https needs the machine's CA certificates
    }
    let other = Server::saying(plain(200, "", "elsewhere"));
    let place = other.url("/");
    let first = Server::start(move |connection| {
        connection.request();
        connection.say(&plain(307, &format!("Location: {place}\r\n"), ""));
    });
    let get = Get::to(&first.url("/")).unwrap().header("X-Api-Key", &Secret::new("k-123456")).unwrap();
    assert_eq!(answered(get.follow(2)).await.body, "elsewhere");
    assert!(first.requests()[0].contains("k-123456"));
    assert!(!other.requests()[0].contains("k-123456"));
}

#[tokio::test]
async fn a_method_with_a_body_is_sent_as_asked() {
    let server = Server::saying(plain(200, "", "ok"));
    answered(Get::to(&server.url("/")).unwrap().method("POST").unwrap().body("12345")).await;
    assert!(server.requests()[0].starts_with("POST / HTTP/1.1\r\n"));
    assert!(server.requests()[0].contains("content-length: 5\r\n"));
}

#[test]
fn what_is_no_address_or_header_is_refused_at_the_door() {
    for (address, shown) in [
        ("127.0.0.1:5000", "127.0.0.1:5000"),
        ("ftp://192.0.2.1/", "ftp"),
        ("http://", "http://"),
        ("http://user:open-sesame@:1/", ":1"),
        ("", "``"),
    ] {
        let fault = Get::to(address).unwrap_err();
        assert_eq!(fault.code, "url-invalid", "{address}");
        assert!(fault.fact.contains(shown) && !fault.fact.contains("sesame"), "{}", fault.fact);
    }
    let get = Get::to("http://192.0.2.1/").unwrap();
    assert!(get.clone().header("X Y", &Secret::new("1")).is_err());
    assert!(get.clone().header("X-Y", &Secret::new("1\r\nX-Z: 2")).is_err());
    assert!(get.method("GET /").is_err());
}
