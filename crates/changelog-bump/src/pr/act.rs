//! The steps for the release pull request: look, do what is left, look again.

use shiplane_action::Call;
use shiplane_core::changelog::pr::{Offer, Plan, PullSeen, Seen, Standing, Step, Wish, Work, message, plan};
use shiplane_core::fault::Fault;
use shiplane_core::report::{Finding, Level, Phase};
use shiplane_github::{Changed, Client, Identity, NewPull, Repository};

use crate::permission::{allowed, missing};
use crate::prepared::Prepared;
use crate::settled::{Rounds, is_protected, lost};

const CONTENTS: &str = "contents: write";
const PULLS: &str = "pull-requests: write";

/// All that the steps need.
pub(super) struct Job<'a> {
    pub(super) client: &'a Client,
    pub(super) repository: Repository,
    pub(super) call: &'a Call,
    pub(super) prepared: &'a Prepared,
}

/// What was done, and how it ended.
pub(super) struct Outcome {
    pub(super) phases: Vec<Phase>,
    pub(super) findings: Vec<Finding>,
    pub(super) pull: Option<PullSeen>,
    /// Whether the token is the workflow's own.
    pub(super) silent: bool,
    pub(super) end: anyhow::Result<Vec<Finding>>,
}

/// What GitHub has.
pub(super) async fn seen(client: &Client, repository: &Repository, wish: &Wish) -> anyhow::Result<Seen> {
    let reading = ("read the repository", "contents: read");
    let base = allowed(client.branch_head(repository, &wish.base).await?, reading)?;
    let branch = match allowed(client.branch_head(repository, &wish.branch).await?, reading)? {
        None => None,
        Some(head) => match &base {
            Some(base) => {
                let beyond = allowed(client.beyond(repository, (base, &head)).await?, reading)?;
                Some(beyond.ok_or_else(|| {
                    let fact = format!("{} and {} cannot be compared", wish.base, wish.branch);
                    Fault::could_not("branch-unrelated", fact)
                        .help("delete the branch, or name another with --branch")
                })?)
            }
            None => None,
        },
    };
    let pulls = client.open_pull(repository, (&wish.branch, &wish.base)).await?;
    let pull = allowed(pulls, ("read pull requests", "pull-requests: read"))?;
    Ok(Seen { base, branch, pull })
}

/// Does what is left.
pub(super) async fn carry_out(job: &Job<'_>, wish: &Wish) -> Outcome {
    let mut outcome =
        Outcome { phases: Vec::new(), findings: Vec::new(), pull: None, silent: false, end: Ok(Vec::new()) };
    outcome.end = rounds(job, wish, &mut outcome).await;
    outcome
}

async fn rounds(job: &Job<'_>, wish: &Wish, outcome: &mut Outcome) -> anyhow::Result<Vec<Finding>> {
    let identity = job.client.identity(&job.repository).await?;
    let mut rounds = Rounds::default();
    loop {
        let seen = seen(job.client, &job.repository, wish).await?;
        let Work { steps, findings } = match plan(wish, &seen) {
            Plan::Refused(findings) => return Ok(findings),
            Plan::Work(work) => work,
        };
        // Closing tells once, before the pull request is no longer seen.
        if !findings.is_empty() {
            outcome.findings = findings;
        }
        outcome.pull = seen.pull;
        let mut left = false;
        for step in &steps {
            match one(job, wish, (step, &identity, outcome)).await? {
                Ended::Done => left = true,
                Ended::Nothing => {}
                Ended::Unfit(message) if is_protected(&message) => {
                    return Ok(vec![protected(wish, &message)]);
                }
                Ended::Unfit(message) => {
                    job.client.rest().await;
                    rounds.unfit(&message);
                    left = true;
                    break;
                }
            }
        }
        if !left {
            return Ok(Vec::new());
        }
        outcome.silent = identity.login.starts_with("github-actions");
        rounds.next()?;
    }
}

fn protected(wish: &Wish, message: &str) -> Finding {
    let fact = format!("the repository's rules refuse a push to {}: {message}", wish.branch);
    Finding::fail("push-protected", fact)
        .help("let the App of the token pass the rule by, or name another --branch")
}

/// How one step ended.
enum Ended {
    Done,
    /// It was as it should be already.
    Nothing,
    Unfit(String),
}

async fn one(
    job: &Job<'_>,
    wish: &Wish,
    (step, identity, outcome): (&Step, &Identity, &mut Outcome),
) -> anyhow::Result<Ended> {
    let running = job.call.progress.phase(&step.name(wish));
    let done = match deed(job, wish, (step, identity, outcome)).await {
        Err(error) => lost(error).map(Changed::Unfit),
        done => done,
    };
    let (phase, ended) = match done {
        Ok(Changed::Done(Some(note))) => (running.finish(Level::Ok, &note), Ok(Ended::Done)),
        Ok(Changed::Done(None)) => return Ok(Ended::Nothing),
        Ok(Changed::Unfit(message)) => (running.finish(Level::Warning, &message), Ok(Ended::Unfit(message))),
        Ok(Changed::Refused(refusal)) => {
            let (doing, right) = match step {
                Step::Build(_) => ("push to the branch", CONTENTS),
                Step::Open(_) | Step::Edit(..) | Step::Close(_) => ("change a pull request", PULLS),
                Step::Label(_) => ("put a label on a pull request", PULLS),
            };
            (running.finish(Level::Fail, "not done"), Err(missing(refusal, (doing, right)).into()))
        }
        Err(error) => (running.finish(Level::Fail, "not done"), Err(error)),
    };
    outcome.phases.push(phase);
    ended
}

/// A word about what was done; nothing where it was done before.
async fn deed(
    job: &Job<'_>,
    wish: &Wish,
    (step, identity, outcome): (&Step, &Identity, &mut Outcome),
) -> anyhow::Result<Changed<Option<String>>> {
    let (client, repository) = (job.client, &job.repository);
    let title = wish.offer.as_ref().map(|offer| offer.title.as_str()).unwrap_or_default();
    let number = outcome.pull.as_ref().map(|pull| pull.number).unwrap_or_default();
    let (changed, note) = match step {
        Step::Build(standing) => match &wish.offer {
            Some(offer) => return build(job, wish, (standing, offer, identity)).await,
            None => return Ok(Changed::Done(None)),
        },
        Step::Open(body) => {
            let new = NewPull { title, body, head: &wish.branch, base: &wish.base };
            let opened = client.open_new_pull(repository, &new).await?;
            if let Changed::Done(pull) = &opened {
                outcome.pull = Some(pull.clone());
            }
            return Ok(noted(opened, |pull| format!("#{} at {}", pull.number, pull.url)));
        }
        Step::Edit(number, body) => {
            (client.edit_pull(repository, *number, (title, body)).await?, "title and text".to_owned())
        }
        Step::Label(label) => (client.label(repository, number, label).await?, format!("on #{number}")),
        Step::Close(number) => (client.close_pull(repository, *number).await?, "closed".to_owned()),
    };
    Ok(noted(changed, |()| note))
}

fn noted<T>(changed: Changed<T>, note: impl FnOnce(T) -> String) -> Changed<Option<String>> {
    match changed {
        Changed::Done(value) => Changed::Done(Some(note(value))),
        Changed::Unfit(message) => Changed::Unfit(message),
        Changed::Refused(refusal) => Changed::Refused(refusal),
    }
}

/// One commit on top of the base, and the branch on it in one step, so that the pull request is never empty: GitHub
/// closes one whose branch holds nothing.
async fn build(
    job: &Job<'_>,
    wish: &Wish,
    (standing, offer, identity): (&Standing, &Offer, &Identity),
) -> anyhow::Result<Changed<Option<String>>> {
    let (client, repository) = (job.client, &job.repository);
    let base = allowed(client.tree_of(repository, &wish.head).await?, ("read a commit", "contents: read"))?;
    let base =
        base.ok_or_else(|| Fault::could_not("commit-not-pushed", "GitHub does not have the commit"))?;
    let tree = match client.make_tree(repository, (&base, &job.prepared.files())).await? {
        Changed::Done(tree) => tree,
        refused @ (Changed::Unfit(_) | Changed::Refused(_)) => return Ok(noted(refused, |tree| tree)),
    };
    let before = match standing {
        Standing::At { tree: Some(known), .. } if *known == tree => return Ok(Changed::Done(None)),
        Standing::At { head, .. } => Some(head.as_str()),
        Standing::Absent => None,
    };
    let (headline, body) = message(&offer.version, &wish.head);
    let text = format!("{headline}\n\n{body}");
    let commit = match client.make_commit(repository, (&text, &tree, &wish.head)).await? {
        Changed::Done(commit) => commit,
        refused @ (Changed::Unfit(_) | Changed::Refused(_)) => return Ok(noted(refused, |commit| commit)),
    };
    let swung = client.swing_branch(identity, &wish.branch, (before, &commit)).await?;
    Ok(noted(swung, |()| format!("{commit} on {}", wish.branch)))
}
