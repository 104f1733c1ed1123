//! The server's own settings, and the script that every session goes through.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::{Key, SshdOptions};
use crate::process::Run;
use crate::program::write_program;

/// sshd takes a session to the home that `/etc/passwd` names, whatever `HOME` says; this brings it to the test's own.
const SESSION: &str = r#"#!/bin/sh
cd "$HOME" || exit 1
original=$SSH_ORIGINAL_COMMAND
unset SSH_ORIGINAL_COMMAND
case $original in
"") exec "$SHELL" ;;
internal-sftp*)
    for server in /usr/lib/openssh /usr/lib*/ssh /usr/libexec/openssh /usr/libexec; do
        [ -x "$server/sftp-server" ] && exec "$server/sftp-server"
    done
    echo "no sftp-server on this machine" >&2
    exit 1
    ;;
*) exec "$SHELL" -c "$original" ;;
esac
"#;

/// What the files of one server are made from.
pub(super) struct Config<'a> {
    pub(super) dir: &'a Path,
    pub(super) program: &'a Path,
    pub(super) port: u16,
    pub(super) host_keys: &'a [Key],
}

impl Config<'_> {
    /// Writes the files, and asks sshd whether it likes them.
    pub(super) fn write(&self, options: &SshdOptions, client: &Key) -> Result<()> {
        let session = self.dir.join("session.sh");
        write_program(&session, SESSION).context("write session.sh")?;
        fs::write(self.dir.join("authorized_keys"), format!("{}\n", client.public_line()))
            .context("write authorized_keys")?;
        let text = self.text(options);
        // Since 9.8 a few refused logins shut out their address; earlier versions do not know the word.
        let newer = format!("{text}PerSourcePenalties no\n");
        if self.is_fine(&newer).is_err() {
            self.is_fine(&text)?;
        }
        Ok(())
    }

    fn is_fine(&self, text: &str) -> Result<()> {
        let file = self.dir.join("sshd_config");
        fs::write(&file, text).context("write sshd_config")?;
        Run::new(self.program).args(["-t", "-f"]).arg(&file).ok().map(drop)
    }

    fn text(&self, options: &SshdOptions) -> String {
        let dir = self.dir.display();
        let mut text = format!(
            "Port {}\nListenAddress 127.0.0.1\nPidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\n\
             AuthorizedKeysFile {dir}/authorized_keys\nPubkeyAuthentication yes\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nMaxStartups 100\nMaxSessions 100\nMaxAuthTries 20\nUseDNS no\n\
             PrintMotd no\nPrintLastLog no\nLogLevel VERBOSE\nSubsystem sftp internal-sftp\n\
             ForceCommand {dir}/session.sh\n",
            self.port
        );
        for key in self.host_keys {
            text.push_str(&format!("HostKey {}\n", key.path().display()));
        }
        text.push_str(&format!("SetEnv \"HOME={dir}/home\""));
        for (name, value) in &options.env {
            text.push_str(&format!(" \"{name}={value}\""));
        }
        text.push('\n');
        for line in &options.lines {
            text.push_str(&format!("{line}\n"));
        }
        text
    }
}

/// Adds a public key to those that are let in.
pub(super) fn authorize(dir: &Path, public_line: &str) -> Result<()> {
    let mut file =
        OpenOptions::new().append(true).open(dir.join("authorized_keys")).context("open authorized_keys")?;
    writeln!(file, "{public_line}").context("write authorized_keys")
}
