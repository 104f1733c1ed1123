//! This machine as a host: the same answers, without SSH.

use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_remote::{Credentials, Host, HostKeys, Limits, Status, Stream, Target, connect};
use shiplane_testkit::process::wait_until;
use tokio::time::timeout;

use super::ground::sh;

const PATIENCE: Duration = Duration::from_secs(30);

async fn local() -> Host {
    let (credentials, host_keys) = (Credentials::default(), HostKeys::default());
    connect(&Target::Local, &credentials, &host_keys, &Limits::default()).await.expect("local")
}

#[tokio::test]
async fn local_needs_no_key_and_answers_the_same() {
    let host = local().await;
    assert_eq!((host.name(), host.is_local(), host.identity()), ("local", true, None));
    let done = host.run(&sh("printf out; printf err >&2; exit 7"), b"").await.expect("run");
    assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"out"[..], &b"err"[..]));
    assert_eq!(done.status, Status::Exited(7));
    host.close().await;
}

#[tokio::test]
async fn local_death_by_signal_is_told_by_name() {
    let done = local().await.run(&sh("kill -TERM $$"), b"").await.expect("run");
    assert_eq!(done.status, Status::Signalled("TERM".to_owned()));
}

#[tokio::test]
async fn a_program_that_is_not_there_ends_like_in_a_shell() {
    let done = local().await.run(&Command::new("no-such-program-here"), b"").await.expect("run");
    assert_eq!(done.status, Status::Exited(127));
    assert!(String::from_utf8_lossy(&done.stderr).starts_with("no-such-program-here: "));
}

#[tokio::test]
async fn local_bytes_go_both_ways_at_once_and_unread_input_does_no_harm() {
    let host = local().await;
    let bytes = vec![7; 5_000_000];
    let done =
        timeout(PATIENCE, host.run(&Command::new("cat"), &bytes)).await.expect("no deadlock").expect("run");
    assert!(done.stdout == bytes, "{} bytes came back", done.stdout.len());
    let done =
        timeout(PATIENCE, host.run(&Command::new("true"), &bytes)).await.expect("no hang").expect("run");
    assert_eq!(done.status, Status::Exited(0));
}

#[tokio::test]
async fn local_lines_come_one_by_one_without_their_ends() {
    let mut lines = Vec::new();
    let script = sh("printf 'a\\r\\n\\nb\\n'; printf c");
    let status =
        local().await.stream(&script, &b""[..], |stream, line| lines.push((stream, line.to_owned()))).await;
    assert_eq!(status.expect("run"), Status::Exited(0));
    let expected = ["a", "", "b", "c"].map(|line| (Stream::Out, line.to_owned()));
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn giving_up_kills_everything_that_was_started() {
    let host = local().await;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("pid");
    let script = sh(&format!("sleep 1000 & echo $! > {0}.new; mv {0}.new {0}; wait", file.display()));
    let wait = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = host.run(&script, b"") => panic!("it ended"),
        () = wait => {}
    }
    let pid = std::fs::read_to_string(&file).expect("read the pid");
    let stat = format!("/proc/{}/stat", pid.trim());
    let is_gone = || match std::fs::read_to_string(&stat) {
        Ok(text) => text.contains(") Z ").then_some(()),
        Err(_) => Some(()),
    };
    wait_until("the grandchild to die", PATIENCE, is_gone).expect("killed");
}
