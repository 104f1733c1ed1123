//! What flow d has around it: staging, and production with two places behind a real HAProxy, whose counters a real
//! Prometheus reads.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use shiplane_testkit::http::Call;
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Run, free_port, wait_until};
use shiplane_testkit::prometheus::Prometheus;
use shiplane_testkit::services::Haproxy;

use super::stage::{Flow, example};
use crate::scenarios::shop::Done;

/// How long Prometheus may take to see something.
const PATIENCE: Duration = Duration::from_secs(60);

/// Prometheus is for those who have it.
pub(super) const TOKEN: &str = "numbers-for-the-team-alone";

/// The servers of flow d.
pub(super) struct Street {
    home: PathBuf,
    canary: u16,
    proxy: Haproxy,
    prometheus: Prometheus,
    numbers: u16,
}

impl Street {
    /// Opens it, and puts its addresses into the flow's config; `None` where a part is missing.
    pub(super) fn open(test: &str, flow: &Flow) -> Result<Option<Self>> {
        if need(test, Haproxy::available()).is_none() || need(test, Prometheus::available()).is_none() {
            return Ok(None);
        }
        let home = flow.shop.sshd.home().to_owned();
        // What the flow has on port 8080 is at the shop's port here.
        let (staging, stable, canary, metrics) = (free_port(), flow.shop.port(), free_port(), free_port());
        for (place, port) in [("staging", staging), ("stable", stable), ("canary", canary)] {
            fs::create_dir(home.join(place)).with_context(|| format!("make a place for {place}"))?;
            serve(home.join(place), port)?;
        }
        // Not every second: twice this is what counts as silence, on a machine that others keep busy, too.
        let prometheus = Prometheus::every("3s", &format!("127.0.0.1:{metrics}"))?;
        let numbers = free_port();
        let proxy = Haproxy::with(&format!(
            "frontend metrics\n bind 127.0.0.1:{metrics}\n http-request use-service prometheus-exporter\n\
             frontend numbers\n bind 127.0.0.1:{numbers}\n default_backend numbers\n\
             \x20http-request deny unless {{ req.hdr(authorization) -m str \"Bearer {TOKEN}\" }}\n\
             backend numbers\n server prometheus {}\n{}",
            prometheus.url().trim_start_matches("http://"),
            backend(stable, canary)?
        ))?;
        let street = Self { home, canary, proxy, prometheus, numbers };
        street.localise(flow, staging)?;
        street.counted()?;
        Ok(Some(street))
    }

    fn localise(&self, flow: &Flow, staging: u16) -> Result<()> {
        let place = |name: &str| self.home.join(name).display().to_string();
        // Two servers that are one machine here: staging cannot answer at the address of production.
        let (site, here) = ("{ http: \"http://{host}", format!("{{ http: \"http://127.0.0.1:{staging}"));
        let probe = format!("probes:\n  staging: {here}/\", within: 5s }}\n");
        flow.config(&[
            ("/srv/shop/canary", &place("canary")),
            ("/srv/shop/stable", &place("stable")),
            ("/srv/shop", &place("staging")),
            ("/run/haproxy/admin.sock", &self.proxy.socket().display().to_string()),
            ("smoke: [web, version]", "smoke: [staging, version]"),
            ("probes:\n", &probe),
            (&format!("{site}/version"), &format!("{here}/version")),
            (&format!("{site}/"), &format!("{{ http: \"http://{{host}}:{}/", self.proxy.port())),
            (":8081/", &format!(":{}/", self.canary)),
            ("http://203.0.113.20:9090", &format!("http://127.0.0.1:{}", self.numbers)),
            ("within: 1m", "within: 5s"),
        ])?;
        flow.commit("chore: addresses").map(drop)
    }

    /// How many of so many users, each with a cart, get a page that says this.
    pub(super) fn users(&self, count: usize, says: &str) -> Result<usize> {
        let url = format!("http://127.0.0.1:{}/cart", self.proxy.port());
        let call = Call::get(&url).header("connection", "close");
        let mut found = 0;
        for _ in 0..count {
            found += usize::from(call.send()?.body.contains(says));
        }
        Ok(found)
    }

    /// What the canary's place says of itself, to those who ask it straight.
    pub(super) fn canary(&self) -> Result<String> {
        let reply = Call::get(&format!("http://127.0.0.1:{}/version.json", self.canary)).send()?;
        let told: Value = serde_json::from_str(&reply.body).context("read the version")?;
        Ok(told["version"].as_str().unwrap_or_default().to_owned())
    }

    /// From now on the canary's server takes its time with that version.
    pub(super) fn slow_down(&self, version: &str) -> Result<()> {
        fs::write(self.home.join("canary/slow"), version).context("slow the canary down")
    }

    /// Waits until Prometheus has read all that was counted so far, and takes it for the past.
    pub(super) fn counted(&self) -> Result<()> {
        let now = self.ask("time()")?.context("ask Prometheus for the time")?;
        wait_until("Prometheus to read the counters", PATIENCE, || {
            let read = self.ask("timestamp(up)").ok()??;
            let seen = self.ask("time()").ok()??.floor() >= read;
            (read > now && seen).then_some(())
        })
    }

    fn ask(&self, query: &str) -> Result<Option<f64>> {
        let reply = Call::get(&format!("{}/api/v1/query?query={query}", self.prometheus.url())).send()?;
        let answer: Value = serde_json::from_str(&reply.body).context("read what Prometheus says")?;
        let result = &answer["data"]["result"];
        let value = if result[0].is_object() { &result[0]["value"][1] } else { &result[1] };
        Ok(value.as_str().and_then(|value| value.parse().ok()))
    }

    /// Hours go by on the server: all that the rollout remembers is so much longer ago.
    pub(super) fn hours_pass(&self, hours: u64) -> Result<()> {
        let file = self.home.join("stable/.shiplane/rollout.json");
        let mut state = self.rollout()?;
        for key in ["began", "changed", "window", "since"] {
            if let Some(at) = state[key].as_u64() {
                state[key] = json!(at - hours * 3_600_000);
            }
        }
        fs::write(file, state.to_string()).context("make the rollout older")
    }

    fn rollout(&self) -> Result<Value> {
        let text = fs::read_to_string(self.home.join("stable/.shiplane/rollout.json"))?;
        serde_json::from_str(&text).context("read the rollout")
    }

    /// What a file of a place says.
    pub(super) fn read(&self, file: &str) -> Result<String> {
        fs::read_to_string(self.home.join(file)).with_context(|| format!("read {file} on the server"))
    }

    /// The names in a directory of a place.
    pub(super) fn names(&self, dir: &str) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.home.join(dir)).with_context(|| format!("list {dir}"))?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

/// The next release of the page, pushed.
pub(super) fn release(flow: &Flow, page: &str) -> Result<()> {
    flow.shop.work.write("index.html", format!("<!doctype html>\n<h1>{page}</h1>\n"))?;
    flow.commit(&format!("feat: {page}")).map(drop)
}

/// The page as it is now, live there before the story begins.
pub(super) fn deploy(flow: &Flow, environment: &str, version: &str) -> Result<()> {
    upload(flow, environment, version)?.expect(0);
    Ok(())
}

/// The same, whatever comes of it.
pub(super) fn upload(flow: &Flow, environment: &str, version: &str) -> Result<Done> {
    let (work, commit) = (flow.shop.work.dir(), flow.shop.work.head()?);
    Run::new("make").arg("dist").dir(work).ok()?;
    let args = ["deploy", "--environment", environment, "--commit", &commit, "--release-version", version];
    let done = flow.shop.tool("ssh-deploy", &args)?;
    fs::remove_dir_all(work.join("dist")).context("take dist away")?;
    Ok(done)
}

/// The backend that the flow's page tells people to have.
fn backend(stable: u16, canary: u16) -> Result<String> {
    let page = fs::read_to_string(example("d").join("README.md")).context("read the page of flow d")?;
    let (_, rest) = page.split_once("```text\nbackend shop\n").context("find the backend in the page")?;
    let (servers, _) = rest.split_once("```").context("find the backend's end")?;
    let servers = servers.replace(":8080", &format!(":{stable}")).replace(":8081", &format!(":{canary}"));
    Ok(format!("backend shop\n{servers}"))
}

/// A web server for the files of a place.
fn serve(place: PathBuf, port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).context("bind a port")?;
    std::thread::spawn(move || {
        let mut carts = 0;
        listener.incoming().flatten().for_each(|stream| answer(&place, stream, &mut carts));
    });
    Ok(())
}

/// A release that says `broken` shows no page; in one that says `fails` or `crashes` no cart is well, and in one that
/// says `shaky` one of 75 is not.
fn answer(place: &Path, mut stream: TcpStream, carts: &mut u32) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    lines.find(String::is_empty);
    let path = first.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let file = if matches!(path, "" | "cart") { "index.html" } else { path };
    *carts += u32::from(path == "cart");
    let (status, body) = match fs::read_to_string(place.join("current").join(file)) {
        Ok(page) if page.contains("crashes") && path == "cart" => return,
        Ok(page) if page.contains("shaky") && path == "cart" && carts.is_multiple_of(75) => ("500 No", page),
        Ok(page) if page.contains("broken") || page.contains("fails") && path == "cart" => ("500 No", page),
        Ok(page) => ("200 OK", page),
        Err(error) => ("404 Not Found", error.to_string()),
    };
    let version = fs::read_to_string(place.join("current/version.json")).unwrap_or_default();
    if fs::read_to_string(place.join("slow")).is_ok_and(|slow| version.contains(&slow)) {
        std::thread::sleep(Duration::from_millis(2100));
    }
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).ok();
}
