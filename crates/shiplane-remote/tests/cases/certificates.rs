//! Logging in with a certificate that an authority of the server's signed.

use std::path::Path;

use shiplane_remote::{Credentials, Host, connect};
use shiplane_testkit::process::Run;
use shiplane_testkit::sshd::{Key, KeyKind, Sshd, SshdOptions};
use tempfile::TempDir;

use super::ground::{credentials, fault, known, limits, sshd, target};

/// A server that knows no key of ours, and an authority that it trusts.
struct Ground {
    sshd: Sshd,
    authority: Key,
    own: Key,
    _dir: TempDir,
}

impl Ground {
    fn new(test: &str) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a folder");
        let make = |name| Key::generate(dir.path(), name, KeyKind::Ed25519).expect("a key");
        let (authority, own) = (make("authority"), make("own"));
        let trusted = format!("TrustedUserCAKeys {}.pub", authority.path().display());
        let options = SshdOptions { lines: vec![trusted], ..SshdOptions::default() };
        Some(Self { sshd: sshd(test, &options)?, authority, own, _dir: dir })
    }

    /// A certificate about the key, as `ssh-keygen` signs it.
    fn sign(&self, principal: &str, validity: &str) -> String {
        let public = append(self.own.path(), ".pub");
        let sign =
            Run::new("ssh-keygen").args(["-q", "-I", "deploys", "-n", principal, "-V", validity, "-s"]);
        sign.arg(self.authority.path()).arg(&public).ok().expect("sign");
        std::fs::read_to_string(append(self.own.path(), "-cert.pub")).expect("read the certificate")
    }

    async fn try_in(&self, certificate: String) -> anyhow::Result<Host> {
        let credentials = Credentials { certificates: vec![certificate], ..credentials(&self.own) };
        connect(&target(&self.sshd), &credentials, &known(&self.sshd), &limits()).await
    }
}

fn append(path: &Path, ending: &str) -> std::path::PathBuf {
    path.with_file_name(format!("{}{ending}", path.file_name().expect("a name").to_string_lossy()))
}

#[tokio::test]
async fn a_certificate_opens_what_the_key_alone_does_not() {
    let Some(ground) = Ground::new("certificate") else { return };
    let alone =
        connect(&target(&ground.sshd), &credentials(&ground.own), &known(&ground.sshd), &limits()).await;
    assert_eq!(fault(alone).code, "auth-refused");
    let certificate = ground.sign(ground.sshd.user(), "always:forever");
    ground.try_in(certificate).await.expect("connect");
}

#[tokio::test]
async fn a_refused_certificate_is_described() {
    let Some(ground) = Ground::new("refused certificate") else { return };
    let other = fault(ground.try_in(ground.sign("somebody-else", "always:forever")).await);
    assert_eq!(other.code, "auth-refused");
    assert!(other.fact.contains("certificate `deploys` for somebody-else, valid for ever"), "{other}");
    let over = fault(ground.try_in(ground.sign(ground.sshd.user(), "20200101:20200102")).await);
    assert!(over.fact.contains("valid until 2020-01-0"), "{over}");
}

#[tokio::test]
async fn a_certificate_of_another_key_and_a_text_that_is_none_are_asked_wrongly() {
    let Some(ground) = Ground::new("wrong certificate") else { return };
    let certificate = ground.sign(ground.sshd.user(), "always:forever");
    let other = Credentials { certificates: vec![certificate], ..credentials(ground.sshd.client_key()) };
    let mismatch = connect(&target(&ground.sshd), &other, &known(&ground.sshd), &limits()).await;
    assert_eq!(fault(mismatch).code, "certificate-mismatch");
    assert_eq!(fault(ground.try_in("ssh-ed25519 AAAA".to_owned()).await).code, "certificate-invalid");
}
