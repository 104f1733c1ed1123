//! Connect, log in and run one command, each in a process of its own: ours against the OpenSSH client.

use anyhow::Context as _;
use shiplane_testkit::sshd::Sshd;

use crate::bench::Race;
use crate::bench::tools::Tools;
use crate::process::Run;

/// Tells the medians and their ratio.
pub(super) fn measure(tools: &Tools<'_>, turns: u32) -> anyhow::Result<()> {
    race(tools)?.tell(turns)
}

/// Both sides with the same key, the same known hosts and the same server.
fn race(tools: &Tools<'_>) -> anyhow::Result<Race> {
    let ours = tools.build(&["--package", "shiplane-remote", "--example", "connect"])?;
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
