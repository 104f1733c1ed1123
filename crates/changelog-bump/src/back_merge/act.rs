//! The steps of a back-merge: look, open, look again.

use shiplane_action::Call;
use shiplane_core::changelog::pr::back::{From, Plan, Seen, Step, Wish, carrier, plan, title};
use shiplane_core::report::{Level, Phase};
use shiplane_github::{Changed, Client, NewPull, Repository};

use super::report;
use crate::permission::{allowed, missing};
use crate::settled::{Rounds, lost};

/// All that the steps need.
pub(super) struct Job<'a> {
    pub(super) client: &'a Client,
    pub(super) repository: Repository,
    pub(super) call: &'a Call,
}

/// What was done, and how it ended.
pub(super) struct Outcome {
    pub(super) phases: Vec<Phase>,
    /// Whether the token is the workflow's own.
    pub(super) silent: bool,
    pub(super) end: anyhow::Result<End>,
}

/// How it ended.
pub(super) enum End {
    /// One of the answers that need nothing to be done.
    Told(Seen, Plan),
    /// The pull request is open, and can be merged or not, if GitHub says.
    Open(Seen, Option<bool>),
}

/// What GitHub has.
pub(super) async fn seen(client: &Client, repository: &Repository, wish: &Wish) -> anyhow::Result<Seen> {
    let reading = ("read the repository", "contents: read");
    let branch = allowed(client.branch_head(repository, &wish.from).await?, reading)?;
    let (from, head) = match branch {
        Some(head) => (Some(From::Branch), Some(head)),
        None => {
            let tag = allowed(client.tag(repository, &wish.from).await?, reading)?;
            let commit = tag.map(|tag| tag.commit);
            (commit.clone().map(From::Tag), commit)
        }
    };
    let into = allowed(client.branch_head(repository, &wish.into).await?, reading)?;
    let mut seen = Seen { from, ahead: None, carrier: None, pull: None };
    if let (Some(from), Some(head), Some(into)) = (&seen.from, head, into) {
        let name = carrier(wish, from);
        seen.ahead = Some(allowed(client.ahead(repository, (&into, &head)).await?, reading)?);
        seen.carrier = allowed(client.branch_head(repository, &name).await?, reading)?;
        let pull = client.open_pull(repository, (&name, &wish.into)).await?;
        seen.pull = allowed(pull, ("read pull requests", "pull-requests: read"))?;
    }
    Ok(seen)
}

/// Does what is left.
pub(super) async fn carry_out(job: &Job<'_>, wish: &Wish) -> Outcome {
    let mut phases = Vec::new();
    let end = rounds(job, wish, &mut phases).await;
    let mut silent = false;
    if phases.iter().any(|phase| phase.level == Level::Ok) {
        // Not worth an error: it is a hint.
        let identity = job.client.identity(&job.repository).await;
        silent = identity.is_ok_and(|identity| identity.login.starts_with("github-actions"));
    }
    Outcome { phases, silent, end }
}

async fn rounds(job: &Job<'_>, wish: &Wish, phases: &mut Vec<Phase>) -> anyhow::Result<End> {
    let mut rounds = Rounds::default();
    loop {
        let seen = seen(job.client, &job.repository, wish).await?;
        let steps = match plan(wish, &seen) {
            Plan::Steps(steps) => steps,
            other @ (Plan::NoSource | Plan::NoTarget | Plan::Nothing) => return Ok(End::Told(seen, other)),
        };
        if let ([], Some(pull)) = (steps.as_slice(), &seen.pull) {
            let mergeable = job.client.mergeable(&job.repository, pull.number).await?;
            let mergeable = allowed(mergeable, ("read a pull request", "pull-requests: read"))?;
            return Ok(End::Open(seen, mergeable));
        }
        for step in &steps {
            if let Some(message) = one(job, wish, (step, &seen, phases)).await? {
                rounds.unfit(&message);
                job.client.rest().await;
                break;
            }
        }
        rounds.next()?;
    }
}

/// Nothing, or why it does not fit what is there by now.
async fn one(
    job: &Job<'_>,
    wish: &Wish,
    (step, seen, phases): (&Step, &Seen, &mut Vec<Phase>),
) -> anyhow::Result<Option<String>> {
    let running = job.call.progress.phase(&report::step(step));
    let done = match deed(job, wish, (step, seen)).await {
        Err(error) => lost(error).map(Changed::Unfit),
        done => done,
    };
    let (phase, ended) = match done {
        Ok(Changed::Done(note)) => (running.finish(Level::Ok, &note), Ok(None)),
        Ok(Changed::Unfit(message)) => (running.finish(Level::Warning, &message), Ok(Some(message))),
        Ok(Changed::Refused(refusal)) => {
            let right = match step {
                Step::Carry { .. } => ("make a branch", "contents: write"),
                Step::Open => ("open a pull request", "pull-requests: write"),
            };
            (running.finish(Level::Fail, "not done"), Err(missing(refusal, right).into()))
        }
        Err(error) => (running.finish(Level::Fail, "not done"), Err(error)),
    };
    phases.push(phase);
    ended
}

async fn deed(job: &Job<'_>, wish: &Wish, (step, seen): (&Step, &Seen)) -> anyhow::Result<Changed<String>> {
    let (client, repository) = (job.client, &job.repository);
    Ok(match step {
        Step::Carry { branch, commit } => {
            let made = client.make_ref(repository, &format!("refs/heads/{branch}"), commit).await?;
            match made {
                Changed::Done(()) => Changed::Done(format!("{branch} on {commit}")),
                Changed::Unfit(message) => Changed::Unfit(message),
                Changed::Refused(refusal) => Changed::Refused(refusal),
            }
        }
        Step::Open => {
            let head = seen.from.as_ref().map(|from| carrier(wish, from)).unwrap_or_default();
            let (title, body) = (title(wish), report::body(wish, seen));
            let new = NewPull { title: &title, body: &body, head: &head, base: &wish.into };
            match client.open_new_pull(repository, &new).await? {
                Changed::Done(pull) => Changed::Done(format!("#{} at {}", pull.number, pull.url)),
                Changed::Unfit(message) => Changed::Unfit(message),
                Changed::Refused(refusal) => Changed::Refused(refusal),
            }
        }
    })
}
