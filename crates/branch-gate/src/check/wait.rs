//! Waiting for checks that still run: the small question again and again.

use std::time::Duration;

use shiplane_action::Progress;
use shiplane_core::gate;
use shiplane_core::gate::facts::{Check, Facts};
use shiplane_core::gate::policy::Policy;
use shiplane_core::gate::wait::{self, Allowance, Limits, Step, Waited};
use shiplane_core::report::{Finding, Level};
use shiplane_github::Client;
use tokio::time::{Instant, sleep};

use super::asked::Asked;
use super::cli;
use super::report;
use super::subject::Subject;

/// New checks may still appear when all that are there are green.
const SETTLE: Duration = Duration::from_secs(10);

/// Asks until nothing is left that time could change, or until the deadline. Says whether it asked at all, and why it
/// gave up, if it did.
pub(super) async fn for_checks(
    github: &Asked,
    (asked, policy, progress): (&cli::Check, &Policy, Progress),
    facts: &mut Facts,
) -> anyhow::Result<(u64, Option<Finding>)> {
    let Some(deadline) = asked.patience.wait else { return Ok((0, None)) };
    let settle = asked.patience.settle.map_or(SETTLE, |settle| settle.0);
    let settle = if policy.checks.is_empty() { settle } else { Duration::ZERO };
    let phase = progress.phase(report::WAITING);
    let (began, mut polls, mut green) = (Instant::now(), 1, Green::default());
    let given_up = loop {
        let mut findings = gate::evaluate(policy, facts);
        // What the gate itself will end does not stand against waiting.
        findings.retain(|finding| !(asked.deeds.mark_ready && finding.code == report::DRAFT));
        if has_moved(facts) {
            break None;
        }
        let waited =
            Waited { elapsed: began.elapsed(), polls, unchanged_for: green.lasts(&findings, &facts.checks) };
        let limits = Limits { deadline: deadline.0, settle, allowance: allowance(&github.client, facts) };
        match wait::step(&findings, &waited, &limits) {
            Step::Done => break None,
            Step::GiveUp(reason) => break Some(report::given_up(&reason)),
            Step::Wait(pause) => sleep(pause).await,
        }
        polls += 1;
        look_again(github, facts).await?;
    };
    phase.finish(Level::Ok, &report::waited(polls));
    Ok((polls - 1, given_up))
}

/// Whether there is another head now than the one that is judged: its checks are not waited for. In a merge queue it
/// is the queue's commit that is judged.
pub(super) fn has_moved(facts: &Facts) -> bool {
    facts.pull_request.moved_to.is_some() && facts.merge_group.is_none()
}

async fn look_again(Asked { client, subject, .. }: &Asked, facts: &mut Facts) -> anyhow::Result<()> {
    match subject {
        Subject::PullRequest { pull, .. } => client.gate_checks(pull, facts).await.map(drop),
        Subject::Queue { pull, commit } => {
            client.queue_checks(&pull.repository, commit, facts).await.map(drop)
        }
        // What is on the branch has been decided; it is looked at once.
        Subject::Push(_) => Ok(()),
    }
}

/// What the token may still ask, measured on the server's own clock.
fn allowance(client: &Client, facts: &Facts) -> Option<Allowance> {
    let (left, now) = (client.allowance()?, facts.seen_at?);
    let resets_in = u64::try_from(left.reset.seconds() - now.seconds()).unwrap_or_default();
    Some(Allowance { remaining: left.remaining, resets_in: Duration::from_secs(resets_in) })
}

/// Since when the same checks have all been green.
#[derive(Default)]
struct Green {
    since: Option<(Instant, Vec<Check>)>,
}

impl Green {
    fn lasts(&mut self, findings: &[Finding], checks: &[Check]) -> Duration {
        if findings.iter().any(|finding| finding.level > Level::Warning) {
            self.since = None;
            return Duration::ZERO;
        }
        match &self.since {
            Some((since, known)) if known == checks => since.elapsed(),
            Some(_) | None => {
                self.since = Some((Instant::now(), checks.to_vec()));
                Duration::ZERO
            }
        }
    }
}
