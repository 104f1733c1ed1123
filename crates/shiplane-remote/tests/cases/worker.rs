//! The worker gets to the host once and whole, or leaves nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use shiplane_core::exit::Exit;
use shiplane_remote::{Credentials, Host, HostKeys, Limits, Target, Worker, bring, connect};
use shiplane_testkit::process::{find_program, wait_until};
use shiplane_testkit::program::write_program;
use shiplane_testkit::sshd::{Sshd, SshdOptions};
use tempfile::TempDir;
use tokio::time::timeout;

use super::ground::{enter, fault, files, host, sshd};

const PATIENCE: Duration = Duration::from_secs(30);
const HELLO: &str = "#!/bin/sh\necho '{\"worker\":\"1.2.3\"}'\nexit 0\n";

/// A worker as large as a real one, which is larger than the window of a channel.
fn worker(dir: &TempDir, script: &str) -> PathBuf {
    let path = dir.path().join("a worker");
    let mut text = script.as_bytes().to_vec();
    text.resize(text.len() + 6_000_000, b'#');
    write_program(&path, text).expect("write the worker");
    path
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn carry(host: &Host, binary: &Path) -> anyhow::Result<Worker> {
    timeout(PATIENCE, bring(host, binary, |_, _| {})).await.expect("no hang")
}

/// A server whose sessions find these programs first.
fn with_programs(test: &str, dir: &TempDir, programs: &[(&str, &str)]) -> Option<Sshd> {
    for (name, script) in programs {
        let path = dir.path().join(name);
        write_program(&path, format!("#!/bin/sh\n{script}\n")).expect("write a program");
    }
    let env = vec![("PATH".to_owned(), format!("{}:/usr/bin:/bin", dir.path().display()))];
    sshd(test, &SshdOptions { env, ..SshdOptions::default() })
}

#[tokio::test]
async fn it_is_sent_once_and_found_the_second_time() {
    let Some((sshd, host)) = host("sent once").await else { return };
    let (dir, mut seen) = (folder(), Vec::new());
    let binary = worker(&dir, HELLO);
    let first = bring(&host, &binary, |sent, all| seen.push((sent, all))).await.expect("bring");
    assert_eq!((first.version.as_str(), first.uploaded), ("1.2.3", true));
    assert!(first.path.starts_with(&sshd.home().display().to_string()), "{}", first.path);
    assert_eq!(fs::read(&first.path).expect("read it there"), fs::read(&binary).expect("read it here"));
    let mode = fs::metadata(&first.path).expect("its mode").permissions().mode() & 0o777;
    assert_eq!(mode, 0o700);
    let size = fs::metadata(&binary).expect("its size").len();
    assert_eq!(seen.last(), Some(&(size, size)));
    let second = bring(&host, &binary, |_, _| panic!("sent again")).await.expect("bring");
    assert_eq!(second, Worker { uploaded: false, ..first });
    assert_eq!(files(&sshd.home()).len(), 1, "{:?}", files(&sshd.home()));
}

#[tokio::test]
async fn another_binary_gets_a_place_of_its_own() {
    let Some((_sshd, host)) = host("another binary").await else { return };
    let dir = folder();
    let one = carry(&host, &worker(&dir, HELLO)).await.expect("bring");
    let two = carry(&host, &worker(&dir, "#!/bin/sh\necho '{\"worker\":\"1.2.4\"}'\nexit 0\n"))
        .await
        .expect("bring");
    assert_eq!((two.version.as_str(), two.uploaded), ("1.2.4", true));
    assert_ne!(one.path, two.path);
}

#[tokio::test]
async fn an_incomplete_file_under_its_name_is_replaced() {
    let Some((_sshd, host)) = host("incomplete").await else { return };
    let dir = folder();
    let binary = worker(&dir, HELLO);
    let path = carry(&host, &binary).await.expect("bring").path;
    fs::write(&path, HELLO).expect("cut the file short");
    assert!(carry(&host, &binary).await.expect("bring").uploaded);
    assert_eq!(fs::read(&path).expect("read it"), fs::read(&binary).expect("read it here"));
}

#[tokio::test]
async fn noise_of_a_login_file_and_odd_shells_do_not_matter() {
    for shell in ["bash", "dash", "fish", "tcsh"] {
        let Some(path) = find_program(shell) else { continue };
        let env = vec![("SHELL".to_owned(), path.display().to_string())];
        let Some(sshd) = sshd("odd shells", &SshdOptions { env, ..SshdOptions::default() }) else { return };
        fs::write(sshd.home().join(".bashrc"), "echo welcome; echo '{}'\n").expect("write .bashrc");
        fs::write(sshd.home().join(".tcshrc"), "echo welcome\n").expect("write .tcshrc");
        let (dir, host) = (folder(), enter(&sshd).await);
        let worker =
            carry(&host, &worker(&dir, HELLO)).await.unwrap_or_else(|error| panic!("{shell}: {error:#}"));
        assert_eq!(worker.version, "1.2.3", "{shell}");
    }
}

#[tokio::test]
async fn an_upload_cut_in_the_middle_leaves_nothing() {
    let Some((sshd, host)) = host("cut upload").await else { return };
    let dir = folder();
    let binary = worker(&dir, HELLO);
    let outcome = timeout(
        PATIENCE,
        bring(&host, &binary, |sent, all| {
            if sent > all / 2 {
                sshd.cut();
            }
        }),
    );
    let fault = fault(outcome.await.expect("noticed"));
    assert_eq!((fault.code, fault.exit), ("connection-lost", Exit::CouldNot));
    let is_empty = || files(&sshd.home()).is_empty().then_some(());
    wait_until("the temporary file to go", PATIENCE, is_empty)
        .unwrap_or_else(|_| panic!("{:?}", files(&sshd.home())));
    let again = enter(&sshd).await;
    assert!(carry(&again, &binary).await.expect("bring").uploaded);
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing() {
    let dir = folder();
    let full = "head -c 1000; echo 'cat: write error: No space left on device' >&2; exit 1";
    let none = "echo 'Filesystem 1024-blocks Used Available'; echo 'tmp 100 88 12 88% /'";
    let Some(sshd) = with_programs("full disk", &dir, &[("cat", full), ("df", none)]) else { return };
    let (host, dir) = (enter(&sshd).await, folder());
    let refused = fault(carry(&host, &worker(&dir, HELLO)).await);
    assert_eq!((refused.code, refused.exit), ("host-disk-full", Exit::CouldNot));
    assert!(refused.fact.contains("12 KiB free of 5860 needed"), "{refused}");
    assert!(files(&sshd.home()).is_empty(), "{:?}", files(&sshd.home()));
}

#[tokio::test]
async fn a_write_that_fails_for_another_reason_is_told_in_the_hosts_words() {
    let dir = folder();
    let Some(sshd) =
        with_programs("failed write", &dir, &[("cat", "echo 'cat: file too large' >&2; exit 1")])
    else {
        return;
    };
    let (host, dir) = (enter(&sshd).await, folder());
    let refused = fault(carry(&host, &worker(&dir, HELLO)).await);
    assert_eq!(refused.code, "worker-upload-failed");
    assert!(refused.fact.contains("cat: file too large"), "{refused}");
    assert!(files(&sshd.home()).is_empty(), "{:?}", files(&sshd.home()));
}

#[tokio::test]
async fn a_file_that_arrives_short_is_not_kept() {
    let dir = folder();
    let Some(sshd) = with_programs("short file", &dir, &[("cat", "head -c 5000000")]) else { return };
    let (host, dir) = (enter(&sshd).await, folder());
    assert_eq!(fault(carry(&host, &worker(&dir, HELLO)).await).code, "worker-upload-failed");
    assert!(files(&sshd.home()).is_empty(), "{:?}", files(&sshd.home()));
}

#[tokio::test]
async fn a_host_of_another_architecture_is_told_before_anything_is_sent() {
    let Some((sshd, host)) = host("architecture").await else { return };
    let dir = folder();
    let binary = dir.path().join("worker");
    // The head of an ELF file for IBM S/390 (machine 22), and for AArch64 (183) or x86-64 (62), whichever is not ours.
    let other: u16 = if cfg!(target_arch = "x86_64") { 183 } else { 62 };
    for (machine, name) in [(22_u16, "another system"), (other, "")] {
        let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
        bytes.resize(18, 0);
        bytes.extend(machine.to_le_bytes());
        fs::write(&binary, &bytes).expect("write the worker");
        let refused = fault(carry(&host, &binary).await);
        assert_eq!((refused.code, refused.exit), ("worker-arch", Exit::CouldNot));
        assert!(refused.fact.contains(&format!("runs Linux {}", std::env::consts::ARCH)), "{refused}");
        assert!(refused.fact.contains(name), "{refused}");
    }
    assert!(files(&sshd.home()).is_empty(), "{:?}", files(&sshd.home()));
}

#[tokio::test]
async fn a_home_that_lets_nothing_run_is_told() {
    let Some((_sshd, host)) = host("noexec").await else { return };
    let dir = folder();
    // A file that may not be executed as interpreter gives the same EACCES as a mount with noexec.
    let refused = fault(carry(&host, &worker(&dir, "#!/etc/passwd\n")).await);
    assert_eq!(refused.code, "worker-noexec");
}

#[tokio::test]
async fn a_worker_that_does_not_answer_is_told_apart() {
    let Some((_sshd, host)) = host("mute").await else { return };
    let dir = folder();
    let refused = fault(carry(&host, &worker(&dir, "#!/bin/sh\necho sorry >&2\nexit 9\n")).await);
    assert_eq!(refused.code, "worker-mute");
    assert!(refused.fact.contains("sorry"), "{refused}");
    let refused = fault(carry(&host, &worker(&dir, "#!/bin/sh\necho hello\nexit 0\n")).await);
    assert_eq!(refused.code, "worker-mute");
    let refused = fault(carry(&host, &worker(&dir, "#!/no/such/loader\n")).await);
    assert_eq!(refused.code, "worker-mute");
}

#[tokio::test]
async fn local_uses_the_binary_where_it_is() {
    let dir = folder();
    let binary = worker(&dir, HELLO);
    let (credentials, host_keys) = (Credentials::default(), HostKeys::default());
    let host = connect(&Target::Local, &credentials, &host_keys, &Limits::default()).await.expect("local");
    let worker = bring(&host, &binary, |_, _| panic!("nothing is sent")).await.expect("bring");
    assert_eq!(
        worker,
        Worker { path: binary.display().to_string(), version: "1.2.3".to_owned(), uploaded: false }
    );
}
