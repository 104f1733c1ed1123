//! Hosts that do not answer, answer something else, or go away.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_remote::{Credentials, Defaults, HostKeys, Limits, Target, connect};
use shiplane_testkit::need::need;
use shiplane_testkit::process::free_port;
use shiplane_testkit::sshd::{Key, KeyKind, Sshd, SshdOptions};
use tokio::time::timeout;

use super::ground::{credentials, enter, fault, host, known, limits, sh, sshd, target};

const PATIENCE: Duration = Duration::from_secs(30);

/// Any key that can be read; no server here gets to see it.
fn some_key() -> Option<Credentials> {
    need("a key", Sshd::available())?;
    let dir = tempfile::tempdir().expect("a folder");
    let text =
        Key::generate(dir.path(), "any", KeyKind::Ed25519).expect("a key").private_text().expect("read it");
    Some(Credentials { keys: vec![Secret::new(text)], ..Credentials::default() })
}

async fn refusal(place: &str, limits: &Limits) -> Option<Fault> {
    let target = Target::parse(&format!("deploy@{place}"), Defaults::default()).expect("a target");
    Some(fault(connect(&target, &some_key()?, &HostKeys::default(), limits).await))
}

/// A server that does the same to everyone who comes, and counts them.
fn server(welcome: fn(TcpStream)) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let place = listener.local_addr().expect("an address").to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            counter.fetch_add(1, Ordering::SeqCst);
            welcome(stream);
        }
    });
    (place, count)
}

#[tokio::test]
async fn a_closed_port_is_refused_with_the_address() {
    let place = format!("127.0.0.1:{}", free_port());
    let Some(fault) = refusal(&place, &limits()).await else { return };
    assert_eq!((fault.code, fault.exit), ("host-unreachable", Exit::CouldNot));
    assert!(fault.fact.contains(&format!("{place} refused the connection")), "{fault}");
    assert!(fault.fact.ends_with("(3 tries)"), "{fault}");
}

#[tokio::test]
async fn a_host_that_hangs_up_is_tried_three_times_and_no_more() {
    let (place, count) = server(drop);
    let Some(fault) = refusal(&place, &limits()).await else { return };
    assert_eq!(fault.code, "host-unreachable");
    assert_eq!(count.load(Ordering::SeqCst), 3, "{fault}");
}

#[tokio::test]
async fn a_host_that_says_nothing_is_given_up_in_time() {
    let (place, _) = server(|mut stream| {
        // Holds the connection until the client has gone.
        stream.read_to_end(&mut Vec::new()).ok();
    });
    let limits = Limits { connect: Duration::from_millis(100), tries: 1, ..limits() };
    let Some(fault) = timeout(PATIENCE, refusal(&place, &limits)).await.expect("in time") else { return };
    assert_eq!(fault.code, "host-unreachable");
    assert!(fault.fact.contains("said nothing for 0.1 s"), "{fault}");
}

#[tokio::test]
async fn a_web_server_is_recognised_by_its_words_and_not_tried_again() {
    let (place, count) = server(|mut stream| {
        // A server that leaves words unread resets the connection, and its own are lost.
        BufReader::new(&stream).read_line(&mut String::new()).ok();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").ok();
    });
    let Some(fault) = refusal(&place, &limits()).await else { return };
    assert_eq!(fault.code, "host-not-ssh");
    assert!(fault.fact.contains("HTTP/1.1 400 Bad Request"), "{fault}");
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_name_without_an_address_is_named() {
    // RFC 6761: `.invalid` never resolves, whatever the name server.
    let Some(fault) = refusal("web.invalid", &limits()).await else { return };
    assert_eq!(fault.code, "host-unresolved");
    assert!(fault.fact.contains("web.invalid"), "{fault}");
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_is_never_a_success() {
    let Some((sshd, host)) = host("cut").await else { return };
    let mut lines = Vec::new();
    let long = sh("echo begun; exec sleep 1000");
    let running = host.stream(&long, &b""[..], |_, line| {
        lines.push(line.to_owned());
        sshd.cut();
    });
    let fault = fault(timeout(PATIENCE, running).await.expect("noticed"));
    assert_eq!((fault.code, fault.exit), ("connection-lost", Exit::CouldNot));
    assert_eq!(lines, ["begun"]);
    let again = host.run(&sh("true"), b"").await;
    assert_eq!(super::ground::fault(again).code, "connection-lost");
}

#[tokio::test]
async fn a_connection_cut_while_input_is_sent_is_lost_too() {
    let Some((sshd, host)) = host("cut input").await else { return };
    let command = sh("echo begun; sleep 1000; cat");
    let input = vec![0; 8_000_000];
    let running = host.stream(&command, input.as_slice(), |_, _| sshd.cut());
    assert_eq!(fault(timeout(PATIENCE, running).await.expect("noticed")).code, "connection-lost");
}

#[tokio::test]
async fn output_that_a_dead_line_may_still_owe_is_not_taken_for_complete() {
    let Some(sshd) = sshd("owed output", &SshdOptions::default()) else { return };
    // Longer than a command that has ended is waited for, so that it is not the keepalive that notices first.
    let limits = Limits { keepalive: Duration::from_secs(3), misses: 1, ..limits() };
    let host = connect(&target(&sshd), &credentials(sshd.client_key()), &known(&sshd), &limits)
        .await
        .expect("connect");
    let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let command = sh("sleep 1000 & echo begun");
    let running = host.stream(&command, &b""[..], |_, _| said.send(()).expect("a listener"));
    let pausing = async {
        heard.recv().await.expect("a line");
        // Time for the exit status to arrive; with too little the case only proves less.
        tokio::time::sleep(Duration::from_millis(300)).await;
        sshd.pause();
    };
    let (outcome, ()) = timeout(PATIENCE, async { tokio::join!(running, pausing) }).await.expect("noticed");
    sshd.resume();
    assert_eq!(fault(outcome).code, "connection-lost");
}

#[tokio::test]
async fn a_host_that_falls_silent_is_noticed() {
    let Some(sshd) = sshd("silent", &SshdOptions::default()) else { return };
    let limits = Limits { keepalive: Duration::from_millis(100), misses: 2, ..limits() };
    let host = connect(&target(&sshd), &credentials(sshd.client_key()), &known(&sshd), &limits)
        .await
        .expect("connect");
    let long = sh("echo begun; exec sleep 1000");
    let running = host.stream(&long, &b""[..], |_, _| sshd.pause());
    let fault = fault(timeout(PATIENCE, running).await.expect("noticed"));
    sshd.resume();
    assert_eq!(fault.code, "connection-lost");
    assert!(fault.fact.contains("Keepalive timeout"), "{fault}");
}

#[tokio::test]
async fn a_busy_host_is_not_taken_for_a_silent_one() {
    let Some(sshd) = sshd("busy", &SshdOptions::default()) else { return };
    let limits = Limits { keepalive: Duration::from_millis(50), misses: 2, ..limits() };
    let host = connect(&target(&sshd), &credentials(sshd.client_key()), &known(&sshd), &limits)
        .await
        .expect("connect");
    let done =
        host.run(&sh("sleep 0.5; echo done"), b"").await.expect("answered while the command was quiet");
    assert_eq!(done.stdout, b"done\n");
    drop(enter(&sshd).await);
}
