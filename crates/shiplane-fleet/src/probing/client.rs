//! The client's end: sends the errand, hears the lines, and concludes from what was seen.

use std::time::Duration;

use anyhow::Context as _;
use shiplane_core::deploy::Question;
use shiplane_core::fault::Fault;
use shiplane_core::report::{Excerpt, Finding};
use shiplane_core::smoke::{Observed, conclude};
use shiplane_http::{Named, Outcome};
use shiplane_remote::{Attached, Reach};
use tokio::time::timeout;

use super::Seen;
use super::errand::{Errand, Part, Said};

/// What a worker may take beyond the time of its probes: a slow line, and reading logs.
const MARGIN: Duration = Duration::from_secs(60);

/// What all pieces of an answer may be together.
const MOST: usize = 64 * 1024 * 1024;

/// Goes to a host with our own file.
pub(super) async fn attach(reach: &Reach) -> Result<Attached, Fault> {
    let opened = async {
        let binary = std::env::current_exe().context("find our own file")?;
        Attached::open(reach.clone(), &binary, |_, _| ()).await
    };
    opened.await.map_err(|error| as_fault(reach.target.name(), error))
}

fn as_fault(host: &str, error: anyhow::Error) -> Fault {
    match error.downcast::<Fault>() {
        Ok(fault) => fault,
        Err(error) => Fault::could_not("host-not-asked", format!("{host}: {error:#}"))
            .help("check that the host can be reached: `ssh-deploy doctor`"),
    }
}

/// What was heard of one probe so far.
#[derive(Default)]
struct Heard {
    text: String,
    observed: Option<Observed>,
    could_not: Option<Finding>,
    logs: Vec<Excerpt>,
}

/// Asks on the host until every probe is ready or its time is up.
pub(super) async fn ask_there(
    attached: &Attached,
    (probes, ground): (&[&Named], Option<&Question>),
    hear: impl Fn(&str),
) -> Vec<Seen> {
    let project = probes.iter().find_map(|named| named.around.project.clone());
    let parts = probes.iter().map(|named| Part::of(named)).collect();
    let errand = Errand { probes: parts, ground: ground.cloned(), project };
    let mut heard: Vec<Heard> = probes.iter().map(|_| Heard::default()).collect();
    let listening = attached.listen_to("probe", &errand, |line| take(line, &mut heard, &hear));
    let patience = probes.iter().map(|named| longest(named)).max().unwrap_or_default() + MARGIN;
    let ended = match timeout(patience, listening).await {
        Ok(ended) => ended.map_err(|error| as_fault(attached.name(), error)),
        Err(_) => Err(silent(attached.name(), patience)),
    };
    let why = ended.err().unwrap_or_else(|| mute(attached.name()));
    probes.iter().zip(heard).map(|(named, heard)| concluded(named, heard, &why)).collect()
}

fn take(line: &str, heard: &mut [Heard], hear: &impl Fn(&str)) {
    match serde_json::from_str::<Said>(line) {
        Ok(Said::Line(text)) => hear(&text),
        Ok(Said::Piece(at, piece)) => {
            if let Some(heard) = heard.get_mut(at).filter(|heard| heard.text.len() + piece.len() <= MOST) {
                heard.text.push_str(&piece);
            }
        }
        Ok(Said::Seen(at)) => {
            if let Some(heard) = heard.get_mut(at) {
                heard.observed = serde_json::from_str(&std::mem::take(&mut heard.text)).ok();
            }
        }
        Ok(Said::CouldNot(at, finding)) => {
            if let Some(heard) = heard.get_mut(at) {
                heard.could_not = Some(finding);
            }
        }
        Ok(Said::Logs(at, logs)) => {
            if let Some(heard) = heard.get_mut(at) {
                heard.logs = logs;
            }
        }
        // Login files may print something of their own.
        Err(_) => {}
    }
}

/// What the host saw counts, even when the line broke after it; what it thinks of it does not.
fn concluded(named: &Named, heard: Heard, why: &Fault) -> Seen {
    let Heard { observed, could_not, logs, .. } = heard;
    let result = match (observed, could_not) {
        (Some(observed), _) => {
            let findings = conclude(&named.probe.expectation, named.policy.successes, &observed);
            Ok(Outcome { ready: findings.is_empty(), observed, findings })
        }
        (None, Some(finding)) => {
            let fact = format!("on the host: {} ({})", finding.fact, finding.code);
            Err(Fault::could_not("host-not-asked", fact)
                .help("look at the probe in the config, and try again"))
        }
        (None, None) => Err(why.clone()),
    };
    Seen { result, logs }
}

/// How long a probe may take in all.
fn longest(named: &Named) -> Duration {
    let policy = &named.policy;
    let tries = policy.attempt.saturating_add(policy.between).saturating_mul(policy.successes.max(1));
    let once = tries.saturating_add(policy.stable);
    policy.within.map_or(once, |within| within.saturating_add(policy.attempt))
}

fn mute(host: &str) -> Fault {
    Fault::could_not("host-silent", format!("{host} ended its part without a word about this probe"))
        .help("try again; if it stays so, check the room in the host's home directory")
}

fn silent(host: &str, patience: Duration) -> Fault {
    let fact = format!("{host} did not say what it saw, although {} s have passed", patience.as_secs());
    Fault::could_not("host-silent", fact).help("check the load of the host, and try again")
}
