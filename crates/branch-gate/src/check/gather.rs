//! The facts, from GitHub: one request for all that every rule needs, and more only where the policy asks for more.

use shiplane_action::Progress;
use shiplane_core::gate::facts::Landed;
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
    let (looks, given_up) = wait::for_checks(github, (&request.check, &policy, progress), &mut facts).await?;
    if looks == 0 || given_up.is_some() || wait::has_moved(&facts) {
        return Ok((Seen::PullRequest(facts), given_up));
    }
    // An approval may have been taken back meanwhile: a pass is never said of what was seen before the wait.
    let mut again = seen(github, (request, progress)).await?;
    if let Some(now) = again.pull_request_mut().filter(|now| now.merge_group.is_none()) {
        let (before, now) = (&mut facts.pull_request, &now.pull_request.head);
        if before.head != *now {
            // This run is about the head that it waited for; the new one has a run of its own.
            before.moved_to = Some(now.clone());
            return Ok((Seen::PullRequest(facts), None));
        }
    }
    Ok((again, None))
}

async fn seen(github: &Asked, (request, progress): (&Request, Progress)) -> anyhow::Result<Seen> {
    let Asked { client, subject, own_check } = github;
    let phase = progress.phase(&report::phase_name(subject));
    let mut seen = match subject {
        Subject::PullRequest { pull, head } => {
            let facts = client.gate_facts(pull, head.as_deref()).await?;
            Seen::PullRequest(Box::new(with_more(client, pull, (request, facts)).await?))
        }
        Subject::Queue { pull, commit } => {
            let mut facts = client.gate_facts(pull, None).await?;
            client.queue_checks(&pull.repository, commit, &mut facts).await?;
            Seen::PullRequest(Box::new(with_more(client, pull, (request, facts)).await?))
        }
        Subject::Push(pushed) => Seen::Push(Box::new(push(client, pushed, request).await?)),
    };
    if let Some(facts) = seen.pull_request_mut() {
        facts.own_check = Some(own_check.clone());
    }
    phase.finish(Level::Ok, &report::phase_note(&seen));
    Ok(seen)
}

/// What the policy asks for beyond the first answer.
async fn with_more(
    client: &Client,
    pull: &PullRequestId,
    (request, mut facts): (&Request, Facts),
) -> anyhow::Result<Facts> {
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
            let mut facts = client.gate_facts(&pull, None).await?;
            // Of what has landed, less is asked.
            facts.landed = Some(Landed { commit: commit.clone() });
            let facts = with_more(client, &pull, (request, facts)).await?;
            Some(Box::new(Facts { landed: None, ..facts }))
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
