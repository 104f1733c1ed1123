//! Commands on a host: what they wrote, how they ended, and nothing else.

use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_remote::{CAPTURE_LIMIT, Host, Status, Stream};
use shiplane_testkit::process::find_program;
use shiplane_testkit::sshd::SshdOptions;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use super::ground::{enter, fault, host, sh, sshd};

const PATIENCE: Duration = Duration::from_secs(30);

/// Five million bytes that do not repeat at any power of two.
fn five_megabytes() -> Vec<u8> {
    (0..5_000_000_u32).map(|number| (number % 251) as u8).collect()
}

#[tokio::test]
async fn output_errors_and_status_come_back_as_they_were() {
    let Some((_sshd, host)) = host("output and status").await else { return };
    let done = host.run(&sh("printf out; printf err >&2; exit 7"), b"").await.expect("run");
    assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (&b"out"[..], &b"err"[..]));
    assert_eq!((done.status, done.dropped), (Status::Exited(7), 0));
    host.close().await;
}

#[tokio::test]
async fn death_by_signal_is_told_by_name_and_is_no_success() {
    let Some((_sshd, host)) = host("signal").await else { return };
    let done = host.run(&sh("kill -KILL $$"), b"").await.expect("run");
    assert_eq!(done.status, Status::Signalled("KILL".to_owned()));
    assert!(!done.status.success());
    assert!(!Status::Unknown.success());
}

#[tokio::test]
async fn five_megabytes_go_both_ways_at_once() {
    let Some((_sshd, host)) = host("both ways").await else { return };
    let bytes = five_megabytes();
    let cat = Command::new("cat");
    let done = timeout(PATIENCE, host.run(&cat, &bytes)).await.expect("no deadlock").expect("run");
    assert!(done.status.success());
    assert!(done.stdout == bytes, "{} bytes came back", done.stdout.len());
}

#[tokio::test]
async fn a_command_that_talks_before_it_listens_does_not_block() {
    let Some((_sshd, host)) = host("talks first").await else { return };
    let script = "head -c 6000000 /dev/zero; wc -c >&2; head -c 6000000 /dev/zero";
    let done =
        timeout(PATIENCE, host.run(&sh(script), &five_megabytes())).await.expect("no deadlock").expect("run");
    assert_eq!((done.stdout.len(), String::from_utf8_lossy(&done.stderr).trim()), (12_000_000, "5000000"));
}

#[tokio::test]
async fn a_command_that_reads_nothing_ends_all_the_same() {
    let Some((_sshd, host)) = host("reads nothing").await else { return };
    let done =
        timeout(PATIENCE, host.run(&sh("exit 3"), &five_megabytes())).await.expect("no hang").expect("run");
    assert_eq!(done.status, Status::Exited(3));
}

#[tokio::test]
async fn what_is_beyond_the_limit_is_counted_and_not_kept() {
    let Some((_sshd, host)) = host("limit").await else { return };
    let script = format!("head -c {} /dev/zero", CAPTURE_LIMIT + 1000);
    let done = host.run(&sh(&script), b"").await.expect("run");
    assert_eq!((done.stdout.len(), done.dropped), (CAPTURE_LIMIT, 1000));
}

#[tokio::test]
async fn lines_arrive_while_the_command_runs_and_answers_reach_it() {
    let Some((_sshd, host)) = host("conversation").await else { return };
    let (mut mouth, ear) = tokio::io::duplex(64);
    let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let script = "echo ready; read answer; echo \"got $answer\" >&2; printf 'no newline'";
    let command = sh(script);
    let running =
        host.stream(&command, ear, |stream, line| said.send((stream, line.to_owned())).expect("a listener"));
    let talking = async {
        // The command has not ended: it waits for the answer that only this line lets go.
        assert_eq!(heard.recv().await, Some((Stream::Out, "ready".to_owned())));
        mouth.write_all(b"yes\n").await.expect("answer");
        drop(mouth);
    };
    let (status, ()) =
        timeout(PATIENCE, async { tokio::join!(running, talking) }).await.expect("no deadlock");
    assert_eq!(status.expect("run"), Status::Exited(0));
    assert_eq!(heard.recv().await, Some((Stream::Err, "got yes".to_owned())));
    assert_eq!(heard.recv().await, Some((Stream::Out, "no newline".to_owned())));
}

#[tokio::test]
async fn a_process_that_is_left_behind_does_not_hold_the_command() {
    let Some((_sshd, host)) = host("left behind").await else { return };
    let done = timeout(PATIENCE, host.run(&sh("sleep 1000 & echo started"), b""))
        .await
        .expect("no hang")
        .expect("run");
    assert_eq!((done.status, done.stdout), (Status::Exited(0), b"started\n".to_vec()));
}

#[tokio::test]
async fn commands_given_up_on_do_not_use_up_the_sessions() {
    let options = SshdOptions {
        lines: vec!["Match all".to_owned(), "MaxSessions 2".to_owned()],
        ..SshdOptions::default()
    };
    let Some(sshd) = sshd("given up", &options) else { return };
    let host = enter(&sshd).await;
    for _ in 0..6 {
        timeout(PATIENCE, begin_and_give_up(&host)).await.expect("a session that is free again");
    }
}

/// Starts a command, leaves it, and tries again while the host still counts those that were left before.
async fn begin_and_give_up(host: &Host) {
    let command = sh("echo started; exec cat");
    loop {
        let (_mouth, ear) = tokio::io::duplex(64);
        let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
        tokio::select! {
            ended = host.stream(&command, ear, |_, _| said.send(()).expect("a listener")) => {
                assert_eq!(fault(ended).code, "session-refused");
            }
            Some(()) = heard.recv() => return,
        }
    }
}

#[tokio::test]
async fn several_commands_share_the_connection() {
    let Some((sshd, host)) = host("shared").await else { return };
    let (one, two) = (sh("echo one; sleep 0.1"), sh("echo two"));
    let (one, two) = tokio::join!(host.run(&one, b""), host.run(&two, b""));
    assert_eq!(one.expect("run").stdout, b"one\n");
    assert_eq!(two.expect("run").stdout, b"two\n");
    assert_eq!(sshd.log().matches("Accepted publickey").count(), 1);
}

#[tokio::test]
async fn words_survive_every_login_shell() {
    for shell in ["sh", "dash", "bash", "zsh", "fish"] {
        let Some(path) = find_program(shell) else { continue };
        let env = vec![("SHELL".to_owned(), path.display().to_string())];
        let Some(sshd) = sshd("login shells", &SshdOptions { env, ..SshdOptions::default() }) else { return };
        let host = enter(&sshd).await;
        let words =
            ["$HOME", "it's", "a\\b", "\\", "\\'", "`id`", "a\nb", "!!", "*", "", "~", "#x", "ü", "\"q\""];
        let command = Command::new("printf").arg("%s|").args(words);
        let done = host.run(&command, b"").await.expect("run");
        assert_eq!(String::from_utf8_lossy(&done.stdout), words.join("|") + "|", "{shell}");
    }
}
