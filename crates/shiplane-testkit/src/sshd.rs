//! A real OpenSSH server for one test: own keys, own settings, own home, stopped with its handle.

mod config;
mod keys;
mod tree;

use std::fs;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

pub use self::keys::{Key, KeyKind};
use crate::need::Missing;
use crate::process::{Run, find_program, free_port, wait_until};

/// How often another port is tried when someone took ours in between.
const PORT_TRIES: u32 = 5;
/// How long a server may take until it greets.
const READY: Duration = Duration::from_secs(10);

/// A running server; it stops, sessions included, when this goes away.
#[derive(Debug)]
pub struct Sshd {
    dir: TempDir,
    child: Child,
    port: u16,
    user: String,
    host_keys: Vec<Key>,
    client_key: Key,
}

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct SshdOptions {
    /// The kinds of its host keys.
    pub host_keys: Vec<KeyKind>,
    /// Variables that its sessions get, besides `HOME`.
    pub env: Vec<(String, String)>,
    /// Further lines of its configuration.
    pub lines: Vec<String>,
    /// Where its sessions see `site` of its own home: hosts have the same path, and each its own files there.
    pub site_at: Option<PathBuf>,
}

impl Default for SshdOptions {
    fn default() -> Self {
        Self { host_keys: vec![KeyKind::Ed25519], env: Vec::new(), lines: Vec::new(), site_at: None }
    }
}

impl Sshd {
    /// Whether the programs are here.
    pub fn available() -> Result<PathBuf, Missing> {
        let server = find_program("sshd")
            .ok_or_else(|| Missing::new("no sshd on this machine", "apt-get install openssh-server"))?;
        match (find_program("ssh"), find_program("ssh-keygen")) {
            (Some(_), Some(_)) => Ok(server),
            _ => Err(Missing::new("no ssh client on this machine", "apt-get install openssh-client")),
        }
    }

    /// Starts a server with an Ed25519 host key.
    pub fn start() -> Result<Self> {
        Self::start_with(&SshdOptions::default())
    }

    /// Starts a server.
    pub fn start_with(options: &SshdOptions) -> Result<Self> {
        let program = Self::available()?;
        let user = Run::new("id").arg("-un").ok()?.stdout.trim().to_owned();
        // Root's sshd insists on this directory, which a machine that has not started one yet lacks.
        if rustix::process::geteuid().is_root() {
            fs::create_dir_all("/run/sshd").context("create /run/sshd")?;
        }
        let dir =
            tempfile::Builder::new().prefix("sshd-").tempdir().context("create a directory for sshd")?;
        for name in ["home", "keys"] {
            fs::create_dir(dir.path().join(name)).with_context(|| format!("create {name}"))?;
        }
        let keys = dir.path().join("keys");
        let host_keys: Result<Vec<Key>> =
            options.host_keys.iter().map(|kind| Key::generate(&keys, "host", *kind)).collect();
        let (host_keys, client_key) = (host_keys?, Key::generate(&keys, "client", KeyKind::Ed25519)?);
        for _ in 0..PORT_TRIES {
            let port = free_port();
            let settings = config::Config { dir: dir.path(), program: &program, port, host_keys: &host_keys };
            settings.write(options, &client_key)?;
            let mut child = spawn(&program, dir.path(), options.site_at.as_deref())?;
            if greets(&mut child, port)? {
                let sshd = Self { dir, child, port, user, host_keys, client_key };
                fs::write(sshd.known_hosts_file(), sshd.known_hosts()).context("write known_hosts")?;
                return Ok(sshd);
            }
        }
        bail!("sshd did not start:\n{}", fs::read_to_string(dir.path().join("log")).unwrap_or_default())
    }

    /// The port of 127.0.0.1 it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Who to log in as: the user who runs the test.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The home of its sessions.
    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// The key that is let in.
    pub fn client_key(&self) -> &Key {
        &self.client_key
    }

    /// Its own keys.
    pub fn host_keys(&self) -> &[Key] {
        &self.host_keys
    }

    /// What a `known_hosts` file says about it, a line a key.
    pub fn known_hosts(&self) -> String {
        let line = |key: &Key| format!("[127.0.0.1]:{} {}\n", self.port, key.public_line());
        self.host_keys.iter().map(line).collect()
    }

    /// A file with those lines.
    pub fn known_hosts_file(&self) -> PathBuf {
        self.dir.path().join("known_hosts")
    }

    /// Lets another public key in.
    pub fn authorize(&self, public_line: &str) -> Result<()> {
        config::authorize(self.dir.path(), public_line)
    }

    /// A run of the real `ssh` with a remote command.
    pub fn ssh(&self, command: &str) -> Run {
        let known = format!("UserKnownHostsFile={}", self.known_hosts_file().display());
        let target = format!("{}@127.0.0.1", self.user);
        let run = Run::new("ssh")
            .args(["-F", "none", "-p", &self.port.to_string(), "-i"])
            .arg(self.client_key.path());
        let options = ["StrictHostKeyChecking=yes", "IdentitiesOnly=yes", "BatchMode=yes", &known];
        let run = options.iter().fold(run, |run, option| run.args(["-o", option]));
        run.args([target.as_str(), command]).env("HOME", self.dir.path())
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Cuts every connection, as a lost link does: what runs in the sessions goes on, and new connections are welcome.
    pub fn cut(&self) {
        tree::signal(&tree::servers_below(self.child.id()), Signal::KILL);
    }

    /// Makes it deaf: connections are accepted by the kernel, and nobody answers.
    pub fn pause(&self) {
        tree::signal(&self.servers(), Signal::STOP);
    }

    /// Ends a pause.
    pub fn resume(&self) {
        tree::signal(&self.servers(), Signal::CONT);
    }

    fn servers(&self) -> Vec<u32> {
        let mut servers = tree::servers_below(self.child.id());
        servers.push(self.child.id());
        servers
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let mut all = tree::below(self.child.id());
        all.push(self.child.id());
        // What a session has left behind on purpose is known by its home.
        all.extend(tree::with_variable("HOME", &self.home()));
        tree::signal(&all, Signal::KILL);
        drop(self.child.wait());
    }
}

/// Mounts a directory for this process and its children only, and becomes the rest of the words.
const WITH_SITE: &str = r#"mount --bind "$1" "$2" && shift 2 && exec "$@""#;

fn spawn(program: &Path, dir: &Path, site_at: Option<&Path>) -> Result<Child> {
    let run = match site_at {
        None => Run::new(program),
        Some(at) => {
            let own = dir.join("home/site");
            fs::create_dir_all(&own).context("create a site")?;
            Run::new("unshare").args(["-m", "sh", "-c", WITH_SITE, "sh"]).arg(own).arg(at).arg(program)
        }
    };
    let run = run.args(["-D", "-f"]).arg(dir.join("sshd_config")).arg("-E").arg(dir.join("log"));
    let mut command = run.command();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().with_context(|| format!("start {}", program.display()))
}

/// Whether it has said hello; `false` when it went away, as it does when its port is taken.
fn greets(child: &mut Child, port: u16) -> Result<bool> {
    let mut last_word = || -> Option<bool> {
        if child.try_wait().ok().flatten().is_some() {
            return Some(false);
        }
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
        stream.set_read_timeout(Some(READY)).ok()?;
        let mut hello = [0; 8];
        stream.read_exact(&mut hello).ok()?;
        (&hello == b"SSH-2.0-").then_some(true)
    };
    wait_until("sshd to say hello", READY, &mut last_word)
}
