//! The facts, from GitHub: one request for all that every rule needs, and more only where the policy asks for more.

use shiplane_action::Progress;
use shiplane_core::gate::policy::ProtectionReading;
use shiplane_core::gate::{self, Facts, Needs, Push, Seen};
use shiplane_core::report::{Finding, Level};
use shiplane_github::{Client, PullRequestId};

use super::asked::Asked;
use super::request::Request;
use super::subject::{Pushed, Subject};
use super::{report, wait};

/// What one answer makes necessary is asked next: the files, then their owners, then the owners' teams.
const MOST_ROUNDS: usize = 4;

/// Asks GitHub, waits for checks where that was asked for, and says why it gave up waiting, if it did.
pub(super) async fn settled(
    github: &Asked,
    (request, progress): (&Request, Progress),
) -> anyhow::Result<(Seen, Option<Finding>)> {
    let first = seen(github, (request, progress)).await?;
    let Seen::PullRequest(mut facts) = first else { return Ok((first, None)) };
    let policy = request.policy(&facts.pull_request.base)?;
    let (looks, given_up) =
        wait::for_checks(github, (&request.check.patience, &policy, progress), &mut facts).await?;
    if looks == 0 || given_up.is_some() {
        return Ok((Seen::PullRequest(facts), given_up));
    }
    // An approval may have been taken back meanwhile: a pass is never said of what was seen before the wait.
    Ok((seen(github, (request, progress)).await?, None))
}

async fn seen(github: &Asked, (request, progress): (&Request, Progress)) -> anyhow::Result<Seen> {
    let Asked { client, subject, own_check } = github;
    let phase = progress.phase(&report::phase_name(subject));
    let mut seen = match subject {
        Subject::PullRequest { pull, head } => {
            Seen::PullRequest(Box::new(pull_request(client, pull, (request, head.as_deref())).await?))
        }
        Subject::Queue { pull, commit } => {
            let mut facts = pull_request(client, pull, (request, None)).await?;
            client.queue_checks(&pull.repository, commit, &mut facts).await?;
            Seen::PullRequest(Box::new(facts))
        }
        Subject::Push(pushed) => Seen::Push(Box::new(push(client, pushed, request).await?)),
    };
    if let Some(facts) = seen.pull_request_mut() {
        facts.own_check = Some(own_check.clone());
    }
    phase.finish(Level::Ok, &report::phase_note(&seen));
    Ok(seen)
}

async fn pull_request(
    client: &Client,
    pull: &PullRequestId,
    (request, head): (&Request, Option<&str>),
) -> anyhow::Result<Facts> {
    let mut facts = client.gate_facts(pull, head).await?;
    let policy = request.policy(&facts.pull_request.base)?;
    if policy.protection == ProtectionReading::MustRead {
        client.gate_protection(pull, &mut facts).await?;
    }
    let mut asked = Needs::default();
    for _ in 0..MOST_ROUNDS {
        let needs = gate::needs(&gate::in_force(&policy, &facts), &facts).without(&asked);
        if needs.is_empty() {
            break;
        }
        client.gate_more(pull, &mut facts, &needs).await?;
        asked = needs;
    }
    Ok(facts)
}

async fn push(client: &Client, pushed: &Pushed, request: &Request) -> anyhow::Result<Push> {
    let Pushed { repository, branch, commit, by } = pushed;
    // A branch without rules is told before anything is asked of it.
    request.policy(branch)?;
    let pull_request = match client.landed(repository, branch, commit).await? {
        Some(number) => {
            let pull = PullRequestId { repository: repository.clone(), number };
            Some(Box::new(pull_request(client, &pull, (request, None)).await?))
        }
        None => None,
    };
    Ok(Push {
        repository: repository.to_string(),
        branch: branch.clone(),
        commit: commit.clone(),
        pushed_by: by.clone(),
        pull_request,
        unread: Vec::new(),
    })
}
