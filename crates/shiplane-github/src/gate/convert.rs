//! From GitHub's words to core's.

use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use shiplane_core::gate::facts::{
    Check, CheckRun, Commit, CommitStatus, Mergeable, PullRequest, Review, ReviewState, State, Thread,
};
use shiplane_core::gate::time::Time;

use super::wire;
use crate::graphql::login;

/// The account that commits what is edited and merged on GitHub's pages.
const WEB_FLOW: &str = "web-flow";

/// The pull request itself.
pub(super) fn pull_request(pull: &wire::PullRequest) -> PullRequest {
    PullRequest {
        number: pull.number,
        title: pull.title.clone(),
        author: login(pull.author.as_ref()),
        state: word(&pull.state).unwrap_or(State::Unknown),
        draft: pull.is_draft,
        source: pull.head_ref_name.clone(),
        fork: pull.is_cross_repository,
        head: pull.head_ref_oid.clone(),
        base: pull.base_ref_name.clone(),
        mergeable: mergeable(pull.mergeable.as_deref()),
        labels: labels(pull.labels.as_ref()),
        behind_by: None,
        opened_at: time(pull.created_at.as_deref()),
        merged_at: time(pull.merged_at.as_deref()),
        moved_to: None,
    }
}

/// A pull request has at most 100.
fn labels(page: Option<&wire::Page<wire::Label>>) -> Vec<String> {
    let nodes = page.and_then(|page| page.nodes.as_ref());
    nodes.into_iter().flatten().flatten().map(|label| label.name.clone()).collect()
}

/// Whether it merges.
pub(super) fn mergeable(word: Option<&str>) -> Mergeable {
    match word {
        Some("MERGEABLE") => Mergeable::Yes,
        Some("CONFLICTING") => Mergeable::Conflicting,
        _ => Mergeable::Unknown,
    }
}

/// A review. Its author's right to write needs no request of its own.
pub(super) fn review(review: wire::Review) -> Option<Review> {
    Some(Review {
        author: login(review.author.as_ref()),
        state: word(&review.state).unwrap_or(ReviewState::Unknown),
        submitted_at: time(review.submitted_at.as_deref()),
        commit: review.commit.map(|commit| commit.oid),
        same_diff: None,
        writer: review.author_can_push_to_repository,
        // Only to tell apart what one account said at one time; here is one review of each.
        id: 0,
    })
}

/// A conversation, by whoever wrote its first comment.
pub(super) fn thread(thread: wire::Thread) -> Option<Thread> {
    let comments = thread.comments.and_then(|page| page.nodes).unwrap_or_default();
    let first = comments.into_iter().flatten().next();
    Some(Thread {
        path: thread.path,
        line: thread.line,
        author: login(first.and_then(|comment| comment.author).as_ref()),
        resolved: thread.is_resolved,
        outdated: thread.is_outdated,
    })
}

/// A commit, by the accounts of its people.
pub(super) fn commit(node: wire::CommitNode) -> Option<Commit> {
    let wire::Commit { oid, message, author, committer } = node.commit;
    Some(Commit {
        commit: oid,
        author: author.and_then(account),
        committer: committer.and_then(account),
        message: message.unwrap_or_default(),
    })
}

/// A check run or a status; `None` for what is neither, or lacks its name.
pub(super) fn check(context: wire::Context) -> Option<Check> {
    match context.kind.as_str() {
        "CheckRun" => run(context).map(Check::Run),
        "StatusContext" => Some(Check::Status(CommitStatus {
            name: context.context?,
            state: context.state?.to_lowercase(),
            by: context.creator.as_ref().map(|creator| login(Some(creator))),
            at: time(context.created_at.as_deref()),
        })),
        _ => None,
    }
}

fn run(context: wire::Context) -> Option<CheckRun> {
    // Without its suite, a run of one workflow could replace a failed one of another.
    let suite = context.check_suite?;
    let (app_id, app) = suite.app.map_or((None, None), |app| (id(app.database_id), app.slug));
    let (run, event, workflow) = match suite.workflow_run {
        Some(run) => {
            (id(run.database_id), run.event, run.workflow.and_then(|workflow| workflow.resource_path))
        }
        None => (None, None, None),
    };
    Some(CheckRun {
        name: context.name?,
        status: context.status?.to_lowercase(),
        conclusion: context.conclusion.map(|word| word.to_lowercase()),
        app,
        app_id,
        workflow: workflow.map(|path| path.rsplit('/').next().unwrap_or_default().to_owned()),
        event,
        run,
        id: id(context.database_id).unwrap_or_default(),
        started_at: time(context.started_at.as_deref()),
        completed_at: time(context.completed_at.as_deref()),
        // An app's own page tells more than GitHub's about its check.
        url: context.details_url.or(context.url),
    })
}

/// GraphQL knows a commit's user only if it is a person; a bot's and GitHub's own are told by their addresses.
fn account(person: wire::Person) -> Option<String> {
    let email = person.email.unwrap_or_default().to_lowercase();
    if email == "noreply@github.com" {
        return Some(WEB_FLOW.to_owned());
    }
    let bot = || {
        let address = email.strip_suffix("@users.noreply.github.com")?;
        let name = address.split_once('+').map_or(address, |(_, name)| name);
        name.ends_with("[bot]").then(|| name.to_owned())
    };
    person.user.map(|user| user.login).or_else(bot)
}

/// `CHANGES_REQUESTED` as core writes it; a new word becomes what core has for those.
fn word<T: DeserializeOwned>(word: &str) -> Option<T> {
    let word = word.to_lowercase().replace('_', "-");
    let source: StrDeserializer<'_, WordError> = word.as_str().into_deserializer();
    T::deserialize(source).ok()
}

/// A moment; one that cannot be read is not known.
pub(super) fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(|text| text.parse().ok())
}

fn id(number: Option<i64>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number).ok())
}
