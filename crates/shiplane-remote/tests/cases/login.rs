//! Who is let in, and what a refusal says.

use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use shiplane_core::exit::Exit;
use shiplane_core::secret::Secret;
use shiplane_remote::{Credentials, Target, connect};
use shiplane_testkit::process::{Run, wait_until};
use shiplane_testkit::sshd::{Key, KeyKind, Sshd, SshdOptions};

use super::ground::{credentials, fault, known, limits, sshd, target};

async fn try_in(sshd: &Sshd, credentials: &Credentials) -> anyhow::Result<shiplane_remote::Host> {
    connect(&target(sshd), credentials, &known(sshd), &limits()).await
}

#[tokio::test]
async fn a_wrong_key_is_refused_with_user_fingerprint_and_methods() {
    let Some(sshd) = sshd("wrong key", &SshdOptions::default()) else { return };
    let dir = tempfile::tempdir().expect("a folder");
    let keys =
        [KeyKind::Ed25519, KeyKind::Rsa].map(|kind| Key::generate(dir.path(), "wrong", kind).expect("a key"));
    let texts = keys.iter().map(|key| Secret::new(key.private_text().expect("read the key"))).collect();
    let fault = fault(try_in(&sshd, &Credentials { keys: texts, ..Credentials::default() }).await);
    assert_eq!((fault.code, fault.exit), ("auth-refused", Exit::CouldNot));
    for part in [sshd.user(), keys[0].fingerprint(), keys[1].fingerprint(), "it would accept publickey"] {
        assert!(fault.fact.contains(part), "{part}: {fault}");
    }
    assert_eq!(sshd.log().matches("Starting session").count(), 0);
}

#[tokio::test]
async fn a_user_that_is_not_there_is_refused_and_named() {
    let Some(sshd) = sshd("wrong user", &SshdOptions::default()) else { return };
    let Target::Ssh(mut ssh) = target(&sshd) else { panic!("a local target") };
    ssh.user = "nobody-of-that-name".to_owned();
    let (credentials, known) = (credentials(sshd.client_key()), known(&sshd));
    let fault = fault(connect(&Target::Ssh(ssh), &credentials, &known, &limits()).await);
    assert_eq!(fault.code, "auth-refused");
    assert!(fault.fact.contains("refused user nobody-of-that-name"), "{fault}");
}

#[tokio::test]
async fn the_second_of_two_keys_is_enough() {
    let Some(sshd) = sshd("second key", &SshdOptions::default()) else { return };
    let dir = tempfile::tempdir().expect("a folder");
    let wrong = Key::generate(dir.path(), "wrong", KeyKind::Ed25519).expect("a key");
    let mut both = credentials(&wrong);
    both.keys.extend(credentials(sshd.client_key()).keys);
    try_in(&sshd, &both).await.expect("connect");
}

#[tokio::test]
async fn every_key_type_is_let_in() {
    let Some(sshd) = sshd("key types", &SshdOptions::default()) else { return };
    let dir = tempfile::tempdir().expect("a folder");
    for kind in [KeyKind::Ed25519, KeyKind::Ecdsa, KeyKind::Rsa] {
        let key = Key::generate(dir.path(), "client", kind).expect("a key");
        sshd.authorize(key.public_line()).expect("authorize");
        try_in(&sshd, &credentials(&key)).await.unwrap_or_else(|error| panic!("{kind:?}: {error:#}"));
    }
}

#[tokio::test]
async fn a_server_that_gives_up_early_is_a_refusal_and_not_a_lost_line() {
    let options = SshdOptions {
        lines: vec!["Match all".to_owned(), "MaxAuthTries 2".to_owned()],
        ..SshdOptions::default()
    };
    let Some(sshd) = sshd("few tries", &options) else { return };
    let dir = tempfile::tempdir().expect("a folder");
    let keys =
        ["a", "b", "c", "d"].map(|name| Key::generate(dir.path(), name, KeyKind::Ed25519).expect("a key"));
    let keys = keys.iter().map(|key| Secret::new(key.private_text().expect("read the key"))).collect();
    let fault = fault(try_in(&sshd, &Credentials { keys, ..Credentials::default() }).await);
    assert_eq!(fault.code, "auth-refused");
    assert!(fault.fact.contains("Too many authentication failures"), "{fault}");
}

#[tokio::test]
async fn an_agent_signs_without_handing_out_its_key() {
    let Some(sshd) = sshd("agent", &SshdOptions::default()) else { return };
    let agent = Agent::start();
    let credentials = Credentials { agent: Some(agent.socket.clone()), ..Credentials::default() };
    let refused = fault(try_in(&sshd, &credentials).await);
    assert_eq!(refused.code, "auth-refused");
    assert!(refused.fact.contains("the SSH agent holds no key"), "{refused}");
    agent.add(sshd.client_key());
    try_in(&sshd, &credentials).await.expect("connect");
}

#[tokio::test]
async fn an_agent_that_is_not_there_is_named() {
    let Some(sshd) = sshd("no agent", &SshdOptions::default()) else { return };
    let socket = sshd.home().join("no-agent");
    let fault = fault(try_in(&sshd, &Credentials { agent: Some(socket), ..Credentials::default() }).await);
    assert_eq!(fault.code, "agent-unreachable");
    assert!(fault.fact.contains("no-agent"), "{fault}");
}

/// A real ssh-agent for one test.
struct Agent {
    child: Child,
    socket: PathBuf,
    _dir: tempfile::TempDir,
}

impl Agent {
    fn start() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let socket = dir.path().join("agent");
        let mut command = Run::new("ssh-agent").args(["-D", "-a"]).arg(&socket).command();
        let child = command.stdout(std::process::Stdio::null()).spawn().expect("start ssh-agent");
        wait_until("the agent's socket", Duration::from_secs(10), || socket.exists().then_some(()))
            .expect("an agent");
        Self { child, socket, _dir: dir }
    }

    fn add(&self, key: &Key) {
        let add = Run::new("ssh-add").arg("-q").arg(key.path()).env("SSH_AUTH_SOCK", &self.socket);
        add.ok().expect("add the key");
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
