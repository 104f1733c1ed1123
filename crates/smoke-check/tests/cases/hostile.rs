//! Servers that mean ill or are broken, against the real binary: the right verdict, in time, in little memory.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::blackhole::Blackhole;
use super::server::{Connection, Server, plain};
use super::tool::{Watched, codes, findings, run};

/// The clock over one try in these tests.
const LIMIT: Duration = Duration::from_millis(700);

/// What a loaded machine may add to it; 0.3 s is what an idle one keeps.
const GRACE: Duration = Duration::from_millis(1300);

/// The most memory that the whole process may take, in KiB.
const MEMORY: u64 = 40 * 1024;

/// A server, what is asked of it, and what must come of it.
struct Case {
    name: &'static str,
    server: fn() -> Server,
    args: &'static [&'static str],
    exit: i32,
    code: &'static str,
    words: &'static str,
    connections: usize,
}

const fn case(name: &'static str, server: fn() -> Server, code: &'static str, words: &'static str) -> Case {
    let exit = if matches!(code.as_bytes(), b"healthy") { 0 } else { 10 };
    Case { name, server, args: &[], exit, code, words, connections: 1 }
}

const fn with(case: Case, args: &'static [&'static str]) -> Case {
    Case { args, ..case }
}

fn after(head: &'static [u8], then: fn(&mut Connection)) -> Server {
    Server::start(move |connection| {
        connection.request();
        connection.say(head);
        then(connection);
    })
}

fn drip(connection: &mut Connection) {
    connection.forever(b"x", Duration::from_millis(30));
}

fn flood(connection: &mut Connection) {
    connection.forever(&[b'x'; 65536], Duration::ZERO);
}

fn fields(count: usize) -> Server {
    let fields: String = (0..count).map(|number| format!("X-{number}: 1\r\n")).collect();
    Server::saying(plain(200, &fields, "ok"))
}

fn interim(count: usize) -> Server {
    let mut bytes = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(count);
    bytes.extend(plain(200, "", "ok"));
    Server::saying(bytes)
}

const CASES: &[Case] = &[
    case(
        "silence",
        || Server::start(Connection::hang),
        "timeout",
        "connected, but no answer came within 700 ms",
    ),
    case(
        "a header byte by byte",
        || after(b"HTTP/1.1 200 OK\r\nX-Slow: ", drip),
        "timeout",
        "no answer came",
    ),
    case(
        "a body byte by byte",
        || after(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", drip),
        "timeout",
        "status 200 came, but the body was not complete after 700 ms",
    ),
    case(
        "an endless body",
        || after(b"HTTP/1.1 200 OK\r\n\r\n", flood),
        "bad-answer",
        "more than 1048576 bytes",
    ),
    case(
        "headers without end",
        || after(b"HTTP/1.1 200 OK\r\nX-Long: ", flood),
        "bad-answer",
        "at most 65536 bytes",
    ),
    case("101 fields", || fields(100), "bad-answer", "100 fields are taken"),
    case("100 fields", || fields(99), "healthy", "status 200"),
    case("ten interim answers", || interim(10), "healthy", "status 200"),
    case("eleven interim answers", || interim(11), "bad-answer", "more than 10 interim answers (1xx) came"),
    case(
        "interim answers without end",
        || {
            after(b"", |connection| {
                connection.forever(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", Duration::ZERO);
            })
        },
        "bad-answer",
        "more than 10 interim answers (1xx) came",
    ),
    case(
        "a redirect",
        || Server::saying(plain(302, "Location: /login\r\n", "")),
        "wrong-status",
        "status 302 to /login, expected 200-299",
    ),
    Case {
        args: &["--follow", "5"],
        connections: 6,
        ..case(
            "an endless redirect",
            || Server::saying(plain(302, "Location: /again\r\n", "")),
            "bad-answer",
            "more than 5 redirects",
        )
    },
    with(
        case(
            "an encoded body",
            || Server::saying(plain(200, "Content-Encoding: gzip\r\n", "\u{1f}packed")),
            "encoded",
            "the body is encoded as `gzip` although plain was asked for",
        ),
        &["--body-contains", "ok"],
    ),
    case(
        "a length longer than the body",
        || Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"),
        "reset",
        "cut after 5 bytes of the body",
    ),
    with(
        case(
            "a length shorter than the body",
            || Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello world"),
            "wrong-body",
            "the body of 5 bytes does not contain `world`",
        ),
        &["--body-contains", "world"],
    ),
    case(
        "two lengths",
        || Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
        "bad-answer",
        "not an HTTP answer that can be read",
    ),
    with(
        case(
            "bytes that are no text",
            || Server::saying(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff\xfe{}".as_slice()),
            "wrong-json",
            "the body is not UTF-8 text",
        ),
        &["--json", "/status=ok"],
    ),
    case(
        "a reset in the middle",
        || {
            Server::start(|connection| {
                // Closing with the request unread makes the kernel send a reset (RFC 2525, 2.17).
                connection.stream.peek(&mut [0]).unwrap();
                connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                std::thread::sleep(Duration::from_millis(50));
            })
        },
        "reset",
        "cut",
    ),
    case("a close without a byte", || Server::saying(""), "reset", "cut before an answer came"),
    case(
        "a chunked body that is cut",
        || Server::saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        "reset",
        "cut after 5 bytes",
    ),
    case(
        "a chunk of a size that no memory holds",
        || Server::saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nhello"),
        "reset",
        "cut",
    ),
    case(
        "trailers after chunks",
        || {
            Server::saying(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Late: 1\r\n\r\n",
            )
        },
        "healthy",
        "status 200",
    ),
    case("HTTP/1.0", || Server::saying("HTTP/1.0 200 OK\r\n\r\nhello"), "healthy", "status 200"),
    case("HTTP/0.9", || Server::saying("hello\n"), "bad-answer", "not an HTTP answer"),
    case("status 000", || Server::saying("HTTP/1.1 000 X\r\n\r\n"), "bad-answer", "not an HTTP answer"),
    case("zero bytes", || Server::saying("\0\0\0\0\0\0\0\0\r\n\r\n"), "bad-answer", "not an HTTP answer"),
    case(
        "a zero byte in a header",
        || Server::saying("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"),
        "bad-answer",
        "not an HTTP",
    ),
    with(
        case(
            "a 200 with an error inside",
            || Server::saying(plain(200, "", r#"{"status":"error"}"#)),
            "wrong-json",
            "JSON value `/status` is `error`, expected `ok`",
        ),
        &["--json", "/status=ok"],
    ),
    case(
        "not modified",
        || Server::saying(plain(304, "", "")),
        "wrong-status",
        "status 304, expected 200-299",
    ),
    case("no content with a body", || Server::saying(plain(204, "", "hello")), "healthy", "status 204"),
    case(
        "an answer before the question",
        || {
            Server::start(|connection| {
                connection.say(&plain(200, "", "ok"));
                connection.request();
            })
        },
        "healthy",
        "status 200",
    ),
    case(
        "a greeting before the question",
        || {
            Server::start(|connection| {
                connection.say(b"SSH-2.0-OpenSSH_9.2\r\n");
                connection.hang();
            })
        },
        "bad-answer",
        "not an HTTP answer",
    ),
    case(
        "a connection that is kept",
        || {
            after(
                b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
                Connection::hang,
            )
        },
        "healthy",
        "status 200",
    ),
    case(
        "TLS where plain http is spoken",
        || Server::saying(b"\x15\x03\x01\x00\x02\x02\x46".as_slice()),
        "bad-answer",
        "speaks TLS: ask it with https",
    ),
];

#[test]
fn each_gets_the_right_verdict_in_time_and_in_little_memory() {
    let wrong: Vec<String> = CASES.iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(case: &Case) -> Result<(), String> {
    let server = (case.server)();
    let url = server.url("/health");
    let mut args = vec!["--url", &url, "--timeout", "700ms"];
    args.extend(case.args);
    let Watched { code, report, memory, took } = run(&args).watched();
    let found = findings(&report);
    let fact = found.first().cloned().unwrap_or_default();
    let waited: u64 = report["outputs"]["waited-ms"].as_str().unwrap_or_default().parse().unwrap_or(u64::MAX);
    let in_time = Duration::from_millis(waited) <= LIMIT + GRACE && took <= LIMIT + 2 * GRACE;
    let right =
        code == case.exit && fact.starts_with(&format!("{}: ", case.code)) && fact.contains(case.words);
    let counted = server.connections() == case.connections && server.requests().len() <= case.connections;
    if right && in_time && counted && memory <= MEMORY {
        return Ok(());
    }
    Err(format!(
        "{}: exit {code}, {found:?}, {waited} ms of {took:?}, {memory} KiB, {} connections",
        case.name,
        server.connections()
    ))
}

#[test]
fn waiting_for_a_hostile_server_ends_in_time_too() {
    let server = after(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", drip_for_long);
    let started = Instant::now();
    let (code, report) = run(&["--url", &server.url("/"), "--within", "1s"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["timeout"]), "{report:#}");
    assert!(started.elapsed() < Duration::from_secs(1) + 2 * GRACE, "{:?}", started.elapsed());
}

fn drip_for_long(connection: &mut Connection) {
    connection.forever(b"x", Duration::from_millis(300));
}

#[test]
fn an_address_that_swallows_everything_is_unreachable_in_time() {
    let hole = Blackhole::dig();
    let place = format!("127.0.0.1:{}", hole.port());
    for args in [
        ["--url", &format!("http://{place}/")],
        ["--tcp", &place],
        ["--redis", &place],
        ["--postgres", &place],
    ] {
        let started = Instant::now();
        let (code, report) = run(&[args[0], args[1], "--timeout", "700ms"]).json();
        assert_eq!((code, codes(&report)), (10, vec!["unreachable"]), "{args:?} {report:#}");
        assert!(started.elapsed() < LIMIT + 2 * GRACE, "{:?}", started.elapsed());
    }
}

#[test]
fn localhost_is_both_addresses() {
    let Ok(six) = Server::on("[::1]:0", |connection| {
        connection.request();
        connection.say(&plain(200, "", "six"));
    }) else {
        return;
    };
    let url = format!("http://localhost:{}/", six.port());
    let (code, report) = run(&["--url", &url, "--body-contains", "six"]).json();
    assert_eq!(code, 0, "{report:#}");
    let (code, report) = run(&["--tcp", &format!("[::1]:{}", six.port())]).json();
    assert_eq!(code, 0, "{report:#}");
    // Only one of the two addresses is served: each-address finds the other, and names it.
    let (code, report) = run(&["--url", &url, "--each-address"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["refused"]));
    assert!(findings(&report)[0].contains("1 of 2 addresses: 127.0.0.1: nothing listens"), "{report:#}");
}

#[test]
fn each_address_that_is_wrong_is_named() {
    let right = Server::saying(plain(200, "", "ok"));
    let wrong = Server::on(&format!("[::1]:{}", right.port()), |connection| {
        connection.request();
        connection.say(&plain(503, "", ""));
    });
    let Ok(wrong) = wrong else { return };
    let url = format!("http://localhost:{}/", right.port());
    let (code, report) = run(&["--url", &url, "--each-address"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["wrong-status"]), "{report:#}");
    let place = format!("[::1]:{}: status 503", wrong.port());
    assert!(findings(&report)[0].contains(&place), "{report:#}");
}

#[test]
fn proxies_are_never_used() {
    let server = Server::saying(plain(200, "", "ok"));
    let dead = format!(
        "http://127.0.0.1:{}",
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    );
    let mut tool = run(&["--url", &server.url("/")]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        tool = tool.env(name, &dead);
    }
    let (code, report) = tool.json();
    assert_eq!((code, server.connections()), (0, 1), "{report:#}");
}

#[test]
fn a_name_that_does_not_resolve_is_undetermined_whatever_is_asked() {
    let name = format!("{}.example", "a".repeat(64));
    let place = format!("{name}:80");
    for (flag, place) in [("--dns", &name), ("--tcp", &place), ("--tls", &place), ("--redis", &place)] {
        // For TLS it needs a CA, though nobody gets to see a certificate.
        let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/tls/ca.pem");
        let (code, report) = run(&[flag, place]).env("SSL_CERT_FILE", ca).json();
        assert_eq!((code, codes(&report)), (1, vec!["dns"]), "{flag} {report:#}");
    }
}
