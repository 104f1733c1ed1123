//! The worker's verb `probe`: waits on the host, so that no try costs a round trip.

use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use futures_util::future::join_all;
use shiplane_core::fault::Fault;
use shiplane_core::report::{Excerpt, Finding};
use shiplane_core::smoke::HostQuestion;
use shiplane_host::{HostProbe, Site};
use shiplane_http::{Ask, Named, Outcome, observe, observe_by};

use super::asker::HostAsker;
use super::errand::{Errand, Part, Said};

/// The longest piece of an answer; with its escapes it stays well below the longest line that is read.
const PIECE: usize = 100_000;

/// When this process was called as `<binary> worker …`, does the work and says how to exit.
pub fn called_as_worker() -> Option<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).take(3).collect();
    if words != ["worker", "probe"] {
        return shiplane_host::called_as_worker();
    }
    Some(match answer() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "{error:#}").ok();
            ExitCode::FAILURE
        }
    })
}

/// Reads the errand from the first line of the input. The input stays open as long as somebody listens.
fn answer() -> anyhow::Result<()> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("read an errand")?;
    // An error of the parser would quote what it read, and that may be a secret.
    let errand: Errand =
        serde_json::from_str(&line).map_err(|_| anyhow::anyhow!("the errand cannot be read"))?;
    drop(line);
    shiplane_host::while_somebody_listens();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("start a runtime")?;
    let Errand { probes, ground, project } = errand;
    let site = Arc::new(Site::new(ground, project.as_deref()));
    let all = probes.into_iter().enumerate().map(async |(at, part)| one((at, part), &site).await);
    let told = runtime.block_on(join_all(all));
    // A look that hangs must not keep us.
    runtime.shutdown_background();
    told.into_iter().collect()
}

async fn one((at, part): (usize, Part), site: &Arc<Site>) -> anyhow::Result<()> {
    let outcome = match part.settle() {
        Ok(named) => asked(&named, site).await.map(|outcome| (named, outcome)),
        Err(fault) => Err(fault),
    };
    let (named, outcome) = match outcome {
        Ok(both) => both,
        Err(fault) => {
            let finding = Finding::unknown(fault.code, &fault.fact);
            return say(&Said::CouldNot(at, finding));
        }
    };
    if !outcome.ready {
        let logs = logs(&named, site).await;
        if !logs.is_empty() {
            say(&Said::Logs(at, logs))?;
        }
    }
    let text = serde_json::to_string(&outcome.observed)?;
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = (PIECE.min(rest.len())..=rest.len()).find(|end| rest.is_char_boundary(*end));
        let (piece, more) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
        say(&Said::Piece(at, piece.to_owned()))?;
        rest = more;
    }
    say(&Said::Seen(at))
}

async fn asked(named: &Named, site: &Arc<Site>) -> Result<Outcome, Fault> {
    let tell = |line: &str| {
        // Whoever listens no more is noticed elsewhere.
        say(&Said::Line(line.to_owned())).ok();
    };
    match &named.probe.ask {
        Ask::Http(_) | Ask::Dial(_) => observe(named, tell).await,
        Ask::Host(question) => {
            if let HostQuestion::Containers { .. } = question {
                let site = Arc::clone(site);
                // A first look that finds nothing prepared does it itself.
                tokio::task::spawn_blocking(move || site.prepare()).await.ok();
            }
            let asker = HostAsker::new(HostProbe::new(question.clone(), Arc::clone(site)));
            Ok(observe_by(&asker, named, tell).await)
        }
    }
}

/// Logs that may tell why; nothing where no Compose project is known.
async fn logs(named: &Named, site: &Arc<Site>) -> Vec<Excerpt> {
    if !site.has_project() {
        return Vec::new();
    }
    let services = match &named.probe.ask {
        Ask::Host(HostQuestion::Containers { services, .. }) => services.clone(),
        Ask::Host(HostQuestion::Command { .. } | HostQuestion::File { .. }) | Ask::Http(_) | Ask::Dial(_) => {
            Vec::new()
        }
    };
    let (site, one_shot) = (Arc::clone(site), named.probe.expectation.containers.one_shot.clone());
    let work = move || shiplane_host::logs(&site, &services, &one_shot);
    tokio::task::spawn_blocking(work).await.unwrap_or_default()
}

fn say(said: &Said) -> anyhow::Result<()> {
    let line = serde_json::to_string(said)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").context("print an answer")?;
    out.flush().context("print an answer")
}
