//! The ground the other cases stand on: a server, the way to it, and what a refusal says.

use std::path::Path;
use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_remote::{
    Credentials, Defaults, Host, HostKeys, KnownHostsFile, Limits, Target, Trust, connect,
};
use shiplane_testkit::need::need;
use shiplane_testkit::sshd::{Key, Sshd, SshdOptions};

/// A server, or `None` and a visible line where there can be none.
pub(super) fn sshd(test: &str, options: &SshdOptions) -> Option<Sshd> {
    need(test, Sshd::available())?;
    Some(Sshd::start_with(options).expect("start sshd"))
}

/// A default server that this test is let in to.
pub(super) async fn host(test: &str) -> Option<(Sshd, Host)> {
    let sshd = sshd(test, &SshdOptions::default())?;
    let host = enter(&sshd).await;
    Some((sshd, host))
}

/// Goes in as the server expects it.
pub(super) async fn enter(sshd: &Sshd) -> Host {
    let (target, credentials, known) = (target(sshd), credentials(sshd.client_key()), known(sshd));
    connect(&target, &credentials, &known, &limits()).await.expect("connect")
}

pub(super) fn target(sshd: &Sshd) -> Target {
    let text = format!("{}@127.0.0.1:{}", sshd.user(), sshd.port());
    Target::parse(&text, Defaults::default()).expect("parse the target")
}

pub(super) fn credentials(key: &Key) -> Credentials {
    let text = key.private_text().expect("read the private key");
    Credentials { keys: vec![Secret::new(text)], ..Credentials::default() }
}

pub(super) fn known(sshd: &Sshd) -> HostKeys {
    known_as(&sshd.known_hosts())
}

pub(super) fn known_as(text: &str) -> HostKeys {
    let file = KnownHostsFile { name: "known_hosts".to_owned(), text: text.to_owned() };
    HostKeys { known_hosts: vec![file], fingerprints: Vec::new(), trust: Trust::Known }
}

/// Short, so that a test that waits for nothing is over soon.
pub(super) fn limits() -> Limits {
    Limits { pause: Duration::from_millis(1), ..Limits::default() }
}

/// The refusal inside an error.
pub(super) fn fault<T>(outcome: anyhow::Result<T>) -> Fault {
    let error = outcome.err().expect("a refusal");
    error.downcast::<Fault>().expect("a fault with a code")
}

pub(super) fn sh(script: &str) -> Command {
    Command::new("sh").args(["-c", script])
}

/// Every file below a folder.
pub(super) fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path().display().to_string());
        }
    }
    found
}
