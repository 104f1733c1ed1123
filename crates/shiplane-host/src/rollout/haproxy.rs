//! HAProxy: weights and states of two servers over its runtime API (HAProxy docs, "Management Guide", 9.3).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context as _, bail};
use shiplane_core::config::Servers;
use shiplane_core::foreign;
use shiplane_core::rollout::Traffic;

/// Longest time for an answer.
const LIMIT: Duration = Duration::from_secs(5);

/// An answer beyond this is none.
const MOST: u64 = 4 * 1024 * 1024;

/// Bits of `srv_admin_state` for maintenance: by a person, inherited, by the configuration, by a lost name (HAProxy
/// docs, "show servers state").
const MAINTENANCE: u64 = 0x01 | 0x02 | 0x04 | 0x20;

/// Two servers of a backend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proxy<'a> {
    pub(super) socket: &'a str,
    pub(super) backend: &'a str,
    pub(super) servers: &'a Servers,
}

/// A row of `show servers state`.
struct Row {
    /// Unknown in maintenance: nobody checks it then.
    is_up: Option<bool>,
    /// What it takes part with in the balancing.
    weight: u64,
}

impl Proxy<'_> {
    /// Whoever gets more comes first, so that at no moment nobody is there for all. A server for nobody is drained:
    /// a weight alone would be forgotten by a check that comes back up.
    pub(super) fn set(&self, percent: u8) -> anyhow::Result<()> {
        let shares =
            [(&self.servers.canary, percent), (&self.servers.stable, 100_u8.saturating_sub(percent))];
        let (gets, gives): (Vec<_>, Vec<_>) = shares.into_iter().partition(|(_, share)| *share > 0);
        for (server, share) in gets.into_iter().chain(gives) {
            self.tell(&format!("set server {}/{server} weight {share}", self.backend))?;
            let state = if share == 0 { "drain" } else { "ready" };
            self.tell(&format!("set server {}/{server} state {state}", self.backend))?;
        }
        Ok(())
    }

    /// As for nobody, and those whom a cookie keeps with the new version go, too: a drained server would have them.
    pub(super) fn close(&self) -> anyhow::Result<()> {
        let (backend, Servers { stable, canary }) = (self.backend, self.servers);
        self.tell(&format!("set server {backend}/{stable} weight 100"))?;
        self.tell(&format!("set server {backend}/{stable} state ready"))?;
        self.tell(&format!("set server {backend}/{canary} weight 0"))?;
        self.tell(&format!("set server {backend}/{canary} state maint"))
    }

    /// What they have now.
    pub(super) fn read(&self) -> anyhow::Result<Traffic> {
        let answer = self.ask(&format!("show servers state {}", self.backend))?;
        let (stable, canary) =
            (self.row(&answer, &self.servers.stable)?, self.row(&answer, &self.servers.canary)?);
        let sum = stable.weight + canary.weight;
        let share = (canary.weight * 100 + sum / 2).checked_div(sum);
        let percent = share.and_then(|share| u8::try_from(share).ok());
        let percent = percent.context("neither server of the backend gets anybody")?;
        Ok(Traffic::At { percent, stable_up: stable.is_up, canary_up: canary.is_up })
    }

    /// The first line is the form's number, the second names the columns.
    fn row(&self, answer: &str, server: &str) -> anyhow::Result<Row> {
        let mut lines = answer.lines().map(|line| line.trim_start_matches('#').trim());
        let head: Vec<&str> = match lines.find(|line| line.starts_with("be_id ")) {
            Some(line) => line.split_whitespace().collect(),
            None => bail!("HAProxy answers: {}", foreign::clip(&foreign::one_line(answer.trim()), 200)),
        };
        let column = |name: &str| head.iter().position(|column| *column == name);
        let get =
            |words: &[&str], name: &str| column(name).and_then(|at| words.get(at).map(|it| (*it).to_owned()));
        let named = |words: &[&str]| get(words, "srv_name").as_deref() == Some(server);
        let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>()).find(|words| named(words));
        let words = words.with_context(|| format!("the backend {} has no server {server}", self.backend))?;
        let number = |name: &str| -> anyhow::Result<u64> {
            let text = get(&words, name).with_context(|| format!("HAProxy does not say {name}"))?;
            text.parse().with_context(|| format!("HAProxy says `{text}` as {name}"))
        };
        // Any administrative state, be it drain or maintenance, takes it out of the balancing.
        let weight = if number("srv_admin_state")? == 0 { number("srv_uweight")? } else { 0 };
        let is_checked = number("srv_admin_state")? & MAINTENANCE == 0;
        let is_up = number("srv_op_state")? != 0;
        Ok(Row { is_up: is_checked.then_some(is_up), weight })
    }

    /// Says something that is answered by silence; every word is a complaint.
    fn tell(&self, command: &str) -> anyhow::Result<()> {
        let answer = self.ask(command)?;
        match answer.trim() {
            "" => Ok(()),
            said => bail!("HAProxy answers `{command}`: {}", foreign::clip(&foreign::one_line(said), 200)),
        }
    }

    fn ask(&self, command: &str) -> anyhow::Result<String> {
        if self.socket.starts_with('/') {
            let stream =
                UnixStream::connect(self.socket).with_context(|| format!("connect to {}", self.socket))?;
            stream.set_read_timeout(Some(LIMIT)).and_then(|()| stream.set_write_timeout(Some(LIMIT)))?;
            return exchange(stream, command);
        }
        let stream =
            TcpStream::connect(self.socket).with_context(|| format!("connect to {}", self.socket))?;
        stream.set_read_timeout(Some(LIMIT)).and_then(|()| stream.set_write_timeout(Some(LIMIT)))?;
        exchange(stream, command)
    }
}

fn exchange(mut stream: impl Read + Write, command: &str) -> anyhow::Result<String> {
    stream.write_all(format!("{command}\n").as_bytes()).context("ask HAProxy")?;
    let mut answer = String::new();
    stream.take(MOST).read_to_string(&mut answer).context("read HAProxy's answer")?;
    Ok(answer)
}
