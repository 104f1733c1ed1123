//! Upload of a tree of which little changed: from the start of the tool until the host has the new release whole,
//! against rsync making the same directory.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use shiplane_testkit::relay::Relay;
use shiplane_testkit::sshd::Sshd;
use tempfile::TempDir;

use crate::bench::tools::Tools;
use crate::bench::{median, timed};
use crate::process::Run;
use crate::say;

const FILES: usize = 2000;
const SIZE: usize = 100_000;

/// Every how many files one is rewritten in a turn.
const CHANGED: usize = 100;

/// More turns tell nothing new.
const TURNS: u32 = 7;

pub(super) fn measure(tools: &Tools<'_>, turns: u32) -> anyhow::Result<()> {
    let tool = tools.binary("ssh-deploy")?;
    for round_trip in [Duration::ZERO, Duration::from_millis(50)] {
        let mut race = Race::ready(&tool, round_trip)?;
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        // The first turn sends everything and warms what can be warm.
        race.turn()?;
        for _ in 0..turns.clamp(1, TURNS) {
            let (one, other) = race.turn()?;
            ours.push(one);
            peer.push(other);
        }
        let (ours, peer) = (median(ours)?, median(peer)?);
        let ratio = ours.as_secs_f64() / peer.as_secs_f64();
        say::line(&format!(
            "  round trip {round_trip:?}: ours {ours:.2?}, rsync {peer:.2?}, ratio {ratio:.2}"
        ));
    }
    Ok(())
}

struct Race {
    sshd: Sshd,
    dir: TempDir,
    port: u16,
    tool: String,
    turn: usize,
}

impl Race {
    fn ready(tool: &str, round_trip: Duration) -> anyhow::Result<Self> {
        let (sshd, dir) = (Sshd::start()?, tempfile::tempdir().context("make a directory")?);
        let port = match round_trip {
            Duration::ZERO => sshd.port(),
            both => Relay::to(sshd.port(), both / 2)?.port,
        };
        for folder in ["home", "dist"] {
            fs::create_dir(dir.path().join(folder)).context("make a directory")?;
        }
        for folder in ["www", "peer"] {
            fs::create_dir(sshd.home().join(folder)).context("make a directory")?;
        }
        let race = Self { sshd, dir, port, tool: tool.to_owned(), turn: 0 };
        (0..FILES).try_for_each(|number| race.write(number))?;
        let known = race.sshd.known_hosts().replace(&race.sshd.port().to_string(), &port.to_string());
        fs::write(race.dir.path().join("known_hosts"), known).context("write known_hosts")?;
        let config = format!(
            "version: 1\nenvironments:\n  production:\n    hosts: [\"{}@127.0.0.1:{port}\"]\n    path: {}\n    \
             strategy: files\n",
            race.sshd.user(),
            race.sshd.home().join("www").display()
        );
        fs::write(race.dir.path().join("shiplane.yml"), config).context("write the config")?;
        Ok(race)
    }

    fn dist(&self) -> PathBuf {
        self.dir.path().join("dist")
    }

    /// Half noise, half text; another one every turn.
    fn write(&self, number: usize) -> anyhow::Result<()> {
        let mut state = (number * 7919 + self.turn * 104_729 + 1) as u64;
        let mut bytes = Vec::with_capacity(SIZE);
        while bytes.len() < SIZE / 2 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            bytes.extend(state.to_be_bytes().iter().take(4));
        }
        let line = format!("line of file {number} in turn {}\n", self.turn);
        bytes.extend(line.bytes().cycle().take(SIZE - bytes.len()));
        let folder = self.dist().join(format!("d{}", number % 40));
        fs::create_dir_all(&folder).context("make a directory")?;
        fs::write(folder.join(format!("f{number}")), bytes).context("write a file")
    }

    /// Changes one file in a hundred; both sides send the same.
    fn turn(&mut self) -> anyhow::Result<(Duration, Duration)> {
        self.turn += 1;
        let changed = (0..FILES).filter(|number| number % CHANGED == self.turn % CHANGED);
        changed.into_iter().try_for_each(|number| self.write(number))?;
        let ours = self.ours()?;
        let peer = timed(&|| self.rsync())?;
        Ok((ours, peer))
    }

    /// The tool goes on to deploy; its time is taken when it says that the upload is done.
    fn ours(&self) -> anyhow::Result<Duration> {
        let path = self.dir.path();
        let key = self.sshd.client_key().private_text()?;
        let known = fs::read_to_string(path.join("known_hosts")).context("read known_hosts")?;
        let commit = format!("{:040x}", self.turn);
        let config = path.join("shiplane.yml");
        let run = Run::new(Path::new(&self.tool))
            .args(["deploy", "--commit", &commit, "--format", "json", "--config"])
            .args([&config])
            .dir(path)
            .env("HOME", path.join("home"))
            .env("SSH_PRIVATE_KEY", key)
            .env("SHIPLANE_KNOWN_HOSTS", known);
        let began = Instant::now();
        let mut command = run.into_inner();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().context("start the tool")?;
        let lines = BufReader::new(child.stderr.take().context("hear the tool")?).lines();
        let (mut took, mut said) = (None, String::new());
        for line in lines {
            let line = line.context("hear the tool")?;
            if line.starts_with("upload to") && line.contains(" done in ") {
                took = Some(began.elapsed());
            }
            said = said + &line + "\n";
        }
        match (took, child.wait().context("wait for the tool")?.success()) {
            (Some(took), true) => Ok(took),
            (_, _) => bail!("the tool did not deploy:\n{said}"),
        }
    }

    fn rsync(&self) -> anyhow::Result<()> {
        let peer = self.sshd.home().join("peer");
        let before = peer.join((self.turn - 1).to_string());
        let shell = format!(
            "ssh -F none -p {} -i {} -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile={}",
            self.port,
            self.sshd.client_key().path().display(),
            self.dir.path().join("known_hosts").display()
        );
        let target =
            format!("{}@127.0.0.1:{}/", self.sshd.user(), peer.join(self.turn.to_string()).display());
        Run::new("rsync")
            .args(["-rlpz", "-c", "-e", &shell])
            .args([
                format!("--link-dest={}", before.display()),
                format!("{}/", self.dist().display()),
                target,
            ])
            .output()
            .map(drop)
    }
}
