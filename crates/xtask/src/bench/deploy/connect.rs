//! Connect, log in and run one command, each in a process of its own: ours against the OpenSSH client.

use anyhow::Context as _;
use shiplane_testkit::sshd::Sshd;

use super::super::{Race, executable};
use crate::process::Run;
use crate::repo::Repo;

/// Tells the medians and their ratio.
pub(super) fn measure(repo: &Repo, turns: u32) -> anyhow::Result<()> {
    race(repo)?.tell(turns)
}

/// Both sides with the same key, the same known hosts and the same server.
fn race(repo: &Repo) -> anyhow::Result<Race> {
    let out = Run::new("cargo")
        .args(["build", "--release", "--locked", "--package", "shiplane-remote", "--example", "connect"])
        .args(["--message-format", "json"])
        .dir(repo.root())
        .output()?;
    let ours = executable(&out).context("find the example that cargo built")?;
    let sshd = Sshd::start()?;
    let folder = tempfile::tempdir().context("make a folder")?;
    let known = folder.path().join("known_hosts");
    std::fs::write(&known, sshd.known_hosts()).context("write known_hosts")?;
    let (known, key) = (known.display().to_string(), sshd.client_key().path().display().to_string());
    let (user, port) = (sshd.user().to_owned(), sshd.port().to_string());
    let ours = {
        let (host, key, known) = (format!("{user}@127.0.0.1:{port}"), key.clone(), known.clone());
        move || Run::new(&ours).args([&host, &key, &known]).output().map(drop)
    };
    let peer = move || {
        // The server and its folder live as long as this closure.
        let _alive = (&sshd, &folder);
        let options =
            ["IdentitiesOnly=yes", "StrictHostKeyChecking=yes", &format!("UserKnownHostsFile={known}")]
                .map(|option| ["-o".to_owned(), option.to_owned()])
                .concat();
        let ssh = Run::new("ssh").args(["-F", "none", "-i", &key, "-p", &port]).args(options);
        ssh.args([&format!("{user}@127.0.0.1"), "true"]).output().map(drop)
    };
    Ok(Race { ours: Box::new(ours), peer: Box::new(peer) })
}
