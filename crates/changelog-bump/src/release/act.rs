//! The steps of a release: look, do what is left, look again, until all is there.

use shiplane_action::Call;
use shiplane_core::changelog::release::{Plan, ReleaseSeen, Step, Way, Wish, plan};
use shiplane_core::fault::Fault;
use shiplane_core::report::{Finding, Level, Phase};
use shiplane_github::{Changed, Client, NewCommit, NewRelease, Repository};

use super::assets;
use super::gather;
use super::request::{Request, Tagging};
use crate::gather::deeds::Workbench;
use crate::permission::missing;
use crate::prepared::Prepared;
use crate::settled::{Rounds, is_protected, lost};

const WRITE: &str = "contents: write";

/// All that the steps need.
pub(super) struct Job<'a> {
    request: &'a Request,
    client: &'a Client,
    call: &'a Call,
    repository: Repository,
    prepared: &'a Prepared,
    wish: &'a Wish,
    bench: Workbench,
    notes: String,
}

/// What was done, and how it ended.
pub(super) struct Outcome {
    pub(super) phases: Vec<Phase>,
    pub(super) findings: Vec<Finding>,
    pub(super) commit: Option<String>,
    pub(super) release: Option<ReleaseSeen>,
    /// Whether the token is the workflow's own, whose pushes start no workflows.
    pub(super) silent: bool,
    pub(super) end: End,
}

/// How it ended.
pub(super) enum End {
    /// All is there.
    Done,
    /// The answer is no.
    Refused(Vec<Finding>),
    /// Something stood in the way; what was done stays done.
    Stopped(anyhow::Error),
}

/// How one step ended.
enum Ended {
    /// Done, with a word about it.
    Done(String),
    /// It does not fit what is there by now.
    Unfit(String),
}

/// What the steps before have made.
#[derive(Default)]
struct Made {
    commit: Option<String>,
    release: Option<u64>,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        request: &'a Request,
        (client, call): (&'a Client, &'a Call),
        (prepared, wish): (&'a Prepared, &'a Wish),
    ) -> anyhow::Result<Self> {
        let remote = request.args.remote.as_deref().unwrap_or("origin");
        Ok(Self {
            repository: request.repository(&call.context)?,
            bench: Workbench::new(&request.bump.directory, remote)?,
            notes: prepared.notes(shiplane_core::changelog::release::LONGEST_BODY),
            request,
            client,
            call,
            prepared,
            wish,
        })
    }
}

/// Does what is left.
pub(super) async fn carry_out(job: &Job<'_>) -> Outcome {
    let mut outcome = Outcome {
        phases: Vec::new(),
        findings: Vec::new(),
        commit: None,
        release: None,
        silent: false,
        end: End::Done,
    };
    outcome.end = rounds(job, &mut outcome).await.unwrap_or_else(End::Stopped);
    if outcome.phases.iter().any(|phase| phase.level == Level::Ok) {
        // Not worth an error: it is a hint.
        let identity = job.client.identity(&job.repository).await;
        outcome.silent = identity.is_ok_and(|identity| identity.login.starts_with("github-actions"));
    }
    outcome
}

async fn rounds(job: &Job<'_>, outcome: &mut Outcome) -> anyhow::Result<End> {
    let (mut rounds, mut made) = (Rounds::default(), Made::default());
    loop {
        let prefix = job.prepared.facts.prefix(&job.request.bump.policy);
        let seen = gather::seen(job.client, &job.repository, (job.wish, prefix, made.release)).await?;
        let work = match plan(job.wish, &seen) {
            Plan::Refused(findings) => return Ok(End::Refused(findings)),
            Plan::Work(work) => work,
        };
        outcome.commit.clone_from(&work.commit);
        outcome.release.clone_from(&work.release);
        outcome.findings.clone_from(&work.findings);
        if work.steps.is_empty() {
            return Ok(End::Done);
        }
        made.commit = work.commit.or(made.commit);
        made.release = work.release.map(|release| release.id).or(made.release);
        if let Some(end) = round(job, &work.steps, (outcome, &mut rounds, &mut made)).await? {
            return Ok(end);
        }
        rounds.next()?;
    }
}

/// The steps in order, until one does not fit.
async fn round(
    job: &Job<'_>,
    steps: &[Step],
    (outcome, rounds, made): (&mut Outcome, &mut Rounds, &mut Made),
) -> anyhow::Result<Option<End>> {
    for step in steps {
        let running = job.call.progress.phase(&step.name(job.wish));
        let ended = match one(job, step, made).await {
            Err(error) => lost(error).map(Ended::Unfit),
            ended => ended,
        };
        match ended {
            Ok(Ended::Done(note)) => outcome.phases.push(running.finish(Level::Ok, &note)),
            Ok(Ended::Unfit(message)) => {
                outcome.phases.push(running.finish(Level::Warning, &message));
                if is_protected(&message) {
                    return Ok(Some(End::Refused(vec![protected(job, step, &message)])));
                }
                rounds.unfit(&message);
                job.client.rest().await;
                return Ok(None);
            }
            Err(error) => {
                outcome.phases.push(running.finish(Level::Fail, "not done"));
                return Err(error);
            }
        }
    }
    Ok(None)
}

/// A rule of the repository stands in the way; it is not ours to go around.
fn protected(job: &Job<'_>, step: &Step, message: &str) -> Finding {
    let name = step.name(job.wish);
    let finding =
        Finding::fail("push-protected", format!("{name}: the repository's rules refuse it: {message}"));
    match step {
        Step::Commit(_) | Step::Push => finding.help(
            "use `changelog-bump pr` and then `release --if-written`, or let the App of the token pass the rule by",
        ),
        Step::Tag | Step::Draft | Step::Remove(_) | Step::Upload(_) | Step::Publish(_) | Step::Float(_) => {
            finding.help("let the App of the token pass the rule by, in Settings > Rules")
        }
    }
}

async fn one(job: &Job<'_>, step: &Step, made: &mut Made) -> anyhow::Result<Ended> {
    match step {
        Step::Commit(Way::Api) => commit(job, made).await,
        Step::Commit(Way::Local) => commit_here(job, made),
        Step::Push => push(job, made),
        Step::Tag => tag(job, known(&made.commit)?).await,
        Step::Draft => draft(job, made).await,
        Step::Remove(stored) => {
            let gone = job.client.drop_asset(&job.repository, stored.id).await?;
            ended(gone, ("remove an attached file", WRITE), |()| format!("{} bytes", stored.size))
        }
        Step::Upload(asset) => {
            let local = job.request.assets.iter().find(|local| local.asset == *asset);
            let local = local.ok_or_else(|| Fault::could_not("asset-unknown", "the file is not known"))?;
            let sent = (asset, assets::bytes(local)?);
            let sent = job.client.upload(&job.repository, known(&made.release)?, sent).await?;
            ended(sent, ("attach a file", WRITE), |()| format!("{} bytes, {}", asset.size, asset.digest))
        }
        Step::Publish(latest) => {
            let how = (*latest, !job.wish.version.pre.is_empty());
            let done = job.client.publish(&job.repository, known(&made.release)?, how).await?;
            ended(done, ("publish a release", WRITE), |release| release.url)
        }
        Step::Float(name) => float(job, name, known(&made.commit)?).await,
    }
}

/// A step before has made it, or the plan was wrong.
fn known<T: Clone>(made: &Option<T>) -> Result<T, Fault> {
    made.clone().ok_or_else(|| Fault::could_not("step-missing", "a step before did not say what it made"))
}

fn ended<T>(
    changed: Changed<T>,
    (doing, right): (&str, &str),
    note: impl FnOnce(T) -> String,
) -> anyhow::Result<Ended> {
    match changed {
        Changed::Done(value) => Ok(Ended::Done(note(value))),
        Changed::Unfit(message) => Ok(Ended::Unfit(message)),
        Changed::Refused(refusal) => Err(missing(refusal, (doing, right)).into()),
    }
}

async fn commit(job: &Job<'_>, made: &mut Made) -> anyhow::Result<Ended> {
    let files = job.prepared.files();
    let branch = job.wish.branch.as_deref().unwrap_or_default();
    let new = NewCommit { headline: &job.wish.headline, body: "", files: &files, parent: &job.wish.head };
    let done = job.client.commit_on_branch(&job.repository, branch, &new).await?;
    ended(done, ("commit to the branch", WRITE), |id| {
        made.commit = Some(id.clone());
        format!("{id} on {branch}")
    })
}

/// Writes the files as `bump` does, and commits them.
fn commit_here(job: &Job<'_>, made: &mut Made) -> anyhow::Result<Ended> {
    let root = crate::gather::root(&job.request.bump.directory)?;
    let id = if job.bench.head()? == job.wish.head {
        match crate::act::write(&root, &job.prepared.changes)? {
            crate::act::Outcome::Written => job.bench.commit(&job.wish.headline, &job.prepared.changes)?,
            crate::act::Outcome::Restored(error) | crate::act::Outcome::Broken(error, _) => {
                return Err(Fault::could_not("write-failed", error).into());
            }
        }
    } else {
        job.bench.head()?
    };
    made.commit = Some(id.clone());
    Ok(Ended::Done(id))
}

/// A push that is refused leaves no commit behind that nobody asked for.
fn push(job: &Job<'_>, made: &Made) -> anyhow::Result<Ended> {
    let (commit, branch) = (known(&made.commit)?, job.wish.branch.as_deref());
    let branch = branch.ok_or_else(|| {
        Fault::usage("branch-unknown", "no branch is checked out").help("name it with --branch")
    })?;
    match job.bench.push(&commit, branch) {
        Ok(()) => Ok(Ended::Done(format!("{commit} on {branch}"))),
        Err(error) if commit == job.wish.head => Err(error),
        Err(error) => {
            job.bench.take_back(&job.wish.head, &job.prepared.changes)?;
            Err(error)
        }
    }
}

async fn tag(job: &Job<'_>, commit: String) -> anyhow::Result<Ended> {
    let (tag, message) = (job.wish.tag.as_str(), format!("Release {}", job.wish.version));
    let note = |()| format!("on {commit}");
    match job.request.tagging {
        Tagging::Api => {
            let made = job.client.make_tag(&job.repository, (tag, &message), &commit).await?;
            ended(made, ("make a tag", WRITE), note)
        }
        Tagging::Git(signed) => {
            job.bench.tag((tag, &message), &commit, signed)?;
            Ok(Ended::Done(note(())))
        }
    }
}

/// Two runs at once may draft one each: the oldest stays.
async fn draft(job: &Job<'_>, made: &mut Made) -> anyhow::Result<Ended> {
    let name = job.wish.version.to_string();
    let new = NewRelease {
        tag: &job.wish.tag,
        commit: &known(&made.commit)?,
        name: &name,
        body: &job.notes,
        prerelease: !job.wish.version.pre.is_empty(),
    };
    let drafted = job.client.draft(&job.repository, &new).await?;
    let Changed::Done(own) = drafted else {
        return ended(drafted, ("make a release", WRITE), |release| release.url);
    };
    let all = job.client.releases(&job.repository, (&job.wish.tag, Some(own.id))).await?;
    let all = crate::permission::allowed(all, ("list releases", "contents: read"))?.own;
    if all.iter().any(|other| other.id < own.id || !other.draft) {
        let gone = job.client.drop_release(&job.repository, own.id).await?;
        return match ended(gone, ("delete a draft", WRITE), |()| String::new())? {
            Ended::Done(_) => Ok(Ended::Unfit("another run was faster to make the draft".to_owned())),
            unfit @ Ended::Unfit(_) => Ok(unfit),
        };
    }
    made.release = Some(own.id);
    Ok(Ended::Done(own.url))
}

async fn float(job: &Job<'_>, name: &str, commit: String) -> anyhow::Result<Ended> {
    let moved = job.client.move_tag(&job.repository, name, &commit).await?;
    let done = match moved {
        Changed::Unfit(message) if is_protected(&message) => Changed::Unfit(message),
        // There is no such tag yet.
        Changed::Unfit(_) | Changed::Refused(shiplane_github::Refusal::NotFound(_)) => {
            job.client.make_ref(&job.repository, &format!("refs/tags/{name}"), &commit).await?
        }
        Changed::Done(()) | Changed::Refused(_) => moved,
    };
    ended(done, ("move a tag", WRITE), |()| format!("on {commit}"))
}
